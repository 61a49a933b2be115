//! The order of events in a call, for `validate --lifecycle`: hints, never contract errors.
//!
//! ```text
//!  line → Observation (on any thread) → Lifecycle (in input order) → Contradiction → Finding
//!                                      └ Call, while it goes on; Ended, for a while; Forgotten
//! ```
//!
//! Each capture is checked on its own. A rule needs to have seen what it builds on, so that a capture
//! that starts in mid-call breaks none; what is found is believed from then on, so that one mistake
//! is one finding.

mod call;
mod contradiction;
mod ended;
mod forgotten;
mod line;
mod lru;
mod rules;
mod watch;

pub(crate) use line::CallLine;
pub(crate) use watch::{Watch, examine, extractor};

use call::Call;
use contradiction::Contradiction;
use ended::{Ended, Late};
use forgotten::Forgotten;
use lru::LruMap;

use crate::calls::identifier::kept;

/// The calls of one capture: those that go on, and for a while those that have ended.
///
/// A call that is forgotten contradicts nothing: where it comes again, nothing is known of it, its
/// first lines may be copies, and it may have ended.
///
/// A call has ended with its first `callended`, or with a `wrapupended` that is not too early. Of it,
/// no more is kept than what late and repeated events need.
#[derive(Debug)]
pub(crate) struct Lifecycle {
    open: LruMap<Box<Call>>,
    ended: LruMap<Ended>,
    forgotten: Forgotten,
}

/// Calls that go on at a time and are remembered: as if a contact centre had one log for as many
/// agents. Each takes a kilobyte or two, and eight where somebody means to fill the memory: the peak of
/// a run is then 39 MB, of which 24 are for this.
const MOST_OPEN: usize = 3_072;

/// Ended calls that are remembered; each takes some 500 bytes, and twice that where somebody means
/// to fill the memory.
const MOST_ENDED: usize = 8_192;

impl Default for Lifecycle {
    fn default() -> Self {
        Self::with_room(MOST_OPEN, MOST_ENDED)
    }
}

impl Lifecycle {
    /// Remembers this many calls that go on, and that have ended.
    fn with_room(open: usize, ended: usize) -> Self {
        Self { open: LruMap::new(open), ended: LruMap::new(ended), forgotten: Forgotten::default() }
    }

    /// Takes in the next line of a call, and says what it contradicts.
    pub(crate) fn take(&mut self, seen: &CallLine<'_>) -> Option<Contradiction> {
        let seen = &CallLine { call: &kept(seen.call), ..*seen };
        if let Some(call) = self.open.get_mut(seen.call) {
            let found = rules::take(call, seen);
            if call.is_ended_by(seen) {
                self.close(seen);
            }
            return found;
        }
        if let Some(ended) = self.ended.get_mut(seen.call) {
            let late = ended.take(seen);
            return self.go_on(seen, late);
        }
        if self.forgotten.has(seen.call) {
            let mut ended = Ended::forgotten();
            let late = ended.take(seen);
            self.remember_ended(seen, ended);
            return self.go_on(seen, late);
        }
        let call = Call::begin(seen);
        if call.is_ended_by(seen) {
            self.remember_ended(seen, Ended::new(&call, seen));
        } else {
            self.remember(seen, call);
        }
        rules::check(&Call::default(), seen)
    }

    /// What a line of a call that had ended comes to.
    fn go_on(&mut self, seen: &CallLine<'_>, late: Late) -> Option<Contradiction> {
        let found = match late {
            Late::Expected => return None,
            Late::Wrong(found) => return Some(found),
            Late::GoesOn(found) => Some(found),
            Late::Resumes => None,
        };
        if let Some(ended) = self.ended.remove(seen.call) {
            self.remember(seen, ended.reopen(seen));
        }
        found
    }

    fn close(&mut self, seen: &CallLine<'_>) {
        if let Some(call) = self.open.remove(seen.call) {
            self.remember_ended(seen, Ended::new(&call, seen));
        }
    }

    fn remember(&mut self, seen: &CallLine<'_>, call: Call) {
        if let Some(key) = self.open.insert(seen.call, Box::new(call)) {
            self.forgotten.add(&key);
        }
    }

