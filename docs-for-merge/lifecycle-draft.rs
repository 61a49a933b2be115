//! The order of events in a call: hints, never contract errors, each with the earlier line that it
//! contradicts.
//!
//! Lines are judged on several threads; what they say of their calls arrives here in input order.
//! A rule needs to have seen what it builds on: a capture that starts in mid-call breaks none.

use std::collections::HashMap;

use crate::rule::Rule;
use crate::stats::{Notes, Role, Sighting, What};

/// Every call that has not ended, and what little is known of those that have.
#[derive(Debug, Default)]
pub(crate) struct Lifecycle {
    open: HashMap<Box<str>, Open>,
    /// The line of `callended`, and of `wrapupended` where there was one.
    ended: HashMap<u64, Ended>,
}

/// A call that goes on. Numbers are lines.
#[derive(Debug, Default)]
struct Open {
    started: Option<u64>,
    connected: Option<u64>,
    /// Participants that are on hold, and since when.
    holds: Vec<(u64, u64)>,
    /// Whether a conference or a swap has changed who is on hold.
    is_swapped: bool,
    muted: Toggle,
    paused: Toggle,
    /// The first line that added somebody.
    added: Option<u64>,
    removed: Vec<(u64, u64)>,
    /// When the flag was lowered last, unless it was raised since.
    lowered: Option<u64>,
    /// Hash of the last line.
    last: u64,
}

#[derive(Debug, Clone, Copy)]
struct Ended {
    line: u64,
    wrapped: Option<u64>,
    /// Hash of the last line.
    last: u64,
}

/// Something that is on or off, since a line; unknown until it is seen.
#[derive(Debug, Clone, Copy, Default)]
enum Toggle {
    #[default]
    Unknown,
    On(u64),
    Off(u64),
}

/// A line that contradicts an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Contradiction {
    pub(crate) rule: Rule,
    pub(crate) earlier: u64,
    pub(crate) message: String,
}

/// Participants and removals of a call that are remembered.
const MOST_REMEMBERED: usize = 32;

impl Lifecycle {
    /// Forgets everything: the next capture begins.
    pub(crate) fn clear(&mut self) {
        self.open.clear();
        self.ended.clear();
    }

    /// What is wrong with the order in which this line comes.
    pub(crate) fn take(&mut self, sighting: &Sighting, notes: &Notes) -> Option<Contradiction> {
        let id = &*notes.calls[sighting.call? as usize];
        if sighting.is_more {
            return None;
        }
        let key = notes.key(id);
        if let Some(ended) = self.ended.get_mut(&key) {
            return ended.take(sighting);
        }
        if !self.open.contains_key(id) {
            self.open.insert(id.into(), Open::default());
        }
        let open = self.open.get_mut(id)?;
        // Several tabs log the same event; an equal report later is another report.
        if std::mem::replace(&mut open.last, sighting.hash) == sighting.hash {
            return None;
        }
        let found = open.take(sighting);
        if sighting.event.name() == "callended" {
            let ended = Ended { line: sighting.number, wrapped: None, last: sighting.hash };
            self.open.remove(id);
            self.ended.insert(key, ended);
        }
        found.map(|(rule, earlier, message)| Contradiction { rule, earlier, message })
    }
}

type Found = Option<(Rule, u64, String)>;

impl Ended {
    fn take(&mut self, sighting: &Sighting) -> Option<Contradiction> {
        if std::mem::replace(&mut self.last, sighting.hash) == sighting.hash {
            return None;
        }
        let name = sighting.event.name();
        let (rule, earlier, message) = match (name, self.wrapped) {
            ("callended" | "transcript" | "flagraise" | "flaglower" | "audiostats", _) => return None,
            ("wrapupended", None) => {
                self.wrapped = Some(sighting.number);
                return None;
            }
            ("wrapupended", Some(line)) => {
                (Rule::LifecycleWrapup, line, format!("wrapupended again: it was in line {line}"))
            }
            (name, _) => {
                let line = self.line;
                (Rule::LifecycleAfterEnd, line, format!("{name} after callended in line {line}"))
            }
        };
        Some(Contradiction { rule, earlier, message })
    }
}

impl Open {
    fn take(&mut self, sighting: &Sighting) -> Found {
        let line = sighting.number;
        match sighting.event.name() {
            "callstarted" => self.start(line),
            "callconnected" => {
                self.connected = self.connected.or(Some(line));
                None
            }
            "hold" | "resume" => self.hold(sighting),
            "conference" => {
                self.holds.clear();
                self.regroup("conference")
            }
            "swap" => self.regroup("swap"),
            "mute" => self.muted.turn_on(line, Rule::LifecycleMute, "mute"),
            "unmute" => self.muted.turn_off(line, Rule::LifecycleMute, "unmute"),
            "pauserecording" => {
                self.paused.turn_on(line, Rule::LifecycleRecording, "pauserecording")
            }
            "resumerecording" => {
                self.paused.turn_off(line, Rule::LifecycleRecording, "resumerecording")
            }
            "participantadded" | "participantremoved" => self.participant(sighting),
            "wrapupended" => self.connected.map(|earlier| {
                let message =
                    format!("wrapupended, but the call of line {earlier} has not ended");
                (Rule::LifecycleWrapup, earlier, message)
            }),
            "audiostats" if self.connected.is_none() => self.started.map(|earlier| {
                let message = format!("audiostats before callconnected; started in line {earlier}");
                (Rule::LifecycleAudiostats, earlier, message)
            }),
            "transcript" => self.transcript(),
            "flagraise" | "flaglower" => self.flag(sighting),
            _ => None,
        }
    }

