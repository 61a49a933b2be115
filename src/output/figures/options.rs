//! What `stats` is asked for, and the rows that answer it.

use clap::ValueEnum;

use super::{export, table, timeline};
use crate::calls::ParticipantHashes;
use crate::calls::call::Call;
use crate::calls::call_table::CallTable;
use crate::calls::channel::{INPUT, OUTPUT};
use crate::calls::figures::{Figures, Pool, of_call, of_pools};
use crate::calls::limits::{Judgement, Limit};
use crate::calls::merge::Merge;
use crate::calls::quality::Formula;
use crate::check::Totals;
use crate::contract::EventId;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::output::CsvFormat;
use crate::terminal::TextStyle;
use crate::text::{count, thousands, visible};

/// How the figures are asked for.
#[derive(Debug)]
pub(crate) struct StatsOptions {
    pub(crate) by: By,
    pub(crate) sort: Sort,
    /// Rows that are shown; the rest is only counted.
    pub(crate) most: usize,
    pub(crate) form: StatsFormat,
    /// How rows are written as CSV.
    pub(crate) csv: CsvFormat,
    pub(crate) formula: Formula,
    /// What marks a channel.
    pub(crate) limits: Vec<Limit>,
    /// What marks a channel and fails the run.
    pub(crate) fail_on: Vec<Limit>,
    /// When a call must have gone on.
    pub(crate) window: Window,
    /// The one call that is told, if it is one.
    pub(crate) timeline: Option<String>,
    pub(crate) style: TextStyle,
    /// What a report has of participants.
    pub(crate) hashes: ParticipantHashes,
}

/// A span of time, in milliseconds of the Unix epoch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) since: Option<i64>,
    pub(crate) until: Option<i64>,
}

impl Window {
    /// Whether it leaves anything out.
    pub(crate) fn is_limited(self) -> bool {
        self != Self::default()
    }

    /// Whether a call with these times, of its first and its last event that carry one, was then.
    fn holds(self, (first, last): (i64, i64)) -> bool {
        self.since.is_none_or(|since| last >= since)
            && self.until.is_none_or(|until| first <= until)
    }
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// One call
    Call,
    /// One event type
    Type,
    /// The incoming or the outgoing audio of all calls
    Channel,
    /// One capture; a call that spans several captures is counted in each of them
    Capture,
}

/// The order of calls: the worst or the most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sort {
    /// Lowest MOS of either channel first
    Mos,
    /// Highest loss first
    Loss,
    /// Highest 95th percentile of the round-trip time first
    Rtt,
    /// Highest 95th percentile of the jitter buffer delay first
    Jitter,
    /// Most lines first
    Lines,
    /// Most holds first
    Holds,
    /// Most flags first
    Flags,
    /// Order of the capture
    First,
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatsFormat {
    /// An overview and a table for people
    Table,
    /// One JSON object with all figures, which --merge can read
    Json,
    /// A header, then one row per call, or per value of --by
    Csv,
}

/// A row: a call or a group of them.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    pub(crate) name: &'a str,
    /// The call, where the row is one.
    pub(crate) call: Option<&'a Call>,
    pub(crate) lines: u64,
    pub(crate) calls: u64,
    pub(crate) channels: Vec<Figures>,
}

/// Where the bytes go that are told.
pub(crate) type Out<'a> = &'a mut dyn FnMut(&[u8]) -> Result<(), Error>;

impl StatsOptions {
    /// Tells what `tables`, one a capture or one for all, come to. Returns how many calls are beyond
    /// the limits of `--fail-on`; where those had nothing to check, that is an error.
    pub(crate) fn tell(
        &self,
        tables: &[CallTable],
        totals: &Totals,
        out: Out<'_>,
    ) -> Result<u64, Error> {
        let mut all: Vec<(&str, &Call)> = tables.iter().flat_map(CallTable::listed).collect();
        let calls_read = all.len() as u64;
        let mut undated = 0;
        if self.window.is_limited() {
            undated = all.iter().filter(|(_, call)| call.times.is_none()).count() as u64;
            all.retain(|(_, call)| call.times.is_some_and(|times| self.window.holds(times)));
        }
        let fail_on = self.judgement(&self.fail_on, &all);
        let captures: Vec<String> =
            tables.iter().flat_map(|table| table.captures.iter().cloned()).collect();
        let overview = Overview {
            calls: all.len() as u64,
            calls_read,
            undated,
            tally: self.tally(&all, tables, totals),
            totals,
            captures: &captures,
            limits: self.judgement(&self.limits, &all),
            fail_on,
        };
        self.write(&all, tables, &overview, out)?;
        match fail_on {
            Some(Judgement { judged: 0, .. }) => Err(self.judged_nothing(&overview)),
            Some(Judgement { beyond, .. }) => Ok(beyond),
            None => Ok(0),
        }
    }

