//! One channel of one call: sums over its reports, whether its counters only ever grow, and sketches.
//!
//! Whether counters are for an interval or cumulative is not documented, so both sums are kept and
//! the shape of the counter decides ([`Steps::is_cumulative`]). A channel can be appended to what
//! came before it, so that parts of a capture come to the figures of the whole.

use serde::{Deserialize, Serialize};

use super::packets::{INPUT, OUTPUT, Packets, growth};
use super::report::Report;
use super::sketch::{FEW, Sketch};
use super::steps::{Steps, Trend};
use super::streak::{Bounds, LossSeries, Streak};

/// What the reports of a channel come to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Channel {
    /// Reports that were used.
    pub(crate) reports: u32,
    /// Reports with a counter that is negative or not a whole number: not used.
    pub(crate) left_out: u32,
    packets: u64,
    lost: u64,
    pub(crate) jitter_sum: u64,
    pub(crate) round_trip_sum: u64,
    pub(crate) jitter: Sketch,
    pub(crate) round_trip: Sketch,
    counter: Steps,
    jitter_trend: Trend,
    /// Sums of the differences between reports.
    packets_grown: u64,
    lost_grown: u64,
    first_lost: u64,
    last_lost: u64,
    /// Loss of each report where counters are for an interval.
    interval_loss: LossSeries,
    /// Loss of each report but the first where they are cumulative.
    growth_loss: LossSeries,
    pub(crate) jitter_streak: Streak,
    pub(crate) round_trip_streak: Streak,
}

/// Which counters of a channel are cumulative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counting {
    Intervals,
    Cumulative,
}

impl Channel {
    /// Takes in a report. A zero is no value of a figure that the channel does not measure: of the
    /// input's round trip, of the output's jitter buffer.
    pub(crate) fn take(&mut self, report: &Report, bounds: &Bounds) {
        let values =
            (report.lost.get(), report.count.get(), report.jitter.get(), report.round_trip.get());
        let (Some(lost), Some(count), Some(jitter), Some(round_trip)) = values else {
            self.left_out = self.left_out.saturating_add(1);
            return;
        };
        let channel = usize::from(report.channel);
        self.interval_loss.take(Packets { count, lost }, channel, bounds.loss);
        if self.reports == 0 {
            self.first_lost = lost;
        } else {
            let step = self.grow(count, lost);
            self.growth_loss.take(step, channel, bounds.loss);
        }
        self.jitter_streak.take(millis(jitter) >= bounds.jitter);
        self.round_trip_streak.take(millis(round_trip) >= bounds.round_trip);
        self.counter.take(count, self.reports);
        self.jitter_trend.take(jitter, self.reports);
        self.last_lost = lost;
        self.reports = self.reports.saturating_add(1);
        self.packets = self.packets.saturating_add(count);
        self.lost = self.lost.saturating_add(lost);
        self.jitter_sum = self.jitter_sum.saturating_add(jitter);
        self.round_trip_sum = self.round_trip_sum.saturating_add(round_trip);
        if jitter > 0 || channel == INPUT {
            self.jitter.insert(jitter, FEW);
        }
        if round_trip > 0 || channel == OUTPUT {
            self.round_trip.insert(round_trip, FEW);
        }
    }

    /// The differences to the last report; a counter that fell has been started again.
    fn grow(&mut self, count: u64, lost: u64) -> Packets {
        let before = Packets { count: self.counter.trend.last, lost: self.last_lost };
        let step = growth(before, Packets { count, lost });
        self.packets_grown = self.packets_grown.saturating_add(step.count);
        self.lost_grown = self.lost_grown.saturating_add(step.lost);
        step
    }

    /// Takes in a later part of the same channel, which has this index.
    pub(crate) fn append(&mut self, later: &Self, channel: usize, bounds: &Bounds) {
        self.left_out = self.left_out.saturating_add(later.left_out);
        if later.reports == 0 {
            return;
        }
        if self.reports == 0 {
            let left_out = self.left_out;
            *self = Self { left_out, ..later.clone() };
            return;
        }
        let step = self.grow(later.counter.trend.first, later.first_lost);
        self.growth_loss.take(step, channel, bounds.loss);
        self.growth_loss.append(&later.growth_loss, channel);
        self.interval_loss.append(&later.interval_loss, channel);
        self.jitter_streak.append(&later.jitter_streak);
        self.round_trip_streak.append(&later.round_trip_streak);
        self.packets_grown = self.packets_grown.saturating_add(later.packets_grown);
        self.lost_grown = self.lost_grown.saturating_add(later.lost_grown);
        self.counter.append(&later.counter);
        self.jitter_trend.append(&later.jitter_trend);
        self.last_lost = later.last_lost;
        self.reports = self.reports.saturating_add(later.reports);
        self.packets = self.packets.saturating_add(later.packets);
        self.lost = self.lost.saturating_add(later.lost);
        self.jitter_sum = self.jitter_sum.saturating_add(later.jitter_sum);
        self.round_trip_sum = self.round_trip_sum.saturating_add(later.round_trip_sum);
        self.jitter.merge(&later.jitter, FEW);
        self.round_trip.merge(&later.round_trip, FEW);
    }

