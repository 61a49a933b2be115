//! `voxev validate`: every line against the contract, findings in input order.

use std::sync::Arc;

use super::captures::{progress_target, threads, validated};
use super::contract::{Contract, Extent};
use super::outputs;
use super::reporting::{is_report, reporting};
use super::selection::selection;
use super::tally::Tally;
use super::terminal::Terminal;
use crate::calls::lifecycle::{self, Watch};
use crate::calls::{ObservationExtractor, Observations};
use crate::capture::{Damage, ReadSize, Source};
use crate::check::Totals;
use crate::check::{
    Finding, Line, LineFindings, Record, SpreadLines, SpreadTexts, Validations, Validator,
};
use crate::cli::ValidateArgs;
use crate::config::Config;
use crate::contract::{Rule, Severity};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::output::{
    FindingFormat, FindingsJson, Format, Grouping, Output, Pretty, Repetition, Reporting, Reports,
    Short, Showing, WrittenFindings, summary,
};
use crate::pipeline::{
    self, Capture, Collector, Console, Counts, End, Flow, LineNumbers, Needs, Pass, ProgressTarget,
    complain,
};
use crate::select::Selection;
use crate::terminal::TextStyle;
use crate::text::count;

/// Findings that people see unless they ask for more.
const SHOWN_TO_PEOPLE: u64 = 100;

/// Runs `voxev validate`.
pub(super) fn run(args: &ValidateArgs, terminal: &Terminal) -> Result<Outcome, Error> {
    let lifecycle = (args.lifecycle || args.no_lifecycle).then_some(args.lifecycle);
    let contract = Contract::new(&args.contract, &args.input)?.with_lifecycle(lifecycle);
    if args.show_config {
        return super::print(&contract.shown(&args.input.files)?);
    }
    let args = &with_baseline(args, &contract.config)?;
    let bundle = contract.bundle()?;
    let sources = validated(args, &contract, terminal)?;
    let selection = selection(&args.selectors, &bundle, &sources)?;
    let reporting = reporting(args, &selection)?;
    check_outputs(reporting.as_ref(), &sources, &contract)?;
    say_idle_overrides(args, &contract, &sources);
    let progress_target =
        if args.quiet > 0 { ProgressTarget::Hidden } else { progress_target(&sources, terminal) };
    let captures = contract.captures(sources)?;
    let pass = Validate::new(args, selection, reporting.is_some(), &captures, terminal);
    let console = Console::new(progress_target);
    let style = terminal.stdout.clone();
    let findings = Findings::new(&pass, reporting.as_ref(), &console, style)?;
    let findings = pipeline::run(&captures, &pass, findings, threads(&args.input), &console)?;
    findings.finish(args, &captures, &terminal.stderr)
}

/// The same with the baseline that the configuration names, unless the command line says another.
/// One that is yet to be written is none.
fn with_baseline(args: &ValidateArgs, config: &Config) -> Result<ValidateArgs, Error> {
    let mut args = args.clone();
    let Some(named) = &config.document.baseline else { return Ok(args) };
    if args.baseline.is_some() || args.no_baseline {
        return Ok(args);
    }
    let path = config.folder().join(&named.value);
    let place = config.at(named.place);
    if args.fail_fast {
        return Err(Error::Usage(format!(
            "{place}: --fail-fast cannot be used with the baseline {:?}: add --no-baseline",
            named.value
        )));
    }
    if path.exists() {
        args.baseline = Some(path);
    } else if args.write_baseline.is_none() {
        return Err(Error::Usage(format!(
            "{place}: the baseline {:?} does not exist: create it with --write-baseline {}",
            named.value,
            path.display()
        )));
    }
    Ok(args)
}

/// Reports overrides that match nothing, because a typo in a pattern changes the result.
fn say_idle_overrides(
    args: &ValidateArgs,
    contract: &Contract,
    captures: &[Result<Source, Error>],
) {
    let are_all = args.input.files.is_empty() && contract.config.document.files.is_some();
    let extent = if are_all { Extent::All } else { Extent::Some };
    if args.quiet < 2 {
        for text in contract.idle_overrides(captures, extent) {
            complain(&text);
        }
    }
}

