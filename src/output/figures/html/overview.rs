//! The top of the report: how many calls were poor, which limits they are beyond, and what could not
//! be measured.

use super::svg::{Drawing, Svg};
use crate::calls::limits::{Judgement, Limit, Metric};
use crate::calls::overview::{Overview, Quality};
use crate::calls::quality::{Band, POOR_BELOW};
use crate::output::figures::options::StatsOptions;
use crate::output::figures::words::share;
use crate::text::{count, thousands};

/// A figure that is read first.
pub(super) struct Card {
    pub(super) label: &'static str,
    pub(super) value: String,
    pub(super) note: String,
    /// The class of its colour.
    pub(super) tone: &'static str,
}

/// A row with a bar.
pub(super) struct BarRow {
    pub(super) name: String,
    pub(super) detail: String,
    pub(super) calls: String,
    pub(super) share: String,
    pub(super) bar: Svg,
    /// Calls without the figure, in words.
    pub(super) missing: String,
}

/// A figure that some calls lack.
pub(super) struct Missing {
    pub(super) figure: &'static str,
    pub(super) calls: String,
    pub(super) share: String,
    pub(super) why: &'static str,
}

const BAR_WIDTH: u32 = 240;
const BAR_HEIGHT: u32 = 14;

/// `3 calls in 2 captures, 2026-01-05 10:00 to 10:02 UTC`.
pub(super) fn extent(options: &StatsOptions, overview: &Overview) -> String {
    let mut text = count(overview.calls, "call", "calls");
    if options.choice.is_limited() {
        text = format!("{text} selected of {}", thousands(overview.calls_read));
    }
    let captures = count(overview.captures, "capture", "captures");
    let period = overview.quality.period.map_or(String::new(), |(start, end)| {
        let (start, end) = (options.clock.minute(start), options.clock.minute(end));
        let is_same_day = start.get(..10) == end.get(..10);
        let end = if is_same_day { end.get(11..).unwrap_or_default() } else { &end };
        format!(", {start} to {end} {}", options.clock.zone())
    });
    format!("{text} in {captures}{period}")
}

pub(super) fn cards(overview: &Overview) -> Vec<Card> {
    let Overview { calls, quality, judgement, lines, limits, .. } = overview;
    let poor = quality.poor();
    let tone = |number: u64| if number > 0 { "bad" } else { "good" };
    let mut cards = vec![Card {
        label: "Poor calls",
        value: if quality.measured == 0 { "–".into() } else { share(poor, quality.measured) },
        note: format!(
            "{} of {} with a MOS are below {POOR_BELOW:.2}",
            thousands(poor),
            count(quality.measured, "call", "calls")
        ),
        tone: tone(poor),
    }];
    if !limits.is_empty() {
        cards.push(Card {
            label: "Beyond limits",
            value: share(judgement.beyond, *calls),
            note: format!("{} of {}", thousands(judgement.beyond), count(*calls, "call", "calls")),
            tone: tone(judgement.beyond),
        });
    }
    let unmeasured = calls - quality.measured;
    cards.push(Card {
        label: "Without a MOS",
        value: thousands(unmeasured),
        note: match unmeasured {
            0 => "every call has one".into(),
            _ => format!("of {}, for lack of audiostats", count(*calls, "call", "calls")),
        },
        tone: if unmeasured > 0 { "fair" } else { "good" },
    });
    cards.push(Card {
        label: "Invalid lines",
        value: thousands(lines.invalid),
        note: format!("of {} read", count(lines.read, "line", "lines")),
        tone: if lines.invalid > 0 { "fair" } else { "good" },
    });
    cards
}

/// Calls by band of their MOS.
pub(super) fn bands(quality: &Quality) -> Vec<BarRow> {
    let mut above = f64::INFINITY;
    let rows = Band::ALL.into_iter().zip(quality.bands).enumerate().map(|(nth, (band, calls))| {
        let detail = match (above.is_finite(), band.least().is_finite()) {
            (false, _) => format!("{:.2} and above", band.least()),
            (true, true) => format!("{:.2} to {above:.2}", band.least()),
            (true, false) => format!("below {above:.2}"),
        };
        above = band.least();
        BarRow {
            name: band.name().into(),
            detail,
            calls: thousands(calls),
            share: share(calls, quality.measured),
            bar: bar(&format!("b{nth}"), calls, quality.measured),
            missing: String::new(),
        }
    });
    rows.collect()
}

/// Calls beyond each limit.
pub(super) fn limits(limits: &[Limit], judgement: &Judgement, calls: u64) -> Vec<BarRow> {
    let rows = limits.iter().zip(&judgement.each).map(|(limit, found)| BarRow {
        name: limit.to_string(),
        detail: meaning(limit.metric).into(),
        calls: thousands(found.beyond),
        share: share(found.beyond, found.judged),
        bar: bar("bad", found.beyond, found.judged),
        missing: match calls - found.judged {
            0 => String::new(),
            missing => thousands(missing),
        },
    });
    rows.collect()
}

/// What a limit is about.
pub(super) fn meaning(metric: Metric) -> &'static str {
    match metric {
        Metric::Loss => "packets lost",
        Metric::Jitter => "jitter buffer p95, ms",
        Metric::Rtt => "round trip p95, ms",
        Metric::Mos => "MOS",
        Metric::R => "rating R",
    }
}

/// What could not be measured.
pub(super) fn missing(quality: &Quality) -> Vec<Missing> {
    let measured = |found: &Option<crate::calls::distribution::Distribution>| {
        found.as_ref().map_or(0, |found| found.count)
    };
    let rows = [
        ("MOS", quality.measured, "no audiostats, or no packets in them"),
        ("loss", measured(&quality.loss), "no audiostats, or no packets in them"),
        ("jitter buffer", measured(&quality.jitter), "no audiostats of the input channel"),
        ("round trip", measured(&quality.round_trip), "no audiostats of the output channel"),
        ("time", quality.calls - quality.undated, "no event with a timestamp"),
    ];
    let missing = rows.into_iter().filter(|(_, known, _)| *known < quality.calls);
    missing
        .map(|(figure, known, why)| Missing {
            figure,
            calls: thousands(quality.calls - known),
            share: share(quality.calls - known, quality.calls),
            why,
        })
        .collect()
}

/// A bar as long as the share of `whole`; one that is not 0 is never invisible.
pub(super) fn bar(class: &str, part: u64, whole: u64) -> Svg {
    let mut drawing = Drawing::new(BAR_WIDTH, BAR_HEIGHT);
    let (width, height) = (f64::from(BAR_WIDTH), f64::from(BAR_HEIGHT));
    drawing.bar("track", [0.0, 0.0, width, height], "");
    if part > 0 && whole > 0 {
        let length = (width * ratio(part, whole)).max(2.0);
        drawing.bar(class, [0.0, 0.0, length, height], "");
    }
    drawing.close_hidden()
}

/// `part` of `whole`, which is not 0.
#[expect(clippy::cast_precision_loss, reason = "a share of a chart is exact enough")]
pub(super) fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}
