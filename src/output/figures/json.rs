//! The figures as JSON: one object, from which parts can be merged again (`merge.rs`). Times are
//! milliseconds of the Unix epoch, in UTC.

use serde_json::{Map, Value, json};

use super::options::{StatsOptions, Window};
use super::told::{Comparison, Out, Row, RunCheck};
use crate::calls::call::Call;
use crate::calls::channel::Doubt;
use crate::calls::comparison::{Figure, Pair};
use crate::calls::distribution::Distribution;
use crate::calls::duration::{Basis, Duration};
use crate::calls::figures::{Figures, Run, Spread};
use crate::calls::group::Group;
use crate::calls::limits::{Judgement, Limit};
use crate::calls::merge::{REPORT, VERSION};
use crate::calls::observation::CHANNELS;
use crate::calls::overview::{Overview, Quality};
use crate::calls::quality::Band;
use crate::calls::reason::reasons;
use crate::contract::EventId;
use crate::error::Error;
use crate::text::visible_json;

/// One object, written row by row; `"state"` is what is merged.
pub(super) fn calls<'a>(
    options: &StatsOptions,
    rows: impl Iterator<Item = Row<'a>>,
    head: &Head<'_>,
    out: Out<'_>,
) -> Result<(), Error> {
    let rows = rows.map(|row| call(options, head.captures, &row));
    write(&head.json(options), rows, out)
}

/// The same for groups, which cannot be merged.
pub(super) fn groups(
    options: &StatsOptions,
    groups: &[Group],
    head: &Head<'_>,
    out: Out<'_>,
) -> Result<(), Error> {
    let rows = groups.iter().take(options.most).map(|it| group(options, it));
    write(&head.json(options), rows, out)
}

fn write(head: &Value, rows: impl Iterator<Item = Value>, out: Out<'_>) -> Result<(), Error> {
    let mut shown = Vec::new();
    let out: Out<'_> = &mut |bytes| {
        shown.clear();
        visible_json(bytes, &mut shown);
        out(&shown)
    };
    let head = head.to_string();
    out(head.strip_suffix('}').unwrap_or(&head).as_bytes())?;
    out(b",\"rows\":[")?;
    for (row, nth) in rows.zip(0..) {
        let separator = if nth == 0 { "" } else { "," };
        out(format!("{separator}{row}").as_bytes())?;
    }
    out(b"]}\n")
}

/// What stands before the rows.
pub(super) struct Head<'a> {
    pub(super) overview: &'a Overview,
    pub(super) captures: &'a [String],
    /// The name of an earlier run, and what changed since.
    pub(super) compared: Option<(&'a str, &'a Comparison)>,
    pub(super) run_limits: &'a [RunCheck],
}

impl Head<'_> {
    fn json(&self, options: &StatsOptions) -> Value {
        let mut head = head(options, self.overview, self.captures);
        if let (false, Value::Object(head)) = (self.run_limits.is_empty(), &mut head) {
            let check = |it: &RunCheck| json!({ "limit": it.limit.to_string(), "beyond": it.beyond, "checked": it.checked });
            head.insert("failOnRun".into(), self.run_limits.iter().map(check).collect());
        }
        if let (Some((earlier, comparison)), Value::Object(head)) = (self.compared, &mut head) {
            head.insert("comparedWith".into(), earlier.into());
            head.insert("change".into(), changes(&comparison.all));
            if !options.by.is_empty() {
                let groups = comparison.groups.iter().map(|pair| {
                    let keys = options.by.iter().map(|it| it.name().to_owned());
                    let mut row: Map<String, Value> =
                        keys.zip(pair.keys.iter().map(|key| key.as_str().into())).collect();
                    row.insert("change".into(), changes(pair));
                    Value::from(row)
                });
                head.insert("groupChanges".into(), groups.collect());
            }
        }
        head
    }
}

