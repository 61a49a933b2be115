//! Findings for people: the part of the line that matters, framed by miette.

use std::fmt;
use std::ops::Range;

use miette::{
    Diagnostic, GraphicalReportHandler, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};

use super::window::Window;
use crate::check::{Finding, Line};
use crate::contract::Severity;
use crate::output::FindingFormat;
use crate::terminal::Look;
use crate::text::visible;

/// `validate --format pretty`.
pub(crate) struct Frame {
    look: Look,
    handler: GraphicalReportHandler,
}

impl Frame {
    pub(crate) fn new(look: Look) -> Self {
        let handler = GraphicalReportHandler::new_themed(look.theme())
            .with_width(look.width)
            .with_links(false)
            .with_break_words(false);
        Self { look, handler }
    }
}

impl FindingFormat for Frame {
    fn write(&self, line: &Line<'_>, finding: &Finding, out: &mut Vec<u8>) {
        let mut targets = vec![(finding.place.span.clone(), visible(&finding.label).into_owned())];
        targets.extend(finding.also.iter().map(|(span, label)| (span.clone(), label.clone())));
        targets.sort_by_key(|(span, _)| span.start);
        let mut snippet = Snippet { name: visible(line.capture).into_owned(), parts: Vec::new() };
        let place = (finding.place.line, finding.place.column);
        let mut labels = self.show(place, line.bytes, targets, &mut snippet);
        if let Some(earlier) = finding.earlier.as_ref().filter(|it| !it.span.is_empty()) {
            let place = (earlier.line, earlier.column);
            let target = (earlier.span.clone(), earlier.label.to_owned());
            labels.extend(self.show(place, &earlier.text, vec![target], &mut snippet));
        }
        let framed = Framed { finding, labels, snippet };
        let mut text = String::new();
        if self.handler.render_report(&mut text, &framed).is_ok() {
            out.extend_from_slice(text.as_bytes());
            out.push(b'\n');
        }
    }
}

impl Frame {
    /// Adds the part of `text`, the line at `place`, that matters to `snippet`; the labels of
    /// `targets`, which are sorted.
    fn show(
        &self,
        (line, column): (u64, u64),
        text: &[u8],
        targets: Vec<(Range<usize>, String)>,
        snippet: &mut Snippet,
    ) -> Vec<LabeledSpan> {
        // The frame takes the line number, and a bar and spaces around it.
        let frame = line.to_string().len() + 5;
        let spans: Vec<_> = targets.iter().map(|(span, _)| span.clone()).collect();
        let room = self.look.width.saturating_sub(frame).max(20);
        let mut window = Window::new(text, &spans, room, self.look.ellipsis());
        window.make_room_at_the_end();
        let start = snippet.end();
        let shown = window.spans.iter().zip(targets);
        let labels = shown
            .map(|(span, (_, label))| LabeledSpan::new(Some(label), start + span.start, span.len()))
            .collect();
        snippet.parts.push(Part { start, line, column, window });
        labels
    }
}

/// A finding as miette wants it.
#[derive(Debug)]
struct Framed<'a> {
    finding: &'a Finding,
    labels: Vec<LabeledSpan>,
    snippet: Snippet,
}

/// Windows of lines, each passed off as the whole line: its number and column are the line's own.
#[derive(Debug)]
struct Snippet {
    /// What people call the capture.
    name: String,
    parts: Vec<Part>,
}

/// What is shown of one line.
#[derive(Debug)]
struct Part {
    /// Where miette takes the text to begin.
    start: usize,
    line: u64,
    column: u64,
    window: Window,
}

impl Snippet {
    /// Where another part would begin: apart from the others, so that none is taken for another.
    fn end(&self) -> usize {
        self.parts.last().map_or(0, |part| part.start + part.window.text.len() + 1)
    }
}

impl fmt::Display for Framed<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Where the earlier line is not shown, the message names it.
        let is_left_out = self.finding.earlier.as_ref().is_some_and(|it| it.span.is_empty());
        let full = is_left_out.then(|| self.finding.full_message());
        formatter.write_str(&visible(full.as_deref().unwrap_or(&self.finding.message)))
    }
}

impl std::error::Error for Framed<'_> {}

impl Diagnostic for Framed<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("{}[{}]", self.finding.severity.name(), self.finding.rule)))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Allowed => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.finding.help.as_deref()?;
        Some(Box::new(visible(help)))
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.snippet)
    }
}

impl SourceCode for Snippet {
    /// A span that reaches from one line into another cannot be read: lines are shown apart.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        _lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let end = span.offset() + span.len();
        let holds = |part: &&Part| {
            part.start <= span.offset() && end <= part.start + part.window.text.len()
        };
        let part = self.parts.iter().find(holds).ok_or(MietteError::OutOfBounds)?;
        let text = &part.window.text;
        let number = |one_based: u64| usize::try_from(one_based - 1).unwrap_or(usize::MAX);
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            text.as_bytes(),
            (part.start, text.len()).into(),
            number(part.line),
            number(part.column),
            1,
        )))
    }
}
