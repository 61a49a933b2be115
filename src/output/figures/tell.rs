//! From calls to what is written: which calls are told of, what they come to, and in which order.

use super::options::{StatsFormat, StatsOptions};
use super::parallel::by_parts;
use super::told::{Comparison, Out, Row, RunCheck};
use super::words::paragraph;
use super::{calls, compare, csv, groups, json, overview, timeline};
use crate::calls::call_table::{CallTable, Entry};
use crate::calls::comparison::{Figure, Pair, RunLimit, pairs};
use crate::calls::content::Content;
use crate::calls::figures::of_call;
use crate::calls::group::{Dimension, Group};
use crate::calls::limits::Judgement;
use crate::calls::merge::Merge;
use crate::calls::overview::{LineCounts, Overview, Survey};
use crate::check::Totals;
use crate::contract::EventId;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::text::{count, thousands, visible};

/// What was read: a table of calls for the run, or one per capture.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Read<'a> {
    pub(crate) tables: &'a [CallTable],
    pub(crate) totals: &'a Totals,
    /// Of the calls that were not asked for, the one whose identifier is most like what was.
    pub(crate) nearest: Option<&'a str>,
}

/// Tells what the calls come to. Returns how many are beyond the limits of `--fail-on`; where those
/// had nothing to check, that is an error.
pub(crate) fn tell(options: &StatsOptions, read: Read<'_>, out: Out<'_>) -> Result<u64, Error> {
    let numbered = read.tables.iter().enumerate();
    let mut entries: Vec<Entry<'_>> =
        numbered.flat_map(|(number, table)| table.entries(number)).collect();
    let calls_read = entries.len() as u64;
    let undated_left_out = choose(options, &mut entries, read.nearest)?;
    let (overview, order) = survey(options, &entries, read)?;
    let overview = Overview { calls_read, undated_left_out, ..overview };
    let groups = match options.by.as_slice() {
        [] => Vec::new(),
        _ => grouped(options, &entries, read.tables),
    };
    let comparison = Comparison::new(options, &overview, &groups);
    let run_limits = run_limits(options, &comparison);
    let told = Told { overview, groups, comparison, run_limits };
    write(options, (&entries, order), read, &told, out)?;
    let broken = run_limits_broken(&told.run_limits)?;
    match &told.overview.fail_on {
        Some(Judgement { judged: 0, .. }) => Err(judged_nothing(options, &told.overview)),
        Some(Judgement { beyond, .. }) => Ok(beyond + broken),
        None => Ok(broken),
    }
}

/// What there is to write besides calls.
struct Told {
    overview: Overview,
    groups: Vec<Group>,
    comparison: Comparison,
    run_limits: Vec<RunCheck>,
}

impl Comparison {
    fn new(options: &StatsOptions, overview: &Overview, groups: &[Group]) -> Self {
        let now = Some(overview.quality.clone());
        let keyed = |groups: &[Group]| {
            groups.iter().map(|it| (it.keys.clone(), it.quality.clone())).collect()
        };
        let Some(earlier) = &options.earlier else {
            let all = Pair { keys: Vec::new(), earlier: None, now };
            return Self { all, groups: pairs(Vec::new(), keyed(groups)) };
        };
        let entries: Vec<Entry<'_>> = earlier.table.entries(0).collect();
        let mut survey = Survey::default();
        for entry in &entries {
            survey.add(entry.call, &of_call(&entry.call.channels, options.formula));
        }
        let all = Pair { keys: Vec::new(), earlier: Some(survey.close()), now };
        let earlier_groups = match options.by.as_slice() {
            [] => Vec::new(),
            _ => options.grouping().groups(&entries),
        };
        let mut groups = pairs(keyed(&earlier_groups), keyed(groups));
        if !options.by.iter().all(Dimension::is_ordered) {
            let worse = |pair: &Pair| pair.change(Figure::Poor).unwrap_or(f64::NEG_INFINITY);
            groups.sort_by(|left, right| worse(right).total_cmp(&worse(left)));
        }
        Self { all, groups }
    }
}

/// Checks the limits of all calls, or of groups where calls are grouped.
fn run_limits(options: &StatsOptions, comparison: &Comparison) -> Vec<RunCheck> {
    let Comparison { all, groups } = comparison;
    let pairs: &[Pair] = if options.by.is_empty() { std::slice::from_ref(all) } else { groups };
    let check = |limit: &RunLimit| {
        let found = pairs.iter().filter_map(|pair| limit.is_broken_by(pair));
        let (mut beyond, mut checked) = (0, 0);
        for is_beyond in found {
            checked += 1;
            beyond += u64::from(is_beyond);
        }
        RunCheck { limit: *limit, beyond, checked }
    };
    options.fail_on_run.iter().map(check).collect()
}

/// How many are beyond the limits. Where there was nothing to check, that is an error.
fn run_limits_broken(checks: &[RunCheck]) -> Result<u64, Error> {
    if let Some(RunCheck { limit, .. }) = checks.iter().find(|check| check.checked == 0) {
        let advice =
            "check that there are calls with audiostats, in both runs where two are compared";
        return Err(Error::Usage(format!("--fail-on could not check {limit}: {advice}")));
    }
    Ok(checks.iter().map(|check| check.beyond).sum())
}

