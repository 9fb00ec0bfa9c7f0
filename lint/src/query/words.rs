//! How messages name things.

use super::BodyCx;
use super::site::CallSite;
use crate::flow::origin::{Origin, Source};
use crate::model::body::{Callee, Operand, Place, Proj, Root};

/// What a value of this origin is called, in back quotes: the variable it came from with the
/// fields from there.
pub(super) fn of_origin(cx: &BodyCx<'_>, origin: &Origin) -> Option<String> {
    let mut words = match (&origin.source, origin.local) {
        (Source::Item(path), _) => path.last()?.to_string(),
        (_, Some(local)) => cx.other(origin.body)?.local(local)?.name.to_string(),
        (_, None) => return None,
    };
    if words.is_empty() {
        words = getter(cx, origin)?;
    }
    for field in &origin.fields {
        if field != "[]" {
            words.push('.');
        }
        words.push_str(field);
    }
    Some(format!("`{words}`"))
}

/// The project's function without arguments that gave a value with no name: `registry()`.
fn getter(cx: &BodyCx<'_>, origin: &Origin) -> Option<String> {
    let Source::Call(point) = origin.source else { return None };
    let home = cx.other(origin.body)?;
    let call = home.call_at(point).filter(|call| call.call.args.is_empty())?;
    home.callee(&call).map(|_| format!("{}()", call.name()))
}

/// What an operand is called where it stands: the variable with its fields, as written.
pub(super) fn of_operand(cx: &BodyCx<'_>, operand: &Operand) -> Option<String> {
    let place = operand.place()?;
    let mut words = match &place.root {
        Root::Local(local) => cx.local(*local)?.name.to_string(),
        Root::Item(path) => path.last()?.to_string(),
    };
    if words.is_empty() {
        return None;
    }
    words.push_str(&fields(place));
    Some(format!("`{words}`"))
}

fn fields(place: &Place) -> String {
    let field = |step: &Proj| match step {
        Proj::Field(name) => Some(format!(".{name}")),
        Proj::Index => Some("[]".to_owned()),
        Proj::Deref | Proj::Variant(_) | Proj::Item => None,
    };
    place.proj.iter().filter_map(field).collect()
}

/// What a call is called: the path as written, or the receiver and the method; in back quotes.
pub(super) fn of_call(cx: &BodyCx<'_>, site: &CallSite<'_>) -> String {
    match &site.call.callee {
        Callee::Path(path) => format!("`{}`", path.segments.join("::")),
        Callee::Method(name, _) => {
            let receiver = site.receiver().and_then(|receiver| of_operand(cx, receiver));
            let receiver = receiver.as_deref().unwrap_or("").trim_matches('`');
            format!("`{receiver}.{name}`")
        }
        Callee::Value(place) => {
            of_operand(cx, &Operand::Place(place.clone(), crate::model::body::Mode::Ref))
                .unwrap_or_else(|| "a closure".to_owned())
        }
    }
}
