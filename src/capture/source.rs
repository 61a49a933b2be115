//! Where captures come from: files, patterns, the captures in a folder, standard input.

use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use super::compression::{Compression, Start};
use super::follow::{Follower, Interrupt};
use super::pattern::{Pattern, fixed_part, is_pattern, is_special};
use super::reader::Reader;
use super::root::spelled;
use super::span::{SpanSettings, Spans};
use crate::error::Error;
use crate::text::shortened;

/// One capture, not opened yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// Standard input.
    Stdin,
    /// A file, or anything else with a path that can be read.
    File(PathBuf),
}

/// A capture that has been opened.
pub(crate) enum Opened {
    /// Read by position, by any thread.
    Spans(Spans),
    /// Read from beginning to end.
    Sequence(Reader),
}

/// Bytes that tell whether a file is compressed.
const LONGEST_MAGIC: usize = 16;

/// File names that a folder search includes, also with .gz or .zst appended. A file that is named
/// explicitly may have any name.
const EXTENSIONS: [&str; 2] = ["jsonl", "ndjson"];

impl Source {
    /// The captures that `paths` select, in order. `-` is standard input; a folder stands for the
    /// captures below it, sorted by path, without hidden and ignored ones (by ripgrep's rules); a
    /// pattern stands for the files that match. An invalid pattern is an error before any work
    /// starts.
    pub(crate) fn find(paths: &[PathBuf]) -> Result<Vec<Result<Self, Error>>, Error> {
        let mut found = Vec::new();
        for path in paths {
            if path.as_os_str() == "-" {
                found.push(Ok(Self::Stdin));
            } else {
                found.extend(Self::at(Path::new(""), path)?);
            }
        }
        Ok(found)
    }

    /// The captures that `patterns` select, relative to `base`.
    pub(crate) fn find_below(
        base: &Path,
        patterns: &[String],
    ) -> Result<Vec<Result<Self, Error>>, Error> {
        let mut found = Vec::new();
        for pattern in patterns {
            found.extend(Self::at(base, Path::new(pattern))?);
        }
        Ok(found)
    }

    fn at(base: &Path, path: &Path) -> Result<Vec<Result<Self, Error>>, Error> {
        let text = path.to_string_lossy();
        let path = base.join(path);
        if path.is_dir() {
            return Ok(in_folder(&path));
        }
        if !is_pattern(&text) || path.exists() {
            return Ok(vec![Ok(Self::File(path))]);
        }
        let pattern = Pattern::new(base, &text).map_err(Error::Usage)?;
        let mut found: Vec<_> = pattern
            .files()
            .map(|file| file.map(Self::File).map_err(|error| cannot_walk(&text, error)))
            .collect();
        if found.is_empty() {
            found.push(Err(Error::NoCapture(format!(
                "no capture matches \"{}\": check the pattern; hidden and ignored files are skipped",
                shortened(&text, 60)
            ))));
        }
        Ok(found)
    }

