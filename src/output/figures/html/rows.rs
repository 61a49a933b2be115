//! The table of calls: the rows as compact JSON, from which the page's script draws those that are in
//! view, and the first of them as HTML, for whoever has no script.

use serde_json::{Value, json};

use super::privacy::Privacy;
use super::text::{bounded, escaped_len};
use crate::calls::call::Direction;
use crate::calls::duration::{Basis, Duration};
use crate::calls::figures::Figures;
use crate::calls::limits::{Limit, Metric};
use crate::calls::quality::Band;
use crate::calls::reason::reasons;
use crate::output::figures::options::StatsOptions;
use crate::output::figures::told::Row;
use crate::output::figures::words::{length, percent, why};
use crate::text::thousands;

/// Bytes of a callId in the table: those in use have 36.
const ID_BYTES: usize = 72;

/// Bytes of why a call is bad.
const WHY_BYTES: usize = 60;

/// Which of the lengths in which reasons are told names the limits, without the channel, which the
/// cells show.
const OF_WORSE_CHANNEL: usize = 4;

/// Bytes of a value of a joined column.
const CELL_BYTES: usize = 40;

/// Bytes of the rows that are written as HTML.
const MOST_HTML_BYTES: usize = 60_000;

/// Rows that are written as HTML: as many as people look through.
const MOST_HTML_ROWS: usize = 100;

/// A call as the table has it.
pub(super) struct CallRow {
    id: String,
    /// The minute, or the line where no event carries a time.
    first: Result<String, u64>,
    length: Option<Duration>,
    direction: Option<Direction>,
    reports: u64,
    /// In the order of [`FIGURES`].
    figures: [Option<f64>; 6],
    /// Whether each is beyond a limit.
    beyond: [bool; 6],
    joined: Vec<String>,
    holds: u32,
    flags: u32,
    why: String,
}

/// Cells of figures: loss in, loss out, buffer, trip, MOS in, MOS out.
const FIGURES: [Metric; 6] =
    [Metric::Loss, Metric::Loss, Metric::Jitter, Metric::Rtt, Metric::Mos, Metric::Mos];

/// A cell of the table in HTML.
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) class: &'static str,
}

/// A row of the table in HTML.
pub(super) struct HtmlRow {
    pub(super) id: String,
    pub(super) short: String,
    /// The number of the call among those that are told in full.
    pub(super) told: Option<usize>,
    pub(super) cells: Vec<Cell>,
}

/// Everything that the table needs.
pub(super) struct CallTable {
    pub(super) joined: Vec<String>,
    pub(super) html: Vec<HtmlRow>,
    /// The rows for the script, safe within a script element.
    pub(super) json: String,
    pub(super) rows: u64,
    /// Calls that are not in the table.
    pub(super) more: u64,
}

/// How the rows are made.
pub(super) struct Rows<'a> {
    pub(super) options: &'a StatsOptions,
    pub(super) privacy: &'a Privacy,
    /// Calls that are told in full: the first ones.
    pub(super) told: usize,
    /// All calls, also those that are not in the table.
    pub(super) calls: u64,
}

