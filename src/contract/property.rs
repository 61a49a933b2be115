//! What the schema says about each documented property: the source of columns, help and messages.

use serde_json::Value;

use super::derive::{annotation, resolve};
use super::position::TIME;

/// A documented property of an event that holds a scalar.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// Dotted path below `detail`, for example `content.text`; `type` for the event's name.
    pub name: String,
    /// JSON Pointer from the payload's root, for example `/detail/content/text`.
    pub pointer: String,
    /// JSON Schema type, for example `integer`.
    pub kind: String,
    /// Title for prose.
    pub title: String,
    /// Description.
    pub description: String,
    /// Documented values; empty if any value of the type is accepted.
    pub values: Vec<Value>,
    /// Values that are not documented but known to occur.
    pub observed: Vec<Value>,
    /// Unit of a number, for example `ms`.
    pub unit: Option<String>,
    /// `personal` or `pseudonymous`.
    pub privacy: Option<String>,
    /// Why it may be missing; `None` if it is required.
    pub optional: Option<String>,
    /// First API version with it; 0 if the event always had it.
    pub since: u64,
    /// The role in which voxev computes with it, if any.
    pub role: Option<Role>,
    /// The open-source connector's names for it.
    pub connector: Vec<String>,
}

/// Properties that voxev computes with, independent of their names: `role` in the schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The call's identifier.
    CallId,
    /// The channel of a report.
    Channel,
    /// Packets that were lost.
    PacketsLost,
    /// Packets that were received or sent.
    PacketsCount,
    /// The jitter buffer's delay in milliseconds.
    JitterBuffer,
    /// The round-trip time in milliseconds.
    RoundTrip,
    /// Distinguishes a report from an equal one.
    Serial,
    /// Reports as connectors nest them: a list of objects with a member for each channel.
    Reports,
    /// The participant of the event.
    Participant,
    /// The direction of the call.
    Direction,
    /// The time at which the event was sent, in milliseconds since the Unix epoch.
    SentAt,
    /// The role of the sender.
    Speaker,
}

impl Role {
    /// Number of roles.
    pub(crate) const COUNT: usize = Self::ALL.len();

    /// All roles and their names in the schemas, in the order of the variants.
    pub(crate) const ALL: [(&str, Self); 12] = [
        ("callId", Self::CallId),
        ("channel", Self::Channel),
        ("packetsLost", Self::PacketsLost),
        ("packetsCount", Self::PacketsCount),
        ("jitterBuffer", Self::JitterBuffer),
        ("roundTrip", Self::RoundTrip),
        ("serial", Self::Serial),
        ("reports", Self::Reports),
        ("participant", Self::Participant),
        ("direction", Self::Direction),
        ("sentAt", Self::SentAt),
        ("speaker", Self::Speaker),
    ];

    /// The role in the annotations of `schema`, if there is one.
    fn of(schema: &Value, root: &Value) -> Option<Self> {
        let name = annotation(schema, root, "role").as_str()?;
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, role)| role)
    }
}

impl Property {
    /// Whether this is the call's identifier.
    #[must_use]
    pub fn is_call_id(&self) -> bool {
        self.role == Some(Role::CallId)
    }

    /// Whether this is a time, in milliseconds since the Unix epoch.
    #[must_use]
    pub fn is_time(&self) -> bool {
        self.unit.as_deref() == Some(TIME)
    }
}

/// The scalar properties of an event's self-contained schema, in the schema's order. If the
/// contract depends on a condition, the `else` branch is the documented one.
pub(super) fn list(schema: &Value) -> Vec<Property> {
    let mut found = Vec::new();
    collect(schema, schema, "", &mut found);
    found
}

fn collect(schema: &Value, root: &Value, pointer: &str, found: &mut Vec<Property>) {
    let resolved = resolve(schema, root);
    let contract = if resolved.get("else").is_some() { &resolved["else"] } else { resolved };
    let Some(properties) = contract["properties"].as_object() else {
        found.push(describe(schema, root, pointer));
        return;
    };
    for (key, property) in properties {
        collect(property, root, &crate::json::join(pointer, key), found);
    }
}

/// Pointers of values with this role in any branch of the schema, shortest first.
pub(super) fn pointers(schema: &Value, role: Role) -> Vec<String> {
    let mut found = Vec::new();
    collect_pointers((schema, role), schema, "", &mut found);
    found.sort_by_key(String::len);
    found.dedup();
    found
}

