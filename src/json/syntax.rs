//! Describes what is wrong with a text that is not JSON: where, what was expected, what to do.
//!
//! The usual causes are in how captures are made: text pasted from the documentation site,
//! `console.log` prefixes, pretty-printed events, JavaScript literals, truncated files.

use std::ops::Range;

/// A position at which the text is not valid JSON, explained.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SyntaxError {
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
    /// A short label shown under the position.
    pub(crate) label: String,
    pub(crate) help: Option<String>,
}

/// The first invalid byte, and what was expected there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) expected: Expected,
}

/// What the grammar allows at a position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Expected {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    /// A comma or this closing bracket.
    CommaOr(u8),
    End {
        value_end: usize,
    },
    StringEnd {
        start: usize,
    },
    NoControlCharacter,
    Escape,
    HexDigit,
    Digit,
    NoLeadingZero,
}

impl Expected {
    fn words(self) -> String {
        match self {
            Self::Value => "a JSON value".into(),
            Self::ValueOrEnd => "a JSON value or `]`".into(),
            Self::Key => "a key in double quotes".into(),
            Self::KeyOrEnd => "a key in double quotes or `}`".into(),
            Self::Colon => "`:` after the key".into(),
            Self::CommaOr(close) => format!("`,` or `{}`", char::from(close)),
            Self::End { .. } => "the end of the line".into(),
            Self::StringEnd { .. } => "the closing `\"` of the string".into(),
            Self::NoControlCharacter => "no raw control character in a string".into(),
            Self::Escape => r#"one of \" \\ \/ \b \f \n \r \t \u after the backslash"#.into(),
            Self::HexDigit => r"four hexadecimal digits after \u".into(),
            Self::Digit => "a digit".into(),
            Self::NoLeadingZero => "a number without a leading zero".into(),
        }
    }
}

impl SyntaxError {
    /// Describes `fault`. `open` has the positions of unclosed brackets. Cold.
    pub(super) fn explain(text: &[u8], fault: &Fault, open: &[usize]) -> Self {
        let place = Place { text, at: fault.at, expected: fault.expected, open };
        if let Some(error) =
            place.glued_number().or_else(|| place.before_payload()).or_else(|| place.no_value())
        {
            return error;
        }
        let (message, help) = place.cause().unwrap_or_else(|| {
            (format!("expected {}, found {}", fault.expected.words(), place.found()), None)
        });
        Self { span: place.span(), message, label: place.label(), help }
    }
}

/// A fault and its surroundings.
struct Place<'a> {
    text: &'a [u8],
    at: usize,
    expected: Expected,
    open: &'a [usize],
}

type Cause = (String, Option<String>);

const ONE_PER_LINE: &str = "a capture has one complete payload per line; `jq -c . FILE` writes such \
    lines of pretty-printed or concatenated JSON";
const GLUED: &str = "this looks like a line number copied from the documentation page; \
    remove the numbers and put the payload on one line";
const ONE_PAYLOAD: &str = "a line of a capture is one JSON payload, {\"type\": …, \"detail\": {…}}";
const STRAIGHT: &str = "replace curly quotes with straight ones (\")";

