//! `validate --fix` and `--diff`: which files change, how, and what is said.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::run::{BROKEN, RIGHT, Run, command, folder, voxev};

const AURA: &str = "{\"type\":\"MUTE\",\"detail\":{\"callId\":\"a\"}}\n";
/// A number for a callId, which is only a suggestion away from being right.
const QUOTED: &str = "{\"type\":\"mute\",\"detail\":{\"callId\":\"7\"}}\n";

fn read(folder: &tempfile::TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).expect("it is there")
}

fn compressed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("it is memory");
    encoder.finish().expect("it is memory")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("it is there");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn safe_fixes_are_applied_and_suggested_ones_only_on_request() {
    let folder = folder(&[("k.jsonl", &[AURA, BROKEN, RIGHT].concat())]);
    let run = voxev(&folder, &["validate", "--fix", "--format", "short", "k.jsonl"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert_eq!(read(&folder, "k.jsonl"), [RIGHT, BROKEN, RIGHT].concat());
    assert_eq!(run.stdout.lines().count(), 1);
    assert!(run.stdout.starts_with("k.jsonl:2:35: error[wrong-type]: "), "{}", run.stdout);
    assert!(run.stderr.starts_with("fixed 1 line of k.jsonl: unknown-event 1\n"), "{}", run.stderr);
    assert!(run.stderr.ends_with("\n1 fixable with --fix --unsafe-fixes\n"), "{}", run.stderr);
    let run = voxev(&folder, &["validate", "--fix", "--unsafe-fixes", "k.jsonl"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert_eq!(read(&folder, "k.jsonl"), [RIGHT, QUOTED, RIGHT].concat());
    let run = voxev(&folder, &["validate", "--fix", "--unsafe-fixes", "k.jsonl"]);
    assert!(run.stderr.starts_with("nothing to fix\n"), "{}", run.stderr);
    assert_eq!(names(folder.path()), ["k.jsonl"]);
}

#[test]
fn what_no_fix_is_about_stays_byte_for_byte() {
    let long = format!("{{\"x\":\"{}\"}}", "y".repeat(5_000));
    let capture = |name: &str| {
        let line = AURA.trim_end().replace("MUTE", name);
        format!(
            "\u{feff}{line}\r\n\r\n \t\n{line} \nnot JSON\r\n{long}\n{RIGHT}{{\"type\": \"mute\",  \
             \"detail\":{{\"callId\":\"\\u0061\"}} }}\r\n{line}"
        )
    };
    let folder = folder(&[("k.jsonl", &capture("MUTE"))]);
    let limit = ["--max-line-bytes", "4096"];
    for threads in ["1", "3"] {
        fs::write(folder.path().join("k.jsonl"), capture("MUTE")).expect("there is room");
        let run = voxev(
            &folder,
            &[&["validate", "--fix", "-j", threads, "k.jsonl"], &limit[..]].concat(),
        );
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(read(&folder, "k.jsonl") == capture("mute"), "{}", read(&folder, "k.jsonl"));
    }
}

#[test]
fn a_large_capture_is_the_same_on_any_number_of_threads() {
    let lines: Vec<String> = (0..20_000)
        .map(|number| {
            let name = if number % 3 == 0 { "MUTE" } else { "mute" };
            format!("{{\"type\":\"{name}\",\"detail\":{{\"callId\":\"{number}\"}}}}\n")
        })
        .collect();
    let text = lines.concat();
    for threads in ["1", "4"] {
        let folder = folder(&[("k.jsonl", &text)]);
        let diff = voxev(&folder, &["validate", "--diff", "-j", threads, "k.jsonl"]);
        let removed = diff.stdout.lines().filter(|line| line.starts_with("-{")).count();
        assert_eq!((diff.code, removed), (1, 6_667));
        assert!(read(&folder, "k.jsonl") == text, "a diff changes nothing");
        let run = voxev(&folder, &["validate", "--fix", "-j", threads, "k.jsonl"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(read(&folder, "k.jsonl") == text.replace("MUTE", "mute"));
    }
}

#[test]
fn a_diff_shows_the_changes_and_makes_none() {
    let capture = [RIGHT, AURA, RIGHT, RIGHT, RIGHT, RIGHT].concat();
    let folder = folder(&[("k.jsonl", &capture), ("m.jsonl", RIGHT)]);
    let run = voxev(&folder, &["validate", "--diff", "k.jsonl", "m.jsonl"]);
    let expected = format!(
        "--- k.jsonl\n+++ k.jsonl\n@@ -1,5 +1,5 @@\n {RIGHT}-{AURA}+{RIGHT} {RIGHT} {RIGHT} {RIGHT}"
    );
    assert_eq!((run.code, run.stdout), (1, expected));
    assert_eq!(run.stderr, "would fix 1 line of k.jsonl: unknown-event 1\n");
    assert_eq!(read(&folder, "k.jsonl"), capture);
    let run = voxev(&folder, &["validate", "--diff", "m.jsonl"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", "nothing to fix\n"));
    let run = voxev(&folder, &["validate", "--diff", "-q", "k.jsonl", "none.jsonl"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.starts_with("voxev: cannot read \"none.jsonl\": "), "{}", run.stderr);
    let both = voxev(&folder, &["validate", "--fix", "--diff", "-q", "k.jsonl"]);
    assert_eq!((both.code, both.stderr.as_str()), (1, ""));
    assert_eq!(read(&folder, "k.jsonl"), capture, "--diff wins");
}

#[cfg(unix)]
#[test]
fn a_diff_can_be_applied_by_patch() {
    if std::process::Command::new("patch").arg("--version").output().is_err() {
        return crate::support::skip("there is no patch(1)");
    }
    let capture = [RIGHT, AURA, "not JSON\n", "{a:1}"].concat();
    let folder = folder(&[("k.jsonl", &capture)]);
    let run = voxev(&folder, &["validate", "--diff", "k.jsonl"]);
    fs::write(folder.path().join("d"), run.stdout).expect("there is room");
    let patch = "patch -p0 <d";
    let patched =
        std::process::Command::new("sh").args(["-c", patch]).current_dir(&folder).output();
    assert!(patched.expect("sh runs").status.success());
    assert_eq!(read(&folder, "k.jsonl"), [RIGHT, RIGHT, "not JSON\n", "{\"a\":1}"].concat());
}

#[test]
fn hostile_text_is_spelled_out_in_a_diff() {
    let hostile = "\u{1b}]0;title\u{7}\u{202e}\n";
    let line = "{\"type\":\"MUTE\",\"detail\":{\"callId\":\"\u{202e}\"}}\n";
    let folder = folder(&[("k.jsonl", &[hostile, line].concat())]);
    let run = voxev(&folder, &["validate", "--diff", "k.jsonl"]);
    assert_eq!(run.code, 1);
    let is_safe = |one: char| one == '\n' || !one.is_control() && one != '\u{202e}';
    assert!(run.stdout.chars().all(is_safe), "{:?}", run.stdout);
    assert!(run.stdout.contains("\\u{202e}"), "{}", run.stdout);
}

#[test]
fn standard_input_and_compressed_captures_are_refused() {
    let folder = folder(&[("k.jsonl", AURA), ("d/n.jsonl", AURA)]);
    let path = folder.path().join("d/z.jsonl.gz");
    let compressed = compressed(AURA);
    fs::write(&path, &compressed).expect("there is room");
    for option in ["--fix", "--diff"] {
        let run = voxev(&folder, &["validate", option, "k.jsonl", "-"]);
        let expected = format!("voxev: {option} does not apply to standard input: name a file\n");
        assert_eq!((run.code, run.stderr), (2, expected));
        let run = voxev(&folder, &["validate", option, "k.jsonl", "d/z.jsonl.gz"]);
        let expected = "\"d/z.jsonl.gz\", which is compressed: decompress it first\n";
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
        assert_eq!(run.stderr, format!("voxev: {option} does not apply to {expected}"));
        assert_eq!(read(&folder, "k.jsonl"), AURA, "nothing was changed before");
    }
    let run = voxev(&folder, &["validate", "--fix", "--format", "short", "d"]);
    assert_eq!(run.code, 1, "what is in the compressed capture remains");
    assert!(run.stdout.starts_with("d/z.jsonl.gz:1:9: error[unknown-event]"), "{}", run.stdout);
    assert!(run.stderr.starts_with("voxev: not changed: \"d/z.jsonl.gz\", which is compressed"));
    assert!(!run.stderr.contains("fixable"), "it cannot be fixed: {}", run.stderr);
    assert_eq!(read(&folder, "d/n.jsonl"), RIGHT);
    assert_eq!(fs::read(&path).expect("it is there"), compressed);
    // A name does not make a file a compressed one.
    fs::write(&path, AURA).expect("there is room");
    assert_eq!(voxev(&folder, &["validate", "--fix", "d/z.jsonl.gz"]).code, 0);
    assert_eq!(fs::read(&path).expect("it is there"), RIGHT.as_bytes());
}

#[cfg(unix)]
#[test]
fn payloads_that_are_no_lines_are_left_alone_and_it_is_said() {
    let line = AURA.trim_end();
    let array = format!("[{line},\n{line}]\n");
    let wrapped = format!("{{\"event\":{line}}}\n");
    let folder = folder(&[("a.json", &array), ("w.jsonl", &wrapped)]);
    for option in ["--fix", "--diff"] {
        let run = voxev(&folder, &["validate", option, "a.json"]);
        let expected = "not changed: \"a.json\", which is not JSON Lines: convert it with";
        assert!(run.stderr.contains(expected), "{}", run.stderr);
        assert_eq!(run.stderr.matches("not changed").count(), 1, "{}", run.stderr);
        let run = voxev(&folder, &["validate", option, "--payload", "/event", "w.jsonl"]);
        let expected = format!("{option} does not apply to payloads in a wrapper (--payload)\n");
        assert_eq!((run.code, run.stderr), (2, format!("voxev: {expected}")));
    }
    assert_eq!((read(&folder, "a.json"), read(&folder, "w.jsonl")), (array, wrapped));
}

#[test]
fn no_link_is_followed_out_of_the_folders_given() {
    use std::os::unix::fs::symlink;
    let folder = folder(&[("d/a.jsonl", AURA), ("other/b.jsonl", AURA), ("other/c.jsonl", AURA)]);
    let at = |name: &str| folder.path().join(name);
    symlink("../other/b.jsonl", at("d/b.jsonl")).expect("links can be made");
    symlink("a.jsonl", at("d/same.jsonl")).expect("links can be made");
    symlink("other", at("linked")).expect("links can be made");
    for arguments in [&["d"][..], &["d/*.jsonl"], &["d/**/*.jsonl", "d"]] {
        fs::write(at("d/a.jsonl"), AURA).expect("there is room");
        let run = voxev(&folder, &[&["validate", "--fix"], arguments].concat());
        assert_eq!(
            (run.code, read(&folder, "other/b.jsonl").as_str()),
            (1, AURA),
            "{}",
            run.stderr
        );
        assert_eq!(read(&folder, "d/a.jsonl"), RIGHT, "{}", run.stderr);
        assert!(run.stderr.contains("not changed: \"d/b.jsonl\", a link to "), "{}", run.stderr);
        assert!(run.stderr.contains("fixed 1 line of d/a.jsonl: "), "{}", run.stderr);
    }
    let run = voxev(&folder, &["validate", "--fix", "d/b.jsonl"]);
    assert_eq!((run.code, read(&folder, "other/b.jsonl").as_str()), (0, RIGHT), "{}", run.stderr);
    assert!(at("d/b.jsonl").is_symlink(), "a link stays a link");
    let run = voxev(&folder, &["validate", "--fix", "linked"]);
    assert_eq!((run.code, read(&folder, "other/c.jsonl").as_str()), (0, RIGHT), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn a_file_keeps_its_mode_and_one_that_is_read_only_its_text() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder(&[("a.jsonl", AURA), ("b.jsonl", AURA), ("c.jsonl", AURA)]);
    let set = |name: &str, mode| {
        let permissions = fs::Permissions::from_mode(mode);
        fs::set_permissions(folder.path().join(name), permissions).expect("it is ours");
    };
    let mode = |name: &str| {
        let metadata = fs::metadata(folder.path().join(name)).expect("it is there");
        metadata.permissions().mode() & 0o7777
    };
    set("a.jsonl", 0o666);
    set("b.jsonl", 0o444);
    set("c.jsonl", 0o640);
    let run = voxev(&folder, &["validate", "--fix", "--format", "short", "."]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    let expected =
        "voxev: cannot write \"./b.jsonl\": permission denied; check its mode and owner\n";
    assert!(run.stderr.starts_with(expected), "{}", run.stderr);
    let texts = ["a.jsonl", "b.jsonl", "c.jsonl"].map(|name| read(&folder, name));
    assert_eq!(texts, [RIGHT, AURA, RIGHT], "the other files are fixed");
    assert_eq!(["a.jsonl", "b.jsonl", "c.jsonl"].map(mode), [0o666, 0o444, 0o640]);
    assert_eq!(run.stdout.lines().count(), 1, "what remains is reported: {}", run.stdout);
    assert_eq!(names(folder.path()), ["a.jsonl", "b.jsonl", "c.jsonl"]);
}

#[test]
fn selections_configurations_and_limits_apply_to_fixes() {
    let config = "[overrides]\n\"old/**\" = { rules = { unknown-event = \"allow\" } }\n";
    let hold = AURA.replace("MUTE", "HOLD");
    let named = AURA.replace("\"a\"", "\"b\"");
    let capture = [AURA, &named].concat();
    let folder = folder(&[
        ("voxev.toml", config),
        ("old/k.jsonl", AURA),
        ("new/k.jsonl", &capture),
        ("h.jsonl", &hold),
    ]);
    voxev(&folder, &["validate", "--fix", "--call-id", "b", "--max-findings", "0", "old", "new"]);
    assert_eq!(read(&folder, "new/k.jsonl"), [AURA, &named.replace("MUTE", "mute")].concat());
    assert_eq!(read(&folder, "old/k.jsonl"), AURA, "what is allowed stays");
    // It would lack its participant.
    let run = voxev(&folder, &["validate", "--fix", "--format", "short", "h.jsonl"]);
    assert_eq!((run.code, read(&folder, "h.jsonl")), (1, hold));
}

#[test]
fn a_baseline_records_what_remains() {
    let folder = folder(&[("k.jsonl", &[AURA, BROKEN].concat())]);
    voxev(&folder, &["validate", "--write-baseline", "b.json", "k.jsonl"]);
    let both = ["--baseline", "b.json", "--write-baseline", "b.json", "k.jsonl"];
    let run = voxev(&folder, &[&["validate", "--fix"], &both[..]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(read(&folder, "k.jsonl"), [RIGHT, BROKEN].concat(), "known findings are fixed, too");
    assert!(run.stderr.contains("fixed: k.jsonl: [unknown-event]"), "{}", run.stderr);
    assert!(run.stderr.contains("wrote a baseline of 1 finding"), "{}", run.stderr);
    let run = voxev(&folder, &["validate", "--baseline", "b.json", "k.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn options_that_make_no_sense_together_are_refused() {
    let folder = folder(&[("k.jsonl", AURA)]);
    for arguments in [
        &["--unsafe-fixes"][..],
        &["--diff", "--format", "json"],
        &["--diff", "--report", "sarif=x"],
        &["--diff", "--write-baseline", "x"],
        &["--fix", "--report", "json=k.jsonl"],
    ] {
        let run = voxev(&folder, &[&["validate"], arguments, &["k.jsonl"]].concat());
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        assert_eq!(read(&folder, "k.jsonl"), AURA);
    }
    assert_eq!(names(folder.path()), ["k.jsonl"]);
}

#[test]
fn a_closed_pipe_ends_a_diff_quietly() {
    let folder = folder(&[("k.jsonl", &AURA.repeat(50_000))]);
    let mut command = command(folder.path(), &["validate", "--diff", "k.jsonl"]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().expect("voxev starts");
    drop(child.stdout.take());
    let run: std::process::Output = child.wait_with_output().expect("voxev ends");
    assert_eq!((run.status.code(), run.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn the_edits_of_a_json_finding_cut_their_bytes_out_of_the_file() {
    let text = ["\u{feff}", RIGHT, "{“type”:\"mute\"}\r\n", AURA, BROKEN].concat();
    let folder = folder(&[("k.jsonl", &text)]);
    let run = voxev(&folder, &["validate", "--format", "json", "k.jsonl"]);
    let fixes: Vec<Value> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("it is JSON")["fix"].clone())
        .collect();
    let number = |value: &Value| usize::try_from(value.as_u64().expect("a number")).expect("small");
    let cut: Vec<Vec<(&str, usize, &str)>> = fixes
        .iter()
        .map(|fix| {
            let edits = fix["edits"].as_array().expect("a list");
            let edit = |edit: &'_ Value| {
                let at = number(&edit["offset"]);
                let replacement = edit["replacement"].as_str().expect("a text").to_owned();
                (
                    &text[at..at + number(&edit["length"])],
                    number(&edit["column"]),
                    &*replacement.leak(),
                )
            };
            edits.iter().map(edit).collect()
        })
        .collect();
    assert_eq!(
        cut,
        [
            vec![("“", 2, "\""), ("”", 7, "\"")],
            vec![("\"MUTE\"", 9, "\"mute\"")],
            vec![("", 35, "\""), ("", 36, "\"")],
        ]
    );
    let applicability = fixes.iter().map(|fix| fix["applicability"].as_str().unwrap_or_default());
    assert_eq!(applicability.collect::<Vec<_>>(), ["safe", "safe", "suggested"]);
}

/// The `fixes` of the results of a SARIF report.
fn sarif_fixes(run: &Run) -> Vec<Value> {
    let report: Value = serde_json::from_str(&run.stdout).expect("it is JSON");
    let results = report["runs"][0]["results"].as_array().expect("a list").clone();
    results.into_iter().map(|result| result["fixes"].clone()).collect()
}

#[test]
fn sarif_has_the_edits_but_for_compressed_captures_and_personal_values() {
    let personal = "{\"type\":\"hold\",\"detail\":{\"callId\":\"é\",\"participant\":4159990000}}\n";
    let accented = "{\"é\":1,\"type\":\"MUTE\",\"detail\":{\"callId\":\"a\"}}\n";
    let folder = folder(&[("k.jsonl", &[accented, personal].concat())]);
    let sarif = ["validate", "--format", "sarif"];
    let fixes = sarif_fixes(&voxev(&folder, &[&sarif[..], &["k.jsonl"]].concat()));
    assert_eq!(fixes.len(), 2);
    assert_eq!(fixes[0][0]["description"]["text"], "replace it with \"mute\"");
    let change = &fixes[0][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "k.jsonl");
    let replacement = &change["replacements"][0];
    assert_eq!(replacement["insertedContent"]["text"], "\"mute\"");
    let region = &replacement["deletedRegion"];
    let of = |name: &str| region[name].as_u64().expect("a number");
    assert_eq!([of("startLine"), of("startColumn"), of("endColumn")], [1, 15, 21]);
    assert_eq!([of("byteOffset"), of("byteLength")], [15, 6]);
    assert_eq!(fixes[1], Value::Null, "a participant is personal");
    fs::write(folder.path().join("z.jsonl"), compressed(AURA)).expect("there is room");
    let fixes = sarif_fixes(&voxev(&folder, &[&sarif[..], &["z.jsonl"]].concat()));
    assert_eq!(fixes, [Value::Null]);
}
