//! Lines that are parts of a JSON text which is spread over lines, as pretty-printers do it.

/// What a line does to the brackets around it, and what it begins and ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fragment {
    /// Brackets that it closes and that were opened before it.
    pub(crate) closes: usize,
    /// Brackets that it leaves open.
    pub(crate) opens: usize,
    pub(crate) first: Lexeme,
    pub(crate) last: Lexeme,
}

/// A token of JSON, as far as it matters for what may stand beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lexeme {
    OpenObject,
    OpenArray,
    Close,
    Comma,
    Colon,
    String,
    /// A number, `true`, `false` or `null`.
    Scalar,
}

impl Lexeme {
    /// Whether `next` may follow in some JSON text.
    pub(crate) fn admits(self, next: Self) -> bool {
        let is_value =
            matches!(next, Self::OpenObject | Self::OpenArray | Self::String | Self::Scalar);
        match self {
            Self::OpenObject => matches!(next, Self::String | Self::Close),
            Self::OpenArray => is_value || next == Self::Close,
            Self::Comma | Self::Colon => is_value,
            Self::String => matches!(next, Self::Comma | Self::Colon | Self::Close),
            Self::Close | Self::Scalar => matches!(next, Self::Comma | Self::Close),
        }
    }
}

impl Fragment {
    /// Whether a text that is spread over lines may begin with this line.
    pub(crate) fn is_start(&self) -> bool {
        let is_broken_here =
            matches!(self.last, Lexeme::OpenObject | Lexeme::OpenArray | Lexeme::Comma);
        matches!(self.first, Lexeme::OpenObject | Lexeme::OpenArray)
            && self.closes == 0
            && self.opens > 0
            && is_broken_here
    }

    /// Reads `line`, which must consist of whole tokens that may follow each other.
    pub(crate) fn read(line: &[u8]) -> Option<Self> {
        let mut rest = line.trim_ascii();
        let (first, _) = lexeme(rest)?;
        let mut fragment = Self { closes: 0, opens: 0, first, last: first };
        let mut is_first = true;
        while !rest.is_empty() {
            let (next, length) = lexeme(rest)?;
            if !is_first && !fragment.last.admits(next) {
                return None;
            }
            match next {
                Lexeme::OpenObject | Lexeme::OpenArray => fragment.opens += 1,
                Lexeme::Close if fragment.opens > 0 => fragment.opens -= 1,
                Lexeme::Close => fragment.closes += 1,
                Lexeme::Comma | Lexeme::Colon | Lexeme::String | Lexeme::Scalar => {}
            }
            fragment.last = next;
            is_first = false;
            rest = rest.get(length..)?.trim_ascii_start();
        }
        Some(fragment)
    }
}

/// The token that `text` begins with, and its length.
fn lexeme(text: &[u8]) -> Option<(Lexeme, usize)> {
    let found = match *text.first()? {
        b'{' => (Lexeme::OpenObject, 1),
        b'[' => (Lexeme::OpenArray, 1),
        b'}' | b']' => (Lexeme::Close, 1),
        b',' => (Lexeme::Comma, 1),
        b':' => (Lexeme::Colon, 1),
        b'"' => (Lexeme::String, string_length(text)?),
        b'-' | b'0'..=b'9' => {
            let is_part = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
            (Lexeme::Scalar, text.iter().take_while(|byte| is_part(byte)).count())
        }
        _ => {
            let words: [&[u8]; 3] = [b"true", b"false", b"null"];
            let word = words.into_iter().find(|word| text.starts_with(word))?;
            (Lexeme::Scalar, word.len())
        }
    };
    Some(found)
}

/// The length of a string with its quotes, where it ends.
fn string_length(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        if text.get(at) == Some(&b'"') {
            return Some(at + 1);
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_of_a_pretty_printed_text_is_a_fragment() {
        for (line, closes, opens, is_start) in [
            ("{", 0, 1, true),
            (r#"{ "type": "mute","#, 0, 1, true),
            (r#"  "detail": {"#, 0, 1, false),
            (r#"  "a\"b": [1, true, null],"#, 0, 0, false),
            ("}, {", 1, 1, false),
            ("  ]}", 2, 0, false),
            ("12.5e3", 0, 0, false),
        ] {
            let fragment = Fragment::read(line.as_bytes()).expect(line);
            let found = (fragment.closes, fragment.opens, fragment.is_start());
            assert_eq!(found, (closes, opens, is_start), "{line}");
        }
    }

    #[test]
    fn a_line_of_a_log_and_a_line_that_is_cut_in_a_token_are_none() {
        for line in [
            "",
            "   ",
            "2025-01-03 10:00 {\"type\":\"mute\"}",
            "[INFO] {",
            "Received {",
            r#"{"type":"mu"#,
            r#""a\"#,
            "}{",
            "{,",
            "{'a':1}",
        ] {
            assert_eq!(Fragment::read(line.as_bytes()), None, "{line}");
        }
        // Cut between tokens: nothing that pretty-printers write begins like this.
        let cut = Fragment::read(br#"{"type":"mute","detail":{"callId":"c""#);
        assert!(!cut.expect("it has whole tokens").is_start());
    }

    proptest! {
        #[test]
        fn any_text_is_read(line in "[]\\[{}:,\" \\\\a1tru-]{0,40}") {
            let _ = Fragment::read(line.as_bytes());
        }
    }
}
