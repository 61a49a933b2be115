//! `voxev stats`: what lines say of their calls, and the figures of that.

mod options;

use std::io::Read as _;
use std::sync::{Arc, Mutex};

use options::options;

use super::captures::{captures, progress_target, threads};
use super::contract::Contract;
use super::outputs;
use super::selection::selection;
use super::tally::Tally;
use super::terminal::Terminal;
use crate::calls::group::Dimension;
use crate::calls::lookup::{Lookup, Nearest, OtherCalls};
use crate::calls::merge::{Completeness, is_report};
use crate::calls::{
    Aggregator, CallTable, Content, Identity, Keep, Merge, ObservationExtractor, Observations,
    ParticipantHashes, Purpose, Records, Shards,
};
use crate::capture::{ReadSize, Source};
use crate::check::Totals;
use crate::check::{Line, Record, Validations};
use crate::cli::{ContractArgs, LimitsArg, StatsArgs};
use crate::contract::Bundle;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::output::{
    Output, Read, StatsFormat, StatsOptions, limits_listed, merged, summary, tell,
};
use crate::pipeline::{
    self, Capture, Collector, Console, Counts, End, Flow, LineNumbers, Needs, Pass, locked,
};
use crate::select::{Beginnings, Condition, Selection, Unreadable, all_met};

/// Figures are written when they come to so much.
const WRITE_BYTES: usize = 64 * 1024;

/// Runs `voxev stats`.
pub(super) fn run(args: &StatsArgs, terminal: &Terminal) -> Result<Outcome, Error> {
    if [&args.limits, &args.fail_on].into_iter().flatten().any(LimitsArg::is_list) {
        Output::open(None)?.write(limits_listed(&terminal.stdout).as_bytes())?;
        return Ok(Outcome::Success);
    }
    let options = options(args, terminal)?;
    let sources = captures(&args.input, terminal)?;
    outputs::check(vec![outputs::Output::main(None)], &sources, &[])?;
    if args.merge {
        return merge(sources, options);
    }
    let console = Console::new(progress_target(&sources, terminal));
    refuse_reports(&sources)?;
    // One contract for all captures, as properties are read by their places in it; severities are as
    // the configuration has them for each. The order of lines is for `validate`.
    let api = args.contract.api.unwrap_or_else(|| Bundle::newest().api());
    let judged_by = ContractArgs { api: Some(api), ..args.contract.clone() };
    let contract = Contract::new(&judged_by, &args.input)?.with_lifecycle(Some(false));
    let bundle = Arc::new(contract.bundle()?);
    let mut selection = selection(&args.selectors, &bundle, &sources)?;
    selection.beginnings =
        Beginnings::new(&args.selectors.call_ids, args.selectors.call_id_file.is_none());
    let conditions = args.conditions.iter().map(|text| Condition::parse(text, &bundle));
    let conditions = conditions.collect::<Result<_, _>>().map_err(Error::Usage)?;
    let captures = contract.captures(sources)?;
    if !selection.is_empty() {
        selection.unreadable = Unreadable::NoMatch;
    }
    let asked = asked(&options);
    let observer = ObservationExtractor::new(bundle, keep(&options, asked));
    let is_asked = asked.is_some();
    let shards = Mutex::new(None);
    let purpose = purpose(&options);
    let pass = Observe { selection, conditions, observer, is_asked, purpose, shards };
    let threads = threads(&args.input);
    let calls = Calls::new(&pass, &options, threads, &console)?;
    pipeline::run(&captures, &pass, calls, threads, &console)?.finish()
}

/// The one call that is asked for, if it is one.
fn asked(options: &StatsOptions) -> Option<&str> {
    match options.choice.named.as_deref() {
        Some([Lookup(one)]) => Some(one),
        _ => None,
    }
}

/// What a run with these options is for.
fn purpose(options: &StatsOptions) -> Purpose {
    if options.is_report() { Purpose::Report } else { Purpose::Figures }
}

