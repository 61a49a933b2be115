//! The folders that cases run in: the same names in each, with other bytes behind them.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::run::Form;
use crate::support::fixtures;

/// Captures that every folder has.
pub(super) const CAPTURES: [&str; 3] = ["clean.jsonl", "faulty.jsonl", "large.jsonl"];

const CLEAN: &[u8] = include_bytes!("clean.jsonl");
const FAULTY: &[u8] = include_bytes!("faulty.jsonl");

/// Settings with overrides for a capture, for a folder, and for names that patterns have to meet.
const CONFIG: &str = r#"
files = ["faulty.jsonl", "fixtures/lifecycle/**/*.jsonl"]
lifecycle = true

[rules]
missing-property = "warn"
connector-shape = "deny"
"lifecycle/hold" = "allow"

[overrides]
"fixtures/**" = { strict = true }
"fixtures/valid/*-api-64.jsonl" = { api = 64, strict = false }
"fixtures/invalid/**" = { rules = { wrong-type = "warn", unknown-event = "allow" } }
"faulty.jsonl" = { api = 66, rules = { missing-property = "deny" } }
"#;

/// One folder for each form of captures.
pub(super) struct Folders(PathBuf);

impl Folders {
    /// Makes them in `root`, which is removed first.
    pub(super) fn new(root: &Path) -> Self {
        let _ = fs::remove_dir_all(root);
        let large = large();
        for form in [Form::Plain, Form::Gzip, Form::Zstd, Form::Pipe] {
            let folder = root.join(form.folder());
            // Paths in reports begin at the folder that holds `.git`.
            // An override for a folder that is missing is said to match nothing.
            for name in [".git", "out", "configured", "fixtures/valid", "fixtures/invalid"] {
                fs::create_dir_all(folder.join(name)).expect("there is room for a folder");
            }
            for (name, text) in CAPTURES.into_iter().zip([CLEAN, FAULTY, &large]) {
                place(&folder.join(name), text, form);
            }
            for name in ["voxev.toml", "overrides.toml"] {
                let folder = if name == "voxev.toml" { "configured/" } else { "" };
                let path = root.join(form.folder()).join(format!("{folder}{name}"));
                fs::write(path, CONFIG).expect("there is room for a file");
            }
        }
        let folders = Self(root.to_path_buf());
        copy(&fixtures(), &folders.plain().join("fixtures"));
        copy(&fixtures(), &folders.plain().join("configured/fixtures"));
        place(&folders.plain().join("configured/faulty.jsonl"), FAULTY, Form::Plain);
        folders
    }

    pub(super) fn of(&self, form: Form) -> PathBuf {
        self.0.join(form.folder())
    }

    pub(super) fn plain(&self) -> PathBuf {
        self.of(Form::Plain)
    }
}

/// About 800 KiB: both captures again and again, with what `voxev generate` does not make between.
///
/// Each call comes twice, far apart, so that there is something to know of it across blocks. One
/// line is longer than a block, and the last has no newline.
fn large() -> Vec<u8> {
    let odd: [&[u8]; 4] = [
        b"\n{\"type\":\"mute\",\"detail\":{\"callId\":\"crlf\"}}\r\n",
        b"\xff\xfe not UTF-8\n",
        b"  \t \n{\"type\":\"hold\"\n[{\"type\":\"mute\",\"detail\":{\"callId\":\"array\"}}]\n",
        b"{\"type\":\"HANGUP\",\"detail\":{\"callId\":\"other\",\"tab\":1}}\n",
    ];
    let mut text = Vec::new();
    for copy in 0..4_u8 {
        text.extend(renamed(CLEAN, copy % 2));
        text.extend_from_slice(odd[usize::from(copy)]);
        text.extend(renamed(FAULTY, copy % 2));
        if copy == 2 {
            let words = "It was a long call. ".repeat(15_000);
            let line = format!(
                "{{\"type\":\"note\",\"detail\":{{\"callId\":\"long\",\"content\":\
                 {{\"formatType\":\"Text\",\"text\":\"{words}\"}}}}}}\n"
            );
            text.extend_from_slice(line.as_bytes());
        }
    }
    text.extend_from_slice(b"{\"type\":\"unmute\",\"detail\":{\"callId\":\"no newline\"}}");
    text
}

/// The same with other calls: the second character of their identifiers is replaced.
fn renamed(text: &[u8], copy: u8) -> Vec<u8> {
    const KEY: &[u8] = b"\"callId\":\"";
    let mut text = text.to_vec();
    if copy > 0 {
        let places: Vec<usize> = memchr::memmem::find_iter(&text, KEY).collect();
        for at in places {
            let letter = at + KEY.len() + 1;
            if text[letter].is_ascii_hexdigit() {
                text[letter] = b'g' + copy;
            }
        }
    }
    text
}

/// `text` in that form, or a link to standard input.
fn place(path: &Path, text: &[u8], form: Form) {
    let bytes = match form {
        Form::Pipe => return symlink("/dev/stdin", path).expect("links can be made"),
        Form::Plain => text.to_vec(),
        Form::Gzip => gzip(text),
        Form::Zstd => zstd(text),
    };
    fs::write(path, bytes).expect("there is room for a file");
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).expect("a vector takes everything");
    encoder.finish().expect("a vector takes everything")
}

fn zstd(text: &[u8]) -> Vec<u8> {
    zstd::encode_all(text, 3).expect("level 3 exists")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("there is room for a folder");
    for entry in fs::read_dir(from).expect("the folder can be read") {
        let from = entry.expect("the entry can be read").path();
        let to = to.join(from.file_name().expect("an entry has a name"));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("there is room for a file");
        }
    }
}
