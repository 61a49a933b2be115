//! The parts of a payload that is put together anew: its event, its detail, and when it was recorded.

use crate::contract::EventId;
use crate::json::{self, Node};

/// A detail and what it is a part of.
#[derive(Clone, Copy)]
pub(super) struct Source<'t> {
    pub(super) detail: &'t Node,
    pub(super) text: &'t [u8],
    /// `"recordedAt": …` as it is spelled, if the payload had that.
    pub(super) recorded_at: Option<&'t [u8]>,
}

/// Appends what a payload of this event begins with, up to its detail.
pub(super) fn begin(id: EventId, line: &mut Vec<u8>) {
    line.extend_from_slice(format!("{{\"type\":{},\"detail\":", json::quote(id.name())).as_bytes());
}

/// Appends what follows the detail.
pub(super) fn end(recorded_at: Option<&[u8]>, line: &mut Vec<u8>) {
    if let Some(member) = recorded_at {
        line.push(b',');
        line.extend_from_slice(member);
    }
    line.push(b'}');
}
