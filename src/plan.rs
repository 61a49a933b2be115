//! What will happen: every decision a command line asks for, made before the first byte is read.
//!
//! The only place that looks at the terminal, the environment and the names of files.

mod contract;
mod figures;
mod reporting;

use std::collections::HashMap;
use std::env;
use std::fs::Metadata;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::sync::Arc;

use contract::Contract;
use figures::stats;
use reporting::{is_report, reporting};

use crate::capture::{Numbering, Source};
use crate::cli::{
    Cli, Command, ConvertArgs, FilterArgs, Format, GenerateArgs, Input, PrettyArgs, Selectors,
    Target, ValidateArgs, When,
};
use crate::condition::Condition;
use crate::config::{Config, SCHEMA};
use crate::error::Error;
use crate::event::{Limits, other_name};
use crate::explain;
use crate::filter::{Selection, Sense, Unreadable, Validity};
use crate::generate::{Amount, Mix, Order, Rate, Recipe};
use crate::judge::Judge;
use crate::outcome::Outcome;
use crate::policy::Policy;
use crate::progress::Watched;
use crate::reports::Reporting;
use crate::run::complain;
use crate::schema::{Bundle, EventId};
use crate::shell;
use crate::sink::{
    Column, EXTRA, FindingFormat, FindingsJson, Frame, JsonArray, JsonLines, Layout, Lines, Naming,
    Oneline, Report, Separator, Short, Silent, Sink, Table, Tally,
};
use crate::stats::Book;
use crate::style::{Charset, Colour, Look};
use crate::suggest::nearest;
use crate::text::visible;

/// What a command line asks for.
pub(crate) enum Task {
    /// Read captures.
    Read(Box<Plan>),
    /// Print what the bundle says.
    Print(String),
    /// Print what reports of parts come to.
    Figures(Vec<u8>, Outcome),
    /// Make a capture up.
    Generate(Box<Order>),
    /// Write man pages into a folder.
    Man(PathBuf),
}

/// A run over captures.
pub(crate) struct Plan {
    pub(crate) job: Job,
    pub(crate) captures: Vec<Result<Source, Error>>,
    pub(crate) judge: Judge,
    /// Judges of captures that the configuration has overrides for, by the captures' names.
    pub(crate) exceptions: HashMap<String, Arc<Judge>>,
    pub(crate) judging: Judging,
    pub(crate) selection: Selection,
    pub(crate) sink: Box<dyn Sink>,
    pub(crate) limit: Limit,
    /// Whether the first error ends the run.
    pub(crate) patience: Patience,
    pub(crate) output: Option<PathBuf>,
    pub(crate) rejects: Option<PathBuf>,
    /// What sees findings in the order of the run; nothing does where there is none.
    pub(crate) reporting: Option<Reporting>,
    /// What is told of calls, where that is asked for.
    pub(crate) book: Option<Book>,
    pub(crate) watched: Watched,
    /// How lines that the sink cannot take are reported on standard error.
    pub(crate) complaints: Short,
    pub(crate) quiet: u8,
    pub(crate) threads: usize,
}

impl Plan {
    /// The judge of the capture called `name`.
    pub(crate) fn judge_of(&self, name: &str) -> &Judge {
        self.exceptions.get(name).map_or(&self.judge, |judge| judge)
    }
}

/// The command, for what differs after the loop: the summary and the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Job {
    Validate,
    Filter,
    Pretty,
    Convert,
    Stats,
}

/// Whether lines are judged or only read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judging {
    Off,
    On,
}

/// What happens when the sink has written enough pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    None,
    /// The run ends.
    Stop(u64),
    /// The rest is only counted.
    Count(u64),
}

/// Whether the run goes on after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    Patient,
    FailFast,
}

/// Findings that people see unless they ask for more.
const SHOWN_TO_PEOPLE: u64 = 100;

/// Columns where there is no terminal to ask.
const USUAL_WIDTH: usize = 100;

