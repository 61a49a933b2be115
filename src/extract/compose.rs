//! Writes the payload of an event: the bytes that are there, with as few of them replaced as possible.

use std::ops::Range;

use super::audio;
use super::envelope::{self, Detail, Envelope, Form};
use super::finder::Finder;
use super::payload::{Source, begin, end};
use super::repair::{COLLAPSED, UNREADABLE};
use super::treatment::Treatment;
use super::treatments::Treatments;
use crate::check::RECORDED_AT;
use crate::contract::{Event, EventId, Name, NameKind, Property};
use crate::json::{self, Kind, Node};

/// Where a connector lists the calls that its event is about.
const CALLS: [&str; 2] = ["call", "calls"];

/// Bytes of a text to be replaced.
type Edit = (Range<usize>, Vec<u8>);

impl Finder<'_> {
    /// Writes the event that `envelope` has found in the object `node` of `text`.
    pub(super) fn event(
        &mut self,
        (node, text): (&Node, &[u8]),
        envelope: Envelope<'_, '_>,
    ) -> Treatments {
        let Envelope { name, spelled, form } = envelope;
        let is_browser_event = node.get(text, "isTrusted").is_some();
        let recorded_at =
            node.member(text, RECORDED_AT).map(|it| &text[it.key.start..it.value.span.end]);
        let (detail, treatments) = match form {
            Form::Payload { kind, detail: Detail::Node(detail) } if !is_browser_event => {
                let source = Source { detail, text, recorded_at };
                return self.payload((node, kind), source, (name, &spelled));
            }
            Form::Payload { detail, .. } => {
                (detail, Treatments::NONE.with_if(Treatment::BrowserEvent, is_browser_event))
            }
            Form::Pair(detail) => (detail, Treatments::of(Treatment::Wrapper)),
            Form::Flattened(index) => {
                let rest = Detail::Text(without(node, text, index));
                (rest, Treatments::of(Treatment::DetailRestored))
            }
            Form::Unusual if name.kind == NameKind::Toolkit && !is_browser_event => {
                self.push_line(&text[node.span.clone()]);
                return Treatments::of(Treatment::AsIs);
            }
            Form::Unusual | Form::Nothing => {
                return Treatments::of(Treatment::NoDetail).naming_event(true);
            }
        };
        let treatments = match detail {
            Detail::Node(detail) => {
                let source = Source { detail, text, recorded_at };
                treatments.and(self.detail((name, &spelled), source))
            }
            Detail::Text(inner) => {
                let is_flat = treatments.has(Treatment::DetailRestored);
                let Ok(document) = json::parse(&inner, self.max_depth()) else {
                    return Treatments::of(Treatment::Broken).naming_event(true);
                };
                let source = Source { detail: &document.root, text: &inner, recorded_at };
                let treatments = treatments.with_if(Treatment::InString, !is_flat);
                treatments.and(self.detail((name, &spelled), source))
            }
        };
        kept_if_taken(treatments)
    }

    /// Writes a payload that has its `type` and `detail`.
    fn payload(
        &mut self,
        (node, kind): (&Node, &Node),
        source: Source<'_>,
        (name, spelled): (Name<'_>, &str),
    ) -> Treatments {
        let Source { detail, text, .. } = source;
        if let Some(treatment) = missing(&text[detail.span.clone()]) {
            return Treatments::of(treatment).naming_event(true);
        }
        let Some(id) = self.resolve(name, source) else {
            return Treatments::of(Treatment::Ambiguous).naming_event(true);
        };
        let renamed = self.renamed((name, spelled), id);
        if let Some(split) = self.split_reports(id, source) {
            return renamed.and(split);
        }
        let joined = text[node.span.clone()].contains(&b'\n');
        if name.kind == NameKind::Toolkit {
            self.push_line(&text[node.span.clone()]);
            return Treatments::of(Treatment::AsIs).with_if(Treatment::Joined, joined);
        }
        let (mut edits, edited) = self.connector_edits(id, source);
        edits.push((kind.span.clone(), json::quote(id.name()).into_bytes()));
        let mut line = Vec::new();
        splice(text, node.span.clone(), edits, &mut line);
        self.push_line(&line);
        renamed.and(edited).with_if(Treatment::Joined, joined)
    }

    /// Writes a payload of a detail that was found under a name.
    pub(super) fn detail(
        &mut self,
        (name, spelled): (Name<'_>, &str),
        source: Source<'_>,
    ) -> Treatments {
        let Source { detail, text, recorded_at } = source;
        if let Some(treatment) = missing(&text[detail.span.clone()]) {
            return Treatments::of(treatment).naming_event(true);
        }
        let Some(id) = self.resolve(name, source) else {
            return Treatments::of(Treatment::Ambiguous).naming_event(true);
        };
        let event = self.validator.bundle.event(id);
        if let Some(wrapped) = audio::wrapped(event, detail, text) {
            let Ok(document) = json::parse(&wrapped, self.max_depth()) else {
                return Treatments::of(Treatment::Broken).naming_event(true);
            };
            let source = Source { detail: &document.root, text: &wrapped, recorded_at };
            return self.detail((name, spelled), source);
        }
        let (edits, edited) = self.connector_edits(id, source);
        let bundle = &self.validator.bundle;
        let call = only_call(detail, text).and_then(|call| envelope::call_id(call, text, bundle));
        let has_call = envelope::call_id(detail, text, bundle).or(call).is_some();
        let is_nested = audio::reports(event, detail, text).is_some();
        if !has_call && !is_nested {
            return Treatments::of(Treatment::NoCallId).naming_event(true);
        }
        let renamed = self.renamed((name, spelled), id);
        if let Some(split) = self.split_reports(id, source) {
            return renamed.and(split);
        }
        let mut line = Vec::new();
        begin(id, &mut line);
        splice(text, detail.span.clone(), edits, &mut line);
        end(recorded_at, &mut line);
        self.push_line(&line);
        renamed.and(edited)
    }

    /// The event that a name stands for: by the detail's flags, where it can be several.
    fn resolve(&self, name: Name<'_>, source: Source<'_>) -> Option<EventId> {
        if let [id] = name.events {
            return Some(*id);
        }
        let fits = |id: &&EventId| has_flags(self.validator.bundle.event(**id), source);
        let mut fitting = name.events.iter().filter(fits);
        fitting.next().copied().filter(|_| fitting.next().is_none())
    }

    fn renamed(&mut self, (name, spelled): (Name<'_>, &str), id: EventId) -> Treatments {
        let treatment = match name.kind {
            NameKind::Toolkit => return Treatments::NONE,
            NameKind::Aura => Treatment::AuraName,
            NameKind::Listener => Treatment::ListenerName,
            NameKind::Connector => Treatment::ConnectorName,
            NameKind::Respelled => Treatment::Spelling,
        };
        self.account.add_rename(spelled, id);
        Treatments::of(treatment)
    }

    /// Writes one payload for each channel of each report that is nested in the detail.
    fn split_reports(&mut self, id: EventId, source: Source<'_>) -> Option<Treatments> {
        let bundle = &self.validator.bundle;
        let lines = audio::split(bundle, bundle.event(id), source)?;
        for line in &lines {
            self.push_line(line);
        }
        Some(Treatments::of(Treatment::Reports))
    }

    /// What gives the connector's properties their documented names, and takes those that are missing
    /// from the only call that the event lists.
    fn connector_edits(&self, id: EventId, source: Source<'_>) -> (Vec<Edit>, Treatments) {
        let Source { detail, text, .. } = source;
        let (mut edits, mut treatments) = (Vec::new(), Treatments::NONE);
        let call = only_call(detail, text);
        let is_missing = |property: &&Property| {
            let is_own = property.pointer == format!("/detail/{}", property.name);
            is_own && property.optional.is_none() && detail.get(text, &property.name).is_none()
        };
        let event = self.validator.bundle.event(id);
        if audio::reports(event, detail, text).is_some() {
            return (edits, treatments);
        }
        for property in event.properties.iter().filter(is_missing) {
            let alias =
                |node| property.connector.iter().find_map(|it| Node::member(node, text, it));
            let name = json::quote(&property.name);
            if let Some(member) = alias(detail) {
                edits.push((member.key.clone(), name.into_bytes()));
                treatments = treatments.with(Treatment::PropertyName);
            } else if let Some(call) = call
                && let Some(member) = call.member(text, &property.name).or_else(|| alias(call))
            {
                let start = detail.span.start + 1;
                let value = &text[member.value.span.clone()];
                edits.push((start..start, [name.as_bytes(), b":", value, b","].concat()));
                treatments = treatments.with(Treatment::FromCall);
            }
        }
        (edits, treatments)
    }
}

/// Whether the detail's flags are those by which a connector's event becomes this one. A flag that is
/// missing is not set; but one must be there.
fn has_flags(event: &Event, Source { detail, text, .. }: Source<'_>) -> bool {
    let value = |flag: &str| match detail.get(text, flag).map(|it| &it.kind) {
        Some(Kind::Bool(value)) => Some(*value),
        _ => None,
    };
    let flags = &event.connector_when;
    let is_told = flags.iter().any(|(flag, _)| value(flag).is_some());
    is_told && flags.iter().all(|(flag, wanted)| value(flag).unwrap_or_default() == *wanted)
}

/// The only call that a connector's event lists.
fn only_call<'n>(detail: &'n Node, text: &[u8]) -> Option<&'n Node> {
    let list = CALLS.iter().find_map(|key| detail.get(text, key))?;
    let mut calls: Vec<&Node> = match &list.kind {
        Kind::Array(items) => items.iter().collect(),
        Kind::Object(_) if list.get(text, "callId").is_some() => vec![list],
        Kind::Object(members) => members.iter().map(|it| &it.value).collect(),
        Kind::Null | Kind::Bool(_) | Kind::Number | Kind::String => return None,
    };
    calls.retain(|call| !call.members().is_empty());
    if let [call] = calls[..] { Some(call) } else { None }
}

