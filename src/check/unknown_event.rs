//! Findings for lines that are JSON but not a toolkit event, with what they probably are instead.
//! Cold.

use crate::check::{Finding, Line, Payload, Place};
use crate::contract::{Bundle, EventId, Rule};
use crate::json::{self, Kind, Member, Node};
use crate::text::suggest::{nearest, one_of};
use crate::text::{shortened, visible, visible_json};

/// The finding for a payload whose event is not known.
pub(crate) fn finding(line: &Line<'_>, payload: &Payload, bundle: &Bundle) -> Finding {
    let root = &payload.root;
    let kind = root.get(line.bytes, "type");
    if let (Some(node), Some(name)) = (kind, &payload.kind) {
        let message =
            format!("{} is not a toolkit event", json::quote(&shortened(name, LONGEST_NAME)));
        let is_event = |name: &str| EventId::from_name(name).is_some();
        let help = wrapped(line, root, &is_event).or_else(|| other_name(name, bundle));
        return Finding {
            rule: Rule::UnknownEvent,
            place: Place::new(line, node.span.clone(), Some("/type".into())),
            message,
            label: "not one of the 19 events".into(),
            help: help.or_else(|| Some("`voxev schema` lists the 19 events".into())),
            ..blank(line, payload)
        };
    }
    let (message, help) = match (&root.kind, kind) {
        (Kind::Object(_), Some(node)) => (
            format!("\"type\" is {}, expected the name of an event", node.type_name()),
            Some("\"type\" holds the name, for example \"callstarted\"".into()),
        ),
        (Kind::Object(members), None) if members.is_empty() => {
            ("an empty object is not an event".into(), Some(ENVELOPE.into()))
        }
        (Kind::Object(_), None) => no_type(line, root, bundle),
        (Kind::Array(_), _) => (
            "a JSON array is not an event".into(),
            Some("to split it into lines, use `jq -c '.[]'`".into()),
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

const LONGEST_NAME: usize = 60;
const LOG_BOTH: &str = "log JSON.stringify({type: event.type, detail: event.detail})";
const ENVELOPE: &str = "an event is {\"type\": \"…\", \"detail\": {\"callId\": \"…\", …}}";

fn no_type(line: &Line<'_>, root: &Node, bundle: &Bundle) -> (String, Option<String>) {
    let message = "the object has no \"type\"";
    if let Some(help) = wrapped(line, root, &|name| known_as(name, bundle).is_some()) {
        return (message.into(), Some(help));
    }
    if root.get(line.bytes, "isTrusted").is_some() && is_data_lost(line, root) {
        return (
            "this browser event was logged with JSON.stringify(event), which loses its data".into(),
            Some("log JSON.stringify({type: event.type, detail: event.detail}) instead".into()),
        );
    }
    if root.get(line.bytes, "callId").is_some() {
        return (
            format!("{message}; this looks like a detail without its event"),
            Some(LOG_BOTH.into()),
        );
    }
    if root.get(line.bytes, "detail").is_some_and(|detail| !detail.members().is_empty()) {
        return (message.into(), Some(LOG_BOTH.into()));
    }
    let keys = root.members().iter().map(|it| json::decode_lossy(&line.bytes[it.key.clone()]));
    let keys: Vec<String> = keys.collect();
    let help = nearest("type", keys.iter().map(String::as_str)).map_or_else(
        || ENVELOPE.into(),
        |key| format!("did you mean \"type\" instead of {}?", json::quote(key)),
    );
    (message.into(), Some(help))
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

/// How to extract a nested event, if there is one: an object whose `type` satisfies `is_event`.
fn wrapped(line: &Line<'_>, root: &Node, is_event: &dyn Fn(&str) -> bool) -> Option<String> {
    let filter = way_in(line.bytes, root, is_event, DEEPEST_EVENT)?;
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    let filter = if filter.bytes().all(is_word) {
        filter
    } else {
        format!("'{}'", filter.replace('\'', r"'\''"))
    };
    Some(format!("the event is nested; extract it with `jq -c {filter}`"))
}

/// How many levels below the root an event is looked for.
const DEEPEST_EVENT: usize = 4;

/// The jq filter that leads from `node` to an event: the outermost one in the first member that
/// contains any.
fn way_in(
    text: &[u8],
    node: &Node,
    is_event: &dyn Fn(&str) -> bool,
    levels: usize,
) -> Option<String> {
    let levels = levels.checked_sub(1)?;
    let is_found = |node: &Node| {
        let name = node.get(text, "type").and_then(|kind| kind.as_text(text));
        name.is_some_and(|name| is_event(&name))
    };
    let below = |node: &Node| match &node.kind {
        _ if is_found(node) => Some(String::new()),
        Kind::Array(items) => items.first().filter(|it| is_found(it)).map(|_| "[]".to_owned()),
        Kind::String => in_string(&node.as_text(text)?, is_event, levels),
        Kind::Object(_) | Kind::Null | Kind::Bool(_) | Kind::Number => None,
    };
    let step = |member: &Member| jq_key(&json::decode_lossy(&text[member.key.clone()]));
    let members = node.members();
    let here = members.iter().find_map(|it| Some(step(it)? + &below(&it.value)?));
    here.or_else(|| {
        let deeper = |it: &Member| way_in(text, &it.value, is_event, levels);
        members.iter().find_map(|it| Some(step(it)? + &deeper(it)?))
    })
}

/// The same for JSON text in a string.
fn in_string(content: &str, is_event: &dyn Fn(&str) -> bool, levels: usize) -> Option<String> {
    let text = content.as_bytes();
    let is_object = text.trim_ascii_start().starts_with(b"{");
    let root = is_object.then(|| json::parse(text, DEEPEST_STRING).ok())??.root;
    let name = root.get(text, "type").and_then(|kind| kind.as_text(text));
    if name.is_some_and(|name| is_event(&name)) {
        return Some(" | fromjson".into());
    }
    Some(format!(" | fromjson | {}", way_in(text, &root, is_event, levels)?))
}

/// Deepest nesting of JSON text in a string: a payload has four levels.
const DEEPEST_STRING: usize = 32;

/// `.key`, as jq spells it; `None` where it is too long to be copied.
fn jq_key(key: &str) -> Option<String> {
    let mut letters = key.bytes();
    let is_word = letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && letters.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if key.len() > LONGEST_NAME {
        return None;
    }
    if is_word {
        return Some(format!(".{key}"));
    }
    let mut quoted = Vec::new();
    visible_json(json::quote(key).as_bytes(), &mut quoted);
    Some(format!(".[{}]", String::from_utf8_lossy(&quoted)))
}

fn string_alone(text: &str) -> (String, Option<String>) {
    let help = if EventId::from_name(text).is_some() {
        "log the name together with its detail: {type: event.type, detail: event.detail}"
    } else {
        ENVELOPE
    };
    ("a JSON string is not an event".into(), Some(help.into()))
}

/// What else an unknown name is known as, or the event with the most similar name.
pub(crate) fn other_name(name: &str, bundle: &Bundle) -> Option<String> {
    if let Some(known) = known_as(name, bundle) {
        return Some(known);
    }
    let alike = nearest(name, EventId::all().map(EventId::name))?;
    Some(format!("did you mean {}?", json::quote(alike)))
}

/// What a name found in captures stands for: an event's name, or one of the other known names.
fn known_as(name: &str, bundle: &Bundle) -> Option<String> {
    if EventId::from_name(name).is_some() {
        return Some("an event's name".into());
    }
    let events = || EventId::all().map(|id| bundle.event(id));
    if let Some(event) = events().find(|event| event.aura == name) {
        return Some(format!(
            "this is the Aura toolkit's name for {}",
            json::quote(event.id.name())
        ));
    }
    let connector: Vec<String> = events()
        .filter(|event| event.connector.iter().any(|own| own == name))
        .map(|event| json::quote(event.id.name()))
        .collect();
    if !connector.is_empty() {
        let events = one_of(&connector);
        return Some(format!("this is a telephony connector's name for {events}"));
    }
    if let Some(known) = bundle.other_name(name) {
        return Some(format!("this is {known}"));
    }
    let bare = name.strip_prefix("on").unwrap_or_default();
    let bare = EventId::from_name(&bare.to_lowercase())?.name();
    Some(format!("this is the name of the listener for {}", json::quote(bare)))
}

/// The message for a `name` that is not an event.
pub(crate) fn unknown_event(name: &str, bundle: &Bundle, otherwise: &str) -> String {
    let advice = other_name(name, bundle)
        .unwrap_or_else(|| format!("`voxev schema` lists the 19 events; {otherwise}"));
    format!("\"{}\" is not a toolkit event: {advice}", visible(name))
}
