//! The characters of a capture that are always escaped in output, and their escapes.
//!
//! Every output for people and every report uses the same table. Only outputs that consist of the
//! capture's own lines (`filter`, `convert` to JSON) copy these characters.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Characters that a terminal or an editor interprets or does not show, so that different texts
/// would look the same: control characters, characters with Unicode's property
/// `Default_Ignorable_Code_Point`, line and paragraph separators, interlinear annotations, and the
/// two noncharacters that XML does not allow. Sorted, ranges inclusive.
///
/// Variation selectors (U+FE00–U+FE0F, U+E0100–U+E01EF) are excluded: they select the glyph of the
/// visible character before them, in most emoji and in Japanese names.
const UNSAFE: [(char, char); 20] = [
    ('\u{0}', '\u{1f}'),        // C0 control characters
    ('\u{7f}', '\u{9f}'),       // delete, C1 control characters
    ('\u{ad}', '\u{ad}'),       // soft hyphen
    ('\u{34f}', '\u{34f}'),     // combining grapheme joiner
    ('\u{61c}', '\u{61c}'),     // Arabic letter mark
    ('\u{115f}', '\u{1160}'),   // Hangul fillers
    ('\u{17b4}', '\u{17b5}'),   // Khmer inherent vowels
    ('\u{180b}', '\u{180f}'),   // Mongolian variation selectors and vowel separator
    ('\u{200b}', '\u{200f}'),   // zero-width characters, left-to-right and right-to-left marks
    ('\u{2028}', '\u{202e}'),   // separators, bidirectional embeddings and overrides
    ('\u{2060}', '\u{206f}'),   // word joiner, invisible operators, bidirectional isolates
    ('\u{3164}', '\u{3164}'),   // Hangul filler
    ('\u{feff}', '\u{feff}'),   // byte order mark
    ('\u{ffa0}', '\u{ffa0}'),   // halfwidth Hangul filler
    ('\u{fff0}', '\u{fffb}'),   // reserved ones, interlinear annotations
    ('\u{fffe}', '\u{ffff}'),   // noncharacters
    ('\u{1bca0}', '\u{1bca3}'), // shorthand format controls
    ('\u{1d173}', '\u{1d17a}'), // musical format controls
    ('\u{e0000}', '\u{e00ff}'), // language tag, tag characters, reserved ones
    ('\u{e01f0}', '\u{e0fff}'), // reserved ones
];

/// Whether the character is always escaped.
#[must_use]
pub(crate) fn is_unsafe(one: char) -> bool {
    let is_plain = matches!(one, ' '..='~');
    !is_plain && UNSAFE.iter().any(|(first, last)| (*first..=*last).contains(&one))
}

/// `text` with every unsafe character written as `\u{…}`.
#[must_use]
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for one in text.chars() {
        if is_unsafe(one) {
            let _ = write!(shown, "{}", one.escape_unicode());
        } else {
            shown.push(one);
        }
    }
    Cow::Owned(shown)
}

/// Appends JSON text with the unsafe characters of its strings written as JSON escapes, which does
/// not change any value. Newlines are kept, because in JSON they occur only between tokens.
pub(crate) fn visible_json(text: &[u8], out: &mut Vec<u8>) {
    let is_plain = |byte: u8| (b' '..=b'~').contains(&byte) || byte == b'\n';
    // Nearly all JSON is ASCII. The check has no early exit, so that the compiler can vectorise it.
    if text.iter().fold(true, |plain, byte| plain & is_plain(*byte)) {
        out.extend_from_slice(text);
        return;
    }
    let Ok(text) = std::str::from_utf8(text) else {
        out.extend_from_slice(text);
        return;
    };
    for one in text.chars() {
        if is_unsafe(one) && one != '\n' {
            for unit in one.encode_utf16(&mut [0; 2]) {
                out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
            }
        } else {
            out.extend_from_slice(one.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_spelled_out() {
        assert_eq!(visible("a\u{1b}[31m\u{202e}b"), "a\\u{1b}[31m\\u{202e}b");
        let mut out = Vec::new();
        visible_json("[\"\u{9b}\u{7f}é\",\n\"\u{e0041}\"]".as_bytes(), &mut out);
        assert_eq!(out, "[\"\\u009b\\u007fé\",\n\"\\udb40\\udc41\"]".as_bytes());
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(UNSAFE.iter().all(|(first, last)| first <= last));
        assert!(UNSAFE.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }

    #[test]
    fn all_control_characters_are_in_the_table() {
        assert!(('\0'..=char::MAX).filter(|one| one.is_control()).all(is_unsafe));
    }

    #[test]
    fn letters_accents_and_emoji_are_shown_as_they_are() {
        for text in ["Zoë", "e\u{301}", "東京", "葛\u{e0100}", "❤\u{fe0f}", "ก็", "مرحبا", "\u{a0}"]
        {
            assert_eq!(visible(text), text);
        }
    }

    proptest! {
        #[test]
        fn escaped_json_holds_the_same_value(
            text in prop::collection::vec(any::<char>(), 0..40).prop_map(String::from_iter),
            hidden in prop::sample::select(&UNSAFE[..]),
        ) {
            let value = serde_json::json!({ format!("{text}{}", hidden.0): format!("{}{text}", hidden.1) });
            let mut shown = Vec::new();
            visible_json(value.to_string().as_bytes(), &mut shown);
            let shown = String::from_utf8(shown).expect("it is UTF-8");
            prop_assert!(!shown.contains(is_unsafe), "{shown:?}");
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).expect("it is JSON"), value);
        }
    }
}
