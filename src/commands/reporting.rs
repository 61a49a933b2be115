//! Which reports a run writes, and where. The baseline is read here, so that errors in it are
//! reported before any capture is read.

use std::env;
use std::path::PathBuf;

use super::terminal::USUAL_WIDTH;
use crate::capture::Root;
use crate::cli::ValidateArgs;
use crate::error::Error;
use crate::output::{Baseline, Format, ReportSpec, Reporting};
use crate::select::Selection;
use crate::terminal::{Charset, Colour, TextStyle};

/// What `args` asks for beyond findings on standard output; `None` where that is nothing.
pub(super) fn reporting(
    args: &ValidateArgs,
    selection: &Selection,
) -> Result<Option<Reporting>, Error> {
    let mut reports: Vec<ReportSpec> = args.report.clone();
    if is_report(args.format) && args.quiet < 2 {
        reports.push(ReportSpec { format: args.format, path: None });
    }
    if reports.is_empty() && args.baseline.is_none() && args.write_baseline.is_none() {
        return Ok(None);
    }
    let annotates = reports.iter().any(|wanted| wanted.format == Format::Github);
    let baseline = args.baseline.as_deref().map(Baseline::read).transpose()?;
    Ok(Some(Reporting {
        step_summary: folder("GITHUB_STEP_SUMMARY").filter(|_| annotates),
        reports,
        most_findings: args.max_findings,
        write_baseline: args.write_baseline.clone(),
        is_complete: selection.is_empty() && !args.fail_fast,
        root: root(baseline.as_ref()),
        baseline,
        shows_personal: args.show_personal,
        style: TextStyle { colour: Colour::Off, charset: Charset::Unicode, width: USUAL_WIDTH },
    }))
}

/// From where reports name files, if `baseline` is in use.
pub(super) fn root(baseline: Option<&Baseline>) -> Root {
    let here = env::current_dir().unwrap_or_default();
    let checkouts: Vec<PathBuf> =
        ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"].into_iter().filter_map(folder).collect();
    Root::find(here, &checkouts, baseline.and_then(Baseline::root))
}

fn folder(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from)
}

/// Whether the format needs to see the whole run.
pub(super) fn is_report(format: Format) -> bool {
    match format {
        Format::Github | Format::Gitlab | Format::Sarif | Format::Junit => true,
        Format::Pretty | Format::Short | Format::Json => false,
    }
}
