//! `voxev validate`: what is checked, and how findings are written.

use std::path::PathBuf;

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::complete;
use super::value::parse_report;
use super::{ContractArgs, Input, Selectors};
use crate::output::{Format, ReportSpec};

pub(super) const EXAMPLES: &str = "\
Examples:
  voxev validate capture.jsonl
  voxev validate fixtures/                   every .jsonl and .ndjson file below
  voxev validate --strict fixtures/          warnings and undocumented properties are errors
  voxev validate --allow missing-property --deny observed-value capture.jsonl
  voxev validate 'fixtures/**/*.jsonl'       a pattern, whatever the shell makes of **
  voxev validate                             what the files of voxev.toml say
  voxev validate --lifecycle capture.jsonl   the order of events in each call, too
  voxev validate --format json capture.jsonl | jq -r .message
  voxev validate --format github --report sarif=voxev.sarif fixtures/
  voxev validate --write-baseline known.json fixtures/
  voxev validate --baseline known.json fixtures/             only what is new fails
  tail -f capture.jsonl | voxev validate --format short

A line that cannot be read is reported whatever --type and --call-id say: nobody can tell what it
was. Exit codes: 0 no errors; 1 errors, or more warnings than --max-warnings; 2 a capture could not
be read, or there was nothing to check.";

/// `voxev validate`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ValidateArgs {
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) selectors: Selectors,
    #[command(flatten)]
    pub(crate) contract: ContractArgs,
    /// Check the order of events in each call, too: the rules lifecycle/…, warnings by default
    #[arg(long, overrides_with = "no_lifecycle")]
    pub(crate) lifecycle: bool,
    /// Check lines only, whatever voxev.toml says
    #[arg(long, overrides_with = "lifecycle")]
    pub(crate) no_lifecycle: bool,
    /// How findings are written
    #[arg(short, long, value_enum, default_value_t = Format::Pretty)]
    pub(crate) format: Format,
    /// Write findings to a file as well, in this format; may be repeated
    #[arg(long, value_name = "FORMAT=PATH", value_parser = parse_report)]
    #[arg(add = ArgValueCompleter::new(complete::ReportCompleter))]
    pub(crate) report: Vec<ReportSpec>,
    /// Ignore findings recorded in this file: only new ones are shown and fail [default: the
    /// baseline of voxev.toml]
    #[arg(long, value_name = "FILE", conflicts_with = "fail_fast")]
    pub(crate) baseline: Option<PathBuf>,
    /// Use no baseline, whatever voxev.toml says
    #[arg(long, conflicts_with = "baseline")]
    pub(crate) no_baseline: bool,
    /// Write all findings to this file, for --baseline
    #[arg(long, value_name = "FILE", conflicts_with = "fail_fast")]
    pub(crate) write_baseline: Option<PathBuf>,
    /// Print the settings that hold, for FILE where one is given, and where each comes from; check
    /// nothing
    #[arg(long)]
    pub(crate) show_config: bool,
    /// Show this many findings and count the rest [default: 100 with pretty and short; sarif
    /// 25000, gitlab 100000, junit 10000; else all]
    #[arg(long, value_name = "N")]
    pub(crate) max_findings: Option<u64>,
    /// Fail if there are more warnings than this
    #[arg(long, value_name = "N")]
    pub(crate) max_warnings: Option<u64>,
    /// Stop at the first error
    #[arg(long)]
    pub(crate) fail_fast: bool,
    /// No summary; twice: nothing but the exit code
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub(crate) quiet: u8,
}
