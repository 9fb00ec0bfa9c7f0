//! What earlier checks found, so that nothing is checked twice.
//!
//! Packages that depend on each other are checked together, and what is found in them hangs on
//! nothing but their texts, the configuration and linger itself. A digest of all these is the
//! key under which the findings are kept; the models are not, as reading one back would cost
//! about as much as lowering it again.

use blake3::Hasher;
use serde::{Deserialize, Serialize};

use super::{Enclosing, Report, Stats};
use crate::config::Config;
use crate::finding::{Finding, Suppressed};
use crate::source::Project;

/// Keeps what checks found. This crate does no input or output: whoever calls it decides where.
pub trait Cache: Sync {
    /// What was put under this key, if that is still there and whole.
    fn get(&self, key: &Key) -> Option<Vec<u8>>;
    /// Keeps a value. Nobody learns whether that worked: the next check would only take longer.
    fn put(&self, key: &Key, value: &[u8]);
}

/// A digest of all that findings hang on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key([u8; 32]);

impl Key {
    /// The digest.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key of a part of a project; `whole` says that every file of it is parsed.
    pub(super) fn of(project: &Project, config: &Config, whole: bool) -> Key {
        let mut hasher = Hasher::new();
        let mut add = |bytes: &[u8]| {
            // With the length before it, no two lists of texts read the same.
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        add(env!("CARGO_PKG_VERSION").as_bytes());
        add(&[u8::from(whole)]);
        add(format!("{config:?}").as_bytes());
        add(format!("{:?}", project.targets).as_bytes());
        for file in &project.files {
            add(file.path.as_bytes());
            add(format!("{:?}", (file.target, &file.module, file.test)).as_bytes());
            match &file.text {
                Ok(text) => add(text.as_bytes()),
                Err(reason) => {
                    add(b"unreadable");
                    add(reason.as_bytes());
                }
            }
        }
        Key(*hasher.finalize().as_bytes())
    }
}

/// A report as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    findings: Vec<Finding>,
    suppressed: Vec<Suppressed>,
    items: Enclosing,
    stats: Stats,
}

/// What was found in this part before, or what `check` finds now.
pub(super) fn recalled(
    cache: Option<&dyn Cache>,
    key: impl FnOnce() -> Key,
    check: impl FnOnce() -> Report,
) -> Report {
    let Some(cache) = cache else { return check() };
    let key = key();
    let kept = cache.get(&key).and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).ok());
    if let Some(Kept { findings, suppressed, items, stats }) = kept {
        return Report { findings, suppressed, items, stats };
    }
    let Report { findings, suppressed, items, stats } = check();
    let kept = Kept { findings, suppressed, items, stats };
    if let Ok(bytes) = serde_json::to_vec(&kept) {
        cache.put(&key, &bytes);
    }
    let Kept { findings, suppressed, items, stats } = kept;
    Report { findings, suppressed, items, stats }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Mutex;

    use super::{Cache, Key};
    use crate::config::Config;
    use crate::source::{Edition, Project, SourceFile, Target, TargetKind};
    use crate::{Report, check_with};

    #[derive(Default)]
    struct Memory {
        kept: Mutex<HashMap<Key, Vec<u8>>>,
    }

    impl Cache for Memory {
        fn get(&self, key: &Key) -> Option<Vec<u8>> {
            self.kept.lock().unwrap().get(key).cloned()
        }

        fn put(&self, key: &Key, value: &[u8]) {
            self.kept.lock().unwrap().insert(*key, value.to_vec());
        }
    }

    const SPAWNS: &str = "fn f() { std::thread::spawn(|| loop { std::thread::park() }); }";
    const ANSWERED: &str = "// linger: allow(unstoppable-task): runs as long as the process\n\
                            fn f() { std::thread::spawn(|| loop { std::thread::park() }); }";

    fn project(texts: &[&str]) -> Project {
        let target = |number: usize| Target {
            name: format!("t{number}"),
            package: format!("t{number}"),
            renames: Vec::new(),
            dependencies: Vec::new(),
            kind: TargetKind::Lib,
            edition: Edition::E2024,
        };
        let file = |(number, text): (usize, &&str)| SourceFile {
            path: format!("{number}.rs"),
            text: Ok((**text).into()),
            target: number,
            module: Vec::new(),
            test: false,
        };
        Project {
            targets: (0..texts.len()).map(target).collect(),
            files: texts.iter().enumerate().map(file).collect(),
        }
    }

    fn said(report: &Report) -> String {
        format!(
            "{:?} {:?} {:?} {:?}",
            report.findings, report.suppressed, report.items, report.stats
        )
    }

    #[test]
    fn what_is_recalled_is_what_was_found() {
        let (memory, config) = (Memory::default(), Config::default());
        let project = project(&[SPAWNS, ANSWERED]);
        let plain = crate::check(&project, &config);
        let cold = check_with(&project, &config, Some(&memory));
        assert_eq!(memory.kept.lock().unwrap().len(), 2);
        let warm = check_with(&project, &config, Some(&memory));
        assert!(!plain.findings.is_empty() && !plain.suppressed.is_empty());
        assert_eq!(said(&plain), said(&cold));
        assert_eq!(said(&plain), said(&warm));
    }

    #[test]
    fn only_what_changed_is_checked_again() {
        let (memory, mut config) = (Memory::default(), Config::default());
        check_with(&project(&[SPAWNS, ANSWERED]), &config, Some(&memory));
        let changed = project(&[SPAWNS, "fn f() {}"]);
        let report = check_with(&changed, &config, Some(&memory));
        assert_eq!(said(&report), said(&crate::check(&changed, &config)));
        assert_eq!(memory.kept.lock().unwrap().len(), 3);
        config.set("unstoppable-task", crate::finding::Level::Allow).unwrap();
        let report = check_with(&changed, &config, Some(&memory));
        assert_eq!(said(&report), said(&crate::check(&changed, &config)));
        assert_eq!(memory.kept.lock().unwrap().len(), 5);
    }

    #[test]
    fn what_cannot_be_read_back_is_found_again() {
        let (memory, config) = (Memory::default(), Config::default());
        let project = project(&[SPAWNS]);
        let cold = check_with(&project, &config, Some(&memory));
        for broken in ["", "{", "{\"findings\":[]}", "\u{0}"] {
            memory.kept.lock().unwrap().values_mut().for_each(|value| *value = broken.into());
            assert_eq!(said(&check_with(&project, &config, Some(&memory))), said(&cold));
        }
    }
}
