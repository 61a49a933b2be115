//! What one line says of its call, in a few dozen bytes: what threads hand over instead of lines.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::sync::Arc;

use foldhash::fast::{FixedState, RandomState};

use crate::check::{Finding, Line, Payload};
use crate::contract::{Bundle, Event, EventId, Role as Property};
use crate::json::{self, Kind, Node};
use crate::output::{Pieces, Proven, Record, Sink};

/// One line of a call, or one report of a line that nests several.
#[derive(Debug, Clone)]
pub(crate) struct Observation {
    /// Index into [`Observations::calls`]; `None` where the line names no call.
    pub(crate) call: Option<u32>,
    pub(crate) number: u64,
    /// Bytes of the capture before the line.
    pub(crate) offset: u64,
    pub(crate) event: EventId,
    /// What copies of a line have in common: of a report's values, or of the line's bytes without
    /// its terminator. Never zero, which stands for no line.
    pub(crate) hash: u64,
    /// Whether this is a further report of the line before.
    pub(crate) is_more: bool,
    pub(crate) what: What,
    /// Where the line is in [`Observations::raw`], if lines are kept.
    pub(crate) raw: (u32, u32),
    /// Index into [`Observations::entries`] of the next one of the same call; [`NONE`] after the
    /// last.
    pub(crate) next: u32,
}

/// No index.
pub(crate) const NONE: u32 = u32::MAX;

/// What of the event matters to its call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Plain,
    Report(Report),
    /// Hash of the participant, and whether the call is outbound, where that is said.
    Party {
        participant: u64,
        is_outbound: Option<bool>,
    },
    /// When it was sent, in milliseconds of the Unix epoch, and who spoke.
    Talk {
        at: Option<i64>,
        role: Role,
    },
}

/// Who spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Agent,
    Supervisor,
    Other,
}

/// A channel's counters in one report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Report {
    /// Index into [`CHANNELS`].
    pub(crate) channel: u8,
    pub(crate) lost: Counter,
    pub(crate) count: Counter,
    pub(crate) jitter: Counter,
    pub(crate) round_trip: Counter,
    /// Whether a serial number tells this report from an equal one.
    pub(crate) has_serial: bool,
}

impl Report {
    /// What reports with these values and this serial number have in common. A polynomial: hashing
    /// the bytes instead takes a tenth of the time that a line takes in all.
    fn hash(&self, serial: u64) -> u64 {
        let counters = [self.lost, self.count, self.jitter, self.round_trip].map(|it| it.0);
        let start = serial.wrapping_mul(4).wrapping_add(self.channel.into());
        counters.iter().fold(start, |sum, counter| sum.wrapping_mul(HASH_BASE) ^ counter)
    }
}

/// An odd number without a pattern: two to the 64 divided by the golden ratio.
const HASH_BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// What a counter is: a whole number from 0 to 2^53, for JavaScript, where counters come from,
/// cannot count further. Or nothing, where the line has anything else. Eight bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counter(u64);

impl Counter {
    pub(crate) fn new(value: Option<i64>) -> Self {
        Self(value.and_then(|value| u64::try_from(value).ok()).unwrap_or(u64::MAX))
    }

    pub(crate) fn get(self) -> Option<u64> {
        (self.0 != u64::MAX).then_some(self.0)
    }
}

/// What the lines of a block say of their calls, in input order.
#[derive(Debug, Default)]
pub(crate) struct Observations {
    pub(crate) calls: Vec<CallReference>,
    /// The calls by the bytes of their identifiers.
    index: HashMap<Box<[u8]>, u32, RandomState>,
    /// How the line before spells its call, whose index follows: half of all lines are of the same.
    last: (Vec<u8>, u32),
    pub(crate) entries: Vec<Observation>,
    pub(crate) raw: Vec<u8>,
    /// Lines that name no call, by event type.
    pub(crate) without_call: [u64; EventId::COUNT],
}

/// A call that a block mentions.
#[derive(Debug)]
pub(crate) struct CallReference {
    pub(crate) id: Box<str>,
    /// Index into [`Observations::entries`] of the first and of the latest one.
    pub(crate) first: u32,
    last: u32,
}

