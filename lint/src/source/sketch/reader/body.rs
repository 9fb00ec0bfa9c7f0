//! What bodies name.

use super::Last;
use crate::source::sketch::{Function, How, Sketch, Use, Word};

/// A body that is being read.
pub(super) struct Body {
    /// The depth around it.
    pub(super) depth: u32,
    function: Function,
    start: usize,
    uses: Vec<Use>,
    /// The brackets that are open in it.
    open: Vec<Open>,
    /// The use that a bracket, `::` or `!` may follow.
    word: Option<usize>,
    /// The use before the `::` or `!` that was read last.
    before: Option<usize>,
    /// The last `.` was one of `..`.
    is_range: bool,
    /// The call whose arguments the last token closed.
    closed: Option<usize>,
    /// The use whose generic arguments are read, and how many angle brackets are open.
    turbofish: Option<(usize, u32)>,
}

struct Open {
    brace: bool,
    /// The use whose arguments it holds.
    call: Option<usize>,
}

impl Body {
    pub(super) fn new(function: Function, depth: u32, start: usize) -> Body {
        Body {
            depth,
            function,
            start,
            uses: Vec::new(),
            open: Vec::new(),
            word: None,
            before: None,
            is_range: false,
            closed: None,
            turbofish: None,
        }
    }

    pub(super) fn word(&mut self, text: &[u8], word: Word, last: Last) -> Last {
        self.closed = None;
        self.word = None;
        if last == Last::Fn {
            self.function.names.push(word);
            return Last::Word;
        }
        let is_member = last == Last::Mark(b'.') && !self.is_range;
        let word = match text {
            b"fn" => return Last::Fn,
            b"async" => {
                self.function.has_async = true;
                return Last::Word;
            }
            b"loop" | b"while" => {
                self.function.loops = true;
                return Last::Word;
            }
            b"let" | b"mut" | b"if" | b"else" | b"match" | b"return" | b"self" | b"ref"
            | b"move" | b"in" | b"as" | b"for" | b"break" | b"continue" | b"true" | b"false"
            | b"await" | b"crate" | b"super" | b"dyn" | b"impl" | b"unsafe" => return Last::Word,
            [b'0'..=b'9', ..] if is_member => Word::POSITION,
            [b'0'..=b'9', ..] => return Last::Word,
            _ => word,
        };
        let of = (last == Last::Mark(b':')).then_some(self.before).flatten();
        let of = of.and_then(|before| self.uses.get(before));
        let of_module = of.is_some_and(|before| before.is_lower);
        let of = of.map(|before| before.word);
        let how = if is_member { How::Field } else { How::Mention };
        self.word = Some(self.uses.len());
        let is_lower = text[0].is_ascii_lowercase();
        self.uses.push(Use { word, of, of_module, is_lower, how, bare: false, last: false });
        Last::Word
    }

    pub(super) fn mark(&mut self, mark: u8, last: Last) {
        let closed = self.closed.take();
        if let Some((of, open)) = &mut self.turbofish {
            match mark {
                b'<' => *open += 1,
                b'>' if !matches!(last, Last::Mark(b'-' | b'=')) => *open -= 1,
                _ => {}
            }
            if *open == 0 {
                self.word = Some(*of);
                self.turbofish = None;
            }
            return;
        }
        match mark {
            b':' if last == Last::Mark(b':') => self.before = self.word.take().or(self.before),
            b':' => self.before = None,
            b'!' => self.before = self.word.take(),
            b'<' if last == Last::Mark(b':') => {
                self.turbofish = self.before.map(|of| (of, 1));
                self.word = None;
            }
            b'.' => {
                self.is_range = last == Last::Mark(b'.');
                self.word = None;
            }
            b',' => {
                // The arm of a `match` ends like a statement.
                if self.open.last().is_none_or(|open| open.brace) {
                    self.ends(closed);
                }
                self.word = None;
            }
            _ => self.word = None,
        }
    }

    pub(super) fn open(&mut self, bracket: u8, last: Last) {
        self.closed = None;
        let called = self.word.take().filter(|_| bracket == b'(');
        if let Some(called) = called.and_then(|called| self.uses.get_mut(called)) {
            called.how = match called.how {
                How::Field => How::Method,
                _ => How::Call,
            };
        }
        if last == Last::Mark(b'!')
            && let Some(named) = self.before.and_then(|named| self.uses.get_mut(named))
        {
            named.how = How::Macro;
        }
        self.open.push(Open { brace: bracket == b'{', call: called });
    }

    pub(super) fn close(&mut self, last: Last) {
        self.word = None;
        let closed = self.closed.take();
        let Some(open) = self.open.pop() else {
            // It was the body's own.
            return self.ends(closed);
        };
        if open.brace {
            self.ends(closed);
        }
        if last == Last::Open
            && let Some(call) = open.call.and_then(|call| self.uses.get_mut(call))
        {
            call.bare = true;
        }
        self.closed = open.call;
    }

    pub(super) fn semicolon(&mut self) {
        self.word = None;
        let closed = self.closed.take();
        self.ends(closed);
    }

    /// Nothing is done with what the call gives.
    fn ends(&mut self, call: Option<usize>) {
        if let Some(call) = call.and_then(|call| self.uses.get_mut(call)) {
            call.last = true;
        }
    }

    pub(super) fn ended(&mut self, end: usize, sketch: &mut Sketch) -> Function {
        let first = sketch.uses.len() as u32;
        sketch.uses.append(&mut self.uses);
        let mut function = std::mem::take(&mut self.function);
        function.uses = first..sketch.uses.len() as u32;
        function.body = Some(self.start as u32..end as u32);
        function
    }
}
