//! Wraps prose for a terminal: between words, but never within code.

use textwrap::{Options, WordSeparator, WordSplitter, core::Word};

/// How prose is wrapped: text in backticks and `--options` with hyphens stay on one line, so that
/// they can be copied.
pub(crate) fn wrapping<'a>(width: usize) -> Options<'a> {
    Options::new(width)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation)
        .word_separator(WordSeparator::Custom(words))
}

/// The words of `line`, each with the spaces after it; code is one word.
fn words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let mut rest = line;
    Box::new(std::iter::from_fn(move || {
        let (word, more) = rest.split_at(word_length(rest));
        rest = more;
        (!word.is_empty()).then(|| Word::from(word))
    }))
}

fn word_length(text: &str) -> usize {
    let (mut is_code, mut is_space) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b' ' if !is_code => is_space = true,
            _ if is_space => return at,
            // A backtick without a partner is an ordinary character.
            b'`' => is_code = !is_code && text[at + 1..].contains('`'),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(text: &str, width: usize) -> Vec<String> {
        textwrap::wrap(text, wrapping(width)).into_iter().map(Into::into).collect()
    }

    #[test]
    fn code_is_never_broken() {
        let text = "make lines with `jq -c '.[] | x' FILE`, or raise --max-line-bytes a bit";
        let lines = ["make", "lines", "with", "`jq -c '.[] | x' FILE`,", "or", "raise"];
        assert_eq!(wrapped(text, 6)[..6], lines);
        assert_eq!(wrapped(text, 6)[6..], ["--max-line-bytes", "a bit"]);
        assert_eq!(wrapped("a ` b c", 3), ["a `", "b c"]);
    }

    #[test]
    fn spaces_stay_between_words_of_a_line_only() {
        assert_eq!(wrapped("a  b  c", 4), ["a  b", "c"]);
        assert_eq!(wrapped("", 4), [""]);
    }
}
