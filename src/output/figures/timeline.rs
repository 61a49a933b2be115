//! One call told to a person: what happened line by line, and how it sounded from report to report.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;

use super::bars;
use super::calls::{name, place};
use super::grid::{Align, Cell, Fit, Grid};
use super::options::StatsOptions;
use super::told::Row;
use super::words::{
    Shown, band_style, duration, formula, length, ms, none, paragraph, percent, sentence, spread,
    why,
};
use crate::calls::call::{Call, Direction, Spot};
use crate::calls::call_table::CallTable;
use crate::calls::channel::{Channel, Counting, Doubt};
use crate::calls::duration::{Duration, REPORT_MILLIS};
use crate::calls::limits::Limit;
use crate::calls::packets::INPUT;
use crate::calls::quality::Band;
use crate::calls::reason::reasons;
use crate::calls::series::{Series, Worst};
use crate::calls::timeline::{Moment, Span};
use crate::contract::Bundle;
use crate::terminal::Tone;
use crate::text::{count, thousands, visible, wrapping};

/// Everything there is to tell of a call.
pub(super) fn write(options: &StatsOptions, row: &Row<'_>) -> String {
    let mut text = String::new();
    head(options, row, &mut text);
    channels(options, row, &mut text);
    text.push('\n');
    let table = row.entry.table;
    moments(options, (row.entry.id, table), &mut text);
    let timeline = table.timelines.of(row.entry.id);
    let channels = &row.entry.call.channels;
    for (channel, counting) in channels.iter().map(Channel::counting).enumerate() {
        charts(options, channel, counting, &timeline.series[channel], &mut text);
    }
    if row.channels.iter().any(|it| it.score.is_some()) {
        let legend = formula(options);
        let _ = writeln!(text, "\n{}", textwrap::fill(&legend, wrapping(options.style.width)));
    }
    text
}

/// What the call is, and why it is bad.
fn head(options: &StatsOptions, row: &Row<'_>, text: &mut String) {
    let id = name(row.entry.id, usize::MAX);
    let _ = writeln!(text, "{}", id.style(options.style.strong()));
    let limits: Vec<Limit> = options.all_limits().copied().collect();
    let reasons = reasons(&limits, &row.channels);
    let mut sentences = vec![place(row), facts(options, row.entry.call).join(", ")];
    if let Some(why) =
        why(&reasons, &options.style).into_iter().next().filter(|why| !why.is_empty())
    {
        sentences.push(format!("beyond limits: {why}"));
    }
    for sentence in sentences {
        let _ = writeln!(text, "{}", textwrap::fill(&sentence, wrapping(options.style.width)));
    }
}

pub(super) fn facts(options: &StatsOptions, call: &Call) -> Vec<String> {
    let mut parts = vec![count(call.lines(), "line", "lines")];
    match call.direction {
        Some(Direction::Inbound) => parts.push("inbound".into()),
        Some(Direction::Outbound) => parts.push("outbound".into()),
        None => {}
    }
    if let Some((first, _)) = call.times {
        let clock = &options.clock;
        parts.push(format!("first seen {} {}", clock.second(first), clock.zone()));
    }
    if let Some(known) = Duration::of(call) {
        parts.push(length(known));
    }
    if let (Some(talked), Some(held)) = (call.phases.talked(), call.phases.held()) {
        parts.push(format!("{} of talk and {} on hold", duration(talked), duration(held)));
    }
    match call.participants.count() {
        0 => {}
        number => {
            let bound = if call.participants.is_upper_bound() { "at most " } else { "" };
            let number = count(number, "participant", "participants");
            parts.push(format!("{bound}{number}"));
        }
    }
    let mut some = |number: u64, one: &str, more: &str| {
        if number > 0 {
            parts.push(count(number, one, more));
        }
    };
    some(call.count("hold").into(), "hold", "holds");
    some(call.count("mute").into(), "mute", "mutes");
    some(call.count("flagraise").into(), "flag raised", "flags raised");
    some(call.count("flaglower").into(), "flag lowered", "flags lowered");
    some(call.count("note").into(), "note", "notes");
    some(call.said[0].into(), "message by agents", "messages by agents");
    some(call.said[1].into(), "by supervisors", "by supervisors");
    some(call.said[2].into(), "by others", "by others");
    some(call.duplicates.into(), "exact duplicate", "exact duplicates");
    parts
}

