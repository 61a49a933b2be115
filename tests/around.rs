//! `filter --around`: its output is the same as that of a simple implementation with the whole
//! capture in memory.

use std::fs;

use serde_json::Value;

use crate::support::{Run, run, run_on};

fn generated(arguments: &[&str]) -> Vec<u8> {
    run_on(&[&["generate"], arguments].concat()).stdout
}

/// Each line with its event's type and its callId.
fn lines(capture: &[u8]) -> Vec<(&[u8], String, String)> {
    let read = |line| {
        let payload: Value = serde_json::from_slice(line).expect("the line is JSON");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (line, text(&payload["type"]), text(&payload["detail"]["callId"]))
    };
    capture.split_inclusive(|byte| *byte == b'\n').map(read).collect()
}

/// The first `most` lines that satisfy `is_match`, and the `reach` lines before and after each in
/// the same call.
fn naive(capture: &[u8], is_match: impl Fn(&str) -> bool, reach: usize, most: usize) -> Vec<u8> {
    let lines = lines(capture);
    let mut wanted = vec![false; lines.len()];
    let matches = (0..lines.len()).filter(|&at| is_match(&lines[at].1)).take(most);
    for at in matches {
        let is_near = |other: &usize| lines[*other].2 == lines[at].2;
        let before = (0..at).rev().filter(is_near).take(reach);
        let after = (at + 1..lines.len()).filter(is_near).take(reach);
        for near in before.chain(after).chain([at]) {
            wanted[near] = true;
        }
    }
    let wanted = lines.iter().zip(wanted).filter(|(_, wanted)| *wanted);
    wanted.flat_map(|((line, ..), _)| line.to_vec()).collect()
}

#[test]
fn what_is_around_a_match_is_what_a_naive_reading_finds_on_any_number_of_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    for (seed, calls) in [("1", "40"), ("2", "40"), ("3", "300")] {
        let capture = generated(&["--seed", seed, "--calls", calls]);
        let path = folder.path().join(format!("{seed}.jsonl"));
        fs::write(&path, &capture).expect("the capture is written");
        let path = path.display().to_string();
        for reach in [1, 3, 1000] {
            let number = reach.to_string();
            let around = |arguments: &[&str]| {
                let arguments = [&["filter", "--around", &number], arguments, &[&path]].concat();
                let run = run_on(&arguments);
                assert_eq!(run.code, Some(0), "{run:?}");
                run.stdout
            };
            let flags = naive(&capture, |kind| kind == "flagraise", reach, usize::MAX);
            assert!(flags.len() > 1000 && flags.len() < capture.len());
            for threads in ["1", "3"] {
                assert!(around(&["--type", "flagraise", "-j", threads]) == flags, "{seed} {reach}");
            }
            let others = naive(&capture, |kind| kind != "audiostats", reach, usize::MAX);
            assert!(around(&["-v", "--type", "audiostats"]) == others, "{seed} {reach}");
            let first = naive(&capture, |kind| kind == "hold", reach, 2);
            assert!(around(&["--type", "hold", "-m", "2"]) == first, "{seed} {reach}");
        }
    }
}

fn filter(arguments: &[&str], input: &str) -> Run {
    run(&[&["filter"], arguments].concat(), input.as_bytes())
}

const CAPTURE: &str = r#"{"type":"hold","detail":{"callId":"a","participant":"x"}}
not JSON
{"type":"mute","detail":{"callId":"b"}}
{"type":"resume","detail":{"callId":"a","participant":"x"}}
{"type":"mute"}

{"type":"elsewhere","detail":{"callId":"\u0061"}}
{"type":"unmute","detail":{"callId":"b"}}
{"type":"callended","detail":{"callId":"a"}}
"#;

/// The lines of [`CAPTURE`] with these numbers.
fn numbered(numbers: &[usize]) -> String {
    let lines: Vec<&str> = CAPTURE.split_inclusive('\n').collect();
    numbers.iter().map(|number| lines[number - 1]).collect()
}

#[test]
fn nothing_around_is_what_there_is_without_it() {
    let arguments = ["--type", "resume,unmute"];
    let without = filter(&arguments, CAPTURE);
    let none = filter(&[&["--around", "0"], &arguments[..]].concat(), CAPTURE);
    assert_eq!((none.code, none.text()), (without.code, without.text()));
}

#[test]
fn an_events_neighbours_are_of_its_call_whatever_they_are() {
    // A callId may be spelled with escapes, and an event may be unknown.
    assert_eq!(
        filter(&["--around", "1", "--type", "resume"], CAPTURE).text(),
        numbered(&[1, 4, 7])
    );
    let both = filter(&["--around", "1", "--type", "resume,unmute"], CAPTURE);
    assert_eq!(both.text(), numbered(&[1, 3, 4, 7, 8]));
    let whole = filter(&["--around", "4294967295", "--type", "callended"], CAPTURE);
    assert_eq!(whole.text(), numbered(&[1, 4, 7, 9]));
    let where_is = filter(&["--around", "1", "--where", "participant=x"], CAPTURE);
    assert_eq!(where_is.text(), numbered(&[1, 4, 7]));
}

