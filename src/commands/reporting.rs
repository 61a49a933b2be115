//! Which reports a run writes and where, with everything that can be wrong with that said first.

use std::env;
use std::path::{Path, PathBuf};

use super::terminal::USUAL_WIDTH;
use crate::capture::{Root, Source};
use crate::cli::{Format, ValidateArgs};
use crate::error::Error;
use crate::output::{Baseline, Reporting, Wanted};
use crate::select::Selection;
use crate::terminal::{Charset, Colour, Look};

/// What `args` asks for beyond findings on standard output; `None` where that is nothing.
pub(super) fn reporting(
    args: &ValidateArgs,
    captures: &[Result<Source, Error>],
    selection: &Selection,
) -> Result<Option<Reporting>, Error> {
    let mut reports: Vec<Wanted> = args.report.clone();
    if is_report(args.format) && args.quiet < 2 {
        reports.push(Wanted { format: args.format, path: None });
    }
    if reports.is_empty() && args.baseline.is_none() && args.write_baseline.is_none() {
        return Ok(None);
    }
    let here = env::current_dir().unwrap_or_default();
    check_paths(&reports, args, captures, &here)?;
    let folder = |name: &str| env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from);
    let checkouts: Vec<PathBuf> =
        ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"].into_iter().filter_map(folder).collect();
    let annotates = reports.iter().any(|wanted| wanted.format == Format::Github);
    Ok(Some(Reporting {
        step_summary: folder("GITHUB_STEP_SUMMARY").filter(|_| annotates),
        reports,
        most_findings: args.max_findings,
        baseline: args.baseline.as_deref().map(Baseline::read).transpose()?,
        write_baseline: args.write_baseline.clone(),
        is_complete: selection.is_empty() && !args.fail_fast,
        root: Root::find(here, &checkouts),
        look: Look { colour: Colour::Off, charset: Charset::Unicode, width: USUAL_WIDTH },
    }))
}

/// Whether the format needs to see the whole run.
pub(super) fn is_report(format: Format) -> bool {
    match format {
        Format::Github | Format::Gitlab | Format::Sarif | Format::Junit => true,
        Format::Pretty | Format::Short | Format::Json => false,
    }
}

/// No file may be written twice, or be written and read.
fn check_paths(
    reports: &[Wanted],
    args: &ValidateArgs,
    captures: &[Result<Source, Error>],
    here: &Path,
) -> Result<(), Error> {
    let mut written: Vec<(PathBuf, &Path)> = Vec::new();
    for path in
        reports.iter().filter_map(|it| it.path.as_deref()).chain(args.write_baseline.as_deref())
    {
        let target = target(path, here);
        if let Some((_, other)) = written.iter().find(|(known, _)| *known == target) {
            return Err(Error::Usage(format!(
                "two reports go to one file, {:?} and {:?}: give each its own",
                other.display(),
                path.display()
            )));
        }
        written.push((target, path));
    }
    // A baseline may be brought up to date in place; a report in its place would be its end.
    let baseline = args.baseline.as_deref().map(|path| target(path, here));
    let replaced = |(known, path): &&(PathBuf, &Path)| {
        baseline.as_ref() == Some(known) && args.write_baseline.as_deref() != Some(*path)
    };
    if let Some((_, path)) = written.iter().find(replaced) {
        return Err(Error::Usage(format!(
            "a report would replace the baseline {:?}: give it another name",
            path.display()
        )));
    }
    for source in captures.iter().flatten() {
        let Source::File(capture) = source else { continue };
        let capture = target(capture, here);
        if let Some((_, path)) = written.iter().find(|(known, _)| *known == capture) {
            return Err(Error::Usage(format!(
                "a report would replace the capture {:?}: give it another name",
                path.display()
            )));
        }
    }
    Ok(())
}

/// What `path` leads to, as far as there is something already.
fn target(path: &Path, here: &Path) -> PathBuf {
    if let Ok(known) = path.canonicalize() {
        return known;
    }
    let whole = crate::capture::normal(&here.join(path));
    match (whole.parent().and_then(|it| it.canonicalize().ok()), whole.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => whole,
    }
}
