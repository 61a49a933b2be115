//! JSON objects in which there is no payload: events that are not the toolkit's, events that have lost
//! their data, and anything else.

use super::envelope;
use super::finder::Finder;
use super::repair::ELLIPSIS;
use super::treatment::Treatment;
use super::treatments::Treatments;
use crate::contract::Name;
use crate::json::{Kind, Node};

impl Finder<'_> {
    /// What became of a JSON object in which there is no payload. Cold.
    pub(super) fn foreign(
        &mut self,
        (node, text): (&Node, &[u8]),
        name: Option<Name<'_>>,
    ) -> Treatments {
        let Kind::Object(members) = &node.kind else { return Treatments::NONE };
        let kind = node.get(text, "type").and_then(|it| it.as_text(text));
        let is_event = |kind: &str| self.names.value(kind).is_some();
        let is_of_event = name.is_some() || kind.as_deref().is_some_and(is_event);
        let is_incomplete = node.member(text, ELLIPSIS).is_some()
            || members.iter().any(|it| it.value.member(text, ELLIPSIS).is_some());
        if is_incomplete {
            return Treatments::of(Treatment::Collapsed).naming_event(is_of_event);
        }
        if node.get(text, "isTrusted").is_some() {
            return Treatments::of(Treatment::IsTrusted).naming_event(is_of_event);
        }
        let Some(kind) = kind else {
            let bundle = &self.validator.bundle;
            let has_call = envelope::call_id(node, text, bundle).is_some();
            return Treatments::NONE.with_if(Treatment::NoName, has_call);
        };
        let has_detail = node.get(text, "detail").is_some_and(|it| !it.members().is_empty());
        // A misspelt name: `validate` says so, and which one may be meant.
        if has_detail && self.names.is_near(&kind) {
            let payload = &text[node.span.clone()];
            self.push_line(payload);
            return Treatments::of(Treatment::AsIs)
                .with_if(Treatment::Joined, payload.contains(&b'\n'));
        }
        if !has_detail && self.validator.bundle.other_name(&kind).is_none() {
            return Treatments::NONE;
        }
        self.account.add_other(&kind);
        Treatments::of(Treatment::OtherEvent)
    }
}
