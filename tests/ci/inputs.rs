//! Patterns, ignored files, report paths, and the progress bar.

use std::process::Command;

use super::run::{BROKEN, RIGHT, folder, voxev};
use crate::support::skip;

#[test]
fn a_quoted_pattern_means_what_a_shell_makes_of_it() {
    let folder = folder(&[
        ("f/a.jsonl", RIGHT),
        ("f/x/b.jsonl", RIGHT),
        ("f/x/c.txt", BROKEN),
        ("f/.hidden/d.jsonl", BROKEN),
        ("f/ignored/e.jsonl", BROKEN),
        (".ignore", "ignored/\n"),
    ]);
    let count = |pattern| voxev(&folder, &["validate", "--format", "json", pattern]);
    let run = count("f/**/*.jsonl");
    assert!(run.stderr.starts_with("2 lines in 2 captures: no errors\n"), "{}", run.stderr);
    assert!(count("f/*.jsonl").stderr.starts_with("1 line in 1 capture"));
    assert!(count("f/x/?.{jsonl,txt}").stderr.starts_with("2 lines in 2 captures"));
    assert!(count("f").stderr.starts_with("2 lines in 2 captures"));
}

#[test]
fn a_file_that_looks_like_a_pattern_is_a_file() {
    let folder = folder(&[("a[1].jsonl", BROKEN), ("a1.jsonl", RIGHT)]);
    assert_eq!(voxev(&folder, &["validate", "-q", "a[1].jsonl"]).code, 1);
}

#[test]
fn a_pattern_without_a_match_is_trouble_and_a_bad_one_stops_everything() {
    let folder = folder(&[("a.jsonl", BROKEN)]);
    let run = voxev(&folder, &["validate", "--format", "short", "*.nope", "a.jsonl"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("no capture matches \"*.nope\""), "{}", run.stderr);
    assert!(run.stdout.starts_with("a.jsonl:1"), "the rest is done: {}", run.stdout);
    let run = voxev(&folder, &["validate", "nope/*.jsonl"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("no capture matches \"nope/*.jsonl\""), "{}", run.stderr);
    let run = voxev(&folder, &["validate", "a.jsonl", "x[.jsonl"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("\"x[.jsonl\" is not a valid pattern"), "{}", run.stderr);
}

#[test]
fn a_report_that_cannot_be_written_is_said_before_any_work() {
    let folder = folder(&[("a.jsonl", BROKEN), ("d/x", "")]);
    let cases: [(&[&str], &str); 4] = [
        (
            &["--report", "sarif=nope/x.sarif"],
            "cannot write \"nope/x.sarif\": its folder does not exist",
        ),
        (&["--report", "sarif=d"], "cannot write \"d\": is a directory"),
        (&["--report", "sarf=x"], "did you mean sarif?"),
        (&["--report", "sarif=-"], "use --format sarif to write to standard output"),
    ];
    for (arguments, expected) in cases {
        let run = voxev(&folder, &[&["validate", "a.jsonl"], arguments].concat());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(run.stderr.contains(expected), "{arguments:?}: {}", run.stderr);
        let names = std::fs::read_dir(&folder).expect("it is there").count();
        assert_eq!(names, 2, "{arguments:?} left something behind");
    }
}

/// What a terminal shows of `command`, which may take its time; `None` without `script`.
fn on_a_terminal(folder: &tempfile::TempDir, command: &str) -> Option<String> {
    if Command::new("script").arg("--version").output().is_err() {
        skip("progress: there is no `script` to make a terminal with");
        return None;
    }
    let output = Command::new("script")
        .args(["-qec", command, "/dev/null"])
        .env("VOXEV", env!("CARGO_BIN_EXE_voxev"))
        .env("TERM", "xterm")
        .current_dir(folder)
        .output()
        .expect("script can be run");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn progress_is_shown_on_a_terminal_after_a_second_and_nowhere_else() {
    let folder = folder(&[("a.jsonl", RIGHT)]);
    let slow = "(cat a.jsonl; sleep 1.2; cat a.jsonl; sleep 0.3; cat a.jsonl)";
    let shows = |command: String| on_a_terminal(&folder, &command).map(|it| it.contains(" read "));
    let Some(on_terminal) = shows(format!("{slow} | $VOXEV validate - >out")) else { return };
    assert!(on_terminal, "a slow run shows progress");
    let out = std::fs::read_to_string(folder.path().join("out")).expect("it is there");
    assert_eq!(out, "", "and never in its output");
    assert_eq!(shows("$VOXEV validate a.jsonl".into()), Some(false), "a short run shows none");
    assert_eq!(shows(format!("{slow} | $VOXEV validate -q -")), Some(false), "-q shows none");
    assert_eq!(shows(format!("{slow} | $VOXEV validate - 2>err")), Some(false), "no terminal");
    let err = std::fs::read_to_string(folder.path().join("err")).expect("it is there");
    assert!(err.starts_with("3 lines in 1 capture"), "{err:?}");
}
