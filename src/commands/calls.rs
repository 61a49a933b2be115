//! Captures read into tables of calls, for `stats` and `report`: a pass that observes lines, and a
//! collector that hands what they say to the calls.

use std::io::Read as _;
use std::sync::{Arc, Mutex};

use super::captures::Captures;
use super::contract::Contract;
use super::selection::selection;
use super::tally::Tally;
use crate::calls::lookup::{Lookup, Nearest, OtherCalls};
use crate::calls::merge::is_report;
use crate::calls::{
    Aggregator, CallTable, Content, Identity, Keep, ObservationExtractor, Observations, Purpose,
    Records, Shards,
};
use crate::capture::Source;
use crate::check::{Finding, Line, Record, Totals, Validations};
use crate::cli::{ContractArgs, Input, Selectors};
use crate::contract::{Bundle, Severity};
use crate::error::Error;
use crate::output::StatsOptions;
use crate::pipeline::{
    self, Capture, Collector, Console, Counts, End, Flow, LineNumbers, Needs, Pass, locked,
};
use crate::select::{Beginnings, Condition, Selection, Unreadable, all_met};

/// What was typed of which lines are read, and how they are checked.
pub(super) struct Asked<'a> {
    pub(super) selectors: &'a Selectors,
    pub(super) conditions: &'a [String],
    pub(super) contract: &'a ContractArgs,
    pub(super) input: &'a Input,
}

/// What is kept of captures besides what figures need.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept {
    pub(super) lines: Keep,
    /// Findings, the first of the run.
    pub(super) findings: usize,
}

/// Captures, and what is done with each of their lines.
pub(super) struct CallReader {
    pub(super) captures: Captures,
    pub(super) pass: Observe,
}

/// What captures say of their calls.
pub(super) struct CallsRead {
    /// One table for the run, or one per capture.
    pub(super) tables: Vec<CallTable>,
    pub(super) totals: Totals,
    /// Of the calls that were not asked for, the one whose identifier is most like what was.
    pub(super) nearest: Option<String>,
    /// The first findings, each with the index of its capture among [`CallTable::captures`].
    pub(super) findings: Vec<(usize, Finding)>,
    pub(super) is_any_unread: bool,
}

/// The one call that is asked for, if it is one.
pub(super) fn the_one_asked(options: &StatsOptions) -> Option<&str> {
    match options.choice.named.as_deref() {
        Some([Lookup(one)]) => Some(one),
        _ => None,
    }
}

/// What a run with these options is for.
fn purpose(options: &StatsOptions) -> Purpose {
    if options.is_report() { Purpose::Report } else { Purpose::Figures }
}

impl CallReader {
    pub(super) fn new(
        asked: &Asked<'_>,
        sources: Vec<Result<Source, Error>>,
        options: &StatsOptions,
        kept: Kept,
    ) -> Result<Self, Error> {
        refuse_reports(&sources)?;
        // One contract for all captures, as properties are read by their places in it; severities
        // are as the configuration has them for each. The order of lines is for `validate`.
        let api = asked.contract.api.unwrap_or_else(|| Bundle::newest().api());
        let judged_by = ContractArgs { api: Some(api), ..asked.contract.clone() };
        let contract = Contract::new(&judged_by, asked.input)?.with_lifecycle(Some(false));
        let bundle = Arc::new(contract.bundle()?);
        let mut selection = selection(asked.selectors, &bundle, &sources)?;
        let is_beginning_enough = asked.selectors.call_id_file.is_none();
        selection.beginnings = Beginnings::new(&asked.selectors.call_ids, is_beginning_enough);
        let conditions = asked.conditions.iter().map(|text| Condition::parse(text, &bundle));
        let conditions = conditions.collect::<Result<_, _>>().map_err(Error::Usage)?;
        let captures = contract.captures(sources)?;
        if !selection.is_empty() {
            selection.unreadable = Unreadable::NoMatch;
        }
        let pass = Observe {
            selection,
            conditions,
            observer: ObservationExtractor::new(Arc::clone(&bundle), kept.lines),
            bundle,
            is_asked: the_one_asked(options).is_some(),
            most_findings: kept.findings,
            purpose: purpose(options),
            shards: Mutex::new(None),
        };
        Ok(Self { captures, pass })
    }

