//! The items that `#[linger::track]` names as owners.

use std::sync::{PoisonError, RwLock};

static ITEMS: RwLock<Vec<&'static str>> = RwLock::new(Vec::new());

/// The number of an item; zero stands for none.
pub(crate) fn index(item: &'static str) -> u32 {
    let known = |items: &[&'static str]| items.iter().position(|known| *known == item);
    let found = known(&ITEMS.read().unwrap_or_else(PoisonError::into_inner));
    let at = found.unwrap_or_else(|| {
        let mut items = ITEMS.write().unwrap_or_else(PoisonError::into_inner);
        known(&items).unwrap_or_else(|| {
            items.push(item);
            items.len() - 1
        })
    });
    at as u32 + 1
}

/// The item of a number.
pub(crate) fn name(index: u32) -> Option<String> {
    let items = ITEMS.read().unwrap_or_else(PoisonError::into_inner);
    items.get((index as usize).checked_sub(1)?).map(|item| (*item).to_owned())
}
