//! How messages name things.

use super::BodyCx;
use crate::flow::origin::{Origin, Source};

/// What a value of this origin is called, in back quotes: the variable it came from with the
/// fields from there.
pub(super) fn of_origin(cx: &BodyCx<'_>, origin: &Origin) -> Option<String> {
    let mut words = match (&origin.source, origin.local) {
        (Source::Item(path), _) => path.last()?.to_string(),
        (_, Some(local)) => cx.other(origin.body)?.local(local)?.name.to_string(),
        (_, None) => return None,
    };
    if words.is_empty() {
        return None;
    }
    for field in &origin.fields {
        if field != "[]" {
            words.push('.');
        }
        words.push_str(field);
    }
    Some(format!("`{words}`"))
}
