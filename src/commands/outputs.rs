//! No file of a run is written twice, or written and read: one check for all commands, made before
//! anything is opened, because a file that is replaced cannot be had back.

use std::collections::HashMap;
use std::env;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use super::{Plan, Task};
use crate::capture::{Source, normal};
use crate::error::Error;
use crate::output::{followed, is_stdout};

/// A file that the run writes.
struct Named {
    option: &'static str,
    /// Standard output where there is none.
    path: Option<PathBuf>,
    identities: Vec<Identity>,
}

/// What is the same for all paths that lead to one file. Devices and pipes have none: they take in
/// whatever comes, so that `/dev/null` may be named as often as one likes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Identity {
    /// Wherever that leads to.
    Stdout,
    /// Device and number on it, which hard links share.
    #[cfg(unix)]
    Node(u64, u64),
    /// The whole path, links followed, of a file that is not there yet.
    Path(PathBuf),
}

/// Refuses a task that would write a file twice, or one that it reads.
pub(super) fn check(task: &Task) -> Result<(), Error> {
    match task {
        Task::Read(plan) => {
            let written = written_by(plan)?;
            refuse_captures(&written, &plan.captures)?;
            refuse_settings(&written, plan)
        }
        Task::Generate(order) => {
            let sidecar = order.sidecar.iter().map(|path| Named::new("--sidecar", path));
            distinct([Named::output(order.output.as_deref())].into_iter().chain(sidecar)).map(drop)
        }
        Task::Print(_) | Task::Figures(..) | Task::Man(_) => Ok(()),
    }
}

/// Refuses to print what is read from `captures` to one of them.
pub(super) fn check_printed(captures: &[Result<Source, Error>]) -> Result<(), Error> {
    refuse_captures(&distinct([Named::output(None)])?, captures)
}

/// The files that a run writes.
struct Written {
    names: Vec<Named>,
    /// Which of them is meant by what.
    known: HashMap<Identity, usize>,
}

fn written_by(plan: &Plan) -> Result<Written, Error> {
    let mut names = vec![Named::output(plan.output.as_deref())];
    names.extend(plan.rejects.iter().map(|path| Named::new("--rejects", path)));
    if let Some(reporting) = &plan.reporting {
        let paths = reporting.reports.iter().filter_map(|wanted| wanted.path.as_ref());
        names.extend(paths.map(|path| Named::new("--report", path)));
        names.extend(reporting.write_baseline.iter().map(|path| Named::new(WRITE_BASELINE, path)));
        let summary = reporting.step_summary.iter();
        names.extend(summary.map(|path| Named::new("$GITHUB_STEP_SUMMARY", path)));
    }
    distinct(names)
}

const WRITE_BASELINE: &str = "--write-baseline";

fn distinct(names: impl IntoIterator<Item = Named>) -> Result<Written, Error> {
    let mut written = Written { names: Vec::new(), known: HashMap::new() };
    for named in names {
        if let Some(other) = named.identities.iter().find_map(|it| written.known.get(it)) {
            return Err(Error::Usage(format!(
                "{} and {} are the same file: give each its own",
                written.names[*other].label(),
                named.label()
            )));
        }
        let number = written.names.len();
        written.known.extend(named.identities.iter().map(|it| (it.clone(), number)));
        written.names.push(named);
    }
    Ok(written)
}

impl Written {
    /// The file among these that `identity` is of, too.
    fn same(&self, identity: Option<Identity>) -> Option<&Named> {
        self.known.get(&identity?).map(|number| &self.names[*number])
    }
}

fn refuse_captures(written: &Written, captures: &[Result<Source, Error>]) -> Result<(), Error> {
    let is_file = |identity: &Identity| *identity != Identity::Stdout;
    if !written.known.keys().any(is_file) {
        return Ok(());
    }
    for source in captures.iter().flatten() {
        let identity = match source {
            Source::Stdin => of_stream(&io::stdin()),
            Source::File(path) => of_path(path),
        };
        if let Some(named) = written.same(identity) {
            let (label, capture) = (named.label(), source.name());
            return Err(Error::Usage(format!(
                "{label} is the capture {capture:?}: input file is output file; write to another \
                 file"
            )));
        }
    }
    Ok(())
}

/// A baseline may be brought up to date in place; any other output in its place would be its end.
fn refuse_settings(written: &Written, plan: &Plan) -> Result<(), Error> {
    let baseline = plan.reporting.as_ref().and_then(|reporting| reporting.baseline.as_ref());
    let baseline = baseline.map(|baseline| ("baseline", baseline.path()));
    let config = plan.config.as_deref().map(|path| ("configuration", path));
    for (what, path) in baseline.into_iter().chain(config) {
        let Some(named) = written.same(of_path(path)) else { continue };
        if what != "baseline" || named.option != WRITE_BASELINE {
            let (label, path) = (named.label(), path.display());
            return Err(Error::Usage(format!(
                "{label} is the {what} {path:?}, which is read: write to another file"
            )));
        }
    }
    Ok(())
}

impl Named {
    fn new(option: &'static str, path: &Path) -> Self {
        let identities = if is_stdout(path) { of_stdout() } else { Vec::from_iter(of_path(path)) };
        Self { option, path: Some(path.to_path_buf()), identities }
    }

    /// What `--output` says, or standard output.
    fn output(path: Option<&Path>) -> Self {
        const OUTPUT: &str = "--output";
        match path {
            Some(path) => Self::new(OUTPUT, path),
            None => Self { option: OUTPUT, path: None, identities: of_stdout() },
        }
    }

    fn label(&self) -> String {
        match &self.path {
            Some(path) => format!("{} {:?}", self.option, path.display()),
            None => "standard output".to_owned(),
        }
    }
}

fn of_stdout() -> Vec<Identity> {
    [Identity::Stdout].into_iter().chain(of_stream(&io::stdout())).collect()
}

fn of_path(path: &Path) -> Option<Identity> {
    let path = followed(path);
    match path.metadata() {
        Ok(metadata) => metadata.is_file().then(|| of_file(&metadata, &path)),
        // Not there yet: two spellings of its folder are one.
        Err(_) => Some(Identity::Path(whole(&path))),
    }
}

fn whole(path: &Path) -> PathBuf {
    let whole = normal(&env::current_dir().unwrap_or_default().join(path));
    match (whole.parent().and_then(|it| it.canonicalize().ok()), whole.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => whole,
    }
}

#[cfg(unix)]
fn of_file(metadata: &Metadata, _path: &Path) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    Identity::Node(metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn of_file(_metadata: &Metadata, path: &Path) -> Identity {
    Identity::Path(path.canonicalize().unwrap_or_else(|_| whole(path)))
}

/// The regular file that a stream is redirected to or from.
#[cfg(unix)]
fn of_stream(stream: &impl std::os::fd::AsFd) -> Option<Identity> {
    let file = std::fs::File::from(stream.as_fd().try_clone_to_owned().ok()?);
    let metadata = file.metadata().ok()?;
    metadata.is_file().then(|| of_file(&metadata, Path::new("")))
}

#[cfg(not(unix))]
fn of_stream<T>(_stream: &T) -> Option<Identity> {
    None
}
