//! Invalid input and failing systems, tested by running the program: no line is lost, and no file
//! left behind.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::support::{Run, run, run_on, skip, voxev};

const GOOD: &str = "fixtures/valid/mute.jsonl";
const EVENT: &[u8] = b"{\"type\":\"mute\",\"detail\":{\"callId\":\"x\"}}\n";

/// Long enough for a debug build on a busy machine, far too short for quadratic time.
const PATIENCE: Duration = Duration::from_secs(60);

fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().expect("there is room for a folder")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("the path is UTF-8")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
    let mut names: Vec<String> =
        entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

pub(crate) fn piped(arguments: &[&str]) -> Child {
    let mut command = voxev(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("voxev starts")
}

pub(crate) fn finish(child: Child) -> Run {
    let output = child.wait_with_output().expect("voxev ends");
    Run {
        code: output.status.code(),
        stdout: output.stdout,
        stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
    }
}

/// Polls until the condition is true.
fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "{what} never came");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Checks that the process still waits for input, and never used more than 64 MiB.
pub(crate) fn assert_little(child: &Child) {
    let Ok(status) = fs::read_to_string(format!("/proc/{}/status", child.id())) else {
        return skip("no /proc here, so memory is not looked at");
    };
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|it| it.trim().strip_suffix(" kB")).expect("a peak in kB");
    let peak: u64 = peak.trim().parse().expect("a number");
    assert!(peak < 64 * 1024, "{peak} kB at the peak");
}

#[test]
fn calls_with_names_of_a_megabyte_are_told_apart_in_little_memory() {
    let mut child = piped(&["validate", "--lifecycle", "-q", "-f", "short", "-j", "2"]);
    let mut stdin = child.stdin.take().expect("a pipe");
    let name = "x".repeat(1_000_000);
    for call in (0..100).chain(0..1) {
        let line =
            format!("{{\"type\":\"callended\",\"detail\":{{\"callId\":\"{call} {name}\"}}}}\n");
        stdin.write_all(line.as_bytes()).expect("voxev reads");
    }
    let stray = format!("{{\"type\":\"mute\",\"detail\":{{\"callId\":\"7 {name}\"}}}}\n");
    stdin.write_all(stray.as_bytes()).expect("voxev reads");
    assert_little(&child);
    drop(stdin);
    let found = finish(child).text();
    assert_eq!(found.lines().count(), 1);
    assert!(found.contains("(line 8: ended here)"), "{found}");
}

#[test]
fn figures_of_calls_with_names_of_a_megabyte_take_little_memory() {
    let mut child = piped(&["stats", "--format", "csv", "-j", "2"]);
    let mut stdin = child.stdin.take().expect("a pipe");
    let name = "x".repeat(1_000_000);
    for call in 0..200 {
        let line = format!("{{\"type\":\"mute\",\"detail\":{{\"callId\":\"{name}{call}\"}}}}\n");
        stdin.write_all(line.as_bytes()).expect("voxev reads");
    }
    assert_little(&child);
    drop(stdin);
    assert_eq!(finish(child).text().lines().count(), 201);
}

#[test]
fn calls_that_are_full_of_events_are_remembered_in_little_memory() {
    let mut child = piped(&["validate", "--lifecycle", "-q", "-f", "short", "-j", "2"]);
    let mut stdin = child.stdin.take().expect("a pipe");
    let events = ["callstarted", "callconnected", "mute", "pauserecording", "flagraise"];
    for call in 0..6000 {
        let mut text = String::new();
        let mut line = |event: &str, who: u32| {
            let start = format!(
                "{{\"type\":\"{event}\",\"detail\":{{\"callId\":\"{call}\",\"participant\":\"{who}\""
            );
            // The longest line that is kept.
            let filler = "x".repeat(352 - start.len() - 9);
            text += &start;
            text += &[",\"x\":\"", &filler, "\"}}\n"].concat();
        };
        for who in 0..8 {
            line("participantadded", who);
            line("hold", who);
        }
        for event in events {
            line(event, 0);
        }
        stdin.write_all(text.as_bytes()).expect("voxev reads");
    }
    assert_little(&child);
    drop(stdin);
    finish(child);
}

