//! Takes in the portions of a run in order: what is written, what is counted, and when to stop.

use std::io::{self, Write as _};
use std::sync::Arc;

use crate::calls::context::Around;
use crate::calls::lifecycle::Watch;
use crate::calls::{Intake, Ledger, Shares};
use crate::capture::{Damage, Meter};
use crate::check::{Line, Verdict};
use crate::commands::{Job, Limit, Patience, Plan};
use crate::error::Error;
use crate::output::{Output, Record, Reports, Totals};
use crate::pipeline::run::complain;
use crate::pipeline::{Portion, Progress};

/// The ordered end of the loop.
pub(crate) struct Lane<'a> {
    plan: &'a Plan,
    output: Output,
    rejects: Option<Output>,
    reports: Option<Reports<'a>>,
    /// The calls of the current capture, where the order of lines is judged.
    watch: Option<Watch<'a>>,
    /// What is around the selected lines, where that is asked for: of all captures, as a call may go
    /// on in the next.
    around: Option<Around>,
    progress: Progress,
    /// The calls: one intake for the run, or one a capture.
    intakes: Vec<Intake>,
    /// The current capture's name.
    capture: String,
    /// Of the captures before the current one.
    totals: Totals,
    /// Of the current capture.
    current: Totals,
    pieces: u64,
    /// Pieces of the captures before the current one.
    pieces_before: u64,
    /// Nothing of the current capture has been written yet.
    is_new_capture: bool,
    /// The last block ended in the middle of a line.
    is_line_open: bool,
    /// Enough has been seen or shown.
    has_enough: bool,
}

/// Figures are written when they come to so much.
const WRITE_BYTES: usize = 64 * 1024;

impl<'a> Lane<'a> {
    pub(crate) fn new(plan: &'a Plan) -> Result<Self, Error> {
        let most = match plan.limit {
            Limit::Stop(most) => most,
            Limit::None | Limit::Count(_) => u64::MAX,
        };
        Ok(Self {
            plan,
            around: plan.around.map(|reach| Around::new(reach, most)),
            output: Output::open(plan.output.as_deref())?,
            rejects: plan.rejects.as_deref().map(|path| Output::open(Some(path))).transpose()?,
            reports: plan.reporting.as_ref().map(Reports::open).transpose()?,
            watch: None,
            progress: Progress::new(plan.watched),
            intakes: Vec::new(),
            capture: String::new(),
            totals: Totals::default(),
            current: Totals::default(),
            pieces: 0,
            pieces_before: 0,
            is_new_capture: true,
            is_line_open: false,
            has_enough: false,
        })
    }

    /// Whether nothing more is wanted. A line that has been begun is finished.
    pub(crate) fn is_over(&self) -> bool {
        self.has_enough && !self.is_line_open
    }

    /// Of the captures that have ended.
    pub(crate) fn totals(&self) -> &Totals {
        &self.totals
    }

    pub(crate) fn begin(&mut self) -> Result<(), Error> {
        let mut out = Vec::new();
        self.plan.sink.begin(&mut out);
        self.output.write(&out)
    }

    /// Says why a capture could not be read.
    pub(crate) fn trouble(&mut self, error: &Error) -> Result<(), Error> {
        self.progress.aside(|| complain(&error.to_string()));
        self.reports.as_mut().map_or(Ok(()), |reports| reports.trouble(error))
    }

    pub(crate) fn begin_capture(&mut self, name: &str, meter: Meter) {
        self.progress.begin_capture(meter);
        name.clone_into(&mut self.capture);
        if let Some(reports) = &mut self.reports {
            reports.begin_capture(name);
        }
        let judge = self.plan.judge_of(name);
        self.watch = judge.is_order_judged.then(|| Watch::new(judge, &self.plan.selection, name));
        if let Some(book) = &self.plan.book {
            if self.intakes.is_empty() || book.is_by_capture() {
                self.intakes.push(Intake::new(self.plan.threads));
            }
            if let Some(intake) = self.intakes.last_mut() {
                intake.begin_capture(name);
            }
        }
        self.current = Totals { captures: 1, ..Totals::default() };
        self.pieces_before = self.pieces;
        self.is_new_capture = true;
        self.is_line_open = false;
    }

    /// What is left to do with the calls of the portions so far, by any thread.
    pub(crate) fn shares(&self) -> Option<Arc<Shares>> {
        self.intakes.last().map(Intake::shares)
    }

