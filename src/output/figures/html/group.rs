//! Groups of calls, and what changed since an earlier run, as tables.

use super::overview::bar;
use super::privacy::Privacy;
use super::svg::Svg;
use super::text::bounded;
use crate::calls::comparison::{Figure, Pair};
use crate::calls::distribution::Distribution;
use crate::calls::group::Group;
use crate::calls::overview::Quality;
use crate::output::figures::compare::{change_in_words, value_of};
use crate::output::figures::options::StatsOptions;
use crate::output::figures::words::{Shown, ms, percent, share};
use crate::text::thousands;

/// Calls in groups.
pub(super) struct Groups {
    pub(super) dimensions: Vec<String>,
    pub(super) rows: Vec<GroupRow>,
    /// Groups that are not in the table.
    pub(super) more: usize,
}

pub(super) struct GroupRow {
    pub(super) keys: Vec<String>,
    pub(super) calls: String,
    pub(super) poor: String,
    pub(super) share: String,
    pub(super) bar: Svg,
    /// What 50 and 95 % of the calls are no worse than: loss, jitter buffer, round trip, MOS.
    pub(super) figures: Vec<String>,
}

/// What changed since an earlier run.
pub(super) struct Changes {
    /// What the earlier run is called.
    pub(super) earlier: String,
    pub(super) rows: Vec<ChangeRow>,
    pub(super) dimensions: Vec<String>,
    pub(super) groups: Vec<GroupChange>,
    pub(super) more: usize,
}

pub(super) struct ChangeRow {
    pub(super) name: &'static str,
    pub(super) earlier: String,
    pub(super) now: String,
    pub(super) change: Change,
}

pub(super) struct GroupChange {
    pub(super) keys: Vec<String>,
    /// Calls and poor calls, earlier and now.
    pub(super) cells: [String; 4],
    pub(super) changes: Vec<Change>,
}

pub(super) struct Change {
    pub(super) text: String,
    pub(super) verdict: &'static str,
    /// The class of its colour.
    pub(super) tone: &'static str,
}

/// Rows of a table of groups; commands list all of them.
const MOST_ROWS: usize = 100;

/// Bytes of a key.
const KEY_BYTES: usize = 80;

const NONE: &str = "–";

pub(super) fn groups(options: &StatsOptions, found: &[Group], privacy: &Privacy) -> Option<Groups> {
    if found.is_empty() {
        return None;
    }
    let rows = found.iter().take(MOST_ROWS).map(|group| {
        let quality = &group.quality;
        GroupRow {
            keys: keys(options, &group.keys, privacy),
            calls: thousands(quality.calls),
            poor: thousands(quality.poor()),
            share: poor_share(quality),
            bar: bar("bad", quality.poor(), quality.measured),
            figures: figures(quality),
        }
    });
    let dimensions = dimensions(options);
    let rows: Vec<GroupRow> = rows.collect();
    let more = found.len() - rows.len();
    Some(Groups { dimensions, rows, more })
}

fn dimensions(options: &StatsOptions) -> Vec<String> {
    options.by.iter().map(|dimension| bounded(dimension.name(), KEY_BYTES)).collect()
}

fn keys(options: &StatsOptions, keys: &[String], privacy: &Privacy) -> Vec<String> {
    let pairs = options.by.iter().zip(keys);
    pairs.map(|(dimension, key)| bounded(&privacy.key(dimension, key), KEY_BYTES)).collect()
}

fn poor_share(quality: &Quality) -> String {
    match quality.measured {
        0 => NONE.into(),
        measured => share(quality.poor(), measured),
    }
}

fn figures(quality: &Quality) -> Vec<String> {
    let mos = |value: f64| format!("{value:.2}");
    let rows: [(&Option<Distribution>, Shown); 4] = [
        (&quality.loss, percent),
        (&quality.jitter, ms),
        (&quality.round_trip, ms),
        (&quality.mos, mos),
    ];
    let cells = rows.into_iter().flat_map(|(found, shown)| match found {
        Some(found) => [shown(found.p50), shown(found.p95)],
        None => [NONE.into(), NONE.into()],
    });
    cells.collect()
}

pub(super) fn changes(
    options: &StatsOptions,
    all: &Pair,
    groups: &[Pair],
    privacy: &Privacy,
) -> Option<Changes> {
    let earlier = options.earlier.as_ref()?;
    let calls = |pair: &Option<Quality>| pair.as_ref().map_or(0, |quality| quality.calls);
    let (before, now) = (calls(&all.earlier), calls(&all.now));
    let mut rows = vec![ChangeRow {
        name: "Calls",
        earlier: thousands(before),
        now: thousands(now),
        change: Change {
            text: format!("{:+}", i128::from(now) - i128::from(before)),
            verdict: "",
            tone: "",
        },
    }];
    rows.extend(Figure::ALL.into_iter().map(|figure| {
        let shown = |quality: &Option<Quality>| {
            let found = quality.as_ref().and_then(|quality| figure.of(quality));
            found.map_or_else(|| NONE.into(), |value| value_of(figure, value))
        };
        ChangeRow {
            name: title(figure),
            earlier: shown(&all.earlier),
            now: shown(&all.now),
            change: change(figure, all),
        }
    }));
    let told: Vec<GroupChange> =
        groups.iter().take(MOST_ROWS).map(|pair| group_change(options, pair, privacy)).collect();
    Some(Changes {
        earlier: bounded(&privacy.capture(&earlier.name), KEY_BYTES),
        rows,
        dimensions: dimensions(options),
        more: groups.len() - told.len(),
        groups: told,
    })
}

fn group_change(options: &StatsOptions, pair: &Pair, privacy: &Privacy) -> GroupChange {
    let calls =
        |quality: &Option<Quality>| thousands(quality.as_ref().map_or(0, |quality| quality.calls));
    let poor = |quality: &Option<Quality>| quality.as_ref().map_or_else(|| NONE.into(), poor_share);
    GroupChange {
        keys: keys(options, &pair.keys, privacy),
        cells: [calls(&pair.earlier), calls(&pair.now), poor(&pair.earlier), poor(&pair.now)],
        changes: Figure::ALL.into_iter().map(|figure| change(figure, pair)).collect(),
    }
}

/// What is compared, for people.
pub(super) fn title(figure: Figure) -> &'static str {
    match figure {
        Figure::Poor => "Poor calls",
        Figure::Loss => "Loss, 95%",
        Figure::Jitter => "Jitter buffer, ms, 95%",
        Figure::Rtt => "Round trip, ms, 95%",
        Figure::Mos => "MOS, 95%",
    }
}

fn change(figure: Figure, pair: &Pair) -> Change {
    let Some((text, verdict)) = change_in_words(figure, pair) else {
        let text = match (&pair.earlier, &pair.now) {
            (None, _) => "new",
            (_, None) => "gone",
            _ => NONE,
        };
        return Change { text: text.into(), verdict: "", tone: "" };
    };
    let tone = match verdict {
        "worse" => "bad",
        "better" => "good",
        _ => "",
    };
    Change { text, verdict, tone }
}
