//! A line with every value replaced that is somebody's, and the proof that it is.
//!
//! Only the bytes of those values change, so key order, white space and the spelling of everything
//! else stay. The new line is read and validated like the old one: where a value would stay, or the
//! findings would differ, there is no line.

use std::borrow::Cow;
use std::collections::HashMap;

use super::key::Key;
use super::replacer::{Replacer, Times};
use super::spots::{Finder, Spot, What};
use crate::check::{Finding, Line, Payload, Record, Validator, join_lines};
use crate::json::{self, Kind, Member, Node};

/// Redacts lines under one key.
#[derive(Debug)]
pub(crate) struct Redactor {
    finder: Finder,
    replacer: Replacer,
}

/// Why there is no line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LeftOut {
    /// It is not JSON, or was not read to its end: what is in it nobody knows.
    Unreadable,
    /// A value would stay.
    ValueStays,
    /// It would have other findings.
    OtherFindings,
}

/// Replacements of a few hundred lines: most lines of a block are of a few calls.
#[derive(Debug, Default)]
pub(crate) struct Cache(HashMap<(What, Box<[u8]>), Vec<u8>>);

/// Replacements that are kept.
const MOST_CACHED: usize = 1024;

/// Bytes of a value that is kept: those of an identifier.
const LONGEST_CACHED: usize = 64;

impl Redactor {
    /// Says in an error what is wrong with the pointers of what is to be kept.
    pub(crate) fn new(key: Key, times: Times, keep: &[String]) -> Result<Self, String> {
        Ok(Self { finder: Finder::new(keep)?, replacer: Replacer::new(key, times) })
    }

    /// The payload of `record`, whose findings must be known, on one line, without its end. A wrapper
    /// is left out: nobody knows what is personal in it.
    pub(crate) fn line(
        &self,
        record: &Record<'_>,
        validator: &Validator,
        cache: &mut Cache,
    ) -> Result<Vec<u8>, LeftOut> {
        let replaced = record.with_payload(|payload| {
            let old = record.payload_text();
            let spots = self.finder.spots(&payload.root, old);
            let text = self.replaced(old, &spots, cache);
            self.check((record, payload, &spots), &text, validator)?;
            Ok(on_one_line(text))
        });
        replaced.unwrap_or(Err(LeftOut::Unreadable))
    }

    /// The values of `record` whose replacement is `wanted`.
    pub(crate) fn originals(
        &self,
        record: &Record<'_>,
        wanted: &str,
        cache: &mut Cache,
    ) -> Vec<String> {
        let line = record.payload_text();
        let found = record.with_payload(|payload| {
            let spots = self.finder.spots(&payload.root, line);
            let is_wanted = |spot: &&Spot| {
                let new = self.token(&line[spot.range.clone()], spot.what, cache);
                text_of(&new) == wanted
            };
            let spots = spots.iter().filter(|spot| spot.what != What::Time);
            let mut is_wanted = is_wanted;
            let found = spots.filter(|spot| is_wanted(spot));
            found.map(|spot| text_of(&line[spot.range.clone()]).into_owned()).collect()
        });
        found.unwrap_or_default()
    }

    /// What is to be replaced in the property with this name, of whatever event; `None` where that
    /// stays.
    pub(super) fn what(&self, name: &str) -> Option<What> {
        self.finder.what(name)
    }

    /// The token that takes the place of `token`.
    pub(super) fn replacement(&self, what: What, token: &[u8]) -> Vec<u8> {
        self.replacer.token(what, token)
    }

    fn replaced(&self, line: &[u8], spots: &[Spot], cache: &mut Cache) -> Vec<u8> {
        let mut text = Vec::with_capacity(line.len() + 64);
        let mut at = 0;
        for spot in spots {
            text.extend_from_slice(&line[at..spot.range.start]);
            text.extend_from_slice(&self.token(&line[spot.range.clone()], spot.what, cache));
            at = spot.range.end;
        }
        text.extend_from_slice(&line[at..]);
        text
    }

    fn token(&self, token: &[u8], what: What, cache: &mut Cache) -> Vec<u8> {
        if token.len() > LONGEST_CACHED {
            return self.replacer.token(what, token);
        }
        if cache.0.len() >= MOST_CACHED {
            cache.0.clear();
        }
        let known = cache.0.entry((what, token.into()));
        known.or_insert_with(|| self.replacer.token(what, token)).clone()
    }

