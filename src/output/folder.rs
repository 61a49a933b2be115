//! A folder of output that appears only when everything in it is complete.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::error::Error;
use crate::output::file::set_permissions;
use crate::output::{followed, unfinished};

/// A folder beside `path`, which is renamed at the end. Without [`OutputFolder::finish`] it is
/// removed.
pub(crate) struct OutputFolder {
    folder: TempDir,
    path: PathBuf,
    name: String,
}

impl OutputFolder {
    /// A folder that will be at `named`, where there is nothing yet, or an empty folder: nothing
    /// that somebody has is deleted.
    pub(crate) fn create(named: &Path) -> Result<Self, Error> {
        let (path, name) = (followed(named), named.to_string_lossy().into_owned());
        match fs::read_dir(&path).map(|mut entries| entries.next().is_none()) {
            Ok(false) => {
                return Err(Error::Usage(format!(
                    "the folder {name:?} is not empty: name a new folder, or delete this one first"
                )));
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Error::Write { target: name, source: error });
            }
            Ok(true) | Err(_) => {}
        }
        let parent = path.parent().filter(|it| !it.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".voxev-");
        set_permissions(&mut builder, None, ALL_MAY_ENTER);
        match unfinished::create_folder(|| builder.tempdir_in(parent)) {
            Ok(folder) => Ok(Self { folder, path, name }),
            Err(source) => Err(Error::Write { target: name, source }),
        }
    }

    /// The folder to write into.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Renames the folder to its final name.
    pub(crate) fn finish(self) -> Result<(), Error> {
        if cfg!(windows) && self.path.exists() {
            // A folder cannot be renamed to an empty one there.
            fs::remove_dir(&self.path).map_err(|source| self.error(source))?;
        }
        fs::rename(self.folder.path(), &self.path).map_err(|source| self.error(source))?;
        // It is not where it was, so there is nothing to remove.
        let _ = self.folder.keep();
        Ok(())
    }

    /// The error that the folder could not be written because of `source`.
    pub(crate) fn error(&self, source: io::Error) -> Error {
        Error::Write { target: self.name.clone(), source }
    }
}

/// The mode of a new folder, less the bits of the umask.
const ALL_MAY_ENTER: u32 = 0o777;
