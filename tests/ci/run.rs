//! Runs voxev as a shell does, in a folder, without the environment of a real CI service.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support;

/// The repository.
pub(crate) const REPOSITORY: &str = env!("CARGO_MANIFEST_DIR");

/// `voxev ARGUMENTS` in `folder`, not started yet.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = support::voxev(arguments);
    for name in ["GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"] {
        command.env_remove(name);
    }
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// What came of it.
pub(crate) struct Run {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
            code: output.status.code().expect("voxev ends by itself"),
        }
    }
}

/// Runs `voxev ARGUMENTS` in `folder`.
pub(crate) fn voxev(folder: impl AsRef<Path>, arguments: &[&str]) -> Run {
    command(folder.as_ref(), arguments).output().expect("voxev can be run").into()
}

/// An empty folder with these files in it.
pub(crate) fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("it is new");
        std::fs::write(path, text).expect("there is room for a file");
    }
    folder
}

/// A line that breaks `wrong-type` (the call's identifier is a number), and one that is right.
pub(crate) const BROKEN: &str = "{\"type\":\"mute\",\"detail\":{\"callId\":7}}\n";
pub(crate) const RIGHT: &str = "{\"type\":\"mute\",\"detail\":{\"callId\":\"a\"}}\n";
