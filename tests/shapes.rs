//! Captures in every shape: what is found, selected, converted and counted is the same as in JSON
//! Lines, and every place is that in the file.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Run, objects, run, run_in, voxev};

const MUTE: &str = r#"{"type":"mute","detail":{"callId":"é-1"}}"#;
const HOLD: &str = r#"{"type":"hold","detail":{"callId":"é-1","participant":"+1 (415) 999-0000"}}"#;

/// Lines with all kinds of findings: each is JSON, and an object.
fn lines() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("c.jsonl");
    let path_text = path.to_str().expect("it is UTF-8");
    let arguments =
        ["generate", "--calls", "2", "--faults", "0.05", "--seed", "3", "-o", path_text];
    assert_eq!(run(&arguments, b"").code, Some(0));
    let text = fs::read(&path).expect("it can be read");
    let is_object =
        |line: &&[u8]| serde_json::from_slice::<Value>(line).is_ok_and(|it| it.is_object());
    let lines = text.split(|byte| *byte == b'\n').filter(is_object);
    let lines = lines.map(|line| String::from_utf8(line.to_vec()).expect("JSON is UTF-8"));
    // A value with duplicate keys cannot be laid out anew by a library.
    let is_faithful = |line: &String| {
        let value: Value = serde_json::from_str(line).expect("it is JSON");
        serde_json::to_string(&value).is_ok_and(|text| text == *line)
    };
    lines.filter(is_faithful).chain([MUTE.to_owned(), HOLD.to_owned()]).collect()
}

fn pretty(line: &str) -> String {
    let value: Value = serde_json::from_str(line).expect("it is JSON");
    serde_json::to_string_pretty(&value).expect("a value can be written")
}

/// The lines in each shape, with its name in the summary.
fn shapes(lines: &[String]) -> Vec<(&'static str, String)> {
    let laid_out: Vec<String> = lines.iter().map(|line| pretty(line)).collect();
    let indented = laid_out.join(",\n").replace('\n', "\n  ");
    vec![
        ("a JSON array", format!("[{}]", lines.join(","))),
        ("a JSON array", format!("[\n{}\n]\n", lines.join(",\n"))),
        ("a JSON array", format!("[{}]", lines.join("\r\n,"))),
        ("a JSON array", format!("[\r\n\t{}\r\n]", lines.join(",\r\n\t"))),
        ("a JSON array", format!("[ {} ]", lines.join(" , \n"))),
        ("a JSON array", format!("[\n  {indented}\n]\n")),
        ("JSON documents", laid_out.join("\n")),
        ("JSON documents", lines.concat()),
        ("a JSON text sequence", format!("\u{1e}{}\n", lines.join("\n\u{1e}"))),
    ]
}

struct Case {
    folder: TempDir,
}

impl Case {
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        fs::write(folder.path().join("capture"), text).expect("it can be written");
        Self { folder }
    }

    fn run(&self, arguments: &[&str]) -> Run {
        run_in(self.folder.path(), &[arguments, &["capture"]].concat())
    }
}

/// A finding without its place.
fn unplaced(mut finding: Value) -> Value {
    for key in ["line", "column", "offset", "length", "file", "fix"] {
        finding[key] = Value::Null;
    }
    finding
}

const FINDINGS: [&str; 4] = ["validate", "--no-config", "--format", "json"];

#[test]
fn what_is_found_is_the_same_in_every_shape() {
    let lines = lines();
    let plain = Case::new(&lines.join("\n")).run(&FINDINGS);
    let expected: Vec<Value> = objects(&plain.stdout).into_iter().map(unplaced).collect();
    assert!(expected.len() > 5);
    for (name, text) in shapes(&lines) {
        let case = Case::new(&text);
        let found = case.run(&FINDINGS);
        assert_eq!(found.code, Some(1));
        // Only lines are rewritten.
        assert!(objects(&found.stdout).iter().all(|finding| finding["fix"].is_null()), "{name}");
        let findings = objects(&found.stdout).into_iter().map(unplaced).collect::<Vec<_>>();
        assert_eq!(findings, expected, "{name}");
        let count = lines.len();
        let said = match name {
            "JSON documents" => format!("read as {count} JSON documents\n"),
            _ => format!("read as {name} of {count} payloads\n"),
        };
        assert!(found.stderr.contains(&said), "{name}: {}", found.stderr);
        assert!(found.stderr.starts_with(&format!("{count} payloads in 1 capture: ")));
    }
}

