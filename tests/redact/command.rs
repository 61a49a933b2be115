//! The command: keys, what is kept, what is left out, and its other options.

use std::fs;
use std::process::Stdio;

use super::{Folder, redacted_line};
use crate::support::{run, voxev};

const HOLD: &str = r#"{"type":"hold","detail":{"callId":"d7a9f1b7-fc17-43fe-8ca7-e584a2b34792","participant":"+1 (415) 999-0000"}}"#;

fn hold(more: &str) -> String {
    HOLD.replace("\"callId\"", &format!("{more},\"callId\""))
}

#[test]
fn the_same_key_gives_the_same_replacement_in_every_file_on_any_number_of_threads() {
    let line = format!("{HOLD}\n");
    let folder =
        Folder::new(&[("a.jsonl", line.repeat(5000).as_bytes()), ("b.jsonl", line.as_bytes())]);
    let one = folder.redacted("b.jsonl").text();
    for threads in ["1", "4"] {
        let many =
            folder.voxev(&["redact", "--key-file", "@key", "-j", threads, "@a.jsonl", "@b.jsonl"]);
        assert_eq!(many.text(), one.repeat(5001));
        assert_eq!((many.code, &*many.stderr), (Some(0), ""));
    }
}

#[test]
fn without_a_key_another_run_gives_other_replacements_and_says_so() {
    let runs = [0; 2].map(|_| run(&["redact"], HOLD.as_bytes()));
    assert_ne!(runs[0].stdout, runs[1].stdout);
    assert!(runs[0].stderr.contains("the key was random, so another run gives other replacements"));
    let other = Folder::new(&[("a.jsonl", HOLD.as_bytes())]);
    fs::write(other.path("key"), "another key that is long enough to be one\n").expect("written");
    assert_ne!(other.redacted("a.jsonl").text(), redacted_line(HOLD));
}

#[test]
fn a_key_that_could_be_guessed_is_refused() {
    let folder = Folder::new(&[("a.jsonl", HOLD.as_bytes())]);
    for (key, why) in [
        (&b""[..], "has 0 bytes, fewer than 32"),
        (b"secret\n", "has 6 bytes, fewer than 32"),
        (b"0123456789abcdef0123456789abcde\n", "has 31 bytes, fewer than 32"),
        (&[b'a'; 64], "repeats a few bytes"),
        (&vec![7; 70_000], "is longer than 64 KiB"),
    ] {
        fs::write(folder.path("key"), key).expect("it is written");
        let run = folder.redacted("a.jsonl");
        assert_eq!((run.code, run.stdout.len()), (Some(2), 0));
        assert!(run.stderr.contains(why) && run.stderr.contains("openssl rand"), "{}", run.stderr);
    }
    let missing = folder.voxev(&["redact", "--key-file", "@none", "@a.jsonl"]);
    assert!(missing.code == Some(2) && missing.stderr.contains("cannot read"), "{missing:?}");
}

