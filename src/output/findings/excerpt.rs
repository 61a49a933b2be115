//! Lines of source code with the labels of a diagnostic in them. Uses miette's interface, so it
//! works with any [`miette::SourceCode`].

use std::ops::Range;

use miette::{Diagnostic, LabeledSpan, SourceCode};

/// A line of source code and its labels.
pub(super) struct Excerpt<'a> {
    /// Name of the file in messages.
    pub(super) name: Option<String>,
    /// From 1; the column is that of the first label.
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) text: &'a [u8],
    /// Sorted, not overlapping.
    pub(super) targets: Vec<Target>,
}

pub(super) struct Target {
    /// Bytes of the line.
    pub(super) span: Range<usize>,
    pub(super) label: String,
    pub(super) importance: Importance,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Importance {
    /// What is wrong.
    Primary,
    /// What it is wrong about.
    Secondary,
}

/// The lines with labels of `diagnostic`, the primary label's line first. `importance` applies to
/// the first label if none is primary.
pub(super) fn excerpts<'a>(
    diagnostic: &'a dyn Diagnostic,
    source: &'a dyn SourceCode,
    importance: Importance,
) -> Vec<Excerpt<'a>> {
    let mut labels: Vec<LabeledSpan> = diagnostic.labels().into_iter().flatten().collect();
    labels.sort_by_key(|label| !label.primary());
    let mut excerpts: Vec<Excerpt<'a>> = Vec::new();
    for (index, label) in labels.iter().enumerate() {
        let is_primary = label.primary() || index == 0 && importance == Importance::Primary;
        let importance = if is_primary { Importance::Primary } else { Importance::Secondary };
        let Some((line, text, span)) = located(source, label) else { continue };
        let said = label.label().unwrap_or_default().to_owned();
        let target = Target { span, label: said, importance };
        match excerpts.iter_mut().find(|it| it.line == line && it.has_room_for(&target)) {
            Some(known) => known.targets.push(target),
            None => {
                // Without context, it begins at the label. The column is computed only if it is
                // shown, because a line may have megabytes.
                // shown only: a line may have megabytes.
                let Ok(exact) = source.read_span(label.inner(), 0, 0) else { continue };
                let (name, column) = (exact.name().map(str::to_owned), exact.column() + 1);
                excerpts.push(Excerpt { name, line, column, text, targets: vec![target] });
            }
        }
    }
    for excerpt in &mut excerpts {
        excerpt.targets.sort_by_key(|target| (target.span.start, target.span.end));
    }
    excerpts
}

/// The line in which a label begins: its number, its text, and the label's range in it. `None` if
/// the source code does not contain the position.
fn located<'a>(
    source: &'a dyn SourceCode,
    label: &LabeledSpan,
) -> Option<(usize, &'a [u8], Range<usize>)> {
    // With context, it begins at the start of a line and ends at the end of one.
    let context = source.read_span(label.inner(), 1, 1).ok()?;
    let data = context.data();
    let at = label.offset().checked_sub(context.span().offset())?;
    let (before, after) = data.split_at_checked(at)?;
    let start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    let text = match memchr::memchr(b'\n', after) {
        Some(newline) => {
            let text = &data[start..at + newline];
            text.strip_suffix(b"\r").unwrap_or(text)
        }
        None => &data[start..],
    };
    let begin = (at - start).min(text.len());
    let end = begin.saturating_add(label.len()).min(text.len());
    let line = context.line() + memchr::memchr_iter(b'\n', &data[..start]).count() + 1;
    Some((line, text, begin..end))
}

impl Excerpt<'_> {
    /// Whether `target` is apart from the others.
    fn has_room_for(&self, target: &Target) -> bool {
        let is_apart =
            |it: &Target| it.span.end <= target.span.start || target.span.end <= it.span.start;
        self.targets.iter().all(is_apart)
    }
}

#[cfg(test)]
mod tests {
    use miette::MietteDiagnostic;

    use super::*;

    const TEXT: &str = "one\r\ntwo three\nfour";

    /// Line, column, text and targets of an excerpt.
    type Row = (usize, usize, String, Vec<(usize, usize)>);

    fn read(labels: Vec<LabeledSpan>) -> Vec<Row> {
        let diagnostic = MietteDiagnostic::new("m").with_labels(labels);
        let found = excerpts(&diagnostic, &TEXT, Importance::Primary);
        let row = |it: Excerpt<'_>| {
            let targets = it.targets.iter().map(|it| (it.span.start, it.span.end)).collect();
            let text = String::from_utf8_lossy(it.text).into_owned();
            (it.line, it.column, text, targets)
        };
        found.into_iter().map(row).collect()
    }

    #[test]
    fn a_label_is_found_in_its_line() {
        assert_eq!(read(vec![LabeledSpan::at(0..3, "a")]), [(1, 1, "one".into(), vec![(0, 3)])]);
        let expected = [(2, 5, "two three".into(), vec![(4, 9)])];
        assert_eq!(read(vec![LabeledSpan::at(9..14, "a")]), expected);
        assert_eq!(read(vec![LabeledSpan::at(15..19, "a")]), [(3, 1, "four".into(), vec![(0, 4)])]);
    }

    #[test]
    fn a_label_over_lines_is_cut_at_the_end_of_its_first() {
        let expected = [(2, 5, "two three".into(), vec![(4, 9)])];
        assert_eq!(read(vec![LabeledSpan::at(9..17, "a")]), expected);
    }

    #[test]
    fn labels_of_a_line_share_an_excerpt_unless_they_overlap() {
        let labels = [9..14, 5..8, 6..10].map(|span| LabeledSpan::at(span, "a")).to_vec();
        let expected = [
            (2, 5, "two three".into(), vec![(0, 3), (4, 9)]),
            (2, 2, "two three".into(), vec![(1, 5)]),
        ];
        assert_eq!(read(labels), expected);
    }

    #[test]
    fn the_line_of_the_primary_label_is_first() {
        let primary = LabeledSpan::new_primary_with_span(None, 15..19);
        let rows = read(vec![LabeledSpan::at(0..3, "a"), primary]);
        assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), [3, 1]);
    }

    #[test]
    fn a_label_outside_the_source_code_is_left_out() {
        assert_eq!(read(vec![LabeledSpan::at(40..50, "a")]), []);
    }
}
