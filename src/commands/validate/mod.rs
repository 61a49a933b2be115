//! `voxev validate`: every line against the contract, findings in input order.

mod capture_findings;
mod findings;
mod pass;

pub(super) use capture_findings::{damage_finding, empty_finding};

use std::sync::Arc;

use crate::capture::Source;
use crate::cli::ValidateArgs;
use crate::commands::captures::{progress_target, threads, validated};
use crate::commands::contract::{Contract, Extent};
use crate::commands::follow;
use crate::commands::reporting::reporting;
use crate::commands::selection::selection;
use crate::commands::terminal::Terminal;
use crate::commands::{fix, outputs};
use crate::config::Config;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::output::Reporting;
use crate::pipeline::{self, Capture, Console, ProgressTarget, complain};
use findings::Findings;
use pass::Validate;

/// Runs `voxev validate`.
pub(super) fn run(args: &ValidateArgs, terminal: &Terminal) -> Result<Outcome, Error> {
    let lifecycle = (args.lifecycle || args.no_lifecycle).then_some(args.lifecycle);
    let contract = Contract::new(&args.contract, &args.input)?.with_lifecycle(lifecycle);
    if args.show_config {
        return super::print(&contract.shown(&args.input.files)?);
    }
    let args = &with_baseline(args, &contract.config)?;
    let bundle = contract.bundle()?;
    let sources = validated(args, &contract, terminal)?;
    let selection = selection(&args.selectors, &bundle, &sources)?;
    let reporting = reporting(args, &selection)?;
    check_outputs(reporting.as_ref(), &sources, &contract)?;
    say_idle_overrides(args, &contract, &sources);
    let is_hidden = args.quiet > 0 || args.follow;
    let progress_target =
        if is_hidden { ProgressTarget::Hidden } else { progress_target(&sources, terminal) };
    let captures = contract.captures(sources)?;
    check_span(args, &captures, reporting.is_some())?;
    let mut fixed = Outcome::Success;
    if args.fix || args.diff {
        fixed = fix::run(args, &contract, &captures, &selection, terminal)?;
        if args.diff {
            return Ok(fixed);
        }
    }
    let pass = Validate::new(args, selection, reporting.is_some(), &captures, terminal);
    let console = Console::new(progress_target);
    let style = terminal.stdout.clone();
    if args.follow {
        if reporting.is_some() {
            let advice = "--follow needs --format pretty, short or json, and no baseline";
            return Err(Error::Usage(advice.into()));
        }
        let (captures, interrupt) = follow::followed(captures)?;
        let make = || Findings::new(&pass, None, &console, style.clone());
        let findings = follow::run((&captures, &interrupt), &pass, &console, make)?;
        return findings.finish(args, &captures, &terminal.stderr);
    }
    let findings = Findings::new(&pass, reporting.as_ref(), &console, style)?;
    let findings = pipeline::run(&captures, &pass, findings, threads(&args.input), &console)?;
    Ok(findings.finish(args, &captures, &terminal.stderr)?.max(fixed))
}

/// Refuses reports, baselines and checks of the order of events with `--span`: a piece of a capture
/// has neither the line numbers of the file nor the earlier events of its calls.
fn check_span(
    args: &ValidateArgs,
    captures: &[Result<Arc<Capture>, Error>],
    is_reporting: bool,
) -> Result<(), Error> {
    let refused = |why: &str| Err(Error::Usage(why.to_owned()));
    let checks_order = |capture: &Arc<Capture>| capture.validator.checks_order;
    if args.input.span.is_none() {
        return Ok(());
    }
    if is_reporting {
        let advice = "--span needs --format pretty, short or json, and no report or baseline: \
                      the line numbers of the file are unknown";
        return refused(advice);
    }
    if captures.iter().flatten().any(checks_order) {
        return refused("--span cannot check the order of events in calls: add --no-lifecycle");
    }
    Ok(())
}

/// `args` with the baseline that the configuration names, unless the command line names one. A
/// baseline that does not exist is an error, except with --write-baseline.
fn with_baseline(args: &ValidateArgs, config: &Config) -> Result<ValidateArgs, Error> {
    let mut args = args.clone();
    let Some(named) = &config.document.baseline else { return Ok(args) };
    if args.baseline.is_some() || args.no_baseline {
        return Ok(args);
    }
    let path = config.folder().join(&named.value);
    let place = config.at(named.place);
    if args.fail_fast {
        return Err(Error::Usage(format!(
            "{place}: --fail-fast cannot be used with the baseline {:?}: add --no-baseline",
            named.value
        )));
    }
    if path.exists() {
        args.baseline = Some(path);
    } else if args.write_baseline.is_none() {
        return Err(Error::Usage(format!(
            "{place}: the baseline {:?} does not exist: create it with --write-baseline {}",
            named.value,
            path.display()
        )));
    }
    Ok(args)
}

/// Reports overrides that match nothing, because a typo in a pattern changes the result.
fn say_idle_overrides(
    args: &ValidateArgs,
    contract: &Contract,
    captures: &[Result<Source, Error>],
) {
    let are_all = args.input.files.is_empty() && contract.config.document.files.is_some();
    let extent = if are_all { Extent::All } else { Extent::Some };
    if args.quiet < 2 {
        for text in contract.idle_overrides(captures, extent) {
            complain(&text);
        }
    }
}

fn check_outputs(
    reporting: Option<&Reporting>,
    sources: &[Result<Source, Error>],
    contract: &Contract,
) -> Result<(), Error> {
    let mut written = vec![outputs::Output::main(None)];
    let mut settings = contract.settings();
    if let Some(reporting) = reporting {
        let paths = reporting.reports.iter().filter_map(|wanted| wanted.path.as_ref());
        written.extend(paths.map(|path| outputs::Output::new("--report", path)));
        let baseline = reporting.write_baseline.iter();
        written.extend(baseline.map(|path| outputs::Output::new(outputs::WRITE_BASELINE, path)));
        let summary = reporting.step_summary.iter();
        written.extend(summary.map(|path| outputs::Output::new("$GITHUB_STEP_SUMMARY", path)));
        settings.extend(reporting.baseline.iter().map(|it| (outputs::BASELINE, it.path())));
    }
    outputs::check(written, sources, &settings)
}
