//! A call that goes on: what its lines have told so far.

use std::sync::Arc;

use super::Contradiction;
use super::line::{CallLine, RememberedLine};
use super::rules;
use crate::calls::What;
use crate::calls::duplicate::{LatestLines, Repeat};
use crate::calls::state::{CallState, Toggle, is_beginning};

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
        match seen.name() {
            "callended" => true,
            "wrapupended" => self.connected.is_none(),
            _ => false,
        }
    }

    /// Takes in a line. One that contradicts the others is believed, so that it is the only one
    /// that does; but what may be a copy is no contradiction, and makes unknown what it would
    /// change.
    pub(super) fn take(&mut self, seen: &CallLine<'_>) -> Option<Contradiction> {
        let found = match self.latest.recognise(seen.observation) {
            Repeat::Certain => return None,
            Repeat::Likely | Repeat::Unclear => {
                // What seems to contradict comes to what holds already: a copy of what holds.
                if rules::check(self, seen).is_none() {
                    self.doubt(seen);
                }
                None
            }
            Repeat::New => {
                let found = rules::check(self, seen);
                self.adopt(seen);
                found
            }
        };
        self.expect_late_transcript(seen);
        found
    }

    fn adopt(&mut self, seen: &CallLine<'_>) {
        let (event, what) = (seen.event(), &seen.observation.what);
        match seen.name() {
            "callstarted" => {
                self.start_again(self.started.is_some());
                self.started.get_or_insert_with(|| seen.remember());
            }
            "callconnected" => {
                self.start_again(self.connected.is_some());
                self.connected.get_or_insert_with(|| seen.remember());
            }
            // The parties change places: somebody must have joined, seen or not.
            "participantadded" | "conference" | "swap" => self.is_joined = true,
            "flagraise" => self.flagged = Toggle::On(seen.remember()),
            "flaglower" => self.flagged = Toggle::Off(seen.remember()),
            // Figures before the connection: the call must be connected.
            "audiostats" if self.started.is_some() => {
                self.connected.get_or_insert_with(|| seen.remember());
            }
            "transcript" => self.hear(),
            _ => {}
        }
        if matches!(what, What::Party { is_added: true, .. }) {
            self.began = None;
            self.is_joined = true;
            self.state.parties.are_elsewhere_too();
        }
        self.state.apply(event, what, || seen.remember());
    }

    fn doubt(&mut self, seen: &CallLine<'_>) {
        match seen.name() {
            "participantadded" | "conference" | "swap" => self.is_joined = true,
            "flagraise" | "flaglower" => self.flagged = Toggle::Unknown,
            "transcript" => self.hear(),
            _ => {}
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
    fn expect_late_transcript(&mut self, seen: &CallLine<'_>) {
        match seen.name() {
            "hold" | "swap" | "pauserecording" | "participantremoved" => {
                self.is_late_transcript_heard = false;
            }
            "transcript" => self.is_late_transcript_heard = true,
            _ => {}
        }
    }
}
