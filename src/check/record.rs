//! One line of a capture after it was checked.

use std::borrow::Cow;
use std::ops::Range;

use super::finding::Finding;
use super::judge::{Judge, Verdict};
use super::line::Line;
use super::matcher::Fields;
use crate::contract::EventId;
use crate::json;

/// A line, what is in it, and what is wrong with it.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    pub(crate) line: Line<'a>,
    pub(crate) shape: Shape<'a>,
}

/// How the line was read.
#[derive(Debug)]
pub(crate) enum Shape<'a> {
    /// Proven clean: nothing was found in it but undocumented properties that the policy allows.
    Clean {
        event: EventId,
        /// The block that the line is in: what the fields are ranges of.
        text: &'a [u8],
        fields: &'a Fields,
        validator: &'a Judge,
    },
    /// Read, and judged if that was wanted.
    Read(&'a Verdict),
    /// The beginning of a line beyond the limit.
    Cut(&'a Verdict),
}

impl Record<'_> {
    /// Everything that was found in the line, also what is allowed; nothing where the line was
    /// proven clean.
    pub(crate) fn findings(&self) -> &[Finding] {
        match &self.shape {
            Shape::Clean { .. } => &[],
            Shape::Read(verdict) | Shape::Cut(verdict) => &verdict.findings,
        }
    }

    /// Whether the line is JSON.
    pub(crate) fn is_readable(&self) -> bool {
        match &self.shape {
            Shape::Clean { .. } => true,
            Shape::Read(verdict) | Shape::Cut(verdict) => verdict.payload.is_some(),
        }
    }
}

/// A selected line that has been proven clean, and where it has what.
pub(crate) struct Proven<'a> {
    pub(crate) place: ProvenPlace<'a>,
    /// Bytes of the line in `text`, its newline included.
    pub(crate) raw: Range<usize>,
    pub(crate) event: EventId,
    /// The block that the line is in: what the fields are ranges of.
    pub(crate) text: &'a [u8],
    pub(crate) fields: &'a Fields,
}

/// Where a proven line stands in its capture.
pub(crate) struct ProvenPlace<'a> {
    pub(crate) capture: &'a str,
    pub(crate) number: u64,
    pub(crate) offset: u64,
}

impl<'a> Proven<'a> {
    /// A record that was proven clean; of another, nothing.
    pub(crate) fn of(record: &Record<'a>) -> Self {
        let Shape::Clean { event, text, fields, .. } = record.shape else { unreachable!() };
        let line = &record.line;
        let start = line.raw.as_ptr() as usize - text.as_ptr() as usize;
        Self {
            place: ProvenPlace { capture: line.capture, number: line.number, offset: line.offset },
            raw: start..start + line.raw.len(),
            event,
            text,
            fields,
        }
    }

    /// The line.
    pub(crate) fn line(&self) -> Line<'a> {
        let place = &self.place;
        Line::new(place.capture, place.number, place.offset, &self.text[self.raw.clone()])
    }

    /// The call's identifier, escapes resolved, as [`Payload`] has it: in UTF-8.
    pub(crate) fn call_id(&self) -> Option<Cow<'a, [u8]>> {
        Some(json::decode_utf8(&self.text[self.fields.call_id()?]))
    }
}
