//! The command line, its help and its examples, with one file for each group of commands.

mod complete;
mod contract;
mod extract;
mod figures;
mod input;
mod make;
mod print;
mod redact;
mod report;
mod select;
mod shrink;
mod stats;
mod validate;
mod value;

use std::ffi::OsString;

use clap::{Parser, Subcommand, ValueEnum};

pub(crate) use complete::shells;
pub(crate) use contract::ContractArgs;
pub(crate) use extract::{AccountFormat, ExtractArgs};
pub(crate) use figures::{FigureArgs, LimitsArg};
pub(crate) use input::{Input, OutputArgs, Selectors};
pub(crate) use make::{GenerateArgs, RecorderArgs};
pub(crate) use print::{
    CompletionsArgs, ExplainArgs, ManArgs, ReplayFormat, ReplayModuleArgs, SchemaArgs, SchemaFormat,
};
pub(crate) use redact::RedactArgs;
pub(crate) use report::ReportArgs;
pub(crate) use select::{ConvertArgs, FilterArgs, PartitionBy, PrettyArgs, Target};
pub(crate) use shrink::{FindingPlace, Keep, ShrinkArgs};
pub(crate) use stats::StatsArgs;
pub(crate) use validate::ValidateArgs;

/// Inspect and validate captures of Salesforce Service Cloud Voice toolkit events.
///
/// A capture has one {"type": …, "detail": {…}} payload per line, or is a JSON array of payloads.
#[derive(Debug, Parser)]
#[command(name = "voxev", version, propagate_version = true, arg_required_else_help = true)]
#[command(max_term_width = 100, after_help = TOUR)]
pub(crate) struct Cli {
    /// The command to run.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", display_order = 900)]
    #[arg(help_heading = OUTPUT)]
    pub(crate) color: When,
}

/// The headings of options in `--help`.
const INPUT: &str = "Input";
const SELECTION: &str = "Selection";
const CONTRACT: &str = "Contract";
const FINDINGS: &str = "Findings";
const FIXES: &str = "Fixes";
const FIGURES: &str = "Figures";
const REDACTION: &str = "Redaction";
const OUTPUT: &str = "Output";
const PERFORMANCE: &str = "Performance";

const TOUR: &str = "\
Examples:
  voxev validate capture.jsonl               list what is wrong, line by line
  voxev filter --type flagraise capture.jsonl
  voxev pretty --oneline capture.jsonl
  voxev convert --to csv --type audiostats -o stats.csv capture.jsonl
  voxev extract console.log -o capture.jsonl
  voxev stats --top 10 capture.jsonl         show the calls with the worst audio
  voxev report -o report.html capture.jsonl  the same as an HTML file to send on
  voxev redact -o shared.jsonl capture.jsonl   replace personal data with made-up data
  voxev shrink --keep missing-property capture.jsonl   the smallest capture with a finding
  voxev explain audiostats                   describe an event
  voxev explain missing-property             describe a rule
  voxev generate > calls.jsonl               write a synthetic capture

Exit codes: 0 success; 1 errors found, nothing selected, lines not converted, or calls beyond
limits; 2 could not run.";

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// On a terminal, unless NO_COLOR is set, or anywhere if CLICOLOR_FORCE is set
    Auto,
    /// Always, also in files and pipes
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check every line against the contract of its event
    #[command(after_help = validate::EXAMPLES)]
    Validate(ValidateArgs),
    /// Print selected lines, byte for byte
    #[command(after_help = select::FILTER_EXAMPLES)]
    Filter(FilterArgs),
    /// Print events in a readable layout
    #[command(visible_alias = "show", after_help = select::PRETTY_EXAMPLES)]
    Pretty(PrettyArgs),
    /// Convert a capture to JSON, CSV, TSV or Parquet
    #[command(after_help = select::CONVERT_EXAMPLES)]
    Convert(ConvertArgs),
    /// Replace personal data with made-up data, for sharing
    #[command(after_help = redact::EXAMPLES)]
    Redact(RedactArgs),
    /// Shrink a capture to the lines and properties that a finding needs
    #[command(after_help = shrink::EXAMPLES)]
    Shrink(ShrinkArgs),
    /// Extract payloads from logs and other text
    #[command(after_help = extract::EXAMPLES)]
    Extract(ExtractArgs),
    /// Summarise calls and audio quality
    #[command(after_help = stats::EXAMPLES)]
    Stats(StatsArgs),
    /// Write a report of calls and audio quality as one HTML file
    #[command(after_help = report::EXAMPLES)]
    Report(ReportArgs),
    /// List the events, or print their JSON Schema
    #[command(after_help = print::SCHEMA_EXAMPLES)]
    Schema(SchemaArgs),
    /// Explain an event or a rule, with an example
    #[command(after_help = print::EXPLAIN_EXAMPLES)]
    Explain(ExplainArgs),
    /// Generate a synthetic capture
    #[command(after_help = make::EXAMPLES)]
    Generate(GenerateArgs),
    /// Print a JavaScript module that replays captures
    #[command(after_help = print::REPLAY_MODULE_EXAMPLES)]
    ReplayModule(ReplayModuleArgs),
    /// Write a Lightning web component that records events
    #[command(after_help = make::RECORDER_EXAMPLES)]
    Recorder(RecorderArgs),
    /// Print the completion script for a shell
    #[command(after_help = print::COMPLETIONS_EXAMPLES)]
    Completions(CompletionsArgs),
    /// Write man pages into a folder
    #[command(after_help = print::MAN_EXAMPLES)]
    Man(ManArgs),
}

/// The value of --color, as far as it can be read from an invalid command line.
pub(crate) fn asked_color(arguments: impl Iterator<Item = OsString>) -> When {
    let mut asked = When::Auto;
    let mut is_next = false;
    for argument in arguments.take_while(|it| it != "--") {
        let argument = argument.to_string_lossy();
        let value = argument.strip_prefix("--color=").or(is_next.then_some(&*argument));
        asked = value.and_then(|it| When::from_str(it, false).ok()).unwrap_or(asked);
        is_next = argument == "--color";
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }
}
