//! A JSON string as a row of characters that know how they were spelled, so that whatever takes
//! their place is spelled the same way.

/// A character of a string: a code point, which may be a surrogate that stands alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Character {
    pub(super) code: u32,
    spelling: Spelling,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// As itself, or as an escape of two characters where JSON wants one.
    Plain,
    /// `\/`, the one that JSON does not want.
    Short,
    /// `\u00e9`
    Lower,
    /// `\u00E9`
    Upper,
}

/// What a lone surrogate and the character that is written for one have in common.
pub(super) const REPLACEMENT: u32 = 0xfffd;

impl Character {
    pub(super) fn plain(code: char) -> Self {
        Self { code: code.into(), spelling: Spelling::Plain }
    }

    /// Another character in the same spelling.
    pub(super) fn with(self, code: u32) -> Self {
        Self { code, ..self }
    }

    /// The code for which this one counts where texts are compared.
    pub(super) fn compared(self) -> u32 {
        if (0xd800..0xe000).contains(&self.code) { REPLACEMENT } else { self.code }
    }

    /// The ASCII character that this is.
    pub(super) fn ascii(self) -> Option<u8> {
        u8::try_from(self.code).ok().filter(u8::is_ascii)
    }

    pub(super) fn is(self, test: impl Fn(&u8) -> bool) -> bool {
        self.ascii().is_some_and(|byte| test(&byte))
    }
}

/// The characters of a string, whose token has its quotes and follows JSON's grammar.
pub(super) fn characters(token: &[u8]) -> Vec<Character> {
    let inner = token.get(1..token.len().saturating_sub(1)).unwrap_or_default();
    let mut found = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        push_plain(&rest[..at], &mut found);
        rest = &rest[at..];
        rest = &rest[push_escape(rest, &mut found)..];
    }
    push_plain(rest, &mut found);
    found
}

/// The string's token.
pub(super) fn token(characters: &[Character]) -> Vec<u8> {
    let mut out = Vec::with_capacity(characters.len() + 2);
    out.push(b'"');
    for character in characters {
        push_token(*character, &mut out);
    }
    out.push(b'"');
    out
}

fn push_plain(text: &[u8], found: &mut Vec<Character>) {
    found.extend(String::from_utf8_lossy(text).chars().map(Character::plain));
}

/// Takes in the escape that `rest` begins with; returns its length.
fn push_escape(rest: &[u8], found: &mut Vec<Character>) -> usize {
    let (code, spelling) = match rest.get(1) {
        Some(b'b') => (0x08, Spelling::Plain),
        Some(b'f') => (0x0c, Spelling::Plain),
        Some(b'n') => (0x0a, Spelling::Plain),
        Some(b'r') => (0x0d, Spelling::Plain),
        Some(b't') => (0x09, Spelling::Plain),
        Some(b'u') => return push_unicode(rest, found),
        Some(b'/') => (b'/'.into(), Spelling::Short),
        Some(&same) => (same.into(), Spelling::Plain),
        None => (b'\\'.into(), Spelling::Plain),
    };
    found.push(Character { code, spelling });
    rest.len().min(2)
}

fn push_unicode(rest: &[u8], found: &mut Vec<Character>) -> usize {
    let spelled = |digits: &[u8]| {
        if digits.iter().any(u8::is_ascii_uppercase) { Spelling::Upper } else { Spelling::Lower }
    };
    let first = unit(rest).unwrap_or(REPLACEMENT);
    if (0xd800..0xdc00).contains(&first)
        && let Some(second) = rest.get(6..).and_then(unit)
        && (0xdc00..0xe000).contains(&second)
    {
        let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        found.push(Character { code, spelling: spelled(&rest[2..12.min(rest.len())]) });
        return 12;
    }
    let length = rest.len().min(6);
    found.push(Character { code: first, spelling: spelled(&rest[2..length]) });
    length
}

/// The UTF-16 code unit of a `\uXXXX` at the start of `rest`.
fn unit(rest: &[u8]) -> Option<u32> {
    let digits = rest.get(..6)?.strip_prefix(b"\\u")?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn push_token(character: Character, out: &mut Vec<u8>) {
    let escape = |unit: u16| match character.spelling {
        Spelling::Upper => format!("\\u{unit:04X}"),
        Spelling::Plain | Spelling::Short | Spelling::Lower => format!("\\u{unit:04x}"),
    };
    let Some(plain) = char::from_u32(character.code) else {
        // A surrogate that stands alone can only be written as an escape.
        out.extend_from_slice(escape(u16::try_from(character.code).unwrap_or_default()).as_bytes());
        return;
    };
    match (character.spelling, plain) {
        (Spelling::Lower | Spelling::Upper, _) => {
            for unit in plain.encode_utf16(&mut [0; 2]) {
                out.extend_from_slice(escape(*unit).as_bytes());
            }
        }
        (_, '"') => out.extend_from_slice(b"\\\""),
        (_, '\\') => out.extend_from_slice(b"\\\\"),
        (Spelling::Short, '/') => out.extend_from_slice(b"\\/"),
        (_, '\u{8}') => out.extend_from_slice(b"\\b"),
        (_, '\u{c}') => out.extend_from_slice(b"\\f"),
        (_, '\n') => out.extend_from_slice(b"\\n"),
        (_, '\r') => out.extend_from_slice(b"\\r"),
        (_, '\t') => out.extend_from_slice(b"\\t"),
        (_, plain) => out.extend_from_slice(plain.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_keeps_its_spelling() {
        for text in [
            r#""""#,
            r#""plain é 😀""#,
            r#""\b\f\n\r\t\"\\\/ /""#,
            r#""\u00e9\u00E9\ud83d\ude00\uD83D\uDE00""#,
            r#""\ud800x\udfff\u0041""#,
        ] {
            let found = token(&characters(text.as_bytes()));
            assert_eq!(String::from_utf8(found).expect("it is UTF-8"), text);
        }
    }
}
