//! Findings for lines that are JSON but not a toolkit event, with what they probably are instead.
//! Cold.

use super::event_name::{KnownName, replace_with};
use super::rename;
use crate::check::enclosed::{RECORDED_AT, recorded_time};
use crate::check::{Finding, Line, Payload, Place};
use crate::contract::{Bundle, EventId, Rule};
use crate::json::{self, Applicability, Edit, Fix, Kind, Member, Node};
use crate::text::suggest::nearest;
use crate::text::{shell_word, shortened, visible};

/// The finding for a payload whose event is not known.
pub(crate) fn finding(line: &Line<'_>, payload: &Payload, bundle: &Bundle) -> Finding {
    let root = &payload.root;
    let kind = root.get(line.bytes, "type");
    if let (Some(node), Some(name)) = (kind, &payload.kind) {
        let message =
            format!("{} is not a toolkit event", json::quote(&shortened(name, LONGEST_NAME)));
        let is_event = |name: &str| EventId::from_name(name).is_some();
        let way_in = wrapped(line, root, &is_event);
        let is_nested = way_in.is_some();
        let known = KnownName::of(name, bundle).filter(|_| !is_nested);
        let help = way_in.or_else(|| known.as_ref().map(KnownName::help));
        return Finding {
            fix: known.and_then(|known| event_fix(&known, node)),
            rule: Rule::UnknownEvent,
            place: Place::new(line, node.span.clone(), Some("/type".into())),
            message,
            label: "not one of the 19 events".into(),
            help: help.or_else(|| Some("`voxev schema` lists the 19 events".into())),
            is_nested,
            ..blank(line, payload)
        };
    }
    let (mut fix, mut nested) = (None, None);
    let (message, help) = match (&root.kind, kind) {
        (Kind::Object(_), Some(node)) => (
            format!("\"type\" is {}, expected the name of an event", node.type_name()),
            Some("\"type\" holds the name, for example \"callstarted\"".into()),
        ),
        (Kind::Object(members), None) if members.is_empty() => {
            ("an empty object is not an event".into(), Some(ENVELOPE.into()))
        }
        (Kind::Object(_), None) => {
            fix = type_key_fix(line, root);
            nested = wrapped(line, root, &|name| KnownName::exact(name, bundle).is_some());
            nested.clone().map_or_else(|| no_type(line, root), |help| (NO_TYPE.into(), Some(help)))
        }
        (Kind::Array(_), _) => (
            "a JSON array is not an event".into(),
            Some("--input json reads the elements of an array as payloads".into()),
        ),
        (Kind::String, _) => string_alone(&root.as_text(line.bytes).unwrap_or_default()),
        (Kind::Null | Kind::Bool(_) | Kind::Number, _) => {
            (format!("a JSON {} is not an event", root.type_name()), Some(ENVELOPE.into()))
        }
    };
    let span = match (kind, &root.kind) {
        (Some(node), _) => node.span.clone(),
        (None, Kind::Array(_) | Kind::Object(_)) => root.span.start..root.span.start + 1,
        (None, _) => root.span.clone(),
    };
    let pointer = if kind.is_some() { "/type" } else { "" };
    Finding {
        place: Place::new(line, span, Some(pointer.into())),
        value: Some(kind.unwrap_or(root).type_name().to_owned()),
        message,
        help,
        fix,
        is_nested: nested.is_some(),
        ..blank(line, payload)
    }
}

fn blank(line: &Line<'_>, payload: &Payload) -> Finding {
    Finding {
        event: payload.kind.clone(),
        call_id: payload.call_id.clone(),
        label: "not an event".into(),
        ..Finding::about_line(line, Rule::NotAnEvent, 0..0, String::new())
    }
}

/// Replaces the name at `node` with that of the event it stands for.
fn event_fix(known: &KnownName<'_>, node: &Node) -> Option<Fix> {
    let (event, applicability) = known.meant()?;
    let edit = Edit::replace(node.span.clone(), json::quote(event));
    Some(Fix { applicability, ..Fix::safe(replace_with(event), vec![edit]) })
}

/// Renames the key that stands for `type`, where it holds an event's name.
fn type_key_fix(line: &Line<'_>, root: &Node) -> Option<Fix> {
    let text = line.bytes;
    let key = |member: &Member| json::decode_lossy(&text[member.key.clone()]);
    let keys: Vec<String> = root.members().iter().map(key).collect();
    let members: Vec<(&str, &Member)> =
        keys.iter().map(String::as_str).zip(root.members()).collect();
    let (member, applicability) = rename::misspelt(TYPE, &members, &[TYPE])?;
    let holds_event = EventId::from_name(&member.value.as_text(text)?).is_some();
    let key = key(member);
    (holds_event && applicability == Applicability::Safe)
        .then(|| rename::fix(member, (&key, TYPE), applicability))
}

const TYPE: &str = "type";
const LONGEST_NAME: usize = 60;
const LOG_BOTH: &str = "log JSON.stringify({type: event.type, detail: event.detail})";
const NO_TYPE: &str = "the object has no \"type\"";
const ENVELOPE: &str = "an event is {\"type\": \"…\", \"detail\": {\"callId\": \"…\", …}}";