impl Place<'_> {
    fn cause(&self) -> Option<Cause> {
        self.byte_trouble().or_else(|| match self.expected {
            Expected::End { .. } => self.trailing(),
            Expected::Key | Expected::KeyOrEnd => self.not_a_key(),
            Expected::Value | Expected::ValueOrEnd => self.not_a_value(),
            Expected::CommaOr(_) => self.no_comma(),
            Expected::NoControlCharacter => Some(self.control_character()),
            Expected::NoLeadingZero => {
                Some(cause("a number with a leading zero", "JSON numbers do not start with 0"))
            }
            Expected::Colon
            | Expected::StringEnd { .. }
            | Expected::Escape
            | Expected::HexDigit
            | Expected::Digit => None,
        })
    }

    /// Causes that do not depend on the expected token.
    fn byte_trouble(&self) -> Option<Cause> {
        let rest = self.rest();
        if rest.is_empty() {
            return Some(self.line_ends());
        }
        if rest.starts_with("\u{feff}") {
            let help = "remove it; files that start with a byte order mark were concatenated";
            return Some(cause("a byte order mark in the middle of the file", help));
        }
        if rest.starts_with('\0') {
            let help = "the file was cut by a crash, or it is UTF-16 (convert it to UTF-8)";
            return Some(cause("a NUL byte", help));
        }
        if self.expected != Expected::NoControlCharacter && rest.starts_with(CURLY) {
            let message = format!("a curly quote, expected {}", self.expected.words());
            return Some((message, Some(STRAIGHT.into())));
        }
        None
    }

    fn line_ends(&self) -> Cause {
        let expected = self.expected.words();
        let message = if matches!(self.expected, Expected::StringEnd { .. }) {
            "the line ends inside a string".into()
        } else if self.open.is_empty() {
            format!("the line ends, expected {expected}")
        } else {
            format!("the line ends too early: expected {expected}")
        };
        let quote = matches!(self.expected, Expected::StringEnd { .. }).then_some('"');
        let brackets = self.open.iter().rev().map(|&at| closing(self.text[at]));
        let missing: String = quote.into_iter().chain(brackets).collect();
        let cut = "the line was truncated, or the payload continues on the next line";
        let help = match missing.len() {
            0 => format!("{cut}; {ONE_PER_LINE}"),
            1 => format!("`{missing}` is missing: {cut}; {ONE_PER_LINE}"),
            _ => format!("`{missing}` are missing: {cut}; {ONE_PER_LINE}"),
        };
        (message, Some(help))
    }

    /// More text after a complete value.
    fn trailing(&self) -> Option<Cause> {
        match self.rest().chars().next()? {
            ':' => Some(cause("a property outside of an object", ONE_PER_LINE)),
            '{' | '[' => Some(cause("a second JSON value on the same line", ONE_PER_LINE)),
            '}' | ']' => Some(cause(
                "one closing bracket too many",
                "remove it, or add the missing opening bracket",
            )),
            ',' => Some(cause(
                "a comma after the payload",
                "remove it; the lines of a capture are not separated by commas",
            )),
            _ => None,
        }
    }

    fn not_a_value(&self) -> Option<Cause> {
        let rest = self.rest();
        let word = word(rest);
        let spelled = |right: &str| {
            let message = format!("`{word}` is not JSON: expected {}", self.expected.words());
            Some((message, Some(format!("JSON spells it `{right}`"))))
        };
        match word.to_ascii_lowercase().as_str() {
            "null" | "none" | "nil" | "undefined" => return spelled("null"),
            "true" => return spelled("true"),
            "false" => return spelled("false"),
            "nan" | "infinity" => {
                let message = format!("`{word}` is not JSON: numbers are finite");
                return Some((message, Some("`null` is what JSON.stringify writes".into())));
            }
            _ => {}
        }
        if let Some(common) = self.javascript() {
            return Some(common);
        }
        if self.open.is_empty() && !matches!(rest.as_bytes().first(), Some(b'}' | b']' | b',')) {
            return Some((expected_a_value(&self.found()), Some(ONE_PAYLOAD.into())));
        }
        match rest.as_bytes().first() {
            Some(b'}' | b']') if self.open.is_empty() => {
                Some(cause("a closing bracket without an opening one", ONE_PER_LINE))
            }
            Some(b',' | b'}' | b']') => Some(self.comma_before().unwrap_or_else(|| {
                let message = format!("a value is missing, expected {}", self.expected.words());
                (message, None)
            })),
            _ => None,
        }
    }

    fn not_a_key(&self) -> Option<Cause> {
        if let Some(common) = self.javascript() {
            return Some(common);
        }
        let rest = self.rest();
        if rest.starts_with('}') {
            return self.comma_before();
        }
        if rest.starts_with(|first: char| first.is_ascii_digit()) {
            return Some(cause("a number where a key was expected", GLUED));
        }
        let word = word(rest);
        (!word.is_empty()).then(|| {
            let message = format!("the key `{word}` has no quotes");
            (message, Some(format!("JSON wants \"{word}\"; {STRINGIFY}")))
        })
    }

    fn no_comma(&self) -> Option<Cause> {
        let rest = self.rest();
        if rest.starts_with('"') {
            let message = format!("a comma is missing, expected {}", self.expected.words());
            return Some((message, Some("insert a comma before this".into())));
        }
        if rest.starts_with(['}', ']']) {
            let opened = self.open.last().map(|&at| char::from(self.text[at]))?;
            let message = format!(
                "expected {}, found {}: `{opened}` is still open",
                self.expected.words(),
                self.found()
            );
            return Some((message, None));
        }
        self.javascript()
    }

    /// Syntax that JavaScript allows and JSON does not.
    fn javascript(&self) -> Option<Cause> {
        let rest = self.rest();
        if rest.starts_with('\'') {
            let help = format!("JSON needs double quotes; {STRINGIFY}");
            return Some(("a single quote".into(), Some(help)));
        }
        if rest.starts_with("//") || rest.starts_with("/*") {
            return Some(cause("a comment", "JSON has no comments; remove it"));
        }
        None
    }

    fn comma_before(&self) -> Option<Cause> {
        let before = self.text[..self.at].trim_ascii_end();
        before.ends_with(b",").then(|| {
            let message = format!("an extra comma before {}", self.found());
            (message, Some("remove the comma after the last item".into()))
        })
    }

    /// A line that starts like a log or console line and then contains what looks like a payload.
    fn before_payload(&self) -> Option<SyntaxError> {
        let brace = memchr::memchr(b'{', self.text)?;
        let (before, payload) = self.text.split_at(brace);
        let is_payload = payload[1..].trim_ascii_start().starts_with(b"\"");
        let is_json = match before.trim_ascii_start().first() {
            // A bracket that is closed again, as in `[INFO] {`, does not start an array.
            Some(b'[') => !before.contains(&b']'),
            Some(b'"' | b'}' | b']') | None => true,
            Some(_) => false,
        };
        if self.at > brace || !is_payload || is_json {
            return None;
        }
        if self.byte_trouble().or_else(|| self.javascript()).is_some() {
            return None;
        }
        let start = before.len() - before.trim_ascii_start().len();
        let help = format!(
            "the payload seems to start at byte {} of the line: remove the text before it \
             (`sed 's/^[^{{]*//'`)",
            brace + 1
        );
        Some(SyntaxError {
            span: start..before.trim_ascii_end().len().max(start + 1),
            message: "text before the payload".into(),
            label: "not part of the payload".into(),
            help: Some(help),
        })
    }

    /// A line that starts with a JSON number or array but is not JSON: `2025-01-03 started`.
    fn no_value(&self) -> Option<SyntaxError> {
        let Expected::End { value_end } = self.expected else { return None };
        let value = self.text[..value_end].trim_ascii_start();
        let next = self.rest().chars().next()?;
        let is_text = match value.first()? {
            b'0'..=b'9' => matches!(next, '-' | 'T' | '/' | ':' | '.'),
            b'[' => !value.contains(&b'{') && !matches!(next, '{' | '[' | '}' | ']' | ':' | ','),
            _ => false,
        };
        if !is_text || self.byte_trouble().is_some() {
            return None;
        }
        let start = self.text.len() - self.text.trim_ascii_start().len();
        let line = std::str::from_utf8(&self.text[start..]).ok()?;
        let word = line.split_ascii_whitespace().next()?;
        let word = word.char_indices().nth(LONGEST_WORD).map_or(word, |(end, _)| &word[..end]);
        Some(SyntaxError {
            span: start..start + word.len(),
            message: expected_a_value(&format!("`{word}`")),
            label: format!("expected {}", Expected::Value.words()),
            help: Some(ONE_PAYLOAD.into()),
        })
    }

    /// A number before what may be part of a payload, copied from a page with line numbers.
    fn glued_number(&self) -> Option<SyntaxError> {
        let Expected::End { value_end } = self.expected else { return None };
        let value = self.text[..value_end].trim_ascii_start();
        let is_number = value.first().is_some_and(u8::is_ascii_digit);
        if !is_number || !self.rest().starts_with(['{', '}', '"', ']']) {
            return None;
        }
        Some(SyntaxError {
            span: value_end - value.len()..value_end,
            message: "a number before the payload".into(),
            label: "not part of the payload".into(),
            help: Some(GLUED.into()),
        })
    }

    fn control_character(&self) -> Cause {
        let byte = self.text[self.at];
        let escape = match byte {
            b'\t' => r"\t".to_owned(),
            b'\r' => r"\r".to_owned(),
            _ => format!(r"\u{byte:04x}"),
        };
        let message = format!("a raw control character (U+{byte:04X}) in a string");
        (message, Some(format!("escape it as {escape}")))
    }

    /// From the fault to the end of the line; empty at the end.
    fn rest(&self) -> &str {
        std::str::from_utf8(&self.text[self.at..]).unwrap_or("\u{fffd}")
    }

    fn found(&self) -> String {
        match self.rest().chars().next() {
            None => "the end of the line".into(),
            Some(one) if one.is_control() => format!("U+{:04X}", u32::from(one)),
            Some(_) if word(self.rest()).len() > 1 => format!("`{}`", word(self.rest())),
            Some(one) => format!("`{one}`"),
        }
    }

    fn span(&self) -> Range<usize> {
        let rest = self.rest();
        let length = word(rest).len().max(rest.chars().next().map_or(0, char::len_utf8));
        self.at..self.at + length
    }

    fn label(&self) -> String {
        if matches!(self.expected, Expected::NoControlCharacter | Expected::NoLeadingZero) {
            return "here".into();
        }
        format!("expected {}", self.expected.words())
    }
}

