//! `voxev recorder`: a Lightning web component that records events, as files of a bundle. What it
//! listens to, and what it knows to be personal, comes from the schemas.

mod toolkit_events;

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::RecorderArgs;
use crate::contract::Bundle;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::output::Output;
use crate::text::{shell_word, visible};

/// The bundle's folder, and the names of its main files.
const NAME: &str = "voxevRecorder";

/// Where Salesforce DX projects have their components, unless they say otherwise.
const USUAL_FOLDER: &str = "force-app/main/default/lwc";

/// The files that are the same whatever the contract says.
const FILES: [(&str, &str); 6] = [
    ("voxevRecorder.html", include_str!("bundle/voxevRecorder.html")),
    ("voxevRecorder.js", include_str!("bundle/voxevRecorder.js")),
    ("voxevRecorder.js-meta.xml", include_str!("bundle/voxevRecorder.js-meta.xml")),
    ("recording.js", include_str!("bundle/recording.js")),
    ("redaction.js", include_str!("bundle/redaction.js")),
    ("__tests__/voxevRecorder.test.js", include_str!("bundle/__tests__/voxevRecorder.test.js")),
];

/// Runs `voxev recorder`.
pub(super) fn run(args: &RecorderArgs) -> Result<Outcome, Error> {
    let folder = args.out.clone().unwrap_or_else(usual_folder).join(NAME);
    let events = ("toolkitEvents.js", toolkit_events::module(&Bundle::newest()));
    let files = FILES.map(|(name, text)| (name, text.to_owned()));
    let files: Vec<(PathBuf, String)> =
        files.into_iter().chain([events]).map(|(name, text)| (folder.join(name), text)).collect();
    if !args.force
        && let Some((path, _)) = files.iter().find(|(path, _)| path.symlink_metadata().is_ok())
    {
        return Err(Error::Usage(format!(
            "{:?} exists: use --force to overwrite it, or --out for another folder",
            path.display()
        )));
    }
    for (path, text) in &files {
        write(path, text)?;
    }
    super::print(&said(&folder, &files))
}

fn usual_folder() -> PathBuf {
    let usual = Path::new(USUAL_FOLDER);
    if usual.is_dir() { usual.to_path_buf() } else { PathBuf::new() }
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        let target = folder.to_string_lossy().into_owned();
        fs::create_dir_all(folder).map_err(|source| Error::Write { target, source })?;
    }
    let mut output = Output::open(Some(path))?;
    output.write(text.as_bytes())?;
    output.finish()
}

/// What was written, and what to do with it.
fn said(folder: &Path, files: &[(PathBuf, String)]) -> String {
    let written: Vec<String> =
        files.iter().map(|(path, _)| format!("wrote {}", shown(path))).collect();
    format!(
        "{}

Next, in a Salesforce DX project:
  sf project deploy start --source-dir {}
  Then add \"Telephony event recorder\" to the Voice Call record page in the Lightning App Builder.
",
        written.join("\n"),
        shell_word(&shown(folder))
    )
}

fn shown(path: &Path) -> String {
    visible(&path.to_string_lossy()).into_owned()
}