#[test]
fn a_line_without_a_call_stands_alone() {
    let others =
        filter(&["--around", "1", "-v", "--any-type", "--call-id=a", "--call-id=b"], CAPTURE);
    assert_eq!(others.text(), numbered(&[2, 5]));
    let invalid = filter(&["--around", "1", "--invalid", "--allow", "unknown-event"], CAPTURE);
    assert_eq!(invalid.text(), numbered(&[2, 5]));
}

#[test]
fn nothing_that_matches_is_still_nothing() {
    let run = filter(&["--around", "3", "--type", "swap"], CAPTURE);
    assert_eq!((run.code, run.text().as_str()), (Some(1), ""));
    let run = filter(&["--around", "3", "-m", "0", "--type", "mute"], CAPTURE);
    assert_eq!((run.code, run.text().as_str()), (Some(1), ""));
}

#[test]
fn after_the_last_line_that_counts_its_neighbours_still_come() {
    let first = filter(&["--around", "1", "-m", "1", "--type", "resume,callended"], CAPTURE);
    assert_eq!((first.code, first.text()), (Some(0), numbered(&[1, 4, 7])));
}

#[test]
fn an_answer_that_is_whole_does_not_wait_for_the_rest() {
    let folder = tempfile::tempdir().expect("a folder");
    let (capture, missing) = (folder.path().join("a.jsonl"), folder.path().join("b.jsonl.gz"));
    fs::write(&capture, CAPTURE).expect("the capture is written");
    fs::write(&missing, b"\x1f\x8b damaged").expect("the damaged capture is written");
    let files = [&*capture.display().to_string(), &*missing.display().to_string()];
    let ended =
        filter(&[&["--around", "1", "-m", "1", "--type", "resume"], &files[..]].concat(), "");
    assert_eq!((ended.code, ended.text()), (Some(0), numbered(&[1, 4, 7])));
    let read_on =
        filter(&[&["--around", "9", "-m", "1", "--type", "resume"], &files[..]].concat(), "");
    assert_eq!((read_on.code, read_on.text()), (Some(2), numbered(&[1, 4, 7, 9])));
}

#[test]
fn a_call_goes_on_in_the_next_capture() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = CAPTURE.find("\n{\"type\":\"elsewhere").expect("it is there");
    let (before, after) = (folder.path().join("1.jsonl"), folder.path().join("2.jsonl"));
    // The first capture does not end in a newline.
    let start = CAPTURE[..at].trim_end();
    fs::write(&before, start).expect("it is written");
    fs::write(&after, &CAPTURE[at..]).expect("it is written");
    let folder = folder.path().display().to_string();
    let run = filter(&["--around", "1", "--type", "resume,elsewhere", "--any-type", &folder], "");
    assert_eq!(run.text(), numbered(&[1, 4, 7, 9]));
    let run = filter(&["--around", "1", "-v", "--type", "hold", &folder], "");
    assert_eq!(run.text(), numbered(&[1, 2, 3, 4, 5, 7, 8, 9]));
}

#[test]
fn output_and_rejects_go_where_they_always_go() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (output, rejects) = (path("out.jsonl"), path("rejects.txt"));
    let arguments = ["--around", "1", "--type", "resume", "-o", &output, "--rejects", &rejects];
    let run = filter(&arguments, CAPTURE);
    assert_eq!((run.code, run.text().as_str()), (Some(0), ""));
    assert_eq!(fs::read_to_string(&output).expect("it is there"), numbered(&[1, 4, 7]));
    assert_eq!(fs::read_to_string(&rejects).expect("it is there"), numbered(&[2]));
}

#[test]
fn a_line_beyond_the_limit_comes_whole_or_not_at_all() {
    let long = format!("{{\"type\":\"note\",\"text\":\"{}\"}}", "x".repeat(1_000_000));
    let capture = format!("{CAPTURE}{long}\n{CAPTURE}{long}");
    for threads in ["1", "3"] {
        let limit = ["--around", "1", "--max-line-bytes", "1KiB", "-j", threads];
        let none = filter(&[&limit, &["--type", "resume"][..]].concat(), &capture);
        assert_eq!(none.text(), numbered(&[1, 4, 7]).repeat(2));
        let others = filter(
            &[&limit, &["-v", "--any-type", "--call-id=a", "--call-id=b"][..]].concat(),
            &capture,
        );
        let expected = format!("{}{long}\n{}{long}", numbered(&[2, 5]), numbered(&[2, 5]));
        assert!(others.text() == expected, "{}", others.text().len());
    }
}
