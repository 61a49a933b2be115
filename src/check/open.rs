//! Takes the payload out of a line: the cold path for payloads in a wrapper.

use std::ops::Range;

use super::enclosed::{Enclosed, PayloadText, Time};
use super::envelope::{Envelope, Places};
use super::finding::set_columns;
use super::line::Line;
use super::payload::Payload;
use super::validator::{Validation, Validator};
use crate::json;

impl Validator {
    /// Has `check` look at the payload in a line. What it finds is then about places of the line, but
    /// JSON Pointers count from the payload. Cold.
    pub(super) fn open(
        &self,
        line: &Line<'_>,
        envelope: &Envelope,
        check: &dyn Fn(&Line<'_>) -> Validation,
    ) -> Validation {
        let root = match Payload::document(line, self.limits) {
            Ok(document) => document.root,
            Err(finding) => return self.refuse(line, *finding),
        };
        let Some(node) = root.at(line.bytes, envelope.payload.as_str()) else {
            return self.refuse(line, envelope.missing(line, &root));
        };
        let time = envelope.time.as_ref().and_then(|time| root.at(line.bytes, time.as_str()));
        let (text, escapes) = match node.as_text(line.bytes) {
            Some(text) => {
                let length = text.len();
                let escapes = json::escapes(&line.bytes[node.span.clone()]);
                (PayloadText::Own(text.into_bytes(), 0..length), Some(escapes))
            }
            None => (PayloadText::Part(node.span.clone()), None),
        };
        let time = time.map_or(Time::Unknown, |node| Time::In(node.span.clone()));
        let place = node.span.clone();
        let enclosed = Enclosed { text, time, place, is_document: false };
        let bytes = enclosed.text(line.bytes);
        let mut validation = check(&Line { bytes, raw: bytes, ..*line });
        let start = node.span.start;
        let places = Places { start, escapes: escapes.as_deref() };
        for finding in &mut validation.findings {
            let outer = |span: &Range<usize>| places.outer(span);
            finding.place.span = outer(&finding.place.span);
            finding.place.offset = line.offset + finding.place.span.start as u64;
            finding.also = finding.also.take().map(|(span, label)| (outer(&span), label));
        }
        set_columns(&mut validation.findings, line);
        Validation { enclosed: Some(enclosed), ..validation }
    }
}

impl Validation {
    /// The text that the payload's nodes are places in, where the line is `line`.
    pub(crate) fn payload_text<'a>(&'a self, line: &Line<'a>) -> &'a [u8] {
        self.enclosed.as_ref().map_or(line.bytes, |enclosed| enclosed.text(line.bytes))
    }
}

impl Validation {
    /// The bytes of `line` that `span` of its payload is. Cold.
    pub(crate) fn place_in(&self, line: &Line<'_>, span: Range<usize>) -> Range<usize> {
        let Some(Enclosed { text, place, .. }) = &self.enclosed else { return span };
        let escapes = match text {
            PayloadText::Own(..) => line.bytes.get(place.clone()).map(json::escapes),
            PayloadText::Whole | PayloadText::Part(_) => None,
        };
        Places { start: place.start, escapes: escapes.as_deref() }.outer(&span)
    }
}
