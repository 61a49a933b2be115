//! Charts as inline SVG: shapes with attributes and classes only, because the page's policy allows no
//! style attributes.

use std::fmt::{self, Display, Write as _};

use askama::filters::HtmlSafe;

/// A chart. Its text is made of numbers, times and words of ours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Svg(String);

impl Display for Svg {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Nothing from a capture is ever written into one.
impl HtmlSafe for Svg {}

/// A chart while it is drawn, in units that are pixels where there is room.
#[derive(Debug)]
pub(super) struct Drawing {
    width: u32,
    height: u32,
    shapes: String,
}

/// Where a text stands from its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    End,
}

impl Drawing {
    pub(super) fn new(width: u32, height: u32) -> Self {
        Self { width, height, shapes: String::new() }
    }

    /// A filled rectangle, with a text that shows where the pointer is on it.
    pub(super) fn bar(&mut self, class: &str, [x, y, width, height]: [f64; 4], title: &str) {
        let [x, y, width, height] = [x, y, width, height].map(short);
        let _ = write!(
            self.shapes,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\">"
        );
        let title =
            if title.is_empty() { String::new() } else { format!("<title>{title}</title>") };
        let _ = write!(self.shapes, "{title}</rect>");
    }

    pub(super) fn line(&mut self, class: &str, [x1, y1, x2, y2]: [f64; 4]) {
        let [x1, y1, x2, y2] = [x1, y1, x2, y2].map(short);
        let _ = write!(self.shapes, "<path class=\"{class}\" d=\"M{x1} {y1}L{x2} {y2}\"/>");
    }

    /// A line through points; a gap where there is none, a dot where one stands alone.
    pub(super) fn path(&mut self, class: &str, points: &[Option<(f64, f64)>]) {
        let mut path = String::new();
        for run in points.split(Option::is_none) {
            for (point, nth) in run.iter().flatten().zip(0..) {
                let letter = if nth == 0 { 'M' } else { 'L' };
                let _ = write!(path, "{letter}{} {}", short(point.0), short(point.1));
            }
            if run.len() == 1 {
                path.push_str("h.1");
            }
        }
        if !path.is_empty() {
            let _ = write!(self.shapes, "<path class=\"{class}\" d=\"{path}\"/>");
        }
    }

    pub(super) fn text(&mut self, anchor: Anchor, (x, y): (f64, f64), text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::End => " text-anchor=\"end\"",
        };
        let (x, y) = (short(x), short(y));
        let _ = write!(self.shapes, "<text x=\"{x}\" y=\"{y}\"{anchor}>{text}</text>");
    }

    /// The chart, with what it says for whoever cannot see it.
    pub(super) fn close(self, label: &str) -> Svg {
        let Self { width, height, shapes } = self;
        Svg(format!(
            "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
             role=\"img\" aria-label=\"{label}\">{shapes}</svg>"
        ))
    }

    /// The chart where the row of a table that it stands in says the same: as wide as its cell.
    pub(super) fn close_hidden(self) -> Svg {
        let Self { width, height, shapes } = self;
        Svg(format!(
            "<svg class=\"bar\" viewBox=\"0 0 {width} {height}\" preserveAspectRatio=\"none\" \
             aria-hidden=\"true\">{shapes}</svg>"
        ))
    }
}

/// A coordinate to a tenth of a pixel, without needless zeros.
fn short(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_gap_where_there_is_no_value_and_a_dot_where_one_stands_alone() {
        let mut drawing = Drawing::new(10, 10);
        let points = [Some((0.0, 1.0)), Some((1.0, 2.25)), None, Some((3.0, 4.0)), None];
        drawing.path("s0", &points);
        assert!(drawing.shapes.contains("d=\"M0 1L1 2.2M3 4h.1\""), "{}", drawing.shapes);
    }
}
