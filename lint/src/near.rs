//! Guessing which name was meant.

/// The known name nearest to `name`, if any is near enough to be a slip.
///
/// ```
/// let known = ["double-lock", "double-close"];
/// assert_eq!(linger_lint::near::nearest("duoble-lock", known), Some("double-lock"));
/// assert_eq!(linger_lint::near::nearest("spawn", known), None);
/// ```
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase().replace('_', "-");
    known
        .into_iter()
        .map(|known| (strsim::normalized_damerau_levenshtein(&name, known), known))
        .filter(|(likeness, _)| *likeness > 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}

/// Says that `name` is no known thing of that `kind`, and which one is near.
///
/// ```
/// assert_eq!(
///     linger_lint::near::unknown("level", "denny", ["allow", "deny"]),
///     "unknown level `denny`, did you mean `deny`?",
/// );
/// ```
pub fn unknown<'a>(kind: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    match nearest(name, known) {
        Some(near) => format!("unknown {kind} `{name}`, did you mean `{near}`?"),
        None => format!("unknown {kind} `{name}`"),
    }
}
