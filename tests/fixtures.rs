//! Tests every file in the folders of fixtures for the property that its folder stands for.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::Value;
use voxev::{Bundle, EventId, Mode, Rule};

use crate::support::{captures, fixtures, run_on};

/// Options with which a file of `invalid/` violates its rule, if the defaults do not suffice.
fn options(rule: &str) -> Vec<String> {
    let rule = Rule::from_code(rule).expect("files are named after rules");
    rule.info().needs.option(rule)
}

/// The captures that violate a rule, including compressed ones, and the rules after which they are
/// named.
fn broken() -> Vec<(PathBuf, String)> {
    let damaged = fixtures().join("invalid/damaged-stream.jsonl.gz");
    let single = captures("invalid").into_iter().chain([damaged]).map(|path| (path, ""));
    let ordered = captures("lifecycle/broken").into_iter().map(|path| (path, "lifecycle/"));
    let rule = |(path, group): (PathBuf, &str)| {
        let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
        let rule = name.split('.').next().expect("there is a first part");
        let rule = format!("{group}{rule}");
        (path, rule)
    };
    single.chain(ordered).map(rule).collect()
}

/// Findings as `validate --format json` prints them.
fn findings(options: &[&str], capture: &str) -> Vec<Value> {
    let arguments = [&["validate", "--format", "json"], options, &[capture]].concat();
    let run = run_on(&arguments);
    let is_nothing = run.stderr.starts_with("voxev: nothing was checked: ");
    assert!(
        matches!((run.code, is_nothing), (Some(0 | 1), false) | (Some(2), true)),
        "{capture}: {run:?}"
    );
    let text = run.text();
    text.lines().map(|line| serde_json::from_str(line).expect("a finding is JSON")).collect()
}

fn name(path: &std::path::Path) -> String {
    let root = fixtures();
    let below = path.strip_prefix(root.parent().expect("it has a parent")).expect("it is below");
    below.display().to_string()
}

#[test]
fn nothing_is_found_in_a_valid_capture() {
    for capture in captures("valid").into_iter().chain(captures("documented/mended")) {
        assert_eq!(findings(&[], &name(&capture)), [Value::Null; 0], "{}", capture.display());
    }
}

#[test]
fn each_invalid_capture_breaks_the_rule_of_its_name_and_no_other() {
    for (capture, rule) in broken() {
        let rule = rule.as_str();
        let options = options(rule);
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        let found = findings(&options, &name(&capture));
        let broken: BTreeSet<&str> =
            found.iter().map(|finding| finding["rule"].as_str().expect("a rule")).collect();
        assert_eq!(broken, BTreeSet::from([rule]), "{}", capture.display());
    }
}

#[test]
fn each_rule_has_its_invalid_capture() {
    let files: BTreeSet<String> = broken().into_iter().map(|(_, rule)| rule).collect();
    let rules: BTreeSet<String> = Rule::ALL.iter().map(|rule| rule.code().to_owned()).collect();
    assert_eq!(files, rules);
}

#[test]
fn nothing_is_found_in_the_order_of_a_sound_capture() {
    for folder in ["lifecycle/sound", "valid", "shapes", "documented/mended", "calls"] {
        for capture in captures(folder) {
            let found = findings(&["--lifecycle"], &name(&capture));
            let is_about_order = |it: &&Value| it["rule"].as_str().unwrap_or("").contains('/');
            let found: Vec<_> = found.iter().filter(is_about_order).collect();
            assert_eq!(found, [&Value::Null; 0], "{}", capture.display());
        }
    }
}

#[test]
fn captures_about_the_order_of_events_have_no_other_fault() {
    for capture in captures("lifecycle") {
        let found = findings(&["--strict"], &name(&capture));
        assert_eq!(found, [Value::Null; 0], "{}", capture.display());
    }
}

#[test]
fn each_finding_about_the_order_names_an_earlier_line_of_the_same_capture() {
    for capture in captures("lifecycle/broken") {
        let text = std::fs::read_to_string(&capture).expect("the fixture can be read");
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        for finding in findings(&["--lifecycle"], &name(&capture)) {
            let related = &finding["related"];
            let line = related["line"].as_u64();
            if finding["rule"] == "lifecycle/flag-role" {
                assert_eq!(line, None);
                continue;
            }
            let number = |key: &str| {
                usize::try_from(related[key].as_u64().expect("a number")).expect("it is small")
            };
            assert!(line < finding["line"].as_u64(), "{finding}");
            let before: usize = lines[..number("line") - 1].iter().map(|line| line.len()).sum();
            assert_eq!(number("offset"), before + number("column") - 1, "{finding}");
            let shown = &text[number("offset")..number("offset") + number("length")];
            let payload: Value = serde_json::from_str(lines[number("line") - 1]).expect("JSON");
            assert_eq!(shown, payload["type"].to_string());
            assert_eq!(payload["detail"]["callId"], finding["callId"]);
        }
    }
}

