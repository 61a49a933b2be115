//! Until when holds, mutes and pauses last, by the state machine that the order of events has, too.

use super::observation::What;
use super::state::{CallState, Toggle, is_beginning};
use crate::contract::EventId;

/// What lasts in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lasting {
    /// Of the participant with this hash.
    Hold(u64),
    Mute,
    Pause,
}

/// Whether it still does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Lasts,
    Ended,
    /// Nobody can tell from here on: a swap among more than two.
    Unclear,
}

/// What lasts in one call, event by event.
#[derive(Debug, Default)]
pub(crate) struct Spans {
    state: CallState<()>,
    latest: Option<EventId>,
}

impl Lasting {
    /// What an event begins, if that lasts.
    pub(crate) fn begun_by(event: EventId, what: &What) -> Option<Self> {
        match event {
            EventId::Hold => what.participant().map(Self::Hold),
            EventId::Mute => Some(Self::Mute),
            EventId::PauseRecording => Some(Self::Pause),
            EventId::AudioStats
            | EventId::CallStarted
            | EventId::CallConnected
            | EventId::CallEnded
            | EventId::Resume
            | EventId::Unmute
            | EventId::ParticipantAdded
            | EventId::ParticipantRemoved
            | EventId::Conference
            | EventId::Swap
            | EventId::ResumeRecording
            | EventId::Transcript
            | EventId::WrapUpEnded
            | EventId::FlagRaise
            | EventId::FlagLower
            | EventId::Note => None,
        }
    }
}

impl Spans {
    /// Takes in the next event of the call, which is no duplicate.
    pub(crate) fn take(&mut self, event: EventId, what: &What) {
        if self.latest.is_none() && is_beginning(event, what) {
            self.state = CallState::at_the_beginning(());
        }
        self.state.apply(event, what, || ());
        self.latest = Some(event);
    }

    /// Whether what has lasted until the latest event still does.
    pub(crate) fn standing(&self, lasting: Lasting) -> Standing {
        let toggle = match lasting {
            Lasting::Hold(party) => self.state.parties.hold_of(party),
            Lasting::Mute => &self.state.muted,
            Lasting::Pause => &self.state.paused,
        };
        let has_left = self.latest.is_some_and(|event| event == EventId::ParticipantRemoved);
        match toggle {
            Toggle::On(()) => Standing::Lasts,
            Toggle::Off(()) => Standing::Ended,
            // Whoever leaves is on hold no longer; whether they are when they return is unknown.
            Toggle::Unknown if has_left => Standing::Ended,
            Toggle::Unknown => Standing::Unclear,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How the hold of participant 1 stands after these events.
    fn hold_after(events: &[(&str, u64)]) -> Standing {
        let mut spans = Spans::default();
        for (name, participant) in events {
            let event = EventId::from_name(name).expect("it is an event");
            let what =
                What::Party { participant: *participant, is_outbound: None, is_added: false };
            spans.take(event, &what);
        }
        spans.standing(Lasting::Hold(1))
    }

    #[test]
    fn a_hold_lasts_until_the_event_that_ends_it() {
        let held = [("callstarted", 1), ("hold", 1), ("participantadded", 2)];
        let after = |event: (&'static str, u64)| hold_after(&[&held[..], &[event]].concat());
        assert_eq!(hold_after(&held), Standing::Lasts);
        for event in [("resume", 2), ("hold", 1), ("hold", 2), ("mute", 0), ("callconnected", 1)] {
            assert_eq!(after(event), Standing::Lasts, "{event:?}");
        }
        let ends = [
            ("resume", 1),
            ("conference", 0),
            ("swap", 0),
            ("participantremoved", 1),
            ("callended", 0),
        ];
        for event in ends {
            assert_eq!(after(event), Standing::Ended, "{event:?}");
        }
    }

    #[test]
    fn who_waits_after_a_swap_among_three_is_unclear() {
        let held = [("callstarted", 1), ("hold", 1), ("participantadded", 2)];
        let three = [&held[..], &[("participantadded", 3), ("swap", 0)]].concat();
        assert_eq!(hold_after(&three), Standing::Unclear);
        // A capture that starts in mid-call does not tell whether there is a third.
        assert_eq!(hold_after(&[&held[1..], &[("swap", 0)]].concat()), Standing::Unclear);
    }
}
