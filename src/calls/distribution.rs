//! How a figure is distributed over calls: what a share of them is no worse than, and a histogram.

/// Columns of a histogram.
pub(crate) const BINS: usize = 16;

/// Which values of a figure are bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Worse {
    Higher,
    Lower,
}

/// A figure over calls. From the best value to the worst one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Distribution {
    /// Calls that have the figure.
    pub(crate) count: u64,
    pub(crate) best: f64,
    /// What 50, 95 and 99 % of the calls are no worse than, by nearest rank.
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    pub(crate) p99: f64,
    pub(crate) worst: f64,
    /// Calls in columns of equal width from `best` to `p99`. The last also counts all calls beyond.
    pub(crate) bins: [u64; BINS],
}

impl Distribution {
    /// The distribution of `values`; `None` where there are none.
    pub(crate) fn of(mut values: Vec<f64>, bad: Worse) -> Option<Self> {
        values.sort_unstable_by(|left, right| match bad {
            Worse::Higher => left.total_cmp(right),
            Worse::Lower => right.total_cmp(left),
        });
        let (&best, &worst) = (values.first()?, values.last()?);
        let ranked = |percent: usize| {
            let rank = (percent * values.len()).div_ceil(100).max(1);
            values.get(rank - 1).copied().unwrap_or(worst)
        };
        let p99 = ranked(99);
        let mut bins = [0; BINS];
        for value in &values {
            bins[bin(*value, best, p99)] += 1;
        }
        let count = values.len() as u64;
        Some(Self { count, best, p50: ranked(50), p95: ranked(95), p99, worst, bins })
    }

    /// Whether no value is beyond the last column.
    pub(crate) fn is_axis_whole(&self) -> bool {
        (self.worst - self.p99).abs() < f64::EPSILON
    }
}

/// The column that `value` is in, between `first` and `last`, which may go down.
fn bin(value: f64, first: f64, last: f64) -> usize {
    #[expect(clippy::cast_precision_loss, reason = "there are few columns")]
    let columns = BINS as f64;
    let width = (last - first) / columns;
    if width.abs() < f64::EPSILON {
        return if (value - first).abs() < f64::EPSILON { 0 } else { BINS - 1 };
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is limited to the columns"
    )]
    let index = ((value - first) / width).clamp(0.0, columns) as usize;
    index.min(BINS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_the_calls_is_no_worse_than_its_quantile() {
        let values: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        let loss = Distribution::of(values.clone(), Worse::Higher).expect("there are values");
        let text = |it: &Distribution| {
            format!("{} {} {} {} {}", it.best, it.p50, it.p95, it.p99, it.worst)
        };
        assert_eq!(text(&loss), "1 100 190 198 200");
        let mos = Distribution::of(values, Worse::Lower).expect("there are values");
        assert_eq!(text(&mos), "200 101 11 3 1");
        assert_eq!(Distribution::of(Vec::new(), Worse::Lower), None);
    }

    #[test]
    fn every_call_is_in_a_column_and_the_last_one_has_those_beyond() {
        let values: Vec<f64> = (0..1000).map(|it| f64::from(it % 16)).chain([1e9]).collect();
        for worse in [Worse::Higher, Worse::Lower] {
            let found = Distribution::of(values.clone(), worse).expect("there are values");
            assert_eq!(found.bins.iter().sum::<u64>(), found.count);
            assert_eq!(found.count, 1001);
        }
        let same = Distribution::of(vec![4.4; 7], Worse::Lower).expect("there are values");
        assert_eq!(same.bins[0], 7);
        let outlier = [vec![0.0; 999], vec![50.0]].concat();
        let outlier = Distribution::of(outlier, Worse::Higher).expect("there are values");
        assert_eq!((outlier.bins[0], outlier.bins[BINS - 1]), (999, 1));
    }
}
