//! Ways to wait that need no runtime.

use crate::system;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Something that waits for a time. A runtime with a clock of its own brings its own.
pub(crate) type Timer = fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// Lets others run once.
pub(crate) fn yield_now() -> impl Future<Output = ()> + Send {
    let mut yielded = false;
    std::future::poll_fn(move |cx| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
}

/// Waits on a thread that ends with the wait; only checks that have found something need it.
pub(crate) fn thread_timer(time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(Sleep { time, shared: None })
}

struct Sleep {
    time: Duration,
    shared: Option<Arc<Shared>>,
}

struct Shared {
    over: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let time = self.time;
        let shared = self.shared.get_or_insert_with(|| {
            let shared = Arc::new(Shared { over: AtomicBool::new(false), waker: Mutex::new(None) });
            let theirs = Arc::clone(&shared);
            let started =
                std::thread::Builder::new().name("linger-timer".to_owned()).spawn(move || {
                    system::known_here();
                    std::thread::sleep(time);
                    theirs.over.store(true, Ordering::Release);
                    let waker = theirs.waker.lock().unwrap_or_else(PoisonError::into_inner).take();
                    if let Some(waker) = waker {
                        waker.wake();
                    }
                });
            if started.is_err() {
                // No thread to be had: this one waits.
                std::thread::sleep(time);
                shared.over.store(true, Ordering::Release);
            }
            shared
        });
        *shared.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(cx.waker().clone());
        if shared.over.load(Ordering::Acquire) { Poll::Ready(()) } else { Poll::Pending }
    }
}
