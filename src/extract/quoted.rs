//! Strings in any quotes, rewritten as JSON strings.

use super::treatment::Treatment;
use super::treatments::Treatments;

/// Quotes of word processors, single and double.
pub(super) const CURLY: [&str; 5] = ["\u{201c}", "\u{201d}", "\u{201e}", "\u{2018}", "\u{2019}"];

/// Appends the string that `text` begins with as a JSON string; returns its length in `text` and what
/// was done. `None` where its end cannot be told.
pub(super) fn string(text: &[u8], out: &mut Vec<u8>) -> Option<(usize, Treatments)> {
    let curly = CURLY.iter().find(|quote| text.starts_with(quote.as_bytes()));
    let (start, repairs) = match (curly, text.first()?) {
        (Some(quote), _) => (quote.len(), Treatments::of(Treatment::CurlyQuotes)),
        (None, b'"') => (1, Treatments::NONE),
        (None, _) => (1, Treatments::of(Treatment::SingleQuotes)),
    };
    let mut writer = Writer { text, at: start, out, repairs };
    writer.out.push(b'"');
    if curly.is_some() {
        writer.curly()?;
    } else {
        writer.ascii(text[0])?;
    }
    writer.out.push(b'"');
    Some((writer.at, writer.repairs))
}

struct Writer<'a> {
    text: &'a [u8],
    at: usize,
    out: &'a mut Vec<u8>,
    repairs: Treatments,
}

impl Writer<'_> {
    /// Up to the next `quote` that is not escaped.
    fn ascii(&mut self, quote: u8) -> Option<()> {
        loop {
            let byte = *self.text.get(self.at)?;
            match byte {
                _ if byte == quote => {
                    self.at += 1;
                    return Some(());
                }
                b'\\' => self.escape()?,
                // Only template literals run on over lines.
                b'\n' if quote != b'`' => return None,
                _ => self.plain(byte),
            }
        }
    }

    /// Up to the next closing quote that a delimiter follows: apostrophes look the same.
    fn curly(&mut self) -> Option<()> {
        loop {
            let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
            let quote = CURLY.iter().find(|quote| rest.starts_with(quote.as_bytes()));
            let length = quote.map_or(1, |quote| quote.len());
            let is_quote = quote.is_some() || rest.starts_with(b"\"");
            if is_quote && is_delimited(&rest[length..]) {
                self.at += length;
                return Some(());
            }
            match rest[0] {
                b'\\' => self.escape()?,
                b'\n' => return None,
                byte => self.plain(byte),
            }
        }
    }

    fn plain(&mut self, byte: u8) {
        self.at += 1;
        match byte {
            b'"' => self.out.extend_from_slice(b"\\\""),
            b'\t' => self.repaired(Treatment::ControlCharacters, b"\\t"),
            0..=0x1f => {
                let escape = format!("\\u{byte:04x}");
                self.repaired(Treatment::ControlCharacters, escape.as_bytes());
            }
            _ => self.out.push(byte),
        }
    }

    fn repaired(&mut self, treatment: Treatment, text: &[u8]) {
        self.repairs = self.repairs.with(treatment);
        self.out.extend_from_slice(text);
    }

    fn escape(&mut self) -> Option<()> {
        let next = *self.text.get(self.at + 1)?;
        let escape = &self.text[self.at..];
        let digits = |from: usize, count: usize| {
            let digits = escape.get(from..from + count)?;
            digits.iter().all(u8::is_ascii_hexdigit).then_some(digits)
        };
        let length = match next {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {
                self.out.extend_from_slice(&escape[..2]);
                2
            }
            b'u' => {
                digits(2, 4)?;
                self.out.extend_from_slice(&escape[..6]);
                6
            }
            b'\'' | b'`' => {
                self.out.push(next);
                2
            }
            b'x' => {
                let spelled = [b"\\u00", digits(2, 2)?].concat();
                self.repaired(Treatment::Escapes, &spelled);
                4
            }
            b'v' => {
                self.repaired(Treatment::Escapes, b"\\u000b");
                2
            }
            b'0' if !escape.get(2).is_some_and(u8::is_ascii_digit) => {
                self.repaired(Treatment::Escapes, b"\\u0000");
                2
            }
            // JavaScript takes any other character for itself.
            _ if next.is_ascii_graphic() && !next.is_ascii_digit() => {
                self.repaired(Treatment::Escapes, &[next]);
                2
            }
            _ => return None,
        };
        self.at += length;
        Some(())
    }
}

/// Whether what follows a quote shows that the string ends there.
fn is_delimited(rest: &[u8]) -> bool {
    const MOST_SPACES: usize = 32;
    let rest = &rest[..rest.len().min(MOST_SPACES)];
    matches!(rest.trim_ascii_start().first(), None | Some(b',' | b':' | b'}' | b']'))
}
