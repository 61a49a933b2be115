//! Identifiers, and any other text of which only the shape is known: each character becomes one of
//! its kind, one to one. Numbers, UUIDs and the like, and Salesforce record IDs stay what they are.

use super::character::Kind;
use super::key::Key;
use super::number;
use super::permutation::{self, Digit};
use super::spelling::Character;

/// Replaces the characters of `text`.
pub(super) fn replace(key: &Key, text: &mut [Character]) {
    let ascii: Option<Vec<u8>> = text.iter().map(|it| it.ascii()).collect();
    let Some(ascii) = ascii else { return any(key, b"any", text) };
    if number::is_plain(&ascii) {
        let mut digits = ascii;
        number::replace(key, &mut digits);
        for (character, digit) in text.iter_mut().zip(digits) {
            *character = character.with(digit.into());
        }
    } else if let Some(places) = hexadecimal(&ascii) {
        replace_hexadecimal(key, (&ascii, &places), text);
    } else if let Some(middle) = record_id(&ascii) {
        any(key, &[b"record", &ascii[..middle.start]].concat(), &mut text[middle]);
    } else {
        any(key, b"any", text);
    }
}

/// Replaces each character by one of its kind; where there is none that can be, the punctuation.
fn any(key: &Key, label: &[u8], text: &mut [Character]) {
    let kind = |character: &Character| Kind::of(character.code);
    let is_punctuation = text.iter().all(|it| kind(it).is_none());
    let rank = |character: &Character| match kind(character) {
        Some(kind) => Some((kind.rank(character.code), kind.count())),
        None if is_punctuation => punctuation(*character),
        None => None,
    };
    let mut form = label.to_vec();
    let mut digits: Vec<Digit> = Vec::with_capacity(text.len());
    for character in text.iter() {
        match rank(character) {
            Some(digit) => {
                let first = kind(character).map_or(0, |kind| kind.character(0));
                form.extend([b"kind".as_slice(), &first.to_le_bytes()].concat());
                digits.push(digit);
            }
            None => form.extend([b"same".as_slice(), &character.compared().to_le_bytes()].concat()),
        }
    }
    permutation::replace(key, &form, &mut digits);
    let mut digits = digits.into_iter();
    for character in text.iter_mut().filter(|it| rank(it).is_some()) {
        let Some((value, _)) = digits.next() else { return };
        let code = match kind(character) {
            Some(kind) => kind.character(value),
            None => PUNCTUATION.get(value as usize).copied().unwrap_or(b'.').into(),
        };
        *character = character.with(code);
    }
}

/// What takes the place of punctuation where a text is nothing else.
const PUNCTUATION: &[u8; 32] = br##"!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~"##;

fn punctuation(character: Character) -> Option<Digit> {
    let rank = PUNCTUATION.iter().position(|it| Some(*it) == character.ascii())?;
    Some((u32::try_from(rank).ok()?, u32::try_from(PUNCTUATION.len()).ok()?))
}

/// Digits that a hexadecimal identifier has at least.
const HEXADECIMAL: usize = 16;

/// Where a hexadecimal identifier has its digits, of one case, among them a letter. The version and
/// the variant of a UUID (RFC 9562) are none of them.
fn hexadecimal(text: &[u8]) -> Option<Vec<usize>> {
    let is_uuid = text.len() == 36 && [8, 13, 18, 23].iter().all(|at| text[*at] == b'-');
    let is_digit = |byte: u8| byte.is_ascii_hexdigit();
    if !text.iter().all(|byte| is_digit(*byte) || b"-:{}".contains(byte)) {
        return None;
    }
    let is_fixed = |at: usize| is_uuid && matches!(at, 14 | 19);
    let places: Vec<usize> =
        (0..text.len()).filter(|at| is_digit(text[*at]) && !is_fixed(*at)).collect();
    let letters = || places.iter().map(|at| text[*at]).filter(u8::is_ascii_alphabetic);
    let is_of_one_case =
        letters().all(|it| it.is_ascii_lowercase()) || letters().all(|it| it.is_ascii_uppercase());
    let is_one = places.len() >= HEXADECIMAL && letters().next().is_some() && is_of_one_case;
    is_one.then_some(places)
}

