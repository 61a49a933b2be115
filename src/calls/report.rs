//! A report of how one channel sounds: its counters, as a line has them.

use serde::{Deserialize, Serialize};

use super::hash::{HASH_BASE, NO_COPY, hash_of};
use crate::contract::{Event, Role as Property};
use crate::json::{self, Node, Scalar};

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

/// What a counter is: a whole number from 0 to 2^53, for JavaScript, where counters come from,
/// cannot count further. Or nothing, where the line has anything else. Eight bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counter(u64);

/// A report as reports of `stats` have it: the index of the channel, then each counter plus one, and 0
/// for none.
type ReportedReport = (u8, [u64; 4]);

/// Channels by their names in payloads; a test looks them up in the schema.
pub(crate) const CHANNELS: [&str; 2] = ["inputChannelStats", "outputChannelStats"];

impl Counter {
    pub(crate) fn new(value: Option<i64>) -> Self {
        Self(value.and_then(|value| u64::try_from(value).ok()).unwrap_or(u64::MAX))
    }

    /// The counter that a scalar is. Inlined, five of them take 40 instructions less per line, of
    /// 1,900.
    #[inline]
    fn of(scalar: Option<Scalar<'_>>) -> Self {
        match scalar.and_then(Scalar::few_digits) {
            Some(few) => Self(few.into()),
            None => Self::new(scalar.and_then(Scalar::whole)),
        }
    }

    pub(crate) fn get(self) -> Option<u64> {
        (self.0 != u64::MAX).then_some(self.0)
    }
}

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
    /// The report of a channel, whose counters `get` gives by their roles.
    pub(super) fn new<'a>(channel: u8, get: impl Fn(Property) -> Option<Scalar<'a>>) -> Self {
        let counter = |role: Property| Counter::of(get(role));
        Self {
            channel,
            lost: counter(Property::PacketsLost),
            count: counter(Property::PacketsCount),
            jitter: counter(Property::JitterBuffer),
            round_trip: counter(Property::RoundTrip),
        }
    }

    /// What reports with these values and this serial number have in common; [`NO_COPY`] without a
    /// serial number. Zero is none: the open-source connector puts it into each report. A
    /// polynomial: hashing the bytes instead takes a tenth of the time that a line takes in all.
    pub(super) fn hash<'a>(&self, get: impl Fn(Property) -> Option<Scalar<'a>>) -> u64 {
        let serial = Counter::of(get(Property::Serial)).get();
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

/// Index into [`CHANNELS`] of the one that is `spelled` so.
pub(super) fn channel(spelled: &[u8]) -> Option<u8> {
    let find = |name: &[u8]| match name {
        _ if name == CHANNELS[0].as_bytes() => Some(0),
        _ if name == CHANNELS[1].as_bytes() => Some(1),
        _ => None,
    };
    find(spelled.get(1..spelled.len().saturating_sub(1))?)
        .or_else(|| find(&json::decode_utf8(spelled)))
}

/// The reports of the connector's shape, each with its hash: both channels in one item, whose
/// counters are called as those of `contract`, the event's own shape.
pub(super) fn nested_reports<'a>(
    item: &'a Node,
    line: &'a [u8],
    contract: &'a Event,
) -> impl Iterator<Item = (Report, u64)> + 'a {
    CHANNELS.iter().zip(0..).filter_map(move |(name, channel)| {
        let counters = item.get(line, name)?;
        let get = |role: Property| {
            let counter = counters.get(line, &contract.in_role(role)?.name)?;
            Some(Scalar::new(line, counter.span.clone()))
        };
        let report = Report::new(channel, get);
        Some((report, report.hash(get)))
    })
}
