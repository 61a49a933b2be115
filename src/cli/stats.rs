//! `stats`: how calls went.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::{Input, Selectors};
use crate::calls::quality::Formula;
use crate::calls::{QualityLimit, parse_limits};
use crate::commands::shell::LimitsCompleter;
use crate::output::{By, Form, Sort};
use crate::select::instant;

pub(super) const EXAMPLES: &str = "\
Examples:
  voxev stats --worst 10 logs/               the ten calls that sounded worst
  voxev stats --since 2026-01-06 logs/       customers complain since Tuesday
  voxev stats --call-id 5f0c1e9a-3c1d-4b52-b0a4-6f9f0a7f2d11 capture.jsonl
  voxev stats --by capture --sort loss --limits twilio logs/
  voxev stats --fail-on 'loss>1%,mos<3.5' capture.jsonl
  voxev stats --format json a.jsonl > a.json       each part on its own machine,
  voxev stats --merge a.json b.json                and then the figures of the whole

Exit codes: 0 done; 1 calls beyond the limits of --fail-on; 2 trouble.";

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
    #[arg(short, long, value_enum, default_value_t = Form::Table)]
    pub(crate) format: Form,
    /// The formula of R and MOS
    #[arg(long, value_enum, value_name = "FORMULA", default_value_t = Formula::Emodel)]
    pub(crate) mos: Formula,
    /// Mark channels beyond these limits: twilio, cqd, teams, cisco, or like loss>1%,rtt>400
    /// (of loss, mos, r, rtt, jitter; rtt and jitter by their 95th percentile)
    #[arg(long, value_name = "LIMITS", value_parser = parse_all_limits)]
    #[arg(add = ArgValueCompleter::new(LimitsCompleter))]
    pub(crate) limits: Option<Limits>,
    /// Exit with 1 if a call has a channel beyond these limits
    #[arg(long, value_name = "LIMITS", value_parser = parse_all_limits)]
    #[arg(add = ArgValueCompleter::new(LimitsCompleter))]
    pub(crate) fail_on: Option<Limits>,
    /// Only calls that go on at this time or later, as far as their events carry a time: RFC 3339, or
    /// ms since 1970. Calls without any are counted and left out
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub(crate) since: Option<i64>,
    /// Only calls that have begun until this time
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub(crate) until: Option<i64>,
    /// The arguments are what `stats --format json` wrote of parts, in their order
    #[arg(long, conflicts_with_all = ["types", "call_ids"])]
    pub(crate) merge: bool,
}

/// Limits of `stats`; a type of their own, for clap reads a list as an option given several times.
#[derive(Debug, Clone, Default)]
pub(crate) struct Limits(pub(crate) Vec<QualityLimit>);

fn parse_all_limits(text: &str) -> Result<Limits, String> {
    parse_limits(text).map(Limits)
}
