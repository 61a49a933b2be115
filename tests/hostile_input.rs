//! Bad names, patterns, lists and configurations, seen from outside of the process: every run ends,
//! and says what is wrong.

use std::fs;
use std::io::{Read, Write as _};
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

#[cfg(unix)]
use crate::support::skip;
use crate::support::{Run, voxev};

const GOOD: &str = "fixtures/valid/mute.jsonl";

/// Long enough for a debug build on a busy machine; what never ends is ended then.
const PATIENCE: Duration = Duration::from_secs(60);

fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().expect("there is room for a folder")
}

/// Runs voxev in `folder` on `input`, and fails where that has no end.
fn run_in(folder: &Path, arguments: &[&str], input: &[u8]) -> Run {
    let mut command = voxev(arguments);
    command.current_dir(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("voxev starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut stdout = child.stdout.take().expect("a pipe");
    let mut stderr = child.stderr.take().expect("a pipe");
    let input = input.to_vec();
    let writer = thread::spawn(move || drop(stdin.write_all(&input)));
    let stdout = thread::spawn(move || read(&mut stdout));
    let stderr = thread::spawn(move || read(&mut stderr));
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("the child is ours") {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().expect("it can be ended");
        }
        thread::sleep(Duration::from_millis(2));
    };
    writer.join().expect("the writer ends");
    let stdout = stdout.join().expect("the reader ends");
    let stderr = stderr.join().expect("the reader ends");
    let stderr = String::from_utf8(stderr).expect("standard error is UTF-8");
    assert!(start.elapsed() < PATIENCE, "{arguments:?} has no end");
    Run { code: status.code(), stdout, stderr }
}

fn read(stream: &mut impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("the pipe can be read");
    bytes
}

fn run(arguments: &[&str], input: &[u8]) -> Run {
    run_in(Path::new(env!("CARGO_MANIFEST_DIR")), arguments, input)
}

/// One event of each call: one that the fast path accepts, and one that has to be parsed.
fn capture(ids: &[&str]) -> Vec<String> {
    let clean = |id: &&str| json!({"type": "mute", "detail": {"callId": id}});
    let parsed = |id: &&str| json!({"type": "none of them", "detail": {"callId": id}});
    let events: Vec<Value> = ids.iter().map(clean).chain(ids.iter().map(parsed)).collect();
    events.iter().map(|event| format!("{event}\n")).collect()
}

const IDS: [&str; 14] = [
    "x",
    "x,",
    "x,\n",
    "\n",
    "\r\n",
    "x\"",
    "\\",
    "\\n",
    "\u{1}",
    " ",
    "é",
    "\u{1f600}",
    "a,b",
    "-",
];

#[test]
fn a_call_is_found_by_its_identifier_whatever_bytes_that_has() {
    let lines = capture(&IDS);
    let input = lines.concat();
    for (index, id) in IDS.iter().enumerate() {
        let expected = [&*lines[index], &*lines[index + IDS.len()]].concat();
        for threads in ["1", "2"] {
            let wanted = format!("--call-id={id}");
            let found = run(&["filter", "-j", threads, &wanted], input.as_bytes());
            assert_eq!((found.code, found.text()), (Some(0), expected.clone()), "{id:?}");
        }
    }
    let all: Vec<String> = IDS.iter().map(|id| format!("--call-id={id}")).collect();
    let mut arguments = vec!["filter"];
    arguments.extend(all.iter().map(String::as_str));
    assert_eq!(run(&arguments, input.as_bytes()).text(), input);
}

#[test]
fn a_comma_is_part_of_an_identifier_and_that_is_said_where_nothing_is_found() {
    let input = capture(&["a", "b"]).concat();
    let none = run(&["filter", "--call-id", "a,b"], input.as_bytes());
    assert_eq!((none.code, none.text().as_str()), (Some(1), ""));
    assert_eq!(
        none.stderr,
        "voxev: no event of the call \"a,b\": commas are part of a callId; repeat --call-id for \
         each call\n"
    );
    let both = run(&["filter", "--call-id", "a", "--call-id", "b"], input.as_bytes());
    assert_eq!((both.text(), both.stderr.as_str()), (input, ""));
}

#[test]
fn a_list_names_calls_for_every_command_that_chooses_them() {
    let folder = scratch();
    let capture = capture(&["a", "b", "c,d"]);
    fs::write(folder.path().join("capture.jsonl"), capture.concat()).expect("there is room");
    fs::write(folder.path().join("list"), "\u{feff}a\r\n\r\nc,d\r\n").expect("there is room");
    let run = |arguments: &[&str]| run_in(folder.path(), arguments, b"a\nc,d");
    let list = ["--call-id-file", "list", "capture.jsonl"];
    let wanted = [&*capture[0], &*capture[2], &*capture[3], &*capture[5]].concat();
    assert_eq!(run(&[&["filter"][..], &list].concat()).text(), wanted);
    assert_eq!(run(&["filter", "--call-id-file=-", "capture.jsonl"]).text(), wanted);
    assert_eq!(run(&[&["convert", "--to", "jsonl"][..], &list].concat()).text(), wanted);
    assert_eq!(run(&[&["pretty", "--oneline"][..], &list].concat()).text().lines().count(), 4);
    assert_eq!(run(&[&["validate", "-fshort"][..], &list].concat()).text().lines().count(), 2);
    assert_eq!(run(&[&["stats", "-fcsv"][..], &list].concat()).text().lines().count(), 3);
    let with_b = run(&[&["filter", "--call-id", "b"][..], &list].concat());
    assert_eq!(with_b.text(), capture.concat());
    let others = run(&[&["filter", "-v"][..], &list].concat());
    assert_eq!(others.text(), [&*capture[1], &*capture[4]].concat());
}

#[test]
fn a_list_without_a_name_matches_no_call() {
    let folder = scratch();
    fs::write(folder.path().join("list"), "\n \n").expect("there is room");
    fs::write(folder.path().join("capture.jsonl"), capture(&["a"]).concat()).expect("room");
    let run = run_in(folder.path(), &["filter", "--call-id-file", "list", "capture.jsonl"], b"");
    assert_eq!((run.code, run.text().as_str()), (Some(1), ""));
}

#[test]
fn a_list_that_cannot_be_read_is_a_message_and_exit_code_2() {
    let folder = scratch();
    fs::write(folder.path().join("latin1"), b"a\nM\xfcller\n").expect("there is room");
    fs::write(folder.path().join("long"), b"a\n".repeat(1_000_001)).expect("there is room");
    fs::copy(GOOD, folder.path().join("capture.jsonl")).expect("there is room");
    for (list, said) in [
        ("missing", "cannot read \"missing\": no such file"),
        (".", "cannot read \".\": "),
        ("latin1", "cannot read \"latin1\": line 2 is not valid UTF-8"),
        ("long", "cannot read \"long\": it has more than 1,000,000 callIds"),
    ] {
        let run = run_in(folder.path(), &["filter", "--call-id-file", list, "capture.jsonl"], b"");
        assert_eq!(run.code, Some(2), "{}", run.stderr);
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    for captures in [&[][..], &["-"], &["capture.jsonl", "-"]] {
        let arguments = [&["filter", "--call-id-file", "-"][..], captures].concat();
        let run = run_in(folder.path(), &arguments, b"a\n");
        assert_eq!(run.code, Some(2));
        assert!(run.stderr.contains("cannot be both a capture and the list"), "{}", run.stderr);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_list_without_an_end_is_refused() {
    let run = run(&["filter", "--call-id-file", "/dev/zero", GOOD], b"");
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("it is larger than 64 MiB"), "{}", run.stderr);
}

#[test]
fn thirty_thousand_calls_take_no_more_time_on_each_line_than_forty() {
    let folder = scratch();
    let name = |call: usize| format!("d7a9f1b7-fc17-43fe-8ca7-e584a2{call:06}");
    let list = |calls: usize| (0..calls).map(|call| name(call) + "\n").collect::<String>();
    fs::write(folder.path().join("few"), list(40)).expect("there is room");
    fs::write(folder.path().join("many"), list(30_000)).expect("there is room");
    // None of them, and as long, so that a list is compared to its end; every other line is parsed.
    let line = |call: usize| {
        let kind = if call.is_multiple_of(2) { "mute" } else { "none" };
        format!("{{\"type\":\"{kind}\",\"detail\":{{\"callId\":\"{}\"}}}}\n", name(call + 500_000))
    };
    let capture: String = (0..100_000).map(line).collect();
    fs::write(folder.path().join("capture.jsonl"), &capture).expect("there is room");
    let took = |list: &str| {
        let start = Instant::now();
        let arguments = ["filter", "-j", "1", "--call-id-file", list, "capture.jsonl"];
        assert_eq!(run_in(folder.path(), &arguments, b"").code, Some(1));
        start.elapsed()
    };
    let (few, many) = (took("few"), took("many"));
    assert!(many < few * 5 + Duration::from_secs(2), "{few:?} for 40, {many:?} for 30,000");
}

#[test]
fn a_column_twice_is_refused_for_a_table_counts_what_its_columns_hold() {
    for columns in ["callId,callId,extra", "callId,type,detail.callId", "extra,extra"] {
        let run = run(&["convert", "--to", "csv", "--columns", columns, GOOD], b"");
        assert_eq!((run.code, run.text().as_str()), (Some(2), ""), "{columns}");
        assert!(run.stderr.contains(" twice"), "{}", run.stderr);
    }
}

#[test]
fn a_pattern_beyond_the_limits_is_a_message_and_exit_code_2() {
    let nested = format!("{}a{}", "{a,".repeat(126), "}".repeat(126));
    // As long as an argument may be.
    let long = "?".repeat(130_000);
    let folder = scratch();
    let config = folder.path().join("voxev.toml");
    for (pattern, why) in [(&nested, "levels deep"), (&long, "more than 4096 bytes")] {
        let named = run(&["validate", pattern], b"");
        assert_eq!(named.code, Some(2));
        assert!(named.stderr.contains(why) && named.stderr.len() < 250, "{}", named.stderr);
        for text in
            [format!("files = [\"{pattern}\"]\n"), format!("[overrides]\n\"{pattern}\" = {{}}\n")]
        {
            fs::write(&config, text).expect("there is room");
            let run = run_in(folder.path(), &["validate"], b"");
            assert_eq!(run.code, Some(2));
            assert!(run.stderr.contains(why) && run.stderr.len() < 250, "{}", run.stderr);
        }
    }
}

#[test]
fn a_pattern_within_the_limits_that_matches_nothing_is_named_in_few_words() {
    let run = run(&["validate", &"?".repeat(4096)], b"");
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("no capture matches") && run.stderr.len() < 250, "{}", run.stderr);
}

#[cfg(unix)]
fn is_made(pipe: &Path) -> bool {
    let made = std::process::Command::new("mkfifo").arg(pipe).status();
    if !made.is_ok_and(|it| it.success()) {
        skip("no mkfifo here");
        return false;
    }
    true
}

#[cfg(unix)]
#[test]
fn a_pattern_passes_over_a_named_pipe_as_a_folder_does() {
    let folder = scratch();
    if !is_made(&folder.path().join("pipe.jsonl")) {
        return;
    }
    fs::copy(GOOD, folder.path().join("good.jsonl")).expect("there is room");
    std::os::unix::fs::symlink("pipe.jsonl", folder.path().join("link.jsonl")).expect("a link");
    for captures in ["*.jsonl", "."] {
        let run = run_in(folder.path(), &["validate", captures], b"");
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(run.stderr.contains("in 1 capture"), "{}", run.stderr);
    }
    fs::remove_file(folder.path().join("pipe.jsonl")).expect("it is there");
    let run = run_in(folder.path(), &["validate", "*.jsonl"], b"");
    assert_eq!(run.code, Some(2), "a link that leads nowhere is a failure");
    assert!(run.stderr.contains("link.jsonl"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn a_configuration_that_is_no_file_is_a_message_and_exit_code_2() {
    let folder = scratch();
    let below = folder.path().join("a/b");
    fs::create_dir_all(&below).expect("there is room");
    let capture = fs::canonicalize(GOOD).expect("it is there");
    let capture = capture.to_str().expect("the path is UTF-8");
    let config = folder.path().join("voxev.toml");
    let check = |why: &str| {
        let run = run_in(&below, &["validate", capture], b"");
        assert_eq!(run.code, Some(2), "{why}: {}", run.stderr);
        let said = format!("voxev: cannot read \"../../voxev.toml\": {why}");
        assert!(run.stderr.starts_with(&said), "{why}: {}", run.stderr);
        assert!(run.stderr.ends_with("or give --config FILE or --no-config\n"), "{}", run.stderr);
        let without = run_in(&below, &["validate", "--no-config", capture], b"");
        assert_eq!(without.code, Some(0), "{}", without.stderr);
    };
    fs::create_dir(&config).expect("there is room");
    check("it is a folder");
    fs::remove_dir(&config).expect("it is there");
    std::os::unix::fs::symlink("voxev.toml", &config).expect("a link");
    check("too many levels of symbolic links");
    fs::remove_file(&config).expect("it is there");
    std::os::unix::fs::symlink("nowhere", &config).expect("a link");
    check("it is a broken link");
    fs::remove_file(&config).expect("it is there");
    if is_made(&config) {
        check("it is not a regular file");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_configuration_without_an_end_is_refused() {
    let run = run(&["validate", "--config", "/dev/zero", GOOD], b"");
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("it is larger than 1 MiB"), "{}", run.stderr);
}
