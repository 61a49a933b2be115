//! Numbers: other digits in the same places. A number that is whole stays whole, and `12.0` becomes
//! what `12` becomes, for both are the same number.

use super::key::Key;
use super::permutation::{self, Digit};

/// Where the digits of a number are.
struct Parts {
    whole: std::ops::Range<usize>,
    fraction: std::ops::Range<usize>,
}

/// Whether `text` is written as a JSON number without an exponent.
pub(super) fn is_plain(text: &[u8]) -> bool {
    parts(text).is_some_and(|parts| {
        let end = parts.fraction.end.max(parts.whole.end);
        let whole = &text[parts.whole];
        end == text.len() && (whole.len() == 1 || whole.first() != Some(&b'0'))
    })
}

/// Replaces the digits of a number that follows JSON's grammar. Its exponent stays.
pub(super) fn replace(key: &Key, text: &mut [u8]) {
    let Some(Parts { whole, fraction }) = parts(text) else { return };
    let is_whole = text[fraction.clone()].iter().all(|digit| *digit == b'0');
    let fraction = if is_whole { fraction.start..fraction.start } else { fraction };
    let places: Vec<usize> = whole.clone().chain(fraction.clone()).collect();
    // No leading zero, where there is more than one digit.
    let least = |place: usize| if place == whole.start && whole.len() > 1 { b'1' } else { b'0' };
    let mut digits: Vec<Digit> = places
        .iter()
        .map(|&place| {
            let least = least(place);
            (u32::from(text[place].saturating_sub(least)), u32::from(b'9' - least) + 1)
        })
        .collect();
    let form = [b"number".as_slice(), &(whole.len() as u64).to_le_bytes()].concat();
    let is_right =
        |digits: &[Digit]| is_whole || digits.iter().skip(whole.len()).any(|(value, _)| *value > 0);
    permutation::replace_within(key, &form, &mut digits, is_right);
    for (&place, (value, _)) in places.iter().zip(digits) {
        text[place] = least(place) + u8::try_from(value).unwrap_or_default();
    }
}

fn parts(text: &[u8]) -> Option<Parts> {
    let digits = |from: usize| {
        let count = text.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
        from..from + count
    };
    let whole = digits(usize::from(text.first() == Some(&b'-')));
    if whole.is_empty() {
        return None;
    }
    let has_fraction = text.get(whole.end) == Some(&b'.');
    let fraction = if has_fraction { digits(whole.end + 1) } else { whole.end..whole.end };
    (!has_fraction || !fraction.is_empty()).then_some(Parts { whole, fraction })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(text: &str) -> String {
        let mut text = text.as_bytes().to_vec();
        replace(&Key::new(b"a key for tests"), &mut text);
        String::from_utf8(text).expect("they are digits")
    }

    #[test]
    fn a_number_keeps_its_form() {
        for text in ["0", "7", "-12", "4159990000", "12.5", "-0.0015", "1e999", "1.50E-7", "0.0"] {
            let other = replaced(text);
            assert_ne!(text, other);
            let shape = |text: &str| text.replace(|it: char| it.is_ascii_digit(), "9");
            let exponent = |text: &str| text.split(['e', 'E']).nth(1).map(str::to_owned);
            assert_eq!(shape(text), shape(&other));
            assert_eq!(exponent(text), exponent(&other));
            assert_eq!(is_plain(text.as_bytes()), is_plain(other.as_bytes()));
        }
    }

    #[test]
    fn equal_numbers_become_equal_ones() {
        assert_eq!(format!("{}.0", replaced("12")), replaced("12.0"));
    }

    #[test]
    fn a_plain_number_has_no_leading_zero() {
        assert!(is_plain(b"12.0") && is_plain(b"0") && is_plain(b"-5"));
        assert!(!is_plain(b"007") && !is_plain(b"1e5") && !is_plain(b"1.") && !is_plain(b"12a"));
    }
}
