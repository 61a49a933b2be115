//! One call told to a person: what happened line by line, and how it sounded from report to report.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;

use super::book::Book;
use super::table;
use crate::calls::aggregator::kept;
use crate::calls::channel::{Channel, Counting, INPUT, Packets, growth};
use crate::calls::figures::{loss, of_call};
use crate::calls::ledger::{Kept, Ledger};
use crate::calls::observation::{Counter, Report, What};
use crate::calls::spans::{Lasting, Spans, Standing};
use crate::check::{Limits, Line, Payload};
use crate::contract::{Bundle, EventId};
use crate::terminal::Charset;
use crate::text::{shortened, visible};

/// The story of the call `id`.
pub(crate) fn tell(book: &Book, id: &str, ledgers: &[Ledger]) -> Vec<u8> {
    let mut text = String::new();
    let bundle = Bundle::newest();
    let kept = kept(id);
    for ledger in ledgers {
        for (name, call) in ledger.listed().into_iter().filter(|(name, _)| *name == kept) {
            table::call(book, name, call, &mut text);
            for figures in of_call(&call.channels, book.formula) {
                if figures.reports + figures.left_out > 0 {
                    table::channel(book, &figures, &mut text);
                }
            }
            text.push('\n');
            timeline(book, &bundle, ledger, &mut text);
            for (channel, counting) in call.channels.iter().map(Channel::counting).enumerate() {
                charts(book, channel, counting, &ledger.kept, &mut text);
            }
        }
    }
    if text.is_empty() {
        let _ = writeln!(text, "no line names the call {}", visible(id));
    }
    text.into_bytes()
}

/// Characters of an event's values that are shown.
const VALUES_WIDTH: usize = 160;

/// Every line but the reports, which the charts show.
fn timeline(book: &Book, bundle: &Bundle, ledger: &Ledger, text: &mut String) {
    let told: Vec<Told> = ledger.kept.iter().filter_map(|kept| Told::new(kept, bundle)).collect();
    let ends = ends(&told);
    let mut capture = 0;
    for (index, told_line) in told.iter().enumerate() {
        let kept = told_line.kept;
        if kept.capture != capture {
            capture = kept.capture;
            let name = ledger.captures.get(capture as usize).map_or("", String::as_str);
            let _ = writeln!(text, "{}", visible(name).style(book.look.faint()));
        }
        let number = format!("{:>6}", kept.number);
        let _ = write!(text, "{}  ", number.style(book.look.faint()));
        let name = format!("{:<19}", kept.event.name());
        let _ = write!(text, "{}", name.style(book.look.strong()));
        let mut rest = told_line.values.clone();
        if let Some(until) = &ends[index] {
            let gap = if rest.is_empty() { "" } else { "  " };
            let _ = write!(rest, "{gap}[{until}]");
        }
        let _ = writeln!(text, "{}", rest.trim_end());
    }
}

/// A line of the timeline.
struct Told<'a> {
    kept: &'a Kept,
    values: String,
}

impl<'a> Told<'a> {
    fn new(kept: &'a Kept, bundle: &Bundle) -> Option<Self> {
        if kept.event == EventId::FIRST {
            return None;
        }
        let line = Line::new("", kept.number, 0, &kept.raw);
        let limits = Limits { max_line_bytes: usize::MAX, ..Limits::default() };
        let payload = Payload::read(&line, limits, bundle).ok()?;
        let event = bundle.event(kept.event);
        let value = |path: &String| {
            let node = payload.root.at(line.bytes, &event.property(path)?.pointer)?;
            let spelled = || String::from_utf8_lossy(&line.bytes[node.span.clone()]).into_owned();
            Some(node.as_text(line.bytes).unwrap_or_else(spelled))
        };
        let values: Vec<String> = event.summary.iter().filter_map(value).collect();
        let values = values.join("  ");
        Some(Self { kept, values: visible(&shortened(&values, VALUES_WIDTH)).into_owned() })
    }
}