#[test]
fn a_block_of_nothing_but_findings_waits_for_its_turn_in_little_memory() {
    for options in [&["--lifecycle"][..], &["--format", "junit"]] {
        let mut child = piped(&[&["validate", "-q", "-j", "2"], options].concat());
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(&b"x\n".repeat(500_000)).expect("voxev reads");
        assert_little(&child);
        drop(stdin);
        assert_eq!(finish(child).code, Some(1));
    }
}

#[test]
fn reports_of_types_of_a_megabyte_take_little_memory() {
    let folder = scratch();
    let known = folder.path().join("known.json");
    for options in [
        &["--format", "sarif"][..],
        &["--format", "junit"],
        &["--format", "github"],
        &["--write-baseline", text(&known)],
    ] {
        let mut child = piped(&[&["validate", "--no-config", "-q", "-j", "1"], options].concat());
        let mut stdin = child.stdin.take().expect("a pipe");
        let name = "x".repeat(900_000);
        for nth in 0..60 {
            let line = format!("{{\"type\":\"{name}{nth}\",\"detail\":{{}}}}\n");
            stdin.write_all(line.as_bytes()).expect("voxev reads");
        }
        assert_little(&child);
        drop(stdin);
        let run = finish(child);
        assert!(run.stdout.len() < 1_000_000, "{options:?}: {} bytes", run.stdout.len());
    }
    let document = fs::read_to_string(known).expect("it is there");
    let document: serde_json::Value = serde_json::from_str(&document).expect("it is JSON");
    let entries = document["findings"].as_array().expect("there are findings");
    assert_eq!(entries.len(), 60, "types that begin alike are told apart");
}

#[test]
fn a_line_of_100_mb_is_a_finding_in_little_memory() {
    let mut child = piped(&["validate", "--format", "short"]);
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(EVENT).expect("voxev reads");
    stdin.write_all(b"{\"type\":\"mute\",\"detail\":{\"callId\":\"").expect("voxev reads");
    let megabyte = vec![b'x'; 1_000_000];
    for _ in 0..100 {
        stdin.write_all(&megabyte).expect("voxev reads");
    }
    stdin.write_all(b"\"}}\n{\"type\":\"mute\"}\n").expect("voxev reads");
    assert_little(&child);
    drop(stdin);
    let run = finish(child);
    let found = run.text();
    let rules: Vec<&str> = found.lines().map(|it| it.split(": ").nth(1).unwrap_or(it)).collect();
    assert_eq!(rules, ["error[line-too-long]", "error[missing-property]"]);
    assert!(found.contains("<stdin>:3:1:"), "the next line keeps its number: {found}");
    assert_eq!(run.code, Some(1));
}

#[test]
fn filter_copies_a_line_beyond_the_limit_byte_for_byte() {
    let mut capture = EVENT.to_vec();
    capture.extend(std::iter::repeat_n(b'y', 3_000_000));
    capture.push(b'\n');
    capture.extend_from_slice(EVENT);
    let others = run(&["filter", "-v", "--type", "mute"], &capture);
    assert_eq!(others.stdout, capture[EVENT.len()..capture.len() - EVENT.len()]);
    let matching = run(&["filter", "--type", "mute"], &capture);
    assert_eq!(matching.stdout, [EVENT, EVENT].concat());
}

#[test]
fn a_hundred_thousand_levels_are_a_finding() {
    let open = format!("{{\"type\":\"mute\",\"detail\":{{\"x\":{}", "[".repeat(100_000));
    let closed = format!("{open}{}}}}}\n", "]".repeat(100_000));
    for capture in [open, closed] {
        for depth in ["4", "128", "1000"] {
            let arguments = ["validate", "-f", "short", "--max-depth", depth];
            let run = run(&arguments, capture.as_bytes());
            assert_eq!(run.code, Some(1));
            assert!(run.text().contains("error[nested-too-deep]"), "{}", run.text());
        }
        for command in [&["pretty"][..], &["pretty", "--oneline"], &["convert", "--to", "csv"]] {
            assert!(run(command, capture.as_bytes()).code.is_some(), "{command:?}");
        }
    }
}

