//! The compiler's messages, as the crate that tools read them with sees them.

use cargo_metadata::Message;
use cargo_metadata::diagnostic::{Applicability, DiagnosticLevel};
use linger_lint::Report;
use linger_lint::render::Format;

use crate::{rendered, sample};

fn messages(report: &Report) -> Vec<Message> {
    let text = rendered(report, Format::Rustc);
    Message::parse_stream(text.as_bytes()).map(Result::unwrap).collect()
}

#[test]
fn every_line_is_a_message_of_cargo() {
    let messages = messages(&sample::report());
    assert_eq!(messages.len(), 5);
    for message in &messages[..4] {
        let Message::CompilerMessage(message) = message else { panic!("{message:?}") };
        let rendered = message.message.rendered.as_deref().unwrap();
        assert!(rendered.contains(&message.message.message), "{rendered}");
    }
    let Message::BuildFinished(finished) = &messages[4] else { panic!("{:?}", messages[4]) };
    assert!(!finished.success, "something is denied");
}

#[test]
fn nothing_denied_is_success() {
    let messages = messages(&Report::default());
    let [Message::BuildFinished(finished)] = &*messages else { panic!("{messages:?}") };
    assert!(finished.success);
}

#[test]
fn labels_are_spans_and_fixes_are_suggestions() {
    let messages = messages(&sample::report());
    let Message::CompilerMessage(locked) = &messages[0] else { panic!() };
    assert_eq!((&*locked.package_id.repr, &*locked.target.name), ("server", "serve"));
    assert_eq!(locked.message.level, DiagnosticLevel::Error);
    assert_eq!(locked.message.code.as_ref().unwrap().code, "linger::double-lock");
    let [own, label, other] = &*locked.message.spans else { panic!("{:?}", locked.message) };
    assert!(own.is_primary && !label.is_primary && !other.is_primary);
    assert_eq!(label.label.as_deref(), Some("the first guard"));
    let line = &own.text[0];
    assert_eq!((line.text.trim(), line.highlight_start), ("let b = m.lock();", 5));
    // The byte order mark has no column.
    assert!(other.text[0].text.starts_with("static M"));
    assert_eq!(other.text[0].highlight_start, 23);

    let Message::CompilerMessage(dropped) = &messages[1] else { panic!() };
    let suggestions = dropped.message.children.iter().flat_map(|child| &child.spans);
    let suggestion = suggestions.last().unwrap();
    assert_eq!(suggestion.suggested_replacement.as_deref(), Some("_guard"));
    assert_eq!(suggestion.suggestion_applicability, Some(Applicability::MachineApplicable));
}

#[test]
fn the_whole_of_it() {
    insta::assert_snapshot!(rendered(&sample::report(), Format::Rustc));
}