/// Figures earlier and now, and how much they grew.
fn changes(pair: &Pair) -> Value {
    let of = |quality: &Option<Quality>, figure: Figure| {
        quality.as_ref().and_then(|quality| figure.of(quality))
    };
    let [earlier, now] = [&pair.earlier, &pair.now].map(|it| it.as_ref().map(|it| it.calls));
    let mut all = Map::new();
    all.insert("calls".into(), json!({ "earlier": earlier, "now": now }));
    for figure in Figure::ALL {
        let [earlier, now] = [&pair.earlier, &pair.now].map(|it| of(it, figure));
        let change = json!({ "earlier": earlier, "now": now, "change": pair.change(figure) });
        let name = if figure == Figure::Poor { "poorPercent" } else { figure.name() };
        all.insert(name.into(), change);
    }
    all.into()
}

fn head(options: &StatsOptions, overview: &Overview, captures: &[String]) -> Value {
    let Overview { lines, quality, judgement, .. } = overview;
    let fail_on = overview.fail_on.as_ref();
    let Window { since, until } = options.choice.window;
    json!({
        "report": REPORT,
        "version": VERSION,
        "formula": options.formula.name(),
        "captures": captures,
        "since": since,
        "until": until,
        "lines": lines.told,
        "linesRead": lines.read,
        "invalid": lines.invalid,
        "unreadable": lines.unreadable,
        "duplicates": lines.duplicates,
        "events": by_name(&lines.events),
        "eventsWithoutCall": by_name(&lines.without_call),
        "undated": overview.undated_left_out,
        "thresholds": options.thresholds(),
        "limits": counts(&overview.limits, judgement, overview.calls),
        "beyondLimits": judgement.beyond,
        "incompleteLimits": judgement.incomplete,
        "failOn": fail_on.map(|it| counts(&options.fail_on, it, overview.calls)),
        "beyondFailOn": fail_on.map(|it| it.beyond),
        "incompleteFailOn": fail_on.map(|it| it.incomplete),
        "participantKey": options.hashes.key_name(),
        "partial": options.choice.is_limited(),
        "callsRead": overview.calls_read,
        "calls": overview.calls,
        "overview": self::quality(quality),
    })
}

fn by_name(events: &[u64; EventId::COUNT]) -> Map<String, Value> {
    EventId::all()
        .map(|id| (id.name().to_owned(), events[id.index()]))
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| (name, count.into()))
        .collect()
}

/// What each limit makes of the calls.
fn counts(limits: &[Limit], judgement: &Judgement, calls: u64) -> Vec<Value> {
    let each = limits.iter().zip(&judgement.each);
    each.map(|(limit, found)| {
        json!({
            "limit": limit.to_string(),
            "beyond": found.beyond,
            "notMeasured": calls - found.judged,
        })
    })
    .collect()
}

/// What calls come to together.
fn quality(quality: &Quality) -> Value {
    let bands = Band::ALL.iter().zip(quality.bands);
    let bands: Map<String, Value> =
        bands.map(|(band, calls)| (band.name().to_owned(), calls.into())).collect();
    json!({
        "measured": quality.measured,
        "poor": quality.poor(),
        "poorPercent": quality.poor_percent(),
        "bands": bands,
        "from": quality.period.map(|(start, _)| start),
        "to": quality.period.map(|(_, end)| end),
        "callsWithoutTime": quality.undated,
        "lossPercent": distribution(quality.loss.as_ref()),
        "jitterBufferMillis": distribution(quality.jitter.as_ref()),
        "roundTripTimeMillis": distribution(quality.round_trip.as_ref()),
        "mos": distribution(quality.mos.as_ref()),
    })
}

fn distribution(found: Option<&Distribution>) -> Value {
    found.map_or(Value::Null, |it| {
        json!({
            "calls": it.count,
            "best": it.best,
            "p50": it.p50,
            "p95": it.p95,
            "p99": it.p99,
            "worst": it.worst,
            "histogram": it.bins,
        })
    })
}

fn group(options: &StatsOptions, group: &Group) -> Value {
    let keys = options.by.iter().map(|it| it.name().to_owned());
    let mut row: Map<String, Value> =
        keys.zip(group.keys.iter().map(|key| key.as_str().into())).collect();
    row.insert("lines".into(), group.lines.into());
    row.insert("calls".into(), group.quality.calls.into());
    if let Value::Object(quality) = quality(&group.quality) {
        row.extend(quality);
    }
    row.insert("channels".into(), channels(options, &group.channels));
    row.into()
}

