//! Texts from captures for the page: nothing invisible in them, and of bounded size once escaped.

use crate::text::visible;

/// `text` in at most so many bytes as HTML or JSON has it, with an ellipsis if some was cut off.
pub(super) fn bounded(text: &str, most_bytes: usize) -> String {
    const ELLIPSIS: &str = "…";
    let text = visible(text);
    let mut used = 0;
    let mut end = 0;
    for (at, character) in text.char_indices() {
        used += escaped_bytes(character);
        if used > most_bytes {
            return format!("{}{ELLIPSIS}", &text[..end]);
        }
        if used + ELLIPSIS.len() <= most_bytes {
            end = at + character.len_utf8();
        }
    }
    text.into_owned()
}

/// Bytes that a text takes in HTML, or in JSON within HTML.
pub(super) fn escaped_len(text: &str) -> usize {
    text.chars().map(escaped_bytes).sum()
}

fn escaped_bytes(character: char) -> usize {
    match character {
        '<' => r"\u003c".len(),
        '>' | '&' | '"' | '\'' => "&#62;".len(),
        '\\' => r"\\".len(),
        other => other.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_by_the_bytes_that_it_takes_when_escaped() {
        assert_eq!(bounded("abcdef", 6), "abcdef");
        assert_eq!(bounded("abcdefg", 6), "abc…");
        assert_eq!(bounded("<<<<", 24), "<<<<");
        assert_eq!(bounded("<<<<", 23), "<<<…");
        assert_eq!(bounded("\u{202e}x", 50), "\\u{202e}x");
        for most in 3..40 {
            assert!(escaped_len(&bounded("a<b>&\"'\\é😀".repeat(3).as_str(), most)) <= most);
        }
    }
}
