//! How many of each event the next call has, so that the lines of all calls come out as asked.
//!
//! Each event has a debt: what the mix promises for the calls so far, less what they had. A call
//! pays the debts it can; what it cannot pay (a swap without a third party) waits for another.

use super::mix::{Mix, USUAL, WHOLE};
use super::random::Random;
use crate::contract::EventId;

/// A number for each event.
pub(super) type Counts = [u64; EventId::COUNT];

/// What is owed.
#[derive(Debug)]
pub(super) struct Quota {
    /// Millionths of an event that a call of usual length has.
    per_call: [i64; EventId::COUNT],
    /// Millionths of an event, below zero where calls had too many.
    debts: [i64; EventId::COUNT],
    /// What the first call of a pair was longer than usual; the second is that much shorter.
    excess: Option<i64>,
}

/// Most lines in a call of usual length: 1,920 statistics are eight hours on the telephone.
const LONGEST_CALL_LINES: u64 = 2_000;

/// An event, in the millionths that debts are counted in.
const EVENT: i64 = 1_000_000;

/// The shortest call is a quarter of the usual length, the longest seven quarters.
const SHORTEST: u64 = 250;
/// A call's usual length, in the thousandths that lengths are counted in.
const USUAL_LENGTH: i64 = 1_000;

impl Quota {
    pub(super) fn new(mix: &Mix, random: &mut Random) -> Self {
        let calls = mix.share(EventId::CallStarted).max(WHOLE / LONGEST_CALL_LINES);
        let mut per_call = [0; EventId::COUNT];
        let mut debts = [0; EventId::COUNT];
        for (event, _) in USUAL {
            let share = signed(mix.share(event) * WHOLE / calls);
            per_call[event.index()] = share;
            // A random start, so that the rare events do not all come in the same calls.
            debts[event.index()] = if share > 0 { signed(random.below(WHOLE)) } else { 0 };
        }
        Self { per_call, debts, excess: None }
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
        for (index, debt) in self.debts.iter_mut().enumerate() {
            *debt = debt.saturating_add(self.per_call[index] * length / USUAL_LENGTH);
            counts[index] = (*debt / EVENT).max(0).unsigned_abs();
        }
        counts
    }

    /// Takes off what the call has.
    pub(super) fn pay(&mut self, counts: &Counts) {
        for (debt, &count) in self.debts.iter_mut().zip(counts) {
            *debt = debt.saturating_sub(signed(count).saturating_mul(EVENT));
        }
    }
}

/// Shares and counts are far below 2⁶³.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
