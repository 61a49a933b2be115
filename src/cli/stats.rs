//! `voxev stats`: which figures of calls to compute, and how they are written.

use std::path::PathBuf;

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::complete::LimitsCompleter;
use super::{ContractArgs, FIGURES, Input, OUTPUT, SELECTION, Selectors};
use crate::calls::quality::Formula;
use crate::calls::{QualityLimit, parse_limits};
use crate::output::{By, Sort, StatsFormat};
use crate::text::time::{instant, last_instant};

pub(super) const EXAMPLES: &str = "\
Examples:
  voxev stats --top 10 logs/                 the ten calls with the worst audio
  voxev stats --since 2026-01-06 logs/       calls since a date
  voxev stats --call-id 5f0c1e9a-3c1d-4b52-b0a4-6f9f0a7f2d11 capture.jsonl
  voxev stats --by capture --sort loss --limits twilio logs/
  voxev stats --fail-on 'loss>1%,mos<3.5' capture.jsonl
  voxev stats --format csv --spreadsheet logs/ > calls.csv     to open in Excel
  voxev stats --format json a.jsonl > a.json       compute parts on several machines,
  voxev stats --merge a.json b.json                then merge their figures

Exit codes: 0 success; 1 calls beyond the limits of --fail-on; 2 could not run, or no call has a
figure that --fail-on can check.";

/// `voxev stats`.
#[derive(Debug, Args)]
pub(crate) struct StatsArgs {
    #[command(flatten)]
    pub(crate) selectors: Selectors,
    /// What each row summarises
    #[arg(help_heading = FIGURES, long, value_enum, default_value_t = By::Call)]
    pub(crate) by: By,
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
    /// Mark channels beyond these limits: twilio, cqd, teams, cisco, or a list such as
    /// loss>1%,rtt>400 (loss, mos, r, rtt, jitter; rtt and jitter are 95th percentiles)
    #[arg(long, value_name = "LIMITS", value_parser = parse_all_limits, help_heading = FIGURES)]
    #[arg(add = ArgValueCompleter::new(LimitsCompleter))]
    pub(crate) limits: Option<Limits>,
    /// Exit with 1 if a call has a channel beyond these limits, and with 2 if no call has a figure
    /// that they can check
    #[arg(long, value_name = "LIMITS", value_parser = parse_all_limits, help_heading = FIGURES)]
    #[arg(add = ArgValueCompleter::new(LimitsCompleter))]
    pub(crate) fail_on: Option<Limits>,
    /// Select calls with an event at this time or later: a date, a date and time (UTC), RFC 3339, or
    /// ms since 1970. Calls without timestamps are excluded, and their number is shown
    #[arg(long, value_name = "TIME", value_parser = instant, help_heading = SELECTION)]
    pub(crate) since: Option<i64>,
    /// Select calls that began at this time or earlier; a date includes the whole day
    #[arg(long, value_name = "TIME", value_parser = last_instant, help_heading = SELECTION)]
    pub(crate) until: Option<i64>,
    /// Hash participants with the key in this file (32 bytes or more), so that --merge can tell which
    /// are the same; use one key for all parts
    #[arg(long, value_name = "FILE", help_heading = FIGURES, conflicts_with = "merge")]
    pub(crate) key_file: Option<PathBuf>,
    /// Merge files written by `stats --format json`, given in order
    #[arg(help_heading = FIGURES, long, conflicts_with_all = ["types", "call_ids", "call_id_file"])]
    pub(crate) merge: bool,
    #[command(flatten)]
    pub(crate) contract: ContractArgs,
    #[command(flatten)]
    pub(crate) input: Input,
}

/// Limits of `stats`; a type of their own, for clap reads a list as an option given several times.
#[derive(Debug, Clone, Default)]
pub(crate) struct Limits(pub(crate) Vec<QualityLimit>);

fn parse_all_limits(text: &str) -> Result<Limits, String> {
    parse_limits(text).map(Limits)
}
