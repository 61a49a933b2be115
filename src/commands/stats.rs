//! `voxev stats`: what lines say of their calls, and the figures of that.

mod options;

use options::options;

use super::calls::{Asked, CallReader, CallsRead, Kept, the_one_asked};
use super::captures::{captures, progress_target, threads};
use super::outputs;
use super::terminal::Terminal;
use crate::calls::group::Dimension;
use crate::calls::merge::Completeness;
use crate::calls::{Keep, Merge, ParticipantHashes};
use crate::capture::Source;
use crate::cli::{LimitsArg, StatsArgs};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::output::{
    Output, Read, StatsFormat, StatsOptions, limits_listed, merged, summary, tell,
};
use crate::pipeline::Console;
use crate::select::Selection;

/// Figures are written when they come to so much.
const WRITE_BYTES: usize = 64 * 1024;

/// Runs `voxev stats`.
pub(super) fn run(args: &StatsArgs, terminal: &Terminal) -> Result<Outcome, Error> {
    if [&args.figures.limits, &args.fail_on].into_iter().flatten().any(LimitsArg::is_list) {
        Output::open(None)?.write(limits_listed(&terminal.stdout).as_bytes())?;
        return Ok(Outcome::Success);
    }
    let options = options(args, terminal)?;
    let sources = captures(&args.input, terminal)?;
    outputs::check(vec![outputs::Output::main(None)], &sources, &[])?;
    if args.merge {
        return merge(sources, options);
    }
    let console = Console::new(progress_target(&sources, terminal));
    let asked = Asked {
        selectors: &args.selectors,
        conditions: &args.figures.conditions,
        contract: &args.contract,
        input: &args.input,
    };
    let kept = Kept { lines: keep(&options), findings: 0 };
    let reader = CallReader::new(&asked, sources, &options, kept)?;
    let read = reader.read(&options, threads(&args.input), &console)?;
    finish(&options, &read, &reader.pass.selection, &console)
}

/// What must be kept of lines besides what figures need.
fn keep(options: &StatsOptions) -> Keep {
    if options.by.contains(&Dimension::Participant) {
        return Keep::Participants;
    }
    let is_told = options.form == StatsFormat::Table && options.by.is_empty();
    if the_one_asked(options).is_some() && is_told { Keep::Payloads } else { Keep::Nothing }
}

/// Writes the figures, and says how that ends the run.
fn finish(
    options: &StatsOptions,
    read: &CallsRead,
    selection: &Selection,
    console: &Console,
) -> Result<Outcome, Error> {
    let mut output = Output::open(None)?;
    let mut text = Vec::new();
    let mut write = |bytes: &[u8]| {
        text.extend_from_slice(bytes);
        if text.len() < WRITE_BYTES {
            return Ok(());
        }
        let written = output.write(&text);
        text.clear();
        written
    };
    let CallsRead { tables, totals, nearest, .. } = read;
    let told = Read { tables, totals, nearest: nearest.as_deref() };
    let beyond = tell(options, told, &mut write);
    output.write(&text)?;
    console.write(summary::unsplit(totals, selection).as_bytes());
    let beyond = beyond?;
    if !read.is_any_unread {
        output.finish()?;
    }
    Ok(match beyond {
        _ if read.is_any_unread || totals.damaged > 0 => Outcome::Error,
        0 => Outcome::Success,
        _ => Outcome::Failure,
    })
}

fn merge(sources: Vec<Result<Source, Error>>, mut options: StatsOptions) -> Result<Outcome, Error> {
    let mut parts = Merge::new(options.thresholds(), Completeness::Whole);
    for source in sources {
        let source: Source = source?;
        let name = source.name();
        parts
            .add(&name, source.open()?)
            .map_err(|why| Error::Usage(format!("cannot merge {name:?}: {why}")))?;
    }
    options.hashes = ParticipantHashes::AsRead(parts.key_name());
    let (text, outcome) = merged(&options, parts);
    Output::open(None)?.write(&text)?;
    outcome
}
