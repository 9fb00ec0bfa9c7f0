//! The generated pages of the guide are what they would be made of today.

use std::fs;

use linger_tests::pages;

#[test]
fn generated_pages_are_current() {
    let pages = pages::all();
    let stale: Vec<_> = (pages.iter())
        .filter(|(path, text)| {
            fs::read_to_string(pages::folder().join(path)).ok().as_ref() != Some(text)
        })
        .map(|(path, _)| path)
        .collect();
    let left = pages::left_over(&pages).expect("the folders can be read");
    assert!(
        stale.is_empty() && left.is_empty(),
        "run `cargo run -p linger-tests --example pages`: stale {stale:?}, left over {left:?}"
    );
}
