//! Names of people: made-up ones, which say nothing about the length or the sound of the old one.

use super::character::Kind;
use super::key::Key;
use super::spelling::Character;
use super::stream::Stream;

/// What a name may have besides letters.
const BESIDES: &[u8] = b" '.-,";

/// A typographic apostrophe, which it may have, too.
const APOSTROPHE: u32 = 0x2019;

/// Where Latin ends: with Latin Extended-B.
const LATIN: std::ops::Range<u32> = 0..0x250;

/// Syllables of the first and of the last name. With 85 syllables to choose from there are 2^44
/// names: that two people in a call get the same one is not to be expected.
const SYLLABLES: [usize; 2] = [3, 4];

const CONSONANTS: [char; 17] =
    ['b', 'd', 'f', 'g', 'h', 'j', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'w', 'z'];
const VOWELS: [char; 5] = ['a', 'e', 'i', 'o', 'u'];

/// Whether `text` is a name in Latin letters. One in other letters is replaced letter by letter.
pub(super) fn is_name(text: &[Character]) -> bool {
    let is_letter = |it: &Character| {
        LATIN.contains(&it.code) && Kind::of(it.code).is_some() && !it.is(u8::is_ascii_digit)
    };
    let is_besides = |it: &Character| it.is(|byte| BESIDES.contains(byte)) || it.code == APOSTROPHE;
    text.iter().any(is_letter) && text.iter().all(|it| is_letter(it) || is_besides(it))
}

/// The name that takes the place of `text`.
pub(super) fn replacement(key: &Key, text: &[u8]) -> Vec<Character> {
    let mut stream = Stream::new(key, &[b"name", text]);
    let mut name = Vec::new();
    for syllables in SYLLABLES {
        if !name.is_empty() {
            name.push(Character::plain(' '));
        }
        for syllable in 0..syllables {
            let consonant = *stream.pick(&CONSONANTS);
            let first = if syllable == 0 { consonant.to_ascii_uppercase() } else { consonant };
            name.push(Character::plain(first));
            name.push(Character::plain(*stream.pick(&VOWELS)));
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::super::spelling::characters;
    use super::*;

    #[test]
    fn a_name_has_letters_and_what_stands_between_them() {
        let is_name = |text: &str| is_name(&characters(format!("\"{text}\"").as_bytes()));
        for text in ["Angela Agent", "Zoë", "O’Neill, J.", "Anne-Marie"] {
            assert!(is_name(text), "{text}");
        }
        for text in ["", " ", "-", "Agent 7", "東京", "a@b", "Ангела"] {
            assert!(!is_name(text), "{text}");
        }
    }
}
