//! Finds the lines that may match a filter, without looking at the others.
//!
//! A type or a callId occurs literally in its line, unless it is spelled with escapes. So a line
//! that contains neither one of the bytes searched for nor a backslash cannot match. A line that is
//! found is only a candidate: a transcript may quote a callId.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::packed::Searcher;
use memchr::memmem::Finder;

/// What to search for in a block. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    needles: Arc<Needles>,
}

/// Literals of which a matching line contains at least one, unless it contains a backslash.
#[derive(Debug)]
enum Needles {
    /// Nothing can be searched for except backslashes, because the text needs escapes.
    None,
    /// A single literal; takes half the time of `Several` with one.
    One(Finder<'static>),
    /// The vectorised algorithm of `aho-corasick` (Teddy). Its automaton is not an alternative:
    /// callIds share their alphabet, and with two of them it took twenty times as long.
    Several(Searcher),
}

/// With more needles, checking every line is as fast: for 200 MiB of audiostats that takes 65 ms, a
/// search for one callId 17, for 16 of them 28, for 32 of them 54, for 64 of them 113.
const MOST_NEEDLES: usize = 32;

/// Number of bytes of a name that are searched for; the selection compares the rest. Without this
/// limit, a text that repeats the beginning of a long name would take time proportional to the
/// product of both lengths.
const LONGEST_NEEDLE: usize = 64;

/// How the text is spelled in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// As a string, so its quotes are part of the needle.
    String,
    /// As a string or a number.
    Scalar,
}

impl Search {
    /// A search for any of `texts`; `None` if checking every line is as fast.
    pub(crate) fn new<'a>(
        texts: impl Iterator<Item = &'a [u8]>,
        spelling: Spelling,
    ) -> Option<Self> {
        let mut needles = BTreeSet::new();
        for text in texts.filter(|text| stands_as_it_is(text)) {
            let mut needle = match spelling {
                Spelling::String => [b"\"", text, b"\""].concat(),
                Spelling::Scalar => text.to_vec(),
            };
            needle.truncate(LONGEST_NEEDLE);
            needles.insert(needle);
            if needles.len() > MOST_NEEDLES {
                return None;
            }
        }
        let needles = match needles.first() {
            None => Needles::None,
            // The empty text is in every line.
            Some(first) if first.is_empty() => return None,
            Some(first) if needles.len() == 1 => Needles::One(Finder::new(first).into_owned()),
            // Teddy needs vector instructions, and refuses many needles of one or two bytes.
            Some(_) => Needles::Several(Searcher::new(&needles)?),
        };
        Some(Self { needles: Arc::new(needles) })
    }

    /// The candidate lines of `text`, in order, without newlines.
    pub(crate) fn lines<'a>(&'a self, text: &'a [u8]) -> Candidates<'a> {
        let (needle, backslash) = (self.needle(text, 0), backslash(text, 0));
        Candidates { search: self, text, at: 0, needle, backslash }
    }

    /// Position of the next needle in `text` from `from` on, or the end of `text`.
    fn needle(&self, text: &[u8], from: usize) -> usize {
        let rest = text.get(from..).unwrap_or_default();
        let found = match &*self.needles {
            Needles::None => None,
            Needles::One(finder) => finder.find(rest),
            Needles::Several(searcher) => searcher.find(rest).map(|found| found.start()),
        };
        found.map_or(text.len(), |at| from + at)
    }
}

/// Position of the next backslash in `text` from `from` on, or the end of `text`.
fn backslash(text: &[u8], from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    memchr::memchr(b'\\', rest).map_or(text.len(), |at| from + at)
}

/// Whether a JSON string can contain `text` without escapes (RFC 8259, section 7). So no needle
/// contains a newline, and no match crosses a line end.
fn stands_as_it_is(text: &[u8]) -> bool {
    text.iter().all(|byte| !matches!(byte, ..0x20 | b'"' | b'\\'))
}

/// Iterates over the candidates of a block.
pub(crate) struct Candidates<'a> {
    search: &'a Search,
    text: &'a [u8],
    /// Start of the line after the last candidate.
    at: usize,
    /// Position of the next needle, unless it is before `at`.
    needle: usize,
    /// Position of the next backslash, likewise.
    backslash: usize,
}

