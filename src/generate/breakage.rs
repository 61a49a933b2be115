//! The ways to break a line, each violating one rule and no other. Cold.
//!
//! Where a line can be broken, and which values must not result, is derived from the schema.

use std::ops::Range;

use serde_json::Value;

use super::random::Random;
use super::shape;
use crate::contract::{Event, Mode, Property, Rule};
use crate::json::{self, Kind, Member, Node};

/// Rules that a single line can break regardless of the limits, and how.
pub(super) const WAYS: [(Rule, Way); 14] = [
    (Rule::InvalidJson, |scene, random| scene.invalid_json(random)),
    (Rule::InvalidUtf8, |scene, random| scene.invalid_utf8(random)),
    (Rule::DuplicateKey, |scene, random| scene.duplicate_key(random)),
    (Rule::NotAnEvent, |scene, random| scene.not_an_event(random)),
    (Rule::UnknownEvent, |scene, random| scene.unknown_event(random)),
    (Rule::MissingProperty, |scene, random| scene.missing_property(random)),
    (Rule::WrongType, |scene, random| scene.wrong_type(random)),
    (Rule::UnexpectedValue, |scene, random| scene.unexpected_value(random)),
    (Rule::OutOfRange, |scene, random| scene.out_of_range(random)),
    (Rule::EmptyCallId, |scene, random| scene.empty_call_id(random)),
    (Rule::ObservedValue, |scene, random| scene.observed_value(random)),
    (Rule::ConnectorShape, |scene, random| scene.connector_shape(random)),
    (Rule::NegativePacketsLost, |scene, random| scene.negative_packets_lost(random)),
    (Rule::UndocumentedProperty, |scene, random| scene.undocumented_property(random)),
];

/// The broken line, or `None` if the line has nothing that can be broken in this way.
type Way = fn(&Scene<'_>, &mut Random) -> Option<Vec<u8>>;

/// A line to break.
pub(super) struct Scene<'a> {
    line: &'a str,
    root: Node,
    event: &'a Event,
}

/// Undocumented keys that systems add, with values.
const EXTRAS: [(&str, &str); 4] = [
    ("tab", "2"),
    ("source", "\"softphone\""),
    ("isPrimary", "true"),
    ("trace", "[1,{\"a\":null}]"),
];

impl<'a> Scene<'a> {
    pub(super) fn new(line: &'a [u8], event: &'a Event) -> Option<Self> {
        let root = json::parse(line, usize::from(u8::MAX)).ok()?.root;
        Some(Self { line: std::str::from_utf8(line).ok()?, root, event })
    }

    fn invalid_json(&self, random: &mut Random) -> Option<Vec<u8>> {
        let end = self.line.len();
        let members = self.members_that(|_| true);
        let value = members.get(random.index(members.len()))?.value.span.clone();
        let half = (end / 2..end).find(|at| self.line.is_char_boundary(*at))?;
        Some(match random.below(6) {
            0 => self.with(end - 1..end, b""),
            1 => self.with(end..end, b"}"),
            2 => self.with(end - 1..end - 1, b","),
            3 => self.line.replace('"', "'").into_bytes(),
            4 => self.with(half..end, b""),
            _ => self.with(value, random.pick(&["NaN", "NULL", "undefined", "", "01"]).as_bytes()),
        })
    }

    fn invalid_utf8(&self, random: &mut Random) -> Option<Vec<u8>> {
        let texts = self.members_that(|member| member.value.kind == Kind::String);
        let at = texts.get(random.index(texts.len()))?.value.span.start + 1;
        let bytes: [&[u8]; 4] = [b"\xe9", b"\xff", b"\xc3", b"\xed\xa0\x80"];
        Some(self.with(at..at, bytes[random.index(bytes.len())]))
    }

    fn duplicate_key(&self, random: &mut Random) -> Option<Vec<u8>> {
        let members = self.members_that(|_| true);
        let member = members.get(random.index(members.len()))?;
        let end = member.value.span.end;
        let copy = format!(",{}", &self.line[member.key.start..end]);
        Some(self.with(end..end, copy.as_bytes()))
    }

    fn not_an_event(&self, random: &mut Random) -> Option<Vec<u8>> {
        let name = self.root.member(self.line.as_bytes(), "type")?;
        Some(match random.below(6) {
            0 => br#"{"isTrusted":false}"#.to_vec(),
            1 => format!("[{}]", self.line).into_bytes(),
            2 => self.line[name.value.span.clone()].as_bytes().to_vec(),
            3 => self.without(name)?,
            4 => b"{}".to_vec(),
            _ => self.with(name.value.span.clone(), b"null"),
        })
    }

    fn unknown_event(&self, random: &mut Random) -> Option<Vec<u8>> {
        let name = self.event.id.name();
        let mut others = vec![self.event.aura.clone(), format!("on{name}"), format!("{name}s")];
        others.extend(self.event.connector.iter().cloned());
        let span = self.root.get(self.line.as_bytes(), "type")?.span.clone();
        let other = random.pick(&others);
        Some(self.with(span, json::quote(other).as_bytes()))
    }

    fn missing_property(&self, random: &mut Random) -> Option<Vec<u8>> {
        let required = self.properties(|property| property.optional.is_none());
        let (parent, key) = pick(&required, random)?.pointer.rsplit_once('/')?;
        let parent = self.root.at(self.line.as_bytes(), parent)?;
        self.without(parent.member(self.line.as_bytes(), key)?)
    }