fn check_outputs(
    reporting: Option<&Reporting>,
    sources: &[Result<Source, Error>],
    contract: &Contract,
) -> Result<(), Error> {
    let mut written = vec![outputs::Output::main(None)];
    let mut settings = contract.settings();
    if let Some(reporting) = reporting {
        let paths = reporting.reports.iter().filter_map(|wanted| wanted.path.as_ref());
        written.extend(paths.map(|path| outputs::Output::new("--report", path)));
        let baseline = reporting.write_baseline.iter();
        written.extend(baseline.map(|path| outputs::Output::new(outputs::WRITE_BASELINE, path)));
        let summary = reporting.step_summary.iter();
        written.extend(summary.map(|path| outputs::Output::new("$GITHUB_STEP_SUMMARY", path)));
        settings.extend(reporting.baseline.iter().map(|it| (outputs::BASELINE, it.path())));
    }
    outputs::check(written, sources, &settings)
}

/// What is done with each line.
struct Validate {
    selection: Selection,
    /// Whether the selection is empty, which need not be asked for each line.
    selects_all: bool,
    /// How findings are written, unless a report takes standard output.
    format: Option<Box<dyn FindingFormat>>,
    /// How many of them are shown.
    showing: Showing,
    /// Whether findings wait until lines are in order: for reports and the baseline, or because more
    /// may be found then.
    holds_findings: bool,
    /// Whether the first error ends the run.
    is_fail_fast: bool,
    /// Observers of lines, by validator, for captures whose order is checked.
    observers: Vec<(Arc<Validator>, ObservationExtractor)>,
}

/// What comes of a block.
#[derive(Default)]
struct Part {
    totals: Totals,
    written: WrittenFindings,
    /// Lines that may be parts of a payload that is spread over lines.
    spread: SpreadLines,
    /// Lines whose findings wait until lines are in order.
    pending: Vec<LineFindings>,
    observations: Observations,
    is_last: bool,
}

/// What a finding takes with its words, about.
const FINDING_BYTES: usize = 600;

impl Validate {
    fn new(
        args: &ValidateArgs,
        selection: Selection,
        has_reports: bool,
        captures: &[Result<Arc<Capture>, Error>],
        terminal: &Terminal,
    ) -> Self {
        let style = &terminal.stdout;
        let format: Option<Box<dyn FindingFormat>> = match args.format {
            Format::Pretty => Some(Box::new(Pretty::new(style.clone()))),
            Format::Short => Some(Box::new(Short { style: style.clone() })),
            Format::Json => Some(Box::new(FindingsJson)),
            Format::Github | Format::Gitlab | Format::Sarif | Format::Junit => None,
        };
        let is_for_people = matches!(args.format, Format::Pretty | Format::Short);
        let is_grouped = args.format == Format::Pretty && !args.no_group;
        let repetition = if is_grouped { Repetition::Grouped } else { Repetition::Listed };
        let most = match args.max_findings {
            _ if args.quiet > 1 => 0,
            _ if is_report(args.format) => u64::MAX,
            Some(shown) => shown,
            None if is_for_people => SHOWN_TO_PEOPLE,
            None => u64::MAX,
        };
        let mut observers: Vec<(Arc<Validator>, ObservationExtractor)> = Vec::new();
        for validator in captures.iter().flatten().map(|it| &it.validator) {
            let is_new = || observers.iter().all(|(known, _)| !Arc::ptr_eq(known, validator));
            if validator.checks_order && is_new() {
                observers.push((Arc::clone(validator), lifecycle::extractor(validator)));
            }
        }
        let holds_findings = has_reports || !observers.is_empty();
        let is_fail_fast = args.fail_fast;
        let showing = Showing { most, repetition };
        let selects_all = selection.is_empty();
        Self { selection, selects_all, format, showing, holds_findings, is_fail_fast, observers }
    }

    fn observer(&self, capture: &Capture) -> Option<&ObservationExtractor> {
        let found = self.observers.iter().find(|(it, _)| Arc::ptr_eq(it, &capture.validator));
        found.map(|(_, reader)| reader)
    }