impl Plan {
    /// Whether anybody will ask for line numbers: the selected lines themselves have none.
    pub(crate) fn numbering(&self) -> Numbering {
        if self.job == Job::Filter { Numbering::Off } else { Numbering::On }
    }
}

impl Task {
    /// Decides everything about `cli`.
    pub(crate) fn new(cli: &Cli) -> Result<Self, Error> {
        let stdout = look(&io::stdout(), cli.color);
        match &cli.command {
            Command::Validate(args) => validate(args, stdout, cli.color),
            Command::Filter(args) => filter(args, cli.color),
            Command::Pretty(args) => pretty(args, stdout, cli.color),
            Command::Convert(args) => convert(args, cli.color),
            Command::Stats(args) => stats(args, stdout, cli.color),
            Command::Schema(args) if args.config => Ok(Self::Print(SCHEMA.to_owned())),
            Command::Completions(args) => shell::completions(&args.shell).map(Self::Print),
            Command::Man(args) => Ok(Self::Man(args.folder.clone())),
            Command::Schema(args) => {
                explain::schema(args, &bundle(args.api)?, &stdout).map(Self::Print)
            }
            Command::Explain(args) => {
                explain::topic(args, bundle(args.api)?, &stdout).map(Self::Print)
            }
            Command::Generate(args) => generate(args),
        }
    }
}

fn validate(args: &ValidateArgs, look: Look, color: When) -> Result<Task, Error> {
    let contract = Contract::new(&args.judge, &args.input)?;
    if args.show_config {
        return contract.shown().map(Task::Print);
    }
    let judge = contract.judge(&[])?;
    let selection = selection(&args.selectors, &judge.bundle)?;
    let captures = validated(&args.input, &contract.config, args.quiet)?;
    let reporting = reporting(args, &captures, &selection)?;
    let for_people = matches!(args.format, Format::Pretty | Format::Short);
    let limit = match args.max_findings {
        _ if args.quiet > 1 => Limit::Count(0),
        _ if is_report(args.format) => Limit::None,
        Some(shown) => Limit::Count(shown),
        None if for_people => Limit::Count(SHOWN_TO_PEOPLE),
        None => Limit::None,
    };
    let format: Option<Box<dyn FindingFormat>> = match args.format {
        Format::Pretty => Some(Box::new(Frame::new(look))),
        Format::Short => Some(Box::new(Short { look })),
        Format::Json => Some(Box::new(FindingsJson)),
        Format::Github | Format::Gitlab | Format::Sarif | Format::Junit => None,
    };
    let sink: Box<dyn Sink> = match format {
        Some(format) => Box::new(Report { format }),
        None => Box::new(Silent),
    };
    Ok(Task::Read(Box::new(Plan {
        judging: Judging::On,
        exceptions: contract.exceptions(&captures)?,
        selection,
        limit,
        reporting,
        patience: if args.fail_fast { Patience::FailFast } else { Patience::Patient },
        watched: if args.quiet > 0 { Watched::No } else { watched(&captures) },
        quiet: args.quiet,
        threads: threads(&args.input),
        ..plan(Job::Validate, captures, judge, sink, color)
    })))
}

fn filter(args: &FilterArgs, color: When) -> Result<Task, Error> {
    let contract = Contract::new(&args.judge, &args.input)?;
    let judge = contract.judge(&[])?;
    let validity = match (args.valid, args.invalid) {
        (true, _) => Some(Validity::Valid),
        (_, true) => Some(Validity::Invalid),
        _ => None,
    };
    let selection = Selection {
        validity,
        conditions: conditions(args, &judge.bundle)?,
        sense: if args.invert { Sense::Others } else { Sense::Matching },
        unreadable: Unreadable::NoMatch,
        ..selection(&args.selectors, &judge.bundle)?
    };
    if selection.is_empty() {
        return Err(Error::Usage(
            "nothing to filter by: give --type, --call-id, --where, --since, --until, --valid or \
             --invalid"
                .into(),
        ));
    }
    let captures = captures(&args.input)?;
    let naming = naming(&args.input, &captures);
    let sink: Box<dyn Sink> = if args.count { Box::new(Tally { naming }) } else { Box::new(Lines) };
    Ok(Task::Read(Box::new(Plan {
        judging: if validity.is_some() { Judging::On } else { Judging::Off },
        exceptions: contract.exceptions(&captures)?,
        selection,
        limit: args.max_count.map_or(Limit::None, Limit::Stop),
        output: args.output.output.clone(),
        rejects: args.output.rejects.clone(),
        threads: threads(&args.input),
        ..plan(Job::Filter, captures, judge, sink, color)
    })))
}

