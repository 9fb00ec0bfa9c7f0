//! The whole model as a rule sees it.

use super::meaning::{FunctionId, Meaning};
use super::sink::FileId;
use crate::model::file::FileModel;
use crate::model::item::Function;
use crate::source::{Edition, Project, SourceFile, TargetKind};

/// One lowered file.
#[derive(Clone, Copy, Debug)]
pub struct Unit<'a> {
    /// Its number in the project.
    pub id: FileId,
    /// Its name, its place among the modules, whether it is test code.
    pub source: &'a SourceFile,
    /// The edition of its crate.
    pub edition: Edition,
    /// What its crate is built for.
    pub kind: TargetKind,
    /// What it holds.
    pub model: &'a FileModel,
}

/// The files of a check, linked.
pub struct ModelCx<'a> {
    /// The files that were lowered.
    pub units: Vec<Unit<'a>>,
    /// What the libraries and the workspace mean.
    pub meaning: &'a dyn Meaning,
}

impl<'a> ModelCx<'a> {
    /// The model of `project`; each lowered file comes with its number.
    pub fn new(
        project: &'a Project,
        models: &'a [(usize, FileModel)],
        meaning: &'a dyn Meaning,
    ) -> ModelCx<'a> {
        let unit = |(index, model): &'a (usize, FileModel)| {
            let source = project.files.get(*index)?;
            let target = project.targets.get(source.target);
            let edition = target.map(|target| target.edition).unwrap_or_default();
            let kind = target.map_or(TargetKind::Loose, |target| target.kind);
            Some(Unit { id: *index as FileId, source, edition, kind, model })
        };
        ModelCx { units: models.iter().filter_map(unit).collect(), meaning }
    }

    /// The file of that number, if it was lowered.
    pub fn unit(&self, file: FileId) -> Option<&Unit<'a>> {
        let position = self.units.binary_search_by_key(&file, |unit| unit.id).ok()?;
        self.units.get(position)
    }

    /// A function of the workspace as it is written.
    pub fn function(&self, id: FunctionId) -> Option<&'a Function> {
        self.unit(id.file)?.model.functions.get(id.function as usize)
    }
}
