//! One call: what its lines come to.

use serde::{Deserialize, Serialize};

use super::channel::Channel;
use super::duplicate::LatestLines;
use super::observation::{Observation, Role, What};
use crate::contract::EventId;

/// Sums over the lines of a call, exact duplicates not among them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Call {
    /// Lines by event type, in the documentation's order.
    pub(crate) events: [u32; EventId::COUNT],
    pub(crate) duplicates: u32,
    pub(crate) first: Spot,
    pub(crate) last: Spot,
    /// Earliest and latest time in an event, in milliseconds of the Unix epoch.
    pub(crate) times: Option<(i64, i64)>,
    pub(crate) direction: Option<Direction>,
    /// Transcript messages of agents, supervisors and others.
    pub(crate) said: [u32; 3],
    /// Hashes of the participants' names, at most [`MOST_PARTICIPANTS`].
    participants: Vec<u64>,
    pub(crate) channels: [Channel; 2],
    #[serde(skip)]
    latest: LatestLines,
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

/// Participants of a call that are told apart.
const MOST_PARTICIPANTS: usize = 16;

impl Call {
    /// Takes in a line.
    pub(crate) fn take(&mut self, observation: &Observation, capture: u32) {
        let spot = Spot { capture, line: observation.number };
        if self.lines() == 0 {
            self.first = spot;
        }
        self.last = spot;
        if self.latest.recognise(observation).is_duplicate() {
            self.duplicates = self.duplicates.saturating_add((!observation.is_more).into());
            return;
        }
        if !observation.is_more {
            let events = &mut self.events[observation.event.index()];
            *events = events.saturating_add(1);
        }
        match observation.what {
            What::Plain => {}
            What::Report(report) => self.channels[usize::from(report.channel)].take(&report),
            What::Party { participant, is_outbound, .. } => {
                self.meet(participant);
                if let (None, Some(is_outbound)) = (self.direction, is_outbound) {
                    let outbound = is_outbound.then_some(Direction::Outbound);
                    self.direction = Some(outbound.unwrap_or(Direction::Inbound));
                }
            }
            What::Talk { at, role } => self.talk(observation.event, at, role),
        }
    }

    fn talk(&mut self, event: EventId, at: Option<i64>, role: Role) {
        if event == EventId::Transcript {
            let said = &mut self.said[role as usize];
            *said = said.saturating_add(1);
        }
        if let Some(at) = at {
            let (start, end) = self.times.unwrap_or((at, at));
            self.times = Some((start.min(at), end.max(at)));
        }
    }

    fn meet(&mut self, participant: u64) {
        if !self.participants.contains(&participant) && self.participants.len() < MOST_PARTICIPANTS
        {
            self.participants.push(participant);
        }
    }

    /// Takes in a later part of the same call.
    pub(crate) fn append(&mut self, later: &Self) {
        if self.lines() == 0 {
            self.first = later.first;
        }
        self.last = later.last;
        for (mine, theirs) in self.events.iter_mut().zip(later.events) {
            *mine = mine.saturating_add(theirs);
        }
        self.duplicates = self.duplicates.saturating_add(later.duplicates);
        self.times = match (self.times, later.times) {
            (Some(mine), Some(theirs)) => Some((mine.0.min(theirs.0), mine.1.max(theirs.1))),
            (mine, theirs) => mine.or(theirs),
        };
        self.direction = self.direction.or(later.direction);
        for (mine, theirs) in self.said.iter_mut().zip(later.said) {
            *mine = mine.saturating_add(theirs);
        }
        later.participants.iter().for_each(|participant| self.meet(*participant));
        for (mine, theirs) in self.channels.iter_mut().zip(&later.channels) {
            mine.append(theirs);
        }
    }

    /// All lines, exact duplicates too.
    pub(crate) fn lines(&self) -> u64 {
        self.events.iter().map(|count| u64::from(*count)).sum::<u64>() + u64::from(self.duplicates)
    }

    /// Lines of the event with this name.
    pub(crate) fn count(&self, event: &str) -> u32 {
        EventId::from_name(event).map_or(0, |id| self.events[id.index()])
    }

    pub(crate) fn participants(&self) -> usize {
        self.participants.len()
    }
}
