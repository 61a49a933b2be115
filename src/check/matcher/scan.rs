//! Scans tokens: literals 32 bytes at a time, strings 16, digits eight.
//!
//! Every function takes the rest of a block and returns what follows the token. `None` means that
//! the line is not accepted, not that it is wrong. The wide comparisons are those of the crate
//! `wide`, which needs no `unsafe` here. The small ones are always inlined: as calls they cost a
//! quarter more instructions per line (callgrind, audiostats: 1,228 against 1,011).

#![expect(clippy::inline_always, reason = "measured: see the first lines")]

use wide::u8x16;

/// Bytes to compare.
#[derive(Debug, Clone)]
pub(super) struct Literal {
    bytes: [[u8; LANES]; 2],
    /// A bit for each byte that is compared.
    wanted: u32,
    length: usize,
}

/// Bytes compared by one instruction.
const LANES: usize = 16;

/// The largest number that the shapes accept, 2^53 − 1, which is also the largest that the schemas
/// accept.
pub(super) const LARGEST: f64 = 9_007_199_254_740_991.0;
const LARGEST_DIGITS: &[u8; LARGEST_LENGTH] = b"9007199254740991";
const LARGEST_LENGTH: usize = 16;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

impl Literal {
    /// One byte less than is compared, so that a length fits into five bits.
    pub(super) const LONGEST: usize = 2 * LANES - 1;

    /// The bytes to compare with, at most [`Literal::LONGEST`].
    pub(super) fn new(bytes: &[u8]) -> Self {
        let length = bytes.len().min(Self::LONGEST);
        let mut literal = Self { bytes: [[0; LANES]; 2], wanted: (1 << length) - 1, length };
        literal.bytes.as_flattened_mut()[..length].copy_from_slice(&bytes[..length]);
        literal
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes.as_flattened()[..self.length]
    }

    /// What follows the literal, if `rest` begins with it. All 32 bytes are compared, and the mask
    /// ignores those after the literal.
    #[inline(always)]
    pub(super) fn strip<'a>(&self, rest: &'a [u8]) -> Option<&'a [u8]> {
        let ([low, high], _) = rest.first_chunk::<{ 2 * LANES }>()?.as_chunks() else {
            return None;
        };
        let same = |found: &[u8; LANES], wanted: &[u8; LANES]| {
            u8x16::new(*found).simd_eq(u8x16::new(*wanted)).to_bitmask()
        };
        let same = same(low, &self.bytes[0]) | same(high, &self.bytes[1]) << LANES;
        (!same & self.wanted == 0).then(|| &rest[self.length % (2 * LANES)..])
    }
}

/// The first eight bytes of `rest`, the first byte in the lowest position.
#[inline(always)]
fn word(rest: &[u8]) -> Option<u64> {
    Some(u64::from_le_bytes(*rest.first_chunk()?))
}

/// Number of bytes before the first quote of `rest`, if there is one within [`LANES`] · 2 bytes.
#[inline(always)]
pub(super) fn unquoted(rest: &[u8]) -> Option<usize> {
    let ([low, high], _) = rest.first_chunk::<{ 2 * LANES }>()?.as_chunks() else { return None };
    let quotes = |bytes: &[u8; LANES]| u8x16::new(*bytes).simd_eq(b'"').to_bitmask();
    let quotes = quotes(low) | quotes(high) << LANES;
    (quotes != 0).then_some(quotes.trailing_zeros() as usize)
}

/// `rest` without leading white space.
pub(super) fn skip_space(mut rest: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r', after @ ..] = rest {
        rest = after;
    }
    rest
}

/// What follows `byte`, with optional white space around it. Usually there is none, or one space
/// after it.
#[inline(always)]
pub(super) fn token(rest: &[u8], byte: u8) -> Option<&[u8]> {
    match rest {
        [first, b' ', next, ..] if *first == byte && *next > b' ' => Some(&rest[2..]),
        [first, next, ..] if *first == byte && *next > b' ' => Some(&rest[1..]),
        _ => spaced_token(rest, byte),
    }
}

#[cold]
fn spaced_token(rest: &[u8], byte: u8) -> Option<&[u8]> {
    let (first, after) = skip_space(rest).split_first()?;
    (*first == byte).then(|| skip_space(after))
}

