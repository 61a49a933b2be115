//! Payloads that are no lines of their own: documents over several lines, elements of an array, and
//! payloads in a wrapper. They are checked as they would be in a line of their own.

use std::borrow::Cow;
use std::ops::Range;

use super::matcher::{after_space, after_value};
use crate::json;
use crate::text::time::recorded;

/// The key that a recorder puts the time of capture under.
pub(crate) const RECORDED_AT: &str = "recordedAt";

/// Where a payload is, if it is not a line of its own, and when it was recorded.
#[derive(Debug, Default)]
pub(crate) struct Enclosed {
    pub(super) text: PayloadText,
    pub(super) time: Time,
    /// Bytes of the line that the payload was read from, where that was parsed.
    pub(super) place: Range<usize>,
    /// Whether it is a document, which is written on a line of its own.
    pub(super) is_document: bool,
}

/// The text of a payload.
#[derive(Debug, Default)]
pub(super) enum PayloadText {
    /// All of its line.
    #[default]
    Whole,
    /// These bytes of its line.
    Part(Range<usize>),
    /// Another spelling of what is in the line: these bytes.
    Own(Vec<u8>, Range<usize>),
}

/// When a payload was recorded.
#[derive(Debug, Default)]
pub(super) enum Time {
    #[default]
    Unknown,
    /// As these bytes of its line say.
    In(Range<usize>),
    Known(Option<i64>),
}

impl Enclosed {
    /// The payload's text, where its line is `line`.
    pub(super) fn text<'a>(&'a self, line: &'a [u8]) -> &'a [u8] {
        match &self.text {
            PayloadText::Whole => line,
            PayloadText::Part(range) => line.get(range.clone()).unwrap_or_default(),
            PayloadText::Own(text, range) => text.get(range.clone()).unwrap_or_default(),
        }
    }

    /// When it was recorded, in milliseconds of the Unix epoch.
    pub(super) fn time(&self, line: &[u8]) -> Option<i64> {
        match &self.time {
            Time::Unknown => None,
            Time::In(range) => recorded_time(line.get(range.clone())?),
            Time::Known(time) => *time,
        }
    }

    /// Takes the document's text on one line, of which the first `length` bytes were checked.
    pub(super) fn keep(&mut self, joined: Vec<u8>, length: usize) {
        // The time is where the joined text has it; the line has other places.
        if matches!(self.time, Time::In(_)) {
            self.time = Time::Known(self.time(&joined));
        }
        let range = match &self.text {
            PayloadText::Own(..) => return,
            PayloadText::Part(range) => range.clone(),
            PayloadText::Whole => 0..length,
        };
        self.text = PayloadText::Own(joined, range);
    }
}

/// The time that a JSON value says: RFC 3339, or seconds or milliseconds of the Unix epoch.
pub(crate) fn recorded_time(spelled: &[u8]) -> Option<i64> {
    let text = match spelled.first()? {
        b'"' => json::decode_utf8(spelled),
        _ => Cow::Borrowed(spelled),
    };
    recorded(std::str::from_utf8(&text).ok()?)
}

/// The scalar that follows a key, as it is spelled.
pub(super) fn scalar_behind(rest: &[u8]) -> Option<&[u8]> {
    let rest = after_space(after_space(rest).strip_prefix(b":")?);
    let after = after_value(rest)?;
    Some(&rest[..rest.len() - after.len()])
}

/// Appends `text` on one line: newlines go, with the white space around them. A valid JSON string
/// holds none, so nothing else changes.
pub(crate) fn join_lines(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(newline) = memchr::memchr(b'\n', rest) {
        out.extend_from_slice(rest[..newline].trim_ascii_end());
        rest = rest[newline + 1..].trim_ascii_start();
    }
    out.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_joined_without_the_white_space_around_newlines() {
        let mut out = Vec::new();
        join_lines(b"{ \"a b\": 1, \r\n\n\t \"c\": [\n2 ]\n}", &mut out);
        assert_eq!(out, b"{ \"a b\": 1,\"c\": [2 ]}");
    }

    #[test]
    fn a_time_is_rfc_3339_or_a_number_of_seconds_or_milliseconds() {
        let at = Some(1_767_607_205_000);
        for text in [
            "\"2026-01-05T10:00:05Z\"",
            "\"2026-01-05T11:00:05+01:00\"",
            "1767607205",
            "1767607205000",
            "\"1767607205000\"",
            "1767607205.0",
        ] {
            assert_eq!(recorded_time(text.as_bytes()), at, "{text}");
        }
        assert_eq!(recorded_time(b"1767607205.491"), Some(1_767_607_205_491));
        for text in ["\"2026-01-05T10:00:05\"", "\"\"", "null", "{}", "\"soon\"", "1e400"] {
            assert_eq!(recorded_time(text.as_bytes()), None, "{text}");
        }
    }
}
