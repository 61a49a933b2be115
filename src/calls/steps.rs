//! How counters and other values move from report to report, and whether counters go on from one to
//! the next.

use serde::{Deserialize, Serialize};

/// How a value moves from report to report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Trend {
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) peak: u64,
    pub(super) rises: u32,
    pub(super) falls: u32,
}

/// How a counter moves from report to report, and by what steps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Steps {
    pub(super) trend: Trend,
    /// Zero where there was no rise.
    smallest_rise: u64,
    greatest_rise: u64,
    rise_sum: u64,
    /// Greatest value that it has fallen to.
    restart: u64,
}

/// Packets of three seconds at 20 ms each. Intervals of a healthy call differ by a handful.
const TENTH_OF_AN_INTERVAL: u64 = 150;

/// Packets of 90 seconds at 20 ms each: three times what there is in an interval.
const BEYOND_AN_INTERVAL: u64 = 4_500;

/// Rises in a row that intervals do not have by chance: with nine values there are 362,880 orders.
const MANY_RISES: u32 = 8;

impl Trend {
    pub(super) fn take(&mut self, value: u64, earlier: u32) {
        if earlier == 0 {
            self.first = value;
        } else {
            self.step(value);
        }
        self.last = value;
        self.peak = self.peak.max(value);
    }

    fn step(&mut self, value: u64) {
        self.rises = self.rises.saturating_add(u32::from(value > self.last));
        self.falls = self.falls.saturating_add(u32::from(value < self.last));
    }

    pub(super) fn append(&mut self, later: &Self) {
        self.step(later.first);
        self.rises = self.rises.saturating_add(later.rises);
        self.falls = self.falls.saturating_add(later.falls);
        self.last = later.last;
        self.peak = self.peak.max(later.peak);
    }
}

impl Steps {
    pub(super) fn take(&mut self, value: u64, earlier: u32) {
        if earlier > 0 {
            self.step(value);
        }
        self.trend.take(value, earlier);
    }

    fn step(&mut self, value: u64) {
        let before = self.trend.last;
        if value < before {
            self.restart = self.restart.max(value);
        }
        if value > before {
            let rise = value - before;
            self.rise(rise, rise, rise);
        }
    }

    fn rise(&mut self, smallest: u64, greatest: u64, sum: u64) {
        let is_first = self.smallest_rise == 0;
        self.smallest_rise = if is_first { smallest } else { self.smallest_rise.min(smallest) };
        self.greatest_rise = self.greatest_rise.max(greatest);
        self.rise_sum = self.rise_sum.saturating_add(sum);
    }

    pub(super) fn append(&mut self, later: &Self) {
        self.step(later.trend.first);
        self.trend.append(&later.trend);
        if later.smallest_rise > 0 {
            self.rise(later.smallest_rise, later.greatest_rise, later.rise_sum);
        }
        self.restart = self.restart.max(later.restart);
    }

    /// Whether packets are counted from the start of the call, not of the interval. A few intervals
    /// can rise, too, as where a call gets better, so the counter must have come to what no interval
    /// holds in three rises or more, or must have risen in eight.
    pub(super) fn is_cumulative(&self) -> bool {
        let Trend { rises, peak, .. } = self.trend;
        self.is_rising() && (rises >= 3 && peak >= BEYOND_AN_INTERVAL || rises >= MANY_RISES)
    }

    /// Whether the values could be those of a counter that goes on from report to report: it rises
    /// by steps that are alike and not just noise, and falls at most where it starts again.
    pub(super) fn is_rising(&self) -> bool {
        let rises = u64::from(self.trend.rises);
        rises >= 2
            && u64::from(self.trend.falls) * 4 <= rises
            && self.restart <= self.greatest_rise.saturating_mul(2)
            && self.smallest_rise >= self.greatest_rise / 10
            && (self.rise_sum / rises >= TENTH_OF_AN_INTERVAL
                || self.rise_sum / rises > self.trend.first / 4)
    }
}