    fn write(
        &self,
        all: &[(&str, &Call)],
        tables: &[CallTable],
        overview: &Overview<'_>,
        out: Out<'_>,
    ) -> Result<(), Error> {
        if let Some(id) = &self.timeline {
            return out(&timeline::tell(self, id, tables));
        }
        let (rows, all_rows): (Rows<'_>, usize) = match self.by {
            By::Call => (self.calls(all), all.len()),
            By::Type => counted(types(all, &overview.tally)),
            By::Channel => counted(vec![self.group("all calls", all)]),
            By::Capture => counted(self.captures(tables)),
        };
        match self.form {
            StatsFormat::Table => {
                out(&table::write(self, &rows.collect::<Vec<_>>(), all_rows, overview))
            }
            StatsFormat::Json => export::json(self, rows.take(self.most), overview, out),
            StatsFormat::Csv => export::csv(self, rows.take(self.most), overview, out),
        }
    }

    /// What `limits` make of the calls; nothing where there are none.
    fn judgement(&self, limits: &[Limit], calls: &[(&str, &Call)]) -> Option<Judgement> {
        let mut judgement = Judgement::default();
        for (_, call) in calls.iter().filter(|_| !limits.is_empty()) {
            judgement.add(limits, &of_call(&call.channels, self.formula));
        }
        (!limits.is_empty()).then_some(judgement)
    }

    /// The error for a check without any figure, which must not pass.
    fn judged_nothing(&self, overview: &Overview<'_>) -> Error {
        let lines = count(overview.totals.all_lines(), "line", "lines");
        let invalid = thousands(overview.totals.invalid);
        let why = match (&self.timeline, overview.calls) {
            (Some(id), 0) => {
                format!("none of {lines} belongs to the call {}; check --call-id", visible(id))
            }
            (None, 0) if overview.calls_read > 0 => {
                "no call has a timestamp in that period; check --since and --until".to_owned()
            }
            (None, 0) => format!(
                "there is no call in {lines} ({invalid} invalid); check the captures with `voxev validate`"
            ),
            (_, calls) => format!(
                "{} without such a figure; check that audiostats events are captured",
                count(calls, "call", "calls")
            ),
        };
        Error::Usage(format!("--fail-on could not check anything: {why}"))
    }

    /// Lines of the calls that are told of, and unless a time is asked for, of no call.
    fn tally(&self, calls: &[(&str, &Call)], tables: &[CallTable], totals: &Totals) -> Tally {
        let mut tally = Tally::default();
        for (_, call) in calls {
            tally.lines += call.lines();
            tally.duplicates += u64::from(call.duplicates);
            for (sum, count) in tally.events.iter_mut().zip(call.events) {
                *sum += u64::from(count);
            }
        }
        if self.window.is_limited() {
            return tally;
        }
        for table in tables {
            for (sum, count) in tally.without_call.iter_mut().zip(table.without_call) {
                *sum += count;
            }
        }
        for (sum, count) in tally.events.iter_mut().zip(tally.without_call) {
            *sum += count;
        }
        Tally { lines: totals.all_lines(), ..tally }
    }

    /// Whether a channel with these figures is marked.
    pub(crate) fn is_beyond(&self, figures: &Figures) -> bool {
        let mut limits = self.limits.iter().chain(&self.fail_on);
        limits.any(|limit| limit.is_broken_by(figures) == Some(true))
    }

    /// Whether each capture has a table of its own.
    pub(crate) fn is_by_capture(&self) -> bool {
        self.by == By::Capture
    }

    /// The calls that are shown, in their order. A row is made when its turn comes: those of all
    /// calls would take more memory than the calls. Calls without a figure come last; equals stay
    /// in the order of the capture.
    fn calls<'a>(&'a self, all: &'a [(&'a str, &'a Call)]) -> Rows<'a> {
        let mut order: Vec<(f64, usize)> = all
            .iter()
            .map(|(_, call)| self.badness(call).map_or(f64::INFINITY, |badness| -badness))
            .zip(0..)
            .collect();
        order.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
        Box::new(order.into_iter().take(self.most).map(|(_, index)| self.call(&all[index])))
    }

