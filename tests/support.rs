//! Shared by several test files: the fixtures, a validator, a run of the binary, a seeded
//! generator.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use voxev::{Bundle, EventId, Finding, Limits, Line, Policy, Severity, Validator};

/// Validates with the default or the strict policy.
pub(crate) fn validator(api: u64, policy: Policy) -> Validator {
    Validator::new(Bundle::new(api), policy, Limits::default())
}

/// The findings of the validator for a line.
pub(crate) fn findings(validator: &Validator, line: &[u8]) -> Vec<Finding> {
    validator.validate(&Line::new("test.jsonl", 1, 0, line)).findings
}

/// Whether there is an error among them.
pub(crate) fn has_error(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

/// The folder of the fixtures.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// All captures in and below a folder of the fixtures, sorted.
pub(crate) fn captures(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![fixtures().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder can be read") {
            let path = entry.expect("the entry can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "jsonl") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{folder} holds captures");
    found
}

/// The lines of a fixture that are not blank, with their numbers, without a byte order mark.
pub(crate) fn lines(capture: &Path) -> Vec<(u64, Vec<u8>)> {
    let bytes = std::fs::read(capture).expect("a fixture can be read");
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let lines = bytes.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).zip(1..);
    lines.filter(|(line, _)| !line.trim_ascii().is_empty()).map(|(line, at)| (at, line)).collect()
}

/// Every line of every fixture, named `path:number`.
pub(crate) fn all_lines() -> Vec<(String, Vec<u8>)> {
    let captures = captures("");
    let named = captures.iter().flat_map(|capture| {
        let name = capture.strip_prefix(fixtures()).expect("it is below").display().to_string();
        lines(capture).into_iter().map(move |(number, line)| (format!("{name}:{number}"), line))
    });
    named.collect()
}

/// The examples that the schemas give.
pub(crate) fn examples(bundle: &Bundle) -> Vec<(EventId, Value)> {
    let of = |id| bundle.event(id).examples.iter().map(move |example| (id, example.clone()));
    EventId::all().flat_map(of).collect()
}

/// The results of a run of the binary.
#[derive(Debug)]
pub(crate) struct Run {
    /// `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.stdout.clone()).expect("standard output is UTF-8")
    }
}

/// The binary, run in the repository's root, in an environment without colour settings.
pub(crate) fn voxev(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_voxev"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    command.env("TZ", "UTC");
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(name);
    }
    command
}

/// Runs it with `input`.
pub(crate) fn run(arguments: &[&str], input: &[u8]) -> Run {
    let mut command = voxev(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("voxev starts");
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    let input = input.to_vec();
    // In a separate thread, because pipes hold less than a capture. A run that ends early closes
    // the pipe.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("voxev ends");
    writer.join().expect("the writer ends");
    Run {
        code: output.status.code(),
        stdout: output.stdout,
        stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
    }
}

/// Runs it in `folder`, without input.
pub(crate) fn run_in(folder: &Path, arguments: &[&str]) -> Run {
    let mut command = voxev(arguments);
    let output = command.current_dir(folder).stdin(Stdio::null()).output().expect("voxev runs");
    Run {
        code: output.status.code(),
        stdout: output.stdout,
        stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
    }
}

/// The lines of JSON Lines.
pub(crate) fn objects(text: &[u8]) -> Vec<Value> {
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).expect("a line of JSON")).collect()
}

/// Runs it without input.
pub(crate) fn run_on(arguments: &[&str]) -> Run {
    run(arguments, b"")
}

/// Reports that a test could not be run here, even if the harness hides the output of passing
/// tests.
pub(crate) fn skip(why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED {why}");
}

/// A generator that yields the same numbers in every run (`SplitMix64`).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// A number below `limit`; 0 where that is 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ (bits >> 31)) % limit.max(1) as u64).expect("it is below a usize")
    }

    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}
