//! Describes schema violations as findings: rule, bytes, message, label and help. Cold.

use std::ops::Range;

use serde_json::Value;

use super::event_name::replace_with;
use super::retype::Mistyped;
use crate::check::path::{Items, dotted};
use crate::check::{Finding, Line, Payload, Place, PublicWords, fingerprint};
use crate::contract::{Broken, Bundle, Event, Mode, Policy, Property, Rule, Severity, Violation};
use crate::json::{self, Edit, Fix, Kind, Node};
use crate::text::shortened;
use crate::text::suggest::{Certainty, meant, nearest, one_of};

/// Builds the findings for one payload of a known event.
pub(crate) struct FindingBuilder<'a> {
    pub(crate) line: &'a Line<'a>,
    pub(crate) payload: &'a Payload,
    pub(crate) event: &'a Event,
    pub(crate) bundle: &'a Bundle,
    pub(crate) policy: &'a Policy,
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

/// A violation, and what it is about in the contract and in the payload.
pub(super) struct Site<'a> {
    pub(super) violation: &'a Violation,
    /// The schema that holds the keyword.
    pub(super) schema: &'a Value,
    /// The value that the keyword was applied to.
    pub(super) node: Option<&'a Node>,
    /// Whether that could be somebody's personal data.
    is_personal: bool,
}

