//! A set of small numbers: locals or blocks of one body.

/// A set of numbers below a fixed bound, one bit each. Numbers beyond the bound are never in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BitSet {
    words: Vec<u64>,
}

impl BitSet {
    /// The empty set of numbers below `len`.
    pub fn new(len: usize) -> BitSet {
        BitSet { words: vec![0; len.div_ceil(64)] }
    }

    /// The set of all numbers below `len`.
    pub fn full(len: usize) -> BitSet {
        let mut set = BitSet { words: vec![u64::MAX; len.div_ceil(64)] };
        if let Some(last) = set.words.last_mut()
            && !len.is_multiple_of(64)
        {
            *last = (1 << (len % 64)) - 1;
        }
        set
    }

    /// Puts `item` in; whether it is new.
    pub fn insert(&mut self, item: u32) -> bool {
        let Some(word) = self.words.get_mut(item as usize / 64) else { return false };
        let bit = 1 << (item % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    /// Takes `item` out.
    pub fn remove(&mut self, item: u32) {
        if let Some(word) = self.words.get_mut(item as usize / 64) {
            *word &= !(1 << (item % 64));
        }
    }

    /// Whether `item` is in it.
    pub fn contains(&self, item: u32) -> bool {
        self.words.get(item as usize / 64).is_some_and(|word| word & (1 << (item % 64)) != 0)
    }

    /// Adds all of `other`; whether that changed anything.
    pub fn union(&mut self, other: &BitSet) -> bool {
        self.merge(other, |mine, theirs| mine | theirs)
    }

    /// Keeps only what `other` has too; whether that changed anything.
    pub fn intersect(&mut self, other: &BitSet) -> bool {
        self.merge(other, |mine, theirs| mine & theirs)
    }

    fn merge(&mut self, other: &BitSet, merge: impl Fn(u64, u64) -> u64) -> bool {
        let mut changed = false;
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            let merged = merge(*mine, *theirs);
            changed |= merged != *mine;
            *mine = merged;
        }
        changed
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Whether it has no room at all: the default, before a bound is known.
    pub fn is_unset(&self) -> bool {
        self.words.is_empty()
    }

    /// The members, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words.iter().enumerate().flat_map(|(index, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                (rest != 0).then(|| {
                    let bit = rest.trailing_zeros();
                    rest &= rest - 1;
                    index as u32 * 64 + bit
                })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::BitSet;

    #[test]
    fn members_come_out_in_order() {
        let mut set = BitSet::new(130);
        for item in [129, 0, 64, 63, 500] {
            set.insert(item);
        }
        set.remove(63);
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 64, 129]);
    }

    #[test]
    fn the_full_set_ends_at_its_bound() {
        assert_eq!(BitSet::full(70).iter().count(), 70);
        assert_eq!(BitSet::full(64).iter().count(), 64);
    }
}
