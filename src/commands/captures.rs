//! Which captures a run reads, how it names them, and with how many threads.

use std::collections::HashSet;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::contract::{Contract, validator_by};
use super::terminal::Terminal;
use crate::capture::{Source, normal};
use crate::check::Validator;
use crate::cli::{Input, ValidateArgs};
use crate::config::{Config, Placed};
use crate::contract::{Bundle, Policy};
use crate::error::Error;
use crate::output::Naming;
use crate::pipeline::{Capture, ProgressTarget, complain};

/// How the names of the lists end that `generate --faults` writes beside captures.
pub(super) const FAULTS_SUFFIX: &str = ".faults.jsonl";

pub(super) fn captures(
    input: &Input,
    terminal: &Terminal,
) -> Result<Vec<Result<Source, Error>>, Error> {
    let found = named(&input.files, terminal)?;
    check_span(input, &found)?;
    Ok(found)
}

/// Refuses `--span` for anything but one file that was named.
fn check_span(input: &Input, captures: &[Result<Source, Error>]) -> Result<(), Error> {
    let is_one_file = || match (captures, &input.files[..]) {
        ([Ok(Source::File(path))], [named]) => path == named && !path.is_dir(),
        _ => false,
    };
    if input.span.is_none() || is_one_file() {
        return Ok(());
    }
    Err(Error::Usage("--span needs the name of one file, whose bytes it counts".into()))
}

/// The captures that `files` name.
pub(super) fn named(
    files: &[PathBuf],
    terminal: &Terminal,
) -> Result<Vec<Result<Source, Error>>, Error> {
    found(files, terminal, &|_| false)
}

/// The captures that were named. Folders and patterns leave out the fault lists of `generate` and the
/// files that `is_excluded` names.
fn found(
    files: &[PathBuf],
    terminal: &Terminal,
    is_excluded: &dyn Fn(&Path) -> bool,
) -> Result<Vec<Result<Source, Error>>, Error> {
    if files.is_empty() {
        if terminal.is_stdin_typed {
            return Err(Error::Usage(
                "no capture given: name a file or a folder, or pipe a capture in (see --help)"
                    .into(),
            ));
        }
        return Ok(vec![Ok(Source::Stdin)]);
    }
    let mut all = Vec::new();
    for path in files {
        let found = Source::find(std::slice::from_ref(path))?.into_iter().map(|source| {
            let is_in_vain = source.as_ref().is_err_and(|error| is_of_no_folder(error, path));
            if is_in_vain {
                return Err(Error::NoCapture(format!(
                    "no capture matches \"{}\": its folder does not exist",
                    path.display()
                )));
            }
            source
        });
        all.extend(wanted(found.collect(), path, is_excluded));
    }
    Ok(all)
}

/// The `found` files of `named`, without the excluded ones. A file that is named explicitly is always
/// read.
fn wanted(
    found: Vec<Result<Source, Error>>,
    named: &Path,
    is_excluded: &dyn Fn(&Path) -> bool,
) -> Vec<Result<Source, Error>> {
    let is_wanted = |source: &Result<Source, Error>| match source {
        Ok(Source::File(path)) => path == named || !is_list_of_faults(path) && !is_excluded(path),
        Ok(Source::Stdin) | Err(_) => true,
    };
    let wanted: Vec<_> = found.into_iter().filter(is_wanted).collect();
    if !wanted.is_empty() {
        return wanted;
    }
    vec![Err(Error::NoCapture(format!(
        "no capture is left in \"{}\": every file is excluded by voxev.toml or is a list of \
         faults (*{FAULTS_SUFFIX}); name the files to read explicitly",
        named.display()
    )))]
}

/// Whether this is the name of a fault list of `generate`, which is JSON Lines but not a capture.
fn is_list_of_faults(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let bare = [".gz", ".zst"].iter().find_map(|packed| name.strip_suffix(packed));
    bare.unwrap_or(&name).ends_with(FAULTS_SUFFIX)
}

/// What `validate` reads, each capture once: the configuration's captures if none is named. That also
/// holds in a pipeline, where standard input is often an empty pipe.
pub(super) fn validated(
    args: &ValidateArgs,
    contract: &Contract,
    terminal: &Terminal,
) -> Result<Vec<Result<Source, Error>>, Error> {
    let config = &contract.config;
    let is_excluded = |path: &Path| config.excludes(path, &contract.here).is_some();
    let all: Vec<_> = match &config.document.files {
        Some(files) if args.input.files.is_empty() => {
            if args.quiet == 0 && !terminal.is_stdin_typed {
                say_files(config);
            }
            configured(files, config, &is_excluded)?
        }
        // One file, folder or pattern has each capture once.
        _ if args.input.files.len() <= 1 => {
            let all = found(&args.input.files, terminal, &is_excluded)?;
            check_span(&args.input, &all)?;
            return Ok(all);
        }
        _ => found(&args.input.files, terminal, &is_excluded)?,
    };
    check_span(&args.input, &all)?;
    Ok(once(all, &contract.here))
}

