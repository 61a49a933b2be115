//! Patterns for captures, such as `'fixtures/**/*.jsonl'`, expanded by voxev if the shell did not.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet};
use ignore::{DirEntry, WalkBuilder};

use crate::capture::slashed;
use crate::text::shortened;

/// The files that match a glob.
#[derive(Debug)]
pub(super) struct Pattern {
    glob: GlobSet,
    /// The folder that the pattern is relative to.
    base: PathBuf,
    /// The folders before the first component with a wildcard.
    fixed: PathBuf,
}

/// Characters that make a path a pattern.
const SPECIAL: [char; 4] = ['*', '?', '[', '{'];

/// Whether `text` may be a pattern; a file can also have such a name.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(SPECIAL)
}

/// Maximum length of a pattern in bytes: Linux accepts no longer path. The time to match a path
/// grows with both.
const MOST_BYTES: usize = 4096;

/// Maximum nesting of braces. `globset` and `regex` recurse into them, and `regex` refuses more
/// than 125.
const DEEPEST: usize = 32;

/// A glob with shell rules: `*` and `?` do not match `/`, `**` does. It is a set of one glob,
/// because `globset` panics if it cannot compile a single glob.
pub(crate) fn glob(pattern: &str) -> Result<GlobSet, String> {
    let refuse =
        |why: &str| Err(format!("{:?} is not a valid pattern: {why}", shortened(pattern, 60)));
    if pattern.len() > MOST_BYTES {
        return refuse(&format!("it has more than {MOST_BYTES} bytes; give several"));
    }
    if depth(pattern) > DEEPEST {
        return refuse(&format!("it has braces nested more than {DEEPEST} levels deep"));
    }
    let bare = pattern.strip_prefix("./").unwrap_or(pattern);
    let glob = GlobBuilder::new(bare).literal_separator(true).build();
    glob.and_then(|glob| GlobSet::builder().add(glob).build())
        .or_else(|error| refuse(&format!("{}; `\\` escapes the next character", error.kind())))
}

/// Upper bound of the nesting of braces. It also counts braces that are escaped or in brackets, so
/// it may be too high but never too low.
fn depth(pattern: &str) -> usize {
    let mut depth: usize = 0;
    let mut deepest = 0;
    for byte in pattern.bytes() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

impl Pattern {
    pub(super) fn new(base: &Path, text: &str) -> Result<Self, String> {
        let relative = text.strip_prefix("./").unwrap_or(text);
        let plain =
            |part: &std::path::Component<'_>| !is_pattern(&part.as_os_str().to_string_lossy());
        let fixed = Path::new(relative).components().take_while(plain).collect();
        Ok(Self { glob: glob(text)?, base: base.to_path_buf(), fixed })
    }

    /// The files, sorted by path, without hidden and ignored ones (by ripgrep's rules) and without
    /// special files. A folder that cannot be read is an error.
    pub(super) fn files(&self) -> impl Iterator<Item = Result<PathBuf, ignore::Error>> + use<> {
        let glob = self.glob.clone();
        let base = self.base.clone();
        let root = base.join(&self.fixed);
        let root = if root.as_os_str().is_empty() { Path::new(".") } else { &root };
        let walk = WalkBuilder::new(root).sort_by_file_path(Path::cmp).build();
        let wanted = move |entry: DirEntry| {
            let path = entry.path().strip_prefix("./").unwrap_or(entry.path()).to_path_buf();
            let name = path.strip_prefix(&base).unwrap_or(&path);
            (glob.is_match(slashed(name)) && !is_special(&path)).then_some(path)
        };
        walk.filter_map(move |entry| entry.map(&wanted).transpose())
    }
}

/// Whether it exists but is a special file, such as a named pipe: a pattern or folder does not
/// include these, because reading one could wait forever. A broken link is not special but an
/// error.
pub(super) fn is_special(path: &Path) -> bool {
    path.exists() && !path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stays_in_its_folder() {
        let matches =
            |pattern: &str, path: &str| glob(pattern).expect("the pattern is good").is_match(path);
        assert!(matches("fixtures/**/*.jsonl", "fixtures/a/b/c.jsonl"));
        assert!(matches("./fixtures/**/*.jsonl", "fixtures/c.jsonl"));
        assert!(!matches("fixtures/*.jsonl", "fixtures/a/c.jsonl"));
        assert!(glob("a[").expect_err("the class is open").contains("is not a valid pattern"));
    }

    #[test]
    fn a_pattern_beyond_the_limits_is_refused_in_few_words_and_one_within_them_is_not() {
        let nested = |depth: usize| format!("{}a{}", "{a,".repeat(depth), "}".repeat(depth));
        let long = |length: usize| "?".repeat(length);
        let alternatives = |count: usize| format!("{{{}}}", vec!["[!a]*"; count].join(","));
        for pattern in [nested(DEEPEST), long(MOST_BYTES), alternatives(MOST_BYTES / 6)] {
            assert!(glob(&pattern).is_ok(), "{pattern}");
        }
        for pattern in [
            nested(DEEPEST + 1),
            nested(126),
            nested(1_000_000),
            "{".repeat(126),
            "[{".repeat(50),
            long(MOST_BYTES + 1),
            long(400_000),
        ] {
            let said = glob(&pattern).expect_err("it is beyond a limit");
            assert!(said.contains("is not a valid pattern") && said.len() < 250, "{said}");
        }
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
