//! A payload that is spread over lines is one finding about all of its lines, in every format.

use std::fmt::Write as _;
use std::fs;

use serde_json::Value;

use crate::support::{Run, run, run_on};

const PAYLOAD: &str = "{\n  \"type\": \"mute\",\n  \"detail\": {\n    \"callId\": \"c\"\n  }\n}\n";
const GOOD: &str = "{\"type\":\"unmute\",\"detail\":{\"callId\":\"c\"}}\n";

fn validate(options: &[&str], input: &str) -> Run {
    run(&[&["validate"][..], options].concat(), input.as_bytes())
}

fn text(run: &Run) -> &str {
    std::str::from_utf8(&run.stdout).expect("it is UTF-8")
}

#[test]
fn every_format_says_once_over_which_lines_a_payload_is_spread() {
    let capture = format!("{GOOD}{PAYLOAD}{GOOD}");
    let said = "a payload is spread over lines 2 to 7";
    for format in ["pretty", "short", "json", "github", "gitlab", "sarif", "junit"] {
        let run = validate(&["--format", format], &capture);
        assert_eq!(run.code, Some(1), "{format}");
        let found = text(&run).matches(said).count();
        // SARIF and JUnit have it as plain text and as Markdown, or as attribute and as text.
        assert!(found == 1 || matches!(format, "sarif" | "junit") && found > 0, "{format} {found}");
        assert!(run.stderr.contains("8 lines in 1 capture: 1 error in 6 lines"), "{}", run.stderr);
    }
    let run = validate(&["--format", "json"], &capture);
    let found: Value = serde_json::from_str(text(&run)).expect("it is one object");
    assert_eq!([&found["line"], &found["column"], &found["length"]], [2, 1, 1]);
    assert_eq!(found["offset"], GOOD.len());
    let help = found["help"].as_str().expect("it says what to do");
    assert_eq!(help, "put it on one line, for example with `jq -c .`");
}

#[test]
fn carriage_returns_and_indents_do_not_matter() {
    for capture in [PAYLOAD.replace('\n', "\r\n"), PAYLOAD.replace("  ", "\t")] {
        let run = validate(&["--format", "short"], &capture);
        let said = "<stdin>:1:1: error[invalid-json]: a payload is spread over lines 1 to 6\n";
        assert_eq!(text(&run), said);
    }
}

/// Payloads, an array of many lines, and what else captures have.
fn mixed() -> String {
    let mut capture = String::new();
    for nth in 0..1_000 {
        capture.push_str(if nth % 3 == 0 { GOOD } else { PAYLOAD });
        let _ = match nth % 7 {
            0 => writeln!(capture, "2026-01-05 10:00 {GOOD}"),
            1 => writeln!(capture, "{{\"type\":\"mute\",\"detail\":{{}}}}"),
            2 => writeln!(capture),
            _ => Ok(()),
        };
    }
    capture.push_str("[\n");
    for nth in 0..4_000 {
        let _ = writeln!(capture, "  {{\n    \"type\": \"mute\",\n    \"nth\": {nth}\n  }},");
    }
    capture.push_str("  \"last\"\n]\n{\n");
    capture
}

#[test]
fn stretches_do_not_depend_on_threads_pipes_or_reports() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let name = folder.path().join("a.jsonl");
    let capture = mixed();
    fs::write(&name, &capture).expect("it can be written");
    let name = name.to_string_lossy();
    let report = folder.path().join("report.json");
    let report_option = format!("json={}", report.display());
    for options in [
        &["--format", "json"][..],
        &["--format", "pretty"],
        &["--format", "json", "--lifecycle"],
        &["--format", "short", "--report", &report_option],
    ] {
        let one = validate(&[options, &["-j", "1"]].concat(), &capture);
        for threads in ["2", "5"] {
            let several = run_on(&[&["validate", "-j", threads], options, &[&name]].concat());
            assert!(text(&one) == text(&several).replace(&*name, "<stdin>"), "{options:?}");
            assert_eq!(one.stderr, several.stderr, "{options:?}");
        }
    }
    let all = text(&validate(&["--format", "json"], &capture)).replace("<stdin>", "a.jsonl");
    let array = all.lines().filter(|line| line.contains("a JSON array is spread over")).count();
    assert_eq!(array, 1);
    let reported = fs::read_to_string(report).expect("it was written");
    assert_eq!(reported.lines().count(), all.lines().count());
}

#[test]
fn a_run_that_fails_fast_stops_at_the_first_line() {
    let run = validate(&["--format", "short", "--fail-fast"], PAYLOAD);
    assert!(text(&run).contains("<stdin>:1:2: error[invalid-json]: the line ends too early"));
    assert!(run.stderr.contains("1 line in 1 capture: 1 error in 1 line"), "{}", run.stderr);
}

#[test]
fn severities_and_baselines_hold_for_stretches() {
    let warned = validate(&["--warn", "invalid-json"], PAYLOAD);
    assert!(warned.stderr.contains(": 0 errors, 1 warning"), "{}", warned.stderr);
    let allowed = validate(&["--allow", "invalid-json"], &format!("{GOOD}{PAYLOAD}"));
    assert!(allowed.stderr.contains("allowed: invalid-json 6"), "{}", allowed.stderr);

    let folder = tempfile::tempdir().expect("a folder can be made");
    let [name, known] = ["a.jsonl", "known.json"].map(|name| folder.path().join(name));
    fs::write(&name, PAYLOAD).expect("it can be written");
    let [name, known] = [&name, &known].map(|path| path.to_string_lossy().into_owned());
    run_on(&["validate", "--write-baseline", &known, &name]);
    // A line above it does not make it another one.
    fs::write(&name, format!("{GOOD}{PAYLOAD}")).expect("it can be written");
    let run = run_on(&["validate", "--baseline", &known, &name]);
    assert_eq!((run.code, text(&run)), (Some(0), ""), "{}", run.stderr);
    assert!(run.stderr.contains("ignored by the baseline: 1\n"), "{}", run.stderr);
}

#[test]
fn a_payload_that_is_open_at_the_end_of_a_capture_is_not_continued_in_the_next() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let [first, second] = ["a.jsonl", "b.jsonl"].map(|name| folder.path().join(name));
    let (start, rest) = PAYLOAD.split_at(PAYLOAD.find("  \"detail").expect("it has a detail"));
    fs::write(&first, start).expect("it can be written");
    fs::write(&second, rest).expect("it can be written");
    let [first, second] = [first, second].map(|path| path.to_string_lossy().into_owned());
    let run = run_on(&["validate", "--format", "short", &first, &second]);
    let said = format!(
        "{first}:1:1: error[invalid-json]: a payload is spread over lines 1 to 2 and does not end\n"
    );
    assert!(text(&run).starts_with(&said), "{}", text(&run));
    assert!(text(&run).contains(&format!("{second}:1:")), "{}", text(&run));
}
