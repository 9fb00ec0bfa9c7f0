//! From names to meaning: what paths name, what types locals have, which functions calls call.
//!
//! The data's path: `modules` (the module tree, imports, re-exports) → `index` (methods,
//! fields, traits of types) → `signature` (types of functions and fields) → `infer` (types
//! of locals, targets of calls, body by body). The answers leave by `meaning`.

mod call;
mod facts;
mod index;
mod infer;
mod meaning;
mod modules;
mod program;
mod read;
mod signature;
mod summary;
mod ty;

use rayon::prelude::*;

use crate::model::file::FileModel;
use crate::query::FileId;
use meaning::FileTypes;
use summary::Summaries;

pub use facts::Known;
pub use program::Program;

/// A program whose bodies are understood.
pub struct Linked<'a> {
    program: &'a Program<'a>,
    files: Vec<Option<FileTypes<'a>>>,
    summaries: Summaries,
}

impl<'a> Linked<'a> {
    /// Finds the types in all bodies, file by file in parallel.
    pub fn new(program: &'a Program<'a>, models: &'a [(usize, FileModel)]) -> Linked<'a> {
        let typed: Vec<(usize, FileTypes<'a>)> = models
            .par_iter()
            .map(|(number, model)| {
                let bodies = infer::infer(program, *number as FileId, model);
                (*number, FileTypes { program, bodies })
            })
            .collect();
        let mut files = Vec::new();
        files.resize_with(program.files.count(), || None);
        for (number, types) in typed {
            if let Some(place) = files.get_mut(number) {
                *place = Some(types);
            }
        }
        let summaries = summary::summarise(program, models, &files);
        Linked { program, files, summaries }
    }

    fn file(&self, id: FileId) -> Option<&FileTypes<'a>> {
        self.files.get(id as usize)?.as_ref()
    }

    /// Method calls whose receiver has an unknown type although a rule would ask for it.
    pub fn unresolved_receivers(&self) -> usize {
        let bodies = self.files.iter().flatten().flat_map(|file| &file.bodies);
        bodies.map(|body| body.unresolved as usize).sum()
    }
}