const CURLY: [char; 4] = ['\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}'];
const STRINGIFY: &str = "log JSON.stringify({type: event.type, detail: event.detail})";

fn expected_a_value(found: &str) -> String {
    format!("expected {}, found {found}", Expected::Value.words())
}

fn cause(message: &str, help: &str) -> Cause {
    (message.into(), Some(help.into()))
}

fn closing(open: u8) -> char {
    if open == b'{' { '}' } else { ']' }
}

/// Maximum number of characters of the capture in a message.
const LONGEST_WORD: usize = 40;

/// The identifier at the start of `text`.
fn word(text: &str) -> &str {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
    let first = text.as_bytes().first().is_some_and(|byte| !byte.is_ascii_digit());
    let length = text.bytes().take(LONGEST_WORD).take_while(|&byte| first && is_word(byte)).count();
    &text[..length]
}

#[cfg(test)]
mod tests {
    use super::super::{Trouble, parse};

    /// `line` with a `|` at the fault, and the message.
    fn explained(text: &str) -> (String, String, String) {
        match parse(text.as_bytes(), 128) {
            Err(Trouble::Syntax(error)) => {
                let (before, after) = text.split_at(error.span.start);
                (format!("{before}|{after}"), error.message, error.help.unwrap_or_default())
            }
            other => panic!("{text} should be a syntax error, not {other:?}"),
        }
    }

