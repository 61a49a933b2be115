//! Reports of parts merge to the report of the whole, wherever the lines are cut, and what is no part
//! in its place is refused.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Random, Run, run_on};

const KEY: &str = "docs/example.key";

/// A capture in which a third of the lines are copied to one of the next places, as open record tabs
/// do, and whose packet counters are cumulative in every other call.
fn capture(seed: &str) -> Vec<Vec<u8>> {
    let generate = ["generate", "--calls", "25", "--seed", seed, "--mix", "hold=3,transcript=20"];
    let lines = run_on(&generate).stdout;
    let mut random = Random(seed.parse().expect("it is a number"));
    let mut all: Vec<Vec<u8>> = Vec::new();
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        all.push(line.to_vec());
        if random.below(3) == 0 {
            let place = all.len() - random.below(all.len().min(3) + 1);
            all.insert(place, line.to_vec());
        }
    }
    let mut sent = std::collections::HashMap::new();
    for line in &mut all {
        let mut payload: Value = serde_json::from_slice(line).expect("it is JSON");
        let detail = &mut payload["detail"];
        let call = detail["callId"].as_str().expect("it has a call").to_owned();
        let (Some(count), true) =
            (detail["packetsCount"].as_u64(), call.as_bytes()[0].is_multiple_of(2))
        else {
            continue;
        };
        let sum = sent.entry((call, detail["stats"].to_string())).or_insert(0);
        *sum += count;
        detail["packetsCount"] = (*sum).into();
        *line = (payload.to_string() + "\n").into_bytes();
    }
    all
}

fn stats(arguments: &[&str], paths: &[PathBuf]) -> Run {
    let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    run_on(&[&["stats"], arguments, &paths].concat())
}

fn report(arguments: &[&str], paths: &[PathBuf]) -> Value {
    let run = stats(&[&["--format", "json"], arguments].concat(), paths);
    assert_eq!(run.code, Some(0), "{run:?}");
    serde_json::from_str(&run.text()).expect("it is JSON")
}

/// Writes the report of `paths`.
fn write_report(arguments: &[&str], paths: &[PathBuf], to: &Path) -> PathBuf {
    let run = stats(arguments, paths);
    assert_eq!(run.code, Some(0), "{run:?}");
    fs::write(to, run.stdout).expect("it is written");
    to.to_owned()
}

/// All that a report says, without what depends on the names and numbers of captures.
fn figures(mut report: Value) -> Value {
    let head = report.as_object_mut().expect("it is an object");
    head.remove("captures");
    for row in report["rows"].as_array_mut().expect("it has rows") {
        let row = row.as_object_mut().expect("it is an object");
        for key in ["firstCapture", "firstLine", "lastCapture", "lastLine", "state"] {
            assert!(row.remove(key).is_some(), "{key}");
        }
    }
    report
}

#[test]
fn every_figure_of_parts_is_that_of_the_whole_wherever_they_are_cut() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let mut random = Random(14);
    for seed in ["1", "2", "3", "4"] {
        let lines = capture(seed);
        fs::write(path("whole.jsonl"), lines.concat()).expect("it is written");
        let whole = report(&["--key-file", KEY], &[path("whole.jsonl")]);
        assert!(
            whole["duplicates"].as_u64() > Some(100),
            "there are copies: {}",
            whole["duplicates"]
        );
        let mut cuts = vec![0, lines.len()];
        cuts.extend((0..5).map(|_| random.below(lines.len())));
        cuts.sort_unstable();
        let mut parts = Vec::new();
        for (cut, number) in cuts.windows(2).zip(0..) {
            let piece = path(&format!("piece-{number}.jsonl"));
            fs::write(&piece, lines[cut[0]..cut[1]].concat()).expect("it is written");
            let format = if number % 2 == 0 { "part" } else { "json" };
            let arguments = ["--format", format, "--key-file", KEY];
            parts.push(write_report(&arguments, &[piece], &path(&format!("{number}.json"))));
        }
        let merged = report(&["--merge"], &parts);
        assert_eq!(figures(merged.clone()), figures(whole.clone()), "seed {seed}: {cuts:?}");
        let middle = 1 + random.below(parts.len() - 1);
        let merge = ["--merge", "--format", "part"];
        let halves = [
            write_report(&merge, &parts[..middle], &path("left.json")),
            write_report(&merge, &parts[middle..], &path("right.json")),
        ];
        assert_eq!(report(&["--merge"], &halves), merged, "seed {seed}: merged in another order");
    }
}

#[test]
fn the_report_of_pieces_of_a_capture_is_that_of_the_capture_byte_for_byte() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let mut random = Random(15);
    for seed in ["6", "7"] {
        let capture = capture(seed).concat();
        fs::write(path("whole.jsonl"), &capture).expect("it is written");
        let whole = [path("whole.jsonl")];
        let json = ["--format", "json", "--key-file", KEY];
        let mut cuts = vec![0, capture.len()];
        cuts.extend((0..6).map(|_| random.below(capture.len())));
        cuts.sort_unstable();
        let mut parts = Vec::new();
        for (cut, number) in cuts.windows(2).zip(0..) {
            let span = format!("{}-{}", cut[0], cut[1]);
            let arguments = ["--format", "part", "--key-file", KEY, "--span", &span];
            parts.push(write_report(&arguments, &whole, &path(&format!("{number}.json"))));
        }
        let merged = stats(&["--merge", "--format", "json"], &parts);
        assert_eq!(merged.text(), stats(&json, &whole).text(), "seed {seed}: {cuts:?}");
        parts.swap(2, 3);
        assert_eq!(stats(&["--merge"], &parts).code, Some(2), "in another order: {cuts:?}");
    }
}

