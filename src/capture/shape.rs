//! How the text of a capture is divided into payloads, told by how it begins.
//!
//! Only the content decides, never the name of a file. Where it is not certain, a capture is JSON
//! Lines: a broken first line must not change how the others are read.

use std::ops::Range;

use clap::ValueEnum;

/// How the user says that captures are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum InputFormat {
    /// As the content of each capture says
    #[default]
    Auto,
    /// JSON Lines: one payload per line
    Lines,
    /// JSON arrays of payloads and JSON documents, in any layout
    Json,
}

/// What a capture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Shape {
    /// JSON Lines: one payload per line.
    #[default]
    Lines,
    /// A JSON array, or several.
    Array,
    /// JSON documents one after the other, each over any number of lines.
    Documents,
    /// A JSON text sequence (RFC 7464): each document follows a record separator.
    TextSequence,
}

impl Shape {
    pub(crate) const COUNT: usize = 4;
}

/// Whether the text that is looked at is all there is to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// More can be read.
    Beginning,
    /// The capture ends with it, or as much as anybody looks at.
    All,
}

/// Bytes of a capture that are looked at before it is read. A first line that is longer is taken for
/// a line.
pub(super) const LOOKED_AT: usize = 64 * 1024;

/// What stands before each document of a text sequence (RFC 7464).
pub(super) const RECORD_SEPARATOR: u8 = 0x1e;

/// The shape of the capture that begins with `text`, less a byte order mark; `None` where more of it
/// is needed to tell.
pub(super) fn detect(text: &[u8], extent: Extent) -> Option<Shape> {
    let otherwise = |shape: Shape| (extent == Extent::All).then_some(shape);
    let rest = after_space(text);
    match rest.first() {
        None => otherwise(Shape::Lines),
        Some(&RECORD_SEPARATOR) => Some(Shape::TextSequence),
        Some(b'[') => array(&rest[1..], extent).or_else(|| otherwise(Shape::Array)),
        Some(b'{') => object(rest).or_else(|| otherwise(Shape::Lines)),
        Some(_) => Some(Shape::Lines),
    }
}

/// An array of payloads, or a line that begins with a bracket, as those of logs do.
fn array(rest: &[u8], extent: Extent) -> Option<Shape> {
    let rest = after_space(rest);
    match rest.first()? {
        // An array without elements is a capture if there is nothing else.
        b']' if after_space(&rest[1..]).is_empty() && extent == Extent::Beginning => None,
        b']' if after_space(&rest[1..]).is_empty() => Some(Shape::Array),
        b'{' => {
            let is_object = matches!(after_space(&rest[1..]).first()?, b'"' | b'}');
            Some(if is_object { Shape::Array } else { Shape::Lines })
        }
        b'"' => {
            let is_object = rest.get(1)? == &b'{';
            Some(if is_object { Shape::Array } else { Shape::Lines })
        }
        _ => Some(Shape::Lines),
    }
}

/// The shape of a capture that begins with an object: where that ends tells.
fn object(text: &[u8]) -> Option<Shape> {
    let mut open: Vec<u8> = Vec::new();
    let (mut at, mut last) = (0, b'{');
    while let Some(&byte) = text.get(at) {
        match byte {
            b'"' => {
                at = match string_end(text, at) {
                    StringEnd::At(end) => end,
                    // A string does not go on in the next line: this one is broken.
                    StringEnd::Newline => return Some(Shape::Lines),
                    StringEnd::Unknown => return None,
                };
                last = byte;
                continue;
            }
            b'{' | b'[' => open.push(byte),
            b'}' | b']' => {
                open.pop();
                if open.is_empty() {
                    return behind_value(&text[at + 1..]);
                }
            }
            b'\n' => {
                let next = *after_space(&text[at..]).first()?;
                let in_array = open.last() == Some(&b'[');
                return Some(behind_newline(last, in_array, next));
            }
            _ => {}
        }
        if !is_space(byte) {
            last = byte;
        }
        at += 1;
    }
    None
}

enum StringEnd {
    /// Behind its closing quote.
    At(usize),
    Newline,
    Unknown,
}

