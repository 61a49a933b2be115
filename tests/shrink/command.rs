//! The command: its options, its inputs and outputs, and what it says.

use std::fs;

use serde_json::Value;

use super::{Folder, HOLD, identities, shrink};
use crate::support::run_on;

#[test]
fn with_smallest_only_the_finding_counts() {
    let line = HOLD.replace("\"c-1\"", "17");
    let run = shrink(&["--smallest", "--keep", "wrong-type"], line.as_bytes());
    assert_eq!(run.text(), "{\"type\":\"hold\",\"detail\":{\"callId\":17}}\n");
    assert!(run.stderr.contains("kept 1 of 1 line, 3 of 4 properties"), "{}", run.stderr);
    let run = shrink(&["--keep", "wrong-type"], line.as_bytes());
    assert_eq!(run.text(), format!("{line}\n"));
    assert!(run.stderr.contains("kept everything"), "{}", run.stderr);
}

#[test]
fn what_stays_keeps_its_spelling() {
    let line = "  { \"recordedAt\" : 1 ,\t\"type\":\"hold\" , \"detail\": { \"x\":[1,2] ,\"callId\" :1.70e1, \
                \"participant\" : \"\\u0041\" } } ";
    let run = shrink(&["--keep", "wrong-type"], format!("{line}\r\n").as_bytes());
    let kept =
        "{\t\"type\":\"hold\" , \"detail\": {\"callId\" :1.70e1, \"participant\" : \"\\u0041\" } }";
    assert_eq!(run.text(), format!("{kept}\n"));
}

#[test]
fn the_first_finding_of_a_rule_stays_what_it_is_about() {
    // Without `participant`, the line would have another finding of the same rule.
    let one = r#"{"type":"transcript","detail":{"callId":"c","id":"i"}}"#;
    let run = shrink(&["--smallest", "--keep", "missing-property"], one.as_bytes());
    let first = identities(one.as_bytes(), &[]);
    assert!(identities(&run.stdout, &[]).is_superset(&first), "{}", run.text());
}

