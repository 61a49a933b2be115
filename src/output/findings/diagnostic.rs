//! A finding as a [`miette::Diagnostic`]: code, severity, help, and labels in the line of source
//! code that it is about. The earlier line that it contradicts is a related diagnostic.

use std::fmt;
use std::ops::Range;

use miette::{Diagnostic, LabeledSpan, MietteError, MietteSpanContents};
use miette::{SourceCode, SourceSpan, SpanContents};

use crate::check::{Earlier, Finding, Line};
use crate::contract::Severity;

/// A finding and the lines that it refers to.
#[derive(Debug)]
pub(super) struct FindingDiagnostic<'a> {
    finding: &'a Finding,
    source: SourceLine<'a>,
    /// The line's content, if it is known well enough to be shown.
    earlier: Option<EarlierDiagnostic<'a>>,
}

/// The earlier line that a finding contradicts, which has only a label.
#[derive(Debug)]
struct EarlierDiagnostic<'a> {
    earlier: &'a Earlier,
    source: SourceLine<'a>,
}

/// A line as source code: offsets are bytes of the line, columns are characters. The column of the
/// finding is stored, because a line may have megabytes.
#[derive(Debug)]
struct SourceLine<'a> {
    line: Line<'a>,
    known_offset: usize,
    /// The column of `known_offset`, from 1.
    known_column: u64,
}

impl<'a> FindingDiagnostic<'a> {
    /// `finding`, which is about `line`.
    pub(super) fn new(line: &Line<'a>, finding: &'a Finding) -> Self {
        let source = SourceLine {
            line: *line,
            known_offset: finding.place.span.start,
            known_column: finding.place.column,
        };
        let earlier = finding.earlier.as_ref().filter(|it| !it.span.is_empty());
        let earlier = earlier.map(|earlier| EarlierDiagnostic {
            earlier,
            source: SourceLine {
                line: Line::new(line.capture, earlier.line, 0, &earlier.text),
                known_offset: earlier.span.start,
                known_column: earlier.column,
            },
        });
        Self { finding, source, earlier }
    }
}

impl fmt::Display for FindingDiagnostic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // If the earlier line is not shown, the message names it.
        match &self.earlier {
            Some(_) => f.write_str(&self.finding.message),
            None => f.write_str(&self.finding.full_message()),
        }
    }
}

impl std::error::Error for FindingDiagnostic<'_> {}

impl Diagnostic for FindingDiagnostic<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        Some(Box::new(self.finding.rule))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Allowed => miette::Severity::Advice,
        })
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.finding.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let Finding { place, label, also, .. } = self.finding;
        let primary = LabeledSpan::new_primary_with_span(Some(label.clone()), place.span.clone());
        let also = also.iter().map(|(span, label)| LabeledSpan::at(span.clone(), label));
        Some(Box::new(std::iter::once(primary).chain(also)))
    }

    fn related<'b>(&'b self) -> Option<Box<dyn Iterator<Item = &'b dyn Diagnostic> + 'b>> {
        let earlier = self.earlier.as_ref()?;
        Some(Box::new(std::iter::once(earlier as &dyn Diagnostic)))
    }
}

impl fmt::Display for EarlierDiagnostic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.earlier.label)
    }
}

impl std::error::Error for EarlierDiagnostic<'_> {}

impl Diagnostic for EarlierDiagnostic<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::at(self.earlier.span.clone(), self.earlier.label);
        Some(Box::new(std::iter::once(label)))
    }
}

impl SourceLine<'_> {
    /// The column of a byte, from 0.
    fn column(&self, offset: usize) -> u64 {
        if offset == self.known_offset {
            self.known_column.saturating_sub(1)
        } else {
            self.line.characters_in(&(0..offset))
        }
    }
}

impl SourceCode for SourceLine<'_> {
    /// The bytes of `span`, or with any context lines the whole line, because it is the only line.
    fn read_span<'b>(
        &'b self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'b> + 'b>, MietteError> {
        let has_context = context_lines_before + context_lines_after > 0;
        let asked = span.offset()..span.offset().saturating_add(span.len());
        let range: Range<usize> =
            if has_context { 0..self.line.bytes.len().max(asked.end) } else { asked };
        let data = self.line.bytes.get(range.clone()).ok_or(MietteError::OutOfBounds)?;
        let column = if has_context { 0 } else { self.column(range.start) };
        Ok(Box::new(MietteSpanContents::new_named(
            self.line.capture.to_owned(),
            data,
            range.into(),
            usize::try_from(self.line.number.saturating_sub(1)).unwrap_or(usize::MAX),
            usize::try_from(column).unwrap_or(usize::MAX),
            1,
        )))
    }
}

