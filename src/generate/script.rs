//! What happens in a call that must come in a certain order: holds, pauses, third parties.
//!
//! A call is a row of acts that do not overlap, so nobody is transcribed who is on hold or not
//! recorded, and every hold ends before the next begins.

use super::mix::{HAPPENINGS, Happening};
use super::quota::Counts;
use super::random::Random;

/// One thing that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) happening: Happening,
    pub(super) party: Party,
}

/// Whom a step is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Party {
    /// Who was called, or has called.
    Customer,
    /// The third party that joined as the n-th.
    Colleague(usize),
}

/// Steps that stay together.
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
    /// The customer waits meanwhile.
    hold: Hold,
    swaps: u64,
    has_conference: bool,
    /// The colleague leaves before the call ends.
    leaves: bool,
}

/// How a customer who waits is brought back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hold {
    None,
    EndsWithResume,
    EndsWithConference,
}

/// The steps of a call that has what `wanted` says, as far as a call can.
pub(super) fn write(wanted: &Counts, random: &mut Random) -> Vec<Step> {
    let mut wanted = *wanted;
    let mut consultations = consultations(&mut wanted);
    let stays = consultations.pop_if(|last| !last.leaves);
    let mut acts: Vec<Act> = consultations.into_iter().map(Act::Consultation).collect();
    let simple = [
        (Happening::Transcript, Act::Speech),
        (Happening::Hold, Act::Hold),
        (Happening::PauseRecording, Act::Pause),
    ];
    for (happening, act) in simple {
        acts.extend((0..wanted[happening as usize]).map(|_| act));
    }
    random.shuffle(&mut acts);
    acts.extend(stays.map(Act::Consultation));
    let mut steps = Vec::with_capacity(acts.len() * 2);
    for act in acts {
        play(act, &mut steps);
    }
    steps
}

/// How often each happening is among `steps`.
pub(super) fn count(steps: impl Iterator<Item = Happening>) -> Counts {
    let mut counts = [0; HAPPENINGS];
    for happening in steps {
        counts[happening as usize] += 1;
    }
    counts
}

/// The third parties of a call; the holds among them are taken off `wanted`. Only the last may
/// stay to the end: who changes places in a swap must be plain.
fn consultations(wanted: &mut Counts) -> Vec<Consultation> {
    let mut take = |happening: Happening| {
        let left = &mut wanted[happening as usize];
        let had = *left > 0;
        *left = left.saturating_sub(1);
        had
    };
    let mut joined = 0;
    let mut found = Vec::new();
    while take(Happening::ParticipantAdded) {
        let has_conference = take(Happening::Conference);
        let is_held = take(Happening::Hold);
        let is_resumed = is_held && take(Happening::Resume);
        let hold = match (is_held, has_conference && !is_resumed) {
            (false, _) => Hold::None,
            (true, true) => Hold::EndsWithConference,
            (true, false) => Hold::EndsWithResume,
        };
        let swaps = u64::from(is_held && take(Happening::Swap));
        let leaves = take(Happening::ParticipantRemoved);
        found.push(Consultation { colleague: joined, hold, swaps, has_conference, leaves });
        joined += 1;
    }
    // Swaps that are left: each hold has room for more.
    let held = found.iter_mut().find(|one: &&mut Consultation| one.hold != Hold::None);
    if let Some(one) = held {
        one.swaps += wanted[Happening::Swap as usize];
    }
    let last = found.len().saturating_sub(1);
    for one in &mut found[..last] {
        one.leaves = true;
    }
    found
}

fn play(act: Act, steps: &mut Vec<Step>) {
    let mut play = |happening, party| steps.push(Step { happening, party });
    match act {
        Act::Speech => play(Happening::Transcript, Party::Customer),
        Act::Hold => {
            play(Happening::Hold, Party::Customer);
            play(Happening::Resume, Party::Customer);
        }
        Act::Pause => {
            play(Happening::PauseRecording, Party::Customer);
            play(Happening::ResumeRecording, Party::Customer);
        }
        Act::Consultation(one) => one.play(&mut play),
    }
}

impl Consultation {
    fn play(self, play: &mut impl FnMut(Happening, Party)) {
        let colleague = Party::Colleague(self.colleague);
        if self.hold != Hold::None {
            play(Happening::Hold, Party::Customer);
        }
        play(Happening::ParticipantAdded, colleague);
        for _ in 0..self.swaps {
            play(Happening::Swap, Party::Customer);
        }
        let waits = if self.swaps % 2 == 1 { colleague } else { Party::Customer };
        if self.hold == Hold::EndsWithResume {
            play(Happening::Resume, waits);
        }
        if self.has_conference {
            play(Happening::Conference, Party::Customer);
        }
        if self.leaves {
            play(Happening::ParticipantRemoved, colleague);
        }
    }
}
