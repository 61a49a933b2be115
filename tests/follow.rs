//! `--follow`: captures that are read on as they grow, until the program is interrupted.
#![cfg(unix)]

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::voxev;

const MUTE: &str = r#"{"type":"mute","detail":{"callId":"a"}}"#;
const BAD: &str = r#"{"type":"mute","detail":{"callId":7}}"#;

/// A run that follows captures.
struct Follow {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Follow {
    fn start(folder: &TempDir, arguments: &[&str]) -> Self {
        let mut child = voxev(arguments)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("voxev starts");
        let stdout = BufReader::new(child.stdout.take().expect("standard output is a pipe"));
        Self { child, stdout }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("a line comes");
        line
    }

    /// Interrupts it; returns its exit code, what else it printed, and what it said.
    fn interrupt(mut self) -> (Option<i32>, String, String) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &id]).status().expect("kill runs");
        assert!(sent.success());
        let (mut rest, mut said) = (String::new(), String::new());
        self.stdout.read_to_string(&mut rest).expect("it ends");
        let mut stderr = self.child.stderr.take().expect("standard error is a pipe");
        stderr.read_to_string(&mut said).expect("it ends");
        (self.child.wait().expect("it ends").code(), rest, said)
    }
}

fn append(path: &Path, text: &str) {
    let mut file = OpenOptions::new().append(true).create(true).open(path).expect("it opens");
    file.write_all(text.as_bytes()).expect("it is written");
}

#[test]
fn findings_come_as_lines_are_written_and_count_at_the_end() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("a.jsonl");
    append(&path, &format!("{MUTE}\n{BAD}\n"));
    let arguments = ["validate", "--no-config", "--follow", "--format", "short", "a.jsonl"];
    let mut run = Follow::start(&folder, &arguments);
    assert!(run.line().starts_with("a.jsonl:2:35: error[wrong-type]"));
    append(&path, &BAD[..10]);
    append(&path, &format!("{}\n", &BAD[10..]));
    let begun = Instant::now();
    assert!(run.line().starts_with("a.jsonl:3:35: error[wrong-type]"));
    // A tenth of a second is promised; a machine that runs other tests gets more.
    assert!(begun.elapsed() < Duration::from_secs(5));
    let (code, rest, said) = run.interrupt();
    assert_eq!((code, rest.as_str()), (Some(1), ""));
    assert!(said.contains("3 lines in 1 capture: 2 errors in 2 lines"), "{said}");
}

#[test]
fn several_captures_are_followed_at_the_same_time() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for name in ["a.jsonl", "b.jsonl"] {
        append(&folder.path().join(name), &format!("{MUTE}\n"));
    }
    let arguments = ["pretty", "--oneline", "--follow", "a.jsonl", "b.jsonl"];
    let mut run = Follow::start(&folder, &arguments);
    let mut first = [run.line(), run.line()];
    first.sort();
    assert!(first[0].starts_with("a.jsonl:") && first[1].starts_with("b.jsonl:"), "{first:?}");
    for name in ["b.jsonl", "a.jsonl", "b.jsonl"] {
        append(&folder.path().join(name), &format!("{MUTE}\n"));
        assert!(run.line().starts_with(name));
    }
    assert_eq!(run.interrupt().0, Some(0));
}

#[test]
fn a_file_that_is_replaced_or_truncated_is_read_on_and_that_is_said() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("a.jsonl");
    append(&path, &format!("{MUTE}\n{{\"cut"));
    let arguments = ["filter", "--no-config", "--follow", "--type", "mute", "a.jsonl"];
    let mut run = Follow::start(&folder, &arguments);
    assert_eq!(run.line(), format!("{MUTE}\n"));
    fs::rename(&path, folder.path().join("a.jsonl.1")).expect("it can be renamed");
    append(&path, &format!("{MUTE}\n"));
    assert_eq!(run.line(), format!("{MUTE}\n"), "after a rotation");
    File::create(&path).expect("it can be truncated");
    // Longer than a look at the file takes.
    std::thread::sleep(Duration::from_millis(300));
    append(&path, &format!("{MUTE}\n"));
    assert_eq!(run.line(), format!("{MUTE}\n"), "after it was truncated");
    let (code, _, said) = run.interrupt();
    assert_eq!(code, Some(0));
    assert!(said.contains("\"a.jsonl\" was replaced: reading the new file"), "{said}");
    assert!(said.contains("\"a.jsonl\" was truncated: reading it from its beginning"), "{said}");
}

#[test]
fn a_growing_array_and_wrapped_lines_are_followed_too() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (array, wrapped) = (folder.path().join("a.json"), folder.path().join("w.jsonl"));
    append(&array, &format!("[\n{MUTE}"));
    let mut run = Follow::start(&folder, &["filter", "--follow", "--type", "mute", "a.json"]);
    assert_eq!(run.line(), format!("{MUTE}\n"));
    append(&array, &format!(",\n{MUTE}"));
    assert_eq!(run.line(), format!("{MUTE}\n"));
    run.interrupt();
    append(&wrapped, &format!("{{\"p\":{MUTE}}}\n"));
    let arguments = ["filter", "--follow", "--payload", "/p", "--type", "mute", "w.jsonl"];
    let mut run = Follow::start(&folder, &arguments);
    assert_eq!(run.line(), format!("{{\"p\":{MUTE}}}\n"));
    run.interrupt();
}

#[test]
fn the_first_error_ends_all_with_fail_fast() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    append(&folder.path().join("a.jsonl"), &format!("{MUTE}\n"));
    append(&folder.path().join("b.jsonl"), &format!("{BAD}\n"));
    let arguments = ["validate", "--no-config", "--follow", "--fail-fast", "a.jsonl", "b.jsonl"];
    let mut run = Follow::start(&folder, &arguments);
    assert_eq!(run.child.wait().expect("it ends by itself").code(), Some(1));
}

#[test]
fn what_cannot_be_followed_is_refused() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    append(&folder.path().join("a.jsonl"), MUTE);
    for (arguments, said) in [
        (&["validate", "--follow", "-"][..], "--follow needs files"),
        (&["validate", "--follow", "--format", "sarif", "a.jsonl"], "--follow needs --format"),
        (&["validate", "--follow", "--baseline", "x", "a.jsonl"], "cannot be used with"),
        (&["filter", "--follow", "-t", "mute", "--count", "a.jsonl"], "cannot be used with"),
    ] {
        let output = voxev(arguments).current_dir(folder.path()).output().expect("voxev runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr.contains(said), "{arguments:?}: {stderr}");
    }
}
