//! Where the paths in reports start: at the repository, wherever voxev was started in it.

use std::path::{Component, Path, PathBuf};

/// The folder that reports name files from. Both paths are absolute.
#[derive(Debug, Clone)]
pub(crate) struct Root {
    /// The working directory, from which captures are named.
    pub(crate) here: PathBuf,
    pub(crate) folder: PathBuf,
}

impl Root {
    /// The first of `candidates` that the working directory is in: what a CI service says its
    /// checkout is. Otherwise the folder upward that holds `.git`, otherwise `here`.
    pub(crate) fn find(here: PathBuf, candidates: &[PathBuf]) -> Self {
        let said = candidates.iter().find(|folder| here.starts_with(folder)).cloned();
        let repository =
            || here.ancestors().find(|it| it.join(".git").exists()).map(Path::to_path_buf);
        let folder = said.or_else(repository).unwrap_or_else(|| here.clone());
        Self { here, folder }
    }

    /// `path` from the root on, with forward slashes; a path outside the root stays absolute.
    pub(crate) fn name(&self, path: &str) -> String {
        if path == "<stdin>" {
            return path.to_owned();
        }
        let whole = normal(&self.here.join(path));
        let inside = whole.strip_prefix(&self.folder).unwrap_or(&whole);
        slashed(inside)
    }
}

/// `path` without `.` and `..`, by its text alone: links are not followed.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut found = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => _ = found.pop(),
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => found.push(part),
        }
    }
    found
}

/// `path` as text with forward slashes, as URIs and globs have them.
pub(crate) fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace('\\', "/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_start_at_the_checkout_and_have_no_detours() {
        let root = Root::find("/repo/sub".into(), &["/other".into(), "/repo".into()]);
        assert_eq!(root.name("./a//b.jsonl"), "sub/a/b.jsonl");
        assert_eq!(root.name("../x.jsonl"), "x.jsonl");
        assert_eq!(root.name("/elsewhere/x.jsonl"), "/elsewhere/x.jsonl");
        assert_eq!(root.name("<stdin>"), "<stdin>");
    }
}
