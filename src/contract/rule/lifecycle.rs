//! What there is to say about the rules of `validate --lifecycle`: the order of events in a call.
//!
//! They are hints, never contract errors: the documentation tells most of the order only between
//! the lines, and each advice says when to think nothing of it.

use super::{Needs, RuleInfo, Severity};

/// A rule: its code, what is wrong, why it matters, and the fixture that breaks it.
type Entry = (&'static str, &'static str, &'static str, &'static [u8]);

/// In the order of [`super::Rule`]'s variants from `LifecycleStart` on.
pub(super) static FACTS: [RuleInfo; 12] = [
    info((
        "lifecycle/start",
        "A call starts after it was connected.",
        "callstarted comes before callconnected. It may be missing (Native Telephony, a page that \
         was opened or refreshed during the call, a capture that starts in mid-call), and it may \
         repeat; but where the first one comes late, components see an answered call ring again.",
        include_bytes!("../../../fixtures/lifecycle/broken/start.jsonl"),
    )),
    info((
        "lifecycle/after-end",
        "Something happens in a call that has ended.",
        "After callended come only wrapupended, a late transcript, flag or audiostats, and \
         repeated callended. Anything else means that lines are out of order, or that two calls \
         share a callId. The call is taken to go on from there.",
        include_bytes!("../../../fixtures/lifecycle/broken/after-end.jsonl"),
    )),
    info((
        "lifecycle/wrapup",
        "After-call work ends before the call does, or ends twice.",
        "A call has at most one wrapupended, after callended. Components that free the rep on it \
         would do so too early, or twice. Calls without after-call work have none.",
        include_bytes!("../../../fixtures/lifecycle/broken/wrapup.jsonl"),
    )),
    info((
        "lifecycle/hold",
        "A participant is put on hold twice, or taken off hold without being on it.",
        "hold and resume come in pairs for each participant; conference ends every hold, and swap \
         has the two other parties change places. Where the line does not tell who is on hold \
         (after a swap among more than two, or in a capture that starts in mid-call), nothing is \
         reported.",
        include_bytes!("../../../fixtures/lifecycle/broken/hold.jsonl"),
    )),
    info((
        "lifecycle/mute",
        "The rep is muted twice, or unmuted without being muted.",
        "mute and unmute alternate. The first of them may be either: a call, or its replay, can \
         start muted.",
        include_bytes!("../../../fixtures/lifecycle/broken/mute.jsonl"),
    )),
    info((
        "lifecycle/recording",
        "The recording is paused twice, or goes on without having been paused.",
        "pauserecording and resumerecording alternate; the first may be either. A pause that is \
         missed may leave what must not be recorded in the recording.",
        include_bytes!("../../../fixtures/lifecycle/broken/recording.jsonl"),
    )),
    info((
        "lifecycle/participant",
        "A participant leaves who has left already.",
        "Nobody leaves twice without joining again in between. Who was never seen to join may \
         leave any number of times, as adding somebody that fails sends participantremoved too; \
         the initial caller may leave; and a blind transfer ends without participantremoved.",
        include_bytes!("../../../fixtures/lifecycle/broken/participant.jsonl"),
    )),
    info((
        "lifecycle/conference",
        "There is a conference or a swap in a call that nobody was added to.",
        "Both take three parties, so a participantadded comes before. It is not reported where a \
         capture starts in mid-call, or finds the call connected, and so may lack it; nor in a \
         call that was itself added to another one (callType Consult, Transfer, AddParticipant).",
        include_bytes!("../../../fixtures/lifecycle/broken/conference.jsonl"),
    )),
    info((
        "lifecycle/audiostats",
        "There are audio figures before the call is connected.",
        "audiostats comes between callconnected and callended, or a little late. That it comes \
         about every 30 seconds cannot be checked: it carries no time.",
        include_bytes!("../../../fixtures/lifecycle/broken/audiostats.jsonl"),
    )),
    info((
        "lifecycle/transcript",
        "Something is transcribed while the call is on hold or the recording is paused.",
        "There is no transcript then, so this may be what nobody should have heard or kept. \
         Transcripts are delivered late, so the first one after the hold or the pause says \
         nothing: the second is reported. While a third party is on the line and not on hold, the \
         rep may talk to them: that is not reported.",
        include_bytes!("../../../fixtures/lifecycle/broken/transcript.jsonl"),
    )),
    info((
        "lifecycle/flag",
        "A flag is lowered that is not raised.",
        "flaglower comes after flagraise. A flag's callId is the primary call's after a transfer, \
         so a flag of a call that did not start in this capture is never reported.",
        include_bytes!("../../../fixtures/lifecycle/broken/flag.jsonl"),
    )),
    info((
        "lifecycle/flag-role",
        "A flag is raised by somebody who is not an agent.",
        "Agents raise flags to ask supervisors for help; supervisors lower them, or write notes. \
         This is about one line and contradicts no other.",
        include_bytes!("../../../fixtures/lifecycle/broken/flag-role.jsonl"),
    )),
];

const fn info((code, summary, advice, example): Entry) -> RuleInfo {
    RuleInfo {
        code,
        severity: Severity::Warning,
        summary,
        advice,
        example,
        needs: Needs::Lifecycle,
    }
}
