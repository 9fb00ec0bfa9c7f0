//! Which item a finding stands in: what people call a place when its line number has changed.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::model::Name;
use crate::model::file::FileModel;
use crate::source::Project;

/// The items of the files that have findings.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Enclosing {
    /// By the file's name; outer items before those within.
    files: BTreeMap<String, Vec<(Range<usize>, Name)>>,
}

impl Enclosing {
    pub(super) fn of(
        findings: &[Finding],
        project: &Project,
        models: &[(usize, FileModel)],
    ) -> Enclosing {
        let models: HashMap<&str, &FileModel> =
            models.iter().map(|(index, model)| (&*project.files[*index].path, model)).collect();
        let mut files = BTreeMap::new();
        for finding in findings {
            let Some(model) = models.get(&*finding.file) else { continue };
            files.entry(finding.file.clone()).or_insert_with(|| {
                model.items.iter().map(|item| (item.span.bytes(), item.name.clone())).collect()
            });
        }
        Enclosing { files }
    }

    /// Takes in those of other files.
    pub(super) fn add(&mut self, other: Enclosing) {
        self.files.extend(other.files);
    }

    /// The items around the place where `finding` begins, as a path (`net::Server::run`); empty
    /// outside of all items.
    pub fn path(&self, finding: &Finding) -> String {
        let items = self.files.get(&finding.file).map(Vec::as_slice).unwrap_or_default();
        let at = finding.span.start.byte;
        let around = items.iter().filter(|(span, name)| span.contains(&at) && !name.is_empty());
        around.map(|(_, name)| name.as_str()).collect::<Vec<_>>().join("::")
    }
}

#[cfg(test)]
mod tests {
    use crate::check;
    use crate::config::Config;
    use crate::source::{Edition, Project, SourceFile, Target, TargetKind};

    /// The path of each `unused-suppression` in `text`.
    fn paths(text: &str) -> Vec<String> {
        let target = Target {
            name: "a".into(),
            package: "a".into(),
            renames: Vec::new(),
            dependencies: Vec::new(),
            kind: TargetKind::Loose,
            edition: Edition::E2024,
        };
        let file = SourceFile {
            path: "a.rs".into(),
            text: Ok(text.into()),
            target: 0,
            module: Vec::new(),
            test: false,
        };
        let project = Project { targets: vec![target], files: vec![file] };
        let report = check(&project, &Config::default());
        report.findings.iter().map(|finding| report.items.path(finding)).collect()
    }

    #[test]
    fn items_are_named_from_the_outermost_on() {
        const HERE: &str = "// linger: allow(double-lock): nothing is locked here\n";
        let text = format!(
            "{HERE}use a::b;\nmod net {{\n impl<T> Drop for &T {{}}\n impl Drop for Server<u8> {{\n  \
             fn drop(&mut self) {{\n   {HERE}   fn inner() {{\n    {HERE}   }}\n  }}\n }}\n}}\n"
        );
        let drop = "net::Drop for Server::drop";
        assert_eq!(paths(&text), [String::new(), drop.to_owned(), format!("{drop}::inner")]);
    }
}
