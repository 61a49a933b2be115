//! How many reports in a row are beyond a threshold, and which report lost the most.
//!
//! Sequences can be appended to each other, so that parts of a capture come to the figures of the
//! whole.

use serde::{Deserialize, Serialize};

use super::packets::{Packets, loss};

/// From where on a report counts as beyond a limit, where there is a limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Thresholds {
    /// Share of packets lost.
    pub(crate) loss: Option<Threshold>,
    /// Milliseconds.
    pub(crate) jitter: Option<Threshold>,
    pub(crate) round_trip: Option<Threshold>,
}

/// A limit of the reports' values.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Threshold {
    pub(crate) value: f64,
    /// Whether the value itself is beyond.
    pub(crate) is_inclusive: bool,
}

/// The same for comparing: the least value beyond each limit, infinity where there is no limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Share of packets lost.
    pub(super) loss: f64,
    /// Milliseconds.
    pub(super) jitter: f64,
    pub(super) round_trip: f64,
}

impl From<Thresholds> for Bounds {
    fn from(Thresholds { loss, jitter, round_trip }: Thresholds) -> Self {
        let least = |limit: Option<Threshold>| match limit {
            None => f64::INFINITY,
            Some(Threshold { value, is_inclusive: true }) => value,
            Some(Threshold { value, is_inclusive: false }) => value.next_up(),
        };
        Self { loss: least(loss), jitter: least(jitter), round_trip: least(round_trip) }
    }
}

/// Reports in a row that are beyond a threshold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[u32; 5]", into = "[u32; 5]")]
pub(crate) struct Streak {
    /// All reports.
    reports: u32,
    /// Reports that are beyond, in a row or not.
    pub(crate) beyond: u32,
    pub(crate) longest: u32,
    /// The run with which the reports begin, and the one with which they end.
    first: u32,
    last: u32,
}

impl From<[u32; 5]> for Streak {
    fn from([reports, beyond, longest, first, last]: [u32; 5]) -> Self {
        Self { reports, beyond, longest, first, last }
    }
}

impl From<Streak> for [u32; 5] {
    fn from(Streak { reports, beyond, longest, first, last }: Streak) -> Self {
        [reports, beyond, longest, first, last]
    }
}

impl Streak {
    /// Takes in the next report.
    pub(crate) fn take(&mut self, is_beyond: bool) {
        if is_beyond {
            self.beyond = self.beyond.saturating_add(1);
            self.last = self.last.saturating_add(1);
            self.longest = self.longest.max(self.last);
            if self.first == self.reports {
                self.first = self.first.saturating_add(1);
            }
        } else {
            self.last = 0;
        }
        self.reports = self.reports.saturating_add(1);
    }

    /// Whether the first report is beyond.
    pub(crate) fn begins_beyond(&self) -> bool {
        self.first > 0
    }

    /// Takes in the reports that follow.
    pub(crate) fn append(&mut self, later: &Self) {
        let across = self.last.saturating_add(later.first);
        self.longest = self.longest.max(later.longest).max(across);
        if self.first == self.reports {
            self.first = self.first.saturating_add(later.first);
        }
        let is_all_beyond = later.last == later.reports;
        self.last = if is_all_beyond { across } else { later.last };
        self.beyond = self.beyond.saturating_add(later.beyond);
        self.reports = self.reports.saturating_add(later.reports);
    }
}

/// Loss from report to report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LossSeries {
    pub(crate) streak: Streak,
    /// Reports that lost packets.
    pub(crate) lossy: u32,
    /// The report with the greatest share of packets lost.
    worst: Option<Packets>,
}

impl LossSeries {
    /// Takes in the packets of the next report, which is beyond the limit from a share of `bound` on.
    pub(crate) fn take(&mut self, packets: Packets, channel: usize, bound: f64) {
        if packets.lost == 0 {
            // As most do: nothing to divide.
            return self.streak.take(0.0 >= bound);
        }
        let share = loss(channel, packets);
        self.streak.take(share.is_some_and(|share| share >= bound));
        self.add_lossy(packets, share, channel);
    }

    /// The series of a single report.
    pub(crate) fn of_one(packets: Packets, channel: usize, is_beyond: bool) -> Self {
        let mut series = Self::default();
        series.streak.take(is_beyond);
        if packets.lost > 0 {
            series.add_lossy(packets, loss(channel, packets), channel);
        }
        series
    }

    /// Counts a report that lost packets, which were this share.
    fn add_lossy(&mut self, packets: Packets, share: Option<f64>, channel: usize) {
        self.lossy = self.lossy.saturating_add(1);
        if share > self.worst_share(channel) {
            self.worst = Some(packets);
        }
    }

    /// Takes in the reports that follow.
    pub(crate) fn append(&mut self, later: &Self, channel: usize) {
        self.streak.append(&later.streak);
        self.lossy = self.lossy.saturating_add(later.lossy);
        if later.worst_share(channel) > self.worst_share(channel) {
            self.worst = later.worst;
        }
    }

    /// The greatest share of packets lost in one report; `None` where no report lost any.
    pub(crate) fn worst_share(&self, channel: usize) -> Option<f64> {
        loss(channel, self.worst?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn streak(reports: &[bool]) -> Streak {
        let mut streak = Streak::default();
        for is_beyond in reports {
            streak.take(*is_beyond);
        }
        streak
    }

    proptest! {
        #[test]
        fn a_streak_of_parts_is_that_of_the_whole(
            reports in prop::collection::vec(any::<bool>(), 0..30),
            cut in 0_usize..30,
        ) {
            let whole = streak(&reports);
            let runs = reports.split(|is_beyond| !is_beyond).map(<[bool]>::len);
            prop_assert_eq!(whole.longest as usize, runs.max().unwrap_or_default());
            prop_assert_eq!(whole.beyond as usize, reports.iter().filter(|it| **it).count());
            let (first, last) = reports.split_at(cut.min(reports.len()));
            let mut parts = streak(first);
            parts.append(&streak(last));
            prop_assert_eq!(parts, whole);
        }
    }

    #[test]
    fn a_value_at_a_limit_is_beyond_it_only_where_the_limit_includes_it() {
        for value in [0.0, 0.01, 30.0, f64::INFINITY] {
            let limit = |is_inclusive| Some(Threshold { value, is_inclusive });
            let bounds = Bounds::from(Thresholds {
                loss: limit(true),
                jitter: limit(false),
                round_trip: None,
            });
            assert!(value >= bounds.loss && value.next_down() < bounds.loss, "{value}");
            assert!(value.is_infinite() || value < bounds.jitter, "{value}");
            assert!(value.is_infinite() || value.next_up() >= bounds.jitter, "{value}");
            assert!(f64::MAX < bounds.round_trip);
        }
    }

    #[test]
    fn the_worst_report_is_the_one_that_lost_the_greatest_share() {
        let limit = Some(Threshold { value: 0.01, is_inclusive: false });
        let bounds = Bounds::from(Thresholds { loss: limit, ..Thresholds::default() });
        let mut series = LossSeries::default();
        for (count, lost) in [(1500, 0), (90, 10), (1400, 100), (1500, 15)] {
            series.take(Packets { count, lost }, 0, bounds.loss);
        }
        assert_eq!(series.worst_share(0), Some(0.1));
        assert_eq!((series.lossy, series.streak.beyond, series.streak.longest), (3, 2, 2));
    }
}
