//! What `extract` makes of every shape that a capture comes in, and what holds for any text.
//!
//! `EXTRACT=overwrite cargo test --test suite extract::` writes the expected captures anew; then
//! review.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use flate2::write::GzEncoder;
use proptest::prelude::*;
use serde_json::Value;
use voxev::fuzzing::{Extracted, extracted};
use voxev::{EventId, Policy, Validator};

use crate::compression::{assert_little, peak};
use crate::support::{Random, Run, captures, examples, fixtures, run, run_on, validator, voxev};

/// Inputs of the fixtures, sorted.
fn inputs() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for shape in fs::read_dir(fixtures().join("extract")).expect("the folder can be read") {
        let shape = shape.expect("an entry can be read").path();
        for entry in fs::read_dir(shape).expect("the folder can be read") {
            let path = entry.expect("an entry can be read").path();
            if path.extension().is_some_and(|it| it == "input") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(found.len() > 80, "all shapes have variants");
    found
}

fn text(path: &Path) -> Vec<u8> {
    fs::read(path).expect("a fixture can be read")
}

fn name(path: &Path) -> String {
    let root = fixtures();
    let below = path.strip_prefix(root.join("extract")).expect("it is below");
    below.with_extension("").display().to_string()
}

fn shown(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

/// The account as JSON.
fn account(run: &Run) -> Value {
    let line = run.stderr.lines().last().expect("there is an account");
    serde_json::from_str(line).expect("the account is JSON")
}

/// How many errors `validate` finds in a capture.
fn errors(capture: &[u8]) -> Vec<String> {
    let run = run(&["validate", "--format", "short", "--allow", "empty-capture"], capture);
    run.text().lines().filter(|line| line.contains(": error[")).map(str::to_owned).collect()
}

#[test]
fn each_shape_becomes_what_its_fixture_expects() {
    let is_overwrite = std::env::var_os("EXTRACT").is_some_and(|it| it == "overwrite");
    for input in inputs() {
        let found = run(&["extract"], &text(&input)).stdout;
        let expected = input.with_extension("expected");
        if is_overwrite {
            fs::write(&expected, &found).expect("the fixture can be written");
        }
        assert_eq!(shown(&found), shown(&text(&expected)), "{}", name(&input));
    }
}

/// Fixtures in which values, or names that only a person can correct, are wrong.
const WRONG: [&str; 2] = ["clean/values-that-are-wrong", "names/misspelt"];

#[test]
fn validate_finds_no_error_in_what_was_extracted() {
    for input in inputs() {
        let found = errors(&text(&input.with_extension("expected")));
        let is_wrong = WRONG.contains(&name(&input).as_str());
        assert_eq!(!found.is_empty(), is_wrong, "{}: {found:#?}", name(&input));
    }
}

#[test]
fn every_line_of_every_fixture_is_accounted_for() {
    let shapes = captures("shapes").into_iter().chain(captures("hostile"));
    for input in inputs().into_iter().chain(shapes) {
        let text = text(&input);
        let run = run(&["extract", "--format", "json"], &text);
        let account = account(&run);
        let number = |value: &Value| value.as_u64().expect("a number");
        let categories = account["categories"].as_array().expect("a list");
        let counted: u64 = categories.iter().map(|it| number(&it["lines"])).sum();
        assert_eq!(counted + number(&account["blank"]), number(&account["lines"]), "{account}");
        if !text.starts_with(b"\xff\xfe") && !text.starts_with(b"\xfe\xff") {
            let lines = text.split_inclusive(|byte| *byte == b'\n').count() as u64;
            assert_eq!(number(&account["lines"]), lines, "{}", input.display());
        }
        let written =
            run.stdout.split(|byte| *byte == b'\n').filter(|it| !it.trim_ascii().is_empty());
        assert_eq!(number(&account["payloads"]), written.count() as u64, "{}", input.display());
        for category in categories {
            let first = category["first"].as_array().expect("a list");
            assert_eq!(first.is_empty(), category["lines"] == 0, "{account}");
            for treatment in category["treatments"].as_array().expect("a list") {
                assert!(number(&treatment["lines"]) > 0, "{account}");
                assert_eq!(treatment["help"].is_string(), category["category"] == "lost");
            }
        }
    }
}

#[test]
fn the_documentation_s_examples_become_the_mended_ones() {
    for event in ["callstarted", "transcript", "flagraise", "flaglower", "note"] {
        let folder = fixtures().join("documented");
        let capture = |name: &str| text(&folder.join(name).join(format!("{event}.jsonl")));
        let compact = |text: &[u8]| -> Value { serde_json::from_slice(text).expect("it is JSON") };
        for form in ["given", "pasted"] {
            let run = run(&["extract"], &capture(form));
            assert_eq!(run.code, Some(0));
            assert_eq!(compact(&run.stdout), compact(&capture("mended")), "{form}/{event}");
            assert_eq!(errors(&run.stdout), [""; 0]);
        }
    }
}

#[test]
fn each_shape_in_practice_becomes_valid_or_says_what_is_lost() {
    for capture in captures("shapes") {
        let name = capture.file_stem().expect("a name").to_string_lossy().into_owned();
        let run = run(&["extract", "--format", "json"], &text(&capture));
        // Misspelt keys are for `validate`; a toggle of the connector does not say whom it is about.
        let is_wrong = matches!(name.as_str(), "key-typos" | "connector-names");
        assert_eq!(!errors(&run.stdout).is_empty(), is_wrong, "{name}");
        let account = account(&run);
        let lost = account["categories"]
            .as_array()
            .expect("a list")
            .iter()
            .find(|it| it["category"] == "lost");
        let lost = lost.expect("it is listed")["lines"].as_u64().expect("a number");
        let expected = match name.as_str() {
            "is-trusted" => 3,
            "detail-only" => 2,
            "connector-log" | "post-message" => 1,
            _ => 0,
        };
        assert_eq!(lost, expected, "{name}: {account}");
    }
}

#[test]
fn a_clean_capture_comes_out_byte_for_byte() {
    for capture in captures("valid") {
        let found = run(&["extract"], &text(&capture));
        assert_eq!(shown(&found.stdout), shown(&text(&capture)), "{}", capture.display());
        assert_eq!(found.code, Some(0));
    }
    let generated = run_on(&["generate", "--calls", "50"]).stdout;
    assert_eq!(run(&["extract"], &generated).stdout, generated);
}

#[test]
fn every_event_s_example_survives_every_wrapping() {
    let bundle = voxev::Bundle::newest();
    for (id, example) in examples(&bundle) {
        let payload = example.to_string();
        let string = Value::from(payload.as_str()).to_string();
        for wrapped in [
            format!("VoiceRecorder.js:17 {payload}"),
            format!("{payload} VoiceRecorder.js:17:5"),
            format!("[{payload},"),
            format!("{{\"ts\":1,\"event\":{payload}}}"),
            string.clone(),
            format!("{{\"message\":{string}}}"),
            format!("1,\"{}\"", payload.replace('"', "\"\"")),
            format!("{} {}", id.name(), example["detail"]),
            format!("{}\n{:#}", id.name(), example["detail"]),
            format!("{example:#}"),
            payload.replacen(id.name(), &bundle.event(id).aura, 1),
        ] {
            let found = extract(&[wrapped.as_bytes()], 1 << 20);
            assert_eq!(shown(&found.taken), format!("{payload}\n"), "{wrapped}");
        }
    }
}

static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| validator(68, Policy::default()));

fn extract(reads: &[&[u8]], max_payload_bytes: usize) -> Extracted {
    extracted(&VALIDATOR, reads, max_payload_bytes).expect("slices never fail")
}

#[test]
fn rejects_hold_every_line_that_nothing_was_taken_from() {
    let folder = tempfile::tempdir().expect("a folder");
    let rejects = folder.path().join("rejects");
    let path = rejects.to_str().expect("it is UTF-8");
    let log = "one\n\n{\"type\":\"mute\",\"detail\":{\"callId\":\"1\"}}\nx {…}\ncallended\n[\nlast";
    let run = run(&["extract", "--rejects", path], log.as_bytes());
    assert_eq!(run.text(), "{\"type\":\"mute\",\"detail\":{\"callId\":\"1\"}}\n");
    assert_eq!(shown(&text(&rejects)), "one\nx {…}\ncallended\nlast\n");
}

#[test]
fn lost_lines_that_name_an_event_are_a_failure() {
    for (log, code) in [
        ("{\"type\":\"mute\",\"detail\":{\"callId\":\"1\"}}\n{…}", 0),
        ("{\"type\":\"mute\",\"detail\":{\"callId\":\"1\"}}\nReceived callended event: {…}", 1),
        ("nothing", 1),
        ("", 1),
    ] {
        assert_eq!(run(&["extract"], log.as_bytes()).code, Some(code), "{log}");
    }
}

#[test]
fn several_captures_follow_each_other_and_places_name_theirs() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("it is UTF-8").to_owned();
    let (first, second, out) = (path("a.log"), path("b.log.gz"), path("out.jsonl.zst"));
    let payload = "{\"type\":\"mute\",\"detail\":{\"callId\":\"1\"}}";
    fs::write(&first, payload).expect("it can be written");
    let mut packed = GzEncoder::new(Vec::new(), flate2::Compression::default());
    write!(packed, "x {payload}\r\nlost callended {{…}}\r\n").expect("it can be compressed");
    fs::write(&second, packed.finish().expect("it can be compressed")).expect("it can be written");
    let run = run_on(&["extract", &first, &second, "-o", &out]);
    assert_eq!((run.code, run.text().as_str()), (Some(1), ""));
    assert!(run.stderr.contains("b.log.gz:2"), "{}", run.stderr);
    let packed = fs::read(&out).expect("it was written");
    let found = zstd::decode_all(&packed[..]).expect("it is zstd");
    assert_eq!(shown(&found), format!("{payload}\n{payload}\n"));
}

