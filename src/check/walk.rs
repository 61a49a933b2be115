//! Passes over a wrapped line once, where it is clean: the fast path for payloads in a wrapper.

use std::ops::Range;

use super::envelope::Envelope;
use super::fast_path::FastPath;
use super::matcher::{SLACK, after_space, after_token, after_value};
use crate::json;

/// Matches a line that may be clean.
pub(super) struct Walk<'a, 'f, 'v> {
    pub(super) text: &'a [u8],
    pub(super) fast_path: &'f mut FastPath<'v>,
    pub(super) envelope: &'v Envelope,
}

/// What a clean line holds: bytes of the block.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) payload: Range<usize>,
    pub(super) time: Option<Range<usize>>,
    /// The payload's text where the line has it in a string, and [`SLACK`] bytes.
    pub(super) own: Option<Vec<u8>>,
}

/// Where the rest of each pointer leads, from the value that is looked at; `None` elsewhere.
#[derive(Clone, Copy)]
struct Ways<'v> {
    payload: Option<&'v [String]>,
    time: Option<&'v [String]>,
}

impl<'a, 'v> Walk<'a, '_, 'v> {
    /// Finds the payload of the line in `range`, if that is clean and nothing is wrong with the
    /// wrapper either. May refuse any line, as the fast path may.
    pub(super) fn match_line(mut self, range: Range<usize>) -> Option<Found> {
        let envelope = self.envelope;
        let ways = Ways {
            payload: Some(envelope.payload.keys()),
            time: envelope.time.as_ref().map(|time| time.keys()),
        };
        let mut found = Found::default();
        let rest = after_space(self.text.get(range.start..)?);
        let after = after_space(self.value(rest, ways, &mut found)?);
        let is_whole = self.at(after) == range.end && !found.payload.is_empty();
        is_whole.then_some(found)
    }

    /// Where `rest` begins in the text.
    fn at(&self, rest: &[u8]) -> usize {
        self.text.len() - rest.len()
    }

    fn value(&mut self, rest: &'a [u8], ways: Ways<'v>, found: &mut Found) -> Option<&'a [u8]> {
        match (ways.payload, ways.time) {
            (None, None) => after_value(rest),
            (Some([]), None) => self.payload(rest, found),
            (None, Some([])) => {
                let after = after_value(rest)?;
                let is_new = found.time.replace(self.at(rest)..self.at(after)).is_none();
                is_new.then_some(after)
            }
            // The time is in the payload: for the cold path.
            (Some([]), Some(_)) | (Some(_), Some([])) => None,
            (Some([..]) | None, Some([..]) | None) => self.object(rest, ways, found),
        }
    }

    fn object(&mut self, rest: &'a [u8], ways: Ways<'v>, found: &mut Found) -> Option<&'a [u8]> {
        let mut rest = after_token(rest, b'{')?;
        if let [b'}', after @ ..] = rest {
            return Some(after);
        }
        loop {
            if !rest.starts_with(b"\"") {
                return None;
            }
            let after_key = after_value(rest)?;
            let key = rest.get(1..rest.len() - after_key.len() - 1)?;
            if key.contains(&b'\\') {
                return None;
            }
            let onward = |way: Option<&'v [String]>| match way? {
                [first, onward @ ..] if first.as_bytes() == key => Some(onward),
                _ => None,
            };
            let inner = Ways { payload: onward(ways.payload), time: onward(ways.time) };
            rest = self.value(after_token(after_key, b':')?, inner, found)?;
            match after_token(rest, b',') {
                Some(next) => rest = next,
                None => return after_space(rest).strip_prefix(b"}"),
            }
        }
    }

    /// Passes over the payload, if it is clean and the only one.
    fn payload(&mut self, rest: &'a [u8], found: &mut Found) -> Option<&'a [u8]> {
        if !found.payload.is_empty() {
            return None;
        }
        let start = self.at(rest);
        if !rest.starts_with(b"\"") {
            let end = self.fast_path.match_value(self.text, start)?;
            found.payload = start..end;
            return self.text.get(end..);
        }
        let after = after_value(rest)?;
        let mut own = json::decode(&rest[..rest.len() - after.len()]).into_owned();
        let length = own.len();
        own.resize(length + SLACK, 0);
        let end = self.fast_path.match_clean(&own, 0..length)?;
        found.payload = start..self.at(after);
        found.own = Some(own);
        (end == length).then_some(after)
    }
}