fn call(options: &StatsOptions, captures: &[String], row: &Row<'_>) -> Value {
    let call = row.entry.call;
    let limits: Vec<Limit> = options.all_limits().copied().collect();
    let why: Vec<Value> = reasons(&limits, &row.channels)
        .iter()
        .map(|reason| {
            json!({
                "limit": reason.limit.to_string(),
                "channel": CHANNELS[reason.channel],
                "found": reason.found,
                "reportsBeyond": reason.reports.beyond,
                "mostInARow": reason.reports.longest,
            })
        })
        .collect();
    let mut told = json!({
        "callId": row.entry.id,
        "lines": call.lines(),
        "firstCapture": captures.get(call.first.capture as usize),
        "firstLine": call.first.line,
        "lastCapture": captures.get(call.last.capture as usize),
        "lastLine": call.last.line,
        "duplicates": call.duplicates,
        "direction": call.direction,
        "participants": call.participants.count(),
        "participantsUpperBound": call.participants.is_upper_bound(),
        "holds": call.count("hold"),
        "mutes": call.count("mute"),
        "flagsRaised": call.count("flagraise"),
        "flagsLowered": call.count("flaglower"),
        "notes": call.count("note"),
        "messages": { "agent": call.said[0], "supervisor": call.said[1], "other": call.said[2] },
        "from": call.times.map(|(start, _)| start),
        "to": call.times.map(|(_, end)| end),
        "durationMillis": length(call, Basis::Times),
        "estimatedDurationMillis": length(call, Basis::Estimate),
        "talkMillis": call.phases.talked(),
        "holdMillis": call.phases.held(),
        "why": why,
        "channels": channels(options, &row.channels),
    });
    if let (Some(joined), Value::Object(told)) = (&options.joined, &mut told) {
        let columns = joined.columns.iter().map(|column| {
            (column.clone(), joined.value(row.entry.id, column).map_or(Value::Null, Value::from))
        });
        told.insert("joined".into(), columns.collect::<Map<String, Value>>().into());
    }
    if let Value::Object(told) = &mut told {
        told.insert("state".into(), json!(call.reported(&options.hashes)));
    }
    told
}

/// The length of a call, where it is known from `basis`.
pub(super) fn length(call: &Call, basis: Basis) -> Option<i64> {
    Duration::of(call).filter(|length| length.basis == basis).map(|length| length.millis)
}

/// The channels that have reports, by name.
fn channels(options: &StatsOptions, channels: &[Figures]) -> Value {
    let told = channels.iter().filter(|it| it.reports + it.left_out > 0);
    told.map(|it| (CHANNELS[it.channel].to_owned(), channel(options, it)))
        .collect::<Map<String, Value>>()
        .into()
}

fn channel(options: &StatsOptions, figures: &Figures) -> Value {
    let spread = |spread: Option<Spread>| {
        spread.map(|it| json!({ "p50": it.p50, "p95": it.p95, "max": it.max, "error": it.error }))
    };
    let run = |run: Run| json!({ "reportsBeyond": run.beyond, "mostInARow": run.longest });
    let by_report = figures.by_report;
    json!({
        "reports": figures.reports,
        "leftOut": figures.left_out,
        "packetsCount": figures.packets.count,
        "packetsLost": figures.packets.lost,
        "lossPercent": figures.loss_percent,
        "worstReportLossPercent": by_report.worst_loss_percent,
        "reportsWithLoss": by_report.lossy,
        "jitterBufferMillis": spread(figures.jitter),
        "roundTripTimeMillis": spread(figures.round_trip),
        "r": figures.score.map(|score| score.r),
        "mos": figures.score.map(|score| score.mos),
        "beyondLoss": run(by_report.loss),
        "beyondJitterBuffer": run(by_report.jitter),
        "beyondRoundTrip": run(by_report.round_trip),
        "doubts": doubts(figures),
        "beyond": options.is_beyond(figures),
    })
}

/// The names of the doubts that hold of a channel, or of one of a group.
pub(super) fn doubts(figures: &Figures) -> Vec<&'static str> {
    let held = Doubt::ALL.into_iter().zip(figures.doubts).filter(|(_, channels)| *channels > 0);
    held.map(|(doubt, _)| doubt.name()).collect()
}
