//! Walks a line by the shapes of its event: in documented order if possible, otherwise in any
//! order.

use super::fields::Fields;
use super::scan::{
    after_bounded_number, after_natural, after_number, after_string, skip_space, token, unquoted,
};
use super::shape::{KeyIndex, Object, Shape};

/// Walks the object at the start of `rest`; returns what follows it.
pub(super) fn object<'a>(shape: &Object, rest: &'a [u8], fields: &mut Fields) -> Option<&'a [u8]> {
    let (opening, strange_before) = (rest, fields.undocumented().len());
    let mut seen = 0_u32;
    let mut rest = token(rest, b'{')?;
    if let [b'}', ..] = rest {
        return shape.close(rest, seen);
    }
    loop {
        let key = rest.strip_prefix(b"\"")?;
        rest = match known_key(shape, key) {
            Some((member, after)) => {
                let bit = 1 << member;
                if seen & bit != 0 {
                    return None;
                }
                seen |= bit;
                value(&shape.members[member].shape, token(after, b':')?, fields)?
            }
            None => undocumented(shape, (opening, rest), fields, strange_before)?,
        };
        rest = match rest {
            [b'}', ..] => return shape.close(rest, seen),
            _ => match token(rest, b',') {
                Some(next) => next,
                None => return shape.close(rest, seen),
            },
        };
    }
}

impl Object {
    /// What follows the closing brace, if the `seen` members include all required ones.
    #[inline]
    fn close<'a>(&self, rest: &'a [u8], seen: u32) -> Option<&'a [u8]> {
        skip_space(rest).strip_prefix(b"}").filter(|_| seen & self.required == self.required)
    }
}

/// The string under `type` of the line's object, without its quotes.
pub(super) fn kind(rest: &[u8]) -> Option<&[u8]> {
    let mut rest = token(rest, b'{')?;
    loop {
        let after_key = quoted(rest)?;
        let value = token(after_key, b':')?;
        if rest.starts_with(b"\"type\"") {
            let after = quoted(value)?;
            return value.get(1..value.len() - after.len() - 1);
        }
        rest = token(any_value(value, DEEPEST)?, b',')?;
    }
}

/// What follows the string at the start of `rest`.
fn quoted(rest: &[u8]) -> Option<&[u8]> {
    after_string(rest.strip_prefix(b"\"")?)
}

/// The member whose key is at the start of `rest`, and what follows the key's closing quote. The
/// latter is computed from the position of the quote, so that it does not depend on the lookup of
/// the key.
#[inline]
fn known_key<'a>(shape: &Object, rest: &'a [u8]) -> Option<(usize, &'a [u8])> {
    let length = unquoted(rest)?;
    let member = shape.index.lookup(KeyIndex::trait_of(rest, length))?;
    shape.members.get(member)?.key.strip(rest)?;
    Some((member, &rest[length + 1..]))
}

/// Skips an undocumented member of an object, which starts at `opening`.
#[cold]
fn undocumented<'a>(
    shape: &Object,
    (opening, rest): (&'a [u8], &'a [u8]),
    fields: &mut Fields,
    before: usize,
) -> Option<&'a [u8]> {
    let after_key = quoted(rest)?;
    let key = &rest[..rest.len() - after_key.len()];
    let earlier = &fields.undocumented()[before..];
    let is_doubled =
        earlier.iter().any(|it| it.place == shape.place && *fields.key(it, opening) == *key);
    let is_refused = shape.refused.iter().any(|refused| refused == key);
    if is_doubled || is_refused || key.contains(&b'\\') || earlier.len() >= MOST_STRANGE {
        return None;
    }
    fields.push_undocumented(shape.place, rest, after_key);
    any_value(token(after_key, b':')?, DEEPEST)
}

/// Maximum number of undocumented members that are compared with each other for duplicate keys.
const MOST_STRANGE: usize = 16;

/// Maximum levels of nesting below an undocumented member.
const DEEPEST: usize = 3;

/// The deepest nesting of an accepted line: an event's own three levels and these.
pub(crate) const DEEPEST_PROVEN: usize = 3 + DEEPEST;