    /// Reads the captures.
    pub(super) fn read(
        &self,
        options: &StatsOptions,
        threads: usize,
        console: &Console,
    ) -> Result<CallsRead, Error> {
        let calls = Calls {
            pass: &self.pass,
            options,
            threads,
            tally: Tally::new(console),
            aggregators: Vec::new(),
            nearest: Nearest::new(the_one_asked(options).unwrap_or_default()),
            findings: Vec::new(),
        };
        let calls = pipeline::run(&self.captures, &self.pass, calls, threads, console)?;
        console.end();
        Ok(CallsRead {
            tables: calls.aggregators.into_iter().map(|it| it.close(&options.hashes)).collect(),
            is_any_unread: calls.tally.is_any_unread(),
            totals: calls.tally.all,
            nearest: calls.nearest.found().map(str::to_owned),
            findings: calls.findings,
        })
    }
}

/// Bytes in which a report says what it is.
const BEGINNING: u64 = 64;

/// Most captures whose beginning is checked before the run: more than people usually name.
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
pub(super) struct Observe {
    pub(super) selection: Selection,
    /// The conditions of --where: a call is selected if one of its events meets all of them.
    conditions: Vec<Condition>,
    bundle: Arc<Bundle>,
    observer: ObservationExtractor,
    /// Whether one call is asked for, so that the nearest is told where there is none.
    is_asked: bool,
    most_findings: usize,
    purpose: Purpose,
    /// The calls that wait for their observations, of the capture that is read.
    shards: Mutex<Option<Arc<Shards>>>,
}

/// The result of the records of one block.
#[derive(Default)]
pub(super) struct Part {
    totals: Totals,
    /// For the report that can be merged, what tells these lines from others.
    records: Records,
    observations: Observations,
    /// Calls that were not asked for.
    others: OtherCalls,
    findings: Vec<Finding>,
}

impl Pass for Observe {
    type Part = Part;

    fn needs(&self) -> Needs {
        Needs::numbered(Validations::Wanted)
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
        if record.findings().is_empty() {
            part.totals.count_undocumented_in(record);
        } else {
            self.take_findings(record, part);
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

impl Observe {
    /// What observes lines in the same way, and keeps other things of them.
    pub(super) fn again(&self, keep: Keep) -> ObservationExtractor {
        ObservationExtractor::new(Arc::clone(&self.bundle), keep)
    }

    fn take_findings(&self, record: &Record<'_>, part: &mut Part) {
        for finding in record.findings() {
            part.totals.count(finding);
            if part.findings.len() < self.most_findings && finding.severity != Severity::Allowed {
                part.findings.push(finding.clone());
            }
        }
        part.totals.invalid += u64::from(record.is_invalid());
    }
}

/// The calls of the run.
struct Calls<'a> {
    pass: &'a Observe,
    options: &'a StatsOptions,
    threads: usize,
    tally: Tally<'a>,
    /// One aggregator for the run, or one per capture.
    aggregators: Vec<Aggregator>,
    nearest: Nearest,
    findings: Vec<(usize, Finding)>,
}

impl Collector<Observe> for Calls<'_> {
    fn begin(&mut self, capture: &Arc<Capture>) -> Result<(), Error> {
        self.tally.begin(capture);
        if self.aggregators.is_empty() || self.options.is_by_capture() {
            let told = the_one_asked(self.options).unwrap_or_default();
            let limits = self.options.thresholds();
            let purpose = self.pass.purpose;
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
        let room = self.pass.most_findings - self.findings.len();
        // Each capture that was begun before this one has been counted.
        let capture = usize::try_from(self.tally.all.captures).unwrap_or(usize::MAX);
        self.findings.extend(part.findings.into_iter().take(room).map(|it| (capture, it)));
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
