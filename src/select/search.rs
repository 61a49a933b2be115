//! Finds the lines that can be what a filter looks for, without looking at the others.
//!
//! A type or a callId stands in its line as it is, unless it is spelled with escapes: so a line
//! that holds neither the bytes looked for nor a backslash cannot match. What is found is only a
//! candidate: a callId may be quoted in a transcript.

use std::ops::Range;

use memchr::memmem::Finder;

/// What to look for in a block.
#[derive(Debug)]
pub(crate) struct Search {
    finders: Vec<Finder<'static>>,
}

/// With more names than this, one pass that proves each line is faster than a pass for each name.
const MOST_NAMES: usize = 4;

impl Search {
    /// A search for any of `names`; `None` where looking at every line is as good.
    pub(crate) fn new<'a>(names: impl ExactSizeIterator<Item = &'a [u8]>) -> Option<Self> {
        if names.len() == 0 || names.len() > MOST_NAMES {
            return None;
        }
        let finders: Vec<_> = names.map(|name| Finder::new(name).into_owned()).collect();
        let is_empty = |finder: &Finder<'_>| finder.needle().is_empty();
        (!finders.iter().any(is_empty)).then_some(Self { finders })
    }

    /// The candidates among the lines of `text`, in order, newlines left out.
    pub(crate) fn lines<'a>(&'a self, text: &'a [u8]) -> Candidates<'a> {
        Candidates { search: self, text, at: 0, next: vec![Some(0); self.finders.len() + 1] }
    }
}

/// The candidates of a block.
pub(crate) struct Candidates<'a> {
    search: &'a Search,
    text: &'a [u8],
    /// Where the last candidate's line has ended.
    at: usize,
    /// Where each name, and at the end a backslash, stands next; `None` where it does not.
    next: Vec<Option<usize>>,
}

impl Iterator for Candidates<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let (text, from) = (self.text, self.at);
        for (index, next) in self.next.iter_mut().enumerate() {
            if next.is_some_and(|next| next > from || from == 0 && next > 0) {
                continue;
            }
            let Some(rest) = text.get(from..).filter(|_| next.is_some()) else { continue };
            let found = match self.search.finders.get(index) {
                Some(finder) => finder.find(rest),
                None => memchr::memchr(b'\\', rest),
            };
            *next = found.map(|found| from + found);
        }
        let first = self.next.iter().flatten().min()?;
        let start = memchr::memrchr(b'\n', &text[from..*first]).map_or(from, |at| from + at + 1);
        let end = memchr::memchr(b'\n', &text[*first..]).map_or(text.len(), |at| first + at);
        self.at = end;
        Some(start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(names: &[&str], text: &'a str) -> Vec<&'a str> {
        let search = Search::new(names.iter().map(|name| name.as_bytes())).expect("few names");
        search.lines(text.as_bytes()).map(|line| &text[line]).collect()
    }

    #[test]
    fn lines_with_a_name_or_a_backslash_are_candidates() {
        let text = "xx\nax\n\nyy\\n\nb\nxab\nzz";
        assert_eq!(found(&["a", "b"], text), ["ax", "yy\\n", "b", "xab"]);
        assert_eq!(found(&["xx"], text), ["xx", "yy\\n"]);
        assert_eq!(found(&["zz"], text), ["yy\\n", "zz"]);
        assert_eq!(found(&["q"], "xx\nyy"), [""; 0]);
    }

    #[test]
    fn a_search_for_nothing_is_none() {
        assert!(Search::new(std::iter::empty()).is_none());
        assert!(Search::new([&b""[..]].into_iter()).is_none());
    }
}