fn conditions(args: &FilterArgs, bundle: &Bundle) -> Result<Vec<Condition>, Error> {
    let wanted = args.conditions.iter().map(|text| Condition::parse(text, bundle));
    let since = args.since.iter().map(|time| Condition::since(time, bundle));
    let until = args.until.iter().map(|time| Condition::until(time, bundle));
    wanted.chain(since).chain(until).collect::<Result<_, _>>().map_err(Error::Usage)
}

fn pretty(args: &PrettyArgs, look: Look, color: When) -> Result<Task, Error> {
    let judge = judge_by(Bundle::newest(), Policy::default(), &args.input);
    let captures = captures(&args.input)?;
    let naming = naming(&args.input, &captures);
    let sink: Box<dyn Sink> = if args.oneline {
        Box::new(Oneline { look, naming, bundle: Arc::clone(&judge.bundle) })
    } else {
        Box::new(Layout { look, naming })
    };
    let mut selection = selection(&args.selectors, &judge.bundle)?;
    if !selection.is_empty() {
        selection.unreadable = Unreadable::NoMatch;
    }
    let plan = plan(Job::Pretty, captures, judge, sink, color);
    Ok(Task::Read(Box::new(Plan { selection, threads: threads(&args.input), ..plan })))
}

fn convert(args: &ConvertArgs, color: When) -> Result<Task, Error> {
    let judge = judge_by(Bundle::newest(), Policy::default(), &args.input);
    let selection = selection(&args.selectors, &judge.bundle)?;
    if !args.columns.is_empty() && matches!(args.to, Target::Json | Target::Jsonl) {
        return Err(Error::Usage("--columns is for tables: convert --to csv or tsv".into()));
    }
    let table = |separator| -> Result<Box<dyn Sink>, Error> {
        let columns = columns(&args.columns, &selection.types, &judge.bundle)?;
        Ok(Box::new(Table { separator, columns }))
    };
    let sink: Box<dyn Sink> = match args.to {
        Target::Jsonl => Box::new(JsonLines),
        Target::Json => Box::new(JsonArray),
        Target::Csv => table(Separator::Comma)?,
        Target::Tsv => table(Separator::Tab)?,
    };
    Ok(Task::Read(Box::new(Plan {
        selection,
        output: args.output.output.clone(),
        rejects: args.output.rejects.clone(),
        threads: threads(&args.input),
        ..plan(Job::Convert, captures(&args.input)?, judge, sink, color)
    })))
}

/// Calls in a capture for which no length is given: enough to meet most events, few to look at.
const USUAL_CALLS: u64 = 10;

fn generate(args: &GenerateArgs) -> Result<Task, Error> {
    let bundle = bundle(args.api)?;
    let faults = Rate::new(&args.faults)?;
    let sidecar = match (&args.sidecar, &args.output) {
        (Some(path), _) => Some(path.clone()),
        (None, _) if faults.is_zero() => None,
        (None, Some(output)) => {
            let mut path = output.clone().into_os_string();
            path.push(".faults.jsonl");
            Some(path.into())
        }
        (None, None) => {
            return Err(Error::Usage(
                "--faults also writes which lines are wrong: name a file for that with --sidecar, \
                 or for both with --output"
                    .into(),
            ));
        }
    };
    let calls = || Amount::Calls(args.calls.unwrap_or(USUAL_CALLS));
    let recipe = Recipe {
        amount: args.size.map_or_else(calls, Amount::Bytes),
        seed: args.seed,
        mix: Mix::new(&args.mix, &bundle)?,
        faults,
    };
    let output = args.output.clone();
    Ok(Task::Generate(Box::new(Order { recipe, bundle, output, sidecar })))
}

