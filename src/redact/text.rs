//! What people say and write: made-up words of the same length in all. Punctuation and lines stay.
//!
//! Words begin and end elsewhere than the old ones did, for the lengths of words give a sentence
//! away. Text in other letters, pictures and digits are replaced one by one.

use super::character::Kind;
use super::key::Key;
use super::spelling::Character;
use super::stream::Stream;

/// Letters that a text needs for that: fewer are replaced one by one, because two short texts could
/// become the same.
const FEWEST_LETTERS: usize = 20;

const CONSONANTS: [char; 16] =
    ['b', 'c', 'd', 'f', 'g', 'h', 'l', 'm', 'n', 'p', 'q', 'r', 's', 't', 'v', 'x'];
const VOWELS: [char; 5] = ['a', 'e', 'i', 'o', 'u'];

/// Lengths that words have.
const WORD: std::ops::RangeInclusive<u32> = 2..=9;

/// Whether `text` is long enough.
pub(super) fn is_text(text: &[Character]) -> bool {
    text.iter().filter(|it| it.is(u8::is_ascii_alphabetic)).count() >= FEWEST_LETTERS
}

/// Replaces the words of `text`, of which `spelled` has the characters.
pub(super) fn replace(key: &Key, spelled: &[u8], text: &mut [Character]) {
    let mut stream = Stream::new(key, &[b"text", spelled]);
    let mut at = 0;
    while at < text.len() {
        let run = run_length(&text[at..]);
        if run > 0 {
            fill(&mut text[at..at + run], &mut stream);
            at += run;
            continue;
        }
        if let Some(kind) = Kind::of(text[at].code) {
            text[at] = text[at].with(kind.character(stream.below(kind.count())));
        }
        at += 1;
    }
}

/// Characters of the words that `text` begins with: letters, and single spaces between them.
fn run_length(text: &[Character]) -> usize {
    let is_letter = |at: usize| text.get(at).is_some_and(|it| it.is(u8::is_ascii_alphabetic));
    let is_space = |at: usize| text.get(at).is_some_and(|it| it.is(|byte| *byte == b' '));
    let is_in = |at: usize| is_letter(at) || at > 0 && is_space(at) && is_letter(at + 1);
    (0..text.len()).take_while(|at| is_in(*at)).count()
}

fn fill(run: &mut [Character], stream: &mut Stream<'_>) {
    let is_capital = run.first().is_some_and(|it| it.is(u8::is_ascii_uppercase));
    let is_loud = run.len() > 1 && run.iter().all(|it| !it.is(u8::is_ascii_lowercase));
    let mut word_ends = 0;
    let mut is_consonant = false;
    for at in 0..run.len() {
        let letter = if at == word_ends && at > 0 {
            word_ends = at + 1 + word_length(run.len() - at - 1, stream);
            ' '
        } else {
            if at == 0 {
                word_ends = word_length(run.len(), stream);
            }
            is_consonant = !is_consonant;
            *if is_consonant { stream.pick(&CONSONANTS) } else { stream.pick(&VOWELS) }
        };
        let is_upper = is_loud || is_capital && at == 0;
        run[at] = Character::plain(if is_upper { letter.to_ascii_uppercase() } else { letter });
    }
}

/// The length of the next word, of which and of those after it there are `left` characters.
fn word_length(left: usize, stream: &mut Stream<'_>) -> usize {
    let length = (WORD.start() + stream.below(WORD.end() - WORD.start() + 1)) as usize;
    // What is left after the word and a space must be a word, too.
    if left < length + 3 { left } else { length }
}

#[cfg(test)]
mod tests {
    use super::super::spelling::{characters, token};
    use super::*;

    fn replaced(text: &str) -> String {
        let mut units = characters(format!("\"{text}\"").as_bytes());
        replace(&Key::new(b"a key for tests"), text.as_bytes(), &mut units);
        String::from_utf8(token(&units)).expect("it is UTF-8").trim_matches('"').to_owned()
    }

    #[test]
    fn a_text_keeps_its_length_its_lines_and_its_punctuation() {
        let text = r"The customer, No. 77, wants: a CREDIT note!\n\nПожалуйста 😀  東京";
        let other = replaced(text);
        assert_eq!(text.chars().count(), other.chars().count());
        let marks = |text: &str| text.replace(|it: char| it.is_alphanumeric() || it == ' ', "");
        assert_eq!(
            marks(text).replace('😀', ""),
            marks(&other).replace(|it: char| u32::from(it) >= 0x1f600, "")
        );
        assert!(other.starts_with(|first: char| first.is_ascii_uppercase()));
    }

    #[test]
    fn words_end_elsewhere() {
        let other = replaced("aaaa aaaa aaaa aaaa aaaa aaaa aaaa aaaa aaaa");
        let lengths: Vec<usize> = other.split(' ').map(str::len).collect();
        assert!(lengths.iter().any(|length| *length != 4), "{lengths:?}");
        assert!(lengths.iter().all(|length| *length > 1), "{lengths:?}");
    }
}
