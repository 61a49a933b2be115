//! Output to standard output, or to a file that appears only when it is complete.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::Error;
use crate::output::{compressed::CompressedWriter, unfinished};

/// A destination for bytes.
pub(crate) struct Output {
    target: Target,
    name: String,
    /// Whether the last byte written was a newline, or nothing has been written.
    at_line_start: bool,
}

enum Target {
    Stdout(io::Stdout),
    /// A temporary file beside `path`, which is renamed at the end.
    Beside(CompressedWriter<NamedTempFile>, PathBuf),
    /// A device or a pipe, which cannot be replaced.
    Direct(CompressedWriter<File>),
}

impl Output {
    /// Standard output, also as `-`, or a file, compressed if its name says so.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Error> {
        let Some(path) = path.filter(|path| !is_stdout(path)) else {
            let target = Target::Stdout(io::stdout());
            return Ok(Self { target, name: "standard output".into(), at_line_start: true });
        };
        let name = path.to_string_lossy().into_owned();
        let target = open(path).map_err(|source| Error::Write { target: name.clone(), source })?;
        Ok(Self { target, name, at_line_start: true })
    }

    /// A file that takes the place of the one at `path`, with its mode and in plain text whatever its
    /// name. Refused where that one could not be written itself.
    pub(crate) fn replacing(path: &Path) -> Result<Self, Error> {
        let name = path.to_string_lossy().into_owned();
        let target =
            replacing(path).map_err(|source| Error::Write { target: name.clone(), source })?;
        Ok(Self { target, name, at_line_start: true })
    }

    /// Writes `bytes` and flushes, so that a waiting reader gets them at once.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let Some(last) = bytes.last() else {
            return Ok(());
        };
        self.at_line_start = *last == b'\n';
        let written = match &mut self.target {
            Target::Stdout(stdout) => stdout.write_all(bytes).and_then(|()| stdout.flush()),
            Target::Beside(file, _) => file.write_all(bytes),
            Target::Direct(file) => file.write_all(bytes),
        };
        written.map_err(|source| self.error(source))
    }

    /// Ends a line that the last capture left incomplete.
    pub(crate) fn end_line(&mut self) -> Result<(), Error> {
        if self.at_line_start { Ok(()) } else { self.write(b"\n") }
    }

    /// Renames the file to its final name. Without this call it is removed.
    pub(crate) fn finish(mut self) -> Result<(), Error> {
        let target = std::mem::replace(&mut self.target, Target::Stdout(io::stdout()));
        let placed = match target {
            Target::Stdout(_) => Ok(()),
            Target::Direct(file) => file.finish().map(drop),
            Target::Beside(file, path) => file
                .finish()
                .and_then(|file| file.persist(&path).map(drop).map_err(|error| error.error)),
        };
        placed.map_err(|source| self.error(source))
    }

    pub(super) fn error(&self, source: io::Error) -> Error {
        Error::Write { target: self.name.clone(), source }
    }
}

/// Whether `path` means standard output; a file of that name is `./-`.
pub(crate) fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn open(named: &Path) -> io::Result<Target> {
    let path = followed(named);
    match path.metadata() {
        Ok(existing) if existing.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(existing) if !existing.is_file() => {
            let file = OpenOptions::new().write(true).open(path)?;
            Ok(Target::Direct(CompressedWriter::new(file, named)?))
        }
        existing => {
            let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
            let mut builder = tempfile::Builder::new();
            builder.prefix(".voxev-");
            set_permissions(&mut builder, existing.ok().as_ref(), ALL_MAY_WRITE);
            let folder = folder.unwrap_or(Path::new("."));
            let file = unfinished::create(|| builder.tempfile_in(folder))?;
            Ok(Target::Beside(CompressedWriter::new(file, named)?, path))
        }
    }
}

fn replacing(named: &Path) -> io::Result<Target> {
    let path = followed(named);
    let existing = OpenOptions::new().write(true).open(&path)?.metadata()?.permissions();
    if existing.readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let file =
        unfinished::create(|| tempfile::Builder::new().prefix(".voxev-").tempfile_in(folder))?;
    // Set on the file: what a file is made with loses the bits of the umask.
    file.as_file().set_permissions(existing)?;
    Ok(Target::Beside(CompressedWriter::Plain(file), path))
}

/// Follows links: the target of a link is replaced, or created if it does not exist.
pub(crate) fn followed(path: &Path) -> PathBuf {
    let mut path = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        if let Ok(target) = path.canonicalize() {
            return target;
        }
        if path.exists() {
            // Links such as /dev/stdout can point to something without a path.
            break;
        }
        let Ok(target) = path.read_link() else {
            break;
        };
        path = path.parent().unwrap_or(Path::new("")).join(target);
    }
    path
}

/// The maximum number of consecutive links that Linux follows.
const MOST_LINKS: usize = 40;

/// The mode of a new file, less the bits of the umask.
const ALL_MAY_WRITE: u32 = 0o666;

/// Permissions of the replaced file; for a new file or folder, `mode` less the bits of the umask.
#[cfg(unix)]
pub(super) fn set_permissions(
    builder: &mut tempfile::Builder<'_, '_>,
    existing: Option<&Metadata>,
    mode: u32,
) {
    use std::os::unix::fs::PermissionsExt;
    let existing = existing.map(Metadata::permissions);
    builder.permissions(existing.unwrap_or_else(|| PermissionsExt::from_mode(mode)));
}

#[cfg(not(unix))]
pub(super) fn set_permissions(
    _builder: &mut tempfile::Builder<'_, '_>,
    _existing: Option<&Metadata>,
    _mode: u32,
) {
}
