//! Calls by hour or by day, where calls have times: how many there were, and how many of them were
//! poor.

use std::collections::BTreeMap;

use super::overview::ratio;
use super::svg::{Anchor, Drawing, Svg};
use crate::calls::assessment::Assessment;
use crate::calls::call_table::Entry;
use crate::calls::figures::of_call;
use crate::output::figures::options::StatsOptions;
use crate::output::figures::words::share;
use crate::text::thousands;

/// A chart over time, and the table behind it.
pub(super) struct Periods {
    /// `hour` or `day`.
    pub(super) unit: &'static str,
    pub(super) chart: Svg,
    pub(super) rows: Vec<Row>,
    /// Rows that are not in the table.
    pub(super) more: usize,
}

pub(super) struct Row {
    pub(super) name: String,
    pub(super) calls: String,
    pub(super) poor: String,
    pub(super) share: String,
}

/// Calls of an hour or a day.
#[derive(Debug, Clone, Default)]
struct Period {
    name: String,
    calls: u64,
    measured: u64,
    poor: u64,
}

/// Columns of the chart at most. Where there are more days, a column stands for several.
const MOST_COLUMNS: usize = 100;

/// Up to so many hours, calls are counted by hour.
const MOST_HOURS: i64 = 72;

/// Rows of the table at most.
const MOST_ROWS: usize = 120;

const HOUR: i64 = 3_600_000;

/// A chart of the calls that have times, if those go over more than one hour.
pub(super) fn periods(options: &StatsOptions, entries: &[Entry<'_>]) -> Option<Periods> {
    let times = || entries.iter().filter_map(|entry| entry.call.times.map(|(first, _)| first));
    let (first, last) = (times().min()?, times().max()?);
    let is_short = last.saturating_sub(first) < MOST_HOURS * HOUR;
    let start = |at: i64| if is_short { options.clock.hour(at) } else { options.clock.day(at) };
    let mut found: BTreeMap<i64, Period> = BTreeMap::new();
    for entry in entries {
        let Some((begin, name)) = entry.call.times.and_then(|(at, _)| start(at)) else { continue };
        let period = found.entry(begin).or_insert_with(|| Period { name, ..Period::default() });
        period.calls += 1;
        let channels = of_call(&entry.call.channels, options.formula);
        if let Some(band) = Assessment::of(&channels).band() {
            period.measured += 1;
            period.poor += u64::from(band.is_poor());
        }
    }
    if found.len() < 2 {
        return None;
    }
    let unit = if is_short { "hour" } else { "day" };
    let rows = found.values().rev().take(MOST_ROWS).map(|period| Row {
        name: period.name.clone(),
        calls: thousands(period.calls),
        poor: thousands(period.poor),
        share: if period.measured == 0 {
            "–".into()
        } else {
            share(period.poor, period.measured)
        },
    });
    let mut rows: Vec<Row> = rows.collect();
    rows.reverse();
    let more = found.len() - rows.len();
    let step = if is_short { HOUR } else { 24 * HOUR };
    let columns = columns(&found, step, start);
    Some(Periods { unit, chart: chart(unit, &columns), rows, more })
}

/// A column for each hour or day between the first and the last, also where there was no call.
fn columns(
    found: &BTreeMap<i64, Period>,
    step: i64,
    start: impl Fn(i64) -> Option<(i64, String)>,
) -> Vec<Period> {
    let (Some(first), Some(last)) = (found.keys().next(), found.keys().next_back()) else {
        return Vec::new();
    };
    let span = usize::try_from((last - first) / step + 1).unwrap_or(usize::MAX);
    let each = span.div_ceil(MOST_COLUMNS).max(1);
    let mut columns: Vec<Period> = Vec::new();
    for (at, period) in found {
        // A day may have 23 or 25 hours.
        let place = usize::try_from((at - first + step / 2) / step).unwrap_or_default() / each;
        while columns.len() <= place {
            let begin = i64::try_from(columns.len() * each).unwrap_or(i64::MAX);
            let name = start(begin.saturating_mul(step).saturating_add(first + step / 12));
            let name = name.map(|(_, name)| name).unwrap_or_default();
            columns.push(Period { name, ..Period::default() });
        }
        if let Some(column) = columns.get_mut(place) {
            column.calls += period.calls;
            column.measured += period.measured;
            column.poor += period.poor;
        }
    }
    columns
}

const TOP: f64 = 18.0;
const BASE: f64 = 150.0;
const LEFT: f64 = 8.0;

fn chart(unit: &str, columns: &[Period]) -> Svg {
    let count = u32::try_from(columns.len()).unwrap_or(u32::MAX);
    let wide = (680.0 / f64::from(count.max(1))).clamp(7.0, 48.0);
    let right = LEFT + wide * f64::from(count);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is small")]
    let width = (right + LEFT).max(320.0).ceil() as u32;
    let mut drawing = Drawing::new(width, 172);
    let most = columns.iter().map(|it| it.calls).max().unwrap_or_default().max(1);
    drawing.text(Anchor::Start, (LEFT, 11.0), &format!("up to {} calls", thousands(most)));
    for (period, nth) in columns.iter().zip(0_u32..) {
        let x = LEFT + wide * f64::from(nth);
        let height = |calls: u64| match calls {
            0 => 0.0,
            calls => ((BASE - TOP) * ratio(calls, most)).max(1.5),
        };
        let title = format!(
            "{}: {} calls, {} poor",
            period.name,
            thousands(period.calls),
            thousands(period.poor)
        );
        let (all, poor) = (height(period.calls), height(period.poor));
        if all > 0.0 {
            drawing.bar("plain", [x + 0.5, BASE - all, wide - 1.0, all], &title);
        }
        if poor > 0.0 {
            drawing.bar("bad", [x + 0.5, BASE - poor, wide - 1.0, poor], &title);
        }
    }
    drawing.line("axis", [LEFT, BASE, right, BASE]);
    let name = |period: Option<&Period>| period.map(|it| it.name.clone()).unwrap_or_default();
    drawing.text(Anchor::Start, (LEFT, BASE + 15.0), &name(columns.first()));
    if right > 280.0 {
        drawing.text(Anchor::End, (right, BASE + 15.0), &name(columns.last()));
    }
    drawing.close(&format!("Calls by {unit}, with the poor ones; the table below has the numbers"))
}
