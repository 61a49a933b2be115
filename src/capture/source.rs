//! Where captures come from: files, the captures in a folder, standard input.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::error::Error;

/// One capture, not opened yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// Standard input.
    Stdin,
    /// A file, or anything else with a path that can be read.
    File(PathBuf),
}

/// What a capture in a folder is called; a file that is named itself may be called anything.
const EXTENSIONS: [&str; 2] = ["jsonl", "ndjson"];

impl Source {
    /// The captures that `paths` mean, in order: `-` is standard input, a folder stands for the
    /// captures below it, sorted by path, less hidden and ignored ones (as ripgrep has it).
    pub(crate) fn find(paths: &[PathBuf]) -> Vec<Result<Self, Error>> {
        let mut found = Vec::new();
        for path in paths {
            if path.as_os_str() == "-" {
                found.push(Ok(Self::Stdin));
            } else if path.is_dir() {
                found.extend(in_folder(path));
            } else {
                found.push(Ok(Self::File(path.clone())));
            }
        }
        found
    }

    /// What people call it: its path, or `<stdin>`.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Stdin => "<stdin>".into(),
            Self::File(path) => path.to_string_lossy().into_owned(),
        }
    }

    /// Opens it for reading.
    pub(crate) fn open(&self) -> Result<Box<dyn Read + Send>, Error> {
        match self {
            Self::Stdin => Ok(Box::new(io::stdin())),
            Self::File(path) => File::open(path)
                .map(|file| Box::new(file) as Box<dyn Read + Send>)
                .map_err(|source| Error::Read { capture: self.name(), source }),
        }
    }
}

fn in_folder(folder: &Path) -> Vec<Result<Source, Error>> {
    let mut found = Vec::new();
    for entry in WalkBuilder::new(folder).sort_by_file_path(Path::cmp).build() {
        match entry {
            Ok(entry) if is_capture(entry.path()) && !is_special(entry.path()) => {
                found.push(Ok(Source::File(entry.into_path())));
            }
            Ok(_) => {}
            Err(error) => found.push(Err(Error::Read {
                capture: folder.to_string_lossy().into_owned(),
                source: error.into_io_error().unwrap_or_else(|| io::Error::other("cannot walk")),
            })),
        }
    }
    if found.is_empty() {
        found.push(Err(Error::NoCapture(format!(
            "no capture in the folder \"{}\": name the files, or call them .{}",
            folder.display(),
            EXTENSIONS.join(" or .")
        ))));
    }
    found
}

/// Whether it is there, but no file: nobody means a named pipe by naming its folder, and reading
/// one would wait for ever. A link that leads nowhere is not special, but a failure.
fn is_special(path: &Path) -> bool {
    path.exists() && !path.is_file()
}

fn is_capture(path: &Path) -> bool {
    path.extension().is_some_and(|extension| EXTENSIONS.iter().any(|known| extension == *known))
}
