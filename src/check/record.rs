//! One line of a capture after it was checked: the only type of a line that higher layers use.

use std::borrow::Cow;
use std::ops::Range;

use super::enclosed::{Enclosed, RECORDED_AT, join_lines, recorded_time, scalar_behind};
use super::finding::Finding;
use super::line::Line;
use super::matcher::{Fields, UndocumentedMember};
use super::payload::Payload;
use super::validator::{Validation, Validator};
use crate::contract::{Bundle, EventId, Rule};
use crate::json::{self, Scalar};

/// A line, the ranges of its documented properties, and its findings.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    pub(crate) line: Line<'a>,
    /// The event, if it is one of the toolkit's.
    pub(crate) event: Option<EventId>,
    /// The text that the ranges refer to.
    text: &'a [u8],
    fields: &'a Fields,
    reading: Reading<'a>,
    /// Where the payload is, if it is not a line of its own.
    enclosed: Option<&'a Enclosed>,
    validator: &'a Validator,
}

/// How the line was read.
#[derive(Debug)]
enum Reading<'a> {
    /// Clean: nothing was found except undocumented properties that the policy allows.
    Clean,
    /// Parsed, or not JSON.
    Parsed(&'a Validation),
    /// The beginning of a line beyond the limit.
    Cut(&'a Validation),
}

/// A parsed line, and the ranges of its documented properties.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    validation: Validation,
    fields: Fields,
}

impl Parsed {
    /// Creates it from the result of reading `line`.
    pub(crate) fn set(&mut self, validation: Validation, line: &Line<'_>, bundle: &Bundle) {
        self.fields.clear();
        if let Some(Payload { root, event: Some(event), .. }) = &validation.payload {
            let text = validation.payload_text(line);
            self.fields.locate(root, text, bundle.event(*event));
        }
        self.validation = validation;
    }

    pub(crate) fn record<'a>(&'a self, line: Line<'a>, validator: &'a Validator) -> Record<'a> {
        let event = self.validation.payload.as_ref().and_then(|payload| payload.event);
        let reading = Reading::Parsed(&self.validation);
        let enclosed = self.validation.enclosed.as_ref();
        let text = self.validation.payload_text(&line);
        Record { line, event, text, fields: &self.fields, reading, enclosed, validator }
    }

    pub(crate) fn cut<'a>(&'a self, line: Line<'a>, validator: &'a Validator) -> Record<'a> {
        Record { reading: Reading::Cut(&self.validation), ..self.record(line, validator) }
    }
}

impl<'a> Record<'a> {
    /// A clean line of `text`, and the ranges of its properties in `text`.
    pub(crate) fn clean(
        line: Line<'a>,
        (event, text, fields): (EventId, &'a [u8], &'a Fields),
        validator: &'a Validator,
    ) -> Self {
        let reading = Reading::Clean;
        Self { line, event: Some(event), text, fields, reading, enclosed: None, validator }
    }

    /// The same where the payload is not a line of its own.
    pub(super) fn in_enclosure(self, enclosed: &'a Enclosed) -> Self {
        Self { enclosed: Some(enclosed), ..self }
    }

