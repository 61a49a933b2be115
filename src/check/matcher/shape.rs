//! What a matcher knows about a schema: objects, their members, and the shapes of values.

use super::scan::Literal;

/// Constraint on a value, as far as the fast path supports it.
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
    /// Bits of the required members.
    pub(super) required: u32,
    /// Maps the hash of a key to a member of `members`.
    pub(super) index: KeyIndex,
    /// Keys that select another contract; lines with them are left to the cold path.
    pub(super) refused: Vec<Vec<u8>>,
    /// Index of this object in the event, for reporting undocumented members.
    pub(super) place: u8,
}

#[derive(Debug)]
pub(super) struct Member {
    /// `{"key":` if it is the first member, else `,"key":`: the expected spelling.
    pub(super) expected: Literal,
    /// `key"`, compared after the opening quote.
    pub(super) key: Literal,
    pub(super) shape: Shape,
}

/// A perfect hash from a key's length and first two bytes to its member.
#[derive(Debug)]
pub(super) struct KeyIndex {
    pub(super) multiplier: u64,
    pub(super) members: [u8; KeyIndex::SIZE],
}
