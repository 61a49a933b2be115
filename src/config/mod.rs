//! `voxev.toml`: the contract, the severities and the captures of a repository.
//!
//! The file is found upward from the working directory; its patterns are relative to its folder.
//! `voxev.schema.json` beside this file describes it to editors; a test holds the two together.

mod document;
mod settings;
mod show;

pub(crate) use document::Document;
pub(crate) use settings::{Held, Layer, Level, Origin, Resolved, Settings};
pub(crate) use show::shown;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use globset::GlobSet;

use crate::capture::{glob, normal, slashed};
use crate::error::Error;

/// The JSON Schema of the file.
pub(crate) const SCHEMA: &str = include_str!("voxev.schema.json");

/// What the file is called.
pub(crate) const NAME: &str = "voxev.toml";

/// A configuration, and where it is.
#[derive(Debug, Default)]
pub(crate) struct Config {
    /// The file; `None` where there is none.
    pub(crate) path: Option<PathBuf>,
    pub(crate) document: Document,
    overrides: Vec<Override>,
}

/// Settings for the captures that a pattern means.
#[derive(Debug)]
struct Override {
    pattern: GlobSet,
    settings: Settings,
}

impl Config {
    /// The nearest `voxev.toml` in `here` or above it, or no configuration.
    pub(crate) fn find(here: &Path) -> Result<Self, Error> {
        for (steps, folder) in here.ancestors().enumerate() {
            // Links are not followed: one that leads nowhere was meant to be a configuration.
            if folder.join(NAME).symlink_metadata().is_err() {
                continue;
            }
            let path = [".."].repeat(steps).iter().collect::<PathBuf>().join(NAME);
            check_found(&path)?;
            return Self::read(&path);
        }
        Ok(Self::default())
    }

    /// Reads the file at `path`, from which messages name it.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let name = path.to_string_lossy().into_owned();
        let text = text(path).map_err(|source| Error::Read { capture: name.clone(), source })?;
        let document = Document::read(&text, &name)?;
        let mut overrides = Vec::new();
        for (pattern, settings) in document.overrides.as_slice() {
            let pattern = glob(pattern)
                .map_err(|reason| Error::Usage(format!("{name}: {reason}; see [overrides]")))?;
            overrides.push(Override { pattern, settings: settings.clone() });
        }
        Ok(Self { path: Some(path.to_path_buf()), document, overrides })
    }

    /// The folder that patterns are relative to, from the working directory.
    pub(crate) fn folder(&self) -> &Path {
        self.path.as_deref().and_then(Path::parent).unwrap_or(Path::new(""))
    }

    /// The overrides that are for the capture at `path`, by their numbers. Both paths start at
    /// the working directory `here`.
    pub(crate) fn overrides_for(&self, path: &Path, here: &Path) -> Vec<usize> {
        let folder = normal(&here.join(self.folder()));
        let whole = normal(&here.join(path));
        let name = slashed(whole.strip_prefix(&folder).unwrap_or(&whole));
        let matching = |at: &usize| self.overrides[*at].pattern.is_match(&name);
        (0..self.overrides.len()).filter(matching).collect()
    }

    /// The layers of the file, for a capture for which there are these overrides.
    pub(crate) fn layers(&self, overrides: &[usize]) -> Vec<Layer<'_>> {
        let file = Layer { origin: Origin::File, settings: &self.document.settings };
        let special = |&at: &usize| Layer {
            origin: Origin::Override,
            settings: &self.overrides[at].settings,
        };
        std::iter::once(file).chain(overrides.iter().map(special)).collect()
    }
}

/// Refuses what was found at `path` if it cannot be read to an end, as a named pipe cannot. What
/// --config names may be a pipe.
fn check_found(path: &Path) -> Result<(), Error> {
    let source = match path.metadata() {
        Ok(found) if found.is_file() => return Ok(()),
        Ok(found) if found.is_dir() => io::Error::other("it is a folder"),
        Ok(_) => io::Error::other("it is not a regular file"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            io::Error::other("it is a link that leads nowhere")
        }
        Err(error) => error,
    };
    let reason = Error::Read { capture: path.to_string_lossy().into_owned(), source };
    Err(Error::Usage(format!("{reason}; remove it, or give --config FILE or --no-config")))
}

/// Bytes of a configuration: room for ten thousand overrides.
const MOST_BYTES: u64 = 1 << 20;

fn text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(MOST_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST_BYTES {
        let most = MOST_BYTES >> 20;
        return Err(io::Error::other(format!(
            "it has more than {most} MiB; is it a configuration?"
        )));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_json() {
        serde_json::from_str::<serde_json::Value>(SCHEMA).expect("the schema is JSON");
    }
}
