//! The first lines of a call in a part of the captures: they may turn out to be copies of lines in
//! an earlier part.
//!
//! Whether a line is a copy depends on the [`REACH`] lines before it. So the first lines of a part
//! are kept as they are, out of all sums, until the lines before them are known or it is known that
//! there are none.

use serde::{Deserialize, Serialize};

use super::channel::Channel;
use super::duplicate::{LineHash, REACH, is_unmistakable};
use super::observation::{Observation, Role, What};
use super::report::Report;
use super::streak::Bounds;
use crate::contract::EventId;

/// The first lines of a call, at most [`REACH`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<HeadLine>", into = "Vec<HeadLine>")]
pub(crate) struct Head(Vec<HeadLine>);

/// What figures need of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HeadLine {
    #[serde(with = "event_index")]
    pub(super) event: EventId,
    pub(super) hash: LineHash,
    /// Whether lines that are equal to it are copies, and not the same event again.
    pub(super) is_unmistakable: bool,
    /// Milliseconds of the Unix epoch.
    pub(super) time: Option<i64>,
    pub(super) role: Option<Role>,
    pub(super) reports: Reports,
}

/// The reports of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Reports {
    None,
    One(Report),
    /// A line of 1 MiB nests up to 43,000.
    Many(Box<[Channel; 2]>),
}

impl TryFrom<Vec<HeadLine>> for Head {
    type Error = &'static str;

    fn try_from(lines: Vec<HeadLine>) -> Result<Self, &'static str> {
        (lines.len() <= REACH).then_some(Self(lines)).ok_or("the beginning of a call is too long")
    }
}

impl From<Head> for Vec<HeadLine> {
    fn from(head: Head) -> Self {
        head.0
    }
}

impl Head {
    /// Whether there is no room for another line.
    pub(super) fn is_full(&self) -> bool {
        self.0.len() >= REACH
    }

    pub(super) fn push(&mut self, line: HeadLine) {
        self.0.push(line);
    }

    /// Adds a further report to the latest line.
    pub(super) fn add_report(&mut self, report: &Report, bounds: &Bounds) {
        if let Some(line) = self.0.last_mut() {
            line.reports.add(report, bounds);
        }
    }

    pub(super) fn lines(&self) -> &[HeadLine] {
        &self.0
    }

    pub(super) fn lines_mut(&mut self) -> &mut [HeadLine] {
        &mut self.0
    }
}

impl HeadLine {
    pub(super) fn new(observation: &Observation) -> Self {
        let reports = match observation.what {
            What::Report(report) => Reports::One(report),
            What::Talk { .. } | What::Party { .. } | What::Plain => Reports::None,
        };
        Self {
            event: observation.event,
            hash: LineHash::of(observation),
            is_unmistakable: is_unmistakable(&observation.what),
            time: observation.time(),
            role: observation.what.role(),
            reports,
        }
    }
}

impl Reports {
    /// The sums over the reports of a line that nests several.
    pub(super) fn sums(&mut self) -> Option<&mut [Channel; 2]> {
        match self {
            Self::Many(sums) => Some(sums),
            Self::None | Self::One(_) => None,
        }
    }

    fn add(&mut self, report: &Report, bounds: &Bounds) {
        if let Self::One(first) = self {
            let first = *first;
            let mut sums = Box::<[Channel; 2]>::default();
            sums[usize::from(first.channel)].take(&first, bounds);
            *self = Self::Many(sums);
        }
        match self {
            Self::None => *self = Self::One(*report),
            Self::One(_) => {}
            Self::Many(sums) => sums[usize::from(report.channel)].take(report, bounds),
        }
    }
}

/// An event as its index.
mod event_index {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use crate::contract::EventId;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(super) fn serialize<S: Serializer>(event: &EventId, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_u8(u8::try_from(event.index()).unwrap_or(u8::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<EventId, D::Error> {
        let index = usize::from(u8::deserialize(from)?);
        EventId::all().nth(index).ok_or_else(|| D::Error::custom("an event is unknown"))
    }
}
