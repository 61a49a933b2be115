//! `voxev stats`: which figures of calls to compute, and how they are written.

use std::path::PathBuf;

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::complete::LimitsCompleter;
use super::{ContractArgs, FIGURES, FigureArgs, Input, LimitsArg, OUTPUT, Selectors};
use crate::calls::comparison::RunLimit;
use crate::calls::parse_limits;
use crate::output::StatsFormat;

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
    #[command(flatten)]
    pub(crate) figures: FigureArgs,
    /// Show all columns, however wide the table gets
    #[arg(help_heading = OUTPUT, long)]
    pub(crate) wide: bool,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = StatsFormat::Table, help_heading = OUTPUT)]
    pub(crate) format: StatsFormat,
    /// Write CSV that is safe to open in a spreadsheet: an apostrophe before text that looks like a
    /// formula, a byte order mark, CRLF line ends
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) spreadsheet: bool,
    /// Exit with 1 if a call has a channel beyond these limits, and with 2 if no call has a figure
    /// that they can check. Also poor>5% of all calls, and with --compare changes of poor, loss,
    /// jitter, rtt or mos, such as poor>+2pp (percentage points) or mos<-0.1; with --by of a group
    #[arg(long, value_name = "LIMITS", value_parser = parse_fail_on, help_heading = FIGURES)]
    #[arg(add = ArgValueCompleter::new(LimitsCompleter))]
    pub(crate) fail_on: Option<LimitsArg>,
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
