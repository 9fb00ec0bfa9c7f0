//! What earlier runs found, in the target folder.
//!
//! One small file for each group of packages that depend on each other. Nothing in it is trusted
//! and nothing about it can fail a check: a file that is torn, foreign or gone is a cache miss,
//! and a folder that can't be written keeps nothing.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use linger_lint::Key;

use crate::atomic;

/// The folder below the target folder.
const FOLDER: &str = "linger";
/// How many bytes are kept, about; the files that nobody has read for longest go first.
const MOST: u64 = 64 << 20;
/// The length of the digest at the start of each file, in bytes.
const DIGEST: usize = 32;

/// The findings of earlier runs of this very executable.
pub(crate) struct Cache {
    folder: PathBuf,
    /// What tells one build of linger from another.
    build: String,
}

impl Cache {
    /// The cache in a target folder.
    pub(crate) fn new(target: &Path) -> Cache {
        Cache { folder: target.join(FOLDER), build: build() }
    }

    /// The file of a key: named by the key and the build, so that different versions live side
    /// by side.
    fn file(&self, key: &Key) -> PathBuf {
        let mut hasher = blake3::Hasher::new();
        hasher.update(key.bytes()).update(self.build.as_bytes());
        self.folder.join(hasher.finalize().to_hex().as_str())
    }

    /// Deletes what was read longest ago until the rest is small enough.
    pub(crate) fn prune(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        let mut files: Vec<(SystemTime, u64, PathBuf)> = entries
            .filter_map(|entry| {
                let entry = entry.ok()?;
                let metadata = entry.metadata().ok().filter(fs::Metadata::is_file)?;
                Some((metadata.modified().ok()?, metadata.len(), entry.path()))
            })
            .collect();
        let mut bytes: u64 = files.iter().map(|(_, length, _)| length).sum();
        files.sort();
        for (_, length, path) in files {
            if bytes <= MOST {
                break;
            }
            if fs::remove_file(path).is_ok() {
                bytes -= length;
            }
        }
    }
}

impl linger_lint::Cache for Cache {
    fn get(&self, key: &Key) -> Option<Vec<u8>> {
        let path = self.file(key);
        let bytes = fs::read(&path).ok()?;
        let (digest, value) = bytes.split_first_chunk::<DIGEST>()?;
        if blake3::hash(value).as_bytes() != digest {
            return None;
        }
        // The time of the last use, which `prune` goes by; it is no harm if it can't be set.
        File::options()
            .write(true)
            .open(&path)
            .and_then(|f| f.set_modified(SystemTime::now()))
            .ok();
        Some(value.to_vec())
    }

    fn put(&self, key: &Key, value: &[u8]) {
        let bytes = [blake3::hash(value).as_bytes().as_slice(), value].concat();
        if fs::create_dir_all(&self.folder).is_ok() {
            atomic::write(&self.file(key), &bytes).ok();
        }
    }
}

/// The executable's size and time: while linger itself is worked on, its version stays the same.
fn build() -> String {
    let metadata = std::env::current_exe().and_then(fs::metadata).ok();
    let told = metadata.map(|metadata| (metadata.len(), metadata.modified().ok()));
    format!("{} {told:?}", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use linger_lint::Cache as _;
    use linger_lint::source::Project;

    use super::*;

    /// Some key: what an empty project hangs on.
    fn key() -> Key {
        struct Spy(std::sync::Mutex<HashMap<Key, ()>>);
        impl linger_lint::Cache for Spy {
            fn get(&self, key: &Key) -> Option<Vec<u8>> {
                self.0.lock().unwrap().insert(*key, ());
                None
            }
            fn put(&self, _: &Key, _: &[u8]) {}
        }
        let spy = Spy(std::sync::Mutex::default());
        let file = linger_lint::source::SourceFile {
            path: "a.rs".into(),
            text: Ok("".into()),
            target: 0,
            module: Vec::new(),
            test: false,
        };
        let project = Project { targets: Vec::new(), files: vec![file] };
        linger_lint::check_with(&project, &Default::default(), Some(&spy));
        spy.0.into_inner().unwrap().into_keys().next().unwrap()
    }

    #[test]
    fn what_was_put_is_got() {
        let folder = tempfile::tempdir().unwrap();
        let (cache, key) = (Cache::new(folder.path()), key());
        assert_eq!(cache.get(&key), None);
        cache.put(&key, b"value");
        assert_eq!(cache.get(&key).unwrap(), b"value");
        cache.put(&key, b"");
        assert_eq!(cache.get(&key).unwrap(), b"");
    }

    #[test]
    fn torn_and_foreign_files_are_misses() {
        let folder = tempfile::tempdir().unwrap();
        let (cache, key) = (Cache::new(folder.path()), key());
        cache.put(&key, b"value");
        let path = cache.file(&key);
        let whole = fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        *flipped.last_mut().unwrap() ^= 1;
        for bytes in [&whole[..whole.len() - 1], &whole[..DIGEST - 1], &flipped, b"", b"text"] {
            fs::write(&path, bytes).unwrap();
            assert_eq!(cache.get(&key), None);
        }
        cache.put(&key, b"new");
        assert_eq!(cache.get(&key).unwrap(), b"new");
    }

    #[test]
    fn a_folder_that_cannot_be_made_keeps_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let (cache, key) = (Cache::new(&file), key());
        cache.put(&key, b"value");
        cache.prune();
        assert_eq!(cache.get(&key), None);
    }

    #[test]
    fn the_oldest_go_first() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path());
        fs::create_dir_all(&cache.folder).unwrap();
        let start = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        for (age, name) in [(3, "c"), (1, "a"), (2, "b")] {
            let file = File::create(cache.folder.join(name)).unwrap();
            file.set_len(MOST / 2).unwrap();
            file.set_modified(start + std::time::Duration::from_secs(age)).unwrap();
        }
        cache.prune();
        let mut left: Vec<_> =
            fs::read_dir(&cache.folder).unwrap().map(|e| e.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["b", "c"]);
    }
}
