//! Events laid out for reading: one property per line, in the payload's own order and spelling.

use std::io::Write as _;

use owo_colors::OwoColorize as _;

use super::Naming;
use crate::check::{Finding, Record};
use crate::contract::Severity;
use crate::json::{self, Token};
use crate::output::EventWriter;
use crate::terminal::TextStyle;
use crate::text::{visible, visible_json};

/// `pretty`.
pub(crate) struct Layout {
    pub(crate) style: TextStyle,
    pub(crate) naming: Naming,
}

impl EventWriter for Layout {
    fn record(&self, record: &Record<'_>, out: &mut Vec<u8>) -> Result<(), Box<Finding>> {
        heading(record, &self.style, self.naming, out);
        if record.is_readable() {
            let paint = |token, text: &[u8], out: &mut Vec<u8>| self.paint(token, text, out);
            json::indented(record.line.bytes, 0, &paint, out);
            out.extend_from_slice(b"\n\n");
        } else {
            show_raw(record, out);
            out.extend_from_slice(if record.is_cut() { b"" } else { b"\n" });
        }
        Ok(())
    }

    fn rest(&self, bytes: &[u8], out: &mut Vec<u8>) -> bool {
        show_safely(bytes, out);
        out.extend_from_slice(if bytes.ends_with(b"\n") { b"\n" } else { b"" });
        true
    }
}

impl Layout {
    fn paint(&self, token: Token, text: &[u8], out: &mut Vec<u8>) {
        let style = self.style.token(token);
        let _ = write!(out, "{}", style.prefix_formatter());
        visible_json(text, out);
        let _ = write!(out, "{}", style.suffix_formatter());
    }
}

/// `capture:12`, and a mark if the line is not JSON.
fn heading(record: &Record<'_>, style: &TextStyle, naming: Naming, out: &mut Vec<u8>) {
    let line = &record.line;
    let name = match naming {
        Naming::Named => format!("{}:", visible(line.capture)),
        Naming::Needless => String::new(),
    };
    let place = format!("{name}{}", line.number);
    let _ = write!(out, "{}", place.style(style.faint()));
    if !record.is_readable() {
        let _ = write!(out, " {}", mark(record).style(style.severity(Severity::Error)));
    }
    out.push(b'\n');
}

/// Why a line cannot be laid out.
pub(super) fn mark(record: &Record<'_>) -> &'static str {
    record.findings().first().map_or("not read", |finding| finding.rule.code())
}

/// A line that is not JSON, unchanged, with a newline unless more of the line follows.
pub(super) fn show_raw(record: &Record<'_>, out: &mut Vec<u8>) {
    show_safely(record.line.bytes, out);
    out.extend_from_slice(if record.is_cut() { b"" } else { b"\n" });
}

/// The bytes of such a line; a newline at the end is kept.
pub(super) fn show_safely(bytes: &[u8], out: &mut Vec<u8>) {
    let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    out.extend_from_slice(visible(&String::from_utf8_lossy(text)).as_bytes());
    out.extend_from_slice(&bytes[text.len()..]);
}
