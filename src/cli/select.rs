//! Commands that pass lines on: `filter` as they are, `pretty` for reading, `convert` for programs.

use clap::{Args, ValueEnum};
use clap_complete::engine::{ArgValueCandidates, ArgValueCompleter};

use super::complete::{WhereCompleter, columns};
use super::{ContractArgs, Input, OutputArgs, Selectors};

pub(super) const FILTER_EXAMPLES: &str = "\
Examples:
  voxev filter --type flagraise,flaglower capture.jsonl
  voxev filter --call-id d7a9f1b7-fc17-43fe-8ca7-e584a2b34792 captures/
  voxev filter --invalid capture.jsonl | voxev pretty
  voxev filter -v --type audiostats capture.jsonl        all but the statistics
  voxev filter --type flagraise --around 3 capture.jsonl   with what happened around it in its call
  voxev filter -c --type callstarted captures/           how many
  voxev filter --call-id-file calls.txt captures/        the calls of a list, one per line

A line without the wanted type or call in its bytes is passed over, readable or not; with -v,
--rejects, --around or more than 32 of them, every line is read.
With --around, a call goes on in the next capture, and a line that names no call stands alone. Lines
wait until it is known whether a later one wants them, so nothing comes at once from `tail -f`.
Exit codes: 0 something selected; 1 nothing; 2 a capture could not be read.";

/// `voxev filter`.
#[derive(Debug, Args)]
pub(crate) struct FilterArgs {
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) selectors: Selectors,
    /// Only events with such a documented property: `roundTripTimeMillis>400`. One of = != < <= >
    /// >= ~ (contains); may be repeated, and all must hold
    #[arg(long = "where", value_name = "CONDITION", add = ArgValueCompleter::new(WhereCompleter))]
    pub(crate) conditions: Vec<String>,
    /// Only events sent from this time on (clientSentTimestamp): a date, a date and time (UTC),
    /// RFC 3339, or ms since 1970
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Only events sent until this time; a date includes that day
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// Only lines with an error, as `validate` sees it
    #[arg(long, conflicts_with = "valid")]
    pub(crate) invalid: bool,
    /// Only lines without an error
    #[arg(long)]
    pub(crate) valid: bool,
    #[command(flatten)]
    pub(crate) contract: ContractArgs,
    /// Print also the N events before each line, and the N after it, that are of the same call; all
    /// in the capture's order. Events more than 32 MiB away from the line are not found
    #[arg(long, value_name = "N", conflicts_with = "count")]
    pub(crate) around: Option<u32>,
    /// Print the lines that would not be printed, and only those
    #[arg(short = 'v', long)]
    pub(crate) invert: bool,
    /// Print only how many lines, for each capture
    #[arg(short, long)]
    pub(crate) count: bool,
    /// Stop after this many lines; what is --around them still follows
    #[arg(short, long, value_name = "N")]
    pub(crate) max_count: Option<u64>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

pub(super) const PRETTY_EXAMPLES: &str = "\
Examples:
  voxev pretty capture.jsonl
  voxev pretty --oneline --call-id d7a9f1b7-fc17-43fe-8ca7-e584a2b34792 capture.jsonl
  tail -f capture.jsonl | voxev show --oneline";

/// `voxev pretty`.
#[derive(Debug, Args)]
pub(crate) struct PrettyArgs {
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) selectors: Selectors,
    /// One aligned line an event, with what matters for its type
    #[arg(long)]
    pub(crate) oneline: bool,
}

pub(super) const CONVERT_EXAMPLES: &str = "\
Examples:
  voxev convert --to json -o events.json capture.jsonl
  voxev convert --to csv --type audiostats -o stats.csv capture.jsonl
  voxev convert --to tsv --columns callId,packetsLost --type audiostats capture.jsonl
  voxev convert --to csv --spreadsheet -o calls.csv capture.jsonl   for people who open it in Excel
  voxev convert --to jsonl --rejects broken.txt -o clean.jsonl capture.jsonl

Exit codes: 0 all converted; 1 some lines were not; 2 a file could not be read or written.";

/// `voxev convert`.
#[derive(Debug, Args)]
pub(crate) struct ConvertArgs {
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) selectors: Selectors,
    /// The format to convert to
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) to: Target,
    /// Columns of a table, in this order; `extra` holds what the others do not [default: all
    /// documented properties of the selected types, then extra]
    #[arg(long, value_name = "PATH", value_delimiter = ',')]
    #[arg(add = ArgValueCandidates::new(columns))]
    pub(crate) columns: Vec<String>,
    /// Write a table that is safe to open in Excel and other spreadsheets: an apostrophe before text
    /// that would be a formula, a byte order mark, CRLF line ends
    #[arg(long)]
    pub(crate) spreadsheet: bool,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
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
}
