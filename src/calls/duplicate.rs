//! Whether a line is a copy of one shortly before it: several open record tabs each log an event.
//!
//! This is the one definition, for figures and for the order of events. It looks at the line and at
//! the [`REACH`] lines of its call before it, whatever those were taken for, so that a part of a
//! capture comes to the same from its fifth line of the call on.

use serde::{Deserialize, Serialize};

use super::hash::NO_COPY;
use super::observation::{Observation, What};

/// Lines of a call among which a copy is recognised. Reports come 30 seconds apart in pairs, so
/// four lines are about a minute.
pub(crate) const REACH: usize = 4;

/// Whether a line is a copy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Repeat {
    #[default]
    New,
    /// The same event again, or a copy that comes late: nothing in it tells.
    Unclear,
    /// A copy of the very last line, or the same event again at once: swap, and swap back.
    Likely,
    /// A copy of a line that a serial number or a time tells from any other.
    Certain,
}

impl Repeat {
    /// Whether figures leave the line out.
    pub(crate) fn is_duplicate(self) -> bool {
        matches!(self, Self::Likely | Self::Certain)
    }
}

/// What copies of a line have in common.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Option<(bool, [u8; 6])>", into = "Option<(bool, [u8; 6])>")]
pub(crate) struct LineHash {
    /// [`NO_COPY`] for a line that has no copies.
    pub(super) value: u64,
    /// Whether somebody who tries all names could find one by it.
    pub(super) is_personal: bool,
}

/// Bytes of a hash that reports have: of two lines that differ, one pair in 10^14 has the same.
const REPORTED_HASH: u64 = (1 << 48) - 1;

impl From<Option<(bool, [u8; 6])>> for LineHash {
    fn from(reported: Option<(bool, [u8; 6])>) -> Self {
        let Some((is_personal, reported)) = reported else { return Self::default() };
        let mut bytes = [0; 8];
        bytes[..reported.len()].copy_from_slice(&reported);
        Self { value: u64::from_le_bytes(bytes).max(1), is_personal }
    }
}

impl From<LineHash> for Option<(bool, [u8; 6])> {
    fn from(hash: LineHash) -> Self {
        let bytes = hash.value.to_le_bytes();
        let reported = bytes.first_chunk().copied().unwrap_or_default();
        (hash.value != NO_COPY).then_some((hash.is_personal, reported))
    }
}

impl LineHash {
    /// The hash of an observation's line.
    pub(super) fn of(observation: &Observation) -> Self {
        Self { value: observation.hash, is_personal: observation.is_personal }
    }

    /// As a report has it: a personal one is replaced by what `hidden` makes of it.
    pub(super) fn reported(self, hidden: impl FnOnce(u64) -> u64) -> Self {
        match self.value {
            NO_COPY => self,
            value if self.is_personal => {
                let value = hidden(value);
                let kept = if value == NO_COPY { NO_COPY } else { (value & REPORTED_HASH).max(1) };
                Self { value: kept, ..self }
            }
            value => Self { value: (value & REPORTED_HASH).max(1), ..self },
        }
    }
}

/// The hashes of the latest lines of a call, copies among them. 48 bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct LatestLines {
    /// The latest first; [`NO_COPY`] where there was none.
    hashes: [u64; REACH],
    /// Which of the hashes are personal, a bit each.
    personal: u8,
    /// How many of the oldest are unknown.
    forgotten: u8,
    /// What the latest one is.
    repeat: Repeat,
}

impl LatestLines {
    /// Those of a call whose lines have been forgotten.
    pub(crate) fn forgotten() -> Self {
        Self { forgotten: 4, ..Self::default() }
    }

    /// Takes in a line, and says whether it is a copy. All reports of a line are what the line is.
    pub(crate) fn recognise(&mut self, observation: &Observation) -> Repeat {
        if !observation.is_more {
            self.see(LineHash::of(observation), is_unmistakable(&observation.what));
        }
        self.repeat
    }

    /// Takes in a line with this hash, and says whether it is a copy.
    pub(super) fn see(&mut self, hash: LineHash, is_unmistakable: bool) -> Repeat {
        self.repeat = self.compare(hash.value, is_unmistakable);
        self.hashes.rotate_right(1);
        self.hashes[0] = hash.value;
        self.personal = self.personal << 1 | u8::from(hash.is_personal);
        self.forgotten = self.forgotten.saturating_sub(1);
        self.repeat
    }

