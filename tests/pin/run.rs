//! One run of a case, in a fixed environment, and what it leaves behind.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::{Read, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::cases::Case;
use super::folders::{CAPTURES, Folders};
use crate::support::Random;

/// A case that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// How captures are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    Gzip,
    Zstd,
    /// Not a file, but a link to standard input, which is a slow pipe.
    Pipe,
}

impl Form {
    pub(super) fn folder(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Pipe => "pipe",
        }
    }
}

/// What must not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Variant {
    form: Form,
    /// Of what comes through the pipe, where there is one.
    piped: Form,
    threads: u8,
}

/// As it is recorded.
pub(super) const PLAIN: Variant = file(Form::Plain, 1);

/// Numbers of threads: alone, and more than one, also more than there are blocks.
const THREADS: [u8; 3] = [1, 2, 5];

/// What a case reads, and so what must not matter to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reads {
    Nothing,
    /// What is as it is, or the same capture twice: only the number of threads can change.
    Files,
    /// Several of our captures, of which no more than one could come through a pipe.
    Captures,
    Capture,
}

impl Reads {
    /// `most` of the variants, others for each `seed`: all of them with each case would take minutes.
    pub(super) fn variants(self, most: usize, seed: u64) -> Vec<Variant> {
        let forms: &[Form] = match self {
            Self::Nothing => &[],
            Self::Files => &[Form::Plain],
            Self::Captures | Self::Capture => &[Form::Plain, Form::Gzip, Form::Zstd],
        };
        let both = |&form: &Form| THREADS.map(|threads| [file(form, threads), pipe(form, threads)]);
        let all: Vec<Variant> = forms
            .iter()
            .flat_map(both)
            .flatten()
            .filter(|it| self == Self::Capture || it.form != Form::Pipe)
            .filter(|it| *it != PLAIN)
            .collect();
        // There are 17, 8 or 2 of them: steps of 7 come by each.
        let start = seed % all.len().max(1) as u64;
        let start = usize::try_from(start).expect("it is small");
        (0..most.min(all.len())).map(|step| all[(start + step * 7) % all.len()]).collect()
    }
}

const fn file(form: Form, threads: u8) -> Variant {
    Variant { form, piped: Form::Plain, threads }
}

const fn pipe(piped: Form, threads: u8) -> Variant {
    Variant { form: Form::Pipe, piped, threads }
}

impl Variant {
    /// The case's line with the number of threads.
    pub(super) fn line(self, case: &Case) -> String {
        ["validate", "filter", "pretty", "convert", "stats"].iter().fold(
            case.line.clone(),
            |line, command| {
                let command = format!("voxev {command} ");
                line.replace(&command, &format!("{command}-j {} ", self.threads))
            },
        )
    }

    /// What comes through the pipe.
    fn input(self, case: &Case, folders: &Folders) -> Option<Vec<u8>> {
        if self.form != Form::Pipe {
            return None;
        }
        let is_read = |name: &&str| case.line.contains(&format!(" {name}"));
        let name = CAPTURES.into_iter().find(is_read).expect("the case reads a capture");
        Some(fs::read(folders.of(self.piped).join(name)).expect("the capture is there"))
    }
}

impl Variant {
    /// Whether `validate --fix` could rewrite what is read.
    pub(super) fn is_editable(self) -> bool {
        self.form == Form::Plain
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { form, piped, threads } = self;
        write!(formatter, "{} ", piped_name(*form, *piped))?;
        write!(formatter, "j{threads}")
    }
}

fn piped_name(form: Form, piped: Form) -> String {
    match form {
        Form::Pipe => format!("{} pipe", piped.folder()),
        Form::Plain | Form::Gzip | Form::Zstd => form.folder().into(),
    }
}

/// What a run left behind.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    /// 128 and the signal's number where one ended it, as in a shell.
    pub(super) code: i32,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
    /// Files by their names, decompressed: how well they are compressed is nobody's promise.
    pub(super) files: BTreeMap<String, Vec<u8>>,
}

impl Outcome {
    /// The same without the fixes that are only offered for captures that can be rewritten: the
    /// summary's line about them, and those of SARIF.
    pub(super) fn without_fixes(&self) -> Self {
        let stderr = String::from_utf8_lossy(&self.stderr);
        let is_kept = |line: &&str| !line.contains("fixable with --fix");
        let files = self.files.iter().map(|(name, text)| (name.clone(), without_fixes(text)));
        Self {
            code: self.code,
            stdout: without_fixes(&self.stdout),
            stderr: stderr.split_inclusive('\n').filter(is_kept).collect::<String>().into_bytes(),
            files: files.collect(),
        }
    }

