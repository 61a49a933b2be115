//! What each command does, one file per command: options become a pass over captures, or a text.
//!
//! The only layer where features meet, and the only one that asks the terminal and the environment.

mod call_ids;
mod calls;
mod captures;
mod columns;
mod contract;
mod convert;
mod copy;
mod explain;
mod extract;
mod figures;
mod filter;
mod fix;
mod follow;
mod generate;
mod originals;
mod outputs;
mod parquet;
mod pretty;
mod recorder;
mod redact;
mod replay_module;
mod report;
mod reporting;
mod selection;
mod shell;
mod shrink;
mod stats;
mod tally;
mod terminal;
mod validate;
mod write;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write as _};

use clap::Parser as _;
use clap::builder::StyledStr;

use terminal::{Terminal, style};

use crate::cli::{Cli, Command, When, asked_color};
use crate::config::SCHEMA;
use crate::contract::check_embedded;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::output::Output;
use crate::pipeline::complain;
use crate::terminal::Colour;

/// Parses the command line, runs it, and reports what kept it from running.
#[must_use]
pub fn main() -> Outcome {
    if shell::completed() { Outcome::Success } else { run(std::env::args_os()) }
}

/// The same for any arguments, the program's name first.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> Outcome {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return said(&error),
    };
    if let Err(fault) = check_embedded() {
        complain(&fault);
        return Outcome::Error;
    }
    ended(command(&cli))
}

/// Reports the error that stopped a command. A closed pipe is a success: the reader has enough.
fn ended(done: Result<Outcome, Error>) -> Outcome {
    done.unwrap_or_else(|error| {
        if error.is_closed_pipe() {
            return Outcome::Success;
        }
        complain(&error.to_string());
        Outcome::Error
    })
}

fn command(cli: &Cli) -> Result<Outcome, Error> {
    let terminal = Terminal::ask(cli.color);
    match &cli.command {
        Command::Validate(args) => validate::run(args, &terminal),
        Command::Filter(args) => filter::run(args, &terminal),
        Command::Pretty(args) => pretty::run(args, &terminal),
        Command::Convert(args) => convert::run(args, &terminal),
        Command::Redact(args) => redact::run(args, &terminal),
        Command::Shrink(args) => shrink::run(args, &terminal),
        Command::Extract(args) => extract::run(args, &terminal),
        Command::Stats(args) => stats::run(args, &terminal),
        Command::Report(args) => report::run(args, &terminal),
        Command::Schema(args) if args.config => print(SCHEMA),
        Command::Schema(args) => {
            print(&explain::schema(args, &contract::bundle(args.api)?, &terminal.stdout)?)
        }
        Command::Explain(args) => {
            print(&explain::topic(args, contract::bundle(args.api)?, &terminal.stdout)?)
        }
        Command::Generate(args) => generate::run(args),
        Command::ReplayModule(args) => print(&replay_module::text(args.format)),
        Command::Recorder(args) => recorder::run(args),
        Command::Completions(args) => print(&shell::completions(&args.shell)?),
        Command::Man(args) => shell::man(&args.folder).map(|_| Outcome::Success),
    }
}

/// Prints a text that is there already.
fn print(text: &str) -> Result<Outcome, Error> {
    Output::open(None)?.write(text.as_bytes())?;
    Ok(Outcome::Success)
}

/// Prints clap's help or error message, coloured under the same conditions as all other output.
fn said(error: &clap::Error) -> Outcome {
    let color = asked_color(std::env::args_os().skip(1));
    let text = error.render();
    if error.use_stderr() {
        // Standard error may be closed; the exit code still tells.
        let _ = io::stderr().write_all(styled(&text, &io::stderr(), color).as_bytes());
        return Outcome::Error;
    }
    ended(print(&styled(&text, &io::stdout(), color)))
}

fn styled(text: &StyledStr, stream: &impl IsTerminal, color: When) -> String {
    match style(stream, color).colour {
        Colour::On => text.ansi().to_string(),
        Colour::Off => text.to_string(),
    }
}