/// Whether lines are kept with their observations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    Nothing,
    Lines,
}

/// Channels by their names in payloads; a test looks them up in the schema.
pub(crate) const CHANNELS: [&str; 2] = ["inputChannelStats", "outputChannelStats"];

/// What a line says, before it is an observation.
#[derive(Clone, Copy)]
struct Said {
    call: Option<u32>,
    event: EventId,
    what: What,
    /// Of its values, where they tell it from all other lines.
    hash: Option<u64>,
    is_more: bool,
}

/// Extracts observations from lines.
#[derive(Debug)]
pub(crate) struct ObservationExtractor {
    bundle: Arc<Bundle>,
    keep: Keep,
    /// For each event, where in its properties that of each role is.
    slots: Vec<[Option<usize>; Property::COUNT]>,
}

impl ObservationExtractor {
    pub(crate) fn new(bundle: Arc<Bundle>, keep: Keep) -> Self {
        let slots = |id: EventId| Property::ALL.map(|(_, role)| bundle.event(id).position(role));
        Self { slots: EventId::all().map(slots).collect(), bundle, keep }
    }

    /// Observes a line that is proven clean.
    pub(crate) fn proven(&self, proven: &Proven<'_>, observations: &mut Observations) {
        let slots = &self.slots[proven.event.index()];
        let get = |role: Property| Some(&proven.text[proven.fields.get(slots[role as usize]?)?]);
        let call = proven.fields.call_id().map(|place| observations.spelled(&proven.text[place]));
        let what = what(get);
        // A report's serial number and values tell it from all others.
        let serial = get(Property::Serial).map(|spelled| Counter::new(number(spelled)));
        let hash = match (what, serial.and_then(Counter::get)) {
            (What::Report(report), Some(serial)) if proven.fields.strange().is_empty() => {
                Some(report.hash(serial))
            }
            _ => None,
        };
        let said = Said { call, event: proven.event, what, hash, is_more: false };
        self.add(&proven.line(), said, observations);
    }

    /// Observes a line that has been parsed. Cold.
    pub(crate) fn payload(
        &self,
        line: &Line<'_>,
        payload: &Payload,
        observations: &mut Observations,
    ) {
        let Some(event) = payload.event else { return };
        let call = payload.call_id.as_deref().map(|id| observations.call(id.as_bytes()));
        let contract = self.bundle.event(event);
        let nested = contract.reports_pointer().and_then(|it| payload.root.at(line.bytes, it));
        if let Some(Node { kind: Kind::Array(items), .. }) = nested {
            let reports = items.iter().flat_map(|item| nested_reports(item, line.bytes, contract));
            let before = observations.entries.len();
            for report in reports {
                let is_more = observations.entries.len() > before;
                let what = What::Report(report);
                self.add(line, Said { call, event, what, hash: None, is_more }, observations);
            }
            if observations.entries.len() == before {
                let what = What::Plain;
                self.add(
                    line,
                    Said { call, event, what, hash: None, is_more: false },
                    observations,
                );
            }
            return;
        }
        let slots = &self.slots[event.index()];
        let get = |role: Property| {
            let property = &contract.properties[slots[role as usize]?];
            let node = payload.root.at(line.bytes, &property.pointer)?;
            Some(&line.bytes[node.span.clone()])
        };
        let what = what(get);
        self.add(line, Said { call, event, what, hash: None, is_more: false }, observations);
    }

    fn add(&self, line: &Line<'_>, said: Said, observations: &mut Observations) {
        let start = observations.raw.len();
        if self.keep == Keep::Lines {
            observations.raw.extend_from_slice(line.raw);
        }
        observations.push(Observation {
            call: said.call,
            number: line.number,
            offset: line.offset,
            event: said.event,
            hash: said.hash.unwrap_or_else(|| FixedState::default().hash_one(line.bytes)).max(1),
            is_more: said.is_more,
            what: said.what,
            raw: (narrow(start), narrow(observations.raw.len())),
            next: NONE,
        });
    }
}

