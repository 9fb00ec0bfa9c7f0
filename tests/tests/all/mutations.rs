//! Sources, configurations, suppressions and caches with random damage: whatever comes in, a check
//! ends with findings in their places. The fuzz targets look at the same functions for longer.

#[path = "../../../fuzz/src/lib.rs"]
#[allow(unreachable_pub, reason = "a crate of its own for the fuzz targets")]
mod targets;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Seeds larger than this take too long in a build without optimisation.
const LARGEST: u64 = 8 << 10;
/// How many crates of the registry are looked into.
const CRATES: usize = 100;

/// Pieces of text that mean something to a parser, so that damage gets past its first look.
const WORDS: [&str; 22] = [
    "tokio::spawn(",
    "select! {",
    "=> {}",
    ".await",
    "loop {",
    "}",
    "(",
    ")",
    "|",
    "async move {",
    "let _ = ",
    "else {",
    "\"",
    "'",
    "r#\"",
    "/*",
    "// linger: allow(",
    "#[linger::allow(",
    "\u{feff}",
    "\r\n",
    "ß",
    "[levels]\n",
];

/// Numbers that look random and are the same in every run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

/// `seed` with a few pieces taken out, doubled, replaced or put in.
fn damaged(seed: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(40)).min(bytes.len());
        match random.below(5) {
            0 => drop(bytes.drain(at..end)),
            1 => {
                let piece = bytes[at..end].to_vec();
                let to = random.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            2 => bytes.truncate(at),
            3 if at < bytes.len() => bytes[at] = random.below(256) as u8,
            _ => {
                let word = WORDS[random.below(WORDS.len())];
                bytes.splice(at..at, word.bytes());
            }
        }
    }
    bytes
}

/// Calls `target` with damaged seeds until the time is over.
fn drive(target: fn(&[u8]), seeds: &[Vec<u8>]) {
    let seconds = std::env::var("LINGER_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let end = Instant::now() + Duration::from_secs(seconds.unwrap_or(2));
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    while Instant::now() < end {
        let input = damaged(&seeds[random.below(seeds.len())], &mut random);
        let result = std::panic::catch_unwind(|| target(&input));
        assert!(result.is_ok(), "this input panics: {:?}", String::from_utf8_lossy(&input));
    }
}

/// The fixtures, and files of the crates in cargo's registry where there is one.
fn sources() -> Vec<Vec<u8>> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/rules");
    let mut files = files_in(&fixtures);
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    for registry in home.iter().flat_map(|home| files_in(&home.join("registry/src"))) {
        for package in files_in(&registry).into_iter().take(CRATES) {
            files.extend(files_in(&package.join("src")));
        }
    }
    let small = |path: &PathBuf| {
        path.extension().is_some_and(|extension| extension == "rs")
            && path.metadata().is_ok_and(|metadata| metadata.len() < LARGEST)
    };
    files.iter().filter(|path| small(path)).filter_map(|path| fs::read(path).ok()).collect()
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
}

fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

#[test]
fn any_source_can_be_checked() {
    drive(targets::lowering, &sources());
}

#[test]
fn any_body_of_a_select_can_be_checked() {
    drive(
        targets::select,
        &texts(&[
            "biased; x = rx.recv() => { break } _ = token.cancelled(), if ready => return,",
            "Some(x) = stream.next() => f(x), complete => break, default => {}, else => {}",
            "recv(rx) -> message => drop(message), send(tx, 1) -> sent => {} default(d) => {}",
        ]),
    );
}

#[test]
fn any_configuration_is_read_or_refused() {
    drive(
        targets::config,
        &texts(&[
            "exclude = [\"a\"]\nbaseline = \"b.json\"\n[levels]\ndouble-lock = \"deny\"\n",
            "[paths.\"tests\"]\ndouble-lock = \"allow\"\n[workspace.metadata.linger.levels]\n",
            "[catalogue.functions]\n\"a::f\" = { role = \"spawn\", arg = 0, ret = \"u8\" }\n",
        ]),
    );
}

#[test]
fn any_suppression_is_understood_or_complained_of() {
    drive(
        targets::suppressions,
        &texts(&[
            "allow(double-lock, unowned-spawn): why",
            "double-lock, reason = \"why\"",
            "(double-lock, reason = r#\"why\"#)",
        ]),
    );
}

#[test]
fn any_cache_is_read_or_refused() {
    drive(
        targets::cache,
        &texts(&[
            "changes of four bytes each: what, where, where, with",
            "{\"findings\":[],\"stats\":{}}",
        ]),
    );
}
