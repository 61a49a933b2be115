//! What `stats` will tell, and of what.

use std::io::Read as _;
use std::sync::Arc;

use super::captures::{captures, threads};
use super::command::selection;
use super::contract::Contract;
use super::{Job, Judging, Plan, Task};
use crate::calls::merge::is_report;
use crate::calls::{Keep, Merge, Reader, Watching};
use crate::capture::Source;
use crate::cli::{JudgeArgs, StatsArgs, When};
use crate::contract::Bundle;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::output::{Book, By, Form, Silent, Window, merged};
use crate::pipeline::run::complain;
use crate::select::Unreadable;
use crate::terminal::Look;

/// Rows that people see unless they ask for more.
const SHOWN_TO_PEOPLE: usize = 20;

/// Plans `voxev stats`.
pub(super) fn stats(args: &StatsArgs, look: Look, color: When) -> Result<Task, Error> {
    let story = match args.selectors.call_ids.as_slice() {
        [id] if args.format == Form::Table => Some(id.clone()),
        _ => None,
    };
    let keep = if story.is_some() { Keep::Lines } else { Keep::Nothing };
    let most = if args.format == Form::Table { SHOWN_TO_PEOPLE } else { usize::MAX };
    let book = Book {
        by: args.by,
        sort: args.sort,
        most: args.worst.unwrap_or(most),
        form: args.format,
        formula: args.mos,
        limits: args.limits.clone().unwrap_or_default().0,
        fail_on: args.fail_on.clone().unwrap_or_default().0,
        window: Window { since: args.since, until: args.until },
        story,
        look,
    };
    let is_of_calls = matches!(book.by, By::Call | By::Channel) && book.story.is_none();
    if book.window.is_limited() && !is_of_calls {
        let advice = "--since and --until choose calls: give them with --by call or --by channel, and without --call-id";
        return Err(Error::Usage(advice.into()));
    }
    if args.merge {
        return merge(args, &book);
    }
    // One contract for all captures, as properties are read by their places in it; severities are as
    // the configuration has them for each. The order of lines is for `validate`.
    let api = args.judge.api.unwrap_or_else(|| Bundle::newest().api());
    let judged_by = JudgeArgs { api: Some(api), ..args.judge.clone() };
    let contract = Contract::new(&judged_by, &args.input)?.with_lifecycle(Some(false));
    let judge = contract.judge(&[])?;
    let mut selection = selection(&args.selectors, &judge.bundle)?;
    if !selection.is_empty() {
        selection.unreadable = Unreadable::NoMatch;
    }
    let reader = Reader::new(Arc::clone(&judge.bundle), keep);
    let sink = Box::new(Watching { reader, sink: Box::new(Silent) });
    let captures = captures(&args.input)?;
    refuse_reports(&captures)?;
    Ok(Task::Read(Box::new(Plan {
        judging: Judging::On,
        exceptions: contract.exceptions(&captures)?,
        selection,
        book: Some(book),
        threads: threads(&args.input),
        ..Plan::new(Job::Stats, captures, judge, sink, color)
    })))
}

fn merge(args: &StatsArgs, book: &Book) -> Result<Task, Error> {
    if book.is_by_capture() {
        let advice = "run `voxev stats --by capture` on the captures";
        return Err(Error::Usage(format!("reports do not tell captures apart: {advice}")));
    }
    let mut parts = Merge::new();
    for source in captures(&args.input)? {
        let source: Source = source?;
        let name = source.name();
        parts
            .add(&name, source.open()?)
            .map_err(|why| Error::Usage(format!("cannot merge {name:?}: {why}")))?;
    }
    let (told, outcome) = merged(book, parts);
    let outcome = outcome.unwrap_or_else(|error| {
        complain(&error.to_string());
        Outcome::Trouble
    });
    Ok(Task::Figures(told, outcome))
}

/// Bytes in which a report says what it is.
const BEGINNING: u64 = 64;

/// Captures that are looked into before they are read: as many as people name.
const LOOKED_INTO: usize = 100;

/// Says so where a capture is a report of `stats`. Only regular files are looked into: what has been
/// read of anything else is gone. What cannot be read is said when its turn comes.
fn refuse_reports(captures: &[Result<Source, Error>]) -> Result<(), Error> {
    let is_regular = |source: &&Source| matches!(source, Source::File(path) if path.is_file());
    for source in captures.iter().take(LOOKED_INTO).flatten().filter(is_regular) {
        let Ok(reader) = source.open() else { continue };
        let mut beginning = Vec::new();
        let read = reader.take(BEGINNING).read_to_end(&mut beginning);
        if read.is_ok() && is_report(&beginning) {
            let name = source.name();
            let advice = "to put reports together, give --merge";
            return Err(Error::Usage(format!(
                "{name:?} is a report of `voxev stats`, no capture; {advice}"
            )));
        }
    }
    Ok(())
}
