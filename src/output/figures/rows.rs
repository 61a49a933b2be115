//! The rows of calls in JSON. Their keys are part of the interface; times are milliseconds.

use serde::Serialize;
use serde_json::{Map, Value};

use super::members::{Members, object};
use super::options::StatsOptions;
use super::told::Row;
use crate::calls::call::Call;
use crate::calls::channel::Doubt;
use crate::calls::duration::{Basis, Duration};
use crate::calls::figures::{Figures, Run, Spread};
use crate::calls::limits::Limit;
use crate::calls::reason::{Reason, reasons};
use crate::calls::report::CHANNELS;

/// Why a call is beyond a limit.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Why {
    limit: String,
    channel: &'static str,
    found: f64,
    reports_beyond: u64,
    most_in_a_row: u32,
}

/// Writes a call with what is merged, and nothing else.
pub(super) fn part(row: &Row<'_>, text: &mut Vec<u8>) {
    object(text, |part| {
        part.add("callId", row.entry.id);
        part.add_plain("state", row.entry.call.state());
    });
}

/// Writes a call with all figures.
pub(super) fn call(
    options: &StatsOptions,
    (limits, names): (&[Limit], &[&str]),
    row: &Row<'_>,
    text: &mut Vec<u8>,
) {
    let call = row.entry.call;
    let name = |index: u32| names.get(index as usize).copied();
    object(text, |told| {
        told.add("callId", row.entry.id);
        told.add("lines", call.lines());
        told.add("firstCapture", name(call.first.capture));
        told.add("firstLine", call.first.line);
        told.add("lastCapture", name(call.last.capture));
        told.add("lastLine", call.last.line);
        told.add("duplicates", call.duplicates);
        told.add("direction", call.direction);
        told.add("participants", call.participants.count());
        told.add("participantsUpperBound", call.participants.is_upper_bound());
        counts(call, told);
        times(call, told);
        told.add("why", reasons(limits, &row.channels).iter().map(Why::new).collect::<Vec<_>>());
        told.add_object("channels", |it| channels(options, &row.channels, it));
        if let Some(joined) = &options.joined {
            let value =
                |column| joined.value(row.entry.id, column).map_or(Value::Null, Value::from);
            let columns = joined.columns.iter().map(|column| (column.clone(), value(column)));
            told.add("joined", columns.collect::<Map<String, Value>>());
        }
        told.add_plain("state", call.state());
    });
}

fn counts(call: &Call, told: &mut Members<'_>) {
    told.add("holds", call.count("hold"));
    told.add("mutes", call.count("mute"));
    told.add("flagsRaised", call.count("flagraise"));
    told.add("flagsLowered", call.count("flaglower"));
    told.add("notes", call.count("note"));
    let [agent, supervisor, other] = call.said;
    told.add_object("messages", |messages| {
        messages.add("agent", agent);
        messages.add("supervisor", supervisor);
        messages.add("other", other);
    });
}

fn times(call: &Call, told: &mut Members<'_>) {
    told.add("from", call.times.map(|(start, _)| start));
    told.add("to", call.times.map(|(_, end)| end));
    told.add("durationMillis", length(call, Basis::Times));
    told.add("estimatedDurationMillis", length(call, Basis::Estimate));
    told.add("talkMillis", call.phases.talked());
    told.add("holdMillis", call.phases.held());
}

impl Why {
    fn new(reason: &Reason) -> Self {
        Self {
            limit: reason.limit.to_string(),
            channel: CHANNELS[reason.channel],
            found: reason.found,
            reports_beyond: reason.reports.beyond,
            most_in_a_row: reason.reports.longest,
        }
    }
}

/// Writes the channels that have reports, by name.
pub(super) fn channels(options: &StatsOptions, channels: &[Figures], told: &mut Members<'_>) {
    for figures in channels.iter().filter(|it| it.reports + it.left_out > 0) {
        told.add_object(CHANNELS[figures.channel], |it| channel(options, figures, it));
    }
}

fn channel(options: &StatsOptions, figures: &Figures, told: &mut Members<'_>) {
    let by_report = figures.by_report;
    told.add("reports", figures.reports);
    told.add("leftOut", figures.left_out);
    told.add("packetsCount", figures.packets.count);
    told.add("packetsLost", figures.packets.lost);
    told.add("lossPercent", figures.loss_percent);
    told.add("worstReportLossPercent", by_report.worst_loss_percent);
    told.add("reportsWithLoss", by_report.lossy);
    spread("jitterBufferMillis", figures.jitter, told);
    spread("roundTripTimeMillis", figures.round_trip, told);
    told.add("r", figures.score.map(|score| score.r));
    told.add("mos", figures.score.map(|score| score.mos));
    beyond("beyondLoss", by_report.loss, told);
    beyond("beyondJitterBuffer", by_report.jitter, told);
    beyond("beyondRoundTrip", by_report.round_trip, told);
    told.add("doubts", doubts(figures));
    told.add("beyond", options.is_beyond(figures));
}

fn spread(key: &str, spread: Option<Spread>, told: &mut Members<'_>) {
    let Some(Spread { p50, p95, max, error }) = spread else { return told.add(key, Value::Null) };
    told.add_object(key, |it| {
        it.add("p50", p50);
        it.add("p95", p95);
        it.add("max", max);
        it.add("error", error);
    });
}

/// Reports beyond a limit.
fn beyond(key: &str, run: Run, told: &mut Members<'_>) {
    told.add_object(key, |it| {
        it.add("reportsBeyond", run.beyond);
        it.add("mostInARow", run.longest);
    });
}

/// The length of a call, where it is known from `basis`.
pub(super) fn length(call: &Call, basis: Basis) -> Option<i64> {
    Duration::of(call).filter(|length| length.basis == basis).map(|length| length.millis)
}

/// The names of the doubts that hold of a channel, or of one of a group.
pub(super) fn doubts(figures: &Figures) -> Vec<&'static str> {
    let held = Doubt::ALL.into_iter().zip(figures.doubts).filter(|(_, channels)| *channels > 0);
    held.map(|(doubt, _)| doubt.name()).collect()
}
