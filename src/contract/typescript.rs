//! The contract as TypeScript declarations: what of a JSON Schema a type can express. Bounds and the
//! shortest length of a string are left out, as no type says them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::Mode;
use super::bundle::Bundle;
use super::derive::resolve;
use super::event_id::EventId;

/// Declarations of `events`, of their union and of a map of them by name.
pub(crate) fn declarations(bundle: &Bundle, events: &[EventId], mode: Mode) -> String {
    let variant = if mode == Mode::Strict { ", documented properties and values only" } else { "" };
    let mut text = format!(
        "/**\n * Events of the Service Cloud Voice Toolkit API, version {}{variant}.\n * Written by \
         `voxev schema --format typescript`.\n */\n",
        bundle.api()
    );
    let mut names = Vec::new();
    for id in events {
        let root = bundle.event(*id).document(mode);
        let body = Writer { root }.schema(root, 0);
        // An event that the API version did not have yet.
        if body != NEVER {
            let name = format!("{id:?}Event");
            let comment = comment(&[text_of(root, "description")], 0);
            let _ = write!(text, "\n{comment}export interface {name} {body}\n");
            names.push((id.name(), name));
        }
    }
    text.push_str("\n/** Any of these events; `type` tells which. */\nexport type ToolkitEvent =");
    for (_, name) in &names {
        let _ = write!(text, "\n  | {name}");
    }
    text.push_str(if names.is_empty() { " never;\n" } else { ";\n" });
    text.push_str("\n/** What a listener for each event is called with. */\n");
    text.push_str("export interface ToolkitEventMap {\n");
    for (event, name) in &names {
        let _ = writeln!(text, "  {event}: CustomEvent<{name}[\"detail\"]>;");
    }
    text.push_str("}\n");
    text
}

/// The type that no value has.
const NEVER: &str = "never";

/// Writes types of one schema, which its references stay within.
struct Writer<'a> {
    root: &'a Value,
}

/// An object in one of the forms that its schema allows.
#[derive(Clone, Default)]
struct Form<'a> {
    properties: Vec<(&'a str, &'a Value)>,
    required: BTreeSet<&'a str>,
    is_closed: bool,
}

impl<'a> Form<'a> {
    /// The form that must have what `keywords` say, too.
    fn with(mut self, keywords: &'a Map<String, Value>) -> Self {
        for (name, property) in
            keywords.get("properties").and_then(Value::as_object).into_iter().flatten()
        {
            self.properties.retain(|(known, _)| known != name);
            self.properties.push((name, property));
        }
        let required = keywords.get("required").and_then(Value::as_array).into_iter().flatten();
        self.required.extend(required.filter_map(Value::as_str));
        self.is_closed |= keywords.get("additionalProperties") == Some(&Value::Bool(false));
        self
    }
}

impl<'a> Writer<'a> {
    /// The type of a value that `schema` accepts, whose members stand so many levels deep.
    fn schema(&self, schema: &'a Value, depth: usize) -> String {
        let target = resolve(schema, self.root);
        let keyword = |name: &str| schema.get(name).or_else(|| target.get(name));
        if keyword("not").is_some_and(|not| *not == Value::Object(Map::new())) {
            return NEVER.into();
        }
        if let Some(value) = keyword("const") {
            return value.to_string();
        }
        if let Some(Value::Array(values)) = keyword("enum") {
            return union(values.iter().map(Value::to_string).collect());
        }
        let kinds: Vec<&str> = match keyword("type") {
            Some(Value::String(kind)) => vec![kind],
            Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
            _ => vec![if target.get("properties").is_some() { "object" } else { "" }],
        };
        union(kinds.into_iter().map(|kind| self.kind(kind, target, depth)).collect())
    }

    fn kind(&self, kind: &str, target: &'a Value, depth: usize) -> String {
        match kind {
            "string" | "boolean" | "null" => kind.into(),
            "number" | "integer" => "number".into(),
            "array" => match target.get("items") {
                Some(items) => format!("Array<{}>", self.schema(items, depth)),
                None => "unknown[]".into(),
            },
            "object" => {
                let forms = self.forms(target, Form::default());
                union(forms.iter().map(|form| self.object(form, depth)).collect())
            }
            _ => "unknown".into(),
        }
    }