    /// Writes everything into files in `folder`.
    pub(super) fn save(&self, folder: &Path) {
        let save = |name: &str, bytes: &[u8]| {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().expect("a file has a folder")).expect("room for it");
            fs::write(path, bytes).expect("there is room for a file");
        };
        save("code", format!("{}\n", self.code).as_bytes());
        save("stdout", &self.stdout);
        save("stderr", &self.stderr);
        for (name, bytes) in &self.files {
            save(&format!("out/{name}"), bytes);
        }
    }
}

/// A report in SARIF without its fixes; any other text as it is.
fn without_fixes(text: &[u8]) -> Vec<u8> {
    let Ok(mut report) = serde_json::from_slice::<Value>(text) else { return text.to_vec() };
    if report["version"] != "2.1.0" {
        return text.to_vec();
    }
    let runs = report["runs"].as_array_mut().into_iter().flatten();
    for result in runs.filter_map(|run| run["results"].as_array_mut()).flatten() {
        if let Some(result) = result.as_object_mut() {
            result.shift_remove("fixes");
        }
    }
    report.to_string().into_bytes()
}

/// Where the binary is: it is called by its name, so that cases can be typed.
pub(super) fn binary_folder() -> PathBuf {
    let binary = Path::new(env!("CARGO_BIN_EXE_voxev"));
    binary.parent().expect("a file has a folder").to_path_buf()
}

/// Runs `case` in the folder of `variant`.
pub(super) fn run(case: &Case, folders: &Folders, variant: Variant) -> Outcome {
    let folder = folders.of(variant.form);
    let input = variant.input(case, folders);
    let mut command = Command::new("/bin/sh");
    command.arg("-c").arg(variant.line(case)).current_dir(&folder);
    // Nothing of the machine: no CI service, no locale, no terminal.
    command.env_clear().env("PATH", binary_folder()).env("TZ", "UTC");
    command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("a shell starts");
    let writer = input
        .zip(child.stdin.take())
        .map(|(input, pipe)| thread::spawn(move || write_slowly(&input, pipe)));
    let outcome = finish(child, &folder.join("out"));
    if let Some(writer) = writer {
        writer.join().expect("the writer ends");
    }
    outcome
}

/// Writes `bytes` in some ten pieces or more, of any length, with pauses.
fn write_slowly(bytes: &[u8], mut pipe: ChildStdin) {
    let most = (bytes.len() / 6).clamp(1, 32 * 1024);
    let mut random = Random(bytes.len() as u64);
    let mut rest = bytes;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at((1 + random.below(most)).min(rest.len()));
        // A run that has seen enough closes the pipe.
        if pipe.write_all(piece).is_err() {
            return;
        }
        thread::sleep(Duration::from_millis(1));
        rest = after;
    }
}

/// Waits for the end, however long the outputs are; a run that hangs is ended.
fn finish(mut child: Child, out: &Path) -> Outcome {
    let (sender, outputs) = mpsc::channel();
    collect(0, child.stdout.take().expect("it is a pipe"), sender.clone());
    collect(1, child.stderr.take().expect("it is a pipe"), sender);
    let mut collected = [Vec::new(), Vec::new()];
    for _ in 0..collected.len() {
        match outputs.recv_timeout(PATIENCE) {
            Ok((at, bytes)) => collected[at] = bytes,
            Err(_) => {
                collected[1] = b"the test: it did not end\n".to_vec();
                let _ = child.kill();
                break;
            }
        }
    }
    let [stdout, stderr] = collected;
    let status = child.wait().expect("it can be waited for");
    let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default());
    Outcome { code, stdout, stderr, files: take_files(out) }
}

fn collect(at: usize, mut from: impl Read + Send + 'static, to: mpsc::Sender<(usize, Vec<u8>)>) {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = from.read_to_end(&mut bytes);
        let _ = to.send((at, bytes));
    });
}

/// What is in the folder, which is empty afterwards.
fn take_files(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(out).expect("the folder is there") {
        let path = entry.expect("the entry can be read").path();
        let name = path.file_name().expect("an entry has a name").to_string_lossy().into_owned();
        let bytes = fs::read(&path).expect("the file can be read");
        fs::remove_file(&path).expect("it is ours");
        files.insert(name, decompressed(bytes));
    }
    files
}

fn decompressed(bytes: Vec<u8>) -> Vec<u8> {
    let mut text = Vec::new();
    if bytes.starts_with(b"\x1f\x8b") {
        flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_end(&mut text).expect("it is gzip");
    } else if bytes.starts_with(b"\x28\xb5\x2f\xfd") {
        text = zstd::decode_all(&bytes[..]).expect("it is zstd");
    } else {
        text = bytes;
    }
    text
}
