//! `voxev shrink`: the smallest capture that still has a finding, for a fixture.
//!
//! ```text
//!  captures → locate (the first line with the finding) → call_lines (of the call, if the order
//!      matters) → shrinker (lines, then properties, as long as the judge agrees) → output
//! ```
//!
//! Captures are read line by line; only the lines of one call are kept in memory.

mod call_lines;
mod judge;
mod locate;
mod minimise;
mod payload_parts;
mod shrinker;
mod summary;
mod target;

use std::collections::HashSet;
use std::sync::Arc;

use tempfile::NamedTempFile;

use super::captures::{Captures, captures, progress_target, threads};
use super::contract::Contract;
use super::copy::{copied, is_regular};
use super::outputs;
use super::reporting;
use super::selection::selection;
use super::terminal::Terminal;
use crate::capture::Source;
use crate::check::{Finding, Line, Validator};
use crate::cli::{Keep, ShrinkArgs};
use crate::contract::{Rule, Severity};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::output::{Baseline, Output};
use crate::pipeline::{Capture, Console};
use crate::select::{Condition, Selection, Unreadable};
use call_lines::CallLine;
use judge::{Judge, KeptLine, Others};
use locate::{Found, Locate, Located};
use target::{Identity, Target};

/// Runs `voxev shrink`.
pub(super) fn run(args: &ShrinkArgs, terminal: &Terminal) -> Result<Outcome, Error> {
    refuse_whole_captures(args.keep.as_ref())?;
    let contract = Contract::new(&args.contract, &args.input)?;
    let sources = captures(&args.input, terminal)?;
    let output = outputs::Output::main(args.output.as_deref());
    outputs::check(vec![output], &sources, &contract.settings())?;
    let console = Console::new(progress_target(&sources, terminal));
    let selection = wanted_lines(args, &contract, &sources)?;
    let mut copies = Vec::new();
    let captures = prepared(args.keep.as_ref(), contract.captures(sources)?, &mut copies)?;
    let locate = Locate::new(args.keep.as_ref(), &selection, &captures);
    let target = Target::new(args.keep.clone(), reporting::root(baseline(&contract).as_ref()));
    let located = locate.run(target, &captures, threads(&args.input), &console)?;
    console.end();
    let Some(found) = &located.found else {
        console.write(summary::nothing(args.keep.as_ref(), &located).as_bytes());
        return Ok(outcome(&located, Outcome::Failure));
    };
    let (lines, mut judge) = beginning(args, found, &selection, &console)?;
    let first: Vec<usize> = lines
        .iter()
        .zip(0..)
        .filter(|(line, at)| line.is_earlier || *at == judge.pinned)
        .map(|(_, at)| at)
        .collect();
    let before: Vec<KeptLine> = lines
        .into_iter()
        .zip(0..)
        .map(|(line, index)| KeptLine { index, text: line.text })
        .collect();
    if !judge.begin(&before) {
        return Err(summary::not_reproduced(found, before.len()));
    }
    let after = shrinker::shrunk(&mut judge, before.clone(), &first);
    console.end();
    let mut output = Output::open(args.output.as_deref())?;
    for line in &after {
        output.write(&[&line.text[..], b"\n"].concat())?;
    }
    if !located.is_any_unread {
        output.finish()?;
    }
    let shrunk = summary::Shrunk { found, before: &before, after: &after, judge: &judge };
    console.write(shrunk.text(&terminal.stderr).as_bytes());
    Ok(outcome(&located, Outcome::Success))
}

fn outcome(located: &Located, outcome: Outcome) -> Outcome {
    let is_failed = located.is_any_unread || located.totals.damaged > 0;
    if is_failed { Outcome::Error } else { outcome }
}

/// Some findings are about a capture as a whole, of which nothing can be left out.
fn refuse_whole_captures(keep: Option<&Keep>) -> Result<(), Error> {
    match keep {
        Some(Keep::Rule(rule @ (Rule::EmptyCapture | Rule::DamagedStream))) => {
            Err(Error::Usage(format!(
                "{rule} is about a capture as a whole, not about lines of it: `voxev explain {rule}` \
                 has an example"
            )))
        }
        _ => Ok(()),
    }
}

/// The lines of which one may have the finding.
fn wanted_lines(
    args: &ShrinkArgs,
    contract: &Contract,
    sources: &[Result<Source, Error>],
) -> Result<Selection, Error> {
    let bundle = contract.bundle()?;
    let conditions = args.conditions.iter().map(|text| Condition::parse(text, &bundle));
    let conditions: Vec<_> = conditions.collect::<Result<_, _>>().map_err(Error::Usage)?;
    // Nobody knows whether a line that cannot be read meets a condition.
    let unreadable = if conditions.is_empty() { Unreadable::Admitted } else { Unreadable::NoMatch };
    Ok(Selection { conditions, unreadable, ..selection(&args.selectors, &bundle, sources)? })
}

