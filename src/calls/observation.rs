//! What one line says of its call, in a few dozen bytes: what threads hand over instead of lines.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash as _, Hasher as _};
use std::num::NonZero;
use std::sync::Arc;

use foldhash::fast::{FixedState, RandomState};
use serde::{Deserialize, Serialize};

use crate::check::{Line, Record};
use crate::contract::{Bundle, Event, EventId, Property as Details, Role as Property};
use crate::json::{self, Kind, Node};
use crate::text::shortened;

/// One line of a call, or one report of a line that nests several.
#[derive(Debug, Clone)]
pub(crate) struct Observation {
    /// Index into [`Observations::calls`]; `None` where the line names no call.
    pub(crate) call: Option<u32>,
    pub(crate) number: u64,
    /// Bytes of the capture before the line.
    pub(crate) offset: u64,
    pub(crate) event: EventId,
    /// What copies of a line have in common: the values of its documented properties, however they
    /// are spelled and ordered. [`NO_COPY`] for a report without a serial number.
    pub(crate) hash: u64,
    /// Whether the hash is one of names, numbers or texts.
    pub(crate) is_personal: bool,
    /// Whether this is a further report of the line of the observation before.
    pub(crate) is_more: bool,
    pub(crate) what: What,
    /// When the line was recorded, in milliseconds of the Unix epoch, where that is said.
    pub(crate) recorded: Option<NonZero<i64>>,
    /// Where the line is in [`Observations::raw`], if lines are kept; the reports of a line share
    /// it.
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
    /// Hash of the participant, and how the call came about, where that is said.
    Party {
        participant: u64,
        is_outbound: Option<bool>,
        /// Whether the call was added to one that goes on: a consultation, or a transfer.
        is_added: bool,
    },
    /// When it was sent, in milliseconds of the Unix epoch, and who spoke.
    Talk {
        at: Option<i64>,
        role: Role,
    },
}

impl What {
    /// Hash of the participant, where the line names one.
    pub(crate) fn participant(&self) -> Option<u64> {
        match self {
            Self::Party { participant, .. } => Some(*participant),
            Self::Plain | Self::Report(_) | Self::Talk { .. } => None,
        }
    }
}

impl What {
    /// Who spoke, if anybody did.
    pub(super) fn role(&self) -> Option<Role> {
        match self {
            Self::Talk { role, .. } => Some(*role),
            Self::Plain | Self::Report(_) | Self::Party { .. } => None,
        }
    }
}

/// Who spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Role {
    Agent,
    Supervisor,
    Other,
}

/// A channel's counters in one report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ReportedReport", into = "ReportedReport")]
pub(crate) struct Report {
    /// Index into [`CHANNELS`].
    pub(crate) channel: u8,
    pub(crate) lost: Counter,
    pub(crate) count: Counter,
    pub(crate) jitter: Counter,
    pub(crate) round_trip: Counter,
}

/// A report as reports of `stats` have it: the index of the channel, then each counter plus one, and 0
/// for none.
type ReportedReport = (u8, [u64; 4]);

impl TryFrom<ReportedReport> for Report {
    type Error = &'static str;

    fn try_from((channel, counters): ReportedReport) -> Result<Self, &'static str> {
        let [lost, count, jitter, round_trip] =
            counters.map(|counter| Counter(counter.checked_sub(1).unwrap_or(u64::MAX)));
        let is_known = usize::from(channel) < CHANNELS.len();
        is_known
            .then_some(Self { channel, lost, count, jitter, round_trip })
            .ok_or("a channel is unknown")
    }
}

impl From<Report> for ReportedReport {
    fn from(report: Report) -> Self {
        let Report { channel, lost, count, jitter, round_trip } = report;
        (channel, [lost, count, jitter, round_trip].map(|Counter(value)| value.wrapping_add(1)))
    }
}

impl Report {
    /// What reports with these values and this serial number have in common; [`NO_COPY`] without a
    /// serial number. Zero is none: the open-source connector puts it into each report. A
    /// polynomial: hashing the bytes instead takes a tenth of the time that a line takes in all.
    fn hash<'a>(&self, get: impl Fn(Property) -> Option<&'a [u8]>) -> u64 {
        let serial = Counter::new(get(Property::Serial).and_then(number)).get();
        let Some(serial) = serial.filter(|serial| *serial > 0) else { return NO_COPY };
        let counters = [
            (self.lost, Property::PacketsLost),
            (self.count, Property::PacketsCount),
            (self.jitter, Property::JitterBuffer),
            (self.round_trip, Property::RoundTrip),
        ];
        let start = serial.wrapping_mul(4).wrapping_add(self.channel.into());
        let sum = counters.into_iter().fold(start, |sum, (counter, role)| {
            // What is no counter is still equal to itself: a negative number, or a string.
            let hash_of_other = || get(role).map_or(u64::MAX, |it| hash_of([Some(it)]));
            sum.wrapping_mul(HASH_BASE) ^ counter.get().unwrap_or_else(hash_of_other)
        });
        sum.max(1)
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
    /// Where kept lines begin in `raw` that do not begin in column 1, and in which they do.
    columns: Vec<(u32, u64)>,
    /// Lines that name no call, by event type.
    pub(crate) without_call: [u64; EventId::COUNT],
    /// Names of participants by their hashes, where they are kept.
    pub(crate) participants: HashMap<u64, Box<str>, RandomState>,
}