#[test]
fn each_event_has_a_valid_capture_of_its_own() {
    for id in EventId::all() {
        let capture = format!("fixtures/valid/{}.jsonl", id.name());
        let run = run_on(&["filter", "-c", "--type", id.name(), "--valid", &capture]);
        assert_eq!(run.code, Some(0), "{capture}: {run:?}");
    }
}

#[test]
fn the_flags_of_api_64_are_valid_in_both_contracts() {
    for capture in ["flagraise-api-64", "flaglower-api-64"] {
        let capture = format!("fixtures/valid/{capture}.jsonl");
        for api in ["56", "64", "66", "68"] {
            let run = run_on(&["validate", "-qq", "--strict", "--api", api, &capture]);
            assert_eq!(run.code, Some(0), "{capture} by API {api}");
        }
    }
}

#[test]
fn each_finding_points_at_the_schema_that_voxev_prints() {
    let bundle = Bundle::newest();
    let older = Bundle::new(64);
    let mut seen = 0;
    for capture in captures("") {
        let capture = name(&capture);
        for (options, bundle) in
            [(&[][..], &bundle), (&["--strict"], &bundle), (&["--api", "64", "--strict"], &older)]
        {
            for finding in findings(options, &capture) {
                let Some(location) = finding["schema"].as_str() else { continue };
                let (event, pointer) = location.split_once('#').expect("EVENT#POINTER");
                let (event, mode) = match event.strip_suffix(" --strict") {
                    Some(event) => (event, Mode::Strict),
                    None => (event, Mode::Default),
                };
                let id = EventId::from_name(event).expect("the event exists");
                let keyword = bundle.event(id).document(mode).pointer(pointer);
                assert!(keyword.is_some(), "{capture}: {location} leads nowhere");
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "only {seen} findings name a schema");
}

#[test]
fn a_finding_s_offset_and_length_cut_the_bytes_out_of_the_file() {
    for capture in captures("") {
        let bytes = std::fs::read(&capture).expect("the fixture can be read");
        for finding in findings(&["--strict"], &name(&capture)) {
            let number = |key: &str| {
                let number = finding[key].as_u64().expect("a number");
                usize::try_from(number).expect("it is below a usize")
            };
            let (line, column) = (number("line"), number("column"));
            let (offset, length) = (number("offset"), number("length"));
            assert!(offset + length <= bytes.len(), "{finding}");
            let before = &bytes[..offset];
            let before = before.strip_prefix(b"\xef\xbb\xbf").unwrap_or(before);
            assert_eq!(before.split(|&byte| byte == b'\n').count(), line, "{finding}");
            let start = before.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
            let characters: usize = start
                .utf8_chunks()
                .map(|it| it.valid().chars().count() + usize::from(!it.invalid().is_empty()))
                .sum();
            assert_eq!(characters + 1, column, "{finding}");
        }
    }
}

/// The `short` output for every capture with problems, compared with reviewed snapshots.
#[test]
fn what_is_said_about_odd_captures_stays_as_it_was_reviewed() {
    for folder in ["hostile", "shapes", "documented", "invalid", "lifecycle"] {
        let mut text = String::new();
        for capture in captures(folder) {
            let capture = name(&capture);
            let rule = capture.rsplit('/').next().and_then(|it| it.strip_suffix(".jsonl"));
            let rule = rule.filter(|_| folder == "invalid");
            let order = (folder == "lifecycle").then(|| vec!["--lifecycle".to_owned()]);
            let options = rule.map(options).or(order).unwrap_or_default();
            let options: Vec<&str> = options.iter().map(String::as_str).collect();
            let run =
                run_on(&[&["validate", "--format", "short"], &options[..], &[&capture]].concat());
            let is_safe = |one: char| one == '\n' || !one.is_control();
            assert!(run.text().chars().all(is_safe), "{capture} steers the terminal");
            assert!(run.stderr.chars().all(is_safe), "{capture} steers the terminal");
            let code = run.code.expect("no signal ended it");
            let _ = write!(text, "\n== {capture}: exit {code}\n{}{}", run.text(), run.stderr);
        }
        insta::assert_snapshot!(format!("short-{folder}"), text);
    }
}
