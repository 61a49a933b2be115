//! Describes schema violations as findings: rule, bytes, message, label and help. Cold.

use std::collections::HashSet;
use std::ops::Range;

use serde_json::Value;

use crate::check::path::{Items, dotted};
use crate::check::{Finding, Line, Payload, Place, PublicWords, fingerprint};
use crate::contract::{Broken, Bundle, Event, Mode, Rule, Violation};
use crate::json::{self, Kind, Member, Node};
use crate::text::shortened;
use crate::text::suggest::{is_same_name, nearest, one_of};

/// Builds the findings for one payload of a known event.
pub(crate) struct FindingBuilder<'a> {
    pub(crate) line: &'a Line<'a>,
    pub(crate) payload: &'a Payload,
    pub(crate) event: &'a Event,
    pub(crate) bundle: &'a Bundle,
    /// The contract that was violated.
    pub(crate) mode: Mode,
    pub(crate) quoting: Quoting,
}

/// Which values the words of a finding may quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quoting {
    All,
    /// None that the contract calls personal.
    Public,
}

/// The texts of a finding; the builder adds the place.
struct Description {
    rule: Rule,
    pointer: String,
    span: Range<usize>,
    message: String,
    label: String,
    help: Option<String>,
}

impl FindingBuilder<'_> {
    /// The findings for `violation`: several if a keyword concerns several properties.
    pub(crate) fn findings(&self, violation: &Violation) -> Vec<Finding> {
        let public = Self { quoting: Quoting::Public, ..*self };
        let mut words = self
            .is_personal(violation)
            .then(|| public.descriptions(violation).into_iter())
            .into_iter()
            .flatten();
        let finding = |description| {
            let finding = self.finding(violation, description);
            let words = words.next().map(|it| PublicWords { message: it.message, help: it.help });
            Finding { public: words.map(Box::new), ..finding }
        };
        self.descriptions(violation).into_iter().map(finding).collect()
    }

    fn descriptions(&self, violation: &Violation) -> Vec<Description> {
        match &violation.broken {
            Broken::Missing(name) => vec![self.missing(violation, name)],
            Broken::Undocumented(names) => self.undocumented(violation, names),
            Broken::Type(wanted) => vec![self.wrong_type(violation, wanted)],
            Broken::Value(wanted) => vec![self.unexpected(violation, wanted)],
            Broken::Minimum(limit) => vec![self.out_of_range(violation, "below", limit)],
            Broken::Maximum(limit) => vec![self.out_of_range(violation, "above", limit)],
            Broken::Other => vec![self.other(violation)],
        }
    }

    fn finding(&self, violation: &Violation, descriptions: Description) -> Finding {
        let flag = if self.mode == Mode::Strict { " --strict" } else { "" };
        let place = format!("{}/{}", violation.schema, violation.keyword);
        Finding {
            rule: descriptions.rule,
            severity: descriptions.rule.info().severity,
            place: Place::new(self.line, descriptions.span, Some(descriptions.pointer)),
            event: self.payload.kind.clone(),
            call_id: self.payload.call_id.clone(),
            value: self.value(violation),
            message: descriptions.message,
            help: descriptions.help,
            public: None,
            label: descriptions.label,
            also: None,
            earlier: None,
            schema: Some(format!("{}{flag}#{place}", self.event.id.name())),
        }
    }

    /// What distinguishes the finding from others at the same place. A value is included if the
    /// contract expects a scalar that is not personal; text in place of an object may be anything.
    fn value(&self, violation: &Violation) -> Option<String> {
        match &violation.broken {
            Broken::Missing(name) => return Some(name.clone()),
            // The pointer has the name.
            Broken::Undocumented(_) => return None,
            Broken::Type(_)
            | Broken::Value(_)
            | Broken::Minimum(_)
            | Broken::Maximum(_)
            | Broken::Other => {}
        }
        let node = self.node(&violation.pointer)?;
        let schema = self.schema(violation);
        let property = self.event.properties.iter().find(|it| it.pointer == violation.pointer);
        let is_scalar = ["string", "number", "integer"].iter().any(|kind| schema["type"] == *kind);
        if self.is_personal(violation) {
            None
        } else if property.is_some() || is_scalar {
            Some(fingerprint::spelled(node, self.line.bytes))
        } else {
            Some(node.type_name().to_owned())
        }
    }

    /// Whether the value that is wrong is personal.
    fn is_personal(&self, violation: &Violation) -> bool {
        let property = self.event.properties.iter().find(|it| it.pointer == violation.pointer);
        let privacy = property.and_then(|property| property.privacy.as_deref());
        let noted = self.schema(violation)["x-voxev"]["privacy"].as_str();
        [privacy, noted].contains(&Some("personal"))
    }

    /// The rule that the schema names for a violated keyword, or the keyword's usual one.
    fn rule(&self, violation: &Violation, usual: Rule) -> Rule {
        let notes = &self.schema(violation)["x-voxev"];
        let code = match self.warning(violation) {
            Some(warning) => &warning["rule"],
            None => &notes["rules"][&violation.keyword],
        };
        code.as_str().and_then(Rule::from_code).unwrap_or(usual)
    }

    /// The schema's note on the stricter contract, if that is the one that was violated.
    fn warning(&self, violation: &Violation) -> Option<&Value> {
        let warning = self.schema(violation)["x-voxev"].get("warn")?;
        let stricter = warning["schema"].get(&violation.keyword).is_some();
        (self.mode == Mode::Strict && stricter).then_some(warning)
    }

    fn because(&self, violation: &Violation) -> Option<String> {
        self.warning(violation)?["because"].as_str().map(str::to_owned)
    }

    fn schema(&self, violation: &Violation) -> &Value {
        json::follow(self.event.document(self.mode), &violation.schema).unwrap_or(&Value::Null)
    }

    /// The schema of a property of the object that `violation` concerns.
    fn property_schema(&self, violation: &Violation, name: &str) -> &Value {
        let document = self.event.document(self.mode);
        let property = &self.schema(violation)["properties"][name];
        match property["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
            Some(pointer) => json::follow(document, pointer).unwrap_or(property),
            None => property,
        }
    }

    fn missing(&self, violation: &Violation, name: &str) -> Description {
        let pointer = json::join(&violation.pointer, name);
        let what = dotted(&pointer, Items::Numbered);
        let text = self.line.bytes;
        let object = self.node(&violation.pointer);
        let documented = &self.schema(violation)["properties"];
        let undocumented: Vec<(String, &Member)> = object
            .map_or(&[][..], Node::members)
            .iter()
            .map(|member| (json::decode_lossy(&text[member.key.clone()]), member))
            .filter(|(key, member)| {
                documented.get(key).is_none() && self.can_be(violation, name, (key, &member.value))
            })
            .collect();
        let alike = nearest(name, undocumented.iter().map(|(key, _)| key.as_str()));
        let misspelled = undocumented.iter().find(|(key, _)| Some(key.as_str()) == alike);
        let (span, label, help) = match misspelled {
            Some((key, member)) => (
                member.key.clone(),
                format!("did you mean {}?", json::quote(name)),
                Some(self.rename(violation, name, (key, &member.value))),
            ),
            None => (
                self.span(&violation.pointer),
                format!("{} is missing here", json::quote(name)),
                self.meaning(violation, name),
            ),
        };
        Description {
            rule: self.rule(violation, Rule::MissingProperty),
            pointer: violation.pointer.clone(),
            span,
            message: format!("{} has no {what}", self.event.id.name()),
            label,
            help,
        }
    }

    /// Whether `key` may be a misspelling of `name`. A value of another type rules that out, unless
    /// the names differ only in case.
    fn can_be(&self, violation: &Violation, name: &str, (key, value): (&str, &Node)) -> bool {
        is_same_name(key, name) || self.wanted_instead(violation, name, value).is_none()
    }

    fn rename(&self, violation: &Violation, name: &str, (key, value): (&str, &Node)) -> String {
        let (key, right) = (json::quote(&shortened(key, EXCERPT)), json::quote(name));
        match self.wanted_instead(violation, name, value) {
            None => format!("rename {key} to {right}"),
            Some(kinds) => format!("rename {key} to {right}, and make it {kinds}"),
        }
    }

    /// The types that the property `name` may have, where `value` has none of them.
    fn wanted_instead(&self, violation: &Violation, name: &str, value: &Node) -> Option<String> {
        let schema = self.property_schema(violation, name);
        let kinds: Vec<&str> = match &schema["type"] {
            Value::String(kind) => vec![kind],
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
        };
        let found = value.type_name();
        let fits = |kind: &&str| *kind == found || *kind == "integer" && found == "number";
        let is_right = kinds.is_empty() || kinds.iter().any(fits);
        (!is_right).then(|| one_of(&kinds.into_iter().map(article).collect::<Vec<_>>()))
    }

    /// `"participant" is …`: what a property means, in the schema's own words.
    fn meaning(&self, violation: &Violation, name: &str) -> Option<String> {
        let description = self.property_schema(violation, name)["description"].as_str()?;
        Some(format!("add {}: {}", json::quote(name), lower_first(description)))
    }

    /// One walk over the object's members: a hostile payload may have a hundred thousand.
    fn undocumented(&self, violation: &Violation, names: &[String]) -> Vec<Description> {
        let names: HashSet<&str> = names.iter().map(String::as_str).collect();
        let text = self.line.bytes;
        let members = self.node(&violation.pointer).map_or(&[][..], Node::members);
        let keys: Vec<String> =
            members.iter().map(|member| json::decode_lossy(&text[member.key.clone()])).collect();
        let present: HashSet<&str> = keys.iter().map(String::as_str).collect();
        let documented = self.schema(violation)["properties"].as_object();
        let absent: Vec<&str> = documented
            .into_iter()
            .flat_map(|properties| properties.keys().map(String::as_str))
            .filter(|key| !present.contains(key))
            .collect();
        let mut told = HashSet::new();
        let undocumented = members
            .iter()
            .zip(&keys)
            .rev()
            .filter(|(_, key)| names.contains(key.as_str()) && told.insert(key.as_str()));
        undocumented
            .map(|(member, key)| self.undocumented_member(violation, (key, member), &absent))
            .collect()
    }

    fn undocumented_member(
        &self,
        violation: &Violation,
        (key, member): (&str, &Member),
        absent: &[&str],
    ) -> Description {
        let span = member.key.clone();
        let pointer = json::join(&violation.pointer, key);
        let what = dotted(&pointer, Items::Numbered);
        let event = self.event.id.name();
        if let Some(newer) = self.event.newer.iter().find(|newer| newer.pointer == pointer) {
            return Description {
                rule: Rule::NewerThanApi,
                span,
                message: format!(
                    "{event} has {what}, which was added in API version {}",
                    newer.since
                ),
                label: format!("not in API version {}", self.bundle.api()),
                help: Some(self.newer_help(newer.since)),
                pointer,
            };
        }
        let likely = absent.iter().copied();
        let likely = likely.filter(|name| self.can_be(violation, name, (key, &member.value)));
        let help = match nearest(key, likely) {
            Some(right) => format!("did you mean {}?", json::quote(right)),
            None => format!("`voxev explain {event}` lists the documented properties"),
        };
        Description {
            rule: self.rule(violation, Rule::UndocumentedProperty),
            span,
            message: format!("{event} has an undocumented property {}", shortened(&what, EXCERPT)),
            label: "not documented".into(),
            help: Some(help),
            pointer,
        }
    }

    fn wrong_type(&self, violation: &Violation, wanted: &[String]) -> Description {
        let what = dotted(&violation.pointer, Items::Numbered);
        let wanted: Vec<String> = wanted.iter().map(|kind| article(kind)).collect();
        let wanted = one_of(&wanted);
        Description {
            rule: self.rule(violation, Rule::WrongType),
            pointer: violation.pointer.clone(),
            span: self.span(&violation.pointer),
            message: format!(
                "{what} is {}, but must be {wanted}",
                self.excerpt(&violation.pointer)
            ),
            label: format!("must be {wanted}"),
            help: self.type_help(violation),
        }
    }

    fn type_help(&self, violation: &Violation) -> Option<String> {
        let node = self.node(&violation.pointer)?;
        if self.quoting == Quoting::Public {
            return None;
        }
        let spelled = String::from_utf8_lossy(&self.line.bytes[node.span.clone()]);
        let notes = &self.schema(violation)["x-voxev"];
        let Broken::Type(wanted) = &violation.broken else {
            return None;
        };
        let wants = |kind: &str| wanted.iter().any(|wanted| wanted == kind);
        let numeric = wants("integer") || wants("number");
        match &node.kind {
            Kind::String if numeric => {
                let content = node.as_text(self.line.bytes)?;
                if content.trim().parse::<f64>().is_ok_and(f64::is_finite) {
                    return Some(format!("write {} without quotes", content.trim()));
                }
                let unit = notes["unit"].as_str()?;
                let epoch = unit.contains("epoch") && content.contains(['-', ':']);
                epoch.then(|| format!("give the time in {unit}, for example 1594944652299"))
            }
            Kind::Number if wants("string") && notes["role"] == "callId" => Some(format!(
                "quote it: \"{}\"; a number loses leading zeros and digits beyond 2^53",
                shortened(&spelled, EXCERPT)
            )),
            Kind::Number if wants("string") => {
                Some(format!("quote it: \"{}\"", shortened(&spelled, EXCERPT)))
            }
            Kind::Number if wants("integer") => Some("round it to an integer".into()),
            Kind::Null
            | Kind::Bool(_)
            | Kind::Number
            | Kind::String
            | Kind::Array(_)
            | Kind::Object(_) => None,
        }
    }

    fn unexpected(&self, violation: &Violation, accepted: &[Value]) -> Description {
        let what = dotted(&violation.pointer, Items::Numbered);
        let property = self.event.properties.iter().find(|it| it.pointer == violation.pointer);
        let documented = property.map_or(accepted, |property| &property.values);
        let wanted = one_of(documented);
        let excerpt = self.excerpt(&violation.pointer);
        let excerpt = excerpt.strip_prefix(A_STRING).unwrap_or(&excerpt);
        let rule = self.rule(violation, Rule::UnexpectedValue);
        let (message, help) = match self.because(violation) {
            Some(because) => (
                format!("{what} is {excerpt}, which is not documented"),
                Some(format!("documented: {wanted}; {because}")),
            ),
            None => {
                let found =
                    self.node(&violation.pointer).and_then(|it| it.as_text(self.line.bytes));
                let like = |found: &str, values: &'_ [Value]| {
                    let texts = values.iter().filter_map(Value::as_str);
                    nearest(found, texts).map(str::to_owned)
                };
                // Prefer a documented value: another one would only lead to a warning.
                let alike = found
                    .and_then(|found| like(&found, documented).or_else(|| like(&found, accepted)));
                (
                    format!("{what} is {excerpt}, but must be {wanted}"),
                    alike.map(|alike| format!("did you mean {}?", json::quote(&alike))),
                )
            }
        };
        Description {
            rule,
            pointer: violation.pointer.clone(),
            span: self.span(&violation.pointer),
            message,
            label: format!("documented: {wanted}"),
            help,
        }
    }

    /// A number `below` or `above` the schema's limit.
    fn out_of_range(&self, violation: &Violation, side: &str, limit: &Value) -> Description {
        let wanted = if side == "below" { "least" } else { "most" };
        Description {
            rule: self.rule(violation, Rule::OutOfRange),
            pointer: violation.pointer.clone(),
            span: self.span(&violation.pointer),
            message: format!(
                "{} is {}, {side} {limit}",
                dotted(&violation.pointer, Items::Numbered),
                self.excerpt(&violation.pointer)
            ),
            label: format!("must be at {wanted} {limit}"),
            help: self.because(violation),
        }
    }

    fn other(&self, violation: &Violation) -> Description {
        let event = self.event.id.name();
        let rule = self.rule(violation, Rule::UnexpectedValue);
        let what = dotted(&violation.pointer, Items::Numbered);
        let mut span = self.span(&violation.pointer);
        let (message, label, mut help) = if rule == Rule::EmptyCallId {
            (
                format!("{what} is an empty string"),
                "empty".to_owned(),
                Some("use the telephony system's identifier of the call".to_owned()),
            )
        } else if rule == Rule::NewerThanApi {
            span = self.span("/type");
            let message = format!("{event} was added in API version {}", self.event.since);
            let label = format!("not in API version {}", self.bundle.api());
            (message, label, Some(self.newer_help(self.event.since)))
        } else {
            let summary = rule.info().summary.trim_end_matches('.');
            (lower_first(summary), rule.code().to_owned(), None)
        };
        help = help.or_else(|| self.because(violation));
        Description { rule, pointer: violation.pointer.clone(), span, message, label, help }
    }

    fn newer_help(&self, since: u64) -> String {
        format!(
            "this is valid with `--api {since}` or later; the selected version is {}",
            self.bundle.api()
        )
    }

    fn node(&self, pointer: &str) -> Option<&Node> {
        self.payload.root.at(self.line.bytes, pointer)
    }

    /// The bytes to point at: a scalar itself, or the key of an array or object.
    fn span(&self, pointer: &str) -> Range<usize> {
        let root = &self.payload.root;
        let Some(node) = self.node(pointer) else {
            return root.span.start..root.span.start + 1;
        };
        if matches!(node.kind, Kind::Array(_) | Kind::Object(_)) {
            let parent = pointer.rsplit_once('/').and_then(|(parent, _)| self.node(parent));
            let members = parent.map_or(&[][..], Node::members);
            return members
                .iter()
                .find(|member| member.value.span == node.span)
                .map_or(node.span.start..node.span.start + 1, |member| member.key.clone());
        }
        node.span.clone()
    }

    /// The value for use in a sentence: `the string "3"`, `12.5`, `null`, `an object`.
    fn excerpt(&self, pointer: &str) -> String {
        let Some(node) = self.node(pointer) else {
            return "missing".into();
        };
        let spelled = String::from_utf8_lossy(&self.line.bytes[node.span.clone()]);
        match node.kind {
            Kind::String | Kind::Number if self.quoting == Quoting::Public => {
                article(node.type_name())
            }
            Kind::String => {
                let content = node.as_text(self.line.bytes).unwrap_or_default();
                format!("{A_STRING}{}", json::quote(&shortened(&content, EXCERPT)))
            }
            Kind::Array(_) | Kind::Object(_) => article(node.type_name()),
            Kind::Null | Kind::Bool(_) | Kind::Number => shortened(&spelled, EXCERPT).into_owned(),
        }
    }
}

/// Distinguishes a string from a number in a sentence about types.
const A_STRING: &str = "the string ";

/// Characters of a value that a message shows.
const EXCERPT: usize = 60;

fn article(kind: &str) -> String {
    match kind {
        "null" => kind.into(),
        "integer" | "array" | "object" => format!("an {kind}"),
        _ => format!("a {kind}"),
    }
}

fn lower_first(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}
