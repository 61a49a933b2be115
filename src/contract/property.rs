//! What the schema says about each documented property: the source of columns, help and messages.

use serde_json::{Map, Value};

use super::derive::{merged_notes, resolve};

/// A documented property of an event that holds a scalar.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// Dotted path below `detail`, for example `content.text`; `type` for the event's name.
    pub name: String,
    /// JSON Pointer from the payload's root, for example `/detail/content/text`.
    pub pointer: String,
    /// JSON Schema type, for example `integer`.
    pub kind: String,
    /// What it is called in prose.
    pub title: String,
    /// What it means.
    pub description: String,
    /// Documented values; none where any value of the type will do.
    pub values: Vec<Value>,
    /// Values that are not documented but known to occur.
    pub observed: Vec<Value>,
    /// Unit of a number, for example `ms`.
    pub unit: Option<String>,
    /// `personal` or `pseudonymous`.
    pub privacy: Option<String>,
    /// Why it may be missing; `None` where it is required.
    pub optional: Option<String>,
    /// First API version with it; 0 where the event always had it.
    pub since: u64,
    /// The role in which voxev computes with it, if any.
    pub role: Option<Role>,
    /// The open-source connector's names for it.
    pub connector: Vec<String>,
}

/// Properties that voxev computes with, whatever they are called: `role` in the schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The call's identifier.
    CallId,
    /// Which channel a report is about.
    Channel,
    /// Packets that were lost.
    PacketsLost,
    /// Packets that were received or sent.
    PacketsCount,
    /// The jitter buffer's delay in milliseconds.
    JitterBuffer,
    /// The round-trip time in milliseconds.
    RoundTrip,
    /// What tells a report from an equal one.
    Serial,
    /// Reports as connectors nest them: a list of objects with a member for each channel.
    Reports,
    /// Whom the event is about.
    Participant,
    /// Who began the call.
    Direction,
    /// When the event was sent, in milliseconds of the Unix epoch.
    SentAt,
    /// In which role somebody spoke.
    Speaker,
}

impl Role {
    /// How many there are.
    pub(crate) const COUNT: usize = Self::ALL.len();

    /// All, with their names in the schemas; each stands where its number says.
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

    /// The role that annotations give, if they give one.
    fn of(notes: &Value) -> Option<Self> {
        let name = notes["role"].as_str()?;
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, role)| role)
    }
}

impl Property {
    /// Whether this is the call's identifier.
    #[must_use]
    pub fn is_call_id(&self) -> bool {
        self.role == Some(Role::CallId)
    }
}

/// The scalar properties of an event's self-contained schema, in the schema's order. Where the
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

/// Where the schema, in any of its branches, has a value in this role: shortest pointer first.
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
    if Role::of(&merged_notes(schema, root)) == Some(role) {
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
    let mut keywords = resolved.as_object().cloned().unwrap_or_default();
    keywords.extend(schema.as_object().cloned().unwrap_or_default());
    let notes = merged_notes(schema, root);
    let accepted = values(&keywords);
    let documented = match notes["warn"]["schema"].as_object() {
        Some(stricter) if stricter.contains_key("enum") => values(stricter),
        _ => accepted.clone(),
    };
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let string = |keyword: &str| keywords.get(keyword).and_then(&text).unwrap_or_default();
    Property {
        name: pointer.strip_prefix("/detail/").unwrap_or(&pointer[1..]).replace('/', "."),
        pointer: pointer.to_owned(),
        kind: keywords.get("type").and_then(&text).unwrap_or_else(|| "string".into()),
        title: string("title"),
        description: string("description"),
        observed: accepted.into_iter().filter(|value| !documented.contains(value)).collect(),
        values: documented,
        unit: text(&notes["unit"]),
        privacy: text(&notes["privacy"]),
        optional: text(&notes["optional"]),
        since: notes["since"].as_u64().unwrap_or_default(),
        role: Role::of(&notes),
        connector: notes["connector"].as_array().into_iter().flatten().filter_map(text).collect(),
    }
}

fn values(keywords: &Map<String, Value>) -> Vec<Value> {
    match (keywords.get("enum"), keywords.get("const")) {
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
