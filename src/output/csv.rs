//! Rows of delimited text for `convert` and `stats`: quoting, and protection against spreadsheet
//! formulas.

use std::borrow::Cow;

use wide::u8x16;

/// How cells and rows are written.
#[derive(Debug, Clone)]
pub(crate) struct CsvFormat {
    separator: Separator,
    audience: Audience,
    /// Bytes that require quotes around their cell.
    rules: csv_core::Writer,
}

/// The separator of cells, and how it is quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Separator {
    /// RFC 4180: quotes around a cell that needs them. An empty string is `""`, a missing value is
    /// empty.
    Comma,
    /// Tabs, newlines and backslashes in a cell are `\t`, `\n`, `\r`, `\\`. For spreadsheets, which
    /// do not know these escapes, cells are quoted as with commas.
    Tab,
}

/// The reader of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// A program: text is written unchanged.
    Programs,
    /// A spreadsheet: text that would be a formula begins with an apostrophe, as OWASP recommends
    /// against CSV injection. The table begins with a byte order mark, without which Excel assumes
    /// the system's legacy encoding, and lines end in CRLF.
    Spreadsheet,
}

impl CsvFormat {
    pub(crate) fn new(separator: Separator, audience: Audience) -> Self {
        let delimiter = separator.byte();
        let rules = csv_core::WriterBuilder::new().delimiter(delimiter).build();
        Self { separator, audience, rules }
    }

    /// Written before the first row.
    pub(crate) fn begin(&self, out: &mut Vec<u8>) {
        if self.audience == Audience::Spreadsheet {
            out.extend_from_slice("\u{feff}".as_bytes());
        }
    }

    /// Written before the cell with this index.
    pub(crate) fn separate(&self, index: usize, out: &mut Vec<u8>) {
        if index > 0 {
            out.push(self.separator.byte());
        }
    }

    pub(crate) fn end_row(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(match self.audience {
            Audience::Programs => b"\n",
            Audience::Spreadsheet => b"\r\n",
        });
    }

    /// Whether the content of a JSON string is valid as a cell unchanged, with any separator, as it
    /// nearly always is.
    pub(crate) fn stands_as_it_is(&self, bare: &[u8]) -> bool {
        self.audience == Audience::Programs && !bare.is_empty() && is_bare(bare)
    }

    /// Writes a cell of text.
    pub(crate) fn text(&self, content: &[u8], out: &mut Vec<u8>) {
        match (self.audience, self.separator) {
            (Audience::Programs, Separator::Comma) => self.quoted(content, out),
            (Audience::Programs, Separator::Tab) => escaped(content, out),
            (Audience::Spreadsheet, _) => self.quoted(&defused(content), out),
        }
    }

    /// Writes a cell, with quotes if it needs them.
    fn quoted(&self, content: &[u8], out: &mut Vec<u8>) {
        if !content.is_empty() && !self.rules.should_quote(content) {
            out.extend_from_slice(content);
            return;
        }
        out.push(b'"');
        let start = out.len();
        // At worst, every byte is a quote.
        out.resize(start + 2 * content.len(), 0);
        let (_, _, written) = csv_core::quote(content, &mut out[start..], b'"', b'"', true);
        out.truncate(start + written);
        out.push(b'"');
    }
}

/// Whether a text is printable ASCII without quotes, backslashes and commas. All but the last 16
/// bytes are checked 16 at a time, and these once more with those before them.
fn is_bare(text: &[u8]) -> bool {
    let Some(last) = text.last_chunk() else {
        return text
            .iter()
            .all(|byte| (b' '..=b'~').contains(byte) && !matches!(byte, b'"' | b'\\' | b','));
    };
    let (chunks, _) = text.as_chunks();
    chunks.iter().chain([last]).all(|chunk| {
        let bytes = u8x16::new(*chunk);
        let is_plain = bytes.max(u8x16::splat(b' ')).min(u8x16::splat(b'~')).simd_eq(bytes);
        let is_odd = bytes.simd_eq(b'"') | bytes.simd_eq(b'\\') | bytes.simd_eq(b',');
        (is_plain & !is_odd).all()
    })
}

impl Separator {
    fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Tab => b'\t',
        }
    }
}

fn escaped(content: &[u8], out: &mut Vec<u8>) {
    for &byte in content {
        match byte {
            b'\t' => out.extend_from_slice(br"\t"),
            b'\n' => out.extend_from_slice(br"\n"),
            b'\r' => out.extend_from_slice(br"\r"),
            b'\\' => out.extend_from_slice(br"\\"),
            _ => out.push(byte),
        }
    }
}

