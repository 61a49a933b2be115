//! Which lines a command is about.

use crate::check::{Judge, Line, Proven, Record, Shape, Verdict};
use crate::select::{Condition, Search};

/// What a line must be to be selected. An empty selection selects every line.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// Names of event types; empty for any.
    pub(crate) types: Vec<String>,
    /// Identifiers of calls; empty for any.
    pub(crate) call_ids: Vec<String>,
    /// What all must be met.
    pub(crate) conditions: Vec<Condition>,
    pub(crate) validity: Option<Validity>,
    pub(crate) sense: Sense,
    pub(crate) unreadable: Unreadable,
}

/// Whether the judge must have, or must not have, an error for the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Validity {
    Valid,
    Invalid,
}

/// Whether the selected lines are those that match, or all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Sense {
    #[default]
    Matching,
    Others,
}

/// What becomes of a line that nobody can read: its type and call are not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Unreadable {
    /// It goes on to the sink, whose business it is.
    #[default]
    Admitted,
    /// It cannot match a type or a call.
    NoMatch,
}

impl Selection {
    /// Whether every line is selected.
    pub(crate) fn is_empty(&self) -> bool {
        self.types.is_empty()
            && self.call_ids.is_empty()
            && self.conditions.is_empty()
            && self.validity.is_none()
    }

    /// What a line must hold to match: the rarer of what is wanted. `None` where lines are wanted
    /// that do not match, or that hold nothing in particular.
    pub(crate) fn search(&self) -> Option<Search> {
        if self.sense == Sense::Others || self.unreadable == Unreadable::Admitted {
            return None;
        }
        if !self.call_ids.is_empty() {
            return Search::new(self.call_ids.iter().map(String::as_bytes));
        }
        let quoted: Vec<String> = self.types.iter().map(|name| crate::json::quote(name)).collect();
        Search::new(quoted.iter().map(String::as_bytes))
    }

    /// Whether types, calls or properties are asked for: what a line that cannot be read has not.
    pub(crate) fn asks_for_names(&self) -> bool {
        !self.types.is_empty() || !self.call_ids.is_empty() || !self.conditions.is_empty()
    }

    /// Whether a record is selected.
    pub(crate) fn admits(&self, record: &Record<'_>) -> bool {
        match &record.shape {
            Shape::Clean { .. } => self.admits_proven(&Proven::of(record)),
            Shape::Read(verdict) | Shape::Cut(verdict) => {
                self.admits_verdict(verdict, record.line.bytes)
            }
        }
    }

    /// Whether more of a line beyond the limit is: it goes where its beginning went.
    pub(crate) fn admits_too_long(&self, validator: &Judge, line: &Line<'_>) -> bool {
        self.admits_verdict(&validator.too_long(line), line.bytes)
    }

    /// Whether the line `text` with this verdict is selected.
    pub(crate) fn admits_verdict(&self, verdict: &Verdict, text: &[u8]) -> bool {
        if verdict.payload.is_none() && self.unreadable == Unreadable::Admitted {
            return true;
        }
        self.matches(verdict, text) == (self.sense == Sense::Matching)
    }

    fn meets(&self, verdict: &Verdict, text: &[u8]) -> bool {
        let met = |condition: &Condition| {
            let payload = verdict.payload.as_ref()?;
            let (_, pointer) = condition.place(payload.event?)?;
            Some(condition.is_met_by(&text[payload.root.at(text, pointer)?.span.clone()]))
        };
        self.conditions.iter().all(|condition| met(condition) == Some(true))
    }

    fn matches(&self, verdict: &Verdict, text: &[u8]) -> bool {
        let kind = verdict.payload.as_ref().and_then(|payload| payload.kind.as_deref());
        let call = verdict.payload.as_ref().and_then(|payload| payload.call_id.as_deref());
        listed(&self.types, kind)
            && listed(&self.call_ids, call)
            && self.meets(verdict, text)
            && self
                .validity
                .is_none_or(|wanted| verdict.is_invalid() == (wanted == Validity::Invalid))
    }
}

impl Selection {
    /// Whether a line that is proven clean is selected.
    pub(crate) fn admits_proven(&self, proven: &Proven<'_>) -> bool {
        self.is_empty() || self.matches_proven(proven) == (self.sense == Sense::Matching)
    }

    fn matches_proven(&self, proven: &Proven<'_>) -> bool {
        listed(&self.types, Some(proven.event.name()))
            && (self.call_ids.is_empty()
                || proven
                    .call_id()
                    .is_some_and(|found| self.call_ids.iter().any(|id| *found == *id.as_bytes())))
            && self.conditions.iter().all(|condition| is_met(condition, proven))
            && self.validity != Some(Validity::Invalid)
    }
}

fn is_met(condition: &Condition, proven: &Proven<'_>) -> bool {
    let place = condition.place(proven.event).and_then(|(index, _)| proven.fields.get(index));
    place.is_some_and(|place| condition.is_met_by(&proven.text[place]))
}

fn listed(wanted: &[String], found: Option<&str>) -> bool {
    wanted.is_empty() || found.is_some_and(|found| wanted.iter().any(|wanted| wanted == found))
}
