//! Takes in what [`crate::output`] wrote of a part as JSON, call by call: a report can be larger than
//! all calls are in memory.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io::{self, BufReader, Read};

use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::aggregator::{Aggregator, Purpose};
use super::call::{Call, Spot};
use super::call_table::CallTable;
use super::content::{CapturePlace, Content, Contents};
use super::encoding::decode;
use super::participants::ParticipantHashes;
use super::streak::Thresholds;
use crate::check::Totals;
use crate::contract::EventId;

/// What a report of `stats` says it is, in its first member.
pub(crate) const REPORT: &str = "stats";

/// The version of the report. One of another version is not read.
pub(crate) const VERSION: u64 = 3;

/// Whether a capture that begins with these bytes is a report of `stats`.
pub(crate) fn is_report(beginning: &[u8]) -> bool {
    beginning.starts_with(format!("{{\"report\":\"{REPORT}\",").as_bytes())
}

/// Parts that have been taken in, the earlier before the later.
pub(crate) struct Merge {
    aggregator: Aggregator,
    totals: Totals,
    /// From where on reports count as beyond a limit, and whether that is so in all parts.
    limits: Thresholds,
    is_alike: bool,
    completeness: Completeness,
    /// What all parts are of.
    contents: Contents,
    without_call: [u64; EventId::COUNT],
    /// What the key of the participants' hashes is called, from the first part on.
    first_key: FirstKey,
    /// The parts by what they consist of.
    parts: HashMap<Digest, String>,
}

/// Which reports are taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Completeness {
    /// Only those with all calls that were read: parts of a whole.
    Whole,
    /// Also those with chosen calls.
    Any,
}

/// What tells a report from others: a hash of its bytes, and how many they are.
type Digest = (u64, u64);

impl Merge {
    pub(crate) fn new(limits: Thresholds, completeness: Completeness) -> Self {
        Self {
            completeness,
            aggregator: Aggregator::new(1, limits, Purpose::Report, ""),
            totals: Totals::default(),
            limits,
            is_alike: true,
            contents: Contents::default(),
            without_call: [0; EventId::COUNT],
            first_key: FirstKey::Unread,
            parts: HashMap::new(),
        }
    }

    /// Takes in the next part. Says in an error what is wrong with it, and what to do.
    pub(crate) fn add(&mut self, name: &str, report: impl Read) -> Result<(), String> {
        let mut digested = Digested { inner: report, digest: (FNV_OFFSET, 0) };
        let mut reader = serde_json::Deserializer::from_reader(BufReader::new(&mut digested));
        let is_odd = |error: serde_json::Error| format!("{error}; {ADVICE}");
        let told = Report(self).deserialize(&mut reader).map_err(is_odd)?;
        told.check(self.completeness)?;
        reader.end().map_err(is_odd)?;
        let digest = digested.digest;
        if let Some(same) = self.parts.get(&digest).filter(|_| told.has_lines) {
            return Err(format!("it is the same report as {same:?}; name each report once"));
        }
        self.parts.insert(digest, name.to_owned());
        Ok(())
    }

    /// What the key is called under which all parts have hashes of participants, if there is one.
    pub(crate) fn key_name(&self) -> Option<String> {
        match &self.first_key {
            FirstKey::Read(name) => name.clone(),
            FirstKey::Unread => None,
        }
    }

    /// What all parts come to.
    pub(crate) fn close(self) -> (CallTable, Totals) {
        let hashes = ParticipantHashes::AsRead(self.key_name());
        if !self.is_alike {
            self.aggregator.forget_streaks();
        }
        let mut table = self.aggregator.close(&hashes);
        if !self.is_alike {
            // Those of the first lines, which have been compared with the limits of this run.
            table.calls.iter_mut().for_each(|(_, call)| call.forget_streaks());
        }
        let contents = self.contents.into_inner();
        let captures: Vec<String> = contents.iter().map(Content::lines_name).collect();
        let totals = Totals { captures: captures.len() as u64, ..self.totals };
        let table = CallTable {
            captures,
            contents,
            has_several_limits: !self.is_alike,
            without_call: self.without_call,
            ..table
        };
        (table, totals)
    }
}

/// What to do where a report cannot be merged.
const ADVICE: &str = "use a file written by `voxev stats --format json`";

/// Bytes on their way to the reader. FNV-1a does not depend on how they are cut.
struct Digested<R> {
    inner: R,
    digest: Digest,
}

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;

impl<R: Read> Read for Digested<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        let (hash, count) = self.digest;
        let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(FNV_PRIME);
        self.digest = (buffer[..length].iter().fold(hash, mix), count + length as u64);
        Ok(length)
    }
}

/// A whole report.
struct Report<'a>(&'a mut Merge);

/// What a report says of itself.
#[derive(Default)]
struct Told {
    report: Option<String>,
    version: Option<u64>,
    calls: Option<u64>,
    /// Whether calls may have been left out.
    is_partial: bool,
    rows: Option<u64>,
    has_lines: bool,
}

