//! The order of events in a call, for `validate --lifecycle`: hints, never contract errors.
//!
//! ```text
//!  line → Observation (on any thread) → Lifecycle (in input order) → Contradiction → Finding
//!                                      └ Call, while it goes on; Ended, for a while
//! ```
//!
//! Each capture is judged on its own. A rule needs to have seen what it builds on, so that a capture
//! that starts in mid-call breaks none; what is found is believed from then on, so that one mistake
//! is one finding.

mod call;
mod ended;
mod line;
mod lru;
mod parties;
mod rules;
mod watch;

pub(crate) use line::CallLine;
pub(crate) use watch::{Watch, examine, extractor};

use std::sync::Arc;

use call::Call;
use ended::{Ended, Late};
use line::RememberedLine;
use lru::LruMap;

use crate::contract::Rule;

/// The calls of one capture: those that go on, and for a while those that have ended.
///
/// A call has ended with its first `callended`, or with a `wrapupended` that is not too early. Of it,
/// no more is kept than what late and repeated events need.
#[derive(Debug)]
pub(crate) struct Lifecycle {
    open: LruMap<Box<Call>>,
    ended: LruMap<Ended>,
}

/// Calls that go on at a time, as far as they are remembered: as if a contact centre had one log for
/// as many reps. Each takes a kilobyte or two; 10 where somebody means to fill the memory, which
/// makes 30 MiB of the 64 that a run may take.
const MOST_OPEN: usize = 3_072;

/// Ended calls that are remembered; each takes some 500 bytes, and twice that where somebody means
/// to fill the memory. A call that was forgotten breaks no rule: its late lines look like the middle
/// of a call whose beginning nobody has seen.
const MOST_ENDED: usize = 8_192;

/// What is wrong with the order in which a line comes.
#[derive(Debug, Clone)]
pub(crate) struct Contradiction {
    pub(crate) rule: Rule,
    /// Ends the sentence `EVENT, but …`.
    pub(crate) but: &'static str,
    /// The line that says otherwise.
    pub(crate) earlier: Option<Arc<RememberedLine>>,
}

impl Default for Lifecycle {
    fn default() -> Self {
        Self { open: LruMap::new(MOST_OPEN), ended: LruMap::new(MOST_ENDED) }
    }
}

impl Lifecycle {
    /// Takes in the next line of a call, and says what it contradicts.
    pub(crate) fn take(&mut self, seen: &CallLine<'_>) -> Option<Contradiction> {
        if let Some(call) = self.open.get_mut(seen.call) {
            let found = call.take(seen);
            if call.is_ended_by(seen) {
                self.close(seen);
            }
            return found;
        }
        let Some(ended) = self.ended.get_mut(seen.call) else {
            self.begin(seen, Call::begin(seen));
            return rules::check(&Call::default(), seen);
        };
        match ended.take(seen) {
            Late::Expected => None,
            Late::Wrong(found) => Some(found),
            Late::GoesOn(found) => {
                let call = ended.reopen(seen);
                self.ended.remove(seen.call);
                self.begin(seen, call);
                Some(found)
            }
        }
    }

    fn begin(&mut self, seen: &CallLine<'_>, call: Call) {
        let is_over = call.is_ended_by(seen);
        self.open.insert(seen.call, Box::new(call));
        if is_over {
            self.close(seen);
        }
    }

    fn close(&mut self, seen: &CallLine<'_>) {
        if let Some(call) = self.open.remove(seen.call) {
            self.ended.insert(seen.call, Ended::new(&call, seen));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::{Observation, What};
    use crate::contract::EventId;

    fn take(calls: &mut Lifecycle, call: &str, name: &str, number: u64) -> Option<Contradiction> {
        let event = EventId::from_name(name).expect("it is an event");
        let observation = Observation {
            call: Some(0),
            number,
            offset: 0,
            event,
            hash: number,
            is_more: false,
            what: What::Plain,
            raw: (0, 0),
            next: u32::MAX,
        };
        calls.take(&CallLine { observation: &observation, call, line: b"{}" })
    }

    #[test]
    fn a_call_that_has_ended_is_no_longer_held_open() {
        let mut calls = Lifecycle::default();
        for number in 0..100 {
            let call = format!("call {number}");
            for name in ["callstarted", "callconnected", "mute", "callended", "wrapupended"] {
                assert!(take(&mut calls, &call, name, number * 10 + 1).is_none());
            }
            assert_eq!(calls.open.len(), 0);
        }
        assert_eq!(calls.ended.len(), 100);
    }

    #[test]
    fn calls_that_never_end_and_calls_that_have_ended_do_not_pile_up() {
        let mut calls = Lifecycle::default();
        for number in 0..3 * (MOST_OPEN + MOST_ENDED) as u64 {
            take(&mut calls, &format!("endless {number}"), "hold", number);
            take(&mut calls, &format!("ended {number}"), "callended", number);
        }
        assert!(calls.open.len() <= MOST_OPEN && calls.ended.len() <= MOST_ENDED);
    }

    #[test]
    fn one_stray_line_after_the_end_is_one_finding() {
        let mut calls = Lifecycle::default();
        for (name, number) in ["callconnected", "callended"].into_iter().zip(1..) {
            assert!(take(&mut calls, "c", name, number).is_none());
        }
        let found = take(&mut calls, "c", "mute", 3).expect("it is a stray line");
        assert_eq!(
            (found.rule, found.earlier.map(|it| it.line)),
            (Rule::LifecycleAfterEnd, Some(2))
        );
        for (name, number) in ["unmute", "mute", "callended", "wrapupended"].into_iter().zip(4..) {
            assert!(take(&mut calls, "c", name, number).is_none(), "{name}");
        }
    }

    #[test]
    fn a_copy_neither_contradicts_nor_changes_anything() {
        let mut calls = Lifecycle::default();
        assert!(take(&mut calls, "c", "mute", 1).is_none());
        assert!(take(&mut calls, "c", "mute", 1).is_none());
        // The same event again, but far away.
        for number in 2..9 {
            assert!(take(&mut calls, "c", "note", number).is_none());
        }
        let found = take(&mut calls, "c", "mute", 1).expect("it is no copy any more");
        assert_eq!(found.earlier.map(|it| it.line), Some(1));
    }
}