#[test]
fn undocumented_values_are_replaced_by_type_and_shape_unless_they_are_kept() {
    let more =
        r#""callAttributes":{"vip":true,"note":"Call Ana, 5 pm","n":-12.50,"none":null},"tab":17"#;
    let folder = Folder::new(&[("a.jsonl", hold(more).as_bytes())]);
    let line = folder.redacted("a.jsonl").text();
    assert!(line.contains(r#""callAttributes":{"vip":true,"note":""#), "{line}");
    assert!(line.contains(r#","none":null}"#) && !line.contains("Ana") && !line.contains("12.50"));
    let keep = |pointers: &str| {
        folder.voxev(&["redact", "--key-file", "@key", "--keep", pointers, "@a.jsonl"])
    };
    let kept = keep("/detail/callAttributes/note,/detail/tab").text();
    assert!(
        kept.contains(r#""note":"Call Ana, 5 pm","n":-"#) && kept.contains(r#""tab":17,"#),
        "{kept}"
    );
    assert!(keep("/detail/callAttributes").text().contains(r#""n":-12.50,"none":null}"#));
    for (pointer, why) in [
        ("/detail", "which is personal or an identifier"),
        ("/detail/participant", "would keep /detail/participant,"),
        ("detail/tab", "is not a JSON Pointer"),
    ] {
        let run = keep(pointer);
        assert!(run.code == Some(2) && run.stderr.contains(why), "{run:?}");
    }
}

#[test]
fn a_key_that_is_data_is_replaced_and_the_name_of_a_property_is_not() {
    let id = "d7a9f1b7-fc17-43fe-8ca7-e584a2b34792";
    let line = hold(&format!(r#""seen":{{"+1 (415) 999-0000":1,"{id}":2,"x-tab":3}}"#));
    let new = redacted_line(&line);
    let payload: serde_json::Value = serde_json::from_str(&new).expect("it is JSON");
    let seen = payload["detail"]["seen"].as_object().expect("it is one");
    let keys: Vec<&String> = seen.keys().collect();
    assert_eq!(keys[0], payload["detail"]["participant"].as_str().expect("a string"));
    assert_eq!(keys[1], payload["detail"]["callId"].as_str().expect("a string"));
    assert_eq!(keys[2], "x-tab");
}

#[test]
fn an_event_in_a_wrapper_is_redacted_as_an_event() {
    let wrapped = redacted_line(&format!(r#"{{"ts":1,"event":{HOLD},"events":[{HOLD}]}}"#));
    let event = redacted_line(HOLD);
    assert!(wrapped.contains(&format!(r#""event":{event},"events":[{event}]"#)), "{wrapped}");
}

#[test]
fn broken_lines_are_left_out_and_kept_apart_on_request() {
    let broken = "{\"participant\":\"+1 (415) 999-0000\"";
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(2 << 20));
    let capture = format!("{HOLD}\r\n{broken}\n\n{long}\n{HOLD}");
    let folder = Folder::new(&[("a.jsonl", capture.as_bytes())]);
    let arguments =
        ["redact", "--key-file", "@key", "--rejects", "@rejects", "-o", "@new", "@a.jsonl"];
    let run = folder.voxev(&arguments);
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("voxev: 2 lines of 4 left out"), "{}", run.stderr);
    let new = fs::read_to_string(folder.path("new")).expect("it is written");
    let line = redacted_line(HOLD);
    assert_eq!(new, format!("{line}\r\n{line}"));
    let rejects = fs::read_to_string(folder.path("rejects")).expect("it is written");
    assert_eq!(rejects, format!("{broken}\n{long}\n"));
}

#[test]
fn captures_that_end_in_the_middle_of_a_line_do_not_run_together() {
    let folder = Folder::new(&[("a.jsonl", HOLD.as_bytes()), ("b.jsonl", HOLD.as_bytes())]);
    let run = folder.voxev(&["redact", "--key-file", "@key", "@a.jsonl", "@b.jsonl"]);
    let line = redacted_line(HOLD);
    assert_eq!(run.text(), format!("{line}\n{line}"));
}

#[test]
fn compressed_captures_and_selections_work_as_elsewhere() {
    let other = HOLD.replace("d7a9", "aaaa").replace("hold", "resume");
    let folder = Folder::new(&[("a.jsonl", format!("{HOLD}\n{other}\n").as_bytes())]);
    let packed = folder.voxev(&["redact", "--key-file", "@key", "-o", "@b.jsonl.gz", "@a.jsonl"]);
    assert_eq!(packed.code, Some(0));
    let shown = folder.voxev(&["convert", "--to", "jsonl", "@b.jsonl.gz"]);
    assert_eq!(shown.text(), folder.redacted("a.jsonl").text());
    let again = folder.redacted("b.jsonl.gz");
    assert_eq!((again.code, again.text().lines().count()), (Some(0), 2));
    let one = folder.voxev(&["redact", "--key-file", "@key", "--type", "resume", "@a.jsonl"]);
    assert_eq!(one.text().lines().count(), 1);
}

#[test]
fn no_output_is_a_file_that_is_read() {
    let folder = Folder::new(&[("a.jsonl", HOLD.as_bytes())]);
    for output in ["@a.jsonl", "@key"] {
        let run = folder.voxev(&["redact", "--key-file", "@key", "-o", output, "@a.jsonl"]);
        assert!(run.code == Some(2) && run.stderr.contains("which is read"), "{run:?}");
    }
    assert_eq!(fs::read(folder.path("a.jsonl")).expect("it is there"), HOLD.as_bytes());
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let folder = Folder::new(&[("a.jsonl", format!("{HOLD}\n").repeat(20_000).as_bytes())]);
    let path = folder.path("a.jsonl").display().to_string();
    let mut command = voxev(&["redact", &path]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("starts");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn times_stay_unless_they_are_moved_and_then_all_by_the_same() {
    let message = |at: &str| {
        format!(
            r#"{{"type":"transcript","detail":{{"callId":"a","id":"1","clientSentTimestamp":{at},"serverReceivedTimestamp":0,"content":{{"formatType":"Text","text":"Hi"}},"sender":{{"role":"Agent"}}}}}}"#
        )
    };
    let capture = format!("{}\n{}\n", message("1767607298155"), message("1767607298206"));
    let folder = Folder::new(&[("a.jsonl", capture.as_bytes())]);
    assert!(folder.redacted("a.jsonl").text().contains("\"clientSentTimestamp\":1767607298155,"));
    let moved = folder.voxev(&["redact", "--key-file", "@key", "--shift-times", "@a.jsonl"]).text();
    let times: Vec<i64> = moved
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("it is JSON"))
        .map(|it| it["detail"]["clientSentTimestamp"].as_i64().expect("a number"))
        .collect();
    assert_eq!(times[1] - times[0], 51);
    assert!(times[0] < 1_767_607_298_155);
    assert!(moved.contains("\"serverReceivedTimestamp\":0,"), "it would tell by how much");
}

#[test]
fn an_original_is_found_among_the_captures_given() {
    let folder = Folder::new(&[("a.jsonl", format!("{HOLD}\n{HOLD}\n").as_bytes())]);
    let line: serde_json::Value = serde_json::from_str(&redacted_line(HOLD)).expect("it is JSON");
    for (name, original) in
        [("callId", "d7a9f1b7-fc17-43fe-8ca7-e584a2b34792"), ("participant", "+1 (415) 999-0000")]
    {
        let replaced = line["detail"][name].as_str().expect("a string");
        let find = ["redact", "--key-file", "@key", "--find", replaced, "@a.jsonl"];
        let run = folder.voxev(&find);
        assert_eq!((run.code, run.text()), (Some(0), format!("{original}\n")), "{}", run.stderr);
        assert!(run.stderr.contains("found 2 times"), "{}", run.stderr);
    }
    let none = folder.voxev(&["redact", "--key-file", "@key", "--find", "x", "@a.jsonl"]);
    assert_eq!((none.code, &*none.text()), (Some(1), ""));
    assert!(none.stderr.contains("has this replacement"), "{}", none.stderr);
    let keyless = folder.voxev(&["redact", "--find", "x", "@a.jsonl"]);
    assert!(keyless.code == Some(2) && keyless.stderr.contains("--key-file"), "{keyless:?}");
}

#[test]
fn a_long_line_takes_time_by_its_length_only() {
    let text = "ሀለሐመሠረሰ9f ".repeat(4_000);
    let line = HOLD.replace("+1 (415) 999-0000", &text).replace("d7a9", &"7".repeat(50_000));
    let new = redacted_line(&line);
    assert_eq!(new.chars().count(), line.chars().count());
    let keys: Vec<String> = (0..6_000).map(|nth| format!("\"+1415999{nth:05}\":{nth}")).collect();
    let many = redacted_line(&hold(&format!("\"seen\":{{{}}}", keys.join(","))));
    assert!(many.len() > 100_000);
}