#[test]
fn hostile_lines_take_time_in_proportion_to_their_length() {
    let many = |member: &dyn Fn(usize) -> String| {
        let members: Vec<String> = (0..40_000).map(member).collect();
        format!("{{\"type\":\"callstarted\",\"detail\":{{\"callId\":1,{}}}}}\n", members.join(","))
    };
    let captures = [
        many(&|_| "\"k\":0".into()),
        many(&|n| format!("\"k{n:05}\":0")),
        many(&|n| format!("\"callTyp{n:05}\":0")),
        format!("{{\"type\":\"mute\",\"detail\":{{\"x\":[{}0]}}}}\n", "{},".repeat(100_000)),
        format!("{}\n", "\u{1b}".repeat(500_000)),
        format!("\"{}\n", "\\u0000".repeat(100_000)),
        format!("{{\"type\":\"{}\"}}\n", "e\u{301}".repeat(200_000)),
        format!(
            "{{\"type\":\"audiostats\",\"detail\":{{\"audioStats\":{{\"stats\":[{}{{}}]}}}}}}\n",
            "{\"inputChannelStats\":{}},".repeat(8_000)
        ),
    ];
    for capture in &captures {
        for command in [
            &["validate", "--strict", "--format", "short"][..],
            &["pretty", "--oneline"],
            &["convert", "--to", "csv"],
        ] {
            let start = Instant::now();
            let run = run(command, capture.as_bytes());
            let took = start.elapsed();
            assert!(took < PATIENCE, "{took:?} in {command:?} for {}…", &capture[..40]);
            assert!(run.code.is_some(), "{command:?} ended by a signal");
        }
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let folder = scratch();
    let big = folder.path().join("big.jsonl");
    fs::write(&big, EVENT.repeat(100_000)).expect("there is room");
    let broken = folder.path().join("broken.jsonl");
    fs::write(&broken, b"{}\n".repeat(100_000)).expect("there is room");
    let (big, broken) = (text(&big), text(&broken));
    for arguments in [
        &["pretty", big][..],
        &["pretty", "--oneline", big],
        &["filter", "--type", "mute", big],
        &["convert", "--to", "csv", big],
        &["convert", "--to", "json", big],
        &["validate", "--format", "json", broken],
        &["validate", "--format", "short", "--max-findings", "100000", broken],
    ] {
        let mut child = piped(arguments);
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        stdout.read_line(&mut String::new()).expect("there is a line");
        drop(stdout);
        let run = finish(child);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn a_full_disk_is_a_message_and_exit_code_2() {
    if !Path::new("/dev/full").exists() {
        return skip("no /dev/full here");
    }
    for arguments in [
        &["validate", "fixtures/invalid/wrong-type.jsonl"][..],
        &["pretty", GOOD],
        &["filter", "--type", "mute", GOOD],
        &["convert", "--to", "csv", GOOD],
        &["schema", "--all"],
        &["explain"],
        &["--help"],
        &["validate", "--help"],
        &["--version"],
        &["completions", "bash"],
    ] {
        let full = File::options().write(true).open("/dev/full").expect("it can be opened");
        let mut command = voxev(arguments);
        let child = command.stdout(full).stderr(Stdio::piped()).spawn().expect("voxev starts");
        let run = finish(child);
        assert_eq!(run.code, Some(2), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains("no space left"), "{arguments:?}: {}", run.stderr);
    }
    let run = run_on(&["convert", "--to", "csv", "-o", "/dev/full", GOOD]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("cannot write \"/dev/full\": no space left"), "{}", run.stderr);
}

#[test]
fn an_output_file_appears_whole_or_not_at_all() {
    let folder = scratch();
    let out = folder.path().join("out.csv");
    let failed = run_on(&["convert", "--to", "csv", "-o", text(&out), GOOD, "missing.jsonl"]);
    assert_eq!(failed.code, Some(2));
    assert_eq!(names(folder.path()), [""; 0], "a capture was missing, so there is no output");

    fs::write(&out, "before").expect("there is room");
    run_on(&["convert", "--to", "csv", "-o", text(&out), GOOD, "missing.jsonl"]);
    assert_eq!(fs::read(&out).expect("it is still there"), b"before");

    let done = run_on(&["convert", "--to", "csv", "-o", text(&out), GOOD]);
    assert_eq!(done.code, Some(0));
    let rows = fs::read_to_string(&out).expect("it is there");
    assert_eq!(rows.lines().count(), 3);
    assert_eq!(names(folder.path()), ["out.csv"]);
}

#[test]
fn a_folder_that_cannot_be_written_to_is_a_message_and_exit_code_2() {
    let folder = scratch();
    let out = folder.path().join("nowhere").join("out.csv");
    let run = run_on(&["convert", "--to", "csv", "-o", text(&out), GOOD]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.starts_with("voxev: cannot write"), "{}", run.stderr);
    let run = run_on(&["convert", "--to", "csv", "-o", text(folder.path()), GOOD]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("directory"), "{}", run.stderr);
}

#[test]
fn rejects_and_output_share_the_lines_out() {
    let folder = scratch();
    let (out, rejects) = (folder.path().join("out"), folder.path().join("rejects"));
    let (out_name, rejects_name) = (text(&out), text(&rejects));
    let capture = fs::read("fixtures/invalid/invalid-json.jsonl").expect("the fixture is there");
    let arguments = ["convert", "--to", "jsonl", "-o", out_name, "--rejects", rejects_name];
    let run = run(&arguments, &capture);
    assert_eq!(run.code, Some(1));
    let read = |path| fs::read(path).expect("it is there").len();
    assert_eq!(read(&out) + read(&rejects), capture.len(), "the good lines are compact already");
}

/// A conversion that waits for more input after its output was started; `wrapper` starts it.
#[cfg(unix)]
fn half_done(wrapper: &str, folder: &Path) -> (Child, std::process::ChildStdin) {
    let mut command = std::process::Command::new("sh");
    command.args(["-c", wrapper]).env("VOXEV", env!("CARGO_BIN_EXE_voxev")).current_dir(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("there is a shell");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(EVENT).expect("voxev reads");
    // There is a partial file before the signal; otherwise this would test nothing.
    let written = || {
        let size = |entry: fs::DirEntry| entry.metadata().map_or(0, |it| it.len());
        let entries = fs::read_dir(folder).expect("the folder can be read");
        entries.flatten().map(size).sum::<u64>() == EVENT.len() as u64
    };
    eventually("the first line", written);
    (child, stdin)
}

#[cfg(unix)]
fn send(signal: &str, child: &Child) {
    let id = child.id().to_string();
    let sent = std::process::Command::new("kill").args([signal, &id]).status();
    assert!(sent.expect("there is a kill").success());
}

/// Whether this process ignores a signal, where the system says it: programs that it starts do so,
/// too.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap_or_default();
    let mask = u64::from_str_radix(mask.trim(), 16).unwrap_or_default();
    mask & (1 << (signal - 1)) != 0
}

#[cfg(unix)]
const CONVERSION: &str = "exec $VOXEV convert --to jsonl -o out.jsonl --rejects rejects.txt";

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_nothing_behind_and_says_which_signal() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        if is_ignored(code - 128) {
            // As where the tests were started by nohup.
            continue;
        }
        let folder = scratch();
        let (child, stdin) = half_done(CONVERSION, folder.path());
        assert_eq!(names(folder.path()).len(), 2);
        send(signal, &child);
        let run = finish(child);
        drop(stdin);
        assert_eq!(run.code, Some(code), "{signal}: {}", run.stderr);
        assert_eq!(names(folder.path()), [""; 0], "{signal}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_that_was_ignored_before_voxev_started_stays_ignored() {
    let folder = scratch();
    let nohup = format!("trap '' HUP; {CONVERSION}");
    let (child, mut stdin) = half_done(&nohup, folder.path());
    send("-HUP", &child);
    stdin.write_all(EVENT).expect("voxev still reads");
    drop(stdin);
    let run = finish(child);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let out = fs::read(folder.path().join("out.jsonl")).expect("the run came to its end");
    assert_eq!(out, EVENT.repeat(2));
}

#[cfg(target_os = "linux")]
#[test]
fn a_line_that_does_not_fit_into_memory_is_a_message_and_exit_code_2() {
    let folder = scratch();
    let long = folder.path().join("long.jsonl");
    fs::write(&long, "x".repeat(200_000_000)).expect("there is room");
    for command in ["validate", "pretty", "filter --valid"] {
        let limited = format!("ulimit -v 200000; exec $VOXEV {command} -j2 --max-line-bytes 1GiB");
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &format!("{limited} long.jsonl")]).current_dir(folder.path());
        shell.env("VOXEV", env!("CARGO_BIN_EXE_voxev"));
        let output = shell.output().expect("there is a shell");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{command}: {said}");
        let expected = "voxev: cannot read \"long.jsonl\": not enough memory";
        assert!(said.starts_with(expected), "{command}: {said}");
    }
}

#[cfg(unix)]
#[test]
fn help_into_a_closed_pipe_is_quiet() {
    let mut child = piped(&["validate", "--help"]);
    drop(child.stdout.take());
    let run = finish(child);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}

#[cfg(unix)]
#[test]
fn a_folder_on_standard_input_cannot_be_read_and_is_not_called_empty() {
    let folder = scratch();
    let mut command = voxev(&["validate", "--no-config"]);
    let input = File::open(folder.path()).expect("a folder can be opened");
    let output = command.stdin(input).output().expect("voxev can be run");
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.starts_with("voxev: cannot read \"<stdin>\": is a directory"), "{said}");
}

