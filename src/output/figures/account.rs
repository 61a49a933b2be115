//! What the calls of a run come to, before it is written: which calls are told of, their overview,
//! their groups, and what changed since an earlier run.

use super::options::StatsOptions;
use super::parallel::by_parts;
use super::told::{Comparison, Row, RunCheck};
use crate::calls::call_table::{CallTable, Entry};
use crate::calls::comparison::{Figure, Pair, RunLimit, pairs};
use crate::calls::figures::of_call;
use crate::calls::group::{Dimension, Group};
use crate::calls::limits::Judgement;
use crate::calls::overview::{LineCounts, Overview, Survey};
use crate::check::Totals;
use crate::contract::EventId;
use crate::error::Error;

/// What was read: a table of calls for the run, or one per capture.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Read<'a> {
    pub(crate) tables: &'a [CallTable],
    pub(crate) totals: &'a Totals,
    /// Of the calls that were not asked for, the one whose identifier is most like what was.
    pub(crate) nearest: Option<&'a str>,
}

/// What the calls come to.
pub(crate) struct Account<'a> {
    /// The calls that are told of, in the order of the captures.
    entries: Vec<Entry<'a>>,
    /// What each is sorted by, the smallest first, and its index.
    order: Vec<(f64, usize)>,
    pub(crate) overview: Overview,
    pub(super) groups: Vec<Group>,
    pub(super) comparison: Comparison,
    pub(super) run_limits: Vec<RunCheck>,
}

impl<'a> Account<'a> {
    pub(crate) fn new(options: &StatsOptions, read: Read<'a>) -> Result<Self, Error> {
        let numbered = read.tables.iter().enumerate();
        let mut entries: Vec<Entry<'_>> =
            numbered.flat_map(|(number, table)| table.entries(number)).collect();
        let calls_read = entries.len() as u64;
        let undated_left_out = choose(options, &mut entries, read.nearest)?;
        let (overview, mut order) = survey(options, &entries, read)?;
        order.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
        let overview = Overview { calls_read, undated_left_out, ..overview };
        let groups = match options.by.as_slice() {
            [] => Vec::new(),
            _ => grouped(options, &entries, read.tables),
        };
        let comparison = Comparison::new(options, &overview, &groups);
        let run_limits = run_limits(options, &comparison);
        Ok(Self { entries, order, overview, groups, comparison, run_limits })
    }

    /// The calls that are told of, in the order of the captures.
    pub(crate) fn entries(&self) -> &[Entry<'a>] {
        &self.entries
    }

    /// The places of the worst calls among the entries, as many as are asked for. Calls without a
    /// figure come last; equals stay in the order of the captures.
    pub(super) fn places(&self, most: usize) -> Vec<usize> {
        self.order.iter().take(most).map(|(_, place)| *place).collect()
    }

    /// The worst calls, as many as are asked for.
    pub(crate) fn worst(&self, most: usize) -> impl Iterator<Item = Entry<'a>> + '_ {
        self.order.iter().take(most).map(|(_, place)| self.entries[*place])
    }

    /// The call at a place among the entries, made when its turn comes: the rows of all calls would
    /// take more memory than the calls.
    pub(super) fn row(&self, options: &StatsOptions, place: usize) -> Row<'a> {
        let entry = self.entries[place];
        Row { entry, channels: of_call(&entry.call.channels, options.formula) }
    }

    /// The worst calls, as many as are shown.
    pub(super) fn rows<'b>(
        &'b self,
        options: &'b StatsOptions,
    ) -> impl Iterator<Item = Row<'a>> + 'b {
        self.order.iter().take(options.most).map(|(_, place)| self.row(options, *place))
    }
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
