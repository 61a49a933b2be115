//! Standard error while captures are read: messages, and the progress bar that they must not
//! overwrite.

use std::io::{self, Write as _};
use std::sync::Mutex;

use super::locked;
use super::progress::{Progress, ProgressTarget};
use crate::capture::Meter;

/// Where messages go.
pub(crate) struct Console(Mutex<Progress>);

impl Console {
    pub(crate) fn new(progress_target: ProgressTarget) -> Self {
        Self(Mutex::new(Progress::new(progress_target)))
    }

    /// Writes `text`. Ignores errors: if standard error is closed, the exit code still reports the
    /// result.
    pub(crate) fn write(&self, text: &[u8]) {
        if !text.is_empty() {
            let _ = locked(&self.0).aside(|| io::stderr().write_all(text));
        }
    }

    /// Writes one of the program's own messages.
    pub(crate) fn say(&self, text: &str) {
        locked(&self.0).aside(|| complain(text));
    }

    pub(crate) fn begin_capture(&self, meter: Meter) {
        locked(&self.0).begin_capture(meter);
    }

    pub(crate) fn advance(&self, bytes: usize) {
        locked(&self.0).advance(bytes);
    }

    /// Shows what the run is doing while it reads nothing.
    pub(crate) fn show(&self, text: impl FnOnce() -> String) {
        locked(&self.0).show(text);
    }

    /// Removes the bar for good.
    pub(crate) fn end(&self) {
        locked(&self.0).end();
    }
}

/// Writes `text` to standard error. Ignores errors: if it is closed, the exit code still reports
/// the result.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "voxev: {}", crate::text::visible(text));
}
