//! How paths are compared and named.

use std::path::{Component, Path, PathBuf};

/// `path` made absolute, without `.` and `..`, as it stands: symbolic links are not followed.
///
/// The empty path, which is what a bare file name has above it, is the current folder.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    clean(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}

/// The file that the compiler calls `file`: it names files from the root of the workspace, which
/// is this folder or one above.
pub(crate) fn compiled(file: &str) -> Option<PathBuf> {
    let here = absolute(Path::new("."));
    // The root is where the lock file is; without one, the nearest folder will do.
    let root = here.ancestors().find(|folder| folder.join("Cargo.lock").is_file());
    let mut places = root.into_iter().chain(here.ancestors()).map(|folder| folder.join(file));
    places.find(|path| path.is_file())
}

/// `path` without `.` and `..`, so that one file has one name.
pub(crate) fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if clean.file_name().is_some() => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}

/// How files are called in findings: from the current folder where they lie below it, and
/// otherwise as the user named the place they were found in.
#[derive(Debug, Default)]
pub(crate) struct Names {
    current: PathBuf,
    /// Places as absolute paths and as the user named them, deepest first.
    given: Vec<(PathBuf, PathBuf)>,
}

impl Names {
    pub(crate) fn new(given: &[PathBuf]) -> Self {
        let mut given: Vec<_> =
            given.iter().map(|path| (absolute(path), path.to_owned())).collect();
        given.sort_by_key(|(absolute, _)| std::cmp::Reverse(absolute.as_os_str().len()));
        Names { current: absolute(Path::new(".")), given }
    }

    /// The name of the file at the absolute path `file`.
    pub(crate) fn name(&self, file: &Path) -> String {
        if let Ok(below) = file.strip_prefix(&self.current) {
            return with_slashes(below);
        }
        for (place, given) in &self.given {
            match file.strip_prefix(place) {
                Ok(below) if below.as_os_str().is_empty() => return with_slashes(given),
                Ok(below) => return with_slashes(&given.join(below)),
                Err(_) => {}
            }
        }
        with_slashes(file)
    }
}

/// How `file` is reached from `folder`, both absolute, with `/` between folders.
pub(crate) fn relative(folder: &Path, file: &Path) -> String {
    for (up, above) in folder.ancestors().enumerate() {
        if let Ok(below) = file.strip_prefix(above) {
            return "../".repeat(up) + &with_slashes(below);
        }
    }
    // On another drive.
    with_slashes(file)
}

fn with_slashes(path: &Path) -> String {
    let name = path.to_string_lossy();
    if cfg!(windows) { name.replace('\\', "/") } else { name.into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_has_one_name() {
        assert_eq!(clean(Path::new("/a/./b/../c.rs")), Path::new("/a/c.rs"));
        assert_eq!(clean(Path::new("/../a")), Path::new("/../a"));
    }

    #[test]
    fn one_path_starts_from_another() {
        let from = |folder: &str| relative(Path::new(folder), Path::new("/a/b/c.rs"));
        assert_eq!(from("/a"), "b/c.rs");
        assert_eq!(from("/a/d/e"), "../../b/c.rs");
        assert_eq!(from("/"), "a/b/c.rs");
    }

    #[test]
    fn names_start_at_the_current_folder_or_as_given() {
        let names = Names::new(&["../elsewhere".into(), "/far".into()]);
        let current = absolute(Path::new("."));
        assert_eq!(names.name(&current.join("src/a.rs")), "src/a.rs");
        let elsewhere = absolute(Path::new("../elsewhere/x/a.rs"));
        assert_eq!(names.name(&elsewhere), "../elsewhere/x/a.rs");
        assert_eq!(names.name(Path::new("/far/a.rs")), "/far/a.rs");
        assert_eq!(names.name(Path::new("/other/a.rs")), "/other/a.rs");
    }
}
