//! One call: what its lines come to.

use serde::{Deserialize, Serialize};

use super::channel::Channel;
use super::duplicate::{LatestLines, LineHash};
use super::hash::NO_COPY;
use super::head::{Head, HeadLine, Reports};
use super::observation::{Observation, Role, What};
use super::participants::Participants;
use super::phases::Phases;
use super::streak::Bounds;
use crate::contract::EventId;

/// Sums over the lines of a call, exact duplicates not among them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Call {
    /// Lines by event type, in the documentation's order.
    pub(crate) events: [u32; EventId::COUNT],
    pub(crate) duplicates: u32,
    pub(crate) first: Spot,
    pub(crate) last: Spot,
    /// Earliest and latest time of an event, in milliseconds of the Unix epoch.
    pub(crate) times: Option<(i64, i64)>,
    pub(crate) phases: Phases,
    pub(crate) direction: Option<Direction>,
    /// Transcript messages of agents, supervisors and others.
    pub(crate) said: [u32; 3],
    pub(crate) participants: Participants,
    pub(crate) channels: [Channel; 2],
    /// Whether an event of the call met all conditions.
    #[serde(skip)]
    pub(crate) is_wanted: bool,
    #[serde(skip)]
    pub(super) latest: LatestLines,
    /// What a report needs besides, if one is to be written.
    #[serde(skip)]
    pub(super) edge: Option<Box<Edge>>,
}

/// What makes the call of a part one that can be merged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Edge {
    /// Lines that are in no sum yet.
    pub(super) head: Head,
    /// The call as a report has it, once it is settled.
    pub(super) state: Box<str>,
}

/// A line of a capture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Spot {
    /// Which capture of the run, from 0.
    pub(crate) capture: u32,
    pub(crate) line: u64,
}

/// Who called whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    Inbound,
    Outbound,
}

impl Call {
    /// A call whose first lines are kept as they are, so that it can be merged.
    pub(crate) fn mergeable() -> Self {
        Self { edge: Some(Box::default()), ..Self::default() }
    }

    /// Takes in a line.
    pub(crate) fn take(&mut self, observation: &Observation, capture: u32, bounds: &Bounds) {
        let spot = Spot { capture, line: observation.number };
        // Lines are counted from 1.
        self.first = if self.last.line == 0 { spot } else { self.first };
        self.last = spot;
        // Those of copies are known from the line that they copy.
        if let What::Party { participant, is_outbound, .. } = observation.what {
            self.participants.meet(participant);
            if let (None, Some(is_outbound)) = (self.direction, is_outbound) {
                let outbound = is_outbound.then_some(Direction::Outbound);
                self.direction = Some(outbound.unwrap_or(Direction::Inbound));
            }
        }
        let repeat = self.latest.recognise(observation);
        if self.edge.is_some() && self.keep(observation, bounds) {
            return;
        }
        if repeat.is_duplicate() {
            self.duplicates = self.duplicates.saturating_add((!observation.is_more).into());
            return;
        }
        if !observation.is_more {
            self.add_line(observation.event, observation.time(), observation.what.role());
        }
        if let What::Report(report) = &observation.what {
            self.channels[usize::from(report.channel)].take(report, bounds);
        }
    }

    /// Keeps one of the first lines as it is; says whether it is one.
    fn keep(&mut self, observation: &Observation, bounds: &Bounds) -> bool {
        let is_in_head = observation.is_more && self.lines() == 0;
        let Some(edge) = &mut self.edge else { return false };
        match observation.what {
            What::Report(report) if is_in_head => edge.head.add_report(&report, bounds),
            What::Report(_) | What::Plain | What::Party { .. } | What::Talk { .. } => {
                if edge.head.is_full() {
                    return false;
                }
                edge.head.push(HeadLine::new(observation));
            }
        }
        true
    }

    fn is_new(&self) -> bool {
        self.lines() == 0 && self.head().is_empty()
    }

    /// The lines that are in no sum yet.
    fn head(&self) -> &[HeadLine] {
        self.edge.as_ref().map_or(&[], |edge| edge.head.lines())
    }

    /// Counts a line that is no copy, without its reports.
    fn add_line(&mut self, event: EventId, time: Option<i64>, role: Option<Role>) {
        let events = &mut self.events[event.index()];
        *events = events.saturating_add(1);
        if let Some(role) = role.filter(|_| event == EventId::Transcript) {
            let said = &mut self.said[role as usize];
            *said = said.saturating_add(1);
        }
        if let Some(at) = time {
            let (start, end) = self.times.unwrap_or((at, at));
            self.times = Some((start.min(at), end.max(at)));
        }
        if event != EventId::FIRST {
            self.phases.take(event, time);
        }
    }

