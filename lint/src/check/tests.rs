//! Tests of its module.

use std::fs;
use std::path::{Path, PathBuf};

use super::check_in_pool;
use crate::config::Config;
use crate::source::{Edition, Project, SourceFile, Target, TargetKind};
use crate::syntax;

/// What is found in a project, whether everything is parsed or what matters.
fn found(project: &Project, small: usize) -> Vec<String> {
    let check = || {
        let report = check_in_pool(project, &Config::default(), None, small);
        let place =
            |span: &crate::finding::Region| format!("{}:{}", span.start.line, span.end.byte);
        report
            .findings
            .iter()
            .map(|found| {
                let labels = found.labels.iter().map(|label| place(&label.span));
                let labels: Vec<String> = labels.collect();
                let (file, at) = (&found.file, place(&found.span));
                format!("{file}:{at}: {}: {} {labels:?}", found.rule, found.message)
            })
            .collect::<Vec<String>>()
    };
    let pool = rayon::ThreadPoolBuilder::new().stack_size(syntax::STACK).build().unwrap();
    pool.install(check)
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

/// All files below a folder, each a crate of its own.
fn folder(name: &str) -> Project {
    let mut paths = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(name), &mut paths);
    paths.sort();
    let mut project = Project::default();
    for (target, path) in paths.iter().enumerate() {
        project.targets.push(Target {
            name: format!("file{target}"),
            package: format!("file{target}"),
            renames: Vec::new(),
            dependencies: Vec::new(),
            kind: TargetKind::Lib,
            edition: Edition::E2024,
        });
        project.files.push(SourceFile {
            path: path.display().to_string(),
            text: fs::read_to_string(path).map(Into::into).map_err(|error| error.to_string()),
            target,
            module: Vec::new(),
            test: false,
        });
    }
    project
}

#[test]
fn what_is_not_parsed_holds_no_finding() {
    for name in ["../fixtures", "../tracker", "src", "../cli"] {
        let project = folder(name);
        assert!(project.files.len() > 10, "{name}");
        let whole = found(&project, usize::MAX);
        let mattering = found(&project, 0);
        let lost: Vec<&String> = whole.iter().filter(|it| !mattering.contains(it)).collect();
        let added: Vec<&String> = mattering.iter().filter(|it| !whole.contains(it)).collect();
        assert!(lost.is_empty() && added.is_empty(), "{name}: lost {lost:#?}, added {added:#?}");
    }
}
