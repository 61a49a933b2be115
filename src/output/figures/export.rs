//! The figures for programs: JSON, from which parts can be merged again (`merge.rs`), and CSV.

use std::io::Write as _;

use serde_json::{Value, json};

use super::options::{By, Out, Overview, Row, StatsOptions, Window};
use crate::calls::channel::Doubt;
use crate::calls::figures::{Figures, Spread};
use crate::calls::merge::{REPORT, VERSION};
use crate::calls::observation::CHANNELS;
use crate::contract::EventId;
use crate::error::Error;
use crate::text::{visible, visible_json};

/// One object, written row by row; `"state"` is what is merged.
pub(crate) fn json<'a>(
    options: &StatsOptions,
    rows: impl Iterator<Item = Row<'a>>,
    overview: &Overview<'_>,
    out: Out<'_>,
) -> Result<(), Error> {
    let mut shown = Vec::new();
    let out: Out<'_> = &mut |bytes| {
        shown.clear();
        visible_json(bytes, &mut shown);
        out(&shown)
    };
    let Overview { tally, totals, .. } = overview;
    let Window { since, until } = options.window;
    let head = json!({
        "report": REPORT,
        "version": VERSION,
        "formula": options.formula.name(),
        "captures": overview.captures,
        "since": since,
        "until": until,
        "lines": tally.lines,
        "linesRead": totals.all_lines(),
        "invalid": totals.invalid,
        "unreadable": totals.unreadable,
        "duplicates": tally.duplicates,
        "events": by_name(&tally.events),
        "eventsWithoutCall": by_name(&tally.without_call),
        "undated": overview.undated,
        "beyondLimits": overview.limits.map(|it| it.beyond),
        "incompleteLimits": overview.limits.map(|it| it.incomplete),
        "beyondFailOn": overview.fail_on.map(|it| it.beyond),
        "incompleteFailOn": overview.fail_on.map(|it| it.incomplete),
        "participantKey": options.hashes.key_name(),
        "calls": overview.calls,
    });
    let head = head.to_string();
    out(head.strip_suffix('}').unwrap_or(&head).as_bytes())?;
    out(b",\"rows\":[")?;
    for (it, nth) in rows.zip(0..) {
        let separator = if nth == 0 { "" } else { "," };
        out(format!("{separator}{}", row(options, overview.captures, &it)).as_bytes())?;
    }
    out(b"]}\n")
}

fn by_name(events: &[u64; EventId::COUNT]) -> serde_json::Map<String, Value> {
    EventId::all()
        .map(|id| (id.name().to_owned(), events[id.index()]))
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| (name, count.into()))
        .collect()
}

fn row(options: &StatsOptions, captures: &[String], row: &Row<'_>) -> Value {
    let channels: serde_json::Map<String, Value> = row
        .channels
        .iter()
        .filter(|it| it.reports + it.left_out > 0)
        .map(|it| (CHANNELS[it.channel].to_owned(), channel(options, it)))
        .collect();
    let Some(call) = row.call else {
        let key = match options.by {
            By::Type => "type",
            By::Capture => "capture",
            By::Call | By::Channel => "group",
        };
        return json!({ key: row.name, "lines": row.lines, "calls": row.calls, "channels": channels });
    };
    json!({
        "callId": row.name,
        "lines": row.lines,
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
        "channels": channels,
        "state": call.reported(&options.hashes),
    })
}

fn channel(options: &StatsOptions, figures: &Figures) -> Value {
    let spread = |spread: Option<Spread>| {
        spread.map(|it| json!({ "p50": it.p50, "p95": it.p95, "max": it.max, "error": it.error }))
    };
    json!({
        "reports": figures.reports,
        "leftOut": figures.left_out,
        "packetsCount": figures.packets.count,
        "packetsLost": figures.packets.lost,
        "lossPercent": figures.loss_percent,
        "jitterBufferMillis": spread(figures.jitter),
        "roundTripTimeMillis": spread(figures.round_trip),
        "r": figures.score.map(|score| score.r),
        "mos": figures.score.map(|score| score.mos),
        "doubts": doubts(figures),
        "beyond": options.is_beyond(figures),
    })
}

