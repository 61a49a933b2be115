//! All calls of a run, or of a capture, in the order in which they first appear.

use super::call::Call;
use super::observation::What;
use crate::contract::EventId;

/// Every call, and what belongs to none.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Boxes: growing must not move, or leave room for, whole calls.
    pub(crate) calls: Vec<(Box<str>, Box<Call>)>,
    /// Lines that name no call, by event type.
    pub(crate) without_call: [u64; EventId::COUNT],
    /// The lines that are kept: those of the one call that is told.
    pub(crate) kept: Vec<Kept>,
    /// Names of the captures.
    pub(crate) captures: Vec<String>,
}

/// A line that is kept.
#[derive(Debug)]
pub(crate) struct Kept {
    /// Index into [`Ledger::captures`].
    pub(crate) capture: u32,
    pub(crate) number: u64,
    pub(crate) event: EventId,
    pub(crate) what: What,
    pub(crate) raw: Box<[u8]>,
}

impl Ledger {
    /// Each call with its identifier, in order.
    pub(crate) fn listed(&self) -> Vec<(&str, &Call)> {
        self.calls.iter().map(|(id, call)| (&**id, &**call)).collect()
    }
}
