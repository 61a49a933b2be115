//! Why a call is bad: which limits its channels are beyond, how far, and for how long.

use super::figures::{Figures, Run};
use super::limits::{Limit, Metric};

/// A channel of a call is beyond a limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Reason {
    pub(crate) limit: Limit,
    pub(crate) channel: usize,
    pub(crate) found: f64,
    /// Single reports beyond the limit; nothing where reports have no such value.
    pub(crate) reports: Run,
}

/// Why a call with these channels is beyond some of `limits`, as far as different limits of a figure
/// say different things: of those, the one that is least exceeded. A low score is a reason only where
/// there is no other.
pub(crate) fn reasons(limits: &[Limit], channels: &[Figures]) -> Vec<Reason> {
    let mut found: Vec<Reason> = Vec::new();
    for figures in channels {
        for limit in limits.iter().filter(|limit| limit.is_broken_by(figures) == Some(true)) {
            let Some(value) = limit.metric.of(figures) else { continue };
            let reports = match limit.metric {
                Metric::Loss => figures.by_report.loss,
                Metric::Jitter => figures.by_report.jitter,
                Metric::Rtt => figures.by_report.round_trip,
                Metric::Mos | Metric::R => Run::default(),
            };
            let reason = Reason { limit: *limit, channel: figures.channel, found: value, reports };
            let is_same =
                |it: &&mut Reason| it.channel == reason.channel && it.limit.metric == limit.metric;
            match found.iter_mut().find(is_same) {
                Some(same) if distance(&reason) < distance(same) => *same = reason,
                Some(_) => {}
                None => found.push(reason),
            }
        }
    }
    let is_score = |it: &Reason| matches!(it.limit.metric, Metric::Mos | Metric::R);
    if found.iter().any(|reason| !is_score(reason)) {
        found.retain(|reason| !is_score(reason));
    }
    found
}

fn distance(reason: &Reason) -> f64 {
    (reason.found - reason.limit.value).abs()
}
