//! Decimal numbers compared by their spelling: exactly, with any number of digits.

use std::cmp::Ordering;

/// A decimal number in parts: the digits around its point, and its exponent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decimal<'a> {
    is_negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    exponent: i64,
}

impl<'a> Decimal<'a> {
    /// Parses JSON numbers and other usual spellings: `+5`, `.5`, `007`.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let (is_negative, rest) = sign(text.as_bytes());
        let (whole, rest) = digits(rest);
        let (fraction, rest) = match rest {
            [b'.', rest @ ..] => digits(rest),
            rest => (&[][..], rest),
        };
        let exponent = match rest {
            [] => 0,
            [b'e' | b'E', rest @ ..] => exponent(rest)?,
            _ => return None,
        };
        let has_digits = !whole.is_empty() || !fraction.is_empty();
        has_digits.then_some(Self { is_negative, whole, fraction, exponent })
    }

    /// Compares two numbers; `-0` equals 0.
    pub(crate) fn compare(self, other: Self) -> Ordering {
        match (self.sign(), other.sign()) {
            (Ordering::Less, Ordering::Less) => other.compare_magnitude(self),
            (Ordering::Greater, Ordering::Greater) => self.compare_magnitude(other),
            (sign, other_sign) => sign.cmp(&other_sign),
        }
    }

    /// Compares the number to 0.
    fn sign(self) -> Ordering {
        match self.digits().next() {
            None => Ordering::Equal,
            Some(_) if self.is_negative => Ordering::Less,
            Some(_) => Ordering::Greater,
        }
    }

    /// Neither number is 0.
    fn compare_magnitude(self, other: Self) -> Ordering {
        let by_size = self.size().cmp(&other.size());
        by_size.then_with(|| {
            let length = self.digits().count().max(other.digits().count());
            let padded = |it: Self| it.digits().chain(std::iter::repeat(b'0')).take(length);
            padded(self).cmp(padded(other))
        })
    }

    /// The digits, starting with the first that is not 0.
    fn digits(self) -> impl Iterator<Item = u8> + 'a {
        self.whole.iter().chain(self.fraction).copied().skip_while(|digit| *digit == b'0')
    }

    /// Number of digits before the point once the exponent is applied; negative if zeros follow the
    /// point.
    fn size(self) -> i64 {
        let all = self.whole.len() + self.fraction.len();
        let zeros = all - self.digits().count();
        let before_point = i64::try_from(self.whole.len()).unwrap_or(i64::MAX);
        let zeros = i64::try_from(zeros).unwrap_or(i64::MAX);
        self.exponent.saturating_add(before_point - zeros)
    }
}

impl Decimal<'_> {
    /// The number as an integer of 64 bits, if it is one, whatever its spelling.
    pub(crate) fn to_i64(self) -> Option<i64> {
        /// Digits of `i64::MAX`.
        const MOST_DIGITS: usize = 19;
        if self.sign() == Ordering::Equal {
            return Some(0);
        }
        let size = usize::try_from(self.size()).ok().filter(|size| *size <= MOST_DIGITS)?;
        let mut digits = self.digits();
        let mut magnitude = 0_i128;
        for _ in 0..size {
            magnitude = 10 * magnitude + i128::from(digits.next().unwrap_or(b'0') - b'0');
        }
        if digits.any(|digit| digit != b'0') {
            return None;
        }
        i64::try_from(if self.is_negative { -magnitude } else { magnitude }).ok()
    }
}

/// The sign, and the text after it.
fn sign(bytes: &[u8]) -> (bool, &[u8]) {
    match bytes {
        [sign @ (b'-' | b'+'), rest @ ..] => (*sign == b'-', rest),
        rest => (false, rest),
    }
}

fn digits(bytes: &[u8]) -> (&[u8], &[u8]) {
    let count = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    bytes.split_at(count)
}

/// An exponent beyond 64 bits becomes the largest one.
fn exponent(bytes: &[u8]) -> Option<i64> {
    let (is_negative, bytes) = sign(bytes);
    let (digits, rest) = digits(bytes);
    if digits.is_empty() || !rest.is_empty() {
        return None;
    }
    let size = digits
        .iter()
        .fold(0_i64, |size, digit| size.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
    Some(if is_negative { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(left: &str, right: &str) -> Ordering {
        let [left, right] = [left, right].map(|it| Decimal::parse(it).expect(it));
        let order = left.compare(right);
        assert_eq!(right.compare(left), order.reverse());
        order
    }

    #[test]
    fn equal_numbers_are_equal_however_they_are_spelled() {
        for same in [
            &["0", "-0", "-0.0", "0e400", "+0", "0.00e-9", ".0"][..],
            &["5", "5.0", "05", "+5", "0.5e1", "500e-2", "5."],
            &["-12.5", "-125e-1", "-0.00125E+4"],
            &["9007199254740993", "9007199254740993.0", "9.007199254740993e15"],
            &["1e400", "10e399", "0.1e401"],
        ] {
            for (left, right) in
                same.iter().flat_map(|it| same.iter().map(move |other| (it, other)))
            {
                assert_eq!(compare(left, right), Ordering::Equal, "{left} {right}");
            }
        }
    }

    #[test]
    fn smaller_numbers_come_first() {
        let ordered = [
            "-1e99999999999999999999",
            "-1e400",
            "-18446744073709551616",
            "-9007199254740993",
            "-9007199254740992",
            "-2.5",
            "-2.49",
            "-1e-400",
            "0",
            "1e-99999999999999999999",
            "1e-400",
            "0.001",
            "0.1",
            "9",
            "10",
            "10.000000000000000000000000001",
            "9007199254740992",
            "9007199254740993",
            "18446744073709551615",
            "18446744073709551616",
            "1e400",
            "1e401",
        ];
        for (index, left) in ordered.iter().enumerate() {
            for right in &ordered[index + 1..] {
                assert_eq!(compare(left, right), Ordering::Less, "{left} {right}");
            }
        }
    }

    #[test]
    fn a_whole_number_is_an_integer_whatever_its_spelling() {
        let whole = |text: &str| Decimal::parse(text).expect(text).to_i64();
        assert_eq!(whole("1e3"), Some(1000));
        assert_eq!(whole("-12.50e1"), Some(-125));
        assert_eq!(whole("0.0e99999999999999999999"), Some(0));
        assert_eq!(whole("9223372036854775807.000"), Some(i64::MAX));
        assert_eq!(whole("-9223372036854775808"), Some(i64::MIN));
        for other in
            ["9223372036854775808", "-9223372036854775809", "1.5", "1e-1", "1e19", "0.1e400"]
        {
            assert_eq!(whole(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_not_a_number_is_none() {
        for text in
            ["", "-", ".", "e5", "1e", "1e+", "1.2.3", "0x1", "NaN", "inf", "1 ", "5%", "1e5.0"]
        {
            assert!(Decimal::parse(text).is_none(), "{text}");
        }
    }
}
