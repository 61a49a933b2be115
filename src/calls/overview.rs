//! What all calls of a run come to: plain figures, for whatever shows them.

use super::assessment::Assessment;
use super::call::Call;
use super::distribution::{Distribution, Worse};
use super::figures::Figures;
use super::limits::{Judgement, Limit};
use super::quality::Band;
use crate::contract::EventId;

/// All calls of a run, or those of them that were selected.
#[derive(Debug)]
pub(crate) struct Overview {
    pub(crate) captures: u64,
    /// Calls that are told of.
    pub(crate) calls: u64,
    /// Calls before others were left out.
    pub(crate) calls_read: u64,
    /// Calls that were left out because nothing says when they were.
    pub(crate) undated_left_out: u64,
    pub(crate) lines: LineCounts,
    pub(crate) quality: Quality,
    pub(crate) limits: Vec<Limit>,
    pub(crate) judgement: Judgement,
    pub(crate) fail_on: Option<Judgement>,
}

/// Lines of the calls that are told of, and of all that were read.
#[derive(Debug, Default)]
pub(crate) struct LineCounts {
    pub(crate) told: u64,
    pub(crate) read: u64,
    pub(crate) invalid: u64,
    pub(crate) unreadable: u64,
    /// Lines by event type, exact duplicates not among them.
    pub(crate) events: [u64; EventId::COUNT],
    pub(crate) duplicates: u64,
    /// Lines among `events` that name no call.
    pub(crate) without_call: [u64; EventId::COUNT],
}

/// How calls sounded, and when they were.
#[derive(Debug, Clone, Default)]
pub(crate) struct Quality {
    pub(crate) calls: u64,
    /// Earliest and latest time in an event of any call.
    pub(crate) period: Option<(i64, i64)>,
    /// Calls without any time.
    pub(crate) undated: u64,
    /// Calls that have a MOS.
    pub(crate) measured: u64,
    /// Calls by the band of their worse channel, in the order of [`Band::ALL`].
    pub(crate) bands: [u64; Band::ALL.len()],
    /// Percent of packets.
    pub(crate) loss: Option<Distribution>,
    /// 95th percentiles of calls, ms.
    pub(crate) jitter: Option<Distribution>,
    pub(crate) round_trip: Option<Distribution>,
    pub(crate) mos: Option<Distribution>,
}

impl Quality {
    /// Calls whose MOS is poor.
    pub(crate) fn poor(&self) -> u64 {
        let bands = Band::ALL.iter().zip(self.bands);
        bands.filter(|(band, _)| band.is_poor()).map(|(_, calls)| calls).sum()
    }

    /// Poor calls in percent of those that were measured; `None` where none was.
    #[expect(clippy::cast_precision_loss, reason = "there are far fewer calls than 2^53")]
    pub(crate) fn poor_percent(&self) -> Option<f64> {
        (self.measured > 0).then(|| 100.0 * self.poor() as f64 / self.measured as f64)
    }
}

/// Collects the figures of calls, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    quality: Quality,
    loss: Vec<f64>,
    jitter: Vec<f64>,
    round_trip: Vec<f64>,
    mos: Vec<f64>,
}

impl Survey {
    /// Adds a call, as far as these of its channels are asked for.
    pub(crate) fn add(&mut self, call: &Call, channels: &[Figures]) {
        let Self { quality, .. } = self;
        quality.calls += 1;
        match call.times {
            None => quality.undated += 1,
            Some((first, last)) => {
                let (start, end) = quality.period.unwrap_or((first, last));
                quality.period = Some((start.min(first), end.max(last)));
            }
        }
        let found = Assessment::of(channels);
        if let Some(band) = found.band() {
            quality.measured += 1;
            quality.bands[band as usize] += 1;
        }
        self.loss.extend(found.loss_percent);
        self.jitter.extend(found.jitter);
        self.round_trip.extend(found.round_trip);
        self.mos.extend(found.mos);
    }

    /// What the calls come to.
    pub(crate) fn close(self) -> Quality {
        Quality {
            loss: Distribution::of(self.loss, Worse::Higher),
            jitter: Distribution::of(self.jitter, Worse::Higher),
            round_trip: Distribution::of(self.round_trip, Worse::Higher),
            mos: Distribution::of(self.mos, Worse::Lower),
            ..self.quality
        }
    }
}