    fn wrong_type(&self, random: &mut Random) -> Option<Vec<u8>> {
        let all = self.properties(|_| true);
        let property = pick(&all, random)?;
        let others: &[&str] = match property.kind.as_str() {
            "string" => &["415", "null", "true", "[]", "{}"],
            "integer" => &["\"3\"", "null", "2.5", "false", "[3]"],
            "number" => &["\"2026-01-05T10:00:00.000Z\"", "null"],
            _ => &["\"\"", "0", "{}"],
        };
        self.with_value(property, others[random.index(others.len())])
    }

    fn unexpected_value(&self, random: &mut Random) -> Option<Vec<u8>> {
        let listed = self.properties(|property| !property.values.is_empty());
        let property = pick(&listed, random)?;
        let value = random.pick(&property.values).as_str()?;
        let others = [value.to_uppercase(), format!("{value}s"), String::new()];
        let other = random.pick(&others);
        self.with_value(property, &json::quote(other))
    }

    fn out_of_range(&self, random: &mut Random) -> Option<Vec<u8>> {
        self.negative(random, |event, payload| !event.accepts(Mode::Default, payload))
    }

    fn negative_packets_lost(&self, random: &mut Random) -> Option<Vec<u8>> {
        self.negative(random, |event, payload| {
            event.accepts(Mode::Default, payload) && !event.accepts(Mode::Strict, payload)
        })
    }

    /// Makes a number negative that satisfies `is_wanted`.
    fn negative(
        &self,
        random: &mut Random,
        is_wanted: fn(&Event, &Value) -> bool,
    ) -> Option<Vec<u8>> {
        let payload = self.root.to_value(self.line.as_bytes());
        let minds = |property: &Property| {
            let mut payload = payload.clone();
            let Some(value) = payload.pointer_mut(&property.pointer) else { return false };
            *value = (-1).into();
            property.kind == "integer" && is_wanted(self.event, &payload)
        };
        let bounded = self.properties(minds);
        let property = pick(&bounded, random)?;
        self.with_value(property, &format!("-{}", random.within(1..50)))
    }

    fn empty_call_id(&self, random: &mut Random) -> Option<Vec<u8>> {
        let ids = self.properties(Property::is_call_id);
        self.with_value(pick(&ids, random)?, "\"\"")
    }

    fn observed_value(&self, random: &mut Random) -> Option<Vec<u8>> {
        let observed = self.properties(|property| !property.observed.is_empty());
        let property = pick(&observed, random)?;
        self.with_value(property, &random.pick(&property.observed).to_string())
    }

    fn connector_shape(&self, _: &mut Random) -> Option<Vec<u8>> {
        let payload = self.root.to_value(self.line.as_bytes());
        shape::reshaped(self.event, &payload).map(String::into_bytes)
    }

    fn undocumented_property(&self, random: &mut Random) -> Option<Vec<u8>> {
        let objects = self.members_that(|it| matches!(it.value.kind, Kind::Object(_)));
        let object = &objects.get(random.index(objects.len()))?.value;
        let at = if random.below(4) == 0 { self.line.len() - 1 } else { object.span.end - 1 };
        let (key, value) = random.pick(&EXTRAS);
        Some(self.with(at..at, format!(",\"{key}\":{value}").as_bytes()))
    }

    /// The line with the bytes at `span` replaced.
    fn with(&self, span: Range<usize>, bytes: &[u8]) -> Vec<u8> {
        let line = self.line.as_bytes();
        [&line[..span.start], bytes, &line[span.end..]].concat()
    }

    fn with_value(&self, property: &Property, value: &str) -> Option<Vec<u8>> {
        let node = self.root.at(self.line.as_bytes(), &property.pointer)?;
        Some(self.with(node.span.clone(), value.as_bytes()))
    }

    /// The line without a member and the adjacent comma.
    fn without(&self, member: &Member) -> Option<Vec<u8>> {
        let line = self.line.as_bytes();
        let Range { start, end } = member.key.start..member.value.span.end;
        let is_last = line.get(end)? != &b',';
        let is_first = line.get(start.checked_sub(1)?)? == &b'{';
        let start = if is_last && !is_first { start - 1 } else { start };
        Some(self.with(start..if is_last { end } else { end + 1 }, b""))
    }

    /// The documented properties of the event that satisfy a condition, without the event's name.
    fn properties(&self, is_wanted: impl Fn(&Property) -> bool) -> Vec<&Property> {
        let all = self.event.properties.iter();
        all.filter(|property| property.pointer != "/type" && is_wanted(property)).collect()
    }

    /// The members of all objects that satisfy a condition.
    fn members_that(&self, is_wanted: impl Fn(&Member) -> bool) -> Vec<&Member> {
        let mut found: Vec<&Member> = self.root.members().iter().collect();
        let mut next = 0;
        while let Some(member) = found.get(next) {
            found.extend(member.value.members());
            next += 1;
        }
        found.retain(|member| is_wanted(member));
        found
    }
}

fn pick<'a>(properties: &[&'a Property], random: &mut Random) -> Option<&'a Property> {
    properties.get(random.index(properties.len())).copied()
}
