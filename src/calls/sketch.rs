//! Quantiles of whole numbers in little memory: a histogram whose buckets grow with the value.
//!
//! Values up to 64 have a bucket each, so they are exact; above that a bucket spans 2 %, so that a
//! quantile is at most 1 % off. A sketch with more buckets than it may have joins neighbours, which
//! about doubles the error ([`Sketch::error`] says what it is). What comes out depends only on
//! the values, never on their order or on how they were split: parts merge to the whole.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// A histogram of numbers from 0 on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Told")]
pub(crate) struct Sketch {
    /// How often neighbours have been joined.
    level: u8,
    /// Bucket and count, in the order of buckets.
    buckets: Vec<(u16, u32)>,
    max: u64,
}

/// A sketch as somebody says it is.
#[derive(Deserialize)]
struct Told {
    level: u8,
    buckets: Vec<(u16, u32)>,
    max: u64,
}

impl TryFrom<Told> for Sketch {
    type Error = &'static str;

    fn try_from(Told { level, buckets, max }: Told) -> Result<Self, &'static str> {
        let is_sorted = buckets.windows(2).all(|pair| pair[0].0 < pair[1].0);
        // A sketch of one bucket needs no more levels than a bucket's number has bits.
        let is_one = is_sorted && level <= 16 && buckets.len() <= MANY;
        is_one.then_some(Self { level, buckets, max }).ok_or("a sketch is broken")
    }
}

/// Values with a bucket each.
const EXACT: u64 = 64;

/// Upper end of a bucket by its lower end.
const GROWTH: f64 = 1.02;

/// Buckets that one call keeps for one figure: a call of an hour has 120 reports, whose values
/// differ little.
pub(crate) const FEW: usize = 24;

/// Buckets for a whole capture: more than there can be below 2^53, so nothing is joined.
pub(crate) const MANY: usize = 4096;

impl Sketch {
    /// Counts `value`, and keeps at most `room` buckets.
    pub(crate) fn insert(&mut self, value: u64, room: usize) {
        self.max = self.max.max(value);
        self.add(bucket(value) >> self.level, 1);
        self.shrink(room);
    }

    /// Counts what `other` has counted.
    pub(crate) fn merge(&mut self, other: &Self, room: usize) {
        self.max = self.max.max(other.max);
        while self.level < other.level {
            self.join();
        }
        let joins = u32::from(self.level - other.level);
        for &(at, count) in &other.buckets {
            // As many joins as a bucket's number has bits leave one bucket.
            self.add(at.checked_shr(joins).unwrap_or_default(), count);
        }
        self.shrink(room);
    }

    /// The greatest value, exactly; `None` where there is none.
    pub(crate) fn max(&self) -> Option<u64> {
        (!self.buckets.is_empty()).then_some(self.max)
    }

    /// The value that `share` (0 to 1) of the values do not exceed: the one of rank
    /// `ceil(share * count)`, at most [`Sketch::error`] off.
    pub(crate) fn quantile(&self, share: f64) -> Option<f64> {
        let count: u64 = self.buckets.iter().map(|(_, count)| u64::from(*count)).sum();
        #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
        let rank = (share * count as f64).ceil().max(1.0);
        let mut seen = 0.0;
        for &(at, here) in &self.buckets {
            seen += f64::from(here);
            if seen >= rank {
                #[expect(clippy::cast_precision_loss, reason = "values stay below 2^53")]
                return Some(self.middle(at).min(self.max as f64));
            }
        }
        None
    }

    /// How far a quantile can be off, as a share of the value; below 64, half of
    /// `2^level - 1` where that is more.
    pub(crate) fn error(&self) -> f64 {
        let growth = GROWTH.powi(1 << self.level.min(16));
        (growth - 1.0) / (growth + 1.0)
    }

    fn add(&mut self, at: u16, count: u32) {
        match self.buckets.binary_search_by_key(&at, |(at, _)| *at) {
            Ok(found) => self.buckets[found].1 = self.buckets[found].1.saturating_add(count),
            Err(place) => {
                self.buckets
                    .reserve_exact(usize::from(self.buckets.len() == self.buckets.capacity()));
                self.buckets.insert(place, (at, count));
            }
        }
    }

    fn shrink(&mut self, room: usize) {
        while self.buckets.len() > room {
            self.join();
        }
    }

