//! What is published can stand alone.

use std::fs;
use std::path::{Path, PathBuf};

/// The folders of the packages that are published.
const PUBLISHED: [&str; 4] = ["lint", "macros", "tracker", "cli"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn text(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn each_package_has_the_licences_with_it() {
    for package in PUBLISHED {
        for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
            assert_eq!(text(Path::new(package).join(licence)), text(licence), "{package}");
        }
        let manifest = text(Path::new(package).join("Cargo.toml"));
        for file in ["/README.md", "/LICENSE-*"] {
            assert!(manifest.contains(&format!("\"{file}\"")), "{package} leaves out {file}");
        }
    }
}

#[test]
fn what_the_readme_of_a_package_links_to_is_in_it() {
    for package in PUBLISHED {
        let manifest = text(Path::new(package).join("Cargo.toml"));
        let readme = text(Path::new(package).join("README.md"));
        for link in readme.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let inside = link.starts_with("https://") || link.starts_with('#');
            assert!(inside || manifest.contains(&format!("\"/{link}\"")), "{package}: {link}");
        }
    }
}