#[test]
fn a_part_takes_at_most_600_bytes_per_call() {
    let folder = tempfile::tempdir().expect("a folder");
    let capture = folder.path().join("a.jsonl");
    let generated = run_on(&["generate", "--calls", "150", "--seed", "3"]).stdout;
    fs::write(&capture, generated).expect("it is written");
    let part = stats(&["--format", "part", "--key-file", KEY], &[capture]).text();
    let part: Value = serde_json::from_str(&part).expect("it is JSON");
    let rows = part["rows"].as_array().expect("it has rows");
    let longest = rows.iter().map(|row| row.to_string().len()).max();
    assert!(longest <= Some(600) && rows.len() == 150, "{longest:?}");
}

#[test]
fn a_part_says_what_it_is_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let capture = folder.path().join("a.jsonl");
    let text = "{\"type\":\"mute\",\"detail\":{\"callId\":\"a\"}}\r\n\n  \n";
    fs::write(&capture, text).expect("it is written");
    let content =
        |jobs: &str| report(&["-j", jobs], std::slice::from_ref(&capture))["captures"][0].clone();
    let found = content("1");
    assert_eq!(found, content("3"));
    assert_eq!(found["name"], capture.display().to_string());
    assert_eq!([&found["from"], &found["to"], &found["lines"]], [0, text.len() as u64, 3]);
    assert_eq!(found["hash"].as_str().map(str::len), Some(16));
    fs::write(&capture, text.replace("\"a\"", "\"b\"")).expect("it is written");
    assert_ne!(found["hash"], content("1")["hash"]);
}

/// A report whose only capture has these bytes and this hash of the first line.
fn with_content(report: &Value, from: u64, to: u64, first: Option<&str>) -> String {
    let mut report = report.clone();
    let content = &mut report["captures"][0];
    content["from"] = from.into();
    content["to"] = to.into();
    content["first"] = first.into();
    report.to_string()
}

#[test]
fn parts_of_one_capture_are_merged_in_its_order_only_and_each_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let line = "{\"type\":\"mute\",\"detail\":{\"callId\":\"a\"}}\n";
    fs::write(path("a.jsonl"), line).expect("it is written");
    let known = report(&[], &[path("a.jsonl")]);
    let first = known["captures"][0]["first"].as_str();
    for (name, from, to, first) in [
        ("1", 0, 100, first),
        ("2", 100, 200, None),
        ("3", 200, 300, None),
        ("other", 0, 90, Some("0123456789abcdef")),
    ] {
        fs::write(path(name), with_content(&known, from, to, first)).expect("it is written");
    }
    let merged = |names: &[&str]| {
        let paths: Vec<PathBuf> = names.iter().map(|name| path(name)).collect();
        stats(&["--merge", "--format", "json"], &paths)
    };
    let both = merged(&["1", "2"]);
    let both: Value = serde_json::from_str(&both.text()).expect("it is JSON");
    assert_eq!(both["captures"].as_array().map(Vec::len), Some(1), "they are one capture");
    assert_eq!(
        (&both["rows"][0]["firstLine"], &both["rows"][0]["lastLine"]),
        (&1.into(), &2.into())
    );
    fs::write(path("12"), both.to_string()).expect("it is written");
    for (names, why) in [
        (&["2", "1"][..], "bytes 0 to 100 come after bytes 100 to 200"),
        (&["1", "3", "2"], "bytes 100 to 200 are missing"),
        (&["12", "2"], "bytes 100 to 200 come after bytes 0 to 200"),
        (&["12", "1"], "bytes 0 to 200 and bytes 0 to 100 overlap,"),
        (&["1", "other", "2"], "bytes 90 to 100 are missing"),
    ] {
        let run = merged(names);
        assert_eq!((run.code, &*run.text()), (Some(2), ""), "{names:?}");
        assert!(run.stderr.contains(why), "{names:?}: {}", run.stderr);
        assert!(run.stderr.contains("give each report once, in the order of the lines"));
    }
    // A capture of the same name, as on another machine.
    for names in [&["1", "2", "3"][..], &["12", "3"], &["1", "2", "other"], &["2", "3"]] {
        assert_eq!(merged(names).code, Some(0), "{names:?}");
    }
}

#[test]
fn parts_with_different_limits_say_nothing_of_reports_in_a_row_however_they_are_merged() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let lines = capture("5");
    let third = lines.len() / 3;
    let mut parts = Vec::new();
    for (limit, number) in ["loss>1%", "loss>2%", "loss>1%"].into_iter().zip(0..) {
        let piece = path(&format!("{number}.jsonl"));
        fs::write(&piece, lines[number * third..(number + 1) * third].concat()).expect("written");
        let arguments = ["--format", "part", "--limits", limit];
        parts.push(write_report(&arguments, &[piece], &path(&format!("{number}.json"))));
    }
    let merge = ["--merge", "--limits", "loss>1%"];
    let part = [&merge[..], &["--format", "part"]].concat();
    let left = write_report(&part, &parts[..2], &path("left.json"));
    let merged = report(&merge, &[left, parts[2].clone()]);
    assert_eq!(merged["thresholds"], Value::Null);
    let channels = merged["rows"].as_array().expect("rows").iter();
    for channel in channels.filter_map(|row| row["channels"]["inputChannelStats"].as_object()) {
        assert_eq!(channel["beyondLoss"]["reportsBeyond"], 0);
    }
}