/// Line and column of a byte, from 1.
fn place(text: &str, offset: usize) -> (u64, u64) {
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.matches('\n').count() as u64 + 1;
    (line, before[start..].chars().count() as u64 + 1)
}

#[test]
fn every_place_is_that_in_the_file() {
    let lines = lines();
    let plain = lines.join("\n");
    let marked = |text: &str, finding: &Value| {
        let offset = usize::try_from(finding["offset"].as_u64().expect("a number")).expect("small");
        let length = usize::try_from(finding["length"].as_u64().expect("a number")).expect("small");
        assert_eq!(
            (finding["line"].as_u64(), finding["column"].as_u64()),
            (Some(place(text, offset).0), Some(place(text, offset).1)),
            "{finding}"
        );
        text[offset..offset + length].to_owned()
    };
    let arguments = [&FINDINGS[..], &["--lifecycle", "--strict"]].concat();
    let expected = objects(&Case::new(&plain).run(&arguments).stdout);
    let expected: Vec<String> = expected.iter().map(|it| marked(&plain, it)).collect();
    for (name, text) in shapes(&lines) {
        let found = objects(&Case::new(&text).run(&arguments).stdout);
        let found: Vec<String> = found.iter().map(|it| marked(&text, it)).collect();
        assert_eq!(found.len(), expected.len(), "{name}");
        for (found, expected) in found.iter().zip(&expected) {
            let is_same = found == expected || expected.starts_with(found.trim_end());
            assert!(is_same, "{name}: {found:?} {expected:?}");
        }
    }
}

#[test]
fn every_command_does_the_same_with_every_shape() {
    let lines = lines();
    let plain = Case::new(&lines.join("\n"));
    let same = |arguments: &[&str], shaped: &Case, name: &str| {
        let (expected, found) = (plain.run(arguments), shaped.run(arguments));
        assert_eq!(found.code, expected.code, "{name} {arguments:?}: {}", found.stderr);
        assert_eq!(
            String::from_utf8_lossy(&found.stdout),
            String::from_utf8_lossy(&expected.stdout),
            "{name} {arguments:?}"
        );
    };
    for (name, text) in shapes(&lines) {
        let shaped = Case::new(&text);
        for arguments in [
            &["convert", "--to", "csv"][..],
            &["convert", "--to", "jsonl"],
            &["convert", "--to", "json"],
            &["convert", "--to", "csv", "--columns", "type,callId,extra"],
            &["stats", "--by", "type", "--format", "csv"],
            &["filter", "--no-config", "--count", "--invalid"],
            &["filter", "--no-config", "--count", "--type", "mute,hold"],
            &["filter", "--no-config", "--count", "--call-id", "é-1", "-m", "1"],
        ] {
            same(arguments, &shaped, name);
        }
        for arguments in [
            &["filter", "--no-config", "--invalid"][..],
            &["filter", "--no-config", "--type", "mute,hold"],
            &["filter", "--no-config", "-v", "--type", "audiostats"],
            &["filter", "--no-config", "--type", "mute", "--around", "2"],
            &["filter", "--no-config", "--call-id", "é-1", "-m", "1"],
        ] {
            let (expected, found) = (plain.run(arguments), shaped.run(arguments));
            assert_eq!(objects(&found.stdout), objects(&expected.stdout), "{name} {arguments:?}");
        }
    }
}

#[test]
fn threads_pipes_and_compression_change_nothing() {
    // More than one block, so that threads share the work.
    let lines: Vec<String> = lines().into_iter().cycle().take(1500).collect();
    for (name, text) in shapes(&lines) {
        let case = Case::new(&text);
        let expected = case.run(&[&FINDINGS[..], &["-j", "1"]].concat());
        let threads = case.run(&[&FINDINGS[..], &["-j", "4"]].concat());
        assert_eq!(
            (&threads.stdout, &threads.stderr),
            (&expected.stdout, &expected.stderr),
            "{name}"
        );
        let unnamed = |found: &[u8]| {
            objects(found)
                .into_iter()
                .map(|mut it| {
                    it["file"] = Value::Null;
                    it
                })
                .collect::<Vec<_>>()
        };
        let piped = run(&FINDINGS, text.as_bytes());
        assert_eq!(unnamed(&piped.stdout), unnamed(&expected.stdout), "{name}");
        let forced = case.run(&[&FINDINGS[..], &["--input", "json"]].concat());
        assert_eq!(forced.stdout, expected.stdout, "{name}");
    }
}