    /// Writes the findings of a record, or keeps them until lines are in order.
    #[cold]
    fn take(&self, record: &Record<'_>, part: &mut Part) -> Flow {
        // The first error is reported as it is.
        if !self.is_fail_fast && part.spread.take(record) {
            return Flow::On;
        }
        let findings = record.findings();
        let is_shown = |finding: &Finding| finding.severity != Severity::Allowed;
        if self.holds_findings && findings.iter().any(is_shown) {
            part.is_last |= self.is_fail_fast && is_invalid(findings);
            part.pending.push(LineFindings::new(&record.line, findings.to_vec()));
        } else {
            self.report(&record.line, findings, 1, part);
        }
        if part.is_last { Flow::Stop } else { Flow::On }
    }

    /// Counts the findings of a line, or of one and those after it, and writes them.
    fn report(&self, line: &Line<'_>, findings: &[Finding], lines: u64, part: &mut Part) {
        for finding in findings {
            part.totals.count(finding);
            if let Some(format) = self.format.as_deref()
                && finding.severity != Severity::Allowed
            {
                part.written.add((line, finding), format, self.showing);
            }
        }
        if is_invalid(findings) {
            part.totals.invalid += lines;
            part.is_last |= self.is_fail_fast;
        }
    }
}

fn is_invalid(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

impl Pass for Validate {
    type Part = Part;

    fn needs(&self) -> Needs {
        let read_size = if self.holds_findings { ReadSize::Small } else { ReadSize::Usual };
        Needs { validations: Validations::Wanted, line_numbers: LineNumbers::Wanted, read_size }
    }

    fn part(&self) -> Part {
        Part::default()
    }

    /// Inlined, with what it calls for a clean line: 75 instructions less for each, of 940.
    #[inline]
    fn record(&self, capture: &Capture, record: &Record<'_>, part: &mut Part) -> Flow {
        if let Some(observer) = self.observer(capture) {
            observer.record(record, &mut part.observations);
        }
        part.totals.see(record);
        if !self.selects_all && !self.selection.admits(record) {
            return Flow::On;
        }
        part.totals.select(record);
        if record.findings().is_empty() {
            part.totals.count_undocumented_in(record);
            return Flow::On;
        }
        self.take(record, part)
    }

    fn rest(&self, _capture: &Capture, _line: &Line<'_>, _part: &mut Part) {}

    fn weight(&self, part: &Part) -> usize {
        let waiting = part.pending.iter().chain(part.spread.kept());
        let findings =
            waiting.map(|pending| pending.raw.len() + FINDING_BYTES * pending.findings.len());
        part.written.weight() + part.observations.weight() + findings.sum::<usize>()
    }
}

/// Findings in input order: what the order of events adds, what the baseline takes out, what the
/// reports get, and what is shown.
struct Findings<'a> {
    pass: &'a Validate,
    console: &'a Console,
    output: Output,
    watch: Option<Watch<'a>>,
    reports: Option<Reports<'a>>,
    capture: Option<Arc<Capture>>,
    spread: SpreadTexts,
    tally: Tally<'a>,
    grouping: Grouping,
    has_enough: bool,
}

impl<'a> Findings<'a> {
    fn new(
        pass: &'a Validate,
        reporting: Option<&'a Reporting>,
        console: &'a Console,
        style: TextStyle,
    ) -> Result<Self, Error> {
        Ok(Self {
            pass,
            console,
            output: Output::open(None)?,
            watch: None,
            reports: reporting.map(Reports::open).transpose()?,
            capture: None,
            spread: SpreadTexts::default(),
            tally: Tally::new(console),
            grouping: Grouping::new(pass.showing, style),
            has_enough: false,
        })
    }

    /// Lets the baseline and the reports see the findings that were held back for them, and those
    /// that only the order of lines tells; what they leave is written.
    fn release(&mut self, part: &mut Part) -> Result<(), Error> {
        let Some(capture) = &self.capture else { return Ok(()) };
        let mut all = std::mem::take(&mut part.pending);
        if let Some(watch) = &mut self.watch {
            all = watch.add(&part.observations, all);
        }
        for pending in all {
            let line = Line::new(&capture.name, pending.number, pending.offset, &pending.raw);
            let findings = match &mut self.reports {
                Some(reports) => reports.take(&line, pending.findings, &mut part.totals.known)?,
                None => pending.findings,
            };
            self.pass.report(&line, &findings, pending.lines, part);
            if part.is_last && is_invalid(&findings) {
                break;
            }
        }
        self.reports.as_mut().map_or(Ok(()), Reports::flush)
    }

    /// Puts findings that are settled now among those of the part.
    fn insert(&self, settled: Vec<LineFindings>, part: &mut Part) {
        let Some(capture) = self.capture.as_ref().filter(|_| !settled.is_empty()) else { return };
        if self.pass.holds_findings {
            part.pending.extend(settled);
            part.pending.sort_by_key(|pending| pending.number);
            return;
        }
        let mut other = Part::default();
        for it in settled {
            let line = Line::new(&capture.name, it.number, it.offset, &it.raw);
            self.pass.report(&line, &it.findings, it.lines, &mut other);
        }
        part.totals.add(&other.totals);
        part.written = std::mem::take(&mut part.written).merged(other.written);
    }

    fn write(&mut self, part: &Part) -> Result<(), Error> {
        self.output.write(&self.grouping.take(&part.written))
    }

    /// Takes a finding about the capture as a whole.
    fn take(&mut self, line: &Line<'_>, finding: Finding) -> Result<(), Error> {
        let mut part = Part::default();
        let is_shown = finding.severity != Severity::Allowed;
        if self.pass.holds_findings && is_shown {
            part.pending.push(LineFindings::new(line, vec![finding]));
            self.release(&mut part)?;
        } else {
            self.pass.report(line, &[finding], 1, &mut part);
        }
        self.tally.current.add(&part.totals);
        self.write(&part)
    }

    /// Reports a payload that is still open at the end of the capture.
    fn end_spread(&mut self) -> Result<(), Error> {
        let mut part = Part::default();
        let settled = self.spread.finish().into_iter().collect();
        self.insert(settled, &mut part);
        self.release(&mut part)?;
        self.tally.current.add(&part.totals);
        self.write(&part)
    }

    fn finish(
        mut self,
        args: &ValidateArgs,
        captures: &[Result<Arc<Capture>, Error>],
        stderr: &TextStyle,
    ) -> Result<Outcome, Error> {
        self.console.end();
        if !self.tally.is_any_unread()
            && let Some(error) = checked_nothing(&self.tally.all, captures)
        {
            self.unread(&error)?;
        }
        let totals = &self.tally.all;
        let is_any_unread = self.tally.is_any_unread();
        if !is_any_unread {
            self.output.finish()?;
        }
        let said = match self.reports.take() {
            Some(reports) => reports.finish(totals, is_any_unread)?,
            None => String::new(),
        };
        let most_warnings = args.max_warnings.unwrap_or(u64::MAX);
        if args.quiet < 2 {
            self.console.write(summary::too_many(totals, most_warnings).as_bytes());
        }
        if args.quiet == 0 {
            let shown = self.pass.format.as_ref().map(|_| self.grouping.shown());
            let summary =
                summary::Validated { totals, shown, is_fail_fast: self.pass.is_fail_fast };
            let summary = summary.text(stderr);
            self.console.write(summary.as_bytes());
            self.console.write(said.as_bytes());
            self.console.write(summary::unsplit(totals, &self.pass.selection).as_bytes());
        }
        Ok(match totals.errors {
            _ if is_any_unread => Outcome::Error,
            0 if totals.warnings <= most_warnings => Outcome::Success,
            _ => Outcome::Failure,
        })
    }
}

impl Collector<Validate> for Findings<'_> {
    fn begin(&mut self, capture: &Arc<Capture>) -> Result<(), Error> {
        if let Some(reports) = &mut self.reports {
            reports.begin_capture(&capture.name, &capture.validator);
        }
        let checks_order = capture.validator.checks_order;
        self.watch = checks_order.then(|| {
            Watch::new(Arc::clone(&capture.validator), &self.pass.selection, &capture.name)
        });
        self.capture = Some(Arc::clone(capture));
        self.tally.begin(capture);
        Ok(())
    }

    fn absorb(&mut self, mut part: Part, counts: Counts) -> Result<Flow, Error> {
        let last_line = self.tally.current.lines + counts.lines + u64::from(counts.is_line_open);
        let settled = self.spread.take(std::mem::take(&mut part.spread), last_line);
        self.insert(settled, &mut part);
        self.release(&mut part)?;
        self.tally.add(&part.totals, counts);
        self.has_enough |= part.is_last;
        self.write(&part)?;
        Ok(if part.is_last { Flow::Stop } else { Flow::On })
    }

    fn end(&mut self, how: End) -> Result<Flow, Error> {
        let Some(capture) = self.capture.clone() else { return Ok(Flow::On) };
        self.end_spread()?;
        let mut is_whole = matches!(how, End::Whole);
        match how {
            End::Whole => {}
            End::Failed(error) => {
                self.unread(&error)?;
            }
            End::Damaged(damage, fragment) if !self.has_enough => {
                let number = self.tally.current.lines + 1;
                let line = Line::new(&capture.name, number, 0, &fragment);
                let finding = damage_finding(&capture.validator, &line, &damage);
                self.tally.count_damage(&fragment);
                self.take(&line, finding)?;
            }
            End::Damaged(..) => is_whole = true,
        }
        self.tally.close_line();
        if is_whole && !self.has_enough && self.tally.current.non_blank_lines() == 0 {
            let line = Line::new(&capture.name, 1, 0, b"");
            self.take(&line, empty_finding(&capture.validator, &line))?;
        }
        if let Some(reports) = &mut self.reports {
            reports.end_capture(&self.tally.current);
        }
        self.output.write(self.grouping.end_capture().as_bytes())?;
        self.tally.end();
        Ok(if self.has_enough { Flow::Stop } else { Flow::On })
    }

    fn unread(&mut self, error: &Error) -> Result<(), Error> {
        self.tally.unread(error);
        self.reports.as_mut().map_or(Ok(()), |reports| reports.trouble(error))
    }
}

