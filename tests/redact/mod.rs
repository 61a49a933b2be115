//! `voxev redact`: nothing personal is left, and everything else is as it was.

mod command;
mod same;
mod secrets;

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::support::{Run, run_on};

/// A key that is long enough.
const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n";

/// A folder with a key and captures in it.
struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let folder = Self(tempfile::tempdir().expect("there is room for a folder"));
        fs::write(folder.path("key"), KEY).expect("it is written");
        for (name, bytes) in files {
            fs::write(folder.path(name), bytes).expect("it is written");
        }
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs `voxev`, where `@name` is the file with this name here.
    fn voxev(&self, arguments: &[&str]) -> Run {
        let own: Vec<String> = arguments
            .iter()
            .map(|argument| match argument.strip_prefix('@') {
                Some(name) => self.path(name).display().to_string(),
                None => (*argument).to_owned(),
            })
            .collect();
        run_on(&own.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// What becomes of the capture `name` under the key.
    fn redacted(&self, name: &str) -> Run {
        self.voxev(&["redact", "--key-file", "@key", &format!("@{name}")])
    }
}

/// What becomes of a capture under the key.
fn redacted(capture: &[u8]) -> Vec<u8> {
    Folder::new(&[("capture.jsonl", capture)]).redacted("capture.jsonl").stdout
}

/// The same for a line without its end.
fn redacted_line(line: &str) -> String {
    let text = redacted(format!("{line}\n").as_bytes());
    String::from_utf8(text).expect("it is UTF-8").trim_end_matches('\n').to_owned()
}
