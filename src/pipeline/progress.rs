//! The progress bar on standard error: how much has been read, how fast, and the remaining time.
//!
//! It appears once a run has taken longer than a second, and only if standard error is a terminal.
//! No other part of voxev reads a clock.

use std::fmt::Write;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use indicatif::{
    BinaryBytes, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle,
};

use crate::capture::Meter;

/// Whether progress is shown, and the total to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProgressTarget {
    /// No progress is shown.
    Hidden,
    /// Progress is shown; the total number of bytes to read, if known.
    Shown(Option<u64>),
}

/// Progress of a run.
pub(crate) struct Progress {
    target: ProgressTarget,
    started: Instant,
    done: u64,
    /// Progress counter of the current capture, and its last value.
    meter: (Meter, u64),
    bar: Option<ProgressBar>,
}

/// Shorter runs show no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// Without `{wide_bar}`, which would query the terminal's width at every update.
const WITH_TOTAL: &str = "{bar:30} {binary_bytes}/{binary_total_bytes}  {speed}  {left} left";
const WITHOUT_TOTAL: &str = "{binary_bytes} read  {speed}";

impl Progress {
    pub(crate) fn new(target: ProgressTarget) -> Self {
        Self { target, started: Instant::now(), done: 0, meter: Default::default(), bar: None }
    }

    /// Starts counting another capture.
    pub(crate) fn begin_capture(&mut self, meter: Meter) {
        self.meter = (meter, 0);
    }

    /// Adds `bytes` of text that were read. For a compressed capture, the compressed bytes that
    /// they were decompressed from count instead, because its total is the size of the file.
    pub(crate) fn advance(&mut self, bytes: usize) {
        let ProgressTarget::Shown(total) = self.target else { return };
        let (meter, before) = &mut self.meter;
        self.done += match meter.load(Ordering::Relaxed) {
            0 => bytes as u64,
            now => now - std::mem::replace(before, now),
        };
        if let Some(bar) = &self.bar {
            bar.set_position(self.done);
        } else if self.started.elapsed() > PATIENCE {
            self.bar = Some(bar(total, self.started.elapsed(), self.done));
        }
    }

    /// Shows what the run is doing instead of how much it has read.
    pub(crate) fn show(&mut self, text: impl FnOnce() -> String) {
        if self.target == ProgressTarget::Hidden || self.started.elapsed() <= PATIENCE {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("{msg}");
            let target = ProgressDrawTarget::stderr();
            let bar = ProgressBar::with_draw_target(None, target);
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        bar.set_message(text());
    }

    /// Hides the bar while `write` runs, which may write to the same terminal.
    pub(crate) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Removes the bar for good.
    pub(crate) fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

fn bar(total: Option<u64>, elapsed: Duration, done: u64) -> ProgressBar {
    let template = if total.is_some() { WITH_TOTAL } else { WITHOUT_TOTAL };
    let style = ProgressStyle::with_template(template);
    // The bar's own estimate would count everything read before it appeared as read in one instant.
    let style = style
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .with_key("speed", |state: &ProgressState, out: &mut dyn Write| {
            let _ = write!(out, "{}/s", BinaryBytes(rate(state)));
        })
        .with_key("left", |state: &ProgressState, out: &mut dyn Write| {
            let rest = state.len().unwrap_or_default().saturating_sub(state.pos());
            let _ = write!(out, "{}", HumanDuration(Duration::from_secs(rest / rate(state))));
        })
        .progress_chars("=> ");
    let target = ProgressDrawTarget::stderr();
    let bar = ProgressBar::with_draw_target(total, target).with_style(style);
    let bar = bar.with_elapsed(elapsed).with_position(done);
    bar.tick();
    bar
}

/// Bytes per second since the run began; at least one.
fn rate(state: &ProgressState) -> u64 {
    let milliseconds = u64::try_from(state.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
    (state.pos().saturating_mul(1000) / milliseconds).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_templates_are_understood() {
        for template in [WITH_TOTAL, WITHOUT_TOTAL] {
            assert!(ProgressStyle::with_template(template).is_ok());
        }
    }

    #[test]
    fn a_compressed_capture_counts_as_its_size_does() {
        let mut progress = Progress::new(ProgressTarget::Shown(Some(1000)));
        progress.begin_capture(Meter::default());
        progress.advance(300);
        let meter = Meter::default();
        progress.begin_capture(meter.clone());
        for read in [70, 70, 100] {
            meter.store(read, Ordering::Relaxed);
            progress.advance(5000);
        }
        assert_eq!(progress.done, 400);
    }

    #[test]
    fn nobody_watching_means_no_bar_however_long_it_takes() {
        let mut progress = Progress::new(ProgressTarget::Hidden);
        progress.started -= Duration::from_secs(5);
        progress.advance(1);
        assert!(progress.bar.is_none());
    }
}
