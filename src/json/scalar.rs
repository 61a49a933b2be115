//! A scalar in a text, and the number that it is.

use std::ops::Range;

/// A scalar, as a text spells it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scalar<'a> {
    /// The text up to the scalar's end: digits are read four bytes at a time.
    text: &'a [u8],
    length: usize,
}

/// Largest whole number up to which doubles, and so JavaScript, have all.
const FARTHEST: i64 = 1 << 53;

/// Bytes that are read at a time.
const WORD: usize = size_of::<u32>();

impl<'a> Scalar<'a> {
    /// The scalar at `span` of `text`.
    pub(crate) fn new(text: &'a [u8], span: Range<usize>) -> Self {
        Self { text: &text[..span.end], length: span.end - span.start }
    }

    /// Its bytes, quotes included.
    pub(crate) fn spelled(self) -> &'a [u8] {
        &self.text[self.text.len() - self.length..]
    }

    /// The whole number between ±2^53 that it is: `12`, `12.0` and `1.2e1` are the same.
    pub(crate) fn whole(self) -> Option<i64> {
        self.few_digits().map(i64::from).or_else(|| whole(self.spelled()))
    }

    /// The number that it is, as JavaScript reads it.
    pub(crate) fn double(self) -> Option<f64> {
        double(self.spelled())
    }

    /// The number of one to four digits, which most have, without a branch per digit: what stands
    /// before them becomes zeros, and all digits are taken at once.
    pub(crate) fn few_digits(self) -> Option<u32> {
        const ZEROS: u32 = u32::from_le_bytes([b'0'; WORD]);
        // What makes a byte greater than 9 set its highest bit.
        const BEYOND_NINE: u32 = u32::from_le_bytes([0x7f - 9; WORD]);
        const HIGHEST_BITS: u32 = u32::from_le_bytes([0x80; WORD]);
        let word = u32::from_le_bytes(*self.text.last_chunk()?);
        if self.length == 0 || self.length > WORD {
            return None;
        }
        let digits = (word ^ ZEROS) & u32::MAX << (8 * (WORD - self.length));
        let is_other = (digits | digits.wrapping_add(BEYOND_NINE)) & HIGHEST_BITS != 0;
        // The first and the third byte become pairs of digits.
        let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
        (!is_other).then_some((pairs & 0xff) * 100 + (pairs >> 16 & 0xff))
    }
}

#[cold]
fn whole(spelled: &[u8]) -> Option<i64> {
    // Up to 15 digits, as times have, in one pass without a branch.
    if (1..=15).contains(&spelled.len()) {
        let (mut sum, mut is_other) = (0, false);
        for byte in spelled {
            let digit = byte.wrapping_sub(b'0');
            is_other |= digit > 9;
            sum = 10 * sum + i64::from(digit);
        }
        if !is_other {
            return Some(sum);
        }
    }
    let number = double(spelled)?;
    #[expect(clippy::cast_precision_loss, reason = "2^53 is a double")]
    let is_whole = number.fract() == 0.0 && number.abs() <= FARTHEST as f64;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
    is_whole.then_some(number as i64)
}

fn double(spelled: &[u8]) -> Option<f64> {
    std::str::from_utf8(spelled).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads `text` where it stands behind others, and where nothing stands before it.
    fn whole(text: &str) -> Option<i64> {
        let behind = format!("\"packetsLost\":99{text}");
        let [alone, behind] = [text, &behind]
            .map(|all| Scalar::new(all.as_bytes(), all.len() - text.len()..all.len()).whole());
        assert_eq!(alone, behind, "{text}");
        alone
    }

    #[test]
    fn a_whole_number_is_one_that_javascript_can_count_to() {
        let wholes = ["12", "12.0", "1.2e1", "-3", "9007199254740992"].map(whole);
        assert_eq!(wholes, [Some(12), Some(12), Some(12), Some(-3), Some(1 << 53)]);
        for other in ["9223372036854775808", "1e999", "\"3\"", "1.5", "", "true", "[1]", "1:", "1/"]
        {
            assert_eq!(whole(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn digits_are_the_number_that_the_standard_library_reads(text in "[0-9]{1,12}") {
            prop_assert_eq!(whole(&text), text.parse().ok());
        }

        #[test]
        fn what_has_a_byte_that_is_no_digit_is_no_row_of_digits(
            digits in "[0-9]{1,4}", at in 0_usize..4, byte in any::<u8>(),
        ) {
            let mut text = digits.into_bytes();
            let at = at % text.len();
            text[at] = byte;
            let scalar = Scalar::new(&text, 0..text.len());
            let behind = [b"0000", &text[..]].concat();
            let behind = Scalar::new(&behind, 4..behind.len());
            prop_assert_eq!(behind.few_digits().is_some(), text.iter().all(u8::is_ascii_digit));
            prop_assert_eq!(scalar.whole(), behind.whole());
        }
    }
}