impl Rows<'_> {
    pub(super) fn table<'a>(&self, rows: impl Iterator<Item = Row<'a>>) -> CallTable {
        let limits: Vec<Limit> = self.options.all_limits().copied().collect();
        let columns = self.options.joined.iter().flat_map(|joined| joined.columns.iter());
        let columns: Vec<String> = columns.cloned().collect();
        let (mut first, mut ids, mut lines) = (Vec::new(), Vec::new(), String::new());
        let mut texts = Texts::default();
        for row in rows {
            let row = self.row(&row, &limits, &columns);
            lines.push_str(if ids.is_empty() { "" } else { ",\n" });
            lines.push_str(&row.json(&mut texts).to_string());
            ids.push(row.id.clone());
            if first.len() < MOST_HTML_ROWS {
                first.push(row);
            }
        }
        let short = short_id(&ids);
        let joined: Vec<String> = columns.iter().map(|name| bounded(name, CELL_BYTES)).collect();
        let head = self.json_head(&joined, short, &texts);
        let json = format!("{head},\"rows\":[\n{lines}\n]}}").replace('<', "\\u003c");
        let rows = ids.len() as u64;
        CallTable { joined, html: self.html(&first, short), json, rows, more: self.calls - rows }
    }

    fn html(&self, rows: &[CallRow], short: usize) -> Vec<HtmlRow> {
        let mut bytes = 0;
        let rows = rows
            .iter()
            .zip(0..)
            .map(|(row, nth)| row.html(short, (nth < self.told).then_some(nth + 1)));
        rows.take_while(|row| {
            bytes += row.bytes();
            bytes <= MOST_HTML_BYTES
        })
        .collect()
    }

    fn row(&self, row: &Row<'_>, limits: &[Limit], columns: &[String]) -> CallRow {
        let call = row.entry.call;
        let [input, output] = &row.channels;
        let worse = |metric: Metric| {
            [input, output].into_iter().filter_map(|it| metric.of(it)).max_by(f64::total_cmp)
        };
        let is_beyond = |metric: Metric, channels: &[&Figures]| {
            let mut of_metric = limits.iter().filter(|limit| limit.metric == metric);
            of_metric.any(|limit| channels.iter().any(|it| limit.is_broken_by(it) == Some(true)))
        };
        let by_cell: [&[&Figures]; 6] =
            [&[input], &[output], &[input, output], &[input, output], &[input], &[output]];
        let mut beyond = [false; 6];
        for ((beyond, metric), channels) in beyond.iter_mut().zip(FIGURES).zip(by_cell) {
            *beyond = is_beyond(metric, channels);
        }
        let has_audio = row.channels.iter().any(|it| it.reports > 0);
        let why = if has_audio {
            let forms = why(&reasons(limits, &row.channels), &self.options.style);
            let short = forms.into_iter().skip(OF_WORSE_CHANNEL).find(|it| it.len() <= WHY_BYTES);
            short.unwrap_or_default()
        } else {
            "no audiostats".to_owned()
        };
        let id = self.privacy.call_id(row.entry.id);
        CallRow {
            id: if id.is_empty() { "(no callId)".into() } else { bounded(&id, ID_BYTES) },
            first: call
                .times
                .map(|(first, _)| self.options.clock.minute(first))
                .ok_or(call.first.line),
            length: Duration::of(call),
            direction: call.direction,
            reports: input.reports.max(output.reports),
            figures: [
                input.loss_percent,
                output.loss_percent,
                worse(Metric::Jitter),
                worse(Metric::Rtt),
                Metric::Mos.of(input),
                Metric::Mos.of(output),
            ],
            beyond,
            joined: columns.iter().map(|column| self.cell(row.entry.id, column)).collect(),
            holds: call.count("hold"),
            flags: call.count("flagraise"),
            why,
        }
    }

    fn cell(&self, id: &str, column: &str) -> String {
        let value = self.options.joined.as_ref().and_then(|joined| joined.value(id, column));
        value.map_or_else(String::new, |value| {
            bounded(&self.privacy.cell(column, value), CELL_BYTES)
        })
    }

    /// The beginning of an object, without its rows.
    fn json_head(&self, columns: &[String], short: usize, texts: &Texts) -> String {
        let bands: Vec<f64> =
            Band::ALL.map(Band::least).into_iter().filter(|it| it.is_finite()).collect();
        let head = json!({
            "short": short,
            "told": self.told,
            "columns": columns,
            "bands": bands,
            "texts": texts.all,
        });
        let head = head.to_string();
        head.strip_suffix('}').unwrap_or(&head).to_owned()
    }
}

/// Characters that tell calls apart, at least 8.
fn short_id(ids: &[String]) -> usize {
    const SHORTEST: usize = 8;
    const LONGEST: usize = 36;
    let differ = |length: &usize| {
        let mut ids: Vec<&str> = ids.iter().map(|id| beginning(id, *length)).collect();
        ids.sort_unstable();
        ids.windows(2).all(|pair| pair[0] != pair[1])
    };
    (SHORTEST..LONGEST).find(differ).unwrap_or(LONGEST)
}

/// Texts that many rows have, each once.
#[derive(Debug, Default)]
struct Texts {
    all: Vec<String>,
    places: std::collections::HashMap<String, usize>,
}

impl Texts {
    fn place(&mut self, text: &str) -> usize {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        let place = self.all.len();
        self.places.insert(text.to_owned(), place);
        self.all.push(text.to_owned());
        place
    }
}

fn beginning(id: &str, length: usize) -> &str {
    id.char_indices().nth(length).map_or(id, |(end, _)| &id[..end])
}

