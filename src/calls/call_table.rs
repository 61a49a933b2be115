//! All calls of a run, or of a capture, in the order in which they first appear.

use super::call::Call;
use super::timeline::Timeline;
use crate::contract::EventId;

/// Every call, and what belongs to none.
#[derive(Debug, Default)]
pub(crate) struct CallTable {
    /// Boxes: growing must not move, or leave room for, whole calls.
    pub(crate) calls: Vec<(Box<str>, Box<Call>)>,
    /// Lines that name no call, by event type.
    pub(crate) without_call: [u64; EventId::COUNT],
    /// Of the one call that is told, if it is one.
    pub(crate) timeline: Timeline,
    /// Names of the captures.
    pub(crate) captures: Vec<String>,
}

impl CallTable {
    /// Each call with its identifier, in order.
    pub(crate) fn listed(&self) -> Vec<(&str, &Call)> {
        self.calls.iter().map(|(id, call)| (&**id, &**call)).collect()
    }
}
