//! What is shown while a check takes its time.

use std::io::IsTerminal;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Short checks show nothing, so that nothing flickers.
const PATIENCE: Duration = Duration::from_millis(500);
const TICK: Duration = Duration::from_millis(100);

/// A line on the standard error that says what is being done, once that has taken half a second;
/// gone when dropped.
pub(crate) struct Progress {
    /// Dropping it ends the thread that shows the line.
    stages: Option<Sender<String>>,
    shown: Option<JoinHandle<()>>,
}

impl Progress {
    /// Begins to wait; shows nothing if the standard error is no terminal or `wanted` is false.
    pub(crate) fn new(wanted: bool) -> Self {
        if !wanted || !std::io::stderr().is_terminal() {
            return Progress { stages: None, shown: None };
        }
        let (stages, said) = channel::<String>();
        let shown = std::thread::spawn(move || {
            let bar = ProgressBar::hidden();
            let style = ProgressStyle::with_template("{spinner} {msg} ({elapsed})");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            let mut wait = PATIENCE;
            loop {
                match said.recv_timeout(wait) {
                    Ok(stage) => bar.set_message(stage),
                    Err(RecvTimeoutError::Disconnected) => break,
                    Err(RecvTimeoutError::Timeout) => {
                        if wait == PATIENCE {
                            bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
                            wait = TICK;
                        }
                        bar.tick();
                    }
                }
            }
            bar.finish_and_clear();
        });
        Progress { stages: Some(stages), shown: Some(shown) }
    }

    /// Says what is done next.
    pub(crate) fn stage(&self, stage: impl Into<String>) {
        if let Some(stages) = &self.stages {
            // The thread ends only after this sender, unless it panicked: then nothing is shown.
            stages.send(stage.into()).ok();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stages = None;
        if let Some(shown) = self.shown.take() {
            // A progress line that panicked is no reason to fail.
            shown.join().ok();
        }
    }
}
