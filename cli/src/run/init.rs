//! `init`: the files that a project begins with.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use linger_lint::config::Config;
use linger_lint::rules;

use super::note;
use crate::args::Ci;
use crate::exit::Exit;
use crate::paths::{Names, absolute};

/// Writes what is asked for at the top of the workspace, and never over a file that is there.
pub(super) fn init(ci: Option<Ci>) -> Result<Exit, String> {
    let top = workspace_or_here();
    let names = Names::new(&[]);
    let mut wrote = false;
    let mut put = |place: &str, text: &str| -> Result<bool, String> {
        let path = top.join(place);
        let name = names.name(&path);
        let new = create(&path, text).map_err(|error| format!("cannot write `{name}`: {error}"))?;
        note(&if new { format!("wrote `{name}`") } else { format!("`{name}` is there already") });
        wrote |= new;
        Ok(new)
    };
    if configured_in_manifest(&top) {
        note(
            "`Cargo.toml` has `[workspace.metadata.linger]`, so there is no need of `linger.toml`",
        );
    } else {
        put("linger.toml", &configuration())?;
    }
    match ci {
        None => {}
        Some(Ci::Github) => {
            put(".github/workflows/linger.yml", include_str!("init/github.yml"))?;
        }
        Some(Ci::Gitlab) => {
            put(GITLAB, include_str!("init/gitlab.yml"))?;
            let include = format!("include:\n  - local: /{GITLAB}\n");
            if !put(".gitlab-ci.yml", &include)? {
                note(&format!("`.gitlab-ci.yml` has to include `/{GITLAB}`"));
            }
        }
    }
    if wrote { Ok(Exit::Clean) } else { Err("there is nothing left to write".to_owned()) }
}

/// Where projects keep the parts of their pipeline.
const GITLAB: &str = ".gitlab/ci/linger.yml";

/// The folder of the workspace around the current folder; the current folder outside of any.
fn workspace_or_here() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let args = ["locate-project", "--workspace", "--message-format", "plain"];
    let located = Command::new(cargo).args(args).output();
    let manifest = located.ok().filter(|output| output.status.success());
    let manifest = manifest.and_then(|output| String::from_utf8(output.stdout).ok());
    let folder = manifest.as_deref().and_then(|path| Path::new(path.trim()).parent());
    folder.map_or_else(|| absolute(Path::new(".")), Path::to_owned)
}

/// Two places for one configuration would leave open which one holds.
fn configured_in_manifest(top: &Path) -> bool {
    let manifest = std::fs::read_to_string(top.join("Cargo.toml")).unwrap_or_default();
    manifest.contains("linger") && matches!(Config::from_manifest(&manifest), Ok(Some(_)) | Err(_))
}

/// Writes a new file, with the folders above it; false if there is one already.
fn create(path: &Path, text: &str) -> std::io::Result<bool> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map(|()| true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// A `linger.toml` that changes nothing and names every rule.
fn configuration() -> String {
    let width = rules::all().iter().map(|rule| rule.name.len()).max().unwrap_or_default();
    let level = |rule: &rules::Rule| {
        let level = format!("\"{}\"", rule.level.name());
        format!("# {:width$} = {level:7} # {}\n", rule.name, rule.summary)
    };
    let levels: String = rules::all().iter().map(level).collect();
    include_str!("init/linger.toml").replace("{levels}", &levels)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;
    use crate::args::Cli;

    #[test]
    fn what_is_written_changes_nothing() {
        let config = Config::from_toml(&configuration()).unwrap();
        assert!(rules::all().iter().all(|rule| config.level_set(rule.name).is_none()));
        assert!(config.paths.is_empty() && config.exclude.is_empty());
    }

    #[test]
    fn what_is_commented_out_is_right() {
        let text = configuration();
        let lines = text.lines().map(|line| match line.strip_prefix("# ") {
            Some(code) if code.starts_with('[') || code.contains(" = ") => code,
            _ => line,
        });
        let config = Config::from_toml(&lines.collect::<Vec<_>>().join("\n")).unwrap();
        assert!(rules::all().iter().all(|rule| config.level_set(rule.name) == Some(rule.level)));
        assert_eq!(config.exclude, ["src/generated"]);
        assert_eq!(config.baseline.as_deref(), Some("linger-baseline.json"));
        assert_eq!(config.paths[0].pattern, "examples");
        assert!(config.catalogue.contains_key("functions"));
    }

    #[test]
    fn the_commands_in_workflows_are_understood() {
        for text in [include_str!("init/github.yml"), include_str!("init/gitlab.yml")] {
            let (_, command) = text.split_once("cargo linger ").unwrap();
            let args = format!("cargo-linger linger {}", command.lines().next().unwrap());
            Cli::read(args.split_whitespace().map(OsString::from)).unwrap();
        }
    }
}
