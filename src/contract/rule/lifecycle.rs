//! Descriptions of the rules of `validate --lifecycle`: the order of events in a call.
//!
//! They are hints, never contract errors: the documentation implies most of the order without
//! stating it, and each advice says when a finding is harmless.

use super::{Needs, RuleInfo, Severity};

/// A rule: its code, what is wrong, why it matters, and the fixture that breaks it.
type Entry = (&'static str, &'static str, &'static str, &'static [u8]);

/// In the order of [`super::Rule`]'s variants from `LifecycleStart` on.
pub(super) static FACTS: [RuleInfo; 12] = [
    info((
        "lifecycle/start",
        "A call starts after it was connected.",
        "callstarted comes before callconnected. It may be missing (Native Telephony, a page that \
         was opened or refreshed during the call, a capture that starts during the call), and it \
         may repeat. If the first one comes late, components see an answered call ring again.",
        include_bytes!("../../../fixtures/lifecycle/broken/start.jsonl"),
    )),
    info((
        "lifecycle/after-end",
        "An event follows the end of its call.",
        "Only wrapupended, a late transcript, flag or audiostats, and a repeated callended may \
         follow callended. Any other event means that lines are out of order, or that two calls \
         share a callId. The call is assumed to continue from there.",
        include_bytes!("../../../fixtures/lifecycle/broken/after-end.jsonl"),
    )),
    info((
        "lifecycle/wrapup",
        "After-call work ends before the call ends, or ends twice.",
        "A call has at most one wrapupended, after callended. A component that makes the agent \
         available on this event would do so too early, or twice. Calls without after-call work \
         have none.",
        include_bytes!("../../../fixtures/lifecycle/broken/wrapup.jsonl"),
    )),
    info((
        "lifecycle/hold",
        "A participant is put on hold twice, or taken off hold without being on it.",
        "hold and resume come in pairs for each participant; conference ends every hold, and swap \
         exchanges the other two parties. If it is unclear who is on hold (after a swap among more \
         than two parties, or in a capture that starts during the call), nothing is reported.",
        include_bytes!("../../../fixtures/lifecycle/broken/hold.jsonl"),
    )),
    info((
        "lifecycle/mute",
        "The agent is muted twice, or unmuted without being muted.",
        "mute and unmute alternate. Either may come first, because a call, or its replay, can \
         start muted.",
        include_bytes!("../../../fixtures/lifecycle/broken/mute.jsonl"),
    )),
    info((
        "lifecycle/recording",
        "The recording is paused twice, or resumed without being paused.",
        "pauserecording and resumerecording alternate; either may come first. A missed pause may \
         leave confidential audio in the recording.",
        include_bytes!("../../../fixtures/lifecycle/broken/recording.jsonl"),
    )),
    info((
        "lifecycle/participant",
        "A participant leaves twice.",
        "A participant must join again before leaving a second time. A participant who was never \
         seen to join may leave any number of times, because a failed attempt to add somebody also \
         sends participantremoved. The initial caller may leave, and a blind transfer ends without \
         participantremoved.",
        include_bytes!("../../../fixtures/lifecycle/broken/participant.jsonl"),
    )),
    info((
        "lifecycle/conference",
        "There is a conference or a swap in a call with no third participant.",
        "Both need three parties, so a participantadded comes first. Nothing is reported if the \
         capture starts during the call and may lack that event, or if the call was itself added \
         to another one (callType Consult, Transfer, AddParticipant).",
        include_bytes!("../../../fixtures/lifecycle/broken/conference.jsonl"),
    )),
    info((
        "lifecycle/audiostats",
        "Audio statistics come before the call is connected.",
        "audiostats comes between callconnected and callended, or shortly after. Its interval of \
         about 30 seconds cannot be checked, because it has no timestamp.",
        include_bytes!("../../../fixtures/lifecycle/broken/audiostats.jsonl"),
    )),
    info((
        "lifecycle/transcript",
        "A transcript comes while the call is on hold or the recording is paused.",
        "No transcript is expected then, so this may be speech that should not have been heard or \
         stored. Transcripts are delivered late, so the first one after the hold or pause is \
         accepted and the second is reported. Nothing is reported while a third party is not on \
         hold, because the agent may talk to them.",
        include_bytes!("../../../fixtures/lifecycle/broken/transcript.jsonl"),
    )),
    info((
        "lifecycle/flag",
        "A flag is lowered without being raised.",
        "flaglower comes after flagraise. After a transfer, a flag has the callId of the primary \
         call, so a flag of a call that did not start in this capture is never reported.",
        include_bytes!("../../../fixtures/lifecycle/broken/flag.jsonl"),
    )),
    info((
        "lifecycle/flag-role",
        "A flag is raised by somebody who is not an agent.",
        "Agents raise flags to ask supervisors for help; supervisors lower them or write notes. \
         This rule looks at a single line.",
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
