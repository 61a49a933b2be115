//! One aligned line per event: line number, time, event, call, and the main properties of its type.

use std::borrow::Cow;
use std::sync::Arc;

use owo_colors::Style;

use super::Naming;
use super::layout::mark;
use super::row::Row;
use crate::check::{Finding, Payload, Record};
use crate::contract::{Bundle, Event, EventId, Property, Role, Severity};
use crate::json::{Kind, Node};
use crate::output::EventWriter;
use crate::terminal::TextStyle;
use crate::text::{shortened, time, visible};

/// `pretty --oneline`.
pub(crate) struct Oneline {
    pub(crate) style: TextStyle,
    pub(crate) naming: Naming,
    pub(crate) bundle: Arc<Bundle>,
    /// Width of the terminal, to which rows are cut; `None` without a terminal.
    pub(crate) columns: Option<usize>,
}

/// Columns of the line number. It is fixed, because a growing column would not be aligned.
const NUMBER_WIDTH: usize = 6;
/// Columns of a clock time, `10:03:25`.
const TIME_WIDTH: usize = 8;
/// Columns of the callId: a UUID is shown by its first 8 characters, which usually distinguish
/// calls; other identifiers by up to twelve.
const CALL_WIDTH: usize = 12;
const UUID_LENGTH: usize = 36;
/// Columns of lost and counted packets, `12/1487`, and of a time in milliseconds.
const PACKETS_WIDTH: usize = 8;
const MILLIS_WIDTH: usize = 3;
/// Space between columns.
const GAP: &str = "  ";

impl EventWriter for Oneline {
    fn record(&self, record: &Record<'_>, out: &mut Vec<u8>) -> Result<(), Box<Finding>> {
        let mut row = Row::default();
        self.place(record, &mut row);
        if record.with_payload(|payload| self.payload(record, payload, &mut row)).is_err() {
            let style = self.style.severity(Severity::Error);
            row.push_padded(GAP, GAP.len() + TIME_WIDTH + GAP.len(), Style::new());
            row.push_padded(mark(record), kind_width(), style);
            row.push(GAP, Style::new());
            row.push(self.raw(record.line.bytes), Style::new());
        }
        row.write(self.columns, self.style.ellipsis(), out);
        out.extend_from_slice(if record.is_cut() { b"" } else { b"\n" });
        Ok(())
    }

    fn rest(&self, bytes: &[u8], out: &mut Vec<u8>) -> bool {
        let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        if self.columns.is_none() {
            out.extend_from_slice(visible(&String::from_utf8_lossy(text)).as_bytes());
        }
        out.extend_from_slice(bytes.get(text.len()..).unwrap_or_default());
        true
    }
}

impl Oneline {
    /// `capture:  12`.
    fn place(&self, record: &Record<'_>, row: &mut Row<'_>) {
        let line = &record.line;
        if self.naming == Naming::Named {
            let name = visible(line.capture);
            let name = match self.columns {
                Some(columns) => end_of(&name, columns / 4, self.style.ellipsis()),
                None => name,
            };
            row.push(format!("{name}:"), self.style.faint());
        }
        row.push(format!("{:>NUMBER_WIDTH$}", line.number), self.style.faint());
    }

    fn payload(&self, record: &Record<'_>, payload: &Payload, row: &mut Row<'_>) {
        let event = payload.event.map(|id| self.bundle.event(id));
        let text = record.line.bytes;
        let sent = event.and_then(|event| {
            let property = event.in_role(Role::SentAt)?;
            let node = payload.root.at(text, &property.pointer)?;
            let is_number = matches!(node.kind, Kind::Number);
            let millis = std::str::from_utf8(text.get(node.span.clone())?).ok()?;
            time::clock(millis.parse().ok().filter(|_| is_number)?)
        });
        row.push(GAP, Style::new());
        row.push_padded(sent.unwrap_or_default(), TIME_WIDTH + GAP.len(), self.style.faint());
        let kind = payload.kind.as_deref().unwrap_or("-");
        let kind = visible(&shortened(kind, 40)).into_owned();
        row.push_padded(kind, kind_width() + GAP.len(), self.style.strong());
        let call = payload.call_id.as_deref().unwrap_or("-");
        let call = match call.len() {
            UUID_LENGTH if call.is_ascii() => &call[..8],
            _ => call,
        };
        let call = visible(&shortened(call, CALL_WIDTH)).into_owned();
        row.push_padded(call, CALL_WIDTH, Style::new());
        match event {
            Some(event) => self.values((payload, text), event, row),
            None => {
                row.push(GAP, Style::new());
                row.push(self.raw(text), Style::new());
            }
        }
    }

