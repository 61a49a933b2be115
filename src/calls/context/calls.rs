//! What is remembered of the calls of which there are lines nearby.

use std::collections::HashMap;
use std::ops::{Index, IndexMut};
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::line_index::narrow;

/// The calls of the lines that are remembered.
#[derive(Debug, Default)]
pub(super) struct Calls {
    // Seeded anew in each run, so that no capture can be made to collide.
    pub(super) index: HashMap<Arc<[u8]>, u32, RandomState>,
    pub(super) places: Vec<Call>,
    /// Indices of `places` that nobody has.
    free: Vec<u32>,
}

#[derive(Debug, Default)]
pub(super) struct Call {
    id: Arc<[u8]>,
    /// Lines so far; it wraps.
    pub(super) ordinal: u32,
    /// Lines that are remembered.
    pub(super) within: u64,
    /// Number of the latest line.
    pub(super) latest: Option<u64>,
    /// Events to come that are wanted.
    pub(super) owed: u32,
    /// Where the latest selected line ends.
    pub(super) selected_end: u64,
}

impl Calls {
    /// The place of the call `id`, which may be new.
    pub(super) fn place(&mut self, id: Arc<[u8]>) -> u32 {
        if let Some(&place) = self.index.get(&id) {
            return place;
        }
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push(Call::default());
            narrow(self.places.len() - 1)
        });
        self.index.insert(Arc::clone(&id), place);
        self[place] = Call { id, ..Call::default() };
        place
    }

    /// Forgets the call at `place`.
    pub(super) fn remove(&mut self, place: u32) {
        let call = std::mem::take(&mut self[place]);
        self.index.remove(&call.id);
        self.free.push(place);
    }
}

impl Index<u32> for Calls {
    type Output = Call;

    fn index(&self, place: u32) -> &Call {
        &self.places[place as usize]
    }
}

impl IndexMut<u32> for Calls {
    fn index_mut(&mut self, place: u32) -> &mut Call {
        &mut self.places[place as usize]
    }
}
