//! Text from a capture on its way to a person: nothing in it may steer a terminal.

pub(crate) mod comparison;
pub(crate) mod decimal;
pub(crate) mod suggest;
pub(crate) mod time;

use std::borrow::Cow;
use std::fmt::Write as _;

/// `text` with every character that a terminal would obey or hide spelled as `\u{…}`: control
/// characters, bidirectional overrides, zero-width and line-separator characters.
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

/// Appends JSON string bytes with the same characters spelled as JSON escapes, so that the value
/// stays what it was.
pub(crate) fn visible_json(text: &[u8], out: &mut Vec<u8>) {
    let Ok(text) = std::str::from_utf8(text) else {
        out.extend_from_slice(text);
        return;
    };
    if !text.contains(is_unsafe) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    for one in text.chars() {
        if is_unsafe(one) {
            for unit in one.encode_utf16(&mut [0; 2]) {
                out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
            }
        } else {
            out.extend_from_slice(one.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

/// Whether a terminal would obey or hide the character rather than show it. The two
/// noncharacters at the end may not be in XML either.
#[must_use]
pub(crate) fn is_unsafe(one: char) -> bool {
    one.is_control()
        || matches!(one, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}')
}

/// At most `width` characters of `text`, with an ellipsis where some were left out.
pub(crate) fn shortened(text: &str, width: usize) -> Cow<'_, str> {
    match text.char_indices().nth(width) {
        None => Cow::Borrowed(text),
        Some(_) => {
            let end = text.char_indices().nth(width - 1).map_or(text.len(), |(at, _)| at);
            Cow::Owned(format!("{}…", &text[..end]))
        }
    }
}

/// `number` with its word: `1 line`, `2 lines`; thousands apart: `1,234 lines`.
pub(crate) fn count(number: u64, one: &str, more: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { more })
}

/// `1234567` as `1,234,567`.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_spelled_out() {
        assert_eq!(visible("a\u{1b}[31m\u{202e}b"), "a\\u{1b}[31m\\u{202e}b");
        let mut out = Vec::new();
        visible_json("\"\u{9b}\u{7f}é\"".as_bytes(), &mut out);
        assert_eq!(out, "\"\\u009b\\u007fé\"".as_bytes());
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(count(1, "line", "lines"), "1 line");
        assert_eq!(count(1_234_567, "line", "lines"), "1,234,567 lines");
        assert_eq!(thousands(100), "100");
    }

    #[test]
    fn long_text_ends_in_an_ellipsis() {
        assert_eq!(shortened("abcdef", 6), "abcdef");
        assert_eq!(shortened("abcdefg", 6), "abcde…");
    }
}
