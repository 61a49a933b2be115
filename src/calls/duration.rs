//! How long a call was.
//!
//! Most payloads carry no time. Where a recorder added times, the length of a call is known;
//! otherwise it is estimated: reports of a channel come about every 30 s, and a call lasts at least
//! from its first message to its last.

use super::call::Call;

/// Milliseconds between two reports of a channel, as documented.
pub(crate) const REPORT_MILLIS: i64 = 30_000;

/// The length of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Duration {
    pub(crate) millis: i64,
    pub(crate) basis: Basis,
}

/// What a length is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Basis {
    /// The times at which the call was connected and ended.
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
}
