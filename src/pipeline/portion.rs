//! The work on one block: every line is proven clean or judged, selected or not, and handed to the
//! sink. Knows nothing of other blocks, so any thread can do it.

use std::ops::Range;
use std::sync::Arc;

use crate::calls::context::{Roll, Standing};
use crate::calls::{ObservationExtractor, lifecycle};
use crate::capture::{Block, Damage, Part};
use crate::check::{Finding, Judge, Line, Prover, Verdict};
use crate::commands::{Job, Judging, Limit, Patience, Plan};
use crate::contract::{Rule, Severity};
use crate::output::{FindingFormat as _, Pieces, Place, Proven, Record, Totals};
use crate::select::Search;

/// What comes of one block.
pub(crate) struct Portion {
    pub(crate) pieces: Pieces,
    /// Lines that the sink could not take.
    pub(crate) rejects: Vec<u8>,
    /// What standard error says of them.
    pub(crate) complaints: Vec<u8>,
    pub(crate) totals: Totals,
    /// Whether an error ends the run here.
    pub(crate) is_last: bool,
    /// Whether the block ends in the middle of a line.
    pub(crate) is_line_open: bool,
    /// Bytes of the block.
    pub(crate) length: usize,
    /// Which call each line is of, where events are wanted with others of their call.
    pub(crate) roll: Option<Roll>,
    /// Findings that somebody must see in the order of the run before they count.
    pub(crate) held: Vec<Held>,
}

/// A line with findings, waiting for its turn.
pub(crate) struct Held {
    pub(crate) number: u64,
    pub(crate) offset: u64,
    pub(crate) raw: Vec<u8>,
    pub(crate) findings: Vec<Finding>,
}

/// Works on blocks, one after the other.
pub(crate) struct Worker<'a> {
    plan: &'a Plan,
    /// The capture's own judge: configuration can have another for some files.
    judge: &'a Judge,
    /// Notes what lines say of their calls, where the order of lines is judged: all lines, also
    /// those that are not selected.
    reader: Option<ObservationExtractor>,
    /// Finds the lines that are worth a look, where not all of them are.
    search: Option<Arc<Search>>,
    prover: Prover<'a>,
}

impl<'a> Worker<'a> {
    pub(crate) fn new(plan: &'a Plan, judge: &'a Judge) -> Self {
        let search = plan.search().map(Arc::new);
        let reader = lifecycle::extractor(judge);
        Self { plan, judge, reader, search, prover: Prover::new(judge) }
    }

    /// Does the work on `block` of `capture`.
    pub(crate) fn work(&mut self, capture: &str, block: &Block) -> Portion {
        let plan = self.plan;
        let mut portion = Portion::new(plan);
        portion.is_line_open = !block.bytes().ends_with(b"\n");
        portion.length = block.bytes().len();
        portion.roll = plan.around.map(|_| Roll::new(block));
        match block.part {
            Part::Lines => self.lines(capture, block, &mut portion),
            Part::Start => {
                let line = Line::new(capture, block.first_line, block.offset, block.bytes());
                let verdict = self.judge.too_long(&line);
                portion.take_line(plan, &Record { line: &line, verdict: &verdict, is_cut: true });
            }
            Part::Rest => portion.take_rest(plan, capture, block),
        }
        portion
    }

    fn lines(&mut self, capture: &str, block: &Block, portion: &mut Portion) {
        let end = block.bytes().len();
        if let Some(search) = self.search.clone() {
            for candidate in search.lines(block.bytes()) {
                self.line(capture, block, (candidate.start..end, 0), portion);
            }
            return;
        }
        let (mut at, mut number) = (0, block.first_line);
        while at < end && !portion.is_last {
            at = self.line(capture, block, (at..end, number), portion);
            number += 1;
        }
    }

    /// Takes the line with this number that begins where the range does; returns where the next
    /// one begins.
    fn line(
        &mut self,
        capture: &str,
        block: &Block,
        (range, number): (Range<usize>, u64),
        portion: &mut Portion,
    ) -> usize {
        let text = block.padded();
        let (start, end) = (range.start, range.end);
        if let Some(newline) = self.prover.prove(text, range) {
            let next = (newline + 1).min(end);
            portion.totals.lines += u64::from(next > newline);
            let place = Place { capture, number, offset: block.offset + start as u64 };
            let (event, fields) = (self.prover.event(), self.prover.fields());
            let proven = Proven { place, raw: start..next, event, text, fields };
            if let Some(reader) = &self.reader {
                reader.proven(&proven, &mut portion.pieces.notes);
            }
            if !portion.take_proven(self.plan, &proven) {
                portion.judge_line(self.plan, (self.judge, None), &proven.line());
            }
            return next;
        }
        let newline = memchr::memchr(b'\n', &text[start..end]);
        let next = newline.map_or(end, |at| start + at + 1);
        portion.totals.lines += u64::from(newline.is_some());
        let line = Line::new(capture, number, block.offset + start as u64, &text[start..next]);
        portion.judge_line(self.plan, (self.judge, self.reader.as_ref()), &line);
        next
    }
}

/// What a finding takes with its words, about.
const FINDING_BYTES: usize = 600;

