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

/// Minimum Jaro-Winkler similarity of a suggestion. With 0.87, `callstart` suggests `callstarted`,
/// and `mut` suggests `mute`.
const ALIKE: f64 = 0.87;

/// Jaro-Winkler similarity, or 0 if more than a third of the letters differ: names with only a
/// common beginning, such as `callbargedin` and `callended`, are not misspellings of each other. A
/// short word may be the beginning of a long name (`warn`, `warning`).
fn likeness(left: &str, right: &str) -> f64 {
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
}
