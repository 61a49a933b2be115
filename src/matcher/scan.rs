//! Looking at many bytes at once: literals 32 at a time, strings 16, digits eight.
//!
//! On plain arrays and integers: the compiler makes wide instructions of loops over arrays of fixed
//! size, so there is no need for `unsafe`. The small ones are always inlined: as calls they cost a
//! quarter more instructions a line (callgrind, audiostats: 1,228 against 1,011). `None` means that a
//! line is not proven, never that it is wrong.

#![expect(clippy::inline_always, reason = "measured: see the first lines")]

/// Bytes to compare with.
#[derive(Debug, Clone)]
pub(super) struct Literal {
    bytes: [u8; 32],
    mask: [u8; 32],
    length: usize,
}

/// Zero bytes that must follow a block: wide loads near its end stay inside the buffer.
pub(crate) const SLACK: usize = 64;

pub(super) const ONES: u64 = 0x0101_0101_0101_0101;
pub(super) const HIGHS: u64 = 0x8080_8080_8080_8080;

/// The eight bytes from `at` on, the first in the lowest place.
#[inline(always)]
pub(super) fn word(text: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*text.get(at..)?.first_chunk()?))
}

impl Literal {
    pub(super) const LONGEST: usize = 32;

    /// The bytes to compare with, at most [`Literal::LONGEST`].
    pub(super) fn new(bytes: &[u8]) -> Self {
        let mut literal = Self { bytes: [0; 32], mask: [0; 32], length: bytes.len().min(32) };
        literal.bytes[..literal.length].copy_from_slice(&bytes[..literal.length]);
        literal.mask[..literal.length].fill(0xff);
        literal
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// Where `text` goes on if the literal stands at `at`. All 32 bytes are compared, which
    /// compiles to four wide instructions; the mask keeps those behind the literal out.
    #[inline(always)]
    pub(super) fn skip(&self, text: &[u8], at: usize) -> Option<usize> {
        let found: &[u8; 32] = text.get(at..)?.first_chunk()?;
        let wanted = self.bytes.iter().zip(&self.mask);
        let differences = found
            .iter()
            .zip(wanted)
            .fold(0, |so_far, (byte, (wanted, mask))| so_far | ((byte ^ wanted) & mask));
        (differences == 0).then_some(at + self.length)
    }
}

/// The first byte from `at` on that is not white space within a line.
#[inline(always)]
pub(super) fn skip_space(text: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\r') = text.get(at) {
        at += 1;
    }
    at
}

/// Where a string that begins behind its opening quote, at `start`, has its closing one. Checks
/// escapes, control characters and UTF-8.
#[inline(always)]
pub(super) fn string_end(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    while let Some(bytes) = text.get(at..)?.first_chunk() {
        let plain = plain_bytes(bytes);
        at += plain;
        if plain < PLAIN {
            return if text[at] == b'"' { Some(at) } else { odd_string_end(text, start) };
        }
    }
    None
}

/// Bytes of a string looked at together.
const PLAIN: usize = 16;

/// How many of these bytes, from the first on, a string can contain as they are and are ASCII.
/// Without branches: the compiler makes a few wide instructions of it.
#[inline(always)]
fn plain_bytes(bytes: &[u8; PLAIN]) -> usize {
    let odd = bytes.map(|byte| {
        let control = u8::from(byte < 0x20);
        control | u8::from(byte == b'"') | u8::from(byte == b'\\') | (byte >> 7)
    });
    (u128::from_le_bytes(odd).trailing_zeros() / 8) as usize
}

/// The same for a string with escapes or characters beyond ASCII.
fn odd_string_end(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    let mut high = 0;
    loop {
        let word = word(text, at)?;
        let stop = stops(word);
        if stop == 0 {
            high |= word & HIGHS;
            at += 8;
            continue;
        }
        let place = stop.trailing_zeros() / 8;
        high |= word & HIGHS & !(u64::MAX << (place * 8));
        at += place as usize;
        match text[at] {
            b'"' => break,
            b'\\' => at = escape_end(text, at)?,
            _ => return None,
        }
    }
    if high != 0 && std::str::from_utf8(&text[start..at]).is_err() {
        return None;
    }
    Some(at)
}

/// The high bits of the bytes that a string cannot simply contain: quotes, backslashes, controls.
/// Bytes above the first such one may be marked falsely.
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

/// Where a whole number from 0 on ends that begins at `start`, spelled with digits only.
#[inline(always)]
pub(super) fn natural_end(text: &[u8], start: usize) -> Option<usize> {
    let digits = word(text, start)? ^ (ONES * 0x30);
    let others = (digits.wrapping_add(ONES * 0x76) | digits) & HIGHS;
    let count = others.trailing_zeros() / 8;
    // One to seven digits, and not a zero before others.
    if matches!(count, 1..=7) && (digits & 0xff != 0 || count == 1) {
        return Some(start + count as usize);
    }
    long_natural_end(text, start)
}

/// Up to 18 digits: what 64 bits hold exactly, whatever follows.
fn long_natural_end(text: &[u8], start: usize) -> Option<usize> {
    let count = text[start..].iter().take(19).take_while(|byte| byte.is_ascii_digit()).count();
    let leading_zero = text.get(start) == Some(&b'0') && count > 1;
    (matches!(count, 1..=18) && !leading_zero).then_some(start + count)
}

/// Where any number ends that begins at `start`.
pub(super) fn number_end(text: &[u8], start: usize) -> Option<usize> {
    if let Some(end) = natural_end(text, start)
        && !matches!(text.get(end), Some(b'.' | b'e' | b'E'))
    {
        return Some(end);
    }
    let mut at = start + usize::from(text.get(start) == Some(&b'-'));
    let digits = |from: usize| text[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(at);
    if whole == 0 || whole > 1 && text[at] == b'0' {
        return None;
    }
    at += whole;
    if text.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if fraction == 0 {
            return None;
        }
        at += 1 + fraction;
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at);
        if exponent == 0 {
            return None;
        }
        at += exponent;
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn padded(text: &str) -> Vec<u8> {
        let mut bytes = text.as_bytes().to_vec();
        bytes.resize(bytes.len() + SLACK, 0);
        bytes
    }

    #[test]
    fn strings_end_at_their_quote() {
        for (text, end) in [
            ("\"", Some(0)),
            ("abcdefgh\"", Some(8)),
            ("0123456789abcdef0\"x", Some(17)),
            ("a\\\"b\"", Some(4)),
            ("\\u00e9\"", Some(6)),
            ("é\"", Some(2)),
            ("a\tb\"", None),
            ("\\x\"", None),
            ("\\u12g4\"", None),
            ("never ends", None),
        ] {
            assert_eq!(string_end(&padded(text), 0), end, "{text}");
        }
        let mut broken = padded("a?b\"");
        broken[1] = 0xff;
        assert_eq!(string_end(&broken, 0), None);
    }

    #[test]
    fn naturals_are_digits_only() {
        for (text, end) in [
            ("0,", Some(1)),
            ("1500}", Some(4)),
            ("12345678901,", Some(11)),
            ("123456789012345678 ", Some(18)),
            ("1234567890123456789,", None),
            ("00,", None),
            ("-1,", None),
            ("x", None),
        ] {
            assert_eq!(natural_end(&padded(text), 0), end, "{text}");
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
            assert_eq!(number_end(&padded(text), 0), end, "{text}");
        }
    }
}
