//! `voxev.toml`: the contract, the severities and the captures of a repository.
//!
//! The file is looked for in the working directory and above it; its patterns are relative to its
//! folder. `voxev.schema.json` describes it to editors; a test checks that both agree.

mod document;
mod settings;
mod show;
mod version;

pub(crate) use document::{Document, InputSettings, Place, Placed};
pub(crate) use settings::{Held, Layer, Level, Origin, Resolved, Settings};
pub(crate) use show::{Scope, shown};

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use globset::GlobSet;

use crate::capture::{glob, normal, slashed};
use crate::error::Error;
use crate::text::visible;

/// The JSON Schema of the file.
pub(crate) const SCHEMA: &str = include_str!("voxev.schema.json");

/// The file's name.
pub(crate) const NAME: &str = "voxev.toml";

/// A configuration and its path.
#[derive(Debug, Default)]
pub(crate) struct Config {
    /// The path; `None` if there is no file.
    pub(crate) path: Option<PathBuf>,
    pub(crate) document: Document,
    /// The patterns of the overrides, in order.
    overrides: Vec<GlobSet>,
    exclude: Vec<GlobSet>,
}

impl Config {
    /// The nearest `voxev.toml` in `here` or above it, or no configuration.
    pub(crate) fn find(here: &Path) -> Result<Self, Error> {
        for (steps, folder) in here.ancestors().enumerate() {
            // Links are not followed: a broken link is an error, because it was meant to be a
            // configuration.
            if folder.join(NAME).symlink_metadata().is_err() {
                continue;
            }
            let path = [".."].repeat(steps).iter().collect::<PathBuf>().join(NAME);
            check_found(&path)?;
            return Self::read(&path);
        }
        Ok(Self::default())
    }

    /// Reads the file at `path`.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let name = path.to_string_lossy().into_owned();
        let text = text(path).map_err(|source| Error::Read { capture: name.clone(), source })?;
        let document = Document::read(&text, &name)?;
        let mut config = Self { path: Some(path.to_path_buf()), document, ..Self::default() };
        let patterns = config.document.overrides.iter().map(|special| &special.pattern);
        config.overrides = config.matchers(patterns, "[overrides]")?;
        config.exclude = config.matchers(config.document.exclude.iter(), "exclude")?;
        Ok(config)
    }

    fn matchers<'a>(
        &self,
        patterns: impl Iterator<Item = &'a Placed<String>>,
        key: &str,
    ) -> Result<Vec<GlobSet>, Error> {
        let matcher = |pattern: &Placed<String>| match glob(&pattern.value) {
            Ok(glob) => Ok(glob),
            Err(reason) => {
                Err(Error::Usage(format!("{}: {reason}; see {key}", self.at(pattern.place))))
            }
        };
        patterns.map(matcher).collect()
    }

    /// `voxev.toml:3:1`
    pub(crate) fn at(&self, place: Place) -> String {
        let path = self.path.as_deref().unwrap_or(Path::new(NAME));
        format!("{}:{place}", visible(&path.to_string_lossy()))
    }

    /// The folder that patterns are relative to, from the working directory.
    pub(crate) fn folder(&self) -> &Path {
        self.path.as_deref().and_then(Path::parent).unwrap_or(Path::new(""))
    }

    /// The indices of the overrides that match the capture at `path`. Both paths start at the
    /// working directory `here`.
    pub(crate) fn overrides_for(&self, path: &Path, here: &Path) -> Vec<usize> {
        if self.overrides.is_empty() {
            return Vec::new();
        }
        let name = self.name_of(path, here);
        let matching = |at: &usize| self.overrides[*at].is_match(&name);
        (0..self.overrides.len()).filter(matching).collect()
    }

    /// The pattern of `exclude` that matches the capture at `path`, if there is one.
    pub(crate) fn excludes(&self, path: &Path, here: &Path) -> Option<&Placed<String>> {
        if self.exclude.is_empty() {
            return None;
        }
        let name = self.name_of(path, here);
        let at = self.exclude.iter().position(|pattern| pattern.is_match(&name))?;
        self.document.exclude.get(at)
    }

    /// The name of the capture at `path` for patterns.
    fn name_of(&self, path: &Path, here: &Path) -> String {
        let folder = normal(&here.join(self.folder()));
        let whole = normal(&here.join(path));
        slashed(whole.strip_prefix(&folder).unwrap_or(&whole))
    }

    /// Whether `pattern` can match nothing, because the folder or file that it begins with does not
    /// exist. `false` if only a search could tell.
    pub(crate) fn matches_nothing(&self, pattern: &str) -> bool {
        let bare = pattern.strip_prefix("./").unwrap_or(pattern);
        let is_plain = |part: &&str| !part.contains(['*', '?', '[', '{', '\\']);
        let fixed: PathBuf = bare.split('/').take_while(is_plain).collect();
        let is_known = !fixed.as_os_str().is_empty() && !bare.starts_with('/');
        is_known && self.folder().join(fixed).symlink_metadata().is_err()
    }

    /// The layers of the file for a capture with these overrides.
    pub(crate) fn layers(&self, overrides: &[usize]) -> Vec<Layer<'_>> {
        let file = Layer { origin: Origin::File, settings: &self.document.settings };
        let special = |&at: &usize| Layer {
            origin: Origin::Override(at),
            settings: &self.document.overrides[at].settings,
        };
        std::iter::once(file).chain(overrides.iter().map(special)).collect()
    }
}

/// Refuses a file at `path` that cannot be read to an end, such as a named pipe. Only --config may
/// name a pipe.
fn check_found(path: &Path) -> Result<(), Error> {
    let source = match path.metadata() {
        Ok(found) if found.is_file() => return Ok(()),
        Ok(found) if found.is_dir() => io::Error::other("it is a folder"),
        Ok(_) => io::Error::other("it is not a regular file"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            io::Error::other("it is a broken link")
        }
        Err(error) => error,
    };
    let reason = Error::Read { capture: path.to_string_lossy().into_owned(), source };
    Err(Error::Usage(format!("{reason}; remove it, or give --config FILE or --no-config")))
}

/// Maximum size of a configuration in bytes: room for ten thousand overrides.
const MOST_BYTES: u64 = 1 << 20;

fn text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(MOST_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST_BYTES {
        let most = MOST_BYTES >> 20;
        return Err(io::Error::other(format!(
            "it is larger than {most} MiB; check that it is a configuration"
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
