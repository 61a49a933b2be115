//! Reads the payload of a line, or explains why it cannot be read. Cold.

use crate::check::{Finding, Line};
use crate::contract::{Bundle, EventId, Rule};
use crate::json::{self, Kind, Node, Repeated, Trouble};
use crate::text;

/// Limits of a line that is read.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest line, terminator included, in bytes.
    pub max_line_bytes: usize,
    /// Deepest nesting of arrays and objects.
    pub max_depth: usize,
}

impl Default for Limits {
    /// A line of 1 MiB is three thousand times as long as a usual one, and its tree stays below 100
    /// MiB; 128 levels is the limit of `serde_json`, and payloads have four.
    fn default() -> Self {
        Self { max_line_bytes: 1 << 20, max_depth: 128 }
    }
}

/// A line that is JSON.
#[derive(Debug)]
pub(crate) struct Payload {
    pub(crate) root: Node,
    pub(crate) repeated: Vec<Repeated>,
    /// The string under `type`, whether or not it is an event.
    pub(crate) kind: Option<String>,
    pub(crate) event: Option<EventId>,
    /// The call's identifier; a number is kept as spelled.
    pub(crate) call_id: Option<String>,
}

impl Payload {
    /// Reads `line`, or returns one finding that says why it cannot be read.
    pub(crate) fn read(
        line: &Line<'_>,
        limits: Limits,
        bundle: &Bundle,
    ) -> Result<Self, Box<Finding>> {
        if line.raw.len() > limits.max_line_bytes {
            return Err(Box::new(Self::too_long(line, limits)));
        }
        if let Err(error) = std::str::from_utf8(line.bytes) {
            return Err(Box::new(not_utf8(line, error)));
        }
        let document = json::parse(line.bytes, limits.max_depth)
            .map_err(|trouble| Box::new(not_json(line, trouble, limits)))?;
        let kind = document.root.get(line.bytes, "type").and_then(|node| node.as_text(line.bytes));
        let event = kind.as_deref().and_then(EventId::from_name);
        let call_id = bundle
            .call_id_pointers(event)
            .iter()
            .find_map(|pointer| scalar(document.root.at(line.bytes, pointer)?, line.bytes));
        Ok(Self { root: document.root, repeated: document.repeated, kind, event, call_id })
    }

    /// The finding for a line beyond the limit; `line` may hold only its beginning.
    pub(crate) fn too_long(line: &Line<'_>, limits: Limits) -> Finding {
        let limit = text::thousands(limits.max_line_bytes as u64);
        let help = if line.bytes.first() == Some(&b'[') {
            "to split a JSON array into lines, use `jq -c '.[]'`"
        } else {
            "raise the limit with --max-line-bytes if such lines are expected"
        };
        Finding {
            help: Some(help.into()),
            label: "not checked".into(),
            ..Finding::about_line(
                line,
                Rule::LineTooLong,
                0..line.bytes.len().min(1),
                format!("the line is longer than {limit} bytes"),
            )
        }
    }
}

fn scalar(node: &Node, line: &[u8]) -> Option<String> {
    match node.kind {
        Kind::String => node.as_text(line),
        Kind::Number => Some(String::from_utf8_lossy(&line[node.span.clone()]).into_owned()),
        Kind::Null | Kind::Bool(_) | Kind::Array(_) | Kind::Object(_) => None,
    }
}

fn not_json(line: &Line<'_>, trouble: Trouble, limits: Limits) -> Finding {
    match trouble {
        Trouble::Syntax(error) => Finding {
            help: error.help,
            label: error.label,
            ..Finding::about_line(line, Rule::InvalidJson, error.span, error.message)
        },
        Trouble::TooDeep(at) => {
            let message = format!("nested more than {} levels deep", limits.max_depth);
            Finding {
                help: Some("raise the limit with --max-depth, or flatten the value".into()),
                label: format!("level {}", limits.max_depth + 1),
                ..Finding::about_line(line, Rule::NestedTooDeep, at..at + 1, message)
            }
        }
    }
}

fn not_utf8(line: &Line<'_>, error: std::str::Utf8Error) -> Finding {
    let at = error.valid_up_to();
    let length = error.error_len().unwrap_or(line.bytes.len() - at);
    let rest = &line.bytes[at..];
    let help = if at == 0 && (rest.starts_with(b"\xff\xfe") || rest.starts_with(b"\xfe\xff")) {
        "this is UTF-16: convert the capture with `iconv -f UTF-16 -t UTF-8`"
    } else {
        "convert the capture to UTF-8, for example with `iconv -f LATIN1 -t UTF-8`"
    };
    let message = match length {
        1 => format!("byte 0x{:02X} is not valid UTF-8", rest[0]),
        _ => format!("{length} bytes starting with 0x{:02X} are not valid UTF-8", rest[0]),
    };
    Finding {
        help: Some(help.into()),
        label: "not UTF-8".into(),
        ..Finding::about_line(line, Rule::InvalidUtf8, at..at + length, message)
    }
}
