//! JSON strings: from their quoted spelling to text and back.

use std::borrow::Cow;

/// The string's text in generalized UTF-8 (WTF-8): like UTF-8, but a lone surrogate, which RFC 8259
/// allows as an escape, is kept as three bytes. So distinct strings stay distinct.
///
/// `quoted` includes both quotes and must follow JSON's grammar.
pub(crate) fn decode(quoted: &[u8]) -> Cow<'_, [u8]> {
    let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    if memchr::memchr(b'\\', inner).is_none() {
        return Cow::Borrowed(inner);
    }
    let mut text = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        text.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        rest = &rest[decode_escape(rest, &mut text)..];
    }
    text.extend_from_slice(rest);
    Cow::Owned(text)
}

/// The bytes of the string's text in UTF-8, as by [`decode_lossy`]; borrowed if the line is UTF-8
/// and nothing is escaped.
pub(crate) fn decode_utf8(quoted: &[u8]) -> Cow<'_, [u8]> {
    match decode(quoted) {
        Cow::Borrowed(text) => Cow::Borrowed(text),
        Cow::Owned(_) => Cow::Owned(decode_lossy(quoted).into_bytes()),
    }
}

/// Behind each escape of the string: bytes of its text so far, and of `quoted`.
pub(crate) fn escapes(quoted: &[u8]) -> Vec<(usize, usize)> {
    let inner = &quoted[..quoted.len().saturating_sub(1)];
    let (mut found, mut at, mut length, mut text) = (Vec::new(), 1, 0, Vec::new());
    while let Some(plain) = memchr::memchr(b'\\', inner.get(at..).unwrap_or_default()) {
        text.clear();
        let escape = decode_escape(&inner[at + plain..], &mut text);
        at += plain + escape;
        length += plain + text.len();
        found.push((length, at));
    }
    found
}

/// Whether the string's text equals `text`; most strings have no escapes.
pub(crate) fn spells(quoted: &[u8], text: &str) -> bool {
    let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    let text = text.as_bytes();
    // An escape is longer than what it stands for.
    inner == text || inner.len() > text.len() && inner.contains(&b'\\') && *decode(quoted) == *text
}

/// The string's text in UTF-8; a lone surrogate becomes one U+FFFD.
pub(crate) fn decode_lossy(quoted: &[u8]) -> String {
    decode_text(quoted).into_owned()
}

/// The same, borrowed if nothing is escaped.
pub(crate) fn decode_text(quoted: &[u8]) -> Cow<'_, str> {
    match decode(quoted) {
        Cow::Borrowed(text) => match std::str::from_utf8(text) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(without_surrogates(text)),
        },
        Cow::Owned(text) => Cow::Owned(match String::from_utf8(text) {
            Ok(text) => text,
            Err(error) => without_surrogates(error.as_bytes()),
        }),
    }
}

/// WTF-8 in UTF-8.
fn without_surrogates(decoded: &[u8]) -> String {
    let mut text = String::new();
    for chunk in decoded.utf8_chunks() {
        text.push_str(chunk.valid());
        // The second and third byte of a surrogate are separate invalid chunks.
        if chunk.invalid().first().is_some_and(|&byte| byte >= 0xc0) {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    text
}

/// `text` as a JSON string, quotes included.
pub(crate) fn quote(text: &str) -> String {
    // A string can always be written.
    serde_json::to_string(text).unwrap_or_default()
}

/// Appends the character of the escape at the start of `rest`; returns the escape's length.
fn decode_escape(rest: &[u8], text: &mut Vec<u8>) -> usize {
    let plain = match rest.get(1) {
        Some(b'b') => 0x08,
        Some(b'f') => 0x0c,
        Some(b'n') => b'\n',
        Some(b'r') => b'\r',
        Some(b't') => b'\t',
        Some(b'u') => return decode_unicode(rest, text),
        Some(&same) => same,
        None => b'\\',
    };
    text.push(plain);
    rest.len().min(2)
}

fn decode_unicode(rest: &[u8], text: &mut Vec<u8>) -> usize {
    let first = code_unit(rest).unwrap_or(0xfffd);
    if (0xd800..0xdc00).contains(&first)
        && rest.get(6) == Some(&b'\\')
        && let Some(second) = code_unit(&rest[6..])
        && (0xdc00..0xe000).contains(&second)
    {
        let scalar = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        push_code_point(scalar, text);
        return 12;
    }
    push_code_point(first, text);
    rest.len().min(6)
}

/// The UTF-16 code unit of a `\uXXXX` at the start of `rest`.
fn code_unit(rest: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(rest.get(2..6)?).ok()?;
    (rest[1] == b'u').then(|| u32::from_str_radix(digits, 16).ok())?
}

fn push_code_point(code: u32, text: &mut Vec<u8>) {
    if let Some(scalar) = char::from_u32(code) {
        text.extend_from_slice(scalar.encode_utf8(&mut [0; 4]).as_bytes());
    } else {
        let [_, _, high, low] = code.to_be_bytes();
        text.push(0xe0 | (high >> 4));
        text.push(0x80 | ((high & 0x0f) << 2) | (low >> 6));
        text.push(0x80 | (low & 0x3f));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_what_they_stand_for() {
        assert_eq!(
            decode_lossy(br#""a\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00""#),
            "a\"\\/\u{8}\u{c}\n\r\tAé😀"
        );
    }

    #[test]
    fn every_escape_is_known_by_where_it_ends() {
        let quoted = br#""a\"b\u00e9\ud83d\ude00c\ud800""#;
        assert_eq!(escapes(quoted), [(2, 4), (5, 11), (9, 23), (13, 30)]);
        assert_eq!(decode(quoted).len(), 13);
        assert_eq!(escapes(b"\"abc\""), []);
    }

    #[test]
    fn lone_surrogates_stay_distinct() {
        let [one, two] = [decode(br#""\ud800""#), decode(br#""\udfff""#)];
        assert_ne!(one, two);
        assert_eq!(decode_lossy(br#""\ud800x""#), "\u{fffd}x");
        assert_eq!(*decode(br#""\ud800\ud83d\ude00""#), *b"\xed\xa0\x80\xf0\x9f\x98\x80");
    }
}
