//! Findings for people: the part of the line that matters, framed by miette.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};

use super::FindingFormat;
use super::window::Window;
use crate::event::{Finding, Line};
use crate::rule::Severity;
use crate::style::Look;
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
        // The frame takes the line number, and a bar and spaces around it.
        let frame = finding.place.line.to_string().len() + 5;
        let mut targets = vec![(finding.place.span.clone(), visible(&finding.label).into_owned())];
        targets.extend(finding.also.iter().map(|(span, label)| (span.clone(), label.clone())));
        targets.sort_by_key(|(span, _)| span.start);
        let spans: Vec<_> = targets.iter().map(|(span, _)| span.clone()).collect();
        let room = self.look.width.saturating_sub(frame).max(20);
        let mut window = Window::new(line.bytes, &spans, room, self.look.ellipsis());
        window.make_room_at_the_end();
        let labels = window
            .spans
            .iter()
            .zip(targets)
            .map(|(span, (_, label))| LabeledSpan::new(Some(label), span.start, span.len()))
            .collect();
        let framed = Framed { finding, labels, snippet: Snippet { line, finding, window } };
        let mut text = String::new();
        if self.handler.render_report(&mut text, &framed).is_ok() {
            out.extend_from_slice(text.as_bytes());
            out.push(b'\n');
        }
    }
}

/// A finding as miette wants it.
#[derive(Debug)]
struct Framed<'a> {
    finding: &'a Finding,
    labels: Vec<LabeledSpan>,
    snippet: Snippet<'a>,
}

/// The window, passed off as the whole line: its number and column are the line's own.
#[derive(Debug)]
struct Snippet<'a> {
    line: &'a Line<'a>,
    finding: &'a Finding,
    window: Window,
}

impl fmt::Display for Framed<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&visible(&self.finding.message))
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

impl SourceCode for Snippet<'_> {
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        _lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = &self.window.text;
        let number = |one_based: u64| usize::try_from(one_based - 1).unwrap_or(usize::MAX);
        Ok(Box::new(MietteSpanContents::new_named(
            visible(self.line.capture).into_owned(),
            text.as_bytes(),
            (0, text.len()).into(),
            number(self.finding.place.line),
            number(self.finding.place.column),
            1,
        )))
    }
}