    fn start(&mut self, line: u64) -> Found {
        let is_first = self.started.is_none();
        self.started = self.started.or(Some(line));
        let earlier = self.connected.filter(|_| is_first)?;
        let message = format!("callstarted after callconnected in line {earlier}");
        Some((Rule::LifecycleStart, earlier, message))
    }

    fn hold(&mut self, sighting: &Sighting) -> Found {
        let What::Party { participant, .. } = sighting.what else { return None };
        let held = self.holds.iter().position(|(who, _)| *who == participant);
        if sighting.event.name() == "resume" {
            if let Some(held) = held {
                self.holds.remove(held);
                return None;
            }
            // Swaps and conferences end holds in ways that payloads do not tell.
            let earlier = self.started.or(self.connected).filter(|_| !self.is_swapped)?;
            let message = format!("resume without a hold since the call began in line {earlier}");
            return Some((Rule::LifecycleHold, earlier, message));
        }
        match held {
            Some(held) if !self.is_swapped => {
                let earlier = self.holds[held].1;
                let message = format!("hold again: on hold since line {earlier}");
                Some((Rule::LifecycleHold, earlier, message))
            }
            Some(_) => None,
            None => {
                self.holds.truncate(MOST_REMEMBERED);
                self.holds.push((participant, sighting.number));
                None
            }
        }
    }

    fn regroup(&mut self, name: &str) -> Found {
        self.is_swapped = true;
        if self.added.is_some() {
            return None;
        }
        let earlier = self.started?;
        let message = format!("{name}, but nobody was added since the call began in line {earlier}");
        Some((Rule::LifecycleConference, earlier, message))
    }

    fn participant(&mut self, sighting: &Sighting) -> Found {
        let What::Party { participant, .. } = sighting.what else { return None };
        let line = sighting.number;
        let removed = self.removed.iter().position(|(who, _)| *who == participant);
        if sighting.event.name() == "participantadded" {
            self.added = self.added.or(Some(line));
            if let Some(removed) = removed {
                self.removed.remove(removed);
            }
            return None;
        }
        self.holds.retain(|(who, _)| *who != participant);
        let Some(removed) = removed else {
            self.removed.truncate(MOST_REMEMBERED);
            self.removed.push((participant, line));
            return None;
        };
        let earlier = self.removed[removed].1;
        let message = format!("participantremoved again: it was removed in line {earlier}");
        Some((Rule::LifecycleParticipant, earlier, message))
    }

    fn transcript(&self) -> Found {
        if let (Some((_, earlier)), false) = (self.holds.first(), self.is_swapped) {
            let message = format!("transcript on hold, which began in line {earlier}");
            return Some((Rule::LifecycleTranscript, *earlier, message));
        }
        let Toggle::On(earlier) = self.paused else { return None };
        let message = format!("transcript while recording is paused since line {earlier}");
        Some((Rule::LifecycleTranscript, earlier, message))
    }

    fn flag(&mut self, sighting: &Sighting) -> Found {
        if sighting.event.name() == "flagraise" {
            self.lowered = None;
            let What::Talk { role: Role::Supervisor, .. } = sighting.what else { return None };
            let earlier = self.started.or(self.connected)?;
            let message = "flagraise by a supervisor: agents raise flags".to_owned();
            return Some((Rule::LifecycleFlag, earlier, message));
        }
        let earlier = self.lowered.replace(sighting.number)?;
        let message = format!("flaglower again: it was lowered in line {earlier}");
        Some((Rule::LifecycleFlag, earlier, message))
    }
}

impl Toggle {
    fn turn_on(&mut self, line: u64, rule: Rule, name: &str) -> Found {
        match std::mem::replace(self, Self::On(line)) {
            Self::On(earlier) => {
                Some((rule, earlier, format!("{name} again: it was in line {earlier}")))
            }
            Self::Off(_) | Self::Unknown => None,
        }
    }

    fn turn_off(&mut self, line: u64, rule: Rule, name: &str) -> Found {
        match std::mem::replace(self, Self::Off(line)) {
            Self::Off(earlier) => {
                Some((rule, earlier, format!("{name} again: it was in line {earlier}")))
            }
            Self::On(_) | Self::Unknown => None,
        }
    }
}