#[cfg(unix)]
#[test]
fn output_through_a_link_keeps_the_link() {
    let folder = scratch();
    let target = folder.path().join("target.csv");
    fs::write(&target, "before").expect("there is room");
    write_through_a_link(&folder.path().join("link.csv"), &target, &target);
}

#[cfg(unix)]
#[test]
fn output_through_a_link_to_nothing_makes_what_it_leads_to() {
    let folder = scratch();
    let target = folder.path().join("target.csv");
    write_through_a_link(&folder.path().join("link.csv"), Path::new("target.csv"), &target);
}

/// Creates a link to `target` with the text `leads_to`, and writes to it.
#[cfg(unix)]
fn write_through_a_link(link: &Path, leads_to: &Path, target: &Path) {
    std::os::unix::fs::symlink(leads_to, link).expect("links can be made");
    let run = run_on(&["convert", "--to", "csv", "-o", text(link), GOOD]);
    assert_eq!(run.code, Some(0));
    assert!(fs::symlink_metadata(link).expect("it is there").is_symlink());
    assert!(fs::read_to_string(target).expect("it is there").starts_with("type,"));
}

#[cfg(unix)]
#[test]
fn a_replaced_file_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt;
    let folder = scratch();
    let out = folder.path().join("out.csv");
    fs::write(&out, "before").expect("there is room");
    fs::set_permissions(&out, PermissionsExt::from_mode(0o640)).expect("it is ours");
    run_on(&["convert", "--to", "csv", "-o", text(&out), GOOD]);
    let mode = fs::metadata(&out).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[cfg(unix)]
