//! The names of events in text, and the event that a line announces.

use crate::contract::{Bundle, EventId, EventNames, Name, NameKind};
use crate::text::suggest::{is_same_name, nearest};

/// The names that are looked for in text.
#[derive(Debug)]
pub(crate) struct Names {
    known: EventNames,
    /// Each event alone, and whether its name consists of several words, so that no English word is
    /// taken for it.
    events: Vec<(EventId, bool)>,
    shortest: usize,
    longest: usize,
}

/// Longest text that is searched for a name.
const LONGEST_TEXT: usize = 200;

/// Words of a log line that say nothing of the event.
const FILLERS: [&str; 28] = [
    "call",
    "console",
    "data",
    "debug",
    "detail",
    "dispatched",
    "error",
    "fired",
    "from",
    "got",
    "info",
    "log",
    "message",
    "name",
    "new",
    "object",
    "payload",
    "received",
    "system",
    "telephony",
    "the",
    "toolkit",
    "trace",
    "type",
    "verbose",
    "voice",
    "warn",
    "warning",
];

impl Names {
    pub(crate) fn new(bundle: &Bundle) -> Self {
        let known = bundle.names().clone();
        let shortest = known.lengths().min().unwrap_or_default();
        let longest = known.lengths().max().unwrap_or_default();
        let is_compound = |id| (id, bundle.event(id).aura.contains('_'));
        Self { known, events: EventId::all().map(is_compound).collect(), shortest, longest }
    }

    /// The name with this exact spelling.
    pub(super) fn exact(&self, name: &str) -> Option<Name<'_>> {
        if !(self.shortest..=self.longest).contains(&name.len()) {
            return None;
        }
        self.known.exact(name)
    }

    /// The name that a value of `type` spells, in whatever case and with whatever separators.
    pub(super) fn value(&self, name: &str) -> Option<Name<'_>> {
        self.exact(name).or_else(|| {
            // Twice the longest name: separators come in addition.
            let is_short = name.len() <= 2 * self.longest;
            let is_same = |(id, _): &&(EventId, bool)| is_same_name(name, id.name());
            let (id, _) = self.events.iter().filter(|_| is_short).find(is_same)?;
            Some(Name { kind: NameKind::Respelled, ..self.known.exact(id.name())? })
        })
    }

    /// Whether a name is so much like an event's that it may be a slip.
    pub(super) fn is_near(&self, name: &str) -> bool {
        nearest(name, self.events.iter().map(|(id, _)| id.name())).is_some()
    }

    /// Whether no English word can be taken for the name.
    pub(super) fn is_unmistakable(&self, name: Name<'_>) -> bool {
        let is_compound = |id: &EventId| self.events.get(id.index()).is_some_and(|(_, it)| *it);
        name.events.iter().all(is_compound) || name.kind == NameKind::Connector
    }

    /// The one event that the words of `text` announce: either there is no other word but those of
    /// any log line, or the name is unmistakable.
    pub(super) fn announced(&self, text: &[u8]) -> Option<Name<'_>> {
        let text = &text[text.len().saturating_sub(LONGEST_TEXT)..];
        let mut announced: Option<Name<'_>> = None;
        let mut has_other_words = false;
        for word in text.split(|byte| is_between_words(*byte)).filter(|it| !it.is_empty()) {
            if !word.iter().all(|&byte| byte.is_ascii_alphabetic() || byte == b'_') {
                continue;
            }
            let Ok(word) = std::str::from_utf8(word) else { continue };
            match (self.exact(word), announced) {
                (Some(name), None) => announced = Some(name),
                (Some(name), Some(earlier)) if name.events == earlier.events => {}
                (Some(_), Some(_)) => return None,
                (None, _) => has_other_words |= !is_filler(word),
            }
        }
        announced.filter(|name| !has_other_words || self.is_unmistakable(*name))
    }

    /// Whether a key such as `type` is followed by the name of an event. Of `text`, only the beginning
    /// is looked at.
    pub(super) fn is_typed_in(&self, text: &[u8]) -> bool {
        let text = &text[..text.len().min(LONGEST_TEXT * 4)];
        let is_between = |byte: &u8| !(byte.is_ascii_alphabetic() || *byte == b'_');
        let words = text.split(is_between).filter(|word| !word.is_empty());
        let mut is_after_type = false;
        for word in words.filter_map(|word| std::str::from_utf8(word).ok()) {
            if is_after_type && self.exact(word).is_some() {
                return true;
            }
            is_after_type = word.ends_with("type") || word.ends_with("Type");
        }
        false
    }
}

fn is_between_words(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"|[](){}<>:,;\"'`=-".contains(&byte)
}

fn is_filler(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    word.contains("event") || FILLERS.contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announced(text: &str) -> Option<&'static str> {
        let names = Names::new(&Bundle::newest());
        names.announced(text.as_bytes()).map(|name| name.events[0].name())
    }

    #[test]
    fn a_log_line_announces_its_event() {
        for text in [
            "callconnected",
            "[onTelephonyEvent callconnected]: ",
            "VoiceRecorder.js:17 callconnected",
            "2025-01-03T10:00:00.000Z|INFO|SYSTEM|CALL_CONNECTED|",
            "the page says that callconnected came",
        ] {
            assert_eq!(announced(text), Some("callconnected"), "{text}");
        }
        assert_eq!(announced("Received hold event: "), Some("hold"));
        assert_eq!(announced("toolkit.js:42 [onTelephonyEvent mute]:"), Some("mute"));
    }

    #[test]
    fn an_english_word_among_others_announces_nothing() {
        for text in
            ["please hold the line", "updating note for", "hold or resume", "", "file.js:17:5"]
        {
            assert_eq!(announced(text), None, "{text}");
        }
    }

    #[test]
    fn an_event_is_named_after_a_key() {
        let names = Names::new(&Bundle::newest());
        assert!(names.is_typed_in(br#"{"type":"transcript","detail":{"id":"a603"#));
        assert!(names.is_typed_in(br#"{\"eventType\":\"hold\","#));
        assert!(!names.is_typed_in(br#"{"text":"hold on","sort":"note"#));
    }

    #[test]
    fn every_alias_of_the_schemas_is_known() {
        let bundle = Bundle::newest();
        let names = Names::new(&bundle);
        for event in EventId::all().map(|id| bundle.event(id)) {
            for (name, kind) in [
                (event.id.name().to_owned(), NameKind::Toolkit),
                (event.aura.clone(), NameKind::Aura),
                (format!("on{}", event.id.name()), NameKind::Listener),
                (format!("{}-", event.id.name()), NameKind::Respelled),
            ] {
                let found = names.value(&name).expect("it is known");
                assert_eq!((found.kind, found.events), (kind, &[event.id][..]), "{name}");
            }
            for name in &event.connector {
                assert!(names.exact(name).expect("it is known").events.contains(&event.id));
            }
        }
    }
}
