//! A check of nothing does not pass.

use super::run::{BROKEN, RIGHT, folder, voxev};

/// The exit code of `validate ARGUMENTS`, and what it says of having checked nothing.
fn checked(folder: &tempfile::TempDir, arguments: &[&str]) -> (i32, Option<String>) {
    let run = voxev(folder, &[&["validate"], arguments].concat());
    let said =
        run.stderr.lines().find_map(|line| line.strip_prefix("voxev: nothing was checked: "));
    (run.code, said.map(str::to_owned))
}

fn nothing(why: &str) -> (i32, Option<String>) {
    (2, Some(format!("{why}; use --allow empty-capture to accept that")))
}

#[test]
fn a_run_that_checked_no_payload_ends_with_2() {
    let folder = folder(&[
        ("empty.jsonl", ""),
        ("blank.jsonl", "\n \n"),
        ("mute.jsonl", RIGHT),
        ("cut.jsonl.gz", ""),
    ]);
    assert_eq!(checked(&folder, &[]), nothing("1 capture without any event"), "/dev/null");
    assert_eq!(checked(&folder, &["-"]), nothing("1 capture without any event"));
    assert_eq!(checked(&folder, &["empty.jsonl"]), nothing("1 capture without any event"));
    let both = checked(&folder, &["empty.jsonl", "blank.jsonl", "--strict"]);
    assert_eq!(both, nothing("2 captures without any event"));
    let other = checked(&folder, &["--type", "hold", "mute.jsonl"]);
    assert_eq!(other, nothing("no line in 1 capture is selected by --type or --call-id"));
    assert_eq!(checked(&folder, &["--type", "mute", "mute.jsonl"]), (0, None));
}

#[test]
fn one_empty_capture_among_others_is_a_warning() {
    let folder = folder(&[("empty.jsonl", ""), ("a.jsonl", RIGHT), ("b.jsonl", BROKEN)]);
    let run = voxev(&folder, &["validate", "--format", "short", "empty.jsonl", "a.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.starts_with("empty.jsonl:1:1: warning[empty-capture]"), "{}", run.stdout);
    assert_eq!(checked(&folder, &["b.jsonl", "empty.jsonl"]), (1, None));
}

#[test]
fn who_allows_empty_captures_may_check_nothing() {
    let folder = folder(&[
        ("voxev.toml", "[overrides]\n\"empty/*\" = { rules = { empty-capture = \"allow\" } }\n"),
        ("empty/a.jsonl", ""),
        ("other.jsonl", ""),
    ]);
    let allow = ["--allow", "empty-capture"];
    assert_eq!(checked(&folder, &allow), (0, None));
    assert_eq!(checked(&folder, &[&allow[..], &["other.jsonl"]].concat()), (0, None));
    assert_eq!(checked(&folder, &["empty"]), (0, None));
    let both = checked(&folder, &["empty", "other.jsonl"]);
    assert_eq!(both, nothing("2 captures without any event"));
}

#[test]
fn a_compressed_capture_without_a_whole_line_does_not_pass() {
    let folder = folder(&[]);
    let line = zstd::encode_all(RIGHT.as_bytes(), 1).expect("there is memory");
    std::fs::write(folder.path().join("cut.zst"), &line[..line.len() - 9]).expect("there is room");
    assert_eq!(checked(&folder, &["cut.zst"]), (1, None), "the damage is an error");
    let said = checked(&folder, &["--warn", "damaged-stream", "cut.zst"]);
    assert_eq!(said, nothing("1 capture without a complete line"));
}

#[test]
fn reports_and_baselines_know_that_nothing_was_checked() {
    let folder = folder(&[("empty.jsonl", "")]);
    let arguments = ["validate", "empty.jsonl", "--report", "sarif=s", "--report", "junit=j"];
    let run = voxev(&folder, &[&arguments[..], &["--write-baseline", "b"]].concat());
    assert_eq!(run.code, 2, "{}", run.stderr);
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name));
    let sarif = read("s").expect("it is written");
    assert!(sarif.contains("\"executionSuccessful\":false"), "{sarif}");
    assert!(sarif.contains("nothing was checked"), "{sarif}");
    assert!(read("j").expect("it is written").contains("nothing was checked"));
    read("b").expect_err("a baseline of nothing would forget everything");
}

#[test]
fn a_list_that_generate_wrote_is_no_capture() {
    let folder = folder(&[]);
    let generate = ["generate", "--calls", "1", "--faults", "0.1", "-o", "a.jsonl"];
    assert_eq!(voxev(&folder, &generate).code, 0);
    let count =
        |arguments: &[&str]| voxev(&folder, &[&["filter", "-c"], arguments].concat()).stdout;
    for meant in [".", "*.jsonl"] {
        let run = voxev(&folder, &["validate", meant]);
        assert!(run.stderr.contains(" in 1 capture: "), "{meant}: {}", run.stderr);
        assert!(!run.stdout.contains("faults.jsonl"), "{meant}: {}", run.stdout);
        let lines = count(&["--type", "audiostats", meant]);
        assert_eq!(lines.lines().count(), 1, "{meant}: {lines}");
    }
    let run = voxev(&folder, &["validate", "a.jsonl.faults.jsonl"]);
    assert_eq!(run.code, 1, "a file that is named is read: {}", run.stderr);
    let run = voxev(&folder, &["validate", "*.faults.jsonl"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("no capture is left in \"*.faults.jsonl\""), "{}", run.stderr);
}

#[test]
fn too_many_warnings_fail_and_say_so() {
    let folder = folder(&[("a.jsonl", &[BROKEN, BROKEN, BROKEN, RIGHT].concat())]);
    let arguments = ["validate", "--warn", "wrong-type", "a.jsonl", "--max-warnings"];
    let run =
        |most: &str, quiet: &[&str]| voxev(&folder, &[&arguments[..], &[most], quiet].concat());
    assert_eq!(run("3", &[]).code, 0);
    let failed = run("2", &[]);
    assert_eq!(failed.code, 1);
    assert!(
        failed.stderr.starts_with("voxev: 3 warnings, more than --max-warnings 2\n"),
        "{}",
        failed.stderr
    );
    assert_eq!(run("0", &["-q"]).stderr, "voxev: 3 warnings, more than --max-warnings 0\n");
    let silent = run("0", &["-qq"]);
    assert_eq!((silent.code, silent.stderr.as_str()), (1, ""));
}

#[test]
fn a_tally_by_rule_and_of_fixes_ends_the_summary() {
    let text = [BROKEN, "{}\n", BROKEN, "x\n", RIGHT].concat();
    let folder = folder(&[("a.jsonl", text.as_str())]);
    let said = voxev(&folder, &["validate", "--warn", "not-an-event", "a.jsonl"]).stderr;
    let expected = "findings: wrong-type 2, invalid-json 1, not-an-event 1\n2 fixable with --fix --unsafe-fixes\n";
    assert!(said.ends_with(expected), "{said}");
    let said = voxev(&folder, &["validate", "--type", "mute", "--call-id", "a", "a.jsonl"]).stderr;
    assert_eq!(said.lines().last(), Some("findings: invalid-json 1"), "{said}");
}
