//! What one line says of its call, in a few dozen bytes: what threads hand over instead of lines.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::sync::Arc;

use foldhash::fast::{FixedState, RandomState};

use crate::event::{Finding, Line, Payload};
use crate::json::{self, Kind, Node};
use crate::schema::{Bundle, Event, EventId, Role as Property};
use crate::sink::{Pieces, Proven, Record, Sink};

/// One line of a call, or one report of a line that nests several.
#[derive(Debug, Clone)]
pub(crate) struct Sighting {
    /// Index into [`Notes::calls`]; `None` where the line names no call.
    pub(crate) call: Option<u32>,
    pub(crate) number: u64,
    /// Bytes of the capture before the line.
    pub(crate) offset: u64,
    pub(crate) event: EventId,
    /// Of the line's bytes without its terminator.
    pub(crate) hash: u64,
    /// Whether this is a further report of the line before.
    pub(crate) is_more: bool,
    pub(crate) what: What,
    /// Where the line is in [`Notes::raw`], if lines are kept.
    pub(crate) raw: (u32, u32),
}

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

/// A channel's counters in one report. Counters that are no whole number between ±2^53 are `None`:
/// JavaScript, where they come from, cannot count further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) channel: usize,
    pub(crate) lost: Option<i64>,
    pub(crate) count: Option<i64>,
    pub(crate) jitter: Option<i64>,
    pub(crate) round_trip: Option<i64>,
    /// Whether a serial number tells this report from an equal one.
    pub(crate) has_serial: bool,
}

/// What the lines of a block say of their calls, in input order.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// The calls' identifiers, each once.
    pub(crate) calls: Vec<Box<str>>,
    index: HashMap<Box<str>, u32, RandomState>,
    pub(crate) sightings: Vec<Sighting>,
    pub(crate) raw: Vec<u8>,
}

/// Whether lines are kept with their sightings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    Nothing,
    Lines,
}

/// Channels by their names in payloads; a test looks them up in the schema.
pub(crate) const CHANNELS: [&str; 2] = ["inputChannelStats", "outputChannelStats"];

/// Reads sightings from lines.
#[derive(Debug)]
pub(crate) struct Reader {
    bundle: Arc<Bundle>,
    keep: Keep,
    /// For each event, where in its properties that of each role is.
    slots: Vec<[Option<usize>; Property::COUNT]>,
}

/// The value of the property in a role, as the line spells it.
type Get<'a> = &'a dyn Fn(Property) -> Option<&'a [u8]>;

impl Reader {
    pub(crate) fn new(bundle: Arc<Bundle>, keep: Keep) -> Self {
        let slots = |id: EventId| Property::ALL.map(|(_, role)| bundle.event(id).position(role));
        Self { slots: EventId::all().map(slots).collect(), bundle, keep }
    }

    /// Notes a line that is proven clean.
    pub(crate) fn proven(&self, proven: &Proven<'_>, notes: &mut Notes) {
        let slots = &self.slots[proven.event.index()];
        let get = |role: Property| Some(&proven.text[proven.fields.get(slots[role as usize]?)?]);
        let call = proven.call_id();
        let call = call.as_deref().map(|id| notes.call(&String::from_utf8_lossy(id)));
        let what = what(&get);
        self.note(&proven.line(), (call, proven.event, what), notes);
    }

    /// Notes a line that has been parsed. Cold.
    pub(crate) fn payload(&self, line: &Line<'_>, payload: &Payload, notes: &mut Notes) {
        let Some(event) = payload.event else { return };
        let call = payload.call_id.as_deref().map(|id| notes.call(id));
        let contract = self.bundle.event(event);
        let nested = contract.reports_pointer().and_then(|it| payload.root.at(line.bytes, it));
        if let Some(Node { kind: Kind::Array(items), .. }) = nested {
            let reports = items.iter().flat_map(|item| nested_reports(item, line.bytes, contract));
            let before = notes.sightings.len();
            for report in reports {
                let is_more = notes.sightings.len() > before;
                self.note(line, (call, event, What::Report(report)), notes);
                if let (true, Some(last)) = (is_more, notes.sightings.last_mut()) {
                    last.is_more = true;
                }
            }
            if notes.sightings.len() == before {
                self.note(line, (call, event, What::Plain), notes);
            }
            return;
        }
        let slots = &self.slots[event.index()];
        let get = |role: Property| {
            let property = &contract.properties[slots[role as usize]?];
            let node = payload.root.at(line.bytes, &property.pointer)?;
            Some(&line.bytes[node.span.clone()])
        };
        let what = what(&get);
        self.note(line, (call, event, what), notes);
    }

