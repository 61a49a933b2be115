//! Where a proven line has what: byte ranges, so that nobody needs to parse it again.

use std::ops::Range;

/// The places of a line's documented scalars and undocumented members, as bytes of the block.
#[derive(Debug, Default)]
pub struct Fields {
    slots: [(u32, u32); Fields::SLOTS],
    strange: Vec<Strange>,
    call_slot: Option<usize>,
    is_compact: bool,
}

/// An undocumented member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strange {
    /// Which object of the event it is in.
    pub(crate) place: u8,
    /// Its key, quotes included.
    pub(crate) key: (u32, u32),
}

impl Fields {
    /// The most scalars that an event may document; a test counts them.
    pub(crate) const SLOTS: usize = 16;

    /// The undocumented members, in the line's order.
    #[must_use]
    pub fn strange(&self) -> &[Strange] {
        &self.strange
    }

    /// Where the documented scalar with this index (in [`crate::Event::properties`]) is; `None`
    /// where it is absent.
    #[must_use]
    pub fn get(&self, property: usize) -> Option<Range<usize>> {
        let (start, end) = *self.slots.get(property)?;
        (end > 0).then_some(start as usize..end as usize)
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

    pub(super) fn clear(&mut self, call_slot: Option<usize>) {
        self.call_slot = call_slot;
        self.slots = [(0, 0); Self::SLOTS];
        self.strange.clear();
    }

    pub(super) fn set(&mut self, slot: usize, start: usize, end: usize) {
        self.slots[slot % Self::SLOTS] = (narrow(start), narrow(end));
    }

    pub(super) fn push_strange(&mut self, place: u8, start: usize, end: usize) {
        self.strange.push(Strange { place, key: (narrow(start), narrow(end)) });
    }
}

impl Strange {
    /// Bytes of the key.
    #[must_use]
    pub fn key(&self) -> Range<usize> {
        self.key.0 as usize..self.key.1 as usize
    }
}

/// Blocks are far smaller than 4 GiB: the matcher refuses larger ones.
#[expect(clippy::cast_possible_truncation, reason = "see the sentence above")]
fn narrow(at: usize) -> u32 {
    at as u32
}