/// Holds one call twice, far apart, among calls that are fine.
fn far_apart() -> (Vec<u8>, usize, usize) {
    let generated = run_on(&["generate", "--calls", "60", "--seed", "3"]).text();
    let mut lines: Vec<String> = generated.lines().map(str::to_owned).collect();
    let last = lines.len();
    let other = |n: usize| format!(r#"{{"type":"note","detail":{{"callId":"c-1","n":{n}}}}}"#);
    lines.splice(0..0, [HOLD.to_owned()].into_iter().chain((0..40).map(other)));
    lines.insert(last, HOLD.to_owned());
    ((lines.join("\n") + "\n").into_bytes(), last + 1, lines.len())
}

#[test]
fn two_lines_of_a_call_that_contradict_each_other_are_found_among_thousands() {
    let (capture, number, all) = far_apart();
    let run = shrink(&["--keep", "lifecycle/hold"], &capture);
    let lines: Vec<String> = run.text().lines().map(str::to_owned).collect();
    assert_eq!((lines.len(), &*lines[0], &*lines[5]), (6, HOLD, HOLD), "{}", run.text());
    assert!(
        run.stderr.starts_with(&format!("<stdin>:{number}:9: warning[lifecycle/hold]: hold, but"))
    );
    assert!(run.stderr.contains(&format!("kept 6 of {all} lines")) || all > 999, "{}", run.stderr);
}

#[test]
fn it_does_not_matter_where_a_capture_is_read_from_or_by_how_many_threads() {
    let (capture, _, _) = far_apart();
    let folder = Folder::new(&[("a.jsonl", &capture)]);
    let packed = folder.named("packed.jsonl.zst");
    let file = folder.named("a.jsonl");
    assert_eq!(run_on(&["convert", "--to", "jsonl", "-o", &packed, &file]).code, Some(0));
    for keep in ["lifecycle/hold", "missing-property"] {
        let expected = shrink(&["--keep", keep], &capture).text();
        assert!(!expected.is_empty());
        for arguments in [["-j1", &file], ["-j4", &file], ["-j2", &packed], ["-j4", "-"]] {
            let run = shrink(&[&["--keep", keep], &arguments[..]].concat(), &capture);
            assert_eq!((run.text(), run.code), (expected.clone(), Some(0)), "{arguments:?}");
        }
    }
}

#[test]
fn a_finding_is_known_by_its_place_and_by_its_fingerprint() {
    let path = "fixtures/shapes/key-typos.jsonl";
    let short = run_on(&["validate", "-q", "--no-config", "--format", "short", path]);
    let gitlab = run_on(&["validate", "-q", "--no-config", "--format", "gitlab", path]);
    let reported: Value = serde_json::from_slice(&gitlab.stdout).expect("it is JSON");
    let reported = reported.as_array().expect("it is an array");
    let found: Vec<String> = short.text().lines().map(str::to_owned).collect();
    assert_eq!((found.len(), reported.len()), (5, 5));
    for line in &found {
        let said = |keep: &str| {
            let run = shrink(&["--keep", keep, path], b"");
            assert_eq!(run.code, Some(0), "{keep}: {}", run.stderr);
            run
        };
        let place: Vec<&str> = line.splitn(4, ':').collect();
        let whole = said(line);
        assert!(whole.stderr.starts_with(line), "{}", whole.stderr);
        for keep in [format!("{}:{}", place[1], place[2]), place[..3].join(":")] {
            assert_eq!(said(&keep).text(), whole.text());
        }
        let of_line = |it: &&Value| {
            it["location"]["lines"]["begin"].as_u64() == place[1].parse().ok()
                && place[3].contains(it["check_name"].as_str().expect("it is text"))
        };
        let fingerprint = &reported.iter().find(of_line).expect("it is reported")["fingerprint"];
        let by_fingerprint = said(fingerprint.as_str().expect("it is text"));
        assert_eq!(by_fingerprint.stdout, whole.stdout);
        assert!(by_fingerprint.stderr.starts_with(line), "{line}: {}", by_fingerprint.stderr);
    }
}

#[test]
fn an_event_that_meets_a_condition_stays_and_a_finding_may_have_to_meet_it_too() {
    let more = HOLD.replace("\"callId\"", "\"x\":1,\"callId\"");
    let other = more.replace("999-0000", "999-0001").replace("\"c-1\"", "7");
    let capture = format!("{more}\n{other}\n");
    let run = shrink(&["--where", "participant~0001"], capture.as_bytes());
    assert_eq!(run.text(), HOLD.replace("999-0000", "999-0001").replace("\"c-1\"", "7") + "\n");
    assert!(run.stderr.starts_with("<stdin>:2: "), "{}", run.stderr);
    let both = ["--keep", "undocumented-property", "--where", "participant~0001"];
    let run = shrink(&both, capture.as_bytes());
    assert_eq!(run.text(), other + "\n");
    let none = shrink(&["--keep", "wrong-type", "--where", "participant~0000"], capture.as_bytes());
    assert_eq!((none.code, none.stdout.len()), (Some(1), 0));
}

#[test]
fn where_no_line_has_the_finding_it_says_which_findings_there_are() {
    let run = shrink(&["--keep", "empty-call-id", "fixtures/shapes/key-typos.jsonl"], b"");
    assert_eq!((run.code, run.text().as_str()), (Some(1), ""));
    assert_eq!(
        run.stderr,
        "voxev: no finding of empty-call-id in 4 lines; there are others: missing-property 3, \
         connector-shape 2, undocumented-property 4\n"
    );
    let run = shrink(&["--keep", "newer-than-api", "fixtures/valid/call.jsonl"], b"");
    assert!(run.stderr.contains("such as --api 64; there are no others"), "{}", run.stderr);
    for (keep, what) in
        [("7:1", "no finding at this place"), (&*"a".repeat(32), "this fingerprint")]
    {
        let run = shrink(&["--keep", keep, "fixtures/shapes/key-typos.jsonl"], b"");
        assert!(run.code == Some(1) && run.stderr.contains(what), "{}", run.stderr);
    }
}

#[test]
fn findings_about_a_whole_capture_are_refused() {
    for rule in ["empty-capture", "damaged-stream"] {
        let run = shrink(&["--keep", rule], HOLD.as_bytes());
        assert!(run.code == Some(2) && run.stderr.contains("a capture as a whole"), "{run:?}");
    }
    let run = shrink(&["--keep", "mising-property"], HOLD.as_bytes());
    assert!(run.code == Some(2) && run.stderr.contains("did you mean missing-property?"));
    let run = run_on(&["shrink", "fixtures/valid/call.jsonl"]);
    assert!(run.code == Some(2) && run.stderr.contains("--keep"), "{}", run.stderr);
}

#[test]
fn a_payload_in_an_array_a_document_or_a_wrapper_becomes_a_line() {
    let bad = HOLD.replace("\"c-1\"", "7");
    let expected = bad.clone() + "\n";
    let pretty = bad.replace(",\"", ",\n  \"").replace("{\"", "{\n \"");
    for capture in
        [format!("[{HOLD},\n{bad}\n]"), format!("[{HOLD},{bad}]"), format!("{HOLD}\n{pretty}")]
    {
        let run = shrink(&["--input", "json", "--keep", "wrong-type"], capture.as_bytes());
        let value = |text: &str| serde_json::from_str::<Value>(text).expect("it is JSON");
        assert_eq!(value(&run.text()), value(&expected), "{capture}: {}", run.stderr);
        assert_eq!(run.text().lines().count(), 1);
    }
    let quoted = serde_json::to_string(&bad).expect("it is text");
    for wrapped in [format!("{{\"ts\":1,\"event\":{bad}}}"), format!("{{\"event\":{quoted}}}")] {
        let run = shrink(&["--payload", "/event", "--keep", "wrong-type"], wrapped.as_bytes());
        assert_eq!(run.text(), expected, "{}", run.stderr);
    }
}

#[test]
fn a_line_that_is_not_json_stays_whole() {
    let capture = format!("{HOLD}\n{{\"type\":\"hold\", oops\u{7} \n{HOLD}\n");
    let run = shrink(&["--keep", "invalid-json"], capture.as_bytes());
    assert_eq!(run.text(), "{\"type\":\"hold\", oops\u{7} \n");
    assert!(run.stderr.contains("what the contract does not document"), "{}", run.stderr);
    assert!(!run.stderr.contains('\u{7}'));
}

#[test]
fn a_line_beyond_the_limit_is_cut_to_the_shortest_that_is() {
    let long = HOLD.replace("c-1", &"é".repeat(3000));
    let capture = format!("{HOLD}\n{long}\n");
    let run = shrink(&["--max-line-bytes", "1KiB", "--keep", "line-too-long"], capture.as_bytes());
    assert_eq!((run.code, run.stdout.len()), (Some(0), 1025), "{}", run.stderr);
    assert!(std::str::from_utf8(&run.stdout).is_ok());
}

#[test]
fn personal_values_that_stay_are_named() {
    let line = HOLD.replace("\"c-1\"", "7");
    let run = shrink(&["--keep", "wrong-type"], line.as_bytes());
    assert!(run.stderr.contains("(participant)") && run.stderr.contains("`voxev redact`"));
    let mute = r#"{"type":"mute","detail":{"callId":7}}"#;
    let run = shrink(&["--keep", "wrong-type"], mute.as_bytes());
    assert!(!run.stderr.contains("redact"), "{}", run.stderr);
}

#[test]
fn the_output_is_no_input_and_is_compressed_where_its_name_says_so() {
    let line = HOLD.replace("\"c-1\"", "7") + "\n";
    let folder = Folder::new(&[("a.jsonl", line.as_bytes())]);
    let (file, packed) = (folder.named("a.jsonl"), folder.named("b.jsonl.gz"));
    let run = shrink(&["--keep", "wrong-type", "-o", &file, &file], b"");
    assert!(run.code == Some(2) && run.stderr.contains("is the capture"), "{}", run.stderr);
    let run = shrink(&["--keep", "wrong-type", "-o", &packed, &file], b"");
    assert_eq!((run.code, run.stdout.len()), (Some(0), 0));
    assert!(fs::read(folder.path("b.jsonl.gz")).expect("it is there").starts_with(b"\x1f\x8b"));
    assert_eq!(run_on(&["filter", "--invalid", &packed]).text(), line);
    let none = shrink(&["--keep", "empty-call-id", "-o", &folder.named("c.jsonl"), &file], b"");
    assert!(none.code == Some(1) && !folder.path("c.jsonl").exists());
}

#[test]
fn of_several_captures_the_first_with_the_finding_counts() {
    let bad = HOLD.replace("\"c-1\"", "7");
    let folder = Folder::new(&[
        ("a.jsonl", HOLD.as_bytes()),
        ("b.jsonl", format!("\n{bad}\n\n{HOLD}").as_bytes()),
        ("c.jsonl", bad.as_bytes()),
    ]);
    let run = shrink(&["--keep", "wrong-type", &folder.0.path().display().to_string()], b"");
    assert_eq!(run.text(), bad + "\n");
    assert!(run.stderr.starts_with(&format!("{}:2:", folder.named("b.jsonl"))), "{}", run.stderr);
    assert!(run.stderr.contains("kept 1 of 2 lines"), "{}", run.stderr);
    let run = shrink(&["--keep", "wrong-type", &folder.named("none.jsonl")], b"");
    assert_eq!((run.code, run.stdout.len()), (Some(2), 0));
}

#[test]
fn a_damaged_capture_is_shrunk_and_told() {
    let bad = HOLD.replace("\"c-1\"", "7") + "\n";
    let folder =
        Folder::new(&[("a.jsonl", (bad.clone() + &format!("{HOLD}\n").repeat(9000)).as_bytes())]);
    let packed = folder.named("a.jsonl.gz");
    run_on(&["convert", "--to", "jsonl", "-o", &packed, &folder.named("a.jsonl")]);
    let whole = fs::read(&packed).expect("it is there");
    fs::write(&packed, &whole[..whole.len() - 9]).expect("it is written");
    let run = shrink(&["--keep", "wrong-type", &packed], b"");
    assert_eq!((run.text(), run.code), (bad, Some(2)), "{}", run.stderr);
}

#[test]
fn a_piece_of_a_file_is_shrunk_as_a_capture_of_its_own() {
    let (capture, number, _) = far_apart();
    let folder = Folder::new(&[("a.jsonl", &capture)]);
    let before = capture.split_inclusive(|it| *it == b'\n').take(number - 1);
    let start = before.map(<[u8]>::len).sum::<usize>();
    let keep = |span: &str| {
        shrink(&["--keep", "lifecycle/hold", "--span", span, &folder.named("a.jsonl")], b"")
    };
    assert_eq!((keep(&format!("{start}-")).code, keep("0-").code), (Some(1), Some(0)));
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_no_copy_of_its_input() {
    use std::io::Write as _;
    use std::process::Stdio;
    use std::time::Duration;

    let folder = Folder::new(&[]);
    let mut command = crate::support::voxev(&["shrink", "--no-config", "--keep", "lifecycle/hold"]);
    command.env("TMPDIR", folder.0.path()).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = command.stderr(Stdio::null()).spawn().expect("voxev starts");
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    writeln!(stdin, "{HOLD}").expect("it is read");
    let files = || fs::read_dir(folder.0.path()).expect("it can be read").count();
    let is_there = (0..1000).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        files() == 1
    });
    assert!(is_there, "there is no copy that could be left");
    let id = child.id().to_string();
    let sent = std::process::Command::new("kill").args(["-TERM", &id]).status();
    assert!(sent.expect("kill runs").success());
    std::thread::sleep(Duration::from_millis(50));
    drop(stdin);
    child.wait().expect("voxev ends");
    assert_eq!(files(), 0);
}

#[test]
fn hostile_payloads_are_shrunk_in_a_bounded_number_of_attempts() {
    let many = (0..20_000).map(|n| format!("\"k{n}\":{n}")).collect::<Vec<_>>().join(",");
    let line = format!(
        r#"{{"type":"mute","detail":{{"callId":7,{many}}},"deep":{}{}}}"#,
        "[".repeat(100),
        "]".repeat(100)
    );
    let run = shrink(&["--keep", "wrong-type"], line.as_bytes());
    assert_eq!(run.text(), "{\"type\":\"mute\",\"detail\":{\"callId\":7}}\n", "{}", run.stderr);
    // Each of these is needed, so that each has to be tried.
    let wrong =
        (0..3).map(|n| format!("{HOLD}\n").replace("c-1", &n.to_string())).collect::<String>();
    let run = shrink(&["--keep", "lifecycle/hold"], wrong.as_bytes());
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(run.stderr.ends_with("there are no others\n"), "{}", run.stderr);
}
