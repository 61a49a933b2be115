//! `voxev report`: which calls the report shows, where it goes, and what is replaced in it.

use std::path::PathBuf;

use clap::Args;

use super::{ContractArgs, FIGURES, FigureArgs, Input, OUTPUT, REDACTION, Selectors};

pub(super) const EXAMPLES: &str = "\
Examples:
  voxev report -o report.html logs/
  voxev report --since 2026-01-06 -o report.html logs/
  voxev report --by day --compare last-week.json -o report.html logs/
  voxev report --join calls.csv --by carrier --keep carrier -o report.html logs/
  voxev report --call-id 5f0c --show-personal -o call.html capture.jsonl

The report is one file that needs no network: an overview with charts, a table of all calls that can
be sorted and filtered, and the worst calls in full. Phone numbers, names, texts and identifiers are
replaced by made-up ones, as by `redact`.

Exit codes: 0 the report is written; 2 could not run, there is no call, or a capture could not be
read.";

/// `voxev report`.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    pub(crate) selectors: Selectors,
    #[command(flatten)]
    pub(crate) figures: FigureArgs,
    /// Show this many of the worst calls in full
    #[arg(long, value_name = "N", default_value_t = 200, help_heading = FIGURES)]
    pub(crate) calls: usize,
    /// Write to this file, atomically and on success only [default: standard output]
    #[arg(short, long, value_name = "FILE", help_heading = OUTPUT)]
    pub(crate) output: Option<PathBuf>,
    /// Title of the report
    #[arg(long, value_name = "TEXT", default_value = "Call quality", help_heading = OUTPUT)]
    pub(crate) title: String,
    /// Say in the report when it was made, for example `now`; written as for --since [default: no
    /// time, so that equal runs write equal reports]
    #[arg(long, value_name = "TIME", help_heading = OUTPUT)]
    pub(crate) made_at: Option<String>,
    /// Keep phone numbers, names, texts and identifiers as they are
    #[arg(long, help_heading = REDACTION, conflicts_with_all = ["key_file", "keep"])]
    pub(crate) show_personal: bool,
    /// Derive replacements from the key in this file (32 bytes or more), as `redact` does, so that
    /// other runs give the same ones [default: a random key for this run]
    #[arg(long, value_name = "FILE", help_heading = REDACTION)]
    pub(crate) key_file: Option<PathBuf>,
    /// Keep the values of this column of --join, which are replaced otherwise; may be repeated
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', help_heading = REDACTION)]
    #[arg(requires = "join")]
    pub(crate) keep: Vec<String>,
    #[command(flatten)]
    pub(crate) contract: ContractArgs,
    #[command(flatten)]
    pub(crate) input: Input,
}
