//! The account of a run: how many lines became what, and which were the first.

use std::collections::BTreeMap;

use super::treatment::{Category, Treatment};
use super::treatments::Treatments;
use crate::contract::EventId;

/// What became of every line of every capture.
#[derive(Debug, Default)]
pub(crate) struct Account {
    /// The captures' names.
    pub(crate) captures: Vec<String>,
    pub(crate) lines: u64,
    pub(crate) blank: u64,
    pub(crate) payloads: u64,
    /// Lines that were lost and name an event.
    pub(crate) lost_events: u64,
    categories: [Tally; Category::ALL.len()],
    treatments: Vec<Tally>,
    /// Names that were replaced: how often, by which event.
    pub(crate) renames: BTreeMap<(String, EventId), u64>,
    /// Names of events that are not the toolkit's.
    pub(crate) other_events: BTreeMap<String, u64>,
}

/// How many lines, and the first of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) lines: u64,
    pub(crate) first: Vec<Place>,
}

/// A line of a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Index among the captures.
    pub(crate) capture: usize,
    /// Number from 1.
    pub(crate) line: u64,
}

/// Lines that are named of each kind.
const MOST_FIRST: usize = 3;

/// Names of other events that are kept: a hostile capture has as many as it likes.
const MOST_NAMES: usize = 20;

/// Spellings of events' names that are kept: there are many with other case and separators.
const MOST_RENAMES: usize = 200;

/// Letters of such a name that are kept.
const LONGEST_NAME: usize = 60;

impl Tally {
    fn add(&mut self, place: Place) {
        self.lines += 1;
        if self.first.len() < MOST_FIRST {
            self.first.push(place);
        }
    }
}

impl Account {
    /// Begins a capture.
    pub(crate) fn begin(&mut self, capture: &str) {
        self.captures.push(capture.to_owned());
        self.treatments.resize(Treatment::COUNT, Tally::default());
    }

    /// Counts a line without anything in it.
    pub(super) fn add_blank(&mut self) {
        self.lines += 1;
        self.blank += 1;
    }

    /// Counts a line that is a payload already, which most are.
    pub(super) fn add_clean(&mut self, line: u64) {
        self.lines += 1;
        self.payloads += 1;
        let place = self.place(line);
        self.categories[Category::AsIs as usize].add(place);
    }

    /// Counts a line.
    pub(super) fn add(&mut self, line: u64, treatments: Treatments) {
        let place = self.place(line);
        self.lines += 1;
        self.lost_events += u64::from(treatments.is_lost() && treatments.names_event());
        self.categories[treatments.category() as usize].add(place);
        for treatment in treatments.iter() {
            if let Some(tally) = self.treatments.get_mut(treatment as usize) {
                tally.add(place);
            }
        }
    }

    fn place(&self, line: u64) -> Place {
        Place { capture: self.captures.len().saturating_sub(1), line }
    }

    /// Counts a name that was replaced.
    pub(super) fn add_rename(&mut self, name: &str, event: EventId) {
        let key = (name.chars().take(LONGEST_NAME).collect(), event);
        if self.renames.len() < MOST_RENAMES || self.renames.contains_key(&key) {
            *self.renames.entry(key).or_default() += 1;
        }
    }

    /// Counts an event that is not the toolkit's.
    pub(super) fn add_other(&mut self, name: &str) {
        let name: String = name.chars().take(LONGEST_NAME).collect();
        let is_full = self.other_events.len() >= MOST_NAMES;
        match self.other_events.get_mut(&name) {
            Some(count) => *count += 1,
            None if is_full => {}
            None => {
                self.other_events.insert(name, 1);
            }
        }
    }

    /// The lines of a category.
    pub(crate) fn category(&self, category: Category) -> &Tally {
        &self.categories[category as usize]
    }

    /// The lines that something was done to; a line counts for each treatment.
    pub(crate) fn treatment(&self, treatment: Treatment) -> Option<&Tally> {
        self.treatments.get(treatment as usize).filter(|tally| tally.lines > 0)
    }
}
