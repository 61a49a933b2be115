//! Commands that print events: `filter` unchanged, `pretty` for reading, `convert` for programs.

use clap::{Args, ValueEnum};
use clap_complete::engine::{ArgValueCandidates, ArgValueCompleter};

use super::complete::{WhereCompleter, columns};
use super::{ContractArgs, INPUT, Input, OUTPUT, OutputArgs, SELECTION, Selectors};

pub(super) const FILTER_EXAMPLES: &str = "\
Examples:
  voxev filter --type flagraise,flaglower capture.jsonl
  voxev filter --call-id d7a9f1b7-fc17-43fe-8ca7-e584a2b34792 captures/
  voxev filter --invalid capture.jsonl | voxev pretty
  voxev filter -v --type audiostats capture.jsonl         everything except the statistics
  voxev filter --type flagraise --around 3 capture.jsonl   with 3 events before and after in the call
  voxev filter -c --type callstarted captures/            count matching lines
  voxev filter --call-id-file calls.txt captures/         calls listed in a file, one per line

A line that does not contain a selected type or callId as text is skipped without being parsed, even
if it is not valid JSON. With -v, --rejects, --around or more than 32 types and calls, every line is
parsed.
With --around, a call may continue in the next capture, and a line without a callId has no context.
Output is delayed until later lines are known.

Exit codes: 0 lines selected; 1 no line selected; 2 could not run, or a capture could not be read.";

/// `voxev filter`.
#[derive(Debug, Args)]
pub(crate) struct FilterArgs {
    #[command(flatten)]
    pub(crate) selectors: Selectors,
    /// Select events that meet a condition such as `roundTripTimeMillis>400`. Operators: = != < <= >
    /// >= ~ (contains); if repeated, all conditions must hold
    #[arg(long = "where", value_name = "CONDITION", add = ArgValueCompleter::new(WhereCompleter))]
    #[arg(help_heading = SELECTION)]
    pub(crate) conditions: Vec<String>,
    /// Select events sent at this time or later (clientSentTimestamp): 2026-01-06,
    /// "2026-01-06 14:00", 14:00 (the last one), 2h (ago), yesterday, RFC 3339, or ms since 1970
    #[arg(long, value_name = "TIME", help_heading = SELECTION)]
    pub(crate) since: Option<String>,
    /// Select events sent at this time or earlier; a date includes the whole day
    #[arg(long, value_name = "TIME", help_heading = SELECTION)]
    pub(crate) until: Option<String>,
    /// Time zone of --since and --until, for example Europe/Berlin [default: the system's]
    #[arg(long, value_name = "NAME", help_heading = SELECTION)]
    pub(crate) time_zone: Option<String>,
    /// Select lines in which `validate` finds an error
    #[arg(long, conflicts_with = "valid", help_heading = SELECTION)]
    pub(crate) invalid: bool,
    /// Select lines in which `validate` finds no error
    #[arg(long, help_heading = SELECTION)]
    pub(crate) valid: bool,
    #[command(flatten)]
    pub(crate) contract: ContractArgs,
    /// Print N events of the same call before and after each selected line, in the capture's order.
    /// Events more than 32 MiB away from the line are not found
    #[arg(long, value_name = "N", help_heading = SELECTION, conflicts_with_all = ["count", "span"])]
    pub(crate) around: Option<u32>,
    /// Invert the match
    #[arg(short = 'v', long, help_heading = SELECTION)]
    pub(crate) invert: bool,
    /// Print only the number of selected lines for each capture
    #[arg(short, long, help_heading = OUTPUT)]
    pub(crate) count: bool,
    /// Stop after this many selected lines, and after their --around events
    #[arg(short, long, value_name = "N", help_heading = SELECTION)]
    pub(crate) max_count: Option<u64>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Go on reading files as they grow, also when they are replaced or truncated; Ctrl-C ends
    #[arg(long, help_heading = INPUT, conflicts_with_all = ["around", "count", "output", "rejects", "span"])]
    pub(crate) follow: bool,
    #[command(flatten)]
    pub(crate) input: Input,
}

