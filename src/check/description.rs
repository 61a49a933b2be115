//! Describes schema violations as findings: rule, bytes, message, label and help. Cold.

use std::ops::Range;

use serde_json::Value;

use super::event_name::replace_with;
use super::retype::Mistyped;
use crate::check::path::{Items, dotted};
use crate::check::{Finding, Line, Payload, Place, PublicWords, fingerprint};
use crate::contract::{Broken, Bundle, Event, Mode, Property, Rule, Violation};
use crate::json::{self, Edit, Fix, Kind, Node};
use crate::text::shortened;
use crate::text::suggest::{Certainty, meant, nearest, one_of};

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
pub(super) struct Description {
    pub(super) rule: Rule,
    pub(super) pointer: String,
    pub(super) span: Range<usize>,
    pub(super) message: String,
    pub(super) label: String,
    pub(super) help: Option<String>,
    pub(super) fix: Option<Fix>,
}

impl FindingBuilder<'_> {
    /// The findings for `violation`: several if a keyword concerns several properties.
    pub(crate) fn findings(&self, violation: &Violation) -> Vec<Finding> {
        let public = Self { quoting: Quoting::Public, ..*self };
        let mut words = self
            .is_personal(violation, &violation.pointer)
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
        let is_personal = self.is_personal(violation, &descriptions.pointer);
        let fix = descriptions.fix.map(|fix| Fix { is_personal, ..fix });
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
            is_nested: false,
            earlier: None,
            fix,
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
        let property = self.property(&violation.pointer);
        let is_scalar = ["string", "number", "integer"].iter().any(|kind| schema["type"] == *kind);
        if self.is_personal(violation, &violation.pointer) {
            None
        } else if property.is_some() || is_scalar {
            Some(fingerprint::spelled(node, self.line.bytes))
        } else {
            Some(node.type_name().to_owned())
        }
    }

    fn property(&self, pointer: &str) -> Option<&Property> {
        self.event.properties.iter().find(|property| property.pointer == pointer)
    }

    /// Whether the value at `pointer` could be somebody's personal data.
    fn is_personal(&self, violation: &Violation, pointer: &str) -> bool {
        let privacy = self.property(pointer).and_then(|property| property.privacy.as_deref());
        let noted = self.schema(violation)["x-voxev"]["privacy"].as_str();
        [privacy, noted].contains(&Some("personal"))
    }

    /// The rule that the schema names for a violated keyword, or the keyword's usual one.
    pub(super) fn rule(&self, violation: &Violation, usual: Rule) -> Rule {
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

    pub(super) fn schema(&self, violation: &Violation) -> &Value {
        json::follow(self.event.document(self.mode), &violation.schema).unwrap_or(&Value::Null)
    }

    /// The schema of a property of the object that `violation` concerns.
    pub(super) fn property_schema(&self, violation: &Violation, name: &str) -> &Value {
        let document = self.event.document(self.mode);
        let property = &self.schema(violation)["properties"][name];
        match property["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
            Some(pointer) => json::follow(document, pointer).unwrap_or(property),
            None => property,
        }
    }

    fn wrong_type(&self, violation: &Violation, wanted: &[String]) -> Description {
        let what = dotted(&violation.pointer, Items::Numbered);
        let kinds = wanted.iter().map(String::as_str).collect();
        let node = self.node(&violation.pointer);
        let mistyped = node.map(|node| self.mistyped(node, self.schema(violation), kinds));
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
            help: mistyped
                .as_ref()
                .and_then(Mistyped::help)
                .filter(|_| self.quoting == Quoting::All),
            fix: mistyped.as_ref().and_then(Mistyped::fix),
        }
    }

    pub(super) fn mistyped<'b>(
        &'b self,
        node: &'b Node,
        schema: &'b Value,
        wanted: Vec<&'b str>,
    ) -> Mistyped<'b> {
        Mistyped { node, line: self.line.bytes, wanted, schema }
    }

    fn unexpected(&self, violation: &Violation, accepted: &[Value]) -> Description {
        let what = dotted(&violation.pointer, Items::Numbered);
        let documented = self.property(&violation.pointer).map_or(accepted, |it| &it.values);
        let wanted = one_of(documented);
        let excerpt = self.excerpt(&violation.pointer);
        let excerpt = excerpt.strip_prefix(A_STRING).unwrap_or(&excerpt);
        let rule = self.rule(violation, Rule::UnexpectedValue);
        let fix = self.value_fix(violation, documented);
        let (message, help) = match self.because(violation) {
            Some(because) => {
                let advice = fix.as_ref().map(|fix| fix.title.as_str());
                let advice = advice.map_or_else(|| format!("documented: {wanted}"), str::to_owned);
                (
                    format!("{what} is {excerpt}, which is not documented"),
                    Some(format!("{advice}; {because}")),
                )
            }
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
                let advice = fix.as_ref().map(|fix| fix.title.clone());
                (
                    format!("{what} is {excerpt}, but must be {wanted}"),
                    advice
                        .or_else(|| alike.map(|it| format!("did you mean {}?", json::quote(&it)))),
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
            fix,
        }
    }

    /// Replaces a string with the documented value that it differs from in case, or by a slip.
    fn value_fix(&self, violation: &Violation, documented: &[Value]) -> Option<Fix> {
        let node = self.node(&violation.pointer)?;
        let found = node.as_text(self.line.bytes)?;
        let (value, certainty) = meant(&found, documented.iter().filter_map(Value::as_str))?;
        let edit = Edit::replace(node.span.clone(), json::quote(value));
        (certainty >= Certainty::Slip).then(|| Fix::suggested(replace_with(value), vec![edit]))
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
            fix: None,
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
        let pointer = violation.pointer.clone();
        Description { rule, pointer, span, message, label, help, fix: None }
    }

    pub(super) fn newer_help(&self, since: u64) -> String {
        format!(
            "this is valid with `--api {since}` or later; the selected version is {}",
            self.bundle.api()
        )
    }

    pub(super) fn node(&self, pointer: &str) -> Option<&Node> {
        self.payload.root.at(self.line.bytes, pointer)
    }

    /// The bytes to point at: a scalar itself, or the key of an array or object.
    pub(super) fn span(&self, pointer: &str) -> Range<usize> {
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
pub(super) const EXCERPT: usize = 60;

pub(super) fn article(kind: &str) -> String {
    match kind {
        "null" => kind.into(),
        "integer" | "array" | "object" => format!("an {kind}"),
        _ => format!("a {kind}"),
    }
}

pub(super) fn lower_first(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}
