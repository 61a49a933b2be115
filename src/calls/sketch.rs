//! Quantiles of whole numbers in little memory: a histogram whose buckets grow with the value.
//!
//! Zero has a bucket of its own, and each other bucket ends 2 % above where it begins, so that a
//! quantile is at most 1 % off, and exact up to 50. A sketch with more buckets than it may have joins
//! neighbours, which about doubles the error; [`Sketch::quantile`] says of each value how far it can
//! be off. What comes out depends only on the values, never on their order or on how they were
//! split: parts merge to the whole.

use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};

use super::bucket::{bucket, ends, joined};

/// A histogram of numbers from 0 on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Told")]
pub(crate) struct Sketch {
    /// How often neighbours have been joined.
    level: u8,
    /// Bucket and count, in the order of buckets. Bucket 0 holds zeros, and is never joined.
    buckets: Vec<(u16, u32)>,
    min: u64,
    max: u64,
}

/// A value of a sketch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Quantile {
    pub(crate) value: f64,
    /// How far the exact value can be from this one, as a share of the exact one.
    pub(crate) error: f64,
}

/// A sketch as somebody says it is.
#[derive(Deserialize)]
struct Told {
    level: u8,
    /// How far each bucket is behind the one before, the first behind zero, and its count.
    buckets: Vec<(u16, u32)>,
    min: u64,
    max: u64,
}

impl TryFrom<Told> for Sketch {
    type Error = &'static str;

    fn try_from(Told { level, buckets, min, max }: Told) -> Result<Self, &'static str> {
        let places = buckets.iter().scan(0_u16, |at, (distance, count)| {
            *at = at.saturating_add(*distance);
            Some((*at, *count))
        });
        let buckets: Vec<(u16, u32)> = places.collect();
        let is_one = level <= TOP_LEVEL
            && buckets.len() <= MANY
            && buckets.windows(2).all(|pair| pair[0].0 < pair[1].0)
            && buckets.first().map_or(min == 0, |it| it.0 == joined(bucket(min), level))
            && buckets.last().map_or(max == 0, |it| it.0 == joined(bucket(max), level))
            && min <= max
            && buckets.iter().all(|&(at, count)| {
                let (first, last) = ends(at, level);
                count > 0 && first <= last
            });
        is_one.then_some(Self { level, buckets, min, max }).ok_or("a sketch is broken")
    }
}

/// As [`Told`].
impl Serialize for Sketch {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut told = out.serialize_struct("Told", 4)?;
        told.serialize_field("level", &self.level)?;
        told.serialize_field("buckets", &Distances(&self.buckets))?;
        told.serialize_field("min", &self.min)?;
        told.serialize_field("max", &self.max)?;
        told.end()
    }
}

/// Buckets, each as far as it is behind the one before.
struct Distances<'a>(&'a [(u16, u32)]);

impl Serialize for Distances<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut before = 0;
        out.collect_seq(self.0.iter().map(|&(at, count)| {
            let distance = at - std::mem::replace(&mut before, at);
            (distance, count)
        }))
    }
}

/// Buckets that one call keeps for one figure: a call of an hour has 120 reports, whose values
/// differ little.
pub(crate) const FEW: usize = 24;

/// Buckets that room is made for at a time: a call has two to four sketches, so memory counts.
const MORE_BUCKETS: usize = 4;

/// Buckets for a whole capture: more than there are, so nothing is joined.
pub(crate) const MANY: usize = 4096;

/// At this level all values but zero are in one bucket: there are fewer than 2^12.
const TOP_LEVEL: u8 = 12;

impl Sketch {
    /// Counts `value`, and keeps at most `room` buckets, of which there must be two.
    pub(crate) fn insert(&mut self, value: u64, room: usize) {
        self.meet(value, value);
        self.add(joined(bucket(value), self.level), 1);
        self.shrink(room);
    }

    /// Counts what `other` has counted.
    pub(crate) fn merge(&mut self, other: &Self, room: usize) {
        if self.buckets.len() < other.buckets.len() {
            // The order makes no difference: the fewer are added to the more.
            let fewer = std::mem::replace(self, other.clone());
            self.count_in(&fewer);
        } else {
            self.count_in(other);
        }
        self.shrink(room);
    }

    fn count_in(&mut self, other: &Self) {
        if other.buckets.is_empty() {
            return;
        }
        self.meet(other.min, other.max);
        while self.level < other.level {
            self.join();
        }
        for &(at, count) in &other.buckets {
            self.add(joined(at, self.level - other.level), count);
        }
    }