/// Until when the hold, the mute or the pause lasts that a line begins.
fn ends(told: &[Told<'_>]) -> Vec<Option<String>> {
    let mut ends = vec![None; told.len()];
    let mut spans = Spans::default();
    let mut open: Vec<(usize, Lasting)> = Vec::new();
    for (index, Told { kept, .. }) in told.iter().enumerate() {
        spans.take(kept.event, &kept.what);
        open.retain(|(start, lasting)| {
            let prefix = match spans.standing(*lasting) {
                Standing::Lasts => return true,
                Standing::Ended => "until",
                Standing::Unclear => "unclear after",
            };
            let line = kept.number;
            ends[*start] = Some(format!("{prefix} {} in line {line}", kept.event.name()));
            false
        });
        if let Some(lasting) = Lasting::begun_by(kept.event, &kept.what) {
            ends[index] = Some("no end to it".into());
            open.push((index, lasting));
        }
    }
    ends
}

/// Three charts of a channel, where it has reports.
fn charts(book: &Book, channel: usize, counting: Counting, kept: &[Kept], text: &mut String) {
    let reports = kept.iter().filter_map(|kept| match kept.what {
        What::Report(report) if usize::from(report.channel) == channel => Some(report),
        What::Report(_) | What::Plain | What::Party { .. } | What::Talk { .. } => None,
    });
    let reports: Vec<Report> = reports.collect();
    if reports.is_empty() {
        return;
    }
    let name = if channel == INPUT { "input" } else { "output" };
    let _ = writeln!(text, "\n{} by report", name.style(book.look.strong()));
    let series: [(&str, Vec<Option<f64>>, &str); 3] = [
        ("loss", losses(channel, counting, &reports), "%"),
        ("jitter buffer", reports.iter().map(|it| millis(it.jitter)).collect(), " ms"),
        ("round trip", reports.iter().map(|it| millis(it.round_trip)).collect(), " ms"),
    ];
    for (name, values, unit) in series {
        let greatest = values.iter().flatten().copied().fold(0.0, f64::max);
        let elsewhere = if channel == INPUT { "round trip" } else { "jitter buffer" };
        if name == elsewhere && greatest == 0.0 {
            let _ = writeln!(text, "  {name:<14}not measured");
            continue;
        }
        let digits = if unit == "%" { 2 } else { 0 };
        let chart = chart(&values, greatest, book.look.charset, book.look.width.max(60) - 36);
        let _ = writeln!(text, "  {name:<14}{chart}  max {greatest:.digits$}{unit}");
    }
}

#[expect(clippy::cast_precision_loss, reason = "counters are at most 2^53")]
fn millis(value: Counter) -> Option<f64> {
    value.get().map(|value| value as f64)
}

/// Percent lost, report by report.
fn losses(channel: usize, counting: Counting, reports: &[Report]) -> Vec<Option<f64>> {
    let mut before = Packets { count: 0, lost: 0 };
    let of = |report: &Report| {
        let now = Packets { count: report.count.get()?, lost: report.lost.get()? };
        let step = match counting {
            Counting::Intervals => now,
            Counting::Cumulative => growth(before, now),
        };
        before = now;
        loss(channel, step).map(|loss| 100.0 * loss)
    };
    reports.iter().map(of).collect()
}

/// A character a report, or a few reports where the line is too short for all: the greatest.
fn chart(values: &[Option<f64>], greatest: f64, charset: Charset, width: usize) -> String {
    let steps: &[char] = match charset {
        Charset::Unicode => &['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
        Charset::Ascii => &['_', '.', '-', '=', '+', '*', '%', '#'],
    };
    let step = |values: &[Option<f64>]| {
        let value = values.iter().flatten().copied().fold(None, |most: Option<f64>, value| {
            Some(most.map_or(value, |most| most.max(value)))
        });
        let Some(value) = value else { return '?' };
        let share = if greatest > 0.0 { value / greatest } else { 0.0 };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of seven"
        )]
        let index = (share * 7.0).round() as usize;
        steps[index.min(7)]
    };
    values.chunks(values.len().div_ceil(width).max(1)).map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_is_as_wide_as_it_may_be_and_shows_the_worst() {
        let values: Vec<Option<f64>> = (0..100).map(|it| (it == 50).then_some(4.0)).collect();
        let drawn = chart(&values, 4.0, Charset::Ascii, 10);
        assert_eq!(drawn, "?????#????");
        assert_eq!(chart(&[Some(0.0), Some(2.0), Some(4.0)], 4.0, Charset::Unicode, 9), "▁▅█");
    }
}
