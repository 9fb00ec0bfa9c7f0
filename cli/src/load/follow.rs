//! From the roots of crates along their `mod` declarations to all their files.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use linger_lint::source::skim::{Skim, skim};
use linger_lint::source::{Project, SourceFile};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::loose;
use super::plan::Root;
use super::read::{Identity, Read, read};
use crate::globs::Globs;
use crate::paths::{Names, clean};

/// Modules deeper than this are not followed: a symbolic link may lead round in a circle, which
/// not every system lets us see.
const DEEPEST: usize = 100;

/// Reads all files of all crates; also says how many were left out as generated.
///
/// `unreadable` are places known to be so, each with the reason.
pub(super) fn follow(
    roots: Vec<Root>,
    unreadable: Vec<(PathBuf, String)>,
    exclude: &Globs,
    names: &Names,
) -> (Project, usize) {
    let mut follower = Follower {
        exclude,
        names,
        project: Project::default(),
        places: Vec::new(),
        claimed: FxHashMap::default(),
        asked: HashSet::new(),
        generated: 0,
    };
    let mut stages: BTreeMap<usize, Vec<Asked>> = BTreeMap::new();
    for root in roots {
        let target = follower.project.targets.len();
        follower.project.targets.push(root.target);
        stages.entry(root.stage).or_default().push(Asked {
            choices: vec![(root.file, true)],
            by: None,
            target,
            module: Vec::new(),
            test: root.test,
            alone: root.alone,
        });
    }
    for stage in stages.into_values() {
        let mut asked = stage;
        while !asked.is_empty() {
            asked = follower.round(asked);
        }
    }
    for (path, reason) in unreadable {
        follower.unreadable(path, reason);
    }
    (follower.project, follower.generated)
}

/// A file that somebody asks for.
struct Asked {
    /// Where it may be, and whether it owns its folder then; the first that exists is taken.
    choices: Vec<(PathBuf, bool)>,
    /// The file with the `mod` declaration; none for a root.
    by: Option<usize>,
    target: usize,
    module: Vec<String>,
    test: bool,
    alone: bool,
}

/// Where a file of the project lies, beside what the project says of it.
struct Place {
    path: PathBuf,
    /// The file that declares it.
    by: Option<usize>,
    /// What it is the same by under another name.
    identity: Option<Identity>,
}

struct Follower<'a> {
    exclude: &'a Globs,
    names: &'a Names,
    project: Project,
    /// One for each file of the project.
    places: Vec<Place>,
    claimed: FxHashMap<PathBuf, usize>,
    /// First choices of all that was asked for, so that none is read twice.
    asked: HashSet<PathBuf>,
    generated: usize,
}

