//! The macros of linger. Use them through the `linger` crate, which documents them by example; here
//! each is only led to its module.

mod allow;
mod args;
mod capture;
mod entry;
mod spawn;
mod track;

use proc_macro::TokenStream;

/// A test that fails if it leaves a task, a thread or an end of a channel behind.
///
/// On an `async fn` it makes a tokio runtime, as `#[tokio::test]` does, with the same arguments
/// (`flavor`, `worker_threads`, `start_paused`); on a plain `fn` a usual test. What is left is
/// looked for before the runtime goes, also when the test itself fails. `#[ignore]`,
/// `#[should_panic]` and `Result` work as usual.
///
/// # Arguments
///
/// - `grace = "100ms"`: how long to wait for what is on its way to its end (500 ms by default).
/// - `allow("leaked-task", "metrics", "runs as long as the process")`: lets findings of a kind pass
///   whose name, place or owner contains the pattern; the reason is required.
///
/// # Examples
///
/// ```
/// use linger::tokio;
///
/// #[linger::test]
/// async fn the_answer_arrives() {
///     let handle = tokio::spawn(async { 42 });
///     assert_eq!(handle.await.unwrap(), 42);
/// }
///
/// #[linger::test(flavor = "multi_thread", worker_threads = 2, grace = "50ms")]
/// async fn two_workers() -> Result<(), std::io::Error> {
///     Ok(())
/// }
/// ```
#[proc_macro_attribute]
pub fn test(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::test(args.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// A `main` that reports at its end what it leaves behind.
///
/// On an `async fn` it makes a tokio runtime, as `#[tokio::main]` does, with the same arguments. The
/// report goes to standard error, and to the file of `LINGER_OUTPUT`.
///
/// # Examples
///
/// ```
/// #[linger::main]
/// async fn main() {
///     println!("hello");
/// }
/// ```
#[proc_macro_attribute]
pub fn main(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::main(args.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Tracks what a function, the functions of an impl, or a module start: paths to `tokio` and to
/// `std::thread` and `std::sync` lead to linger's mirrors, and the item is recorded as owner of what
/// it spawns.
///
/// Only paths that are written out are redirected (`tokio::spawn`, `std::thread::spawn`, and `use`
/// inside of the item); names imported outside of it are not.
///
/// # Examples
///
/// ```
/// use linger::tokio;
///
/// #[linger::track]
/// async fn fetch() -> u32 {
///     tokio::spawn(async { 7 }).await.unwrap()
/// }
/// ```
#[proc_macro_attribute]
pub fn track(args: TokenStream, item: TokenStream) -> TokenStream {
    track::track(args.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Tells `cargo linger` that what some rules find in this item is right, and why. The program is
/// the same with it and without it.
///
/// It does what a comment `// linger: allow(rule): reason` above the item does: `cargo linger`
/// reports a reason that is missing, and a rule that finds nothing here.
///
/// # Examples
///
/// ```
/// # fn write_metrics() {}
/// #[linger::allow(unowned-spawn, unstoppable-task, reason = "runs as long as the process")]
/// fn report_metrics() {
///     std::thread::spawn(|| loop { write_metrics() });
/// }
/// ```
#[proc_macro_attribute]
pub fn allow(args: TokenStream, item: TokenStream) -> TokenStream {
    allow::allow(args.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Spawns a task on tokio, with a name for reports: `linger::spawn!(name = "worker", future)`.
///
/// If the future is an async block, the ends of channels that it captures are known to be its
/// own from the start, which lets a verdict be certain.
///
/// # Examples
///
/// ```
/// # #[linger::tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (tx, mut rx) = linger::tokio::sync::mpsc::channel(1);
/// let worker = linger::spawn!(name = "worker", async move {
///     tx.send(1).await
/// });
/// assert_eq!(rx.recv().await, Some(1));
/// worker.await.unwrap().unwrap();
/// # }
/// ```
#[proc_macro]
pub fn spawn(input: TokenStream) -> TokenStream {
    spawn::spawn(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}