fn replace_hexadecimal(key: &Key, (ascii, places): (&[u8], &[usize]), text: &mut [Character]) {
    let is_upper = places.iter().any(|at| ascii[*at].is_ascii_uppercase());
    let value = |at: &usize| char::from(ascii[*at]).to_digit(16).unwrap_or_default();
    let mut digits: Vec<Digit> = places.iter().map(|at| (value(at), 16)).collect();
    let mut form = [b"hexadecimal".as_slice(), &[u8::from(is_upper)]].concat();
    let mut next = places.iter().peekable();
    for (at, byte) in ascii.iter().enumerate() {
        if next.next_if_eq(&&at).is_none() {
            form.extend((at as u64).to_le_bytes());
            form.push(*byte);
        }
    }
    let has_letter = |digits: &[Digit]| digits.iter().any(|(value, _)| *value > 9);
    permutation::replace_within(key, &form, &mut digits, has_letter);
    for (&at, (value, _)) in places.iter().zip(digits) {
        let digit = char::from_digit(value, 16).unwrap_or('0');
        let digit = if is_upper { digit.to_ascii_uppercase() } else { digit };
        text[at] = text[at].with(digit.into());
    }
}

/// The part of a Salesforce record ID that tells one record from another: what stands before it
/// names the object, and three characters at its end, if there are 18, say which letters are
/// capitals, which they stay.
fn record_id(text: &[u8]) -> Option<std::ops::Range<usize>> {
    let is_alphanumeric = text.iter().all(u8::is_ascii_alphanumeric);
    let is_object = text.first() == Some(&b'0')
        || text.first() == Some(&b'a') && text.get(1).is_some_and(u8::is_ascii_digit);
    let is_one = match text.len() {
        15 => true,
        18 => text[15..] == check_characters(&text[..15]),
        _ => false,
    };
    (is_one && is_alphanumeric && is_object).then_some(3..15)
}

/// Which of each five letters are capitals, as Salesforce writes it.
fn check_characters(text: &[u8]) -> [u8; 3] {
    let mut check = [0; 3];
    for (character, five) in check.iter_mut().zip(text.chunks(5)) {
        let bits =
            five.iter().rev().fold(0, |bits, it| 2 * bits + u8::from(it.is_ascii_uppercase()));
        *character = if bits < 26 { b'A' + bits } else { b'0' + (bits - 26) };
    }
    check
}

#[cfg(test)]
mod tests {
    use super::super::spelling::{characters, token};
    use super::*;

    fn replaced(text: &str) -> String {
        let mut units = characters(format!("\"{text}\"").as_bytes());
        replace(&Key::new(b"a key for tests"), &mut units);
        let token = String::from_utf8(token(&units)).expect("it is UTF-8");
        token[1..token.len() - 1].to_owned()
    }

    #[test]
    fn an_identifier_keeps_its_form() {
        let uuid = "d7a9f1b7-fc17-43fe-8ca7-e584a2b34792";
        let other = replaced(uuid);
        assert_ne!(other, uuid);
        assert_eq!((&other[14..15], &other[19..20], other.len()), ("4", "8", 36));
        assert!(hexadecimal(other.as_bytes()).is_some());
        let id = "0LQRM0000006CSz";
        let other = replaced(id);
        assert_ne!(other, id);
        assert_eq!((&other[..3], other.len()), ("0LQ", 15));
        let long = "0LQRM0000006CSz4AM";
        assert!(record_id(long.as_bytes()).is_some(), "{:?}", check_characters(id.as_bytes()));
        let other = replaced(long);
        assert!(record_id(other.as_bytes()).is_some(), "{other}");
        assert_eq!(&other[15..], "4AM");
    }

    #[test]
    fn any_text_keeps_its_shape_and_changes() {
        for text in [
            "test-call-key",
            "4159990000",
            "x",
            "?!",
            "Ангела",
            "東京",
            "a@b.example",
            "\u{e0041}\u{e0042}",
        ] {
            let other = replaced(text);
            assert_ne!(other, text);
            assert_eq!(other.chars().count(), text.chars().count(), "{other}");
        }
        assert_eq!(replaced(" "), " ");
        assert_eq!(replaced(""), "");
    }

    #[test]
    fn short_texts_stay_different() {
        let mut seen = std::collections::BTreeSet::new();
        for one in b'a'..=b'z' {
            for other in b'0'..=b'9' {
                assert!(seen.insert(replaced(&format!(
                    "{}{}",
                    char::from(one),
                    char::from(other)
                ))));
            }
        }
    }
}
