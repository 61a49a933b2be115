//! Groups of calls as a table: how many calls were poor in each, and how figures are distributed.

use std::fmt::Write as _;

use owo_colors::Style;

use super::grid::{Align, Cell, Grid};
use super::options::StatsOptions;
use super::words::{band_style, none, paragraph, percent, share};
use crate::calls::distribution::Distribution;
use crate::calls::group::Group;
use crate::calls::quality::Band;
use crate::terminal::Tone;
use crate::text::{count, shortened, thousands, visible};

/// How a figure is shown.
type Shown<'a> = &'a dyn Fn(f64) -> Cell;

/// The table of the groups.
pub(super) fn write(options: &StatsOptions, groups: &[Group]) -> String {
    let mut text = String::new();
    if groups.is_empty() {
        return text;
    }
    let shown = &groups[..groups.len().min(options.most)];
    grid(options, shown).write(options.fit, options.style.strong(), &mut text);
    if shown.len() < groups.len() {
        let more = count((groups.len() - shown.len()) as u64, "more row", "more rows");
        let more = format!("and {more}; --top N shows more, --format csv shows all");
        text.push_str(&paragraph(&more, &options.style));
    }
    let legend = format!(
        "poor: calls with a MOS below 3.60, of those that have one. 50%, 95%: what so many of the \
         calls are no worse than. {}: not measured.",
        none(&options.style)
    );
    let _ = write!(text, "\n{}", paragraph(&legend, &options.style));
    text
}

fn grid(options: &StatsOptions, groups: &[Group]) -> Grid {
    let style = &options.style;
    let mut grid = Grid::default();
    for dimension in &options.by {
        grid.column(&visible(&shortened(dimension.name(), 20)), Align::Left, 0);
    }
    grid.column("calls", Align::Right, 0);
    grid.column("poor\ncalls", Align::Right, 1);
    grid.column("poor\nshare", Align::Right, 0);
    for (head, rank) in [("loss", 2), ("buffer ms", 5), ("trip ms", 4), ("MOS", 3)] {
        grid.column(&format!("{head}\n50%"), Align::Right, rank + 5);
        grid.column(&format!("{head}\n95%"), Align::Right, rank);
    }
    grid.column("lines", Align::Right, 11);
    // A long name must leave room for the figures.
    let width = (style.width / (2 * options.by.len().max(1))).max(12);
    for group in groups {
        let quality = &group.quality;
        let mut cells: Vec<Cell> = group
            .keys
            .iter()
            .map(|key| Cell::styled(visible(&shortened(key, width)), style.strong()))
            .collect();
        let (poor, measured) = (quality.poor(), quality.measured);
        let colour = if poor > 0 { style.tone(Tone::Bad) } else { Style::new() };
        cells.push(Cell::new(thousands(quality.calls)));
        cells.push(Cell::new(thousands(poor)));
        cells.push(match measured {
            0 => Cell::new(none(style)),
            _ => Cell::styled(share(poor, measured), colour),
        });
        let ms = |value: f64| Cell::new(format!("{value:.0}"));
        let loss = |value: f64| Cell::new(percent(value));
        let mos =
            |value: f64| Cell::styled(format!("{value:.2}"), band_style(Band::of(value), style));
        let figures: [(&Option<Distribution>, Shown<'_>); 4] = [
            (&quality.loss, &loss),
            (&quality.jitter, &ms),
            (&quality.round_trip, &ms),
            (&quality.mos, &mos),
        ];
        for (found, shown) in figures {
            let values = found.as_ref().map(|found| [found.p50, found.p95]);
            match values {
                Some(values) => cells.extend(values.map(shown)),
                None => cells.extend([none(style), none(style)].map(Cell::new)),
            }
        }
        cells.push(Cell::new(thousands(group.lines)));
        grid.row(cells);
    }
    grid
}
