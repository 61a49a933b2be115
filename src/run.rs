//! The loop: blocks are worked on one by one, and what comes of them is put together in order.

use std::io::{self, Write as _};

use crate::capture::{Block, Cutter, Part, Source};
use crate::cli::Cli;
use crate::error::Error;
use crate::event::{Finding, Line};
use crate::judge::{Judge, Verdict};
use crate::outcome::Outcome;
use crate::output::Output;
use crate::plan::{Job, Judging, Limit, Patience, Plan, Task};
use crate::progress::Progress;
use crate::reports::Reports;
use crate::rule::{Rule, Severity};
use crate::sink::{FindingFormat as _, Pieces, Record};
use crate::summary;
use crate::totals::Totals;

/// Does what the command line asks for, and says on standard error what could not be done.
pub(crate) fn command(cli: &Cli) -> Outcome {
    let done = Task::new(cli).and_then(|task| match task {
        Task::Read(plan) => read(&plan),
        Task::Print(text) => {
            Output::open(None)?.write(text.as_bytes())?;
            Ok(Outcome::Good)
        }
        Task::Man(folder) => crate::shell::man(&folder).map(|_| Outcome::Good),
    });
    done.unwrap_or_else(|error| {
        if error.is_closed_pipe() {
            return Outcome::Good;
        }
        complain(&error.to_string());
        Outcome::Trouble
    })
}

/// Says `text` on standard error, which may be closed; the exit code still tells.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "voxev: {}", crate::text::visible(text));
}

/// Reads all captures, writes the output and the summary.
fn read(plan: &Plan) -> Result<Outcome, Error> {
    let mut lane = Lane::new(plan)?;
    let mut trouble = false;
    lane.begin()?;
    for capture in &plan.captures {
        let failure = match capture {
            Ok(source) => lane.capture(source)?,
            Err(error) => {
                lane.trouble(error)?;
                trouble = true;
                continue;
            }
        };
        if let Some(error) = failure {
            lane.trouble(&error)?;
            trouble = true;
        }
        if lane.is_over {
            break;
        }
    }
    let (totals, said) = lane.finish(trouble)?;
    summary::write(plan, &totals);
    if plan.quiet == 0 {
        let _ = io::stderr().write_all(said.as_bytes());
    }
    Ok(if trouble { Outcome::Trouble } else { outcome(plan.job, &totals) })
}

fn outcome(job: Job, totals: &Totals) -> Outcome {
    let is_bad = match job {
        Job::Validate => totals.errors > 0,
        Job::Filter => totals.selected == 0,
        Job::Convert => totals.rejected > 0,
        Job::Pretty => false,
    };
    if is_bad { Outcome::Bad } else { Outcome::Good }
}

/// Takes in the portions of a run in order.
struct Lane<'a> {
    plan: &'a Plan,
    output: Output,
    rejects: Option<Output>,
    reports: Option<Reports<'a>>,
    progress: Progress,
    totals: Totals,
    pieces: u64,
    /// Nothing of the current capture has been written yet.
    is_new_capture: bool,
    is_over: bool,
}

impl<'a> Lane<'a> {
    fn new(plan: &'a Plan) -> Result<Self, Error> {
        Ok(Self {
            plan,
            output: Output::open(plan.output.as_deref())?,
            rejects: plan.rejects.as_deref().map(|path| Output::open(Some(path))).transpose()?,
            reports: plan.reporting.as_ref().map(Reports::open).transpose()?,
            progress: Progress::new(plan.watched),
            totals: Totals::default(),
            pieces: 0,
            is_new_capture: true,
            is_over: false,
        })
    }

    fn begin(&mut self) -> Result<(), Error> {
        let mut out = Vec::new();
        self.plan.sink.begin(&mut out);
        self.output.write(&out)
    }

    fn trouble(&mut self, error: &Error) -> Result<(), Error> {
        self.progress.aside(|| complain(&error.to_string()));
        self.reports.as_mut().map_or(Ok(()), |reports| reports.trouble(error))
    }

    /// Lets the baseline and the reports see the findings of `portion` that were held back for
    /// them; what they leave is delivered.
    fn release(&mut self, mut portion: Portion, capture: &str) -> Result<Portion, Error> {
        let Some(reports) = &mut self.reports else { return Ok(portion) };
        for held in std::mem::take(&mut portion.held) {
            let line = Line::new(capture, held.number, held.offset, &held.raw);
            let verdict = reports.take(&line, held.findings, &mut portion.totals.known)?;
            let record = Record { line: &line, verdict: &verdict, is_cut: false };
            portion.report(self.plan, &record);
        }
        reports.flush()?;
        Ok(portion)
    }

