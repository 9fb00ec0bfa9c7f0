//! One file as rules see it: the analyses of its bodies, made once and shared by all rules.

use std::cell::OnceCell;

use rustc_hash::FxHashSet;

use super::body::BodyCx;
use super::channel::Channel;
use super::guard::Guard;
use super::model::{ModelCx, Unit};
use super::once;
use super::task::Spawn;
use crate::flow::cache::FileFlow;
use crate::model::Name;
use crate::model::body::BodyId;

/// What several rules ask of one body, found when first asked for.
#[derive(Default)]
pub(super) struct Found {
    pub(super) guards: OnceCell<Vec<Guard>>,
    pub(super) spawns: OnceCell<Vec<Spawn>>,
    pub(super) channels: OnceCell<Vec<Channel>>,
}

/// One file.
pub struct FileCx<'a> {
    /// The whole model.
    pub model: &'a ModelCx<'a>,
    /// The file.
    pub unit: &'a Unit<'a>,
    pub(super) flows: FileFlow<'a>,
    pub(super) found: Vec<Found>,
    called_once: OnceCell<FxHashSet<Name>>,
}

impl<'a> FileCx<'a> {
    /// Nothing is computed yet.
    pub fn new(model: &'a ModelCx<'a>, unit: &'a Unit<'a>) -> FileCx<'a> {
        let flows = FileFlow::new(unit.model, model.meaning.facts(unit.id));
        let found = unit.model.bodies.iter().map(|_| Found::default()).collect();
        FileCx { model, unit, flows, found, called_once: OnceCell::new() }
    }

    /// The names of the functions that the file hands to cells which call them once.
    pub(super) fn called_once(&self) -> &FxHashSet<Name> {
        self.called_once.get_or_init(|| once::called_once(self.unit.model))
    }

    /// A body of the file.
    pub fn body(&self, id: BodyId) -> Option<BodyCx<'_>> {
        BodyCx::new(self, id)
    }

    /// The bodies of the file: functions, closures and async blocks, outer before inner.
    pub fn bodies(&self) -> impl Iterator<Item = BodyCx<'_>> {
        (0..self.unit.model.bodies.len() as BodyId).filter_map(|id| self.body(id))
    }
}