fn no_type(line: &Line<'_>, root: &Node) -> (String, Option<String>) {
    if root.get(line.bytes, "isTrusted").is_some() && is_data_lost(line, root) {
        return (
            "this browser event was logged with JSON.stringify(event), which loses its data".into(),
            Some("log JSON.stringify({type: event.type, detail: event.detail}) instead".into()),
        );
    }
    if root.get(line.bytes, "callId").is_some() {
        return (
            format!("{NO_TYPE}; this looks like a detail without its event"),
            Some(LOG_BOTH.into()),
        );
    }
    if root.get(line.bytes, "detail").is_some_and(|detail| !detail.members().is_empty()) {
        return (NO_TYPE.into(), Some(LOG_BOTH.into()));
    }
    let keys = root.members().iter().map(|it| json::decode_lossy(&line.bytes[it.key.clone()]));
    let keys: Vec<String> = keys.collect();
    let help = nearest(TYPE, keys.iter().map(String::as_str))
        .map_or_else(|| ENVELOPE.into(), |key| rename::title(key, TYPE));
    (NO_TYPE.into(), Some(help))
}

/// What a browser event has besides its data (DOM Standard; HTML Standard, `MessageEvent`).
const OF_EVERY_EVENT: [&str; 8] =
    ["currentTarget", "path", "ports", "relatedTarget", "source", "srcElement", "target", "view"];

/// Whether a browser event has only the properties that every event has.
fn is_data_lost(line: &Line<'_>, root: &Node) -> bool {
    root.members().iter().all(|member| {
        let key = json::decode_lossy(&line.bytes[member.key.clone()]);
        OF_EVERY_EVENT.contains(&key.as_str())
            || match &member.value.kind {
                Kind::Object(members) => members.is_empty(),
                Kind::Array(items) => items.is_empty(),
                Kind::String | Kind::Number | Kind::Bool(_) => key != "data" && key != "detail",
                Kind::Null => true,
            }
    })
}

/// How to read a nested payload, if there is one: an object whose `type` `is_event`.
fn wrapped(line: &Line<'_>, root: &Node, is_event: &dyn Fn(&str) -> bool) -> Option<String> {
    Some(match way_in(line.bytes, root, is_event, DEEPEST_EVENT)? {
        Way::To(pointer) => {
            let time = time_beside(line.bytes, root)
                .map_or_else(String::new, |time| format!(" --time {}", shell_word(&time)));
            format!(
                "the payload is nested: read it with `--payload {}{time}`",
                shell_word(&pointer)
            )
        }
        Way::Elsewhere => {
            "the payload is nested in an array or in a string: `voxev extract FILE` writes such \
             payloads as JSON Lines"
                .into()
        }
    })
}

/// Keys under which log pipelines have the time of a line.
const TIMES: [&str; 6] = ["ts", "time", "timestamp", "@timestamp", "_time", RECORDED_AT];

/// JSON Pointer of the time of a line, where it has one at its top.
fn time_beside(text: &[u8], root: &Node) -> Option<String> {
    let is_time = |key: &&str| {
        root.get(text, key).is_some_and(|node| recorded_time(&text[node.span.clone()]).is_some())
    };
    TIMES.into_iter().find(is_time).map(|key| json::join("", key))
}

/// How a nested payload can be read.
enum Way {
    /// It is at this JSON Pointer.
    To(String),
    /// It is where no JSON Pointer leads.
    Elsewhere,
}

impl Way {
    /// The same from one level further up, where `key` leads to it.
    fn below(self, key: &str) -> Self {
        match self {
            Self::To(pointer) => Self::To(format!("{}{pointer}", json::join("", key))),
            Self::Elsewhere => Self::Elsewhere,
        }
    }
}

/// How many levels below the root an event is looked for.
const DEEPEST_EVENT: usize = 4;

/// The way from `node` to a payload: the outermost one in the first member that contains any.
fn way_in(text: &[u8], node: &Node, is_event: &dyn Fn(&str) -> bool, levels: usize) -> Option<Way> {
    let levels = levels.checked_sub(1)?;
    let is_found = |node: &Node| {
        let name = node.get(text, "type").and_then(|kind| kind.as_text(text));
        name.is_some_and(|name| is_event(&name))
    };
    let below = |node: &Node| match &node.kind {
        _ if is_found(node) => Some(Way::To(String::new())),
        Kind::Array(items) => items.first().filter(|it| is_found(it)).map(|_| Way::Elsewhere),
        Kind::String => in_string(&node.as_text(text)?, is_event, levels),
        Kind::Object(_) | Kind::Null | Kind::Bool(_) | Kind::Number => None,
    };
    let at = |member: &Member, way: Way| -> Option<Way> {
        let key = json::decode_lossy(&text[member.key.clone()]);
        let is_short = key.len() <= LONGEST_NAME && *visible(&key) == *key;
        is_short.then(|| way.below(&key))
    };
    let members = node.members();
    let here = members.iter().find_map(|it| at(it, below(&it.value)?));
    here.or_else(|| {
        let deeper = |it: &Member| way_in(text, &it.value, is_event, levels);
        members.iter().find_map(|it| at(it, deeper(it)?))
    })
}

/// The same for JSON text that is a string of another.
fn in_string(content: &str, is_event: &dyn Fn(&str) -> bool, levels: usize) -> Option<Way> {
    let text = content.as_bytes();
    let is_object = text.trim_ascii_start().starts_with(b"{");
    let root = is_object.then(|| json::parse(text, DEEPEST_STRING).ok())??.root;
    let name = root.get(text, "type").and_then(|kind| kind.as_text(text));
    if name.is_some_and(|name| is_event(&name)) {
        return Some(Way::To(String::new()));
    }
    way_in(text, &root, is_event, levels).map(|_| Way::Elsewhere)
}

/// Deepest nesting of JSON text in a string: a payload has four levels.
const DEEPEST_STRING: usize = 32;

fn string_alone(text: &str) -> (String, Option<String>) {
    let help = if EventId::from_name(text).is_some() {
        "log the name together with its detail: {type: event.type, detail: event.detail}"
    } else {
        ENVELOPE
    };
    ("a JSON string is not an event".into(), Some(help.into()))
}