    /// The greatest value, exactly; `None` where there is none.
    pub(crate) fn max(&self) -> Option<u64> {
        (!self.buckets.is_empty()).then_some(self.max)
    }

    /// How many values there are.
    pub(crate) fn count(&self) -> u64 {
        self.buckets.iter().map(|(_, count)| u64::from(*count)).sum()
    }

    /// The value that `percent` (1 to 100) of the values do not exceed: the one of rank
    /// `ceil(percent * count / 100)`. `None` where there is no value, or where a bucket is full, so
    /// that ranks are not known.
    pub(crate) fn quantile(&self, percent: u64) -> Option<Quantile> {
        if self.buckets.iter().any(|(_, count)| *count == u32::MAX) {
            return None;
        }
        let rank = (percent * self.count()).div_ceil(100).max(1);
        let mut seen = 0;
        let reached = |&&(_, here): &&(u16, u32)| {
            seen += u64::from(here);
            seen >= rank
        };
        let (at, _) = self.buckets.iter().find(reached)?;
        let (first, last) = ends(*at, self.level);
        Some(Quantile::between(first.max(self.min), last.min(self.max)))
    }

    fn meet(&mut self, min: u64, max: u64) {
        self.min = if self.buckets.is_empty() { min } else { self.min.min(min) };
        self.max = self.max.max(max);
    }

    fn add(&mut self, at: u16, count: u32) {
        match self.buckets.binary_search_by_key(&at, |(at, _)| *at) {
            Ok(found) => self.buckets[found].1 = self.buckets[found].1.saturating_add(count),
            Err(place) => self.begin_bucket(place, (at, count)),
        }
    }

    /// Cold: most values are in a bucket that there is.
    #[cold]
    fn begin_bucket(&mut self, place: usize, bucket: (u16, u32)) {
        if self.buckets.len() == self.buckets.capacity() {
            self.buckets.reserve_exact(MORE_BUCKETS);
        }
        self.buckets.insert(place, bucket);
    }

    fn shrink(&mut self, room: usize) {
        while self.buckets.len() > room && self.level < TOP_LEVEL {
            self.join();
        }
    }

    fn join(&mut self) {
        self.level += 1;
        for (at, _) in &mut self.buckets {
            *at = joined(*at, 1);
        }
        self.buckets.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 = if same { kept.1.saturating_add(next.1) } else { kept.1 };
            same
        });
    }
}

impl Quantile {
    /// The value whose distance to both ends is the same share of them.
    #[expect(clippy::cast_precision_loss, reason = "an error of 2^-53 is none of an error of 1 %")]
    fn between(first: u64, last: u64) -> Self {
        if first >= last {
            return Self { value: first as f64, error: 0.0 };
        }
        let (first, last) = (first as f64, last as f64);
        let value = 2.0 * first * last / (first + last);
        // The error of these lines' own arithmetic, too.
        Self { value, error: (last - first) / (last + first) + 4.0 * f64::EPSILON }
    }
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

    /// Holds each percentile of `sketch` to the exact one, and to the error that it states.
    #[expect(clippy::cast_precision_loss, reason = "values are at most 2^53")]
    fn check(sketch: &Sketch, values: &[u64]) {
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        for percent in 1..=100 {
            let rank = (usize::try_from(percent).expect("small") * sorted.len()).div_ceil(100);
            let exact = sorted[rank.max(1) - 1] as f64;
            let Quantile { value, error } = sketch.quantile(percent).expect("there are values");
            assert!(
                (value - exact).abs() <= exact * error,
                "p{percent} is {exact}, said to be {value} within {error}: {values:?}"
            );
        }
    }

    fn repeated(value: u64, times: usize) -> Vec<u64> {
        vec![value; times]
    }

    /// Of a call whose figures were far outside of what was stated.
    fn mixtures() -> [Vec<u64>; 3] {
        [
            [repeated(3, 100), (40..=236).step_by(4).collect()].concat(),
            [repeated(1, 100), (2..=39).collect()].concat(),
            [repeated(7, 100), (40..=634).step_by(6).collect()].concat(),
        ]
    }

    #[test]
    fn quantiles_of_a_mass_and_a_long_tail_are_within_the_stated_error() {
        for values in mixtures() {
            check(&sketch(&values, FEW), &values);
            check(&sketch(&values, MANY), &values);
        }
        let [threes, ones, sevens] = mixtures().map(|values| sketch(&values, FEW).quantile(50));
        let near = |found: Option<Quantile>, exact: f64| {
            found.is_some_and(|it| (it.value - exact).abs() <= exact * 0.1 && it.error <= 0.1)
        };
        assert!(near(threes, 3.0) && near(ones, 1.0) && near(sevens, 7.0), "{threes:?} {ones:?}");
    }

