//! Compiles an event's strict schema into its matcher; `None` if the schema uses a keyword that the
//! fast path does not support. So a new keyword can make voxev slow, but never wrong.

use serde_json::{Map, Value};

use super::Matcher;
use super::fields::Fields;
use super::form::ValueKinds;
use super::scan::{LARGEST, Literal};
use super::shape::{KeyIndex, Member, Object, Shape};
use super::template::Template;
use crate::contract::Property;

/// Keywords that do not constrain a payload, or that this file handles.
const UNDERSTOOD: [&str; 19] = [
    "$schema",
    "$defs",
    "$ref",
    "title",
    "description",
    "examples",
    "$comment",
    "x-voxev",
    "type",
    "const",
    "enum",
    "required",
    "properties",
    "additionalProperties",
    "minimum",
    "maximum",
    "minLength",
    "else",
    "then",
];

/// The matcher for `schema`, whose scalars are `properties`: their indices are the slots of the
/// fields. Properties in `newer` are not documented in this version, but lines with them are left
/// to the cold path, which warns.
pub(crate) fn compile(
    schema: &Value,
    properties: &[Property],
    newer: &[Property],
) -> Option<Matcher> {
    if properties.len() > Fields::SLOTS {
        return None;
    }
    let mut compiler = Compiler { root: schema, properties, newer, places: Vec::new() };
    match compiler.shape(schema, "")? {
        Shape::Object(root) => {
            let call_slot = properties.iter().position(Property::is_call_id);
            let template = Template::new(&root);
            let kinds = ValueKinds::of(&root);
            Some(Matcher { root, template, places: compiler.places, call_slot, kinds })
        }
        Shape::Text { .. } | Shape::OneOf { .. } | Shape::Natural { .. } | Shape::Number { .. } => {
            None
        }
    }
}

struct Compiler<'a> {
    root: &'a Value,
    properties: &'a [Property],
    newer: &'a [Property],
    /// Pointers of the objects, in the order in which they were found.
    places: Vec<String>,
}

impl Compiler<'_> {
    fn shape(&mut self, schema: &Value, pointer: &str) -> Option<Shape> {
        let keywords = self.keywords(schema)?;
        if keywords.contains_key("properties") {
            return self.object(&keywords, pointer).map(Shape::Object);
        }
        let slot = self.properties.iter().position(|property| property.pointer == pointer)?;
        scalar(&keywords, u8::try_from(slot).ok()?)
    }

    /// The schema's keywords, combined with those of the definition it refers to and of the branch
    /// that applies if the keys of its condition are absent.
    fn keywords(&self, schema: &Value) -> Option<Map<String, Value>> {
        let mut keywords = schema.as_object()?.clone();
        if let Some(reference) = keywords.remove("$ref") {
            let definition = self.root.pointer(reference.as_str()?.strip_prefix('#')?)?;
            join(&mut keywords, self.keywords(definition)?)?;
        }
        if let Some(condition) = keywords.remove("if") {
            // The condition is false without its required keys, and `refused` excludes lines with
            // these keys.
            let required = condition["required"].as_array().filter(|keys| !keys.is_empty())?;
            let refused = Value::from(required.clone());
            let otherwise = keywords.remove("else").unwrap_or_else(|| Value::Object(Map::new()));
            join(&mut keywords, self.keywords(&otherwise)?)?;
            if keywords.insert(REFUSED.into(), refused).is_some() {
                return None;
            }
        }
        let known = |keyword: &String| UNDERSTOOD.contains(&keyword.as_str()) || keyword == REFUSED;
        keywords.keys().all(known).then_some(keywords)
    }

    fn object(&mut self, keywords: &Map<String, Value>, pointer: &str) -> Option<Object> {
        let properties = keywords["properties"].as_object()?;
        let is_plain = keywords.get("type").is_none_or(|kind| kind == "object")
            && keywords.get("additionalProperties").is_none_or(|others| others == false)
            && FOR_SCALARS.iter().all(|keyword| !keywords.contains_key(*keyword));
        if !is_plain || properties.len() > 32 {
            return None;
        }
        let place = u8::try_from(self.places.len()).ok()?;
        self.places.push(pointer.to_owned());
        let names: Vec<&str> = properties.keys().map(String::as_str).collect();
        let keys: Vec<&[u8]> = names.iter().map(|name| name.as_bytes()).collect();
        let mut members = Vec::new();
        for (name, property) in properties {
            let opening = if members.is_empty() { '{' } else { ',' };
            let quoted = crate::json::quote(name);
            // A key that JSON would escape cannot be compared byte for byte.
            if quoted.len() != name.len() + 2 || quoted.len() + 2 > Literal::LONGEST {
                return None;
            }
            members.push(Member {
                expected: Literal::new(format!("{opening}{quoted}:").as_bytes()),
                key: Literal::new(format!("{name}\"").as_bytes()),
                shape: self.shape(property, &crate::json::join(pointer, name))?,
            });
        }
        let mut required = 0;
        for name in texts(keywords.get("required"))? {
            required |= 1 << names.iter().position(|known| *known == name)?;
        }
        let mut refused = texts(keywords.get(REFUSED))?;
        let newer = self.newer.iter().filter_map(|it| it.pointer.rsplit_once('/'));
        refused.extend(newer.filter(|it| it.0 == pointer).map(|(_, key)| key.to_owned()));
        if refused.iter().any(|name| names.contains(&name.as_str())) {
            return None;
        }
        let refused = refused.iter().map(|name| crate::json::quote(name).into_bytes()).collect();
        Some(Object { members, required, index: KeyIndex::new(&keys)?, refused, place })
    }
}

