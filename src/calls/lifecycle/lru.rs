//! The entries that were asked for last: a map that forgets.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map;
use std::hash::BuildHasher as _;

use foldhash::fast::RandomState;

/// Calls by identifier. There are two generations: where the young one is full, it becomes the old
/// one, and what the old one still had is forgotten. Whoever is asked for is young again.
#[derive(Debug)]
pub(super) struct LruMap<T> {
    // Seeded anew in each run, so that no capture can be made to collide.
    young: HashMap<Box<str>, T, RandomState>,
    old: HashMap<Box<str>, T, RandomState>,
    /// Entries of a generation.
    room: usize,
    /// Stand for what is beyond [`LONGEST_ID`]; nobody who writes a capture knows their keys.
    digests: [hash_map::RandomState; 2],
}

/// Identifiers are UUIDs or about as long; a line could be one of a megabyte. Bytes.
const LONGEST_ID: usize = 128;

impl<T> LruMap<T> {
    /// A map that never holds more than `most` entries, and never forgets the `most / 2` map.
    pub(super) fn new(most: usize) -> Self {
        Self {
            young: HashMap::default(),
            old: HashMap::default(),
            room: most / 2,
            digests: [hash_map::RandomState::new(), hash_map::RandomState::new()],
        }
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        let id = self.key(id);
        if !self.young.contains_key(&*id) {
            let (id, value) = self.old.remove_entry(&*id)?;
            self.put(id, value);
        }
        self.young.get_mut(&*id)
    }

    pub(super) fn insert(&mut self, id: &str, value: T) {
        let id = self.key(id).into();
        self.put(id, value);
    }

    pub(super) fn remove(&mut self, id: &str) -> Option<T> {
        let id = self.key(id);
        self.young.remove(&*id).or_else(|| self.old.remove(&*id))
    }

    fn put(&mut self, id: Box<str>, value: T) {
        if self.young.len() >= self.room {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(id, value);
    }

    /// What `id` is kept by.
    fn key<'a>(&self, id: &'a str) -> Cow<'a, str> {
        if id.len() <= LONGEST_ID {
            return id.into();
        }
        let [one, other] = self.digests.each_ref().map(|state| state.hash_one(id));
        format!("{one:016x}{other:016x} of {} bytes", id.len()).into()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_last_is_kept() {
        let mut map = LruMap::new(4);
        for id in ["a", "b", "c"] {
            map.insert(id, ());
        }
        assert!(map.get_mut("a").is_some());
        map.insert("d", ());
        assert!(map.get_mut("b").is_none(), "it was asked for least");
        assert!(map.get_mut("a").is_some() && map.len() <= 4);
    }

    #[test]
    fn long_identifiers_are_told_apart_and_not_kept() {
        let long = |end: &str| "x".repeat(1 << 20) + end;
        let mut map = LruMap::new(4);
        map.insert(&long("1"), 1);
        map.insert(&long("2"), 2);
        assert_eq!(map.get_mut(&long("1")), Some(&mut 1));
        assert!(map.young.keys().all(|id| id.len() < LONGEST_ID));
        assert_eq!((map.remove(&long("2")), map.remove(&long("3"))), (Some(2), None));
    }
}
