//! What `stats` will tell, and of what.

use std::sync::Arc;

use super::captures::{captures, threads};
use super::command::selection;
use super::contract::judge_by;
use super::{Job, Judging, Plan, Task};
use crate::calls::{Keep, Merge, ObservationExtractor, Observing};
use crate::capture::Source;
use crate::cli::{StatsArgs, When};
use crate::contract::{Bundle, Policy};
use crate::error::Error;
use crate::output::{Book, By, Form, Silent, Window, merged};
use crate::select::Unreadable;
use crate::terminal::Look;

/// Rows that people see unless they ask for more.
const SHOWN_TO_PEOPLE: usize = 20;

/// Plans `voxev stats`.
pub(super) fn stats(args: &StatsArgs, look: Look, color: When) -> Result<Task, Error> {
    let judge = judge_by(Bundle::newest(), Policy::default(), &args.input);
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
    let mut selection = selection(&args.selectors, &judge.bundle)?;
    if !selection.is_empty() {
        selection.unreadable = Unreadable::NoMatch;
    }
    let extractor = ObservationExtractor::new(Arc::clone(&judge.bundle), keep);
    let sink = Box::new(Observing { extractor, sink: Box::new(Silent) });
    let captures = captures(&args.input)?;
    Ok(Task::Read(Box::new(Plan {
        judging: Judging::On,
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
        parts.add(source.open()?).map_err(|why| {
            let advice = "give what `voxev stats --format json` wrote";
            Error::Usage(format!("cannot merge {name:?}: {why}; {advice}"))
        })?;
    }
    let (told, outcome) = merged(book, parts)?;
    Ok(Task::Figures(told, outcome))
}
