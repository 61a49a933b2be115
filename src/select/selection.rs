//! Which lines a command is about.

use std::sync::OnceLock;

use crate::check::{Judge, Line, Proven, Record, Shape, Verdict};
use crate::contract::EventId;
use crate::select::{Condition, NameSet, Search, Spelling};

/// What a line must be to be selected. An empty selection selects every line.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// `None` for any.
    pub(crate) types: Option<Types>,
    /// Identifiers of calls; `None` for any, and an empty list for none.
    pub(crate) call_ids: Option<NameSet>,
    /// What all must be met.
    pub(crate) conditions: Vec<Condition>,
    pub(crate) validity: Option<Validity>,
    pub(crate) sense: Sense,
    pub(crate) unreadable: Unreadable,
    /// Made for the first capture, and used for all.
    pub(crate) search: OnceLock<Option<Search>>,
}

/// Names of event types.
#[derive(Debug)]
pub(crate) struct Types {
    names: NameSet,
    /// For each of the toolkit's events, whether it is among them: proven lines are of one.
    is_listed: [bool; EventId::COUNT],
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
        !self.asks_for_names() && self.validity.is_none()
    }

    /// Whether it asks what a line says, which nobody knows of one that cannot be read.
    pub(crate) fn asks_for_names(&self) -> bool {
        self.types.is_some() || self.call_ids.is_some() || !self.conditions.is_empty()
    }

    /// What a line must hold to match: the rarer of what is wanted. `None` where lines are wanted
    /// that do not match, or that hold nothing in particular.
    pub(crate) fn search(&self) -> Option<Search> {
        if self.sense == Sense::Others || self.unreadable == Unreadable::Admitted {
            return None;
        }
        let search = || match (&self.call_ids, &self.types) {
            (Some(call_ids), _) => Search::new(call_ids.iter(), Spelling::Scalar),
            (None, Some(types)) => Search::new(types.names.iter(), Spelling::String),
            (None, None) => None,
        };
        self.search.get_or_init(search).clone()
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
        let is_of_type = |types: &Types| kind.is_some_and(|it| types.names.contains(it.as_bytes()));
        let is_of_call = |calls: &NameSet| call.is_some_and(|it| calls.contains(it.as_bytes()));
        self.types.as_ref().is_none_or(is_of_type)
            && self.call_ids.as_ref().is_none_or(is_of_call)
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
        let is_of_type = |types: &Types| types.is_listed[proven.event.index()];
        let is_of_call = |calls: &NameSet| proven.call_id().is_some_and(|it| calls.contains(&it));
        self.types.as_ref().is_none_or(is_of_type)
            && self.call_ids.as_ref().is_none_or(is_of_call)
            && self.conditions.iter().all(|condition| is_met(condition, proven))
            && self.validity != Some(Validity::Invalid)
    }
}

fn is_met(condition: &Condition, proven: &Proven<'_>) -> bool {
    let place = condition.place(proven.event).and_then(|(index, _)| proven.fields.get(index));
    place.is_some_and(|place| condition.is_met_by(&proven.text[place]))
}

impl Types {
    /// The types with these names; `None` where there is none.
    pub(crate) fn new(names: &[String]) -> Option<Self> {
        let mut is_listed = [false; EventId::COUNT];
        for event in names.iter().filter_map(|name| EventId::from_name(name)) {
            is_listed[event.index()] = true;
        }
        (!names.is_empty()).then(|| Self { names: names.iter().collect(), is_listed })
    }
}