    /// What the packet counters count.
    pub(crate) fn counting(&self) -> Counting {
        if self.counter.is_cumulative() { Counting::Cumulative } else { Counting::Intervals }
    }

    /// Whether `doubt` holds of the channel.
    pub(crate) fn is_in(&self, doubt: Doubt) -> bool {
        match doubt {
            Doubt::CumulativeCounters => self.counter.is_cumulative(),
            Doubt::RisingCounters => self.counter.is_rising() && !self.counter.is_cumulative(),
            Doubt::GrowingJitterBuffer => {
                self.jitter_trend.falls == 0 && self.jitter_trend.rises >= 3
            }
            Doubt::UnrealJitterBuffer => self.jitter_trend.peak > LONGEST_JITTER_BUFFER_MS,
        }
    }

    /// Forgets which reports were beyond a limit.
    pub(crate) fn forget_streaks(&mut self) {
        self.interval_loss.streak = Streak::default();
        self.growth_loss.streak = Streak::default();
        self.jitter_streak = Streak::default();
        self.round_trip_streak = Streak::default();
    }

    /// Loss from report to report, as the counters count.
    pub(crate) fn loss_series(&self, channel: usize) -> LossSeries {
        match self.counting() {
            Counting::Intervals => self.interval_loss,
            Counting::Cumulative => {
                let first = Packets { count: self.counter.trend.first, lost: self.first_lost };
                let is_beyond = self.interval_loss.streak.begins_beyond();
                let mut series = LossSeries::of_one(first, channel, is_beyond);
                series.append(&self.growth_loss, channel);
                series
            }
        }
    }

    /// All packets: the intervals' sum, or how far cumulative counters have come. The first value
    /// of those counts from zero.
    pub(crate) fn packets(&self) -> Packets {
        match self.counting() {
            Counting::Intervals => Packets { count: self.packets, lost: self.lost },
            Counting::Cumulative => Packets {
                count: self.packets_grown.saturating_add(self.counter.trend.first),
                lost: self.lost_grown.saturating_add(self.first_lost),
            },
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counters are at most 2^53")]
fn millis(counter: u64) -> f64 {
    counter as f64
}

/// Why a figure may not be what it seems. None of them keeps a limit from being applied; with an
/// unreal jitter buffer there is no R and no MOS to apply one to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// Packet counters look cumulative: differences between reports are used.
    CumulativeCounters,
    /// Packet counters rose in each report, but too little to be called cumulative.
    RisingCounters,
    /// The jitter buffer grew in three reports or more and never fell: either the call got worse,
    /// or its connector adds the values up, as a known fault made it.
    GrowingJitterBuffer,
    /// The jitter buffer was above [`LONGEST_JITTER_BUFFER_MS`].
    UnrealJitterBuffer,
}

impl Doubt {
    pub(crate) const ALL: [Self; 4] = [
        Self::CumulativeCounters,
        Self::RisingCounters,
        Self::GrowingJitterBuffer,
        Self::UnrealJitterBuffer,
    ];

    /// What programs know it as.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::CumulativeCounters => "cumulative-counters",
            Self::RisingCounters => "rising-counters",
            Self::GrowingJitterBuffer => "growing-jitter-buffer",
            Self::UnrealJitterBuffer => "unreal-jitter-buffer",
        }
    }
}

