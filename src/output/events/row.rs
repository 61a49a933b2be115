//! A row of cells that is cut to the width of the terminal.

use std::borrow::Cow;
use std::io::Write as _;

use owo_colors::{OwoColorize as _, Style};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The cells of a row, escaped for a terminal, with their styles.
#[derive(Default)]
pub(super) struct Row<'a> {
    cells: Vec<(Cow<'a, str>, Style)>,
}

impl<'a> Row<'a> {
    pub(super) fn push(&mut self, text: impl Into<Cow<'a, str>>, style: Style) {
        self.cells.push((text.into(), style));
    }

    /// Adds text and, up to `width` columns, spaces.
    pub(super) fn push_padded(
        &mut self,
        text: impl Into<Cow<'a, str>>,
        width: usize,
        style: Style,
    ) {
        let text = text.into();
        let spaces = width.saturating_sub(text.width());
        self.push(text, style);
        self.push(" ".repeat(spaces), Style::new());
    }

    /// Writes the row without trailing spaces. If it is wider than `columns`, it is cut and ends in
    /// `dots`.
    pub(super) fn write(mut self, columns: Option<usize>, dots: &str, out: &mut Vec<u8>) {
        while let Some((text, _)) = self.cells.last_mut() {
            let length = text.trim_end().len();
            if length > 0 {
                *text = Cow::Owned(text[..length].to_owned());
                break;
            }
            self.cells.pop();
        }
        let width: usize = self.cells.iter().map(|(text, _)| columns_of(text)).sum();
        let Some(columns) = columns.filter(|columns| width > *columns) else {
            for (text, style) in &self.cells {
                let _ = write!(out, "{}", text.style(*style));
            }
            return;
        };
        let mut room = columns.saturating_sub(dots.width());
        for (text, style) in &self.cells {
            let fitting = fitting(text, room);
            let _ = write!(out, "{}", fitting.style(*style));
            room -= columns_of(fitting);
            if fitting.len() < text.len() {
                break;
            }
        }
        out.extend_from_slice(dots.as_bytes());
    }
}

fn columns_of(text: &str) -> usize {
    text.chars().map(|one| one.width().unwrap_or(0)).sum()
}

/// The beginning of `text` that takes at most `room` columns.
fn fitting(text: &str, room: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, one)| {
        used += one.width().unwrap_or(0);
        used > room
    });
    end.map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(cells: &[&str], columns: Option<usize>) -> String {
        let mut row = Row::default();
        for cell in cells {
            row.push_padded(*cell, 4, Style::new());
        }
        let mut out = Vec::new();
        row.write(columns, "…", &mut out);
        String::from_utf8(out).expect("it is UTF-8")
    }

    #[test]
    fn a_row_that_fits_is_whole_and_a_wider_one_ends_in_dots() {
        assert_eq!(written(&["ab", "cdef", ""], Some(8)), "ab  cdef");
        assert_eq!(written(&["ab", "cdef", "x"], Some(8)), "ab  cde…");
        assert_eq!(written(&["ab", "cdef", "x"], None), "ab  cdefx");
        assert_eq!(written(&["東京東京"], Some(6)), "東京…");
        assert_eq!(written(&["", ""], Some(0)), "");
    }

    proptest! {
        #[test]
        fn no_row_is_wider_than_the_terminal(
            cells in prop::collection::vec("\\PC{0,20}", 0..5), columns in 1..60_usize,
        ) {
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            prop_assert!(columns_of(&written(&cells, Some(columns))) <= columns);
        }
    }
}
