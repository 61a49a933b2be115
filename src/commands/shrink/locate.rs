//! Reads captures to the end of the first one that has the finding, and finds its first line.

use std::sync::Arc;

use super::target::{self, Hit, Target};
use crate::calls::lifecycle::{self, Watch};
use crate::calls::{ObservationExtractor, Observations};
use crate::capture::ReadSize;
use crate::check::{Finding, Line, LineFindings, Record, Totals, Validations};
use crate::cli::Keep;
use crate::commands::captures::Captures;
use crate::commands::tally::Tally;
use crate::contract::Bundle;
use crate::error::Error;
use crate::pipeline::{
    self, Capture, Collector, Console, Counts, End, Flow, LineNumbers, Needs, Pass,
};
use crate::select::Selection;

/// The first line that has what is looked for.
pub(super) struct Found {
    pub(super) capture: Arc<Capture>,
    pub(super) line: LineFindings,
    pub(super) hit: Hit,
    /// All lines and payloads of the capture, blank lines left out.
    pub(super) lines: u64,
}

impl Found {
    /// The finding; `None` where only a condition was asked for.
    pub(super) fn finding(&self) -> Option<&Finding> {
        match self.hit {
            Hit::Line => None,
            Hit::Finding(index) => self.line.findings.get(index),
        }
    }
}

/// What reading comes to.
pub(super) struct Located {
    pub(super) found: Option<Found>,
    /// Of the captures that were read.
    pub(super) totals: Totals,
    pub(super) is_any_unread: bool,
}

/// What is looked for.
pub(super) struct Locate<'a> {
    pub(super) keep: Option<&'a Keep>,
    pub(super) selection: &'a Selection,
    /// Observers of lines, by contract, where the order of lines has to be checked.
    observers: Vec<(Arc<Bundle>, ObservationExtractor)>,
}

impl<'a> Locate<'a> {
    pub(super) fn new(
        keep: Option<&'a Keep>,
        selection: &'a Selection,
        captures: &Captures,
    ) -> Self {
        let mut observers: Vec<(Arc<Bundle>, ObservationExtractor)> = Vec::new();
        for validator in captures.iter().flatten().map(|capture| &capture.validator) {
            let bundle = &validator.bundle;
            let is_new = observers.iter().all(|(known, _)| !Arc::ptr_eq(known, bundle));
            if is_new && target::needs_order(keep) {
                observers.push((Arc::clone(bundle), lifecycle::extractor(validator)));
            }
        }
        Self { keep, selection, observers }
    }

    /// Reads `captures`, up to the first one that `target` is in.
    pub(super) fn run(
        &self,
        target: Target,
        captures: &Captures,
        threads: usize,
        console: &Console,
    ) -> Result<Located, Error> {
        let first = First {
            pass: self,
            target,
            tally: Tally::new(console),
            capture: None,
            watch: None,
            found: None,
        };
        let first = pipeline::run(captures, self, first, threads, console)?;
        let is_any_unread = first.tally.is_any_unread();
        Ok(Located { found: first.found, totals: first.tally.all, is_any_unread })
    }
}

/// The result of the records of one block.
#[derive(Default)]
pub(super) struct Part {
    totals: Totals,
    /// Lines that may have the finding.
    pending: Vec<LineFindings>,
    observations: Observations,
}

/// What a finding takes with its words, about.
const FINDING_BYTES: usize = 600;

impl Pass for Locate<'_> {
    type Part = Part;

    fn needs(&self) -> Needs {
        let is_ordered = !self.observers.is_empty();
        let read_size = if is_ordered { ReadSize::Small } else { ReadSize::Usual };
        Needs { validations: Validations::Wanted, line_numbers: LineNumbers::Wanted, read_size }
    }

    fn record(&self, capture: &Capture, record: &Record<'_>, part: &mut Part) -> Flow {
        let bundle = &capture.validator.bundle;
        if let Some((_, observer)) = self.observers.iter().find(|(it, _)| Arc::ptr_eq(it, bundle)) {
            observer.record(record, &mut part.observations);
        }
        if !self.selection.admits(record) {
            return Flow::On;
        }
        part.totals.select(record);
        part.totals.count_undocumented_in(record);
        let findings = record.findings();
        for finding in findings {
            part.totals.count(finding);
        }
        let is_counted = matches!(self.keep, Some(Keep::Fingerprint(_)));
        let has_enough = !is_counted && !part.pending.is_empty();
        if !has_enough && target::may_be_in(self.keep, &capture.name, findings) {
            part.pending.push(LineFindings::new(&record.line, findings.to_vec()));
        }
        Flow::On
    }

    fn rest(&self, _capture: &Capture, _line: &Line<'_>, _part: &mut Part) {}

    fn weight(&self, part: &Part) -> usize {
        let bytes = |it: &LineFindings| it.raw.len() + FINDING_BYTES * it.findings.len();
        part.observations.weight() + part.pending.iter().map(bytes).sum::<usize>()
    }
}

/// Looks for the first line, in the order of lines.
struct First<'a> {
    pass: &'a Locate<'a>,
    target: Target,
    tally: Tally<'a>,
    capture: Option<Arc<Capture>>,
    /// The order of events, until there is a line.
    watch: Option<Watch<'a>>,
    found: Option<Found>,
}

impl First<'_> {
    fn look(&mut self, part: &mut Part) {
        let Some(capture) = self.capture.clone().filter(|_| self.found.is_none()) else { return };
        let mut pending = std::mem::take(&mut part.pending);
        if let Some(watch) = &mut self.watch {
            pending = watch.add(&part.observations, pending);
            let ordered = pending.iter().flat_map(|line| &line.findings);
            for finding in ordered.filter(|finding| finding.rule.is_about_order()) {
                part.totals.count(finding);
            }
        }
        for line in pending {
            if let Some(hit) = self.target.first_in(&capture.name, &line) {
                self.found = Some(Found { capture, line, hit, lines: 0 });
                self.watch = None;
                return;
            }
        }
    }
}

impl<'a> Collector<Locate<'a>> for First<'a> {
    fn begin(&mut self, capture: &Arc<Capture>) -> Result<(), Error> {
        self.tally.begin(capture);
        let is_watched = !self.pass.observers.is_empty();
        self.watch = is_watched.then(|| {
            Watch::new(Arc::clone(&capture.validator), self.pass.selection, &capture.name)
        });
        self.capture = Some(Arc::clone(capture));
        Ok(())
    }

    fn absorb(&mut self, mut part: Part, counts: Counts) -> Result<Flow, Error> {
        self.look(&mut part);
        self.tally.add(&part.totals, counts);
        Ok(Flow::On)
    }

    fn end(&mut self, how: End) -> Result<Flow, Error> {
        self.tally.check_end(how, LineNumbers::Wanted);
        self.tally.close_line();
        if let Some(found) = &mut self.found {
            found.lines = self.tally.current.non_blank_lines();
        }
        self.tally.end();
        Ok(if self.found.is_some() { Flow::Stop } else { Flow::On })
    }

    fn unread(&mut self, error: &Error) -> Result<(), Error> {
        self.tally.unread(error);
        Ok(())
    }
}
