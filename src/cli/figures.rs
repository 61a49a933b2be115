//! What `stats` and `report` are asked in the same way: which calls, and which of their figures.

use std::path::PathBuf;

use clap::Args;
use clap_complete::engine::{ArgValueCandidates, ArgValueCompleter};

use super::complete::{LimitsCompleter, WhereCompleter, dimensions};
use super::{FIGURES, SELECTION};
use crate::calls::comparison::RunLimit;
use crate::calls::quality::Formula;
use crate::calls::{QualityLimit, parse_limits};
use crate::output::Sort;

/// Which calls, and which of their figures.
#[derive(Debug, Clone, Args)]
pub(crate) struct FigureArgs {
    /// Group calls: hour, day, direction, participant, role, capture, type, channel, or a column of
    /// --join; may be given twice
    #[arg(help_heading = FIGURES, long, value_name = "DIMENSION", value_delimiter = ',')]
    #[arg(default_value = "call", add = ArgValueCandidates::new(dimensions))]
    pub(crate) by: Vec<String>,
    /// Order of calls, worst first
    #[arg(help_heading = FIGURES, long, value_enum, default_value_t = Sort::Mos)]
    pub(crate) sort: Sort,
    /// Show this many rows [default: 20 in a terminal's table, otherwise all]
    #[arg(long, alias = "worst", value_name = "N", help_heading = FIGURES)]
    pub(crate) top: Option<usize>,
    /// Formula for R and MOS
    #[arg(help_heading = FIGURES, long, value_enum, value_name = "FORMULA", default_value_t = Formula::Emodel)]
    pub(crate) mos: Formula,
    /// Mark and count calls beyond these limits: default, twilio, cqd, teams, cisco, none, or a list
    /// such as loss>1%,rtt>400 (loss, mos, r, rtt, jitter; rtt and jitter are 95th percentiles);
    /// `list` shows the names [default: default]
    #[arg(long, value_name = "LIMITS", value_parser = parse_all_limits, help_heading = FIGURES)]
    #[arg(add = ArgValueCompleter::new(LimitsCompleter))]
    pub(crate) limits: Option<LimitsArg>,
    /// Select calls with an event at this time or later: 2026-01-06, "2026-01-06 14:00", 14:00 (the
    /// last one), 2h (ago), yesterday, RFC 3339, or ms since 1970. Calls without timestamps are
    /// excluded, and their number is shown
    #[arg(long, value_name = "TIME", help_heading = SELECTION)]
    pub(crate) since: Option<String>,
    /// Select calls that began at this time or earlier; a date includes the whole day
    #[arg(long, value_name = "TIME", help_heading = SELECTION)]
    pub(crate) until: Option<String>,
    /// Time zone of --since, --until and of times shown, for example Europe/Berlin [default: the
    /// system's]. JSON and CSV are always in UTC
    #[arg(long, value_name = "NAME", help_heading = SELECTION)]
    pub(crate) time_zone: Option<String>,
    /// Select calls with an event that meets a condition such as `roundTripTimeMillis>400`, as in
    /// `filter`; if repeated, one event must meet all
    #[arg(long = "where", value_name = "CONDITION", add = ArgValueCompleter::new(WhereCompleter))]
    #[arg(help_heading = SELECTION)]
    pub(crate) conditions: Vec<String>,
    /// Select calls by a figure: mos, r, loss, rtt, jitter (of either channel), duration, reports,
    /// lines, holds, mutes, flags, notes, messages, participants. Example: `mos<3.5`; may be repeated
    #[arg(long, value_name = "CONDITION", help_heading = SELECTION)]
    pub(crate) having: Vec<String>,
    /// Add the columns of this CSV file to the calls that it names
    #[arg(long, value_name = "FILE", help_heading = FIGURES)]
    pub(crate) join: Option<PathBuf>,
    /// Column of --join that holds the callId
    #[arg(long, value_name = "COLUMN", default_value = "callId", requires = "join")]
    #[arg(help_heading = FIGURES)]
    pub(crate) on: String,
    /// Show what changed since an earlier run, whose figures this file has: written by
    /// `stats --format part` or json
    #[arg(long, value_name = "FILE", help_heading = FIGURES)]
    pub(crate) compare: Option<PathBuf>,
}

/// Limits of `stats`; a type of their own, for clap reads a list as an option given several times.
#[derive(Debug, Clone)]
pub(crate) enum LimitsArg {
    /// The names of limits are asked for.
    List,
    /// Limits of calls, and of all calls together.
    Limits(Vec<QualityLimit>, Vec<RunLimit>),
}

impl LimitsArg {
    /// Whether the names are asked for.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self, Self::List)
    }

    /// The limits that are named.
    pub(crate) fn limits(&self) -> Vec<QualityLimit> {
        match self {
            Self::List => Vec::new(),
            Self::Limits(limits, _) => limits.clone(),
        }
    }

    /// The limits of all calls together.
    pub(crate) fn of_run(&self) -> Vec<RunLimit> {
        match self {
            Self::List => Vec::new(),
            Self::Limits(_, limits) => limits.clone(),
        }
    }
}

fn parse_all_limits(text: &str) -> Result<LimitsArg, String> {
    if text == "list" {
        return Ok(LimitsArg::List);
    }
    parse_limits(text).map(|limits| LimitsArg::Limits(limits, Vec::new()))
}
