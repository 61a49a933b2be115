//! From calls to what is written: which calls are told of, what they come to, and in which order.

use super::options::{StatsFormat, StatsOptions};
use super::{calls, csv, groups, json, overview, timeline};
use crate::calls::call_table::CallTable;
use crate::calls::figures::{Figures, of_call};
use crate::calls::group::{Dimension, Entry, Group};
use crate::calls::limits::Judgement;
use crate::calls::merge::Merge;
use crate::calls::overview::{LineCounts, Overview, Survey};
use crate::check::Totals;
use crate::contract::EventId;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::text::{count, thousands, visible};

/// Where the bytes go that are told.
pub(crate) type Out<'a> = &'a mut dyn FnMut(&[u8]) -> Result<(), Error>;

/// What was read: a table of calls for the run, or one per capture.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Read<'a> {
    pub(crate) tables: &'a [CallTable],
    pub(crate) totals: &'a Totals,
    /// Of the calls that were not asked for, the one whose identifier is most like what was.
    pub(crate) nearest: Option<&'a str>,
}

/// A call that is written.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) entry: Entry<'a>,
    pub(super) channels: [Figures; 2],
}

/// Rows in their order, each made when its turn comes: those of all calls would take more memory
/// than the calls.
pub(super) type Rows<'a> = Box<dyn Iterator<Item = Row<'a>> + 'a>;

/// Tells what the calls come to. Returns how many are beyond the limits of `--fail-on`; where those
/// had nothing to check, that is an error.
pub(crate) fn tell(options: &StatsOptions, read: Read<'_>, out: Out<'_>) -> Result<u64, Error> {
    let numbered = read.tables.iter().enumerate();
    let mut entries: Vec<Entry<'_>> =
        numbered.flat_map(|(number, table)| table.entries(number)).collect();
    let calls_read = entries.len() as u64;
    let undated_left_out = choose(options, &mut entries, read.nearest)?;
    let (overview, order) = survey(options, &entries, read);
    let overview = Overview { calls_read, undated_left_out, ..overview };
    write(options, &entries, read, (&overview, order), out)?;
    match &overview.fail_on {
        Some(Judgement { judged: 0, .. }) => Err(judged_nothing(options, &overview)),
        Some(Judgement { beyond, .. }) => Ok(*beyond),
        None => Ok(0),
    }
}

/// What merged parts come to, and how that ends the run.
pub(crate) fn merged(options: &StatsOptions, parts: Merge) -> (Vec<u8>, Result<Outcome, Error>) {
    let mut text = Vec::new();
    let mut keep = |bytes: &[u8]| {
        text.extend_from_slice(bytes);
        Ok(())
    };
    let (table, totals) = parts.close();
    let read = Read { tables: &[table], totals: &totals, nearest: None };
    let beyond = tell(options, read, &mut keep);
    (text, beyond.map(|beyond| if beyond > 0 { Outcome::Failure } else { Outcome::Success }))
}

/// Leaves the calls that are told of. Returns how many were left out because they have no time.
fn choose(
    options: &StatsOptions,
    entries: &mut Vec<Entry<'_>>,
    nearest: Option<&str>,
) -> Result<u64, Error> {
    let choice = &options.choice;
    if let Some(named) = &choice.named {
        let ids: Vec<&str> = entries.iter().map(|entry| entry.id).collect();
        let found: Result<Vec<usize>, String> =
            named.iter().map(|lookup| lookup.find(&ids, nearest)).collect();
        let mut found = found.map_err(Error::Usage)?;
        found.sort_unstable();
        // A call that several captures tell of is in the table of each.
        let found: Vec<&str> = found.into_iter().map(|at| ids[at]).collect();
        entries.retain(|entry| found.contains(&entry.id));
    }
    if choice.is_conditional {
        entries.retain(|entry| entry.call.is_wanted);
    }
    if !choice.having.is_empty() {
        entries.retain(|entry| {
            let channels = of_call(&entry.call.channels, options.formula);
            choice.having.iter().all(|having| having.is_met_by(entry.call, &channels))
        });
    }
    if !choice.window.is_limited() {
        return Ok(0);
    }
    let undated = entries.iter().filter(|entry| entry.call.times.is_none()).count();
    entries.retain(|entry| entry.call.times.is_some_and(|times| choice.window.holds(times)));
    Ok(undated as u64)
}

