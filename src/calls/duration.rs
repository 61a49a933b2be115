//! How long a call was.
//!
//! Most payloads carry no time. Where a recorder added times, the length of a call is known;
//! otherwise it is estimated: reports of a channel come about every 30 s, and a call lasts at least
//! from its first message to its last.

use super::call::Call;

/// Milliseconds between two reports of a channel, as documented.
pub(crate) const REPORT_MILLIS: i64 = 30_000;

/// The length of a call, or of a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Duration {
    pub(crate) millis: i64,
    pub(crate) basis: Basis,
}

/// What a length is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Basis {
    /// The times at which it began and ended: those of a call are of `callconnected` and
    /// `callended`.
    Times,
    /// The number of reports, and the times of messages.
    Estimate,
}

impl Duration {
    /// The length of `call`, as far as its lines tell.
    pub(crate) fn of(call: &Call) -> Option<Self> {
        if let Some(millis) = call.phases.length() {
            return Some(Self { millis, basis: Basis::Times });
        }
        let reports = call.channels.iter().map(|it| i64::from(it.reports) + i64::from(it.left_out));
        let reported = reports.max().filter(|reports| *reports > 0).map(|it| it * REPORT_MILLIS);
        let spoken = call.times.map(|(first, last)| last.saturating_sub(first));
        let millis = reported.max(spoken.filter(|it| *it > 0))?;
        Some(Self { millis, basis: Basis::Estimate })
    }

    /// From one time to another; `None` if the clock went back.
    pub(super) fn between(start: i64, end: i64) -> Option<Self> {
        let millis = end.checked_sub(start).filter(|millis| *millis >= 0)?;
        Some(Self { millis, basis: Basis::Times })
    }

    /// About as long as so many reports of a channel take; `None` for no report.
    pub(super) fn of_reports(reports: u64) -> Option<Self> {
        let millis = i64::try_from(reports).ok()?.checked_mul(REPORT_MILLIS)?;
        (millis > 0).then_some(Self { millis, basis: Basis::Estimate })
    }
}
