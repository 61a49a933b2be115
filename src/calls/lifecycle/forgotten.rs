//! Which calls have been forgotten, so that none of them is taken for a new one.

use std::hash::BuildHasher as _;

use foldhash::quality::FixedState;

/// A set of calls in 2 MiB (a Bloom filter). It has every call that was added; of those that were
/// not, one in 500 after a million were added, and one in seven after four million. Such a call is
/// treated as one that was seen before, and so with less to contradict.
#[derive(Debug, Default)]
pub(super) struct Forgotten {
    /// Empty until a call is forgotten.
    bits: Vec<u64>,
    // Seeded alike in each run: the same capture comes to the same findings.
    state: FixedState,
}

/// Bits of the set.
const BITS: u64 = 1 << 24;

/// Bits of a call.
const BITS_PER_CALL: usize = 4;

impl Forgotten {
    pub(super) fn add(&mut self, key: &str) {
        if self.bits.is_empty() {
            self.bits = vec![0; position(BITS).0];
        }
        for (word, bit) in self.positions(key) {
            self.bits[word] |= bit;
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        !self.bits.is_empty()
            && self.positions(key).into_iter().all(|(word, bit)| self.bits[word] & bit != 0)
    }

    fn positions(&self, key: &str) -> [(usize, u64); BITS_PER_CALL] {
        let hash = self.state.hash_one(key);
        let (start, step) = (hash & 0xffff_ffff, (hash >> 32) | 1);
        std::array::from_fn(|nth| position((start + nth as u64 * step) % BITS))
    }
}

/// The word that a bit is in, and the bit in it.
fn position(bit: u64) -> (usize, u64) {
    ((bit / 64) as usize, 1 << (bit % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_were_added_are_there_and_few_others() {
        let mut calls = Forgotten::default();
        assert!(!calls.has("0"));
        for number in 0..1_000_000 {
            calls.add(&number.to_string());
        }
        assert!((0..1_000_000).all(|number: u32| calls.has(&number.to_string())));
        let others = (1_000_000..1_100_000).filter(|number: &u32| calls.has(&number.to_string()));
        let others = others.count();
        assert!((150..250).contains(&others), "{others} of 100,000");
    }
}
