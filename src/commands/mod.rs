//! What will happen: every decision a command line asks for, made before the first byte is read.
//!
//! The only place that looks at the terminal, the environment and the names of files.

mod captures;
mod columns;
mod command;
mod contract;
pub(crate) mod explain;
mod figures;
mod reporting;
pub(crate) mod shell;
mod terminal;

use std::collections::HashMap;
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::sync::Arc;

use captures::watched;
pub(crate) use contract::unknown_event;
pub(crate) use terminal::look;

use crate::calls::context::Reach;
use crate::capture::{Reading, Source};
use crate::check::Judge;
use crate::cli::{Cli, Command, When};
use crate::config::SCHEMA;
use crate::error::Error;
use crate::generate::Order;
use crate::outcome::Outcome;
use crate::output::{Book, Reporting, Short, Sink};
use crate::pipeline::Watched;
use crate::select::{Search, Selection};

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
    /// How far the lines reach that are written beside the selected ones, where that is asked for.
    pub(crate) around: Option<Reach>,
    /// Whether the first error ends the run.
    pub(crate) patience: Patience,
    /// With more warnings, `validate` fails.
    pub(crate) most_warnings: u64,
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

impl Plan {
    /// A plan that reads everything and stops at nothing.
    pub(crate) fn new(
        job: Job,
        captures: Vec<Result<Source, Error>>,
        judge: Judge,
        sink: Box<dyn Sink>,
        color: When,
    ) -> Self {
        // Where output scrolls over a terminal there is progress to be seen already.
        let is_seen = io::stdout().is_terminal();
        Self {
            watched: if is_seen { Watched::No } else { watched(&captures) },
            job,
            captures,
            judge,
            exceptions: HashMap::new(),
            judging: Judging::Off,
            selection: Selection::default(),
            sink,
            limit: Limit::None,
            around: None,
            patience: Patience::Patient,
            most_warnings: u64::MAX,
            output: None,
            rejects: None,
            reporting: None,
            book: None,
            complaints: Short { look: look(&io::stderr(), color) },
            quiet: 0,
            threads: 1,
        }
    }

    /// The judge of the capture called `name`.
    pub(crate) fn judge_of(&self, name: &str) -> &Judge {
        self.exceptions.get(name).map_or(&self.judge, |judge| judge)
    }

    /// Whether findings wait until lines are in order: for reports and the baseline, or because
    /// more may be found then.
    pub(crate) fn holds_findings(&self) -> bool {
        let judges_order = |judge: &Judge| judge.is_order_judged;
        self.reporting.is_some()
            || judges_order(&self.judge)
            || self.exceptions.values().any(|judge| judges_order(judge))
    }

    /// What lines are worth a look, where not all of them are. Lines that cannot be read are rejected,
    /// so they must all be found; and so must the calls of all lines where events are wanted with
    /// others of their call.
    pub(crate) fn search(&self) -> Option<Search> {
        let is_search = self.job == Job::Filter && self.rejects.is_none() && self.around.is_none();
        is_search.then(|| self.selection.search())?
    }

    /// In what pieces captures are read.
    pub(crate) fn reading(&self) -> Reading {
        if self.holds_findings() {
            Reading::Cautious
        } else if self.search().is_some() {
            Reading::Greedy
        } else {
            Reading::Usual
        }
    }

    /// Whether anybody will ask for line numbers: the selected lines themselves have none.
    pub(crate) fn asks_for_numbers(&self) -> bool {
        self.job != Job::Filter
    }
}

impl Task {
    /// Decides everything about `cli`.
    pub(crate) fn new(cli: &Cli) -> Result<Self, Error> {
        let stdout = look(&io::stdout(), cli.color);
        match &cli.command {
            Command::Validate(args) => command::validate(args, stdout, cli.color),
            Command::Filter(args) => command::filter(args, cli.color),
            Command::Pretty(args) => command::pretty(args, stdout, cli.color),
            Command::Convert(args) => command::convert(args, cli.color),
            Command::Stats(args) => figures::stats(args, stdout, cli.color),
            Command::Schema(args) if args.config => Ok(Self::Print(SCHEMA.to_owned())),
            Command::Completions(args) => shell::completions(&args.shell).map(Self::Print),
            Command::Man(args) => Ok(Self::Man(args.folder.clone())),
            Command::Schema(args) => {
                explain::schema(args, &contract::bundle(args.api)?, &stdout).map(Self::Print)
            }
            Command::Explain(args) => {
                explain::topic(args, contract::bundle(args.api)?, &stdout).map(Self::Print)
            }
            Command::Generate(args) => command::generate(args),
        }
    }
}
