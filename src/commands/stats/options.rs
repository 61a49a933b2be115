//! Turns the arguments of `stats` into its options, and refuses those that contradict each other.

use crate::calls::ParticipantHashes;
use crate::calls::comparison::Of;
use crate::calls::group::Dimension;
use crate::cli::{LimitsArg, StatsArgs};
use crate::commands::captures::threads;
use crate::commands::figures;
use crate::commands::terminal::Terminal;
use crate::error::Error;
use crate::output::{Audience, CsvFormat, Fit, Separator, StatsFormat, StatsOptions};
use crate::redact::Key;

/// Rows that people see unless they ask for more.
const SHOWN_TO_PEOPLE: usize = 20;

/// What `args` ask for. Reads the table that is joined, if one is.
pub(super) fn options(args: &StatsArgs, terminal: &Terminal) -> Result<StatsOptions, Error> {
    if args.spreadsheet && args.format != StatsFormat::Csv {
        return Err(Error::Usage("--spreadsheet needs --format csv".into()));
    }
    let audience = if args.spreadsheet { Audience::Spreadsheet } else { Audience::Programs };
    let most = if args.format == StatsFormat::Table { SHOWN_TO_PEOPLE } else { usize::MAX };
    let style = terminal.stdout.clone();
    let options = StatsOptions {
        most: args.figures.top.unwrap_or(most),
        form: args.format,
        fit: if args.wide { Fit::All } else { Fit::Width(style.width) },
        csv: CsvFormat::new(Separator::Comma, audience),
        fail_on: args.fail_on.as_ref().map(LimitsArg::limits).unwrap_or_default(),
        fail_on_run: args.fail_on.as_ref().map(LimitsArg::of_run).unwrap_or_default(),
        hashes: hashes(args)?,
        ..figures::options(&args.selectors, &args.figures, (style, threads(&args.input)))?
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
    let options = figures::with_earlier(options, &args.figures)?;
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

fn check_comparison(options: &StatsOptions) -> Result<(), Error> {
    let is_change = options.fail_on_run.iter().any(|limit| limit.of == Of::Change);
    let wrong = match &options.earlier {
        None if is_change => {
            "a limit with + or - applies to a change: name an earlier run with --compare"
        }
        Some(_) if options.form == StatsFormat::Csv => "--compare needs --format table or json",
        Some(_) | None => return Ok(()),
    };
    Err(Error::Usage(wrong.into()))
}
