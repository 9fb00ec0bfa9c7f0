//! The first stage: which files matter, and their models.

use rayon::prelude::*;

use super::matter::Mattering;
use crate::model::file::FileModel;
use crate::source::{Project, SourceFile};
use crate::syntax::{self, SyntaxError};

/// The model of each file of a project, by the file's index.
#[derive(Default)]
pub(super) struct Lowered {
    /// The models of the files that were parsed.
    pub(super) models: Vec<(usize, FileModel)>,
    /// The files that the parser refused.
    pub(super) refused: Vec<(usize, SyntaxError)>,
}

impl Lowered {
    /// How many files were parsed.
    pub(super) fn parsed(&self) -> usize {
        self.models.len() + self.refused.len()
    }

    /// Parses and lowers these files, in parallel; each syntax tree lives no longer than that.
    pub(super) fn add(&mut self, project: &Project, files: &[usize], mattering: &[Mattering]) {
        let results: Vec<(usize, Result<FileModel, SyntaxError>)> = files
            .par_iter()
            .filter_map(|&index| {
                Some((index, lower(project, project.files.get(index)?, mattering.get(index))?))
            })
            .collect();
        for (index, result) in results {
            match result {
                Ok(model) => self.models.push((index, model)),
                Err(error) => self.refused.push((index, error)),
            }
        }
    }
}

fn lower(
    project: &Project,
    file: &SourceFile,
    mattering: Option<&Mattering>,
) -> Option<Result<FileModel, SyntaxError>> {
    let text = file.text.as_deref().ok()?;
    let edition = project.targets.get(file.target).map(|target| target.edition).unwrap_or_default();
    let idle = mattering.map_or(&[][..], |mattering| &mattering.idle);
    Some(syntax::lower_without(text, idle, edition, file.test))
}
