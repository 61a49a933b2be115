//! Who takes part in a call, told apart by hashes of their names.
//!
//! A hash without a key is no secret: all phone numbers can be tried. So a report has hashes under a
//! key, or only how many participants there were. Then nobody can tell which of two parts of a call
//! are the same, and their sum is an upper bound.

use serde::{Deserialize, Serialize};

use crate::redact::Key;

/// The participants of a call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Participants {
    /// Hashes of their names, at most [`MOST`].
    hashes: Vec<u64>,
    /// Those of reports without hashes.
    unnamed: u64,
    /// Whether some of them may be the same.
    is_upper_bound: bool,
}

/// Participants of a call that are told apart.
const MOST: usize = 16;

/// What a report has of participants.
#[derive(Debug, Clone)]
pub(crate) enum ParticipantHashes {
    /// How many they are.
    Omitted,
    /// Hashes under this key.
    Keyed(Key),
    /// Hashes as they were read, of the reports that are merged, and the name of their key.
    AsRead(Option<String>),
}

impl ParticipantHashes {
    /// What tells the key from others, to be written beside the hashes.
    pub(crate) fn key_name(&self) -> Option<String> {
        match self {
            Self::Omitted => None,
            Self::Keyed(key) => Some(key.name()),
            Self::AsRead(name) => name.clone(),
        }
    }

    /// What a report has in the place of a hash of something personal: 0 for nothing.
    pub(super) fn hide(&self, hash: u64) -> u64 {
        match self {
            Self::Omitted => 0,
            Self::Keyed(key) => key.number(&[b"line", &hash.to_le_bytes()]),
            Self::AsRead(_) => hash,
        }
    }
}

impl Participants {
    /// Takes in a participant by the hash of the name.
    pub(crate) fn meet(&mut self, participant: u64) {
        if !self.hashes.contains(&participant) && self.hashes.len() < MOST {
            self.hashes.push(participant);
        }
    }

    /// Takes in those of a later part of the same call.
    pub(crate) fn append(&mut self, later: &Self) {
        let is_sum =
            (self.unnamed > 0 || later.unnamed > 0) && self.count() > 0 && later.count() > 0;
        self.is_upper_bound |= later.is_upper_bound || is_sum;
        later.hashes.iter().for_each(|participant| self.meet(*participant));
        self.unnamed = self.unnamed.saturating_add(later.unnamed);
    }

    /// Hashes of their names, in the order in which they appear.
    pub(crate) fn hashes(&self) -> impl Iterator<Item = u64> + '_ {
        self.hashes.iter().copied()
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        self.unnamed.saturating_add(self.hashes.len() as u64)
    }

    /// Whether that is an upper bound, because some may be the same.
    pub(crate) fn is_upper_bound(&self) -> bool {
        self.is_upper_bound
    }

    /// What a report has of them.
    pub(crate) fn reported(&self, hashes: &ParticipantHashes) -> Self {
        match hashes {
            ParticipantHashes::Omitted => self.unnamed(),
            ParticipantHashes::Keyed(key) => {
                let keyed = |hash: &u64| key.number(&[b"participant", &hash.to_le_bytes()]);
                Self { hashes: self.hashes.iter().map(keyed).collect(), ..self.clone() }
            }
            ParticipantHashes::AsRead(_) => self.clone(),
        }
    }

    /// Only how many they are, as where hashes were made with another key.
    pub(crate) fn unnamed(&self) -> Self {
        Self { hashes: Vec::new(), unnamed: self.count(), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(hashes: &[u64]) -> Participants {
        let mut participants = Participants::default();
        for hash in hashes {
            participants.meet(*hash);
        }
        participants
    }

    fn sum(first: &Participants, second: &Participants) -> (u64, bool) {
        let mut both = first.clone();
        both.append(second);
        (both.count(), both.is_upper_bound())
    }

    #[test]
    fn parts_with_hashes_of_one_key_are_counted_exactly() {
        let key = ParticipantHashes::Keyed(Key::new(&[7; 32]));
        let parts = [of(&[1, 2]), of(&[2, 3])].map(|it| it.reported(&key));
        assert_eq!(sum(&parts[0], &parts[1]), (3, false));
        assert!(!parts[0].hashes.contains(&1), "a report has no hash that anybody can compute");
    }

    #[test]
    fn without_hashes_the_count_of_a_part_is_exact_and_that_of_two_an_upper_bound() {
        let parts = [of(&[1, 2]), of(&[2, 3])].map(|it| it.reported(&ParticipantHashes::Omitted));
        assert!(parts[0].hashes.is_empty());
        assert_eq!(sum(&Participants::default(), &parts[0]), (2, false));
        assert_eq!(sum(&parts[0], &parts[1]), (4, true));
        assert_eq!(sum(&parts[0], &Participants::default()), (2, false));
    }
}
