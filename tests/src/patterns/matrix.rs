//! The page with the matrix: which mistake of which pattern is caught by whom.

use std::fmt::Write as _;

use super::{Mistake, Pattern};

const HEAD: &str = "\
# The pattern book

Concurrent programs are made of some twenty patterns, and each is got wrong in the same few ways.
Every page shows one of them as it is written in Rust, and then its mistakes as programs that
compile. The linter checks these programs and the tracker runs them: what the table says is what
they found, and a test fails when it is no longer so.

A cell says who finds the mistake: `lint`, `run`, `both` or `neither`, once for each program of
that kind. Where it is not `both`, the page says why the other one is silent. A `–` leads to the
reason why the pattern has no such mistake. What the tracker only notes, because correct programs do it
too, counts as found; the page says where that is so. And it names the least that a run finds: of what
is `leaked-task` or `blocked`, another run may prove more.
";

/// The page in Markdown.
pub fn matrix(patterns: &[Pattern]) -> String {
    let mut page = HEAD.to_owned();
    page.push_str("\n| pattern |");
    for mistake in Mistake::ALL {
        let _ = write!(page, " {} |", mistake.title());
    }
    page.push_str("\n| --- |");
    page.push_str(&" --- |".repeat(Mistake::ALL.len()));
    page.push('\n');
    for pattern in patterns {
        let _ = write!(page, "| [{}](patterns/{}.md) |", pattern.title, pattern.name);
        for mistake in Mistake::ALL {
            let _ = write!(page, " {} |", cell(pattern, mistake));
        }
        page.push('\n');
    }
    let variants = || patterns.iter().flat_map(|pattern| &pattern.variants);
    let caught = |by: &str| {
        let caught = |variant: &&super::Variant| variant.caught_by() == by;
        variants().filter(|variant| variant.mistake.is_some()).filter(caught).count()
    };
    let mistakes = variants().filter(|variant| variant.mistake.is_some()).count();
    let right = variants().count() - mistakes;
    let _ = writeln!(
        page,
        "\n{mistakes} mistakes: {} caught by both, {} by lint only, {} by run only, {} by neither. \
         {right} right forms, on which the linter is silent and the tracker finds no error.\n\nWhat the columns mean:\n",
        caught("both"),
        caught("lint"),
        caught("run"),
        caught("neither"),
    );
    for mistake in Mistake::ALL {
        let _ = writeln!(page, "- {}: {}", mistake.title(), mistake.meaning());
    }
    page
}

fn cell(pattern: &Pattern, mistake: Mistake) -> String {
    let variants = pattern.variants.iter().filter(|variant| variant.mistake == Some(mistake));
    let caught: Vec<&str> = variants.map(|variant| variant.caught_by()).collect();
    if caught.is_empty() {
        format!("[–](patterns/{}.md#not-in-this-pattern)", pattern.name)
    } else {
        caught.join(", ")
    }
}
