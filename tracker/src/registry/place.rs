//! A place in the source, in an atomic: to note one takes a store, and nothing is looked up before
//! somebody asks.
#![allow(unsafe_code, reason = "an atomic holds a pointer, not a reference")]

use std::panic::Location;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

/// A place in the source, or none.
#[derive(Debug, Default)]
pub(crate) struct Place(AtomicPtr<Location<'static>>);

impl Place {
    #[inline]
    pub(crate) fn set(&self, location: &'static Location<'static>) {
        self.0.store(ptr::from_ref(location).cast_mut(), Ordering::Relaxed);
    }

    pub(crate) fn clear(&self) {
        self.0.store(ptr::null_mut(), Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> Option<&'static Location<'static>> {
        // SAFETY: it is null, or comes from a reference to what lives as long as the program and is
        // never written.
        unsafe { self.0.load(Ordering::Relaxed).as_ref() }
    }
}