/// The finding for a capture without any event.
pub(super) fn empty_finding(validator: &Validator, line: &Line<'_>) -> Finding {
    let message = "the capture contains no event".to_owned();
    let finding = Finding {
        help: Some("record it again, or delete it".into()),
        label: "no event".into(),
        ..Finding::about_line(line, Rule::EmptyCapture, 0..0, message)
    };
    validator.settle(line, finding)
}

/// The finding for a compressed capture that ends with `line`, which is incomplete.
pub(super) fn damage_finding(validator: &Validator, line: &Line<'_>, damage: &Damage) -> Finding {
    let end = line.bytes.len();
    let message = damage.at(Some(line.number), line.bytes);
    let finding = Finding {
        help: Some(damage.advice()),
        label: damage.label().into(),
        ..Finding::about_line(line, Rule::DamagedStream, end..end, message)
    };
    let mut finding = validator.settle(line, finding);
    // The offset in the compressed file; other findings have that in the text.
    finding.place.offset = damage.offset;
    finding
}

/// Why a run with these `totals` checked nothing, if so: that must not pass unless `empty-capture` is
/// allowed. Damage before the end of the first line is a finding of its own, which is enough if it
/// is an error.
fn checked_nothing(totals: &Totals, captures: &[Result<Arc<Capture>, Error>]) -> Option<Error> {
    let is_allowed = |capture: &Arc<Capture>| {
        capture.validator.policy.severity(Rule::EmptyCapture) == Severity::Allowed
    };
    let is_told = totals.damaged > 0 && totals.errors > 0;
    if totals.selected > 0 || is_told || captures.iter().flatten().all(is_allowed) {
        return None;
    }
    let captures = count(totals.captures, "capture", "captures");
    let why = if totals.damaged > 0 && totals.lines == 0 {
        format!("{captures} without a complete line")
    } else if totals.non_blank_lines() == 0 {
        format!("{captures} without any event")
    } else {
        format!("no line in {captures} is selected by --type or --call-id")
    };
    Some(Error::NoCapture(format!(
        "nothing was checked: {why}; use --allow empty-capture to accept that"
    )))
}