    /// The forms of an object: two where it depends on a condition.
    fn forms(&self, schema: &'a Value, so_far: Form<'a>) -> Vec<Form<'a>> {
        let target = resolve(schema, self.root);
        let own = [schema, target];
        if own.iter().any(|it| it.get("not").is_some_and(|not| *not == Value::Object(Map::new()))) {
            return Vec::new();
        }
        let Some(keywords) = target.as_object() else { return Vec::new() };
        let base = so_far.with(keywords);
        let (Some(condition), otherwise) = (target.get("if"), target.get("else")) else {
            return vec![base];
        };
        let met = condition.as_object().map_or(base.clone(), |it| base.clone().with(it));
        let met = target.get("then").map_or(vec![met.clone()], |then| self.forms(then, met));
        let unmet = otherwise.map_or(vec![base.clone()], |it| self.forms(it, base));
        met.into_iter().chain(unmet).collect()
    }

    fn object(&self, form: &Form<'a>, depth: usize) -> String {
        let margin = "  ".repeat(depth + 1);
        let mut text = "{\n".to_owned();
        for (name, property) in &form.properties {
            let target = resolve(property, self.root);
            let words = |name: &str| match text_of(property, name) {
                "" => text_of(target, name),
                own => own,
            };
            text.push_str(&comment(&[words("title"), words("description")], depth + 1));
            let mark = if form.required.contains(name) { "" } else { "?" };
            let kind = self.schema(property, depth + 1);
            let _ = writeln!(text, "{margin}{}{mark}: {kind};", key(name));
        }
        if !form.is_closed {
            let _ = writeln!(text, "{margin}[undocumented: string]: unknown;");
        }
        text + &"  ".repeat(depth) + "}"
    }
}

/// One of several types.
fn union(mut types: Vec<String>) -> String {
    types.retain(|it| it != NEVER);
    if types.is_empty() { NEVER.into() } else { types.join(" | ") }
}

/// A key, in quotes where it is no identifier.
fn key(name: &str) -> String {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$';
    let is_begun = name.bytes().next().is_some_and(|first| !first.is_ascii_digit());
    if is_begun && name.bytes().all(is_word) { name.to_owned() } else { format!("{name:?}") }
}

fn text_of<'a>(schema: &'a Value, keyword: &str) -> &'a str {
    schema.get(keyword).and_then(Value::as_str).unwrap_or_default()
}

/// Characters of a line of a comment.
const WIDTH: usize = 100;

/// A documentation comment with these paragraphs.
fn comment(paragraphs: &[&str], depth: usize) -> String {
    let margin = "  ".repeat(depth);
    let mut text = format!("{margin}/**\n");
    let written = paragraphs.iter().filter(|it| !it.is_empty());
    for (paragraph, nth) in written.zip(0..) {
        if nth > 0 {
            let _ = writeln!(text, "{margin} *");
        }
        // What would end the comment, or begin a tag of it.
        let safe = paragraph.replace("*/", "*\\/").replace('@', "\\@").replace(['{', '}'], "");
        for line in textwrap::wrap(&safe, WIDTH.saturating_sub(margin.len() + 3)) {
            let _ = writeln!(text, "{margin} * {line}");
        }
    }
    text + &margin + " */\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(api: u64, mode: Mode) -> String {
        let all: Vec<EventId> = EventId::all().collect();
        declarations(&Bundle::new(api), &all, mode)
    }

    #[test]
    fn every_event_has_an_interface_and_is_in_the_union_and_the_map() {
        let text = of(68, Mode::Default);
        for id in EventId::all() {
            assert!(text.contains(&format!("export interface {id:?}Event {{")), "{id:?}");
            assert!(text.contains(&format!("\n  | {id:?}Event")));
            let listener = format!("  {}: CustomEvent<{id:?}Event[\"detail\"]>;", id.name());
            assert!(text.contains(&listener));
        }
    }

    #[test]
    fn an_older_version_has_fewer_events_and_properties_and_strict_ones_are_closed() {
        assert!(of(66, Mode::Strict).contains("voiceCallId?: string;"));
        assert!(!of(64, Mode::Strict).contains("voiceCallId"));
        assert!(!of(54, Mode::Strict).contains("FlagRaiseEvent"));
        assert!(of(68, Mode::Default).contains("[undocumented: string]: unknown;"));
        assert!(!of(68, Mode::Strict).contains("[undocumented: string]"));
        assert!(of(68, Mode::Strict).contains("callType: \"inbound\" | \"outbound\";"));
        assert!(!of(68, Mode::Strict).contains("audioStats?:"), "what only warns is an error");
    }

    #[test]
    fn nothing_ends_a_comment() {
        assert_eq!(comment(&["a */ b"], 0), "/**\n * a *\\/ b\n */\n");
        assert_eq!((key("a-b"), key("callId")), ("\"a-b\"".into(), "callId".into()));
    }
}
