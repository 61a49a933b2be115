//! The schemas compiled into the binary, one per event type, each read when it is first asked for.

use std::sync::OnceLock;

use serde_json::Value;

use super::derive;
use super::embedded::{self, COMMON};
use super::engine::Engine;
use super::event_id::EventId;
use super::name::EventNames;
use super::position::Position;
use super::property::{self, Property, Role};
use super::{Mode, Violation};

/// A Salesforce release and its API version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiRelease {
    /// API version, for example 66.
    pub api: u64,
    /// Release, for example `Spring '26`.
    pub release: String,
    /// Number of the documentation, for example 260.
    pub documentation: u64,
}

/// The contract of one API version for all event types.
#[derive(Debug)]
pub struct Bundle {
    api: u64,
    common: Value,
    events: [OnceLock<Event>; EventId::COUNT],
    names: OnceLock<EventNames>,
}

impl Bundle {
    /// The contract of API version `api`.
    #[must_use]
    pub fn new(api: u64) -> Self {
        Self {
            api,
            common: embedded::read("common", COMMON),
            events: [const { OnceLock::new() }; _],
            names: OnceLock::new(),
        }
    }

    /// The contract of the newest API version.
    #[must_use]
    pub fn newest() -> Self {
        let mut bundle = Self::new(0);
        bundle.api = bundle.releases().last().map_or(0, |release| release.api);
        bundle
    }

    /// The API version whose contract this is.
    #[must_use]
    pub fn api(&self) -> u64 {
        self.api
    }

    /// The releases that changed or confirmed the contract, oldest first.
    #[must_use]
    pub fn releases(&self) -> Vec<ApiRelease> {
        let list = self.common["x-voxev"]["apiVersions"].as_array();
        list.into_iter()
            .flatten()
            .map(|entry| ApiRelease {
                api: entry["api"].as_u64().unwrap_or_default(),
                release: entry["release"].as_str().unwrap_or_default().to_owned(),
                documentation: entry["documentation"].as_u64().unwrap_or_default(),
            })
            .collect()
    }

    /// The names that events go by.
    pub(crate) fn names(&self) -> &EventNames {
        self.names.get_or_init(|| {
            EventNames::new(EventId::all().map(|id| {
                let event = self.event(id);
                (id, &*event.aura, &*event.connector)
            }))
        })
    }

    /// The meaning of a name that is found in captures but is not a toolkit event.
    #[must_use]
    pub fn other_name(&self, name: &str) -> Option<&str> {
        self.common["x-voxev"]["otherNames"][name].as_str()
    }

    /// The contract of one event type.
    pub fn event(&self, id: EventId) -> &Event {
        self.events[id.index()].get_or_init(|| {
            let newest =
                derive::self_contained(embedded::read(id.name(), id.schema()), &self.common);
            Event::new(id, &newest, self.api)
        })
    }

    /// The positions of all events in one.
    pub(crate) fn positions_of_any(&self) -> Position {
        let mut any = Position::default();
        for id in EventId::all() {
            any.merge(&self.event(id).positions());
        }
        any
    }

    /// JSON Pointers at which a payload may contain its callId, the documented one first. A payload
    /// of an unknown type is read like the first event, because all events agree.
    pub(crate) fn call_id_pointers(&self, id: Option<EventId>) -> &[String] {
        &self.event(id.unwrap_or(EventId::FIRST)).call_id_pointers
    }

    /// One schema that accepts a payload of any event type.
    #[must_use]
    pub fn any_event(&self, mode: Mode) -> Value {
        let known = |id: &EventId| mode == Mode::Default || self.event(*id).since <= self.api;
        let ids: Vec<EventId> = EventId::all().filter(known).collect();
        let documents = ids.iter().map(|id| (id.name(), self.event(*id).document(mode)));
        derive::any_of(&documents.collect::<Vec<_>>())
    }
}

