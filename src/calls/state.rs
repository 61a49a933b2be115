//! The state of a call: who is on hold, whether the agent is muted and the recording paused.
//!
//! The order of events and the timeline share this state machine. What no line has shown is
//! unknown.

use super::observation::What;
use crate::contract::EventId;

/// Something that is on or off, since `M`, a line; unknown until that was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Toggle<M> {
    #[default]
    Unknown,
    On(M),
    Off(M),
}

impl<M> Toggle<M> {
    /// The line since which it is on.
    pub(crate) fn on(&self) -> Option<&M> {
        match self {
            Self::On(line) => Some(line),
            Self::Off(_) | Self::Unknown => None,
        }
    }

    /// The line since which it is off.
    pub(crate) fn off(&self) -> Option<&M> {
        match self {
            Self::Off(line) => Some(line),
            Self::On(_) | Self::Unknown => None,
        }
    }
}

/// What is known to hold. `M` stands for a line that changed it.
#[derive(Debug, Clone)]
pub(crate) struct CallState<M> {
    pub(crate) muted: Toggle<M>,
    pub(crate) paused: Toggle<M>,
    pub(crate) parties: Parties<M>,
}

/// The parties of a call other than the agent, as far as its lines name them.
#[derive(Debug, Clone)]
pub(crate) struct Parties<M> {
    /// At most [`MOST_PARTIES`].
    known: Vec<Party<M>>,
    /// Whether those who are not known are on hold.
    others: Toggle<M>,
    /// Whether there are no parties that are not known: the call was seen from its beginning on.
    is_complete: bool,
}

#[derive(Debug, Clone)]
struct Party<M> {
    /// Hash of the name.
    name: u64,
    presence: Presence<M>,
    held: Toggle<M>,
}

/// Whether a party is on the line.
#[derive(Debug, Clone, Default)]
enum Presence<M> {
    /// Whoever was only put on hold or taken off it.
    #[default]
    Unknown,
    Here,
    /// Left with this line.
    Left(M),
    /// Was taken off the call without having joined, as where adding somebody has failed.
    NeverHere,
}

/// Parties of a call that are told apart: conferences are of six at most.
const MOST_PARTIES: usize = 8;

impl<M> Default for CallState<M> {
    fn default() -> Self {
        Self { muted: Toggle::Unknown, paused: Toggle::Unknown, parties: Parties::default() }
    }
}

impl<M> Default for Parties<M> {
    fn default() -> Self {
        Self { known: Vec::new(), others: Toggle::Unknown, is_complete: false }
    }
}

/// Whether a call begins with this line, as far as can be told. It does with callstarted, unless it
/// was added to a call that goes on, in which anything may hold; a callconnected may be a replay.
pub(crate) fn is_beginning(event: EventId, what: &What) -> bool {
    event == EventId::CallStarted && !matches!(what, What::Party { is_added: true, .. })
}

impl<M: Clone> CallState<M> {
    /// What holds where a call begins with `line`: nobody is on hold. It may begin muted.
    pub(crate) fn at_the_beginning(line: M) -> Self {
        let parties = Parties { known: Vec::new(), others: Toggle::Off(line), is_complete: true };
        Self { parties, ..Self::default() }
    }

    /// Takes in an event. `line` gives what stands for its line, where that changes anything.
    pub(crate) fn apply(&mut self, event: EventId, what: &What, line: impl FnOnce() -> M) {
        let party = what.participant();
        match (event, party) {
            (EventId::Hold, Some(party)) => self.parties.set_held(party, Toggle::On(line())),
            (EventId::Resume, Some(party)) => self.parties.set_held(party, Toggle::Off(line())),
            (EventId::Conference, _) => self.parties.set_all_held(&Toggle::Off(line())),
            (EventId::Swap, _) => self.parties.swap(line),
            (EventId::Mute, _) => self.muted = Toggle::On(line()),
            (EventId::Unmute, _) => self.muted = Toggle::Off(line()),
            (EventId::PauseRecording, _) => self.paused = Toggle::On(line()),
            (EventId::ResumeRecording, _) => self.paused = Toggle::Off(line()),
            (
                EventId::CallStarted | EventId::CallConnected | EventId::ParticipantAdded,
                Some(party),
            ) => {
                self.parties.meet(party, line);
            }
            (EventId::ParticipantRemoved, Some(party)) => self.parties.leave(party, line),
            (EventId::CallEnded, _) => {
                let line = line();
                self.muted = Toggle::Off(line.clone());
                self.paused = Toggle::Off(line.clone());
                self.parties.set_all_held(&Toggle::Off(line));
            }
            _ => {}
        }
    }

