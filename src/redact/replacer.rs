//! What takes the place of a value, by what the value is.

use super::key::Key;
use super::spelling::{self, Character};
use super::spots::What;
use super::{name, number, phone, shape, text};

/// Replaces values under a key.
#[derive(Debug)]
pub(super) struct Replacer {
    key: Key,
    /// Milliseconds that are added to every time.
    shift: Option<i64>,
}

/// A year in milliseconds, about.
const YEAR: u32 = 366 * 24 * 60 * 60;
const SECOND: i64 = 1000;

/// Whether times are moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Times {
    Stay,
    Move,
}

impl Replacer {
    pub(super) fn new(key: Key, times: Times) -> Self {
        // Into the past, so that no time lies in the future: by one to ten years.
        let mut stream = super::stream::Stream::new(&key, &[b"times"]);
        let seconds = i64::from(YEAR) + i64::from(stream.below(9 * YEAR));
        let shift = -(seconds * SECOND + i64::from(stream.below(1000)));
        Self { key, shift: (times == Times::Move).then_some(shift) }
    }

    /// The token that takes the place of `token`: a string's, with its quotes, or a number's.
    pub(super) fn token(&self, what: What, token: &[u8]) -> Vec<u8> {
        if token.first() == Some(&b'"') {
            return spelling::token(&self.string(what, spelling::characters(token)));
        }
        match what {
            What::Time => self.time(token),
            What::Identifier
            | What::Party
            | What::Name
            | What::Text
            | What::Undocumented
            | What::Key => {
                let mut digits = token.to_vec();
                number::replace(&self.key, &mut digits);
                digits
            }
        }
    }

    fn string(&self, what: What, mut characters: Vec<Character>) -> Vec<Character> {
        match what {
            What::Identifier => shape::replace(&self.key, &mut characters),
            What::Party | What::Undocumented | What::Key | What::Time
                if phone::is_phone(&characters) =>
            {
                phone::replace(&self.key, &mut characters);
            }
            What::Party | What::Name if name::is_name(&characters) => {
                return name::replacement(&self.key, &compared(&characters));
            }
            What::Key if is_name_of_several_words(&characters) => {
                return name::replacement(&self.key, &compared(&characters));
            }
            What::Text if text::is_text(&characters) => {
                let spelled = compared(&characters);
                text::replace(&self.key, &spelled, &mut characters);
            }
            What::Party | What::Name | What::Text | What::Undocumented | What::Key | What::Time => {
                shape::replace(&self.key, &mut characters);
            }
        }
        characters
    }

    /// A time, moved. A number that is none of this century or the last, as the 0 of a time that was
    /// never set, stays: moved, it would tell by how much the others were.
    fn time(&self, token: &[u8]) -> Vec<u8> {
        let moved = || {
            let text = std::str::from_utf8(token).ok()?;
            let (whole, fraction) = match text.split_once('.') {
                Some((whole, fraction)) if !fraction.contains(['e', 'E']) => {
                    (whole.parse::<i64>().ok()?, format!(".{fraction}"))
                }
                _ => (whole(text)?, String::new()),
            };
            TIMES
                .contains(&whole)
                .then(|| whole.checked_add(self.shift?))?
                .map(|time| format!("{time}{fraction}").into_bytes())
        };
        moved().unwrap_or_else(|| token.to_vec())
    }
}

/// From 1973 to 5138.
const TIMES: std::ops::Range<i64> = 100_000_000_000..100_000_000_000_000;

/// A whole number, also with an exponent.
fn whole(text: &str) -> Option<i64> {
    if let Ok(whole) = text.parse() {
        return Some(whole);
    }
    let double: f64 = text.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
    (double.fract() == 0.0 && double.abs() < 1e15).then_some(double as i64)
}

/// The text in UTF-8, as it is compared with others.
fn compared(characters: &[Character]) -> Vec<u8> {
    let text = characters.iter().filter_map(|it| char::from_u32(it.compared()));
    text.collect::<String>().into_bytes()
}

fn is_name_of_several_words(characters: &[Character]) -> bool {
    name::is_name(characters) && characters.iter().any(|it| it.is(|byte| *byte == b' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moving() -> Replacer {
        Replacer::new(Key::new(b"a key for tests"), Times::Move)
    }

    fn time(token: &str) -> String {
        String::from_utf8(moving().token(What::Time, token.as_bytes())).expect("it is UTF-8")
    }

    #[test]
    fn times_keep_their_distances_and_their_fractions() {
        let read = |text: &str| time(text).parse::<i64>().expect("it is a number");
        assert_eq!(read("1767607423175") - read("1767607423117"), 58);
        assert_eq!(time("1767607423117.5"), format!("{}.5", time("1767607423117")));
        assert_eq!(time("1.767607423117e12"), time("1767607423117"));
        let year = 365 * 24 * 60 * 60 * 1000;
        assert!((year..11 * year).contains(&(1_767_607_423_117 - read("1767607423117"))));
    }

    #[test]
    fn a_time_that_was_never_set_does_not_give_the_others_away() {
        for text in ["0", "-1", "1e999", "99999999999", "0.5"] {
            assert_eq!(time(text), text);
        }
    }

    #[test]
    fn a_person_has_one_name_and_a_number_one_number_wherever_they_stand() {
        let replacer = moving();
        let of = |what, token: &str| replacer.token(what, token.as_bytes());
        assert_eq!(of(What::Party, "\"Angela Agent\""), of(What::Name, "\"Angela Agent\""));
        assert_eq!(of(What::Key, "\"Angela Agent\""), of(What::Name, "\"Angela Agent\""));
        let phone = "\"+1 (415) 999-0000\"";
        assert_eq!(of(What::Party, phone), of(What::Undocumented, phone));
        assert_eq!(of(What::Party, "\"\\u0041na\""), of(What::Party, "\"Ana\""));
        let id = of(What::Identifier, "\"4159990000\"");
        assert_eq!(id[1..id.len() - 1], of(What::Identifier, "4159990000"));
    }
}
