//! What `stats` is asked for.

use clap::ValueEnum;

use super::grid::Fit;
use crate::calls::ParticipantHashes;
use crate::calls::assessment::Assessment;
use crate::calls::call::Call;
use crate::calls::call_table::CallTable;
use crate::calls::comparison::RunLimit;
use crate::calls::figures::Figures;
use crate::calls::group::{Dimension, Grouping};
use crate::calls::having::Having;
use crate::calls::join::Joined;
use crate::calls::limits::{Limit, thresholds};
use crate::calls::lookup::Lookup;
use crate::calls::quality::Formula;
use crate::calls::streak::Thresholds;
use crate::output::CsvFormat;
use crate::terminal::TextStyle;
use crate::text::time::Clock;

/// How the figures are asked for.
#[derive(Debug)]
pub(crate) struct StatsOptions {
    /// What calls are grouped by: nothing, one dimension or two.
    pub(crate) by: Vec<Dimension>,
    pub(crate) sort: Sort,
    /// Rows that are shown; the rest is only counted.
    pub(crate) most: usize,
    pub(crate) form: StatsFormat,
    pub(crate) fit: Fit,
    /// How rows are written as CSV.
    pub(crate) csv: CsvFormat,
    pub(crate) formula: Formula,
    /// What marks a channel, and is counted.
    pub(crate) limits: Vec<Limit>,
    /// What marks a channel and fails the run.
    pub(crate) fail_on: Vec<Limit>,
    /// What of all calls together fails the run.
    pub(crate) fail_on_run: Vec<RunLimit>,
    /// Which calls are told of.
    pub(crate) choice: Choice,
    /// What is compared with.
    pub(crate) earlier: Option<Earlier>,
    pub(crate) joined: Option<Joined>,
    pub(crate) clock: Clock,
    pub(crate) style: TextStyle,
    /// What a report has of participants.
    pub(crate) hashes: ParticipantHashes,
    /// Threads that write rows.
    pub(crate) threads: usize,
}

/// The calls of an earlier run.
#[derive(Debug)]
pub(crate) struct Earlier {
    /// The name of its report.
    pub(crate) name: String,
    pub(crate) table: CallTable,
}

/// Which calls are told of, of those that the lines tell.
#[derive(Debug, Default)]
pub(crate) struct Choice {
    /// The calls that are named, if any are.
    pub(crate) named: Option<Vec<Lookup>>,
    /// When a call must have gone on.
    pub(crate) window: Window,
    /// Whether a call must have an event that met all conditions.
    pub(crate) is_conditional: bool,
    pub(crate) having: Vec<Having>,
}

/// A span of time, in milliseconds of the Unix epoch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) since: Option<i64>,
    pub(crate) until: Option<i64>,
}

impl Window {
    /// Whether it leaves anything out.
    pub(crate) fn is_limited(self) -> bool {
        self != Self::default()
    }

    /// Whether a call with these times, of its first and its last event that carry one, was then.
    pub(crate) fn holds(self, (first, last): (i64, i64)) -> bool {
        self.since.is_none_or(|since| last >= since)
            && self.until.is_none_or(|until| first <= until)
    }
}

impl Choice {
    /// Whether calls may be left out.
    pub(crate) fn is_limited(&self) -> bool {
        self.window.is_limited()
            || self.is_conditional
            || !self.having.is_empty()
            || self.named.is_some()
    }
}

/// The order of calls: the worst or the most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sort {
    /// Lowest MOS of either channel first
    Mos,
    /// Highest loss first
    Loss,
    /// Highest 95th percentile of the round-trip time first
    Rtt,
    /// Highest 95th percentile of the jitter buffer delay first
    Jitter,
    /// Most lines first
    Lines,
    /// Most holds first
    Holds,
    /// Most flags first
    Flags,
    /// Order of the capture
    First,
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatsFormat {
    /// An overview and a table for people
    Table,
    /// One JSON object with all figures, which --merge can read
    Json,
    /// The smallest file that --merge and --compare can read: JSON without the figures of calls
    Part,
    /// A header, then one row per call, or per value of --by
    Csv,
}

impl StatsOptions {
    /// Whether a channel with these figures is marked.
    pub(crate) fn is_beyond(&self, figures: &Figures) -> bool {
        self.all_limits().any(|limit| limit.is_broken_by(figures) == Some(true))
    }

    /// What marks a channel.
    pub(crate) fn all_limits(&self) -> impl Iterator<Item = &Limit> {
        let others = self.fail_on.iter().filter(|limit| !self.limits.contains(limit));
        self.limits.iter().chain(others)
    }

    /// From where on single reports count as beyond a limit.
    pub(crate) fn thresholds(&self) -> Thresholds {
        thresholds(self.fail_on.iter().chain(&self.limits))
    }

    /// Whether a report of all calls is written, which can be merged.
    pub(crate) fn is_report(&self) -> bool {
        matches!(self.form, StatsFormat::Json | StatsFormat::Part) && self.by.is_empty()
    }

    /// Whether each capture has a table of its own.
    pub(crate) fn is_by_capture(&self) -> bool {
        self.by.contains(&Dimension::Capture)
    }

    /// How calls are grouped.
    pub(crate) fn grouping(&self) -> Grouping<'_> {
        Grouping {
            dimensions: &self.by,
            clock: &self.clock,
            formula: self.formula,
            joined: self.joined.as_ref(),
        }
    }

    /// What puts a call before others; `None` where there is nothing to compare it by.
    pub(crate) fn badness(&self, call: &Call, channels: &[Figures]) -> Option<f64> {
        let found = Assessment::of(channels);
        match self.sort {
            Sort::Mos => found.mos.map(|mos| -mos),
            Sort::Loss => found.loss_percent,
            Sort::Rtt => found.round_trip,
            Sort::Jitter => found.jitter,
            #[expect(clippy::cast_precision_loss, reason = "a call has far fewer lines than 2^53")]
            Sort::Lines => Some(call.lines() as f64),
            Sort::Holds => Some(call.count("hold").into()),
            Sort::Flags => Some(call.count("flagraise").into()),
            Sort::First => None,
        }
    }
}
