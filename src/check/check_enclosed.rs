//! Checks payloads that are no lines of their own, as they would be in a line of their own.

use std::ops::Range;

use super::checker::Checker;
use super::enclosed::{PayloadText, Time, join_lines};
use super::finding::Finding;
use super::line::Line;
use super::matcher::SLACK;
use super::record::Record;
use super::validator::{Validation, Validator};
use super::walk::Walk;
use crate::capture::{Block, Shape};
use crate::contract::Rule;

/// A payload of a block, and where it is in the capture.
pub(crate) struct EnclosedAt<'a> {
    pub(crate) capture: &'a str,
    pub(crate) number: u64,
    pub(crate) column: u64,
    /// Bytes of the block: those of a line with its newline, or of a document.
    pub(crate) range: Range<usize>,
    pub(crate) is_document: bool,
}

impl Checker<'_> {
    /// Whether the payloads of a block are its lines.
    pub(crate) fn takes_lines_of(&self, block: &Block) -> bool {
        block.has_plain_lines() && self.validator.envelope.is_none()
    }

    /// Whether the line at `start` holds one element of an array, which is clean. Returns the
    /// element and where the next line begins. Where it returns `None`, the line may hold anything.
    pub(crate) fn match_element(
        &mut self,
        block: &Block,
        start: usize,
    ) -> Option<(Range<usize>, usize)> {
        if block.shape() != Shape::Array || self.validator.envelope.is_some() {
            return None;
        }
        let (text, end) = (block.padded(), block.bytes().len());
        let indented = text[start..end].iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
        let start = start + indented.count();
        let close = self.fast_path.match_value(text, start).filter(|close| *close <= end)?;
        let behind = &text[close..end];
        let behind = behind.strip_prefix(b",").unwrap_or(behind);
        let behind = behind.strip_prefix(b"\r").unwrap_or(behind).strip_prefix(b"\n")?;
        Some((start..close, end - behind.len()))
    }

    /// The element that [`Self::match_element`] found.
    pub(crate) fn clean_element<'b>(
        &'b mut self,
        block: &'b Block,
        at: &EnclosedAt<'b>,
    ) -> Record<'b> {
        self.enclosed.is_document = true;
        self.enclosed.text = PayloadText::Whole;
        self.enclosed.time = Time::Unknown;
        let text = block.padded();
        let bytes = &text[at.range.clone()];
        let offset = block.offset + at.range.start as u64;
        let column = at.column;
        let line =
            Line { capture: at.capture, number: at.number, column, offset, bytes, raw: bytes };
        let found = (self.fast_path.event(), text, self.fast_path.fields());
        Record::clean(line, found, self.validator).in_enclosure(&self.enclosed)
    }

    /// Checks a payload that is not a line of its own.
    pub(crate) fn check_enclosed<'b>(
        &'b mut self,
        block: &'b Block,
        at: &EnclosedAt<'b>,
    ) -> Record<'b> {
        let text = block.padded();
        let offset = block.offset + at.range.start as u64;
        let line = Line::new(at.capture, at.number, offset, &text[at.range.clone()]);
        let line = Line { column: at.column, ..line };
        self.enclosed.is_document = at.is_document;
        let range = at.range.start..at.range.start + line.bytes.len();
        // Only documents go over lines.
        let spans_lines =
            block.documents().is_some() && memchr::memchr(b'\n', &text[range.clone()]).is_some();
        let found = if spans_lines {
            self.match_joined(&text[range])
        } else {
            self.match_line(text, range)
        };
        if found.is_some() {
            let text = match &self.enclosed.text {
                PayloadText::Own(own, _) => own,
                PayloadText::Whole | PayloadText::Part(_) => text,
            };
            let found = (self.fast_path.event(), text, self.fast_path.fields());
            return Record::clean(line, found, self.validator).in_enclosure(&self.enclosed);
        }
        let mut validation = if at.is_document && line.bytes.is_empty() {
            self.validator.unclosed(&line)
        } else {
            self.look(&line)
        };
        if at.is_document {
            validation.enclosed.get_or_insert_default().is_document = true;
        }
        // Only lines that are payloads are rewritten.
        validation.findings.iter_mut().for_each(|finding| finding.fix = None);
        // An element that does not end with its line may be read as a document.
        if block.documents().is_some() {
            validation.findings.iter_mut().for_each(say_of_document);
        }
        self.parsed.set(validation, &line, &self.validator.bundle);
        self.parsed.record(line, self.validator)
    }

    /// Tries to find clean a document of several lines, joined into one.
    fn match_joined(&mut self, document: &[u8]) -> Option<()> {
        let mut joined = std::mem::take(&mut self.joined);
        joined.clear();
        join_lines(document, &mut joined);
        let length = joined.len();
        joined.resize(length + SLACK, 0);
        let found = self.match_line(&joined, 0..length);
        if found.is_some() {
            self.enclosed.keep(joined, length);
        } else {
            self.joined = joined;
        }
        found
    }

    /// Tries to find clean the payload in `range` of `text`, without its wrapper if it has one.
    fn match_line(&mut self, text: &[u8], range: Range<usize>) -> Option<()> {
        if let PayloadText::Own(text, _) = &mut self.enclosed.text {
            // The memory of the last one.
            self.joined = std::mem::take(text);
        }
        self.enclosed.text = PayloadText::Whole;
        self.enclosed.time = Time::Unknown;
        let Some(envelope) = &self.validator.envelope else {
            let end = range.end;
            return self.fast_path.match_clean(text, range).filter(|found| *found == end).map(drop);
        };
        let walk = Walk { text, fast_path: &mut self.fast_path, envelope };
        let found = walk.match_line(range.clone())?;
        let within = |span: Range<usize>| span.start - range.start..span.end - range.start;
        self.enclosed.time = found.time.map_or(Time::Unknown, |span| Time::In(within(span)));
        self.enclosed.text = match found.own {
            Some(own) => {
                let length = own.len() - SLACK;
                PayloadText::Own(own, 0..length)
            }
            None => PayloadText::Part(within(found.payload)),
        };
        Some(())
    }
}

/// Says of a document what findings say of lines.
fn say_of_document(finding: &mut Finding) {
    if finding.rule != Rule::InvalidJson {
        return;
    }
    finding.message = finding.message.replacen("the line ends", "the payload ends", 1);
    let advice = finding.help.take().unwrap_or_default();
    let advice = advice.split("--input json").next().unwrap_or_default();
    let cut = "the line was truncated, or the payload continues on the next line";
    let advice = advice.replacen(cut, "the payload was cut short", 1);
    let advice = advice.trim_end_matches("; ");
    finding.help = (!advice.is_empty()).then(|| advice.to_owned());
}

impl Validator {
    /// The finding that stands where a capture ends within an array.
    fn unclosed(&self, line: &Line<'_>) -> Validation {
        let message = "the JSON array is not closed".to_owned();
        let help = "the capture was cut short, or `]` is missing at its end";
        self.refuse(
            line,
            Finding {
                help: Some(help.into()),
                label: "the capture ends here".into(),
                ..Finding::about_line(line, Rule::InvalidJson, 0..0, message)
            },
        )
    }
}
