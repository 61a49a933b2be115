//! Known findings pass, new ones fail, fixed ones are named.

use serde_json::Value;

use super::run::{BROKEN, RIGHT, folder, voxev};

const OTHER: &str = "{\"type\":\"hold\",\"detail\":{\"callId\":\"a\"}}\n";

#[test]
fn known_findings_pass_wherever_they_move_and_new_ones_fail() {
    let folder = folder(&[("a.jsonl", &[BROKEN, BROKEN].concat())]);
    let write = |text: &str| std::fs::write(folder.path().join("a.jsonl"), text).expect("room");
    let check = || {
        voxev(&folder, &["validate", "--format", "short", "--baseline", "known.json", "a.jsonl"])
    };

    let run = voxev(&folder, &["validate", "--write-baseline", "known.json", "a.jsonl"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert!(run.stderr.contains("wrote a baseline of 2 findings\n"), "{}", run.stderr);

    write(&[RIGHT, BROKEN, "\n", BROKEN].concat());
    let run = check();
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert!(run.stderr.contains("known from the baseline: 2\n"), "{}", run.stderr);

    write(&[BROKEN, OTHER, BROKEN, BROKEN].concat());
    let run = check();
    assert_eq!(run.code, 1);
    let lines: Vec<&str> = run.stdout.lines().map(|line| &line[..10]).collect();
    assert_eq!(lines, ["a.jsonl:2:", "a.jsonl:4:"]);
    assert!(run.stderr.contains("2 errors in 2 lines"), "{}", run.stderr);

    write(BROKEN);
    let run = check();
    assert_eq!(run.code, 0);
    assert!(run.stderr.contains("fixed: a.jsonl: [wrong-type] callId is 7"), "{}", run.stderr);
}

#[test]
fn what_was_not_read_is_not_fixed() {
    let folder = folder(&[("a.jsonl", BROKEN), ("b.jsonl", RIGHT)]);
    voxev(&folder, &["validate", "--write-baseline", "known.json", "a.jsonl", "b.jsonl"]);
    for arguments in [&["b.jsonl"][..], &["--type", "hold", "a.jsonl"], &["nope.jsonl"]] {
        let run = voxev(&folder, &[&["validate", "--baseline", "known.json"], arguments].concat());
        assert!(!run.stderr.contains("fixed"), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn a_baseline_is_sorted_and_reads_like_a_list() {
    let folder = folder(&[("b.jsonl", BROKEN), ("a.jsonl", &[OTHER, BROKEN, BROKEN].concat())]);
    voxev(&folder, &["validate", "--write-baseline", "known.json", "b.jsonl", "a.jsonl"]);
    let text = std::fs::read_to_string(folder.path().join("known.json")).expect("it is there");
    let document: Value = serde_json::from_str(&text).expect("it is JSON");
    let entries = document["findings"].as_array().expect("there are findings");
    let listed: Vec<_> = entries
        .iter()
        .map(|it| (it["file"].as_str(), it["rule"].as_str(), it["count"].as_u64()))
        .collect();
    assert_eq!(
        listed,
        [
            (Some("a.jsonl"), Some("missing-property"), Some(1)),
            (Some("a.jsonl"), Some("wrong-type"), Some(2)),
            (Some("b.jsonl"), Some("wrong-type"), Some(1)),
        ]
    );
    voxev(&folder, &["validate", "--write-baseline", "again.json", "a.jsonl", "b.jsonl"]);
    let again = std::fs::read_to_string(folder.path().join("again.json")).expect("it is there");
    assert_eq!(again, text);
}

#[test]
fn a_baseline_can_be_brought_up_to_date_in_place() {
    let folder = folder(&[("a.jsonl", &[OTHER, BROKEN].concat())]);
    voxev(&folder, &["validate", "--write-baseline", "known.json", "a.jsonl"]);
    std::fs::write(folder.path().join("a.jsonl"), BROKEN).expect("there is room");
    let both =
        ["validate", "--baseline", "known.json", "--write-baseline", "known.json", "a.jsonl"];
    let run = voxev(&folder, &both);
    assert_eq!(run.code, 0);
    assert!(run.stderr.contains("fixed: a.jsonl: [missing-property]"), "{}", run.stderr);
    let text = std::fs::read_to_string(folder.path().join("known.json")).expect("it is there");
    assert!(!text.contains("missing-property"));
}

#[test]
fn a_file_that_is_no_baseline_is_an_error_before_any_work() {
    let folder = folder(&[
        ("a.jsonl", BROKEN),
        ("bad.json", "{}"),
        ("old.json", "{\"voxev_baseline\":0,\"findings\":[]}"),
    ]);
    for (name, expected) in [
        ("bad.json", "\"bad.json\" is no baseline"),
        ("old.json", "\"old.json\" is of another version"),
        ("nope.json", "cannot read \"nope.json\""),
    ] {
        let run = voxev(&folder, &["validate", "--baseline", name, "a.jsonl"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
}
