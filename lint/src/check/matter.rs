//! Which bodies matter.
//!
//! Most functions start no task, take no lock and touch no channel, and no rule ever asks for
//! them. A body matters where it calls something of the catalogue that a rule begins with, or
//! where a body that matters asks what it does: whether the function that it calls waits, locks
//! or ends. Names alone decide, so that a body may matter in vain, and none is missed.

mod bearing;
mod calls;
mod vocabulary;

use std::ops::Range;

use crate::source::Project;
use crate::source::sketch::{Function, How, Sketch, Use, Word};
use bearing::Bearing;
use calls::Calls;
use vocabulary::Spoken;
pub(super) use vocabulary::Vocabulary;

/// What matters in one file.
pub(super) struct Mattering {
    /// The parts that nothing is lost without, in the order of the text: bodies that do not
    /// matter, and the rules of macros, which nothing reads.
    pub(super) idle: Vec<Range<u32>>,
    /// Some body matters.
    pub(super) any: bool,
}

/// What matters in each file, by the names in it.
pub(super) fn mattering(
    project: &Project,
    sketches: &[Sketch],
    vocabulary: &Vocabulary,
) -> Vec<Mattering> {
    let spoken = vocabulary.spoken(project, sketches);
    let mut matters = Calls::of(sketches, &spoken).matter().into_iter();
    let of_file = |sketch: &Sketch| {
        let mut found = Mattering { idle: sketch.macros.clone(), any: false };
        for (function, matters) in sketch.functions.iter().zip(&mut matters) {
            match &function.body {
                Some(_) if matters => found.any = true,
                Some(body) if !body.is_empty() => found.idle.push(body.clone()),
                _ => {}
            }
        }
        found.idle.sort_unstable_by_key(|range| range.start);
        found
    };
    sketches.iter().map(of_file).collect()
}

/// What a use in a body bears upon by itself, whatever the workspace's functions do.
fn of_use(used: &Use, spoken: &Spoken) -> Bearing {
    match used.how {
        How::Method => spoken.method(used.word, used.bare),
        How::Call | How::Mention => match used.of {
            Some(of) if spoken.is_type(of) => spoken.associated(of, used.word),
            Some(_) => spoken.function(used.word) | spoken.alias_method(used),
            None if used.how == How::Call => spoken.function(used.word),
            None => Bearing::NONE,
        },
        How::Macro => spoken.macro_(used.word),
        How::Field => Bearing::NONE,
    }
}

/// Whether a word stands in a signature.
fn names(words: &[Word], is: impl Fn(Word) -> bool) -> bool {
    words.iter().any(|word| is(*word))
}

/// What a body bears upon by itself.
fn of_body(sketch: &Sketch, function: &Function, spoken: &Spoken) -> Bearing {
    let mut all = Bearing::NONE;
    for used in sketch.uses(function) {
        all |= of_use(used, spoken);
        if matches!(used.how, How::Field | How::Mention) && spoken.is_kept_in(used.word) {
            all |= Bearing::KEEPS;
        }
        // Whether anybody ever looks at such a field is a question to tests as well.
        if used.how == How::Field && spoken.keeps_handle(used.word) {
            all |= Bearing::COUNTS_IN_TESTS;
        }
    }
    if names(sketch.takes(function), |word| spoken.is_telling(word))
        || names(sketch.returns(function), |word| spoken.is_telling(word))
    {
        all |= Bearing::KEEPS;
    }
    if names(sketch.takes(function), |word| spoken.is_token(word)) {
        all |= Bearing::STARTS;
    }
    if function.loops {
        all |= Bearing::LOOPS;
    }
    all
}
