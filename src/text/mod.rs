//! Text from a capture made safe for people: nothing in it may control a terminal.

pub(crate) mod comparison;
pub(crate) mod decimal;
mod escape;
mod shape;
mod shell;
pub(crate) mod suggest;
pub(crate) mod time;
mod wrap;

use std::borrow::Cow;

pub(crate) use escape::{is_unsafe, visible, visible_json};
pub(crate) use shape::message_shape;
pub(crate) use shell::shell_word;
pub(crate) use wrap::wrapping;

/// At most `width` characters of `text`, with an ellipsis if some were cut off.
pub(crate) fn shortened(text: &str, width: usize) -> Cow<'_, str> {
    match text.char_indices().nth(width) {
        None => Cow::Borrowed(text),
        Some(_) => {
            let end = text.char_indices().nth(width - 1).map_or(text.len(), |(at, _)| at);
            Cow::Owned(format!("{}…", &text[..end]))
        }
    }
}

/// `number` with its noun: `1 line`, `2 lines`, `1,234 lines`.
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
