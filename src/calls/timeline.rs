//! One call's timeline: what happened line by line, and the figures of its reports, in memory that
//! does not grow with the call.
//!
//! Of a call with very many lines, the first and the last ones are kept. Of very many reports, the
//! worst of a few neighbours is, which is also what a chart can show of them.

use std::collections::VecDeque;

use super::call::Spot;
use super::duplicate::LatestLines;
use super::duration::Duration;
use super::lifecycle::{CallLine, Lifecycle};
use super::observation::{Observation, What};
use super::series::{MOST_GROUPS, Series};
use super::spans::{Lasting, Spans, Standing};
use crate::check::{Limits, Line, Payload};
use crate::contract::{Bundle, EventId};
use crate::text::{shortened, visible};

/// What is kept of the lines of one call, in input order.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    room: Room,
    latest: LatestLines,
    spans: Spans,
    /// What is wrong with the order of the lines of the capture that is read.
    order: (u32, Lifecycle),
    /// The first lines that are no reports.
    pub(crate) first: Vec<Moment>,
    /// The latest ones after those.
    pub(crate) last: VecDeque<Moment>,
    /// Lines between the two that were not kept.
    pub(crate) left_out: u64,
    /// Kept lines whose span is open.
    open: usize,
    /// What says which values matter, once a line needs it.
    bundle: Option<Box<Bundle>>,
    /// By channel.
    pub(crate) series: [Series; 2],
}

/// What is kept of a call of any length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Room {
    /// Lines from its beginning, and as many from its end.
    pub(crate) lines: usize,
    /// Groups of reports of each channel; an even number.
    pub(crate) groups: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self { lines: MOST_LINES, groups: MOST_GROUPS }
    }
}

