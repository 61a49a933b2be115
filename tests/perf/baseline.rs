//! What voxev is measured against: the least that reading a capture can cost, and what everybody
//! else does with it. `compare` runs it; see README.md beside it.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _, Write as _};
use std::process::ExitCode;

use jsonschema::Validator;
use serde_json::Value;
use voxev::{Bundle, EventId, Mode};

const BLOCK_BYTES: usize = 256 * 1024;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["count", file] => count(file),
        ["values", file] => values(file, Mode::Default),
        ["values", "--strict", file] => values(file, Mode::Strict),
        ["errors", file] => errors(file),
        ["shuffle", file] => shuffle(file),
        _ => Err(io::Error::other(
            "usage: baseline count FILE | values [--strict] FILE | errors FILE | shuffle FILE",
        )),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "baseline: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The floor: reads the file block by block and counts its newlines.
fn count(path: &str) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut block = vec![0; BLOCK_BYTES];
    let mut lines = 0;
    loop {
        let read = file.read(&mut block)?;
        if read == 0 {
            break;
        }
        lines += memchr::memchr_iter(b'\n', &block[..read]).count();
    }
    writeln!(io::stdout(), "{lines} lines")
}

/// What a validator made of the usual parts does: every line to a `Value`, and jsonschema's
/// `is_valid` with the schema of its event.
fn values(path: &str, mode: Mode) -> io::Result<()> {
    let validators = validators(mode)?;
    let (mut good, mut bad) = (0_u64, 0_u64);
    each_line(path, |line| {
        let payload: Option<Value> = serde_json::from_slice(line).ok();
        let is_valid = payload.is_some_and(|payload| {
            let validator = payload["type"].as_str().and_then(|name| validators.get(name));
            validator.is_some_and(|validator| validator.is_valid(&payload))
        });
        *if is_valid { &mut good } else { &mut bad } += 1;
    })?;
    writeln!(io::stdout(), "{good} valid, {bad} not")
}

/// The same with a message for every error, under the default and the strict schema, as voxev needs
/// them to tell errors from warnings.
fn errors(path: &str) -> io::Result<()> {
    let modes = [validators(Mode::Default)?, validators(Mode::Strict)?];
    let mut out = BufWriter::with_capacity(BLOCK_BYTES, io::stdout().lock());
    let mut number = 0_u64;
    let mut written = Ok(());
    each_line(path, |line| {
        number += 1;
        let payload: Value = match serde_json::from_slice(line) {
            Ok(payload) => payload,
            Err(error) => {
                written = writeln!(out, "{number}: {error}");
                return;
            }
        };
        for validator in modes.iter().filter_map(|mode| mode.get(payload["type"].as_str()?)) {
            for error in validator.iter_errors(&payload) {
                written = writeln!(out, "{number}: {}: {error}", error.instance_path());
            }
        }
    })?;
    written
}

fn validators(mode: Mode) -> io::Result<HashMap<&'static str, Validator>> {
    let bundle = Bundle::newest();
    let mut validators = HashMap::new();
    for id in EventId::all() {
        let schema = bundle.event(id).document(mode);
        let validator = jsonschema::draft202012::new(schema).map_err(io::Error::other)?;
        validators.insert(id.name(), validator);
    }
    Ok(validators)
}

fn each_line(path: &str, mut look: impl FnMut(&[u8])) -> io::Result<()> {
    let mut reader = BufReader::with_capacity(BLOCK_BYTES, File::open(path)?);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        look(&line);
        line.clear();
    }
    Ok(())
}

/// The same payloads as another program may write them: keys in another order, which differs from
/// line to line but not from run to run, and a space after each colon and comma.
fn shuffle(path: &str) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BLOCK_BYTES, io::stdout().lock());
    let reader = BufReader::with_capacity(BLOCK_BYTES, File::open(path)?);
    let mut turn = 0;
    for line in reader.lines() {
        let payload: Value = serde_json::from_str(&line?)?;
        turn += 1;
        write_shuffled(&payload, turn, &mut out)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

fn write_shuffled(value: &Value, turn: usize, out: &mut impl io::Write) -> io::Result<()> {
    let Some(members) = value.as_object() else {
        return serde_json::to_writer(out, value).map_err(io::Error::other);
    };
    // Begins somewhere in the schema's order and, every second time, goes backwards.
    let mut keys: Vec<&String> = members.keys().collect();
    let length = keys.len().max(1);
    keys.rotate_left(turn % length);
    if turn / length % 2 == 1 {
        keys.reverse();
    }
    out.write_all(b"{")?;
    for (index, key) in keys.into_iter().enumerate() {
        out.write_all(if index > 0 { b", " } else { b"" })?;
        serde_json::to_writer(&mut *out, key)?;
        out.write_all(b": ")?;
        write_shuffled(&members[key], turn, out)?;
    }
    out.write_all(b"}")
}
