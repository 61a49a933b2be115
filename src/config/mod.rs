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

use std::path::{Path, PathBuf};

use globset::GlobMatcher;

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
    pattern: GlobMatcher,
    settings: Settings,
}

impl Config {
    /// The nearest `voxev.toml` in `here` or above it, or no configuration.
    pub(crate) fn find(here: &Path) -> Result<Self, Error> {
        for (steps, folder) in here.ancestors().enumerate() {
            if folder.join(NAME).is_file() {
                return Self::read(&[".."].repeat(steps).iter().collect::<PathBuf>().join(NAME));
            }
        }
        Ok(Self::default())
    }

    /// Reads the file at `path`, from which messages name it.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let name = path.to_string_lossy().into_owned();
        let text = std::fs::read_to_string(path)
            .map_err(|source| Error::Read { capture: name.clone(), source })?;
        let document = Document::read(&text, &name)?;
        let mut overrides = Vec::new();
        for (pattern, settings) in document.overrides.as_slice() {
            let pattern = glob(pattern)
                .map_err(|reason| Error::Usage(format!("{name}: {reason}; see [overrides]")))?;
            overrides
                .push(Override { pattern: pattern.compile_matcher(), settings: settings.clone() });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_json() {
        serde_json::from_str::<serde_json::Value>(SCHEMA).expect("the schema is JSON");
    }
}