impl Portion {
    fn new(plan: &Plan) -> Self {
        let room = match plan.limit {
            Limit::None => usize::MAX,
            Limit::Stop(most) | Limit::Count(most) => usize::try_from(most).unwrap_or(usize::MAX),
        };
        Self {
            pieces: Pieces::new(room),
            rejects: Vec::new(),
            complaints: Vec::new(),
            totals: Totals::default(),
            is_last: false,
            is_line_open: false,
            length: 0,
            roll: None,
            held: Vec::new(),
        }
    }

    /// Bytes that the portion takes, about: while it waits for its turn, memory must be bounded.
    pub(crate) fn weight(&self) -> usize {
        let findings =
            self.held.iter().map(|held| held.raw.len() + FINDING_BYTES * held.findings.len());
        let noted = self.pieces.notes.weight();
        self.pieces.bytes.len() + self.rejects.len() + noted + findings.sum::<usize>()
    }

    /// What `validate` says of a capture without any event.
    pub(crate) fn of_empty_capture(plan: &Plan, capture: &str) -> Self {
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

    /// What `validate` says of a compressed capture that ends with `line`, which is not whole.
    pub(crate) fn of_damage(plan: &Plan, line: &Line<'_>, damage: &Damage) -> Self {
        let mut portion = Self::new(plan);
        let end = line.bytes.len();
        let message = damage.at(Some(line.number), line.bytes);
        let finding = Finding {
            help: Some(damage.advice()),
            label: damage.label().into(),
            ..Finding::about_line(line, Rule::DamagedStream, end..end, message)
        };
        let mut finding = plan.judge_of(line.capture).settle(line, finding);
        // The place in the file, where all others have that in its text.
        finding.place.offset = damage.offset;
        let verdict = Verdict { payload: None, findings: vec![finding] };
        portion.deliver(plan, &Record { line, verdict: &verdict, is_cut: false });
        portion.totals.selected = 0;
        portion.is_line_open = !line.bytes.is_empty();
        portion
    }

    /// Takes a line that has been proven clean; false where the sink needs to see it parsed.
    fn take_proven(&mut self, plan: &Plan, proven: &Proven<'_>) -> bool {
        let is_selected = plan.selection.admits_proven(proven);
        if is_selected && !plan.sink.take_proven(proven, &mut self.pieces) {
            return false;
        }
        if let Some(roll) = &mut self.roll {
            let place = (proven.place.offset, proven.raw.len());
            roll.add(place, proven.call_id().as_deref(), Standing::of(is_selected));
        }
        if !is_selected {
            return true;
        }
        self.totals.selected += 1;
        self.totals.events[proven.event.index()] += 1;
        if plan.judging == Judging::On && !proven.fields.strange().is_empty() {
            self.count_strange(plan, proven);
        }
        true
    }

    #[cold]
    fn count_strange(&mut self, plan: &Plan, proven: &Proven<'_>) {
        let Some(matcher) = plan.judge.bundle.event(proven.event).matcher() else { return };
        for strange in proven.fields.strange() {
            let key = crate::json::decode_lossy(&proven.text[strange.key()]);
            let pointer = crate::json::join(matcher.pointer(strange), &key);
            self.totals.count_undocumented(proven.event.name(), &pointer);
        }
        *self.totals.allowed.entry(Rule::UndocumentedProperty).or_default() +=
            proven.fields.strange().len() as u64;
    }

    /// Judges a line; `reader` notes what it says of its call.
    fn judge_line(
        &mut self,
        plan: &Plan,
        (judge, reader): (&Judge, Option<&ObservationExtractor>),
        line: &Line<'_>,
    ) {
        if line.is_blank() {
            self.totals.blank += 1;
            return;
        }
        let verdict = match plan.judging {
            Judging::On => judge.judge(line),
            Judging::Off => judge.read_only(line),
        };
        if let (Some(reader), Some(payload)) = (reader, &verdict.payload) {
            reader.payload(line, payload, &mut self.pieces.notes);
        }
        self.take_line(plan, &Record { line, verdict: &verdict, is_cut: false });
    }

    fn take_line(&mut self, plan: &Plan, record: &Record<'_>) {
        if record.verdict.payload.is_none() {
            self.totals.unreadable += 1;
            if plan.job == Job::Filter {
                self.rejects.extend_from_slice(record.line.raw);
            }
        }
        let is_selected = plan.selection.admits(record.verdict, record.line.bytes);
        if let Some(roll) = &mut self.roll {
            let payload = record.verdict.payload.as_ref();
            let call = payload.and_then(|payload| payload.call_id.as_deref());
            let place = (record.line.offset, record.line.raw.len());
            roll.add(place, call.map(str::as_bytes), Standing::of(is_selected));
        }
        if is_selected {
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
        if plan.holds_findings() && verdict.findings.iter().any(is_shown) {
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
    pub(crate) fn report(&mut self, plan: &Plan, record: &Record<'_>) {
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
        let bytes = block.bytes();
        self.totals.lines += u64::from(bytes.ends_with(b"\n"));
        let line = Line::new(capture, block.first_line, block.offset, bytes);
        if let Some(roll) = &mut self.roll {
            roll.add((line.offset, bytes.len()), None, Standing::Rest);
        }
        let is_selected = plan.selection.admits(&plan.judge.too_long(&line), line.bytes);
        let is_taken = is_selected && plan.sink.take_rest(bytes, &mut self.pieces.bytes);
        if plan.job == Job::Filter || is_selected && !is_taken {
            self.rejects.extend_from_slice(bytes);
        }
    }
}