/// Reports that standard input, which may be a pipe, is not read.
fn say_files(config: &Config) {
    let path = config.path.as_deref().unwrap_or(Path::new(crate::config::NAME));
    complain(&format!(
        "reading the files of {}; `voxev validate -` reads standard input",
        path.display()
    ));
}

/// The captures that `files` in the configuration names.
fn configured(
    files: &Placed<Vec<Placed<String>>>,
    config: &Config,
    is_excluded: &dyn Fn(&Path) -> bool,
) -> Result<Vec<Result<Source, Error>>, Error> {
    if files.value.is_empty() {
        return Err(Error::Usage(format!(
            "{}: the list of files is empty: name captures in it or on the command line; to read \
             standard input, use `voxev validate -`",
            config.at(files.place)
        )));
    }
    let mut all = Vec::new();
    for pattern in &files.value {
        let place = config.at(pattern.place);
        let found = Source::find_below(config.folder(), std::slice::from_ref(&pattern.value))
            .map_err(|error| Error::Usage(format!("{place}: {error}")))?;
        let path = config.folder().join(&pattern.value);
        let found = found.into_iter().map(|source| match source {
            Ok(Source::File(file)) if file == path && is_missing(&file) => {
                Err(nothing(&place, &pattern.value))
            }
            Err(Error::NoCapture(_)) if !path.is_dir() => Err(nothing(&place, &pattern.value)),
            Err(error) if is_of_no_folder(&error, &path) => Err(nothing(&place, &pattern.value)),
            Err(Error::NoCapture(why)) => Err(Error::NoCapture(format!("{place}: {why}"))),
            found => found,
        });
        all.extend(wanted(found.collect(), &path, is_excluded));
    }
    Ok(all)
}

/// Whether `error` is that there is nothing where the pattern `path` begins.
fn is_of_no_folder(error: &Error, path: &Path) -> bool {
    let is_missing_folder =
        matches!(error, Error::Read { source, .. } if source.kind() == io::ErrorKind::NotFound);
    is_missing_folder && is_missing(path)
}

/// Whether there is nothing, not even a link that leads nowhere.
fn is_missing(path: &Path) -> bool {
    path.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

fn nothing(place: &str, pattern: &str) -> Error {
    Error::NoCapture(format!(
        "{place}: {pattern:?} matches nothing: check the path, which is relative to the folder of \
         voxev.toml; hidden and ignored files are skipped"
    ))
}

/// Each capture once, where the first of its names stands: patterns may overlap.
fn once(all: Vec<Result<Source, Error>>, here: &Path) -> Vec<Result<Source, Error>> {
    let mut known: HashSet<Option<PathBuf>> = HashSet::new();
    let mut is_new = |source: &Result<Source, Error>| match source {
        Ok(Source::Stdin) => known.insert(None),
        Ok(Source::File(path)) => known.insert(Some(normal(&here.join(path)))),
        Err(_) => true,
    };
    all.into_iter().filter(|source| is_new(source)).collect()
}

/// Bytes to be read where they are known, if there is a terminal to show progress on.
pub(super) fn progress_target(
    captures: &[Result<Source, Error>],
    terminal: &Terminal,
) -> ProgressTarget {
    if !terminal.shows_progress {
        return ProgressTarget::Hidden;
    }
    let size = |source: &Source| match source {
        Source::Stdin => None,
        Source::File(path) => path.metadata().ok().filter(Metadata::is_file).map(|it| it.len()),
    };
    ProgressTarget::Shown(captures.iter().flatten().map(size).sum())
}

pub(super) fn naming(input: &Input, captures: &[Result<Source, Error>]) -> Naming {
    // The name of a piece says where its lines are counted from.
    let several =
        captures.len() > 1 || input.span.is_some() || input.files.iter().any(|path| path.is_dir());
    if several { Naming::Named } else { Naming::Needless }
}

pub(super) fn threads(input: &Input) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    input.threads.map_or_else(cores, usize::from)
}

/// Captures that are checked against `bundle`. Of the configuration, only the places of payloads
/// and times in each line are used.
pub(super) fn unconfigured(
    bundle: Arc<Bundle>,
    sources: Vec<Result<Source, Error>>,
    input: &Input,
) -> Result<(Captures, Arc<Validator>), Error> {
    let validator = Arc::new(validator_by(bundle, Policy::default(), input)?);
    let capture = |source| {
        Arc::new(Capture::new(source, input.format, Arc::clone(&validator)).with(input.span))
    };
    let captures = sources.into_iter().map(|source| source.map(capture)).collect();
    Ok((captures, validator))
}

/// Captures, or why there is none.
pub(super) type Captures = Vec<Result<Arc<Capture>, Error>>;
