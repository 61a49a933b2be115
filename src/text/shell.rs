//! Text as a shell takes it.

use std::borrow::Cow;

/// `text` as one word of a POSIX shell: in single quotes, unless it is plain.
pub(crate) fn shell_word(text: &str) -> Cow<'_, str> {
    let is_plain = |it: char| {
        it.is_alphanumeric() || "-_./:,=+@%…".contains(it) || std::path::is_separator(it)
    };
    if !text.is_empty() && text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_take_it_for_something_else() {
        let words = ["a/b-c.d", "it's here", "", "é", "/a~1b", "$x", "a\nb"].map(shell_word);
        let quoted = ["a/b-c.d", r"'it'\''s here'", "''", "é", "'/a~1b'", "'$x'", "'a\nb'"];
        assert_eq!(words, quoted);
    }
}