/// A call that a block mentions.
#[derive(Debug)]
pub(crate) struct CallReference {
    pub(crate) id: Box<str>,
    /// Index into [`Observations::entries`] of the first and of the latest one.
    pub(crate) first: u32,
    last: u32,
    /// Whether one of its events met all conditions.
    pub(crate) is_wanted: bool,
}

/// What is kept with observations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    Nothing,
    /// The lines as they stand in the capture.
    Lines,
    /// The payloads.
    Payloads,
    /// Names of participants, beside their hashes.
    Participants,
}

/// Characters of a participant's name that are kept.
const LONGEST_NAME: usize = 80;

/// Channels by their names in payloads; a test looks them up in the schema.
pub(crate) const CHANNELS: [&str; 2] = ["inputChannelStats", "outputChannelStats"];

/// How a call came about that the agent began; a test looks it up in the schema, as the next.
const OUTBOUND: &str = "outbound";

/// How a call came about that was added to one that goes on, as connectors say it.
const ADDED: [&str; 3] = ["AddParticipant", "Consult", "Transfer"];

/// What a line is about.
#[derive(Clone, Copy)]
struct Subject {
    call: Option<u32>,
    event: EventId,
}

/// Extracts observations from lines.
#[derive(Debug)]
pub(crate) struct ObservationExtractor {
    bundle: Arc<Bundle>,
    keep: Keep,
    layouts: Vec<Layout>,
}

/// Where an event has what, as indices of [`Event::properties`].
#[derive(Debug)]
struct Layout {
    roles: [Option<usize>; Property::COUNT],
    /// The properties whose values tell copies from other lines, and whether each is required.
    values: Vec<(usize, bool)>,
    /// Whether the event is a report, which only its serial number tells from an equal one.
    is_report: bool,
}

impl Layout {
    fn new(event: &Event) -> Self {
        let tells = |property: &&Details| !property.is_call_id() && property.pointer != "/type";
        let all = event.properties.iter().zip(0..).filter(|(property, _)| tells(property));
        Self {
            roles: Property::ALL.map(|(_, role)| event.position(role)),
            values: all.map(|(property, slot)| (slot, property.optional.is_none())).collect(),
            is_report: event.position(Property::Channel).is_some(),
        }
    }

    /// What copies of the line have in common: the values of its documented properties. Others do
    /// not count, for a tab may add its own, as when it received the event. A line that lacks a
    /// required property may say elsewhere what is missing, so all of its bytes count.
    fn hash<'a>(&self, line: &[u8], get: impl Fn(usize) -> Option<&'a [u8]>) -> u64 {
        let is_whole =
            self.values.iter().all(|(slot, is_required)| !is_required || get(*slot).is_some());
        if is_whole {
            hash_of(self.values.iter().map(|(slot, _)| get(*slot)))
        } else {
            FixedState::default().hash_one(line).max(1)
        }
    }
}

impl ObservationExtractor {
    pub(crate) fn new(bundle: Arc<Bundle>, keep: Keep) -> Self {
        let layouts = EventId::all().map(|id| Layout::new(bundle.event(id))).collect();
        Self { bundle, keep, layouts }
    }

    /// Observes a record.
    pub(crate) fn record(&self, record: &Record<'_>, out: &mut Observations) {
        let Some(event) = record.event else { return };
        // Reports that name no call, as the connector's own tests send them, are of one without a
        // name, so that limits hold for them, too.
        let nameless: Option<&[u8]> = self.layouts[event.index()].is_report.then_some(b"");
        let call = match record.spelled_call_id() {
            Some(spelled) => Some(out.spelled(spelled)),
            None => record.call_id().as_deref().or(nameless).map(|id| out.call(id)),
        };
        let subject = Subject { call, event };
        match self.nested(record, event) {
            Some(items) => self.observe_nested(record, subject, items, out),
            None => self.observe(record, subject, |slot| record.property(slot), out),
        }
    }