/// The shape of the scalar in `slot`.
fn scalar(keywords: &Map<String, Value>, slot: u8) -> Option<Shape> {
    let kind = keywords.get("type").and_then(Value::as_str);
    if kind.is_none() && keywords.contains_key("type") {
        return None;
    }
    let mut allowed = Vec::new();
    match (keywords.get("enum"), keywords.get("const")) {
        (Some(Value::Array(values)), None) => allowed.clone_from(values),
        (None, Some(value)) => allowed.push(value.clone()),
        (None, None) => {}
        _ => return None,
    }
    if !allowed.is_empty() {
        let strings = allowed.iter().all(Value::is_string) && matches!(kind, None | Some("string"));
        let plain = FOR_NUMBERS_AND_TEXTS.iter().all(|keyword| !keywords.contains_key(*keyword));
        let texts: Vec<String> = allowed.iter().map(Value::to_string).collect();
        let short = texts.iter().all(|text| text.len() <= Literal::LONGEST);
        let texts = texts.iter().map(|text| Literal::new(text.as_bytes()));
        return (strings && plain && short).then(|| Shape::OneOf { slot, texts: texts.collect() });
    }
    let bounds = Bounds::of(keywords);
    let min_length = keywords.get("minLength");
    match kind? {
        "string" if bounds.are_none() => {
            // A minimum length of one character is one byte; a higher one would need counting.
            let min_bytes = min_length.map_or(Some(0), Value::as_u64).filter(|it| *it <= 1)?;
            Some(Shape::Text { slot, min_bytes: usize::try_from(min_bytes).ok()? })
        }
        "integer" if min_length.is_none() => {
            bounds.allow(0.0, LARGEST).then_some(Shape::Natural { slot })
        }
        "number" if min_length.is_none() => {
            bounds.allow(-LARGEST, LARGEST).then_some(Shape::Number { slot })
        }
        "null" if bounds.are_none() && min_length.is_none() => {
            Some(Shape::OneOf { slot, texts: vec![Literal::new(b"null")] })
        }
        _ => None,
    }
}

/// `minimum` and `maximum`.
struct Bounds<'a>([Option<&'a Value>; 2]);

impl<'a> Bounds<'a> {
    fn of(keywords: &'a Map<String, Value>) -> Self {
        Self(["minimum", "maximum"].map(|keyword| keywords.get(keyword)))
    }

    fn are_none(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// Whether every number from `least` to `most` is within the bounds. The shapes accept only
    /// these numbers, so a line's numbers need not be compared with bounds of the schema.
    fn allow(&self, least: f64, most: f64) -> bool {
        let [minimum, maximum] = self.0;
        minimum.is_none_or(|it| it.as_f64().is_some_and(|it| it <= least))
            && maximum.is_none_or(|it| it.as_f64().is_some_and(|it| it >= most))
    }
}

/// Keywords that would change the meaning of an object schema.
const FOR_SCALARS: [&str; 5] = ["const", "enum", "minimum", "maximum", "minLength"];

/// Keywords that would restrict a list of values further.
const FOR_NUMBERS_AND_TEXTS: [&str; 3] = ["minimum", "maximum", "minLength"];

/// The keys of a condition, stored among the keywords under a name that no schema uses.
const REFUSED: &str = "$refused";

/// Adds `more` to `keywords`; `None` if both have the same constraining keyword.
fn join(keywords: &mut Map<String, Value>, more: Map<String, Value>) -> Option<()> {
    const SILENT: [&str; 6] =
        ["title", "description", "$comment", "x-voxev", "examples", "$schema"];
    for (keyword, value) in more {
        let known = keywords.get(&keyword).is_some_and(|known| *known != value);
        if !known {
            keywords.insert(keyword, value);
        } else if !SILENT.contains(&keyword.as_str()) {
            return None;
        }
    }
    Some(())
}

fn texts(list: Option<&Value>) -> Option<Vec<String>> {
    let Some(list) = list else { return Some(Vec::new()) };
    list.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::compile;
    use crate::contract::{Bundle, EventId, Mode};

    /// Whether audiostats has a matcher if packetsCount has these keywords instead of its own.
    fn compiles_with(keywords: &[(&str, Value)]) -> bool {
        let bundle = Bundle::newest();
        let event = bundle.event(EventId::AudioStats);
        let mut schema = event.document(Mode::Strict).clone();
        for (keyword, value) in keywords {
            schema["$defs"]["packetsCount"][*keyword] = value.clone();
        }
        compile(&schema, &event.properties, &event.newer).is_some()
    }

    #[test]
    fn bounds_that_the_shapes_keep_have_a_matcher_and_narrower_ones_have_none() {
        assert!(compiles_with(&[]));
        for wide in [json!(-1), json!(0), json!(-0.5)] {
            assert!(compiles_with(&[("minimum", wide.clone())]), "{wide}");
        }
        for narrow in [json!(1), json!(0.5), json!("0"), json!(null)] {
            assert!(!compiles_with(&[("minimum", narrow.clone())]), "{narrow}");
        }
        for wide in [json!(9_007_199_254_740_991_u64), json!(u64::MAX), json!(1e300)] {
            assert!(compiles_with(&[("maximum", wide.clone())]), "{wide}");
        }
        for narrow in [json!(9_007_199_254_740_990_u64), json!(100), json!("x"), json!(null)] {
            assert!(!compiles_with(&[("maximum", narrow.clone())]), "{narrow}");
        }
        assert!(!compiles_with(&[("exclusiveMaximum", json!(100))]), "a keyword it does not know");
        assert!(!compiles_with(&[("enum", json!(["x"])), ("type", json!("string"))]));
    }
}
