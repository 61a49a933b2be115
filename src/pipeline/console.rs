//! Standard error while captures are read: messages, and the progress bar that they must not tear.

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

    /// Writes `text`. Standard error may be closed; the exit code still tells.
    pub(crate) fn write(&self, text: &[u8]) {
        if !text.is_empty() {
            let _ = locked(&self.0).aside(|| io::stderr().write_all(text));
        }
    }

    /// Writes a message of the program's own.
    pub(crate) fn say(&self, text: &str) {
        locked(&self.0).aside(|| complain(text));
    }

    pub(crate) fn begin_capture(&self, meter: Meter) {
        locked(&self.0).begin_capture(meter);
    }

    pub(crate) fn advance(&self, bytes: usize) {
        locked(&self.0).advance(bytes);
    }

    /// Takes the bar away for good.
    pub(crate) fn end(&self) {
        locked(&self.0).end();
    }
}

/// Says `text` on standard error, which may be closed; the exit code still tells.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "voxev: {}", crate::text::visible(text));
}
