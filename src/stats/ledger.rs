//! All calls of a run, in the order in which they first appear.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::call::Call;
use super::sighting::{Notes, Sighting, What};
use crate::schema::EventId;

/// Every call, and what belongs to none.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Seeded anew in each run, so that no capture can be made to collide.
    index: HashMap<Box<str>, u32, RandomState>,
    #[expect(clippy::vec_box, reason = "growing must not move, or leave room for, whole calls")]
    pub(crate) calls: Vec<Box<Call>>,
    /// Lines that name no call, by event type.
    pub(crate) homeless: [u64; EventId::COUNT],
    /// The lines that are kept: those of the one call that is told.
    pub(crate) kept: Vec<Kept>,
    /// Names of the captures so far.
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
    pub(crate) fn begin_capture(&mut self, name: &str) {
        self.captures.push(name.to_owned());
    }

    /// Takes in what the next block says of its calls.
    pub(crate) fn absorb(&mut self, notes: &Notes) {
        let capture = u32::try_from(self.captures.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let calls: Vec<usize> = notes.calls.iter().map(|id| self.place(id)).collect();
        for sighting in &notes.sightings {
            let raw = notes.line(sighting);
            if !raw.is_empty() {
                let Sighting { number, event, what, .. } = *sighting;
                self.kept.push(Kept { capture, number, event, what, raw: raw.into() });
            }
            match sighting.call {
                Some(call) => self.calls[calls[call as usize]].take(sighting, capture),
                None if sighting.is_more => {}
                None => self.homeless[sighting.event.index()] += 1,
            }
        }
    }

    /// Appends a part of the call `id`.
    pub(crate) fn append(&mut self, id: &str, part: &Call) {
        let place = self.place(id);
        self.calls[place].append(part);
    }

    /// Each call with its identifier, in the order of their first lines.
    pub(crate) fn listed(&self) -> Vec<(&str, &Call)> {
        let mut ids = vec![""; self.calls.len()];
        #[expect(clippy::iter_over_hash_type, reason = "each goes to a place of its own")]
        for (id, place) in &self.index {
            ids[*place as usize] = id;
        }
        ids.into_iter().zip(self.calls.iter().map(AsRef::as_ref)).collect()
    }

    fn place(&mut self, id: &str) -> usize {
        if let Some(&place) = self.index.get(id) {
            return place as usize;
        }
        let place = self.calls.len();
        // Four milliards of calls would need terabytes.
        self.index.insert(id.into(), u32::try_from(place).unwrap_or(u32::MAX));
        self.calls.push(Box::default());
        place
    }
}