    /// Reads one capture to its end. What keeps it from being read is returned, so that the others
    /// still are; what keeps output from being written ends the run.
    fn capture(&mut self, source: &Source) -> Result<Option<Error>, Error> {
        let name = source.name();
        let reader = match source.open() {
            Ok(reader) => reader,
            Err(error) => return Ok(Some(error)),
        };
        if let Some(reports) = &mut self.reports {
            reports.begin_capture(&name);
        }
        let judge = self.plan.judge_of(&name);
        let mut cutter = Cutter::new(reader, self.plan.judge.limits.max_line_bytes);
        let mut failure = None;
        let mut totals = Totals { captures: 1, ..Totals::default() };
        let mut is_line_open = false;
        self.is_new_capture = true;
        while !self.is_over || is_line_open {
            match cutter.next_block() {
                Ok(Some(block)) => {
                    is_line_open = !block.bytes.ends_with(b"\n");
                    let portion = Portion::of(self.plan, judge, &name, &block);
                    let portion = self.release(portion, &name)?;
                    self.progress.advance(block.bytes.len());
                    totals.add(&portion.totals);
                    self.absorb(&portion)?;
                }
                Ok(None) => break,
                Err(source) => {
                    failure = Some(Error::Read { capture: name.clone(), source });
                }
            }
        }
        totals.unterminated = u64::from(is_line_open);
        self.end_capture(&name, totals)?;
        Ok(failure)
    }

    fn end_capture(&mut self, name: &str, mut totals: Totals) -> Result<(), Error> {
        if self.plan.job == Job::Validate && totals.judged() == 0 && !self.is_over {
            let portion = Portion::of_empty_capture(self.plan, name);
            let portion = self.release(portion, name)?;
            totals.add(&portion.totals);
            self.absorb(&portion)?;
        }
        let mut out = Vec::new();
        self.plan.sink.end_capture(name, totals.selected, &mut out);
        self.totals.add(&totals);
        if let Some(reports) = &mut self.reports {
            reports.end_capture(&totals);
        }
        self.output.write(&out)
    }

    /// Writes what comes of a block, as far as the limit allows.
    fn absorb(&mut self, portion: &Portion) -> Result<(), Error> {
        let pieces = &portion.pieces;
        let room = match self.plan.limit {
            Limit::None => usize::MAX,
            Limit::Stop(most) | Limit::Count(most) => to_usize(most - self.pieces),
        };
        let end = match room.checked_sub(1) {
            _ if room >= pieces.ends.len() => pieces.bytes.len(),
            Some(last) => pieces.ends[last],
            None => 0,
        };
        let shown = room.min(pieces.ends.len());
        let is_first = self.pieces == 0 && shown > 0;
        let start = if is_first { self.plan.sink.separator().len() } else { 0 };
        if end > start && self.is_new_capture && self.plan.sink.writes_lines() {
            self.is_new_capture = false;
            self.output.end_line()?;
        }
        self.progress.aside(|| self.output.write(&pieces.bytes[start..end]))?;
        self.pieces += shown as u64;
        let is_enough = matches!(self.plan.limit, Limit::Stop(most) if self.pieces >= most);
        self.is_over |= portion.is_last || is_enough;
        if let Some(rejects) = &mut self.rejects {
            rejects.write(&portion.rejects)?;
        }
        if !portion.complaints.is_empty() {
            // Standard error may be closed; the exit code still tells.
            let _ = self.progress.aside(|| io::stderr().write_all(&portion.complaints));
        }
        Ok(())
    }

    /// Ends the output. Files take their places only where nothing went wrong.
    /// Returns what there is to say on standard error, too.
    fn finish(mut self, trouble: bool) -> Result<(Totals, String), Error> {
        self.progress.end();
        let mut out = Vec::new();
        self.plan.sink.end(&mut out);
        self.output.write(&out)?;
        if !trouble {
            self.output.finish()?;
            if let Some(rejects) = self.rejects {
                rejects.finish()?;
            }
        }
        let said = match self.reports {
            Some(reports) => reports.finish(&self.totals, trouble)?,
            None => String::new(),
        };
        Ok((self.totals, said))
    }
}

/// What comes of one block.
struct Portion {
    pieces: Pieces,
    /// Lines that the sink could not take.
    rejects: Vec<u8>,
    /// What standard error says of them.
    complaints: Vec<u8>,
    totals: Totals,
    /// Whether an error ends the run here.
    is_last: bool,
    /// Findings that somebody must see in the order of the run before they count.
    held: Vec<Held>,
}

/// A line with findings, waiting for its turn.
struct Held {
    number: u64,
    offset: u64,
    raw: Vec<u8>,
    findings: Vec<Finding>,
}

