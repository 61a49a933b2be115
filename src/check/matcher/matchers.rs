//! The matchers of a contract, one per event type.

use std::sync::OnceLock;

use super::Matcher;
use super::compile::compile;
use crate::contract::{Event, EventId, Mode};

/// The matchers of a contract, each compiled when it is first asked for.
#[derive(Debug, Default)]
pub(crate) struct Matchers([OnceLock<Option<Matcher>>; EventId::COUNT]);

impl Matchers {
    /// The matcher of an event's strict contract; `None` where that has more to it than matchers
    /// know.
    pub(crate) fn get(&self, event: &Event) -> Option<&Matcher> {
        let compiled = || compile(event.document(Mode::Strict), &event.properties, &event.newer);
        self.0[event.id.index()].get_or_init(compiled).as_ref()
    }
}
