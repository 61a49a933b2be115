//! Each command as a way to fill in one plan.

use std::sync::Arc;

use super::captures::{captures, naming, threads, validated, watched};
use super::columns::columns;
use super::contract::{Contract, bundle, judge_by, unknown_event};
use super::reporting::{is_report, reporting};
use super::{Job, Judging, Limit, Patience, Plan, Task};
use crate::calls::context::{FAR, Reach};
use crate::cli::{
    ConvertArgs, FilterArgs, Format, GenerateArgs, PrettyArgs, Selectors, Target, ValidateArgs,
    When,
};
use crate::contract::{Bundle, EventId, Policy};
use crate::error::Error;
use crate::generate::{Amount, Mix, Order, Rate, Recipe};
use crate::output::{
    Audience, CsvFormat, FindingFormat, FindingsJson, JsonArray, JsonLines, Layout, Lines, Oneline,
    Pretty, Report, Separator, Short, Silent, Sink, Table, Tally,
};
use crate::pipeline::Watched;
use crate::select::{Condition, Selection, Sense, Unreadable, Validity};
use crate::terminal::Look;

/// Findings that people see unless they ask for more.
const SHOWN_TO_PEOPLE: u64 = 100;

pub(super) fn validate(args: &ValidateArgs, look: Look, color: When) -> Result<Task, Error> {
    let lifecycle = (args.lifecycle || args.no_lifecycle).then_some(args.lifecycle);
    let contract = Contract::new(&args.judge, &args.input)?.with_lifecycle(lifecycle);
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
        Format::Pretty => Some(Box::new(Pretty::new(look))),
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
        ..Plan::new(Job::Validate, captures, judge, sink, color)
    })))
}

pub(super) fn filter(args: &FilterArgs, color: When) -> Result<Task, Error> {
    // A line's validity is its own: the order of lines is for `validate`.
    let contract = Contract::new(&args.judge, &args.input)?.with_lifecycle(Some(false));
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
    let around = args.around.filter(|events| *events > 0);
    let sink: Box<dyn Sink> = match around {
        Some(_) => Box::new(Silent),
        None if args.count => Box::new(Tally { naming }),
        None => Box::new(Lines),
    };
    Ok(Task::Read(Box::new(Plan {
        judging: if validity.is_some() { Judging::On } else { Judging::Off },
        exceptions: contract.exceptions(&captures)?,
        selection,
        limit: args.max_count.map_or(Limit::None, Limit::Stop),
        around: around.map(|events| Reach { events, bytes: FAR }),
        output: args.output.output.clone(),
        rejects: args.output.rejects.clone(),
        threads: threads(&args.input),
        ..Plan::new(Job::Filter, captures, judge, sink, color)
    })))
}

fn conditions(args: &FilterArgs, bundle: &Bundle) -> Result<Vec<Condition>, Error> {
    let wanted = args.conditions.iter().map(|text| Condition::parse(text, bundle));
    let since = args.since.iter().map(|time| Condition::since(time, bundle));
    let until = args.until.iter().map(|time| Condition::until(time, bundle));
    wanted.chain(since).chain(until).collect::<Result<_, _>>().map_err(Error::Usage)
}

pub(super) fn pretty(args: &PrettyArgs, look: Look, color: When) -> Result<Task, Error> {
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
    let plan = Plan::new(Job::Pretty, captures, judge, sink, color);
    Ok(Task::Read(Box::new(Plan { selection, threads: threads(&args.input), ..plan })))
}

pub(super) fn convert(args: &ConvertArgs, color: When) -> Result<Task, Error> {
    let judge = judge_by(Bundle::newest(), Policy::default(), &args.input);
    let selection = selection(&args.selectors, &judge.bundle)?;
    if !args.columns.is_empty() && matches!(args.to, Target::Json | Target::Jsonl) {
        return Err(Error::Usage("--columns is for tables: convert --to csv or tsv".into()));
    }
    if args.spreadsheet && matches!(args.to, Target::Json | Target::Jsonl) {
        return Err(Error::Usage("--spreadsheet is for tables: convert --to csv or tsv".into()));
    }
    let audience = if args.spreadsheet { Audience::Spreadsheet } else { Audience::Programs };
    let table = |separator| -> Result<Box<dyn Sink>, Error> {
        let columns = columns(&args.columns, &selection.types, &judge.bundle)?;
        Ok(Box::new(Table { format: CsvFormat::new(separator, audience), columns }))
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
        ..Plan::new(Job::Convert, captures(&args.input)?, judge, sink, color)
    })))
}

/// Calls in a capture for which no length is given: enough to meet most events, few to look at.
const USUAL_CALLS: u64 = 10;

pub(super) fn generate(args: &GenerateArgs) -> Result<Task, Error> {
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

pub(super) fn selection(selectors: &Selectors, bundle: &Bundle) -> Result<Selection, Error> {
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
