//! The file: one entry a line in a fixed order, so that people can read what changed and two
//! branches that mend different findings merge.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};

/// The form that this module reads and writes.
const VERSION: u32 = 1;

/// What findings are known by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// From the folder of the baseline, with `/` between folders.
    pub(super) file: String,
    pub(super) rule: String,
    /// The items around the place, as a path.
    pub(super) item: String,
    /// The words of the line.
    pub(super) line: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    version: u32,
    findings: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    file: String,
    rule: String,
    item: String,
    line: String,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    count: NonZeroUsize,
}

fn one() -> NonZeroUsize {
    NonZeroUsize::MIN
}

fn is_one(count: &NonZeroUsize) -> bool {
    *count == NonZeroUsize::MIN
}

/// Reads the text of a baseline: how many findings each key stands for.
///
/// # Errors
///
/// What is wrong, with line and column in front where that is known.
pub(super) fn read(text: &str) -> Result<BTreeMap<Key, usize>, String> {
    let whole: Whole = serde_json::from_str(text).map_err(|error| {
        let said = error.to_string();
        let what = said.split(" at line ").next().unwrap_or(&said);
        format!("{}:{}: not a baseline: {what}", error.line(), error.column())
    })?;
    if whole.version != VERSION {
        return Err(format!(
            " a baseline of version {}, and this linger knows version {VERSION}",
            whole.version
        ));
    }
    let mut known = BTreeMap::new();
    for Entry { file, rule, item, line, count } in whole.findings {
        // Two branches that were merged may both have brought an entry.
        let all: &mut usize = known.entry(Key { file, rule, item, line }).or_default();
        *all = all.saturating_add(count.get());
    }
    Ok(known)
}

/// The text of a baseline with these findings.
pub(super) fn text(known: &BTreeMap<Key, usize>) -> String {
    let entries = known.iter().filter_map(|(key, count)| {
        let Key { file, rule, item, line } = key.clone();
        let entry = Entry { file, rule, item, line, count: NonZeroUsize::new(*count)? };
        serde_json::to_string(&entry).ok()
    });
    let entries: Vec<String> = entries.collect();
    let findings =
        if entries.is_empty() { String::new() } else { format!("\n{}\n", entries.join(",\n")) };
    format!("{{\"version\":{VERSION},\"findings\":[{findings}]}}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(line: &str) -> Key {
        let [file, rule, item] = ["a.rs", "double-lock", "net::f"].map(str::to_owned);
        Key { file, rule, item, line: line.to_owned() }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for known in
            [BTreeMap::new(), BTreeMap::from([(key("a \"quoted\" line"), 1), (key("twice"), 2)])]
        {
            assert_eq!(read(&text(&known)), Ok(known));
        }
    }

    #[test]
    fn entries_stand_on_lines_of_their_own() {
        let text = text(&BTreeMap::from([(key("x"), 2), (key("y"), 1)]));
        assert_eq!(
            text,
            "{\"version\":1,\"findings\":[\n\
             {\"file\":\"a.rs\",\"rule\":\"double-lock\",\"item\":\"net::f\",\"line\":\"x\",\"count\":2},\n\
             {\"file\":\"a.rs\",\"rule\":\"double-lock\",\"item\":\"net::f\",\"line\":\"y\"}\n]}\n"
        );
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let error = |text: &str| read(text).unwrap_err();
        assert_eq!(error(""), "1:0: not a baseline: EOF while parsing a value");
        assert_eq!(
            error("{\"version\":1,\n\"findings\":[{}]}"),
            "2:14: not a baseline: missing field `file`"
        );
        assert_eq!(
            error("{\"version\":2,\"findings\":[]}"),
            " a baseline of version 2, and this linger knows version 1"
        );
    }
}
