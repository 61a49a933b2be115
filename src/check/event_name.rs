//! What a name found under `type` is known as, where it is not an event's: the same events have
//! other names in the Aura toolkit, in connectors and as listeners. Cold.

use crate::contract::{Bundle, EventId, Name, NameKind};
use crate::json::{self, Applicability};
use crate::text::suggest::{Certainty, meant, nearest, one_of};
use crate::text::visible;

/// What a name is known as.
#[derive(Debug)]
pub(super) enum KnownName<'a> {
    Event,
    Aura(EventId),
    /// Of connectors; it stands for one of these.
    Connector(&'a [EventId]),
    /// No event of the toolkit has it; what it is instead.
    Other(&'a str),
    /// `oncallstarted`
    Listener(EventId),
    /// A misspelt event.
    Misspelt(&'static str, Option<Certainty>),
}

impl<'a> KnownName<'a> {
    /// What `name` is known as.
    pub(super) fn of(name: &str, bundle: &'a Bundle) -> Option<Self> {
        if let Some(exact) = Self::exact(name, bundle) {
            return Some(exact);
        }
        let names: Vec<&str> = EventId::all().map(EventId::name).collect();
        let alike = nearest(name, names.iter().copied())?;
        let certain = meant(name, names.iter().copied());
        Some(Self::Misspelt(alike, certain.map(|(_, certainty)| certainty)))
    }

    /// The same, misspelt names left out.
    pub(super) fn exact(name: &str, bundle: &'a Bundle) -> Option<Self> {
        let names = bundle.names();
        if let Some(Name { kind, events }) = names.exact(name) {
            let event = events.first().copied();
            return match kind {
                NameKind::Toolkit | NameKind::Respelled => Some(Self::Event),
                NameKind::Aura => event.map(Self::Aura),
                NameKind::Listener => event.map(Self::Listener),
                NameKind::Connector => Some(Self::Connector(events)),
            };
        }
        if let Some(known) = bundle.other_name(name) {
            return Some(Self::Other(known));
        }
        // In JavaScript, `onCallStarted` is as usual as the attribute's own spelling.
        let listener = names.exact(&name.to_lowercase());
        let event = listener.filter(|it| it.kind == NameKind::Listener)?.events.first()?;
        Some(Self::Listener(*event))
    }

    /// The event that it stands for, where that is one, and how certain that is.
    pub(super) fn meant(&self) -> Option<(&'static str, Applicability)> {
        match self {
            Self::Aura(event) | Self::Listener(event) => Some((event.name(), Applicability::Safe)),
            Self::Connector(events) => match events {
                [event] => Some((event.name(), Applicability::Suggested)),
                _ => None,
            },
            Self::Misspelt(event, Some(Certainty::Same | Certainty::Slip)) => {
                Some((event, Applicability::Safe))
            }
            Self::Misspelt(event, Some(Certainty::Alike)) => {
                Some((event, Applicability::Suggested))
            }
            Self::Misspelt(_, None) | Self::Event | Self::Other(_) => None,
        }
    }

    /// What is known about the name, as a sentence.
    pub(super) fn advice(&self) -> String {
        let quoted = |event: &EventId| json::quote(event.name());
        match self {
            Self::Event => "an event's name".into(),
            Self::Aura(event) => {
                format!("this is the Aura toolkit's name for {}", quoted(event))
            }
            Self::Connector(events) => {
                let events: Vec<String> = events.iter().map(quoted).collect();
                format!("this is a telephony connector's name for {}", one_of(&events))
            }
            Self::Other(known) => format!("this is {known}"),
            Self::Listener(event) => {
                format!("this is the name of the listener for {}", quoted(event))
            }
            Self::Misspelt(event, _) => format!("did you mean {}?", json::quote(event)),
        }
    }

    /// What to do about the name in a payload.
    pub(super) fn help(&self) -> String {
        let Some((event, _)) = self.meant() else { return self.advice() };
        let replace = replace_with(event);
        match self {
            Self::Aura(_) => format!("{replace}; this is the Aura toolkit's name for it"),
            Self::Connector(_) => format!("{replace}; this is a telephony connector's name for it"),
            Self::Listener(_) => format!("{replace}; this is the name of its listener"),
            Self::Event | Self::Other(_) | Self::Misspelt(..) => replace,
        }
    }
}

/// `replace it with "callstarted"`
pub(super) fn replace_with(text: &str) -> String {
    format!("replace it with {}", json::quote(text))
}

/// Whether a name is an event's, or one of the other names that the schemas list.
pub(crate) fn is_known_name(name: &str, bundle: &Bundle) -> bool {
    KnownName::exact(name, bundle).is_some()
}

/// The message for a `name` that is not an event's.
pub(crate) fn unknown_event(name: &str, bundle: &Bundle, otherwise: &str) -> String {
    let advice = KnownName::of(name, bundle).map_or_else(
        || format!("`voxev schema` lists the 19 events; {otherwise}"),
        |known| known.advice(),
    );
    format!("\"{}\" is not a toolkit event: {advice}", visible(name))
}
