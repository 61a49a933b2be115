//! A redacted capture has the same findings and the same figures: every fixture, generated captures
//! with faults, and mutants of both.

use std::fs;

use serde_json::Value;
use voxev::{Policy, Rule};

use super::{Folder, redacted};
use crate::support::{self, Random, all_lines, captures, run, validator};

/// The findings of a capture as line, rule and pointer; keys that are data are `*` in pointers.
fn findings(capture: &[u8], options: &[&str]) -> Vec<(u64, String, Value)> {
    let lines = ["validate", "--format", "json", "--no-config", "--input", "lines"];
    let arguments = [&lines, options].concat();
    let found = run(&arguments, capture).text();
    let of = |line: &str| {
        let finding: Value = serde_json::from_str(line).expect("it is JSON");
        let rule = finding["rule"].as_str().expect("it has a rule").to_owned();
        (finding["line"].as_u64().expect("it has a line"), rule, finding["pointer"].clone())
    };
    let mut found: Vec<_> = found.lines().map(of).collect();
    // Within a line, by the rule: a finding points at a key that looks like the missing one.
    found.sort_by_key(|(line, rule, pointer)| (*line, rule.clone(), pointer.to_string()));
    found
}

/// The lines of a capture that can be read and are not blank.
fn kept(capture: &[u8]) -> Vec<u8> {
    const UNREADABLE: [Rule; 4] =
        [Rule::InvalidJson, Rule::InvalidUtf8, Rule::LineTooLong, Rule::NestedTooDeep];
    let validator = validator(68, Policy::default());
    let is_blank = |line: &[u8]| line.iter().all(|byte| b" \t\r\n".contains(byte));
    let is_broken = |line: &[u8]| {
        let found = support::findings(&validator, line);
        found.iter().any(|finding| UNREADABLE.contains(&finding.rule))
    };
    let capture = capture.strip_prefix(b"\xef\xbb\xbf").unwrap_or(capture);
    let lines = capture.split_inclusive(|byte| *byte == b'\n');
    lines.filter(|line| !is_blank(line) && !is_broken(line)).flatten().copied().collect()
}

/// The figures of each call, in order, without its identifier and without what tells captures apart.
fn figures(capture: &[u8]) -> Value {
    let arguments = ["stats", "--format", "json", "--no-config", "--input", "lines"];
    let mut report: Value =
        serde_json::from_str(&run(&arguments, capture).text()).expect("it is JSON");
    for row in report["rows"].as_array_mut().expect("it has rows") {
        let row = row.as_object_mut().expect("it is one");
        row.remove("callId");
        row.remove("state");
    }
    report.as_object_mut().expect("it is one").remove("captures");
    report
}

fn check(capture: &[u8], what: &str) {
    let folder = Folder::new(&[("capture.jsonl", capture)]);
    let redaction = folder.redacted("capture.jsonl");
    assert!(!redaction.stderr.contains(": left out: "), "{what}: {}", redaction.stderr);
    let (old, new) = (kept(capture), redaction.stdout);
    if old.is_empty() {
        assert!(new.is_empty(), "{what}");
        return;
    }
    for options in [&["--strict", "--lifecycle"][..], &["--api", "54", "--deny", "observed-value"]]
    {
        let (after, before) = (findings(&new, options), findings(&old, options));
        let pairs = after.iter().zip(&before);
        if let Some((after, before)) = pairs.clone().find(|(after, before)| after != before) {
            let line = |capture: &[u8], number: u64| {
                let at = usize::try_from(number).expect("it is small") - 1;
                let line = capture.split(|byte| *byte == b'\n').nth(at).unwrap_or_default();
                String::from_utf8_lossy(line).into_owned()
            };
            let lines = [line(&old, before.0), line(&new, after.0)];
            assert_eq!(after, before, "{what}: {lines:#?}");
        }
        assert_eq!(after.len(), before.len(), "{what}");
    }
    assert_eq!(figures(&new), figures(&old), "{what}");
}

#[test]
fn every_fixture_has_the_findings_and_figures_that_it_had() {
    for path in captures("") {
        let bytes = fs::read(&path).expect("it can be read");
        check(&bytes, &path.display().to_string());
    }
}

#[test]
fn generated_captures_with_faults_have_the_findings_and_figures_that_they_had() {
    for seed in ["1", "2", "3"] {
        let mix = "transcript=20,hold=5,note=3,flagraise=3";
        let arguments = ["generate", "--calls", "40", "--faults", "0.1", "--seed", seed];
        let capture = run(&[&arguments[..], &["--mix", mix]].concat(), b"").stdout;
        check(&capture, seed);
    }
}

