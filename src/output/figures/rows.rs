//! The rows of calls in JSON. Their keys are part of the interface; times are milliseconds.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::options::StatsOptions;
use super::told::Row;
use crate::calls::call::{Call, Direction};
use crate::calls::channel::Doubt;
use crate::calls::duration::{Basis, Duration};
use crate::calls::figures::{Figures, Run, Spread};
use crate::calls::limits::Limit;
use crate::calls::reason::{Reason, reasons};
use crate::calls::report::CHANNELS;

/// A call with all figures.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CallRow<'a> {
    call_id: &'a str,
    lines: u64,
    first_capture: Option<&'a str>,
    first_line: u64,
    last_capture: Option<&'a str>,
    last_line: u64,
    duplicates: u32,
    direction: Option<Direction>,
    participants: u64,
    participants_upper_bound: bool,
    holds: u32,
    mutes: u32,
    flags_raised: u32,
    flags_lowered: u32,
    notes: u32,
    messages: Messages,
    from: Option<i64>,
    to: Option<i64>,
    duration_millis: Option<i64>,
    estimated_duration_millis: Option<i64>,
    talk_millis: Option<i64>,
    hold_millis: Option<i64>,
    why: Vec<Why>,
    channels: Channels,
    #[serde(skip_serializing_if = "Option::is_none")]
    joined: Option<Map<String, Value>>,
    state: &'a str,
}

/// A call with what is merged, and nothing else.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PartRow<'a> {
    call_id: &'a str,
    state: &'a str,
}

/// Transcript messages by who sent them.
#[derive(Serialize)]
struct Messages {
    agent: u32,
    supervisor: u32,
    other: u32,
}

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

/// The channels that have reports, by name.
pub(super) struct Channels(Vec<(&'static str, ChannelRow)>);

/// The figures of a channel.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChannelRow {
    reports: u64,
    left_out: u64,
    packets_count: u64,
    packets_lost: u64,
    loss_percent: Option<f64>,
    worst_report_loss_percent: Option<f64>,
    reports_with_loss: u64,
    jitter_buffer_millis: Option<SpreadRow>,
    round_trip_time_millis: Option<SpreadRow>,
    r: Option<f64>,
    mos: Option<f64>,
    beyond_loss: Beyond,
    beyond_jitter_buffer: Beyond,
    beyond_round_trip: Beyond,
    doubts: Vec<&'static str>,
    beyond: bool,
}

#[derive(Serialize)]
struct SpreadRow {
    p50: f64,
    p95: f64,
    max: u64,
    error: f64,
}

/// Reports beyond a limit.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Beyond {
    reports_beyond: u64,
    most_in_a_row: u32,
}

impl<'a> PartRow<'a> {
    pub(super) fn new(row: &Row<'a>) -> Self {
        Self { call_id: row.entry.id, state: row.entry.call.state() }
    }
}

impl<'a> CallRow<'a> {
    pub(super) fn new(
        options: &StatsOptions,
        (limits, names): (&[Limit], &[&'a str]),
        row: &Row<'a>,
    ) -> Self {
        let call = row.entry.call;
        let name = |index: u32| names.get(index as usize).copied();
        let [agent, supervisor, other] = call.said;
        let joined = options.joined.as_ref().map(|joined| {
            let value =
                |column| joined.value(row.entry.id, column).map_or(Value::Null, Value::from);
            joined.columns.iter().map(|column| (column.clone(), value(column))).collect()
        });
        Self {
            call_id: row.entry.id,
            lines: call.lines(),
            first_capture: name(call.first.capture),
            first_line: call.first.line,
            last_capture: name(call.last.capture),
            last_line: call.last.line,
            duplicates: call.duplicates,
            direction: call.direction,
            participants: call.participants.count(),
            participants_upper_bound: call.participants.is_upper_bound(),
            holds: call.count("hold"),
            mutes: call.count("mute"),
            flags_raised: call.count("flagraise"),
            flags_lowered: call.count("flaglower"),
            notes: call.count("note"),
            messages: Messages { agent, supervisor, other },
            from: call.times.map(|(start, _)| start),
            to: call.times.map(|(_, end)| end),
            duration_millis: length(call, Basis::Times),
            estimated_duration_millis: length(call, Basis::Estimate),
            talk_millis: call.phases.talked(),
            hold_millis: call.phases.held(),
            why: reasons(limits, &row.channels).iter().map(Why::new).collect(),
            channels: ChannelRow::all(options, &row.channels),
            joined,
            state: call.state(),
        }
    }
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

impl Serialize for Channels {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_map(self.0.iter().map(|(name, channel)| (name, channel)))
    }
}

impl ChannelRow {
    /// The channels that have reports.
    pub(super) fn all(options: &StatsOptions, channels: &[Figures]) -> Channels {
        let told = channels.iter().filter(|it| it.reports + it.left_out > 0);
        Channels(told.map(|it| (CHANNELS[it.channel], Self::new(options, it))).collect())
    }

    fn new(options: &StatsOptions, figures: &Figures) -> Self {
        let by_report = figures.by_report;
        Self {
            reports: figures.reports,
            left_out: figures.left_out,
            packets_count: figures.packets.count,
            packets_lost: figures.packets.lost,
            loss_percent: figures.loss_percent,
            worst_report_loss_percent: by_report.worst_loss_percent,
            reports_with_loss: by_report.lossy,
            jitter_buffer_millis: figures.jitter.map(SpreadRow::from),
            round_trip_time_millis: figures.round_trip.map(SpreadRow::from),
            r: figures.score.map(|score| score.r),
            mos: figures.score.map(|score| score.mos),
            beyond_loss: by_report.loss.into(),
            beyond_jitter_buffer: by_report.jitter.into(),
            beyond_round_trip: by_report.round_trip.into(),
            doubts: doubts(figures),
            beyond: options.is_beyond(figures),
        }
    }
}

impl From<Spread> for SpreadRow {
    fn from(Spread { p50, p95, max, error }: Spread) -> Self {
        Self { p50, p95, max, error }
    }
}

impl From<Run> for Beyond {
    fn from(run: Run) -> Self {
        Self { reports_beyond: run.beyond, most_in_a_row: run.longest }
    }
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