    /// The name for messages: its path, spelled by [`spelled`], or `<stdin>`.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Stdin => "<stdin>".into(),
            Self::File(path) => spelled(path),
        }
    }

    /// Whether it is a regular file that is not compressed: one that can be edited.
    pub(crate) fn is_plain_file(&self) -> bool {
        match self {
            Self::Stdin => false,
            // A named pipe must not be opened: it would wait for a writer.
            Self::File(path) => path.is_file() && !is_compressed(path),
        }
    }

    /// The folder that the captures of `named` are searched in, which is relative to `base`: itself,
    /// or where a pattern begins. `None` where it names a file.
    pub(crate) fn folder(base: &Path, named: &Path) -> Option<PathBuf> {
        let path = base.join(named);
        let text = named.to_string_lossy();
        if path.is_dir() {
            Some(path)
        } else if is_pattern(&text) && !path.exists() {
            let fixed = base.join(fixed_part(&text));
            Some(if fixed.as_os_str().is_empty() { ".".into() } else { fixed })
        } else {
            None
        }
    }

    /// Opens it for reading in sequence.
    pub(crate) fn open(&self) -> Result<Reader, Error> {
        match self {
            Self::Stdin => Ok(Reader::new(Box::new(io::stdin()))),
            Self::File(path) => File::open(path)
                .map(|file| Reader::new(Box::new(file)))
                .map_err(|source| Error::Read { capture: self.name(), source }),
        }
    }

    /// Opens it for reading in sequence, also what is written to it later, until `interrupt` is set;
    /// `say` tells people of what happens to it.
    pub(crate) fn follow(&self, interrupt: &Interrupt, say: fn(&str)) -> Result<Reader, Error> {
        let Self::File(path) = self else { return self.open() };
        Follower::open(path.clone(), Interrupt::clone(interrupt), say)
            .map(|follower| Reader::new(Box::new(follower)))
            .map_err(|source| Error::Read { capture: self.name(), source })
    }

    /// Opens it for reading by position where that can be done: a regular file that is not
    /// compressed, also as standard input, which then begins where whoever had it before stopped.
    pub(crate) fn open_spans(&self, settings: SpanSettings) -> Result<Opened, Error> {
        let failed = |source| Error::Read { capture: self.name(), source };
        let is_piece = settings.piece.is_some();
        let (file, start) = match self {
            Self::Stdin => match standard_input() {
                Some(opened) => opened,
                None => return self.open().map(Opened::Sequence),
            },
            Self::File(path) => (File::open(path).map_err(failed)?, 0),
        };
        let spans = Spans::new(file, start, settings).map_err(failed)?;
        Ok(match (spans, self) {
            (Ok(spans), _) => Opened::Spans(spans),
            (Err(_), _) if is_piece => return Err(failed(io::Error::other(NO_PIECES))),
            (Err(_), Self::Stdin) => Opened::Sequence(Reader::new(Box::new(io::stdin()))),
            (Err(file), Self::File(_)) => Opened::Sequence(Reader::new(Box::new(file))),
        })
    }
}

/// Why a capture has no pieces.
const NO_PIECES: &str =
    "--span needs a file with one payload per line that is not compressed; read all of it";

/// Standard input if it is a file, and its current position.
#[cfg(unix)]
fn standard_input() -> Option<(File, u64)> {
    use std::io::Seek as _;
    use std::os::fd::AsFd as _;
    let mut file = File::from(io::stdin().as_fd().try_clone_to_owned().ok()?);
    let start = file.metadata().ok().filter(Metadata::is_file).and(file.stream_position().ok())?;
    Some((file, start))
}

#[cfg(not(unix))]
fn standard_input() -> Option<(File, u64)> {
    None
}

/// Whether a regular file begins as compressed ones do.
fn is_compressed(path: &Path) -> bool {
    let mut first = [0; LONGEST_MAGIC];
    let count = File::open(path).and_then(|mut file| file.read(&mut first));
    let start = count.ok().and_then(|count| first.get(..count)).map(Start::of_all);
    matches!(start, Some(Start::Compressed(_) | Start::Foreign(_)))
}

fn in_folder(folder: &Path) -> Vec<Result<Source, Error>> {
    let mut found = Vec::new();
    for entry in WalkBuilder::new(folder).sort_by_file_path(Path::cmp).build() {
        match entry {
            Ok(entry) if is_capture(entry.path()) && is_readable(&entry) => {
                found.push(Ok(Source::File(entry.into_path())));
            }
            Ok(_) => {}
            Err(error) => found.push(Err(cannot_walk(&folder.to_string_lossy(), error))),
        }
    }
    if found.is_empty() {
        found.push(Err(Error::NoCapture(format!(
            "no capture in the folder \"{}\": name the files explicitly, or give them the \
             extension .{} (optionally followed by .gz or .zst)",
            folder.display(),
            EXTENSIONS.join(" or .")
        ))));
    }
    found
}

/// Whether reading it ends. The folder says that of most files, without a system call for each.
fn is_readable(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_file()) || !is_special(entry.path())
}

fn cannot_walk(folder: &str, error: ignore::Error) -> Error {
    let source = error.into_io_error().unwrap_or_else(|| io::Error::other("cannot walk"));
    Error::Read { capture: folder.to_owned(), source }
}

fn is_capture(path: &Path) -> bool {
    let is_known = |path: &Path| {
        path.extension().is_some_and(|extension| EXTENSIONS.iter().any(|known| extension == *known))
    };
    match Compression::of_name(path) {
        Some(_) => is_known(&path.with_extension("")),
        None => is_known(path),
    }
}