/// What follows a string's closing quote; `rest` begins after the opening quote. Checks escapes,
/// control characters and UTF-8.
#[inline(always)]
pub(super) fn after_string(rest: &[u8]) -> Option<&[u8]> {
    let mut ahead = rest;
    loop {
        let odd = odd_bytes(ahead.first_chunk()?);
        if odd != 0 {
            let place = odd.trailing_zeros() as usize % LANES;
            return if ahead[place] == b'"' {
                Some(&ahead[place + 1..])
            } else {
                after_odd_string(rest)
            };
        }
        ahead = &ahead[LANES..];
    }
}

/// A bit for each byte that cannot occur in a string unescaped, or that is not ASCII: as signed
/// numbers, non-ASCII bytes and control characters are less than a space.
#[inline(always)]
fn odd_bytes(bytes: &[u8; LANES]) -> u32 {
    let bytes = u8x16::new(*bytes);
    let is_low = bytes.cast_signed().simd_lt(0x20).cast_unsigned();
    (is_low | bytes.simd_eq(b'"') | bytes.simd_eq(b'\\')).to_bitmask()
}

/// The same for a string with escapes or characters beyond ASCII.
fn after_odd_string(rest: &[u8]) -> Option<&[u8]> {
    let mut at = 0;
    let mut high = 0;
    loop {
        let word = word(rest.get(at..)?)?;
        let stop = stops(word);
        if stop == 0 {
            high |= word & HIGHS;
            at += 8;
            continue;
        }
        let place = stop.trailing_zeros() / 8;
        high |= word & HIGHS & !(u64::MAX << (place * 8));
        at += place as usize;
        match rest[at] {
            b'"' => break,
            b'\\' => at = escape_end(rest, at)?,
            _ => return None,
        }
    }
    if high != 0 && std::str::from_utf8(&rest[..at]).is_err() {
        return None;
    }
    Some(&rest[at + 1..])
}

/// The high bits of bytes that cannot occur in a string unescaped: quotes, backslashes, control
/// characters. Bytes after the first one may be marked wrongly.
fn stops(word: u64) -> u64 {
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let quote = zero(word ^ (ONES * 0x22));
    let backslash = zero(word ^ (ONES * 0x5c));
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    (quote | backslash | control) & HIGHS
}

fn escape_end(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at + 1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(at + 2),
        b'u' => {
            let digits = text.get(at + 2..at + 6)?;
            digits.iter().all(u8::is_ascii_hexdigit).then_some(at + 6)
        }
        _ => None,
    }
}

/// What follows a whole number from 0 to [`LARGEST`], spelled with digits only, at the start of
/// `rest`.
#[inline(always)]
pub(super) fn after_natural(rest: &[u8]) -> Option<&[u8]> {
    let digits = word(rest)? ^ (ONES * 0x30);
    let others = (digits.wrapping_add(ONES * 0x76) | digits) & HIGHS;
    let count = others.trailing_zeros() as usize / 8;
    // One to seven digits, or a zero alone. A choice of numbers, not a branch: zeros come and go.
    let most = if rest[0] == b'0' { 1 } else { 7 };
    if count.wrapping_sub(1) < most {
        return Some(&rest[count..]);
    }
    after_long_natural(rest)
}

/// Whole numbers up to [`LARGEST`]: with equally many digits, the larger text is the larger number.
fn after_long_natural(rest: &[u8]) -> Option<&[u8]> {
    let count = rest.iter().take(LARGEST_DIGITS.len() + 1);
    let count = count.take_while(|byte| byte.is_ascii_digit()).count();
    let is_within = match count {
        0 => false,
        1..LARGEST_LENGTH => count == 1 || rest[0] != b'0',
        LARGEST_LENGTH => rest[0] != b'0' && rest[..count] <= LARGEST_DIGITS[..],
        _ => false,
    };
    is_within.then(|| &rest[count..])
}

/// What follows a number from -[`LARGEST`] to [`LARGEST`] at the start of `rest`. Exponents are
/// refused, and so are fractions with so many digits that rounding could exceed the bound.
pub(super) fn after_bounded_number(rest: &[u8]) -> Option<&[u8]> {
    let unsigned = rest.strip_prefix(b"-").unwrap_or(rest);
    let after = after_natural(unsigned)?;
    match after {
        [b'.', fraction @ ..] if unsigned.len() - after.len() < LARGEST_LENGTH => {
            after_digits(fraction).filter(|it| !matches!(it.first(), Some(b'e' | b'E')))
        }
        [b'.' | b'e' | b'E', ..] => None,
        _ => Some(after),
    }
}

