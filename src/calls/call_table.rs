//! All calls of a run, or of a capture, in the order in which they first appear.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::call::Call;
use super::content::Content;
use super::lookup::Timelines;
use crate::contract::EventId;

/// Every call, and what belongs to none.
#[derive(Debug, Default)]
pub(crate) struct CallTable {
    /// Boxes: growing must not move, or leave room for, whole calls.
    pub(crate) calls: Vec<(Box<str>, Box<Call>)>,
    /// Lines that name no call, by event type.
    pub(crate) without_call: [u64; EventId::COUNT],
    /// Of the one call that is told, if it is one.
    pub(crate) timelines: Timelines,
    /// Names of the captures.
    pub(crate) captures: Vec<String>,
    /// What was read of each of them.
    pub(crate) contents: Vec<Content>,
    /// Whether its parts were compared with different limits.
    pub(crate) has_several_limits: bool,
    /// Names of participants by their hashes, where they are kept.
    pub(crate) participants: HashMap<u64, Box<str>, RandomState>,
}

/// A call that is told of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'a> {
    pub(crate) id: &'a str,
    pub(crate) call: &'a Call,
    pub(crate) table: &'a CallTable,
    /// The index of the table among all.
    pub(crate) number: usize,
}

impl CallTable {
    /// Each call, in order, as a call of the table with this number.
    pub(crate) fn entries(&self, number: usize) -> impl Iterator<Item = Entry<'_>> {
        self.calls.iter().map(move |(id, call)| Entry { id, call, table: self, number })
    }
}
