//! The page `tracker/KERNELS.md` says of each kernel what is found; it is kept fresh here.

use crate::kernel::{Kernel, Program};
use std::fmt::Write;
use std::path::Path;

const CAUSES: &[(&str, &[Kernel])] = &[
    ("Double lock", crate::double_lock::KERNELS),
    ("Locks in two orders", crate::lock_order::KERNELS),
    ("Read, write, read", crate::read_write_read::KERNELS),
    ("Lock held across a send or a wait", crate::lock_across::KERNELS),
    ("Actors that wait for each other", crate::actors::KERNELS),
    ("Stop signal that never comes", crate::cancel::KERNELS),
    ("End kept alive and never used", crate::receiver_alive::KERNELS),
    ("Signal that nobody gives", crate::signal::KERNELS),
    ("Wait inside the loop that spawns", crate::spawn_wait::KERNELS),
    ("Wait for oneself", crate::self_wait::KERNELS),
];

const HEAD: &str = "\
# What the tracker finds in programs that wait for ever

Each kernel is a few lines with one bug, beside its repair. Its test runs both, the tasks on a
runtime of one thread and on one of three. The bug must be found with this kind and certainty, and at
the marked places; the repair must be clean.

    cargo test -p linger --all-features --test kernels
    LINGER_REPEAT=200 cargo test -p linger --all-features --release --test kernels

`proved`: nobody can end the wait, and no move that went unseen could have changed that. `likely`: so
it seems, but an end or a guard may have gone where nobody sees it. `outlived`: somebody could still
end the wait, and has not.

This page is made by the tests: `LINGER_BLESS=1 cargo test -p linger --all-features --test kernels
table` writes it anew.
";

fn page() -> String {
    let all = || CAUSES.iter().flat_map(|(_, kernels)| kernels.iter());
    let count =
        |certainty: &str| all().filter(|one| one.certainty.to_string() == certainty).count();
    let mut page = HEAD.to_owned();
    let _ = writeln!(
        page,
        "\nOf {} kernels, {} are found: {} proved, {} likely, {} outlived.\n",
        all().count(),
        all().count(),
        count("proved"),
        count("likely"),
        count("outlived")
    );
    page += "| cause | kernel | runs as | kind | certainty |\n| --- | --- | --- | --- | --- |\n";
    for (cause, kernels) in CAUSES {
        for kernel in *kernels {
            let runs = match kernel.buggy {
                Program::Tasks(_) => "tasks",
                Program::Threads(_) => "threads",
            };
            let name = kernel.name.replace('_', " ");
            let (kind, certainty) = (kernel.kind, kernel.certainty);
            let _ = writeln!(page, "| {cause} | {name} | {runs} | `{kind}` | {certainty} |");
        }
    }
    page
}

#[test]
fn the_page_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("KERNELS.md");
    if std::env::var_os("LINGER_BLESS").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page(), "KERNELS.md is not what the kernels say; see its own text");
}
