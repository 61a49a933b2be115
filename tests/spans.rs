//! `--span`: pieces of a file, wherever they are cut, have together what the whole file has.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Random, Run, captures, objects, run, run_in, run_on};

fn text(path: &Path) -> &str {
    path.to_str().expect("the path is UTF-8")
}

/// A capture with lines of every kind: valid, invalid, blank, CRLF, beyond the limit, without an end.
fn capture(random: &mut Random) -> Vec<u8> {
    let files = ["valid", "invalid", "hostile"].map(captures).concat();
    let mut bytes = Vec::new();
    if random.below(3) == 0 {
        bytes.extend_from_slice(b"\xef\xbb\xbf");
    }
    for _ in 0..8 {
        let lines = fs::read(random.pick(&files)).expect("it is there");
        // A byte order mark, and lines that are payloads together, belong to their file.
        let is_plain = !lines.starts_with(b"\xef\xbb\xbf") && !text_of(&lines).contains("spread");
        bytes.extend_from_slice(if is_plain { &lines } else { b"" });
        bytes.extend_from_slice(*random.pick(&[&b"\n"[..], b"\r\n", b"\n\n \n", b""]));
        if random.below(2) == 0 {
            let long = "x".repeat(random.below(5_000));
            let line = format!("{{\"type\":\"hold\",\"detail\":{{\"callId\":\"{long}\"}}}}\n");
            bytes.extend_from_slice(line.as_bytes());
        }
    }
    if random.below(2) == 0 {
        bytes.truncate(bytes.len() - 1);
    }
    bytes
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Pieces of a capture, some of them empty, cut at any byte.
fn pieces(random: &mut Random, size: usize) -> Vec<String> {
    let mut cuts: Vec<usize> = (0..random.below(5)).map(|_| random.below(size + 1)).collect();
    cuts.push(0);
    cuts.sort_unstable();
    let ends = cuts.iter().skip(1).map(usize::to_string).chain([String::new()]);
    cuts.iter().zip(ends).map(|(start, end)| format!("{start}-{end}")).collect()
}

/// Findings, less what counts from the beginning of a piece.
fn findings(run: &Run) -> Vec<Value> {
    let mut found = objects(&run.stdout);
    for finding in &mut found {
        let members = finding.as_object_mut().expect("it is an object");
        let name = members.remove("file").expect("it has a file");
        let name = name.as_str().expect("it is text");
        assert!(name.ends_with("capture.jsonl") || name.contains("capture.jsonl#"), "{name}");
        members.remove("line");
    }
    found
}

#[test]
fn pieces_of_a_capture_have_together_what_it_has() {
    let folder = tempfile::tempdir().expect("there is room");
    let file = folder.path().join("capture.jsonl");
    let limits = ["--max-line-bytes", "2000", "--input", "lines", text(&file)];
    let mut random = Random(14);
    for _ in 0..12 {
        let bytes = capture(&mut random);
        fs::write(&file, &bytes).expect("there is room");
        let pieces = pieces(&mut random, bytes.len());
        for command in [
            &["filter", "--type", "hold"][..],
            &["filter", "--invert", "--type", "audiostats"],
            &["convert", "--to", "csv"],
            &["convert", "--to", "jsonl", "-j1"],
        ] {
            let whole = run_on(&[command, &limits].concat());
            let header = whole.stdout.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            let header = if command.contains(&"csv") { &whole.stdout[..header] } else { b"" };
            let mut joined = header.to_vec();
            for piece in &pieces {
                let part = run_on(&[command, &["--span", piece], &limits].concat());
                assert_ne!(part.code, Some(2), "{piece}: {}", part.stderr);
                joined.extend(part.stdout.strip_prefix(header).expect("the header is the same"));
                if !joined.is_empty() && !joined.ends_with(b"\n") {
                    joined.push(b'\n');
                }
            }
            let (joined, wanted) = (text_of(&joined), text_of(&whole.stdout));
            assert!(
                joined.trim_end() == wanted.trim_end(),
                "{command:?} {pieces:?}\n{joined}\n{wanted}"
            );
        }
        let validate = ["validate", "--format", "json", "--allow", "invalid-json"];
        let whole = findings(&run_on(&[&validate, &limits[..]].concat()));
        let parts = pieces.iter().flat_map(|piece| {
            findings(&run_on(&[&validate[..], &["--span", piece], &limits].concat()))
        });
        assert_eq!(parts.collect::<Vec<_>>(), whole, "{pieces:?}");
    }
}

#[test]
fn lines_count_from_the_piece_and_offsets_from_the_file() {
    let folder = tempfile::tempdir().expect("there is room");
    let capture =
        b"{\"type\":\"mute\",\"detail\":{\"callId\":\"c\"}}\n\n{\"type\":\"mute\"}\nnope\n";
    fs::write(folder.path().join("x.jsonl"), capture).expect("there is room");
    let run =
        run_in(folder.path(), &["validate", "--span", "5-57", "--format", "short", "x.jsonl"]);
    assert_eq!(
        text_of(&run.stdout),
        "x.jsonl#5-57:2:1: error[missing-property]: mute has no detail\n"
    );
    let run = run_in(folder.path(), &["validate", "--span", "5-57", "--format", "json", "x.jsonl"]);
    let found = &objects(&run.stdout)[0];
    assert_eq!((&found["line"], &found["offset"]), (&2.into(), &41.into()));
    assert_eq!(found["file"], "x.jsonl#5-57");
    for threads in ["-j1", "-j4"] {
        let run = run_in(folder.path(), &["pretty", threads, "--span", "41-", "x.jsonl"]);
        assert!(text_of(&run.stdout).starts_with("x.jsonl#41-:1\n"), "{}", text_of(&run.stdout));
    }
}

#[test]
fn a_piece_without_lines_is_not_a_failure() {
    let folder = tempfile::tempdir().expect("there is room");
    fs::write(folder.path().join("x.jsonl"), "{\"type\":\"mute\",\"detail\":{\"callId\":\"c\"}}\n")
        .expect("there is room");
    fs::write(folder.path().join("empty.jsonl"), "").expect("there is room");
    for (piece, file) in
        [("1-20", "x.jsonl"), ("40-", "x.jsonl"), ("0-0", "x.jsonl"), ("0-", "empty.jsonl")]
    {
        let run = run_in(folder.path(), &["validate", "--span", piece, file]);
        assert_eq!(run.code, Some(0), "{piece}: {}", run.stderr);
        let summary = text_of(&run.stdout) + &run.stderr;
        assert!(summary.contains("0 lines in 1 capture"), "{summary}");
        for command in [&["convert", "--to", "csv"][..], &["stats", "--format", "json"]] {
            let run = run_in(folder.path(), &[command, &["--span", piece, file]].concat());
            assert_eq!(run.code, Some(0), "{command:?} {piece}: {}", run.stderr);
        }
    }
}

#[test]
fn what_has_no_pieces_is_refused() {
    let folder = tempfile::tempdir().expect("there is room");
    let write = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).expect("room");
    let line = b"{\"type\":\"mute\",\"detail\":{\"callId\":\"c\"}}\n";
    write("x.jsonl", line);
    write("y.jsonl", line);
    write("array.jsonl", b"[{\"type\":\"mute\",\n\"detail\":{}}]");
    write("known.json", b"");
    let compressed =
        run(&["filter", "--type", "mute", "-o", text(&folder.path().join("x.jsonl.gz"))], line);
    assert_eq!(compressed.code, Some(0));
    for (arguments, message) in [
        (&["filter", "--span", "0-9", "--type", "mute"][..], "name of one file"),
        (&["filter", "--span", "0-9", "--type", "mute", "-"], "name of one file"),
        (&["validate", "--span", "0-9", "x.jsonl", "y.jsonl"], "name of one file"),
        (&["validate", "--span", "0-9", "."], "name of one file"),
        (&["validate", "--span", "0-9", "x*.jsonl"], "name of one file"),
        (&["validate", "--span", "0-9", "x.jsonl.gz"], "not compressed"),
        (&["validate", "--span", "0-9", "array.jsonl"], "one payload per line"),
        (&["validate", "--span", "99-", "x.jsonl"], "it has 40 bytes"),
        (&["validate", "--span", "9-1", "x.jsonl"], "ends before it begins"),
        (&["validate", "--span", "9", "x.jsonl"], "expected the first byte"),
        (&["validate", "--span", "0-9", "--fix", "x.jsonl"], "cannot be used with"),
        (&["validate", "--span", "0-9", "--lifecycle", "x.jsonl"], "cannot be used with"),
        (&["validate", "--span", "0-9", "--format", "sarif", "x.jsonl"], "--span needs --format"),
        (&["validate", "--span", "0-9", "--baseline", "known.json", "x.jsonl"], ""),
        (&["filter", "--span", "0-9", "--around", "2", "x.jsonl"], "cannot be used with"),
        (&["filter", "--span", "0-9", "--follow", "x.jsonl"], "cannot be used with"),
        (&["stats", "--merge", "--span", "0-9", "x.jsonl"], "cannot be used with"),
    ] {
        let run = run_in(folder.path(), arguments);
        assert_eq!(run.code, Some(2), "{arguments:?}: {}", text_of(&run.stdout));
        assert!(run.stderr.contains(message), "{arguments:?}: {}", run.stderr);
    }
    write("voxev.toml", b"[validate]\nlifecycle = true\n");
    let run = run_in(folder.path(), &["validate", "--span", "0-9", "x.jsonl"]);
    assert_eq!(run.code, Some(2));
}
