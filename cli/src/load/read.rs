//! Reading one source file.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use memchr::memmem;

/// How far into a file the mark of generated code is looked for, in bytes.
const MARK_WITHIN: usize = 2048;

/// What became of reading a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// There is no such file.
    Missing,
    /// It says that a machine wrote it.
    Generated,
    /// Its text.
    Text(Arc<str>),
    /// It is there and can't be read: the reason.
    Failed(String),
}

/// What tells two files apart whatever they are called: where they lie on which device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity(u64, u64);

impl Identity {
    /// That of the file at `path`; nothing where the system does not tell.
    pub(super) fn of(path: &Path) -> Option<Identity> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let metadata = std::fs::metadata(path).ok()?;
            Some(Identity(metadata.dev(), metadata.ino()))
        }
        #[cfg(not(unix))]
        {
            let _ = path;
            None
        }
    }
}

/// Reads the file at `path`. Only regular files are opened, because a pipe would never end.
pub(super) fn read(path: &Path) -> Read {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => return Read::Failed("a folder, not a file".into()),
        Ok(metadata) if !metadata.is_file() => return Read::Failed("not a regular file".into()),
        Ok(_) => {}
        Err(error) => return failed(path, &error),
    }
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => return failed(path, &error),
    };
    match String::from_utf8(bytes) {
        Ok(text) if is_generated(&text) => Read::Generated,
        Ok(text) => Read::Text(text.into()),
        Err(error) => Read::Failed(format!(
            "not UTF-8: the byte at offset {} begins no character",
            error.utf8_error().valid_up_to()
        )),
    }
}

fn failed(path: &Path, error: &std::io::Error) -> Read {
    match error.kind() {
        ErrorKind::NotFound if path.is_symlink() => {
            Read::Failed("a symbolic link to nothing".into())
        }
        ErrorKind::NotFound | ErrorKind::NotADirectory => Read::Missing,
        _ => Read::Failed(reason(error)),
    }
}

/// What the system says, without its number: `permission denied`.
pub(super) fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

/// Whether a comment near the top holds the mark that generators set.
fn is_generated(text: &str) -> bool {
    let head = &text.as_bytes()[..text.len().min(MARK_WITHIN)];
    memmem::find_iter(head, b"@generated").any(|at| {
        let line = text[..at].rfind('\n').map_or(0, |i| i + 1);
        text[line..at].trim_start_matches('\u{feff}').trim_start().starts_with(['/', '*'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_counts_in_comments_near_the_top_only() {
        let mark = "@generated";
        assert!(is_generated(&format!("// {mark} by a tool\n")));
        assert!(is_generated(&format!("/*\n * {mark}\n */")));
        assert!(!is_generated(&format!("const MARK: &str = \"{mark}\";")));
        assert!(!is_generated(&format!("{}// {mark}", "\n".repeat(MARK_WITHIN))));
    }

    #[test]
    fn what_is_no_file_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir(path("folder.rs")).unwrap();
        std::fs::write(path("latin.rs"), b"// \xe9").unwrap();
        std::fs::write(path("plain.rs"), "x").unwrap();
        assert_eq!(read(&path("none.rs")), Read::Missing);
        assert_eq!(read(&path("plain.rs/mod.rs")), Read::Missing);
        assert_eq!(read(&path("folder.rs")), Read::Failed("a folder, not a file".into()));
        let not_utf8 = "not UTF-8: the byte at offset 3 begins no character";
        assert_eq!(read(&path("latin.rs")), Read::Failed(not_utf8.into()));
        assert_eq!(read(&path("plain.rs")), Read::Text("x".into()));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_nothing_is_no_missing_file() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link.rs");
        std::os::unix::fs::symlink("nowhere.rs", &link).unwrap();
        assert_eq!(read(&link), Read::Failed("a symbolic link to nothing".into()));
    }
}