/// The figures of each channel, and doubts about them.
fn channels(options: &StatsOptions, row: &Row<'_>, text: &mut String) {
    let style = &options.style;
    let told: Vec<_> = row.channels.iter().filter(|it| it.reports + it.left_out > 0).collect();
    if told.is_empty() {
        return;
    }
    text.push('\n');
    let mut grid = Grid::default();
    grid.column("", Align::Left, 0);
    grid.column("reports", Align::Right, 3);
    grid.column("loss", Align::Right, 0);
    grid.column("worst report", Align::Right, 4);
    grid.column("buffer p50/p95/max", Align::Right, 2);
    grid.column("trip p50/p95/max", Align::Right, 1);
    grid.column("R", Align::Right, 6);
    grid.column("MOS", Align::Right, 0);
    grid.column("", Align::Left, 5);
    for figures in &told {
        let none = || Cell::new(none(style));
        let beyond =
            if options.is_beyond(figures) { style.tone(Tone::Bad) } else { style.strong() };
        let worst = figures.by_report.worst_loss_percent;
        let worst = worst.or(figures.loss_percent.filter(|_| figures.by_report.lossy == 0));
        let score = figures.score;
        let band = score.map(|score| Band::of(score.mos));
        let colour = band.map(|band| band_style(band, style)).unwrap_or_default();
        grid.row(vec![
            Cell::styled(if figures.channel == INPUT { "input" } else { "output" }, beyond),
            Cell::new(thousands(figures.reports)),
            figures.loss_percent.map_or_else(none, |loss| Cell::new(percent(loss))),
            worst.map_or_else(none, |loss| Cell::new(percent(loss))),
            Cell::new(spread(figures.jitter)),
            Cell::new(spread(figures.round_trip)),
            score.map_or_else(none, |score| Cell::new(format!("{:.1}", score.r))),
            score.map_or_else(none, |score| Cell::styled(format!("{:.2}", score.mos), colour)),
            Cell::styled(band.map_or("", Band::name), colour),
        ]);
    }
    grid.write(Fit::Width(style.width), style.strong(), text);
    for figures in told {
        let name = if figures.channel == INPUT { "input" } else { "output" };
        let mut remarks = Vec::new();
        for (doubt, channels) in Doubt::ALL.into_iter().zip(figures.doubts) {
            if channels > 0 {
                remarks.push(format!("{name}: {}", sentence(doubt)));
            }
        }
        if figures.left_out > 0 {
            let reports = count(figures.left_out, "report", "reports");
            remarks.push(format!("{name}: {reports} excluded: a counter is negative or too large"));
        }
        for remark in remarks {
            let _ = writeln!(text, "{}", textwrap::fill(&remark, wrapping(style.width)));
        }
    }
}

/// Every line but the reports, which the charts show.
fn moments(options: &StatsOptions, (id, table): (&str, &CallTable), text: &mut String) {
    let timeline = table.timelines.of(id);
    let bundle = Bundle::newest();
    let name = |spot: Spot| {
        let name = table.captures.get(spot.capture as usize).map_or("", String::as_str);
        visible(name).into_owned()
    };
    let has_times =
        timeline.moments().any(|moment| moment.at.is_some() || moment.position().is_some());
    let mut has_estimates = false;
    let mut capture = None;
    for (moment, nth) in timeline.moments().zip(0..) {
        if nth == timeline.first.len() && timeline.left_out > 0 {
            let left_out = count(timeline.left_out, "line", "lines");
            let advice = "`voxev filter --call-id` prints all of them";
            let _ = writeln!(text, "     …  {left_out} not shown; {advice}");
        }
        let before = capture.replace(moment.spot.capture);
        if before.is_some_and(|before| before != moment.spot.capture) {
            let _ = writeln!(text, "{}", name(moment.spot).style(options.style.faint()));
        }
        let mut number = format!("{:>6}", moment.spot.line);
        if has_times {
            let clock = moment.at.and_then(|at| options.clock.time_of_day(at));
            let estimate = moment.position().filter(|_| clock.is_none()).map(length);
            has_estimates |= estimate.is_some();
            let _ = write!(number, "  {:<8}", clock.or(estimate).unwrap_or_default());
        }
        let _ = write!(text, "{}  ", number.style(options.style.faint()));
        let mut rest = moment.values(&bundle);
        if let Some(span) = span(moment, name) {
            let gap = if rest.is_empty() { "" } else { "  " };
            let _ = write!(rest, "{gap}[{span}]");
        }
        if let Some((but, earlier)) = moment.contradiction {
            let gap = if rest.is_empty() { "" } else { "  " };
            let earlier = earlier.map_or(String::new(), |line| format!(" (line {line})"));
            let order = format!("out of order: {but}{earlier}");
            let _ = write!(rest, "{gap}{}", order.style(options.style.tone(Tone::Fair)));
        }
        let event = moment.event.name();
        let used = number.len() + 2;
        let _ = write!(text, "{}", event.style(options.style.strong()));
        text.push_str(&beside(&rest, event.len(), used, options.style.width));
    }
    if has_estimates {
        text.push('\n');
        text.push_str(&paragraph(ESTIMATES, &options.style));
    }
}

/// What an estimated time in a timeline means.
const ESTIMATES: &str =
    "~9m: about 9 minutes into the call, estimated from its reports (one every 30 s).";

/// Columns for an event's name, and the least that are worth writing its values in.
const EVENT_WIDTH: usize = 19;
const VALUES_WIDTH: usize = 24;

