//! Lines that are JSON but no toolkit event: what they probably are instead. Cold.

use crate::check::{Finding, Line, Payload, Place};
use crate::contract::{Bundle, EventId, Rule};
use crate::json::{self, Kind, Node};
use crate::text::shortened;
use crate::text::suggest::{nearest, one_of};

/// The finding for a payload whose event is not known.
pub(crate) fn finding(line: &Line<'_>, payload: &Payload, bundle: &Bundle) -> Finding {
    let root = &payload.root;
    let kind = root.get(line.bytes, "type");
    if let (Some(node), Some(name)) = (kind, &payload.kind) {
        let message =
            format!("{} is not a toolkit event", json::quote(&shortened(name, LONGEST_NAME)));
        let help = wrapped(line, root).or_else(|| other_name(name, bundle));
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
            format!("\"type\" is {}, not an event's name", node.type_name()),
            Some("\"type\" holds the name, for example \"callstarted\"".into()),
        ),
        (Kind::Object(members), None) if members.is_empty() => {
            ("an empty object is not an event".into(), Some(ENVELOPE.into()))
        }
        (Kind::Object(_), None) => no_type(line, root),
        (Kind::Array(_), _) => (
            "a JSON array is not an event".into(),
            Some("`jq -c '.[]'` makes lines of its elements".into()),
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
const ENVELOPE: &str = "an event is {\"type\": \"…\", \"detail\": {\"callId\": \"…\", …}}";

fn no_type(line: &Line<'_>, root: &Node) -> (String, Option<String>) {
    let keys: Vec<String> =
        root.members().iter().map(|it| json::decode_lossy(&line.bytes[it.key.clone()])).collect();
    if keys.iter().any(|key| key == "isTrusted") {
        return (
            "this is what JSON.stringify(event) leaves of a browser event: its data is lost".into(),
            Some("log JSON.stringify({type: event.type, detail: event.detail}) instead".into()),
        );
    }
    if let Some(help) = wrapped(line, root) {
        return ("the object has no \"type\"".into(), Some(help));
    }
    if keys.iter().any(|key| key == "callId") {
        return (
            "the object has no \"type\": this seems to be a detail alone".into(),
            Some("log JSON.stringify({type: event.type, detail: event.detail})".into()),
        );
    }
    let help = nearest("type", keys.iter().map(String::as_str)).map_or_else(
        || ENVELOPE.into(),
        |key| format!("did you mean \"type\" by {}?", json::quote(key)),
    );
    ("the object has no \"type\"".into(), Some(help))
}

/// How to unwrap the event, if one stands a level below.
fn wrapped(line: &Line<'_>, root: &Node) -> Option<String> {
    let inner = root.members().iter().find(|member| {
        let kind = member.value.get(line.bytes, "type");
        kind.and_then(|kind| kind.as_text(line.bytes))
            .is_some_and(|name| EventId::from_name(&name).is_some())
    })?;
    let key = json::decode_lossy(&line.bytes[inner.key.clone()]);
    let path = json::quote(&shortened(&key, LONGEST_NAME));
    Some(format!("the event is wrapped: `jq -c '.[{path}]'` takes it out"))
}

fn string_alone(text: &str) -> (String, Option<String>) {
    let help = if EventId::from_name(text).is_some() {
        "the name and its detail belong together: log {type: event.type, detail: event.detail}"
    } else {
        ENVELOPE
    };
    ("a JSON string is not an event".into(), Some(help.into()))
}

/// What a name that is no event's is known as, or which event it is like.
pub(crate) fn other_name(name: &str, bundle: &Bundle) -> Option<String> {
    let events = || EventId::all().map(|id| bundle.event(id));
    if let Some(event) = events().find(|event| event.aura == name) {
        return Some(format!(
            "that is the Aura toolkit's name; here it is {}",
            json::quote(event.id.name())
        ));
    }
    let connector: Vec<String> = events()
        .filter(|event| event.connector.iter().any(|own| own == name))
        .map(|event| json::quote(event.id.name()))
        .collect();
    if !connector.is_empty() {
        let events = one_of(&connector);
        return Some(format!("that is a telephony connector's name; the toolkit says {events}"));
    }
    if let Some(known) = bundle.other_name(name) {
        return Some(format!("that is {known}"));
    }
    let bare = name.strip_prefix("on").unwrap_or_default();
    if EventId::from_name(&bare.to_lowercase()).is_some() {
        let bare = json::quote(&bare.to_lowercase());
        return Some(format!("that is the name of the listener; the event is {bare}"));
    }
    let alike = nearest(name, EventId::all().map(EventId::name))?;
    Some(format!("did you mean {}?", json::quote(alike)))
}