/// Nobody talks to somebody who answers ten seconds later: a longer jitter buffer is a sum. Those of
/// browsers hold 500 ms at most.
const LONGEST_JITTER_BUFFER_MS: u64 = 10_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::report::Counter;

    const BOUNDS: Bounds =
        Bounds { loss: 0.001_f64.next_up(), jitter: f64::INFINITY, round_trip: f64::INFINITY };

    fn report(count: i64, lost: i64, jitter: i64) -> Report {
        Report {
            channel: 0,
            lost: Counter::new(Some(lost)),
            count: Counter::new(Some(count)),
            jitter: Counter::new(Some(jitter)),
            round_trip: Counter::new(Some(0)),
        }
    }

    fn channel(values: &[(i64, i64)]) -> Channel {
        let mut channel = Channel::default();
        for &(count, lost) in values {
            channel.take(&report(count, lost, 40), &BOUNDS);
        }
        channel
    }

    #[test]
    fn intervals_are_summed() {
        let values = [(1500, 1), (1499, 0), (1500, 2), (1501, 0), (1500, 0)];
        assert_eq!(channel(&values).packets(), Packets { count: 7500, lost: 3 });
        let rising = [(300, 0), (1400, 0), (1499, 0), (1500, 0)];
        assert_eq!(channel(&rising).counting(), Counting::Intervals);
        assert_eq!(channel(&[(1498, 0), (1499, 0), (1500, 0)]).counting(), Counting::Intervals);
    }

    #[test]
    fn a_few_intervals_that_rise_are_not_taken_for_cumulative() {
        for counts in [
            &[500, 900, 1300][..],
            &[100, 400, 900, 1500],
            &[900, 1100, 1300, 1500],
            &[300, 600, 900, 1200, 1500],
            &[250, 500, 750, 1000, 1250, 1500, 1501],
            // Improved, then worse: a counter that starts again starts from close to zero.
            &[1000, 2500, 4000, 5500, 4500, 6000],
        ] {
            let values: Vec<(i64, i64)> = counts.iter().map(|count| (*count, 10)).collect();
            let channel = channel(&values);
            let count = u64::try_from(counts.iter().sum::<i64>()).expect("it is positive");
            let lost = 10 * counts.len() as u64;
            assert_eq!(channel.packets(), Packets { count, lost }, "{counts:?}");
        }
        let doubtful = channel(&[(500, 0), (900, 0), (1300, 0)]);
        assert!(doubtful.is_in(Doubt::RisingCounters));
        assert!(!channel(&[(1500, 0), (1499, 0), (1500, 0)]).is_in(Doubt::RisingCounters));
    }

    #[test]
    fn a_counter_that_rises_slowly_is_cumulative_where_it_rises_often() {
        let values: Vec<(i64, i64)> = (1..=9).map(|nth| (nth * 200, nth)).collect();
        assert_eq!(channel(&values[..8]).counting(), Counting::Intervals);
        assert_eq!(channel(&values).packets(), Packets { count: 1800, lost: 9 });
    }

    #[test]
    fn a_jitter_buffer_that_only_grows_is_a_doubt_and_above_ten_seconds_unreal() {
        let doubts = |values: &[i64]| {
            let mut channel = Channel::default();
            for jitter in values {
                channel.take(&report(1500, 0, *jitter), &BOUNDS);
            }
            [Doubt::GrowingJitterBuffer, Doubt::UnrealJitterBuffer].map(|it| channel.is_in(it))
        };
        assert_eq!(doubts(&[10, 13, 16, 20]), [true, false]);
        assert_eq!(doubts(&[20, 90, 250, 600]), [true, false]);
        assert_eq!(doubts(&[20, 90, 250, 40]), [false, false]);
        assert_eq!(doubts(&[20, 90, 250]), [false, false], "two rises");
        assert_eq!(doubts(&[20, 10_000]), [false, false]);
        assert_eq!(doubts(&[20, 10_001, 30]), [false, true]);
    }

    #[test]
    fn a_counter_that_only_grows_is_differenced() {
        let values = [(1500, 1), (3000, 1), (4490, 5), (6000, 9)];
        assert_eq!(channel(&values).counting(), Counting::Cumulative);
        assert_eq!(channel(&values).packets(), Packets { count: 6000, lost: 9 });
    }

    #[test]
    fn a_counter_that_restarts_goes_on_from_there() {
        let values = [(1500, 1), (3000, 2), (4500, 3), (6000, 4), (1500, 1), (3000, 2), (4500, 2)];
        assert_eq!(channel(&values).packets(), Packets { count: 10500, lost: 6 });
    }

    #[test]
    fn parts_append_to_the_whole() {
        let values = [(1500, 1), (3000, 2), (4500, 3), (1000, 0), (2500, 0), (4000, 7), (5500, 8)];
        for cut in 0..=values.len() {
            let mut whole = channel(&values[..cut]);
            whole.append(&channel(&values[cut..]), INPUT, &BOUNDS);
            assert_eq!(whole, channel(&values), "cut at {cut}");
            let series = whole.loss_series(INPUT);
            // In parts of 1,500 packets: 1, 1, 1, 0 of 1,000, 0, 7, 1.
            assert_eq!((series.lossy, series.streak.beyond), (5, 1), "cut at {cut}");
        }
    }

    #[test]
    fn absurd_counters_are_left_out() {
        let mut channel = Channel::default();
        channel.take(&report(-1, 0, 0), &BOUNDS);
        let unread = Report { count: Counter::new(None), ..report(0, 0, 0) };
        channel.take(&unread, &BOUNDS);
        assert_eq!((channel.reports, channel.left_out), (0, 2));
        let vast = channel_of_vast_counters();
        assert!(vast.packets().count >= 1 << 53);
    }

    fn channel_of_vast_counters() -> Channel {
        let mut channel = Channel::default();
        for _ in 0..5000 {
            channel.take(&report(1 << 53, 1 << 53, 1 << 53), &BOUNDS);
        }
        channel
    }
}
