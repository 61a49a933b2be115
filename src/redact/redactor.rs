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
use crate::check::{Finding, Line, Payload, Record, Validator};
use crate::json::{self, Kind, Node};

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

    /// The line of `record`, whose findings must be known, without its end.
    pub(crate) fn line(
        &self,
        record: &Record<'_>,
        validator: &Validator,
        cache: &mut Cache,
    ) -> Result<Vec<u8>, LeftOut> {
        let replaced = record.with_payload(|payload| {
            let spots = self.finder.spots(&payload.root, record.line.bytes);
            let text = self.replaced(record.line.bytes, &spots, cache);
            self.check((record, payload, &spots), &text, validator)?;
            Ok(text)
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
        let line = record.line.bytes;
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
        let old = record.line.bytes;
        let line = Line { bytes: text, raw: text, ..record.line };
        let validation = validator.read_only(&line);
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
    let moved = |finding: &Finding| {
        let pointer = finding.place.pointer.as_deref();
        (finding.rule, pointer.map(|it| moved(it, (old, record.line.bytes), (new, line.bytes))))
    };
    let mut before: Vec<_> = found.iter().map(moved).collect();
    let found = validator.validate(line).findings;
    let mut after: Vec<_> =
        found.into_iter().map(|finding| (finding.rule, finding.place.pointer)).collect();
    before.sort();
    after.sort();
    before == after
}

/// The pointer in the new tree to where `pointer` leads in the old one. What it names beyond the
/// tree stays as it is.
fn moved(
    pointer: &str,
    (old, old_text): (&Node, &[u8]),
    (new, new_text): (&Node, &[u8]),
) -> String {
    let mut nodes = Some((old, new));
    let mut moved = String::new();
    for token in json::split(pointer) {
        let Some((before, after)) = nodes else {
            moved = json::join(&moved, &token);
            continue;
        };
        let (token, below) = match (&before.kind, &after.kind) {
            (Kind::Object(members), Kind::Object(others)) => {
                let key =
                    |it: &json::Member, text: &[u8]| json::decode_lossy(&text[it.key.clone()]);
                let pairs = members.iter().zip(others).rev();
                let found = pairs.into_iter().find(|(member, _)| key(member, old_text) == *token);
                match found {
                    Some((member, other)) => {
                        (Cow::Owned(key(other, new_text)), Some((&member.value, &other.value)))
                    }
                    None => (token, None),
                }
            }
            (Kind::Array(items), Kind::Array(others)) => {
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
