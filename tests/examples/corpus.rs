//! Runs linger over the pinned corpus of real crates.
//!
//! ```text
//! cargo run --release -p linger-tests --example corpus -- [arguments of cargo-linger check]
//! cargo run --release -p linger-tests --example corpus -- --list
//! cargo run --release -p linger-tests --example corpus -- --count
//! ```
//!
//! It is written in Rust, and not as a script, so that it needs nothing but cargo.

use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use cargo_metadata::{Message, Metadata, MetadataCommand};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The crates are resolved for one platform wherever they are read: the set is then the same for
/// everybody, and the large bindings of other platforms are not fetched.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    run(&arguments).unwrap_or_else(|error| {
        eprintln!("corpus: {error}");
        // 1 is what linger returns for findings, so it cannot mean failure here.
        ExitCode::from(2)
    })
}

fn run(arguments: &[OsString]) -> Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .ok_or("the tests are not inside a workspace")?;
    let manifest = root.join("corpus").join("Cargo.toml");
    fetch(&manifest)?;
    let folders = folders(&manifest)?;

    match arguments {
        [only] if only == "--list" => {
            let mut out = io::stdout().lock();
            for folder in &folders {
                writeln!(out, "{}", folder.display())?;
            }
            Ok(ExitCode::SUCCESS)
        }
        [only] if only == "--count" => {
            let mut total = Count::default();
            for folder in &folders {
                total.add_folder(folder)?;
            }
            println!("crates {}", folders.len());
            println!("files  {}", total.files);
            println!("lines  {}", total.lines);
            println!("bytes  {}", total.bytes);
            Ok(ExitCode::SUCCESS)
        }
        _ => check(root, &folders, arguments),
    }
}

/// The cargo that runs this example, so that a toolchain override holds for every step.
fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn fetch(manifest: &Path) -> Result<()> {
    let status = cargo()
        .args(["fetch", "--quiet", "--locked", "--target", PLATFORM, "--manifest-path"])
        .arg(manifest)
        .status()?;
    if status.success() { Ok(()) } else { Err("cargo fetch failed".into()) }
}

/// The folders of the crates the corpus names itself; what those depend on is left out.
fn folders(manifest: &Path) -> Result<Vec<PathBuf>> {
    let metadata: Metadata = MetadataCommand::new()
        .manifest_path(manifest)
        .other_options(["--frozen", "--filter-platform", PLATFORM].map(String::from).to_vec())
        .exec()?;
    let package = metadata.root_package().ok_or("the corpus has no package")?;
    let resolve = metadata.resolve.as_ref().ok_or("cargo metadata resolved nothing")?;
    let node = resolve
        .nodes
        .iter()
        .find(|node| node.id == package.id)
        .ok_or("cargo metadata did not resolve the corpus")?;
    let mut folders: Vec<PathBuf> = metadata
        .packages
        .iter()
        .filter(|candidate| node.dependencies.contains(&candidate.id))
        .filter_map(|candidate| candidate.manifest_path.parent())
        .map(|folder| folder.as_std_path().to_owned())
        .collect();
    folders.sort();
    // A crate that has no library drops out of the resolution silently, and the figures with it.
    if folders.len() != package.dependencies.len() {
        return Err(format!(
            "the corpus names {} crates but {} were found",
            package.dependencies.len(),
            folders.len()
        )
        .into());
    }
    Ok(folders)
}

fn check(root: &Path, folders: &[PathBuf], arguments: &[OsString]) -> Result<ExitCode> {
    let binary = build(root)?;
    // Findings are told with paths from the working folder. Standing in the folder that holds
    // the crates makes them read `name-version/src/...`, the same on every machine.
    let parent = folders.first().and_then(|folder| folder.parent()).ok_or("no crates")?;
    let names = folders
        .iter()
        .map(|folder| folder.strip_prefix(parent))
        .collect::<std::result::Result<Vec<_>, _>>()
        .map_err(|_| "the crates are not all in one folder")?;

    let start = Instant::now();
    let status = Command::new(binary)
        .arg("check")
        .args(arguments)
        .args(names)
        .current_dir(parent)
        .status()?;
    eprintln!("corpus: {} crates in {:.2?}", folders.len(), start.elapsed());
    match status.code().map(u8::try_from) {
        Some(Ok(code)) => Ok(ExitCode::from(code)),
        _ => Err(format!("cargo-linger ended with {status}").into()),
    }
}

/// Builds linger and says where its binary is. Built apart from the run, so that the time told
/// is the time of the linter alone.
fn build(root: &Path) -> Result<PathBuf> {
    let mut child = cargo()
        .args(["build", "--release", "--package", "cargo-linger"])
        .args(["--message-format", "json-render-diagnostics", "--manifest-path"])
        .arg(root.join("Cargo.toml"))
        .stdout(Stdio::piped())
        .spawn()?;
    let mut binary = None;
    if let Some(messages) = child.stdout.take() {
        for message in Message::parse_stream(BufReader::new(messages)) {
            if let Message::CompilerArtifact(artifact) = message?
                && artifact.target.name == "cargo-linger"
                && artifact.executable.is_some()
            {
                binary = artifact.executable;
            }
        }
    }
    if !child.wait()?.success() {
        return Err("cargo-linger could not be built".into());
    }
    Ok(binary.ok_or("cargo built no cargo-linger")?.into_std_path_buf())
}

#[derive(Default)]
struct Count {
    files: u64,
    lines: u64,
    bytes: u64,
}

impl Count {
    fn add_folder(&mut self, folder: &Path) -> Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let path = entry.path();
            if kind.is_dir() {
                self.add_folder(&path)?;
            } else if kind.is_file() && path.extension().is_some_and(|name| name == "rs") {
                let text = fs::read(&path)?;
                self.files += 1;
                self.bytes += text.len() as u64;
                self.lines += text.iter().filter(|byte| **byte == b'\n').count() as u64;
            }
        }
        Ok(())
    }
}
