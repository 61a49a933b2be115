//! `voxev stats`: which figures of calls to compute, and how they are written.

use std::path::PathBuf;

use clap::Args;
use clap_complete::engine::{ArgValueCandidates, ArgValueCompleter};

use super::complete::{LimitsCompleter, WhereCompleter, dimensions};
use super::{ContractArgs, FIGURES, Input, OUTPUT, SELECTION, Selectors};
use crate::calls::comparison::RunLimit;
use crate::calls::quality::Formula;
use crate::calls::{QualityLimit, parse_limits};
use crate::output::{Sort, StatsFormat};

pub(super) const EXAMPLES: &str = "\
Examples:
  voxev stats --top 10 logs/                 the ten calls with the worst audio
  voxev stats --since yesterday logs/        calls since yesterday
  voxev stats --call-id 5f0c capture.jsonl   one call, line by line
  voxev stats --by day --by direction logs/  percent of poor calls, by day and direction
  voxev stats --where 'participant=Billing Queue' --having 'mos<3.6' logs/
  voxev stats --join calls.csv --by queue logs/    by a column of another table
  voxev stats --compare last-week.json --fail-on 'poor>+2pp' logs/
  voxev stats --limits list                  names of limits
  voxev stats --fail-on 'loss>1%,mos<3.5' capture.jsonl
  voxev stats --format csv --spreadsheet logs/ > calls.csv     to open in Excel
  voxev stats --format part a.jsonl > a.json       compute parts on several machines,
  voxev stats --merge a.json b.json                then merge their figures

Exit codes: 0 success; 1 calls beyond the limits of --fail-on; 2 could not run, or no call has a
figure that --fail-on can check.";

/// `voxev stats`.
#[derive(Debug, Args)]
pub(crate) struct StatsArgs {
    #[command(flatten)]
    pub(crate) selectors: Selectors,
    /// Group calls: hour, day, direction, participant, role, capture, type, channel, or a column of
    /// --join; may be given twice
    #[arg(help_heading = FIGURES, long, value_name = "DIMENSION", value_delimiter = ',')]
    #[arg(default_value = "call", add = ArgValueCandidates::new(dimensions))]
    pub(crate) by: Vec<String>,
    /// Show all columns, however wide the table gets
    #[arg(help_heading = OUTPUT, long)]
    pub(crate) wide: bool,
    /// Order of calls, worst first
    #[arg(help_heading = FIGURES, long, value_enum, default_value_t = Sort::Mos)]
    pub(crate) sort: Sort,
    /// Show this many rows [default: 20 in a table, otherwise all]
    #[arg(long, alias = "worst", value_name = "N", help_heading = FIGURES)]
    pub(crate) top: Option<usize>,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = StatsFormat::Table, help_heading = OUTPUT)]
    pub(crate) format: StatsFormat,
    /// Write CSV that is safe to open in a spreadsheet: an apostrophe before text that looks like a
    /// formula, a byte order mark, CRLF line ends
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) spreadsheet: bool,
    /// Formula for R and MOS
    #[arg(help_heading = FIGURES, long, value_enum, value_name = "FORMULA", default_value_t = Formula::Emodel)]
    pub(crate) mos: Formula,
    /// Mark and count calls beyond these limits: default, twilio, cqd, teams, cisco, none, or a list
    /// such as loss>1%,rtt>400 (loss, mos, r, rtt, jitter; rtt and jitter are 95th percentiles);
    /// `list` shows the names [default: default]
    #[arg(long, value_name = "LIMITS", value_parser = parse_all_limits, help_heading = FIGURES)]
    #[arg(add = ArgValueCompleter::new(LimitsCompleter))]
    pub(crate) limits: Option<LimitsArg>,
    /// Exit with 1 if a call has a channel beyond these limits, and with 2 if no call has a figure
    /// that they can check. Also poor>5% of all calls, and with --compare changes of poor, loss,
    /// jitter, rtt or mos, such as poor>+2pp (percentage points) or mos<-0.1; with --by of a group
    #[arg(long, value_name = "LIMITS", value_parser = parse_fail_on, help_heading = FIGURES)]
    #[arg(add = ArgValueCompleter::new(LimitsCompleter))]
    pub(crate) fail_on: Option<LimitsArg>,
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
    /// Hash participants with the key in this file (32 bytes or more), so that --merge can tell which
    /// are the same; use one key for all parts
    #[arg(long, value_name = "FILE", help_heading = FIGURES, conflicts_with = "merge")]
    pub(crate) key_file: Option<PathBuf>,
    /// Merge files written by `stats --format part` or json, given in order
    #[arg(help_heading = FIGURES, long)]
    #[arg(conflicts_with_all = ["types", "call_ids", "call_id_file", "conditions", "span"])]
    pub(crate) merge: bool,
    #[command(flatten)]
    pub(crate) contract: ContractArgs,
    #[command(flatten)]
    pub(crate) input: Input,
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

fn parse_fail_on(text: &str) -> Result<LimitsArg, String> {
    if text == "list" {
        return Ok(LimitsArg::List);
    }
    let (mut of_calls, mut of_run) = (Vec::new(), Vec::new());
    for part in text.split(',').map(str::trim) {
        match RunLimit::parse(part) {
            Some(limit) => of_run.push(limit?),
            None => of_calls.extend(parse_limits(part)?),
        }
    }
    Ok(LimitsArg::Limits(of_calls, of_run))
}