/// Text with an apostrophe where a spreadsheet would start a formula: at the start of the cell, and
/// wherever a cell would start if the spreadsheet splits at semicolons, tabs or newlines, as Excel
/// does if the comma is the decimal separator.
fn defused(content: &[u8]) -> Cow<'_, [u8]> {
    let text = String::from_utf8_lossy(content);
    if is_negative_number(&text) || !text.contains(is_trigger) {
        return Cow::Borrowed(content);
    }
    let mut safe = String::with_capacity(text.len() + 2);
    let mut is_start = true;
    for (at, one) in text.char_indices() {
        let is_odd_start = at == 0 && matches!(one, '\t' | '\r' | '\n');
        if is_start && (is_trigger(one) && !one.is_whitespace() || is_odd_start) {
            safe.push('\'');
        }
        safe.push(one);
        is_start = matches!(one, ';' | '\t' | '\r' | '\n') || is_start && one.is_whitespace();
    }
    Cow::Owned(safe.into_bytes())
}

/// The characters listed by OWASP: signs that start a formula, their full-width forms, tab and
/// newlines.
fn is_trigger(one: char) -> bool {
    matches!(one, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\t' | '\r' | '\n')
}

/// Whether a spreadsheet would read the text as a number, which is harmless. A number with a plus
/// sign is excluded, because it is a telephone number that would lose its sign.
fn is_negative_number(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    text.strip_prefix('-').is_some_and(|it| it.bytes().all(is_digit) && it.parse::<f64>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(separator: Separator, audience: Audience, content: &str) -> String {
        let mut out = Vec::new();
        CsvFormat::new(separator, audience).text(content.as_bytes(), &mut out);
        String::from_utf8(out).expect("it is UTF-8")
    }

    #[test]
    fn cells_are_quoted_where_they_need_it() {
        let comma = |content| cell(Separator::Comma, Audience::Programs, content);
        assert_eq!(comma("a b;c"), "a b;c");
        assert_eq!(comma(""), "\"\"");
        assert_eq!(comma("a,\"b\"\r\n"), "\"a,\"\"b\"\"\r\n\"");
        assert_eq!(comma("\"\"\""), "\"\"\"\"\"\"\"\"");
        assert_eq!(cell(Separator::Tab, Audience::Programs, "a\t\\\n,"), r"a\t\\\n,");
        assert_eq!(cell(Separator::Tab, Audience::Spreadsheet, "a\tb,"), "\"a\tb,\"");
    }

    #[test]
    fn a_text_stands_as_it_is_unless_one_of_its_bytes_is_odd() {
        let format = CsvFormat::new(Separator::Comma, Audience::Programs);
        assert!(!format.stands_as_it_is(b""));
        for length in 1..70 {
            let plain = vec![b'x'; length];
            assert!(format.stands_as_it_is(&plain));
            for at in 0..length {
                for byte in 0..=u8::MAX {
                    let mut text = plain.clone();
                    text[at] = byte;
                    let is_odd = !(b' '..=b'~').contains(&byte) || b"\"\\,".contains(&byte);
                    assert_eq!(
                        format.stands_as_it_is(&text),
                        !is_odd,
                        "{byte} at {at} of {length}"
                    );
                }
            }
        }
    }

    #[test]
    fn no_text_is_a_formula_in_a_spreadsheet() {
        let shown = |content| cell(Separator::Comma, Audience::Spreadsheet, content);
        for formula in [
            "=cmd|' /C calc'!A0",
            "@SUM(A1)",
            "+1 (415) 999-0000",
            "-2+3",
            "-1e999x",
            "--1",
            "-",
            "＝1",
            "\t=1",
            "\rx",
            "\nx",
            "  =1",
            "\u{a0}=1",
        ] {
            let cell = shown(formula);
            let bare = cell.trim_matches('"').trim_start();
            assert!(bare.starts_with('\''), "{formula:?}: {cell:?}");
        }
        assert_eq!(shown("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(shown("x;=1\n+2"), "\"x;'=1\n'+2\"");
        for harmless in ["-5", "-0.25", "a=b", "a - b", "{\"a\":-1}", "'=", "it's", "Zoë"] {
            assert_eq!(
                shown(harmless).replace("\"\"", "\"").trim_matches('"'),
                harmless.trim_matches('"')
            );
        }
        assert_eq!(cell(Separator::Comma, Audience::Programs, "=1"), "=1");
    }
}
