//! Walks a line along the shapes of its event: documented order first, any order if need be.

use super::fields::Fields;
use super::scan::{HIGHS, ONES, natural_end, number_end, skip_space, string_end, word};
use super::{KeyIndex, Object, Shape};

/// Walks the object that begins at `at`; returns where it ends.
pub(super) fn object(shape: &Object, text: &[u8], at: usize, fields: &mut Fields) -> Option<usize> {
    let strange_before = fields.strange().len();
    let mut seen = 0_u32;
    let mut at = behind(text, at, b'{')?;
    if *text.get(at)? == b'}' {
        return (shape.required == 0).then_some(at + 1);
    }
    loop {
        if *text.get(at)? != b'"' {
            return None;
        }
        at = match known_key(shape, text, at + 1) {
            Some((member, end)) => {
                let bit = 1 << member;
                if seen & bit != 0 {
                    return None;
                }
                seen |= bit;
                value(&shape.members[member].shape, text, behind(text, end, b':')?, fields)?
            }
            None => {
                let end = string_end(text, at + 1)? + 1;
                strange(shape, text, (at, end), fields, strange_before)?
            }
        };
        at = skip_space(text, at);
        match *text.get(at)? {
            b',' => at = skip_space(text, at + 1),
            b'}' => return (seen & shape.required == shape.required).then_some(at + 1),
            _ => return None,
        }
    }
}

/// Where the next token begins behind `byte`, which white space may surround.
#[inline]
fn behind(text: &[u8], at: usize, byte: u8) -> Option<usize> {
    let at = skip_space(text, at);
    (*text.get(at)? == byte).then(|| skip_space(text, at + 1))
}

/// Where the string is that the line's object has under `type`, quotes included.
pub(super) fn kind(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut at = behind(text, at, b'{')?;
    loop {
        let end = (*text.get(at)? == b'"').then(|| string_end(text, at + 1))?? + 1;
        let value_at = behind(text, end, b':')?;
        let value_end = any_value(text, value_at, DEEPEST)?;
        if text[at..end] == *b"\"type\"" {
            return (text[value_at] == b'"').then_some((value_at, value_end));
        }
        at = behind(text, value_end, b',')?;
    }
}

/// The member whose key begins at `start`, and where the key ends, closing quote included.
fn known_key(shape: &Object, text: &[u8], start: usize) -> Option<(usize, usize)> {
    let member = shape.index.lookup(word(text, start)?)?;
    let end = shape.members.get(member)?.key.skip(text, start)?;
    Some((member, end))
}

/// Passes over an undocumented member, whose key is `key`.
#[cold]
fn strange(
    shape: &Object,
    text: &[u8],
    (start, end): (usize, usize),
    fields: &mut Fields,
    before: usize,
) -> Option<usize> {
    let key = &text[start..end];
    let earlier = &fields.strange()[before..];
    let is_doubled = earlier.iter().any(|it| it.place == shape.place && text[it.key()] == *key);
    let is_refused = shape.refused.iter().any(|refused| refused == key);
    if is_doubled || is_refused || key.contains(&b'\\') || earlier.len() >= MOST_STRANGE {
        return None;
    }
    fields.push_strange(shape.place, start, end);
    any_value(text, behind(text, end, b':')?, DEEPEST)
}

/// Undocumented members that are compared with each other for doubled keys.
const MOST_STRANGE: usize = 16;

/// Levels of nesting below an undocumented member.
const DEEPEST: usize = 3;

/// The deepest nesting that a proven line can have: an event's own three levels and these.
pub(crate) const DEEPEST_PROVEN: usize = 3 + DEEPEST;

fn value(shape: &Shape, text: &[u8], at: usize, fields: &mut Fields) -> Option<usize> {
    let (slot, end) = match shape {
        Shape::Object(shape) => return object(shape, text, at, fields),
        Shape::Text { slot, min_bytes } => {
            if *text.get(at)? != b'"' {
                return None;
            }
            let end = string_end(text, at + 1)?;
            if end < at + 1 + min_bytes {
                return None;
            }
            (*slot, end + 1)
        }
        Shape::OneOf { slot, texts } => {
            (*slot, texts.iter().find_map(|literal| literal.skip(text, at))?)
        }
        Shape::Natural { slot } => (*slot, natural_end(text, at)?),
        Shape::Number { slot } => (*slot, number_end(text, at)?),
    };
    fields.set(slot, at, end);
    Some(end)
}

