//! "Did you mean …?": the known name that is most similar to a word.

/// The candidate most similar to `word`, if any is similar enough; ignores case and separators.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let folded = fold(word);
    candidates
        .into_iter()
        .map(|candidate| (likeness(&folded, &fold(candidate)), candidate))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate)
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

/// The candidate that `word` stands for: the most alike one, where no other is as near.
pub(crate) fn meant<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<(&'a str, Certainty)> {
    let found = nearest(word, candidates.clone())?;
    let folded = fold(word);
    let edits = strsim::osa_distance(&folded, &fold(found));
    let is_near = |other: &&str| *other != found && is_within(edits, &folded, &fold(other));
    if candidates.into_iter().any(|other| is_near(&other)) {
        return None;
    }
    let certainty = match edits {
        0 => Certainty::Same,
        1 => Certainty::Slip,
        2 if folded.len() >= LONG_NAME => Certainty::Slip,
        _ => Certainty::Alike,
    };
    Some((found, certainty))
}

/// Whether at most `edits` letters differ. Each letter more or fewer is one, so lengths rule most
/// names out.
fn is_within(edits: usize, left: &str, right: &str) -> bool {
    let difference = left.chars().count().abs_diff(right.chars().count());
    difference <= edits && strsim::osa_distance(left, right) <= edits
}

/// Letters from which a name may differ in two and still be a slip: `unmute` is two from `mute`.
const LONG_NAME: usize = 9;

/// Minimum Jaro-Winkler similarity of a suggestion. With 0.87, `callstart` suggests `callstarted`,
/// and `mut` suggests `mute`.
const ALIKE: f64 = 0.87;

/// Jaro-Winkler similarity, or 0 if more than a third of the letters differ: names with only a
/// common beginning, such as `callbargedin` and `callended`, are not misspellings of each other. A
/// short word may be the beginning of a long name (`warn`, `warning`).
fn likeness(left: &str, right: &str) -> f64 {
    if left == right {
        return 1.0;
    }
    let likeness = strsim::jaro_winkler(left, right);
    let is_longer = || left.starts_with(right) || right.starts_with(left);
    let is_far =
        || !is_longer() && 3 * strsim::osa_distance(left, right) > left.len().max(right.len());
    if likeness >= ALIKE && is_far() { 0.0 } else { likeness }
}

/// Whether the names differ only in case and separators.
pub(crate) fn is_same_name(left: &str, right: &str) -> bool {
    fold(left) == fold(right)
}

/// Only the first bytes of names are compared, because a capture's key may be a megabyte long.
const LONGEST: usize = 64;

fn fold(word: &str) -> String {
    if word.is_ascii() {
        let letters = word.bytes().filter(u8::is_ascii_alphanumeric).take(LONGEST);
        return letters.map(|letter| char::from(letter.to_ascii_lowercase())).collect();
    }
    word.chars()
        .filter(|letter| letter.is_alphanumeric())
        .take(LONGEST)
        .flat_map(char::to_lowercase)
        .collect()
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
