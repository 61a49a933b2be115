//! Schemas derived from the bundled ones: self-contained, for an older API version, strict, any
//! event.
//!
//! All are JSON values, so the engine runs exactly what `voxev schema` prints.

use serde_json::{Map, Value, json};

/// Keywords with subschemas: directly, or as members (the second list).
const APPLICATORS: [&str; 6] = ["items", "not", "if", "then", "else", "additionalProperties"];
const MAPS: [&str; 2] = ["properties", "$defs"];

const COMMON_REFERENCE: &str = "common.json#/$defs/";
const LOCAL_REFERENCE: &str = "#/$defs/";

/// `schema` with the definitions of `common` that it refers to moved into its own `$defs`.
pub(super) fn self_contained(mut schema: Value, common: &Value) -> Value {
    rewrite(&mut schema, Purpose::Contract, &mut |part, _| {
        if let Some(Value::String(reference)) = part.get_mut("$ref")
            && let Some(name) = reference.strip_prefix(COMMON_REFERENCE)
        {
            *reference = format!("{LOCAL_REFERENCE}{name}");
        }
    });
    // Few of the definitions are used: to copy all of them took a fifth of the time.
    let used = references(&schema, &[&schema["$defs"], &common["$defs"]]);
    let definitions = common["$defs"].as_object().into_iter().flatten();
    let definitions = definitions.filter(|(name, _)| used.contains(name));
    let definitions = definitions.map(|(name, definition)| (name.clone(), definition.clone()));
    if let Some(own) = schema.as_object_mut() {
        let all = own.entry("$defs").or_insert_with(|| json!({}));
        if let Some(all) = all.as_object_mut() {
            all.extend(definitions);
        }
    }
    drop_unused(&mut schema);
    schema
}

/// The contract of API version `api`: properties added later are treated as undocumented.
pub(super) fn for_api(schema: &Value, api: u64) -> Value {
    let mut older = schema.clone();
    rewrite(&mut older, Purpose::Contract, &mut |part, _| {
        if let Some(Value::Object(properties)) = part.get_mut("properties") {
            properties.retain(|_, property| {
                annotation(property, schema, "since").as_u64().is_none_or(|since| since <= api)
            });
        }
    });
    drop_unused(&mut older);
    older
}

/// The strict contract: documented values, documented properties and every bound.
pub(super) fn strict(schema: &Value) -> Value {
    let mut strict = schema.clone();
    rewrite(&mut strict, Purpose::Contract, &mut |part, purpose| {
        let warn = part.get("x-voxev").map(|notes| notes["warn"]["schema"].clone());
        if let Some(Value::Object(stricter)) = warn {
            part.extend(stricter);
        }
        if part.contains_key("properties") && purpose == Purpose::Contract {
            part.insert("additionalProperties".into(), false.into());
        }
    });
    strict
}

/// The strict contract of an event that API version `api` did not have; accepts nothing.
pub(super) fn nothing(schema: &Value, api: u64) -> Value {
    let since = &schema["x-voxev"]["since"];
    json!({
        "$schema": schema["$schema"],
        "title": schema["title"],
        "description": format!("The event was added in API version {since}; version {api} does not have it."),
        "not": {},
        "x-voxev": {
            "since": since,
            "warn": {
                "rule": "newer-than-api",
                "because": "the capture was made with a later version",
                "schema": {"not": {}},
            },
        },
    })
}

