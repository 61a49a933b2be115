//! What a matcher knows of a schema: objects, their members, and what values must be.

use super::scan::Literal;

/// What a value must be, as far as the fast path understands it.
#[derive(Debug)]
pub(super) enum Shape {
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
pub(super) struct Object {
    pub(super) members: Vec<Member>,
    /// Bits of the members that must be there.
    pub(super) required: u32,
    /// Where in `members` to look for a key with a given hash.
    pub(super) index: KeyIndex,
    /// Keys that switch to another contract: the cold path's business.
    pub(super) refused: Vec<Vec<u8>>,
    /// Which object of the event this is, for reporting undocumented members.
    pub(super) place: u8,
}

#[derive(Debug)]
pub(super) struct Member {
    /// `{"key":` if it is the first member, `,"key":` if not: how it looks when it is expected.
    pub(super) expected: Literal,
    /// `key"`, to be compared behind the opening quote.
    pub(super) key: Literal,
    pub(super) shape: Shape,
}

/// A perfect hash from a key's length and first two bytes to its member.
#[derive(Debug)]
pub(super) struct KeyIndex {
    pub(super) multiplier: u64,
    pub(super) members: [u8; KeyIndex::SIZE],
}
