//! The analyses of one file's bodies, each made when it is first asked for.

use std::cell::OnceCell;

use super::capture;
use super::facts::Facts;
use super::fate::{self, Fate};
use super::graph::Graph;
use super::holds::{Holds, Setting};
use super::life::Life;
use super::origin::{self, Origin, Trail};
use super::uses::Uses;
use crate::model::body::{Body, BodyId, LocalId, Operand, Place, Point};
use crate::model::file::FileModel;

/// The analyses of one body.
pub struct BodyFlow<'a> {
    setting: Setting<'a>,
    body: &'a Body,
    graph: OnceCell<Graph>,
    uses: OnceCell<Uses>,
    holds: OnceCell<Holds>,
}

impl<'a> BodyFlow<'a> {
    /// The body.
    pub fn body(&self) -> &'a Body {
        self.body
    }

    /// Its edges.
    pub fn graph(&self) -> &Graph {
        self.graph.get_or_init(|| Graph::new(self.body))
    }

    /// Its mentions of locals.
    pub fn uses(&self) -> &Uses {
        let file = self.setting.file;
        self.uses.get_or_init(|| Uses::new(self.body, |nested| capture::captures(file, nested)))
    }

    /// What its locals hold.
    pub fn holds(&self) -> &Holds {
        self.holds.get_or_init(|| Holds::new(self.setting, self.body, self.graph()))
    }

    /// The life of the value that the statement or `select!` at `birth` puts into `local`.
    pub fn life(&self, birth: Point, local: LocalId) -> Life {
        Life::new(self.setting, self.body, self.graph(), birth, local)
    }

    /// Where the value that `local` gets goes.
    pub fn fate(&self, local: LocalId) -> Vec<Fate> {
        fate::fate(self.setting, self.body, self.uses(), self.holds(), local)
    }

    /// The locals that hold the value of `local`, or a reference to it (true).
    pub fn names(&self, local: LocalId) -> Vec<(LocalId, bool)> {
        fate::names(self.setting, self.body, self.uses(), self.holds(), local)
    }
}

/// The analyses of one file.
pub struct FileFlow<'a> {
    file: &'a FileModel,
    bodies: Vec<BodyFlow<'a>>,
}

impl<'a> FileFlow<'a> {
    /// Nothing is computed yet.
    pub fn new(file: &'a FileModel, facts: &'a dyn Facts) -> FileFlow<'a> {
        let bodies = (0..)
            .zip(&file.bodies)
            .map(|(id, body)| BodyFlow {
                setting: Setting { file, id, facts },
                body,
                graph: OnceCell::new(),
                uses: OnceCell::new(),
                holds: OnceCell::new(),
            })
            .collect();
        FileFlow { file, bodies }
    }

    /// The analyses of a body.
    pub fn body(&self, id: BodyId) -> Option<&BodyFlow<'a>> {
        self.bodies.get(id as usize)
    }

    /// Where the value of an operand of `body` comes from.
    pub fn origin(&self, body: BodyId, operand: &Operand) -> Origin {
        origin::of_operand(self, body, operand)
    }

    /// Where the value of a place of `body` comes from.
    pub fn origin_of_place(&self, body: BodyId, place: &Place) -> Origin {
        origin::of_place(self, body, place)
    }

    /// Where the value of a local of `body` comes from.
    pub fn origin_of_local(&self, body: BodyId, local: LocalId) -> Origin {
        origin::of_local(self, body, local)
    }
}

impl<'a> Trail<'a> for FileFlow<'a> {
    fn file(&self) -> &'a FileModel {
        self.file
    }

    fn uses(&self, body: BodyId) -> Option<&Uses> {
        self.body(body).map(BodyFlow::uses)
    }
}
