//! One line of a capture after it was checked: the one type that everything above sees.

use std::borrow::Cow;

use super::finding::Finding;
use super::line::Line;
use super::matcher::Fields;
use super::payload::Payload;
use super::validator::{Validation, Validator};
use crate::contract::{Bundle, EventId, Rule};
use crate::json;

/// A line, where it has which documented property, and what is wrong with it.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    pub(crate) line: Line<'a>,
    /// The event, where the line is one of the toolkit's.
    pub(crate) event: Option<EventId>,
    /// What the fields are ranges of.
    text: &'a [u8],
    fields: &'a Fields,
    reading: Reading<'a>,
    validator: &'a Validator,
}

/// How the line was read.
#[derive(Debug)]
enum Reading<'a> {
    /// Clean: there is nothing in it but undocumented properties that the policy allows.
    Clean,
    /// Parsed, or found to be no JSON.
    Parsed(&'a Validation),
    /// The beginning of a line beyond the limit.
    Cut(&'a Validation),
}

/// A line that was parsed, and where it has which documented property.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    validation: Validation,
    fields: Fields,
}

impl Parsed {
    /// Takes what was found in `line`.
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
    /// A line of `text` that was found clean, and where it has what in `text`.
    pub(crate) fn clean(
        line: Line<'a>,
        (event, text, fields): (EventId, &'a [u8], &'a Fields),
        validator: &'a Validator,
    ) -> Self {
        Self { line, event: Some(event), text, fields, reading: Reading::Clean, validator }
    }

    /// The value of the event's documented property with this index (in
    /// [`crate::Event::properties`]), as the line spells it; on a line that is not clean, it may be
    /// of any type.
    pub(crate) fn property(&self, index: usize) -> Option<&'a [u8]> {
        Some(&self.text[self.fields.get(index)?])
    }

    /// How the line spells its call's identifier, quotes included, where it has it in the
    /// documented place.
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

    /// The text under `type`, whatever it is.
    pub(crate) fn type_name(&self) -> Option<&'a str> {
        match (&self.reading, self.event) {
            (_, Some(event)) => Some(event.name()),
            (Reading::Parsed(validation) | Reading::Cut(validation), None) => {
                validation.payload.as_ref()?.kind.as_deref()
            }
            (Reading::Clean, None) => None,
        }
    }

    /// Everything that was found in the line, also what is allowed; nothing where the line was
    /// clean.
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

    /// Whether the line goes on: it is beyond the limit, and this is its beginning.
    pub(crate) fn is_cut(&self) -> bool {
        matches!(self.reading, Reading::Cut(_))
    }

    /// The payload, where the line was parsed already.
    pub(crate) fn parsed(&self) -> Option<&'a Payload> {
        match self.reading {
            Reading::Clean => None,
            Reading::Parsed(validation) | Reading::Cut(validation) => validation.payload.as_ref(),
        }
    }

    /// Hands the payload to `use_it`. A clean line is parsed for that. Says in a finding why a line
    /// has none.
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

    /// Where the line has what, if it is known to have only documented properties.
    pub(crate) fn documented(&self) -> Option<&'a Fields> {
        let is_clean =
            matches!(self.reading, Reading::Clean) && self.fields.undocumented().is_empty();
        is_clean.then_some(self.fields)
    }

    /// Whether there is known to be no white space between the line's tokens, nor after them.
    pub(crate) fn is_compact(&self) -> bool {
        matches!(self.reading, Reading::Clean) && self.fields.is_compact()
    }

    /// Whether the line has undocumented properties that nothing was found about, because the policy
    /// allows them.
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

/// Why a line has no payload: its only finding says so.
fn refusal(line: &Line<'_>, validation: &Validation) -> Box<Finding> {
    let said = validation.findings.first().cloned();
    Box::new(said.unwrap_or_else(|| {
        let message = "the line could not be read".to_owned();
        Finding::about_line(line, Rule::NotAnEvent, 0..0, message)
    }))
}