impl CallRow {
    /// An array, whose places the script knows.
    fn json(&self, texts: &mut Texts) -> Value {
        let mask: u8 =
            self.beyond.iter().zip(0..).map(|(beyond, bit)| u8::from(*beyond) << bit).sum();
        let direction = match self.direction {
            Some(Direction::Inbound) => 1,
            Some(Direction::Outbound) => 2,
            None => 0,
        };
        let length = self.length.map(|it| it.millis);
        let is_estimated = self.length.is_some_and(|it| it.basis == Basis::Estimate);
        let first = match &self.first {
            Ok(minute) => json!(minute),
            Err(line) => json!(line),
        };
        let mut row = vec![
            json!(self.id),
            first,
            json!(length),
            json!(u8::from(is_estimated)),
            json!(direction),
            json!(self.reports),
        ];
        row.extend(self.figures.iter().zip(FIGURES).map(|(value, metric)| rounded(*value, metric)));
        row.extend([json!(mask), json!(self.holds), json!(self.flags)]);
        row.push(json!(texts.place(&self.why)));
        row.extend(self.joined.iter().map(|text| json!(texts.place(text))));
        Value::Array(row)
    }

    fn html(&self, short: usize, told: Option<usize>) -> HtmlRow {
        let none = || "–".to_owned();
        let plain = |text: String| Cell { text, class: "n" };
        let first = match &self.first {
            Ok(minute) => Cell { text: minute.clone(), class: "" },
            Err(line) => Cell { text: format!("line {}", thousands(*line)), class: "faint" },
        };
        let direction = match self.direction {
            Some(Direction::Inbound) => "in",
            Some(Direction::Outbound) => "out",
            None => "–",
        };
        let mut cells = vec![
            first,
            plain(self.length.map_or_else(none, length)),
            Cell { text: direction.into(), class: "" },
            plain(thousands(self.reports)),
        ];
        for ((value, metric), beyond) in self.figures.iter().zip(FIGURES).zip(self.beyond) {
            let (text, class) = match (value, metric) {
                (None, _) => (none(), "n"),
                (Some(loss), Metric::Loss) => (percent(*loss), plain_or_bad(beyond)),
                (Some(mos), Metric::Mos) => (format!("{mos:.2}"), band_class(*mos)),
                (Some(ms), _) => (format!("{ms:.0}"), plain_or_bad(beyond)),
            };
            cells.push(Cell { text, class });
        }
        let words = |text: &String| Cell { text: text.clone(), class: "" };
        cells.push(words(&self.why));
        cells.extend([self.holds, self.flags].map(|number| plain(thousands(number.into()))));
        cells.extend(self.joined.iter().map(words));
        HtmlRow { id: self.id.clone(), short: beginning(&self.id, short).to_owned(), told, cells }
    }
}

impl HtmlRow {
    /// Bytes that the row takes, about.
    fn bytes(&self) -> usize {
        let cells: usize = self.cells.iter().map(|cell| 20 + escaped_len(&cell.text)).sum();
        cells + 2 * escaped_len(&self.id) + 80
    }
}

/// A figure as exact as it is shown, rounded as it is there: what is rounded twice may differ.
fn rounded(value: Option<f64>, metric: Metric) -> Value {
    let digits = match (metric, value) {
        (Metric::Loss, Some(value)) if value < 0.1 => 3,
        (Metric::Loss | Metric::Mos | Metric::R, _) => 2,
        (Metric::Jitter | Metric::Rtt, _) => 0,
    };
    let Some(shown) = value.and_then(|it| format!("{it:.digits$}").parse::<f64>().ok()) else {
        return Value::Null;
    };
    if shown.fract() == 0.0 && shown.abs() < 1e15 {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
        let whole = shown as i64;
        return json!(whole);
    }
    json!(shown)
}

fn plain_or_bad(is_beyond: bool) -> &'static str {
    if is_beyond { "n bad" } else { "n" }
}

/// The class of the colour of a score's band.
pub(super) fn band_class(mos: f64) -> &'static str {
    match Band::of(mos) {
        Band::VerySatisfied => "n m0",
        Band::Satisfied => "n m1",
        Band::SomeDissatisfied => "n m2",
        Band::ManyDissatisfied => "n m3",
        Band::NearlyAllDissatisfied => "n m4",
        Band::NotRecommended => "n m5",
    }
}
