//! The figures as JSON: one object, from which parts can be merged again (`merge.rs`). Times are
//! milliseconds of the Unix epoch, in UTC.

use serde_json::{Map, Value, json};

use super::members::object;
use super::options::{StatsFormat, StatsOptions, Window};
use super::parallel::in_order;
use super::rows;
use super::told::{Comparison, Out, Row, RunCheck};
use crate::calls::comparison::{Figure, Pair};
use crate::calls::content::Content;
use crate::calls::distribution::Distribution;
use crate::calls::group::Group;
use crate::calls::limits::{Judgement, Limit};
use crate::calls::merge::{REPORT, VERSION};
use crate::calls::overview::{Overview, Quality};
use crate::calls::quality::Band;
use crate::contract::EventId;
use crate::error::Error;
use crate::text::visible_json;

/// Most rows have fewer bytes.
const ROW_BYTES: usize = 4096;

/// One object, written row by row; `"state"` is what is merged.
pub(super) fn calls<'a>(
    options: &StatsOptions,
    (places, row): (&[usize], impl Fn(usize) -> Row<'a> + Sync),
    head: &Head<'_>,
    out: Out<'_>,
) -> Result<(), Error> {
    begin(&head.json(options), out)?;
    let limits: Vec<Limit> = options.all_limits().copied().collect();
    let rows: Vec<(usize, usize)> = places.iter().copied().enumerate().collect();
    let write = |(nth, place): &(usize, usize), text: &mut Vec<u8>| {
        let mut bytes = Vec::with_capacity(ROW_BYTES);
        if *nth > 0 {
            text.push(b',');
        }
        let row = row(*place);
        match options.form {
            StatsFormat::Part => rows::part(&row, &mut bytes),
            StatsFormat::Json | StatsFormat::Csv | StatsFormat::Table => {
                rows::call(options, (&limits, head.names), &row, &mut bytes);
            }
        }
        visible_json(&bytes, text);
    };
    in_order(options.threads, &rows, write, out)?;
    out(b"]}\n")
}

/// The same for groups, which cannot be merged.
pub(super) fn groups(
    options: &StatsOptions,
    groups: &[Group],
    head: &Head<'_>,
    out: Out<'_>,
) -> Result<(), Error> {
    begin(&head.json(options), out)?;
    let mut shown = Vec::new();
    for (row, nth) in groups.iter().take(options.most).zip(0..) {
        shown.extend_from_slice(if nth == 0 { b"" } else { b"," });
        visible_json(&group(options, row), &mut shown);
        out(&shown)?;
        shown.clear();
    }
    out(b"]}\n")
}

fn begin(head: &Value, out: Out<'_>) -> Result<(), Error> {
    let mut shown = Vec::new();
    visible_json(head.to_string().as_bytes(), &mut shown);
    out(shown.strip_suffix(b"}").unwrap_or(&shown))?;
    out(b",\"rows\":[")
}

/// What stands before the rows.
pub(super) struct Head<'a> {
    pub(super) overview: &'a Overview,
    pub(super) captures: &'a [Content],
    /// What they are called where lines are named.
    pub(super) names: &'a [&'a str],
    /// Whether all calls were compared with the same limits.
    pub(super) has_one_limit: bool,
    /// The name of an earlier run, and what changed since.
    pub(super) compared: Option<(&'a str, &'a Comparison)>,
    pub(super) run_limits: &'a [RunCheck],
}

impl Head<'_> {
    fn json(&self, options: &StatsOptions) -> Value {
        let mut head = head(options, self);
        if let (false, Value::Object(head)) = (self.run_limits.is_empty(), &mut head) {
            let check = |it: &RunCheck| json!({ "limit": it.limit.to_string(), "beyond": it.beyond, "checked": it.checked });
            head.insert("failOnRun".into(), self.run_limits.iter().map(check).collect());
        }
        if let (Some((earlier, comparison)), Value::Object(head)) = (self.compared, &mut head) {
            head.insert("comparedWith".into(), earlier.into());
            head.insert("change".into(), changes(&comparison.all));
            if !options.by.is_empty() {
                let groups = comparison.groups.iter().map(|pair| {
                    let keys = options.by.iter().map(|it| it.name().to_owned());
                    let mut row: Map<String, Value> =
                        keys.zip(pair.keys.iter().map(|key| key.as_str().into())).collect();
                    row.insert("change".into(), changes(pair));
                    Value::from(row)
                });
                head.insert("groupChanges".into(), groups.collect());
            }
        }
        head
    }
}