    fn call<'a>(&self, &(name, call): &(&'a str, &'a Call)) -> Row<'a> {
        Row {
            name,
            call: Some(call),
            lines: call.lines(),
            calls: 1,
            channels: of_call(&call.channels, self.formula).to_vec(),
        }
    }

    fn group<'a>(&self, name: &'a str, calls: &[(&str, &Call)]) -> Row<'a> {
        let mut sums = [Pool::new(INPUT), Pool::new(OUTPUT)];
        for (_, call) in calls {
            sums.iter_mut().zip(&call.channels).for_each(|(sum, channel)| sum.add(channel));
        }
        Row {
            name,
            call: None,
            lines: calls.iter().map(|(_, call)| call.lines()).sum(),
            calls: calls.len() as u64,
            channels: of_pools(&sums, self.formula).to_vec(),
        }
    }

    fn captures<'a>(&self, tables: &'a [CallTable]) -> Vec<Row<'a>> {
        let row = |table: &'a CallTable| {
            let name = table.captures.last().map_or("", String::as_str);
            let row = self.group(name, &table.listed());
            Row { lines: row.lines + table.without_call.iter().sum::<u64>(), ..row }
        };
        tables.iter().map(row).collect()
    }

    /// What puts a call before others: figures are computed only if needed.
    fn badness(&self, call: &Call) -> Option<f64> {
        let worst = |figure: &dyn Fn(&Figures) -> Option<f64>| {
            let figures = of_call(&call.channels, self.formula);
            figures.iter().filter_map(figure).max_by(f64::total_cmp)
        };
        match self.sort {
            Sort::Mos => worst(&|it| it.score.map(|score| -score.mos)),
            Sort::Loss => worst(&|it| it.loss_percent),
            Sort::Rtt => worst(&|it| it.round_trip.map(|spread| spread.p95)),
            Sort::Jitter => worst(&|it| it.jitter.map(|spread| spread.p95)),
            #[expect(clippy::cast_precision_loss, reason = "a call has far fewer lines than 2^53")]
            Sort::Lines => Some(call.lines() as f64),
            Sort::Holds => Some(call.count("hold").into()),
            Sort::Flags => Some(call.count("flagraise").into()),
            Sort::First => None,
        }
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
    let beyond = options.tell(&[table], &totals, &mut keep);
    (text, beyond.map(|beyond| if beyond > 0 { Outcome::Failure } else { Outcome::Success }))
}

/// What stands above the rows.
pub(crate) struct Overview<'a> {
    /// Calls that are told of.
    pub(crate) calls: u64,
    /// Calls before those of another time were left out.
    pub(crate) calls_read: u64,
    /// Calls that are left out because nothing says when they were.
    pub(crate) undated: u64,
    pub(crate) tally: Tally,
    /// Of all lines that were read.
    pub(crate) totals: &'a Totals,
    /// Names of the captures, by their numbers.
    pub(crate) captures: &'a [String],
    pub(crate) limits: Option<Judgement>,
    pub(crate) fail_on: Option<Judgement>,
}

/// Lines of the calls that are told of.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) lines: u64,
    /// Lines by event type, exact duplicates not among them.
    pub(crate) events: [u64; EventId::COUNT],
    pub(crate) duplicates: u64,
    /// Lines among `events` that name no call.
    pub(crate) without_call: [u64; EventId::COUNT],
}

/// Rows, each made when its turn comes.
pub(crate) type Rows<'a> = Box<dyn Iterator<Item = Row<'a>> + 'a>;

/// Rows, and how many they are.
fn counted(rows: Vec<Row<'_>>) -> (Rows<'_>, usize) {
    let count = rows.len();
    (Box::new(rows.into_iter()), count)
}

/// A row for each event type that occurs.
fn types(all: &[(&str, &Call)], tally: &Tally) -> Vec<Row<'static>> {
    let row = |id: EventId| Row {
        name: id.name(),
        call: None,
        lines: tally.events[id.index()],
        calls: all.iter().filter(|(_, call)| call.events[id.index()] > 0).count() as u64,
        channels: Vec::new(),
    };
    EventId::all().map(row).filter(|row| row.lines > 0).collect()
}
