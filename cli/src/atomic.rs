//! Writing a file whole or not at all.

use std::fs::Permissions;
use std::io::{self, Write};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

/// Puts `bytes` into the file at `path`, through a second file beside it that takes its place:
/// whoever reads it, and whoever finds it after a crash, sees the old content or the new.
///
/// A symbolic link stays one, and so do the permissions. What is no regular file, such as
/// `/dev/stdout`, is written to as it is.
///
/// # Errors
///
/// The folder or the file can't be written.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let old = match std::fs::metadata(path) {
        Ok(old) if !old.is_file() => return std::fs::write(path, bytes),
        // A file that must not be written is not to be replaced either.
        Ok(old) => Some(std::fs::OpenOptions::new().write(true).open(path).map(|_| old)?),
        Err(_) => None,
    };
    let mut beside = beside(path)?;
    beside.write_all(bytes)?;
    if let Some(old) = old {
        beside.as_file().set_permissions(old.permissions())?;
    }
    beside.persist(path).map(drop).map_err(|error| error.error)
}

/// Whether [`write`] could write to `path` now; it leaves no trace.
///
/// # Errors
///
/// It could not: why.
pub(crate) fn writable(path: &Path) -> io::Result<()> {
    match std::fs::metadata(path) {
        Ok(_) => std::fs::OpenOptions::new().write(true).open(path).map(drop),
        Err(_) => beside(path).map(drop),
    }
}

fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = Builder::new();
    builder.prefix(".linger-");
    if let Some(all) = permissions_of_new_files() {
        builder.permissions(all);
    }
    builder.tempfile_in(folder)
}

/// What other programs ask for when they create a file; the system takes away what the user
/// does not want. Temporary files are otherwise for their owner alone.
fn permissions_of_new_files() -> Option<Permissions> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        Some(Permissions::from_mode(0o666))
    }
    #[cfg(not(unix))]
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn nothing_is_left_beside_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for text in ["one", "two"] {
            writable(&path).unwrap();
            write(&path, text.as_bytes()).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[test]
    fn a_folder_that_is_not_there_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none").join("a");
        assert_eq!(writable(&path).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(write(&path, b"").unwrap_err().kind(), io::ErrorKind::NotFound);
        assert!(names(folder.path()).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        std::fs::write(&real, "old").unwrap();
        std::fs::set_permissions(&real, Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("real", &link).unwrap();
        write(&link, b"new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_to_string(&real).unwrap(), "new");
        assert_eq!(std::fs::metadata(&real).unwrap().mode() & 0o777, 0o640);
    }
}