/// The baseline that `voxev.toml` names, from whose folder reports may name files.
fn baseline(contract: &Contract) -> Option<Baseline> {
    let named = contract.config.document.baseline.as_ref()?;
    Baseline::read(&contract.config.folder().join(&named.value)).ok()
}

/// The captures, with findings of the rule that is looked for even where the policy allows them. One
/// that can be read only once is copied to `copies`, if it has to be read twice.
fn prepared(
    keep: Option<&Keep>,
    captures: Captures,
    copies: &mut Vec<NamedTempFile>,
) -> Result<Captures, Error> {
    let is_read_twice = target::needs_order(keep);
    let mut all = Vec::with_capacity(captures.len());
    for capture in captures {
        all.push(match capture {
            Ok(capture) => {
                let mut capture = Capture::clone(&capture);
                if let Some(Keep::Rule(rule)) = keep {
                    capture.validator = shown(&capture.validator, *rule);
                }
                if is_read_twice && !is_regular(&capture.source) {
                    let copy = copied(&capture.source, &capture.name)?;
                    capture.source = Source::File(copy.path().to_path_buf());
                    copies.push(copy);
                }
                Ok(Arc::new(capture))
            }
            Err(error) => Err(error),
        });
    }
    Ok(all)
}

/// The same validator, by whose policy findings of `rule` are shown.
fn shown(validator: &Arc<Validator>, rule: Rule) -> Arc<Validator> {
    if validator.policy.severity(rule) != Severity::Allowed {
        return Arc::clone(validator);
    }
    let mut policy = validator.policy.clone();
    policy.set(rule, Severity::Warning);
    let bundle = Arc::clone(&validator.bundle);
    let mut shown = Validator::new(bundle, policy, validator.limits);
    shown.envelope.clone_from(&validator.envelope);
    Arc::new(shown)
}

/// The lines to begin with, and what judges fewer of them.
fn beginning<'a>(
    args: &ShrinkArgs,
    found: &Found,
    selection: &'a Selection,
    console: &'a Console,
) -> Result<(Vec<CallLine>, Judge<'a>), Error> {
    let wanted = found.finding().map(Identity::of);
    let lines = if wanted.as_ref().is_some_and(Identity::is_about_order) {
        call_lines::read(found, console)?
    } else {
        Vec::new()
    };
    let whole = &found.capture.validator;
    let line = found.line.line(&found.capture.name);
    let (text, is_payload) = opened(whole, &line, found.finding());
    let lines = if lines.is_empty() { vec![CallLine::new(&text)] } else { lines };
    let validator = if is_payload { unwrapped(whole) } else { Arc::clone(whole) };
    let judge = Judge {
        validator,
        selection,
        wanted,
        pinned: lines.len() - 1,
        others: if args.smallest { Others::Accepted } else { Others::Refused },
        known: HashSet::new(),
        attempts: 0,
        bytes: 0,
        console,
    };
    Ok((lines, judge))
}

/// The text to shrink, and whether it is a payload: the payload of `line`, or the whole line if it
/// has none. A line beyond the length limit is cut to the shortest one that still is.
fn opened(validator: &Validator, line: &Line<'_>, finding: Option<&Finding>) -> (Vec<u8>, bool) {
    if finding.is_some_and(|finding| finding.rule == Rule::LineTooLong) {
        let most = validator.limits.max_line_bytes;
        // With its newline, it is beyond the limit by one byte.
        let start = line.bytes.get(..most).unwrap_or(line.bytes);
        let end = match std::str::from_utf8(start) {
            // Within a character.
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Ok(_) | Err(_) => start.len(),
        };
        let mut text = start[..end].to_vec();
        text.resize(most, b' ');
        return (text, false);
    }
    let validation = validator.read_only(line);
    match validation.payload {
        Some(_) => (validation.payload_text(line).to_vec(), true),
        None => (line.bytes.to_vec(), false),
    }
}

/// The same validator for lines that are payloads themselves.
fn unwrapped(validator: &Arc<Validator>) -> Arc<Validator> {
    if validator.envelope.is_none() {
        return Arc::clone(validator);
    }
    let (bundle, policy) = (Arc::clone(&validator.bundle), validator.policy.clone());
    Arc::new(Validator::new(bundle, policy, validator.limits))
}