    /// The reports that a connector has nested in the record. Cold, but for the question whether
    /// there can be any: a clean line has none.
    fn nested<'a>(&self, record: &Record<'a>, event: EventId) -> Option<&'a [Node]> {
        let payload = record.parsed()?;
        let pointer = self.bundle.event(event).reports_pointer()?;
        match &payload.root.at(record.payload_text(), pointer)?.kind {
            Kind::Array(items) => Some(items),
            Kind::Null | Kind::Bool(_) | Kind::Number | Kind::String | Kind::Object(_) => None,
        }
    }

    /// `get` gives the value of the property with this index as the line spells it, wherever the
    /// line has it.
    fn observe<'a>(
        &self,
        record: &Record<'_>,
        subject: Subject,
        get: impl Fn(usize) -> Option<&'a [u8]>,
        out: &mut Observations,
    ) {
        let layout = &self.layouts[subject.event.index()];
        let in_role = |role: Property| get(layout.roles[role as usize]?);
        let what = what(in_role);
        let hash = match what {
            What::Report(report) => report.hash(in_role),
            _ if layout.is_report => NO_COPY,
            What::Plain | What::Party { .. } | What::Talk { .. } => {
                // Copies are of the same event.
                (layout.hash(record.payload_text(), &get) ^ subject.event.index() as u64).max(1)
            }
        };
        if let (Keep::Participants, Some(hash)) = (self.keep, what.participant()) {
            let name = || {
                let name = in_role(Property::Participant).map(json::decode_lossy);
                shortened(&name.unwrap_or_default(), LONGEST_NAME).into()
            };
            out.participants.entry(hash).or_insert_with(name);
        }
        let raw = self.keep_line(record, out);
        let recorded = record.time().and_then(NonZero::new);
        let is_personal = !matches!(what, What::Report(_)) && !layout.values.is_empty();
        let plain = Observation::of(&record.line, subject);
        out.push(Observation { hash, is_personal, what, recorded, raw, ..plain });
    }

    /// Observes each report of a line in the connector's shape. The line is kept, and compared with
    /// others, once for all of them: of 1 MiB at most, it has up to 43,000 reports, which take less
    /// than 5 MiB.
    fn observe_nested(
        &self,
        record: &Record<'_>,
        subject: Subject,
        items: &[Node],
        out: &mut Observations,
    ) {
        let raw = self.keep_line(record, out);
        let first = out.entries.len();
        let contract = self.bundle.event(subject.event);
        let recorded = record.time().and_then(NonZero::new);
        let plain = Observation { recorded, raw, ..Observation::of(&record.line, subject) };
        let mut hash = HASH_BASE;
        for item in items {
            for (report, report_hash) in nested_reports(item, record.payload_text(), contract) {
                let is_copy = hash != NO_COPY && report_hash != NO_COPY;
                hash = if is_copy { hash.wrapping_mul(HASH_BASE) ^ report_hash } else { NO_COPY };
                let is_more = out.entries.len() > first;
                let what = What::Report(report);
                out.push(Observation { is_more, what, ..plain.clone() });
            }
        }
        match out.entries.get_mut(first) {
            Some(observation) => observation.hash = hash,
            None => out.push(plain),
        }
    }

    /// Where the line is kept, if lines are.
    fn keep_line(&self, record: &Record<'_>, out: &mut Observations) -> (u32, u32) {
        let start = out.raw.len();
        match self.keep {
            Keep::Nothing | Keep::Participants => {}
            Keep::Payloads => out.raw.extend_from_slice(record.payload_text()),
            Keep::Lines => {
                out.raw.extend_from_slice(record.line.raw);
                if record.line.column != 1 {
                    out.columns.push((narrow(start), record.line.column));
                }
            }
        }
        (narrow(start), narrow(out.raw.len()))
    }
}

impl Observation {
    /// When the line was recorded or, where nothing says that, when its event was sent: milliseconds
    /// of the Unix epoch.
    pub(crate) fn time(&self) -> Option<i64> {
        let sent = match self.what {
            What::Talk { at, .. } => at,
            What::Plain | What::Report(_) | What::Party { .. } => None,
        };
        self.recorded.map(NonZero::get).or(sent)
    }

    /// Of a line that says no more than what it is about, and has no copies.
    fn of(line: &Line<'_>, subject: Subject) -> Self {
        Self {
            call: subject.call,
            number: line.number,
            offset: line.offset,
            event: subject.event,
            hash: NO_COPY,
            is_personal: false,
            is_more: false,
            what: What::Plain,
            recorded: None,
            raw: (0, 0),
            next: NONE,
        }
    }
}

