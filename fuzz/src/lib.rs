//! What must hold for any bytes. The fuzz targets call these functions, and so does a test that
//! needs no nightly compiler (`tests/tests/all/mutations.rs`).

use std::sync::Mutex;

use linger_lint::config::Config;
use linger_lint::finding::{Finding, Region};
use linger_lint::render::{Format, Surroundings, render};
use linger_lint::source::{Edition, Project, SourceFile, Target, TargetKind};
use linger_lint::{Cache, Key, Report};

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

/// Any bytes as what a cache kept, and what it truly kept with damage as `data` says.
pub fn cache(data: &[u8]) {
    let project = project(KEPT);
    let config = Config::default();
    let cache = Foreign::default();
    linger_lint::check_with(&project, &config, Some(&cache));
    let kept = cache.kept.into_inner().unwrap_or_default();
    for gives in [data.to_vec(), damaged(kept, data)] {
        let cache = Foreign { gives: Some(gives), ..Foreign::default() };
        let report = linger_lint::check_with(&project, &config, Some(&cache));
        assert_shown(&project, &report);
        let texts = Surroundings::of(&project).texts;
        linger_lint::fix::fix(&report.findings, &texts);
        linger_lint::fingerprint::fingerprints(&report.findings, &texts);
    }
}

/// A text with findings, labels, a fix, a suppression and characters of several bytes.
const KEPT: &str = "\
async fn f(m: &tokio::sync::Mutex<u8>, n: &std::sync::Mutex<u8>) {
    let _ = m.lock().await; /* ß */
    let guard = n.lock().unwrap();
    g().await;
    // linger: allow(unowned-spawn): runs as long as the process
    tokio::spawn(async move { loop { g().await } });
}
async fn g() {}
";

/// A cache that gives what it is told to, whatever the key, and notes what it is to keep.
#[derive(Default)]
struct Foreign {
    gives: Option<Vec<u8>>,
    kept: Mutex<Vec<u8>>,
}

impl Cache for Foreign {
    fn get(&self, _: &Key) -> Option<Vec<u8>> {
        self.gives.clone()
    }

    fn put(&self, _: &Key, value: &[u8]) {
        if let Ok(mut kept) = self.kept.lock() {
            *kept = value.to_vec();
        }
    }
}

/// `kept` after changes, each made of four bytes of `data`: what to do, where (two), with what.
///
/// Most changes leave it readable: a number becomes another, a stretch between commas is doubled
/// or goes.
fn damaged(mut kept: Vec<u8>, data: &[u8]) -> Vec<u8> {
    const NUMBERS: [&str; 8] =
        ["0", "1", "-1", "0.5", "4294967296", "9223372036854775807", "18446744073709551615", "1e9"];
    for change in data.as_chunks::<4>().0.iter().take(16) {
        let [what, high, low, with] = *change;
        let at = usize::from(u16::from_be_bytes([high, low])) % kept.len().max(1);
        let behind = |found: fn(&u8) -> bool| {
            let rest = kept.get(at..).unwrap_or_default();
            rest.iter().position(found).map_or(kept.len(), |found| at + found)
        };
        match what % 5 {
            0 => {
                let start = behind(u8::is_ascii_digit);
                let digits = kept[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                let number = NUMBERS.get(usize::from(with)).map(|text| (*text).to_owned());
                let number = number.unwrap_or_else(|| with.to_string());
                kept.splice(start..start + digits, number.bytes());
            }
            1 => {
                let start = behind(|byte| *byte == b',');
                let end = (start + usize::from(with)).min(kept.len());
                let piece = kept[start..end].to_vec();
                kept.splice(start..start, piece);
            }
            2 => {
                let start = behind(|byte| *byte == b',');
                kept.drain(start..(start + usize::from(with)).min(kept.len()));
            }
            3 => kept.truncate(at),
            _ => {
                if let Some(byte) = kept.get_mut(at) {
                    *byte = with;
                }
            }
        }
    }
    kept
}

/// Checks `text`, and that what is found can be shown.
fn checked(text: &str, config: &Config) {
    let project = project(text);
    let report = linger_lint::check(&project, config);
    for finding in &report.findings {
        assert_well_placed(text, finding);
    }
    assert_shown(&project, &report);
}

/// A library of one file.
fn project(text: &str) -> Project {
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
    Project { targets: vec![target], files: vec![file] }
}

/// Whether every format can say what was found.
fn assert_shown(project: &Project, report: &Report) {
    for format in FORMATS {
        let surroundings = Surroundings::of(project);
        render(report, format, &surroundings, &mut Vec::new()).expect("memory takes all");
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