#[cfg(test)]
mod tests {
    use miette::Severity::{Advice, Error, Warning};

    use super::*;
    use crate::check::Place;
    use crate::contract::Rule;

    const LINE: &str = "{\"é\":\"3\"}";

    fn line() -> Line<'static> {
        Line::new("a.jsonl", 7, 0, LINE.as_bytes())
    }

    fn finding(line: &Line<'_>) -> Finding {
        let mut finding = Finding::about_line(line, Rule::WrongType, 6..9, "a string".into());
        finding.place = Place { column: 6, ..finding.place };
        finding.label = "must be a number".into();
        finding.also = Some((1..5, "this one".into()));
        finding.help = Some("write 3".into());
        finding
    }

    /// The labels of a diagnostic: text, range, and whether it is the primary one.
    fn labels(diagnostic: &dyn Diagnostic) -> Vec<(String, Range<usize>, bool)> {
        let labels = diagnostic.labels().expect("it has labels");
        let label = |it: LabeledSpan| {
            let text = it.label().unwrap_or_default().to_owned();
            (text, it.offset()..it.offset() + it.len(), it.primary())
        };
        labels.map(label).collect()
    }

    #[test]
    fn a_finding_is_a_diagnostic_with_code_severity_labels_and_help() {
        let (line, finding) = (line(), finding(&line()));
        let diagnostic = FindingDiagnostic::new(&line, &finding);
        assert_eq!(diagnostic.to_string(), "a string");
        assert_eq!(diagnostic.code().map(|it| it.to_string()), Some("wrong-type".into()));
        assert_eq!(diagnostic.severity(), Some(Error));
        assert_eq!(diagnostic.help().map(|it| it.to_string()), Some("write 3".into()));
        let expected = [("must be a number".into(), 6..9, true), ("this one".into(), 1..5, false)];
        assert_eq!(labels(&diagnostic), expected);
        assert!(diagnostic.related().is_none());
    }

    #[test]
    fn every_severity_has_its_counterpart() {
        let severity = |severity| {
            let (line, finding) = (line(), Finding { severity, ..finding(&line()) });
            FindingDiagnostic::new(&line, &finding).severity()
        };
        let ours = [Severity::Error, Severity::Warning, Severity::Allowed];
        assert_eq!(ours.map(severity), [Error, Warning, Advice].map(Some));
    }

    #[test]
    fn the_earlier_line_is_a_related_diagnostic() {
        let earlier = Earlier {
            line: 3,
            column: 2,
            offset: 0,
            span: 1..4,
            text: b"{\"a\":1}".into(),
            label: "muted here",
        };
        let line = line();
        let finding = Finding { earlier: Some(earlier.clone()), ..finding(&line) };
        let diagnostic = FindingDiagnostic::new(&line, &finding);
        assert_eq!(diagnostic.to_string(), "a string");
        let related: Vec<_> = diagnostic.related().expect("it has one").collect();
        assert_eq!(related.len(), 1);
        assert_eq!(labels(related[0]), [("muted here".into(), 1..4, false)]);
        let source = related[0].source_code().expect("it has a line");
        let contents = source.read_span(&(1..4).into(), 0, 0).expect("it is in the line");
        assert_eq!((contents.data(), contents.line(), contents.column()), (&b"\"a\""[..], 2, 1));

        let lost = Earlier { span: 0..0, text: Vec::new(), ..earlier };
        let finding = Finding { earlier: Some(lost), ..finding.clone() };
        let diagnostic = FindingDiagnostic::new(&line, &finding);
        assert_eq!(diagnostic.to_string(), "a string (line 3: muted here)");
        assert!(diagnostic.related().is_none());
    }

    #[test]
    fn the_source_code_is_the_line_under_its_own_number() {
        let (line, finding) = (line(), finding(&line()));
        let diagnostic = FindingDiagnostic::new(&line, &finding);
        let source = diagnostic.source_code().expect("it has a line");
        let exact = source.read_span(&(6..9).into(), 0, 0).expect("it is in the line");
        assert_eq!((exact.name(), exact.line(), exact.column()), (Some("a.jsonl"), 6, 5));
        assert_eq!(exact.data(), b"\"3\"");
        let other = source.read_span(&(5..6).into(), 0, 0).expect("it is in the line");
        assert_eq!(other.column(), 4, "columns are characters");
        let whole = source.read_span(&(6..9).into(), 1, 1).expect("it is in the line");
        assert_eq!((whole.data(), whole.column()), (LINE.as_bytes(), 0));
        let beyond = [(0, 0), (1, 1)].map(|(before, after)| {
            source.read_span(&(6..LINE.len() + 1).into(), before, after).is_err()
        });
        assert_eq!(beyond, [true, true]);
    }
}
