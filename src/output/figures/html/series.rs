//! Loss, jitter buffer and round trip of a call from report to report: charts with the limits drawn
//! in, and the table behind them.

use super::svg::{Anchor, Drawing, Svg};
use crate::calls::channel::Counting;
use crate::calls::duration::REPORT_MILLIS;
use crate::calls::packets::{INPUT, OUTPUT};
use crate::calls::series::{Series, Worst};
use crate::calls::streak::{Threshold, Thresholds};
use crate::output::figures::words::{Shown, duration, ms, percent};
use crate::text::thousands;

/// The reports of a channel.
pub(super) struct ChannelSeries<'a> {
    pub(super) channel: usize,
    pub(super) counting: Counting,
    pub(super) series: &'a Series,
}

/// Points of a line at most. Of longer calls, a point is the worst of several reports.
const MOST_POINTS: usize = 48;

/// Values that a chart shows, of both channels.
pub(super) struct Drawn {
    figures: Vec<Figure>,
    /// Reports that a point stands for.
    reports: u64,
    points: usize,
}

/// One figure, measured on one channel or on both.
struct Figure {
    name: &'static str,
    shown: Shown,
    /// The values of a channel, and its index.
    lines: Vec<(usize, Vec<Option<f64>>)>,
}

/// The table behind the charts: a row for each line, a column for each point.
pub(super) struct Values {
    pub(super) heads: Vec<String>,
    pub(super) rows: Vec<(String, Vec<String>)>,
}