/// What limits of all calls come to, in words.
fn run_limits_told(options: &StatsOptions, checks: &[RunCheck]) -> String {
    let told = |RunCheck { limit, beyond, checked }: &RunCheck| {
        let sentence = match (options.by.is_empty(), beyond) {
            (true, 0) => format!("within --fail-on {limit}"),
            (true, _) => format!("beyond --fail-on {limit}"),
            (false, _) => {
                let groups = count(*checked, "group", "groups");
                format!("beyond --fail-on {limit}: {} of {groups}", thousands(*beyond))
            }
        };
        paragraph(&sentence, &options.style)
    };
    let told: String = checks.iter().filter(|check| check.checked > 0).map(told).collect();
    if told.is_empty() { told } else { format!("{told}\n") }
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
) -> Result<(Overview, Vec<(f64, usize)>), Error> {
    let mut survey = Survey::default();
    let (mut judgement, mut fail_on) = (Judgement::default(), Judgement::default());
    let mut order = Vec::with_capacity(entries.len());
    let figures = |entries: &[Entry<'_>]| {
        let figures = |entry: &Entry<'_>| of_call(&entry.call.channels, options.formula);
        entries.iter().map(figures).collect::<Vec<_>>()
    };
    by_parts(options.threads, entries, figures, |figures| {
        for channels in figures {
            let Entry { call, .. } = entries[order.len()];
            survey.add(call, &channels);
            judgement.add(&options.limits, &channels);
            fail_on.add(&options.fail_on, &channels);
            let badness = options.badness(call, &channels);
            order.push((badness.map_or(f64::INFINITY, |badness| -badness), order.len()));
        }
        Ok(())
    })?;
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
    Ok((overview, order))
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
    (entries, order): (&'a [Entry<'a>], Vec<(f64, usize)>),
    read: Read<'_>,
    told: &Told,
    out: Out<'_>,
) -> Result<(), Error> {
    let Told { overview, groups, comparison, run_limits } = told;
    let names: Vec<&str> =
        read.tables.iter().flat_map(|table| &table.captures).map(String::as_str).collect();
    let captures: Vec<Content> =
        read.tables.iter().flat_map(|table| table.contents.iter().cloned()).collect();
    let compared = options.earlier.as_ref().map(|earlier| (earlier.name.as_str(), comparison));
    let has_one_limit = !read.tables.iter().any(|table| table.has_several_limits);
    let head = json::Head {
        overview,
        captures: &captures,
        names: &names,
        has_one_limit,
        compared,
        run_limits,
    };
    if !options.by.is_empty() {
        return match options.form {
            StatsFormat::Table => {
                let mut text = overview::write(options, overview);
                text.push_str(&run_limits_told(options, run_limits));
                text.push_str(&match compared {
                    None => groups::write(options, groups),
                    Some((earlier, it)) => compare::write(options, earlier, &it.all, &it.groups),
                });
                out(text.as_bytes())
            }
            StatsFormat::Json | StatsFormat::Part => json::groups(options, groups, &head, out),
            StatsFormat::Csv => csv::groups(options, groups, out),
        };
    }
    let places = sorted(options, order);
    let row = |place: usize| {
        let entry = entries[place];
        Row { entry, channels: of_call(&entry.call.channels, options.formula) }
    };
    let mut rows = places.iter().copied().map(row);
    match options.form {
        StatsFormat::Table if is_told_in_full(options) => rows
            .next()
            .into_iter()
            .try_for_each(|row| out(timeline::write(options, &row).as_bytes())),
        StatsFormat::Table => {
            let mut text = overview::write(options, overview);
            text.push_str(&run_limits_told(options, run_limits));
            if let Some((earlier, it)) = compared {
                text.push_str(&compare::write(options, earlier, &it.all, &[]));
                text.push('\n');
            }
            text.push_str(&calls::write(options, &rows.collect::<Vec<_>>(), overview));
            out(text.as_bytes())
        }
        StatsFormat::Json | StatsFormat::Part => json::calls(options, (&places, row), &head, out),
        StatsFormat::Csv => csv::calls(options, (&places, row), &names, out),
    }
}

/// Whether one call is told line by line.
fn is_told_in_full(options: &StatsOptions) -> bool {
    options.choice.named.as_ref().is_some_and(|named| named.len() == 1)
}

/// The places of the calls that are shown, in their order. Calls without a figure come last; equals
/// stay in the order of the capture.
fn sorted(options: &StatsOptions, mut order: Vec<(f64, usize)>) -> Vec<usize> {
    order.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
    order.into_iter().take(options.most).map(|(_, place)| place).collect()
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
        let in_table = |table: &CallTable| {
            if *dimension == Dimension::Type {
                EventId::from_name(key).map_or(0, |id| table.without_call[id.index()])
            } else if *dimension == Dimension::Capture && table.captures.last() == Some(key) {
                table.without_call.iter().sum()
            } else {
                0
            }
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