/// What is kept of a line for people.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Text<'a> {
    /// The payload, from which values are taken when they are shown.
    Payload(&'a [u8]),
    /// Its values, as [`values`] gives them.
    Values(&'a str),
}

/// A line that is no report.
#[derive(Debug)]
pub(crate) struct Moment {
    pub(crate) spot: Spot,
    /// When it was sent, in milliseconds of the Unix epoch.
    pub(crate) at: Option<i64>,
    /// Reports of a channel before it, which say about when it was.
    reports: u64,
    pub(crate) event: EventId,
    /// The line, or nothing where it is longer than [`LONGEST_KEPT`].
    raw: Box<[u8]>,
    /// What matters for its type, where the line was too long to be kept.
    values: Option<String>,
    pub(crate) span: Span,
    /// What the line contradicts, and in which line that is.
    pub(crate) contradiction: Option<(&'static str, Option<u64>)>,
    /// What the line begins.
    lasting: Option<Lasting>,
}

/// What a line begins that lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    /// Nothing.
    None,
    /// Nothing: it is an exact duplicate of an earlier line.
    Duplicate,
    /// A hold, a mute or a pause that has not ended yet.
    Open,
    /// One that ended with this event, and how long it was.
    Until(EventId, Spot, Option<Duration>),
    /// One of which nobody can tell whether it goes on after this event.
    UnclearAfter(EventId, Spot),
}

/// Lines that are kept from the beginning of a call, and from its end: more than people read.
const MOST_LINES: usize = 500;

/// Bytes of a line that is kept as it is: all but those that are meant to fill the memory. Of the
/// others, only what is shown is kept, which takes longer to find.
const LONGEST_KEPT: usize = 4096;

/// Characters of an event's values that are shown.
const VALUES_WIDTH: usize = 160;

impl Timeline {
    /// A timeline that keeps no more than there is `room` for.
    pub(crate) fn with_room(room: Room) -> Self {
        Self { room, ..Self::default() }
    }

    /// Takes in the next line of the call `id`, in the capture with this number.
    pub(crate) fn take(
        &mut self,
        id: &str,
        observation: &Observation,
        text: Text<'_>,
        capture: u32,
    ) {
        let contradiction = self.judge_order(id, observation, text, capture);
        let is_news = !self.latest.recognise(observation).is_duplicate();
        if let (What::Report(report), true) = (&observation.what, is_news) {
            self.series[usize::from(report.channel)].take(report, self.room.groups);
        }
        // Reports are in the charts, also those that nobody can read a channel's figures from.
        if observation.event == EventId::FIRST && contradiction.is_none() {
            return;
        }
        let spot = Spot { capture, line: observation.number };
        let mut lasting = None;
        if is_news {
            self.spans.take(observation.event, &observation.what);
            self.end_spans(observation, spot);
            lasting = Lasting::begun_by(observation.event, &observation.what);
        }
        let span = match lasting {
            _ if !is_news => Span::Duplicate,
            Some(_) => Span::Open,
            None => Span::None,
        };
        let moment =
            Moment { span, contradiction, lasting, ..self.moment(observation, text, spot) };
        self.keep(moment);
    }

    /// What is kept of a line, as far as it does not depend on others.
    fn moment(&mut self, observation: &Observation, text: Text<'_>, spot: Spot) -> Moment {
        let event = observation.event;
        let mut moment = Moment {
            spot,
            at: observation.time(),
            reports: self.reports(),
            event,
            raw: Box::default(),
            values: None,
            span: Span::None,
            contradiction: None,
            lasting: None,
        };
        match text {
            Text::Payload(raw) if raw.len() > LONGEST_KEPT => {
                let bundle = self.bundle.get_or_insert_with(|| Box::new(Bundle::newest()));
                moment.values = Some(values(raw, event, bundle));
            }
            Text::Payload(raw) => moment.raw = raw.into(),
            Text::Values(values) => moment.values = Some(values.to_owned()),
        }
        moment
    }

    /// What is wrong with the order in which a line comes, as `--lifecycle` has it.
    fn judge_order(
        &mut self,
        call: &str,
        observation: &Observation,
        text: Text<'_>,
        capture: u32,
    ) -> Option<(&'static str, Option<u64>)> {
        if observation.is_more || call.is_empty() {
            return None;
        }
        if self.order.0 != capture {
            self.order = (capture, Lifecycle::default());
        }
        let raw = match text {
            Text::Payload(raw) => raw,
            Text::Values(_) => b"",
        };
        let line = Line::new("", observation.number, observation.offset, raw).bytes;
        let found = self.order.1.take(&CallLine { observation, call, line, column: 1 })?;
        Some((found.but, found.earlier.map(|earlier| earlier.line)))
    }

    /// The lines that are kept, in order.
    pub(crate) fn moments(&self) -> impl Iterator<Item = &Moment> {
        self.first.iter().chain(&self.last)
    }

    /// Reports of the channel that has more.
    fn reports(&self) -> u64 {
        self.series.iter().map(|series| series.reports).max().unwrap_or_default()
    }

    fn keep(&mut self, moment: Moment) {
        self.open += usize::from(moment.span == Span::Open);
        if self.first.len() < self.room.lines {
            self.first.push(moment);
            return;
        }
        if self.last.len() == self.room.lines {
            let dropped = self.last.pop_front();
            self.open -= usize::from(dropped.is_some_and(|it| it.span == Span::Open));
            self.left_out += 1;
        }
        self.last.push_back(moment);
    }

    /// Ends what does not last beyond the latest event, as `--lifecycle` has it.
    fn end_spans(&mut self, observation: &Observation, spot: Spot) {
        if self.open == 0 {
            return;
        }
        let (event, end) = (observation.event, (observation.time(), self.reports()));
        for moment in self.first.iter_mut().chain(&mut self.last) {
            let Some(lasting) = moment.lasting.filter(|_| moment.span == Span::Open) else {
                continue;
            };
            moment.span = match self.spans.standing(lasting) {
                Standing::Lasts => continue,
                Standing::Ended => Span::Until(event, spot, moment.length(end)),
                Standing::Unclear => Span::UnclearAfter(event, spot),
            };
            self.open -= 1;
        }
    }
}

impl Moment {
    /// About how long after the call's first report it was; `None` before that.
    pub(crate) fn position(&self) -> Option<Duration> {
        Duration::of_reports(self.reports)
    }

    /// How long it lasted, if it ended at that time and after so many reports.
    fn length(&self, (at, reports): (Option<i64>, u64)) -> Option<Duration> {
        match (self.at, at) {
            (Some(start), Some(end)) => Duration::between(start, end),
            _ => Duration::of_reports(reports.saturating_sub(self.reports)),
        }
    }

    /// What matters for its type, ready to be shown.
    pub(crate) fn values(&self, bundle: &Bundle) -> String {
        self.values.clone().unwrap_or_else(|| values(&self.raw, self.event, bundle))
    }
}

/// What matters in a payload of this type, ready to be shown.
pub(crate) fn values(raw: &[u8], event: EventId, bundle: &Bundle) -> String {
    let line = Line::new("", 0, 0, raw);
    let limits = Limits { max_line_bytes: usize::MAX, ..Limits::default() };
    let Ok(payload) = Payload::read(&line, limits, bundle) else { return String::new() };
    let event = bundle.event(event);
    let value = |path: &String| {
        let node = payload.root.at(line.bytes, &event.property(path)?.pointer)?;
        let spelled = || String::from_utf8_lossy(&line.bytes[node.span.clone()]).into_owned();
        Some(node.as_text(line.bytes).unwrap_or_else(spelled))
    };
    let values: Vec<String> = event.summary.iter().filter_map(value).collect();
    visible(&shortened(&values.join("  "), VALUES_WIDTH)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_call_keeps_its_first_and_its_last_lines() {
        let mut timeline = Timeline::default();
        let event = EventId::from_name("note").expect("it is an event");
        for number in 1..=5000 {
            let observation = Observation {
                call: Some(0),
                number,
                offset: 0,
                event,
                hash: number,
                is_personal: false,
                is_more: false,
                what: What::Plain,
                recorded: None,
                raw: (0, 0),
                next: u32::MAX,
            };
            timeline.take("c", &observation, Text::Payload(b"{}"), 0);
        }
        let lines: Vec<u64> = timeline.moments().map(|moment| moment.spot.line).collect();
        let expected: Vec<u64> = (1..=500).chain(4501..=5000).collect();
        assert_eq!((lines, timeline.left_out), (expected, 4000));
    }
}
