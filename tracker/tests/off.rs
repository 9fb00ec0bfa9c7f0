//! Without the feature `track` the mirrors are the libraries themselves:
//!
//! ```text
//! cargo test -p linger --no-default-features --features full --test off
//! ```
#![cfg(all(not(feature = "track"), feature = "tokio", feature = "std"))]

use std::collections::BTreeSet;

/// Compiles only if both are one type.
fn same<T>(_: fn(T) -> T) {}

#[test]
fn the_types_are_the_libraries_own() {
    same::<tokio::sync::mpsc::Sender<u8>>(|end: linger::tokio::sync::mpsc::Sender<u8>| end);
    same::<tokio::sync::Mutex<u8>>(|lock: linger::tokio::sync::Mutex<u8>| lock);
    same::<tokio::task::JoinHandle<u8>>(|handle: linger::tokio::task::JoinHandle<u8>| handle);
    same::<tokio::runtime::Runtime>(|runtime: linger::tokio::runtime::Runtime| runtime);
    #[cfg(feature = "tokio-util")]
    same::<tokio_util::sync::CancellationToken>(
        |token: linger::tokio_util::sync::CancellationToken| token,
    );
    #[cfg(feature = "crossbeam-channel")]
    same::<crossbeam_channel::Receiver<u8>>(|end: linger::crossbeam_channel::Receiver<u8>| end);
    #[cfg(feature = "parking_lot")]
    same::<parking_lot::RwLock<u8>>(|lock: linger::parking_lot::RwLock<u8>| lock);
    #[cfg(feature = "flume")]
    same::<flume::Receiver<u8>>(|end: linger::flume::Receiver<u8>| end);
    #[cfg(feature = "async-channel")]
    same::<async_channel::Sender<u8>>(|end: linger::async_channel::Sender<u8>| end);
    #[cfg(feature = "futures")]
    same::<futures::channel::mpsc::Sender<u8>>(
        |end: linger::futures::channel::mpsc::Sender<u8>| end,
    );
    same::<std::thread::JoinHandle<u8>>(|handle: linger::std::thread::JoinHandle<u8>| handle);
    same::<std::sync::Mutex<u8>>(|lock: linger::std::sync::Mutex<u8>| lock);
}

#[linger::test]
async fn the_macros_work_and_find_nothing() {
    linger::spawn!(name = "left behind", std::future::pending::<()>());
    drop(linger::tokio::sync::mpsc::channel::<u8>(1));
    assert!(linger::check().await.findings().is_empty());
    linger::assert_no_leaks!().await;
    assert_eq!(linger::snapshot().alive(), 0);
}

#[linger::track]
fn owner() -> u32 {
    linger::std::thread::spawn(|| 7).join().unwrap()
}

#[linger::test]
fn a_scope_runs_what_it_is_given() {
    let scope = linger::Scope::new("nothing");
    let _entered = scope.enter();
    assert_eq!(owner(), 7);
    assert_eq!(scope.check_blocking().to_string(), "linger: nothing left behind in \"nothing\"");
}

/// What stands behind the name of the crate wherever the program names something of it.
fn mangled() -> BTreeSet<Vec<u8>> {
    let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    // Both ways of mangling write a path as names, each after its length.
    let named = program.windows(24).filter(|window| window.starts_with(b"6linger"));
    named.map(|window| window[b"6linger".len()..].to_vec()).collect()
}

#[test]
fn nothing_of_the_tracker_is_in_the_program() {
    let mangled = mangled();
    let has = |module: &str| {
        let name = format!("{}{module}", module.len());
        mangled.iter().any(|rest| rest.starts_with(name.as_bytes()))
    };
    if !has("scope") {
        // Somebody stripped the program.
        return;
    }
    for module in ["registry", "tracked", "context", "check", "verdict", "system", "owner"] {
        assert!(!has(module), "linger::{module} is in a program that tracks nothing");
    }
    for mirror in ["tokio", "tokio_util", "std", "crossbeam_channel", "parking_lot", "flume"] {
        assert!(!has(mirror), "linger::{mirror} is in a program that tracks nothing");
    }
}