/// Figures earlier and now, and how much they grew.
fn changes(pair: &Pair) -> Value {
    let of = |quality: &Option<Quality>, figure: Figure| {
        quality.as_ref().and_then(|quality| figure.of(quality))
    };
    let [earlier, now] = [&pair.earlier, &pair.now].map(|it| it.as_ref().map(|it| it.calls));
    let mut all = Map::new();
    all.insert("calls".into(), json!({ "earlier": earlier, "now": now }));
    for figure in Figure::ALL {
        let [earlier, now] = [&pair.earlier, &pair.now].map(|it| of(it, figure));
        let change = json!({ "earlier": earlier, "now": now, "change": pair.change(figure) });
        let name = if figure == Figure::Poor { "poorPercent" } else { figure.name() };
        all.insert(name.into(), change);
    }
    all.into()
}

fn head(options: &StatsOptions, told: &Head<'_>) -> Value {
    let overview = told.overview;
    let Overview { lines, quality, judgement, .. } = overview;
    let fail_on = overview.fail_on.as_ref();
    let Window { since, until } = options.choice.window;
    json!({
        "report": REPORT,
        "version": VERSION,
        "formula": options.formula.name(),
        "captures": told.captures,
        "since": since,
        "until": until,
        "lines": lines.told,
        "linesRead": lines.read,
        "invalid": lines.invalid,
        "unreadable": lines.unreadable,
        "duplicates": lines.duplicates,
        "events": by_name(&lines.events),
        "eventsWithoutCall": by_name(&lines.without_call),
        "undated": overview.undated_left_out,
        "thresholds": told.has_one_limit.then(|| options.thresholds()),
        "limits": counts(&overview.limits, judgement, overview.calls),
        "beyondLimits": judgement.beyond,
        "incompleteLimits": judgement.incomplete,
        "failOn": fail_on.map(|it| counts(&options.fail_on, it, overview.calls)),
        "beyondFailOn": fail_on.map(|it| it.beyond),
        "incompleteFailOn": fail_on.map(|it| it.incomplete),
        "participantKey": options.hashes.key_name(),
        "partial": options.choice.is_limited(),
        "callsRead": overview.calls_read,
        "calls": overview.calls,
        "overview": self::quality(quality),
    })
}

fn by_name(events: &[u64; EventId::COUNT]) -> Map<String, Value> {
    EventId::all()
        .map(|id| (id.name().to_owned(), events[id.index()]))
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| (name, count.into()))
        .collect()
}

/// What each limit makes of the calls.
fn counts(limits: &[Limit], judgement: &Judgement, calls: u64) -> Vec<Value> {
    let each = limits.iter().zip(&judgement.each);
    each.map(|(limit, found)| {
        json!({
            "limit": limit.to_string(),
            "beyond": found.beyond,
            "notMeasured": calls - found.judged,
        })
    })
    .collect()
}

/// What calls come to together.
fn quality(quality: &Quality) -> Value {
    let bands = Band::ALL.iter().zip(quality.bands);
    let bands: Map<String, Value> =
        bands.map(|(band, calls)| (band.name().to_owned(), calls.into())).collect();
    json!({
        "measured": quality.measured,
        "poor": quality.poor(),
        "poorPercent": quality.poor_percent(),
        "bands": bands,
        "from": quality.period.map(|(start, _)| start),
        "to": quality.period.map(|(_, end)| end),
        "callsWithoutTime": quality.undated,
        "lossPercent": distribution(quality.loss.as_ref()),
        "jitterBufferMillis": distribution(quality.jitter.as_ref()),
        "roundTripTimeMillis": distribution(quality.round_trip.as_ref()),
        "mos": distribution(quality.mos.as_ref()),
    })
}

fn distribution(found: Option<&Distribution>) -> Value {
    found.map_or(Value::Null, |it| {
        json!({
            "calls": it.count,
            "best": it.best,
            "p50": it.p50,
            "p95": it.p95,
            "p99": it.p99,
            "worst": it.worst,
            "histogram": it.bins,
        })
    })
}

fn group(options: &StatsOptions, group: &Group) -> Vec<u8> {
    let keys = options.by.iter().map(|it| it.name().to_owned());
    let mut row: Map<String, Value> =
        keys.zip(group.keys.iter().map(|key| key.as_str().into())).collect();
    row.insert("lines".into(), group.lines.into());
    row.insert("calls".into(), group.quality.calls.into());
    if let Value::Object(quality) = quality(&group.quality) {
        row.extend(quality);
    }
    // A column that is joined may have this name, too.
    row.shift_remove("channels");
    let mut text = Value::from(row).to_string().into_bytes();
    text.pop();
    text.extend_from_slice(b",\"channels\":");
    object(&mut text, |it| rows::channels(options, &group.channels, it));
    text.push(b'}');
    text
}
