//! One call told in full: its figures, charts of its reports, and what happened line by line, in a
//! bounded number of bytes.

use askama::Template;

use super::privacy::Privacy;
use super::rows::band_class;
use super::series::{self, ChannelSeries};
use super::svg::Svg;
use super::text::{bounded, escaped_len};

use crate::calls::call::Spot;
use crate::calls::channel::{Channel, Doubt};
use crate::calls::figures::Figures;
use crate::calls::limits::Limit;
use crate::calls::packets::INPUT;
use crate::calls::quality::Band;
use crate::calls::reason::reasons;
use crate::calls::timeline::{Moment, Span, Timeline};
use crate::contract::Bundle;
use crate::output::figures::options::StatsOptions;
use crate::output::figures::timeline::facts;
use crate::output::figures::told::Row;
use crate::output::figures::words::{length, percent, sentence, spread, why};
use crate::text::{count, thousands};

/// Bytes of a call that is told in full.
const MOST_BYTES: usize = 10_000;

/// Bytes of its identifier, and of one of its lines.
const ID_BYTES: usize = 300;
const LINE_BYTES: usize = 500;

/// What tells calls.
pub(super) struct Teller<'a> {
    pub(super) options: &'a StatsOptions,
    pub(super) privacy: &'a Privacy,
    pub(super) bundle: Bundle,
}

/// A call in HTML.
#[derive(Template)]
#[template(path = "report/call.html")]
struct CallPage {
    number: usize,
    id: String,
    /// The MOS of the worse channel, and the class of its colour.
    mos: Option<(String, &'static str)>,
    place: String,
    facts: String,
    why: String,
    channels: Vec<ChannelRow>,
    remarks: Vec<String>,
    charts: Vec<Svg>,
    /// What a column of the charts is.
    column: String,
    values: Option<series::Values>,
    has_times: bool,
    moments: Vec<MomentRow>,
    /// Lines that are not in the table, behind as many of `moments`.
    left_out: Option<(usize, String)>,
}

struct ChannelRow {
    name: &'static str,
    reports: String,
    loss: String,
    worst: String,
    jitter: String,
    round_trip: String,
    r: String,
    mos: String,
    class: &'static str,
    band: &'static str,
}

#[derive(Clone)]
struct MomentRow {
    line: String,
    time: String,
    event: &'static str,
    values: String,
    /// Until when what it begins lasts, or that it is a duplicate.
    span: String,
    /// What is wrong with its place in the order of events.
    order: String,
}

impl Teller<'_> {
    /// The call with this number among those that are told, from 1.
    pub(super) fn tell(
        &self,
        number: usize,
        row: &Row<'_>,
        timeline: &Timeline,
    ) -> Result<String, askama::Error> {
        let mut page = self.page(number, row, timeline);
        let used = page.render()?.len();
        let rows: Vec<MomentRow> =
            timeline.moments().map(|moment| self.moment(row, moment)).collect();
        page.has_times = rows.iter().any(|row| !row.time.is_empty());
        // The note about lines that are left out needs room, too.
        let room = MOST_BYTES.saturating_sub(used + 300);
        (page.moments, page.left_out) = fitting(rows, timeline, room);
        page.render()
    }

    fn page(&self, number: usize, row: &Row<'_>, timeline: &Timeline) -> CallPage {
        let limits: Vec<Limit> = self.options.all_limits().copied().collect();
        let reasons = reasons(&limits, &row.channels);
        let why = why(&reasons, &self.options.style).into_iter().next().unwrap_or_default();
        let told = || row.channels.iter().filter(|it| it.reports + it.left_out > 0);
        let channels = row.entry.call.channels.iter().map(Channel::counting);
        let series: Vec<ChannelSeries<'_>> = channels
            .zip(&timeline.series)
            .zip(0..)
            .map(|((counting, series), channel)| ChannelSeries { channel, counting, series })
            .collect();
        let drawn = series::drawn(&series);
        let scores = row.channels.iter().filter_map(|it| it.score);
        let mos = scores.map(|score| score.mos).min_by(f64::total_cmp);
        let id = self.privacy.call_id(row.entry.id);
        CallPage {
            number,
            id: if id.is_empty() { "(no callId)".into() } else { bounded(&id, ID_BYTES) },
            mos: mos.map(|mos| (format!("{mos:.2}"), band_class(mos))),
            place: self.place(row),
            facts: facts(self.options, row.entry.call).join(", "),
            why,
            channels: told().map(channel).collect(),
            remarks: told().flat_map(remarks).collect(),
            charts: series::charts(&drawn, self.options.thresholds()),
            column: drawn.column(),
            values: series::values(&drawn),
            has_times: false,
            moments: Vec::new(),
            left_out: None,
        }
    }

    fn capture(&self, row: &Row<'_>, capture: u32) -> String {
        let name = row.entry.table.captures.get(capture as usize).map_or("", String::as_str);
        bounded(&self.privacy.capture(name), 150)
    }

    /// `a.jsonl, lines 12 to 30`.
    fn place(&self, row: &Row<'_>) -> String {
        let (first, last) = (row.entry.call.first, row.entry.call.last);
        let name = self.capture(row, first.capture);
        let [start, end] = [first.line, last.line].map(thousands);
        if first.capture != last.capture {
            let other = self.capture(row, last.capture);
            return format!("{name}, line {start}, to {other}, line {end}");
        }
        if first.line == last.line {
            return format!("{name}, line {start}");
        }
        format!("{name}, lines {start} to {end}")
    }

