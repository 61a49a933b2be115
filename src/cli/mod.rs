//! What was typed: the command line, its help and its examples, a file for each group of commands.

mod complete;
mod contract;
mod input;
mod make;
mod print;
mod select;
mod stats;
mod validate;
mod value;

use std::ffi::OsString;

use clap::{Parser, Subcommand, ValueEnum};

pub(crate) use complete::shells;
pub(crate) use contract::ContractArgs;
pub(crate) use input::{Input, OutputArgs, Selectors};
pub(crate) use make::GenerateArgs;
pub(crate) use print::{CompletionsArgs, ExplainArgs, ManArgs, SchemaArgs};
pub(crate) use select::{ConvertArgs, FilterArgs, PrettyArgs, Target};
pub(crate) use stats::StatsArgs;
pub(crate) use validate::ValidateArgs;

/// Inspect and validate captures of Salesforce Service Cloud Voice toolkit events.
///
/// A capture is a JSON Lines file: one {"type": …, "detail": {…}} payload a line.
#[derive(Debug, Parser)]
#[command(name = "voxev", version, propagate_version = true, arg_required_else_help = true)]
#[command(max_term_width = 100, after_help = TOUR)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Whether to colour text for people
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", display_order = 900)]
    pub(crate) color: When,
}

const TOUR: &str = "\
Examples:
  voxev validate capture.jsonl               what is wrong, line by line
  voxev filter --type flagraise capture.jsonl
  voxev pretty --oneline capture.jsonl
  voxev convert --to csv --type audiostats -o stats.csv capture.jsonl
  voxev stats --worst 10 capture.jsonl       the calls that sounded worst
  voxev explain audiostats                   what an event means
  voxev explain missing-property             what a rule means
  voxev generate > calls.jsonl               a made-up capture to try things on

Exit codes: 0 good; 1 errors found, nothing selected, lines left out, or calls
beyond limits; 2 trouble.";

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// On a terminal, unless NO_COLOR is set; CLICOLOR_FORCE counts too
    Auto,
    /// Also in files and pipes
    Always,
    /// Not at all
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check every line against the contract of its event
    #[command(after_help = validate::EXAMPLES)]
    Validate(ValidateArgs),
    /// Print the lines of some events or calls, byte for byte
    #[command(after_help = select::FILTER_EXAMPLES)]
    Filter(FilterArgs),
    /// Lay events out for reading
    #[command(visible_alias = "show", after_help = select::PRETTY_EXAMPLES)]
    Pretty(PrettyArgs),
    /// Turn a capture into JSON, CSV or TSV
    #[command(after_help = select::CONVERT_EXAMPLES)]
    Convert(ConvertArgs),
    /// Tell how calls went: their events, and how they sounded
    #[command(after_help = stats::EXAMPLES)]
    Stats(StatsArgs),
    /// List the events, or print the JSON Schema of one or of all
    #[command(after_help = print::SCHEMA_EXAMPLES)]
    Schema(SchemaArgs),
    /// Tell what an event or a rule means, with an example
    #[command(after_help = print::EXPLAIN_EXAMPLES)]
    Explain(ExplainArgs),
    /// Make a capture up: calls that never were, the same for the same seed
    #[command(after_help = make::EXAMPLES)]
    Generate(GenerateArgs),
    /// Print the script that completes voxev's command lines in a shell
    #[command(after_help = print::COMPLETIONS_EXAMPLES)]
    Completions(CompletionsArgs),
    /// Write man pages into a folder
    #[command(after_help = print::MAN_EXAMPLES)]
    Man(ManArgs),
}

/// The value of --color, as far as it can be told where the command line makes no sense.
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