    fn join(&mut self) {
        self.level += 1;
        for (at, _) in &mut self.buckets {
            *at >>= 1;
        }
        self.buckets.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 = if same { kept.1.saturating_add(next.1) } else { kept.1 };
            same
        });
    }

    /// The value whose distance to both ends of a bucket is the same share of them.
    fn middle(&self, at: u16) -> f64 {
        let first = lower_end(usize::from(at) << self.level);
        let last = upper_end((usize::from(at) << self.level) + (1 << self.level) - 1);
        if first + last == 0.0 { 0.0 } else { 2.0 * first * last / (first + last) }
    }
}

/// The bucket of `value`.
fn bucket(value: u64) -> u16 {
    static USUAL: LazyLock<Vec<u16>> = LazyLock::new(|| (0..8192).map(reckoned).collect());
    let usual = usize::try_from(value).ok().and_then(|value| USUAL.get(value).copied());
    usual.unwrap_or_else(|| reckoned(value))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "the logarithm of a u64 is small and positive"
)]
fn reckoned(value: u64) -> u16 {
    if value <= EXACT {
        return value as u16;
    }
    EXACT as u16 + 1 + ((value as f64 / EXACT as f64).ln() / GROWTH.ln()) as u16
}

#[expect(clippy::cast_precision_loss, reason = "buckets are few")]
fn lower_end(bucket: usize) -> f64 {
    let above = bucket.saturating_sub(64 + 1);
    if bucket <= 64 { bucket as f64 } else { 64.0 * GROWTH.powf(above as f64) }
}

#[expect(clippy::cast_precision_loss, reason = "buckets are few")]
fn upper_end(bucket: usize) -> f64 {
    if bucket <= 64 { bucket as f64 } else { 64.0 * GROWTH.powf((bucket - 64) as f64) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sketch(values: &[u64], room: usize) -> Sketch {
        let mut sketch = Sketch::default();
        for value in values {
            sketch.insert(*value, room);
        }
        sketch
    }

    #[expect(clippy::cast_precision_loss, reason = "values are small")]
    fn is_near(sketch: &Sketch, values: &[u64], share: f64) -> bool {
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank")]
        let rank = ((share * sorted.len() as f64).ceil() as usize).max(1);
        let exact = sorted[rank - 1] as f64;
        let slack = f64::from((1_u32 << sketch.level) - 1);
        let found = sketch.quantile(share).expect("there are values");
        (found - exact).abs() <= exact * sketch.error() + slack + 1e-9
    }

    proptest! {
        #[test]
        fn quantiles_are_within_the_stated_error(
            values in prop::collection::vec(0_u64..100_000, 1..400),
            share in 0.0..1.0_f64,
        ) {
            for room in [FEW, MANY] {
                prop_assert!(is_near(&sketch(&values, room), &values, share));
            }
            prop_assert!((sketch(&values, MANY).error() - 0.0099).abs() < 1e-4);
        }

        #[test]
        fn parts_merge_to_the_whole(
            values in prop::collection::vec(0_u64..1 << 40, 0..200), cut in 0_usize..200,
        ) {
            let (left, right) = values.split_at(cut.min(values.len()));
            let mut merged = sketch(right, FEW);
            merged.merge(&sketch(left, FEW), FEW);
            prop_assert_eq!(merged, sketch(&values, FEW));
        }
    }

    #[test]
    fn a_sketch_that_never_was_is_refused() {
        for text in [
            r#"{"level":17,"buckets":[[1,1]],"max":1}"#,
            r#"{"level":0,"buckets":[[2,1],[1,1]],"max":1}"#,
        ] {
            assert!(serde_json::from_str::<Sketch>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_sketch_that_is_joined_beyond_reason_takes_in_others() {
        let told = r#"{"level":16,"buckets":[[0,1],[65535,1]],"max":1}"#;
        let mut broad: Sketch = serde_json::from_str(told).expect("it is one");
        broad.merge(&sketch(&[1000], FEW), 1);
        assert_eq!(broad.buckets, [(0, 3)]);
        let mut narrow = sketch(&[1000], FEW);
        narrow.merge(&broad, FEW);
        assert!(narrow.quantile(0.95).is_some_and(f64::is_finite));
    }

    #[test]
    fn small_values_are_exact_and_large_ones_no_trouble() {
        assert_eq!(sketch(&[3, 40, 64], FEW).quantile(0.5), Some(40.0));
        assert_eq!(sketch(&[], FEW).quantile(0.5), None);
        assert!(sketch(&[u64::MAX], FEW).quantile(1.0).expect("one").is_finite());
    }
}
