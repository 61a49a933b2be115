//! Figures of calls: parts merge to the whole, threads do not matter, and nothing is not a number.

use std::fs;

use serde_json::Value;

use crate::support::{Random, run, run_on};

fn generated(calls: &str, seed: &str) -> Vec<u8> {
    run_on(&["generate", "--calls", calls, "--seed", seed]).stdout
}

fn report(arguments: &[&str], input: &[u8]) -> Value {
    let run = run(&[&["stats", "--format", "json"], arguments].concat(), input);
    assert_eq!(run.code, Some(0), "{run:?}");
    serde_json::from_str(&run.text()).expect("the report is JSON")
}

/// What a row says that does not depend on which capture its lines are in.
fn rows(report: &Value) -> Vec<Value> {
    let mut rows = report["rows"].as_array().expect("rows").clone();
    for row in &mut rows {
        let row = row.as_object_mut().expect("a row is an object");
        for key in ["firstLine", "lastLine"] {
            row.remove(key);
        }
        let state = row["state"].as_object_mut().expect("the state is an object");
        state.remove("first");
        state.remove("last");
    }
    rows
}

#[test]
fn figures_of_parts_merge_to_the_figures_of_the_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut random = Random(7);
    for seed in ["1", "2", "3"] {
        let capture = generated("30", seed);
        let whole = report(&["--sort", "first"], &capture);
        let ends: Vec<usize> =
            capture.iter().zip(1..).filter(|(byte, _)| **byte == b'\n').map(|(_, at)| at).collect();
        let mut cuts = [0, *random.pick(&ends), *random.pick(&ends), capture.len()];
        cuts.sort_unstable();
        let mut arguments = vec!["--merge".to_owned(), "--sort".into(), "first".into()];
        for (index, part) in cuts.windows(2).enumerate() {
            let path = folder.path().join(format!("{seed}-{index}.json"));
            let part = report(&["--sort", "first"], &capture[part[0]..part[1]]);
            fs::write(&path, part.to_string()).expect("the part is written");
            arguments.push(path.display().to_string());
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let merged = report(&arguments, b"");
        assert_eq!(rows(&merged), rows(&whole), "seed {seed}");
        for key in ["lines", "events", "calls", "invalid"] {
            assert_eq!(merged[key], whole[key], "{key}");
        }
    }
}

#[test]
fn figures_are_the_same_on_any_number_of_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("capture.jsonl");
    fs::write(&path, generated("300", "4")).expect("the capture is written");
    let path = path.display().to_string();
    let alone = run_on(&["stats", "--format", "json", "-j", "1", &path]);
    let together = run_on(&["stats", "--format", "json", "-j", "4", &path]);
    assert_eq!((alone.code, &alone.stdout), (Some(0), &together.stdout));
}

#[test]
fn every_captures_figures_are_numbers_or_none() {
    for (folder, code) in [
        ("fixtures/hostile", 0),
        ("fixtures/calls", 0),
        // One of its captures is cut.
        ("fixtures/invalid", 2),
        ("fixtures/shapes", 0),
    ] {
        for formula in ["salesforce", "emodel", "twilio"] {
            for format in ["table", "json", "csv"] {
                let run = run_on(&["stats", "--mos", formula, "--format", format, folder]);
                let text = run.text();
                assert_eq!(run.code, Some(code), "{run:?}");
                assert!(!text.contains("NaN") && !text.contains("inf "), "{text}");
            }
        }
    }
}
