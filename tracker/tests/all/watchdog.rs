//! The watchdog for programs.

use linger::tokio;
use linger::{Certainty, Kind, Options};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

#[test]
fn a_knot_is_found_while_the_program_runs() {
    let watch = linger::watch(Options::new().grace(Duration::from_millis(10)));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let found = runtime.block_on(async {
        let lock = Arc::new(Mutex::new(0));
        tokio::spawn(async move {
            let first = lock.lock().await;
            let second = lock.lock().await;
            drop((first, second));
        });
        loop {
            tokio::time::sleep(Duration::from_millis(5)).await;
            // Other tests of this process have knots of their own.
            let report = watch.report();
            let here = |one: &&linger::Finding| one.file.ends_with("watchdog.rs");
            if let Some(found) = report.findings().iter().find(here) {
                return found.clone();
            }
        }
    });
    assert_eq!((found.kind, found.certainty), (Kind::Deadlock, Certainty::Proved));
    watch.stop();
}
