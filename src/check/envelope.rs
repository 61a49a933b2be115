//! Payloads in a wrapper, as log pipelines write them: where in a line the payload is, and the time.

use std::ops::Range;

use super::finding::{Finding, Place};
use super::line::Line;
use crate::contract::{EventId, Rule};
use crate::json::{Node, Pointer};

/// Where a line has its payload and its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Envelope {
    pub(super) payload: Pointer,
    pub(super) time: Option<Pointer>,
}

impl Envelope {
    /// `None` where lines are payloads.
    pub(crate) fn new(payload: Option<Pointer>, time: Option<Pointer>) -> Option<Self> {
        let is_asked = payload.is_some() || time.is_some();
        is_asked.then(|| Self { payload: payload.unwrap_or_default(), time })
    }

    /// JSON Pointer of the time, if there is to be one.
    pub(crate) fn time(&self) -> Option<&str> {
        self.time.as_ref().map(Pointer::as_str)
    }

    /// The finding for a line without a payload.
    pub(super) fn missing(&self, line: &Line<'_>, root: &Node) -> Finding {
        let message = format!("there is no payload at {}", self.payload.as_str());
        let kind = root.get(line.bytes, "type").and_then(|node| node.as_text(line.bytes));
        let help = match kind.filter(|name| EventId::from_name(name).is_some()) {
            Some(_) => "this line is a payload itself: read it without --payload".to_owned(),
            None => "check --payload, or leave it out to be told where payloads are".to_owned(),
        };
        let span = root.span.start..root.span.end.min(root.span.start + 1);
        let finding = Finding::about_line(line, Rule::NotAnEvent, span.clone(), message);
        Finding {
            place: Place::new(line, span, Some(String::new())),
            label: "not an event".into(),
            help: Some(help),
            ..finding
        }
    }
}

/// Where a payload's text stands in its line.
pub(super) struct Places<'a> {
    /// Where the value begins, with its quote if it is a string.
    pub(super) start: usize,
    /// What stands behind each escape of the string.
    pub(super) escapes: Option<&'a [(usize, usize)]>,
}

impl Places<'_> {
    /// The bytes of the line that `span` of the payload is.
    pub(super) fn outer(&self, span: &Range<usize>) -> Range<usize> {
        let place = |at: usize| match self.escapes {
            Some(escapes) => self.start + unescaped(escapes, at),
            None => self.start + at,
        };
        place(span.start)..place(span.end)
    }
}

/// Where a string spells the byte `at` of its text; `escapes` says what stands behind each escape.
fn unescaped(escapes: &[(usize, usize)], at: usize) -> usize {
    let before = escapes.partition_point(|(text, _)| *text <= at);
    match before.checked_sub(1).and_then(|last| escapes.get(last)) {
        Some((text, spelled)) => spelled + (at - text),
        None => at + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn a_place_in_a_strings_text_is_known_in_its_spelling() {
        let quoted = br#""{\"a\":\"\u00e9x\"}""#;
        let text = json::decode(quoted);
        let escapes = json::escapes(quoted);
        let at = |byte: u8| text.iter().position(|it| *it == byte).expect("it is there");
        for byte in [b'{', b'a', b':', b'x', b'}'] {
            assert_eq!(quoted[unescaped(&escapes, at(byte))], byte);
        }
    }
}