/// A plan that reads everything and stops at nothing.
fn plan(
    job: Job,
    captures: Vec<Result<Source, Error>>,
    judge: Judge,
    sink: Box<dyn Sink>,
    color: When,
) -> Plan {
    // Where output scrolls over a terminal there is progress to be seen already.
    let is_seen = io::stdout().is_terminal();
    Plan {
        watched: if is_seen { Watched::No } else { watched(&captures) },
        job,
        captures,
        judge,
        exceptions: HashMap::new(),
        judging: Judging::Off,
        selection: Selection::default(),
        sink,
        limit: Limit::None,
        patience: Patience::Patient,
        output: None,
        rejects: None,
        reporting: None,
        book: None,
        complaints: Short { look: look(&io::stderr(), color) },
        quiet: 0,
        threads: 1,
    }
}

fn captures(input: &Input) -> Result<Vec<Result<Source, Error>>, Error> {
    if !input.files.is_empty() {
        return Source::find(&input.files);
    }
    if io::stdin().is_terminal() {
        return Err(Error::Usage(
            "no capture: name a file or a folder, or pipe a capture in (see --help)".into(),
        ));
    }
    Ok(vec![Ok(Source::Stdin)])
}

fn threads(input: &Input) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    input.threads.map_or_else(cores, usize::from)
}

/// What `validate` reads: the configuration's captures where none is named. That holds in a
/// pipeline too, where standard input is often an empty pipe: checking that would always pass.
fn validated(
    input: &Input,
    config: &Config,
    quiet: u8,
) -> Result<Vec<Result<Source, Error>>, Error> {
    let (Some(path), true) = (&config.path, input.files.is_empty()) else {
        return captures(input);
    };
    if config.document.files.is_empty() {
        return captures(input);
    }
    if quiet == 0 && !io::stdin().is_terminal() {
        complain(&format!(
            "reading the files of {}; `voxev validate -` reads standard input",
            path.display()
        ));
    }
    Source::find_below(config.folder(), &config.document.files)
        .map_err(|error| Error::Usage(format!("{}: {error}", path.display())))
}

/// Bytes to be read where they are known, if there is a terminal to show progress on.
fn watched(captures: &[Result<Source, Error>]) -> Watched {
    if !io::stderr().is_terminal() || env::var_os("TERM").is_some_and(|it| it == "dumb") {
        return Watched::No;
    }
    let size = |source: &Source| match source {
        Source::Stdin => None,
        Source::File(path) => path.metadata().ok().filter(Metadata::is_file).map(|it| it.len()),
    };
    Watched::Yes(captures.iter().flatten().map(size).sum())
}

fn naming(input: &Input, captures: &[Result<Source, Error>]) -> Naming {
    let several = captures.len() > 1 || input.files.iter().any(|path| path.is_dir());
    if several { Naming::Named } else { Naming::Needless }
}

fn judge_by(bundle: Bundle, policy: Policy, input: &Input) -> Judge {
    Judge { bundle: Arc::new(bundle), policy, limits: limits(input) }
}

fn limits(input: &Input) -> Limits {
    Limits { max_line_bytes: input.max_line_bytes, max_depth: input.max_depth.into() }
}

fn bundle(api: Option<u64>) -> Result<Bundle, Error> {
    let newest = Bundle::newest();
    let Some(api) = api else { return Ok(newest) };
    let oldest = newest.releases().first().map_or(0, |release| release.api);
    if (oldest..=newest.api()).contains(&api) {
        return Ok(Bundle::new(api));
    }
    Err(Error::Usage(format!(
        "API version {api} is not known: give one from {oldest} to {}",
        newest.api()
    )))
}

