//! Identifiers of calls, as far as they are kept.

use std::borrow::Cow;
use std::hash::BuildHasher as _;

use foldhash::fast::FixedState;

/// Bytes of an identifier that are kept: those in use have 36, or 18.
const LONGEST_ID: usize = 256;

/// What is kept of an identifier: of one that is meant to fill the memory its beginning, and a hash
/// that is the same in each run, so that parts still merge.
pub(crate) fn kept(id: &str) -> Cow<'_, str> {
    if id.len() <= LONGEST_ID {
        return Cow::Borrowed(id);
    }
    // Four bytes a character, and 20 for what follows them.
    let beginning: String = id.chars().take(LONGEST_ID / 4 - 6).collect();
    Cow::Owned(format!("{beginning}…#{:016x}", FixedState::default().hash_one(id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_that_would_fill_the_memory_are_told_apart_and_not_kept() {
        let long = |end: &str| format!("{}{end}", "é".repeat(100_000));
        let ids = ["a", &*long("1"), &*long("2")];
        let names = ids.map(|id| kept(id).into_owned());
        assert_eq!(names[0], "a");
        assert_ne!(names[1], names[2]);
        for name in &names {
            assert!(name.len() <= LONGEST_ID && kept(name) == *name, "{name}");
        }
    }
}