    /// The hashes of the latest lines, the latest first.
    pub(super) fn hashes(&self) -> [LineHash; REACH] {
        std::array::from_fn(|nth| LineHash {
            value: self.hashes[nth],
            is_personal: self.personal >> nth & 1 == 1,
        })
    }

    /// Those after lines with these hashes, the latest first.
    pub(super) fn after(hashes: [LineHash; REACH]) -> Self {
        let mut latest = Self::default();
        for hash in hashes.into_iter().rev() {
            latest.see(hash, false);
        }
        latest
    }

    fn compare(&self, hash: u64, is_unmistakable: bool) -> Repeat {
        if hash == NO_COPY {
            return Repeat::New;
        }
        match self.hashes.iter().position(|known| *known == hash) {
            Some(_) if is_unmistakable => Repeat::Certain,
            Some(0) => Repeat::Likely,
            Some(_) => Repeat::Unclear,
            None if self.forgotten > 0 => Repeat::Unclear,
            None => Repeat::New,
        }
    }
}

/// Whether lines that are equal are copies: a report has a serial number, or it has no copies.
pub(super) fn is_unmistakable(what: &What) -> bool {
    match what {
        What::Report(_) | What::Talk { at: Some(_), .. } => true,
        What::Talk { at: None, .. } | What::Party { .. } | What::Plain => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::observation::Role;
    use crate::contract::EventId;

    fn observation(what: What, hash: u64) -> Observation {
        Observation {
            call: Some(0),
            number: 1,
            offset: 0,
            event: EventId::FIRST,
            hash,
            is_personal: false,
            is_more: false,
            what,
            recorded: None,
            raw: (0, 0),
            next: u32::MAX,
        }
    }

    const TIMED: What = What::Talk { at: Some(1), role: Role::Agent };

    fn last(what: What, hashes: &[u64]) -> Repeat {
        let mut lines = LatestLines::default();
        hashes.iter().fold(Repeat::New, |_, hash| lines.recognise(&observation(what, *hash)))
    }

    #[test]
    fn a_copy_is_recognised_among_the_four_lines_before_it() {
        for (hashes, plain, timed) in [
            (&[7, 7][..], Repeat::Likely, Repeat::Certain),
            (&[7, 1, 7], Repeat::Unclear, Repeat::Certain),
            (&[7, 1, 2, 3, 7], Repeat::Unclear, Repeat::Certain),
            (&[7, 1, 2, 3, 4, 7], Repeat::New, Repeat::New),
            (&[NO_COPY, NO_COPY], Repeat::New, Repeat::New),
        ] {
            assert_eq!((last(What::Plain, hashes), last(TIMED, hashes)), (plain, timed));
        }
    }

    #[test]
    fn copies_count_among_the_four_lines_so_that_earlier_verdicts_do_not_matter() {
        // The second 1 is a copy, and pushes the 7 out of reach all the same.
        assert_eq!(last(TIMED, &[7, 1, 1, 2, 3, 7]), Repeat::New);
        // What came before the four changes nothing.
        for before in 0..6 {
            let hashes = [vec![7; before], vec![1, 2, 3, 4, 7]].concat();
            assert_eq!(last(TIMED, &hashes), Repeat::New, "{before}");
        }
    }

    #[test]
    fn of_four_forgotten_lines_any_could_have_been_the_same() {
        let mut lines = LatestLines::forgotten();
        let found = [1, 2, 1, 3, 4].map(|hash| lines.recognise(&observation(TIMED, hash)));
        let unclear = Repeat::Unclear;
        assert_eq!(found, [unclear, unclear, Repeat::Certain, unclear, Repeat::New]);
    }

    #[test]
    fn all_reports_of_a_line_are_what_the_line_is() {
        let mut lines = LatestLines::default();
        let more = Observation { is_more: true, ..observation(TIMED, 7) };
        for expected in [Repeat::New, Repeat::Certain] {
            assert_eq!(lines.recognise(&observation(TIMED, 7)), expected);
            assert_eq!([lines.recognise(&more), lines.recognise(&more)], [expected; 2]);
        }
    }
}
