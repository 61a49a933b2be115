//! One line of a capture after it was checked: the only type of a line that higher layers use.

use std::borrow::Cow;

use super::finding::Finding;
use super::line::Line;
use super::matcher::Fields;
use super::payload::Payload;
use super::validator::{Validation, Validator};
use crate::contract::{Bundle, EventId, Rule};
use crate::json;

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
            self.fields.locate(root, line.bytes, bundle.event(*event));
        }
        self.validation = validation;
    }

    pub(crate) fn record<'a>(&'a self, line: Line<'a>, validator: &'a Validator) -> Record<'a> {
        let event = self.validation.payload.as_ref().and_then(|payload| payload.event);
        let reading = Reading::Parsed(&self.validation);
        Record { line, event, text: line.bytes, fields: &self.fields, reading, validator }
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
        Self { line, event: Some(event), text, fields, reading: Reading::Clean, validator }
    }

    /// The value of the event's documented property with this index (in
    /// [`crate::Event::properties`]), as spelled in the line. If the line is not clean, the value
    /// may be of any type.
    pub(crate) fn property(&self, index: usize) -> Option<&'a [u8]> {
        Some(&self.text[self.fields.get(index)?])
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
                again = self.validator.read_only(&self.line);
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
