//! "Did you mean …?": the known name that is most similar to a word.

/// The candidate most similar to `word`, if any is similar enough; ignores case and separators.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    Some(closest(word, candidates)?.name)
}

/// The candidate that `word` stands for: the most alike one, where no other is as near.
pub(crate) fn meant<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<(&'a str, Certainty)> {
    let closest = closest(word, candidates)?;
    Some((closest.name, closest.certainty?))
}

/// A candidate similar to a word.
pub(crate) struct Closest<'a> {
    pub(crate) name: &'a str,
    /// `None` if another candidate is as near.
    pub(crate) certainty: Option<Certainty>,
}

/// How surely a word stands for a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Certainty {
    /// It is like it.
    Alike,
    /// It differs in one letter, or in two where the name is long.
    Slip,
    /// It differs in nothing but case and separators.
    Same,
}

/// The candidate most similar to `word`, if any is similar enough.
pub(crate) fn closest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<Closest<'a>> {
    let word = Folded::new(word);
    let names: Vec<_> = candidates.into_iter().map(|name| (Folded::new(name), name)).collect();
    let alike = names.iter().filter_map(|(other, name)| Some((word.likeness(other)?, *name)));
    let (likeness, name) = alike.max_by(|left, right| left.0.share.total_cmp(&right.0.share))?;
    let edits = likeness.edits;
    let is_near = |(other, it): &(Folded, &str)| *it != name && word.is_within(edits, other);
    let certainty = match edits {
        _ if names.iter().any(is_near) => None,
        0 => Some(Certainty::Same),
        1 => Some(Certainty::Slip),
        2 if word.text.len() >= LONG_NAME => Some(Certainty::Slip),
        _ => Some(Certainty::Alike),
    };
    Some(Closest { name, certainty })
}

/// Letters from which a name may differ in two and still be a slip: `unmute` is two from `mute`.
const LONG_NAME: usize = 9;

/// Minimum Jaro-Winkler similarity of a suggestion. With 0.87, `callstart` suggests `callstarted`,
/// and `mut` suggests `mute`.
const ALIKE: f64 = 0.87;

/// Whether the names differ only in case and separators.
pub(crate) fn is_same_name(left: &str, right: &str) -> bool {
    left == right || fold(left) == fold(right)
}

/// Only the first letters of names are compared, because a capture's key may be a megabyte long.
const LONGEST: usize = 64;

/// The letters and digits of a word without case.
fn fold(word: &str) -> String {
    let mut text = String::with_capacity(word.len().min(LONGEST));
    if word.is_ascii() {
        let letters = word.bytes().filter(u8::is_ascii_alphanumeric).take(LONGEST);
        letters.for_each(|letter| text.push(char::from(letter.to_ascii_lowercase())));
    } else {
        let letters = word.chars().filter(|letter| letter.is_alphanumeric()).take(LONGEST);
        text.extend(letters.flat_map(char::to_lowercase));
    }
    text
}

/// A word without case and separators, and how often it has each letter.
struct Folded {
    text: String,
    /// Letters by their code modulo the length.
    letters: [u8; 32],
}

/// How alike two words are.
struct Likeness {
    /// Jaro-Winkler similarity.
    share: f64,
    /// Letters that differ.
    edits: usize,
}

impl Folded {
    fn new(word: &str) -> Self {
        let (text, mut letters) = (fold(word), [0_u8; 32]);
        for letter in text.chars() {
            letters[letter as usize % letters.len()] += 1;
        }
        Self { text, letters }
    }

    /// How alike the two are, if they are alike enough. Names of which more than a third of the
    /// letters differ are not: `callbargedin` and `callended` have only the beginning in common. A
    /// short word may be the beginning of a long name (`warn`, `warning`).
    fn likeness(&self, other: &Self) -> Option<Likeness> {
        let (left, right) = (self.text.as_str(), other.text.as_str());
        if left == right {
            return Some(Likeness { share: 1.0, edits: 0 });
        }
        let is_longer = left.starts_with(right) || right.starts_with(left);
        let most = if is_longer { usize::MAX } else { left.len().max(right.len()) / 3 };
        if self.fewest_edits(other) > most {
            return None;
        }
        let share = strsim::jaro_winkler(left, right);
        if share < ALIKE {
            return None;
        }
        let edits = edits_between(left, right);
        (edits <= most).then_some(Likeness { share, edits })
    }