    /// Takes in an event that may be a copy of an earlier one: what it would change is unknown.
    pub(crate) fn doubt_after(&mut self, event: EventId, what: &What) {
        match (event, what.participant()) {
            (EventId::Hold | EventId::Resume, Some(party)) => self.parties.doubt_about(party),
            (EventId::Conference | EventId::Swap, _) => self.parties.doubt(),
            (EventId::Mute | EventId::Unmute, _) => self.muted = Toggle::Unknown,
            (EventId::PauseRecording | EventId::ResumeRecording, _) => {
                self.paused = Toggle::Unknown;
            }
            (
                EventId::CallStarted | EventId::CallConnected | EventId::ParticipantAdded,
                Some(party),
            ) => {
                self.parties.doubt_arrival(party);
            }
            (EventId::ParticipantRemoved, Some(party)) => self.parties.doubt_departure(party),
            _ => {}
        }
    }

    /// Somebody is heard though it should be silent: who was on hold may no longer be.
    pub(crate) fn doubt_silence(&mut self) {
        if self.paused.on().is_some() {
            self.paused = Toggle::Unknown;
        }
        self.parties.doubt_silence();
    }

    /// Forgets what holds, as where a page was refreshed: it hears anew who is muted and on hold,
    /// and nobody knows who has joined in between.
    pub(crate) fn start_again(&mut self) {
        self.muted = Toggle::Unknown;
        self.paused = Toggle::Unknown;
        self.parties.doubt();
        self.parties.is_complete = false;
    }
}

impl<M: Clone> Parties<M> {
    /// Whether this participant is on hold.
    pub(crate) fn hold_of(&self, party: u64) -> &Toggle<M> {
        self.find(party).map_or(&self.others, |party| &party.held)
    }

    /// The line with which this participant left, after having been on the line.
    pub(crate) fn left(&self, party: u64) -> Option<&M> {
        match &self.find(party)?.presence {
            Presence::Left(line) => Some(line),
            Presence::Unknown | Presence::Here | Presence::NeverHere => None,
        }
    }

    /// Whether all parties are known.
    pub(crate) fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// The line since which none of the known parties can be heard: one is on hold, and no other
    /// may be on the line without being on hold.
    pub(crate) fn silence(&self) -> Option<&M> {
        let is_heard = |party: &Party<M>| party.may_be_here() && party.held.on().is_none();
        if self.known.iter().any(is_heard) {
            return None;
        }
        self.known.iter().find_map(|party| party.held.on())
    }

    /// Nobody can tell who is on hold.
    pub(crate) fn doubt(&mut self) {
        self.set_all_held(&Toggle::Unknown);
    }

    fn doubt_silence(&mut self) {
        let is_heard = |party: &Party<M>| {
            matches!((&party.presence, &party.held), (Presence::Here, Toggle::Off(_)))
        };
        if !self.known.iter().any(is_heard) {
            for party in self.known.iter_mut().filter(|party| party.held.on().is_some()) {
                party.held = Toggle::Unknown;
            }
        }
    }

    /// A call that was added to another one: its other parties are in that one.
    pub(crate) fn are_elsewhere_too(&mut self) {
        self.is_complete = false;
        self.others = Toggle::Unknown;
    }

    /// Whoever may have been there before may be on hold: a call can be replayed.
    fn meet(&mut self, party: u64, line: impl FnOnce() -> M) {
        let is_first = self.is_complete && self.find(party).is_none();
        let party = self.entry(party);
        if is_first || !party.may_be_here() {
            party.held = Toggle::Off(line());
        }
        party.presence = Presence::Here;
    }

    fn leave(&mut self, party: u64, line: impl FnOnce() -> M) {
        let party = self.entry(party);
        party.held = Toggle::Unknown;
        party.presence = match party.presence {
            Presence::Unknown | Presence::NeverHere => Presence::NeverHere,
            Presence::Here | Presence::Left(_) => Presence::Left(line()),
        };
    }

    fn set_held(&mut self, party: u64, held: Toggle<M>) {
        let party = self.entry(party);
        party.held = held;
        if !party.may_be_here() {
            party.presence = Presence::Unknown;
        }
    }

    fn doubt_about(&mut self, party: u64) {
        let party = self.entry(party);
        party.held = Toggle::Unknown;
        if !party.may_be_here() {
            party.presence = Presence::Unknown;
        }
    }

    fn doubt_arrival(&mut self, party: u64) {
        let party = self.entry(party);
        if !matches!(party.presence, Presence::Here) {
            party.held = Toggle::Unknown;
            party.presence = Presence::Unknown;
        }
    }