#[test]
fn an_output_that_is_read_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.log");
    fs::write(&path, "x").expect("it can be written");
    let path = path.to_str().expect("it is UTF-8");
    for arguments in [["extract", path, "-o", path], ["extract", path, "--rejects", path]] {
        let run = run_on(&arguments);
        assert_eq!(run.code, Some(2), "{}", run.stderr);
        assert_eq!(fs::read(path).expect("it is there"), b"x");
    }
}

#[test]
fn a_capture_that_cannot_be_read_keeps_the_others() {
    let capture = "fixtures/valid/mute.jsonl";
    let run = run_on(&["extract", "no-such.log", capture]);
    assert_eq!(run.code, Some(2));
    assert_eq!(run.stdout, fs::read(capture).expect("it is there"));
    assert!(run.stderr.starts_with("voxev: cannot read \"no-such.log\""), "{}", run.stderr);
    let damaged = run_on(&["extract", "fixtures/invalid/damaged-stream.jsonl.gz"]);
    assert_eq!(damaged.code, Some(2));
    assert!(damaged.text().lines().count() >= 5, "everything before the damage is there");
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let log = run_on(&["generate", "--size", "1MiB"]).stdout;
    let mut command = voxev(&["extract"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("voxev starts");
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("a pipe");
    let _ = stdin.write_all(&log);
    drop(stdin);
    let output = child.wait_with_output().expect("voxev ends");
    assert_eq!((output.status.code(), shown(&output.stderr)), (Some(0), String::new()));
}

#[test]
fn names_from_a_capture_cannot_steer_a_terminal() {
    let log = "{\"type\":\"\\u001b[31m\\u202ered\",\"detail\":{\"callId\":\"1\"}}";
    for format in ["text", "json"] {
        let run = run(&["extract", "--format", format], log.as_bytes());
        assert!(!run.stderr.contains(['\u{1b}', '\u{202e}']), "{}", run.stderr);
        assert!(run.stderr.contains("red"), "{}", run.stderr);
    }
}

#[test]
fn an_array_or_a_wrapper_may_be_longer_than_the_longest_payload() {
    let payload = "{\"type\":\"mute\",\"detail\":{\"callId\":\"1\"}}";
    let items = vec![payload; 1000];
    let expected = format!("{payload}\n").repeat(1000);
    for text in [
        format!("[{}]", items.join(",")),
        format!("{{\"a\":{{\"events\":[{}]}}}}", items.join(", ")),
        format!("{{\"a\": {{\n\"events\": [\n{}\n]}}}}", items.join(",\n")),
    ] {
        let found = extract(&[text.as_bytes()], 200);
        assert_eq!(shown(&found.taken), expected);
        assert_eq!(found.lines, found.accounted);
    }
}

#[test]
fn a_payload_that_is_cut_behind_others_is_not_lost_in_silence() {
    let payload = "{\"type\":\"mute\",\"detail\":{\"callId\":\"1\"}}";
    let cut = "{\"type\":\"hold\",\"detail\":{\"callId\":\"1\",\"participant\":\"+1 (4";
    for log in [
        format!("{payload}\n{cut}\n{payload}\n"),
        format!("{{\"events\":[\n{payload},\n{cut}"),
        format!("{{\"events\":[{payload},{cut}"),
        format!("[{payload},{cut}"),
        format!("x {cut}\nx {payload}"),
    ] {
        let run = run(&["extract", "--format", "json"], log.as_bytes());
        assert_eq!((run.code, &account(&run)["lostEvents"]), (Some(1), &Value::from(1)), "{log}");
        assert!(run.text().starts_with(payload), "{log}");
    }
}

#[test]
fn a_name_without_its_detail_is_not_counted_as_joined() {
    for log in ["callended\n{…}\n", "callended\n[object Object]\n", "callended\nx\n"] {
        let run = run(&["extract", "--format", "json"], log.as_bytes());
        assert!(!run.stderr.contains("name-before"), "{}", run.stderr);
        assert_eq!(account(&run)["lines"], 2);
    }
}

#[test]
fn code_with_names_and_braces_is_no_lost_payload() {
    let log = "toolkit.addEventListener('callstarted', function (event) { return { a: 1 }; });\n\
        if (type === 'hold') { resume(); }\n{ callended }\n";
    let run = run(&["extract", "--format", "json"], log.as_bytes());
    assert_eq!(account(&run)["lostEvents"], 0, "{}", run.stderr);
}

#[test]
fn a_payload_beyond_the_limit_is_lost_and_the_next_one_is_not() {
    let long = format!("{{\"type\":\"mute\",\"detail\":{{\"callId\":\"{}\"}}}}", "x".repeat(500));
    let payload = "{\"type\":\"mute\",\"detail\":{\"callId\":\"1\"}}";
    let found = extract(&[format!("{long}\n{payload}\n").as_bytes()], 200);
    assert_eq!(shown(&found.taken), format!("{payload}\n"));
    assert!(found.rejects.starts_with(b"{\"type\":\"mute\"") && found.rejects.ends_with(b"\"}}\n"));
}

/// Text that made other tools slow: each is repeated to any size.
const HOSTILE: [&str; 20] = [
    "{",
    "}",
    "\"",
    "\\",
    "{\"",
    "{\\\"",
    "{\"\"a",
    "[",
    "[{",
    "{\"a\":",
    "{'",
    "“",
    "{“",
    "/*",
    "{/*",
    "{a:{",
    "{\\\\\"",
    "\\\"{",
    " ",
    "{\"type\":\"hold\",\"detail\":",
];

#[test]
fn hostile_text_takes_time_in_proportion_to_its_length() {
    const SMALL: usize = 40_000;
    const GROWTH: u32 = 8;
    for unit in HOSTILE {
        for end in ["", "\n"] {
            let unit = format!("{unit}{end}");
            let took = |bytes: usize| {
                let text = unit.repeat(bytes / unit.len());
                let started = Instant::now();
                let found = extract(&[text.as_bytes()], 1 << 14);
                assert_eq!(found.lines, found.accounted);
                started.elapsed()
            };
            // Quadratic time would grow 64-fold. Another program may take the core: the best of three.
            let is_linear = || {
                let small = took(SMALL).max(Duration::from_millis(20));
                took(SMALL * GROWTH as usize) < small * GROWTH * 3
            };
            assert!((0..3).any(|_| is_linear()), "{unit:?}");
        }
    }
}

#[test]
fn memory_does_not_grow_with_the_text() {
    let payload = "{\"type\":\"mute\",\"detail\":{\"callId\":\"1\"}},";
    for unit in ["{", "\"", "{\\\"", "{\"events\":[", payload] {
        let text = format!("[{{\"events\":[{}", unit.repeat(16_000_000 / unit.len()));
        let mut packed = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text.as_bytes()).expect("a vector takes everything");
        let packed = packed.finish().expect("a vector takes everything");
        let (run, peak) = peak(&packed, &["extract", "--format", "json"]);
        assert_eq!(account(&run)["lines"], 1);
        assert_little(unit, peak);
    }
}

/// Lines and pieces of lines that mean something to an extractor.
fn pieces() -> Vec<String> {
    let mut pieces: Vec<String> = HOSTILE.iter().map(|it| (*it).to_owned()).collect();
    for input in inputs() {
        let text = text(&input);
        pieces.extend(shown(&text).split_inclusive('\n').take(4).map(str::to_owned));
    }
    pieces.extend(
        ["\n", "\r\n", "hold", "callended\n", "[object Object]", "{…}", "é"].map(str::to_owned),
    );
    pieces
}

/// A text of such pieces, some of which are cut.
fn mixture(seed: u64, pieces: &[String]) -> Vec<u8> {
    let mut random = Random(seed);
    let mut text = Vec::new();
    for _ in 0..random.below(12) {
        let piece = random.pick(pieces).as_bytes();
        let cut = if random.below(3) == 0 { random.below(piece.len()) } else { piece.len() };
        text.extend_from_slice(&piece[..cut]);
    }
    text
}

proptest! {
    #[test]
    fn what_is_extracted_depends_neither_on_reads_nor_on_doing_it_again(
        seed in any::<u64>(),
        cuts in prop::collection::vec(1..200_usize, 0..20),
        limit in 64..4000_usize,
    ) {
        static PIECES: LazyLock<Vec<String>> = LazyLock::new(pieces);
        let text = mixture(seed, &PIECES);
        let whole = extract(&[&text], limit);
        prop_assert_eq!(whole.lines, whole.accounted);
        let (mut rest, mut reads) = (&text[..], Vec::new());
        for cut in cuts {
            let (read, after) = rest.split_at(cut.min(rest.len()));
            reads.push(read);
            rest = after;
        }
        reads.push(rest);
        prop_assert_eq!(&extract(&reads, limit), &whole);
        let again = extract(&[&whole.taken], usize::MAX);
        prop_assert_eq!(shown(&again.taken), shown(&whole.taken));
        prop_assert_eq!(again.payloads, whole.payloads);
        for line in whole.taken.split(|byte| *byte == b'\n').filter(|it| !it.trim_ascii().is_empty()) {
            let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
            let payload: Value = serde_json::from_slice(line).expect("a payload is JSON");
            prop_assert!(payload["type"].is_string() && !payload["detail"].is_null(), "{}", payload);
        }
    }
}

#[test]
fn every_event_has_a_fixture_that_is_extracted() {
    let mut seen = Vec::new();
    for input in inputs() {
        seen.extend(text(&input.with_extension("expected")));
    }
    let seen = shown(&seen);
    let shapes: Vec<u8> =
        captures("shapes").iter().flat_map(|it| run(&["extract"], &text(it)).stdout).collect();
    let shapes = shown(&shapes);
    for id in EventId::all() {
        let kind = format!("\"type\":\"{}\"", id.name());
        assert!(seen.contains(&kind) || shapes.contains(&kind), "{kind}");
    }
}
