//! What all calls come to, for people: how many were poor, how figures are distributed, which limits
//! are broken, and what could not be measured. At most 24 lines of 80 columns.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;
use owo_colors::Style;
use unicode_width::UnicodeWidthStr as _;

use super::bars::{bar, histogram};
use super::grid::{Align, Cell, Fit, Grid};
use super::options::StatsOptions;
use super::words::{Shown, band_style, ms, none, paragraph, percent, share};
use crate::calls::distribution::{BINS, Distribution};
use crate::calls::limits::{Judgement, Limit};
use crate::calls::overview::{Overview, Quality};
use crate::calls::quality::{Band, POOR_BELOW};
use crate::terminal::Tone;
use crate::text::{count, thousands};

/// The overview. It ends with an empty line.
pub(super) fn write(options: &StatsOptions, overview: &Overview) -> String {
    let mut text = String::new();
    head(options, overview, &mut text);
    if overview.calls > 0 {
        text.push('\n');
        bands(options, &overview.quality, &mut text);
        distributions(options, &overview.quality, &mut text);
        limits(options, overview, &mut text);
    }
    text.push('\n');
    text
}

fn head(options: &StatsOptions, overview: &Overview, text: &mut String) {
    let Overview { lines, quality, .. } = overview;
    let mut calls = count(overview.calls, "call", "calls");
    if options.choice.is_limited() {
        let _ = write!(calls, " selected of {}", thousands(overview.calls_read));
    }
    let mut first = format!("{calls} in {}", count(overview.captures, "capture", "captures"));
    if let Some((start, end)) = quality.period {
        let (start, end) = (options.clock.minute(start), options.clock.minute(end));
        let same_day = start.get(..10) == end.get(..10);
        let end = if same_day { end.get(11..).unwrap_or_default() } else { &end };
        let _ = write!(first, ", {start} to {end} {}", options.clock.zone());
    }
    if quality.undated > 0 && quality.undated < overview.calls {
        let _ = write!(first, "; {}", count(quality.undated, "call has", "calls have"));
        first.push_str(" no timestamp");
    }
    text.push_str(&paragraph(&first, &options.style));
    let mut second = count(lines.told, "line", "lines");
    if options.choice.is_limited() {
        let _ = write!(second, " of {}", thousands(lines.read));
    } else if lines.invalid > 0 {
        let invalid = thousands(lines.invalid);
        let _ = write!(second, ", {invalid} invalid (`voxev validate` lists them)");
    } else {
        second.push_str(", none invalid");
    }
    if lines.duplicates > 0 {
        let _ = write!(
            second,
            ", {}",
            count(lines.duplicates, "exact duplicate not counted", "exact duplicates not counted")
        );
    }
    text.push_str(&paragraph(&second, &options.style));
    if overview.undated_left_out > 0 {
        let undated = count(overview.undated_left_out, "call", "calls");
        let undated = format!("excluded, no timestamp: {undated}");
        text.push_str(&paragraph(&undated, &options.style));
    }
}

/// Calls by band, each with a bar.
fn bands(options: &StatsOptions, quality: &Quality, text: &mut String) {
    let style = &options.style;
    if quality.measured == 0 {
        let why = "No call has a MOS: there are no audiostats from which it could be computed.";
        text.push_str(&paragraph(why, style));
        return;
    }
    let title = format!("Calls by MOS of the worse channel ({})", options.formula.name());
    let title = paragraph(&title, style);
    let _ = writeln!(text, "{}", title.trim_end().style(style.strong()));
    let width = style.width.saturating_sub(BAND_COLUMNS).min(48);
    let ranges = [
        "4.34 and above",
        "4.03 to 4.34",
        "3.60 to 4.03",
        "3.10 to 3.60",
        "2.58 to 3.10",
        "below 2.58",
    ];
    let most = quality.bands.iter().copied().max().unwrap_or_default();
    let mut grid = Grid::default();
    grid.column("", Align::Left, 0);
    grid.column("", Align::Left, 2);
    grid.column("", Align::Right, 0);
    grid.column("", Align::Right, 0);
    grid.column("", Align::Left, 1);
    for ((band, calls), range) in Band::ALL.into_iter().zip(quality.bands).zip(ranges) {
        let colour = if calls > 0 { band_style(band, style) } else { Style::new() };
        grid.row(vec![
            Cell::new(band.name()),
            Cell::styled(range, style.faint()),
            Cell::new(thousands(calls)),
            Cell::styled(share(calls, quality.measured), colour),
            Cell::styled(bar(calls, most, width.max(8), style.charset), colour),
        ]);
    }
    grid.rows_only(Fit::Width(style.width), text);
    let poor = quality.poor();
    let tone = if poor > 0 { Tone::Bad } else { Tone::Good };
    let poor_share = format!("poor (MOS below {POOR_BELOW:.2})");
    let mut rest = format!(
        ": {} of {}, {}",
        thousands(poor),
        count(quality.measured, "call", "calls"),
        share(poor, quality.measured)
    );
    let unmeasured = quality.calls - quality.measured;
    if unmeasured > 0 {
        let _ = write!(rest, "; {} no MOS", count(unmeasured, "more call has", "more calls have"));
    }
    let line = paragraph(&format!("{poor_share}{rest}"), style);
    let line = line.strip_prefix(&poor_share).unwrap_or(&rest);
    let _ = write!(text, "{}{line}", poor_share.style(style.tone(tone)));
}

