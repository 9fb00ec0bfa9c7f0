//! The crates of a workspace, as cargo tells them.

use std::path::Path;

use cargo_metadata::{Metadata, MetadataCommand, Package};
use linger_lint::source::{Edition, Target, TargetKind};

use super::LoadError;
use super::plan::{Crates, Root};

/// The crates of every member of the workspace whose manifest this is; without a manifest, of
/// the workspace around the current folder.
pub(super) fn workspace(manifest: Option<&Path>) -> Result<Crates, LoadError> {
    let metadata = run(manifest)?;
    Ok(crates(&metadata, &metadata.workspace_packages()))
}

/// The crates of the one package whose manifest this is.
pub(super) fn package(manifest: &Path) -> Result<Crates, LoadError> {
    let metadata = run(Some(manifest))?;
    let same = |package: &&Package| same_file(package.manifest_path.as_std_path(), manifest);
    let packages: Vec<&Package> = metadata.packages.iter().filter(same).collect();
    Ok(crates(&metadata, &packages))
}

/// The crates of these packages.
fn crates(metadata: &Metadata, packages: &[&Package]) -> Crates {
    let id = |package: &&Package| (package.name.to_string(), package.id.repr.clone());
    Crates {
        roots: packages.iter().copied().flat_map(roots).collect(),
        target_folder: Some(metadata.target_directory.clone().into()),
        packages: packages.iter().map(id).collect(),
    }
}

/// Cargo may name a manifest by where a symbolic link leads.
fn same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// Asks cargo. It stays in the current folder: in the manifest's, a toolchain file might send
/// for a toolchain that is not installed.
fn run(manifest: Option<&Path>) -> Result<Metadata, LoadError> {
    let mut command = MetadataCommand::new();
    if let Some(manifest) = manifest {
        command.manifest_path(manifest);
    }
    command.no_deps().exec().map_err(|error| {
        let reason = match error {
            cargo_metadata::Error::CargoMetadata { stderr } => stderr,
            other => other.to_string(),
        };
        let reason = reason.trim();
        let reason = reason.strip_prefix("error: ").unwrap_or(reason);
        LoadError::new(manifest.unwrap_or(Path::new(".")), reason)
    })
}

fn roots(package: &Package) -> Vec<Root> {
    let renames: Vec<(String, String)> = package
        .dependencies
        .iter()
        .filter_map(|dependency| {
            let local = dependency.rename.as_ref()?;
            Some((local.replace('-', "_"), dependency.name.replace('-', "_")))
        })
        .collect();
    let local = package.dependencies.iter().filter(|dependency| dependency.path.is_some());
    let dependencies: Vec<String> = local.map(|dependency| dependency.name.clone()).collect();
    let target = |target: &cargo_metadata::Target| Target {
        name: target.name.replace('-', "_"),
        package: package.name.to_string(),
        renames: renames.clone(),
        dependencies: dependencies.clone(),
        kind: kind(target),
        edition: edition(target.edition),
    };
    package.targets.iter().map(|t| Root::of(target(t), t.src_path.clone().into())).collect()
}

fn kind(target: &cargo_metadata::Target) -> TargetKind {
    use cargo_metadata::TargetKind as Theirs;
    match target.kind.first() {
        Some(Theirs::Bin) => TargetKind::Bin,
        Some(Theirs::Test) => TargetKind::Test,
        Some(Theirs::Example) => TargetKind::Example,
        Some(Theirs::Bench) => TargetKind::Bench,
        Some(Theirs::CustomBuild) => TargetKind::Build,
        _ => TargetKind::Lib,
    }
}

fn edition(edition: cargo_metadata::Edition) -> Edition {
    use cargo_metadata::Edition as Theirs;
    match edition {
        Theirs::E2015 => Edition::E2015,
        Theirs::E2018 => Edition::E2018,
        Theirs::E2021 => Edition::E2021,
        _ => Edition::E2024,
    }
}
