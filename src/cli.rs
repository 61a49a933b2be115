//! What was typed: the command line, its help and its examples.

use std::path::PathBuf;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::engine::ArgValueCompleter;

use crate::outcome::Outcome;
use crate::quality::Formula;
use crate::reports::Wanted;
use crate::rule::Rule;
use crate::schema::EventId;
use crate::shell;
use crate::stats::{By, Form, QualityLimit, Sort, parse_limits};
use crate::suggest::nearest;

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
    #[command(after_help = VALIDATE_EXAMPLES)]
    Validate(ValidateArgs),
    /// Print the lines of some events or calls, byte for byte
    #[command(after_help = FILTER_EXAMPLES)]
    Filter(FilterArgs),
    /// Lay events out for reading
    #[command(visible_alias = "show", after_help = PRETTY_EXAMPLES)]
    Pretty(PrettyArgs),
    /// Turn a capture into JSON, CSV or TSV
    #[command(after_help = CONVERT_EXAMPLES)]
    Convert(ConvertArgs),
    /// Tell how calls went: their events, and how they sounded
    #[command(after_help = STATS_EXAMPLES)]
    Stats(StatsArgs),
    /// List the events, or print the JSON Schema of one or of all
    #[command(after_help = SCHEMA_EXAMPLES)]
    Schema(SchemaArgs),
    /// Tell what an event or a rule means, with an example
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(ExplainArgs),
    /// Make a capture up: calls that never were, the same for the same seed
    #[command(after_help = GENERATE_EXAMPLES)]
    Generate(GenerateArgs),
    /// Print the script that completes voxev's command lines in a shell
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions(CompletionsArgs),
    /// Write man pages into a folder
    #[command(after_help = MAN_EXAMPLES)]
    Man(ManArgs),
}

const STATS_EXAMPLES: &str = "\
Examples:
  voxev stats --worst 10 logs/               the ten calls that sounded worst
  voxev stats --call-id 5f0c1e9a-3c1d-4b52-b0a4-6f9f0a7f2d11 capture.jsonl
  voxev stats --by capture --sort loss --limits twilio logs/
  voxev stats --fail-on 'loss>1%,mos<3.5' capture.jsonl
  voxev stats --format json a.jsonl > a.json       each part on its own machine,
  voxev stats --merge a.json b.json                and then the figures of the whole

Exit codes: 0 done; 1 calls beyond the limits of --fail-on; 2 trouble.";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  source <(voxev completions bash)                              in ~/.bashrc
  source <(voxev completions zsh)                               in ~/.zshrc
  voxev completions fish | source                               in ~/.config/fish/config.fish
  voxev completions powershell | Out-String | Invoke-Expression in $PROFILE
  eval (voxev completions elvish | slurp)                       in ~/.config/elvish/rc.elv

The script asks the voxev that is on the PATH, so it never goes stale.";

const MAN_EXAMPLES: &str = "\
Examples:
  voxev man ~/.local/share/man/man1          then: man voxev-validate";

/// `voxev completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_parser = clap::builder::PossibleValuesParser::new(shell::shells()))]
    pub(crate) shell: String,
}

/// `voxev man`.
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The folder, which is made if there is none
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}

const VALIDATE_EXAMPLES: &str = "\
Examples:
  voxev validate capture.jsonl
  voxev validate fixtures/                   every .jsonl and .ndjson file below
  voxev validate --strict fixtures/          warnings and undocumented properties are errors
  voxev validate --allow missing-property --deny observed-value capture.jsonl
  voxev validate 'fixtures/**/*.jsonl'       a pattern, whatever the shell makes of **
  voxev validate                             what the files of voxev.toml say
  voxev validate --format json capture.jsonl | jq -r .message
  voxev validate --format github --report sarif=voxev.sarif fixtures/
  voxev validate --write-baseline known.json fixtures/
  voxev validate --baseline known.json fixtures/             only what is new fails
  tail -f capture.jsonl | voxev validate --format short

A line that cannot be read is reported whatever --type and --call-id say: nobody can tell what it
was. Exit codes: 0 no errors; 1 errors; 2 a capture could not be read.";

const FILTER_EXAMPLES: &str = "\
Examples:
  voxev filter --type flagraise,flaglower capture.jsonl
  voxev filter --call-id d7a9f1b7-fc17-43fe-8ca7-e584a2b34792 captures/
  voxev filter --invalid capture.jsonl | voxev pretty
  voxev filter -v --type audiostats capture.jsonl        all but the statistics
  voxev filter -c --type callstarted captures/           how many

