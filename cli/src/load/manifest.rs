//! The crates of a manifest that was named.
//!
//! Starting cargo costs more than checking a small package, so a manifest that stands for
//! itself is read here; cargo is asked about workspaces, about what they hand down, and whenever
//! the manifest can't be read, because then its words are the ones that the user knows.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cargo_toml::{Manifest, Product};
use linger_lint::source::{Edition, Target, TargetKind};

use super::plan::{Crates, Root};
use super::{LoadError, metadata};

/// The crates of a package, or of every member if the manifest is a workspace's.
pub(super) fn crates(path: &Path) -> Result<Crates, LoadError> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let Ok(mut manifest) = Manifest::from_str(&text) else { return metadata::package(path) };
    if manifest.workspace.is_some() {
        return metadata::workspace(Some(path));
    }
    if manifest.needs_workspace_inheritance() || manifest.complete_from_path(path).is_err() {
        return metadata::package(path);
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let Some(roots) = roots(&manifest, folder) else { return metadata::package(path) };
    Ok(Crates { roots, target_folder: target_folder(folder), packages: BTreeMap::new() })
}

/// Where cargo has built the package before; a folder that was never built in, such as one of
/// cargo's registry, is left as it is.
fn target_folder(package: &Path) -> Option<PathBuf> {
    let set = std::env::var_os("CARGO_TARGET_DIR").filter(|folder| !folder.is_empty());
    set.map_or_else(
        || Some(package.join("target")).filter(|own| own.is_dir()),
        |set| Some(set.into()),
    )
}

/// The crates of a manifest that is complete; nothing if it lacks what only cargo would know.
fn roots(manifest: &Manifest, folder: &Path) -> Option<Vec<Root>> {
    let package = manifest.package.as_ref()?;
    let edition = edition(package.edition.get().copied().ok()?);
    let renames = renames(manifest);
    let dependencies = local(manifest);
    let mut roots = Vec::new();
    let mut add = |kind: TargetKind, name: &str, file: PathBuf| {
        let target = Target {
            name: name.replace('-', "_"),
            package: package.name.clone(),
            renames: renames.clone(),
            dependencies: dependencies.clone(),
            kind,
            edition,
        };
        roots.push(Root::of(target, file));
    };
    let targets = manifest
        .lib
        .iter()
        .map(|lib| (TargetKind::Lib, lib))
        .chain(manifest.bin.iter().map(|bin| (TargetKind::Bin, bin)))
        .chain(manifest.test.iter().map(|test| (TargetKind::Test, test)))
        .chain(manifest.example.iter().map(|example| (TargetKind::Example, example)))
        .chain(manifest.bench.iter().map(|bench| (TargetKind::Bench, bench)));
    for (kind, Product { name, path, .. }) in targets {
        let name = name.as_deref().unwrap_or(&package.name);
        add(kind, name, folder.join(path.as_ref()?));
    }
    if let Some(script) = build_script(package, folder) {
        add(TargetKind::Build, "build_script_build", script);
    }
    Some(roots)
}

fn build_script(package: &cargo_toml::Package, folder: &Path) -> Option<PathBuf> {
    use cargo_toml::OptionalFile;
    let script = match &package.build {
        None | Some(OptionalFile::Flag(true)) => "build.rs".into(),
        Some(OptionalFile::Flag(false)) => return None,
        Some(OptionalFile::Path(path)) => path.clone(),
    };
    Some(folder.join(script)).filter(|script| script.is_file())
}

fn renames(manifest: &Manifest) -> Vec<(String, String)> {
    dependencies(manifest)
        .filter_map(|(local, dependency)| {
            Some((local.replace('-', "_"), dependency.package()?.replace('-', "_")))
        })
        .collect()
}

/// The packages that it depends on by path.
fn local(manifest: &Manifest) -> Vec<String> {
    dependencies(manifest)
        .filter(|(_, dependency)| dependency.detail().is_some_and(|detail| detail.path.is_some()))
        .map(|(local, dependency)| dependency.package().unwrap_or(local).to_owned())
        .collect()
}

fn dependencies(manifest: &Manifest) -> impl Iterator<Item = (&String, &cargo_toml::Dependency)> {
    let target_specific = manifest
        .target
        .values()
        .flat_map(|t| [&t.dependencies, &t.dev_dependencies, &t.build_dependencies]);
    [&manifest.dependencies, &manifest.dev_dependencies, &manifest.build_dependencies]
        .into_iter()
        .chain(target_specific)
        .flatten()
}

pub(super) fn edition(edition: cargo_toml::Edition) -> Edition {
    use cargo_toml::Edition as Theirs;
    match edition {
        Theirs::E2015 => Edition::E2015,
        Theirs::E2018 => Edition::E2018,
        Theirs::E2021 => Edition::E2021,
        _ => Edition::E2024,
    }
}
