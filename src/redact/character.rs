//! Which characters may stand in each other's place: those of the same script, case and kind.

/// Characters of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The range from the first character, and how many there are.
    Range(u32, u32),
    /// What [`RANGES`] leaves of the 64 code points from this one on.
    Rest(u32),
}

/// Letters, digits and pictures by script and case: the first and the last. What is in none of them
/// is replaced within its 64 code points, unless [`STAYS`] has it.
const RANGES: [(u32, u32); 34] = [
    (0x30, 0x39), // digits
    (0x41, 0x5a), // Latin
    (0x61, 0x7a),
    (0xc0, 0xd6), // Latin with accents
    (0xd8, 0xde),
    (0xdf, 0xf6),
    (0xf8, 0xff),
    (0x100, 0x17f),
    (0x391, 0x3a1), // Greek
    (0x3a3, 0x3a9),
    (0x3b1, 0x3c9),
    (0x410, 0x42f), // Cyrillic
    (0x430, 0x44f),
    (0x561, 0x586), // Armenian
    (0x5d0, 0x5ea), // Hebrew
    (0x621, 0x63a), // Arabic
    (0x641, 0x64a),
    (0x660, 0x669),
    (0x904, 0x939),   // Devanagari
    (0x985, 0x9b9),   // Bengali
    (0xb85, 0xbb9),   // Tamil
    (0xe01, 0xe2e),   // Thai
    (0x10d0, 0x10f0), // Georgian
    (0x3041, 0x3096), // Hiragana
    (0x30a1, 0x30fa), // Katakana
    (0x4e00, 0x9fff), // Han
    (0xac00, 0xd7a3), // Hangul
    (0xff10, 0xff19), // full width
    (0xff21, 0xff3a),
    (0xff41, 0xff5a),
    (0x1f1e6, 0x1f1ff), // flags
    (0x1f300, 0x1f5ff), // emoji
    (0x1f600, 0x1f64f),
    (0x1f900, 0x1f9ff),
];

/// Characters that say nothing about anybody and give a text its shape: ASCII that is no letter and
/// no digit, controls, spaces, punctuation, joiners and variation selectors. Surrogates that stand
/// alone stay, too, and so does the character that is written for them: identifiers of calls in
/// which only these differ are one.
const STAYS: [(u32, u32); 9] = [
    (0x0, 0x7f),
    (0x80, 0xbf),
    (0xd7, 0xd7),
    (0x2000, 0x206f),
    (0x3000, 0x303f),
    (0xd800, 0xdfff),
    (0xfe00, 0xfe0f),
    (0xff01, 0xff0f),
    (0xfffd, 0xfffd),
];

/// Code points of a [`Kind::Rest`].
const REST: u32 = 64;

impl Kind {
    /// The kind of the character `code`; `None` where it stays.
    pub(super) fn of(code: u32) -> Option<Self> {
        match found(&RANGES, code) {
            Some((first, last)) => Some(Self::Range(first, last - first + 1)),
            None if found(&STAYS, code).is_some() => None,
            None => Some(Self::Rest(code - code % REST)).filter(|rest| rest.count() > 1),
        }
    }

    /// How many characters are of this kind.
    pub(super) fn count(self) -> u32 {
        match self {
            Self::Range(_, count) => count,
            Self::Rest(_) => u32::try_from(self.rest().count()).unwrap_or_default(),
        }
    }

    /// Which of them `code` is.
    pub(super) fn rank(self, code: u32) -> u32 {
        match self {
            Self::Range(first, _) => code - first,
            Self::Rest(_) => {
                let before = self.rest().take_while(|it| *it < code);
                u32::try_from(before.count()).unwrap_or_default()
            }
        }
    }

    /// The one with this rank.
    pub(super) fn character(self, rank: u32) -> u32 {
        match self {
            Self::Range(first, _) => first + rank,
            Self::Rest(first) => self.rest().nth(rank as usize).unwrap_or(first),
        }
    }

    fn rest(self) -> impl Iterator<Item = u32> {
        let first = match self {
            Self::Range(first, _) | Self::Rest(first) => first,
        };
        let is_left = |code: &u32| found(&RANGES, *code).or(found(&STAYS, *code)).is_none();
        (first..first + REST).filter(is_left)
    }
}

/// The range that `code` is in.
fn found(ranges: &[(u32, u32)], code: u32) -> Option<(u32, u32)> {
    let after = ranges.partition_point(|(first, _)| *first <= code);
    let (first, last) = *ranges.get(after.checked_sub(1)?)?;
    (code <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_a_rank_among_those_of_its_kind() {
        for code in (0..=u32::from(char::MAX)).filter(|it| it % 97 == 0 || *it < 0x1800) {
            let Some(kind) = Kind::of(code) else { continue };
            assert!(kind.rank(code) < kind.count(), "{code:x}");
            assert_eq!(kind.character(kind.rank(code)), code, "{code:x}");
            let other = kind.character(kind.count() - 1);
            assert_eq!(Kind::of(other), Some(kind), "{code:x} and {other:x}");
            assert!(char::from_u32(other).is_some(), "{other:x}");
        }
    }

    #[test]
    fn the_ranges_are_sorted_and_cross_no_plane() {
        for ranges in [&RANGES[..], &STAYS] {
            assert!(ranges.windows(2).all(|pair| pair[0].1 < pair[1].0));
        }
        assert!(RANGES.iter().all(|(first, last)| first <= last && first >> 16 == last >> 16));
    }
}