Exit codes: 0 something selected; 1 nothing; 2 a capture could not be read.";

const PRETTY_EXAMPLES: &str = "\
Examples:
  voxev pretty capture.jsonl
  voxev pretty --oneline --call-id d7a9f1b7-fc17-43fe-8ca7-e584a2b34792 capture.jsonl
  tail -f capture.jsonl | voxev show --oneline";

const CONVERT_EXAMPLES: &str = "\
Examples:
  voxev convert --to json -o events.json capture.jsonl
  voxev convert --to csv --type audiostats -o stats.csv capture.jsonl
  voxev convert --to tsv --columns callId,packetsLost --type audiostats capture.jsonl
  voxev convert --to jsonl --rejects broken.txt -o clean.jsonl capture.jsonl

Exit codes: 0 all converted; 1 some lines were not; 2 a file could not be read or written.";

const SCHEMA_EXAMPLES: &str = "\
Examples:
  voxev schema                               the events
  voxev schema audiostats > audiostats.schema.json
  voxev schema --strict --api 64 flagraise
  voxev schema --all > any-event.schema.json
  voxev schema --config                      what voxev.toml can say";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  voxev explain transcript
  voxev explain connector-shape
  voxev explain                              all events and rules";

const GENERATE_EXAMPLES: &str = "\
Examples:
  voxev generate > calls.jsonl               ten calls
  voxev generate --size 1GiB -o large.jsonl
  voxev generate --calls 500 --mix transcript=30,note=1 -o talkative.jsonl
  voxev generate --faults 0.001 -o odd.jsonl   odd.jsonl.faults.jsonl says which lines are wrong

Calls follow each other as they do in a contact centre, several at a time. With --calls every call
comes to its end and each event's share is within 0.3 points of --mix from 200 calls on; --size cuts
the capture off at the first line's end from there on, and calls that are open stay open.
Exit codes: 0 done; 2 trouble.";

/// Where captures come from.
#[derive(Debug, Args)]
pub(crate) struct Input {
    /// Captures: files, folders (the .jsonl and .ndjson files below), quoted patterns with * and
    /// **, or - for standard input
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Work on this many threads [default: one for each core]
    #[arg(short = 'j', long, value_name = "N")]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
    /// Longest line to look into; longer ones are a finding. Units: KiB, MiB, GiB
    #[arg(long, value_name = "SIZE", default_value = "1MiB", value_parser = parse_size)]
    pub(crate) max_line_bytes: usize,
    /// Deepest nesting of arrays and objects to look into
    #[arg(long, value_name = "LEVELS", default_value_t = 128)]
    #[arg(value_parser = clap::value_parser!(u16).range(4..=1000))]
    pub(crate) max_depth: u16,
}

/// Which lines.
#[derive(Debug, Args)]
pub(crate) struct Selectors {
    /// Only events of these types
    #[arg(short, long = "type", value_name = "TYPE", value_delimiter = ',')]
    #[arg(value_parser = Names(event_names), hide_possible_values = true)]
    pub(crate) types: Vec<String>,
    /// Only events of these calls
    #[arg(long = "call-id", value_name = "ID", value_delimiter = ',')]
    pub(crate) call_ids: Vec<String>,
    /// Let --type name events that are not the toolkit's
    #[arg(long)]
    pub(crate) any_type: bool,
}

/// By what contract, and how much each rule matters.
#[derive(Debug, Args)]
pub(crate) struct JudgeArgs {
    /// Judge by the contract of this API version [default: the newest]
    #[arg(long, value_name = "VERSION")]
    pub(crate) api: Option<u64>,
    /// Make every rule an error: documented properties and values only
    #[arg(long, overrides_with = "no_strict")]
    pub(crate) strict: bool,
    /// Give rules their usual severities, whatever voxev.toml says
    #[arg(long, overrides_with = "strict")]
    pub(crate) no_strict: bool,
    /// Read this configuration [default: the nearest voxev.toml, here or above]
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,
    /// Read no configuration
    #[arg(long)]
    pub(crate) no_config: bool,
    /// Make findings of this rule errors
    #[arg(
        long,
        value_name = "RULE",
        value_delimiter = ',',
        value_enum,
        hide_possible_values = true
    )]
    pub(crate) deny: Vec<Rule>,
    /// Make findings of this rule warnings
    #[arg(
        long,
        value_name = "RULE",
        value_delimiter = ',',
        value_enum,
        hide_possible_values = true
    )]
    pub(crate) warn: Vec<Rule>,
    /// Count findings of this rule, but do not show them
    #[arg(
        long,
        value_name = "RULE",
        value_delimiter = ',',
        value_enum,
        hide_possible_values = true
    )]
    pub(crate) allow: Vec<Rule>,
}