    /// Writes what comes of a block, as far as the limit allows.
    pub(crate) fn absorb(&mut self, mut portion: Portion) -> Result<(), Error> {
        self.release(&mut portion)?;
        self.progress.advance(portion.length);
        self.current.add(&portion.totals);
        if let Some(intake) = self.intakes.last_mut() {
            intake.hand_in(std::mem::take(&mut portion.pieces.notes));
        }
        self.is_line_open = portion.is_line_open;
        let pieces = &portion.pieces;
        let room = match self.plan.limit {
            Limit::None => usize::MAX,
            Limit::Stop(most) | Limit::Count(most) => {
                usize::try_from(most - self.pieces).unwrap_or(usize::MAX)
            }
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
        let is_full = matches!(self.plan.limit, Limit::Stop(most) if self.pieces >= most);
        self.has_enough |= portion.is_last || is_full;
        if let (Some(around), Some(roll)) = (&mut self.around, portion.roll.take()) {
            let out = around.take(roll);
            self.has_enough |= around.is_over();
            self.progress.aside(|| self.output.write(&out))?;
        }
        if let Some(rejects) = &mut self.rejects {
            rejects.write(&portion.rejects)?;
        }
        if !portion.complaints.is_empty() {
            // Standard error may be closed; the exit code still tells.
            let _ = self.progress.aside(|| io::stderr().write_all(&portion.complaints));
        }
        Ok(())
    }

    /// Lets the baseline and the reports see the findings of `portion` that were held back for
    /// them, and those that only the order of lines tells; what they leave is written.
    fn release(&mut self, portion: &mut Portion) -> Result<(), Error> {
        let mut all = std::mem::take(&mut portion.held);
        if let Some(watch) = &mut self.watch {
            all = watch.add(&portion.pieces.notes, all);
        }
        for held in all {
            let line = Line::new(&self.capture, held.number, held.offset, &held.raw);
            let verdict = match &mut self.reports {
                Some(reports) => reports.take(&line, held.findings, &mut portion.totals.known)?,
                None => Verdict { payload: None, findings: held.findings },
            };
            portion.report(self.plan, &Record { line: &line, verdict: &verdict, is_cut: false });
            if self.plan.patience == Patience::FailFast && verdict.is_invalid() {
                break;
            }
        }
        self.reports.as_mut().map_or(Ok(()), Reports::flush)
    }

    /// Says where a compressed capture could not be read on: a finding for `validate`, trouble for
    /// the others. `fragment` is the beginning of the line there, which nobody judges.
    pub(crate) fn damaged(&mut self, damage: &Damage, fragment: &[u8]) -> Result<(), Error> {
        if self.has_enough {
            return Ok(());
        }
        self.current.damaged = 1;
        let number = self.current.lines + 1;
        if self.plan.job == Job::Validate {
            let line = Line::new(&self.capture, number, 0, fragment);
            return self.absorb(Portion::of_damage(self.plan, &line, damage));
        }
        self.is_line_open = !fragment.is_empty();
        if let Some(rejects) = &mut self.rejects {
            rejects.write(fragment)?;
        }
        let number = Some(number).filter(|_| self.plan.asks_for_numbers());
        self.trouble(&Error::Damaged {
            capture: self.capture.clone(),
            what: damage.at(number, fragment),
            advice: damage.advice(),
        })
    }

    /// Ends a capture; where `failure` kept it from being read, nobody knows whether it is empty.
    pub(crate) fn end_capture(&mut self, failure: Option<&Error>) -> Result<(), Error> {
        self.current.unterminated = u64::from(self.is_line_open);
        let is_whole = failure.is_none() && self.current.damaged == 0;
        let is_empty = self.current.judged() == 0 && !self.has_enough && is_whole;
        if self.plan.job == Job::Validate && is_empty {
            self.absorb(Portion::of_empty_capture(self.plan, &self.capture))?;
        }
        self.is_line_open = false;
        let mut out = Vec::new();
        // Not what was selected: a limit may have left some of it out.
        self.plan.sink.end_capture(&self.capture, self.pieces - self.pieces_before, &mut out);
        self.totals.add(&self.current);
        if let Some(reports) = &mut self.reports {
            reports.end_capture(&self.current);
        }
        self.output.write(&out)
    }

    /// Ends the output. Files take their places only where nothing went wrong. Returns what there
    /// is to say on standard error, too.
    pub(crate) fn finish(mut self, trouble: bool) -> Result<(Totals, String), Error> {
        self.progress.end();
        let mut out = self.around.as_mut().map_or_else(Vec::new, Around::finish);
        self.plan.sink.end(&mut out);
        self.output.write(&out)?;
        if let Some(book) = &self.plan.book {
            let ledgers: Vec<Ledger> = self.intakes.drain(..).map(Intake::close).collect();
            let mut text = Vec::new();
            let mut write = |bytes: &[u8]| {
                text.extend_from_slice(bytes);
                if text.len() < WRITE_BYTES {
                    return Ok(());
                }
                let written = self.output.write(&text);
                text.clear();
                written
            };
            self.totals.beyond = book.tell(&ledgers, &self.totals, &mut write)?;
            self.output.write(&text)?;
        }
        if let Limit::Stop(most) = self.plan.limit {
            self.totals.selected = self.totals.selected.min(most);
        }
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
