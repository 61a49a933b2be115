//! The figures of a channel: loss, jitter buffer, round trip, R and MOS, each only if its reports
//! have the data for it.

use super::channel::{Channel, Doubt};
use super::packets::{INPUT, OUTPUT, Packets, loss, ratio};
use super::sketch::{MANY, Sketch};
use super::streak::Streak;
use crate::calls::quality::{Formula, Means, Score};

/// The figures of one channel of a call or of a group of calls.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Figures {
    pub(crate) channel: usize,
    pub(crate) reports: u64,
    pub(crate) left_out: u64,
    pub(crate) packets: Packets,
    /// Percent; `None` without packets.
    pub(crate) loss_percent: Option<f64>,
    pub(crate) jitter: Option<Spread>,
    pub(crate) round_trip: Option<Spread>,
    pub(crate) score: Option<Score>,
    /// Channels of which each doubt holds, in the order of [`Doubt::ALL`].
    pub(crate) doubts: [u64; Doubt::ALL.len()],
    pub(crate) by_report: ByReport,
}

/// What single reports say that sums do not: whether loss came all at once, and how long it was bad.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct ByReport {
    /// Reports that lost packets.
    pub(crate) lossy: u64,
    /// Loss of the report that lost the greatest share, in percent; `None` where none lost any.
    pub(crate) worst_loss_percent: Option<f64>,
    pub(crate) loss: Run,
    pub(crate) jitter: Run,
    pub(crate) round_trip: Run,
}

/// Reports beyond a limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) beyond: u64,
    /// The most in a row.
    pub(crate) longest: u32,
}

impl Run {
    fn add(&mut self, streak: Streak) {
        self.beyond += u64::from(streak.beyond);
        self.longest = self.longest.max(streak.longest);
    }
}

/// How values are spread, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    pub(crate) max: u64,
    /// How far p50 and p95 can be from the exact ones, as a share of those: the greater of both.
    pub(crate) error: f64,
}

/// A channel of one call or of many: what [`Figures`] are told from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pool {
    channel: usize,
    reports: u64,
    left_out: u64,
    packets: u64,
    lost: u64,
    /// Of channels whose jitter buffer is real: what R and MOS are computed from.
    jitter_sum: u64,
    jitter_reports: u64,
    /// Those of the reports that measured it.
    jitter_measured: u64,
    round_trip_sum: u64,
    jitter: Sketch,
    round_trip: Sketch,
    doubts: [u64; Doubt::ALL.len()],
    by_report: ByReport,
}

impl Pool {
    pub(crate) fn new(channel: usize) -> Self {
        Self { channel, ..Self::default() }
    }

    /// Adds a channel of a call.
    pub(crate) fn add(&mut self, channel: &Channel) {
        let reports = u64::from(channel.reports);
        let packets = channel.packets();
        self.reports += reports;
        self.left_out += u64::from(channel.left_out);
        self.packets = self.packets.saturating_add(packets.count);
        self.lost = self.lost.saturating_add(packets.lost);
        for (sum, doubt) in self.doubts.iter_mut().zip(Doubt::ALL) {
            *sum += u64::from(channel.is_in(doubt));
        }
        if !channel.is_in(Doubt::UnrealJitterBuffer) {
            self.jitter_reports += reports;
            self.jitter_measured += channel.jitter.count();
            self.jitter_sum = self.jitter_sum.saturating_add(channel.jitter_sum);
        }
        self.jitter.merge(&channel.jitter, MANY);
        self.round_trip_sum = self.round_trip_sum.saturating_add(channel.round_trip_sum);
        self.round_trip.merge(&channel.round_trip, MANY);
        self.add_by_report(channel);
    }

    fn add_by_report(&mut self, channel: &Channel) {
        let series = channel.loss_series(self.channel);
        let sums = &mut self.by_report;
        sums.lossy += u64::from(series.lossy);
        let worst = series.worst_share(self.channel).map(|share| 100.0 * share);
        if worst > sums.worst_loss_percent {
            sums.worst_loss_percent = worst;
        }
        sums.loss.add(series.streak);
        sums.jitter.add(channel.jitter_streak);
        sums.round_trip.add(channel.round_trip_streak);
    }

    /// The figures. The round trip is the same for both channels, so where this one does not
    /// measure it, the other's counts for the score.
    pub(crate) fn figures(&self, other: &Self, formula: Formula) -> Figures {
        let measured = |it: &Self| mean(it.round_trip_sum, it.round_trip.count());
        let (jitter_reports, round_trip_ms) = match formula {
            // Just as the connector base takes it, zeros included.
            Formula::Salesforce => (self.jitter_reports, mean(self.round_trip_sum, self.reports)),
            Formula::Emodel | Formula::Twilio => {
                (self.jitter_measured, measured(self).or_else(|| measured(other)))
            }
        };
        let loss = self.loss();
        let means = loss.map(|loss| Means {
            lost_by_count: ratio(self.lost, self.packets),
            loss,
            jitter_buffer_ms: mean(self.jitter_sum, jitter_reports).unwrap_or(0.0),
            round_trip_ms: round_trip_ms.unwrap_or(0.0),
        });
        let is_unreal = self.reports > 0 && self.jitter_reports == 0;
        // A sum that is full is of no use.
        let is_full = self.jitter_sum.max(self.round_trip_sum) == u64::MAX;
        Figures {
            channel: self.channel,
            reports: self.reports,
            left_out: self.left_out,
            packets: Packets { count: self.packets, lost: self.lost },
            loss_percent: loss.map(|loss| 100.0 * loss),
            jitter: spread(&self.jitter),
            round_trip: spread(&self.round_trip),
            score: means.filter(|_| !is_unreal && !is_full).and_then(|means| formula.score(means)),
            doubts: self.doubts,
            by_report: self.by_report,
        }
    }

    /// Lost packets by all: input counts what was received, output what was sent.
    fn loss(&self) -> Option<f64> {
        loss(self.channel, Packets { count: self.packets, lost: self.lost })
    }
}

/// The figures of both channels of `channels`.
pub(crate) fn of_call(channels: &[Channel; 2], formula: Formula) -> [Figures; 2] {
    let mut sums = [Pool::new(INPUT), Pool::new(OUTPUT)];
    sums.iter_mut().zip(channels).for_each(|(sum, channel)| sum.add(channel));
    of_pools(&sums, formula)
}

/// The figures of both channels of a group.
pub(crate) fn of_pools([input, output]: &[Pool; 2], formula: Formula) -> [Figures; 2] {
    [input.figures(output, formula), output.figures(input, formula)]
}

fn spread(sketch: &Sketch) -> Option<Spread> {
    let (p50, p95) = (sketch.quantile(50)?, sketch.quantile(95)?);
    let error = p50.error.max(p95.error);
    Some(Spread { p50: p50.value, p95: p95.value, max: sketch.max()?, error })
}

fn mean(sum: u64, count: u64) -> Option<f64> {
    ratio(sum, count)
}