/// Values beside the name of an event, which begins at column `start`; below it where there is too
/// little room.
fn beside(values: &str, name: usize, start: usize, width: usize) -> String {
    if values.is_empty() {
        return "\n".into();
    }
    let column = start + EVENT_WIDTH;
    let is_narrow = column + VALUES_WIDTH > width;
    let indent = " ".repeat(if is_narrow { start } else { column });
    let wrapping = wrapping(width.saturating_sub(indent.len())).break_words(true);
    let lines = textwrap::wrap(values, wrapping);
    let between = if is_narrow {
        format!("\n{indent}")
    } else {
        " ".repeat(EVENT_WIDTH.saturating_sub(name))
    };
    format!("{between}{}\n", lines.join(&format!("\n{indent}")))
}

/// Until when what `moment` begins lasts.
fn span(moment: &Moment, name: impl Fn(Spot) -> String) -> Option<String> {
    Some(match moment.span {
        Span::None => return None,
        Span::Duplicate => "exact duplicate".into(),
        Span::Open => "no end found".into(),
        Span::Until(event, end, lasted) => {
            let lasted = lasted.map_or_else(String::new, |it| format!("{} ", length(it)));
            let place = if end.capture == moment.spot.capture {
                format!("line {}", end.line)
            } else {
                format!("{}:{}", name(end), end.line)
            };
            format!("{lasted}until {} in {place}", event.name())
        }
        Span::UnclearAfter(event, end) => {
            format!("unclear after {} in line {}", event.name(), end.line)
        }
    })
}

/// Three charts of a channel, where it has reports.
fn charts(
    options: &StatsOptions,
    channel: usize,
    counting: Counting,
    series: &Series,
    text: &mut String,
) {
    if series.reports == 0 {
        return;
    }
    let is_narrow = options.style.width < NARROW;
    let beside = if is_narrow { CHART_NAME } else { CHART_NAME + CHART_WORDS };
    let width = options.style.width.saturating_sub(beside).max(10);
    let groups_drawn = series.groups.len().div_ceil(width).max(1);
    let drawn: Vec<Worst> = series.groups.chunks(groups_drawn).map(Worst::of).collect();
    let name = if channel == INPUT { "input" } else { "output" };
    let _ =
        writeln!(text, "\n{}{}", name.style(options.style.strong()), column(series, groups_drawn));
    let percents = |worst: &Worst| worst.loss(counting).map(|loss| 100.0 * loss);
    // A zero is no value where the channel does not usually measure it.
    let measured =
        |is_own: bool, value: Option<u64>| value.filter(|value| is_own || *value > 0).map(as_float);
    let jitter = |worst: &Worst| measured(channel == INPUT, worst.jitter);
    let round_trip = |worst: &Worst| measured(channel != INPUT, worst.round_trip);
    let figures: [(&str, Vec<Option<f64>>, Shown); 3] = [
        ("loss", drawn.iter().map(percents).collect(), percent),
        ("jitter buffer", drawn.iter().map(jitter).collect(), ms),
        ("round trip", drawn.iter().map(round_trip).collect(), ms),
    ];
    for (name, values, shown) in figures {
        let known = || values.iter().flatten().copied();
        let (least, greatest) =
            (known().fold(f64::INFINITY, f64::min), known().fold(0.0, f64::max));
        if known().next().is_none() {
            let _ = writeln!(text, "  {name:<14}not measured");
            continue;
        }
        // Values that are alike would be a solid block if the scale began at zero.
        let start = if least > greatest / 2.0 { least } else { 0.0 };
        let chart = bars::line(&values, start, greatest, options.style.charset);
        let _ = write!(text, "  {name:<14}{chart}");
        text.push_str(if is_narrow { "\n    " } else { "  " });
        let gaps = if values.contains(&None) { ", ?: not measured" } else { "" };
        if least >= greatest {
            let _ = writeln!(text, "always {}{gaps}", shown(greatest));
        } else {
            let scale = if start > 0.0 { "" } else { ", scale from 0" };
            let _ = writeln!(text, "{} to {}{scale}{gaps}", shown(least), shown(greatest));
        }
    }
}

/// What a column of a chart stands for.
fn column(series: &Series, groups_drawn: usize) -> String {
    let reports = series.group * groups_drawn as u64;
    if reports <= 1 {
        return ": a column is a report, about 30s".into();
    }
    let length = i64::try_from(reports).unwrap_or(i64::MAX).saturating_mul(REPORT_MILLIS);
    let (reports, length) = (thousands(reports), duration(length));
    format!(": a column is the worst of {reports} reports, about {length}")
}

/// Columns before a chart, and after it.
const CHART_NAME: usize = 16;
const CHART_WORDS: usize = 34;

/// Below this width, what is said of a chart stands under it.
const NARROW: usize = 70;

#[expect(clippy::cast_precision_loss, reason = "counters are at most 2^53")]
fn as_float(value: u64) -> f64 {
    value as f64
}