impl Iterator for Candidates<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let (text, from) = (self.text, self.at);
        if self.needle < from {
            self.needle = self.search.needle(text, from);
        }
        if self.backslash < from {
            self.backslash = backslash(text, from);
        }
        let first = self.needle.min(self.backslash);
        if first >= text.len() {
            return None;
        }
        let start = memchr::memrchr(b'\n', &text[from..first]).map_or(from, |at| from + at + 1);
        let end = memchr::memchr(b'\n', &text[first..]).map_or(text.len(), |at| first + at);
        self.at = end + 1;
        Some(start..end)
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn found<'a>(names: &[&str], text: &'a str) -> Vec<&'a str> {
        let names = names.iter().map(|name| name.as_bytes());
        let search = Search::new(names, Spelling::Scalar).expect("few names");
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
    fn a_name_that_only_escapes_can_spell_is_looked_for_by_its_backslash() {
        let text = "x,\nx,\n\\n\n\"\n\n";
        for name in ["x,\n", "\n", "x\"", "\\", "\u{0}"] {
            assert_eq!(found(&[name], text), ["\\n"], "{name:?}");
        }
        assert_eq!(found(&["x,\n", "x,"], text), ["x,", "x,", "\\n"]);
    }

    #[test]
    fn a_search_for_what_is_in_every_line_is_none() {
        let search = |names: &[&[u8]], how| Search::new(names.iter().copied(), how);
        assert!(search(&[b"", b"a"], Spelling::Scalar).is_none());
        assert!(search(&[b"", b"a"], Spelling::String).is_some());
    }

    #[test]
    fn names_are_told_apart_by_their_first_bytes_and_there_may_be_many() {
        let names: Vec<String> =
            (0..MOST_NEEDLES).map(|n| format!("{n:03}{}", "x".repeat(n * 9))).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let text = names.join("\n");
        assert_eq!(found(&names, &text), names);
        let long = "x".repeat(1000);
        let pair = format!("{long}y\n{long}z");
        assert_eq!(found(&[&format!("{long}y")], &pair).len(), 2);
        let many: Vec<String> = (0..=MOST_NEEDLES).map(|n| format!("{n:03}")).collect();
        assert!(Search::new(many.iter().map(String::as_bytes), Spelling::Scalar).is_none());
    }

    /// Texts that often contain each other, with everything that is special in JSON and in lines.
    fn piece() -> impl Strategy<Value = String> {
        let letters = [
            "a",
            "b",
            "ab",
            "1",
            "2",
            "-",
            ",",
            "\"",
            "\\",
            "\n",
            "\r",
            "\t",
            "\u{0}",
            "é",
            "\u{1f600}",
            "\u{feff}",
            "{",
            "}",
            "n",
            "u0061",
        ];
        vec(prop::sample::select(letters.to_vec()), 0..5).prop_map(|it| it.concat())
    }

    /// `text` as a JSON string with some unnecessary escapes.
    fn spelled(text: &str, is_escaped: bool) -> String {
        let quoted = Value::from(text).to_string();
        if is_escaped { quoted.replace('a', "\\u0061") } else { quoted }
    }

    /// A line: an event, with its callId as a string or a number, or anything else.
    fn line() -> impl Strategy<Value = String> {
        prop_oneof![
            (piece(), any::<bool>()).prop_map(|(id, how)| format!(
                "{{\"type\":\"mute\",\"detail\":{{\"callId\": {}}}}}",
                spelled(&id, how)
            )),
            (piece(), any::<bool>()).prop_map(|(name, how)| format!(
                "{{\"type\":{},\"detail\":{{}}}}",
                spelled(&name, how)
            )),
            (0..30).prop_map(|id| format!("{{\"detail\":{{\"callId\":{id}}}}}")),
            piece(),
        ]
    }

    /// The value at `pointer` in a line, as the selection compares it.
    fn scalar(line: &str, pointer: &str) -> Option<String> {
        let value: Value = serde_json::from_str(line).ok()?;
        match value.pointer(pointer)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    proptest! {
        #[test]
        fn every_line_that_matches_is_a_candidate(
            names in vec(piece(), 0..7),
            lines in vec(line(), 0..30),
            is_last_open in any::<bool>(),
        ) {
            let mut text = lines.join("\n");
            if !is_last_open {
                text.push('\n');
            }
            let spellings = [(Spelling::String, "/type"), (Spelling::Scalar, "/detail/callId")];
            for (spelling, pointer) in spellings {
                let search = Search::new(names.iter().map(String::as_bytes), spelling);
                let Some(search) = search else {
                    prop_assert!(names.iter().any(String::is_empty));
                    continue;
                };
                // More than there are lines: a search that never ends would reach it.
                let most = text.len() + 2;
                let found: Vec<Range<usize>> = search.lines(text.as_bytes()).take(most).collect();
                let mut at = 0;
                for line in text.split('\n') {
                    let range = at..at + line.len();
                    at = range.end + 1;
                    let is_wanted = scalar(line, pointer).is_some_and(|it| names.contains(&it));
                    prop_assert!(!is_wanted || found.contains(&range), "{line:?} of {names:?}");
                }
                let lines: Vec<Range<usize>> = text
                    .split('\n')
                    .scan(0, |at, line| {
                        let start = *at;
                        *at += line.len() + 1;
                        Some(start..start + line.len())
                    })
                    .collect();
                let mut rest = lines.iter();
                for range in &found {
                    prop_assert!(rest.any(|line| line == range), "{range:?} is no line of its own");
                }
            }
        }
    }
}