/// What is missing in a detail that was repaired.
fn missing(detail: &[u8]) -> Option<Treatment> {
    let marks = [(COLLAPSED, Treatment::Collapsed), (UNREADABLE, Treatment::Broken)];
    let member = |mark: &'static str| &mark.as_bytes()[1..mark.len() - 1];
    let is_there = |mark| memchr::memmem::find(detail, member(mark)).is_some();
    marks.into_iter().find(|(mark, _)| is_there(mark)).map(|(_, treatment)| treatment)
}

/// What was not taken has not been changed either.
fn kept_if_taken(treatments: Treatments) -> Treatments {
    if treatments.is_lost() { treatments.only_lost() } else { treatments }
}

/// The object `node` without the member at `index`, which is its name, and without what the detail of
/// no event has.
fn without(node: &Node, text: &[u8], index: usize) -> Vec<u8> {
    let mut rest = b"{".to_vec();
    for (_, member) in node.members().iter().enumerate().filter(|(at, _)| *at != index) {
        let key = envelope::key(member, text);
        if key == RECORDED_AT || key == "isTrusted" || key == "detail" {
            continue;
        }
        if rest.len() > 1 {
            rest.push(b',');
        }
        rest.extend_from_slice(&text[member.key.start..member.value.span.end]);
    }
    rest.push(b'}');
    rest
}

/// Appends the `range` of `text` with `edits` made.
fn splice(text: &[u8], range: Range<usize>, mut edits: Vec<Edit>, out: &mut Vec<u8>) {
    edits.sort_by_key(|(place, _)| place.start);
    let mut at = range.start;
    for (place, replacement) in edits {
        out.extend_from_slice(&text[at..place.start]);
        out.extend_from_slice(&replacement);
        at = place.end;
    }
    out.extend_from_slice(&text[at..range.end]);
}
