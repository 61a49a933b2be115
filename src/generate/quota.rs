//! How many of each event the next call has, so that the lines of all calls match the mix.
//!
//! Each event has a deficit: its number in the calls so far by the mix, less its actual number. A
//! call takes as much of the deficits as it can. The rest (a swap without a third party) is left to
//! later calls.

use super::mix::{Mix, USUAL, WHOLE};
use super::random::Random;
use crate::contract::EventId;

/// A number for each event.
pub(super) type Counts = [u64; EventId::COUNT];

/// The deficit of each event.
#[derive(Debug)]
pub(super) struct Quota {
    /// Millionths of an event that a call of usual length has.
    per_call: [i64; EventId::COUNT],
    /// Millionths of an event; negative if calls had too many.
    deficits: [i64; EventId::COUNT],
    /// By how much the first call of a pair is longer than usual; the second is shorter by the same.
    excess: Option<i64>,
}

/// Most lines in a call of usual length: 1,920 statistics are eight hours on the telephone.
const LONGEST_CALL_LINES: u64 = 2_000;

/// An event, in the millionths that deficits are counted in.
const EVENT: i64 = 1_000_000;

/// The shortest call is a quarter of the usual length, the longest seven quarters.
const SHORTEST: u64 = 250;
/// A call's usual length, in the thousandths that lengths are counted in.
const USUAL_LENGTH: i64 = 1_000;

impl Quota {
    pub(super) fn new(mix: &Mix, random: &mut Random) -> Self {
        let calls = mix.share(EventId::CallStarted).max(WHOLE / LONGEST_CALL_LINES);
        let mut per_call = [0; EventId::COUNT];
        let mut deficits = [0; EventId::COUNT];
        for (event, _) in USUAL {
            let share = signed(mix.share(event) * WHOLE / calls);
            per_call[event.index()] = share;
            // A random start, so that the rare events do not all come in the same calls.
            deficits[event.index()] = if share > 0 { signed(random.below(WHOLE)) } else { 0 };
        }
        Self { per_call, deficits, excess: None }
    }

    /// Lines of a call of usual length.
    pub(super) fn usual_lines(&self) -> u64 {
        self.per_call.iter().sum::<i64>().unsigned_abs() / EVENT.unsigned_abs() + 1
    }

    /// What the next call should have.
    pub(super) fn next(&mut self, random: &mut Random) -> Counts {
        let spread = 2 * (USUAL_LENGTH.unsigned_abs() - SHORTEST);
        let excess = self.excess.take().map_or_else(
            || *self.excess.insert(signed(random.below(spread)) - signed(spread / 2)),
            |excess| -excess,
        );
        let length = USUAL_LENGTH + excess;
        let mut counts = [0; EventId::COUNT];
        for (index, deficit) in self.deficits.iter_mut().enumerate() {
            *deficit = deficit.saturating_add(self.per_call[index] * length / USUAL_LENGTH);
            counts[index] = (*deficit / EVENT).max(0).unsigned_abs();
        }
        counts
    }

    /// Takes off what the call has.
    pub(super) fn record(&mut self, counts: &Counts) {
        for (deficit, &count) in self.deficits.iter_mut().zip(counts) {
            *deficit = deficit.saturating_sub(signed(count).saturating_mul(EVENT));
        }
    }
}

/// Shares and counts are far below 2⁶³.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
