//! Finds the payloads in a JSON value: itself, its members, the strings in it, or what an announced
//! name makes of it.

use super::envelope;
use super::finder::{Context, Finder};
use super::payload::Source;
use super::treatment::Treatment;
use super::treatments::Treatments;
use crate::contract::{EventId, Mode, Name, NameKind};
use crate::json::{Kind, Node, decode_utf8};

impl Finder<'_> {
    /// Takes what a JSON value holds.
    pub(super) fn value(&mut self, node: &Node, text: &[u8], context: Context<'_>) -> Treatments {
        if let Some(envelope) = envelope::payload(node, text, self.names) {
            return self.event((node, text), envelope);
        }
        let inner = self.members(node, text, context);
        if inner.is_taken() {
            return inner.with(Treatment::Wrapper);
        }
        let bundle = &self.validator.bundle;
        if let Some(envelope) = envelope::loose(node, text, self.names, bundle) {
            return self.event((node, text), envelope);
        }
        let bare = self.bare((node, text), context.name);
        if !bare.is_none() {
            return bare;
        }
        inner.and(self.foreign((node, text), context.name))
    }

    /// Takes what is in the members of an object.
    fn members(&mut self, node: &Node, text: &[u8], context: Context<'_>) -> Treatments {
        let mut all = Treatments::NONE;
        for member in node.members() {
            let key = || envelope::key(member, text);
            let is_object = matches!(member.value.kind, Kind::Object(_));
            let name = if is_object { self.names.exact(&key()) } else { None };
            all = all.and(self.nested(&member.value, text, Context { name, ..context }));
        }
        all
    }

    /// Takes what is in a value within another one.
    fn nested(&mut self, node: &Node, text: &[u8], context: Context<'_>) -> Treatments {
        match &node.kind {
            Kind::Null | Kind::Bool(_) | Kind::Number => Treatments::NONE,
            Kind::Array(items) => items.iter().fold(Treatments::NONE, |all, item| {
                all.and(self.nested(item, text, Context { name: None, ..context }))
            }),
            Kind::String => {
                let quoted = &text[node.span.clone()];
                let Some(levels) = context.levels.checked_sub(1) else { return Treatments::NONE };
                if !quoted.contains(&b'{') {
                    return Treatments::NONE;
                }
                let decoded = decode_utf8(quoted).into_owned();
                let found = self.text(&decoded, Context { name: None, levels, ..context });
                if found.is_taken() { found.with(Treatment::InString) } else { Treatments::NONE }
            }
            Kind::Object(_) => {
                if let Some(envelope) = envelope::payload(node, text, self.names) {
                    return self.event((node, text), envelope);
                }
                let inner = self.members(node, text, context);
                if inner.is_taken() {
                    return inner;
                }
                let bundle = &self.validator.bundle;
                if let Some(envelope) = envelope::loose(node, text, self.names, bundle) {
                    return self.event((node, text), envelope);
                }
                self.named((node, text), context.name)
            }
        }
    }

    /// Takes a detail without its event: the name was announced, or there is only one that it fits.
    fn bare(&mut self, (node, text): (&Node, &[u8]), name: Option<Name<'_>>) -> Treatments {
        let named = self.named((node, text), name);
        if !named.is_none() {
            return named;
        }
        let bundle = &self.validator.bundle;
        if name.is_some() || envelope::call_id(node, text, bundle).is_none() {
            return Treatments::NONE;
        }
        let detail = node.to_value(text);
        let fits = |id: &EventId| {
            let payload = serde_json::json!({"type": id.name(), "detail": detail});
            bundle.event(*id).accepts(Mode::Strict, &payload)
        };
        let mut fitting = EventId::all().filter(fits);
        let (Some(id), None) = (fitting.next(), fitting.next()) else { return Treatments::NONE };
        let name = Name { kind: NameKind::Toolkit, events: &[id] };
        self.detail((name, id.name()), source(node, text)).with(Treatment::OnlyEvent)
    }

    /// Takes the detail of an event that was announced.
    fn named(&mut self, (node, text): (&Node, &[u8]), name: Option<Name<'_>>) -> Treatments {
        let Some(name) = name else { return Treatments::NONE };
        let (bundle, has_flags) = (&self.validator.bundle, name.kind == NameKind::Connector);
        if envelope::call_id(node, text, bundle).is_none() && !has_flags {
            return Treatments::NONE;
        }
        let mark = self.mark();
        let spelled = name.events.first().map_or("", |id| id.name());
        let found = self.detail((name, spelled), source(node, text));
        if !self.names.is_unmistakable(name) && found.is_taken() && !self.is_valid_since(mark) {
            self.go_back(mark);
            return Treatments::NONE;
        }
        if found.is_lost() { found } else { found.with(Treatment::NameBefore) }
    }
}

fn source<'t>(detail: &'t Node, text: &'t [u8]) -> Source<'t> {
    Source { detail, text, recorded_at: None }
}