#[test]
fn a_device_is_written_to_and_not_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let run = run_on(&["convert", "--to", "csv", "-o", "/dev/null", GOOD]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let kind = fs::metadata("/dev/null").expect("it is there").file_type();
    assert!(kind.is_char_device());
}

#[test]
fn a_missing_capture_among_good_ones_does_not_stop_the_others() {
    for captures in [["missing.jsonl", GOOD], [GOOD, "missing.jsonl"]] {
        let run = run_on(&[&["filter", "--type", "mute"], &captures[..]].concat());
        assert_eq!(run.stdout, fs::read(GOOD).expect("the fixture is there"));
        assert_eq!(run.code, Some(2));
        assert_eq!(
            run.stderr,
            "voxev: cannot read \"missing.jsonl\": no such file; check the path\n"
        );
    }
}

#[cfg(unix)]
#[test]
fn an_unreadable_capture_among_good_ones_does_not_stop_the_others() {
    use std::os::unix::fs::PermissionsExt;
    let folder = scratch();
    let secret = folder.path().join("secret.jsonl");
    fs::write(&secret, EVENT).expect("there is room");
    fs::set_permissions(&secret, PermissionsExt::from_mode(0o000)).expect("it is ours");
    if File::open(&secret).is_ok() {
        return skip("root reads everything");
    }
    let run = run_on(&["filter", "--type", "mute", text(&secret), GOOD]);
    assert_eq!(run.stdout, fs::read(GOOD).expect("the fixture is there"));
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("permission denied"), "{}", run.stderr);
}

#[test]
fn a_folder_without_captures_is_not_a_pass() {
    let folder = scratch();
    fs::write(folder.path().join("notes.txt"), "hello").expect("there is room");
    let run = run_on(&["validate", text(folder.path())]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("no capture in the folder"), "{}", run.stderr);
    assert!(!run.stderr.contains("no errors"), "nothing was checked: {}", run.stderr);
}

#[cfg(unix)]
#[test]
fn a_named_pipe_in_a_folder_is_not_waited_for() {
    let folder = scratch();
    fs::write(folder.path().join("a.jsonl"), EVENT).expect("there is room");
    let pipe = folder.path().join("pipe.jsonl");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("there is a mkfifo").success());
    let run = run_on(&["filter", "-c", "--type", "mute", text(folder.path())]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(run.text().lines().count(), 1, "{}", run.text());
}