fn selection(selectors: &Selectors, bundle: &Bundle) -> Result<Selection, Error> {
    for name in &selectors.types {
        if !selectors.any_type && EventId::from_name(name).is_none() {
            return Err(Error::Usage(unknown_event(
                name,
                bundle,
                "--any-type filters by any name",
            )));
        }
    }
    Ok(Selection {
        types: selectors.types.clone(),
        call_ids: selectors.call_ids.clone(),
        ..Selection::default()
    })
}

/// What to say when `name` should have been an event's.
pub(crate) fn unknown_event(name: &str, bundle: &Bundle, otherwise: &str) -> String {
    let advice = other_name(name, bundle)
        .unwrap_or_else(|| format!("`voxev schema` lists the 19 events; {otherwise}"));
    format!("\"{}\" is not a toolkit event: {advice}", visible(name))
}

fn columns(asked: &[String], types: &[String], bundle: &Bundle) -> Result<Vec<Column>, Error> {
    let events =
        EventId::all().filter(|id| types.is_empty() || types.iter().any(|name| name == id.name()));
    let mut all = Column::of(events.map(|id| bundle.event(id)));
    if types.iter().all(|name| EventId::from_name(name).is_none()) && !types.is_empty() {
        // Foreign types only: what every event has, and the rest as extra.
        all = Column::of(EventId::all().take(1).map(|id| bundle.event(id)));
        all.retain(|column| matches!(column.name(), "type" | "callId" | EXTRA));
    }
    if asked.is_empty() {
        return Ok(all);
    }
    asked.iter().map(|name| column(name, &all)).collect()
}

fn column(name: &str, all: &[Column]) -> Result<Column, Error> {
    let bare = name.strip_prefix("detail.").unwrap_or(name);
    if let Some(column) = all.iter().find(|column| column.name() == bare) {
        return Ok(column.clone());
    }
    let advice = match nearest(bare, all.iter().map(Column::name)) {
        Some(alike) => format!("did you mean \"{alike}\"?"),
        None => {
            let names: Vec<&str> = all.iter().map(Column::name).collect();
            format!("there are {}", names.join(", "))
        }
    };
    Err(Error::Usage(format!("no column \"{}\" for these events: {advice}", visible(name))))
}

/// How text looks on `stream`. Colours: the flag, then NO_COLOR, CLICOLOR_FORCE, CLICOLOR and
/// TERM (no-color.org, bixense.com/clicolors), then whether it is a terminal.
fn look(stream: &impl IsTerminal, color: When) -> Look {
    let is_terminal = stream.is_terminal();
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let is = |name: &str, value: &str| env::var_os(name).is_some_and(|it| it == value);
    let automatic = if set("NO_COLOR") {
        false
    } else if set("CLICOLOR_FORCE") && !is("CLICOLOR_FORCE", "0") {
        true
    } else {
        is_terminal && !is("CLICOLOR", "0") && !is("TERM", "dumb")
    };
    let coloured = match color {
        When::Auto => automatic,
        When::Always => true,
        When::Never => false,
    };
    let columns = env::var("COLUMNS").ok().and_then(|value| value.parse::<usize>().ok());
    let measured = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let width = columns.or_else(|| if is_terminal { measured() } else { None });
    Look {
        colour: if coloured { Colour::On } else { Colour::Off },
        charset: if is_terminal { charset() } else { Charset::Unicode },
        width: width.unwrap_or(USUAL_WIDTH).clamp(40, 200),
    }
}

/// A terminal shows what its locale can spell; files and pipes are UTF-8.
fn charset() -> Charset {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"];
    let locale = names.iter().filter_map(|name| env::var(name).ok()).find(|it| !it.is_empty());
    let locale = locale.unwrap_or_default().to_lowercase();
    if locale.contains("utf-8") || locale.contains("utf8") {
        Charset::Unicode
    } else {
        Charset::Ascii
    }
}
