//! The reports of a channel of one call, in memory that does not grow with the call: of very many, the
//! worst of a few neighbours is kept, which is also what a chart can show of them.

use super::channel::Counting;
use super::packets::{Packets, growth, loss};
use super::report::Report;

/// The reports of a channel, in groups of neighbours.
#[derive(Debug, Default)]
pub(crate) struct Series {
    pub(crate) reports: u64,
    /// Reports in each group but the last, a power of two.
    pub(crate) group: u64,
    /// At most as many as there is room for.
    pub(crate) groups: Vec<Worst>,
    before: Option<Packets>,
}

/// The greatest of each figure of a few reports; `None` where none of them has it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Worst {
    /// Share of packets lost where counters are for an interval.
    interval_loss: Option<f64>,
    /// The same where they are cumulative.
    cumulative_loss: Option<f64>,
    pub(crate) jitter: Option<u64>,
    pub(crate) round_trip: Option<u64>,
}

/// Groups of reports of a channel: some ten times what a line of a terminal has room for.
pub(super) const MOST_GROUPS: usize = 2048;

impl Series {
    /// Takes in the next report, in at most so many groups.
    pub(super) fn take(&mut self, report: &Report, most_groups: usize) {
        let worst = self.worst(report);
        self.group = self.group.max(1);
        let is_full = self.reports == self.group * self.groups.len() as u64;
        self.reports += 1;
        if let Some(last) = self.groups.last_mut().filter(|_| !is_full) {
            last.join(worst);
            return;
        }
        if self.groups.len() >= most_groups {
            self.groups = self.groups.chunks(2).map(Worst::of).collect();
            self.group *= 2;
        }
        self.groups.push(worst);
    }

    fn worst(&mut self, report: &Report) -> Worst {
        let mut worst = Worst {
            jitter: report.jitter.get(),
            round_trip: report.round_trip.get(),
            ..Worst::default()
        };
        if let (Some(count), Some(lost)) = (report.count.get(), report.lost.get()) {
            let channel = usize::from(report.channel);
            let now = Packets { count, lost };
            let before = self.before.replace(now).unwrap_or(Packets { count: 0, lost: 0 });
            worst.interval_loss = loss(channel, now);
            worst.cumulative_loss = loss(channel, growth(before, now));
        }
        worst
    }
}

impl Worst {
    /// The worst of several.
    pub(crate) fn of(all: &[Self]) -> Self {
        let mut worst = Self::default();
        for other in all {
            worst.join(*other);
        }
        worst
    }

    /// Share of packets lost.
    pub(crate) fn loss(&self, counting: Counting) -> Option<f64> {
        match counting {
            Counting::Intervals => self.interval_loss,
            Counting::Cumulative => self.cumulative_loss,
        }
    }

    fn join(&mut self, other: Self) {
        let greater = |mine: Option<f64>, theirs: Option<f64>| match (mine, theirs) {
            (Some(mine), Some(theirs)) => Some(mine.max(theirs)),
            (mine, theirs) => mine.or(theirs),
        };
        self.interval_loss = greater(self.interval_loss, other.interval_loss);
        self.cumulative_loss = greater(self.cumulative_loss, other.cumulative_loss);
        self.jitter = self.jitter.max(other.jitter);
        self.round_trip = self.round_trip.max(other.round_trip);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::report::Counter;

    fn report(jitter: i64) -> Report {
        let counter = |value| Counter::new(Some(value));
        Report {
            channel: 0,
            lost: counter(jitter % 7),
            count: counter(1500),
            jitter: counter(jitter),
            round_trip: counter(0),
        }
    }

    #[test]
    fn a_series_keeps_the_worst_of_any_number_of_reports() {
        for count in [1, 2047, 2048, 2049, 10_000, 50_001] {
            let mut series = Series::default();
            (0..count).for_each(|nth| series.take(&report(nth), MOST_GROUPS));
            assert!(series.groups.len() <= MOST_GROUPS, "{count}");
            assert_eq!(series.reports, count.unsigned_abs());
            let group = i64::try_from(series.group).expect("it is small");
            for (worst, first) in series.groups.iter().zip((0..).map(|nth| nth * group)) {
                let last = (first + group).min(count) - 1;
                assert_eq!(worst.jitter, Some(last.unsigned_abs()), "{count} {first}");
            }
            let groups = series.reports.div_ceil(series.group);
            assert_eq!(series.groups.len() as u64, groups, "{count}");
        }
    }
}