/// Columns of a band's row before its bar: name, range, calls and share, and what is between them.
const BAND_COLUMNS: usize = 56;

/// How figures are distributed over calls.
fn distributions(options: &StatsOptions, quality: &Quality, text: &mut String) {
    let style = &options.style;
    let mos = |value: f64| format!("{value:.2}");
    let rows: [(&str, &Option<Distribution>, Shown); 4] = [
        ("loss", &quality.loss, percent),
        ("jitter buffer", &quality.jitter, ms),
        ("round trip", &quality.round_trip, ms),
        ("MOS", &quality.mos, mos),
    ];
    if rows.iter().all(|(_, found, _)| found.is_none()) {
        return;
    }
    text.push('\n');
    let mut grid = Grid::default();
    grid.column("at worst, for", Align::Left, 0);
    grid.column("50%", Align::Right, 0);
    grid.column("95%", Align::Right, 0);
    grid.column("99%", Align::Right, 2);
    grid.column("all calls", Align::Right, 6);
    let bests = rows.iter().filter_map(|(_, found, shown)| Some(shown(found.as_ref()?.best)));
    let best_width = bests.map(|best| best.width()).max().unwrap_or_default();
    let head = format!("{:>best_width$} {:<BINS$} 99%", "best", "number of calls");
    grid.column(&head, Align::Left, 5);
    for (name, found, shown) in rows {
        let Some(found) = found else {
            let cells = [name, none(style), none(style), none(style), none(style)];
            grid.row(cells.map(Cell::new).to_vec());
            continue;
        };
        let chart = histogram(&found.bins, style.charset);
        let beyond = if found.is_axis_whole() { "" } else { "+" };
        let mut cells = vec![Cell::new(name)];
        cells.extend([found.p50, found.p95, found.p99, found.worst].map(|it| Cell::new(shown(it))));
        let best = format!("{:>best_width$}", shown(found.best));
        cells.push(Cell::new(format!("{best} {chart} {}{beyond}", shown(found.p99))));
        grid.row(cells);
    }
    grid.write(Fit::Width(style.width), style.strong(), text);
}

/// How many calls are beyond each limit.
fn limits(options: &StatsOptions, overview: &Overview, text: &mut String) {
    let failing = overview.fail_on.as_ref().map(|it| ("--fail-on", &*options.fail_on, it));
    let marking = [("--limits", &*overview.limits, &overview.judgement)];
    let both = marking.into_iter().chain(failing).filter(|(_, limits, _)| !limits.is_empty());
    for (nth, (name, limits, judgement)) in both.enumerate() {
        if nth == 0 {
            text.push('\n');
        }
        let sentence = beyond(name, limits, judgement, overview.calls);
        text.push_str(&paragraph(&sentence, &options.style));
    }
}

fn beyond(name: &str, limits: &[Limit], judgement: &Judgement, calls: u64) -> String {
    let each: Vec<String> = limits
        .iter()
        .zip(&judgement.each)
        .map(|(limit, found)| match calls - found.judged {
            0 => format!("{limit}\u{a0}in\u{a0}{}", thousands(found.beyond)),
            missing => {
                let (beyond, missing) = (thousands(found.beyond), thousands(missing));
                format!("{limit}\u{a0}in\u{a0}{beyond}, {missing}\u{a0}not\u{a0}measured")
            }
        })
        .collect();
    let calls = count(calls, "call", "calls");
    let mut sentence = format!("beyond {name}: {} of {calls}", thousands(judgement.beyond));
    if judgement.incomplete > 0 {
        let _ = write!(sentence, ", {} more unknown", thousands(judgement.incomplete));
    }
    format!("{sentence} ({})", each.join("; "))
}
