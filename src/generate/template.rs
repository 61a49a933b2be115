//! The line of an event type as a template, compiled from the schema, which supplies every name,
//! nesting and fixed value.

use crate::contract::{Event, Property};
use crate::json;

/// The fixed bytes of a line, and the values between them.
#[derive(Debug)]
pub(super) struct Template {
    parts: Vec<(Vec<u8>, Slot)>,
    end: Vec<u8>,
}

/// A value to insert. Texts are JSON string contents; their quotes are part of the fixed bytes.
#[derive(Debug)]
enum Slot {
    CallId,
    Participant,
    MessageId,
    Text,
    DisplayName,
    VoiceCallId,
    /// One of the documented values, quotes included.
    Choice(Vec<Vec<u8>>),
    Figure(Figure),
    /// A number without a known role.
    Number,
    /// A text without a known role.
    Word,
}

/// Numbers in a payload.
#[derive(Debug, Clone, Copy)]
pub(super) enum Figure {
    Lost,
    Count,
    Jitter,
    RoundTrip,
    Reports,
    Sent,
    Received,
}

/// Number of such figures.
const FIGURES: usize = 7;

/// The values of a line.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Values<'a> {
    pub(super) call_id: &'a [u8],
    pub(super) participant: &'a [u8],
    pub(super) message_id: &'a [u8],
    pub(super) text: &'a [u8],
    pub(super) display_name: &'a [u8],
    pub(super) voice_call_id: &'a [u8],
    /// Index among a property's documented values.
    pub(super) choice: usize,
    /// Indexed by [`Figure`].
    pub(super) figures: [u64; FIGURES],
}

impl Template {
    /// The line of `event`, with all its documented properties in the schema's order.
    pub(super) fn new(event: &Event) -> Self {
        let mut draft = Draft { parts: Vec::new(), literal: b"{".to_vec(), open: Vec::new() };
        for property in &event.properties {
            draft.member(property);
        }
        draft.close_to(0);
        draft.literal.extend_from_slice(b"}\n");
        Self { parts: draft.parts, end: draft.literal }
    }

    /// Appends the line, newline included.
    pub(super) fn write(&self, values: &Values<'_>, out: &mut Vec<u8>) {
        for (literal, slot) in &self.parts {
            out.extend_from_slice(literal);
            match slot {
                Slot::CallId => out.extend_from_slice(values.call_id),
                Slot::Figure(figure) => push_number(values.figures[*figure as usize], out),
                Slot::Choice(choices) => {
                    out.extend_from_slice(&choices[values.choice % choices.len()]);
                }
                Slot::Participant => out.extend_from_slice(values.participant),
                Slot::MessageId => out.extend_from_slice(values.message_id),
                Slot::Text => out.extend_from_slice(values.text),
                Slot::DisplayName => out.extend_from_slice(values.display_name),
                Slot::VoiceCallId => out.extend_from_slice(values.voice_call_id),
                Slot::Number => out.push(b'1'),
                Slot::Word => out.extend_from_slice(b"any"),
            }
        }
        out.extend_from_slice(&self.end);
    }
}

