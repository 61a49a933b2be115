//! Decides which lines are selected.

use std::sync::OnceLock;

use crate::check::{Line, Parsed, Record, Validator};
use crate::contract::EventId;
use crate::select::{Condition, NameSet, Search, Spelling};

/// Conditions on a line. An empty selection selects every line.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// `None` for any.
    pub(crate) types: Option<Types>,
    /// Identifiers of calls; `None` selects all calls, an empty list none.
    pub(crate) call_ids: Option<NameSet>,
    /// Conditions that must all be met.
    pub(crate) conditions: Vec<Condition>,
    pub(crate) validity: Option<Validity>,
    pub(crate) sense: Sense,
    pub(crate) unreadable: Unreadable,
    /// Built for the first capture, then shared by all.
    pub(crate) search: OnceLock<Option<Search>>,
}

/// Names of event types.
#[derive(Debug)]
pub(crate) struct Types {
    names: NameSet,
    /// For each of the toolkit's events, whether it is in the set; used for clean lines.
    is_listed: [bool; EventId::COUNT],
}

/// Whether the line must have an error, or must not have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Validity {
    Valid,
    Invalid,
}

/// Whether the matching lines are selected, or all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Sense {
    #[default]
    Matching,
    Others,
}

/// How a line that cannot be read is treated, whose type and call are unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Unreadable {
    /// It is selected, and the writer reports it.
    #[default]
    Admitted,
    /// It is not selected, because it cannot match a type or a call.
    NoMatch,
}

impl Selection {
    /// Whether every line is selected.
    pub(crate) fn is_empty(&self) -> bool {
        !self.asks_for_names() && self.validity.is_none()
    }

    /// Whether the selection depends on the content of a line, which is unknown if the line cannot
    /// be read.
    pub(crate) fn asks_for_names(&self) -> bool {
        self.types.is_some() || self.call_ids.is_some() || !self.conditions.is_empty()
    }

    /// A search for literals that matching lines contain, for the more selective condition. `None`
    /// if the selection is inverted or has no such literals.
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
    #[inline]
    pub(crate) fn admits(&self, record: &Record<'_>) -> bool {
        if self.is_empty() || !record.is_readable() && self.unreadable == Unreadable::Admitted {
            return true;
        }
        self.matches(record) == (self.sense == Sense::Matching)
    }

    /// Whether the rest of a line beyond the limit is selected: it follows the line's beginning.
    pub(crate) fn admits_too_long(&self, validator: &Validator, line: &Line<'_>) -> bool {
        let mut parsed = Parsed::default();
        parsed.set(validator.too_long(line), line, &validator.bundle);
        self.admits(&parsed.cut(*line, validator))
    }

    fn matches(&self, record: &Record<'_>) -> bool {
        let is_of_type = |types: &Types| match record.event {
            Some(event) => types.is_listed[event.index()],
            None => record.type_name().is_some_and(|name| types.names.contains(name.as_bytes())),
        };
        let is_of_call = |calls: &NameSet| record.call_id().is_some_and(|id| calls.contains(&id));
        let is_valid = |wanted| record.is_invalid() == (wanted == Validity::Invalid);
        self.types.as_ref().is_none_or(is_of_type)
            && self.call_ids.as_ref().is_none_or(is_of_call)
            && self.conditions.iter().all(|condition| is_met(condition, record))
            && self.validity.is_none_or(is_valid)
    }
}

fn is_met(condition: &Condition, record: &Record<'_>) -> bool {
    let place = record.event.and_then(|event| condition.place(event));
    let value = place.and_then(|index| record.property(index));
    value.is_some_and(|spelled| condition.is_met_by(spelled))
}

impl Types {
    /// The types with these names; `None` if there are no names.
    pub(crate) fn new(names: &[String]) -> Option<Self> {
        let mut is_listed = [false; EventId::COUNT];
        for event in names.iter().filter_map(|name| EventId::from_name(name)) {
            is_listed[event.index()] = true;
        }
        (!names.is_empty()).then(|| Self { names: names.iter().collect(), is_listed })
    }
}
