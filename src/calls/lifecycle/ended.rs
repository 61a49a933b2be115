//! A call that has ended: what may still come, and what may not.

use std::sync::Arc;

use super::Contradiction;
use super::call::Call;
use super::line::{CallLine, RememberedLine};
use super::rules;
use crate::calls::duplicate::{LatestLines, Repeat};
use crate::contract::Rule;

/// What is remembered of a call that has ended.
#[derive(Debug)]
pub(super) struct Ended {
    /// The line that ended it.
    end: Arc<RememberedLine>,
    wrapped: Option<Arc<RememberedLine>>,
    latest: LatestLines,
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
}

/// Events that may come late, however often; wrapupended may come once.
const LATE: [&str; 5] = ["callended", "transcript", "audiostats", "flagraise", "flaglower"];

impl Ended {
    /// The end of `call` with the line `seen`.
    pub(super) fn new(call: &Call, seen: &CallLine<'_>) -> Self {
        let end = seen.remember();
        let wrapped = (seen.name() == "wrapupended").then(|| Arc::clone(&end));
        Self { end, wrapped, latest: call.latest() }
    }

    /// Takes in a line after the end.
    pub(super) fn take(&mut self, seen: &CallLine<'_>) -> Late {
        let is_new = self.latest.recognise(seen.observation) == Repeat::New;
        let name = seen.name();
        if !is_new {
            return Late::Expected;
        }
        if LATE.contains(&name) {
            return rules::check(&Call::default(), seen).map_or(Late::Expected, Late::Wrong);
        }
        if name != "wrapupended" {
            let earlier = Some(Arc::clone(&self.end));
            let but = "the call has ended";
            return Late::GoesOn(Contradiction { rule: Rule::LifecycleAfterEnd, but, earlier });
        }
        match self.wrapped.replace(seen.remember()) {
            None => Late::Expected,
            Some(earlier) => Late::Wrong(Contradiction {
                rule: Rule::LifecycleWrapup,
                but: "after-call work has ended already",
                earlier: Some(earlier),
            }),
        }
    }

    /// The call that goes on with `seen` after all.
    pub(super) fn reopen(&self, seen: &CallLine<'_>) -> Call {
        Call::begin(seen).with_latest(self.latest)
    }
}
