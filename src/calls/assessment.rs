//! What a call is compared by: of each figure, that of its worse channel.

use super::figures::Figures;
use super::quality::Band;

/// The worse channel's figures; `None` where no channel has one.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Assessment {
    pub(crate) loss_percent: Option<f64>,
    /// 95th percentile, ms.
    pub(crate) jitter: Option<f64>,
    /// 95th percentile, ms.
    pub(crate) round_trip: Option<f64>,
    pub(crate) r: Option<f64>,
    pub(crate) mos: Option<f64>,
}

impl Assessment {
    /// What these channels of a call come to.
    pub(crate) fn of(channels: &[Figures]) -> Self {
        let greatest = |figure: &dyn Fn(&Figures) -> Option<f64>| {
            channels.iter().filter_map(figure).max_by(f64::total_cmp)
        };
        let least = |figure: &dyn Fn(&Figures) -> Option<f64>| {
            channels.iter().filter_map(figure).min_by(f64::total_cmp)
        };
        Self {
            loss_percent: greatest(&|it| it.loss_percent),
            jitter: greatest(&|it| it.jitter.map(|spread| spread.p95)),
            round_trip: greatest(&|it| it.round_trip.map(|spread| spread.p95)),
            r: least(&|it| it.score.map(|score| score.r)),
            mos: least(&|it| it.score.map(|score| score.mos)),
        }
    }

    /// The band of the worse channel.
    pub(crate) fn band(&self) -> Option<Band> {
        self.mos.map(Band::of)
    }
}
