//! Calls as a table: one line each, fitted to the terminal.

use std::fmt::Write as _;

use owo_colors::Style;

use super::grid::{Align, Cell, Fit, Grid};
use super::options::StatsOptions;
use super::told::Row;
use super::words::{
    NAMELESS, band_style, duration, formula, length, none, paragraph, percent, rounded, sentence,
    why,
};
use crate::calls::call::{Call, Direction};
use crate::calls::channel::Doubt;
use crate::calls::duration::{Basis, Duration};
use crate::calls::figures::{Figures, Spread};
use crate::calls::limits::{Limit, Metric};
use crate::calls::overview::Overview;
use crate::calls::packets::{INPUT, OUTPUT};
use crate::calls::quality::Band;
use crate::calls::reason::reasons;
use crate::terminal::{Charset, Tone};
use crate::text::{count, shortened, thousands, visible};

/// Characters of a callId that are shown, unless more are needed to tell calls apart.
const SHORT_ID: usize = 8;

/// Characters of a callId at most.
const LONG_ID: usize = 36;

/// The table of `rows`, and what has to be known to read it.
pub(super) fn write(options: &StatsOptions, rows: &[Row<'_>], overview: &Overview) -> String {
    let mut text = String::new();
    if rows.is_empty() {
        return text;
    }
    let table = CallTable { options, is_wide: options.fit == Fit::All };
    let left_out = table.grid(rows).write(options.fit, options.style.strong(), &mut text);
    let more = overview.calls.saturating_sub(rows.len() as u64);
    if more > 0 {
        let more = count(more, "more call", "more calls");
        let more = format!("and {more}; --top N shows more, --format csv shows all");
        text.push_str(&paragraph(&more, &options.style));
    }
    let mut legend = table.legend(rows);
    if left_out > 0 {
        legend.insert(0, "--wide shows all columns.".to_owned());
    }
    let _ = write!(text, "\n{}", paragraph(&legend.join(" "), &options.style));
    text
}

struct CallTable<'a> {
    options: &'a StatsOptions,
    is_wide: bool,
}

