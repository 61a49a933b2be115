//! Byte ranges of a line's properties, so that the line need not be parsed again.

use std::ops::Range;

use crate::contract::Event;
use crate::json::Node;

/// Ranges of a line's documented scalars and undocumented members, in bytes of the block.
#[derive(Debug, Default)]
pub struct Fields {
    /// Remaining length of the text at the start and at the end of each scalar; 0 if the scalar is
    /// absent.
    slots: [(u32, u32); Fields::SLOTS],
    /// Length of the text in bytes.
    length: usize,
    undocumented: Vec<UndocumentedMember>,
    call_slot: Option<usize>,
    is_compact: bool,
}

/// An undocumented member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndocumentedMember {
    /// The object of the event that contains it.
    pub(crate) place: u8,
    /// Its key, quotes included.
    pub(crate) key: (u32, u32),
}

impl Fields {
    /// Maximum number of scalars that an event may document; a test checks it.
    pub(crate) const SLOTS: usize = 16;

    /// Maximum length of a text, because positions have 32 bits.
    pub(crate) const LONGEST_TEXT: usize = u32::MAX as usize;

    /// The undocumented members, in the order of the line.
    #[must_use]
    pub fn undocumented(&self) -> &[UndocumentedMember] {
        &self.undocumented
    }

    /// Range of the documented scalar with this index (in [`crate::Event::properties`]); `None` if
    /// it is absent.
    #[must_use]
    pub fn get(&self, property: usize) -> Option<Range<usize>> {
        let (start, end) = *self.slots.get(property)?;
        (end > 0).then(|| self.length - start as usize..self.length - end as usize)
    }

    /// Number of documented scalars.
    pub(crate) fn count(&self) -> usize {
        self.slots.iter().filter(|(_, end)| *end > 0).count()
    }

    /// Whether there is no white space between the line's tokens, nor after them.
    pub(crate) fn is_compact(&self) -> bool {
        self.is_compact
    }

    pub(super) fn set_compact(&mut self, is_compact: bool) {
        self.is_compact = is_compact;
    }

    /// Range of the call's identifier.
    pub(crate) fn call_id(&self) -> Option<Range<usize>> {
        self.get(self.call_slot?)
    }

    /// Clears all ranges.
    pub(crate) fn clear(&mut self) {
        self.slots = [(0, 0); Self::SLOTS];
        self.undocumented.clear();
    }

    /// Fills in the ranges of the documented properties of `event` in the payload `root` of the
    /// line `text`, whatever their types. Cold.
    pub(crate) fn locate(&mut self, root: &Node, text: &[u8], event: &Event) {
        self.clear();
        self.begin(text, None);
        let mut parent = ("", Some(root));
        for (property, slot) in event.properties.iter().take(Self::SLOTS).zip(0..) {
            let object = property.pointer.rsplit_once('/').map_or("", |(object, _)| object);
            // Most properties are in the same object.
            if object != parent.0 {
                parent = (object, root.at(text, object));
            }
            if let Some(node) =
                parent.1.and_then(|it| it.at(text, &property.pointer[object.len()..]))
            {
                self.set(slot, text.len() - node.span.start, text.len() - node.span.end);
            }
        }
    }

    /// Prepares for a line of `text`, whose event has its callId in `call_slot`. Scalars keep their
    /// ranges until they are set or unset.
    pub(super) fn begin(&mut self, text: &[u8], call_slot: Option<usize>) {
        self.length = text.len();
        self.call_slot = call_slot;
        self.undocumented.clear();
    }

    /// Sets a scalar that starts where `before` bytes of the text remain, and ends where `after`
    /// remain.
    pub(super) fn set(&mut self, slot: u8, before: usize, after: usize) {
        self.slots[usize::from(slot) % Self::SLOTS] = (narrow(before), narrow(after));
    }

    pub(super) fn unset(&mut self, slot: u8) {
        self.slots[usize::from(slot) % Self::SLOTS] = (0, 0);
    }

    /// Adds an undocumented member's key, quotes included; `rest` is the text from the key on.
    pub(super) fn key<'a>(&self, undocumented: &UndocumentedMember, rest: &'a [u8]) -> &'a [u8] {
        let before = self.length - rest.len();
        let key = undocumented.key();
        &rest[key.start - before..key.end - before]
    }

    /// Adds an undocumented member's key, which is the difference between `before` and `after`.
    pub(super) fn push_undocumented(&mut self, place: u8, before: &[u8], after: &[u8]) {
        let at = |rest: &[u8]| narrow(self.length - rest.len());
        self.undocumented.push(UndocumentedMember { place, key: (at(before), at(after)) });
    }
}

impl UndocumentedMember {
    /// Range of the key.
    #[must_use]
    pub fn key(&self) -> Range<usize> {
        self.key.0 as usize..self.key.1 as usize
    }
}

/// Texts are not longer than [`Fields::LONGEST_TEXT`].
#[expect(clippy::cast_possible_truncation, reason = "see the sentence above")]
fn narrow(at: usize) -> u32 {
    at as u32
}
