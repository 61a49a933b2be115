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
    assert!(run.stderr.contains("ignored by the baseline: 2\n"), "{}", run.stderr);

    write(&[BROKEN, OTHER, BROKEN, BROKEN].concat());
    let run = check();
    assert_eq!(run.code, 1);
    let lines: Vec<&str> = run.stdout.lines().map(|line| &line[..10]).collect();
    assert_eq!(lines, ["a.jsonl:2:", "a.jsonl:4:"]);
    assert!(run.stderr.contains("2 errors in 2 lines"), "{}", run.stderr);

    write(BROKEN);
    let run = check();
    assert_eq!(run.code, 0);
    assert!(
        run.stderr.contains("fixed: a.jsonl: [wrong-type] mute /detail/callId 7\n"),
        "{}",
        run.stderr
    );
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
        ("old.json", "{\"voxev_baseline\":1,\"findings\":[{\"message\":\"\"}]}"),
    ]);
    for (name, expected) in [
        ("bad.json", "\"bad.json\" is not a valid baseline"),
        (
            "old.json",
            "\"old.json\" is a baseline of version 1, but this voxev needs version 2; write a new one",
        ),
        ("nope.json", "cannot read \"nope.json\""),
    ] {
        let run = voxev(&folder, &["validate", "--baseline", name, "a.jsonl"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
}

fn read(folder: &tempfile::TempDir, name: &str) -> Value {
    let text = std::fs::read_to_string(folder.path().join(name)).expect("it is there");
    serde_json::from_str(&text).expect("it is JSON")
}

/// Its entries: file, rule, count.
fn entries(folder: &tempfile::TempDir, name: &str) -> Vec<(String, String, u64)> {
    let document = read(folder, name);
    let text = |value: &Value| value.as_str().expect("it is text").to_owned();
    let entries = document["findings"].as_array().expect("there are findings").iter();
    entries
        .map(|it| (text(&it["file"]), text(&it["rule"]), it["count"].as_u64().expect("a count")))
        .collect()
}

fn entry(file: &str, rule: &str, count: u64) -> (String, String, u64) {
    (file.into(), rule.into(), count)
}

const UPDATE: [&str; 5] = ["validate", "--baseline", "b", "--write-baseline", "b"];

#[test]
fn an_update_on_some_captures_keeps_the_entries_of_the_others_and_says_so() {
    let folder = folder(&[("a.jsonl", BROKEN), ("b.jsonl", &[BROKEN, BROKEN, OTHER].concat())]);
    voxev(&folder, &["validate", "--write-baseline", "b", "a.jsonl", "b.jsonl"]);
    std::fs::write(folder.path().join("a.jsonl"), RIGHT).expect("there is room");
    let run = voxev(&folder, &[&UPDATE[..], &["a.jsonl"]].concat());
    assert_eq!(run.code, 0);
    assert!(run.stderr.contains("fixed: a.jsonl: [wrong-type]"), "{}", run.stderr);
    assert!(run.stderr.contains("wrote a baseline of 3 findings\n"), "{}", run.stderr);
    let kept = "kept, not checked in this run: b.jsonl: 3 findings\n";
    assert!(run.stderr.contains(kept), "{}", run.stderr);
    let left = [entry("b.jsonl", "missing-property", 1), entry("b.jsonl", "wrong-type", 2)];
    assert_eq!(entries(&folder, "b"), left);
}

#[test]
fn an_update_keeps_what_its_settings_did_not_look_for() {
    let ended = "{\"type\":\"callended\",\"detail\":{\"callId\":\"a\"}}\n";
    let capture = [BROKEN, OTHER, ended, RIGHT].concat();
    let folder = folder(&[("a.jsonl", &capture)]);
    let whole = ["validate", "--lifecycle", "--write-baseline", "all", "a.jsonl"];
    voxev(&folder, &whole);
    let all = entries(&folder, "all");
    assert_eq!(all.iter().map(|(_, _, count)| count).sum::<u64>(), 3, "{all:?}");
    for settings in
        [&["--lifecycle", "--type", "hold"][..], &[], &["--lifecycle", "--allow", "wrong-type"]]
    {
        std::fs::copy(folder.path().join("all"), folder.path().join("b")).expect("there is room");
        let run = voxev(&folder, &[&UPDATE[..], settings, &["a.jsonl"]].concat());
        assert_eq!(entries(&folder, "b"), all, "{settings:?}: {}", run.stderr);
        assert!(!run.stderr.contains("fixed"), "{settings:?}: {}", run.stderr);
    }
}

#[test]
fn two_entries_with_one_fingerprint_keep_both_counts() {
    let folder = folder(&[("a.jsonl", &BROKEN.repeat(3))]);
    voxev(&folder, &["validate", "--write-baseline", "b", "a.jsonl"]);
    let mut document = read(&folder, "b");
    let mut first = document["findings"][0].clone();
    first["count"] = 1.into();
    document["findings"] = [first.clone(), first].into_iter().collect();
    std::fs::write(folder.path().join("b"), document.to_string()).expect("there is room");
    let run = voxev(&folder, &["validate", "--format", "short", "--baseline", "b", "a.jsonl"]);
    assert_eq!((run.code, run.stdout.lines().count()), (1, 1), "{}", run.stderr);
}

#[test]
fn a_baseline_matches_from_a_folder_below_and_from_elsewhere() {
    let folder = folder(&[("sub/deep/a.jsonl", BROKEN), ("ci/x", "")]);
    let below = folder.path().join("sub");
    for (name, from_below) in [("b.json", "../b.json"), ("ci/b.json", "../ci/b.json")] {
        voxev(&folder, &["validate", "--write-baseline", name, "sub"]);
        assert_eq!(entries(&folder, name), [entry("sub/deep/a.jsonl", "wrong-type", 1)]);
        let here = voxev(&folder, &["validate", "--baseline", name, "sub/deep/a.jsonl"]);
        let run = voxev(&below, &["validate", "--baseline", from_below, "deep"]);
        assert_eq!((here.code, run.code), (0, 0), "{}{}", here.stderr, run.stderr);
        let update = ["validate", "--baseline", from_below, "--write-baseline", from_below, "deep"];
        let before = read(&folder, name);
        assert_eq!(voxev(&below, &update).code, 0);
        assert_eq!(read(&folder, name), before);
    }
}

#[test]
fn a_baseline_holds_no_personal_value_and_no_message() {
    let capture = concat!(
        "{\"type\":\"hold\",\"detail\":{\"callId\":\"a\",\"participant\":4915112345678}}\n",
        "{\"type\":\"hold\",\"detail\":{\"callId\":\"a\",\"participant\":4915112345679}}\n",
        "{\"type\":\"note\",\"detail\":{\"content\":{\"text\":[\"Secret\"]},\"sender\":\"Secret\"}}\n",
        "{\"type\":\"transcript\",\"detail\":{\"content\":\"Secret\"}}\n",
        "{\"type\":\"mute\",\"detail\":\"Secret\"}\n",
    );
    let folder = folder(&[("a.jsonl", capture)]);
    voxev(&folder, &["validate", "--strict", "--write-baseline", "b", "a.jsonl"]);
    let text = std::fs::read_to_string(folder.path().join("b")).expect("it is there");
    for personal in ["49151", "Secret", "message"] {
        assert!(!text.contains(personal), "{personal}: {text}");
    }
    // Participants that are numbers are one kind of finding, whoever they are.
    assert!(entries(&folder, "b").contains(&entry("a.jsonl", "wrong-type", 2)), "{text}");
}

#[test]
fn a_finding_is_known_by_its_value_however_that_is_spelled() {
    let hold = |participant: &str, count: &str| {
        format!(
            "{{\"type\":\"audiostats\",\"detail\":{{\"callId\":\"a\",\"stats\":{participant},\
             \"packetsLost\":1,\"packetsCount\":1,\"jitterBufferMillis\":{count},\
             \"roundTripTimeMillis\":1}}}}\n"
        )
    };
    let folder = folder(&[("a.jsonl", &hold("\"x\\u0079\"", "-70"))]);
    voxev(&folder, &["validate", "--write-baseline", "b", "a.jsonl"]);
    let check = || voxev(&folder, &["validate", "--baseline", "b", "a.jsonl"]).code;
    let write = |text: String| std::fs::write(folder.path().join("a.jsonl"), text).expect("room");
    write(hold("\"xy\"", "-0.7e2"));
    assert_eq!(check(), 0);
    write(hold("\"xz\"", "-70"));
    assert_eq!(check(), 1);
}

#[test]
fn a_duplicate_key_is_known_however_it_is_spelled() {
    let line = |second: &str| {
        format!("{{\"type\":\"mute\",\"detail\":{{\"callId\":\"a\",\"x\":1,\"{second}\":2}}}}\n")
    };
    let folder = folder(&[("a.jsonl", &line("\\u0078"))]);
    voxev(&folder, &["validate", "--write-baseline", "b", "a.jsonl"]);
    std::fs::write(folder.path().join("a.jsonl"), line("x")).expect("there is room");
    let run = voxev(&folder, &["validate", "--baseline", "b", "a.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
}

#[test]
fn a_run_that_could_not_read_everything_leaves_the_baseline_alone_and_says_so() {
    let folder = folder(&[("a.jsonl", BROKEN)]);
    let run = voxev(&folder, &["validate", "--write-baseline", "b", "a.jsonl", "nope.jsonl"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("no baseline written"), "{}", run.stderr);
    assert!(!folder.path().join("b").exists());
}
