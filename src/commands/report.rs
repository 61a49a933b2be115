//! `voxev report`: the calls of captures as one HTML file.
//!
//! Captures are read twice: first all of their calls, as `stats` reads them, then the lines of the
//! worst ones. So the memory that a call takes does not depend on its length.

mod command_line;
mod replay;
mod timelines;

use std::io::IsTerminal as _;
use std::path::Path;

use super::calls::{Asked, CallReader, CallsRead, Kept};
use super::captures::{captures, progress_target, threads};
use super::terminal::Terminal;
use super::{figures, outputs, redact};
use crate::calls::Keep;
use crate::calls::group::Dimension;
use crate::cli::{LimitsArg, ReportArgs};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::output::{
    Account, Output, Privacy, Read, ReportData, ReportOptions, StatsOptions, limits_listed, report,
    summary,
};
use crate::pipeline::Console;
use crate::redact::{Key, Redactor, Times};
use crate::terminal::{Charset, Colour, TextStyle};
use crate::text::{count, visible};

/// Findings that are shown: as many as people read.
const MOST_FINDINGS: usize = 50;

/// Columns of a terminal that the longest sentences about a call are meant for.
const WIDTH: usize = 200;

/// Runs `voxev report`.
pub(super) fn run(args: &ReportArgs, terminal: &Terminal) -> Result<Outcome, Error> {
    if args.figures.limits.as_ref().is_some_and(LimitsArg::is_list) {
        Output::open(None)?.write(limits_listed(&terminal.stdout).as_bytes())?;
        return Ok(Outcome::Success);
    }
    if args.output.is_none() && std::io::stdout().is_terminal() {
        let advice = "name a file with --output, for example -o report.html";
        return Err(Error::Usage(format!("a report is not for the terminal: {advice}")));
    }
    let (options, key) = options(args)?;
    let sources = captures(&args.input, terminal)?;
    check_outputs(args, &sources)?;
    let console = Console::new(progress_target(&sources, terminal));
    let asked = Asked {
        selectors: &args.selectors,
        conditions: &args.figures.conditions,
        contract: &args.contract,
        input: &args.input,
    };
    let by_participant = options.by.contains(&Dimension::Participant);
    let lines = if by_participant { Keep::Participants } else { Keep::Nothing };
    let kept = Kept { lines, findings: MOST_FINDINGS };
    let mut reader = CallReader::new(&asked, sources, &options, kept)?;
    let _copies = replay::keep(&mut reader.captures)?;
    let read = reader.read(&options, threads(&args.input), &console)?;
    write(args, (options, key), &reader, &read, &console)
}

/// What is asked for, and the key of the replacements unless personal values are shown.
fn options(args: &ReportArgs) -> Result<(StatsOptions, Option<Key>), Error> {
    let style = TextStyle { colour: Colour::Off, charset: Charset::Unicode, width: WIDTH };
    let options = figures::options(&args.selectors, &args.figures, (style, threads(&args.input)))?;
    let options = figures::with_earlier(options, &args.figures)?;
    let options = StatsOptions { most: args.figures.top.unwrap_or(usize::MAX), ..options };
    let columns = options.joined.as_ref().map(|joined| joined.columns.as_slice());
    if let Some(unknown) = args.keep.iter().find(|it| !columns.unwrap_or_default().contains(it)) {
        let name = visible(unknown);
        return Err(Error::Usage(format!(
            "--keep {name}: the file of --join has no such column, besides the one of the callId"
        )));
    }
    let key = if args.show_personal { None } else { Some(redact::key(args.key_file.as_deref())?) };
    Ok((options, key))
}

fn check_outputs(
    args: &ReportArgs,
    sources: &[Result<crate::capture::Source, Error>],
) -> Result<(), Error> {
    let settings: [(&str, &Option<std::path::PathBuf>); 5] = [
        ("key file", &args.key_file),
        ("table of --join", &args.figures.join),
        ("earlier run of --compare", &args.figures.compare),
        ("list of --call-id-file", &args.selectors.call_id_file),
        ("configuration", &args.contract.config),
    ];
    let settings: Vec<(&str, &Path)> =
        settings.into_iter().filter_map(|(what, path)| Some((what, path.as_deref()?))).collect();
    outputs::check(vec![outputs::Output::main(args.output.as_deref())], sources, &settings)
}

/// Reads the worst calls in full, and writes the report.
fn write(
    args: &ReportArgs,
    (options, key): (StatsOptions, Option<Key>),
    reader: &CallReader,
    read: &CallsRead,
    console: &Console,
) -> Result<Outcome, Error> {
    let CallsRead { tables, totals, nearest, findings, .. } = read;
    console.write(summary::unsplit(totals, &reader.pass.selection).as_bytes());
    if read.is_any_unread {
        console.say("the report is not written, because a capture could not be read");
        return Ok(Outcome::Error);
    }
    let told = Read { tables, totals, nearest: nearest.as_deref() };
    let account = Account::new(&options, told)?;
    let redactor = key.clone().map(|key| Redactor::new(key, Times::Stay, &[]));
    let redactor = redactor.transpose().map_err(Error::Usage)?;
    let worst: Vec<_> = account.worst(args.calls.min(options.most)).collect();
    let ask = timelines::Ask { calls: &worst, redactor: redactor.as_ref(), options: &options };
    let timelines = timelines::read(&ask, reader, threads(&args.input), console)?;
    let privacy = Privacy { redactor, kept_columns: args.keep.clone() };
    let options = report_options(args, options, (privacy, key), &account)?;
    let captures: Vec<String> = tables.iter().flat_map(|it| it.captures.iter().cloned()).collect();
    let (account, timelines, captures) = (&account, &*timelines, &*captures);
    let data = ReportData { account, totals, captures, findings, timelines };
    let page = report(&options, &data)?;
    let mut output = Output::open(args.output.as_deref())?;
    output.write(page.as_bytes())?;
    output.finish()?;
    if let Some(path) = &args.output {
        let calls = count(account.overview.calls, "call", "calls");
        let name = visible(&path.to_string_lossy()).into_owned();
        let full = timelines.len();
        let personal = if args.show_personal { "; it shows personal data" } else { "" };
        console.write(format!("{name}: {calls}, {full} in full{personal}\n").as_bytes());
    }
    Ok(if totals.damaged > 0 { Outcome::Error } else { Outcome::Success })
}

fn report_options(
    args: &ReportArgs,
    stats: StatsOptions,
    (privacy, key): (Privacy, Option<Key>),
    account: &Account<'_>,
) -> Result<ReportOptions, Error> {
    let made_at = args.made_at.as_deref().map(|text| stats.clock.first(text));
    let ids: Vec<&str> = account.entries().iter().map(|entry| entry.id).collect();
    Ok(ReportOptions {
        title: args.title.clone(),
        made_at: made_at.transpose().map_err(Error::Usage)?,
        command: command_line::quoted(&privacy, &ids),
        key_name: args.key_file.as_ref().and(key).map(|key| key.name()),
        privacy,
        stats,
    })
}
