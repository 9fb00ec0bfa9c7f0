//! Settings of a runtime that is about to be made.

use super::{LocalRuntime, Runtime};
use crate::registry::runtimes::{self, Alive};
use crate::system;
use std::io;
use std::ops::{Deref, DerefMut};
use std::time::Duration;
use tokio::runtime::LocalOptions;

/// Tokio's [`Builder`](::tokio::runtime::Builder), which makes runtimes that keep a record of each
/// task. A setting that is not here is tokio's own, by `Deref`; a runtime built in the same chain
/// is then tokio's too, and `Runtime::from` leads back.
#[derive(Debug)]
pub struct Builder {
    inner: ::tokio::runtime::Builder,
    /// By which the tasks of the runtime are known.
    number: u32,
}

/// Settings that return the builder.
macro_rules! settings {
    ($($(#[$attr:meta])* $name:ident($($arg:ident: $ty:ty),*);)*) => {$(
        #[doc = concat!("As tokio's `", stringify!($name), "`.")]
        $(#[$attr])*
        pub fn $name(&mut self, $($arg: $ty),*) -> &mut Self {
            self.inner.$name($($arg),*);
            self
        }
    )*};
}

/// Callbacks of a runtime's threads.
macro_rules! callbacks {
    ($($name:ident)*) => {$(
        #[doc = concat!("As tokio's `", stringify!($name), "`.")]
        pub fn $name<F>(&mut self, f: F) -> &mut Self
        where
            F: Fn() + Send + Sync + 'static,
        {
            self.inner.$name(f);
            self
        }
    )*};
}

impl Builder {
    /// As tokio's `new_current_thread`.
    pub fn new_current_thread() -> Builder {
        Builder::known(::tokio::runtime::Builder::new_current_thread())
    }

    /// As tokio's `new_multi_thread`.
    pub fn new_multi_thread() -> Builder {
        Builder::known(::tokio::runtime::Builder::new_multi_thread())
    }

    /// Settings of a runtime whose threads nobody takes for strangers.
    fn known(inner: ::tokio::runtime::Builder) -> Builder {
        let mut builder = Builder { inner, number: runtimes::number() };
        builder.on_thread_start(|| ());
        builder.on_thread_park(|| ());
        builder
    }

    /// As tokio's `on_thread_start`.
    pub fn on_thread_start<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() + Send + Sync + 'static,
    {
        let number = self.number;
        self.inner.on_thread_start(move || {
            system::pool_here(number);
            runtimes::set_here(number);
            f();
        });
        self
    }

    /// As tokio's `on_thread_park`.
    pub fn on_thread_park<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() + Send + Sync + 'static,
    {
        self.inner.on_thread_park(move || {
            // Threads for blocking work don't park.
            system::worker_here();
            f();
        });
        self
    }

    settings! {
        enable_all();
        enable_time();
        enable_io();
        max_io_events_per_tick(capacity: usize);
        max_io_events_per_busy_tick(capacity: usize);
        #[track_caller]
        worker_threads(val: usize);
        #[track_caller]
        max_blocking_threads(val: usize);
        thread_name(val: impl Into<String>);
        name(val: impl Into<String>);
        thread_stack_size(val: usize);
        thread_keep_alive(duration: Duration);
        #[track_caller]
        global_queue_interval(val: u32);
        #[track_caller]
        event_interval(val: u32);
        #[cfg(feature = "test-util")]
        start_paused(start_paused: bool);
    }

    callbacks! { on_thread_stop on_thread_unpark }

    /// As tokio's `thread_name_fn`.
    pub fn thread_name_fn<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() -> String + Send + Sync + 'static,
    {
        self.inner.thread_name_fn(f);
        self
    }

    /// As tokio's `build`.
    ///
    /// # Errors
    ///
    /// Fails if the operating system refuses a thread or a driver.
    pub fn build(&mut self) -> io::Result<Runtime> {
        let runtime = self.inner.build()?;
        let metrics = runtime.metrics();
        let alive = Alive::new(self.number, move || metrics.num_alive_tasks());
        Ok(Runtime::known(runtime, alive))
    }

    /// As tokio's `build_local`.
    ///
    /// # Errors
    ///
    /// Fails if the operating system refuses a driver.
    pub fn build_local(&mut self, options: LocalOptions) -> io::Result<LocalRuntime> {
        self.inner.build_local(options).map(LocalRuntime::from)
    }
}

impl Deref for Builder {
    type Target = ::tokio::runtime::Builder;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl DerefMut for Builder {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.inner
    }
}

impl From<::tokio::runtime::Builder> for Builder {
    fn from(inner: ::tokio::runtime::Builder) -> Self {
        Builder { inner, number: 0 }
    }
}
