//! Phone numbers: other digits in the same spelling, from a range that is assigned to nobody.
//!
//! No country code begins with 0 (ITU-T E.164, country code zone 0 is not in use), so the first digit
//! of an international number becomes 0. So does the first digit of a number without a country code,
//! because no area code and no exchange of North America begins with 0. Where the number has a trunk 0
//! already, the two digits after it become 0, too. The other digits are permuted, separately for each
//! value of the digits that were lost. So two numbers that begin with the same digit, as all of one
//! country code do, never become the same one. For all numbers that is impossible, because more of
//! them are assigned than are not: two others become the same one as rarely as one is guessed.

use super::key::Key;
use super::permutation::{self, Digit};
use super::spelling::Character;

/// Digits of a phone number: fewer are an extension, and E.164 allows 15, after a prefix of two.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=17;

/// Characters that stand between digits.
const BETWEEN: &[u8] = b" ()-./";

/// No-break space and non-breaking hyphen, which do so, too.
const BETWEEN_BEYOND: [u32; 2] = [0xa0, 0x2011];

/// Where the digits of a phone number are; `None` where `text` is none.
fn places(text: &[Character]) -> Option<Vec<usize>> {
    let mut places = Vec::new();
    for (place, character) in text.iter().enumerate() {
        let is_plus = character.code == u32::from(b'+') && places.is_empty();
        let is_between =
            character.is(|byte| BETWEEN.contains(byte)) || BETWEEN_BEYOND.contains(&character.code);
        if character.is(u8::is_ascii_digit) {
            places.push(place);
        } else if !is_plus && !is_between {
            return None;
        }
    }
    DIGITS.contains(&places.len()).then_some(places)
}

/// Whether `text` is a phone number.
pub(super) fn is_phone(text: &[Character]) -> bool {
    places(text).is_some()
}

/// Replaces the digits of a phone number, however they are spelled: equal digits by equal ones.
pub(super) fn replace(key: &Key, text: &mut [Character]) {
    let Some(places) = places(text) else { return };
    let is_international = text.iter().any(|it| it.code == u32::from(b'+'));
    let old: Vec<u32> = places.iter().map(|&at| text[at].code - u32::from(b'0')).collect();
    let (kept, zeros) = match old.as_slice() {
        _ if is_international => (0, 1),
        // The international prefix of most countries.
        [0, 0, ..] => (2, 1),
        // A trunk prefix.
        [0, ..] => (0, 3),
        _ => (0, 1),
    };
    let lost = &old[kept..kept + zeros];
    let mut digits: Vec<Digit> = old[kept + zeros..].iter().map(|digit| (*digit, 10)).collect();
    let mut form = b"phone".to_vec();
    form.extend(lost.iter().flat_map(|digit| digit.to_le_bytes()));
    permutation::replace(key, &form, &mut digits);
    let new = old[..kept].iter().copied().chain(std::iter::repeat_n(0, zeros));
    let new = new.chain(digits.into_iter().map(|(value, _)| value));
    for (&place, digit) in places.iter().zip(new) {
        text[place] = text[place].with(u32::from(b'0') + digit);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::spelling::{characters, token};
    use super::*;

    fn replaced(text: &str) -> String {
        let mut text = characters(format!("\"{text}\"").as_bytes());
        assert!(is_phone(&text));
        replace(&Key::new(b"a key for tests"), &mut text);
        assert!(is_phone(&text));
        String::from_utf8(token(&text)).expect("it is UTF-8").trim_matches('"').to_owned()
    }

    fn digits(text: &str) -> String {
        text.chars().filter(char::is_ascii_digit).collect()
    }

    #[test]
    fn a_phone_number_keeps_its_spelling_and_loses_its_country() {
        for (text, start) in [
            ("+1 (415) 999-0000", "+0 ("),
            ("+14159990000", "+0"),
            ("(415) 999-0000", "(0"),
            ("0049 30 901820", "000"),
            ("030/901820", "000/"),
            ("9990000", "0"),
        ] {
            let other = replaced(text);
            assert!(other.starts_with(start), "{text} {other}");
            let shape = |text: &str| text.replace(|it: char| it.is_ascii_digit(), "9");
            assert_eq!(shape(text), shape(&other));
            assert_ne!(text, other);
        }
    }

    #[test]
    fn one_number_in_two_spellings_stays_one_number() {
        assert_eq!(digits(&replaced("+1 (415) 999-0000")), digits(&replaced("+14159990000")));
        assert_eq!(
            replaced("0049309018").trim_start_matches('0'),
            replaced("+49309018").trim_start_matches(['+', '0'])
        );
    }

    #[test]
    fn no_two_numbers_of_a_country_become_one() {
        let all: BTreeSet<String> =
            (0..20_000).map(|nth| replaced(&format!("+1415{:07}", nth * 499))).collect();
        assert_eq!(all.len(), 20_000);
    }

    #[test]
    fn what_is_no_phone_number_is_not_taken_for_one() {
        for text in ["", "911", "1234", "12-34-x5678", "415+9990000", "123456789012345678"] {
            assert!(!is_phone(&characters(format!("\"{text}\"").as_bytes())), "{text}");
        }
    }
}
