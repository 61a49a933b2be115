//! `voxev pretty`: events laid out for reading.

use std::sync::Arc;

use super::captures::{captures, naming, progress_target, threads, unconfigured};
use super::follow;
use super::outputs;
use super::selection::selection;
use super::terminal::Terminal;
use super::write::{Write, Written};
use crate::cli::PrettyArgs;
use crate::contract::Bundle;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::output::{EventWriter, Layout, Oneline, Output, Short, summary};
use crate::pipeline::{self, Console, ProgressTarget};
use crate::select::{Condition, Unreadable};
use crate::text::time::Clock;

/// Runs `voxev pretty`.
pub(super) fn run(args: &PrettyArgs, terminal: &Terminal) -> Result<Outcome, Error> {
    let sources = captures(&args.input, terminal)?;
    let naming = naming(&args.input, &sources);
    outputs::check(vec![outputs::Output::main(None)], &sources, &[])?;
    let progress_target =
        if args.follow { ProgressTarget::Hidden } else { progress_target(&sources, terminal) };
    let console = Console::new(progress_target);
    let bundle = Arc::new(Bundle::newest());
    let mut selection = selection(&args.selectors, &bundle, &sources)?;
    let conditions = args.conditions.iter().map(|text| Condition::parse(text, &bundle));
    selection.conditions = conditions.collect::<Result<_, _>>().map_err(Error::Usage)?;
    let (captures, _) = unconfigured(Arc::clone(&bundle), sources, &args.input)?;
    let style = terminal.stdout.clone();
    let writer: Box<dyn EventWriter> = if args.oneline {
        let columns = terminal.stdout_columns;
        let clock = Clock::new(args.time_zone.as_deref()).map_err(Error::Usage)?;
        Box::new(Oneline { style, naming, bundle, columns, clock })
    } else {
        Box::new(Layout { style, naming })
    };
    if !selection.is_empty() {
        selection.unreadable = Unreadable::NoMatch;
    }
    let complaints = Short { style: terminal.stderr.clone() };
    let pass = Write::new(selection, writer, complaints);
    let make = || Written::new(&pass, Output::open(None)?, None, &console);
    let written = if args.follow {
        let (captures, interrupt) = follow::followed(captures)?;
        follow::run((&captures, &interrupt), &pass, &console, make)?
    } else {
        pipeline::run(&captures, &pass, make()?, threads(&args.input), &console)?
    };
    let done = written.finish()?;
    console.write(summary::unmatched(&done.totals, &pass.selection).as_bytes());
    console.write(summary::unsplit(&done.totals, &pass.selection).as_bytes());
    Ok(if done.is_incomplete { Outcome::Error } else { Outcome::Success })
}
