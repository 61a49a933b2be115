//! The timelines of the calls that are told in full: a second pass over the captures, which looks only
//! at the lines of these calls.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::calls::call::Spot;
use crate::calls::call_table::Entry;
use crate::calls::identifier::kept;
use crate::calls::timeline::{Room, Text, Timeline, values};
use crate::calls::{Keep, ObservationExtractor, Observations};
use crate::check::{Line, Record, Validations};
use crate::commands::calls::CallReader;
use crate::contract::{Bundle, EventId};
use crate::error::Error;
use crate::output::StatsOptions;
use crate::pipeline::{self, Capture, Collector, Console, Counts, End, Flow, Needs, Pass};
use crate::redact::{Cache, Redactor};
use crate::select::Selection;

/// What is kept of each call: about what fits into its bytes in the report.
const ROOM: Room = Room { lines: 100, groups: 128 };

/// The calls that are told in full, and how.
pub(super) struct Ask<'a> {
    pub(super) calls: &'a [Entry<'a>],
    /// Nothing where personal values are shown.
    pub(super) redactor: Option<&'a Redactor>,
    pub(super) options: &'a StatsOptions,
}

/// The timelines of the calls, in their order.
pub(super) fn read(
    ask: &Ask<'_>,
    reader: &CallReader,
    threads: usize,
    console: &Console,
) -> Result<Vec<Timeline>, Error> {
    let timelines = || ask.calls.iter().map(|_| Timeline::with_room(ROOM)).collect();
    if ask.calls.is_empty() {
        return Ok(timelines());
    }
    let bundle = Arc::new(Bundle::newest());
    let mut wanted: Wanted = HashMap::default();
    for (entry, place) in ask.calls.iter().zip(0..) {
        wanted.entry(entry.id.into()).or_default().push((entry.number, place, entry.call.last));
    }
    let pass = Retell {
        selection: &reader.pass.selection,
        wanted,
        observer: reader.pass.again(Keep::Nothing),
        redactor: ask.redactor,
        bundle,
    };
    let is_by_capture = ask.options.is_by_capture();
    let told =
        Told { pass: &pass, timelines: timelines(), captures: 0, is_by_capture, failed: None };
    let told = pipeline::run(&reader.captures, &pass, told, threads, console)?;
    console.end();
    match told.failed {
        Some(error) => Err(error),
        None => Ok(told.timelines),
    }
}

/// Of each identifier, the calls: in which table, at which place among the timelines, and up to which
/// line. Lines that a capture has got since it was read first are not told.
type Wanted = HashMap<Box<str>, Vec<(usize, usize, Spot)>, RandomState>;

/// What is done with each line.
struct Retell<'a> {
    selection: &'a Selection,
    wanted: Wanted,
    observer: ObservationExtractor,
    redactor: Option<&'a Redactor>,
    bundle: Arc<Bundle>,
}

/// The result of the records of one block.
#[derive(Default)]
struct Part {
    observations: Observations,
    cache: Cache,
}

impl Pass for Retell<'_> {
    type Part = Part;

    fn needs(&self) -> Needs {
        // The first reading has the findings.
        Needs::numbered(Validations::Ignored)
    }

    fn record(&self, capture: &Capture, record: &Record<'_>, part: &mut Part) -> Flow {
        if !self.is_wanted(record) || !self.selection.admits(record) {
            return Flow::On;
        }
        let first = part.observations.entries.len();
        self.observer.record(record, &mut part.observations);
        if let Some(event) = record.event {
            let values = self.values(capture, record, event, &mut part.cache);
            part.observations.keep_text(first, values.as_bytes());
        }
        Flow::On
    }

    fn rest(&self, _capture: &Capture, _line: &Line<'_>, _part: &mut Part) {}

    fn weight(&self, part: &Part) -> usize {
        part.observations.weight()
    }
}

impl Retell<'_> {
    fn is_wanted(&self, record: &Record<'_>) -> bool {
        // Reports that name no call are those of a call without a name.
        let id = record.call_id().unwrap_or_default();
        self.wanted.contains_key(&*kept(&String::from_utf8_lossy(&id)))
    }

    /// What matters in the payload, without personal values. Nothing of one that `redact` leaves out.
    fn values(
        &self,
        capture: &Capture,
        record: &Record<'_>,
        event: EventId,
        cache: &mut Cache,
    ) -> String {
        let Some(redactor) = self.redactor else {
            return values(record.payload_text(), event, &self.bundle);
        };
        // Most lines are reports, of which charts are made.
        if event == EventId::FIRST {
            return String::new();
        }
        let line = redactor.line(record, &capture.validator, cache);
        line.map_or(String::new(), |line| values(&line, event, &self.bundle))
    }
}

/// The timelines while lines come in their order.
struct Told<'a> {
    pass: &'a Retell<'a>,
    timelines: Vec<Timeline>,
    /// Captures that have begun.
    captures: u32,
    is_by_capture: bool,
    /// Why a capture cannot be read any more.
    failed: Option<Error>,
}

impl Collector<Retell<'_>> for Told<'_> {
    fn begin(&mut self, _capture: &Arc<Capture>) -> Result<(), Error> {
        self.captures += 1;
        Ok(())
    }

    fn absorb(&mut self, part: Part, _counts: Counts) -> Result<Flow, Error> {
        let capture = self.captures.saturating_sub(1);
        let table = if self.is_by_capture { capture as usize } else { 0 };
        let number = if self.is_by_capture { 0 } else { capture };
        for observation in &part.observations.entries {
            let Some(id) = observation.call.and_then(|call| part.observations.id(call)) else {
                continue;
            };
            let calls = self.pass.wanted.get(&*kept(id)).map(Vec::as_slice).unwrap_or_default();
            for (_, place, last) in calls.iter().filter(|(in_table, ..)| *in_table == table) {
                let is_known = (number, observation.number) <= (last.capture, last.line);
                if let Some(timeline) = self.timelines.get_mut(*place).filter(|_| is_known) {
                    let text = String::from_utf8_lossy(part.observations.line(observation));
                    timeline.take(id, observation, Text::Values(&text), number);
                }
            }
        }
        Ok(Flow::On)
    }

    fn end(&mut self, how: End) -> Result<Flow, Error> {
        if let End::Failed(error) = how {
            self.failed = Some(error);
        }
        Ok(Flow::On)
    }

    fn unread(&mut self, error: &Error) -> Result<(), Error> {
        let advice = "it could be read a moment ago; run again";
        self.failed = Some(Error::Usage(format!("{error}; {advice}")));
        Ok(())
    }
}
