//! Payloads in a wrapper, as log pipelines write them: found, placed, written and dated.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{objects, run_in};

const LINES: [&str; 4] = [
    r#"{"type":"callstarted","detail":{"callId":"a","callType":"inbound","participant":"+1"}}"#,
    r#"{"type":"mute","detail":{"callId":"é\"x\\","extra":1}}"#,
    r#"{"type":"mute","detail":{"callId":7}}"#,
    r#"{"type":"mute","detail":{}}"#,
];

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("it can be written");
    }
    folder
}

/// The lines in wrappers, and the JSON Pointer of their payloads.
fn wrapped() -> Vec<(String, &'static str)> {
    let all = |wrap: &dyn Fn(&str) -> String| LINES.map(wrap).join("\n");
    let quoted = |line: &str| Value::from(line).to_string();
    vec![
        (all(&|line| format!("{{\"ü\":\"é\", \"payload\": {line} ,\"n\":[1,{{}}]}}")), "/payload"),
        (all(&|line| format!("{{\"a/b\":{{\"event\":{line}}}}}")), "/a~1b/event"),
        (all(&|line| format!("{{\"m\":{},\"n\":null}}", quoted(line))), "/m"),
        (all(&|line| format!("[1,{line}]")), "/1"),
        (all(&quoted), ""),
        (format!("[{}]", LINES.map(|line| format!("{{\n\"p\":\n{line}}}")).join(",")), "/p"),
    ]
}

#[test]
fn what_is_found_is_about_the_payload_and_placed_in_the_file() {
    let plain = folder(&[("c", &LINES.join("\n"))]);
    let arguments = ["validate", "--no-config", "--strict", "--format", "json", "c"];
    let expected = objects(&run_in(plain.path(), &arguments).stdout);
    assert_eq!(expected.len(), 3);
    for (text, pointer) in wrapped() {
        let case = folder(&[("c", &text)]);
        let found = run_in(case.path(), &[&arguments[..], &["--payload", pointer]].concat());
        let found = objects(&found.stdout);
        assert_eq!(found.len(), expected.len(), "{pointer}");
        for (found, expected) in found.iter().zip(&expected) {
            for key in ["pointer", "rule", "message", "event", "callId", "help"] {
                assert_eq!(found[key], expected[key], "{pointer}");
            }
            let number = |key: &str| usize::try_from(found[key].as_u64().expect("it")).expect("it");
            let (start, length) = (number("offset"), number("length"));
            let before = &text[..start];
            let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
            assert_eq!(number("line"), before.matches('\n').count() + 1, "{pointer}");
            assert_eq!(number("column"), before[line_start..].chars().count() + 1, "{pointer}");
            let marked = text[start..start + length].replace('\\', "");
            let wanted = ["\"extra\"", "7", "\"detail\""];
            assert!(wanted.contains(&&*marked), "{pointer}: {marked}");
        }
    }
}

#[test]
fn fingerprints_count_from_the_payload() {
    let case = folder(&[("c", &LINES.join("\n"))]);
    run_in(case.path(), &["validate", "--no-config", "--write-baseline", "known.json", "c"]);
    for (text, pointer) in wrapped() {
        fs::write(case.path().join("c"), text).expect("it can be written");
        let arguments = ["validate", "--no-config", "--baseline", "known.json", "c", "--payload"];
        let found = run_in(case.path(), &[&arguments[..], &[pointer]].concat());
        assert_eq!(found.code, Some(0), "{pointer}: {}", found.stderr);
        assert!(found.stderr.contains("ignored by the baseline: 2"), "{}", found.stderr);
    }
}

#[test]
fn a_selected_line_is_written_as_it_was_and_a_converted_one_is_its_payload() {
    for (text, pointer) in wrapped() {
        let case = folder(&[("c", &text)]);
        let select = ["filter", "--no-config", "--type", "mute", "--payload", pointer, "c"];
        let found = run_in(case.path(), &select);
        if text.starts_with("[{") {
            assert_eq!(found.text().lines().count(), 3);
        } else {
            let lines: Vec<&str> = text.lines().skip(1).collect();
            assert_eq!(found.text().lines().collect::<Vec<_>>(), lines, "{pointer}");
        }
        let converted =
            run_in(case.path(), &["convert", "--to", "jsonl", "--payload", pointer, "c"]);
        assert_eq!(converted.text().lines().collect::<Vec<_>>(), LINES, "{pointer}");
        let shown = run_in(case.path(), &["pretty", "--payload", pointer, "c"]);
        assert!(shown.text().contains("  \"type\": \"callstarted\""), "{pointer}");
        let around = ["filter", "--no-config", "--type", "callstarted", "--around", "1"];
        let around = run_in(case.path(), &[&around[..], &["--payload", pointer, "c"]].concat());
        assert_eq!(around.text().lines().count(), 1, "{pointer}");
    }
}

#[test]
fn the_configuration_says_where_payloads_are_and_the_command_line_wins() {
    let text = format!("{{\"data\":{}}}\n", LINES[0]);
    let case = folder(&[("c", &text), ("voxev.toml", "[input]\npayload = \"/data\"\n")]);
    for command in [&["validate"][..], &["convert", "--to", "csv"], &["pretty"], &["stats"]] {
        assert_eq!(run_in(case.path(), &[command, &["c"]].concat()).code, Some(0), "{command:?}");
    }
    let found = run_in(case.path(), &["validate", "--payload", "/other", "c"]);
    assert!(found.text().contains("there is no payload at /other"), "{}", found.text());
    let shown = run_in(case.path(), &["validate", "--show-config"]);
    assert!(shown.text().contains("input.payload = \"/data\""), "{}", shown.text());
    fs::write(case.path().join("voxev.toml"), "[input]\npayload = \"data\"\n").expect("it is");
    let found = run_in(case.path(), &["validate", "c"]);
    let said = "voxev.toml:2:11: \"data\" is not a valid JSON Pointer: it begins with /";
    assert!(found.stderr.contains(said), "{}", found.stderr);
}