/// What must be kept of lines besides what figures need.
fn keep(options: &StatsOptions, asked: Option<&str>) -> Keep {
    if options.by.contains(&Dimension::Participant) {
        return Keep::Participants;
    }
    let is_told = options.form == StatsFormat::Table && options.by.is_empty();
    if asked.is_some() && is_told { Keep::Payloads } else { Keep::Nothing }
}

fn merge(sources: Vec<Result<Source, Error>>, mut options: StatsOptions) -> Result<Outcome, Error> {
    let mut parts = Merge::new(options.thresholds(), Completeness::Whole);
    for source in sources {
        let source: Source = source?;
        let name = source.name();
        parts
            .add(&name, source.open()?)
            .map_err(|why| Error::Usage(format!("cannot merge {name:?}: {why}")))?;
    }
    options.hashes = ParticipantHashes::AsRead(parts.key_name());
    let (text, outcome) = merged(&options, parts);
    Output::open(None)?.write(&text)?;
    outcome
}

/// Bytes in which a report says what it is.
const BEGINNING: u64 = 64;

/// Captures whose beginning is checked before the run: as many as people name.
const PEEKED: usize = 100;

/// Refuses captures that are reports of `stats`. Only regular files are checked, because what is
/// read from anything else is gone. Files that cannot be read are reported when they are opened.
fn refuse_reports(captures: &[Result<Source, Error>]) -> Result<(), Error> {
    let is_regular = |source: &&Source| matches!(source, Source::File(path) if path.is_file());
    for source in captures.iter().take(PEEKED).flatten().filter(is_regular) {
        let Ok(reader) = source.open() else { continue };
        let mut beginning = Vec::new();
        let read = reader.take(BEGINNING).read_to_end(&mut beginning);
        if read.is_ok() && is_report(&beginning) {
            let name = source.name();
            let advice = "use --merge to merge reports";
            return Err(Error::Usage(format!(
                "{name:?} is a report of `voxev stats`, not a capture; {advice}"
            )));
        }
    }
    Ok(())
}

/// What is done with each line.
struct Observe {
    selection: Selection,
    /// What an event of each call must meet that is told of.
    conditions: Vec<Condition>,
    observer: ObservationExtractor,
    /// Whether one call is asked for, so that the nearest is told where there is none.
    is_asked: bool,
    purpose: Purpose,
    /// The calls that wait for their observations, of the capture that is read.
    shards: Mutex<Option<Arc<Shards>>>,
}

/// What comes of a block.
#[derive(Default)]
struct Part {
    totals: Totals,
    /// For the report, what tells these lines from others.
    records: Records,
    observations: Observations,
    /// Calls that were not asked for.
    others: OtherCalls,
}

impl Pass for Observe {
    type Part = Part;

    fn needs(&self) -> Needs {
        Needs {
            validations: Validations::Wanted,
            line_numbers: LineNumbers::Wanted,
            read_size: ReadSize::Usual,
        }
    }

    fn part(&self) -> Part {
        Part::default()
    }

    fn record(&self, capture: &Capture, record: &Record<'_>, part: &mut Part) -> Flow {
        part.totals.see(record);
        if self.purpose == Purpose::Report {
            part.records.add(&record.line, capture.validator.limits.max_line_bytes);
        }
        if !self.selection.admits(record) {
            if self.is_asked {
                part.others.note(record);
            }
            return Flow::On;
        }
        part.totals.select(record);
        let findings = record.findings();
        if findings.is_empty() {
            part.totals.count_undocumented_in(record);
        } else {
            for finding in findings {
                part.totals.count(finding);
            }
            part.totals.invalid += u64::from(record.is_invalid());
        }
        self.observer.record(record, &mut part.observations);
        if !self.conditions.is_empty() && all_met(&self.conditions, record) {
            part.observations.want_latest();
        }
        Flow::On
    }

