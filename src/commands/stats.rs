//! `voxev stats`: what lines say of their calls, and the figures of that.

use std::io::Read as _;
use std::sync::{Arc, Mutex};

use super::captures::{captures, progress_target, threads};
use super::contract::Contract;
use super::outputs;
use super::selection::selection;
use super::tally::Tally;
use super::terminal::Terminal;
use crate::calls::merge::is_report;
use crate::calls::{
    Aggregator, CallTable, Keep, Merge, ObservationExtractor, Observations, Shards,
};
use crate::capture::{ReadSize, Source};
use crate::check::Totals;
use crate::check::{Line, Record, Validations};
use crate::cli::{ContractArgs, StatsArgs};
use crate::contract::Bundle;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::output::{
    Audience, By, CsvFormat, Output, Separator, StatsFormat, StatsOptions, Window, merged, summary,
};
use crate::pipeline::{
    self, Capture, Collector, Console, Counts, End, Flow, LineNumbers, Needs, Pass, locked,
};
use crate::select::{Selection, Unreadable};

/// Rows that people see unless they ask for more.
const SHOWN_TO_PEOPLE: usize = 20;

/// Figures are written when they come to so much.
const WRITE_BYTES: usize = 64 * 1024;

/// Runs `voxev stats`.
pub(super) fn run(args: &StatsArgs, terminal: &Terminal) -> Result<Outcome, Error> {
    let options = options(args, terminal)?;
    let sources = captures(&args.input, terminal)?;
    outputs::check(vec![outputs::Output::main(None)], &sources, &[])?;
    if args.merge {
        return merge(sources, &options);
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
    let captures = contract.captures(sources)?;
    if !selection.is_empty() {
        selection.unreadable = Unreadable::NoMatch;
    }
    let keep = if options.timeline.is_some() { Keep::Lines } else { Keep::Nothing };
    let observer = ObservationExtractor::new(bundle, keep);
    let pass = Observe { selection, observer, shards: Mutex::new(None) };
    let threads = threads(&args.input);
    let calls = Calls::new(&pass, &options, threads, &console)?;
    pipeline::run(&captures, &pass, calls, threads, &console)?.finish()
}

fn options(args: &StatsArgs, terminal: &Terminal) -> Result<StatsOptions, Error> {
    if args.spreadsheet && args.format != StatsFormat::Csv {
        return Err(Error::Usage("--spreadsheet needs --format csv".into()));
    }
    let audience = if args.spreadsheet { Audience::Spreadsheet } else { Audience::Programs };
    let timeline = match (args.selectors.call_ids.as_slice(), &args.selectors.call_id_file) {
        ([id], None) if args.format == StatsFormat::Table => Some(id.clone()),
        _ => None,
    };
    let most = if args.format == StatsFormat::Table { SHOWN_TO_PEOPLE } else { usize::MAX };
    let options = StatsOptions {
        by: args.by,
        sort: args.sort,
        most: args.top.unwrap_or(most),
        form: args.format,
        csv: CsvFormat::new(Separator::Comma, audience),
        formula: args.mos,
        limits: args.limits.clone().unwrap_or_default().0,
        fail_on: args.fail_on.clone().unwrap_or_default().0,
        window: Window { since: args.since, until: args.until },
        timeline,
        style: terminal.stdout.clone(),
    };
    let is_of_calls = matches!(options.by, By::Call | By::Channel) && options.timeline.is_none();
    if options.window.is_limited() && !is_of_calls {
        let advice = "--since and --until select calls: use them with --by call or --by channel, and without --call-id";
        return Err(Error::Usage(advice.into()));
    }
    Ok(options)
}

fn merge(sources: Vec<Result<Source, Error>>, options: &StatsOptions) -> Result<Outcome, Error> {
    if options.is_by_capture() {
        let advice = "run `voxev stats --by capture` on the captures instead";
        return Err(Error::Usage(format!("--merge cannot be used with --by capture: {advice}")));
    }
    let mut parts = Merge::new();
    for source in sources {
        let source: Source = source?;
        let name = source.name();
        parts
            .add(&name, source.open()?)
            .map_err(|why| Error::Usage(format!("cannot merge {name:?}: {why}")))?;
    }
    let (text, outcome) = merged(options, parts);
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
    observer: ObservationExtractor,
    /// The calls that wait for their observations, of the capture that is read.
    shards: Mutex<Option<Arc<Shards>>>,
}

/// What comes of a block.
#[derive(Default)]
struct Part {
    totals: Totals,
    observations: Observations,
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

    fn record(&self, _capture: &Capture, record: &Record<'_>, part: &mut Part) -> Flow {
        part.totals.see(record);
        if !self.selection.admits(record) {
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
        })
    }

    fn finish(mut self) -> Result<Outcome, Error> {
        self.console.end();
        let tables: Vec<CallTable> = self.aggregators.drain(..).map(Aggregator::close).collect();
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
        let beyond = self.options.tell(&tables, &self.tally.all, &mut write);
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
            self.aggregators.push(Aggregator::new(self.threads));
        }
        if let Some(aggregator) = self.aggregators.last_mut() {
            aggregator.begin_capture(&capture.name);
            *locked(&self.pass.shards) = Some(aggregator.shards());
        }
        Ok(())
    }

    fn absorb(&mut self, part: Part, counts: Counts) -> Result<Flow, Error> {
        self.tally.add(&part.totals, counts);
        if let Some(aggregator) = self.aggregators.last_mut() {
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