fn collect_pointers(
    (root, role): (&Value, Role),
    schema: &Value,
    pointer: &str,
    found: &mut Vec<String>,
) {
    if Role::of(schema, root) == Some(role) {
        found.push(pointer.to_owned());
    }
    let resolved = resolve(schema, root);
    for branch in ["then", "else"].iter().filter_map(|keyword| resolved.get(keyword)) {
        collect_pointers((root, role), branch, pointer, found);
    }
    for (key, property) in resolved["properties"].as_object().into_iter().flatten() {
        collect_pointers((root, role), property, &crate::json::join(pointer, key), found);
    }
}

fn describe(schema: &Value, root: &Value, pointer: &str) -> Property {
    let resolved = resolve(schema, root);
    let keyword = |name: &str| schema.get(name).or_else(|| resolved.get(name));
    let noted = |name: &str| annotation(schema, root, name);
    let accepted = values(keyword("enum"), keyword("const"));
    let documented = match noted("warn")["schema"].get("enum") {
        Some(stricter) => values(Some(stricter), None),
        None => accepted.clone(),
    };
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let string = |name: &str| keyword(name).and_then(&text).unwrap_or_default();
    Property {
        name: pointer.strip_prefix("/detail/").unwrap_or(&pointer[1..]).replace('/', "."),
        pointer: pointer.to_owned(),
        kind: keyword("type").and_then(&text).unwrap_or_else(|| "string".into()),
        title: string("title"),
        description: string("description"),
        observed: accepted.into_iter().filter(|value| !documented.contains(value)).collect(),
        values: documented,
        unit: text(noted("unit")),
        privacy: text(noted("privacy")),
        optional: text(noted("optional")),
        since: noted("since").as_u64().unwrap_or_default(),
        role: Role::of(schema, root),
        connector: noted("connector").as_array().into_iter().flatten().filter_map(text).collect(),
    }
}

fn values(list: Option<&Value>, constant: Option<&Value>) -> Vec<Value> {
    match (list, constant) {
        (Some(Value::Array(values)), _) => values.clone(),
        (_, Some(value)) => vec![value.clone()],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::Role;
    use crate::contract::{Bundle, EventId};

    #[test]
    fn every_role_is_that_of_some_property_and_stands_where_its_number_says() {
        let bundle = Bundle::newest();
        for (number, (name, role)) in Role::ALL.into_iter().enumerate() {
            assert_eq!(role as usize, number);
            let has_it = |id| bundle.event(id).position(role).is_some();
            let is_list = role == Role::Reports;
            assert!(is_list || EventId::all().any(has_it), "{name}");
        }
        let lists = EventId::all().filter_map(|id| bundle.event(id).reports_pointer());
        assert_eq!(lists.collect::<Vec<_>>(), ["/detail/audioStats/stats"]);
    }

    fn names(event: &str, api: u64) -> Vec<String> {
        let id = EventId::from_name(event).expect("the event exists");
        let bundle = Bundle::new(api);
        bundle.event(id).properties.iter().map(|property| property.name.clone()).collect()
    }

    #[test]
    fn properties_come_in_the_schema_s_order() {
        let expected = "type callId stats packetsLost packetsCount jitterBufferMillis \
            roundTripTimeMillis statsCount";
        assert_eq!(names("audiostats", 68).join(" "), expected);
    }

    #[test]
    fn an_older_contract_has_fewer() {
        assert!(names("flagraise", 66).contains(&"voiceCallId".into()));
        assert!(!names("flagraise", 64).contains(&"voiceCallId".into()));
    }

    #[test]
    fn examples_have_only_what_their_api_version_has() {
        for api in [54, 64] {
            let bundle = Bundle::new(api);
            let events = EventId::all().map(|id| bundle.event(id));
            for event in events.filter(|event| event.since <= api) {
                let is_right = |it| event.accepts(crate::contract::Mode::Strict, it);
                assert!(event.examples.iter().all(is_right), "{}", event.id.name());
                let printed = &event.document(crate::contract::Mode::Default)["examples"];
                assert_eq!(printed.as_array(), Some(&event.examples));
            }
        }
    }

    #[test]
    fn every_property_that_may_be_missing_says_why() {
        let bundle = Bundle::newest();
        for event in EventId::all().map(|id| bundle.event(id)) {
            for property in &event.properties {
                let mut payload = event.examples[0].clone();
                let (parent, key) = property.pointer.rsplit_once('/').expect("a pointer");
                if let Some(parent) = payload.pointer_mut(parent).and_then(|it| it.as_object_mut())
                {
                    parent.remove(key);
                }
                let may_be_missing = event.accepts(crate::contract::Mode::Strict, &payload);
                assert_eq!(may_be_missing, property.optional.is_some(), "{property:?}");
            }
        }
    }
}