#[test]
fn a_line_without_a_payload_and_a_broken_wrapper_are_findings() {
    let lines = format!("{{\"data\":{0}}}\n{0}\n{{}}\n{{\"data\":{0}\n", LINES[0]);
    let case = folder(&[("c", &lines)]);
    let arguments = ["validate", "--no-config", "--format", "json", "--payload", "/data", "c"];
    let found = objects(&run_in(case.path(), &arguments).stdout);
    let rules: Vec<&Value> = found.iter().map(|it| &it["rule"]).collect();
    assert_eq!(rules, ["not-an-event", "not-an-event", "invalid-json"]);
    assert!(found[0]["help"].as_str().expect("text").contains("without --payload"));
    assert_eq!(found[2]["line"], 4);
}

#[test]
fn the_time_of_a_wrapper_is_that_of_its_event() {
    let line = |time: Value, call: &str| {
        let event = json!({"type": "mute", "detail": {"callId": call}});
        json!({"ts": time, "event": event}).to_string()
    };
    let text = [
        line("2026-01-05T10:00:00+01:00".into(), "a"),
        line(1_767_607_200.into(), "b"),
        line(1_767_610_800_500_u64.into(), "c"),
        line("no time".into(), "d"),
    ]
    .join("\n");
    let case = folder(&[("c", &text)]);
    let wrapped = ["--payload", "/event", "--time", "/ts", "c"];
    let select = ["filter", "--no-config", "--since", "2026-01-05T10:00:00Z"];
    let until = ["--until", "2026-01-05T10:30:00Z"];
    let count = |more: &[&str]| {
        let arguments = [&select[..], more, &wrapped].concat();
        run_in(case.path(), &arguments).text().lines().count()
    };
    assert_eq!((count(&[]), count(&until)), (2, 1));
    let stats = ["stats", "--no-config", "--format", "json", "--since", "2026-01-05T10:30:00Z"];
    let stats = run_in(case.path(), &[&stats[..], &wrapped].concat());
    let report: Value = serde_json::from_str(&stats.text()).expect("it is JSON");
    assert_eq!(report["rows"].as_array().map(Vec::len), Some(1), "{report}");
}

#[test]
fn recorded_at_beside_a_payload_is_its_time_without_a_flag() {
    let line = |time: &str, call: &str| {
        format!(r#"{{"recordedAt":"{time}","type":"mute","detail":{{"callId":{call}}}}}"#)
    };
    // The second one is not clean.
    let text =
        [line("2026-01-05T10:00:00Z", "\"a\""), line("2026-01-06T10:00:00Z", "7")].join("\n");
    let case = folder(&[("c", &text)]);
    let select = |day: &str| {
        let arguments = ["filter", "--no-config", "--since", day, "--until", day, "c"];
        run_in(case.path(), &arguments).text()
    };
    assert!(select("2026-01-05").contains("\"a\""));
    assert!(select("2026-01-06").contains(":7"));
    assert_eq!(select("2026-01-07"), "");
}

#[test]
fn the_way_to_nested_payloads_is_shown_once_for_a_capture() {
    let line = |name: &str, n: usize| {
        let payload = r#"{"type":"mute","detail":{"callId":"a"}}"#;
        format!("{{\"n\":{n},\"{name}\":{payload}}}\n")
    };
    let some: String = (0..9).map(|n| line("data", n)).collect();
    let mixed: String = (0..9).map(|n| line("data", n) + "[]\n").collect();
    let named: String =
        (0..9).map(|n| line("data", n).replacen('{', r#"{"type":"log","#, 1)).collect();
    let case = folder(&[("some", &some), ("mixed", &mixed), ("named", &named)]);
    for files in [&["some"][..], &["mixed"], &["named"], &["some", "mixed", "named"]] {
        let run = run_in(case.path(), &[&["validate", "--no-config"][..], files].concat());
        let text = String::from_utf8(run.stdout).expect("it is UTF-8");
        let hints = text.matches("`--payload /data`").count();
        assert_eq!(hints, files.len(), "{text}");
        assert_eq!(text.matches("… and 8 more like this").count(), files.len(), "{text}");
    }
    // A report may show any of them alone.
    let run = run_in(case.path(), &["validate", "--no-config", "--format", "json", "some"]);
    assert!(objects(&run.stdout).iter().all(|it| it["help"].to_string().contains("/data")));
}

#[test]
fn a_time_that_no_event_has_is_said_for_each_capture() {
    let line = r#"{"at":"2026-01-05T10:00:00Z","p":{"type":"mute","detail":{"callId":"a"}}}"#;
    let case = folder(&[("c", &format!("{line}\n{line}\n")), ("broken", "{\n")]);
    let said = |arguments: &[&str]| run_in(case.path(), arguments).stderr;
    let commands: [&[&str]; 6] = [
        &["validate", "c"],
        &["filter", "--type", "mute", "c"],
        &["filter", "--since", "2026-01-01", "c"],
        &["stats", "c"],
        &["pretty", "c"],
        &["convert", "--to", "csv", "c"],
    ];
    for command in commands {
        for (time, is_said) in [("/at", false), ("/time", true)] {
            let options = ["--payload", "/p", "--time", time];
            let said = said(&[command, &options].concat());
            let message = format!("voxev: c: no event has a time at {time} (--time)\n");
            assert_eq!(said.contains(&message), is_said, "{command:?} {said}");
        }
    }
    let said = said(&["validate", "--time", "/t", "broken"]);
    assert!(!said.contains("no event has a time"), "{said}");
}