#[test]
fn a_line_through_a_pipe_is_answered_before_the_pipe_closes() {
    for arguments in [
        &["validate", "--format", "short"][..],
        &["validate", "--format", "json"],
        &["filter", "--invalid"],
        &["pretty", "--oneline"],
        &["convert", "--to", "jsonl"],
    ] {
        let mut child = piped(arguments);
        let mut stdin = child.stdin.take().expect("a pipe");
        let mut stdout = child.stdout.take().expect("a pipe");
        stdin.write_all(b"{\"type\":\"mute\",\"detail\":{}}\n").expect("voxev reads");
        let (sender, receiver) = mpsc::channel();
        let reader = std::thread::spawn(move || {
            let mut start = [0; 10];
            let read = stdout.read(&mut start);
            let _ = sender.send(read);
        });
        let answer = receiver.recv_timeout(PATIENCE);
        drop(stdin);
        reader.join().expect("the reader ends");
        child.wait().expect("voxev ends");
        let read = answer.expect("there is an answer while the pipe is open");
        assert!(read.expect("the answer can be read") > 0, "{arguments:?}");
    }
}

#[test]
fn nothing_in_a_capture_steers_the_terminal() {
    let capture = "\u{1b}]0;owned\u{7}\n{\"type\":\"\u{1b}[31m\u{9b}2J\u{202e}\"}\n\
        {\"type\":\"mute\",\"detail\":{\"callId\":\"\\u001b[2J\\u009b\\u202e\",\"\\u001bkey\":1}}\n\
        {\"type\":\"mute\",\"detail\":{\"callId\":\"\u{9b}2J\u{202e}\u{2028}\"},\"\u{9b}\":\"\u{9b}\"}\n\
        {\"type\":\"\\u001b[31m\",\"\\u001b\":1,\"\\u001b\":2}\n";
    for arguments in [
        &["validate", "--strict"][..],
        &["validate", "--strict", "--format", "short"],
        &["validate", "--strict", "--format", "json"],
        &["pretty"],
        &["pretty", "--oneline"],
        &["convert", "--to", "csv"],
        &["convert", "--to", "tsv"],
        &["filter", "-c", "--valid"],
    ] {
        let run = run(arguments, capture.as_bytes());
        let steers = |one: char| one.is_control() && !matches!(one, '\n' | '\t' | '\r');
        let shown = run.text() + &run.stderr;
        let is_safe = !shown.chars().any(|one| steers(one) || one == '\u{202e}');
        assert!(is_safe, "{arguments:?}: {}", shown.escape_debug());
    }
}

/// A line below 1 MiB in the connector's shape, with many reports that lack required properties.
fn many_reports() -> String {
    let reports = vec!["{\"inputChannelStats\":{}}"; 40_000].join(",");
    format!(
        "{{\"type\":\"audiostats\",\"detail\":{{\"callId\":\"c\",\"audioStats\":{{\"stats\":[{reports}]}}}}}}\n"
    )
}

#[cfg(unix)]
#[test]
fn a_line_of_40_000_reports_takes_a_small_multiple_of_itself() {
    let folder = scratch();
    let capture = folder.path().join("a.jsonl");
    fs::write(&capture, many_reports()).expect("there is room");
    let capture = text(&capture);
    // kB of address space. The run uses 119 MB; a copy of the line for each report would be 38 GiB.
    let limited = "ulimit -v 600000 && exec \"$0\" \"$@\"";
    for command in [
        &["validate", "--lifecycle", "-qq"][..],
        &["stats"],
        &["stats", "--call-id", "c"],
        &["filter", "--valid"],
        &["pretty"],
    ] {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", limited, env!("CARGO_BIN_EXE_voxev")]).args(command).arg("-j1");
        let output = shell.arg(capture).output().expect("there is a shell");
        assert!(matches!(output.status.code(), Some(0 | 1)), "{command:?}: {output:?}");
    }
}

#[test]
fn a_line_with_thousands_of_faults_says_that_some_are_left_out() {
    let run = run(
        &["validate", "--format", "json", "--max-findings", "99999", "-"],
        many_reports().as_bytes(),
    );
    let found = run.text();
    assert!(found.lines().count() <= 2000, "{}", found.lines().count());
    let last = "only the first 1,000 violations in a line are reported";
    assert_eq!(found.matches(last).count(), 1);
}
