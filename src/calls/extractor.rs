//! Extracts what lines say of their calls.

use std::hash::BuildHasher as _;
use std::num::NonZero;
use std::sync::{Arc, OnceLock};

use foldhash::fast::FixedState;

use super::hash::{HASH_BASE, NO_COPY, hash_of};
use super::observation::{Observation, Role, What};
use super::observations::Observations;
use super::report::{Report, channel, nested_reports};
use crate::check::{Line, Record};
use crate::contract::{Bundle, Event, EventId, Property as Details, Role as Property};
use crate::json::{self, Kind, Node, Scalar};
use crate::text::shortened;

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
    /// Each made when its event is first seen, because only then its schema is read.
    layouts: [OnceLock<Layout>; EventId::COUNT],
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
    fn hash(&self, record: &Record<'_>) -> u64 {
        let get = |slot: usize| record.scalar(slot);
        let is_whole =
            self.values.iter().all(|(slot, is_required)| !is_required || get(*slot).is_some());
        if is_whole {
            hash_of(self.values.iter().map(|(slot, _)| get(*slot)))
        } else {
            FixedState::default().hash_one(record.payload_text()).max(1)
        }
    }
}

impl ObservationExtractor {
    pub(crate) fn new(bundle: Arc<Bundle>, keep: Keep) -> Self {
        Self { bundle, keep, layouts: [const { OnceLock::new() }; _] }
    }

    fn layout(&self, event: EventId) -> &Layout {
        self.layouts[event.index()].get_or_init(|| Layout::new(self.bundle.event(event)))
    }

    /// Observes a record.
    pub(crate) fn record(&self, record: &Record<'_>, out: &mut Observations) {
        let Some(event) = record.event else { return };
        let call = match record.spelled_call_id() {
            Some(spelled) => Some(out.spelled(spelled)),
            None => {
                // Reports that name no call, as the connector's own tests send them, are of one
                // without a name, so that limits hold for them, too.
                let nameless: Option<&[u8]> = self.layout(event).is_report.then_some(b"");
                record.call_id().as_deref().or(nameless).map(|id| out.call(id))
            }
        };
        let subject = Subject { call, event };
        match self.nested(record, event) {
            Some(items) => self.observe_nested(record, subject, items, out),
            None => self.observe(record, subject, out),
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

    /// Observes a record with one report, or with none.
    fn observe(&self, record: &Record<'_>, subject: Subject, out: &mut Observations) {
        let layout = self.layout(subject.event);
        let get = |role: Property| record.scalar(layout.roles[role as usize]?);
        let what = what(get);
        let is_report = matches!(what, What::Report(_));
        let hash = match what {
            What::Report(report) => report.hash(get),
            _ if layout.is_report => NO_COPY,
            What::Plain | What::Party { .. } | What::Talk { .. } => {
                // Copies are of the same event.
                (layout.hash(record) ^ subject.event.index() as u64).max(1)
            }
        };
        if let (Keep::Participants, Some(hash)) = (self.keep, what.participant()) {
            let name = || {
                let name = get(Property::Participant).map(|it| json::decode_lossy(it.spelled()));
                shortened(&name.unwrap_or_default(), LONGEST_NAME).into()
            };
            out.participants.entry(hash).or_insert_with(name);
        }
        let is_personal = !is_report && !layout.values.is_empty();
        let raw = self.keep_line(record, out);
        let recorded = record.time().and_then(NonZero::new);
        let plain = subject.observed(&record.line);
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
        let recorded = record.time().and_then(NonZero::new);
        let plain = Observation { recorded, raw, ..subject.observed(&record.line) };
        let contract = self.bundle.event(subject.event);
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
        match self.keep {
            Keep::Nothing | Keep::Participants => (0, 0),
            Keep::Payloads => out.keep(record.payload_text(), 1),
            Keep::Lines => out.keep(record.line.raw, record.line.column),
        }
    }
}

impl Subject {
    /// An observation that says no more than what the line is about, and has no copies.
    fn observed(self, line: &Line<'_>) -> Observation {
        Observation {
            call: self.call,
            number: line.number,
            offset: line.offset,
            event: self.event,
            hash: NO_COPY,
            is_personal: false,
            is_more: false,
            what: What::Plain,
            recorded: None,
            raw: (0, 0),
            next: u32::MAX,
        }
    }
}

/// `get` gives the value of the property in a role, as the line spells it.
fn what<'a>(get: impl Fn(Property) -> Option<Scalar<'a>>) -> What {
    let spelled = |role: Property| get(role).map(Scalar::spelled);
    if let Some(name) = spelled(Property::Channel) {
        return channel(name).map_or(What::Plain, |it| What::Report(Report::new(it, get)));
    }
    if let Some(participant) = spelled(Property::Participant) {
        let direction = spelled(Property::Direction);
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
    let role = match speaker.map(|it| json::decode_utf8(it.spelled())).as_deref() {
        Some(b"Agent") => Role::Agent,
        Some(b"Supervisor") => Role::Supervisor,
        _ => Role::Other,
    };
    What::Talk { at: at.and_then(Scalar::whole), role }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::report::CHANNELS;

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
}