    /// Values at which sketches break: masses, steps, powers, zeros, and neighbours of all that.
    fn adversarial() -> impl Strategy<Value = Vec<u64>> {
        let mass = (0_u64..400, 1_usize..200).prop_map(|(value, times)| repeated(value, times));
        let steps = (0_u64..1000, 1_u64..50, 1_usize..80).prop_map(|(first, step, count)| {
            (first..).step_by(usize::try_from(step).expect("small")).take(count).collect()
        });
        let powers = (0_u32..54, 0_u64..3)
            .prop_map(|(power, off)| vec![((1_u64 << power) + off).saturating_sub(1)]);
        let any = prop::collection::vec(0_u64..1 << 53, 0..40);
        let few = prop::collection::vec(0_u64..100_000, 0..200);
        let part = prop_oneof![mass, steps, powers, any, few];
        prop::collection::vec(part, 1..6)
            .prop_map(|parts| parts.concat())
            .prop_filter("there is a value", |values| !values.is_empty())
    }

    proptest! {
        #[test]
        fn quantiles_are_within_the_stated_error(values in adversarial(), cut in 0_usize..400) {
            let whole = sketch(&values, FEW);
            check(&whole, &values);
            let all = sketch(&values, MANY);
            check(&all, &values);
            prop_assert!((1..=100).all(|it| all.quantile(it).is_some_and(|it| it.error < 0.01)));
            let (left, right) = values.split_at(cut.min(values.len()));
            let mut merged = sketch(right, FEW);
            merged.merge(&sketch(left, FEW), MANY);
            check(&merged, &values);
            merged.merge(&Sketch::default(), FEW);
            prop_assert_eq!(merged, whole);
        }
    }

    #[test]
    fn a_sketch_that_never_was_is_refused() {
        let read = serde_json::from_str::<Sketch>;
        for text in [
            r#"{"level":13,"buckets":[[1,1]],"min":1,"max":1}"#,
            r#"{"level":0,"buckets":[[36,1],[0,1]],"min":1,"max":2}"#,
            // A bucket that holds no whole number, one without a value, and ends elsewhere.
            r#"{"level":0,"buckets":[[2,1]],"min":1,"max":1}"#,
            r#"{"level":0,"buckets":[[1,0]],"min":1,"max":1}"#,
            r#"{"level":0,"buckets":[[1,1]],"min":1,"max":2}"#,
            r#"{"level":0,"buckets":[[1,1]],"min":0,"max":1}"#,
            r#"{"level":0,"buckets":[],"min":0,"max":2}"#,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        let told = serde_json::to_string(&sketch(&mixtures()[0], FEW)).expect("it is written");
        assert_eq!(read(&told).expect("it is one"), sketch(&mixtures()[0], FEW));
    }

    #[test]
    fn a_sketch_that_is_joined_to_the_top_takes_in_others() {
        let told = r#"{"level":12,"buckets":[[0,1],[1,1]],"min":0,"max":1}"#;
        let mut broad: Sketch = serde_json::from_str(told).expect("it is one");
        broad.merge(&sketch(&[1000], FEW), 1);
        assert_eq!(broad.buckets, [(0, 1), (1, 2)]);
        let mut narrow = sketch(&[1000], FEW);
        narrow.merge(&broad, FEW);
        check(&narrow, &[0, 1, 1000, 1000]);
    }

    #[test]
    fn small_values_are_exact_and_large_ones_are_numbers() {
        let all: Vec<u64> = (0..=50).collect();
        let sketch_of_all = sketch(&all, MANY);
        assert!((1..=100).all(|it| sketch_of_all.quantile(it).is_some_and(|it| it.error == 0.0)));
        assert_eq!(sketch(&[], FEW).quantile(50), None);
        let vast = sketch(&[1, u64::MAX, u64::MAX], FEW).quantile(100).expect("one");
        assert!(vast.value.is_finite() && vast.error < 0.01, "{vast:?}");
    }

    #[test]
    fn a_bucket_that_is_full_has_no_quantile() {
        let told = r#"{"level":0,"buckets":[[1,4294967294]],"min":1,"max":1}"#;
        let mut full: Sketch = serde_json::from_str(told).expect("it is one");
        assert!(full.quantile(50).is_some());
        full.insert(1, FEW);
        assert_eq!(full.quantile(50), None);
    }
}
