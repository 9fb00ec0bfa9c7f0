//! What a check costs beside parsing alone: the same files, parsed by syn, lowered, and checked.
//!
//! `cargo bench -p linger-lint`; the ratio of the groups is what counts, not the times.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use linger_lint::config::Config;
use linger_lint::source::{Edition, Project, SourceFile, Target, TargetKind};

/// The sources of this package and of the command: real code that lies beside the benchmark.
fn project() -> Project {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in ["src", "../cli/src", "../tracker/src", "../fixtures/rules"] {
        collect(&root.join(folder), &mut paths);
    }
    paths.sort();
    let target = Target {
        name: "bench".into(),
        package: "bench".into(),
        renames: Vec::new(),
        dependencies: Vec::new(),
        kind: TargetKind::Lib,
        edition: Edition::E2024,
    };
    let file = |path: &PathBuf| SourceFile {
        path: path.display().to_string(),
        text: fs::read_to_string(path).map(Into::into).map_err(|error| error.to_string()),
        target: 0,
        module: vec![path.file_stem().unwrap_or_default().to_string_lossy().into_owned()],
        test: false,
    };
    Project { targets: vec![target], files: paths.iter().map(file).collect() }
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

fn bench(criterion: &mut Criterion) {
    let project = project();
    let texts: Vec<&str> =
        project.files.iter().filter_map(|file| file.text.as_deref().ok()).collect();
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    let mut group = criterion.benchmark_group("sources");
    group.throughput(Throughput::Bytes(bytes as u64));
    group.sample_size(20);
    group.bench_function("parse", |bencher| {
        bencher.iter(|| {
            for text in &texts {
                black_box(syn::parse_file(text).is_ok());
                proc_macro2::extra::invalidate_current_thread_spans();
            }
        });
    });
    group.bench_function("lower", |bencher| {
        bencher.iter(|| {
            for text in &texts {
                black_box(linger_lint::syntax::lower(text, Edition::E2024, false).is_ok());
            }
        });
    });
    group.bench_function("check", |bencher| {
        let config = Config::default();
        bencher.iter(|| black_box(linger_lint::check(&project, &config)));
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
