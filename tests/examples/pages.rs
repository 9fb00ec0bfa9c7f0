//! Writes the pages of the guide that are made of the patterns and the rules.

use std::fs;
use std::io;

use linger_tests::pages;

fn main() -> io::Result<()> {
    let pages = pages::all();
    for stale in pages::left_over(&pages)? {
        fs::remove_file(pages::folder().join(stale))?;
    }
    for (path, text) in pages {
        let path = pages::folder().join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        if fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            fs::write(&path, text)?;
            println!("{}", path.display());
        }
    }
    Ok(())
}
