//! How loss, jitter buffer, round trip and MOS are distributed over calls: a histogram of each, and the
//! table behind it.

use super::overview::ratio;
use super::svg::{Anchor, Drawing, Svg};
use crate::calls::distribution::{BINS, Distribution};
use crate::calls::limits::{Limit, Metric};
use crate::calls::overview::Quality;
use crate::output::figures::words::{Shown, ms, percent};
use crate::text::thousands;

/// A figure over calls.
pub(super) struct Histogram {
    pub(super) name: &'static str,
    pub(super) chart: Svg,
    /// What 50, 95, 99 and 100 % of the calls are no worse than.
    pub(super) quantiles: [String; 4],
    /// Each column of the chart: from which value to which, and its calls.
    pub(super) columns: Vec<(String, String)>,
}

const WIDTH: f64 = 320.0;
const LEFT: f64 = 8.0;
const TOP: f64 = 18.0;
const BASE: f64 = 124.0;

fn mos(value: f64) -> String {
    format!("{value:.2}")
}

/// Those that were measured.
pub(super) fn histograms(quality: &Quality, limits: &[Limit]) -> Vec<Histogram> {
    let rows: [(&str, Metric, &Option<Distribution>, Shown); 4] = [
        ("Loss", Metric::Loss, &quality.loss, percent),
        ("Jitter buffer", Metric::Jitter, &quality.jitter, ms),
        ("Round trip", Metric::Rtt, &quality.round_trip, ms),
        ("MOS", Metric::Mos, &quality.mos, mos),
    ];
    rows.into_iter()
        .filter_map(|(name, metric, found, shown)| {
            let found = found.as_ref()?;
            let limit = limits.iter().find(|limit| limit.metric == metric).map(|it| it.value);
            Some(histogram(name, found, shown, limit))
        })
        .collect()
}

fn histogram(
    name: &'static str,
    found: &Distribution,
    shown: Shown,
    limit: Option<f64>,
) -> Histogram {
    let edge = |nth: u32| found.best + (found.p99 - found.best) * f64::from(nth) / columns();
    let last = found.bins.len() - 1;
    let columns = found.bins.iter().zip(0..).enumerate().map(|(index, (calls, nth))| {
        let end = if index == last { shown(found.worst) } else { shown(edge(nth + 1)) };
        (format!("{} to {end}", shown(edge(nth))), thousands(*calls))
    });
    let columns: Vec<(String, String)> =
        columns.zip(found.bins).filter(|(_, calls)| *calls > 0).map(|(row, _)| row).collect();
    Histogram {
        name,
        chart: chart(name, found, shown, limit),
        quantiles: [found.p50, found.p95, found.p99, found.worst].map(shown),
        columns,
    }
}

fn columns() -> f64 {
    f64::from(u32::try_from(BINS).unwrap_or(1))
}

fn chart(name: &str, found: &Distribution, shown: Shown, limit: Option<f64>) -> Svg {
    let mut drawing = Drawing::new(320, 150);
    let most = found.bins.iter().copied().max().unwrap_or_default().max(1);
    let wide = (WIDTH - 2.0 * LEFT) / columns();
    for (calls, nth) in found.bins.iter().zip(0_u32..) {
        if *calls == 0 {
            continue;
        }
        let height = ((BASE - TOP) * ratio(*calls, most)).max(1.5);
        let x = LEFT + wide * f64::from(nth);
        let title = format!("{} calls", thousands(*calls));
        drawing.bar("plain", [x + 0.5, BASE - height, wide - 1.0, height], &title);
    }
    drawing.line("axis", [LEFT, BASE, WIDTH - LEFT, BASE]);
    drawing.text(Anchor::Start, (LEFT, BASE + 14.0), &shown(found.best));
    let beyond = if found.is_axis_whole() { "" } else { "+" };
    let end = format!("{}{beyond}", shown(found.p99));
    drawing.text(Anchor::End, (WIDTH - LEFT, BASE + 14.0), &end);
    drawing.text(Anchor::Start, (LEFT, 11.0), &format!("up to {} calls", thousands(most)));
    let range = found.p99 - found.best;
    let place = |value: f64| (value - found.best) / range;
    if let Some(limit) = limit
        && (0.0..=1.0).contains(&place(limit))
    {
        let x = LEFT + (WIDTH - 2.0 * LEFT) * place(limit);
        drawing.line("limit", [x, TOP - 4.0, x, BASE]);
        let anchor = if place(limit) > 0.5 { Anchor::End } else { Anchor::Start };
        let beside = if place(limit) > 0.5 { x - 4.0 } else { x + 4.0 };
        drawing.text(anchor, (beside, TOP + 5.0), &format!("limit {}", shown(limit)));
    }
    let label = format!(
        "{name} over {} calls, from {} to {}; half of the calls are no worse than {}",
        thousands(found.count),
        shown(found.best),
        shown(found.worst),
        shown(found.p50)
    );
    drawing.close(&label)
}
