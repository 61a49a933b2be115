//! Other layouts of a JSON text: the same tokens with other white space between them.
//!
//! Both walk the bytes of a text that is known to be JSON, so key order, duplicate keys and the
//! spelling of numbers and strings stay as they are.

/// Kind of a token, for syntax colouring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    Key,
    String,
    Number,
    Literal,
    Punctuation,
}

/// Writes one token in its colour.
pub(crate) type Painter<'a> = &'a dyn Fn(Token, &[u8], &mut Vec<u8>);

/// Appends `text` without white space between its tokens.
pub(crate) fn compact(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(&first) = rest.first() {
        let length = token_length(rest);
        if !is_space(first) {
            out.extend_from_slice(&rest[..length]);
        }
        rest = &rest[length..];
    }
}

/// Appends `text` indented by two spaces per level; each line after the first starts with `margin`
/// spaces. Empty arrays and objects stay on one line.
pub(crate) fn indented(text: &[u8], margin: usize, paint: Painter<'_>, out: &mut Vec<u8>) {
    let mut open: Vec<u8> = Vec::new();
    let mut previous = b' ';
    for token in (Tokens { rest: text }) {
        let first = token[0];
        let closes = matches!(first, b'}' | b']');
        if closes {
            open.pop();
        }
        let opened = matches!(previous, b'{' | b'[');
        if previous == b',' || opened != closes {
            out.push(b'\n');
            out.resize(out.len() + margin + 2 * open.len(), b' ');
        }
        if previous == b':' {
            out.push(b' ');
        }
        let is_key = open.last() == Some(&b'{') && matches!(previous, b'{' | b',');
        paint(kind(first, is_key), token, out);
        if matches!(first, b'{' | b'[') {
            open.push(first);
        }
        previous = first;
    }
}

fn kind(first: u8, is_key: bool) -> Token {
    match first {
        b'"' if is_key => Token::Key,
        b'"' => Token::String,
        b'-' | b'0'..=b'9' => Token::Number,
        b'a'..=b'z' => Token::Literal,
        _ => Token::Punctuation,
    }
}

/// The tokens of a JSON text, without white space.
struct Tokens<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            let first = *self.rest.first()?;
            let (token, rest) = self.rest.split_at(token_length(self.rest));
            self.rest = rest;
            if !is_space(first) {
                return Some(token);
            }
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Length of the token, or of the single white space byte, at the start of `rest`.
fn token_length(rest: &[u8]) -> usize {
    match rest[0] {
        b'"' => string_length(rest),
        b'-' | b'0'..=b'9' | b'a'..=b'z' => {
            let more = |byte: &&u8| matches!(byte, b'+' | b'-' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z');
            rest.iter().take_while(more).count()
        }
        _ => 1,
    }
}

fn string_length(rest: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = memchr::memchr2(b'"', b'\\', &rest[at..]) {
        at += found + 1;
        if rest[at - 1] == b'"' {
            return at;
        }
        at = (at + 1).min(rest.len());
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::Token::Key;
    use super::*;

    const LOOSE: &[u8] = br#" { "a" : [ ] , "b" : [ 1.0 , "x \" y" ] , "c" : { } , "d" : null } "#;

    #[test]
    fn only_white_space_between_tokens_goes() {
        let mut out = Vec::new();
        compact(LOOSE, &mut out);
        assert_eq!(out, br#"{"a":[],"b":[1.0,"x \" y"],"c":{},"d":null}"#);
    }

    #[test]
    fn each_item_gets_a_line() {
        let mut out = Vec::new();
        indented(LOOSE, 1, &|_, token, out| out.extend_from_slice(token), &mut out);
        let lines = [
            "{",
            r#"   "a": [],"#,
            r#"   "b": ["#,
            "     1.0,",
            r#"     "x \" y""#,
            "   ],",
            r#"   "c": {},"#,
            r#"   "d": null"#,
            " }",
        ];
        assert_eq!(String::from_utf8_lossy(&out), lines.join("\n"));
    }

    #[test]
    fn keys_are_told_from_strings() {
        let kinds = std::cell::RefCell::new(Vec::new());
        let paint = |token, text: &[u8], _: &mut Vec<u8>| {
            if text[0] == b'"' {
                kinds.borrow_mut().push(token);
            }
        };
        indented(br#"{"k":"v","l":["s","t"]}"#, 0, &paint, &mut Vec::new());
        let text = Token::String;
        assert_eq!(*kinds.borrow(), [Key, text, Key, text, text]);
    }
}