    /// Takes in one of the first lines of a later part.
    fn take_line(&mut self, line: &HeadLine, bounds: &Bounds) {
        if self.latest.see(line.hash, line.is_unmistakable).is_duplicate() {
            self.duplicates = self.duplicates.saturating_add(1);
            return;
        }
        self.add_line(line.event, line.time, line.role);
        match &line.reports {
            Reports::None => {}
            Reports::One(report) => self.channels[usize::from(report.channel)].take(report, bounds),
            Reports::Many(sums) => self.append_channels(sums, bounds),
        }
    }

    /// Takes in a later part of the same call. Both can be merged.
    pub(crate) fn append(&mut self, later: &Self, bounds: &Bounds) {
        if later.is_new() {
            return;
        }
        self.first = if self.is_new() { later.first } else { self.first };
        self.last = later.last;
        self.participants.append(&later.participants);
        self.direction = self.direction.or(later.direction);
        for line in later.head() {
            match &mut self.edge {
                Some(edge) if !edge.head.is_full() => {
                    edge.head.push(line.clone());
                    self.latest.see(line.hash, line.is_unmistakable);
                }
                _ => self.take_line(line, bounds),
            }
        }
        if later.lines() > 0 {
            self.append_sums(later, bounds);
            self.latest = later.latest;
        }
    }

    fn append_sums(&mut self, later: &Self, bounds: &Bounds) {
        for (mine, theirs) in self.events.iter_mut().zip(later.events) {
            *mine = mine.saturating_add(theirs);
        }
        self.duplicates = self.duplicates.saturating_add(later.duplicates);
        self.times = match (self.times, later.times) {
            (Some(mine), Some(theirs)) => Some((mine.0.min(theirs.0), mine.1.max(theirs.1))),
            (mine, theirs) => mine.or(theirs),
        };
        self.phases.append(&later.phases);
        for (mine, theirs) in self.said.iter_mut().zip(later.said) {
            *mine = mine.saturating_add(theirs);
        }
        self.append_channels(&later.channels, bounds);
    }

    fn append_channels(&mut self, later: &[Channel; 2], bounds: &Bounds) {
        for (index, theirs) in later.iter().enumerate() {
            self.channels[index].append(theirs, index, bounds);
        }
    }

    /// Adds the first lines to the sums, for no earlier part of the call comes any more, and keeps
    /// `state`, which a report has of it.
    pub(super) fn settle(&mut self, state: Box<str>, bounds: &Bounds) {
        let mut whole = Self {
            first: self.first,
            last: self.last,
            direction: self.direction,
            participants: std::mem::take(&mut self.participants),
            is_wanted: self.is_wanted,
            ..Self::default()
        };
        self.head().iter().for_each(|line| whole.take_line(line, bounds));
        whole.append_sums(self, bounds);
        whole.edge = Some(Box::new(Edge { head: Head::default(), state }));
        *self = whole;
    }

    /// What a report has of the call, which is settled.
    pub(crate) fn state(&self) -> &str {
        self.edge.as_ref().map_or("", |edge| &edge.state)
    }

    /// Forgets the hashes by which participants are told apart, and lines that name some.
    pub(crate) fn forget_names(&mut self) {
        self.participants = self.participants.unnamed();
        let forgotten = |hash: LineHash| hash.reported(|_| NO_COPY);
        self.latest = LatestLines::after(self.latest.hashes().map(forgotten));
        for line in self.edge.iter_mut().flat_map(|edge| edge.head.lines_mut()) {
            line.hash = forgotten(line.hash);
        }
    }

    /// Forgets which reports were beyond a limit, where parts had different limits.
    pub(crate) fn forget_streaks(&mut self) {
        let nested = self.edge.iter_mut().flat_map(|edge| edge.head.lines_mut());
        let nested = nested.filter_map(|line| line.reports.sums());
        let channels = nested.flatten().chain(&mut self.channels);
        channels.for_each(Channel::forget_streaks);
    }

    /// All lines, exact duplicates too.
    pub(crate) fn lines(&self) -> u64 {
        self.events.iter().map(|count| u64::from(*count)).sum::<u64>() + u64::from(self.duplicates)
    }

    /// Lines of the event with this name.
    pub(crate) fn count(&self, event: &str) -> u32 {
        EventId::from_name(event).map_or(0, |id| self.events[id.index()])
    }

    /// Hashes of the participants' names, in the order in which they appear.
    pub(crate) fn participant_hashes(&self) -> impl Iterator<Item = u64> + '_ {
        self.participants.hashes()
    }
}