/// One schema for payloads of any of `events`, selected by the event's name.
pub(super) fn any_of(events: &[(&str, &Value)]) -> Value {
    let names: Vec<&str> = events.iter().map(|(name, _)| *name).collect();
    let branches: Vec<Value> = names
        .iter()
        .map(|name| {
            json!({
                "if": {"required": ["type"], "properties": {"type": {"const": name}}},
                "then": {"$ref": format!("{LOCAL_REFERENCE}{name}")},
            })
        })
        .collect();
    let mut definitions = Map::new();
    for (name, event) in events {
        let mut event = (*event).clone();
        if let Some(event) = event.as_object_mut() {
            event.remove("$schema");
            if let Some(Value::Object(own)) = event.remove("$defs") {
                definitions.extend(own);
            }
        }
        definitions.insert((*name).into(), event);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Service Cloud Voice toolkit event",
        "description": "Any telephony event of the Service Cloud Voice Toolkit API.",
        "type": "object",
        "required": ["type", "detail"],
        "properties": {"type": {"enum": names}},
        "allOf": branches,
        "$defs": definitions,
    })
}

/// Follows `$ref`s within `root` to a schema without one, or to a dangling reference.
pub(super) fn resolve<'a>(mut schema: &'a Value, root: &'a Value) -> &'a Value {
    while let Some(target) = schema["$ref"]
        .as_str()
        .and_then(|reference| root["$defs"].get(reference.strip_prefix(LOCAL_REFERENCE)?))
    {
        schema = target;
    }
    schema
}

/// The annotation `name` at `schema`, or else at the definition that it refers to; null if neither
/// has it.
pub(super) fn annotation<'a>(schema: &'a Value, root: &'a Value, name: &str) -> &'a Value {
    let own = &schema["x-voxev"][name];
    if own.is_null() { &resolve(schema, root)["x-voxev"][name] } else { own }
}

/// How a subschema is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// The payload must match it.
    Contract,
    /// It is the condition of an `if`, which the payload need not match.
    Condition,
}

type Change<'a> = &'a mut dyn FnMut(&mut Map<String, Value>, Purpose);

/// Applies `change` to every object that is a schema, parents first.
fn rewrite(schema: &mut Value, purpose: Purpose, change: Change<'_>) {
    let Some(part) = schema.as_object_mut() else {
        return;
    };
    change(part, purpose);
    for (keyword, below) in part.iter_mut() {
        let purpose = if keyword == "if" { Purpose::Condition } else { purpose };
        if APPLICATORS.contains(&keyword.as_str()) {
            rewrite(below, purpose, change);
        } else if MAPS.contains(&keyword.as_str()) {
            for member in below.as_object_mut().into_iter().flat_map(Map::values_mut) {
                rewrite(member, purpose, change);
            }
        }
    }
}

/// Removes definitions that are no longer referred to.
fn drop_unused(schema: &mut Value) {
    let used = references(schema, &[&schema["$defs"]]);
    if let Some(Value::Object(definitions)) = schema.get_mut("$defs") {
        definitions.retain(|name, _| used.contains(name));
        if definitions.is_empty()
            && let Some(part) = schema.as_object_mut()
        {
            part.shift_remove("$defs");
        }
    }
}

/// The names of the definitions that `schema` refers to, also through others of `definitions`.
fn references(schema: &Value, definitions: &[&Value]) -> Vec<String> {
    let mut used = Vec::new();
    collect_references(schema, &mut used);
    let mut followed = 0;
    while let Some(name) = used.get(followed).cloned() {
        for definitions in definitions {
            collect_references(&definitions[&name], &mut used);
        }
        followed += 1;
    }
    used
}

/// Adds the names of the definitions that `schema` refers to, but for those that it defines.
fn collect_references(schema: &Value, found: &mut Vec<String>) {
    let Some(part) = schema.as_object() else { return };
    for (keyword, below) in part {
        let referred = below.as_str().and_then(|reference| reference.strip_prefix(LOCAL_REFERENCE));
        if keyword == "$ref"
            && let Some(name) = referred
            && !found.iter().any(|known| known == name)
        {
            found.push(name.to_owned());
        } else if keyword == "properties" {
            let members = below.as_object().into_iter().flat_map(Map::values);
            members.for_each(|member| collect_references(member, found));
        } else if APPLICATORS.contains(&keyword.as_str()) {
            collect_references(below, found);
        }
    }
}