#[test]
fn a_selected_document_keeps_its_spelling_on_one_line() {
    let text = "[\n  {\n    \"type\": \"mute\",\r\n    \"detail\": { \"callId\": \"a\\u0062  c\",\n \"n\": 1.0e2 }\n  }\n]";
    let found = Case::new(text).run(&["filter", "--no-config", "--type", "mute"]);
    let expected =
        "{\"type\": \"mute\",\"detail\": { \"callId\": \"a\\u0062  c\",\"n\": 1.0e2 }}\n";
    assert_eq!(found.text(), expected);
    let found = Case::new(text).run(&["convert", "--to", "jsonl"]);
    assert_eq!(
        found.text(),
        "{\"type\":\"mute\",\"detail\":{\"callId\":\"a\\u0062  c\",\"n\":1.0e2}}\n"
    );
}

#[test]
fn a_broken_element_is_one_finding_and_the_next_is_read() {
    let open = r#"{"type":"mute","detail":{"callId":"x"}"#;
    let texts = [
        format!("[\n{MUTE},\n{open},\n{HOLD}\n]\n"),
        format!("[{MUTE},{open},{HOLD}]"),
        format!("{}\n{}\n{}", pretty(MUTE), pretty(MUTE).trim_end_matches("\n}"), pretty(HOLD)),
        format!("[\n{MUTE},\n{{\"type\":\"mute,\n\"detail\":1}},\n{HOLD}]"),
        format!("\u{1e}{MUTE}\n\u{1e}{open}\n\u{1e}{HOLD}\n"),
    ];
    for text in texts {
        let case = Case::new(&text);
        let found = case.run(&FINDINGS);
        let findings = objects(&found.stdout);
        assert!((1..=2).contains(&findings.len()), "{text}: {findings:?}");
        assert!(findings.iter().all(|it| it["rule"] == "invalid-json"), "{text}");
        let selected = case.run(&["filter", "--no-config", "--type", "mute,hold"]);
        assert_eq!(objects(&selected.stdout).len(), 2, "{text}");
        let rejects = case.run(&["filter", "--no-config", "-t", "mute", "--rejects", "rejects"]);
        assert_eq!(rejects.code, Some(0), "{}", rejects.stderr);
        let rejected = fs::read_to_string(case.folder.path().join("rejects")).expect("it is there");
        assert_eq!(rejected.lines().count(), findings.len(), "{text}: {rejected}");
    }
}

#[test]
fn an_array_that_is_cut_short_is_a_finding() {
    for text in [format!("[\n{MUTE},\n{HOLD}\n"), format!("[{MUTE},"), format!("[{MUTE}")] {
        let found = Case::new(&text).run(&FINDINGS);
        let findings = objects(&found.stdout);
        assert_eq!(findings.len(), 1, "{text}");
        assert_eq!(findings[0]["message"], "the JSON array is not closed", "{text}");
    }
    let text = pretty(MUTE);
    let found = Case::new(&format!("[{text},{}", &text[..text.len() - 9])).run(&FINDINGS);
    let findings = objects(&found.stdout);
    assert_eq!((found.code, findings.len()), (Some(1), 1));
    let message = findings[0]["message"].as_str().expect("it is text");
    assert!(message.starts_with("the payload ends"), "{message}");
}

#[test]
fn a_payload_beyond_the_limit_is_a_finding_and_the_next_is_read() {
    let long = format!(r#"{{"type":"mute","detail":{{"callId":"{}"}}}}"#, "x".repeat(700_000));
    for text in [
        format!("[{MUTE},{long},{HOLD}]"),
        format!("[\n{MUTE},\n{long},\n{HOLD}\n]\n"),
        format!("{}\n{}\n{}\n", pretty(MUTE), pretty(&long), pretty(HOLD)),
    ] {
        let case = Case::new(&text);
        let limit = ["--max-line-bytes", "1KiB"];
        let found = case.run(&[&FINDINGS[..], &limit].concat());
        let rules: Vec<Value> =
            objects(&found.stdout).into_iter().map(|it| it["rule"].clone()).collect();
        assert_eq!(rules, ["line-too-long"]);
        let arguments = ["filter", "--no-config", "-v", "--type", "x"];
        let all = case.run(&[&arguments[..], &["--any-type"], &limit].concat());
        assert_eq!(all.text().lines().count(), 3);
        assert!(case.run(&FINDINGS).stdout.is_empty());
    }
}

#[test]
fn captures_of_several_shapes_are_read_in_one_run() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("it can be written");
    };
    write("a.jsonl", &format!("{MUTE}\n\n{HOLD}"));
    write("b.jsonl", &format!("[{MUTE},{HOLD}]"));
    write("c.jsonl", &pretty(MUTE));
    write("d.jsonl", &format!("[\n{MUTE}\n]"));
    let output = voxev(&["validate", "--no-config", "."])
        .current_dir(folder.path())
        .output()
        .expect("voxev runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    let expected = "2 lines and 1 without a newline, 1 blank, and 4 payloads in 4 captures: no errors\n\
         2 captures were read as JSON arrays of 3 payloads\n\
         1 capture was read as 1 JSON document\n";
    assert!(stderr.starts_with(expected), "{stderr}");
}

