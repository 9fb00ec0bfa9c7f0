//! Finding and reading the configuration.

use std::path::{Path, PathBuf};
use std::slice;

use linger_lint::config::Config;

use crate::args::Check;
use crate::globs::Globs;
use crate::load::Loaded;
use crate::paths::{Names, absolute};

/// What is in force for one run.
#[derive(Debug)]
pub struct Configuration {
    /// Levels and catalogue.
    pub config: Config,
    /// What is neither read nor followed.
    pub exclude: Globs,
    /// The baseline that it names.
    pub baseline: Option<PathBuf>,
    /// The files that have levels of their own, in the order of [`Config::paths`].
    paths: Vec<Globs>,
}

impl Configuration {
    /// Reads the configuration that the arguments name, or else the nearest above all that is
    /// checked, and sets the levels from the arguments over it.
    ///
    /// # Errors
    ///
    /// A file can't be read, or something in it or in the arguments is unknown: the text to
    /// print, which names the file.
    pub fn of(check: &Check) -> Result<Configuration, String> {
        let found = match &check.config {
            Some(file) => Some((file.clone(), read(file)?)),
            None => nearest(&common_folder(&check.paths))?,
        };
        let (file, mut config) = found.unwrap_or_default();
        for (rule, level) in &check.levels.0 {
            config.set(rule, *level).map_err(|error| error.to_string())?;
        }
        let folder = file.parent().unwrap_or(Path::new("."));
        let globs = |key: &str, patterns: &[String]| {
            Globs::new(folder, patterns)
                .map_err(|error| format!("{}: {key}: {error}", file.display()))
        };
        let paths = config.paths.iter();
        let paths = paths.map(|own| globs("paths", slice::from_ref(&own.pattern)));
        let paths = paths.collect::<Result<_, _>>()?;
        let exclude = globs("exclude", &config.exclude)?.or(given("exclude", &check.exclude)?);
        // Named as findings are, for messages.
        let baseline = config.baseline.as_ref();
        let baseline = baseline.map(|path| Names::new(&[]).name(&absolute(&folder.join(path))));
        Ok(Configuration { exclude, baseline: baseline.map(PathBuf::from), paths, config })
    }

    /// Finds out which of the loaded files have levels of their own.
    pub fn learn(&mut self, loaded: &Loaded) {
        for file in loaded.project.files.iter().filter(|_| !self.paths.is_empty()) {
            let path = absolute(Path::new(&file.path));
            let own = (0..self.paths.len()).filter(|index| self.paths[*index].cover(&path));
            self.config.assign(&file.path, own.collect());
        }
    }
}

/// The patterns of an argument, which are seen from the current folder.
pub(crate) fn given(argument: &str, patterns: &[String]) -> Result<Globs, String> {
    Globs::new(Path::new("."), patterns).map_err(|error| format!("--{argument}: {error}"))
}

/// The deepest folder that holds all paths; the current one if there are none.
pub(crate) fn common_folder(paths: &[PathBuf]) -> PathBuf {
    let mut paths = paths.iter().map(|path| absolute(path));
    let Some(mut common) = paths.next() else { return absolute(Path::new(".")) };
    for path in paths {
        while !path.starts_with(&common) {
            common.pop();
        }
    }
    common
}

/// The configuration in `folder` or the nearest folder above it that has one.
fn nearest(folder: &Path) -> Result<Option<(PathBuf, Config)>, String> {
    for folder in folder.ancestors() {
        let own = folder.join("linger.toml");
        if own.is_file() {
            let config = read(&own)?;
            return Ok(Some((own, config)));
        }
        let manifest = folder.join("Cargo.toml");
        // A manifest that can't be read as TOML is for the loader to complain about.
        let text = std::fs::read_to_string(&manifest).unwrap_or_default();
        if text.contains("linger") && text.parse::<toml::Table>().is_ok() {
            let config = Config::from_manifest(&text).map_err(|error| said(&manifest, &error))?;
            if let Some(config) = config {
                return Ok(Some((manifest, config)));
            }
        }
    }
    Ok(None)
}

fn read(file: &Path) -> Result<Config, String> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("cannot read `{}`: {error}", file.display()))?;
    if file.file_name().is_some_and(|name| name == "Cargo.toml") {
        let config = Config::from_manifest(&text).map_err(|error| said(file, &error))?;
        return Ok(config.unwrap_or_default());
    }
    Config::from_toml(&text).map_err(|error| said(file, &error))
}

fn said(file: &Path, error: &linger_lint::config::ConfigError) -> String {
    format!("{}:{error}", file.display())
}
