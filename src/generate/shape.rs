//! An audiostats payload in the shape of the open-source connector base, built from the schema's
//! branch for it.

use serde_json::Value;

use crate::contract::{Event, Mode};
use crate::json;

/// The branch of the schema of `detail` that describes the connector's shape.
pub(super) fn other_shape(event: &Event) -> Option<&Value> {
    event.document(Mode::Default).pointer("/properties/detail/then")
}

/// `payload` in that shape; properties that both shapes have keep their values.
pub(super) fn reshaped(event: &Event, payload: &Value) -> Option<String> {
    let root = event.document(Mode::Default);
    let shape = sample(other_shape(event)?, root, "detail", &payload["detail"]);
    Some(format!("{{\"type\":{},\"detail\":{shape}}}", json::quote(event.id.name())))
}

/// A value that `schema` accepts, for the property `name`; scalars are those of `detail`.
fn sample(schema: &Value, root: &Value, name: &str, detail: &Value) -> Value {
    let schema = resolve(schema, root);
    if let Some(properties) = schema["properties"].as_object() {
        let members = properties.iter();
        return members
            .map(|(key, below)| (key.clone(), sample(below, root, key, detail)))
            .collect();
    }
    match schema["type"].as_str() {
        Some("array") => [sample(&schema["items"], root, name, detail)].into_iter().collect(),
        _ => detail.get(name).cloned().unwrap_or_default(),
    }
}

fn resolve<'a>(mut schema: &'a Value, root: &'a Value) -> &'a Value {
    while let Some(target) =
        schema["$ref"].as_str().and_then(|reference| root.pointer(reference.strip_prefix('#')?))
    {
        schema = target;
    }
    schema
}