/// What is put into a line: what means something to JSON, or to redaction.
const PIECES: [&[u8]; 24] = [
    b"\"",
    b"\\u0041",
    b"\\ud800",
    b"\\ud83d\\ude00",
    b"0",
    b"7",
    b".0",
    b"-",
    b"e3",
    b"+",
    b" ",
    b"\xc3\xa9",
    b"\xe6\x9d\xb1",
    b"null",
    b"4159990000",
    b"\"+14159990000\"",
    b",\"+1 415 999 0000\":1",
    b",\"Angela Agent\":{\"a\":[1,2,\"x\"]}",
    b",\"callId\":\"y\"",
    b",\"type\":\"mute\"",
    b"{\"type\":\"hold\",\"detail\":{\"participant\":\"Ana\"}}",
    b"[]",
    b"\"\"",
    b"true",
];

fn mutant(lines: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut line = random.pick(lines).clone();
    for _ in 0..random.below(3) {
        let at = random.below(line.len() + 1);
        match random.below(4) {
            0 if at < line.len() => _ = line.remove(at),
            1 if at < line.len() => line[at] = random.pick(&PIECES)[0],
            2 => {
                let end = (at + random.below(40)).min(line.len());
                let piece = line[at..end].to_vec();
                line.splice(at..at, piece);
            }
            _ => {
                let piece = random.pick(&PIECES);
                line.splice(at..at, piece.iter().copied());
            }
        }
    }
    line.retain(|byte| *byte != b'\n');
    line
}

#[test]
fn mutants_have_the_findings_and_figures_that_they_had() {
    let lines: Vec<Vec<u8>> =
        all_lines().into_iter().map(|(_, line)| line).filter(|line| line.len() < 2000).collect();
    let mut random = Random(12);
    for round in 0..4 {
        let mutants: Vec<Vec<u8>> = (0..1500).map(|_| mutant(&lines, &mut random)).collect();
        check(&mutants.join(&b'\n'), &format!("round {round}"));
    }
}

#[test]
fn only_the_bytes_of_values_change() {
    let line = "  { \"detail\" :\t{\"packetsLost\": 0.3E+1, \"callId\":\"\\u0061bc\" , \"x\":null,\
        \"participant\": \"+1 (415) 999-0000\"},\"type\":\"\\u0068old\"}  \r\n";
    let new = String::from_utf8(redacted(line.as_bytes())).expect("it is UTF-8");
    let parts = [
        "  { \"detail\" :\t{\"packetsLost\": ",
        "E+1, \"callId\":\"\\u00",
        "\" , \"x\":null,\"participant\": \"+0 (",
        "\"},\"type\":\"\\u0068old\"}  \r\n",
    ];
    let mut rest = new.as_str();
    for part in parts {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part:?} is in {new}"));
        rest = &rest[at + part.len()..];
    }
    assert!(new.starts_with(parts[0]) && rest.is_empty() && new.len() == line.len(), "{new}");
}

#[test]
fn a_call_type_in_the_wrong_case_stays_wrong_in_the_same_way() {
    let line =
        r#"{"type":"callstarted","detail":{"callId":"a","callType":"INBOUND","participant":"x"}}"#;
    assert!(super::redacted_line(line).contains(r#""callType":"INBOUND""#));
    let other = line.replace("INBOUND", "Angela");
    assert!(!super::redacted_line(&other).contains("Angela"), "whose value it is nobody knows");
}

#[test]
fn calls_that_carry_times_of_a_recorder_keep_their_figures() {
    let capture = run(&["generate", "--calls", "3", "--seed", "4"], b"").text();
    let lines = capture.lines().zip(0..);
    let recorded = |(line, number): (&str, i64)| {
        let payload = line.strip_prefix('{').expect("it is an object");
        let at = match number % 3 {
            0 => format!("\"2026-01-05T10:{:02}:{:02}.125Z\"", number / 60 % 60, number % 60),
            1 => format!("{}", 1_767_607_200_000 + 1000 * number),
            _ => format!("{}.5", 1_767_607_200 + number),
        };
        format!("{{\"recordedAt\":{at},{payload}\n")
    };
    let capture: String = lines.map(recorded).collect();
    check(capture.as_bytes(), "recordedAt");
    // Moved, they keep their distances.
    let folder = Folder::new(&[("c.jsonl", capture.as_bytes())]);
    let moved = folder.voxev(&["redact", "--key-file", "@key", "--shift-times", "@c.jsonl"]);
    let by_call = |mut figures: Value| {
        let rows = std::mem::take(figures["rows"].as_array_mut().expect("it has rows"));
        let told = |row: &Value| {
            let span = row["to"].as_i64().zip(row["from"].as_i64()).map(|(to, from)| to - from);
            (span, row["durationMillis"].clone(), row["talkMillis"].clone())
        };
        rows.iter().map(told).collect::<Vec<_>>()
    };
    let (old, new) = (figures(capture.as_bytes()), figures(&moved.stdout));
    assert_ne!(old["overview"]["from"], new["overview"]["from"]);
    assert_eq!(by_call(old), by_call(new));
}