/// Blocks, and so what is kept of them, are far smaller than 4 GiB.
fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Lines of a block of audiostats.
const USUAL_LINES: usize = 1536;

impl Observations {
    /// The index of the call whose identifier is spelled so, quotes included.
    fn spelled(&mut self, spelled: &[u8]) -> u32 {
        if self.last.0 != spelled {
            self.last.1 = self.call(&json::decode_utf8(spelled));
            self.last.0.clear();
            self.last.0.extend_from_slice(spelled);
        }
        self.last.1
    }

    /// The index of the call whose identifier has these bytes, which are UTF-8.
    fn call(&mut self, id: &[u8]) -> u32 {
        if let Some(&index) = self.index.get(id) {
            return index;
        }
        let index = narrow(self.calls.len());
        let name = String::from_utf8_lossy(id).into();
        self.calls.push(CallReference { id: name, first: NONE, last: NONE });
        self.index.insert(id.into(), index);
        index
    }

    /// Adds an observation, at the end of its call's chain.
    fn push(&mut self, observation: Observation) {
        if self.entries.is_empty() {
            self.entries.reserve(USUAL_LINES);
        }
        let place = narrow(self.entries.len());
        match observation.call {
            Some(call) => {
                let reference = &mut self.calls[call as usize];
                match self.entries.get_mut(reference.last as usize) {
                    Some(last) => last.next = place,
                    None => reference.first = place,
                }
                reference.last = place;
            }
            None if observation.is_more => {}
            None => self.without_call[observation.event.index()] += 1,
        }
        self.entries.push(observation);
    }

    /// The observations of a call, in input order.
    pub(crate) fn of<'a>(
        &'a self,
        reference: &CallReference,
    ) -> impl Iterator<Item = &'a Observation> {
        let first = self.entries.get(reference.first as usize);
        std::iter::successors(first, |it| self.entries.get(it.next as usize))
    }

    /// Bytes that the observations take, about.
    pub(crate) fn weight(&self) -> usize {
        self.raw.len() + self.entries.len() * size_of::<Observation>()
    }

    /// The line of an observation, where lines are kept.
    pub(crate) fn line(&self, observation: &Observation) -> &[u8] {
        &self.raw[observation.raw.0 as usize..observation.raw.1 as usize]
    }
}

/// `get` gives the value of the property in a role, as the line spells it.
fn what<'a>(get: impl Fn(Property) -> Option<&'a [u8]>) -> What {
    if let Some(spelled) = get(Property::Channel) {
        return channel(spelled).map_or(What::Plain, |it| What::Report(report(it, get)));
    }
    if let Some(participant) = get(Property::Participant) {
        let direction = get(Property::Direction);
        let is_outbound =
            direction.map(|kind| json::decode_utf8(kind).eq_ignore_ascii_case(b"outbound"));
        let participant = FixedState::default().hash_one(&*json::decode(participant));
        return What::Party { participant, is_outbound };
    }
    let (at, speaker) = (get(Property::SentAt), get(Property::Speaker));
    if at.is_none() && speaker.is_none() {
        return What::Plain;
    }
    let role = match speaker.map(json::decode_utf8).as_deref() {
        Some(b"Agent") => Role::Agent,
        Some(b"Supervisor") => Role::Supervisor,
        _ => Role::Other,
    };
    What::Talk { at: at.and_then(number), role }
}

/// One channel's counters.
fn report<'a>(channel: u8, get: impl Fn(Property) -> Option<&'a [u8]>) -> Report {
    let counter = |role: Property| Counter::new(get(role).and_then(number));
    Report {
        channel,
        lost: counter(Property::PacketsLost),
        count: counter(Property::PacketsCount),
        jitter: counter(Property::JitterBuffer),
        round_trip: counter(Property::RoundTrip),
        has_serial: get(Property::Serial).is_some(),
    }
}

