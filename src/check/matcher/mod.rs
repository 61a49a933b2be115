//! Decides in one pass whether a line is clean, without allocating, and records the ranges of its
//! properties.
//!
//! A matcher is compiled from an event's strict schema. It accepts a line only if the cold path
//! (`json`, the engine) would find nothing in it except undocumented properties, which it reports.
//! It may refuse any line; then the cold path looks. Tests and a fuzz target check this.

mod compile;
mod fields;
mod form;
mod forms;
mod matchers;
mod scan;
mod shape;
mod template;
mod walk;

pub(crate) use crate::capture::SLACK;
pub use fields::{Fields, UndocumentedMember};
pub(crate) use form::LONGEST as LONGEST_FORM;
pub(crate) use forms::{FormKey, FormSearch, LineForms};
pub(crate) use matchers::Matchers;
pub(crate) use walk::DEEPEST_PROVEN;

use std::ops::Range;

use form::ValueKinds;
use shape::Object;
use template::Template;

/// The matcher of one event type.
#[derive(Debug)]
pub(crate) struct Matcher {
    root: Object,
    template: Option<Template>,
    places: Vec<String>,
    call_slot: Option<usize>,
    kinds: ValueKinds,
}

/// The name under `type` in the line at the start of `rest`, if it can be read without parsing.
pub(crate) fn kind(rest: &[u8]) -> Option<&str> {
    std::str::from_utf8(walk::kind(scan::skip_space(rest))?).ok()
}

/// What follows the JSON value that `rest` begins with; `None` where that is no JSON, or too much
/// of it to be looked at here.
pub(crate) fn after_value(rest: &[u8]) -> Option<&[u8]> {
    walk::after_value(rest)
}

/// `rest` without the white space that it begins with.
pub(crate) fn after_space(rest: &[u8]) -> &[u8] {
    scan::skip_space(rest)
}

/// What follows `byte` and white space around it.
pub(crate) fn after_token(rest: &[u8], byte: u8) -> Option<&[u8]> {
    scan::token(rest, byte)
}

impl Matcher {
    /// Decides whether the line of `text` from `start` to a newline or to `end` is clean. On
    /// success, returns the end of the line and fills `fields`, which must not contain ranges of
    /// another event's line. Bytes of `text` after `end` are zero, [`SLACK`] of them.
    pub(crate) fn match_line(
        &self,
        text: &[u8],
        line: Range<usize>,
        fields: &mut Fields,
    ) -> Option<usize> {
        let rest = text.get(line.start..)?;
        fields.begin(text, self.call_slot);
        let by_template = self.template.as_ref().and_then(|it| it.match_line(rest, fields));
        if let Some(after @ [b'\n', ..]) = by_template {
            fields.set_compact(true);
            return Some(text.len() - after.len());
        }
        let after = match by_template {
            Some(after) => after,
            None => {
                fields.clear();
                walk::object(&self.root, scan::skip_space(rest), fields)?
            }
        };
        let left = scan::skip_space(after);
        fields.set_compact(by_template.is_some_and(|after| after.len() == left.len()));
        let end = text.len() - left.len();
        (end == line.end || left.first() == Some(&b'\n')).then_some(end)
    }

    /// The same for a payload that begins at `start` and may be followed by anything. Says where it
    /// ends.
    pub(crate) fn match_value(
        &self,
        text: &[u8],
        start: usize,
        fields: &mut Fields,
    ) -> Option<usize> {
        let rest = text.get(start..)?;
        fields.begin(text, self.call_slot);
        let by_template = self.template.as_ref().and_then(|it| it.match_line(rest, fields));
        fields.set_compact(by_template.is_some());
        let after = match by_template {
            Some(after) => after,
            None => {
                fields.clear();
                walk::object(&self.root, rest, fields)?
            }
        };
        Some(text.len() - after.len())
    }

    /// What each scalar is.
    pub(crate) fn kinds(&self) -> &ValueKinds {
        &self.kinds
    }

    /// JSON Pointer of the object that an undocumented member is in.
    pub(crate) fn pointer(&self, undocumented: &UndocumentedMember) -> &str {
        &self.places[usize::from(undocumented.place)]
    }
}
