//! Tables for a terminal: aligned columns, of which those that matter least are left out where there
//! is too little room.

use std::fmt::Write as _;

use owo_colors::{OwoColorize as _, Style};
use unicode_width::UnicodeWidthStr as _;

/// A table.
#[derive(Debug, Default)]
pub(super) struct Grid {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    last: Option<LastColumn>,
}

/// A column of a table.
#[derive(Debug)]
pub(super) struct Column {
    /// One or two lines above it.
    head: [String; 2],
    align: Align,
    /// Columns with the greatest rank are left out first; those with rank 0 never are.
    rank: u8,
}

/// On which side of a column its cells are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// What is in a column of a row.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    text: String,
    style: Style,
}

/// A column of text that takes what room is left.
#[derive(Debug)]
struct LastColumn {
    head: String,
    /// For each row what may be written, the longest first.
    forms: Vec<Vec<String>>,
}

/// Into how many columns of a terminal a table is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// All columns, however wide that is.
    All,
    Width(usize),
}

/// Spaces between columns.
const GAP: usize = 2;

/// Columns that are left for the last column of a table at least.
const LEAST_ROOM: usize = 18;

/// From this width on there is more room for it.
const WIDE: usize = 130;

impl Cell {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), style: Style::new() }
    }

    pub(super) fn styled(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style }
    }
}

impl Grid {
    /// Adds a column. Its head may be in two lines, with a newline between them.
    pub(super) fn column(&mut self, head: &str, align: Align, rank: u8) {
        let (first, second) = head.split_once('\n').unwrap_or(("", head));
        self.columns.push(Column { head: [first.to_owned(), second.to_owned()], align, rank });
    }

    /// Adds a row: a cell for each column.
    pub(super) fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// Adds a last column that takes the room that is left: for each row its text in several
    /// lengths, the longest first.
    pub(super) fn last(&mut self, head: &str, forms: Vec<Vec<String>>) {
        self.last = Some(LastColumn { head: head.to_owned(), forms });
    }

    /// The table, and its head in the style `strong`. Returns how many columns were left out.
    pub(super) fn write(&self, fit: Fit, strong: Style, text: &mut String) -> usize {
        let widths: Vec<usize> = (0..self.columns.len()).map(|at| self.width(at)).collect();
        let kept = self.fitted(&widths, fit);
        self.write_head(&kept, &widths, strong, text);
        self.write_rows(&kept, &widths, fit, text);
        self.columns.len() - kept.len()
    }

    /// The table without its head.
    pub(super) fn rows_only(&self, fit: Fit, text: &mut String) {
        let widths: Vec<usize> = (0..self.columns.len()).map(|at| self.width(at)).collect();
        self.write_rows(&self.fitted(&widths, fit), &widths, fit, text);
    }

    fn write_head(&self, kept: &[usize], widths: &[usize], strong: Style, text: &mut String) {
        for line in 0..2 {
            if line == 0 && kept.iter().all(|at| self.columns[*at].head[0].is_empty()) {
                continue;
            }
            let head = |at: &usize| self.aligned(*at, &self.columns[*at].head[line], widths);
            let mut heads: Vec<String> = kept.iter().map(head).collect();
            heads.extend(self.last.iter().filter(|_| line == 1).map(|last| last.head.clone()));
            let heads = heads.join("  ");
            let _ = writeln!(text, "{}", heads.trim_end().style(strong));
        }
    }