#[test]
fn the_first_error_ends_a_run_with_fail_fast() {
    let bad = r#"{"type":"mute","detail":{}}"#;
    for text in [format!("[{MUTE},{bad},{bad}]"), format!("[\n{MUTE},\n{bad},\n{bad}\n]\n")] {
        let found = Case::new(&text).run(&[&FINDINGS[..], &["--fail-fast"]].concat());
        assert_eq!((found.code, objects(&found.stdout).len()), (Some(1), 1));
        assert!(found.stderr.contains("2 payloads in 1 capture"), "{}", found.stderr);
    }
}

#[test]
fn documents_are_redacted_as_lines_are() {
    let expected = ["--key-file", "key"];
    for text in [format!("[{MUTE},{HOLD}]"), format!("{}\n{}", pretty(MUTE), pretty(HOLD))] {
        let case = Case::new(&text);
        let key: Vec<u8> = (0_u8..32).map(|it| it.wrapping_mul(167) ^ 0x5a).collect();
        fs::write(case.folder.path().join("key"), key).expect("it can be written");
        fs::write(case.folder.path().join("lines"), format!("{MUTE}\n{HOLD}\n")).expect("it is");
        let found = case.run(&[&["redact"][..], &expected].concat());
        assert_eq!(found.code, Some(0), "{}", found.stderr);
        let output = voxev(&[&["redact"][..], &expected, &["lines"]].concat())
            .current_dir(case.folder.path())
            .output()
            .expect("voxev runs");
        assert_eq!(objects(&found.stdout), objects(&output.stdout), "{text}");
    }
}

#[test]
fn an_empty_array_is_no_capture_of_anything() {
    let found = Case::new("[ ]\n").run(&FINDINGS);
    assert_eq!(found.code, Some(2));
    assert_eq!(objects(&found.stdout)[0]["rule"], "empty-capture");
}

#[test]
fn lines_are_read_as_lines_where_that_is_asked_for() {
    let case = Case::new(&format!("[\n{MUTE}\n]\n"));
    let found = case.run(&[&FINDINGS[..], &["--input", "lines"]].concat());
    let findings = objects(&found.stdout);
    assert_eq!(findings.len(), 2);
    let help = findings[0]["help"].as_str().expect("it is text");
    assert!(help.contains("--input json"), "{help}");
}

#[test]
fn a_payload_that_comes_through_a_pipe_is_answered_at_once() {
    let mut child = voxev(&["pretty", "--oneline"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("voxev starts");
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    let mut stdout = std::io::BufReader::new(child.stdout.take().expect("so is standard output"));
    let begun = Instant::now();
    for (before, payload) in [("[", MUTE), (",\n", HOLD)] {
        write!(stdin, "{before}{payload}").expect("it is read");
        stdin.flush().expect("it is read");
        let mut line = String::new();
        std::io::BufRead::read_line(&mut stdout, &mut line).expect("a line comes");
        assert!(line.contains("é-1"), "{line}");
    }
    drop(stdin);
    assert!(child.wait().expect("it ends").success());
    assert!(begun.elapsed() < Duration::from_secs(20));
}

#[test]
fn hostile_text_is_read_in_time_that_grows_with_it_only() {
    for piece in ["{", "[", "\"", "\\", "{\"", "[[", "{\n", "}", "]", ",", "{{\"a\":"] {
        let text = format!("[{}", piece.repeat(200_000 / piece.len()));
        let begun = Instant::now();
        let arguments = [&FINDINGS[..], &["--input", "json", "--max-findings", "1"]].concat();
        let found = Case::new(&text).run(&arguments);
        assert!(matches!(found.code, Some(1 | 2)), "{piece}: {}", found.stderr);
        assert!(begun.elapsed() < Duration::from_secs(60), "{piece}");
    }
}
