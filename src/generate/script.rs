//! The events of a call that must come in a certain order: holds, pauses, third parties.
//!
//! A call is a sequence of acts that do not overlap, so nobody on hold or not recorded is
//! transcribed, and every hold ends before the next begins.

use super::quota::Counts;
use super::random::Random;
use crate::contract::EventId;

/// A single event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) event: EventId,
    pub(super) party: Party,
}

/// The participant of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Party {
    /// The other party of the call.
    Customer,
    /// The n-th third party that joined.
    Colleague(usize),
}

/// Steps that must not be separated.
#[derive(Debug, Clone, Copy)]
enum Act {
    Speech,
    Hold,
    Pause,
    Consultation(Consultation),
}

/// A third party joins the call.
#[derive(Debug, Clone, Copy)]
struct Consultation {
    colleague: usize,
    /// The customer is on hold meanwhile.
    hold: Hold,
    swaps: u64,
    has_conference: bool,
    /// The colleague leaves before the call ends.
    leaves: bool,
}

/// How a customer on hold is taken off hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hold {
    None,
    EndsWithResume,
    EndsWithConference,
}

/// The steps of a call with the events in `wanted`, as far as a call can have them.
pub(super) fn write(wanted: &Counts, random: &mut Random) -> Vec<Step> {
    let mut wanted = *wanted;
    let mut consultations = consultations(&mut wanted);
    let stays = consultations.pop_if(|last| !last.leaves);
    let mut acts: Vec<Act> = consultations.into_iter().map(Act::Consultation).collect();
    let simple = [
        (EventId::Transcript, Act::Speech),
        (EventId::Hold, Act::Hold),
        (EventId::PauseRecording, Act::Pause),
    ];
    for (event, act) in simple {
        acts.extend((0..wanted[event.index()]).map(|_| act));
    }
    random.shuffle(&mut acts);
    acts.extend(stays.map(Act::Consultation));
    let mut steps = Vec::with_capacity(acts.len() * 2);
    for act in acts {
        play(act, &mut steps);
    }
    steps
}

/// Number of each event in `steps`.
pub(super) fn count(steps: impl Iterator<Item = EventId>) -> Counts {
    let mut counts = [0; EventId::COUNT];
    for event in steps {
        counts[event.index()] += 1;
    }
    counts
}

/// The third parties of a call; the holds among them are subtracted from `wanted`. Only the last
/// may stay to the end, so that it is clear who is swapped.
fn consultations(wanted: &mut Counts) -> Vec<Consultation> {
    let mut take = |event: EventId| {
        let left = &mut wanted[event.index()];
        let had = *left > 0;
        *left = left.saturating_sub(1);
        had
    };
    let mut joined = 0;
    let mut found = Vec::new();
    while take(EventId::ParticipantAdded) {
        let has_conference = take(EventId::Conference);
        let is_held = take(EventId::Hold);
        let is_resumed = is_held && take(EventId::Resume);
        let hold = match (is_held, has_conference && !is_resumed) {
            (false, _) => Hold::None,
            (true, true) => Hold::EndsWithConference,
            (true, false) => Hold::EndsWithResume,
        };
        let swaps = u64::from(is_held && take(EventId::Swap));
        let leaves = take(EventId::ParticipantRemoved);
        found.push(Consultation { colleague: joined, hold, swaps, has_conference, leaves });
        joined += 1;
    }
    // Remaining swaps: each hold has room for more.
    let held = found.iter_mut().find(|one: &&mut Consultation| one.hold != Hold::None);
    if let Some(one) = held {
        one.swaps += wanted[EventId::Swap.index()];
    }
    let last = found.len().saturating_sub(1);
    for one in &mut found[..last] {
        one.leaves = true;
    }
    found
}

fn play(act: Act, steps: &mut Vec<Step>) {
    let mut play = |event, party| steps.push(Step { event, party });
    match act {
        Act::Speech => play(EventId::Transcript, Party::Customer),
        Act::Hold => {
            play(EventId::Hold, Party::Customer);
            play(EventId::Resume, Party::Customer);
        }
        Act::Pause => {
            play(EventId::PauseRecording, Party::Customer);
            play(EventId::ResumeRecording, Party::Customer);
        }
        Act::Consultation(one) => one.play(&mut play),
    }
}

impl Consultation {
    fn play(self, play: &mut impl FnMut(EventId, Party)) {
        let colleague = Party::Colleague(self.colleague);
        if self.hold != Hold::None {
            play(EventId::Hold, Party::Customer);
        }
        play(EventId::ParticipantAdded, colleague);
        for _ in 0..self.swaps {
            play(EventId::Swap, Party::Customer);
        }
        let waits = if self.swaps % 2 == 1 { colleague } else { Party::Customer };
        if self.hold == Hold::EndsWithResume {
            play(EventId::Resume, waits);
        }
        if self.has_conference {
            play(EventId::Conference, Party::Customer);
        }
        if self.leaves {
            play(EventId::ParticipantRemoved, colleague);
        }
    }
}
