//! The columns of a table of events.

use std::collections::BTreeMap;

use crate::contract::{Event, EventId};

/// A column: a documented property, or everything without a column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Column {
    Property {
        name: String,
        pointer: String,
        /// The events that document the property, and its type in each.
        kinds: BTreeMap<EventId, String>,
        /// For a clean line of each event, the index of the property.
        slots: Vec<Option<usize>>,
        /// Whether it is a time, in milliseconds since the Unix epoch.
        is_time: bool,
    },
    Extra,
}

/// The name of the last column.
pub(crate) const EXTRA: &str = "extra";

impl Column {
    /// A column for each property of `events`, in their order, then `extra`. Properties with the
    /// same name share a column.
    pub(crate) fn of<'a>(events: impl Iterator<Item = &'a Event>) -> Vec<Self> {
        let mut columns: Vec<Self> = Vec::new();
        for event in events {
            for (slot, property) in event.properties.iter().enumerate() {
                let index = columns.iter().position(|column| column.name() == property.name);
                let index = index.unwrap_or_else(|| {
                    columns.push(Self::Property {
                        name: property.name.clone(),
                        pointer: property.pointer.clone(),
                        kinds: BTreeMap::new(),
                        slots: vec![None; EventId::COUNT],
                        is_time: property.is_time(),
                    });
                    columns.len() - 1
                });
                if let Self::Property { kinds, slots, .. } = &mut columns[index] {
                    kinds.insert(event.id, property.kind.clone());
                    slots[event.id.index()] = Some(slot);
                }
            }
        }
        columns.push(Self::Extra);
        columns
    }

    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Property { name, .. } => name,
            Self::Extra => EXTRA,
        }
    }
}
