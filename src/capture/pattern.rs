//! Patterns for captures: `'fixtures/**/*.jsonl'`, whether or not a shell has seen it.

use std::path::{Path, PathBuf};

use globset::{Glob, GlobBuilder};
use ignore::{DirEntry, WalkBuilder};

use crate::capture::slashed;

/// Files that a glob means.
#[derive(Debug)]
pub(super) struct Pattern {
    glob: Glob,
    /// The folder that the pattern is relative to.
    base: PathBuf,
    /// The folders before the first part with something to expand.
    fixed: PathBuf,
}

/// Characters that make a path a pattern.
const SPECIAL: [char; 4] = ['*', '?', '[', '{'];

/// Whether `text` can be a pattern; a file may still be called so.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(SPECIAL)
}

/// A glob as a shell has it: `*` and `?` stay within a folder, `**` does not.
pub(crate) fn glob(pattern: &str) -> Result<Glob, String> {
    let bare = pattern.strip_prefix("./").unwrap_or(pattern);
    GlobBuilder::new(bare).literal_separator(true).build().map_err(|error| {
        format!("{pattern:?} is no pattern: {}; `\\` takes a character as it is", error.kind())
    })
}

impl Pattern {
    pub(super) fn new(base: &Path, text: &str) -> Result<Self, String> {
        let relative = text.strip_prefix("./").unwrap_or(text);
        let plain =
            |part: &std::path::Component<'_>| !is_pattern(&part.as_os_str().to_string_lossy());
        let fixed = Path::new(relative).components().take_while(plain).collect();
        Ok(Self { glob: glob(text)?, base: base.to_path_buf(), fixed })
    }

    /// The files, sorted by path, less hidden and ignored ones (as ripgrep has it); an error where
    /// a folder cannot be read.
    pub(super) fn files(&self) -> impl Iterator<Item = Result<PathBuf, ignore::Error>> + use<> {
        let matcher = self.glob.compile_matcher();
        let base = self.base.clone();
        let root = base.join(&self.fixed);
        let root = if root.as_os_str().is_empty() { Path::new(".") } else { &root };
        let walk = WalkBuilder::new(root).sort_by_file_path(Path::cmp).build();
        let wanted = move |entry: DirEntry| {
            let path = entry.path().strip_prefix("./").unwrap_or(entry.path()).to_path_buf();
            let name = path.strip_prefix(&base).unwrap_or(&path);
            (matcher.is_match(slashed(name)) && !path.is_dir()).then_some(path)
        };
        walk.filter_map(move |entry| entry.map(&wanted).transpose())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stays_in_its_folder() {
        let matches = |pattern: &str, path: &str| {
            glob(pattern).expect("the pattern is good").compile_matcher().is_match(path)
        };
        assert!(matches("fixtures/**/*.jsonl", "fixtures/a/b/c.jsonl"));
        assert!(matches("./fixtures/**/*.jsonl", "fixtures/c.jsonl"));
        assert!(!matches("fixtures/*.jsonl", "fixtures/a/c.jsonl"));
        assert!(glob("a[").expect_err("the class is open").contains("is no pattern"));
    }

    #[test]
    fn a_pattern_finds_what_it_says_and_nothing_else() {
        let pattern = Pattern::new(Path::new(""), "fixtures/*/{hold,mute}.jsonl");
        let found = pattern.expect("the pattern is good").files();
        let found: Vec<PathBuf> = found.map(|it| it.expect("the folder can be read")).collect();
        assert_eq!(
            found,
            ["fixtures/valid/hold.jsonl", "fixtures/valid/mute.jsonl"].map(PathBuf::from)
        );
    }
}
