//! Which lines of which capture a report is of, so that none is counted twice.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::ops::Range;

use foldhash::fast::{FixedState, RandomState};
use serde::{Deserialize, Serialize};

use crate::check::Line;

/// The lines of a capture that were read: all of them, or those that begin in some of its bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Content {
    name: String,
    /// Where the first line begins and the last one ends, in bytes of the capture.
    from: u64,
    to: u64,
    /// Newlines in it.
    lines: u64,
    /// Hash of the first line, if that is the capture's first one: it tells captures of the same name
    /// apart. Of standard input, which is another capture each time, there is none.
    first: Option<Hash>,
    /// Sum of the hashes of all lines.
    hash: Hash,
    #[serde(skip)]
    identity: Identity,
}

/// Whether a name stands for one capture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Identity {
    #[default]
    Named,
    /// As that of standard input.
    Anonymous,
}

/// A hash, as 16 hexadecimal digits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Hash(u64);

impl From<Hash> for String {
    fn from(Hash(hash): Hash) -> Self {
        format!("{hash:016x}")
    }
}

impl TryFrom<String> for Hash {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        u64::from_str_radix(&text, 16).map(Self).map_err(|_error| "a hash is no hexadecimal number")
    }
}

/// Where a capture begins at the latest: behind a byte order mark.
const BEGINNING: u64 = 3;

/// What the records of a block add to the content.
#[derive(Debug, Clone, Default)]
pub(crate) struct Records {
    first: Option<(u64, Hash)>,
    hash: u64,
}

impl Records {
    /// Takes in the next line, of which at most `longest` bytes tell it from others.
    pub(crate) fn add(&mut self, line: &Line<'_>, longest: usize) {
        let beginning = line.raw.get(..longest).unwrap_or(line.raw);
        let hash = FixedState::default().hash_one((line.offset, beginning));
        self.first.get_or_insert((line.offset, Hash(hash)));
        // A sum does not depend on how the capture is cut.
        self.hash = self.hash.wrapping_add(hash);
    }
}

/// What parts are of, in the order of the parts.
#[derive(Debug, Default)]
pub(super) struct Contents {
    all: Vec<Content>,
    /// The captures whose beginning is in a part, by name and hash of the first line.
    beginnings: HashMap<(String, u64), usize, RandomState>,
    /// The latest capture of each name.
    latest: HashMap<String, usize, RandomState>,
}

/// Where a capture of a part is in all parts.
#[derive(Debug, Clone, Copy)]
pub(super) struct CapturePlace {
    pub(super) capture: u32,
    /// Lines of it in earlier parts.
    pub(super) lines_before: u64,
}

impl Contents {
    /// Adds what the next part has of a capture. Says in an error why it cannot come here.
    pub(super) fn add(&mut self, content: Content) -> Result<CapturePlace, String> {
        self.place(&content).map_err(|why| {
            let name = &content.name;
            format!("{why} of {name:?}; give each report once, in the order of the lines")
        })?;
        if let Some(last) = self.all.last_mut().filter(|last| last.is_continued_by(&content)) {
            let lines_before = last.lines;
            last.append(&content);
            return Ok(CapturePlace { capture: narrow(self.all.len() - 1), lines_before });
        }
        let index = self.all.len();
        if let Some(Hash(first)) = content.first {
            self.beginnings.insert((content.name.clone(), first), index);
        }
        if !content.is_empty() {
            self.latest.insert(content.name.clone(), index);
        }
        self.all.push(content);
        Ok(CapturePlace { capture: narrow(index), lines_before: 0 })
    }

    /// Whether the lines can come behind those of earlier parts.
    fn place(&self, content: &Content) -> Result<(), String> {
        let known = match (content.first, content.is_empty()) {
            (_, true) => return Ok(()),
            (Some(Hash(first)), _) => self.beginnings.get(&(content.name.clone(), first)),
            (None, _) => None,
        };
        let latest = self.latest.get(&content.name);
        let [known, latest] = [known, latest].map(|index| self.all.get(*index?));
        let bytes = content.bytes();
        match (known, latest) {
            (Some(known), _) => Err(format!("{} and {bytes} overlap,", known.bytes())),
            (None, None) => Ok(()),
            (None, Some(latest)) if content.is_of_beginning() && latest.is_of_beginning() => Ok(()),
            (None, Some(latest)) if latest.to > content.from => {
                Err(format!("{bytes} come after {}", latest.bytes()))
            }
            (None, Some(latest)) if latest.to < content.from => {
                Err(format!("bytes {} to {} are missing", latest.to, content.from))
            }
            (None, Some(latest)) if self.all.last() == Some(latest) => Ok(()),
            (None, Some(_)) => Err(format!("other captures come before {bytes}")),
        }
    }

    pub(super) fn into_inner(self) -> Vec<Content> {
        self.all
    }
}

fn narrow(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

impl Content {
    pub(crate) fn new(name: &str, identity: Identity) -> Self {
        Self { name: name.to_owned(), identity, ..Self::default() }
    }

    /// Takes in the next block, whose lines begin and end at these bytes.
    pub(crate) fn add(&mut self, records: &Records, bytes: Range<u64>, lines: u64) {
        if self.is_empty() {
            self.from = bytes.start;
        }
        self.to = self.to.max(bytes.end);
        self.lines = self.lines.saturating_add(lines);
        self.hash = Hash(self.hash.0.wrapping_add(records.hash));
        if let Some((offset, hash)) = records.first
            && offset <= BEGINNING
            && self.identity == Identity::Named
        {
            self.first = Some(hash);
        }
    }

    /// Whether it is of no line.
    fn is_empty(&self) -> bool {
        self.to <= self.from
    }

    fn is_of_beginning(&self) -> bool {
        self.from <= BEGINNING
    }

    fn is_continued_by(&self, later: &Self) -> bool {
        let is_behind = self.to == later.from && !later.is_of_beginning();
        is_behind && self.name == later.name && !later.is_empty()
    }

    /// What the capture is called where its lines are named: without its beginning, lines are counted
    /// from where the first one begins.
    pub(super) fn lines_name(&self) -> String {
        if self.is_of_beginning() {
            self.name.clone()
        } else {
            format!("{}#{}-{}", self.name, self.from, self.to)
        }
    }

    fn bytes(&self) -> String {
        format!("bytes {} to {}", self.from, self.to)
    }

    /// Takes in what follows at once.
    fn append(&mut self, later: &Self) {
        self.to = later.to;
        self.lines = self.lines.saturating_add(later.lines);
        self.hash = Hash(self.hash.0.wrapping_add(later.hash.0));
    }
}