impl CallTable<'_> {
    fn grid(&self, rows: &[Row<'_>]) -> Grid {
        let mut grid = Grid::default();
        // The greatest rank is left out first.
        grid.column("call", Align::Left, 0);
        grid.column("first seen", Align::Left, 3);
        grid.column("length", Align::Right, 4);
        grid.column("way", Align::Left, 8);
        grid.column("reports", Align::Right, 7);
        grid.column("loss\nin", Align::Right, 2);
        grid.column("loss\nout", Align::Right, 2);
        grid.column("buffer\nms", Align::Right, 6);
        grid.column("trip\nms", Align::Right, 5);
        grid.column("MOS\nin", Align::Right, 1);
        grid.column("MOS\nout", Align::Right, 1);
        for column in self.joined_columns() {
            grid.column(&visible(&shortened(column, 20)), Align::Left, 9);
        }
        grid.column("holds", Align::Right, 10);
        grid.column("flags", Align::Right, 11);
        if self.is_wide {
            grid.column("on\nhold", Align::Right, 12);
            let more = ["mutes", "notes", "messages", "people", "lines", "duplicates"];
            for head in more {
                grid.column(head, Align::Right, 12);
            }
            grid.column("worst report\nloss in", Align::Right, 12);
            grid.column("worst report\nloss out", Align::Right, 12);
            grid.column("R\nin", Align::Right, 12);
            grid.column("R\nout", Align::Right, 12);
            grid.column("place", Align::Left, 12);
        }
        let names = self.short_ids(rows);
        for (row, name) in rows.iter().zip(names) {
            grid.row(self.cells(row, name));
        }
        let limits: Vec<Limit> = self.options.all_limits().copied().collect();
        let forms = rows.iter().map(|row| {
            if row.channels.iter().all(|it| it.reports == 0) {
                return vec!["no audiostats".to_owned()];
            }
            why(&reasons(&limits, &row.channels), &self.options.style)
        });
        grid.last("why", forms.collect());
        grid
    }

    fn joined_columns(&self) -> impl Iterator<Item = &str> {
        self.options.joined.iter().flat_map(|joined| joined.columns.iter().map(String::as_str))
    }

    /// The beginnings of identifiers, long enough to tell them apart.
    fn short_ids(&self, rows: &[Row<'_>]) -> Vec<String> {
        if self.is_wide {
            return rows.iter().map(|row| name(row.entry.id, LONG_ID)).collect();
        }
        let is_unique = |length: usize| {
            let mut all: Vec<String> =
                rows.iter().map(|row| row.entry.id.chars().take(length).collect()).collect();
            all.sort_unstable();
            all.windows(2).all(|pair| pair[0] != pair[1])
        };
        let length = (SHORT_ID..LONG_ID).find(|length| is_unique(*length)).unwrap_or(LONG_ID);
        let beginning = |id: &str| id.chars().take(length).collect::<String>();
        rows.iter().map(|row| name(&beginning(row.entry.id), LONG_ID)).collect()
    }

    fn cells(&self, row: &Row<'_>, name: String) -> Vec<Cell> {
        let style = &self.options.style;
        let none = || Cell::new(none(style));
        let call = row.entry.call;
        let [input, output] = &row.channels;
        let limits: Vec<Limit> = self.options.all_limits().copied().collect();
        let beyond = |metric: Metric, figures: &Figures| {
            let mut of_metric = limits.iter().filter(|limit| limit.metric == metric);
            let is_beyond = of_metric.any(|limit| limit.is_broken_by(figures) == Some(true));
            if is_beyond { style.tone(Tone::Bad) } else { Style::new() }
        };
        let loss = |figures: &Figures| match figures.loss_percent {
            Some(loss) => Cell::styled(percent(loss), beyond(Metric::Loss, figures)),
            None => none(),
        };
        let delay = |metric: Metric, spread: &dyn Fn(&Figures) -> Option<Spread>| {
            let worse = [input, output].into_iter().filter_map(|it| Some((it, spread(it)?)));
            match worse.max_by(|left, right| left.1.p95.total_cmp(&right.1.p95)) {
                Some((figures, spread)) => {
                    Cell::styled(rounded(spread, style), beyond(metric, figures))
                }
                None => none(),
            }
        };
        let mos = |figures: &Figures| match figures.score {
            Some(score) => {
                let doubt = if is_doubtful(figures) { "?" } else { "" };
                let text = format!("{doubt}{:.2}", score.mos);
                Cell::styled(text, band_style(Band::of(score.mos), style))
            }
            None => none(),
        };
        let mut cells = vec![
            Cell::styled(name, style.strong()),
            self.first_seen(call),
            Duration::of(call).map_or_else(none, |it| Cell::new(length(it))),
            match call.direction {
                Some(Direction::Inbound) => Cell::new("in"),
                Some(Direction::Outbound) => Cell::new("out"),
                None => none(),
            },
            Cell::new(thousands(input.reports.max(output.reports))),
            loss(input),
            loss(output),
            delay(Metric::Jitter, &|it| it.jitter),
            delay(Metric::Rtt, &|it| it.round_trip),
            mos(input),
            mos(output),
        ];
        for column in self.joined_columns() {
            let value = self.options.joined.as_ref().and_then(|it| it.value(row.entry.id, column));
            let value = value.map(|value| visible(&shortened(value, 20)).into_owned());
            cells.push(value.map_or_else(none, Cell::new));
        }
        cells.extend(["hold", "flagraise"].map(|event| Cell::new(count_of(call, event))));
        if self.is_wide {
            self.wide_cells(row, &mut cells);
        }
        cells
    }

    fn wide_cells(&self, row: &Row<'_>, cells: &mut Vec<Cell>) {
        let none = || Cell::new(none(&self.options.style));
        let call = row.entry.call;
        let held = call.phases.held();
        cells.push(held.map_or_else(none, |held| Cell::new(duration(held))));
        cells.extend(["mute", "note", "transcript"].map(|event| Cell::new(count_of(call, event))));
        let people = thousands(call.participants.count());
        let bound = if call.participants.is_upper_bound() { "at most " } else { "" };
        cells.push(Cell::new(format!("{bound}{people}")));
        let counts = [call.lines(), call.duplicates.into()];
        cells.extend(counts.map(|number| Cell::new(thousands(number))));
        for figures in &row.channels {
            let worst = figures.by_report.worst_loss_percent;
            let worst = worst.or(figures.loss_percent.filter(|_| figures.by_report.lossy == 0));
            cells.push(worst.map_or_else(none, |loss| Cell::new(percent(loss))));
        }
        for figures in &row.channels {
            let score = figures.score;
            cells.push(score.map_or_else(none, |score| Cell::new(format!("{:.1}", score.r))));
        }
        cells.push(Cell::new(place(row)));
    }

    /// When a call was first seen, or where.
    fn first_seen(&self, call: &Call) -> Cell {
        match call.times {
            Some((first, _)) => {
                let minute = self.options.clock.minute(first);
                // The year stands above, in the overview.
                Cell::new(if self.is_wide { &minute } else { minute.get(5..).unwrap_or_default() })
            }
            None => {
                let line = format!("line {}", thousands(call.first.line));
                Cell::styled(line, self.options.style.faint())
            }
        }
    }

    fn legend(&self, rows: &[Row<'_>]) -> Vec<String> {
        let mut parts = Vec::new();
        parts.push(format!("{}: not measured.", none(&self.options.style)));
        let lengths = || rows.iter().filter_map(|row| Duration::of(row.entry.call));
        if lengths().any(|length| length.basis == Basis::Estimate) {
            parts.push("~: estimated from reports (one every 30 s) and messages.".to_owned());
        }
        let delays = "buffer, trip: 95th percentiles of jitter buffer (limit: jitter) and round trip \
                      (limit: rtt).";
        parts.push(delays.to_owned());
        parts.push("MOS is 1 to 4.5.".to_owned());
        let limits: Vec<Limit> = self.options.all_limits().copied().collect();
        if rows.iter().any(|row| !reasons(&limits, &row.channels).is_empty()) {
            let times = match self.options.style.charset {
                Charset::Unicode => "×",
                Charset::Ascii => "x",
            };
            let names: Vec<String> = limits.iter().map(ToString::to_string).collect();
            let names = names.join(", ");
            parts.push(format!("why: beyond {names}; {times}3: 3 reports in a row."));
        }
        if rows.iter().any(|row| row.channels.iter().any(|it| it.score.is_some())) {
            parts.push(formula(self.options));
        }
        let spreads =
            || rows.iter().flat_map(|row| &row.channels).flat_map(|it| [it.jitter, it.round_trip]);
        let error = spreads().flatten().map(|spread| spread.error).fold(0.0, f64::max);
        if error > 0.01 {
            let about = (100.0 * error).ceil();
            parts.push(format!("≈: within {about:.0}%; other quantiles are within 1%."));
        }
        for (doubt, at) in Doubt::ALL.into_iter().zip(0..) {
            let doubted = rows.iter().filter(|row| row.channels.iter().any(|it| it.doubts[at] > 0));
            let doubted = doubted.count() as u64;
            if doubted > 0 {
                parts.push(format!("In {}, {}.", count(doubted, "call", "calls"), sentence(doubt)));
            }
        }
        let left_out: u64 = rows.iter().flat_map(|row| &row.channels).map(|it| it.left_out).sum();
        if left_out > 0 {
            let reports = count(left_out, "report", "reports");
            parts.push(format!("{reports} excluded: a counter is negative or too large."));
        }
        parts
    }
}

/// Whether the score may not be what it seems.
fn is_doubtful(figures: &Figures) -> bool {
    let mut doubts = Doubt::ALL.into_iter().zip(figures.doubts).filter(|(_, held)| *held > 0);
    doubts.any(|(doubt, _)| matches!(doubt, Doubt::RisingCounters | Doubt::GrowingJitterBuffer))
}

fn count_of(call: &Call, event: &str) -> String {
    thousands(call.count(event).into())
}

/// What a call is called, in so many characters.
pub(super) fn name(id: &str, width: usize) -> String {
    if id.is_empty() { NAMELESS.to_owned() } else { visible(&shortened(id, width)).into_owned() }
}

/// Where a call is: `a.jsonl:12`, and of several captures `a.jsonl:12 to b.jsonl:3`.
pub(super) fn place(row: &Row<'_>) -> String {
    let captures = &row.entry.table.captures;
    let (first, last) = (row.entry.call.first, row.entry.call.last);
    let name = |capture: u32| {
        let name = captures.get(capture as usize).map_or("", String::as_str);
        visible(&shortened(name, CAPTURE_WIDTH)).into_owned()
    };
    match (first.capture == last.capture, first.line == last.line) {
        (true, true) => format!("{}:{}", name(first.capture), first.line),
        (true, false) => format!("{}:{}-{}", name(first.capture), first.line, last.line),
        (false, _) => {
            let (start, end) = (name(first.capture), name(last.capture));
            format!("{start}:{} to {end}:{}", first.line, last.line)
        }
    }
}

/// Characters of a capture's name that are shown.
const CAPTURE_WIDTH: usize = 60;

/// Indices of the channels: the table names them in this order.
const _: () = assert!(INPUT == 0 && OUTPUT == 1);