/// Where the string ends whose opening quote is at `start`.
fn string_end(text: &[u8], start: usize) -> StringEnd {
    let mut at = start + 1;
    while let Some(found) = memchr::memchr3(b'"', b'\\', b'\n', text.get(at..).unwrap_or_default())
    {
        at += found;
        match text[at] {
            b'"' => return StringEnd::At(at + 1),
            b'\n' => return StringEnd::Newline,
            _ => at += 2,
        }
    }
    StringEnd::Unknown
}

/// What follows the first object.
fn behind_value(rest: &[u8]) -> Option<Shape> {
    let next = rest.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'))?;
    Some(if *next == b'{' { Shape::Documents } else { Shape::Lines })
}

/// The first line ended with `last` within an object, and the next one begins with `next`: either
/// the object goes on, or its line is broken and another object begins.
fn behind_newline(last: u8, in_array: bool, next: u8) -> Shape {
    let goes_on = match next {
        b'"' | b'}' | b']' | b',' | b':' => true,
        b'{' => last == b':' || in_array && matches!(last, b'[' | b','),
        b'[' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => {
            last == b':' || in_array && matches!(last, b'[' | b',')
        }
        _ => false,
    };
    if goes_on { Shape::Documents } else { Shape::Lines }
}

pub(super) fn after_space(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| !is_space(*byte)).unwrap_or(text.len());
    &text[start..]
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether the array that `text` begins has one element per line, as far as its whole lines tell.
/// Then it can be cut at any newline.
pub(super) fn has_element_per_line(text: &[u8]) -> bool {
    let Some(last) = memchr::memrchr(b'\n', text) else { return false };
    let mut lines = text[..last].split(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default().trim_ascii();
    let first = first.strip_prefix(b"[").unwrap_or(first);
    let mut lines = std::iter::once(first).chain(lines);
    let has_elements = lines.clone().any(|line| !element(line).is_empty());
    has_elements && lines.all(is_element)
}

/// Whether a line of an array is one object, or nothing.
pub(super) fn is_element(line: &[u8]) -> bool {
    let inner = element(line);
    inner.is_empty() || is_object(&line[inner])
}

/// The element of an array that a line holds, without what separates it from others: nothing
/// where the line is only that.
pub(crate) fn element(line: &[u8]) -> Range<usize> {
    let start = line.iter().position(|byte| !is_space(*byte)).unwrap_or(line.len());
    let end = ended(line, line.len());
    if start >= end {
        return start..start;
    }
    match (line[start], line[end - 1]) {
        (b'{', b',') => start..ended(line, end - 1),
        (b'{', b'}') => start..end,
        _ => odd_element(line, start..end),
    }
}

/// The same for lines at the ends of the array, and for what is no object.
fn odd_element(line: &[u8], inner: Range<usize>) -> Range<usize> {
    let Range { mut start, mut end } = inner;
    let is_separator = |byte: u8| is_space(byte) || byte == b',';
    while start < end && is_separator(line[start]) {
        start += 1;
    }
    while start < end && is_separator(line[end - 1]) {
        end -= 1;
    }
    if matches!(&line[start..end], b"[" | b"]") {
        return start..start;
    }
    if line[start..end].starts_with(b"[") && after_space(&line[start + 1..end]).starts_with(b"{") {
        return odd_element(line, start + 1..end);
    }
    if line[start..end].starts_with(b"{") && line[end - 1] == b']' {
        return odd_element(line, start..end - 1);
    }
    start..end
}

/// Where the first `end` bytes of a line end without white space.
fn ended(line: &[u8], end: usize) -> usize {
    line[..end].iter().rposition(|byte| !is_space(*byte)).map_or(0, |last| last + 1)
}

/// Whether `text` is one object as far as brackets and strings tell.
fn is_object(text: &[u8]) -> bool {
    let (mut at, mut depth) = (0_usize, 0_usize);
    while let Some(found) = text.get(at) {
        match found {
            b'"' => match string_end(text, at) {
                StringEnd::At(end) => {
                    at = end;
                    continue;
                }
                StringEnd::Newline | StringEnd::Unknown => return false,
            },
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1 == text.len();
                }
            }
            _ => {}
        }
        at += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = r#"{"type":"mute","detail":{"callId":"a"}}"#;

    fn whole(text: &str) -> Option<Shape> {
        detect(text.as_bytes(), Extent::All)
    }

    #[test]
    fn the_content_tells_the_shape() {
        use Shape::{Array, Documents, Lines, TextSequence};
        let pretty = "{\n  \"type\": \"mute\"\n}";
        for (text, shape) in [
            (String::new(), Lines),
            (EVENT.to_owned(), Lines),
            (format!("\n\n{EVENT}\n{EVENT}"), Lines),
            (format!("{EVENT}\r\n"), Lines),
            (format!("[{EVENT},{EVENT}]"), Array),
            (format!("[\n  {EVENT}\n]"), Array),
            (" [ ]".to_owned(), Array),
            (format!("[]\n{EVENT}"), Lines),
            ("[".to_owned(), Array),
            ("[\"{\\\"type\\\"".to_owned(), Array),
            (pretty.to_owned(), Documents),
            (format!("{EVENT}{EVENT}"), Documents),
            (format!("{EVENT} {EVENT}\n"), Documents),
            ("{\"a\":\n{\"b\":1}}".to_owned(), Documents),
            ("{\"a\":[\n{\"b\":1}]}".to_owned(), Documents),
            (format!("\u{1e}{EVENT}\n"), TextSequence),
            ("[INFO] started".to_owned(), Lines),
            ("[{0}] started".to_owned(), Lines),
            ("[1,2]\n".to_owned(), Lines),
            ("[onTelephonyEvent hold]: {}".to_owned(), Lines),
            ("2025-01-03 {".to_owned(), Lines),
            (format!("{{\"type\":\"mute\n{EVENT}"), Lines),
            (format!("{{\"type\":\"mute\",\n{EVENT}"), Lines),
            (format!("{{\"type\":\"mute\"\n{EVENT}"), Lines),
            (format!("{{\n{EVENT}"), Lines),
            ("{\n2 \"type\"".to_owned(), Lines),
        ] {
            assert_eq!(whole(&text), Some(shape), "{text}");
        }
    }

    #[test]
    fn a_beginning_tells_as_soon_as_it_can() {
        let begins = |text: &str| detect(text.as_bytes(), Extent::Beginning);
        for text in ["", " \n", "[", "[ {", "{", "{\"type\":\"mute\"}", "{\n  "] {
            assert_eq!(begins(text), None, "{text:?}");
        }
        assert_eq!(begins("{}\n"), Some(Shape::Lines));
        assert_eq!(begins("{\n\""), Some(Shape::Documents));
        assert_eq!(begins("[{\""), Some(Shape::Array));
        assert_eq!(begins("x"), Some(Shape::Lines));
    }

    #[test]
    fn an_element_per_line_is_told_from_other_layouts() {
        for text in [
            "[\n{\"a\":1},\n{\"b\":[\"}\"]}\n]\n",
            "[{\"a\":1},\n {\"b\":1} ,\r\n\n{\"c\":1}\n]\n",
            "[\n{\"a\":1}\n,{\"b\":1}\n]\n",
            "[{\"a\":1},\n{\"b\":1}]\n",
        ] {
            assert!(has_element_per_line(text.as_bytes()), "{text}");
        }
        for text in [
            "[{\"a\":1},{\"b\":1}]\n",
            "[\n  {\n    \"a\": 1\n  }\n]\n",
            "[{\"a\":1}",
            "[\n]\n",
            "[\n{\"a\":1}, {\"b\":1},\n{\"c\":1}]\n",
        ] {
            assert!(!has_element_per_line(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn an_element_loses_its_separators_only() {
        for (line, inner) in [
            ("  {\"a\":1},\r", "{\"a\":1}"),
            ("{\"a\":[1]}]", "{\"a\":[1]}"),
            (",{\"a\":1}", "{\"a\":1}"),
            ("[", ""),
            ("],", ""),
            ("[{\"a\":1},", "{\"a\":1}"),
            ("{\"a\":1},]", "{\"a\":1}"),
            (",", ""),
            ("[1],", "[1]"),
            ("oops", "oops"),
        ] {
            assert_eq!(&line[element(line.as_bytes())], inner, "{line}");
        }
    }
}
