//! From what was typed to which calls, and which of their figures, are asked for.

use std::fs::File;
use std::path::Path;

use crate::calls::group::Dimension;
use crate::calls::having::Having;
use crate::calls::join::Joined;
use crate::calls::lookup::Lookup;
use crate::calls::merge::Completeness;
use crate::calls::usual_limits;
use crate::calls::{Merge, ParticipantHashes};
use crate::cli::{FigureArgs, LimitsArg, Selectors};
use crate::error::Error;
use crate::output::{
    Audience, Choice, CsvFormat, Earlier, Fit, Separator, StatsFormat, StatsOptions, Window,
};
use crate::terminal::TextStyle;
use crate::text::suggest::nearest;
use crate::text::time::Clock;
use crate::text::visible;

/// Dimensions that calls are grouped by at once.
const MOST_DIMENSIONS: usize = 2;

/// What is asked for, as a table of all calls for a terminal with this style, made on so many
/// threads. Reads the table that is joined, if one is.
pub(super) fn options(
    selectors: &Selectors,
    args: &FigureArgs,
    (style, threads): (TextStyle, usize),
) -> Result<StatsOptions, Error> {
    let joined = match &args.join {
        Some(path) => Some(Joined::read(path, &args.on)?),
        None => None,
    };
    let clock = Clock::new(args.time_zone.as_deref()).map_err(Error::Usage)?;
    Ok(StatsOptions {
        by: dimensions(&args.by, joined.as_ref())?,
        sort: args.sort,
        most: usize::MAX,
        form: StatsFormat::Table,
        fit: Fit::Width(style.width),
        csv: CsvFormat::new(Separator::Comma, Audience::Programs),
        formula: args.mos,
        limits: args.limits.as_ref().map_or_else(usual_limits, LimitsArg::limits),
        fail_on: Vec::new(),
        fail_on_run: Vec::new(),
        choice: choice(selectors, args, &clock)?,
        earlier: None,
        joined,
        clock,
        style,
        hashes: ParticipantHashes::Omitted,
        threads,
    })
}

/// The same with the earlier run that is compared with, if one is. It is read by the limits that are
/// known by now.
pub(super) fn with_earlier(
    options: StatsOptions,
    args: &FigureArgs,
) -> Result<StatsOptions, Error> {
    let earlier = args.compare.as_deref().map(|path| earlier(path, &options)).transpose()?;
    let wrong = match &earlier {
        Some(_) if options.by.contains(&Dimension::Participant) => {
            "--compare cannot be used with --by participant: reports do not contain names"
        }
        Some(_) if options.is_by_capture() => {
            "--compare cannot be used with --by capture: reports do not say what is in which capture"
        }
        Some(_) | None => return Ok(StatsOptions { earlier, ..options }),
    };
    Err(Error::Usage(wrong.into()))
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

fn choice(selectors: &Selectors, args: &FigureArgs, clock: &Clock) -> Result<Choice, Error> {
    let having = args.having.iter().map(|text| Having::parse(text));
    let time = |text: &Option<String>, read: fn(&Clock, &str) -> Result<i64, String>| {
        text.as_deref().map(|text| read(clock, text)).transpose().map_err(Error::Usage)
    };
    // --call-id-file has complete identifiers and may be long, so calls are selected line by line.
    let is_listed = selectors.call_id_file.is_some();
    let ids = selectors.call_ids.iter();
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
