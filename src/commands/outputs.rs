//! Refuses to write a file twice, or to write one that is also read. One check for all commands,
//! made before anything is opened, because the old content of a replaced file is lost.

use std::collections::HashMap;
use std::env;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use crate::capture::{Source, normal};
use crate::cli::OutputArgs;
use crate::error::Error;
use crate::output::{followed, is_stdout};

/// A file that the run writes.
pub(super) struct Output {
    option: &'static str,
    /// Standard output where there is none.
    path: Option<PathBuf>,
    identities: Vec<Identity>,
}

/// Identifies a file, by whichever path it is named. Devices and pipes have no identity, so that
/// `/dev/null` can be named several times.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Identity {
    /// Standard output, whatever it is redirected to.
    Stdout,
    /// Device and number on it, which hard links share.
    #[cfg(unix)]
    Node(u64, u64),
    /// The absolute path, links resolved, of a file that does not exist yet; of any file on other
    /// systems than Unix.
    Path(PathBuf),
}

/// Refuses to write a file twice, or one that is read: a capture, or one of `settings`, each with
/// what it is.
pub(super) fn check(
    outputs: Vec<Output>,
    captures: &[Result<Source, Error>],
    settings: &[(&str, &Path)],
) -> Result<(), Error> {
    let written = distinct(outputs)?;
    refuse_captures(&written, captures)?;
    refuse_settings(&written, settings)
}

/// What `--output` and `--rejects` name.
pub(super) fn of(args: &OutputArgs) -> Vec<Output> {
    let rejects = args.rejects.iter().map(|path| Output::new("--rejects", path));
    std::iter::once(Output::main(args.output.as_deref())).chain(rejects).collect()
}

/// The files that a run writes.
struct Written {
    names: Vec<Output>,
    /// Which of them is meant by what.
    known: HashMap<Identity, usize>,
}

/// The option whose file may be updated in place.
pub(super) const WRITE_BASELINE: &str = "--write-baseline";

/// What a baseline is called among settings.
pub(super) const BASELINE: &str = "baseline";

fn distinct(names: impl IntoIterator<Item = Output>) -> Result<Written, Error> {
    let mut written = Written { names: Vec::new(), known: HashMap::new() };
    for named in names {
        if let Some(other) = named.identities.iter().find_map(|it| written.known.get(it)) {
            return Err(Error::Usage(format!(
                "{} and {} are the same file: use different files",
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
    fn same(&self, identity: Option<Identity>) -> Option<&Output> {
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
                "{label} is the capture {capture:?}, which is read: write to another file"
            )));
        }
    }
    Ok(())
}

/// A baseline may be updated in place; any other output would destroy it.
fn refuse_settings(written: &Written, settings: &[(&str, &Path)]) -> Result<(), Error> {
    for &(what, path) in settings {
        let Some(named) = written.same(of_path(path)) else { continue };
        if what != BASELINE || named.option != WRITE_BASELINE {
            let (label, path) = (named.label(), path.display());
            return Err(Error::Usage(format!(
                "{label} is the {what} {path:?}, which is read: write to another file"
            )));
        }
    }
    Ok(())
}

impl Output {
    pub(super) fn new(option: &'static str, path: &Path) -> Self {
        let identities = if is_stdout(path) { of_stdout() } else { Vec::from_iter(of_path(path)) };
        Self { option, path: Some(path.to_path_buf()), identities }
    }

    /// What `--output` says, or standard output.
    pub(super) fn main(path: Option<&Path>) -> Self {
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
