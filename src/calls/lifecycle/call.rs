//! A call that goes on: what its lines have told so far.

use std::sync::Arc;

use super::line::{CallLine, RememberedLine};
use crate::calls::What;
use crate::calls::duplicate::{LatestLines, Repeat};
use crate::calls::state::{CallState, Toggle, is_beginning};
use crate::contract::EventId;

/// What is known of a call. What its lines have not told is unknown, and contradicts nothing.
#[derive(Debug, Default)]
pub(super) struct Call {
    /// The call's first line, if that is where calls begin: nothing came before it.
    pub(super) began: Option<Arc<RememberedLine>>,
    /// Whether earlier lines of the call have been forgotten: what was not seen may have been.
    pub(super) is_resumed: bool,
    pub(super) started: Option<Arc<RememberedLine>>,
    pub(super) connected: Option<Arc<RememberedLine>>,
    pub(super) state: CallState<Arc<RememberedLine>>,
    pub(super) flagged: Toggle<Arc<RememberedLine>>,
    /// Whether anybody ever joined.
    pub(super) is_joined: bool,
    /// Whether the transcript of what was said just before the silence has come: there is one, as it
    /// is delivered late. From then on, another one contradicts the silence.
    pub(super) is_late_transcript_heard: bool,
    latest: LatestLines,
}

impl Call {
    /// The call that `seen` is the first line of.
    pub(super) fn begin(seen: &CallLine<'_>) -> Self {
        let began = is_beginning(seen.event(), &seen.observation.what).then(|| seen.remember());
        let mut call = Self::default();
        if let Some(line) = &began {
            call.flagged = Toggle::Off(Arc::clone(line));
            call.state = CallState::at_the_beginning(Arc::clone(line));
        }
        call.began = began;
        call.latest.recognise(seen.observation);
        call.adopt(seen);
        call
    }

    /// The call that goes on with `seen`, after `latest`: lines of which nothing else is known.
    pub(super) fn resume(seen: &CallLine<'_>, latest: LatestLines) -> Self {
        let mut call = Self { is_resumed: true, latest, ..Self::default() };
        call.adopt(seen);
        call
    }

    /// The same call, which had these lines before.
    pub(super) fn with_latest(self, latest: LatestLines) -> Self {
        Self { latest, ..self }
    }

    pub(super) fn latest(&self) -> LatestLines {
        self.latest
    }

    /// Whether the call is over with the line `seen`. After-call work that ends too early does not
    /// end the call, too.
    pub(super) fn is_ended_by(&self, seen: &CallLine<'_>) -> bool {
        match seen.event() {
            EventId::CallEnded => true,
            EventId::WrapUpEnded => self.connected.is_none(),
            EventId::AudioStats
            | EventId::CallStarted
            | EventId::CallConnected
            | EventId::Hold
            | EventId::Resume
            | EventId::Mute
            | EventId::Unmute
            | EventId::ParticipantAdded
            | EventId::ParticipantRemoved
            | EventId::Conference
            | EventId::Swap
            | EventId::PauseRecording
            | EventId::ResumeRecording
            | EventId::Transcript
            | EventId::FlagRaise
            | EventId::FlagLower
            | EventId::Note => false,
        }
    }

    /// Whether `seen` is a copy of one of the latest lines.
    pub(super) fn recognise(&mut self, seen: &CallLine<'_>) -> Repeat {
        self.latest.recognise(seen.observation)
    }

    /// Believes a line, whatever the lines before it told.
    pub(super) fn adopt(&mut self, seen: &CallLine<'_>) {
        let (event, what) = (seen.event(), &seen.observation.what);
        match seen.event() {
            EventId::CallStarted => {
                self.start_again(self.started.is_some());
                self.started.get_or_insert_with(|| seen.remember());
            }
            EventId::CallConnected => {
                self.start_again(self.connected.is_some());
                self.connected.get_or_insert_with(|| seen.remember());
            }
            // The parties change places: somebody must have joined, seen or not.
            EventId::ParticipantAdded | EventId::Conference | EventId::Swap => {
                self.is_joined = true;
            }
            EventId::FlagRaise => self.flagged = Toggle::On(seen.remember()),
            EventId::FlagLower => self.flagged = Toggle::Off(seen.remember()),
            // Figures before the connection: the call must be connected.
            EventId::AudioStats if self.started.is_some() => {
                self.connected.get_or_insert_with(|| seen.remember());
            }
            EventId::Transcript => self.hear(),
            EventId::AudioStats
            | EventId::CallEnded
            | EventId::Hold
            | EventId::Resume
            | EventId::Mute
            | EventId::Unmute
            | EventId::ParticipantRemoved
            | EventId::PauseRecording
            | EventId::ResumeRecording
            | EventId::WrapUpEnded
            | EventId::Note => {}
        }
        if matches!(what, What::Party { is_added: true, .. }) {
            self.began = None;
            self.is_joined = true;
            self.state.parties.are_elsewhere_too();
        }
        self.state.apply(event, what, || seen.remember());
    }

    /// Makes unknown what a line would change that may be a copy.
    pub(super) fn doubt(&mut self, seen: &CallLine<'_>) {
        match seen.event() {
            EventId::ParticipantAdded | EventId::Conference | EventId::Swap => {
                self.is_joined = true;
            }
            EventId::FlagRaise | EventId::FlagLower => self.flagged = Toggle::Unknown,
            EventId::Transcript => self.hear(),
            EventId::AudioStats
            | EventId::CallStarted
            | EventId::CallConnected
            | EventId::CallEnded
            | EventId::Hold
            | EventId::Resume
            | EventId::Mute
            | EventId::Unmute
            | EventId::ParticipantRemoved
            | EventId::PauseRecording
            | EventId::ResumeRecording
            | EventId::WrapUpEnded
            | EventId::Note => {}
        }
        self.state.doubt_after(seen.event(), &seen.observation.what);
    }

    /// A call that starts again, or that starts though it has begun before, is replayed to a page
    /// that was refreshed, which then hears anew who is muted and on hold.
    fn start_again(&mut self, is_again: bool) {
        if is_again || self.began.is_none() {
            self.state.start_again();
        }
    }

    /// Somebody is heard: late, or nobody knows any more who is on hold, and whether the recording is
    /// paused.
    fn hear(&mut self) {
        if self.is_late_transcript_heard {
            self.state.doubt_silence();
        }
    }

    /// Where it may have become silent, a transcript of what was said before may come late.
    pub(super) fn expect_late_transcript(&mut self, seen: &CallLine<'_>) {
        match seen.event() {
            EventId::Hold
            | EventId::Swap
            | EventId::PauseRecording
            | EventId::ParticipantRemoved => {
                self.is_late_transcript_heard = false;
            }
            EventId::Transcript => self.is_late_transcript_heard = true,
            EventId::AudioStats
            | EventId::CallStarted
            | EventId::CallConnected
            | EventId::CallEnded
            | EventId::Resume
            | EventId::Mute
            | EventId::Unmute
            | EventId::ParticipantAdded
            | EventId::Conference
            | EventId::ResumeRecording
            | EventId::WrapUpEnded
            | EventId::FlagRaise
            | EventId::FlagLower
            | EventId::Note => {}
        }
    }
}