    /// The properties that the schema selects, then every undocumented shape unchanged.
    fn values(&self, (payload, text): (&Payload, &[u8]), event: &Event, row: &mut Row<'_>) {
        if event.in_role(Role::Channel).is_some() && self.reports(payload, text, event, row) {
            return;
        }
        let mut missing = !event.summary.is_empty();
        for name in &event.summary {
            let Some(property) = event.property(name) else {
                continue;
            };
            let Some(node) = payload.root.at(text, &property.pointer) else {
                continue;
            };
            missing = false;
            row.push(GAP, Style::new());
            row.push_padded(value(node, text, property), value_width(property), Style::new());
        }
        let detail = payload.root.get(text, "detail").filter(|_| missing);
        if let Some(detail) = detail {
            row.push(GAP, Style::new());
            row.push(self.raw(text.get(detail.span.clone()).unwrap_or_default()), Style::new());
        }
    }

    /// The statistics of one channel, or of the channels that a connector nests; false if there are
    /// none.
    fn reports(&self, payload: &Payload, text: &[u8], event: &Event, row: &mut Row<'_>) -> bool {
        let flat = |role| {
            let property = event.in_role(role)?;
            Some(value(payload.root.at(text, &property.pointer)?, text, property))
        };
        if let Some(channel) = flat(Role::Channel) {
            self.report(&channel, flat, row);
            return true;
        }
        let nested = event.reports_pointer().and_then(|pointer| payload.root.at(text, pointer));
        let Some(Kind::Array(items)) = nested.map(|node| &node.kind) else { return false };
        let members = items.iter().flat_map(Node::members);
        let mut is_any = false;
        for member in members {
            let key = crate::json::decode_lossy(text.get(member.key.clone()).unwrap_or_default());
            let nested = |role| {
                let property = event.in_role(role)?;
                Some(value(member.value.get(text, &property.name)?, text, property))
            };
            self.report(&visible(&key), nested, row);
            is_any = true;
        }
        is_any
    }

    /// `in  lost 3/1497    jb  42 ms`: of the two times, the one that the channel measures, and the
    /// other if it is not zero.
    fn report(&self, channel: &str, get: impl Fn(Role) -> Option<String>, row: &mut Row<'_>) {
        let (label, times) = match channel {
            "inputChannelStats" => ("in ", [Role::JitterBuffer, Role::RoundTrip]),
            "outputChannelStats" => ("out", [Role::RoundTrip, Role::JitterBuffer]),
            other => (other, [Role::JitterBuffer, Role::RoundTrip]),
        };
        row.push(format!("{GAP}{}", shortened(label, UUID_LENGTH)), Style::new());
        let packets = [Role::PacketsLost, Role::PacketsCount].map(&get);
        let [lost, count] = packets.map(|value| value.unwrap_or_else(|| "-".to_owned()));
        row.push(" lost ", self.style.faint());
        row.push_padded(format!("{lost}/{count}"), PACKETS_WIDTH, Style::new());
        for (nth, role) in times.into_iter().enumerate() {
            let name = if role == Role::JitterBuffer { "jb" } else { "rt" };
            let Some(millis) = get(role).filter(|millis| nth == 0 || millis != "0") else {
                continue;
            };
            row.push(format!("{GAP}{name} "), self.style.faint());
            row.push(format!("{millis:>MILLIS_WIDTH$} ms"), Style::new());
        }
    }

    /// Text of the capture, escaped and cut to the maximum length.
    fn raw(&self, bytes: &[u8]) -> String {
        // A character has up to four bytes.
        let most = self.columns.map_or(usize::MAX, |columns| 4 * columns + 4);
        let bytes = bytes.get(..most).unwrap_or(bytes);
        visible(&String::from_utf8_lossy(bytes)).into_owned()
    }
}

/// A value as shown. A string in place of a number keeps its quotes: "3" is not 3.
fn value(node: &Node, text: &[u8], property: &Property) -> String {
    let spelled = || {
        let bytes = text.get(node.span.clone()).unwrap_or_default();
        String::from_utf8_lossy(bytes).into_owned()
    };
    let is_expected = property.kind == node.type_name();
    let value = node.as_text(text).filter(|_| is_expected).unwrap_or_else(spelled);
    visible(&value).into_owned()
}

/// Documented values change from line to line and are aligned; other texts are not.
fn value_width(property: &Property) -> usize {
    let documented = property.values.iter().filter_map(serde_json::Value::as_str);
    documented.map(str::len).max().unwrap_or_default()
}

fn kind_width() -> usize {
    EventId::all().map(|id| id.name().len()).max().unwrap_or_default()
}

/// The end of `text`, at most `width` characters, with dots if some were omitted.
fn end_of<'a>(text: &'a str, width: usize, dots: &str) -> Cow<'a, str> {
    match text.char_indices().rev().nth(width.saturating_sub(1)) {
        Some((at, _)) if at > 0 => Cow::Owned(format!("{dots}{}", &text[at..])),
        _ => Cow::Borrowed(text),
    }
}