    /// The payload's own text: what the nodes of [`Record::with_payload`] are places in.
    pub(crate) fn payload_text(&self) -> &'a [u8] {
        self.enclosed.map_or(self.line.bytes, |enclosed| enclosed.text(self.line.bytes))
    }

    /// The bytes of the line that `span` of its payload is. Cold.
    pub(crate) fn place_in(&self, span: Range<usize>) -> Range<usize> {
        match self.reading {
            Reading::Clean => span,
            Reading::Parsed(validation) | Reading::Cut(validation) => {
                validation.place_in(&self.line, span)
            }
        }
    }

    /// Appends the record as it stands in the capture, and a document on one line.
    pub(crate) fn write_line(&self, out: &mut Vec<u8>) {
        match self.enclosed.filter(|enclosed| enclosed.is_document) {
            Some(_) => {
                join_lines(self.line.bytes, out);
                out.push(b'\n');
            }
            None => out.extend_from_slice(self.line.raw),
        }
    }

    /// Whether the record is a line of the capture, not a document.
    pub(crate) fn is_line(&self) -> bool {
        self.enclosed.is_none_or(|enclosed| !enclosed.is_document)
    }

    /// When the event was recorded, in milliseconds of the Unix epoch, where its wrapper says it,
    /// or the recorder beside the payload.
    pub(crate) fn time(&self) -> Option<i64> {
        match (self.enclosed, self.documented()) {
            (None, Some(_)) => None,
            _ => self.time_beside(),
        }
    }

    #[cold]
    fn time_beside(&self) -> Option<i64> {
        let known = self.enclosed.and_then(|enclosed| enclosed.time(self.line.bytes));
        known.or_else(|| recorded_time(self.recorded_at()?))
    }

    /// The value of `recordedAt` beside `type` and `detail`, as it is spelled.
    fn recorded_at(&self) -> Option<&'a [u8]> {
        if let Some(payload) = self.parsed() {
            let text = self.payload_text();
            return Some(&text[payload.root.get(text, RECORDED_AT)?.span.clone()]);
        }
        if self.fields.undocumented().is_empty() {
            return None;
        }
        let matcher = self.event.and_then(|event| self.validator.matcher(event))?;
        let is_it = |member: &&UndocumentedMember| {
            let key = &self.text[member.key()];
            matcher.pointer(member).is_empty() && key[1..key.len() - 1] == *RECORDED_AT.as_bytes()
        };
        let member = self.fields.undocumented().iter().find(is_it)?;
        scalar_behind(&self.text[member.key().end..])
    }

    /// The value of the event's documented property with this index (in
    /// [`crate::Event::properties`]), as spelled in the line. If the line is not clean, the value
    /// may be of any type.
    pub(crate) fn property(&self, index: usize) -> Option<&'a [u8]> {
        Some(&self.text[self.fields.get(index)?])
    }

    /// The same as the text from the value on, and the value's length.
    pub(crate) fn property_in_text(&self, index: usize) -> Option<(&'a [u8], usize)> {
        let range = self.fields.get(index)?;
        Some((self.text.get(range.start..)?, range.len()))
    }

    /// The same as a scalar.
    pub(crate) fn scalar(&self, index: usize) -> Option<Scalar<'a>> {
        Some(Scalar::new(self.text, self.fields.get(index)?))
    }

    /// The call's identifier at the documented position, as spelled in the line, quotes included.
    pub(crate) fn spelled_call_id(&self) -> Option<&'a [u8]> {
        match self.reading {
            Reading::Clean => Some(&self.text[self.fields.call_id()?]),
            Reading::Parsed(_) | Reading::Cut(_) => None,
        }
    }

    /// The call's identifier in UTF-8, escapes resolved; a number by its spelling.
    pub(crate) fn call_id(&self) -> Option<Cow<'a, [u8]>> {
        match &self.reading {
            Reading::Clean => Some(json::decode_utf8(self.spelled_call_id()?)),
            Reading::Parsed(validation) | Reading::Cut(validation) => {
                let payload = validation.payload.as_ref()?;
                Some(Cow::Borrowed(payload.call_id.as_deref()?.as_bytes()))
            }
        }
    }

    /// The string under `type`, whether or not it is an event.
    pub(crate) fn type_name(&self) -> Option<&'a str> {
        match (&self.reading, self.event) {
            (_, Some(event)) => Some(event.name()),
            (Reading::Parsed(validation) | Reading::Cut(validation), None) => {
                validation.payload.as_ref()?.kind.as_deref()
            }
            (Reading::Clean, None) => None,
        }
    }

    /// All findings of the line, also allowed ones; empty if the line is clean.
    pub(crate) fn findings(&self) -> &'a [Finding] {
        match self.reading {
            Reading::Clean => &[],
            Reading::Parsed(validation) | Reading::Cut(validation) => &validation.findings,
        }
    }

    /// Whether there is an error among the findings.
    pub(crate) fn is_invalid(&self) -> bool {
        match self.reading {
            Reading::Clean => false,
            Reading::Parsed(validation) | Reading::Cut(validation) => validation.is_invalid(),
        }
    }

    /// Whether the line is JSON.
    pub(crate) fn is_readable(&self) -> bool {
        match self.reading {
            Reading::Clean => true,
            Reading::Parsed(validation) | Reading::Cut(validation) => validation.payload.is_some(),
        }
    }

    /// Whether this is only the beginning of a line, which is beyond the limit.
    pub(crate) fn is_cut(&self) -> bool {
        matches!(self.reading, Reading::Cut(_))
    }

    /// The payload, if the line has been parsed already.
    pub(crate) fn parsed(&self) -> Option<&'a Payload> {
        match self.reading {
            Reading::Clean => None,
            Reading::Parsed(validation) | Reading::Cut(validation) => validation.payload.as_ref(),
        }
    }

    /// Calls `use_it` with the payload, for which a clean line is parsed. If the line has none,
    /// returns the finding that says why.
    pub(crate) fn with_payload<T>(
        &self,
        use_it: impl FnOnce(&Payload) -> T,
    ) -> Result<T, Box<Finding>> {
        let again;
        let validation = match self.reading {
            Reading::Parsed(validation) | Reading::Cut(validation) => validation,
            Reading::Clean => {
                let bytes = self.payload_text();
                again = self.validator.read_payload(&Line { bytes, raw: bytes, ..self.line });
                &again
            }
        };
        match &validation.payload {
            Some(payload) => Ok(use_it(payload)),
            None => Err(refusal(&self.line, validation)),
        }
    }

    /// The property ranges, if the line is known to have only documented properties.
    pub(crate) fn documented(&self) -> Option<&'a Fields> {
        let is_clean =
            matches!(self.reading, Reading::Clean) && self.fields.undocumented().is_empty();
        is_clean.then_some(self.fields)
    }

    /// Whether the line is known to have no white space between its tokens, nor after them.
    pub(crate) fn is_compact(&self) -> bool {
        matches!(self.reading, Reading::Clean) && self.fields.is_compact()
    }

    /// Whether the line has undocumented properties without findings, because the policy allows
    /// them.
    pub(crate) fn has_allowed_undocumented(&self) -> bool {
        matches!(self.reading, Reading::Clean) && !self.fields.undocumented().is_empty()
    }

    /// JSON Pointers of these properties. Cold.
    pub(crate) fn allowed_undocumented(&self) -> impl Iterator<Item = String> + '_ {
        let matcher = self.event.and_then(|event| self.validator.matcher(event));
        self.fields.undocumented().iter().filter_map(move |member| {
            let key = json::decode_lossy(&self.text[member.key()]);
            Some(json::join(matcher?.pointer(member), &key))
        })
    }
}

/// Explains why a line has no payload, with its only finding.
fn refusal(line: &Line<'_>, validation: &Validation) -> Box<Finding> {
    let said = validation.findings.first().cloned();
    Box::new(said.unwrap_or_else(|| {
        let message = "the line could not be read".to_owned();
        Finding::about_line(line, Rule::NotAnEvent, 0..0, message)
    }))
}
