//! The matchers of a contract, one per event type.

use std::sync::OnceLock;

use super::Matcher;
use super::compile::compile;
use crate::contract::{Event, EventId, Mode};

/// The matchers of a contract, each compiled on first use.
#[derive(Debug, Default)]
pub(crate) struct Matchers([OnceLock<Option<Matcher>>; EventId::COUNT]);

impl Matchers {
    /// The matcher of an event's strict contract; `None` if the contract has something that
    /// matchers do not support.
    pub(crate) fn get(&self, event: &Event) -> Option<&Matcher> {
        let compiled = || compile(event.document(Mode::Strict), &event.properties, &event.newer);
        self.0[event.id.index()].get_or_init(compiled).as_ref()
    }
}
