//! What messages have in common that differ in the values they quote.

/// The parts of `message` around its quoted text and its numbers. `"a" is 1, but must be "b"` and
/// `"c" is 25, but must be "d"` have the same ones.
pub(crate) fn message_shape(message: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(message);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some((start, end)) = next_value(text) else { return rest.take() };
        rest = Some(&text[end..]);
        Some(&text[..start])
    })
}

/// Where the first value in `text` starts and ends.
fn next_value(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut before = [b' '; 2];
    for (at, byte) in bytes.iter().copied().enumerate() {
        let length = match byte {
            b'"' | b'`' => quoted_length(&bytes[at..]),
            b'0'..=b'9' if !is_in_word(before) => Some(number_length(&bytes[at..])),
            _ => None,
        };
        if let Some(length) = length {
            return Some((at, at + length));
        }
        before = [before[1], byte];
    }
    None
}

/// The length of what stands in quotes, if they are closed.
fn quoted_length(text: &[u8]) -> Option<usize> {
    let (quote, inner) = text.split_first()?;
    let mut is_escaped = false;
    let end = inner.iter().position(|byte| {
        let is_end = byte == quote && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped && *quote == b'"';
        is_end
    })?;
    Some(end + 2)
}

/// Whether a digit behind these two bytes belongs to a word, such as `UTF-8` or `v2`.
fn is_in_word([first, second]: [u8; 2]) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_' || !byte.is_ascii();
    is_letter(second) || second == b'-' && is_letter(first)
}

/// The length of a number with its separators and exponent, or of one that is written like `0xE9`.
fn number_length(text: &[u8]) -> usize {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b',');
    let length = text.iter().position(|byte| !is_part(byte)).unwrap_or(text.len());
    // A comma or full stop at the end belongs to the sentence.
    let end = text[..length].iter().rposition(u8::is_ascii_alphanumeric).unwrap_or_default();
    end + 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shape(message: &str) -> String {
        message_shape(message).collect::<Vec<_>>().join("…")
    }

    #[test]
    fn quoted_text_and_numbers_are_left_out() {
        for (message, expected) in [
            (r#"callType is "IN\"BOUND", but must be "inbound""#, "callType is …, but must be …"),
            ("callId is 4159990000, but must be a string", "callId is …, but must be a string"),
            ("stats[12] is -1.5e3", "stats[…] is -…"),
            ("byte 0xE9 is not valid UTF-8", "byte … is not valid UTF-8"),
            ("longer than 1,048,576 bytes", "longer than … bytes"),
            ("found `2025-01-03`, expected `,`", "found …, expected …"),
            ("a ` and a \" alone", "a ` and a \" alone"),
            ("", ""),
        ] {
            assert_eq!(shape(message), expected);
        }
    }

    proptest! {
        #[test]
        fn any_text_has_a_shape(message in "\\PC*[\"`\\\\0-9é-]*") {
            let length: usize = message_shape(&message).map(str::len).sum();
            prop_assert!(length <= message.len());
        }
    }
}
