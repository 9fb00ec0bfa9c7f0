//! What attributes say about modules: `cfg`, `path` and `cfg_attr`.

/// How deep an attribute may nest; deeper ones say nothing.
const DEEPEST: usize = 32;

/// Whether `#[content]` keeps what it stands on out of every build but tests.
pub(super) fn is_test_only(content: &str) -> bool {
    match Meta::parse(content) {
        Some(Meta::List(name, conditions)) if name == "cfg" => {
            conditions.first().is_some_and(needs_test)
        }
        _ => false,
    }
}

/// Whether `#[content]` says that what it stands on is a test, or for tests only.
pub(crate) fn is_test(content: &str) -> bool {
    // Most attributes say nothing of tests, and a search is faster than a look at each.
    if !["test", "bench", "quickcheck"].iter().any(|word| content.contains(word)) {
        return false;
    }
    let path = content.split(['(', '=']).next().unwrap_or_default();
    let name = path.rsplit("::").next().unwrap_or_default().trim();
    names_test(name) || is_test_only(content)
}

/// Whether an attribute of that name makes a test of a function: `test`, `rstest` and the like.
pub(crate) fn names_test(name: &str) -> bool {
    let known = ["test", "bench", "rstest", "test_case", "quickcheck", "proptest"];
    known.contains(&name) || name.ends_with("_test")
}

/// The path in `#[path = "…"]`.
pub(super) fn path(content: &str) -> Option<String> {
    match Meta::parse(content) {
        Some(Meta::Value(name, value)) if name == "path" => Some(value),
        _ => None,
    }
}

/// The paths in `#[cfg_attr(…, path = "…")]`, also when nested.
pub(super) fn conditional_paths(content: &str) -> Vec<String> {
    let mut paths = Vec::new();
    if let Some(meta) = Meta::parse(content) {
        collect_paths(&meta, &mut paths);
    }
    paths
}

fn collect_paths(meta: &Meta, paths: &mut Vec<String>) {
    let Meta::List(name, parts) = meta else { return };
    if name != "cfg_attr" {
        return;
    }
    for part in parts.iter().skip(1) {
        match part {
            Meta::Value(name, value) if name == "path" => paths.push(value.clone()),
            other => collect_paths(other, paths),
        }
    }
}

/// Whether the condition can only hold in a test build.
fn needs_test(condition: &Meta) -> bool {
    match condition {
        Meta::Word(name) => name == "test",
        Meta::List(name, parts) if name == "all" => parts.iter().any(needs_test),
        Meta::List(name, parts) if name == "any" => {
            !parts.is_empty() && parts.iter().all(needs_test)
        }
        _ => false,
    }
}

/// The content of an attribute: `name`, `name = "value"` or `name(…, …)`.
enum Meta {
    Word(String),
    Value(String, String),
    List(String, Vec<Meta>),
}

impl Meta {
    fn parse(content: &str) -> Option<Meta> {
        let mut rest = content;
        Meta::read(&mut rest, 0)
    }

    fn read(rest: &mut &str, depth: usize) -> Option<Meta> {
        let name = word(rest)?;
        if eat(rest, '=') {
            return Some(Meta::Value(name, string(rest)?));
        }
        if !eat(rest, '(') {
            return Some(Meta::Word(name));
        }
        if depth == DEEPEST {
            return None;
        }
        let mut parts = Vec::new();
        while !eat(rest, ')') {
            parts.push(Meta::read(rest, depth + 1)?);
            if !eat(rest, ',') && !rest.trim_start().starts_with(')') {
                return None;
            }
        }
        Some(Meta::List(name, parts))
    }
}

fn eat(rest: &mut &str, expected: char) -> bool {
    match rest.trim_start().strip_prefix(expected) {
        Some(after) => {
            *rest = after;
            true
        }
        None => false,
    }
}

fn word(rest: &mut &str) -> Option<String> {
    let text = rest.trim_start();
    let end = text.find(|c: char| !(c == '_' || c == ':' || c.is_alphanumeric()));
    let (name, after) = text.split_at(end.unwrap_or(text.len()));
    *rest = after;
    (!name.is_empty()).then(|| name.to_owned())
}

/// A string literal; of the escapes only those that a path may need are known.
pub(crate) fn string(rest: &mut &str) -> Option<String> {
    let text = rest.trim_start();
    if let Some(raw) = text.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let (fence, body) = raw.split_at(hashes);
        let (value, after) = body.strip_prefix('"')?.split_once(&format!("\"{fence}"))?;
        *rest = after;
        return Some(value.to_owned());
    }
    let body = text.strip_prefix('"')?;
    let mut value = String::new();
    let mut chars = body.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                *rest = &body[at + 1..];
                return Some(value);
            }
            '\\' => value.push(chars.next()?.1),
            c => value.push(c),
        }
    }
    None
}