fn to_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl Portion {
    fn new(plan: &Plan) -> Self {
        let room = match plan.limit {
            Limit::None => usize::MAX,
            Limit::Stop(most) | Limit::Count(most) => to_usize(most),
        };
        Self {
            pieces: Pieces::new(room),
            rejects: Vec::new(),
            complaints: Vec::new(),
            totals: Totals::default(),
            is_last: false,
            held: Vec::new(),
        }
    }

    fn of(plan: &Plan, judge: &Judge, capture: &str, block: &Block) -> Self {
        let mut portion = Self::new(plan);
        match block.part {
            Part::Lines => portion.take_lines(plan, judge, capture, block),
            Part::Start => {
                let line = Line::new(capture, block.first_line, block.offset, &block.bytes);
                let verdict = judge.too_long(&line);
                portion.take_line(plan, &Record { line: &line, verdict: &verdict, is_cut: true });
            }
            Part::Rest => portion.take_rest(plan, capture, block),
        }
        portion
    }

    fn of_empty_capture(plan: &Plan, capture: &str) -> Self {
        let mut portion = Self::new(plan);
        let line = Line::new(capture, 1, 0, b"");
        let message = "there is no event in this capture".to_owned();
        let finding = Finding {
            help: Some("record it again, or delete it: a check of nothing always passes".into()),
            label: "no event".into(),
            ..Finding::about_line(&line, Rule::EmptyCapture, 0..0, message)
        };
        let findings = vec![plan.judge_of(capture).settle(&line, finding)];
        let verdict = Verdict { payload: None, findings };
        portion.deliver(plan, &Record { line: &line, verdict: &verdict, is_cut: false });
        portion.totals.selected = 0;
        portion
    }

    fn take_lines(&mut self, plan: &Plan, judge: &Judge, capture: &str, block: &Block) {
        let mut offset = block.offset;
        let lines = block.bytes.split_inclusive(|&byte| byte == b'\n');
        for (raw, number) in lines.zip(block.first_line..) {
            let line = Line::new(capture, number, offset, raw);
            offset += raw.len() as u64;
            self.totals.lines += u64::from(raw.ends_with(b"\n"));
            if line.is_blank() {
                self.totals.blank += 1;
                continue;
            }
            let verdict = match plan.judging {
                Judging::On => judge.judge(&line),
                Judging::Off => judge.read_only(&line),
            };
            self.take_line(plan, &Record { line: &line, verdict: &verdict, is_cut: false });
            if self.is_last {
                break;
            }
        }
    }

    fn take_line(&mut self, plan: &Plan, record: &Record<'_>) {
        if record.verdict.payload.is_none() {
            self.totals.unreadable += 1;
            if plan.job == Job::Filter {
                self.rejects.extend_from_slice(record.line.raw);
            }
        }
        if plan.selection.admits(record.verdict) {
            self.deliver(plan, record);
        }
    }

    /// Hands a selected record to the sink.
    fn deliver(&mut self, plan: &Plan, record: &Record<'_>) {
        let verdict = record.verdict;
        self.totals.selected += 1;
        match verdict.payload.as_ref().map(|payload| payload.event) {
            Some(Some(id)) => self.totals.events[id.index()] += 1,
            Some(None) => self.totals.strangers += 1,
            None => {}
        }
        let is_shown = |finding: &Finding| finding.severity != Severity::Allowed;
        if plan.reporting.is_some() && verdict.findings.iter().any(is_shown) {
            self.is_last = plan.patience == Patience::FailFast && verdict.is_invalid();
            self.held.push(Held {
                number: record.line.number,
                offset: record.line.offset,
                raw: record.line.raw.to_vec(),
                findings: verdict.findings.clone(),
            });
            return;
        }
        self.report(plan, record);
    }

    /// Counts a record's findings and writes them.
    fn report(&mut self, plan: &Plan, record: &Record<'_>) {
        let verdict = record.verdict;
        for finding in &verdict.findings {
            self.totals.count(finding);
        }
        if verdict.is_invalid() {
            self.totals.invalid += 1;
            self.is_last = plan.patience == Patience::FailFast;
        }
        if let Err(finding) = plan.sink.take(record, &mut self.pieces) {
            self.totals.rejected += 1;
            self.rejects.extend_from_slice(record.line.raw);
            let finding = plan.judge.settle(record.line, *finding);
            let finding = Finding { severity: Severity::Error, ..finding };
            plan.complaints.write(record.line, &finding, &mut self.complaints);
        }
    }

    /// More of a line beyond the limit: it goes where its beginning went.
    fn take_rest(&mut self, plan: &Plan, capture: &str, block: &Block) {
        self.totals.lines += u64::from(block.bytes.ends_with(b"\n"));
        let line = Line::new(capture, block.first_line, block.offset, &block.bytes);
        let is_selected = plan.selection.admits(&plan.judge.too_long(&line));
        let is_taken = is_selected && plan.sink.take_rest(&block.bytes, &mut self.pieces.bytes);
        if plan.job == Job::Filter || is_selected && !is_taken {
            self.rejects.extend_from_slice(&block.bytes);
        }
    }
}