/// Tries whole numbers first, which are most of the values. A branch by kind takes a tenth more
/// time, because keys in any order make it unpredictable.
#[inline]
fn value<'a>(shape: &Shape, rest: &'a [u8], fields: &mut Fields) -> Option<&'a [u8]> {
    let Shape::Natural { slot } = shape else { return rarer_value(shape, rest, fields) };
    let after = after_natural(rest)?;
    fields.set(*slot, rest.len(), after.len());
    Some(after)
}

fn rarer_value<'a>(shape: &Shape, rest: &'a [u8], fields: &mut Fields) -> Option<&'a [u8]> {
    let (slot, after) = match shape {
        Shape::Object(shape) => return object(shape, rest, fields),
        Shape::Natural { .. } => return value(shape, rest, fields),
        Shape::Text { slot, min_bytes } => {
            let after = quoted(rest)?;
            if rest.len() - after.len() < min_bytes + 2 {
                return None;
            }
            (slot, after)
        }
        Shape::OneOf { slot, texts } => (slot, texts.iter().find_map(|it| it.strip(rest))?),
        Shape::Number { slot } => (slot, after_bounded_number(rest)?),
    };
    fields.set(*slot, rest.len(), after.len());
    Some(after)
}

/// Skips any value, whose objects must not have duplicate keys.
fn any_value(rest: &[u8], levels: usize) -> Option<&[u8]> {
    match rest.first()? {
        b'"' => quoted(rest),
        b'-' | b'0'..=b'9' => after_number(rest),
        b't' => rest.strip_prefix(b"true"),
        b'f' => rest.strip_prefix(b"false"),
        b'n' => rest.strip_prefix(b"null"),
        b'[' if levels > 0 => any_array(rest, levels - 1),
        b'{' if levels > 0 => any_object(rest, levels - 1),
        _ => None,
    }
}

fn any_array(rest: &[u8], levels: usize) -> Option<&[u8]> {
    let mut rest = token(rest, b'[')?;
    if let [b']', after @ ..] = rest {
        return Some(after);
    }
    loop {
        let after = any_value(rest, levels)?;
        match token(after, b',') {
            Some(next) => rest = next,
            None => return token(after, b']'),
        }
    }
}

fn any_object(rest: &[u8], levels: usize) -> Option<&[u8]> {
    let mut keys: [&[u8]; MOST_STRANGE] = [b""; MOST_STRANGE];
    let mut rest = token(rest, b'{')?;
    if let [b'}', after @ ..] = rest {
        return Some(after);
    }
    for count in 0..MOST_STRANGE {
        let after_key = quoted(rest)?;
        let key = &rest[..rest.len() - after_key.len()];
        if keys[..count].contains(&key) || key.contains(&b'\\') {
            return None;
        }
        keys[count] = key;
        let after = any_value(token(after_key, b':')?, levels)?;
        match token(after, b',') {
            Some(next) => rest = next,
            None => return token(after, b'}'),
        }
    }
    None
}

impl KeyIndex {
    pub(super) const SIZE: usize = 32;

    /// A perfect hash of `keys` (without quotes), if their lengths and first two bytes are all
    /// different.
    pub(super) fn new(keys: &[&[u8]]) -> Option<Self> {
        if keys.iter().any(|key| key.len() < 2) {
            return None;
        }
        // Odd multipliers from a simple sequence; the first without a collision is used.
        let multipliers = (1..1000_u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for multiplier in multipliers {
            let mut index = Self { multiplier, members: [u8::MAX; Self::SIZE] };
            let fits = keys.iter().zip(0_u8..).all(|(key, member)| {
                let place =
                    &mut index.members[Self::hash(Self::trait_of(key, key.len()), multiplier)];
                std::mem::replace(place, member) == u8::MAX
            });
            if fits {
                return Some(index);
            }
        }
        None
    }

    /// Hashed part of a key: the length of the key at the start of `rest`, and its first bytes.
    #[inline]
    fn trait_of(rest: &[u8], length: usize) -> u64 {
        let first = rest.first_chunk().map_or(0, |first| u16::from_le_bytes(*first));
        u64::from(first) | (length as u64) << 16
    }

    /// The only member whose key can have this hash.
    #[inline]
    fn lookup(&self, key: u64) -> Option<usize> {
        let member = self.members[Self::hash(key, self.multiplier)];
        (member != u8::MAX).then_some(member.into())
    }

    fn hash(key: u64, multiplier: u64) -> usize {
        (key.wrapping_mul(multiplier) >> 59) as usize % Self::SIZE
    }
}
