//! Finds the lines that can be what a filter looks for, without looking at the others.
//!
//! A type or a callId stands in its line as it is, unless it is spelled with escapes: so a line
//! that holds neither the bytes looked for nor a backslash cannot match. What is found is only a
//! candidate: a callId may be quoted in a transcript.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::packed::Searcher;
use memchr::memmem::Finder;

/// What to look for in a block. A clone shares it.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    needles: Arc<Needles>,
}

/// Bytes of which a line holds some, unless it holds a backslash.
#[derive(Debug)]
enum Needles {
    /// Only escapes can spell what is wanted.
    None,
    /// Half as long as `Several` takes for one.
    One(Finder<'static>),
    /// The vectorised algorithm of `aho-corasick` (Teddy). Its automaton is no choice: callIds share
    /// their alphabet, and with two of them it took twenty times as long.
    Several(Searcher),
}

/// With more needles than this, proving every line is as fast: of 200 MiB of audiostats that takes
/// 65 ms, a search for one callId 17, for 16 of them 28, for 32 of them 54, for 64 of them 113.
const MOST_NEEDLES: usize = 32;

/// Bytes of a name that are looked for. The rest of a longer one is for the selection to compare:
/// with it, a text that repeats the beginning of a name would take the product of both lengths.
const LONGEST_NEEDLE: usize = 64;

/// How the wanted text stands in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// As a string, so its quotes can be looked for as well.
    String,
    /// As a string or a number.
    Scalar,
}

impl Search {
    /// A search for any of `texts`; `None` where looking at every line is as good.
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
            // It is in every line.
            Some(first) if first.is_empty() => return None,
            Some(first) if needles.len() == 1 => Needles::One(Finder::new(first).into_owned()),
            // There is none without vectors, or for many needles of one or two bytes.
            Some(_) => Needles::Several(Searcher::new(&needles)?),
        };
        Some(Self { needles: Arc::new(needles) })
    }

    /// The candidates among the lines of `text`, in order, newlines left out.
    pub(crate) fn lines<'a>(&'a self, text: &'a [u8]) -> Candidates<'a> {
        let (needle, backslash) = (self.needle(text, 0), backslash(text, 0));
        Candidates { search: self, text, at: 0, needle, backslash }
    }

    /// Where the next needle begins in `text`, from `from` on, or where `text` ends.
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

/// Where the next backslash is in `text`, from `from` on, or where `text` ends.
fn backslash(text: &[u8], from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    memchr::memchr(b'\\', rest).map_or(text.len(), |at| from + at)
}

/// Whether a JSON string can hold `text` without escapes (RFC 8259, section 7). So no needle has a
/// newline, and none reaches beyond its line.
fn stands_as_it_is(text: &[u8]) -> bool {
    text.iter().all(|byte| !matches!(byte, ..0x20 | b'"' | b'\\'))
}

/// The candidates of a block.
pub(crate) struct Candidates<'a> {
    search: &'a Search,
    text: &'a [u8],
    /// Where the line after the last candidate begins.
    at: usize,
    /// Where the next needle begins, if that is not before `at`.
    needle: usize,
    /// The same of a backslash.
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

    /// Texts that often hold each other, with all that is special in JSON and in lines.
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

    /// `text` as a JSON string in which some characters are escaped that need not be.
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

    /// What `pointer` leads to in a line, as the selection compares it.
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
                // More than the lines there are, if the search never ended.
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
