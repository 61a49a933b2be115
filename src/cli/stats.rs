//! `stats`: how calls went.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::complete::LimitsCompleter;
use super::{ContractArgs, Input, Selectors};
use crate::calls::quality::Formula;
use crate::calls::{QualityLimit, parse_limits};
use crate::output::{By, Sort, StatsFormat};
use crate::text::time::{instant, last_instant};

pub(super) const EXAMPLES: &str = "\
Examples:
  voxev stats --worst 10 logs/               the ten calls that sounded worst
  voxev stats --since 2026-01-06 logs/       customers complain since Tuesday
  voxev stats --call-id 5f0c1e9a-3c1d-4b52-b0a4-6f9f0a7f2d11 capture.jsonl
  voxev stats --by capture --sort loss --limits twilio logs/
  voxev stats --fail-on 'loss>1%,mos<3.5' capture.jsonl
  voxev stats --format csv --spreadsheet logs/ > calls.csv     to open in Excel
  voxev stats --format json a.jsonl > a.json       each part on its own machine,
  voxev stats --merge a.json b.json                and then the figures of the whole

Exit codes: 0 done; 1 calls beyond the limits of --fail-on; 2 trouble, or nothing to judge by them.";

/// `voxev stats`.
#[derive(Debug, Args)]
pub(crate) struct StatsArgs {
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) selectors: Selectors,
    /// What a row is about
    #[arg(long, value_enum, default_value_t = By::Call)]
    pub(crate) by: By,
    /// The order of calls, the worst or the most first
    #[arg(long, value_enum, default_value_t = Sort::Mos)]
    pub(crate) sort: Sort,
    /// Show this many rows [default: 20 in a table; else all]
    #[arg(long, value_name = "N")]
    pub(crate) worst: Option<usize>,
    /// How figures are written
    #[arg(short, long, value_enum, default_value_t = StatsFormat::Table)]
    pub(crate) format: StatsFormat,
    /// Write CSV that is safe to open in Excel and other spreadsheets: an apostrophe before text that
    /// would be a formula, a byte order mark, CRLF line ends
    #[arg(long)]
    pub(crate) spreadsheet: bool,
    /// The formula of R and MOS
    #[arg(long, value_enum, value_name = "FORMULA", default_value_t = Formula::Emodel)]
    pub(crate) mos: Formula,
    /// Mark channels beyond these limits: twilio, cqd, teams, cisco, or like loss>1%,rtt>400
    /// (of loss, mos, r, rtt, jitter; rtt and jitter by their 95th percentile)
    #[arg(long, value_name = "LIMITS", value_parser = parse_all_limits)]
    #[arg(add = ArgValueCompleter::new(LimitsCompleter))]
    pub(crate) limits: Option<Limits>,
    /// Exit with 1 if a call has a channel beyond these limits, and with 2 if no call has any figure
    /// to judge by them
    #[arg(long, value_name = "LIMITS", value_parser = parse_all_limits)]
    #[arg(add = ArgValueCompleter::new(LimitsCompleter))]
    pub(crate) fail_on: Option<Limits>,
    /// Only calls that go on at this time or later, as far as their events carry a time: a date, a date
    /// and time (UTC), RFC 3339, or ms since 1970. Calls without any are counted and left out
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub(crate) since: Option<i64>,
    /// Only calls that have begun until this time; a date includes that day
    #[arg(long, value_name = "TIME", value_parser = last_instant)]
    pub(crate) until: Option<i64>,
    /// The arguments are what `stats --format json` wrote of parts, in their order
    #[arg(long, conflicts_with_all = ["types", "call_ids", "call_id_file"])]
    pub(crate) merge: bool,
    #[command(flatten)]
    pub(crate) contract: ContractArgs,
}

/// Limits of `stats`; a type of their own, for clap reads a list as an option given several times.
#[derive(Debug, Clone, Default)]
pub(crate) struct Limits(pub(crate) Vec<QualityLimit>);

fn parse_all_limits(text: &str) -> Result<Limits, String> {
    parse_limits(text).map(Limits)
}