    fn doubt_departure(&mut self, party: u64) {
        let party = self.entry(party);
        party.held = Toggle::Unknown;
        if matches!(party.presence, Presence::Here) {
            party.presence = Presence::Unknown;
        }
    }

    /// The two other parties change places. Where these are not two, of whom one waits, nobody can
    /// tell who waits now.
    fn swap(&mut self, line: impl FnOnce() -> M) {
        let here = self.known.iter_mut().filter(|party| party.may_be_here());
        let mut here: Vec<&mut Party<M>> = here.collect();
        if self.is_complete
            && let [one, other] = here.as_mut_slice()
            && let (Toggle::On(_), Toggle::Off(_)) | (Toggle::Off(_), Toggle::On(_)) =
                (&one.held, &other.held)
        {
            let line = line();
            for party in [one, other] {
                party.held = match party.held {
                    Toggle::On(_) => Toggle::Off(line.clone()),
                    Toggle::Off(_) | Toggle::Unknown => Toggle::On(line.clone()),
                };
            }
            return;
        }
        self.doubt();
    }

    fn set_all_held(&mut self, held: &Toggle<M>) {
        self.others = held.clone();
        for party in &mut self.known {
            party.held = held.clone();
        }
    }

    fn find(&self, party: u64) -> Option<&Party<M>> {
        self.known.iter().find(|known| known.name == party)
    }

    fn entry(&mut self, party: u64) -> &mut Party<M> {
        let at = self.known.iter().position(|known| known.name == party).unwrap_or_else(|| {
            if self.known.len() >= MOST_PARTIES {
                // Whoever is forgotten is one of the others, of whom nothing is known then.
                self.known.remove(0);
                self.others = Toggle::Unknown;
                self.is_complete = false;
            }
            let held = self.others.clone();
            self.known.push(Party { name: party, presence: Presence::Unknown, held });
            self.known.len() - 1
        });
        &mut self.known[at]
    }
}

impl<M> Party<M> {
    fn may_be_here(&self) -> bool {
        matches!(self.presence, Presence::Unknown | Presence::Here)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(participant: u64) -> What {
        What::Party { participant, is_outbound: None, is_added: false }
    }

    /// The state after these events, each with its participant; lines are counted from 0.
    fn after(events: &[(&str, u64)]) -> CallState<usize> {
        let mut state = CallState::at_the_beginning(0);
        for (line, (name, participant)) in events.iter().enumerate() {
            let event = EventId::from_name(name).expect("it is an event");
            state.apply(event, &party(*participant), || line);
        }
        state
    }

    #[test]
    fn of_a_party_too_many_nothing_is_known() {
        let holds: Vec<(&str, u64)> = (0..100).map(|it| ("hold", it)).collect();
        let state = after(&holds);
        assert_eq!(state.parties.known.len(), MOST_PARTIES);
        assert_eq!(state.parties.hold_of(0), &Toggle::Unknown);
        assert_eq!(state.parties.hold_of(99), &Toggle::On(99));
        assert!(!state.parties.is_complete());
    }

    #[test]
    fn two_parties_change_places_only_where_no_third_can_be_there() {
        let two = [("callstarted", 1), ("hold", 1), ("participantadded", 2), ("swap", 0)];
        let state = after(&two);
        let holds = [1, 2].map(|party| state.parties.hold_of(party).clone());
        assert_eq!(holds, [Toggle::Off(3), Toggle::On(3)]);
        let mut state = CallState::default();
        for (line, (name, participant)) in two.into_iter().enumerate() {
            let event = EventId::from_name(name).expect("it is an event");
            state.apply(event, &party(participant), || line);
        }
        assert_eq!(state.parties.hold_of(1), &Toggle::Unknown, "a third may have been there");
        let three = [&two[..3], &[("participantadded", 3), ("swap", 0)]].concat();
        assert_eq!(after(&three).parties.hold_of(1), &Toggle::Unknown);
    }

    #[test]
    fn a_call_is_silent_only_where_nobody_may_be_heard() {
        let silence = |events: &[(&str, u64)]| after(events).parties.silence().copied();
        let one = [("callstarted", 1), ("hold", 1)];
        assert_eq!(silence(&one), Some(1));
        assert_eq!(silence(&[&one[..], &[("participantadded", 2)]].concat()), None);
        let failed = [&one[..], &[("participantremoved", 2)]].concat();
        assert_eq!(silence(&failed), Some(1));
        assert_eq!(silence(&[&one[..], &[("resume", 2)]].concat()), None, "2 may be there");
    }
}