fn push_number(number: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// A template under construction.
struct Draft {
    parts: Vec<(Vec<u8>, Slot)>,
    /// Fixed bytes since the last value.
    literal: Vec<u8>,
    /// Keys of the objects that are open.
    open: Vec<String>,
}

impl Draft {
    fn member(&mut self, property: &Property) {
        let mut path: Vec<String> =
            json::split(&property.pointer).map(std::borrow::Cow::into_owned).collect();
        let Some(name) = path.pop() else { return };
        let shared = self.open.iter().zip(&path).take_while(|(open, key)| open == key).count();
        self.close_to(shared);
        for key in path.into_iter().skip(shared) {
            self.key(&key);
            self.literal.push(b'{');
            self.open.push(key);
        }
        self.key(&name);
        self.value(property);
    }

    fn close_to(&mut self, depth: usize) {
        self.literal.extend(std::iter::repeat_n(b'}', self.open.len() - depth));
        self.open.truncate(depth);
    }

    fn key(&mut self, key: &str) {
        if !self.literal.ends_with(b"{") {
            self.literal.push(b',');
        }
        self.literal.extend_from_slice(json::quote(key).as_bytes());
        self.literal.push(b':');
    }

    fn value(&mut self, property: &Property) {
        match (property.values.as_slice(), property.kind.as_str()) {
            ([only], _) => self.literal.extend_from_slice(only.to_string().as_bytes()),
            (_, "null") => self.literal.extend_from_slice(b"null"),
            ([_, ..], _) => {
                let values = property.values.iter().map(|it| it.to_string().into_bytes());
                self.hole(Slot::Choice(values.collect()));
            }
            ([], "string") => {
                self.literal.push(b'"');
                self.hole(text_slot(property));
                self.literal.push(b'"');
            }
            ([], _) => self.hole(number_slot(property)),
        }
    }

    fn hole(&mut self, slot: Slot) {
        self.parts.push((std::mem::take(&mut self.literal), slot));
    }
}

/// The meaning of a text. The schema defines its name and position, but not its content.
fn text_slot(property: &Property) -> Slot {
    match property.name.as_str() {
        _ if property.is_call_id() => Slot::CallId,
        "participant" => Slot::Participant,
        "id" => Slot::MessageId,
        "content.text" => Slot::Text,
        "sender.displayName" => Slot::DisplayName,
        "voiceCallId" => Slot::VoiceCallId,
        _ => Slot::Word,
    }
}

fn number_slot(property: &Property) -> Slot {
    match property.name.as_str() {
        "packetsLost" => Slot::Figure(Figure::Lost),
        "packetsCount" => Slot::Figure(Figure::Count),
        "jitterBufferMillis" => Slot::Figure(Figure::Jitter),
        "roundTripTimeMillis" => Slot::Figure(Figure::RoundTrip),
        "statsCount" => Slot::Figure(Figure::Reports),
        "clientSentTimestamp" => Slot::Figure(Figure::Sent),
        "serverReceivedTimestamp" => Slot::Figure(Figure::Received),
        _ => Slot::Number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Bundle, EventId, Mode};

    #[test]
    fn every_template_makes_a_line_of_the_strict_contract() {
        for api in [54, 64, 68] {
            let bundle = Bundle::new(api);
            for event in EventId::all().map(|id| bundle.event(id)) {
                let mut line = Vec::new();
                let values = Values { call_id: b"c", ..Values::default() };
                Template::new(event).write(&values, &mut line);
                let payload = serde_json::from_slice(&line).expect("the line is JSON");
                let is_known = event.since <= api;
                assert_eq!(event.accepts(Mode::Strict, &payload), is_known, "{payload}");
            }
        }
    }

    #[test]
    fn the_generator_knows_what_every_property_means() {
        let bundle = Bundle::newest();
        for event in EventId::all().map(|id| bundle.event(id)) {
            let template = Template::new(event);
            let is_unknown = |slot: &Slot| matches!(slot, Slot::Number | Slot::Word);
            assert!(!template.parts.iter().any(|(_, slot)| is_unknown(slot)), "{event:?}");
        }
    }

    #[test]
    fn a_line_is_compact_and_in_the_schema_s_order() {
        let bundle = Bundle::newest();
        let id = EventId::from_name("flaglower").expect("it is an event");
        let mut line = Vec::new();
        let values = Values { call_id: b"c", message_id: b"m", choice: 1, ..Values::default() };
        Template::new(bundle.event(id)).write(&values, &mut line);
        let expected = concat!(
            r#"{"type":"flaglower","detail":{"id":"m","clientSentTimestamp":0,"#,
            r#""serverReceivedTimestamp":0,"content":{"formatType":null,"text":null},"#,
            r#""callId":"c","sender":{"role":"Supervisor","displayName":""},"voiceCallId":""}}"#,
            "\n"
        );
        assert_eq!(String::from_utf8_lossy(&line), expected);
    }
}
