//! When a call began and ended and how long somebody was on hold, as far as its lines carry times.
//!
//! Payloads carry none; recorders may add when they received them.

use serde::{Deserialize, Serialize};

use crate::contract::EventId;

/// Times of the events that a call's length and its holds depend on, in milliseconds of the Unix
/// epoch.
///
/// Whether a hold goes on when these lines begin is for the lines before them to say. So the holds
/// until the first end of one are kept apart from those after it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Phases {
    /// The first `callconnected`.
    connected: Option<i64>,
    /// The last `callended`.
    ended: Option<i64>,
    /// Since when somebody was on hold at the first end of a hold.
    first_hold: Option<i64>,
    /// The first end of a hold.
    first_release: Option<i64>,
    /// Milliseconds of the holds that ended after the first end.
    held: i64,
    /// Since when somebody has been on hold.
    held_since: Option<i64>,
    /// Whether a hold began or ended at a time that is not known.
    is_partial: bool,
}

impl Phases {
    /// Takes in the next event, and when it was.
    pub(crate) fn take(&mut self, event: EventId, at: Option<i64>) {
        let is_release = matches!(event, EventId::Resume | EventId::Conference);
        let is_hold = event == EventId::Hold;
        let Some(at) = at else {
            self.is_partial |= is_release || is_hold;
            return;
        };
        if is_hold {
            self.held_since = self.held_since.or(Some(at));
        } else if is_release {
            self.release(at);
        } else if event == EventId::CallConnected {
            self.connected = self.connected.or(Some(at));
        } else if event == EventId::CallEnded {
            self.ended = Some(at);
            self.release(at);
        }
    }

    /// Nobody is on hold any more.
    fn release(&mut self, at: i64) {
        let since = self.held_since.take();
        if self.first_release.is_none() {
            self.first_hold = since;
            self.first_release = Some(at);
        } else if let Some(since) = since {
            self.held = self.held.saturating_add(between(since, at));
        }
    }

    /// Takes in the times of the lines that follow.
    pub(crate) fn append(&mut self, later: &Self) {
        self.connected = self.connected.or(later.connected);
        self.ended = later.ended.or(self.ended);
        self.is_partial |= later.is_partial;
        let Some(at) = later.first_release else {
            self.held_since = self.held_since.or(later.held_since);
            return;
        };
        self.held_since = self.held_since.or(later.first_hold);
        self.release(at);
        self.held = self.held.saturating_add(later.held);
        self.held_since = later.held_since;
    }

    /// Milliseconds from when the call was connected until it ended.
    pub(crate) fn length(&self) -> Option<i64> {
        let length = self.ended?.checked_sub(self.connected?)?;
        (length >= 0).then_some(length)
    }

    /// Milliseconds in which somebody was on hold, in a call whose length is known.
    pub(crate) fn held(&self) -> Option<i64> {
        let length = self.length()?;
        let is_known = !self.is_partial && self.held_since.is_none();
        let first = self.first_hold.zip(self.first_release);
        let first = first.map_or(0, |(since, until)| between(since, until));
        is_known.then_some(self.held.saturating_add(first).min(length))
    }

    /// The rest of its length.
    pub(crate) fn talked(&self) -> Option<i64> {
        Some(self.length()? - self.held()?)
    }
}

/// Milliseconds from `since` to `until`; none where a clock went back.
fn between(since: i64, until: i64) -> i64 {
    until.saturating_sub(since).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phases(events: &[(EventId, Option<i64>)]) -> Phases {
        let mut phases = Phases::default();
        for (event, at) in events {
            phases.take(*event, *at);
        }
        phases
    }

    /// A call of 100 s with holds of 10 s and of 5 s.
    const CALL: [(EventId, Option<i64>); 8] = [
        (EventId::CallStarted, Some(1_000)),
        (EventId::CallConnected, Some(5_000)),
        (EventId::Hold, Some(20_000)),
        (EventId::Resume, Some(30_000)),
        (EventId::AudioStats, None),
        (EventId::Hold, Some(50_000)),
        (EventId::Conference, Some(55_000)),
        (EventId::CallEnded, Some(105_000)),
    ];

    #[test]
    fn a_call_lasts_from_when_it_is_connected_until_it_ends() {
        let told = phases(&CALL);
        assert_eq!(told.length(), Some(100_000));
        assert_eq!((told.held(), told.talked()), (Some(15_000), Some(85_000)));
    }

    #[test]
    fn parts_have_the_times_of_the_whole() {
        for cut in 0..=CALL.len() {
            let mut parts = phases(&CALL[..cut]);
            parts.append(&phases(&CALL[cut..]));
            let whole = phases(&CALL);
            let told = |it: &Phases| (it.length(), it.held(), it.talked());
            assert_eq!(told(&parts), told(&whole), "cut at {cut}");
        }
    }

    #[test]
    fn what_lines_do_not_say_is_not_told() {
        let mut events = CALL;
        events[3].1 = None;
        assert_eq!((phases(&events).length(), phases(&events).held()), (Some(100_000), None));
        assert_eq!(phases(&CALL[..7]).length(), None, "it goes on");
        let ends = [(EventId::CallConnected, Some(5)), (EventId::CallEnded, Some(1))];
        assert_eq!(phases(&ends).length(), None, "a clock went back");
    }
}