    fn rest(&self, _capture: &Capture, _line: &Line<'_>, _part: &mut Part) {}

    fn weight(&self, part: &Part) -> usize {
        part.observations.weight()
    }

    fn assist(&self, worker: usize) {
        let shards = locked(&self.shards).clone();
        if let Some(shards) = shards {
            shards.work(worker);
        }
    }
}

/// The calls of the run.
struct Calls<'a> {
    pass: &'a Observe,
    options: &'a StatsOptions,
    threads: usize,
    console: &'a Console,
    output: Output,
    tally: Tally<'a>,
    /// One aggregator for the run, or one per capture.
    aggregators: Vec<Aggregator>,
    nearest: Nearest,
}

impl<'a> Calls<'a> {
    fn new(
        pass: &'a Observe,
        options: &'a StatsOptions,
        threads: usize,
        console: &'a Console,
    ) -> Result<Self, Error> {
        Ok(Self {
            pass,
            options,
            threads,
            console,
            output: Output::open(None)?,
            tally: Tally::new(console),
            aggregators: Vec::new(),
            nearest: Nearest::new(asked(options).unwrap_or_default()),
        })
    }

    fn finish(mut self) -> Result<Outcome, Error> {
        self.console.end();
        let tables: Vec<CallTable> =
            self.aggregators.drain(..).map(|it| it.close(&self.options.hashes)).collect();
        let mut text = Vec::new();
        let output = &mut self.output;
        let mut write = |bytes: &[u8]| {
            text.extend_from_slice(bytes);
            if text.len() < WRITE_BYTES {
                return Ok(());
            }
            let written = output.write(&text);
            text.clear();
            written
        };
        let totals = &self.tally.all;
        let read = Read { tables: &tables, totals, nearest: self.nearest.found() };
        let beyond = tell(self.options, read, &mut write);
        self.output.write(&text)?;
        let selection = &self.pass.selection;
        self.console.write(summary::unsplit(&self.tally.all, selection).as_bytes());
        let beyond = beyond?;
        if !self.tally.is_any_unread() {
            self.output.finish()?;
        }
        Ok(match beyond {
            _ if self.tally.is_any_unread() || self.tally.all.damaged > 0 => Outcome::Error,
            0 => Outcome::Success,
            _ => Outcome::Failure,
        })
    }
}

impl Collector<Observe> for Calls<'_> {
    fn begin(&mut self, capture: &Arc<Capture>) -> Result<(), Error> {
        self.tally.begin(capture);
        if self.aggregators.is_empty() || self.options.is_by_capture() {
            let told = asked(self.options).unwrap_or_default();
            let limits = self.options.thresholds();
            let purpose = purpose(self.options);
            self.aggregators.push(Aggregator::new(self.threads, limits, purpose, told));
        }
        if let Some(aggregator) = self.aggregators.last_mut() {
            let is_named = capture.source != Source::Stdin;
            let identity = if is_named { Identity::Named } else { Identity::Anonymous };
            // A piece is called by its bytes, too, which are known from its lines.
            let content = Content::new(&capture.source.name(), identity);
            aggregator.begin_capture(&capture.name, content);
            *locked(&self.pass.shards) = Some(aggregator.shards());
        }
        Ok(())
    }

    fn absorb(&mut self, part: Part, counts: Counts) -> Result<Flow, Error> {
        self.tally.add(&part.totals, counts);
        self.nearest.see(part.others);
        if let Some(aggregator) = self.aggregators.last_mut() {
            if let Some(content) = aggregator.content() {
                content.add(&part.records, counts.from..counts.to, counts.lines);
            }
            aggregator.hand_in(part.observations);
        }
        Ok(Flow::On)
    }

    fn end(&mut self, how: End) -> Result<Flow, Error> {
        self.tally.check_end(how, LineNumbers::Wanted);
        self.tally.close_line();
        self.tally.end();
        Ok(Flow::On)
    }

    fn unread(&mut self, error: &Error) -> Result<(), Error> {
        self.tally.unread(error);
        Ok(())
    }
}
