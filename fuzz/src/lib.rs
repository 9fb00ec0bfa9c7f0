//! What must hold for any bytes. The fuzz targets call these functions, and so does a test that
//! needs no nightly compiler (`tests/tests/all/mutations.rs`).

use linger_lint::config::Config;
use linger_lint::finding::{Finding, Region};
use linger_lint::render::{Format, Surroundings, render};
use linger_lint::source::{Edition, Project, SourceFile, Target, TargetKind};

const FORMATS: [Format; 9] = [
    Format::Human,
    Format::Short,
    Format::Json,
    Format::Github,
    Format::Sarif,
    Format::Rustc,
    Format::Gitlab,
    Format::Junit,
    Format::Html,
];

/// Any text as a source file.
pub fn lowering(data: &[u8]) {
    checked(&String::from_utf8_lossy(data), &Config::default());
}

/// Any text as the body of each `select!`.
pub fn select(data: &[u8]) {
    let body = String::from_utf8_lossy(data);
    for name in ["tokio::select", "futures::select_biased", "crossbeam_channel::select"] {
        checked(&format!("async fn f() {{ loop {{ {name}! {{ {body} }} }} }}"), &Config::default());
    }
}

/// Any text as a `linger.toml`, and as a manifest that may hold one.
pub fn config(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(config) = Config::from_toml(&text) {
        checked("fn f() { std::thread::spawn(|| loop {}); }", &config);
    }
    let manifest = Config::from_manifest(&text);
    if let Err(error) = manifest {
        assert!(!error.to_string().is_empty());
    }
}

/// Any text as a suppression, in each of its forms.
pub fn suppressions(data: &[u8]) {
    let said = String::from_utf8_lossy(data);
    for text in [
        format!("fn f() {{}} // linger: {said}\n"),
        format!("/* linger: allow({said} */ fn f() {{}}\n"),
        format!("#[linger::allow({said})]\nfn f() {{}}\n"),
        format!("#[cfg_attr(all(), linger::allow{said})]\nmod m {{ fn f() {{}} }}\n"),
    ] {
        checked(&text, &Config::default());
    }
}

/// Checks `text`, and that what is found can be shown.
fn checked(text: &str, config: &Config) {
    let target = Target {
        name: "a".into(),
        package: "a".into(),
        renames: Vec::new(),
        dependencies: Vec::new(),
        kind: TargetKind::Lib,
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
    let report = linger_lint::check(&project, config);
    for finding in &report.findings {
        assert_well_placed(text, finding);
    }
    for format in FORMATS {
        let surroundings = Surroundings::of(&project);
        render(&report, format, &surroundings, &mut Vec::new()).expect("memory takes all");
    }
}

/// Whether all places of a finding lie within the text, between its characters.
fn assert_well_placed(text: &str, finding: &Finding) {
    let place = |span: &Region| {
        let (start, end) = (span.start.byte, span.end.byte);
        assert!(
            text.get(start..end).is_some(),
            "{start}..{end} is no part of the text: {finding:?}"
        );
        assert!(span.start.line >= 1 && span.start.column >= 1, "{finding:?}");
    };
    place(&finding.span);
    finding.labels.iter().for_each(|label| place(&label.span));
    let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
    edits.for_each(|edit| place(&edit.span));
}