impl Site<'_> {
    /// The rule that the schema names for the violated keyword, or the keyword's usual one.
    pub(super) fn rule(&self, mode: Mode, usual: Rule) -> Rule {
        let code = match self.warning(mode) {
            Some(warning) => &warning["rule"],
            None => &self.schema["x-voxev"]["rules"][&self.violation.keyword],
        };
        code.as_str().and_then(Rule::from_code).unwrap_or(usual)
    }

    /// The schema's note on the stricter contract, if that is the one that was violated.
    fn warning(&self, mode: Mode) -> Option<&Value> {
        let warning = self.schema["x-voxev"].get("warn")?;
        let stricter = warning["schema"].get(&self.violation.keyword).is_some();
        (mode == Mode::Strict && stricter).then_some(warning)
    }

    fn because(&self, mode: Mode) -> Option<String> {
        self.warning(mode)?["because"].as_str().map(str::to_owned)
    }
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
        let site = self.site(violation);
        let public = Self { quoting: Quoting::Public, ..*self };
        let mut words =
            site.is_personal.then(|| public.descriptions(&site).into_iter()).into_iter().flatten();
        let finding = |description| {
            let finding = self.finding(&site, description);
            let words = words.next().map(|it| PublicWords { message: it.message, help: it.help });
            Finding { public: words.map(Box::new), ..finding }
        };
        self.descriptions(&site).into_iter().map(finding).collect()
    }

    fn site<'b>(&'b self, violation: &'b Violation) -> Site<'b> {
        let document = self.event.document(self.mode);
        let schema = json::follow(document, &violation.schema).unwrap_or(&Value::Null);
        let node = self.payload.root.at(self.line.bytes, &violation.pointer);
        let is_personal = self.is_personal(schema, &violation.pointer);
        Site { violation, schema, node, is_personal }
    }

    fn descriptions(&self, site: &Site<'_>) -> Vec<Description> {
        match &site.violation.broken {
            Broken::Missing(name) => vec![self.missing(site, name)],
            Broken::Undocumented(names) => self.undocumented(site, names),
            Broken::Type(wanted) => vec![self.wrong_type(site, wanted)],
            Broken::Value(wanted) => vec![self.unexpected(site, wanted)],
            Broken::Minimum(limit) => vec![self.out_of_range(site, "below", limit)],
            Broken::Maximum(limit) => vec![self.out_of_range(site, "above", limit)],
            Broken::Other => vec![self.other(site)],
        }
    }

    fn finding(&self, site: &Site<'_>, description: Description) -> Finding {
        let is_personal = self.is_personal(site.schema, &description.pointer);
        let fix = description.fix.map(|fix| Fix { is_personal, ..fix });
        let flag = if self.mode == Mode::Strict { " --strict" } else { "" };
        let Violation { schema, keyword, .. } = site.violation;
        Finding {
            rule: description.rule,
            severity: description.rule.info().severity,
            place: Place::new(self.line, description.span, Some(description.pointer)),
            event: self.payload.kind.clone(),
            call_id: self.payload.call_id.clone(),
            value: self.value(site),
            message: description.message,
            help: description.help,
            public: None,
            label: description.label,
            also: None,
            is_nested: false,
            earlier: None,
            fix,
            schema: Some(format!("{}{flag}#{schema}/{keyword}", self.event.id.name())),
        }
    }

    /// What distinguishes the finding from others at the same place. A value is included if the
    /// contract expects a scalar that is not personal; text in place of an object may be anything.
    fn value(&self, site: &Site<'_>) -> Option<String> {
        match &site.violation.broken {
            Broken::Missing(name) => return Some(name.clone()),
            // The pointer has the name.
            Broken::Undocumented(_) => return None,
            Broken::Type(_)
            | Broken::Value(_)
            | Broken::Minimum(_)
            | Broken::Maximum(_)
            | Broken::Other => {}
        }
        let node = site.node?;
        let property = self.property(&site.violation.pointer);
        let kind = site.schema["type"].as_str();
        let is_scalar = kind.is_some_and(|it| ["string", "number", "integer"].contains(&it));
        if site.is_personal {
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

    /// Whether the value at `pointer`, which `schema` is about, could be somebody's personal data.
    fn is_personal(&self, schema: &Value, pointer: &str) -> bool {
        let privacy = self.property(pointer).and_then(|property| property.privacy.as_deref());
        let noted = schema["x-voxev"]["privacy"].as_str();
        [privacy, noted].contains(&Some("personal"))
    }

    /// Whether a finding of `rule` says what to do. One that is allowed is shown nowhere.
    pub(super) fn advises(&self, rule: Rule) -> bool {
        self.policy.severity(rule) != Severity::Allowed
    }

    /// The schema of the property `name` of the object.
    pub(super) fn property_schema<'b>(&'b self, site: &Site<'b>, name: &str) -> &'b Value {
        let property = &site.schema["properties"][name];
        match property["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
            Some(pointer) => {
                json::follow(self.event.document(self.mode), pointer).unwrap_or(property)
            }
            None => property,
        }
    }

    fn wrong_type(&self, site: &Site<'_>, wanted: &[String]) -> Description {
        let pointer = &site.violation.pointer;
        let rule = site.rule(self.mode, Rule::WrongType);
        let kinds = || wanted.iter().map(String::as_str).collect();
        let node = site.node.filter(|_| self.advises(rule));
        let mistyped = node.map(|node| self.mistyped(node, site.schema, kinds()));
        let what = dotted(pointer, Items::Numbered);
        let accepted = one_of(&wanted.iter().map(|kind| article(kind)).collect::<Vec<_>>());
        Description {
            rule,
            pointer: pointer.clone(),
            span: self.span(pointer),
            message: format!("{what} is {}, but must be {accepted}", self.excerpt(site)),
            label: format!("must be {accepted}"),
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

    fn unexpected(&self, site: &Site<'_>, accepted: &[Value]) -> Description {
        let pointer = &site.violation.pointer;
        let rule = site.rule(self.mode, Rule::UnexpectedValue);
        let documented = self.property(pointer).map_or(accepted, |it| &it.values);
        let what = dotted(pointer, Items::Numbered);
        let wanted = one_of(documented);
        let excerpt = self.excerpt(site);
        let excerpt = excerpt.strip_prefix(A_STRING).unwrap_or(&excerpt);
        let found = site.node.and_then(|node| node.as_text(self.line.bytes));
        let found = found.filter(|_| self.advises(rule));
        let fix = found.as_deref().and_then(|found| value_fix(site, found, documented));
        let advice = fix.as_ref().map(|fix| fix.title.clone());
        let (message, help) = match site.because(self.mode) {
            Some(because) => {
                let advice = advice.unwrap_or_else(|| format!("documented: {wanted}"));
                (
                    format!("{what} is {excerpt}, which is not documented"),
                    Some(format!("{advice}; {because}")),
                )
            }
            None => {
                let like = |values: &[Value]| {
                    let texts = values.iter().filter_map(Value::as_str);
                    nearest(found.as_deref()?, texts).map(json::quote)
                };
                // Prefer a documented value: another one would only lead to a warning.
                let alike = || like(documented).or_else(|| like(accepted));
                (
                    format!("{what} is {excerpt}, but must be {wanted}"),
                    advice.or_else(|| Some(format!("did you mean {}?", alike()?))),
                )
            }
        };
        let label = format!("documented: {wanted}");
        let (pointer, span) = (pointer.clone(), self.span(pointer));
        Description { rule, pointer, span, message, label, help, fix }
    }

    /// A number that is `below` or `above` the schema's limit.
    fn out_of_range(&self, site: &Site<'_>, compared: &str, limit: &Value) -> Description {
        let pointer = &site.violation.pointer;
        let what = dotted(pointer, Items::Numbered);
        let wanted = if compared == "below" { "least" } else { "most" };
        Description {
            rule: site.rule(self.mode, Rule::OutOfRange),
            pointer: pointer.clone(),
            span: self.span(pointer),
            message: format!("{what} is {}, {compared} {limit}", self.excerpt(site)),
            label: format!("must be at {wanted} {limit}"),
            help: site.because(self.mode),
            fix: None,
        }
    }

    fn other(&self, site: &Site<'_>) -> Description {
        let event = self.event.id.name();
        let rule = site.rule(self.mode, Rule::UnexpectedValue);
        let pointer = site.violation.pointer.clone();
        let what = dotted(&pointer, Items::Numbered);
        let mut span = self.span(&pointer);
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
        help = help.or_else(|| site.because(self.mode));
        Description { rule, pointer, span, message, label, help, fix: None }
    }

    pub(super) fn newer_help(&self, since: u64) -> String {
        format!(
            "this is valid with `--api {since}` or later; the selected version is {}",
            self.bundle.api()
        )
    }

    /// The bytes to point at: a scalar itself, or the key of an array or object.
    pub(super) fn span(&self, pointer: &str) -> Range<usize> {
        let root = &self.payload.root;
        let at = |pointer: &str| root.at(self.line.bytes, pointer);
        let Some(node) = at(pointer) else {
            return root.span.start..root.span.start + 1;
        };
        if matches!(node.kind, Kind::Array(_) | Kind::Object(_)) {
            let parent = pointer.rsplit_once('/').and_then(|(parent, _)| at(parent));
            let members = parent.map_or(&[][..], Node::members);
            return members
                .iter()
                .find(|member| member.value.span == node.span)
                .map_or(node.span.start..node.span.start + 1, |member| member.key.clone());
        }
        node.span.clone()
    }

    /// The value for use in a sentence: `the string "3"`, `12.5`, `null`, `an object`.
    fn excerpt(&self, site: &Site<'_>) -> String {
        let Some(node) = site.node else {
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

/// Replaces a string with the documented value that it differs from in case, or by a slip.
fn value_fix(site: &Site<'_>, found: &str, documented: &[Value]) -> Option<Fix> {
    let (value, certainty) = meant(found, documented.iter().filter_map(Value::as_str))?;
    let edit = Edit::replace(site.node?.span.clone(), json::quote(value));
    (certainty >= Certainty::Slip).then(|| Fix::suggested(replace_with(value), vec![edit]))
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
