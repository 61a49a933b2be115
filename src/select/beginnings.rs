//! Calls whose identifiers only begin as one that was asked for.

use std::sync::{Mutex, PoisonError};

/// What identifiers may begin with, and whether one was seen that does.
#[derive(Debug, Default)]
pub(crate) struct Beginnings {
    asked: Vec<Box<[u8]>>,
    /// Whether such calls are selected, too.
    is_enough: bool,
    /// The first in the alphabet: which thread saw one first does not matter.
    seen: Mutex<Option<Box<[u8]>>>,
}

impl Beginnings {
    /// Those of `asked`, for calls that are selected where a beginning `is_enough`.
    pub(crate) fn new(asked: &[String], is_enough: bool) -> Self {
        let asked = asked.iter().filter(|text| !text.is_empty());
        let asked = asked.map(|text| text.as_bytes().into()).collect();
        Self { asked, is_enough, seen: Mutex::default() }
    }

    /// Whether a call with this identifier is selected, though nobody asked for all of it.
    pub(crate) fn admits(&self, id: &[u8]) -> bool {
        if self.asked.is_empty() || !self.asked.iter().any(|asked| id.starts_with(asked)) {
            return false;
        }
        if !self.is_enough {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            if seen.as_deref().is_none_or(|other| id < other) {
                *seen = Some(id.into());
            }
        }
        self.is_enough
    }

    /// An identifier that was not selected.
    pub(crate) fn seen(&self) -> Option<String> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.as_deref().map(|id| String::from_utf8_lossy(id).into_owned())
    }
}
