//! One channel of one call: sums over its reports, whether its counters only ever grow, and sketches.
//!
//! Whether counters are for an interval or cumulative is not documented, so both sums are kept and
//! the shape of the counter decides. A channel can be appended to what came before it, so that
//! parts of a capture come to the figures of the whole.

use serde::{Deserialize, Serialize};

use super::observation::Report;
use super::sketch::{FEW, Sketch};

/// What the reports of a channel come to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Channel {
    /// Reports that were reckoned with.
    pub(crate) reports: u32,
    /// Reports with a counter that is negative or no whole number: not reckoned with.
    pub(crate) left_out: u32,
    packets: u64,
    lost: u64,
    pub(crate) jitter_sum: u64,
    pub(crate) round_trip_sum: u64,
    pub(crate) jitter: Sketch,
    pub(crate) round_trip: Sketch,
    counter: Trend,
    jitter_trend: Trend,
    /// Sums of the differences between reports.
    packets_grown: u64,
    lost_grown: u64,
    first_lost: u64,
    last_lost: u64,
}

/// How a counter moves from report to report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Trend {
    first: u64,
    last: u64,
    rises: u32,
    falls: u32,
    smallest_rise: u64,
    greatest_rise: u64,
    rise_sum: u64,
}

/// Packets in an interval: what was sent and what of it was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Packets {
    pub(crate) count: u64,
    pub(crate) lost: u64,
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
    pub(crate) fn take(&mut self, report: &Report) {
        let values =
            (report.lost.get(), report.count.get(), report.jitter.get(), report.round_trip.get());
        let (Some(lost), Some(count), Some(jitter), Some(round_trip)) = values else {
            self.left_out = self.left_out.saturating_add(1);
            return;
        };
        if self.reports == 0 {
            self.first_lost = lost;
        } else {
            self.grow(count, lost);
        }
        self.counter.take(count, self.reports);
        self.jitter_trend.take(jitter, self.reports);
        self.last_lost = lost;
        self.reports = self.reports.saturating_add(1);
        self.packets = self.packets.saturating_add(count);
        self.lost = self.lost.saturating_add(lost);
        self.jitter_sum = self.jitter_sum.saturating_add(jitter);
        self.round_trip_sum = self.round_trip_sum.saturating_add(round_trip);
        if jitter > 0 || usize::from(report.channel) == INPUT {
            self.jitter.insert(jitter, FEW);
        }
        if round_trip > 0 || usize::from(report.channel) == OUTPUT {
            self.round_trip.insert(round_trip, FEW);
        }
    }

    /// The differences to the last report; a counter that fell has been started again.
    fn grow(&mut self, count: u64, lost: u64) {
        let before = Packets { count: self.counter.last, lost: self.last_lost };
        let step = growth(before, Packets { count, lost });
        self.packets_grown = self.packets_grown.saturating_add(step.count);
        self.lost_grown = self.lost_grown.saturating_add(step.lost);
    }

    /// Takes in a later part of the same channel.
    pub(crate) fn append(&mut self, later: &Self) {
        self.left_out = self.left_out.saturating_add(later.left_out);
        if later.reports == 0 {
            return;
        }
        if self.reports == 0 {
            let left_out = self.left_out;
            *self = Self { left_out, ..later.clone() };
            return;
        }
        self.grow(later.counter.first, later.first_lost);
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
        let is_cumulative = self.counter.is_cumulative(TENTH_OF_AN_INTERVAL);
        if is_cumulative { Counting::Cumulative } else { Counting::Intervals }
    }

    /// Whether the jitter buffer only grows, as a known fault of connectors made it: no figure.
    pub(crate) fn is_jitter_cumulative(&self) -> bool {
        self.reports >= 4 && self.jitter_trend.falls == 0 && self.jitter_trend.is_cumulative(20)
    }

    /// All packets: the intervals' sum, or how far cumulative counters have come. The first value
    /// of those counts from zero.
    pub(crate) fn packets(&self) -> Packets {
        match self.counting() {
            Counting::Intervals => Packets { count: self.packets, lost: self.lost },
            Counting::Cumulative => Packets {
                count: self.packets_grown.saturating_add(self.counter.first),
                lost: self.lost_grown.saturating_add(self.first_lost),
            },
        }
    }
}

/// Indices of [`super::observation::CHANNELS`].
pub(crate) const INPUT: usize = 0;
pub(crate) const OUTPUT: usize = 1;

/// Packets of three seconds at 20 ms each. Intervals of a healthy call differ by a handful.
const TENTH_OF_AN_INTERVAL: u64 = 150;

/// What cumulative counters counted between two reports.
pub(crate) fn growth(before: Packets, now: Packets) -> Packets {
    if now.count < before.count {
        return now;
    }
    // Lost packets may be counted down where late ones arrive.
    Packets { count: now.count - before.count, lost: now.lost.saturating_sub(before.lost) }
}

impl Trend {
    fn take(&mut self, value: u64, earlier: u32) {
        if earlier == 0 {
            self.first = value;
        } else {
            self.step(value);
        }
        self.last = value;
    }

    fn step(&mut self, value: u64) {
        if value < self.last {
            self.falls = self.falls.saturating_add(1);
        }
        if value > self.last {
            self.rise(value - self.last, value - self.last, value - self.last, 1);
        }
    }

    fn rise(&mut self, smallest: u64, greatest: u64, sum: u64, rises: u32) {
        let is_first = self.rises == 0;
        self.smallest_rise = if is_first { smallest } else { self.smallest_rise.min(smallest) };
        self.greatest_rise = self.greatest_rise.max(greatest);
        self.rise_sum = self.rise_sum.saturating_add(sum);
        self.rises = self.rises.saturating_add(rises);
    }

    fn append(&mut self, later: &Self) {
        self.step(later.first);
        self.falls = self.falls.saturating_add(later.falls);
        if later.rises > 0 {
            self.rise(later.smallest_rise, later.greatest_rise, later.rise_sum, later.rises);
        }
        self.last = later.last;
    }

    /// Whether the values are those of a counter that goes on from report to report: it rises by
    /// steps that are alike and not just noise, and falls at most where it starts again.
    fn is_cumulative(&self, least_rise: u64) -> bool {
        let rises = u64::from(self.rises);
        rises >= 2
            && u64::from(self.falls) * 4 <= rises
            && self.smallest_rise >= self.greatest_rise / 10
            && (self.rise_sum / rises >= least_rise || self.rise_sum / rises > self.first / 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::observation::Counter;

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
            channel.take(&report(count, lost, 40));
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
            whole.append(&channel(&values[cut..]));
            assert_eq!(whole, channel(&values), "cut at {cut}");
        }
    }

    #[test]
    fn absurd_counters_are_left_out() {
        let mut channel = Channel::default();
        channel.take(&report(-1, 0, 0));
        channel.take(&Report { count: Counter::new(None), ..report(0, 0, 0) });
        assert_eq!((channel.reports, channel.left_out), (0, 2));
        let vast = channel_of_vast_counters();
        assert!(vast.packets().count >= 1 << 53);
    }

    fn channel_of_vast_counters() -> Channel {
        let mut channel = Channel::default();
        for _ in 0..5000 {
            channel.take(&report(1 << 53, 1 << 53, 1 << 53));
        }
        channel
    }
}
