//! What the schemas say about each position of a payload, in any of their branches: whose data it
//! holds, and which values are the contract's own words.

use std::collections::BTreeMap;

use serde_json::Value;

use super::derive::{annotation, resolve};

/// A position that a schema documents, and those below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Position {
    /// Whose data the value is; `None` where it is nobody's.
    pub(crate) privacy: Option<Privacy>,
    /// Whether the value is a time in milliseconds of the Unix epoch.
    pub(crate) is_time: bool,
    /// Whether it may be a number.
    pub(crate) is_number: bool,
    /// The strings that it may be; none where any string will do.
    pub(crate) values: Vec<String>,
    members: BTreeMap<String, Position>,
    items: Option<Box<Position>>,
}

/// Whose data a value is: `privacy` in the schemas, and for personal data `replacement`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Privacy {
    /// A key that leads to a person only through other data.
    Pseudonymous,
    /// A phone number, or the name of somebody or something that can be called.
    Party,
    /// A person's name.
    Name,
    /// What somebody said or wrote. Also any personal value for which the schema names no other
    /// replacement.
    Text,
}

impl Privacy {
    fn of(schema: &Value, root: &Value) -> Option<Self> {
        let note = |name: &str| annotation(schema, root, name).as_str();
        match (note("privacy")?, note("replacement")) {
            ("pseudonymous", _) => Some(Self::Pseudonymous),
            (_, Some("party")) => Some(Self::Party),
            (_, Some("name")) => Some(Self::Name),
            _ => Some(Self::Text),
        }
    }
}

/// What the unit of a time is called in the schemas.
pub(super) const TIME: &str = "ms since the Unix epoch";

impl Position {
    /// The root of an event's self-contained schema.
    pub(super) fn of(schema: &Value) -> Self {
        let mut root = Self::default();
        root.add(schema, schema);
        root
    }

    /// The position under `key`.
    pub(crate) fn member(&self, key: &str) -> Option<&Self> {
        self.members.get(key)
    }

    /// The position of an array's items.
    pub(crate) fn item(&self) -> Option<&Self> {
        self.items.as_deref()
    }

    /// Each key that is documented here, and its position.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&str, &Self)> {
        self.members.iter().map(|(key, position)| (key.as_str(), position))
    }

    /// Adds what another event's schema says about the same position.
    pub(super) fn merge(&mut self, other: &Self) {
        self.privacy = self.privacy.max(other.privacy);
        self.is_time |= other.is_time;
        self.is_number |= other.is_number;
        for value in &other.values {
            self.add_value(value);
        }
        for (key, position) in &other.members {
            self.members.entry(key.clone()).or_default().merge(position);
        }
        if let Some(items) = &other.items {
            self.items.get_or_insert_default().merge(items);
        }
    }

    fn add(&mut self, schema: &Value, root: &Value) {
        self.privacy = self.privacy.max(Privacy::of(schema, root));
        self.is_time |= annotation(schema, root, "unit") == TIME;
        let resolved = resolve(schema, root);
        let kind = &resolved["type"];
        self.is_number |= kind == "number" || kind == "integer";
        let listed = resolved["enum"].as_array().into_iter().flatten();
        for value in listed.chain([&resolved["const"]]).filter_map(Value::as_str) {
            self.add_value(value);
        }
        for branch in ["then", "else"].iter().filter_map(|keyword| resolved.get(keyword)) {
            self.add(branch, root);
        }
        for (key, property) in resolved["properties"].as_object().into_iter().flatten() {
            self.members.entry(key.clone()).or_default().add(property, root);
        }
        if let Some(items) = resolved.get("items") {
            self.items.get_or_insert_default().add(items, root);
        }
    }

    fn add_value(&mut self, value: &str) {
        if !self.values.iter().any(|known| known == value) {
            self.values.push(value.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Bundle, EventId};

    /// Every position below `position` with its pointer.
    fn all<'a>(position: &'a Position, pointer: &str, found: &mut Vec<(String, &'a Position)>) {
        found.push((pointer.to_owned(), position));
        for (key, below) in position.members() {
            all(below, &crate::json::join(pointer, key), found);
        }
        if let Some(items) = position.item() {
            all(items, &format!("{pointer}/0"), found);
        }
    }

    #[test]
    fn every_property_has_the_privacy_that_the_schema_annotates() {
        let bundle = Bundle::newest();
        for event in EventId::all().map(|id| bundle.event(id)) {
            let (root, mut found) = (event.positions(), Vec::new());
            all(&root, "", &mut found);
            for property in &event.properties {
                let at = found.iter().find(|(pointer, _)| *pointer == property.pointer);
                let (_, position) = at.expect("it has a position");
                assert_eq!(position.privacy.is_some(), property.privacy.is_some(), "{property:?}");
                let is_pseudonymous = property.privacy.as_deref() == Some("pseudonymous");
                assert_eq!(position.privacy == Some(Privacy::Pseudonymous), is_pseudonymous);
            }
        }
    }

    #[test]
    fn positions_of_both_branches_are_known() {
        let bundle = Bundle::newest();
        let audiostats = EventId::from_name("audiostats").expect("it is an event");
        let (root, mut found) = (bundle.event(audiostats).positions(), Vec::new());
        all(&root, "", &mut found);
        for pointer in ["/detail/callId", "/detail/audioStats/callId"] {
            let at = found.iter().find(|(it, _)| it == pointer).map(|(_, it)| it.privacy);
            assert_eq!(at, Some(Some(Privacy::Pseudonymous)), "{pointer}");
        }
        let counter = "/detail/audioStats/stats/0/inputChannelStats/packetsLost";
        assert!(found.iter().any(|(it, position)| it == counter && position.is_number));
    }
}