/// `voxev validate`.
#[derive(Debug, Args)]
pub(crate) struct ValidateArgs {
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) selectors: Selectors,
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    /// How findings are written
    #[arg(short, long, value_enum, default_value_t = Format::Pretty)]
    pub(crate) format: Format,
    /// Write findings to a file as well, in this format; may be repeated
    #[arg(long, value_name = "FORMAT=PATH", value_parser = parse_report)]
    #[arg(add = ArgValueCompleter::new(shell::ReportCompleter))]
    pub(crate) report: Vec<Wanted>,
    /// Let the findings in this file pass: only new ones are shown and fail
    #[arg(long, value_name = "FILE", conflicts_with = "fail_fast")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write all findings to this file, for --baseline
    #[arg(long, value_name = "FILE", conflicts_with = "fail_fast")]
    pub(crate) write_baseline: Option<PathBuf>,
    /// Print the settings that hold and where each comes from, and check nothing
    #[arg(long)]
    pub(crate) show_config: bool,
    /// Show this many findings and count the rest [default: 100 with pretty and short; sarif
    /// 25000, gitlab 100000, junit 10000; else all]
    #[arg(long, value_name = "N")]
    pub(crate) max_findings: Option<u64>,
    /// Stop at the first error
    #[arg(long)]
    pub(crate) fail_fast: bool,
    /// No summary; twice: nothing but the exit code
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub(crate) quiet: u8,
}

/// Formats of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: the part of the line that matters, with help
    Pretty,
    /// One line a finding: `file:line:column: error[rule]: message`
    Short,
    /// One JSON object a finding
    Json,
    /// GitHub Actions: annotations, and a table in the step's summary
    Github,
    /// GitLab: a Code Quality report
    Gitlab,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit XML: a suite a capture, a case an event type
    Junit,
}

/// `voxev filter`.
#[derive(Debug, Args)]
pub(crate) struct FilterArgs {
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) selectors: Selectors,
    /// Only events with such a documented property: `roundTripTimeMillis>400`. One of = != < <= >
    /// >= ~ (contains); may be repeated, and all must hold
    #[arg(long = "where", value_name = "CONDITION")]
    pub(crate) conditions: Vec<String>,
    /// Only events sent from this time on (clientSentTimestamp): RFC 3339, or ms since 1970
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Only events sent until this time
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// Only lines with an error, as `validate` sees it
    #[arg(long, conflicts_with = "valid")]
    pub(crate) invalid: bool,
    /// Only lines without an error
    #[arg(long)]
    pub(crate) valid: bool,
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    /// Print the lines that would not be printed, and only those
    #[arg(short = 'v', long)]
    pub(crate) invert: bool,
    /// Print only how many lines, for each capture
    #[arg(short, long)]
    pub(crate) count: bool,
    /// Stop after this many lines
    #[arg(short, long, value_name = "N")]
    pub(crate) max_count: Option<u64>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

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
    pub(crate) columns: Vec<String>,
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

/// Where output goes.
#[derive(Debug, Args)]
pub(crate) struct OutputArgs {
    /// Write to this file, which is replaced only when all has gone well
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Keep lines that cannot be read or converted in this file
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
}

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
    pub(crate) limits: Option<Limits>,
    /// Exit with 1 if a call has a channel beyond these limits
    #[arg(long, value_name = "LIMITS", value_parser = parse_all_limits)]
    pub(crate) fail_on: Option<Limits>,
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

/// `voxev schema`.
#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// The event whose schema to print
    #[arg(value_name = "EVENT", value_parser = Names(event_names), hide_possible_values = true)]
    pub(crate) event: Option<String>,
    /// Print one schema that accepts any event
    #[arg(long, conflicts_with = "event")]
    pub(crate) all: bool,
    /// Print the schema of voxev.toml
    #[arg(long, conflicts_with_all = ["event", "all", "strict", "api"])]
    pub(crate) config: bool,
    /// Print the contract of --strict: documented properties and values only
    #[arg(long)]
    pub(crate) strict: bool,
    /// Print the contract of this API version [default: the newest]
    #[arg(long, value_name = "VERSION")]
    pub(crate) api: Option<u64>,
}

/// `voxev explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// An event or a rule
    #[arg(value_name = "EVENT|RULE", value_parser = Names(topics), hide_possible_values = true)]
    pub(crate) topic: Option<String>,
    /// Explain the contract of this API version [default: the newest]
    #[arg(long, value_name = "VERSION")]
    pub(crate) api: Option<u64>,
}