impl Told {
    fn check(&self, completeness: Completeness) -> Result<(), String> {
        if self.report.as_deref() != Some(REPORT) {
            return Err(format!("it is not a report of `voxev stats`; {ADVICE}"));
        }
        if let Some(version) = self.version.filter(|version| *version != VERSION) {
            return Err(format!(
                "it has report version {version}, but this voxev reads version {VERSION}; write it \
                 again with this voxev"
            ));
        }
        if self.is_partial && completeness == Completeness::Whole {
            return Err("it contains only some of the calls that were read; write it without \
                        --since, --until, --where, --having and --call-id, and use them with --merge"
                .into());
        }
        match (self.version, self.calls, self.rows) {
            (Some(_), Some(calls), Some(rows)) if calls == rows => Ok(()),
            (Some(_), Some(_), Some(_)) => {
                Err("it does not contain all calls; write it without --top and --by".into())
            }
            _ => Err(format!("it lacks its version, calls or rows; {ADVICE}")),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Report<'_> {
    type Value = Told;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Told, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Report<'_> {
    type Value = Told;

    fn expecting(&self, wanted: &mut fmt::Formatter<'_>) -> fmt::Result {
        wanted.write_str("an object of figures")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Told, A::Error> {
        let mut told = Told::default();
        let Merge {
            aggregator, totals, contents, without_call, limits, is_alike, first_key, ..
        } = self.0;
        let mut hashes = Hashes::Unnamed;
        let mut places = Vec::new();
        while let Some(key) = members.next_key::<String>()? {
            match key.as_str() {
                "report" => told.report = members.next_value()?,
                "version" => told.version = members.next_value()?,
                "captures" => {
                    for content in members.next_value::<Vec<Content>>()? {
                        places.push(contents.add(content).map_err(A::Error::custom)?);
                    }
                }
                "thresholds" => {
                    *is_alike &= members.next_value::<Option<Thresholds>>()? == Some(*limits);
                }
                "partial" => told.is_partial = members.next_value()?,
                "linesRead" => {
                    let lines = members.next_value()?;
                    told.has_lines |= lines > 0;
                    add(&mut totals.lines, lines);
                }
                "invalid" => add(&mut totals.invalid, members.next_value()?),
                "unreadable" => add(&mut totals.unreadable, members.next_value()?),
                "eventsWithoutCall" => {
                    for (name, count) in members.next_value::<BTreeMap<String, u64>>()? {
                        let id = EventId::from_name(&name).ok_or_else(|| {
                            A::Error::custom(format!("{name:?} is not a toolkit event"))
                        })?;
                        add(&mut without_call[id.index()], count);
                    }
                }
                "participantKey" => {
                    let name = members.next_value::<Option<String>>()?;
                    hashes = first_key.compare(name.as_ref());
                }
                "calls" => told.calls = Some(members.next_value()?),
                "rows" if told.rows.is_some() => return Err(A::Error::duplicate_field("rows")),
                "rows" => {
                    let rows = Rows { aggregator, places: &places, hashes };
                    let rows = members.next_value_seed(rows)?;
                    told.has_lines |= rows > 0;
                    told.rows = Some(rows);
                }
                _ => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        Ok(told)
    }
}

fn add(sum: &mut u64, count: u64) {
    *sum = sum.saturating_add(count);
}

/// The rows of a report; comes to how many there are.
struct Rows<'a> {
    aggregator: &'a mut Aggregator,
    /// Where the part's captures are.
    places: &'a [CapturePlace],
    hashes: Hashes,
}

/// Whether the hashes of a part can be compared with those of the parts before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hashes {
    Comparable,
    Unnamed,
}

/// What the key of the first part is called; its name is none where the part has no hashes.
#[derive(Debug)]
enum FirstKey {
    Unread,
    Read(Option<String>),
}

impl FirstKey {
    /// Compares it with the key of a part, which is called `name`.
    fn compare(&mut self, name: Option<&String>) -> Hashes {
        match self {
            Self::Read(first) if first.as_ref() != name => return Hashes::Unnamed,
            Self::Read(_) => {}
            Self::Unread => *self = Self::Read(name.cloned()),
        }
        if name.is_some() { Hashes::Comparable } else { Hashes::Unnamed }
    }
}

/// What of a row is merged.
#[derive(Deserialize)]
struct Row {
    #[serde(rename = "callId")]
    id: String,
    state: String,
}

impl Rows<'_> {
    /// The call with the places of its lines in all parts.
    fn placed(&self, call: Call) -> Option<Call> {
        let place = |Spot { capture, line }: Spot| {
            let place = self.places.get(capture as usize)?;
            Some(Spot { capture: place.capture, line: line.saturating_add(place.lines_before) })
        };
        Some(Call { first: place(call.first)?, last: place(call.last)?, ..call })
    }
}

impl<'de> DeserializeSeed<'de> for Rows<'_> {
    type Value = u64;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<u64, D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = u64;

    fn expecting(&self, wanted: &mut fmt::Formatter<'_>) -> fmt::Result {
        wanted.write_str("a list of calls")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<u64, A::Error> {
        let mut count = 0;
        while let Some(Row { id, state }) = rows.next_element::<Row>()? {
            let call = decode(&state).and_then(|call| self.placed(call));
            let mut call =
                call.ok_or_else(|| A::Error::custom("the state of a call is damaged"))?;
            if self.hashes == Hashes::Unnamed {
                call.forget_names();
            }
            self.aggregator.append(&id, &call);
            count += 1;
        }
        Ok(count)
    }
}