pub(super) const PRETTY_EXAMPLES: &str = "\
Examples:
  voxev pretty capture.jsonl
  voxev pretty --oneline --call-id d7a9f1b7-fc17-43fe-8ca7-e584a2b34792 capture.jsonl
  voxev pretty --where 'content.text~refund' capture.jsonl
  voxev pretty --follow --oneline capture.jsonl";

/// `voxev pretty`.
#[derive(Debug, Args)]
pub(crate) struct PrettyArgs {
    #[command(flatten)]
    pub(crate) selectors: Selectors,
    /// Select events that meet a condition such as `roundTripTimeMillis>400`, as in `filter`; if
    /// repeated, all conditions must hold
    #[arg(long = "where", value_name = "CONDITION", add = ArgValueCompleter::new(WhereCompleter))]
    #[arg(help_heading = SELECTION)]
    pub(crate) conditions: Vec<String>,
    /// Print one aligned line per event, with the main values of its type, cut to the terminal
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) oneline: bool,
    /// Time zone of the times in --oneline, for example Europe/Berlin [default: the system's]
    #[arg(long, value_name = "NAME", help_heading = OUTPUT)]
    pub(crate) time_zone: Option<String>,
    /// Go on reading files as they grow, also when they are replaced or truncated; Ctrl-C ends
    #[arg(long, help_heading = INPUT, conflicts_with = "span")]
    pub(crate) follow: bool,
    #[command(flatten)]
    pub(crate) input: Input,
}

pub(super) const CONVERT_EXAMPLES: &str = "\
Examples:
  voxev convert --to json -o events.json capture.jsonl
  voxev convert --to csv --type audiostats -o stats.csv capture.jsonl
  voxev convert --to tsv --columns callId,packetsLost --type audiostats capture.jsonl
  voxev convert --to csv --spreadsheet -o calls.csv capture.jsonl   to open in Excel
  voxev convert --to parquet -o events.parquet captures/           for DuckDB, Spark, pandas
  voxev convert --to parquet --partition-by type -o lake captures/   a folder for each event
  voxev convert --to jsonl --rejects broken.txt -o clean.jsonl capture.jsonl

Exit codes: 0 all lines converted; 1 some lines were not converted; 2 a file could not be read or
written.";

/// `voxev convert`.
#[derive(Debug, Args)]
pub(crate) struct ConvertArgs {
    #[command(flatten)]
    pub(crate) selectors: Selectors,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", help_heading = OUTPUT)]
    pub(crate) to: Target,
    /// Columns of the table, in this order; `extra` holds all other properties [default: the
    /// documented properties of the selected types, then extra]
    #[arg(long, value_name = "PATH", value_delimiter = ',', help_heading = OUTPUT)]
    #[arg(add = ArgValueCandidates::new(columns))]
    pub(crate) columns: Vec<String>,
    /// Write a table that is safe to open in a spreadsheet: an apostrophe before text that looks like
    /// a formula, a byte order mark, CRLF line ends
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) spreadsheet: bool,
    /// Write a folder with a folder for each event type, such as type=hold, from which query engines
    /// read only what they need. The folder must be new or empty
    #[arg(long, value_enum, value_name = "PROPERTY", help_heading = OUTPUT)]
    pub(crate) partition_by: Option<PartitionBy>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) input: Input,
}

/// Properties that tell the parts of an output apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PartitionBy {
    /// The event type
    Type,
}

/// Formats that captures can be converted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// Compact JSON Lines
    Jsonl,
    /// One JSON array
    Json,
    /// Comma-separated values (RFC 4180), with a header
    Csv,
    /// Tab-separated values, with a header
    Tsv,
    /// Apache Parquet: typed columns, compressed
    Parquet,
}
