//! The rules: what a line of a call contradicts. They read the state of the call; `call.rs` updates it.

use std::sync::Arc;

use super::call::Call;
use super::contradiction::Contradiction;
use super::line::{CallLine, RememberedLine};
use crate::calls::duplicate::Repeat;
use crate::calls::{Role, What};
use crate::contract::{EventId, Rule};

/// A rule, the end of the sentence `EVENT, but …`, and the line that says otherwise.
type Found<'a> = Option<(Rule, &'static str, &'a Arc<RememberedLine>)>;

/// Lets `call` take in its next line. One that contradicts the others is believed, so that it is the
/// only one that does; but what may be a copy is no contradiction, and makes unknown what it would
/// change.
pub(super) fn take(call: &mut Call, seen: &CallLine<'_>) -> Option<Contradiction> {
    let found = match call.recognise(seen) {
        Repeat::Certain => return None,
        Repeat::Likely | Repeat::Unclear => {
            // What seems to contradict comes to what holds already: a copy of what holds.
            if check(call, seen).is_none() {
                call.doubt(seen);
            }
            None
        }
        Repeat::New => {
            let found = check(call, seen);
            call.adopt(seen);
            found
        }
    };
    call.expect_late_transcript(seen);
    found
}

/// What the next line of `call` contradicts.
pub(super) fn check(call: &Call, seen: &CallLine<'_>) -> Option<Contradiction> {
    if is_raised_by_another(seen) {
        let but = "only agents raise flags";
        return Some(Contradiction { rule: Rule::LifecycleFlagRole, but, earlier: None });
    }
    let (rule, but, earlier) = contradicted(call, seen)?;
    Some(Contradiction { rule, but, earlier: Some(Arc::clone(earlier)) })
}

fn contradicted<'a>(call: &'a Call, seen: &CallLine<'_>) -> Found<'a> {
    match seen.event() {
        EventId::CallStarted => late_start(call),
        EventId::WrapUpEnded => {
            let earlier = call.connected.as_ref()?;
            Some((Rule::LifecycleWrapup, "the call has not ended", earlier))
        }
        EventId::Hold => {
            let earlier = call.state.parties.hold_of(seen.participant()?).on()?;
            Some((Rule::LifecycleHold, "the participant is already on hold", earlier))
        }
        EventId::Resume => {
            let earlier = call.state.parties.hold_of(seen.participant()?).off()?;
            Some((Rule::LifecycleHold, "the participant is not on hold", earlier))
        }
        EventId::Conference | EventId::Swap => alone(call),
        EventId::Mute => {
            Some((Rule::LifecycleMute, "the agent is already muted", call.state.muted.on()?))
        }
        EventId::Unmute => {
            Some((Rule::LifecycleMute, "the agent is not muted", call.state.muted.off()?))
        }
        EventId::PauseRecording => Some((
            Rule::LifecycleRecording,
            "the recording is already paused",
            call.state.paused.on()?,
        )),
        EventId::ResumeRecording => Some((
            Rule::LifecycleRecording,
            "the recording is not paused",
            call.state.paused.off()?,
        )),
        EventId::ParticipantRemoved => {
            let earlier = call.state.parties.left(seen.participant()?)?;
            Some((Rule::LifecycleParticipant, "the participant has already left", earlier))
        }
        EventId::AudioStats => unconnected(call),
        EventId::Transcript => unheard(call),
        EventId::FlagLower => Some((Rule::LifecycleFlag, "no flag is raised", call.flagged.off()?)),
        EventId::CallConnected
        | EventId::CallEnded
        | EventId::ParticipantAdded
        | EventId::FlagRaise
        | EventId::Note => None,
    }
}

/// The first callstarted after a callconnected; where it is missing altogether, nothing is wrong.
fn late_start(call: &Call) -> Found<'_> {
    let is_first = call.started.is_none() && !call.is_resumed;
    let earlier = call.connected.as_ref().filter(|_| is_first)?;
    Some((Rule::LifecycleStart, "the call is already connected", earlier))
}

fn alone(call: &Call) -> Found<'_> {
    let earlier = call.began.as_ref().filter(|_| !call.is_joined)?;
    Some((Rule::LifecycleConference, "the call has no third participant", earlier))
}

fn unconnected(call: &Call) -> Found<'_> {
    let is_unconnected = call.connected.is_none() && !call.is_resumed;
    let earlier = call.started.as_ref().filter(|_| is_unconnected)?;
    Some((Rule::LifecycleAudiostats, "the call is not connected yet", earlier))
}

/// The second transcript of a silence; the first is delivered late.
fn unheard(call: &Call) -> Found<'_> {
    if !call.is_late_transcript_heard {
        return None;
    }
    if let Some(earlier) = call.state.paused.on() {
        return Some((Rule::LifecycleTranscript, "the recording is paused", earlier));
    }
    // Before the capture began somebody may have joined to whom the agent talks now.
    let earlier = call.state.parties.silence().filter(|_| call.state.parties.is_complete())?;
    Some((Rule::LifecycleTranscript, "the call is on hold", earlier))
}

fn is_raised_by_another(seen: &CallLine<'_>) -> bool {
    seen.event() == EventId::FlagRaise
        && matches!(seen.observation.what, What::Talk { role: Role::Supervisor, .. })
}
