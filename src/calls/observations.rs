//! What the lines of a block say of their calls, in input order.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::hash::HASH_BASE;
use super::observation::Observation;
use crate::contract::EventId;
use crate::json;

/// What the lines of a block say of their calls, in input order.
#[derive(Debug, Default)]
pub(crate) struct Observations {
    pub(crate) calls: Vec<CallReference>,
    /// The calls by the bytes of their identifiers.
    index: HashMap<Box<[u8]>, u32, RandomState>,
    /// Calls whose identifiers are spelled without escapes, the latest at each [`place`]: nine of ten
    /// lines are of one of them.
    recent: Vec<u32>,
    pub(crate) entries: Vec<Observation>,
    pub(crate) raw: Vec<u8>,
    /// Where kept lines begin in `raw` that do not begin in column 1, and in which they do.
    columns: Vec<(u32, u64)>,
    /// Lines that name no call, by event type.
    pub(crate) without_call: [u64; EventId::COUNT],
    /// Names of participants by their hashes, where they are kept.
    pub(crate) participants: HashMap<u64, Box<str>, RandomState>,
}

/// A call that a block mentions.
#[derive(Debug)]
pub(crate) struct CallReference {
    pub(crate) id: Box<str>,
    /// Index into [`Observations::entries`] of the first and of the latest one.
    pub(crate) first: u32,
    last: u32,
    /// Whether one of its events met all conditions.
    pub(crate) is_wanted: bool,
}

/// No index.
const NONE: u32 = u32::MAX;

/// Blocks, and so what is kept of them, are far smaller than 4 GiB.
fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Lines of a block of audiostats.
const USUAL_LINES: usize = 1536;

/// Places for recent calls: some 50 calls go on at a time.
const RECENT_CALLS: usize = 256;

/// Where the call that is spelled so is among recent calls: by its last bytes, which differ most.
fn place(spelled: &[u8]) -> usize {
    let last = spelled.last_chunk().map_or(0, |last| u64::from_le_bytes(*last));
    usize::from(last.wrapping_mul(HASH_BASE).to_be_bytes()[0])
}

impl Observations {
    /// The index of the call whose identifier is spelled so, quotes included.
    pub(super) fn spelled(&mut self, spelled: &[u8]) -> u32 {
        let place = place(spelled);
        if let Some(&index) = self.recent.get(place)
            && let Some(call) = self.calls.get(index as usize)
            && spelled.get(1..spelled.len().saturating_sub(1)) == Some(call.id.as_bytes())
        {
            return index;
        }
        let id = json::decode_utf8(spelled);
        let index = self.call(&id);
        if matches!(id, Cow::Borrowed(_)) {
            self.recent.resize(RECENT_CALLS, NONE);
            self.recent[place] = index;
        }
        index
    }

    /// The index of the call whose identifier has these bytes, which are UTF-8.
    pub(super) fn call(&mut self, id: &[u8]) -> u32 {
        if let Some(&index) = self.index.get(id) {
            return index;
        }
        let index = narrow(self.calls.len());
        let name = String::from_utf8_lossy(id).into();
        self.calls.push(CallReference { id: name, first: NONE, last: NONE, is_wanted: false });
        self.index.insert(id.into(), index);
        index
    }

    /// Adds an observation, at the end of its call's chain. Inlined, an observation is made where it
    /// stays: 50 instructions less per line, of 1,500.
    #[inline]
    pub(super) fn push(&mut self, observation: Observation) {
        if self.entries.is_empty() {
            self.entries.reserve(USUAL_LINES);
        }
        let place = narrow(self.entries.len());
        match observation.call {
            Some(call) => {
                let reference = &mut self.calls[call as usize];
                match self.entries.get_mut(reference.last as usize) {
                    Some(last) => last.next = place,
                    None => reference.first = place,
                }
                reference.last = place;
            }
            None if observation.is_more => {}
            None => self.without_call[observation.event.index()] += 1,
        }
        self.entries.push(observation);
    }

    /// The observations of a call, in input order.
    pub(crate) fn of<'a>(
        &'a self,
        reference: &CallReference,
    ) -> impl Iterator<Item = &'a Observation> {
        let first = self.entries.get(reference.first as usize);
        std::iter::successors(first, |it| self.entries.get(it.next as usize))
    }

    /// Keeps a line that begins in this column, and says where.
    #[cold]
    pub(super) fn keep(&mut self, line: &[u8], column: u64) -> (u32, u32) {
        let start = narrow(self.raw.len());
        self.raw.extend_from_slice(line);
        if column != 1 {
            self.columns.push((start, column));
        }
        (start, narrow(self.raw.len()))
    }

    /// The column that the kept line of an observation begins in.
    pub(crate) fn column(&self, observation: &Observation) -> u64 {
        let found = self.columns.binary_search_by_key(&observation.raw.0, |(start, _)| *start);
        found.ok().and_then(|index| self.columns.get(index)).map_or(1, |(_, column)| *column)
    }

    /// Bytes that the observations take, about.
    pub(crate) fn weight(&self) -> usize {
        self.raw.len() + self.entries.len() * size_of::<Observation>()
    }

    /// The identifier of the call with this index.
    pub(crate) fn id(&self, call: u32) -> Option<&str> {
        self.calls.get(call as usize).map(|reference| &*reference.id)
    }

    /// Says that an event of the latest observation's call met all conditions.
    pub(crate) fn want_latest(&mut self) {
        let call = self.entries.last().and_then(|observation| observation.call);
        if let Some(reference) = call.and_then(|call| self.calls.get_mut(call as usize)) {
            reference.is_wanted = true;
        }
    }

    /// Keeps `text` as the line of the observations from the one with this index on.
    pub(crate) fn keep_text(&mut self, first: usize, text: &[u8]) {
        let start = narrow(self.raw.len());
        self.raw.extend_from_slice(text);
        let raw = (start, narrow(self.raw.len()));
        for observation in self.entries.iter_mut().skip(first) {
            observation.raw = raw;
        }
    }

    /// The line of an observation, where lines are kept.
    pub(crate) fn line(&self, observation: &Observation) -> &[u8] {
        &self.raw[observation.raw.0 as usize..observation.raw.1 as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_told_apart_by_what_they_are_called_however_that_is_spelled() {
        // All at the same place of recent calls.
        let spelled = [
            r#""1 of 2 calls""#,
            r#""2 of 2 calls""#,
            r#""\u0031 of 2 calls""#,
            r#""a\\b of 2 calls""#,
            r#""a\b of 2 calls""#,
            r#""""#,
        ];
        let mut observations = Observations::default();
        for _ in 0..2 {
            let found = spelled.map(|it| observations.spelled(it.as_bytes()));
            assert_eq!(found, [0, 1, 0, 2, 3, 4]);
            let found = [r"a\b of 2 calls", "a\u{8} of 2 calls", ""]
                .map(|it| observations.call(it.as_bytes()));
            assert_eq!(found, [2, 3, 4]);
        }
    }
}
