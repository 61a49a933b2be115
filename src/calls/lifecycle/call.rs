//! A call that goes on: what its lines have told so far.

use std::sync::Arc;

use super::Contradiction;
use super::line::{CallLine, RememberedLine, Toggle};
use super::parties::Parties;
use super::rules;
use crate::calls::duplicate::{LatestLines, Repeat};

/// What is known of a call. What its lines have not told is unknown, and contradicts nothing.
#[derive(Debug, Default)]
pub(super) struct Call {
    /// The call's first line, if that is where calls begin: nothing came before it.
    pub(super) began: Option<Arc<RememberedLine>>,
    pub(super) started: Option<Arc<RememberedLine>>,
    pub(super) connected: Option<Arc<RememberedLine>>,
    pub(super) muted: Toggle,
    pub(super) paused: Toggle,
    pub(super) flagged: Toggle,
    /// Whether anybody ever joined.
    pub(super) is_joined: bool,
    pub(super) parties: Parties,
    latest: LatestLines,
}

impl Call {
    /// The call that `seen` is the first line of.
    pub(super) fn begin(seen: &CallLine<'_>) -> Self {
        let is_start = matches!(seen.name(), "callstarted" | "callconnected");
        let began = is_start.then(|| seen.remember());
        let mut call = Self::default();
        if let Some(mark) = &began {
            call.flagged = Toggle::Off(Arc::clone(mark));
            call.parties = Parties::at_the_start(mark);
        }
        call.began = began;
        call.latest.recognise(seen.observation);
        call.adopt(seen, Repeat::New);
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
    /// that does; but what is equal to a late line is no contradiction.
    pub(super) fn take(&mut self, seen: &CallLine<'_>) -> Option<Contradiction> {
        let repeat = self.latest.recognise(seen.observation);
        if repeat == Repeat::Certain {
            return None;
        }
        let found = rules::check(self, seen);
        if found.is_some() && repeat != Repeat::New {
            return None;
        }
        self.adopt(seen, repeat);
        found
    }

    fn adopt(&mut self, seen: &CallLine<'_>, repeat: Repeat) {
        match seen.name() {
            "callstarted" => {
                self.start_again(self.started.is_some(), repeat);
                self.started.get_or_insert_with(|| seen.remember());
                self.parties.meet(seen);
            }
            "callconnected" => {
                self.start_again(self.connected.is_some(), repeat);
                self.connected.get_or_insert_with(|| seen.remember());
                self.parties.meet(seen);
            }
            // Nobody can tell whether a line that is alike is a tab's, and late, or the same event
            // again, and so what holds now.
            "hold" | "resume" if repeat != Repeat::New => self.parties.doubt_about(seen),
            "conference" | "swap" if repeat != Repeat::New => self.regroup(Parties::doubt),
            "mute" | "unmute" if repeat != Repeat::New => self.muted = Toggle::Unknown,
            "pauserecording" | "resumerecording" if repeat != Repeat::New => {
                self.paused = Toggle::Unknown;
            }
            "participantremoved" if repeat != Repeat::New => {}
            "flagraise" | "flaglower" if repeat != Repeat::New => self.flagged = Toggle::Unknown,
            "hold" | "resume" => self.parties.hold(seen),
            "conference" => self.regroup(|parties| parties.resume_all(seen)),
            "swap" => self.regroup(|parties| parties.swap(seen)),
            "mute" => self.muted = Toggle::On(seen.remember()),
            "unmute" => self.muted = Toggle::Off(seen.remember()),
            "pauserecording" => self.paused = Toggle::On(seen.remember()),
            "resumerecording" => self.paused = Toggle::Off(seen.remember()),
            "participantadded" => {
                self.is_joined = true;
                self.parties.meet(seen);
            }
            "participantremoved" => self.parties.leave(seen),
            "flagraise" => self.flagged = Toggle::On(seen.remember()),
            "flaglower" => self.flagged = Toggle::Off(seen.remember()),
            // Figures before the connection: the call must be connected.
            "audiostats" if self.started.is_some() => {
                self.connected.get_or_insert_with(|| seen.remember());
            }
            "transcript" => self.hear(),
            _ => {}
        }
    }

    /// A call that starts again is replayed to a page that was refreshed, which then hears anew who
    /// is muted and on hold.
    fn start_again(&mut self, is_again: bool, repeat: Repeat) {
        if is_again && repeat == Repeat::New {
            self.muted = Toggle::Unknown;
            self.paused = Toggle::Unknown;
            self.parties.doubt();
        }
    }

    /// The parties change places: somebody must have joined, seen or not.
    fn regroup(&mut self, change: impl FnOnce(&mut Parties)) {
        self.is_joined = true;
        change(&mut self.parties);
    }

    /// Somebody is heard: then nobody knows whether the call is on hold or paused.
    fn hear(&mut self) {
        if self.paused.on().is_some() {
            self.paused = Toggle::Unknown;
        }
        if self.parties.silence().is_some() {
            self.parties.doubt();
        }
    }
}
