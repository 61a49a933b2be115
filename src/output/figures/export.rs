//! The figures for programs: JSON, from which parts can be merged again (`merge.rs`), and CSV.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::book::{Book, By, Out, Overview, Row};
use crate::calls::figures::{Figures, Spread};
use crate::calls::observation::CHANNELS;
use crate::contract::EventId;
use crate::error::Error;

/// One object, written row by row; `"state"` is what is merged.
pub(crate) fn json<'a>(
    book: &Book,
    rows: impl Iterator<Item = Row<'a>>,
    overview: &Overview<'_>,
    out: Out<'_>,
) -> Result<(), Error> {
    let totals = overview.totals;
    let events: serde_json::Map<String, Value> = EventId::all()
        .map(|id| (id.name().to_owned(), totals.events[id.index()]))
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| (name, count.into()))
        .collect();
    let head = json!({
        "formula": book.formula.name(),
        "captures": totals.captures,
        "lines": totals.lines + totals.unterminated,
        "invalid": totals.invalid,
        "unreadable": totals.unreadable,
        "duplicates": overview.duplicates(),
        "beyondLimits": overview.beyond,
        "events": events,
        "undated": overview.undated,
        "calls": overview.calls,
    });
    let head = head.to_string();
    out(head.strip_suffix('}').unwrap_or(&head).as_bytes())?;
    out(b",\"rows\":[")?;
    for (it, nth) in rows.zip(0..) {
        let separator = if nth == 0 { "" } else { "," };
        out(format!("{separator}{}", row(book, &it)).as_bytes())?;
    }
    out(b"]}\n")
}

fn row(book: &Book, row: &Row<'_>) -> Value {
    let channels: serde_json::Map<String, Value> = row
        .channels
        .iter()
        .filter(|it| it.reports + it.left_out > 0)
        .map(|it| (CHANNELS[it.channel].to_owned(), channel(it)))
        .collect();
    let Some(call) = row.call else {
        let key = match book.by {
            By::Type => "type",
            By::Capture => "capture",
            By::Call | By::Channel => "group",
        };
        return json!({ key: row.name, "lines": row.lines, "calls": row.calls, "channels": channels });
    };
    json!({
        "callId": row.name,
        "lines": row.lines,
        "firstLine": call.first.line,
        "lastLine": call.last.line,
        "duplicates": call.duplicates,
        "direction": call.direction,
        "participants": call.participants(),
        "holds": call.count("hold"),
        "mutes": call.count("mute"),
        "flagsRaised": call.count("flagraise"),
        "flagsLowered": call.count("flaglower"),
        "notes": call.count("note"),
        "messages": { "agent": call.said[0], "supervisor": call.said[1], "other": call.said[2] },
        "from": call.times.map(|(start, _)| start),
        "to": call.times.map(|(_, end)| end),
        "channels": channels,
        "state": call,
    })
}

fn channel(figures: &Figures) -> Value {
    let spread = |spread: Option<Spread>| {
        spread.map(|it| json!({ "p50": it.p50, "p95": it.p95, "max": it.max, "error": it.error }))
    };
    json!({
        "reports": figures.reports,
        "leftOut": figures.left_out,
        "packetsCount": figures.packets.count,
        "packetsLost": figures.packets.lost,
        "cumulative": figures.differenced > 0,
        "lossPercent": figures.loss_percent,
        "jitterBufferMillis": spread(figures.jitter),
        "roundTripTimeMillis": spread(figures.round_trip),
        "r": figures.score.map(|score| score.r),
        "mos": figures.score.map(|score| score.mos),
    })
}

const HEADER: &str = "name,lines,calls,firstLine,lastLine,direction,participants,holds,mutes,\
    flagsRaised,flagsLowered,notes,messagesAgent,messagesSupervisor,messagesOther,duplicates,from,to";

/// A row a call or group; figures of a channel stand under its name.
pub(crate) fn csv<'a>(
    book: &Book,
    rows: impl Iterator<Item = Row<'a>>,
    out: Out<'_>,
) -> Result<(), Error> {
    let mut text = HEADER.to_owned();
    for channel in ["input", "output"] {
        for figure in ["reports", "packets", "lost", "lossPercent", "jitterP50", "jitterP95"] {
            let _ = write!(text, ",{channel}.{figure}");
        }
        let formula = book.formula.name();
        let _ = write!(
            text,
            ",{channel}.jitterMax,{channel}.rttP50,{channel}.rttP95,{channel}.rttMax,\
             {channel}.r_{formula},{channel}.mos_{formula}"
        );
    }
    text.push('\n');
    for row in rows {
        csv_row(&row, &mut text);
        out(text.as_bytes())?;
        text.clear();
    }
    out(text.as_bytes())
}

fn csv_row(row: &Row<'_>, text: &mut String) {
    let name = crate::text::visible(row.name).replace('"', "\"\"");
    let needs_quotes = name.contains([',', '"', '\n', '\r']) || name.is_empty();
    let name = if needs_quotes { format!("\"{name}\"") } else { name };
    let _ = write!(text, "{name},{},{}", row.lines, row.calls);
    match row.call {
        Some(call) => {
            let direction = call.direction.map_or(Value::Null, |it| json!(it));
            let direction = direction.as_str().unwrap_or_default().to_owned();
            let counts =
                ["hold", "mute", "flagraise", "flaglower", "note"].map(|it| call.count(it));
            let _ = write!(text, ",{},{},{direction}", call.first.line, call.last.line);
            let _ = write!(text, ",{}", call.participants());
            for count in counts.into_iter().chain(call.said).chain([call.duplicates]) {
                let _ = write!(text, ",{count}");
            }
            let time = |time: Option<i64>| time.map_or(String::new(), |time| time.to_string());
            let (from, to) = (call.times.map(|it| it.0), call.times.map(|it| it.1));
            let _ = write!(text, ",{},{}", time(from), time(to));
        }
        None => text.push_str(&",".repeat(15)),
    }
    for figures in &row.channels {
        csv_channel(figures, text);
    }
    if row.channels.is_empty() {
        text.push_str(&",".repeat(24));
    }
    text.push('\n');
}

fn csv_channel(figures: &Figures, text: &mut String) {
    let number = |it: Option<f64>| it.map_or(String::new(), |it| format!("{it:.4}"));
    let _ = write!(text, ",{},{}", figures.reports, figures.packets.count);
    let _ = write!(text, ",{},{}", figures.packets.lost, number(figures.loss_percent));
    for spread in [figures.jitter, figures.round_trip] {
        let _ = write!(text, ",{}", number(spread.map(|it| it.p50)));
        let _ = write!(text, ",{}", number(spread.map(|it| it.p95)));
        let _ = write!(text, ",{}", spread.map_or(String::new(), |it| it.max.to_string()));
    }
    let score = figures.score;
    let _ = write!(text, ",{},{}", number(score.map(|it| it.r)), number(score.map(|it| it.mos)));
}