/// The names of the doubts that hold of a channel, or of one of a group.
fn doubts(figures: &Figures) -> Vec<&'static str> {
    let held = Doubt::ALL.into_iter().zip(figures.doubts).filter(|(_, channels)| *channels > 0);
    held.map(|(doubt, _)| doubt.name()).collect()
}

const HEADER: &str = "name,lines,calls,firstCapture,firstLine,lastCapture,lastLine,direction,participants,holds,mutes,\
    flagsRaised,flagsLowered,notes,messagesAgent,messagesSupervisor,messagesOther,duplicates,from,to";

/// A row a call or group; figures of a channel stand under its name.
pub(crate) fn csv<'a>(
    options: &StatsOptions,
    rows: impl Iterator<Item = Row<'a>>,
    overview: &Overview<'_>,
    out: Out<'_>,
) -> Result<(), Error> {
    let mut text = Vec::new();
    options.csv.begin(&mut text);
    text.extend_from_slice(HEADER.as_bytes());
    for channel in ["input", "output"] {
        for figure in ["reports", "packets", "lost", "lossPercent", "jitterP50", "jitterP95"] {
            let _ = write!(text, ",{channel}.{figure}");
        }
        let formula = options.formula.name();
        let _ = write!(
            text,
            ",{channel}.jitterMax,{channel}.jitterError,{channel}.rttP50,{channel}.rttP95,\
             {channel}.rttMax,{channel}.rttError,{channel}.r_{formula},{channel}.mos_{formula},\
             {channel}.doubts,{channel}.beyond"
        );
    }
    options.csv.end_row(&mut text);
    for row in rows {
        csv_row(options, overview.captures, &row, &mut text);
        out(&text)?;
        text.clear();
    }
    out(&text)
}

fn csv_row(options: &StatsOptions, captures: &[String], row: &Row<'_>, text: &mut Vec<u8>) {
    options.csv.text(visible(row.name).as_bytes(), text);
    let _ = write!(text, ",{},{}", row.lines, row.calls);
    match row.call {
        Some(call) => {
            let direction = call.direction.map_or(Value::Null, |it| json!(it));
            let counts =
                ["hold", "mute", "flagraise", "flaglower", "note"].map(|it| call.count(it));
            for spot in [call.first, call.last] {
                text.push(b',');
                if let Some(capture) = captures.get(spot.capture as usize) {
                    options.csv.text(visible(capture).as_bytes(), text);
                }
                let _ = write!(text, ",{}", spot.line);
            }
            text.push(b',');
            text.extend_from_slice(direction.as_str().unwrap_or_default().as_bytes());
            let _ = write!(text, ",{}", call.participants.count());
            for count in counts.into_iter().chain(call.said).chain([call.duplicates]) {
                let _ = write!(text, ",{count}");
            }
            let time = |time: Option<i64>| time.map_or(String::new(), |time| time.to_string());
            let (from, to) = (call.times.map(|it| it.0), call.times.map(|it| it.1));
            let _ = write!(text, ",{},{}", time(from), time(to));
        }
        None => text.extend_from_slice(&[b','; 17]),
    }
    for figures in &row.channels {
        csv_channel(options, figures, text);
    }
    if row.channels.is_empty() {
        text.extend_from_slice(&[b','; 32]);
    }
    options.csv.end_row(text);
}

fn csv_channel(options: &StatsOptions, figures: &Figures, text: &mut Vec<u8>) {
    let number = |it: Option<f64>| it.map_or(String::new(), |it| format!("{it:.4}"));
    let _ = write!(text, ",{},{}", figures.reports, figures.packets.count);
    let _ = write!(text, ",{},{}", figures.packets.lost, number(figures.loss_percent));
    for spread in [figures.jitter, figures.round_trip] {
        let _ = write!(text, ",{}", number(spread.map(|it| it.p50)));
        let _ = write!(text, ",{}", number(spread.map(|it| it.p95)));
        let _ = write!(text, ",{}", spread.map_or(String::new(), |it| it.max.to_string()));
        // Rounded up: it must hold.
        let _ = write!(text, ",{}", number(spread.map(|it| (1e4 * it.error).ceil() / 1e4)));
    }
    let score = figures.score;
    let _ = write!(text, ",{},{}", number(score.map(|it| it.r)), number(score.map(|it| it.mos)));
    let _ = write!(text, ",{},{}", doubts(figures).join(" "), options.is_beyond(figures));
}
