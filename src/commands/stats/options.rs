//! From what was typed to what `stats` is asked for.

use std::fs::File;
use std::path::Path;

use crate::calls::comparison::Of;
use crate::calls::group::Dimension;
use crate::calls::having::Having;
use crate::calls::join::Joined;
use crate::calls::lookup::Lookup;
use crate::calls::merge::Completeness;
use crate::calls::usual_limits;
use crate::calls::{Merge, ParticipantHashes};
use crate::cli::{LimitsArg, StatsArgs};
use crate::commands::captures::threads;
use crate::commands::terminal::Terminal;
use crate::error::Error;
use crate::output::{
    Audience, Choice, CsvFormat, Earlier, Fit, Separator, StatsFormat, StatsOptions, Window,
};
use crate::redact::Key;
use crate::text::suggest::nearest;
use crate::text::time::Clock;
use crate::text::visible;

/// Rows that people see unless they ask for more.
const SHOWN_TO_PEOPLE: usize = 20;

/// Dimensions that calls are grouped by at once.
const MOST_DIMENSIONS: usize = 2;

/// What `args` ask for. Reads the table that is joined, if one is.
pub(super) fn options(args: &StatsArgs, terminal: &Terminal) -> Result<StatsOptions, Error> {
    if args.spreadsheet && args.format != StatsFormat::Csv {
        return Err(Error::Usage("--spreadsheet needs --format csv".into()));
    }
    let audience = if args.spreadsheet { Audience::Spreadsheet } else { Audience::Programs };
    let most = if args.format == StatsFormat::Table { SHOWN_TO_PEOPLE } else { usize::MAX };
    let joined = match &args.join {
        Some(path) => Some(Joined::read(path, &args.on)?),
        None => None,
    };
    let clock = Clock::new(args.time_zone.as_deref()).map_err(Error::Usage)?;
    let by = dimensions(&args.by, joined.as_ref())?;
    let options = StatsOptions {
        by,
        sort: args.sort,
        most: args.top.unwrap_or(most),
        form: args.format,
        fit: if args.wide { Fit::All } else { Fit::Width(terminal.stdout.width) },
        csv: CsvFormat::new(Separator::Comma, audience),
        formula: args.mos,
        limits: args.limits.as_ref().map_or_else(usual_limits, LimitsArg::limits),
        fail_on: args.fail_on.as_ref().map(LimitsArg::limits).unwrap_or_default(),
        fail_on_run: args.fail_on.as_ref().map(LimitsArg::of_run).unwrap_or_default(),
        choice: choice(args, &clock)?,
        earlier: None,
        joined,
        clock,
        style: terminal.stdout.clone(),
        hashes: hashes(args)?,
        threads: threads(&args.input),
    };
    if options.is_by_capture() && args.merge {
        let advice = "run `voxev stats --by capture` on the captures instead";
        return Err(Error::Usage(format!("--merge cannot be used with --by capture: {advice}")));
    }
    if options.by.contains(&Dimension::Participant) && args.merge {
        let advice = "reports do not contain names";
        return Err(Error::Usage(format!(
            "--merge cannot be used with --by participant: {advice}"
        )));
    }
    let earlier = args.compare.as_deref().map(|path| earlier(path, &options)).transpose()?;
    let options = StatsOptions { earlier, ..options };
    check_comparison(&options)?;
    Ok(options)
}

/// What the key of `--key-file` is for: the same file gives other commands another one.
const PURPOSE: &str = "participants";

fn hashes(args: &StatsArgs) -> Result<ParticipantHashes, Error> {
    match &args.key_file {
        Some(_) if !matches!(args.format, StatsFormat::Json | StatsFormat::Part) => {
            Err(Error::Usage("--key-file needs --format json or part".into()))
        }
        Some(path) => Ok(ParticipantHashes::Keyed(Key::read(path, PURPOSE)?)),
        None => Ok(ParticipantHashes::Omitted),
    }
}

/// The calls of an earlier run.
fn earlier(path: &Path, options: &StatsOptions) -> Result<Earlier, Error> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|source| Error::Read { capture: name.clone(), source })?;
    let mut report = Merge::new(options.thresholds(), Completeness::Any);
    report
        .add(&name, file)
        .map_err(|why| Error::Usage(format!("cannot compare with {name:?}: {why}")))?;
    Ok(Earlier { name, table: report.close().0 })
}

fn check_comparison(options: &StatsOptions) -> Result<(), Error> {
    let is_change = options.fail_on_run.iter().any(|limit| limit.of == Of::Change);
    let wrong = match &options.earlier {
        None if is_change => {
            "a limit with + or - is one of a change: name an earlier run with --compare"
        }
        Some(_) if options.form == StatsFormat::Csv => "--compare needs --format table or json",
        Some(_) if options.by.contains(&Dimension::Participant) => {
            "--compare cannot be used with --by participant: reports do not contain names"
        }
        Some(_) if options.is_by_capture() => {
            "--compare cannot be used with --by capture: reports do not say what is in which capture"
        }
        Some(_) | None => return Ok(()),
    };
    Err(Error::Usage(wrong.into()))
}

fn choice(args: &StatsArgs, clock: &Clock) -> Result<Choice, Error> {
    let having = args.having.iter().map(|text| Having::parse(text));
    let time = |text: &Option<String>, read: fn(&Clock, &str) -> Result<i64, String>| {
        text.as_deref().map(|text| read(clock, text)).transpose().map_err(Error::Usage)
    };
    // A list of calls is a list of whole identifiers, and may be long: its lines select its calls.
    let is_listed = args.selectors.call_id_file.is_some();
    let ids = args.selectors.call_ids.iter();
    let named: Vec<Lookup> = ids.map(|id| Lookup(id.clone())).collect();
    Ok(Choice {
        named: (!named.is_empty() && !is_listed).then_some(named),
        window: Window {
            since: time(&args.since, Clock::first)?,
            until: time(&args.until, Clock::last)?,
        },
        is_conditional: !args.conditions.is_empty(),
        having: having.collect::<Result<_, _>>().map_err(Error::Usage)?,
    })
}

/// What calls are grouped by; nothing, where rows are calls.
fn dimensions(asked: &[String], joined: Option<&Joined>) -> Result<Vec<Dimension>, Error> {
    if asked == ["call"] {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for name in asked {
        let dimension = dimension(name, joined).map_err(Error::Usage)?;
        if found.contains(&dimension) {
            return Err(Error::Usage(format!("--by names {} twice", visible(name))));
        }
        found.push(dimension);
    }
    if found.len() > MOST_DIMENSIONS {
        return Err(Error::Usage("--by takes at most two dimensions".into()));
    }
    Ok(found)
}

fn dimension(asked: &str, joined: Option<&Joined>) -> Result<Dimension, String> {
    let known = Dimension::NAMED.into_iter().find(|(name, ..)| *name == asked);
    if let Some((_, dimension, _)) = known {
        return Ok(dimension);
    }
    let columns = || joined.iter().flat_map(|joined| joined.columns.iter().map(String::as_str));
    if columns().any(|column| column == asked) {
        return Ok(Dimension::Column(asked.to_owned()));
    }
    if asked == "call" {
        return Err("--by call cannot be combined with other dimensions".into());
    }
    let names = || Dimension::NAMED.into_iter().map(|(name, ..)| name).chain(columns());
    let advice = nearest(asked, names()).map_or_else(
        || {
            let names: Vec<&str> = names().collect();
            format!("expected call, {}, or a column of --join", names.join(", "))
        },
        |alike| format!("did you mean {}?", visible(alike)),
    );
    Err(format!("cannot group by \"{}\": {advice}", visible(asked)))
}