/// The contract of one event type.
#[derive(Debug)]
pub struct Event {
    /// The event type.
    pub id: EventId,
    /// When the event is fired, in a sentence or two.
    pub description: String,
    /// First API version with this event.
    pub since: u64,
    /// The event's name in the Aura toolkit.
    pub aura: String,
    /// The open-source connector's names for it.
    pub connector: Vec<String>,
    /// The flags, and their values, that select this event where a connector's name stands for several.
    pub connector_when: Vec<(String, bool)>,
    /// Whether Native Telephony sends it.
    pub native_telephony: bool,
    /// Dotted paths of the properties shown in a one-line view.
    pub summary: Vec<String>,
    /// Example payloads, which follow the strict contract.
    pub examples: Vec<Value>,
    /// The documented properties of this API version, in the documentation's order.
    pub properties: Vec<Property>,
    /// Properties of the newest contract that this API version did not have.
    pub newer: Vec<Property>,
    call_id_pointers: Vec<String>,
    /// Where connectors nest reports.
    reports_pointer: Option<String>,
    default: Engine,
    strict: Engine,
}

impl Event {
    fn new(id: EventId, newest: &Value, api: u64) -> Self {
        let notes = &newest["x-voxev"];
        let since = notes["since"].as_u64().unwrap_or_default();
        let (newer, properties): (Vec<_>, Vec<_>) =
            property::list(newest).into_iter().partition(|property| property.since > api);
        let examples = examples(newest, &newer);
        let mut default = derive::for_api(newest, api);
        default["examples"] = examples.clone().into();
        let strict =
            if since > api { derive::nothing(newest, api) } else { derive::strict(&default) };
        Self {
            id,
            description: text(&newest["description"]),
            since,
            aura: text(&notes["aura"]),
            connector: texts(&notes["connector"]),
            connector_when: flags(&notes["connectorWhen"]),
            native_telephony: notes["nativeTelephony"] != false,
            summary: texts(&notes["summary"]),
            examples,
            properties,
            newer,
            call_id_pointers: property::pointers(newest, Role::CallId),
            reports_pointer: property::pointers(newest, Role::Reports).into_iter().next(),
            default: Engine::new(default),
            strict: Engine::new(strict),
        }
    }

    /// The self-contained schema, without references to other files.
    #[must_use]
    pub fn document(&self, mode: Mode) -> &Value {
        self.engine(mode).document()
    }

    /// What any branch of the contract documents.
    pub(crate) fn positions(&self) -> Position {
        Position::of(self.document(Mode::Default))
    }

    /// Whether the contract accepts `payload`.
    #[must_use]
    pub fn accepts(&self, mode: Mode, payload: &Value) -> bool {
        self.engine(mode).accepts(payload)
    }

    /// All violations of the contract in `payload`. Cold.
    pub(crate) fn violations(&self, mode: Mode, payload: &Value) -> Vec<Violation> {
        self.engine(mode).violations(payload)
    }

    /// The property with this dotted name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }

    /// Index of the property in this role.
    pub(crate) fn position(&self, role: Role) -> Option<usize> {
        self.properties.iter().position(|property| property.role == Some(role))
    }

    /// The property in this role.
    pub(crate) fn in_role(&self, role: Role) -> Option<&Property> {
        self.properties.get(self.position(role)?)
    }

    /// JSON Pointer of the reports that connectors nest in a payload of this event.
    pub(crate) fn reports_pointer(&self) -> Option<&str> {
        self.reports_pointer.as_deref()
    }

    fn engine(&self, mode: Mode) -> &Engine {
        match mode {
            Mode::Default => &self.default,
            Mode::Strict => &self.strict,
        }
    }
}

/// The schema's examples without the `newer` properties.
fn examples(newest: &Value, newer: &[Property]) -> Vec<Value> {
    let mut examples = newest["examples"].as_array().cloned().unwrap_or_default();
    for example in &mut examples {
        for (parent, key) in newer.iter().filter_map(|it| it.pointer.rsplit_once('/')) {
            if let Some(Value::Object(object)) = example.pointer_mut(parent) {
                object.shift_remove(key);
            }
        }
    }
    examples
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}

fn flags(value: &Value) -> Vec<(String, bool)> {
    let flag = |(name, value): (&String, &Value)| Some((name.clone(), value.as_bool()?));
    value.as_object().into_iter().flatten().filter_map(flag).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_in_a_schema_is_a_known_one() {
        fn check(schema: &Value) {
            let role = &schema["x-voxev"]["role"];
            let is_known = Role::ALL.iter().any(|(name, _)| role == name);
            assert!(role.is_null() || is_known, "{role}");
            schema.as_object().into_iter().flatten().for_each(|(_, inner)| check(inner));
        }
        for (name, file) in embedded::files() {
            check(&embedded::read(name, file));
        }
    }
}
