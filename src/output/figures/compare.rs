//! A comparison with an earlier run as a table: figure by figure, or group by group.

use std::fmt::Write as _;

use owo_colors::{OwoColorize as _, Style};

use super::grid::{Align, Cell, Grid};
use super::options::StatsOptions;
use super::words::{none, paragraph, percent};
use crate::calls::comparison::{Figure, Pair};
use crate::calls::distribution::Worse;
use crate::calls::overview::Quality;
use crate::terminal::{TextStyle, Tone};
use crate::text::{count, shortened, thousands, visible};

/// What changed since the report called `earlier`: for all calls, then for groups.
pub(super) fn write(options: &StatsOptions, earlier: &str, all: &Pair, groups: &[Pair]) -> String {
    let mut text = String::new();
    let title = format!("Compared with {}", visible(earlier));
    let title = paragraph(&title, &options.style);
    let _ = writeln!(text, "{}", title.trim_end().style(options.style.strong()));
    figures(options, all).write(options.fit, options.style.strong(), &mut text);
    if !options.by.is_empty() {
        text.push('\n');
        let shown = &groups[..groups.len().min(options.most)];
        self::groups(options, shown).write(options.fit, options.style.strong(), &mut text);
        if shown.len() < groups.len() {
            let more = count((groups.len() - shown.len()) as u64, "more row", "more rows");
            let more = format!("and {more}; --top N shows more, --format json shows all");
            text.push_str(&paragraph(&more, &options.style));
        }
    }
    let legend = "poor: calls with a MOS below 3.60, of those that have one; pp: percentage points. \
                  Other figures are what 95% of the calls are no worse than.";
    let _ = write!(text, "\n{}", paragraph(legend, &options.style));
    text
}

/// A row for each figure.
fn figures(options: &StatsOptions, pair: &Pair) -> Grid {
    let style = &options.style;
    let mut grid = Grid::default();
    grid.column("", Align::Left, 0);
    grid.column("earlier", Align::Right, 0);
    grid.column("now", Align::Right, 0);
    grid.column("change", Align::Right, 0);
    grid.column("", Align::Left, 1);
    let [earlier, now] = [&pair.earlier, &pair.now].map(|it| it.as_ref().map_or(0, |it| it.calls));
    let more = i128::from(now) - i128::from(earlier);
    grid.row(vec![
        Cell::new("calls"),
        Cell::new(thousands(earlier)),
        Cell::new(thousands(now)),
        Cell::new(format!("{more:+}")),
        Cell::new(""),
    ]);
    for figure in Figure::ALL {
        let shown = |quality: &Option<Quality>| {
            let found = quality.as_ref().and_then(|quality| figure.of(quality));
            found.map_or_else(|| none(style).into(), |value| value_of(figure, value))
        };
        let (change, verdict, colour) = change(figure, pair, style);
        grid.row(vec![
            Cell::new(name(figure)),
            Cell::new(shown(&pair.earlier)),
            Cell::new(shown(&pair.now)),
            Cell::styled(change, colour),
            Cell::styled(verdict, colour),
        ]);
    }
    grid
}

/// A row for each group.
fn groups(options: &StatsOptions, pairs: &[Pair]) -> Grid {
    let style = &options.style;
    let mut grid = Grid::default();
    for dimension in &options.by {
        grid.column(&visible(&shortened(dimension.name(), 20)), Align::Left, 0);
    }
    grid.column("calls\nearlier", Align::Right, 6);
    grid.column("calls\nnow", Align::Right, 5);
    grid.column("poor\nearlier", Align::Right, 3);
    grid.column("poor\nnow", Align::Right, 2);
    grid.column("poor\nchange", Align::Right, 0);
    for (figure, rank) in
        [(Figure::Loss, 4), (Figure::Jitter, 8), (Figure::Rtt, 7), (Figure::Mos, 1)]
    {
        grid.column(&format!("{}\nchange", name(figure)), Align::Right, rank);
    }
    let width = (style.width / (2 * options.by.len().max(1))).max(12);
    for pair in pairs {
        let key = |key: &String| Cell::styled(visible(&shortened(key, width)), style.strong());
        let mut cells: Vec<Cell> = pair.keys.iter().map(key).collect();
        for quality in [&pair.earlier, &pair.now] {
            let count = quality.as_ref().map_or(0, |quality| quality.calls);
            cells.push(Cell::new(thousands(count)));
        }
        for quality in [&pair.earlier, &pair.now] {
            let poor = quality.as_ref().and_then(Quality::poor_percent);
            let poor = poor.map(|poor| value_of(Figure::Poor, poor));
            cells.push(Cell::new(poor.unwrap_or_else(|| none(style).into())));
        }
        for figure in Figure::ALL {
            let (change, _, colour) = change(figure, pair, style);
            cells.push(Cell::styled(change, colour));
        }
        grid.row(cells);
    }
    grid
}

fn name(figure: Figure) -> &'static str {
    match figure {
        Figure::Poor => "poor",
        Figure::Loss => "loss",
        Figure::Jitter => "buffer ms",
        Figure::Rtt => "trip ms",
        Figure::Mos => "MOS",
    }
}

pub(super) fn value_of(figure: Figure, value: f64) -> String {
    match figure {
        Figure::Poor => format!("{value:.1}%"),
        Figure::Loss => percent(value),
        Figure::Jitter | Figure::Rtt => format!("{value:.0}"),
        Figure::Mos => format!("{value:.2}"),
    }
}

/// How much a figure changed, whether that is for the worse, and in which colour to say so.
fn change(figure: Figure, pair: &Pair, style: &TextStyle) -> (String, &'static str, Style) {
    let Some((shown, verdict)) = change_in_words(figure, pair) else {
        let missing = match (&pair.earlier, &pair.now) {
            (None, _) => "new",
            (_, None) => "gone",
            _ => none(style),
        };
        return (missing.into(), "", Style::new());
    };
    let colour = match verdict {
        WORSE => style.tone(Tone::Bad),
        BETTER => style.tone(Tone::Good),
        _ => Style::new(),
    };
    (shown, verdict, colour)
}

/// What is said of a change for the worse, and for the better.
const WORSE: &str = "worse";
const BETTER: &str = "better";

/// How much a figure changed, and whether that is for the worse; nothing where it did not change.
pub(super) fn change_in_words(figure: Figure, pair: &Pair) -> Option<(String, &'static str)> {
    let change = pair.change(figure)?;
    let shown = match figure {
        Figure::Poor => format!("{change:+.1} pp"),
        Figure::Loss => format!("{change:+.2} pp"),
        Figure::Jitter | Figure::Rtt => format!("{change:+.0}"),
        Figure::Mos => format!("{change:+.2}"),
    };
    let is_none = !shown.contains(|letter: char| letter.is_ascii_digit() && letter != '0');
    let is_worse = match figure.worse() {
        Worse::Higher => change > 0.0,
        Worse::Lower => change < 0.0,
    };
    Some(match (is_none, is_worse) {
        (true, _) => (shown.replace(['+', '-'], ""), ""),
        (false, true) => (shown, WORSE),
        (false, false) => (shown, BETTER),
    })
}
