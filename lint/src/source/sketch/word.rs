//! Words as numbers.

/// A word. Two words may have one number, and are taken for one then: that is rare, and who asks
/// by words alone has to bear with other things of the same name anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Word(u32);

impl Word {
    /// What stands for the number of a field that has no name.
    pub(crate) const POSITION: Word = Word::of("0");
    /// `Self`
    pub(crate) const SELF: Word = Word::of("Self");

    /// The number of a word.
    pub(crate) const fn of(text: &str) -> Word {
        Word::of_bytes(text.as_bytes())
    }

    pub(super) const fn of_bytes(bytes: &[u8]) -> Word {
        // FNV-1a with a last stir: words are short.
        let mut hash: u32 = 0x811C_9DC5;
        let mut at = 0;
        while at < bytes.len() {
            hash = (hash ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
            at += 1;
        }
        hash ^= hash >> 15;
        Word(hash.wrapping_mul(0x2C1B_3C6D))
    }

    /// The number.
    pub(crate) fn number(self) -> u32 {
        self.0
    }
}
