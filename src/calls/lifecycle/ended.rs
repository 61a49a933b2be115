//! A call that has ended, or that was forgotten: what may still come, and what may not.

use std::sync::Arc;

use super::call::Call;
use super::contradiction::Contradiction;
use super::line::{CallLine, RememberedLine};
use super::rules;
use crate::calls::duplicate::{LatestLines, Repeat};
use crate::contract::{EventId, Rule};

/// What is remembered of a call that does not go on, as far as is known.
#[derive(Debug)]
pub(super) struct Ended {
    end: End,
    latest: LatestLines,
}

/// How a call ended.
#[derive(Debug)]
enum End {
    /// With this line. After-call work may have ended, too.
    Seen { line: Arc<RememberedLine>, wrapped: Option<Arc<RememberedLine>> },
    /// Nobody knows whether it has: it was forgotten.
    Unknown,
}

/// What a line after the end comes to.
#[derive(Debug)]
pub(super) enum Late {
    /// It may come, or is a copy.
    Expected,
    /// It may not come, or is wrong whenever it comes.
    Wrong(Contradiction),
    /// It is wrong, too, but shows that the call goes on.
    GoesOn(Contradiction),
    /// It shows that the call has not ended.
    Resumes,
}

/// Events that may come late, however often; wrapupended may come once.
const LATE: [EventId; 5] = [
    EventId::CallEnded,
    EventId::Transcript,
    EventId::AudioStats,
    EventId::FlagRaise,
    EventId::FlagLower,
];

impl Ended {
    /// The end of `call` with the line `seen`.
    pub(super) fn new(call: &Call, seen: &CallLine<'_>) -> Self {
        if seen.event() == EventId::WrapUpEnded && call.is_resumed {
            // It may come too early, for who knows whether the call was connected.
            return Self { end: End::Unknown, latest: call.latest() };
        }
        let line = seen.remember();
        let wrapped = (seen.event() == EventId::WrapUpEnded).then(|| Arc::clone(&line));
        Self { end: End::Seen { line, wrapped }, latest: call.latest() }
    }

    /// A call whose lines have all been forgotten.
    pub(super) fn forgotten() -> Self {
        Self { end: End::Unknown, latest: LatestLines::forgotten() }
    }

    /// Takes in a line after the end.
    pub(super) fn take(&mut self, seen: &CallLine<'_>) -> Late {
        if self.latest.recognise(seen.observation) != Repeat::New {
            return Late::Expected;
        }
        let event = seen.event();
        if LATE.contains(&event) {
            return rules::check(&Call::default(), seen).map_or(Late::Expected, Late::Wrong);
        }
        match (&mut self.end, event) {
            (End::Unknown, EventId::WrapUpEnded) => Late::Expected,
            (End::Unknown, _) => Late::Resumes,
            (End::Seen { wrapped, .. }, EventId::WrapUpEnded) => {
                match wrapped.replace(seen.remember()) {
                    None => Late::Expected,
                    Some(earlier) => Late::Wrong(Contradiction {
                        rule: Rule::LifecycleWrapup,
                        but: "after-call work has already ended",
                        earlier: Some(earlier),
                    }),
                }
            }
            (End::Seen { line, .. }, _) => Late::GoesOn(Contradiction {
                rule: Rule::LifecycleAfterEnd,
                but: "the call has ended",
                earlier: Some(Arc::clone(line)),
            }),
        }
    }

    /// The call that goes on with `seen` after all.
    pub(super) fn reopen(&self, seen: &CallLine<'_>) -> Call {
        match self.end {
            End::Seen { .. } => Call::begin(seen).with_latest(self.latest),
            End::Unknown => Call::resume(seen, self.latest),
        }
    }
}