impl Follower<'_> {
    /// Reads what is asked for, all at once, and returns what that asks for in turn.
    fn round(&mut self, asked: Vec<Asked>) -> Vec<Asked> {
        let wanted: Vec<Asked> = asked.into_iter().filter(|asked| self.is_new(asked)).collect();
        let exclude = self.exclude;
        let read: Vec<(Asked, Option<Arrived>)> = wanted
            .into_par_iter()
            .map(|asked| {
                let arrived = arrive(&asked, exclude);
                (asked, arrived)
            })
            .collect();
        let mut next = Vec::new();
        for (asked, arrived) in read {
            if let Some(arrived) = arrived {
                self.take(asked, arrived, &mut next);
            }
        }
        next
    }

    /// Whether nobody has asked for it; a file that asks for itself is put on record.
    fn is_new(&mut self, asked: &Asked) -> bool {
        let claimed = asked.choices.iter().find_map(|(path, _)| self.claimed.get(path).copied());
        if let Some(claimed) = claimed {
            if let Some(circle) = self.circle(claimed, asked.by) {
                self.add(asked, self.places[claimed].path.clone(), None, Err(circle));
            }
            return false;
        }
        asked.module.len() <= DEEPEST && self.asked.insert(asked.choices[0].0.clone())
    }

    /// Says how the modules run from the file `claimed` back to itself, if they do.
    fn circle(&self, claimed: usize, by: Option<usize>) -> Option<String> {
        let mut chain = vec![claimed];
        let mut at = by?;
        while at != claimed {
            chain.push(at);
            at = self.places[at].by?;
        }
        chain.push(claimed);
        let names: Vec<_> =
            chain.iter().rev().map(|file| self.names.name(&self.places[*file].path)).collect();
        Some(format!("circular modules: {}", names.join(" declares ")))
    }

    fn take(&mut self, asked: Asked, arrived: Arrived, next: &mut Vec<Asked>) {
        if self.claimed.contains_key(&arrived.path) {
            return;
        }
        if let Some(same) = self.declaring(&asked, arrived.identity)
            && let Some(circle) = self.circle(same, asked.by)
        {
            self.add(&asked, self.places[same].path.clone(), None, Err(circle));
            return;
        }
        let text = match arrived.read {
            // Declared for another platform or by a macro, or an example that was not published:
            // what is not there holds no mistake, and cargo tells of what ought to be there.
            Read::Missing => return,
            Read::Generated => {
                self.generated += 1;
                return;
            }
            Read::Text(text) => Ok(text),
            Read::Failed(reason) => Err(reason),
        };
        let asked = Asked { test: asked.test || arrived.skim.test, ..asked };
        let index = self.project.files.len();
        self.claimed.insert(arrived.path.clone(), index);
        if !asked.alone {
            next.extend(asked_by(index, &asked, &arrived.path, arrived.owns_folder, &arrived.skim));
        }
        self.add(&asked, arrived.path, arrived.identity, text);
    }

    /// Puts a place on record that belongs to no crate.
    fn unreadable(&mut self, path: PathBuf, reason: String) {
        let target = self.project.targets.len();
        self.project.targets.push(loose::target(&path));
        let module = Vec::new();
        let asked =
            Asked { choices: Vec::new(), by: None, target, module, test: false, alone: true };
        self.add(&asked, path, None, Err(reason));
    }

    /// The file among those that lead to `asked` which is the same one under another name: a
    /// symbolic link leads round in a circle.
    fn declaring(&self, asked: &Asked, identity: Option<Identity>) -> Option<usize> {
        let identity = identity?;
        let mut above = std::iter::successors(asked.by, |by| self.places[*by].by);
        above.find(|by| self.places[*by].identity == Some(identity))
    }

    fn add(
        &mut self,
        asked: &Asked,
        path: PathBuf,
        identity: Option<Identity>,
        text: Result<Arc<str>, String>,
    ) {
        self.project.files.push(SourceFile {
            path: self.names.name(&path),
            text,
            target: asked.target,
            module: asked.module.clone(),
            test: asked.test,
        });
        self.places.push(Place { path, by: asked.by, identity });
    }
}

/// A file that was found, or the first choice if none was.
struct Arrived {
    path: PathBuf,
    owns_folder: bool,
    identity: Option<Identity>,
    read: Read,
    skim: Skim,
}

/// Reads the first choice that exists; nothing if it is excluded.
fn arrive(asked: &Asked, exclude: &Globs) -> Option<Arrived> {
    let mut missing = None;
    for (path, owns_folder) in &asked.choices {
        if exclude.cover(path) {
            continue;
        }
        let read = read(path);
        let skim = if let Read::Text(text) = &read { skim(text) } else { Skim::default() };
        let absent = read == Read::Missing;
        let identity = Identity::of(path);
        let arrived =
            Arrived { path: path.clone(), owns_folder: *owns_folder, identity, read, skim };
        if !absent {
            return Some(arrived);
        }
        missing.get_or_insert(arrived);
    }
    missing
}

/// What the `mod` declarations in a file ask for.
fn asked_by(index: usize, by: &Asked, path: &Path, owns_folder: bool, skim: &Skim) -> Vec<Asked> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let stem = (!owns_folder).then_some(&*stem);
    let mut asked = Vec::new();
    for declared in &skim.modules {
        let below = declared.path().into_iter().map(str::to_owned);
        let module: Vec<String> = by.module.iter().cloned().chain(below).collect();
        for group in declared.candidates(stem) {
            let choices = group
                .into_iter()
                .map(|candidate| (clean(&folder.join(candidate.path)), candidate.owns_folder));
            asked.push(Asked {
                choices: choices.collect(),
                by: Some(index),
                target: by.target,
                module: module.clone(),
                test: by.test || declared.test,
                alone: false,
            });
        }
    }
    asked
}
