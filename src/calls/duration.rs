//! How long a call was.
//!
//! Most payloads carry no time, so it is estimated: reports of a channel come about every 30 s, and
//! a call lasts at least from its first message to its last.

use super::call::Call;

/// Milliseconds between two reports of a channel, as documented.
pub(crate) const REPORT_MILLIS: i64 = 30_000;

/// The length of a call in milliseconds, as far as its reports and messages tell.
pub(crate) fn estimated(call: &Call) -> Option<i64> {
    let reports = call.channels.iter().map(|it| i64::from(it.reports) + i64::from(it.left_out));
    let reported = reports.max().filter(|reports| *reports > 0).map(|it| it * REPORT_MILLIS);
    let spoken = call.times.map(|(first, last)| last.saturating_sub(first)).filter(|it| *it > 0);
    reported.max(spoken)
}
