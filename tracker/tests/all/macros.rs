//! The macros, used as a program uses them.

use linger::tokio;
use std::time::Duration;

#[linger::test]
async fn an_async_test_runs() {
    tokio::spawn(async {}).await.unwrap();
}

#[linger::test]
async fn an_async_test_may_return_a_result() -> Result<(), std::num::ParseIntError> {
    let number: i32 = "7".parse()?;
    assert_eq!(number, 7);
    Ok(())
}

#[linger::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_async_test_may_have_workers() {
    let handles: Vec<_> = (0..50).map(|n| tokio::spawn(async move { n })).collect();
    for handle in handles {
        handle.await.unwrap();
    }
}

#[linger::test]
fn a_plain_test_runs() {
    assert_eq!(1 + 1, 2);
}

#[linger::test]
#[should_panic(expected = "leaked-task")]
async fn a_leaked_task_fails_the_test() {
    tokio::spawn(std::future::pending::<()>());
}

#[linger::test(grace = "20ms")]
#[should_panic(expected = "its own reason")]
async fn a_test_that_fails_by_itself_fails_for_its_own_reason() {
    tokio::spawn(tokio::time::sleep(Duration::from_secs(60)));
    panic!("its own reason");
}

#[linger::test(grace = "20ms", allow("leaked-task", "macros.rs", "the test is about this"))]
async fn what_is_allowed_may_stay() {
    tokio::spawn(tokio::time::sleep(Duration::from_secs(60)));
}

#[linger::test]
async fn a_task_that_ends_within_the_grace_period_is_no_leak() {
    tokio::spawn(tokio::time::sleep(Duration::from_millis(30)));
}

#[linger::test]
async fn assert_no_leaks_is_awaited_in_async_code() {
    tokio::spawn(async {});
    linger::assert_no_leaks!().await;
}

#[linger::test]
fn assert_no_leaks_blocks_elsewhere() {
    linger::assert_no_leaks!();
}

#[linger::test]
#[should_panic(expected = "assert_no_leaks!().await")]
async fn assert_no_leaks_says_when_it_is_not_awaited() {
    linger::assert_no_leaks!();
}

#[linger::test]
async fn a_spawned_name_is_in_the_report() {
    let scope = linger::Scope::with_options(
        "named",
        linger::Options::new().grace(Duration::from_millis(10)),
    );
    let entered = scope.enter();
    let handle = linger::spawn!(name = "metrics", std::future::pending::<()>());
    drop(entered);
    let report = scope.check().await;
    handle.abort();
    assert_eq!(report.findings()[0].task.as_deref(), Some("metrics"), "{report}");
}

/// Linger did not see this task spawning, so that it blames nobody for it.
#[linger::test(grace = "5ms")]
async fn tasks_of_others_are_a_note() {
    ::tokio::spawn(std::future::pending::<()>());
}

#[linger::track]
async fn fetch() -> u32 {
    // The path of tokio itself, as code has it that does not know of linger.
    let task = ::tokio::spawn(std::future::pending::<()>());
    drop(task);
    7
}

#[linger::test(allow("leaked-task", "fetch", "the test looks at it itself"))]
async fn a_tracked_function_owns_what_it_spawns() {
    let options = linger::Options::new().grace(Duration::from_millis(10));
    let scope = linger::Scope::with_options("tracked", options);
    assert_eq!(scope.run(fetch()).await, 7);
    let report = scope.check().await;
    let owner = &report.findings()[0].owner;
    assert!(owner.iter().any(|owner| owner.ends_with("macros::fetch")), "{owner:?}");
}

#[linger::allow(double-lock, unowned-spawn, reason = "there is nothing to find in either")]
mod allowed {
    pub(super) struct Answer;

    #[linger::allow(double-lock)]
    impl Answer {
        #[linger::allow(break-stays-in-outer-loop, reason = "a rule may hold a keyword",)]
        pub(super) const fn get(&self) -> u8 {
            42
        }
    }
}

#[test]
fn what_is_allowed_to_the_linter_stays_as_it_is() {
    const ANSWER: u8 = allowed::Answer.get();
    assert_eq!(ANSWER, 42);
}
