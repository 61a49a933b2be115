//! The names that an event goes by: its own, and those of the Aura toolkit, of listeners and of
//! connectors, as the schemas have them.

use std::collections::HashMap;

use super::event_id::EventId;

/// Whose name it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameKind {
    /// The toolkit's own.
    Toolkit,
    /// The Aura toolkit's.
    Aura,
    /// With a leading `on`.
    Listener,
    /// The connector's. It may stand for several events.
    Connector,
    /// The toolkit's, but for case and separators.
    Respelled,
}

/// A name that is known, and the events that it can stand for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Name<'a> {
    pub(crate) kind: NameKind,
    pub(crate) events: &'a [EventId],
}

/// All names of all events.
#[derive(Debug, Clone)]
pub(crate) struct EventNames {
    known: HashMap<String, (NameKind, Vec<EventId>)>,
}

impl EventNames {
    /// From the Aura toolkit's name and the connector's names of each event.
    pub(super) fn new<'a>(events: impl Iterator<Item = (EventId, &'a str, &'a [String])>) -> Self {
        let mut known: HashMap<String, (NameKind, Vec<EventId>)> = HashMap::new();
        let mut add = |name: String, kind: NameKind, id: EventId| {
            let (known_kind, events) = known.entry(name).or_insert_with(|| (kind, Vec::new()));
            if *known_kind == kind {
                events.push(id);
            }
        };
        let mut connector_names = Vec::new();
        for (id, aura, connector) in events {
            add(id.name().to_owned(), NameKind::Toolkit, id);
            add(aura.to_owned(), NameKind::Aura, id);
            add(format!("on{}", id.name()), NameKind::Listener, id);
            connector_names.extend(connector.iter().map(|name| (name.clone(), id)));
        }
        // The toolkit's names come first.
        for (name, id) in connector_names {
            add(name, NameKind::Connector, id);
        }
        Self { known }
    }

    /// The name with this exact spelling.
    pub(crate) fn exact(&self, name: &str) -> Option<Name<'_>> {
        self.known.get(name).map(|(kind, events)| Name { kind: *kind, events })
    }

    /// Lengths of the names, in bytes.
    pub(crate) fn lengths(&self) -> impl Iterator<Item = usize> {
        self.known.keys().map(String::len)
    }
}