/// What there is to draw of a call.
pub(super) fn drawn(channels: &[ChannelSeries<'_>]) -> Drawn {
    let longest = channels.iter().map(|it| it.series.groups.len()).max().unwrap_or_default();
    let each = longest.div_ceil(MOST_POINTS).max(1);
    let group = channels.iter().map(|it| it.series.group).max().unwrap_or(1).max(1);
    let points: Vec<(&ChannelSeries<'_>, Vec<Worst>)> = channels
        .iter()
        .map(|it| {
            // A channel with fewer reports may have smaller groups.
            let own = usize::try_from(group / it.series.group.max(1)).unwrap_or(1).max(1);
            (it, it.series.groups.chunks(each * own).map(Worst::of).collect())
        })
        .collect();
    let figure = |name, shown: Shown, value: &dyn Fn(&Worst, &ChannelSeries<'_>) -> Option<f64>| {
        let lines = points.iter().filter_map(|(it, worst)| {
            let line: Vec<_> = worst.iter().map(|worst| value(worst, it)).collect();
            line.iter().any(Option::is_some).then_some((it.channel, line))
        });
        Figure { name, shown, lines: lines.collect() }
    };
    let loss =
        |worst: &Worst, it: &ChannelSeries<'_>| worst.loss(it.counting).map(|loss| 100.0 * loss);
    let figures = vec![
        figure(LOSS, percent, &loss),
        figure(JITTER, ms, &|worst, it| millis(worst.jitter, it.channel == INPUT)),
        figure(ROUND_TRIP, ms, &|worst, it| millis(worst.round_trip, it.channel == OUTPUT)),
    ];
    let count = points.iter().map(|(_, worst)| worst.len()).max().unwrap_or_default();
    let figures = figures.into_iter().filter(|figure| !figure.lines.is_empty()).collect();
    Drawn { figures, reports: group * each as u64, points: count }
}

const LOSS: &str = "Loss";
const JITTER: &str = "Jitter buffer";
const ROUND_TRIP: &str = "Round trip";

/// A number of milliseconds; a zero is none where the channel does not usually measure the figure.
#[expect(clippy::cast_precision_loss, reason = "counters are at most 2^53")]
fn millis(value: Option<u64>, is_own: bool) -> Option<f64> {
    value.filter(|value| is_own || *value > 0).map(|value| value as f64)
}

const SCALE: &str = "Scales begin at 0.";

impl Drawn {
    /// What a point stands for.
    pub(super) fn column(&self) -> String {
        if self.figures.is_empty() {
            return String::new();
        }
        if self.reports <= 1 {
            return format!("A point is a report, about 30 seconds. {SCALE}");
        }
        let length = i64::try_from(self.reports).unwrap_or(i64::MAX).saturating_mul(REPORT_MILLIS);
        let reports = thousands(self.reports);
        format!("A point is the worst of {reports} reports, about {}. {SCALE}", duration(length))
    }
}

const WIDTH: f64 = 320.0;
const TOP: f64 = 30.0;
const BASE: f64 = 112.0;
const LEFT: f64 = 4.0;
const RIGHT: f64 = 316.0;

/// A limit that is so many times the greatest value is named, not drawn: it would flatten the line.
const FAR: f64 = 12.0;

/// A chart for each figure.
pub(super) fn charts(drawn: &Drawn, limits: Thresholds) -> Vec<Svg> {
    let figures = drawn.figures.iter();
    figures
        .map(|figure| {
            let (limit, factor) = match figure.name {
                LOSS => (limits.loss, 100.0),
                JITTER => (limits.jitter, 1.0),
                _ => (limits.round_trip, 1.0),
            };
            chart(figure, drawn.points, limit.map(|limit: Threshold| limit.value * factor))
        })
        .collect()
}

fn chart(figure: &Figure, points: usize, limit: Option<f64>) -> Svg {
    let Figure { name, shown, lines } = figure;
    let known = || lines.iter().flat_map(|(_, line)| line.iter().flatten().copied());
    let greatest = known().fold(0.0, f64::max);
    let least = known().fold(f64::INFINITY, f64::min);
    let is_far = |limit: &f64| *limit > FAR * greatest.max(f64::MIN_POSITIVE) && greatest > 0.0;
    let drawn_limit = limit.filter(|limit| !is_far(limit) && *limit > 0.0);
    let top = greatest.max(drawn_limit.unwrap_or_default()).max(f64::MIN_POSITIVE);
    let y = |value: f64| BASE - (BASE - TOP) * value / top;
    #[expect(clippy::cast_precision_loss, reason = "there are few points")]
    let x = |nth: usize| match points {
        0 | 1 => f64::midpoint(LEFT, RIGHT),
        many => LEFT + (RIGHT - LEFT) * nth as f64 / (many - 1) as f64,
    };
    let mut drawing = Drawing::new(320, 130);
    drawing.line("axis", [0.0, BASE, WIDTH, BASE]);
    if let Some(limit) = drawn_limit {
        drawing.line("limit", [0.0, y(limit), WIDTH, y(limit)]);
        let below = if y(limit) < TOP + 12.0 { 12.0 } else { -4.0 };
        let text = format!("limit {}", shown(limit));
        drawing.text(Anchor::Start, (LEFT, y(limit) + below), &text);
    }
    for (channel, line) in lines {
        let points: Vec<_> =
            line.iter().zip(0..).map(|(value, nth)| value.map(|it| (x(nth), y(it)))).collect();
        drawing.path(if *channel == INPUT { "s0" } else { "s1" }, &points);
    }
    let channels: Vec<&str> = lines.iter().map(|(channel, _)| channel_name(*channel)).collect();
    drawing.text(Anchor::Start, (0.0, 13.0), &format!("{name}, {}", channels.join(" and ")));
    let range = if least >= greatest {
        format!("always {}", shown(greatest))
    } else {
        format!("{} to {}", shown(least), shown(greatest))
    };
    drawing.text(Anchor::End, (WIDTH, 13.0), &range);
    drawing.text(Anchor::Start, (0.0, 126.0), "start");
    drawing.text(Anchor::End, (WIDTH, 126.0), "end");
    let limit = limit.map_or(String::new(), |limit| format!(", limit {}", shown(limit)));
    drawing.close(&format!("{name} by report, {}: {range}{limit}", channels.join(" and ")))
}

fn channel_name(channel: usize) -> &'static str {
    if channel == INPUT { "input" } else { "output" }
}

/// The same values as a table.
pub(super) fn values(drawn: &Drawn) -> Option<Values> {
    if drawn.figures.is_empty() {
        return None;
    }
    let heads = (0..drawn.points as u64).map(|nth| thousands(nth * drawn.reports + 1));
    let rows = drawn.figures.iter().flat_map(|figure| {
        figure.lines.iter().map(move |(channel, line)| {
            let cell = |value: &Option<f64>| match value {
                Some(value) if figure.name == LOSS => {
                    percent(*value).trim_end_matches('%').to_owned()
                }
                Some(value) => format!("{value:.0}"),
                None => "–".into(),
            };
            let unit = if figure.name == LOSS { "%" } else { "ms" };
            let name = format!("{} {}, {unit}", figure.name, channel_name(*channel));
            (name, line.iter().map(cell).collect())
        })
    });
    Some(Values { heads: heads.collect(), rows: rows.collect() })
}
