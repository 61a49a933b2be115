//! Where a clean line has what: byte ranges, so that nobody needs to parse it again.

use std::ops::Range;

use crate::contract::Event;
use crate::json::Node;

/// The places of a line's documented scalars and undocumented members, as bytes of the block.
#[derive(Debug, Default)]
pub struct Fields {
    /// How much of the text is left where each scalar begins and where it ends: 0 where it is absent.
    slots: [(u32, u32); Fields::SLOTS],
    /// Bytes of the text.
    length: usize,
    undocumented: Vec<UndocumentedMember>,
    call_slot: Option<usize>,
    is_compact: bool,
}

/// An undocumented member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndocumentedMember {
    /// Which object of the event it is in.
    pub(crate) place: u8,
    /// Its key, quotes included.
    pub(crate) key: (u32, u32),
}

impl Fields {
    /// The most scalars that an event may document; a test counts them.
    pub(crate) const SLOTS: usize = 16;

    /// Places are kept in 32 bits.
    pub(crate) const LONGEST_TEXT: usize = u32::MAX as usize;

    /// The undocumented members, in the line's order.
    #[must_use]
    pub fn undocumented(&self) -> &[UndocumentedMember] {
        &self.undocumented
    }

    /// Where the documented scalar with this index (in [`crate::Event::properties`]) is; `None`
    /// where it is absent.
    #[must_use]
    pub fn get(&self, property: usize) -> Option<Range<usize>> {
        let (start, end) = *self.slots.get(property)?;
        (end > 0).then(|| self.length - start as usize..self.length - end as usize)
    }

    /// How many documented scalars there are.
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

    /// Where the call's identifier is.
    pub(crate) fn call_id(&self) -> Option<Range<usize>> {
        self.get(self.call_slot?)
    }

    /// Forgets all places.
    pub(crate) fn clear(&mut self) {
        self.slots = [(0, 0); Self::SLOTS];
        self.undocumented.clear();
    }

    /// Says where the payload `root` of the line `text` has the documented properties of `event`,
    /// whatever their types. Cold.
    pub(crate) fn locate(&mut self, root: &Node, text: &[u8], event: &Event) {
        self.clear();
        self.begin(text, None);
        for (property, slot) in event.properties.iter().take(Self::SLOTS).zip(0..) {
            if let Some(node) = root.at(text, &property.pointer) {
                self.set(slot, text.len() - node.span.start, text.len() - node.span.end);
            }
        }
    }

    /// Gets ready for a line of `text`, whose event has its call's identifier in `call_slot`.
    /// Scalars keep their places until they are set or unset.
    pub(super) fn begin(&mut self, text: &[u8], call_slot: Option<usize>) {
        self.length = text.len();
        self.call_slot = call_slot;
        self.undocumented.clear();
    }

    /// A scalar begins where `before` bytes of the text are left, and ends where `after` are.
    pub(super) fn set(&mut self, slot: u8, before: usize, after: usize) {
        self.slots[usize::from(slot) % Self::SLOTS] = (narrow(before), narrow(after));
    }

    pub(super) fn unset(&mut self, slot: u8) {
        self.slots[usize::from(slot) % Self::SLOTS] = (0, 0);
    }

    /// An undocumented member's key, quotes included; `rest` is the text from before it on.
    pub(super) fn key<'a>(&self, undocumented: &UndocumentedMember, rest: &'a [u8]) -> &'a [u8] {
        let before = self.length - rest.len();
        let key = undocumented.key();
        &rest[key.start - before..key.end - before]
    }

    /// An undocumented member's key is what `before` has more than `after`.
    pub(super) fn push_undocumented(&mut self, place: u8, before: &[u8], after: &[u8]) {
        let at = |rest: &[u8]| narrow(self.length - rest.len());
        self.undocumented.push(UndocumentedMember { place, key: (at(before), at(after)) });
    }
}

impl UndocumentedMember {
    /// Bytes of the key.
    #[must_use]
    pub fn key(&self) -> Range<usize> {
        self.key.0 as usize..self.key.1 as usize
    }
}

/// Texts are no longer than [`Fields::LONGEST_TEXT`].
#[expect(clippy::cast_possible_truncation, reason = "see the sentence above")]
fn narrow(at: usize) -> u32 {
    at as u32
}
