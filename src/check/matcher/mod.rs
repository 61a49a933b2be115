//! Decides in one pass whether a line is clean, without allocating, and says where its
//! properties are.
//!
//! A matcher is compiled from an event's strict schema. It accepts a line only if the cold path
//! (`json`, the engine) would find nothing but undocumented properties in it, which it reports. It
//! may refuse any line: then the cold path looks. Tests and a fuzz target hold it to that.

mod compile;
mod fields;
mod scan;
mod template;
mod walk;

pub(crate) use crate::capture::SLACK;
use compile::compile;
pub use fields::{Fields, UndocumentedMember};
pub(crate) use walk::DEEPEST_PROVEN;

use std::ops::Range;
use std::sync::OnceLock;

use scan::Literal;
use template::Template;

use crate::contract::{Event, EventId, Mode};

/// The matcher of one event type.
#[derive(Debug)]
pub(crate) struct Matcher {
    root: Object,
    template: Option<Template>,
    places: Vec<String>,
    call_slot: Option<usize>,
}

/// The matchers of a contract, each compiled when it is first asked for.
#[derive(Debug, Default)]
pub(crate) struct Matchers([OnceLock<Option<Matcher>>; EventId::COUNT]);

impl Matchers {
    /// The matcher of an event's strict contract; `None` where that has more to it than matchers
    /// know.
    pub(crate) fn get(&self, event: &Event) -> Option<&Matcher> {
        let compiled = || compile(event.document(Mode::Strict), &event.properties, &event.newer);
        self.0[event.id.index()].get_or_init(compiled).as_ref()
    }
}

/// What a value must be, as far as the fast path understands it.
#[derive(Debug)]
enum Shape {
    Object(Object),
    /// Any string, or any but the empty one.
    Text {
        slot: u8,
        min_bytes: usize,
    },
    /// One of these JSON texts, quotes included, byte for byte.
    OneOf {
        slot: u8,
        texts: Vec<Literal>,
    },
    /// A whole number from 0 to 2^53 − 1, spelled with digits only.
    Natural {
        slot: u8,
    },
    /// A number from -(2^53 − 1) to 2^53 − 1, spelled without an exponent.
    Number {
        slot: u8,
    },
}

/// An object's documented members.
#[derive(Debug)]
struct Object {
    members: Vec<Member>,
    /// Bits of the members that must be there.
    required: u32,
    /// Where in `members` to look for a key with a given hash.
    index: KeyIndex,
    /// Keys that switch to another contract: the cold path's business.
    refused: Vec<Vec<u8>>,
    /// Which object of the event this is, for reporting undocumented members.
    place: u8,
}

#[derive(Debug)]
struct Member {
    /// `{"key":` if it is the first member, `,"key":` if not: how it looks when it is expected.
    expected: Literal,
    /// `key"`, to be compared behind the opening quote.
    key: Literal,
    shape: Shape,
}

/// A perfect hash from a key's length and first two bytes to its member.
#[derive(Debug)]
struct KeyIndex {
    multiplier: u64,
    members: [u8; KeyIndex::SIZE],
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