    fn note(
        &self,
        line: &Line<'_>,
        (call, event, what): (Option<u32>, EventId, What),
        notes: &mut Notes,
    ) {
        let start = notes.raw.len();
        if self.keep == Keep::Lines {
            notes.raw.extend_from_slice(line.raw);
        }
        notes.sightings.push(Sighting {
            call,
            number: line.number,
            offset: line.offset,
            event,
            hash: FixedState::default().hash_one(line.bytes),
            is_more: false,
            what,
            raw: (narrow(start), narrow(notes.raw.len())),
        });
    }
}

/// Blocks, and so what is kept of them, are far smaller than 4 GiB.
fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Notes {
    /// The index of the call `id`.
    fn call(&mut self, id: &str) -> u32 {
        if let Some(&index) = self.index.get(id) {
            return index;
        }
        let index = narrow(self.calls.len());
        self.calls.push(id.into());
        self.index.insert(id.into(), index);
        index
    }

    /// The line of a sighting, where lines are kept.
    pub(crate) fn line(&self, sighting: &Sighting) -> &[u8] {
        &self.raw[sighting.raw.0 as usize..sighting.raw.1 as usize]
    }
}

fn what(get: Get<'_>) -> What {
    if let Some(channel) = get(Property::Channel) {
        let channel = text(channel);
        let known = CHANNELS.iter().position(|name| channel == *name);
        return known.map_or(What::Plain, |channel| What::Report(report(channel, get)));
    }
    if let Some(participant) = get(Property::Participant) {
        let direction = get(Property::Direction);
        let is_outbound = direction.map(|kind| text(kind).eq_ignore_ascii_case("outbound"));
        let participant = FixedState::default().hash_one(&*json::decode(participant));
        return What::Party { participant, is_outbound };
    }
    let (at, speaker) = (get(Property::SentAt), get(Property::Speaker));
    if at.is_none() && speaker.is_none() {
        return What::Plain;
    }
    let role = match speaker.map(text).as_deref() {
        Some("Agent") => Role::Agent,
        Some("Supervisor") => Role::Supervisor,
        _ => Role::Other,
    };
    What::Talk { at: counter(at), role }
}

/// One channel's counters.
fn report(channel: usize, get: Get<'_>) -> Report {
    Report {
        channel,
        lost: counter(get(Property::PacketsLost)),
        count: counter(get(Property::PacketsCount)),
        jitter: counter(get(Property::JitterBuffer)),
        round_trip: counter(get(Property::RoundTrip)),
        has_serial: get(Property::Serial).is_some(),
    }
}

fn text(spelled: &[u8]) -> Cow<'_, str> {
    match json::decode(spelled) {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

/// Largest whole number up to which doubles, and so JavaScript, have all.
const FARTHEST: i64 = 1 << 53;

/// A counter as a line spells it: `12`, `12.0` and `1.2e1` are the same.
fn counter(spelled: Option<&[u8]>) -> Option<i64> {
    let spelled = spelled?;
    if spelled.len() <= 15 && spelled.iter().all(u8::is_ascii_digit) {
        return Some(spelled.iter().fold(0, |sum, digit| 10 * sum + i64::from(digit - b'0')));
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
    CHANNELS.iter().enumerate().filter_map(move |(channel, name)| {
        let counters = item.get(line, name)?;
        let get = |role: Property| {
            Some(&line[counters.get(line, &contract.in_role(role)?.name)?.span.clone()])
        };
        Some(report(channel, &get))
    })
}

/// A sink that notes what lines say of their calls before another sink takes them.
pub(crate) struct Watching {
    pub(crate) reader: Reader,
    pub(crate) sink: Box<dyn Sink>,
}

impl Sink for Watching {
    fn begin(&self, out: &mut Vec<u8>) {
        self.sink.begin(out);
    }

    fn take(&self, record: &Record<'_>, out: &mut Pieces) -> Result<(), Box<Finding>> {
        if let Some(payload) = &record.verdict.payload {
            self.reader.payload(record.line, payload, &mut out.notes);
        }
        self.sink.take(record, out)
    }

    fn take_proven(&self, proven: &Proven<'_>, out: &mut Pieces) -> bool {
        let is_taken = self.sink.take_proven(proven, out);
        if is_taken {
            self.reader.proven(proven, &mut out.notes);
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
        let read = |text: &str| counter(Some(text.as_bytes()));
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