/// What the calls come to, and what they are sorted by. One pass, for figures take time.
fn survey(
    options: &StatsOptions,
    entries: &[Entry<'_>],
    read: Read<'_>,
) -> (Overview, Vec<(f64, usize)>) {
    let mut survey = Survey::default();
    let (mut judgement, mut fail_on) = (Judgement::default(), Judgement::default());
    let mut order = Vec::with_capacity(entries.len());
    for (entry, index) in entries.iter().zip(0..) {
        let channels = of_call(&entry.call.channels, options.formula);
        survey.add(entry.call, &channels);
        judgement.add(&options.limits, &channels);
        fail_on.add(&options.fail_on, &channels);
        let badness = options.badness(entry.call, &channels);
        order.push((badness.map_or(f64::INFINITY, |badness| -badness), index));
    }
    let overview = Overview {
        captures: read.totals.captures,
        calls: entries.len() as u64,
        calls_read: entries.len() as u64,
        undated_left_out: 0,
        lines: line_counts(options, entries, read),
        quality: survey.close(),
        limits: options.limits.clone(),
        judgement,
        fail_on: (!options.fail_on.is_empty()).then_some(fail_on),
    };
    (overview, order)
}

/// Lines of the calls that are told of, and unless calls were left out, of no call.
fn line_counts(options: &StatsOptions, entries: &[Entry<'_>], read: Read<'_>) -> LineCounts {
    let totals = read.totals;
    let mut lines = LineCounts {
        read: totals.all_lines(),
        invalid: totals.invalid,
        unreadable: totals.unreadable,
        ..LineCounts::default()
    };
    for Entry { call, .. } in entries {
        lines.told += call.lines();
        lines.duplicates += u64::from(call.duplicates);
        add(&mut lines.events, call.events.map(u64::from));
    }
    if options.choice.is_limited() {
        return lines;
    }
    for table in read.tables {
        add(&mut lines.without_call, table.without_call);
    }
    add(&mut lines.events, lines.without_call);
    LineCounts { told: totals.all_lines(), ..lines }
}

fn add(sums: &mut [u64; EventId::COUNT], counts: [u64; EventId::COUNT]) {
    for (sum, count) in sums.iter_mut().zip(counts) {
        *sum += count;
    }
}

fn write<'a>(
    options: &'a StatsOptions,
    entries: &'a [Entry<'a>],
    read: Read<'_>,
    (overview, order): (&Overview, Vec<(f64, usize)>),
    out: Out<'_>,
) -> Result<(), Error> {
    let names: Vec<String> =
        read.tables.iter().flat_map(|table| table.captures.iter().cloned()).collect();
    if !options.by.is_empty() {
        let groups = grouped(options, entries, read.tables);
        return match options.form {
            StatsFormat::Table => {
                let mut text = overview::write(options, overview);
                text.push_str(&groups::write(options, &groups));
                out(text.as_bytes())
            }
            StatsFormat::Json => json::groups(options, &groups, (overview, &names), out),
            StatsFormat::Csv => csv::groups(options, &groups, out),
        };
    }
    let rows = sorted(options, entries, order);
    match options.form {
        StatsFormat::Table if is_told_in_full(options) => {
            rows.take(1).try_for_each(|row| out(timeline::write(options, &row).as_bytes()))
        }
        StatsFormat::Table => {
            let mut text = overview::write(options, overview);
            text.push_str(&calls::write(options, &rows.collect::<Vec<_>>(), overview));
            out(text.as_bytes())
        }
        StatsFormat::Json => json::calls(options, rows, (overview, &names), out),
        StatsFormat::Csv => csv::calls(options, rows, &names, out),
    }
}

/// Whether one call is told line by line.
fn is_told_in_full(options: &StatsOptions) -> bool {
    options.choice.named.as_ref().is_some_and(|named| named.len() == 1)
}

/// The calls that are shown, in their order. Calls without a figure come last; equals stay in the
/// order of the capture.
fn sorted<'a>(
    options: &'a StatsOptions,
    entries: &'a [Entry<'a>],
    mut order: Vec<(f64, usize)>,
) -> Rows<'a> {
    order.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
    let row = |(_, index): (f64, usize)| {
        let entry = entries[index];
        Row { entry, channels: of_call(&entry.call.channels, options.formula) }
    };
    Box::new(order.into_iter().take(options.most).map(row))
}

/// The groups, those that have no order of their own with the worst first.
fn grouped(options: &StatsOptions, entries: &[Entry<'_>], tables: &[CallTable]) -> Vec<Group> {
    let mut groups = options.grouping().groups(entries);
    if !options.choice.is_limited() {
        add_lines_without_call(options, tables, &mut groups);
    }
    if !options.by.iter().all(Dimension::is_ordered) {
        let poor = |group: &Group| group.quality.poor_percent().unwrap_or(-1.0);
        groups.sort_by(|left, right| {
            let by_calls = right.quality.calls.cmp(&left.quality.calls);
            poor(right).total_cmp(&poor(left)).then(by_calls)
        });
    }
    groups
}

/// Lines that name no call are of a type, and in a capture.
fn add_lines_without_call(options: &StatsOptions, tables: &[CallTable], groups: &mut [Group]) {
    let [dimension] = options.by.as_slice() else { return };
    for group in groups {
        let Some(key) = group.keys.first() else { continue };
        let in_table = |table: &CallTable| match dimension {
            Dimension::Type => {
                EventId::from_name(key).map_or(0, |id| table.without_call[id.index()])
            }
            Dimension::Capture if table.captures.last() == Some(key) => {
                table.without_call.iter().sum()
            }
            _ => 0,
        };
        group.lines += tables.iter().map(in_table).sum::<u64>();
    }
}

/// The error for a check without any figure, which must not pass.
fn judged_nothing(options: &StatsOptions, overview: &Overview) -> Error {
    let lines = count(overview.lines.read, "line", "lines");
    let invalid = thousands(overview.lines.invalid);
    let why = match overview.calls {
        0 if options.choice.window.is_limited() && overview.calls_read > 0 => {
            "no call has a timestamp in that period; check --since and --until".to_owned()
        }
        0 if overview.calls_read > 0 => {
            "no call meets the conditions; check --where and --having".to_owned()
        }
        0 => format!(
            "there is no call in {lines} ({invalid} invalid); check the captures with `voxev validate`"
        ),
        calls => format!(
            "{} without such a figure; check that audiostats events are captured",
            count(calls, "call", "calls")
        ),
    };
    Error::Usage(format!("--fail-on could not check anything: {}", visible(&why)))
}
