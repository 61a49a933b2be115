//! Decides in one pass whether a line is clean, without allocating, and says where its
//! properties are.
//!
//! A matcher is compiled from an event's strict schema. It accepts a line only if the cold path
//! (`json`, the engine) would find nothing but undocumented properties in it, which it reports. It
//! may refuse any line: then the cold path looks. Tests and a fuzz target hold it to that.

mod compile;
mod fields;
mod matchers;
mod scan;
mod shape;
mod template;
mod walk;

pub(crate) use crate::capture::SLACK;
pub use fields::{Fields, UndocumentedMember};
pub(crate) use matchers::Matchers;
pub(crate) use walk::DEEPEST_PROVEN;

use std::ops::Range;

use shape::Object;
use template::Template;

/// The matcher of one event type.
#[derive(Debug)]
pub(crate) struct Matcher {
    root: Object,
    template: Option<Template>,
    places: Vec<String>,
    call_slot: Option<usize>,
}

/// The name under `type` of the line that `rest` begins with, if it can be told at a glance.
pub(crate) fn kind(rest: &[u8]) -> Option<&str> {
    std::str::from_utf8(walk::kind(scan::skip_space(rest))?).ok()
}

impl Matcher {
    /// Decides whether the line that begins at `start` of `text`, and ends at a newline or at
    /// `end`, is clean. On success, returns where the line ends, and `fields` says what is where:
    /// they must not hold places of another event's line. Bytes of `text` after `end` are zero,
    /// [`SLACK`] of them.
    pub(crate) fn prove(
        &self,
        text: &[u8],
        line: Range<usize>,
        fields: &mut Fields,
    ) -> Option<usize> {
        let rest = text.get(line.start..)?;
        fields.begin(text, self.call_slot);
        let by_template = self.template.as_ref().and_then(|it| it.prove(rest, fields));
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

    /// JSON Pointer of the object that an undocumented member is in.
    pub(crate) fn pointer(&self, undocumented: &UndocumentedMember) -> &str {
        &self.places[usize::from(undocumented.place)]
    }
}
