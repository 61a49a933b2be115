//! Many captures on many threads give the same bytes as one after the other on one thread, and the
//! run always ends.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::{Random, Run, captures, run, run_on, voxev};

/// A folder of captures of every size: empty, small, larger than a span, compressed, cut off, and
/// with a line beyond the limit.
fn folder(root: &Path) -> Vec<String> {
    let mut random = Random(11);
    let lines: Vec<Vec<u8>> = captures("").iter().filter_map(|it| fs::read(it).ok()).collect();
    let mut names = Vec::new();
    for number in 0..60 {
        let mut text = Vec::new();
        let pieces = if number % 12 == 3 { 150 } else { [0, 1, 3, 4][number % 4] };
        while text.len() < pieces * 2_000 {
            text.extend_from_slice(random.pick(&lines[..]).as_slice());
            if number % 7 == 3 && random.below(40) == 0 {
                text.extend_from_slice(&b"x".repeat(random.below(60_000)));
                text.push(b'\n');
            }
        }
        let is_cut = number % 5 == 2 && !text.is_empty();
        text.truncate(text.len() - usize::from(is_cut));
        let name = root.join(format!("{number:02}.jsonl"));
        fs::write(&name, text).expect("the folder can be written");
        names.push(name.to_string_lossy().into_owned());
    }
    names.insert(20, root.join("missing.jsonl").to_string_lossy().into_owned());
    names.insert(40, "-".into());
    names
}

fn outputs(run: &Run) -> (Option<i32>, &[u8], &str) {
    (run.code, &run.stdout, &run.stderr)
}

#[test]
fn captures_side_by_side_come_out_in_order() {
    let root = tempfile::tempdir().expect("a folder can be made");
    let names = folder(root.path());
    let piped = fs::read("fixtures/calls/handover.jsonl").or_else(|_| fs::read(&names[3]));
    let piped = piped.expect("there is a capture").repeat(30);
    let commands: [&[&str]; 9] = [
        &["validate", "--format", "short", "--max-line-bytes", "20000"],
        &["validate", "--format", "json", "--lifecycle", "--allow", "invalid-json"],
        &["validate", "--format", "gitlab"],
        &["filter", "--type", "hold"],
        &["filter", "--valid", "--count"],
        &["filter", "--type", "mute", "--around", "2"],
        &["filter", "--invert", "--type", "audiostats", "-m", "700", "--max-line-bytes", "20000"],
        &["convert", "--to", "csv"],
        &["stats", "--format", "json"],
    ];
    for command in commands {
        let on = |threads: &str| {
            let names = names.iter().map(String::as_str);
            let all: Vec<&str> =
                command.iter().copied().chain(["-j", threads]).chain(names).collect();
            run(&all, &piped)
        };
        let one = on("1");
        assert!(one.stdout.len() > 1_000 || command.contains(&"--count"), "{command:?}");
        for threads in ["2", "5"] {
            let several = on(threads);
            assert!(outputs(&one) == outputs(&several), "{command:?} -j {threads}");
        }
    }
}

#[test]
fn a_finding_has_its_line_number_on_any_number_of_threads() {
    let root = tempfile::tempdir().expect("a folder can be made");
    let name = root.path().join("long.jsonl").to_string_lossy().into_owned();
    let clean = br#"{"type":"mute","detail":{"callId":"5a1b8ed0-1bd5-4bd8-b2c5-0dd9b9a8a6c5"}}"#;
    let mut random = Random(5);
    // No finding in most spans, one or many in others, and a line longer than a span.
    for rate in [40_000, 3_000, 500] {
        let (mut text, mut expected) = (Vec::new(), Vec::new());
        for number in 1..=40_000_u64 {
            match random.below(rate) {
                0 => {
                    expected.push(number);
                    text.extend_from_slice(b"{\"type\":\"mute\"}");
                }
                1 => {}
                2 => {
                    text.extend_from_slice(
                        &[&clean[..71], &b"x".repeat(300_000), b"\"}}"].concat(),
                    );
                }
                _ => text.extend_from_slice(clean),
            }
            text.push(b'\n');
        }
        expected.push(40_001);
        text.extend_from_slice(b"{\"type\":\"mute\"}");
        fs::write(&name, &text).expect("the capture can be written");
        for threads in ["1", "2", "3", "7"] {
            let arguments =
                ["validate", "--format", "json", "--max-findings", "100000", "-j", threads, &name];
            let run = run_on(&arguments);
            let findings = String::from_utf8_lossy(&run.stdout).into_owned();
            let lines = findings.lines().filter_map(|line| {
                let finding: serde_json::Value = serde_json::from_str(line).expect("it is JSON");
                finding["line"].as_u64()
            });
            assert_eq!(lines.collect::<Vec<_>>(), expected, "-j {threads}, one in {rate}");
        }
    }
}

#[test]
fn a_run_that_has_enough_does_not_wait_for_a_pipe_that_stays_open() {
    let started = Instant::now();
    let mut child = voxev(&["filter", "--type", "hold", "-m", "1", "-j", "4"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("voxev starts");
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    let line = fs::read("fixtures/valid/hold.jsonl").expect("the fixture can be read");
    stdin.write_all(&line).expect("voxev reads");
    let status = loop {
        if let Some(status) = child.try_wait().expect("the child can be asked") {
            break status;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "voxev waits for the pipe");
        std::thread::sleep(Duration::from_millis(5));
    };
    drop(stdin);
    assert_eq!(status.code(), Some(0));
}

#[test]
fn standard_input_that_is_a_file_is_read_from_its_current_place() {
    let root = tempfile::tempdir().expect("a folder can be made");
    let name = root.path().join("two.jsonl");
    fs::write(&name, "not json\n{\"type\":\"mute\",\"detail\":{\"callId\":\"c\"}}\n")
        .expect("it is written");
    let script = "exec < \"$1\"; read -r first; \"$0\" validate --format short; cat";
    let output = std::process::Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_voxev")])
        .arg(&name)
        .output()
        .expect("a shell runs");
    // `read` consumes its line and seeks back over what it read ahead, if its input is seekable.
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.stdout, b"", "nothing is left for cat");
    let whole = run_on(&["validate", "--format", "short", &name.to_string_lossy()]);
    assert_eq!(whole.code, Some(1));
}
