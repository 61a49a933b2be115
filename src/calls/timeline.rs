//! One call's timeline: what happened line by line, and the figures of its reports, in memory that
//! does not grow with the call.
//!
//! Of a call with very many lines, the first and the last ones are kept. Of very many reports, the
//! worst of a few neighbours is, which is also what a chart can show of them.

use std::collections::VecDeque;

use super::call::Spot;
use super::channel::Counting;
use super::duplicate::LatestLines;
use super::duration::Duration;
use super::lifecycle::{CallLine, Lifecycle};
use super::observation::{Observation, Report, What};
use super::packets::loss;
use super::packets::{Packets, growth};
use super::spans::{Lasting, Spans, Standing};
use crate::check::{Limits, Line, Payload};
use crate::contract::{Bundle, EventId};
use crate::text::{shortened, visible};

/// What is kept of the lines of one call, in input order.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    latest: LatestLines,
    spans: Spans,
    /// What is wrong with the order of the lines of the capture that is read.
    order: (u32, Lifecycle),
    /// The first [`MOST_FIRST`] lines that are no reports.
    pub(crate) first: Vec<Moment>,
    /// The latest [`MOST_LAST`] ones after those.
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

/// The reports of a channel, in groups of neighbours.
#[derive(Debug, Default)]
pub(crate) struct Series {
    pub(crate) reports: u64,
    /// Reports in each group but the last, a power of two.
    pub(crate) group: u64,
    /// At most [`MOST_GROUPS`].
    pub(crate) groups: Vec<Worst>,
    before: Option<Packets>,
}

/// The greatest of each figure of a few reports; `None` where none of them has it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Worst {
    /// Share of packets lost where counters are for an interval.
    interval_loss: Option<f64>,
    /// The same where they are cumulative.
    cumulative_loss: Option<f64>,
    pub(crate) jitter: Option<u64>,
    pub(crate) round_trip: Option<u64>,
}

/// Lines that are kept from the beginning of a call: more than people read.
const MOST_FIRST: usize = 500;

/// Lines that are kept from its end.
const MOST_LAST: usize = 500;

/// Groups of reports: some ten times what a line of a terminal has room for.
const MOST_GROUPS: usize = 2048;

/// Bytes of a line that is kept as it is: all but those that are meant to fill the memory. Of the
/// others, only what is shown is kept, which takes longer to find.
const LONGEST_KEPT: usize = 4096;

/// Characters of an event's values that are shown.
const VALUES_WIDTH: usize = 160;