/// What follows any number at the start of `rest`.
pub(super) fn after_number(rest: &[u8]) -> Option<&[u8]> {
    if let Some(after) = after_natural(rest)
        && !matches!(after.first(), Some(b'.' | b'e' | b'E'))
    {
        return Some(after);
    }
    let rest = rest.strip_prefix(b"-").unwrap_or(rest);
    let whole = digits(rest);
    if whole == 0 || whole > 1 && rest[0] == b'0' {
        return None;
    }
    let mut rest = &rest[whole..];
    if let [b'.', fraction @ ..] = rest {
        rest = after_digits(fraction)?;
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let sign = usize::from(matches!(exponent.first(), Some(b'+' | b'-')));
        rest = after_digits(&exponent[sign..])?;
    }
    Some(rest)
}

fn digits(rest: &[u8]) -> usize {
    rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// What follows at least one digit.
fn after_digits(rest: &[u8]) -> Option<&[u8]> {
    let count = digits(rest);
    (count > 0).then(|| &rest[count..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::SLACK;

    fn padded(text: &str) -> Vec<u8> {
        let mut bytes = text.as_bytes().to_vec();
        bytes.resize(bytes.len() + SLACK, 0);
        bytes
    }

    /// Number of bytes that `after` consumes at the beginning of `text`.
    fn passed(text: &[u8], after: fn(&[u8]) -> Option<&[u8]>) -> Option<usize> {
        Some(text.len() - after(text)?.len())
    }

    #[test]
    fn strings_end_at_their_quote() {
        for (text, end) in [
            ("\"", Some(1)),
            ("abcdefgh\"", Some(9)),
            ("0123456789abcdef0\"x", Some(18)),
            ("a\\\"b\"", Some(5)),
            ("\\u00e9\"", Some(7)),
            ("é\"", Some(3)),
            ("a\tb\"", None),
            ("\\x\"", None),
            ("\\u12g4\"", None),
            ("never ends", None),
        ] {
            assert_eq!(passed(&padded(text), after_string), end, "{text}");
        }
        let mut broken = padded("a?b\"");
        broken[1] = 0xff;
        assert_eq!(after_string(&broken), None);
    }

    #[test]
    fn naturals_are_digits_only() {
        for (text, end) in [
            ("0,", Some(1)),
            ("1500}", Some(4)),
            ("12345678901,", Some(11)),
            ("999999999999999,", Some(15)),
            ("9007199254740991,", Some(16)),
            ("9007199254740992,", None),
            ("9999999999999999,", None),
            ("12345678901234567,", None),
            ("012345678,", None),
            ("0123456789012345,", None),
            ("00,", None),
            ("-1,", None),
            ("x", None),
        ] {
            assert_eq!(passed(&padded(text), after_natural), end, "{text}");
        }
    }

    #[test]
    fn numbers_follow_the_grammar() {
        for (text, end) in [
            ("-0.5e+10,", Some(8)),
            ("1594944652299}", Some(13)),
            ("01", None),
            ("1.", None),
            ("1e", None),
            ("-", None),
        ] {
            assert_eq!(passed(&padded(text), after_number), end, "{text}");
        }
    }

    #[test]
    fn bounded_numbers_are_those_that_no_rounding_carries_beyond_the_largest() {
        for (text, end) in [
            ("0,", Some(1)),
            ("-0.0,", Some(4)),
            ("-5,", Some(2)),
            ("1594944652299.25}", Some(16)),
            ("999999999999999.9999,", Some(20)),
            ("9007199254740991,", Some(16)),
            ("-9007199254740991,", Some(17)),
            ("9007199254740992,", None),
            ("-9007199254740992,", None),
            ("9007199254740991.9,", None),
            ("99999999999999999,", None),
            ("1e3,", None),
            ("1.5e400,", None),
            ("01,", None),
            ("1.,", None),
            ("--1,", None),
        ] {
            assert_eq!(passed(&padded(text), after_bounded_number), end, "{text}");
        }
    }
}
