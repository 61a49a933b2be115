//! Where JSON text has its brackets outside of strings, 64 bytes at a time.
//!
//! Quotes are told from escaped ones, and text within strings from text outside, with whole words of
//! bits, as simdjson does it (Langdale and Lemire, Parsing Gigabytes of JSON per Second, 2019).

use wide::u8x16;

/// Bytes that are looked at together.
pub(super) const WINDOW: usize = 64;

/// What is carried from one window to the next.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Carry {
    pub(super) in_string: bool,
    /// Whether the next byte follows a backslash that escapes it.
    is_escaped: bool,
}

/// What a window holds, a bit for each byte.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    /// Brackets and braces outside of strings.
    pub(super) brackets: u64,
    /// Newlines and record separators inside of strings, where JSON allows none.
    pub(super) breaks: u64,
    /// Record separators outside of strings.
    pub(super) separators: u64,
}

impl Window {
    /// Looks at the first [`WINDOW`] bytes of `text`, or at all of it; `carry` is then that for what
    /// follows.
    pub(super) fn of(text: &[u8], carry: &mut Carry) -> Self {
        match text.first_chunk() {
            Some(bytes) => Self::look(bytes, WINDOW, carry),
            None => {
                let mut bytes = [0; WINDOW];
                bytes[..text.len()].copy_from_slice(text);
                Self::look(&bytes, text.len(), carry)
            }
        }
    }

    fn look(bytes: &[u8; WINDOW], length: usize, carry: &mut Carry) -> Self {
        let mut found = [0_u64; 5];
        let (lanes, _) = bytes.as_chunks::<16>();
        for (lane, index) in lanes.iter().zip(0..) {
            let text = u8x16::new(*lane);
            // `[` and `{`, and `]` and `}`, differ in this bit only.
            let folded = text | u8x16::splat(0x20);
            let bracket = folded.simd_eq(u8x16::splat(b'{')) | folded.simd_eq(u8x16::splat(b'}'));
            let lines = text.simd_eq(u8x16::splat(b'\n'));
            let separators = text.simd_eq(u8x16::splat(super::shape::RECORD_SEPARATOR));
            let quotes = text.simd_eq(u8x16::splat(b'"'));
            let backslashes = text.simd_eq(u8x16::splat(b'\\'));
            for (all, one) in
                found.iter_mut().zip([bracket, lines, separators, quotes, backslashes])
            {
                *all |= u64::from(one.to_bitmask()) << (16 * index);
            }
        }
        let [brackets, lines, separators, quotes, backslashes] = found;
        let escaped = escaped(backslashes, length, &mut carry.is_escaped);
        let quotes = quotes & !escaped;
        let inside = prefix_xor(quotes) ^ if carry.in_string { u64::MAX } else { 0 };
        let last = if length == 0 { carry.in_string } else { inside >> (length - 1) & 1 == 1 };
        carry.in_string = last;
        Self {
            brackets: brackets & !inside,
            breaks: (lines | separators) & inside,
            separators: separators & !inside,
        }
    }
}

/// The bytes that a backslash escapes: those behind an odd number of backslashes.
fn escaped(backslashes: u64, length: usize, is_first: &mut bool) -> u64 {
    const EVEN: u64 = 0x5555_5555_5555_5555;
    let carried = u64::from(*is_first);
    if backslashes == 0 {
        *is_first = length == 0 && *is_first;
        return carried;
    }
    let backslashes = backslashes & !carried;
    let follows = backslashes << 1 | carried;
    let odd_starts = backslashes & !EVEN & !follows;
    let (even_ends, overflow) = odd_starts.overflowing_add(backslashes);
    let escaped = (EVEN ^ (even_ends << 1)) & follows;
    *is_first = if length == WINDOW { overflow } else { escaped >> length & 1 == 1 };
    escaped
}

/// Each bit with all lower ones added without carry: inside of strings, from quotes.
fn prefix_xor(bits: u64) -> u64 {
    [1, 2, 4, 8, 16, 32].into_iter().fold(bits, |bits, shift| bits ^ (bits << shift))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    /// The same byte by byte.
    fn plainly(text: &[u8]) -> Vec<(usize, u8)> {
        let (mut found, mut in_string, mut is_escaped) = (Vec::new(), false, false);
        for (at, &byte) in text.iter().enumerate() {
            let was_escaped = std::mem::take(&mut is_escaped);
            match byte {
                b'\\' if !was_escaped => is_escaped = true,
                b'"' if !was_escaped => in_string = !in_string,
                b'[' | b']' | b'{' | b'}' if !in_string => found.push((at, byte)),
                b'\n' | 0x1e if in_string => found.push((at, byte)),
                0x1e => found.push((at, byte)),
                _ => {}
            }
        }
        found
    }

    fn by_window(text: &[u8], cuts: usize) -> Vec<(usize, u8)> {
        let (mut found, mut at, mut carry) = (Vec::new(), 0, Carry::default());
        while at < text.len() {
            let end = (at + cuts).min(text.len());
            let window = Window::of(&text[at..end], &mut carry);
            let all = window.brackets | window.breaks | window.separators;
            let bits = (0..WINDOW).filter(|bit| all >> bit & 1 == 1);
            found.extend(bits.map(|bit| (at + bit, text[at + bit])));
            at += cuts.min(WINDOW);
        }
        found
    }

    proptest! {
        #[test]
        fn windows_find_what_a_walk_finds(
            text in prop::collection::vec(select(&b"\"\"\\\\{}[]\n\x1ea\xc3,:"[..]), 0..400),
            cuts in 1_usize..=WINDOW,
        ) {
            prop_assert_eq!(by_window(&text, WINDOW), plainly(&text));
            prop_assert_eq!(by_window(&text, cuts), plainly(&text));
        }
    }
}