    #[test]
    fn the_very_byte_is_pointed_at() {
        for marked in [
            r#"{"id":"x" |"ts":1}"#,
            r#"{"a":|NULL}"#,
            r#"{"a":1|"#,
            r#"{"a":[1,2|}"#,
            r#"{"a":1}|}"#,
            r#"{"a":1,|}"#,
            r#"{"a":"b|"#,
            r"{|a:1}",
            r"{|“a”:1}",
            r"|1{",
            r#"|2 "type": "transcript","#,
            r"[|object Object]",
            r#"{"a":|01}"#,
            r#"{"a":1.|}"#,
            r#"{"a":"|\x"}"#,
            r#"{"a":"\u12|g4"}"#,
            r#"{"a":|nul}"#,
        ] {
            assert_eq!(explained(&marked.replace('|', "")).0, marked);
        }
    }

    #[test]
    fn what_is_missing_at_the_end_is_spelled_out() {
        let (_, message, help) = explained(r#"{"a":{"b":[1"#);
        assert_eq!(message, "the line ends too early: expected `,` or `]`");
        assert!(help.starts_with("`]}}` are missing"), "{help}");
        let (_, _, help) = explained(r#"{"a":"b"#);
        assert!(help.starts_with("`\"}` are missing"), "{help}");
    }

    #[test]
    fn words_of_other_languages_are_translated() {
        assert_eq!(explained(r#"{"a":NULL}"#).2, "JSON spells it `null`");
        assert_eq!(explained(r#"{"a":True}"#).2, "JSON spells it `true`");
    }
}