/// `voxev generate`.
#[derive(Debug, Args)]
pub(crate) struct GenerateArgs {
    /// How many calls [default: 10]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) calls: Option<u64>,
    /// How many bytes instead; whole lines, so up to a line more. Units: KiB, MiB, GiB
    #[arg(long, value_name = "SIZE", value_parser = parse_amount, conflicts_with = "calls")]
    pub(crate) size: Option<u64>,
    /// What all that looks random follows from
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Percent of the lines that events have; those not named share the rest as is usual among
    /// them [default: audiostats=96, ...]
    #[arg(long, value_name = "EVENT=PERCENT", value_delimiter = ',')]
    pub(crate) mix: Vec<String>,
    /// Break this share of the lines, each in one way: 0.001 is one in a thousand
    #[arg(long, value_name = "RATE", default_value = "0")]
    pub(crate) faults: String,
    /// Say in this file which line breaks which rule [default: FILE.faults.jsonl]
    #[arg(long, value_name = "FILE", requires = "faults")]
    pub(crate) sidecar: Option<PathBuf>,
    /// Follow the contract of this API version [default: the newest]
    #[arg(long, value_name = "VERSION")]
    pub(crate) api: Option<u64>,
    /// Write to this file, which is replaced only when all has gone well
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Parses the command line, runs it, and reports what kept it from running.
#[must_use]
pub fn main() -> Outcome {
    if shell::completed() {
        return Outcome::Good;
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output; a closed pipe there is nobody's loss.
            let _ = error.print();
            return if error.use_stderr() { Outcome::Trouble } else { Outcome::Good };
        }
    };
    crate::run::command(&cli)
}

/// `sarif=voxev.sarif`.
fn parse_report(text: &str) -> Result<Wanted, String> {
    let known = || Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let names: Vec<String> = known().map(|it| it.get_name().to_owned()).collect();
    let Some((name, path)) = text.split_once('=') else {
        return Err(format!("give FORMAT=PATH; formats are {}", names.join(", ")));
    };
    let Ok(format) = Format::from_str(name, false) else {
        let alike = nearest(name, names.iter().map(String::as_str));
        let advice = alike.map_or_else(
            || format!("there are {}", names.join(", ")),
            |alike| format!("did you mean {alike}?"),
        );
        return Err(format!("no format {name:?}: {advice}"));
    };
    match path {
        "" => Err(format!("no path after {name}=")),
        "-" => Err(format!("--format {name} writes to standard output")),
        path => Ok(Wanted { format, path: Some(path.into()) }),
    }
}

/// The longest line to look into: `1048576`, `512KiB`, `16MiB`, `1GiB`.
fn parse_size(text: &str) -> Result<usize, String> {
    let size = usize::try_from(parse_amount(text)?).ok();
    let size = size.filter(|size| (16..=1 << 32).contains(size));
    size.ok_or_else(|| "give a size between 16 bytes and 4GiB".into())
}

/// Any number of bytes but 0.
fn parse_amount(text: &str) -> Result<u64, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        _ => return Err("give a number of bytes, KiB, MiB or GiB, for example 16MiB".into()),
    };
    let number: u64 = number.parse().map_err(|error| format!("not a size: {error}"))?;
    let size = number.checked_mul(factor).filter(|size| *size > 0);
    size.ok_or_else(|| "give a size above 0, for example 16MiB".into())
}

/// Names that completion and help offer. Whether a name is right is the plan's to say: it knows
/// --any-type, and better advice than a list of 19 names.
#[derive(Debug, Clone, Copy)]
struct Names(fn() -> Vec<&'static str>);

impl TypedValueParser for Names {
    type Value = String;

    fn parse_ref(
        &self,
        _command: &clap::Command,
        _argument: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        Ok(value.to_string_lossy().into_owned())
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.0().into_iter().map(PossibleValue::new)))
    }
}

fn event_names() -> Vec<&'static str> {
    EventId::all().map(EventId::name).collect()
}

fn topics() -> Vec<&'static str> {
    event_names().into_iter().chain(Rule::ALL.map(Rule::code)).collect()
}

impl ValueEnum for Rule {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.code()).help(self.facts().summary))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(parse_size("512KiB"), Ok(524_288));
        assert_eq!(parse_size("1048576"), Ok(1_048_576));
        assert!(parse_size("big").is_err() && parse_size("0").is_err());
    }
}