/// What lines with these values have in common, however they are spelled: `0.0` is 0, and `"\u0061"`
/// is "a". Arrays and objects, where scalars are documented, count as they are spelled. Never
/// [`NO_COPY`].
fn hash_of<'a>(values: impl IntoIterator<Item = Option<&'a [u8]>>) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    for spelled in values {
        match spelled {
            None => 0_u8.hash(&mut hasher),
            Some(text) if text.first() == Some(&b'"') => json::decode(text).hash(&mut hasher),
            Some(spelled) => match number(spelled) {
                Some(whole) => whole.hash(&mut hasher),
                None => match double(spelled) {
                    Some(double) => double.to_bits().hash(&mut hasher),
                    None => spelled.hash(&mut hasher),
                },
            },
        }
    }
    hasher.finish().max(1)
}

/// The hash of a line that is no copy of any other, and that has no copies.
pub(crate) const NO_COPY: u64 = 0;

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
        self.calls.push(CallReference { id: name, first: NONE, last: NONE, is_wanted: false });
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

    /// The column that the kept line of an observation begins in.
    pub(crate) fn column(&self, observation: &Observation) -> u64 {
        let found = self.columns.binary_search_by_key(&observation.raw.0, |(start, _)| *start);
        found.ok().and_then(|index| self.columns.get(index)).map_or(1, |(_, column)| *column)
    }

    /// Bytes that the observations take, about.
    pub(crate) fn weight(&self) -> usize {
        self.raw.len() + self.entries.len() * size_of::<Observation>()
    }

    /// The identifier of the call with this index.
    pub(crate) fn id(&self, call: u32) -> Option<&str> {
        self.calls.get(call as usize).map(|reference| &*reference.id)
    }

    /// Says that an event of the latest observation's call met all conditions.
    pub(crate) fn want_latest(&mut self) {
        let call = self.entries.last().and_then(|observation| observation.call);
        if let Some(reference) = call.and_then(|call| self.calls.get_mut(call as usize)) {
            reference.is_wanted = true;
        }
    }

    /// Keeps `text` as the line of the observations from the one with this index on.
    pub(crate) fn keep_text(&mut self, first: usize, text: &[u8]) {
        let start = narrow(self.raw.len());
        self.raw.extend_from_slice(text);
        let raw = (start, narrow(self.raw.len()));
        for observation in self.entries.iter_mut().skip(first) {
            observation.raw = raw;
        }
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
        let direction = direction.map(json::decode_utf8);
        let is = |name: &str| direction.as_ref().map(|it| it.eq_ignore_ascii_case(name.as_bytes()));
        let is_added = ADDED.into_iter().any(|name| is(name) == Some(true));
        // What is no string stands for itself.
        let is_string = participant.first() == Some(&b'"');
        let name = if is_string { json::decode(participant) } else { participant.into() };
        let participant = FixedState::default().hash_one(&*name);
        return What::Party { participant, is_outbound: is(OUTBOUND), is_added };
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
    // Up to 15 digits, as almost all are, in one pass without a branch.
    if spelled.len() <= 15 {
        let (mut sum, mut is_other) = (0, false);
        for byte in spelled {
            let digit = byte.wrapping_sub(b'0');
            is_other |= digit > 9;
            sum = 10 * sum + i64::from(digit);
        }
        if !is_other {
            return Some(sum);
        }
    }
    let number = double(spelled)?;
    #[expect(clippy::cast_precision_loss, reason = "2^53 is a double")]
    let is_whole = number.fract() == 0.0 && number.abs() <= FARTHEST as f64;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
    is_whole.then_some(number as i64)
}

/// A number as JavaScript reads it.
fn double(spelled: &[u8]) -> Option<f64> {
    std::str::from_utf8(spelled).ok()?.parse().ok()
}

/// The reports of the connector's shape, each with its hash: both channels in one item, whose
/// counters are called as those of `contract`, the event's own shape.
fn nested_reports<'a>(
    item: &'a Node,
    line: &'a [u8],
    contract: &'a Event,
) -> impl Iterator<Item = (Report, u64)> + 'a {
    CHANNELS.iter().zip(0..).filter_map(move |(name, channel)| {
        let counters = item.get(line, name)?;
        let get = |role: Property| {
            Some(&line[counters.get(line, &contract.in_role(role)?.name)?.span.clone()])
        };
        let report = report(channel, get);
        Some((report, report.hash(get)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schemas_have_every_value_that_is_told_apart() {
        let bundle = Bundle::newest();
        let told = [
            (Property::Channel, &CHANNELS[..]),
            (Property::Direction, &[OUTBOUND]),
            (Property::Direction, &ADDED),
            (Property::Speaker, &["Agent", "Supervisor"]),
        ];
        for (role, values) in told {
            let property = EventId::all().find_map(|id| bundle.event(id).in_role(role));
            let property = property.expect("some event has it");
            for value in values {
                let mut known = property.values.iter().chain(&property.observed);
                assert!(known.any(|it| it == value), "{value}");
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
