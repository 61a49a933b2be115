//! The entries that were asked for last: a map that forgets.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// Calls by identifier. There are two generations: where the young one is full, it becomes the old
/// one, and what the old one still had is forgotten. Whoever is asked for is young again.
#[derive(Debug)]
pub(super) struct Latest<T> {
    // Seeded anew in each run, so that no capture can be made to collide.
    young: HashMap<Box<str>, T, RandomState>,
    old: HashMap<Box<str>, T, RandomState>,
    /// Entries of a generation.
    room: usize,
}

impl<T> Latest<T> {
    /// A map that never holds more than `most` entries, and never forgets the `most / 2` latest.
    pub(super) fn new(most: usize) -> Self {
        Self { young: HashMap::default(), old: HashMap::default(), room: most / 2 }
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        if !self.young.contains_key(id) {
            let (id, value) = self.old.remove_entry(id)?;
            self.insert(id, value);
        }
        self.young.get_mut(id)
    }

    pub(super) fn insert(&mut self, id: Box<str>, value: T) {
        if self.young.len() >= self.room {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(id, value);
    }

    pub(super) fn remove(&mut self, id: &str) -> Option<(Box<str>, T)> {
        self.young.remove_entry(id).or_else(|| self.old.remove_entry(id))
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
        let mut latest = Latest::new(4);
        for id in ["a", "b", "c"] {
            latest.insert(id.into(), ());
        }
        assert!(latest.get_mut("a").is_some());
        latest.insert("d".into(), ());
        assert!(latest.get_mut("b").is_none(), "it was asked for least");
        assert!(latest.get_mut("a").is_some() && latest.len() <= 4);
    }
}