/// Passes over any value, whose objects must not have doubled keys.
fn any_value(text: &[u8], at: usize, levels: usize) -> Option<usize> {
    match text.get(at)? {
        b'"' => Some(string_end(text, at + 1)? + 1),
        b'-' | b'0'..=b'9' => number_end(text, at),
        b't' => literal(text, at, b"true"),
        b'f' => literal(text, at, b"false"),
        b'n' => literal(text, at, b"null"),
        b'[' if levels > 0 => any_array(text, at, levels - 1),
        b'{' if levels > 0 => any_object(text, at, levels - 1),
        _ => None,
    }
}

fn literal(text: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    text[at..].starts_with(word).then_some(at + word.len())
}

fn any_array(text: &[u8], at: usize, levels: usize) -> Option<usize> {
    let mut at = skip_space(text, at + 1);
    if text.get(at) == Some(&b']') {
        return Some(at + 1);
    }
    loop {
        at = skip_space(text, any_value(text, at, levels)?);
        match text.get(at)? {
            b',' => at = skip_space(text, at + 1),
            b']' => return Some(at + 1),
            _ => return None,
        }
    }
}

fn any_object(text: &[u8], at: usize, levels: usize) -> Option<usize> {
    let mut keys = [(0, 0); MOST_STRANGE];
    let mut at = skip_space(text, at + 1);
    if text.get(at) == Some(&b'}') {
        return Some(at + 1);
    }
    for count in 0..MOST_STRANGE {
        if *text.get(at)? != b'"' {
            return None;
        }
        let end = string_end(text, at + 1)? + 1;
        let key = &text[at..end];
        let is_doubled = keys[..count].iter().any(|&(start, end)| text[start..end] == *key);
        if is_doubled || key.contains(&b'\\') {
            return None;
        }
        keys[count] = (at, end);
        at = skip_space(text, any_value(text, behind(text, end, b':')?, levels)?);
        match text.get(at)? {
            b',' => at = skip_space(text, at + 1),
            b'}' => return Some(at + 1),
            _ => return None,
        }
    }
    None
}

impl KeyIndex {
    pub(super) const SIZE: usize = 32;

    /// An index of `keys` (without quotes), if their first bytes tell them apart.
    pub(super) fn new(keys: &[&[u8]]) -> Option<Self> {
        let first = |key: &[u8]| {
            let mut bytes = [0; 8];
            let length = key.len().min(8);
            bytes[..length].copy_from_slice(&key[..length]);
            u64::from_le_bytes(bytes)
        };
        // Odd multipliers from a simple sequence: the first that tells all keys apart.
        let multipliers = (1..1000_u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for multiplier in multipliers {
            let mut index = Self { multiplier, members: [u8::MAX; Self::SIZE] };
            let fits = keys.iter().zip(0_u8..).all(|(key, member)| {
                let place = &mut index.members[Self::hash(first(key), multiplier)];
                std::mem::replace(place, member) == u8::MAX
            });
            if fits {
                return Some(index);
            }
        }
        None
    }

    /// The member that a key can be whose first bytes, and what follows them, are `word`.
    #[inline]
    fn lookup(&self, word: u64) -> Option<usize> {
        let quotes = word ^ (ONES * 0x22);
        let quote = quotes.wrapping_sub(ONES) & !quotes & HIGHS;
        let bits = quote.trailing_zeros() & !7;
        let key = if bits >= 64 { word } else { word & !(u64::MAX << bits) };
        let member = self.members[Self::hash(key, self.multiplier)];
        (member != u8::MAX).then_some(member.into())
    }

    fn hash(key: u64, multiplier: u64) -> usize {
        (key.wrapping_mul(multiplier) >> 59) as usize % Self::SIZE
    }
}