    fn moment(&self, row: &Row<'_>, moment: &Moment) -> MomentRow {
        let is_first = moment.spot.capture == row.entry.call.first.capture;
        let line = thousands(moment.spot.line);
        let line = if is_first {
            line
        } else {
            format!("{}:{line}", self.capture(row, moment.spot.capture))
        };
        let clock = moment.at.and_then(|at| self.options.clock.time_of_day(at));
        let time = clock.or_else(|| moment.position().map(length));
        let order = moment.contradiction.map_or(String::new(), |(but, earlier)| {
            let earlier = earlier.map_or(String::new(), |line| format!(" (line {line})"));
            format!("out of order: {but}{earlier}")
        });
        MomentRow {
            line,
            time: time.unwrap_or_default(),
            event: moment.event.name(),
            values: bounded(&moment.values(&self.bundle), LINE_BYTES),
            span: self.span(row, moment),
            order,
        }
    }

    fn span(&self, row: &Row<'_>, moment: &Moment) -> String {
        let place = |end: Spot| {
            let line = thousands(end.line);
            if end.capture == moment.spot.capture {
                format!("line {line}")
            } else {
                format!("{}:{line}", self.capture(row, end.capture))
            }
        };
        match moment.span {
            Span::None => String::new(),
            Span::Duplicate => "exact duplicate".into(),
            Span::Open => "no end found".into(),
            Span::Until(event, end, lasted) => {
                let lasted = lasted.map_or_else(String::new, |it| format!("{} ", length(it)));
                format!("{lasted}until {} in {}", event.name(), place(end))
            }
            Span::UnclearAfter(event, end) => {
                format!("unclear after {} in {}", event.name(), place(end))
            }
        }
    }
}

/// The first and the last rows, as many as there is room for; the number of lines between them that
/// are left out, and before which row they were.
fn fitting(
    rows: Vec<MomentRow>,
    timeline: &Timeline,
    room: usize,
) -> (Vec<MomentRow>, Option<(usize, String)>) {
    let total: usize = rows.iter().map(MomentRow::bytes).sum();
    let told = |lines: u64| count(lines, "line", "lines");
    if total <= room {
        let left_out =
            (timeline.left_out > 0).then(|| (timeline.first.len(), told(timeline.left_out)));
        return (rows, left_out);
    }
    let middle = timeline.first.len().max(rows.len().div_ceil(2)).min(rows.len());
    let most = |rows: &mut dyn Iterator<Item = &MomentRow>, room: usize| {
        let mut used = 0;
        let fits = |row: &&MomentRow| {
            used += row.bytes();
            used <= room
        };
        rows.take_while(fits).count()
    };
    let first = most(&mut rows.iter().take(middle), room / 2);
    let used: usize = rows.iter().take(first).map(MomentRow::bytes).sum();
    let last = most(&mut rows.iter().skip(first).rev(), room.saturating_sub(used));
    let left_out = (rows.len() - first - last) as u64 + timeline.left_out;
    let shown = [&rows[..first], &rows[rows.len() - last..]].concat();
    (shown, Some((first, told(left_out))))
}

impl MomentRow {
    /// Bytes that the row takes.
    fn bytes(&self) -> usize {
        // The elements of a row, of a span, and of what is out of order.
        const ROW: usize = 68;
        const SPAN: usize = 30;
        const ORDER: usize = 27;
        let texts = [&self.line, &self.time, &self.values, &self.span, &self.order];
        let mut bytes = ROW + self.event.len();
        bytes += texts.into_iter().map(|text| escaped_len(text)).sum::<usize>();
        bytes += if self.span.is_empty() { 0 } else { SPAN };
        bytes + if self.order.is_empty() { 0 } else { ORDER }
    }
}

fn channel(figures: &Figures) -> ChannelRow {
    let none = || "–".to_owned();
    let worst = figures.by_report.worst_loss_percent;
    let worst = worst.or(figures.loss_percent.filter(|_| figures.by_report.lossy == 0));
    let measured = |found: Option<crate::calls::figures::Spread>| {
        found.map_or_else(none, |found| spread(Some(found)))
    };
    let score = figures.score;
    ChannelRow {
        name: if figures.channel == INPUT { "input" } else { "output" },
        reports: thousands(figures.reports),
        loss: figures.loss_percent.map_or_else(none, percent),
        worst: worst.map_or_else(none, percent),
        jitter: measured(figures.jitter),
        round_trip: measured(figures.round_trip),
        r: score.map_or_else(none, |score| format!("{:.1}", score.r)),
        mos: score.map_or_else(none, |score| format!("{:.2}", score.mos)),
        class: score.map_or("n", |score| band_class(score.mos)),
        band: score.map_or("", |score| Band::of(score.mos).name()),
    }
}

/// What has to be known of a channel's figures.
fn remarks(figures: &Figures) -> Vec<String> {
    let name = if figures.channel == INPUT { "Input" } else { "Output" };
    let doubts = Doubt::ALL.into_iter().zip(figures.doubts).filter(|(_, channels)| *channels > 0);
    let mut remarks: Vec<String> =
        doubts.map(|(doubt, _)| format!("{name}: {}", sentence(doubt))).collect();
    if figures.left_out > 0 {
        let reports = count(figures.left_out, "report", "reports");
        remarks.push(format!("{name}: {reports} excluded: a counter is negative or too large"));
    }
    remarks
}