    fn remember_ended(&mut self, seen: &CallLine<'_>, ended: Ended) {
        if let Some(key) = self.ended.insert(seen.call, ended) {
            self.forgotten.add(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::{Observation, Role, What};
    use crate::contract::{EventId, Rule};

    fn line(name: &str, what: What, number: u64, hash: u64) -> Observation {
        Observation {
            call: Some(0),
            number,
            offset: 0,
            event: EventId::from_name(name).expect("it is an event"),
            hash,
            is_personal: false,
            is_more: false,
            what,
            recorded: None,
            raw: (0, 0),
            next: u32::MAX,
        }
    }

    fn take(calls: &mut Lifecycle, call: &str, name: &str, number: u64) -> Option<Contradiction> {
        let observation = line(name, What::Plain, number, number);
        calls.take(&CallLine { observation: &observation, call, line: b"{}", column: 1 })
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
        for number in 2..7 {
            assert!(take(&mut calls, "c", "note", number).is_none());
        }
        let found = take(&mut calls, "c", "mute", 1).expect("it is no copy any more");
        assert_eq!(found.earlier.map(|it| it.line), Some(1));
    }

    #[test]
    fn as_many_calls_are_remembered_as_is_promised() {
        for (calls, found) in [(MOST_OPEN, MOST_OPEN), (MOST_OPEN + 1, MOST_OPEN)] {
            let mut lifecycle = Lifecycle::default();
            let mut number = 0;
            let mut all = |name: &str| {
                let mut one = |call: usize| {
                    number += 1;
                    take(&mut lifecycle, &call.to_string(), name, number)
                };
                (0..calls).filter(|call| one(*call).is_some()).count()
            };
            assert_eq!([all("mute"), all("mute")], [0, found], "{calls} calls that take turns");
        }
    }

    /// Lines of a few calls that take turns, with copies among them and everything out of order:
    /// the call, its event, what it says, and its hash.
    fn muddle(seed: u64) -> Vec<(usize, &'static str, What, u64)> {
        let mut random = fastrand(seed);
        let mut lines: Vec<(usize, &'static str, What, u64)> = Vec::new();
        for number in 0..400 {
            let call = random(5);
            let before: Vec<_> = lines.iter().filter(|line| line.0 == call).copied().collect();
            if !before.is_empty() && random(4) == 0 {
                let far = random(6).min(before.len() - 1);
                lines.push(before[before.len() - 1 - far]);
                continue;
            }
            // What happens often enough for states to meet: few kinds at a time.
            let names = ["hold", "resume", "mute", "unmute", "pauserecording", "resumerecording"];
            let names: Vec<&'static str> = match random(3) {
                0 => names.to_vec(),
                1 => vec!["transcript", "hold", "resume", "participantadded", "swap"],
                _ => EventId::all().map(EventId::name).collect(),
            };
            let name = names[random(names.len())];
            let participant = random(3) as u64;
            let what = match name {
                "transcript" | "flagraise" | "flaglower" | "note" => {
                    let role = if random(3) == 0 { Role::Supervisor } else { Role::Agent };
                    What::Talk { at: (random(4) > 0).then_some(number), role }
                }
                "hold" | "resume" | "participantadded" | "participantremoved" | "callstarted"
                | "callconnected" => {
                    let is_added = name.starts_with("call") && random(8) == 0;
                    What::Party { participant, is_outbound: None, is_added }
                }
                _ => What::Plain,
            };
            let unique = match what {
                What::Talk { at: Some(at), .. } => at.unsigned_abs(),
                What::Party { .. } => participant,
                What::Talk { at: None, .. } | What::Plain | What::Report(_) => 0,
            };
            let event = EventId::from_name(name).expect("it is an event").index() as u64;
            let hash = if name == "audiostats" { 0 } else { 1 + event + 100 * unique };
            lines.push((call, name, what, hash));
        }
        lines
    }

    /// A generator of numbers below a limit.
    fn fastrand(seed: u64) -> impl FnMut(usize) -> usize {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        move |limit| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % limit as u64).expect("it is below the limit")
        }
    }

    #[test]
    fn what_is_forgotten_never_contradicts() {
        let mut count = [0, 0];
        for seed in 0..300 {
            let room = seed % 4;
            let (open, ended) = (1 + room % 2, 1 + room / 2);
            let mut whole = Lifecycle::default();
            let mut little = Lifecycle::with_room(open, ended);
            for ((call, name, what, hash), number) in muddle(seed as u64).into_iter().zip(1..) {
                let observation = line(name, what, number, hash);
                let call = call.to_string();
                let seen =
                    CallLine { observation: &observation, call: &call, line: b"{}", column: 1 };
                let rule = |lifecycle: &mut Lifecycle| lifecycle.take(&seen).map(|it| it.rule);
                let [expected, found] = [rule(&mut whole), rule(&mut little)];
                assert!(found.is_none() || found == expected, "{seed}: {number} {found:?}");
                count[0] += usize::from(expected.is_some());
                count[1] += usize::from(found.is_some());
            }
        }
        assert!(count[0] > 3_000 && count[1] > 100, "{count:?} were found");
    }
}