    /// Reads the new line as the old one was read, and compares both.
    fn check(
        &self,
        (record, payload, spots): (&Record<'_>, &Payload, &[Spot]),
        text: &[u8],
        validator: &Validator,
    ) -> Result<(), LeftOut> {
        let old = record.payload_text();
        let line = Line { bytes: text, raw: text, ..record.line };
        let validation = validator.read_payload(&line);
        let Some(new) = &validation.payload else { return Err(LeftOut::OtherFindings) };
        let new_spots = self.finder.spots(&new.root, text);
        let are_alike = spots.len() == new_spots.len()
            && spots.iter().zip(&new_spots).all(|(old, new)| old.what == new.what);
        let stays = |(one, other): (&Spot, &Spot)| {
            one.what != What::Time
                && stays(&text_of(&old[one.range.clone()]), &text_of(&text[other.range.clone()]))
        };
        if !are_alike || spots.iter().zip(&new_spots).any(stays) {
            return Err(LeftOut::ValueStays);
        }
        let is_same = has_same_findings(record, (&payload.root, &new.root), &line, validator);
        if is_same { Ok(()) } else { Err(LeftOut::OtherFindings) }
    }
}

/// The text of a document without its line breaks.
fn on_one_line(text: Vec<u8>) -> Vec<u8> {
    if memchr::memchr(b'\n', &text).is_none() {
        return text;
    }
    let mut line = Vec::with_capacity(text.len());
    join_lines(&text, &mut line);
    line
}

/// Whether a value has stayed what it was, though it says something.
fn stays(old: &str, new: &str) -> bool {
    old == new && old.chars().any(|it| it.is_alphanumeric() || it.is_ascii_punctuation())
}

/// The text of a string's token; a number's own.
fn text_of(token: &[u8]) -> Cow<'_, str> {
    if token.first() == Some(&b'"') {
        Cow::Owned(json::decode_lossy(token))
    } else {
        String::from_utf8_lossy(token)
    }
}

fn has_same_findings(
    record: &Record<'_>,
    (old, new): (&Node, &Node),
    line: &Line<'_>,
    validator: &Validator,
) -> bool {
    if record.findings().is_empty()
        && let Some((_, fields)) = validator.match_clean(line.bytes)
    {
        // Nothing is found but undocumented properties, and these are the same.
        return fields.undocumented().len() == record.allowed_undocumented().count();
    }
    let again;
    let found = if record.findings().is_empty() {
        again = validator.validate(&record.line).findings;
        &again
    } else {
        record.findings()
    };
    let mut trees =
        Moves { old: (old, record.payload_text()), new: (new, line.bytes), keys: HashMap::new() };
    let moved = |finding: &Finding| {
        (finding.rule, finding.place.pointer.as_deref().map(|pointer| trees.moved(pointer)))
    };
    let mut before: Vec<_> = found.iter().map(moved).collect();
    let found = validator.validate_payload(line).findings;
    let mut after: Vec<_> =
        found.into_iter().map(|finding| (finding.rule, finding.place.pointer)).collect();
    before.sort();
    after.sort();
    before == after
}

/// The same places in two trees, of which one has other keys.
struct Moves<'a> {
    old: (&'a Node, &'a [u8]),
    new: (&'a Node, &'a [u8]),
    /// Of each object that was looked into, by where it begins in the old text, which member is the
    /// last with a key: a hostile line has a hundred thousand findings about one object.
    keys: HashMap<usize, HashMap<String, usize>>,
}

impl Moves<'_> {
    /// The pointer in the new tree to where `pointer` leads in the old one. What it names beyond the
    /// tree stays as it is.
    fn moved(&mut self, pointer: &str) -> String {
        let ((old, old_text), (new, new_text)) = (self.old, self.new);
        let mut nodes = Some((old, new));
        let mut moved = String::new();
        for token in json::split(pointer) {
            let (token, below) =
                match nodes.map(|(before, after)| (before, &before.kind, &after.kind)) {
                    Some((before, Kind::Object(members), Kind::Object(others))) => {
                        let keys = self.keys.entry(before.span.start);
                        let keys = keys.or_insert_with(|| keys_of(members, old_text));
                        let at = keys.get(&*token).copied();
                        match at.and_then(|at| Some((members.get(at)?, others.get(at)?))) {
                            Some((member, other)) => {
                                let key = json::decode_lossy(&new_text[other.key.clone()]);
                                (Cow::Owned(key), Some((&member.value, &other.value)))
                            }
                            None => (token, None),
                        }
                    }
                    Some((_, Kind::Array(items), Kind::Array(others))) => {
                        let at = token.parse::<usize>().ok();
                        let below = at.and_then(|at| Some((items.get(at)?, others.get(at)?)));
                        (token, below)
                    }
                    _ => (token, None),
                };
            moved = json::join(&moved, &token);
            nodes = below;
        }
        moved
    }
}

fn keys_of(members: &[Member], text: &[u8]) -> HashMap<String, usize> {
    let keys = members.iter().map(|member| json::decode_lossy(&text[member.key.clone()]));
    keys.zip(0..).collect()
}