impl Timeline {
    /// Takes in the next line of the call `id`, in the capture with this number.
    pub(crate) fn take(&mut self, id: &str, observation: &Observation, raw: &[u8], capture: u32) {
        let contradiction = self.judge_order(id, observation, raw, capture);
        let is_news = !self.latest.recognise(observation).is_duplicate();
        if let (What::Report(report), true) = (&observation.what, is_news) {
            self.series[usize::from(report.channel)].take(report);
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
        let event = observation.event;
        let at = observation.time();
        let raw_kept = Box::default();
        let reports = self.reports();
        let mut moment = Moment {
            spot,
            at,
            reports,
            event,
            raw: raw_kept,
            values: None,
            span,
            contradiction,
            lasting,
        };
        if raw.len() > LONGEST_KEPT {
            let bundle = self.bundle.get_or_insert_with(|| Box::new(Bundle::newest()));
            moment.values = Some(moment.values_in(raw, bundle));
        } else {
            moment.raw = raw.into();
        }
        self.keep(moment);
    }

    /// What is wrong with the order in which a line comes, as `--lifecycle` has it.
    fn judge_order(
        &mut self,
        call: &str,
        observation: &Observation,
        raw: &[u8],
        capture: u32,
    ) -> Option<(&'static str, Option<u64>)> {
        if observation.is_more || call.is_empty() {
            return None;
        }
        if self.order.0 != capture {
            self.order = (capture, Lifecycle::default());
        }
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
        if self.first.len() < MOST_FIRST {
            self.first.push(moment);
            return;
        }
        if self.last.len() == MOST_LAST {
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
        self.values.clone().unwrap_or_else(|| self.values_in(&self.raw, bundle))
    }

    fn values_in(&self, raw: &[u8], bundle: &Bundle) -> String {
        let line = Line::new("", self.spot.line, 0, raw);
        let limits = Limits { max_line_bytes: usize::MAX, ..Limits::default() };
        let Ok(payload) = Payload::read(&line, limits, bundle) else { return String::new() };
        let event = bundle.event(self.event);
        let value = |path: &String| {
            let node = payload.root.at(line.bytes, &event.property(path)?.pointer)?;
            let spelled = || String::from_utf8_lossy(&line.bytes[node.span.clone()]).into_owned();
            Some(node.as_text(line.bytes).unwrap_or_else(spelled))
        };
        let values: Vec<String> = event.summary.iter().filter_map(value).collect();
        visible(&shortened(&values.join("  "), VALUES_WIDTH)).into_owned()
    }
}

impl Series {
    fn take(&mut self, report: &Report) {
        let worst = self.worst(report);
        self.group = self.group.max(1);
        let is_full = self.reports == self.group * self.groups.len() as u64;
        self.reports += 1;
        if let Some(last) = self.groups.last_mut().filter(|_| !is_full) {
            last.join(worst);
            return;
        }
        if self.groups.len() == MOST_GROUPS {
            self.groups = self.groups.chunks(2).map(Worst::of).collect();
            self.group *= 2;
        }
        self.groups.push(worst);
    }

    fn worst(&mut self, report: &Report) -> Worst {
        let mut worst = Worst {
            jitter: report.jitter.get(),
            round_trip: report.round_trip.get(),
            ..Worst::default()
        };
        if let (Some(count), Some(lost)) = (report.count.get(), report.lost.get()) {
            let channel = usize::from(report.channel);
            let now = Packets { count, lost };
            let before = self.before.replace(now).unwrap_or(Packets { count: 0, lost: 0 });
            worst.interval_loss = loss(channel, now);
            worst.cumulative_loss = loss(channel, growth(before, now));
        }
        worst
    }
}

impl Worst {
    /// The worst of several.
    pub(crate) fn of(all: &[Self]) -> Self {
        let mut worst = Self::default();
        for other in all {
            worst.join(*other);
        }
        worst
    }

    /// Share of packets lost.
    pub(crate) fn loss(&self, counting: Counting) -> Option<f64> {
        match counting {
            Counting::Intervals => self.interval_loss,
            Counting::Cumulative => self.cumulative_loss,
        }
    }

    fn join(&mut self, other: Self) {
        let greater = |mine: Option<f64>, theirs: Option<f64>| match (mine, theirs) {
            (Some(mine), Some(theirs)) => Some(mine.max(theirs)),
            (mine, theirs) => mine.or(theirs),
        };
        self.interval_loss = greater(self.interval_loss, other.interval_loss);
        self.cumulative_loss = greater(self.cumulative_loss, other.cumulative_loss);
        self.jitter = self.jitter.max(other.jitter);
        self.round_trip = self.round_trip.max(other.round_trip);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::observation::Counter;

    fn report(jitter: i64) -> Report {
        let counter = |value| Counter::new(Some(value));
        Report {
            channel: 0,
            lost: counter(jitter % 7),
            count: counter(1500),
            jitter: counter(jitter),
            round_trip: counter(0),
        }
    }

    #[test]
    fn a_series_keeps_the_worst_of_any_number_of_reports() {
        for count in [1, 2047, 2048, 2049, 10_000, 50_001] {
            let mut series = Series::default();
            (0..count).for_each(|nth| series.take(&report(nth)));
            assert!(series.groups.len() <= MOST_GROUPS, "{count}");
            assert_eq!(series.reports, count.unsigned_abs());
            let group = i64::try_from(series.group).expect("it is small");
            for (worst, first) in series.groups.iter().zip((0..).map(|nth| nth * group)) {
                let last = (first + group).min(count) - 1;
                assert_eq!(worst.jitter, Some(last.unsigned_abs()), "{count} {first}");
            }
            let groups = series.reports.div_ceil(series.group);
            assert_eq!(series.groups.len() as u64, groups, "{count}");
        }
    }

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
            timeline.take("c", &observation, b"{}", 0);
        }
        let lines: Vec<u64> = timeline.moments().map(|moment| moment.spot.line).collect();
        let expected: Vec<u64> = (1..=500).chain(4501..=5000).collect();
        assert_eq!((lines, timeline.left_out), (expected, 4000));
    }
}
