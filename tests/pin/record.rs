//! The recorded hashes: one line per case, in the order of the cases.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::fs;
use std::path::{Path, PathBuf};

use super::run::Outcome;

const HEADER: &str = "\
# What each case of tests/pin/cases.rs leaves behind: exit code; FNV-1a of standard output, of
# standard error and of the files that it wrote (- where there is nothing); the case.
# Written by PIN=overwrite cargo test --test suite pin::
";

/// What is recorded of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    code: i32,
    stdout: String,
    stderr: String,
    files: String,
}

impl Entry {
    pub(super) fn of(outcome: &Outcome) -> Self {
        let mut files = Vec::new();
        for (name, bytes) in &outcome.files {
            files.extend_from_slice(format!("{name} {}\n", bytes.len()).as_bytes());
            files.extend_from_slice(bytes);
        }
        Self {
            code: outcome.code,
            stdout: hash(&outcome.stdout),
            stderr: hash(&outcome.stderr),
            files: hash(&files),
        }
    }

    /// What is not as in `other`: `exit code, stdout`.
    pub(super) fn differences(&self, other: &Self) -> String {
        let all = [
            ("exit code", self.code != other.code),
            ("stdout", self.stdout != other.stdout),
            ("stderr", self.stderr != other.stderr),
            ("files written", self.files != other.files),
        ];
        let names: Vec<&str> = all.iter().filter(|(_, differs)| *differs).map(|it| it.0).collect();
        names.join(", ")
    }

    fn parse(text: &str) -> Option<(String, Self)> {
        let mut parts = text.splitn(5, ' ');
        let code = parts.next()?.parse().ok()?;
        let mut hash = || parts.next().map(|it| it.trim_end_matches('.').to_owned());
        let (stdout, stderr, files) = (hash()?, hash()?, hash()?);
        Some((parts.next()?.to_owned(), Self { code, stdout, stderr, files }))
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, stdout, stderr, files } = self;
        write!(formatter, "{code} {stdout:.<16} {stderr:.<16} {files:.<16}")
    }
}

/// `-` of nothing.
fn hash(bytes: &[u8]) -> String {
    if bytes.is_empty() { "-".into() } else { format!("{:016x}", fnv(bytes)) }
}

/// FNV-1a with 64 bits.
pub(super) fn fnv(bytes: &[u8]) -> u64 {
    let fold = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, fold)
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pin/recorded.txt")
}

/// Everything that is recorded, by the case.
pub(super) fn read() -> BTreeMap<String, Entry> {
    let text = fs::read_to_string(path()).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| Entry::parse(line).expect("an entry has five parts")).collect()
}

/// Records these instead.
pub(super) fn write<'a>(entries: impl Iterator<Item = (&'a str, &'a Entry)>) {
    let mut text = HEADER.to_owned();
    for (name, entry) in entries {
        let _ = writeln!(text, "{entry} {name}");
    }
    fs::write(path(), text).expect("the record can be written");
}
