//! From what calls come to, to what is written.

use super::account::{Account, Read};
use super::options::{StatsFormat, StatsOptions};
use super::told::{Out, RunCheck};
use super::words::paragraph;
use super::{calls, compare, csv, groups, json, overview, timeline};
use crate::calls::content::Content;
use crate::calls::limits::Judgement;
use crate::calls::merge::Merge;
use crate::calls::overview::Overview;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::text::{count, thousands, visible};

/// Tells what the calls come to. Returns how many are beyond the limits of `--fail-on`; where those
/// had nothing to check, that is an error.
pub(crate) fn tell(options: &StatsOptions, read: Read<'_>, out: Out<'_>) -> Result<u64, Error> {
    let account = Account::new(options, read)?;
    write(options, read, &account, out)?;
    let broken = run_limits_broken(&account.run_limits)?;
    match &account.overview.fail_on {
        Some(Judgement { judged: 0, .. }) => Err(judged_nothing(options, &account.overview)),
        Some(Judgement { beyond, .. }) => Ok(beyond + broken),
        None => Ok(broken),
    }
}

/// How many are beyond the limits. Where there was nothing to check, that is an error.
fn run_limits_broken(checks: &[RunCheck]) -> Result<u64, Error> {
    if let Some(RunCheck { limit, .. }) = checks.iter().find(|check| check.checked == 0) {
        let advice =
            "check that there are calls with audiostats, in both runs where two are compared";
        return Err(Error::Usage(format!("--fail-on could not check {limit}: {advice}")));
    }
    Ok(checks.iter().map(|check| check.beyond).sum())
}

/// What limits of all calls come to, in words.
fn run_limits_told(options: &StatsOptions, checks: &[RunCheck]) -> String {
    let told = |RunCheck { limit, beyond, checked }: &RunCheck| {
        let sentence = match (options.by.is_empty(), beyond) {
            (true, 0) => format!("within --fail-on {limit}"),
            (true, _) => format!("beyond --fail-on {limit}"),
            (false, _) => {
                let groups = count(*checked, "group", "groups");
                format!("beyond --fail-on {limit}: {} of {groups}", thousands(*beyond))
            }
        };
        paragraph(&sentence, &options.style)
    };
    let told: String = checks.iter().filter(|check| check.checked > 0).map(told).collect();
    if told.is_empty() { told } else { format!("{told}\n") }
}

/// What merged parts come to, and how that ends the run.
pub(crate) fn merged(options: &StatsOptions, parts: Merge) -> (Vec<u8>, Result<Outcome, Error>) {
    let mut text = Vec::new();
    let mut keep = |bytes: &[u8]| {
        text.extend_from_slice(bytes);
        Ok(())
    };
    let (table, totals) = parts.close();
    let read = Read { tables: &[table], totals: &totals, nearest: None };
    let beyond = tell(options, read, &mut keep);
    (text, beyond.map(|beyond| if beyond > 0 { Outcome::Failure } else { Outcome::Success }))
}

fn write(
    options: &StatsOptions,
    read: Read<'_>,
    account: &Account<'_>,
    out: Out<'_>,
) -> Result<(), Error> {
    let Account { overview, groups, comparison, run_limits, .. } = account;
    let names: Vec<&str> =
        read.tables.iter().flat_map(|table| &table.captures).map(String::as_str).collect();
    let captures: Vec<Content> =
        read.tables.iter().flat_map(|table| table.contents.iter().cloned()).collect();
    let compared = options.earlier.as_ref().map(|earlier| (earlier.name.as_str(), comparison));
    let has_one_limit = !read.tables.iter().any(|table| table.has_several_limits);
    let head = json::Head {
        overview,
        captures: &captures,
        names: &names,
        has_one_limit,
        compared,
        run_limits,
    };
    if !options.by.is_empty() {
        return match options.form {
            StatsFormat::Table => {
                let mut text = overview::write(options, overview);
                text.push_str(&run_limits_told(options, run_limits));
                text.push_str(&match compared {
                    None => groups::write(options, groups),
                    Some((earlier, it)) => compare::write(options, earlier, &it.all, &it.groups),
                });
                out(text.as_bytes())
            }
            StatsFormat::Json | StatsFormat::Part => json::groups(options, groups, &head, out),
            StatsFormat::Csv => csv::groups(options, groups, out),
        };
    }
    let places = account.places(options.most);
    let row = |place: usize| account.row(options, place);
    let mut rows = places.iter().copied().map(row);
    match options.form {
        StatsFormat::Table if is_told_in_full(options) => rows
            .next()
            .into_iter()
            .try_for_each(|row| out(timeline::write(options, &row).as_bytes())),
        StatsFormat::Table => {
            let mut text = overview::write(options, overview);
            text.push_str(&run_limits_told(options, run_limits));
            if let Some((earlier, it)) = compared {
                text.push_str(&compare::write(options, earlier, &it.all, &[]));
                text.push('\n');
            }
            text.push_str(&calls::write(options, &rows.collect::<Vec<_>>(), overview));
            out(text.as_bytes())
        }
        StatsFormat::Json | StatsFormat::Part => json::calls(options, (&places, row), &head, out),
        StatsFormat::Csv => csv::calls(options, (&places, row), &names, out),
    }
}

/// Whether one call is told line by line.
fn is_told_in_full(options: &StatsOptions) -> bool {
    options.choice.named.as_ref().is_some_and(|named| named.len() == 1)
}

/// The error for a check without any figure, which must not pass.
fn judged_nothing(options: &StatsOptions, overview: &Overview) -> Error {
    let why = match overview.calls {
        0 => no_calls(options, overview),
        calls => format!(
            "{} without such a figure; check that audiostats events are captured",
            count(calls, "call", "calls")
        ),
    };
    Error::Usage(format!("--fail-on could not check anything: {}", visible(&why)))
}

/// Why there is no call to tell of, and what to check.
pub(super) fn no_calls(options: &StatsOptions, overview: &Overview) -> String {
    let lines = count(overview.lines.read, "line", "lines");
    let invalid = thousands(overview.lines.invalid);
    if overview.calls_read == 0 {
        return format!(
            "there is no call in {lines} ({invalid} invalid); check the captures with `voxev validate`"
        );
    }
    let why = if options.choice.window.is_limited() {
        "no call has a timestamp in that period; check --since and --until"
    } else {
        "no call meets the conditions; check --where and --having"
    };
    why.to_owned()
}
