//! The findings of `validate` in input order.

use std::sync::Arc;

use super::capture_findings::{checked_nothing, damage_finding, empty_finding};
use super::pass::{Part, Validate, is_invalid};
use crate::calls::lifecycle::Watch;
use crate::check::{Finding, Fixable, Line, LineFindings, SpreadTexts};
use crate::cli::ValidateArgs;
use crate::commands::follow::Joined;
use crate::commands::tally::Tally;
use crate::contract::Severity;
use crate::error::Error;
use crate::json::Applicability;
use crate::outcome::Outcome;
use crate::output::{Grouping, Output, Reporting, Reports, summary};
use crate::pipeline::{Capture, Collector, Console, Counts, End, Flow};
use crate::terminal::TextStyle;

/// Findings in input order: what the order of events adds, what the baseline takes out, what the
/// reports get, and what is shown.
pub(super) struct Findings<'a> {
    pub(super) pass: &'a Validate,
    pub(super) console: &'a Console,
    pub(super) output: Output,
    pub(super) watch: Option<Watch<'a>>,
    pub(super) reports: Option<Reports<'a>>,
    pub(super) capture: Option<Arc<Capture>>,
    pub(super) spread: SpreadTexts,
    pub(super) tally: Tally<'a>,
    pub(super) grouping: Grouping,
    pub(super) has_enough: bool,
}

impl<'a> Findings<'a> {
    pub(super) fn new(
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

    /// Passes the findings that were held back, and those about the order of lines, to the baseline
    /// and the reports. Writes those that are not in the baseline.
    fn release(&mut self, part: &mut Part) -> Result<(), Error> {
        let Some(capture) = &self.capture else { return Ok(()) };
        let mut all = std::mem::take(&mut part.pending);
        if let Some(watch) = &mut self.watch {
            all = watch.add(&part.observations, all);
        }
        for mut pending in all {
            let findings = std::mem::take(&mut pending.findings);
            let line = pending.line(&capture.name);
            let findings = match &mut self.reports {
                Some(reports) => reports.take(&line, findings, &mut part.totals.known)?,
                None => findings,
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

    /// Excludes from the count the fixes that --fix cannot apply or has already tried to apply.
    fn withhold_fixes(&mut self, capture: &Capture) {
        let fixable = &mut self.tally.current.fixable;
        if *fixable != Fixable::default() && !capture.source.is_plain_file() {
            *fixable = Fixable::default();
        }
        match self.pass.applied {
            None => {}
            Some(Applicability::Safe) => fixable.safe = 0,
            Some(Applicability::Suggested) => *fixable = Fixable::default(),
        }
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

    pub(super) fn finish(
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

impl Joined for Findings<'_> {
    fn has_enough(&self) -> bool {
        self.has_enough
    }

    fn join(&mut self, other: Self) {
        self.tally.join(&other.tally);
        self.grouping.join(&other.grouping);
        self.has_enough |= other.has_enough;
    }
}

impl Collector<Validate> for Findings<'_> {
    fn begin(&mut self, capture: &Arc<Capture>) -> Result<(), Error> {
        if let Some(reports) = &mut self.reports {
            reports.begin_capture(&capture.source, &capture.validator);
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
                let line = Line::new(&capture.name, self.tally.next_line(), 0, &fragment);
                let finding = damage_finding(&capture.validator, &line, &damage);
                self.tally.count_damage(&fragment);
                self.take(&line, finding)?;
            }
            End::Damaged(..) => is_whole = true,
        }
        self.tally.close_line();
        let is_all = is_whole && capture.piece.is_none() && !self.has_enough;
        if is_all && self.tally.current.non_blank_lines() == 0 {
            let line = Line::new(&capture.name, 1, 0, b"");
            self.take(&line, empty_finding(&capture.validator, &line))?;
        }
        if let Some(reports) = &mut self.reports {
            reports.end_capture(&self.tally.current);
        }
        self.withhold_fixes(&capture);
        self.output.write(self.grouping.end_capture().as_bytes())?;
        self.tally.end();
        Ok(if self.has_enough { Flow::Stop } else { Flow::On })
    }

    fn unread(&mut self, error: &Error) -> Result<(), Error> {
        self.tally.unread(error);
        self.reports.as_mut().map_or(Ok(()), |reports| reports.trouble(error))
    }
}