/// Index into [`CHANNELS`] of the one that is `spelled` so.
fn channel(spelled: &[u8]) -> Option<u8> {
    let find = |name: &[u8]| CHANNELS.iter().zip(0..).find(|(known, _)| known.as_bytes() == name);
    let bare = spelled.get(1..spelled.len().saturating_sub(1))?;
    find(bare).or_else(|| find(&json::decode_utf8(spelled))).map(|(_, index)| index)
}

/// Largest whole number up to which doubles, and so JavaScript, have all.
const FARTHEST: i64 = 1 << 53;

/// A whole number between ±2^53 as a line spells it: `12`, `12.0` and `1.2e1` are the same.
fn number(spelled: &[u8]) -> Option<i64> {
    // Up to 15 digits, as almost all are, in one pass.
    let mut digits = spelled.iter().map(|byte| byte.wrapping_sub(b'0'));
    if spelled.len() <= 15
        && let Some(value) =
            digits.try_fold(0, |sum, digit| (digit <= 9).then(|| 10 * sum + i64::from(digit)))
    {
        return Some(value);
    }
    let number = std::str::from_utf8(spelled).ok()?.parse::<f64>().ok()?;
    #[expect(clippy::cast_precision_loss, reason = "2^53 is a double")]
    let is_whole = number.fract() == 0.0 && number.abs() <= FARTHEST as f64;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
    is_whole.then_some(number as i64)
}

/// The reports of the connector's shape: both channels in one item, whose counters are called as
/// those of `contract`, the event's own shape.
fn nested_reports<'a>(
    item: &'a Node,
    line: &'a [u8],
    contract: &'a Event,
) -> impl Iterator<Item = Report> + 'a {
    CHANNELS.iter().zip(0..).filter_map(move |(name, channel)| {
        let counters = item.get(line, name)?;
        let get = |role: Property| {
            Some(&line[counters.get(line, &contract.in_role(role)?.name)?.span.clone()])
        };
        Some(report(channel, get))
    })
}

/// A sink that observes what lines say of their calls before another sink takes them.
pub(crate) struct Observing {
    pub(crate) extractor: ObservationExtractor,
    pub(crate) sink: Box<dyn Sink>,
}

impl Sink for Observing {
    fn begin(&self, out: &mut Vec<u8>) {
        self.sink.begin(out);
    }

    fn take(&self, record: &Record<'_>, out: &mut Pieces) -> Result<(), Box<Finding>> {
        if let Some(payload) = &record.verdict.payload {
            self.extractor.payload(record.line, payload, &mut out.notes);
        }
        self.sink.take(record, out)
    }

    fn take_proven(&self, proven: &Proven<'_>, out: &mut Pieces) -> bool {
        let is_taken = self.sink.take_proven(proven, out);
        if is_taken {
            self.extractor.proven(proven, &mut out.notes);
        }
        is_taken
    }

    fn take_rest(&self, bytes: &[u8], out: &mut Vec<u8>) -> bool {
        self.sink.take_rest(bytes, out)
    }

    fn end_capture(&self, capture: &str, pieces: u64, out: &mut Vec<u8>) {
        self.sink.end_capture(capture, pieces, out);
    }

    fn end(&self, out: &mut Vec<u8>) {
        self.sink.end(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schemas_have_every_value_that_is_told_apart() {
        let bundle = Bundle::newest();
        let told = [
            (Property::Channel, &CHANNELS[..]),
            (Property::Direction, &["outbound"]),
            (Property::Speaker, &["Agent", "Supervisor"]),
        ];
        for (role, values) in told {
            let property = EventId::all().find_map(|id| bundle.event(id).in_role(role));
            let documented = &property.expect("some event has it").values;
            for value in values {
                assert!(documented.iter().any(|it| it == value), "{value}");
            }
        }
    }

    #[test]
    fn a_counter_is_a_whole_number_that_javascript_can_count_to() {
        let read = |text: &str| number(text.as_bytes());
        assert_eq!(
            [read("12"), read("12.0"), read("1.2e1"), read("-3")],
            [Some(12), Some(12), Some(12), Some(-3)]
        );
        assert_eq!(
            [read("9223372036854775808"), read("1e999"), read("\"3\""), read("1.5")],
            [None; 4]
        );
    }
}
