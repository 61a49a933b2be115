//! One aligned line an event: where, what, whose call, and what matters for its type.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;

use owo_colors::OwoColorize as _;
use unicode_width::UnicodeWidthStr as _;

use super::Naming;
use super::layout::{mark, show_raw, show_safely};
use crate::check::{Finding, Payload, Record};
use crate::contract::{Bundle, Event, EventId, Property, Severity};
use crate::json;
use crate::output::EventWriter;
use crate::terminal::TextStyle;
use crate::text::{shortened, visible};

/// `pretty --oneline`.
pub(crate) struct Oneline {
    pub(crate) style: TextStyle,
    pub(crate) naming: Naming,
    pub(crate) bundle: Arc<Bundle>,
}

/// Columns for the line number: a column that grows with the number would not be aligned.
const NUMBER_WIDTH: usize = 6;
/// Columns for the callId: a UUID's 36 characters are shown by their first 8, which is how people
/// tell calls apart; others may have twelve.
const CALL_WIDTH: usize = 12;
const UUID_LENGTH: usize = 36;

impl EventWriter for Oneline {
    fn record(&self, record: &Record<'_>, out: &mut Vec<u8>) -> Result<(), Box<Finding>> {
        let line = &record.line;
        if self.naming == Naming::Named {
            let _ = write!(out, "{}:", visible(line.capture).style(self.style.faint()));
        }
        let number = format!("{:>NUMBER_WIDTH$}", line.number);
        let _ = write!(out, "{}  ", number.style(self.style.faint()));
        if record.with_payload(|payload| self.payload(record, payload, out)).is_err() {
            let name = padded(mark(record), kind_width());
            let _ = write!(out, "{}  ", name.style(self.style.severity(Severity::Error)));
            show_raw(record, out);
        }
        Ok(())
    }

    fn rest(&self, bytes: &[u8], out: &mut Vec<u8>) -> bool {
        show_safely(bytes, out);
        true
    }
}

impl Oneline {
    fn payload(&self, record: &Record<'_>, payload: &Payload, out: &mut Vec<u8>) {
        let kind = payload.kind.as_deref().unwrap_or("-");
        let kind = padded(&visible(&shortened(kind, 40)), kind_width());
        let call = payload.call_id.as_deref().unwrap_or("-");
        let call = match call.len() {
            UUID_LENGTH if call.is_ascii() => &call[..8],
            _ => call,
        };
        let call = padded(&visible(&shortened(call, CALL_WIDTH)), CALL_WIDTH);
        let mut row = format!("{}  {call}", kind.style(self.style.strong()));
        match payload.event {
            Some(id) => self.values(record, payload, self.bundle.event(id), &mut row),
            None => {
                row.push_str("  ");
                row.push_str(&shown(record.payload_text()));
            }
        }
        out.extend_from_slice(row.trim_end().as_bytes());
        out.push(b'\n');
    }

    /// What the schema says matters, then every undocumented shape as it is.
    fn values(&self, record: &Record<'_>, payload: &Payload, event: &Event, row: &mut String) {
        let text = record.payload_text();
        let mut missing = !event.summary.is_empty();
        for name in &event.summary {
            let Some(property) = event.property(name) else {
                continue;
            };
            let Some(node) = payload.root.at(text, &property.pointer) else {
                continue;
            };
            missing = false;
            let spelled = || String::from_utf8_lossy(&text[node.span.clone()]).into_owned();
            // A text where a number should be keeps its quotes: "3" is not 3.
            let is_expected = property.kind == node.type_name();
            let value = node.as_text(text).filter(|_| is_expected).unwrap_or_else(spelled);
            let label = name.rsplit('.').next().unwrap_or(name);
            let unit = property.unit.as_deref().filter(|unit| *unit == "ms").unwrap_or_default();
            let label = format!("{label}=");
            let _ = write!(row, "  {}", label.style(self.style.faint()));
            row.push_str(&padded(&format!("{}{unit}", visible(&value)), value_width(property)));
        }
        let detail = payload.root.get(text, "detail").filter(|_| missing);
        if let Some(detail) = detail {
            row.push_str("  ");
            row.push_str(&shown(&text[detail.span.clone()]));
        }
    }
}

/// JSON as it is spelled; in one line, if it is over several.
fn shown(text: &[u8]) -> String {
    let mut compact = Vec::new();
    if memchr::memchr(b'\n', text).is_some() {
        json::compact(text, &mut compact);
    } else {
        compact.extend_from_slice(text);
    }
    visible(&String::from_utf8_lossy(&compact)).into_owned()
}

/// Numbers and documented values change from line to line and are aligned; texts are not.
fn value_width(property: &Property) -> usize {
    let documented = property.values.iter().filter_map(serde_json::Value::as_str);
    match documented.map(str::len).max() {
        Some(longest) => longest,
        None if property.kind == "integer" => NUMBER_WIDTH,
        None => 0,
    }
}

fn kind_width() -> usize {
    EventId::all().map(|id| id.name().len()).max().unwrap_or_default()
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}
