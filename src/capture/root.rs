//! The root of paths in reports: the repository, even if voxev was started in a folder below it.

use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

/// The folder that reports name files from. Both paths are absolute.
#[derive(Debug, Clone)]
pub(crate) struct Root {
    /// The working directory, from which captures are named.
    pub(crate) here: PathBuf,
    pub(crate) folder: PathBuf,
}

impl Root {
    /// The first of `candidates` that contains the working directory (a CI service's checkout).
    /// Otherwise the nearest folder upward with `.git`; otherwise the folder from which the
    /// baseline in use was written, if it contains the working directory; otherwise `here`.
    pub(crate) fn find(here: PathBuf, candidates: &[PathBuf], baseline: Option<PathBuf>) -> Self {
        let said = candidates.iter().find(|folder| here.starts_with(folder)).cloned();
        let repository =
            || here.ancestors().find(|it| it.join(".git").exists()).map(Path::to_path_buf);
        let known = || baseline.filter(|folder| here.starts_with(folder));
        let folder = said.or_else(repository).or_else(known).unwrap_or_else(|| here.clone());
        Self { here, folder }
    }

    /// `path`, spelled by [`spelled`], relative to the root, with forward slashes; a path outside
    /// the root stays absolute.
    pub(crate) fn name(&self, path: &str) -> String {
        if path == "<stdin>" {
            return path.to_owned();
        }
        let whole = normal(&Path::new(&spelled(&self.here)).join(path));
        let inside = whole.strip_prefix(spelled(&self.folder)).unwrap_or(&whole);
        slashed(inside)
    }
}

/// Written before each byte of a name that is not UTF-8, and before itself.
const NOT_UTF8: char = char::REPLACEMENT_CHARACTER;

/// `path` as text, with different text for different paths: a byte that is not UTF-8 becomes U+FFFD
/// and its two hexadecimal digits, and U+FFFD is doubled.
pub(crate) fn spelled(path: &Path) -> String {
    let mut text = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        for one in chunk.valid().chars() {
            text.extend([one].into_iter().chain((one == NOT_UTF8).then_some(NOT_UTF8)));
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "{NOT_UTF8}{byte:02x}");
        }
    }
    text
}

/// The bytes of the path from which [`spelled`] made `text`.
pub(crate) fn bytes_of(spelled: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(spelled.len());
    let mut rest = spelled;
    while let Some((before, after)) = rest.split_once(NOT_UTF8) {
        bytes.extend_from_slice(before.as_bytes());
        let byte = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        rest = match byte {
            Some(byte) => {
                bytes.push(byte);
                &after[2..]
            }
            None => {
                bytes.extend_from_slice(NOT_UTF8.encode_utf8(&mut [0; 4]).as_bytes());
                after.strip_prefix(NOT_UTF8).unwrap_or(after)
            }
        };
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

/// `path` without `.` and `..`, resolved as text: links are not followed.
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
        let root = Root::find("/repo/sub".into(), &["/other".into(), "/repo".into()], None);
        assert_eq!(root.name("./a//b.jsonl"), "sub/a/b.jsonl");
        assert_eq!(root.name("../x.jsonl"), "x.jsonl");
        assert_eq!(root.name("/elsewhere/x.jsonl"), "/elsewhere/x.jsonl");
        assert_eq!(root.name("<stdin>"), "<stdin>");
    }
    #[test]
    fn without_a_checkout_paths_start_where_the_baseline_s_do() {
        let name = |baseline: &str| {
            Root::find("/none/sub".into(), &[], Some(baseline.into())).name("a.jsonl")
        };
        assert_eq!([name("/none"), name("/elsewhere")], ["sub/a.jsonl", "a.jsonl"]);
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_utf_8_stay_apart_and_can_be_had_back() {
        use std::os::unix::ffi::OsStrExt as _;
        let paths: [&[u8]; 5] = [b"a\xff", b"a\xfe", "a\u{fffd}".as_bytes(), b"\xc3(ff", b"aff"];
        let names = paths.map(|path| spelled(Path::new(std::ffi::OsStr::from_bytes(path))));
        assert_eq!(names[0], "a\u{fffd}ff");
        for (name, path) in names.iter().zip(paths) {
            assert_eq!(bytes_of(name), path);
        }
    }
}