    /// Whether at most `edits` letters differ.
    fn is_within(&self, edits: usize, other: &Self) -> bool {
        self.fewest_edits(other) <= edits && edits_between(&self.text, &other.text) <= edits
    }

    /// At least so many letters differ, because one edit changes how often two letters occur.
    fn fewest_edits(&self, other: &Self) -> usize {
        let pairs = || self.letters.iter().zip(&other.letters);
        let more: usize =
            pairs().map(|(left, right)| usize::from(left.saturating_sub(*right))).sum();
        let fewer: usize =
            pairs().map(|(left, right)| usize::from(right.saturating_sub(*left))).sum();
        more.max(fewer)
    }
}

/// Letters that differ; two that changed places count as one. What the words have in common at the
/// beginning and at the end does not matter to that, and is most of a misspelt name.
fn edits_between(left: &str, right: &str) -> usize {
    let is_same = |(left, right): &(char, char)| left == right;
    let common = |pair: (char, char)| pair.0.len_utf8();
    let start: usize = left.chars().zip(right.chars()).take_while(is_same).map(common).sum();
    let (left, right) = (&left[start..], &right[start..]);
    let backwards = left.chars().rev().zip(right.chars().rev());
    let end: usize = backwards.take_while(is_same).map(common).sum();
    strsim::osa_distance(&left[..left.len() - end], &right[..right.len() - end])
}

/// `a`, `b` or `c`, as prose lists alternatives.
pub(crate) fn one_of<T: std::fmt::Display>(items: &[T]) -> String {
    match items {
        [] => String::new(),
        [one] => one.to_string(),
        [start @ .., last] => {
            let start: Vec<String> = start.iter().map(ToString::to_string).collect();
            format!("{} or {last}", start.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::EventId;

    #[test]
    fn a_slip_finds_its_name() {
        let events = || EventId::all().map(EventId::name);
        assert_eq!(nearest("flagraised", events()), Some("flagraise"));
        assert_eq!(nearest("callStarted", events()), Some("callstarted"));
        assert_eq!(nearest("participant_added", events()), Some("participantadded"));
        for far in ["banana", "CALL_BARGED_IN", "CALL_UPDATED"] {
            assert_eq!(nearest(far, events()), None);
        }
    }

    #[test]
    fn letters_of_any_alphabet_are_compared_without_case_and_separators() {
        assert_eq!(fold("Packets_Lost-2"), "packetslost2");
        assert_eq!(fold("É\u{130}-x"), "éi\u{307}x");
        assert!(is_same_name("", "") && is_same_name("a b", "A.B") && !is_same_name("ab", "abc"));
        assert_eq!(fold(&"a-".repeat(200)).len(), LONGEST);
    }

    #[test]
    fn edits_are_counted_as_by_comparing_every_letter() {
        let names: Vec<&str> = EventId::all().map(EventId::name).collect();
        let words = [
            "flag",
            "callStart_ed",
            "packetLost",
            "statsCuont",
            "aab",
            "aba",
            "abab",
            "baba",
            "é\u{130}x",
            "",
            "zzzz",
        ];
        for left in names.iter().chain(&words).map(|name| Folded::new(name)) {
            for right in names.iter().chain(&words).map(|name| Folded::new(name)) {
                let edits = strsim::osa_distance(&left.text, &right.text);
                assert!(left.fewest_edits(&right) <= edits, "{} {}", left.text, right.text);
                assert_eq!(edits_between(&left.text, &right.text), edits);
            }
        }
    }

    #[test]
    fn a_word_stands_for_a_name_if_no_other_is_as_near() {
        let names: Vec<&str> = EventId::all().map(EventId::name).collect();
        let meant = |word: &str| meant(word, names.iter().copied());
        assert_eq!(meant("CallStarted"), Some(("callstarted", Certainty::Same)));
        assert_eq!(meant("calended"), Some(("callended", Certainty::Slip)));
        assert_eq!(meant("callconected"), Some(("callconnected", Certainty::Slip)));
        assert_eq!(meant("callend"), Some(("callended", Certainty::Alike)));
        // As near to flagraise as to flaglower.
        assert_eq!(meant("flag"), None);
        assert_eq!(meant("banana"), None);
    }
}