    fn write_rows(&self, kept: &[usize], widths: &[usize], fit: Fit, text: &mut String) {
        let used = sum(kept, widths);
        let room = match fit {
            Fit::All => usize::MAX,
            Fit::Width(width) => width.saturating_sub(used + GAP),
        };
        for (nth, row) in self.rows.iter().enumerate() {
            let mut line = String::new();
            for at in kept {
                let Some(cell) = row.get(*at) else { continue };
                if !line.is_empty() {
                    line.push_str("  ");
                }
                line.push_str(&self.styled(*at, cell, widths));
            }
            let forms = self.last.as_ref().and_then(|last| last.forms.get(nth));
            let fitting = forms.and_then(|forms| {
                forms.iter().find(|form| form.width() <= room).or_else(|| forms.last())
            });
            if let Some(form) = fitting.filter(|form| !form.is_empty()) {
                line.push_str("  ");
                line.push_str(form);
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }

    fn width(&self, at: usize) -> usize {
        let head = self.columns[at].head.iter().map(|head| head.width());
        let cells = self.rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.text.width());
        head.chain(cells).max().unwrap_or_default()
    }

    /// The columns that are written.
    fn fitted(&self, widths: &[usize], fit: Fit) -> Vec<usize> {
        let mut kept: Vec<usize> = (0..self.columns.len()).collect();
        let Fit::Width(width) = fit else { return kept };
        let last = self.last.as_ref().map_or(0, |last| GAP + last.least(width));
        while sum(&kept, widths) + last > width {
            let ranked = kept.iter().enumerate().filter(|(_, at)| self.columns[**at].rank > 0);
            let Some((place, _)) = ranked.max_by_key(|(_, at)| self.columns[**at].rank) else {
                break;
            };
            kept.remove(place);
        }
        kept
    }

    fn aligned(&self, at: usize, text: &str, widths: &[usize]) -> String {
        let space = " ".repeat(widths[at].saturating_sub(text.width()));
        match self.columns[at].align {
            Align::Left => format!("{text}{space}"),
            Align::Right => format!("{space}{text}"),
        }
    }

    /// The cell in its column; only its text is in colour.
    fn styled(&self, at: usize, cell: &Cell, widths: &[usize]) -> String {
        let space = " ".repeat(widths[at].saturating_sub(cell.text.width()));
        match self.columns[at].align {
            Align::Left => format!("{}{space}", cell.text.style(cell.style)),
            Align::Right => format!("{space}{}", cell.text.style(cell.style)),
        }
    }
}

impl LastColumn {
    /// Room that must be left for it.
    fn least(&self, width: usize) -> usize {
        let texts = self.forms.iter().filter_map(|forms| forms.first());
        let longest = texts.map(|text| text.width()).max().unwrap_or_default();
        longest.max(self.head.width()).min(if width < WIDE { LEAST_ROOM } else { width / 7 })
    }
}

fn sum(kept: &[usize], widths: &[usize]) -> usize {
    let columns: usize = kept.iter().map(|at| widths[*at]).sum();
    columns + GAP * kept.len().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let mut grid = Grid::default();
        grid.column("call", Align::Left, 0);
        grid.column("first\nseen", Align::Left, 2);
        grid.column("MOS", Align::Right, 1);
        grid.row(["a", "yesterday", "4.3"].map(Cell::new).to_vec());
        grid.row(["bcd", "–", "1.25"].map(Cell::new).to_vec());
        grid.last(
            "why",
            vec![
                vec![
                    "loss 7% (limit 1%), delay 500 ms".into(),
                    "loss 7%, delay".into(),
                    "loss, +1".into(),
                ],
                vec![String::new()],
            ],
        );
        grid
    }

    fn written(fit: Fit) -> String {
        let mut text = String::new();
        grid().write(fit, Style::new(), &mut text);
        text
    }

    #[test]
    fn columns_are_aligned_and_the_last_one_takes_the_rest() {
        assert_eq!(
            written(Fit::All),
            "      first\n\
             call  seen        MOS  why\n\
             a     yesterday   4.3  loss 7% (limit 1%), delay 500 ms\n\
             bcd   –          1.25\n"
        );
    }

    #[test]
    fn the_column_with_the_greatest_rank_is_left_out_first() {
        assert!(written(Fit::Width(41)).starts_with("      first\ncall  seen        MOS  why\n"));
        assert!(written(Fit::Width(40)).contains("call   MOS  why\na      4.3  loss 7%, delay\n"));
        assert!(written(Fit::Width(20)).contains("call  why\na     loss 7%, delay\n"));
        assert!(written(Fit::Width(15)).contains("a     loss, +1\n"));
    }
}
