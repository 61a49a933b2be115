//! `voxev validate`: what is checked, and how findings are written.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use clap_complete::engine::ArgValueCompleter;

use super::value::parse_report;
use super::{CONTRACT, ContractArgs, FINDINGS, FIXES, INPUT, Input, OUTPUT, Selectors, complete};
use crate::output::{Format, ReportSpec};

pub(super) const EXAMPLES: &str = "\
Examples:
  voxev validate capture.jsonl
  voxev validate fixtures/                   every .jsonl and .ndjson file below
  voxev validate --strict fixtures/          warnings and undocumented properties are errors
  voxev validate --allow missing-property --deny observed-value capture.jsonl
  voxev validate 'fixtures/**/*.jsonl'       a quoted pattern works in any shell
  voxev validate                             the files listed in voxev.toml
  voxev validate --lifecycle capture.jsonl   also check the order of events in each call
  voxev validate --format json capture.jsonl | jq -r .message
  voxev validate --format github --report sarif=voxev.sarif fixtures/
  voxev validate --write-baseline known.json fixtures/
  voxev validate --baseline known.json fixtures/             only new findings fail
  voxev validate --follow --format short capture.jsonl       findings as lines are written
  voxev validate --diff fixtures/            show what --fix would change
  voxev validate --fix fixtures/             rewrite the captures with safe fixes

A line that cannot be parsed is always reported, regardless of --type and --call-id, because its
type and call are unknown.

--fix rewrites captures in place, atomically, and changes nothing but what a fix is about. It does
not apply to compressed captures and standard input.

Exit codes: 0 no errors; 1 errors, or more warnings than --max-warnings, or with --diff, changes; 2
could not run, a capture could not be read or changed, or there was nothing to check. With --fix, it
is what remains that counts.";

/// `voxev validate`.
#[derive(Debug, Clone, Args)]
#[command(group = ArgGroup::new("fixing").args(["fix", "diff"]).multiple(true))]
pub(crate) struct ValidateArgs {
    #[command(flatten)]
    pub(crate) selectors: Selectors,
    #[command(flatten)]
    pub(crate) contract: ContractArgs,
    /// Also check the order of events in each call (rules lifecycle/…, warnings by default)
    #[arg(long, overrides_with = "no_lifecycle", conflicts_with = "span", help_heading = CONTRACT)]
    pub(crate) lifecycle: bool,
    /// Do not check the order of events, even if voxev.toml sets `lifecycle`
    #[arg(long, overrides_with = "lifecycle", help_heading = CONTRACT)]
    pub(crate) no_lifecycle: bool,
    /// Ignore findings recorded in FILE [default: the baseline of voxev.toml]
    #[arg(long, value_name = "FILE", conflicts_with = "fail_fast", help_heading = FINDINGS)]
    pub(crate) baseline: Option<PathBuf>,
    /// Use no baseline, even if voxev.toml names one
    #[arg(long, conflicts_with = "baseline", help_heading = FINDINGS)]
    pub(crate) no_baseline: bool,
    /// Record all findings in this file, to be used with --baseline
    #[arg(long, value_name = "FILE", conflicts_with = "fail_fast", help_heading = FINDINGS)]
    pub(crate) write_baseline: Option<PathBuf>,
    /// Print the effective settings, for FILE if given, and the source of each, and exit
    #[arg(long, help_heading = CONTRACT)]
    pub(crate) show_config: bool,
    /// Show at most this many findings and count the rest [default: pretty and short 100, sarif
    /// 25000, gitlab 100000, junit 10000, otherwise all]
    #[arg(long, value_name = "N", help_heading = FINDINGS)]
    pub(crate) max_findings: Option<u64>,
    /// Show every finding; otherwise `pretty` counts those similar to earlier ones
    #[arg(long, help_heading = FINDINGS)]
    pub(crate) no_group: bool,
    /// Fail if there are more warnings than this
    #[arg(long, value_name = "N", help_heading = FINDINGS)]
    pub(crate) max_warnings: Option<u64>,
    /// Stop at the first error
    #[arg(long, help_heading = FINDINGS)]
    pub(crate) fail_fast: bool,
    /// Apply safe fixes to the captures, and report what remains
    #[arg(long, help_heading = FIXES, conflicts_with = "span")]
    pub(crate) fix: bool,
    /// Print what --fix would change as a unified diff, and change nothing
    #[arg(long, help_heading = FIXES)]
    #[arg(conflicts_with_all = ["format", "report", "write_baseline", "baseline", "max_findings"])]
    #[arg(conflicts_with_all = ["max_warnings", "fail_fast", "span"])]
    pub(crate) diff: bool,
    /// With --fix or --diff, also apply fixes that are only suggested, such as removing the quotes
    /// of a number
    #[arg(long, help_heading = FIXES, requires = "fixing")]
    pub(crate) unsafe_fixes: bool,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = Format::Pretty, help_heading = OUTPUT)]
    pub(crate) format: Format,
    /// Also write findings to a file in this format; may be repeated
    #[arg(long, value_name = "FORMAT=PATH", value_parser = parse_report, help_heading = OUTPUT)]
    #[arg(add = ArgValueCompleter::new(complete::ReportCompleter))]
    pub(crate) report: Vec<ReportSpec>,
    /// Quote personal values in reports, too (json, github, gitlab, sarif, junit); by default only
    /// pretty and short do
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) show_personal: bool,
    /// Hide the summary; given twice, print nothing and only set the exit code
    #[arg(short, long, action = clap::ArgAction::Count, help_heading = OUTPUT)]
    pub(crate) quiet: u8,
    /// Go on reading files as they grow, also when they are replaced or truncated; Ctrl-C ends
    #[arg(long, help_heading = INPUT, conflicts_with_all = ["baseline", "write_baseline", "report", "span"])]
    pub(crate) follow: bool,
    #[command(flatten)]
    pub(crate) input: Input,
}
