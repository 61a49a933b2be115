//! `voxev pretty`: events laid out for reading.

use std::sync::Arc;

use super::captures::{captures, naming, progress_target, threads, unconfigured};
use super::outputs;
use super::selection::selection;
use super::terminal::Terminal;
use super::write::{Write, Written};
use crate::cli::PrettyArgs;
use crate::contract::Bundle;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::output::{EventWriter, Layout, Oneline, Output, Short, summary};
use crate::pipeline::{self, Console};
use crate::select::Unreadable;

/// Runs `voxev pretty`.
pub(super) fn run(args: &PrettyArgs, terminal: &Terminal) -> Result<Outcome, Error> {
    let sources = captures(&args.input, terminal)?;
    let naming = naming(&args.input, &sources);
    outputs::check(vec![outputs::Output::main(None)], &sources, &[])?;
    let console = Console::new(progress_target(&sources, terminal));
    let mut selection = selection(&args.selectors, &Bundle::newest(), &sources)?;
    let (captures, validator) = unconfigured(sources, &args.input);
    let style = terminal.stdout.clone();
    let writer: Box<dyn EventWriter> = if args.oneline {
        let (bundle, columns) = (Arc::clone(&validator.bundle), terminal.stdout_columns);
        Box::new(Oneline { style, naming, bundle, columns })
    } else {
        Box::new(Layout { style, naming })
    };
    if !selection.is_empty() {
        selection.unreadable = Unreadable::NoMatch;
    }
    let complaints = Short { style: terminal.stderr.clone() };
    let pass = Write { selection, writer, complaints };
    let written = Written::new(&pass, Output::open(None)?, None, &console)?;
    let done =
        pipeline::run(&captures, &pass, written, threads(&args.input), &console)?.finish()?;
    console.write(summary::unmatched(&done.totals, &pass.selection).as_bytes());
    console.write(summary::unsplit(&done.totals, &pass.selection).as_bytes());
    Ok(if done.is_incomplete { Outcome::Error } else { Outcome::Success })
}
