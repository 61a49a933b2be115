//! What takes the place of a value, by what the value is.

use super::key::Key;
use super::spelling::{self, Character};
use super::spots::What;
use super::{name, number, phone, shape, text, time};
use crate::json;

/// Replaces values under a key.
#[derive(Debug)]
pub(super) struct Replacer {
    key: Key,
    /// Seconds that are added to every time, whether it is in milliseconds, in seconds or in text.
    shift: Option<i64>,
}

/// A year in seconds, about.
const YEAR: u32 = 366 * 24 * 60 * 60;

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
        let shift = -(i64::from(YEAR) + i64::from(stream.below(9 * YEAR)));
        Self { key, shift: (times == Times::Move).then_some(shift) }
    }

    /// The token that takes the place of `token`: a string's, with its quotes, or a number's.
    pub(super) fn token(&self, what: What, token: &[u8]) -> Vec<u8> {
        if what == What::Time {
            return self.time(token);
        }
        if token.first() == Some(&b'"') {
            return spelling::token(&self.string(what, spelling::characters(token)));
        }
        let mut digits = token.to_vec();
        number::replace(&self.key, &mut digits);
        digits
    }

    /// A time, moved if times are. Text that cannot be moved is replaced: it would tell when the others
    /// were.
    fn time(&self, token: &[u8]) -> Vec<u8> {
        let Some(shift) = self.shift else { return token.to_vec() };
        if token.first() != Some(&b'"') {
            let number = std::str::from_utf8(token).ok();
            let moved = number.and_then(|number| time::moved_number(number, shift));
            return moved.map_or_else(|| token.to_vec(), String::into_bytes);
        }
        let text = json::decode_lossy(token);
        match time::moved_number(&text, shift).or_else(|| time::moved_text(&text, shift)) {
            Some(moved) => json::quote(&moved).into_bytes(),
            None => spelling::token(&self.string(What::Undocumented, spelling::characters(token))),
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
