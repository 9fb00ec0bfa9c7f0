//! Without the feature `track` the mirrors are the libraries themselves:
//!
//! ```text
//! cargo test -p linger --no-default-features --features full --test off
//! ```
#![cfg(all(not(feature = "track"), feature = "tokio", feature = "std"))]

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
