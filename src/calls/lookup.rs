//! Finds the calls that are named by their identifier, or by the beginning of one.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::identifier::kept;
use super::observation::Observation;
use super::timeline::{Text, Timeline};
use crate::check::Record;
use crate::text::{shortened, visible};

/// An identifier as somebody typed it: that of a call, or else the beginning of only one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lookup(pub(crate) String);

/// Identifiers that are listed where several begin as asked.
const LISTED: usize = 5;

impl Lookup {
    /// The place of the call among `ids`; a message where there is none, or more than one.
    pub(crate) fn find(&self, ids: &[&str], nearest: Option<&str>) -> Result<usize, String> {
        let asked = kept(&self.0);
        if let Some(exact) = ids.iter().position(|id| **id == *asked) {
            return Ok(exact);
        }
        let begins = |id: &&&str| !asked.is_empty() && id.starts_with(&*asked);
        let found: Vec<&str> = ids.iter().filter(begins).copied().collect();
        match found.as_slice() {
            [one] => ids.iter().position(|id| id == one).ok_or_else(String::new),
            [] => Err(self.not_found(nearest)),
            several => Err(self.ambiguous(several)),
        }
    }

    fn not_found(&self, nearest: Option<&str>) -> String {
        let shown = |id: &str| visible(&shortened(id, 60)).into_owned();
        let advice = nearest.map_or_else(
            || "`voxev stats` lists the calls".to_owned(),
            |id| format!("did you mean {}?", shown(id)),
        );
        format!("no event of the call \"{}\": {advice}", shown(&self.0))
    }

    fn ambiguous(&self, ids: &[&str]) -> String {
        let listed = ids.iter().take(LISTED).map(|id| visible(&shortened(id, 60)).into_owned());
        let listed = listed.collect::<Vec<_>>().join(", ");
        let more = match ids.len().saturating_sub(LISTED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!(
            "\"{}\" is the beginning of {} callIds: {listed}{more}; give more of it",
            visible(&self.0),
            ids.len(),
        )
    }
}

/// Calls of a block that were not asked for.
#[derive(Debug, Default)]
pub(crate) struct OtherCalls {
    ids: HashSet<Box<[u8]>, RandomState>,
    last: Vec<u8>,
}

impl OtherCalls {
    /// Notes the call of a record.
    pub(crate) fn note(&mut self, record: &Record<'_>) {
        let Some(id) = record.call_id().filter(|id| **id != *self.last) else { return };
        self.last.clear();
        self.last.extend_from_slice(&id);
        if id.len() <= LONGEST_COMPARED && !self.ids.contains(&*id) {
            self.ids.insert(id.into_owned().into());
        }
    }
}

/// Bytes of an identifier that is compared: those in use have 36.
const LONGEST_COMPARED: usize = 64;

/// The identifier that is most like the one that was asked for, of those that were seen.
#[derive(Debug)]
pub(crate) struct Nearest {
    asked: String,
    found: Option<(f64, String)>,
}

/// From this likeness on an identifier is worth a suggestion.
const ALIKE: f64 = 0.8;

impl Nearest {
    pub(crate) fn new(asked: &str) -> Self {
        Self { asked: shortened(asked, LONGEST_COMPARED).into_owned(), found: None }
    }

    /// Compares the calls of a block. Of those that are as near, the first in the alphabet stays.
    pub(crate) fn see(&mut self, calls: OtherCalls) {
        #[expect(clippy::iter_over_hash_type, reason = "the order does not matter")]
        for id in calls.ids {
            let id = String::from_utf8_lossy(&id).into_owned();
            // Of a longer identifier, as much as was typed.
            let beginning = shortened_to(&id, self.asked.chars().count());
            let likeness = strsim::jaro_winkler(&self.asked, beginning);
            let is_nearer = self.found.as_ref().is_none_or(|(best, other)| {
                likeness.total_cmp(best).then_with(|| other.cmp(&id)).is_gt()
            });
            if likeness >= ALIKE && is_nearer {
                self.found = Some((likeness, id));
            }
        }
    }

    /// The nearest one.
    pub(crate) fn found(&self) -> Option<&str> {
        self.found.as_ref().map(|(_, id)| id.as_str())
    }
}

fn shortened_to(id: &str, characters: usize) -> &str {
    id.char_indices().nth(characters).map_or(id, |(at, _)| &id[..at])
}

/// The timelines of the call that was asked for, and of the first one that begins so.
#[derive(Debug, Default)]
pub(crate) struct Timelines {
    /// What was asked for, as calls are kept.
    asked: String,
    exact: Timeline,
    /// A call that only begins so.
    other: Option<(Box<str>, Timeline)>,
}

impl Timelines {
    /// The timelines for what was asked.
    pub(crate) fn new(asked: &str) -> Self {
        Self { asked: kept(asked).into_owned(), ..Self::default() }
    }

    /// Takes in a line of the call `id`.
    pub(crate) fn take(&mut self, id: &str, observation: &Observation, raw: &[u8], capture: u32) {
        let (id, text) = (kept(id), Text::Payload(raw));
        if id == self.asked {
            self.exact.take(&id, observation, text, capture);
            return;
        }
        // A third call makes what was asked for ambiguous, so its timeline is of no use.
        let (other, timeline) =
            self.other.get_or_insert_with(|| (id.clone().into(), Timeline::default()));
        if **other == *id {
            timeline.take(&id, observation, text, capture);
        }
    }

    /// The timeline of a call.
    pub(crate) fn of(&self, id: &str) -> &Timeline {
        match &self.other {
            Some((other, timeline)) if **other == *id => timeline,
            _ => &self.exact,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beginning(asked: &str) -> Lookup {
        Lookup(asked.into())
    }

    #[test]
    fn a_call_is_found_by_its_identifier_or_by_its_unique_beginning() {
        let ids = ["06f4aa", "06f4ab", "06f5", "06f", ""];
        assert_eq!(beginning("06f5").find(&ids, None), Ok(2));
        assert_eq!(beginning("06f4aa").find(&ids, None), Ok(0));
        assert_eq!(beginning("06f4a").find(&ids[1..], None), Ok(0));
        assert_eq!(beginning("06f").find(&ids, None), Ok(3), "an exact match wins");
        assert_eq!(beginning("").find(&ids, None), Ok(4));
        assert!(beginning("06f5x").find(&ids, None).is_err());
    }

    #[test]
    fn what_is_ambiguous_or_unknown_is_told() {
        let many: Vec<String> = (10..40).map(|it| format!("a{it}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let said = beginning("a").find(&many, None).expect_err("there are several");
        assert!(said.starts_with("\"a\" is the beginning of 30 callIds: a10, a11, "), "{said}");
        assert!(said.ends_with(", a14 and 25 more; give more of it"), "{said}");
        assert!(beginning("").find(&many, None).is_err());
        let said = beginning("b").find(&many, Some("ab")).expect_err("there is none");
        assert_eq!(said, "no event of the call \"b\": did you mean ab?");
    }

    #[test]
    fn the_nearest_identifier_is_one_that_begins_alike() {
        let mut nearest = Nearest::new("06f5");
        let ids = ["9c000000-1", "06e5aaaa-2", "06f4aaaa-1", "06f4aaaa-0"];
        let ids = ids.iter().map(|id| id.as_bytes().into()).collect();
        nearest.see(OtherCalls { ids, last: Vec::new() });
        assert_eq!(nearest.found(), Some("06f4aaaa-0"));
        assert_eq!(Nearest::new("zzzz").found(), None);
    }
}
