//! The entries that were asked for last: a map that forgets.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

/// Calls by identifier. Where it is full, the entry is forgotten that nobody has asked for longest.
#[derive(Debug)]
pub(super) struct LruMap<T> {
    // Seeded anew in each run, so that no capture can be made to collide.
    index: HashMap<Arc<str>, usize, RandomState>,
    /// Linked in the order in which they were asked for.
    slots: Vec<Slot<T>>,
    free: Vec<usize>,
    newest: usize,
    oldest: usize,
    room: usize,
}

#[derive(Debug)]
struct Slot<T> {
    key: Arc<str>,
    /// `None` where the slot is free.
    value: Option<T>,
    /// The slots asked for just after and just before this one; [`NONE`] at the ends.
    newer: usize,
    older: usize,
}

/// No slot.
const NONE: usize = usize::MAX;

impl<T> LruMap<T> {
    /// A map that never holds more than `room` entries, and never forgets the `room` latest.
    pub(super) fn new(room: usize) -> Self {
        Self {
            index: HashMap::default(),
            slots: Vec::new(),
            free: Vec::new(),
            newest: NONE,
            oldest: NONE,
            room,
        }
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        let at = *self.index.get(id)?;
        if self.newest != at {
            self.unlink(at);
            self.link(at);
        }
        self.slots[at].value.as_mut()
    }

    /// Adds an entry that is not there yet. Returns the key of the one that is forgotten for it.
    pub(super) fn insert(&mut self, id: &str, value: T) -> Option<Arc<str>> {
        let is_full = self.index.len() >= self.room && self.oldest != NONE;
        let forgotten = is_full.then(|| {
            let key = Arc::clone(&self.slots[self.oldest].key);
            self.remove(&key);
            key
        });
        let key: Arc<str> = id.into();
        let slot = Slot { key: Arc::clone(&key), value: Some(value), newer: NONE, older: NONE };
        let at = match self.free.pop() {
            Some(at) => {
                self.slots[at] = slot;
                at
            }
            None => {
                self.slots.push(slot);
                self.slots.len() - 1
            }
        };
        self.index.insert(key, at);
        self.link(at);
        forgotten
    }

    pub(super) fn remove(&mut self, id: &str) -> Option<T> {
        let at = self.index.remove(id)?;
        self.unlink(at);
        self.free.push(at);
        self.slots[at].value.take()
    }

    /// Makes the slot the newest one.
    fn link(&mut self, at: usize) {
        let older = std::mem::replace(&mut self.newest, at);
        self.slots[at].newer = NONE;
        self.slots[at].older = older;
        match self.slots.get_mut(older) {
            Some(slot) => slot.newer = at,
            None => self.oldest = at,
        }
    }

    fn unlink(&mut self, at: usize) {
        let Slot { newer, older, .. } = self.slots[at];
        match self.slots.get_mut(newer) {
            Some(slot) => slot.older = older,
            None => self.newest = older,
        }
        match self.slots.get_mut(older) {
            Some(slot) => slot.newer = newer,
            None => self.oldest = newer,
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.index.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_last_is_kept_and_nothing_else() {
        let mut map = LruMap::new(3);
        for id in ["a", "b", "c"] {
            assert_eq!(map.insert(id, id), None);
        }
        assert_eq!(map.get_mut("a"), Some(&mut "a"));
        assert_eq!(map.insert("d", "d").as_deref(), Some("b"), "it was asked for least");
        assert_eq!((map.get_mut("b").copied(), map.len()), (None, 3));
        assert_eq!((map.remove("c"), map.remove("c")), (Some("c"), None));
        assert_eq!((map.insert("e", "e"), map.insert("f", "f").as_deref()), (None, Some("a")));
        for id in ["d", "e", "f"] {
            assert!(map.get_mut(id).is_some(), "{id}");
        }
        assert_eq!(map.slots.len(), 3);
    }

    #[test]
    fn as_many_are_kept_as_there_is_room_for() {
        let mut map = LruMap::new(3072);
        let ids: Vec<String> = (0..3072).map(|it: u32| it.to_string()).collect();
        for id in &ids {
            assert_eq!(map.insert(id, ()), None);
        }
        assert!(ids.iter().all(|id| map.get_mut(id).is_some()));
    }
}
