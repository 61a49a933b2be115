//! Findings like earlier ones are counted in one line of `pretty`, and in nothing else.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use crate::support::{Run, run, run_on};

/// A `mute` whose callId is a number; a `hold` without a participant where the number is even.
fn capture(lines: u64) -> String {
    let mut text = String::new();
    for number in 1..=lines {
        let _ = writeln!(text, r#"{{"type":"mute","detail":{{"callId":{number}}}}}"#);
        if number % 2 == 0 {
            let _ = writeln!(text, r#"{{"type":"hold","detail":{{"callId":"c{number}"}}}}"#);
        }
    }
    text
}

fn pretty(arguments: &[&str], input: &str) -> Run {
    run(&[&["validate"][..], arguments].concat(), input.as_bytes())
}

fn text(run: &Run) -> String {
    String::from_utf8(run.stdout.clone()).expect("it is UTF-8")
}

fn headings(text: &str) -> usize {
    text.lines().filter(|line| line.starts_with("error[")).count()
}

const MUTE: &str = "… and 997 more like this (lines 5–1500): wrong-type, mute callId\n";
const HOLD: &str = "… and 497 more like this (lines 12–1500): missing-property, hold participant\n";

#[test]
fn the_fourth_finding_of_a_kind_begins_a_group_in_pretty() {
    let run = pretty(&[], &capture(1000));
    let text = text(&run);
    assert_eq!(headings(&text), 6, "{text}");
    let mute = MUTE.replace("1500", "1499");
    assert!(text.ends_with(&format!("\n\n{mute}{HOLD}\n")), "{text}");
    let said = "1,494 findings like those shown are only counted; --no-group shows each\n";
    assert!(run.stderr.starts_with(said), "{}", run.stderr);
    assert!(run.stderr.contains(": 1,500 errors in 1,500 lines"), "{}", run.stderr);
    assert_eq!(run.code, Some(1));
}

#[test]
fn the_other_formats_have_every_finding() {
    let capture = capture(200);
    for (format, lines) in [("short", 100), ("json", 300), ("github", 11)] {
        let run = pretty(&["--format", format], &capture);
        assert_eq!(text(&run).lines().count(), lines, "{format}");
        assert!(!text(&run).contains("more like this"), "{format}");
        assert!(!run.stderr.contains("only counted"), "{format}");
    }
    let folder = tempfile::tempdir().expect("a folder can be made");
    let report = folder.path().join("report.txt");
    let option = format!("pretty={}", report.display());
    let grouped = pretty(&["--report", &option], &capture);
    assert_eq!(headings(&text(&grouped)), 6);
    let report = fs::read_to_string(report).expect("it is written");
    assert_eq!(headings(&report), 300, "a report has all of them");
}

#[test]
fn each_finding_is_shown_where_groups_are_not_wanted() {
    let run = pretty(&["--no-group", "--max-findings", "1000"], &capture(200));
    assert_eq!(headings(&text(&run)), 300);
    assert!(!run.stderr.contains("only counted") && !run.stderr.contains("more finding"));
}

#[test]
fn groups_do_not_depend_on_threads_pipes_or_compression() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let [plain, zipped] = ["a.jsonl", "a.gz"].map(|name| folder.path().join(name));
    let capture = capture(8_000);
    fs::write(&plain, &capture).expect("it can be written");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(capture.as_bytes()).expect("it is compressed");
    fs::write(&zipped, encoder.finish().expect("it is compressed")).expect("it can be written");
    for options in [&[][..], &["--lifecycle"], &["--max-findings", "4"]] {
        let one = text(&pretty(&[options, &["-j", "1"]].concat(), &capture));
        assert!(one.contains("… and 7,99"), "{one}");
        for threads in ["2", "5"] {
            for path in [&plain, &zipped] {
                let path = path.to_string_lossy();
                let several = run_on(&[&["validate", "-j", threads], options, &[&path]].concat());
                let several = text(&several).replace(&*path, "<stdin>");
                assert!(one == several, "-j {threads} {options:?} {path}");
            }
        }
    }
}

#[test]
fn a_group_goes_on_beyond_the_limit_of_findings_and_the_rest_is_counted() {
    let run = pretty(&["--max-findings", "1"], &capture(100));
    let text = text(&run);
    assert_eq!(headings(&text), 1, "{text}");
    assert!(text.contains("… and 99 more like this (lines 2–149): wrong-type, mute"), "{text}");
    let said = "99 findings like those shown are only counted; --no-group shows each\n\
        and 50 more findings; --max-findings N shows more";
    assert!(run.stderr.starts_with(said), "{}", run.stderr);
    let none = pretty(&["--max-findings", "0"], &capture(100));
    assert_eq!((none.stdout.len(), none.stderr.starts_with("and 150 more findings;")), (0, true));
}

#[test]
fn each_capture_has_its_own_groups() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let names = ["a.jsonl", "b.jsonl"].map(|name| folder.path().join(name));
    for name in &names {
        fs::write(name, capture(5)).expect("it can be written");
    }
    let [a, b] = names.map(|name| name.to_string_lossy().into_owned());
    let text = text(&run_on(&["validate", &a, &b]));
    let place = text.find(&b).expect("the second capture has findings");
    let line = "… and 2 more like this (lines 5–7): wrong-type, mute callId\n";
    let lines: Vec<usize> = text.match_indices(line).map(|(at, _)| at).collect();
    assert!(lines.len() == 2 && lines[0] < place && lines[1] > place, "{text}");
}

#[test]
fn a_run_that_fails_fast_counts_what_it_has_seen() {
    let warnings =
        r#"{"type":"callstarted","detail":{"callId":"c","callType":"Inbound","participant":"p"}}"#;
    let capture = format!("{}\nnot json\n", [warnings; 5].join("\n"));
    let run = pretty(&["--fail-fast"], &capture);
    let text = text(&run);
    assert!(text.contains("… and 2 more like this (lines 4–5): observed-value, call"), "{text}");
    assert_eq!(headings(&text), 1, "{text}");
}

#[test]
fn findings_that_a_baseline_holds_are_in_no_group() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let [name, known] = ["a.jsonl", "known.json"].map(|name| folder.path().join(name));
    fs::write(&name, capture(5)).expect("it can be written");
    let [name, known] = [&name, &known].map(|path| path.to_string_lossy().into_owned());
    run_on(&["validate", "--write-baseline", &known, &name]);
    let clean = run_on(&["validate", "--baseline", &known, &name]);
    assert_eq!((clean.code, text(&clean).as_str()), (Some(0), ""));
    let more =
        fs::read_to_string(&name).expect("it can be read") + &capture(5).replace(":1}", ":\"d\"}");
    fs::write(&name, more).expect("it can be written");
    let run = run_on(&["validate", "--baseline", &known, &name]);
    assert!(run.stderr.contains("ignored by the baseline: 7"), "{}", run.stderr);
    assert_eq!(headings(&text(&run)), 5, "{}", text(&run));
}

#[test]
fn lines_in_the_wrong_order_are_grouped_too() {
    let call = |nth| {
        format!(
            r#"{{"type":"callended","detail":{{"callId":"{nth}"}}}}
{{"type":"hold","detail":{{"callId":"{nth}","participant":"p"}}}}
"#
        )
    };
    let text = text(&pretty(&["--lifecycle"], &(1..=9).map(call).collect::<String>()));
    let group = "… and 6 more like this (lines 8–18): lifecycle/after-end, hold type\n";
    assert!(text.contains(group), "{text}");
}

#[test]
fn a_line_of_many_findings_and_lines_beyond_the_limit_are_grouped() {
    let items = vec![r#"{"inputChannelStats":{"packetsCount":"x"}}"#; 50].join(",");
    let nested = format!(
        r#"{{"type":"audiostats","detail":{{"callId":"c","audioStats":{{"stats":[{items}]}}}}}}"#
    );
    let text_of_nested = text(&pretty(&[], &nested));
    let said = "(line 1): wrong-type, audiostats audioStats.stats[].inputChannelStats.packetsCount";
    assert!(text_of_nested.replace("\n  ", " ").contains(said), "{text_of_nested}");
    let long = format!("{}\n", "x".repeat(100)).repeat(9);
    let long = text(&pretty(&["--max-line-bytes", "50"], &long));
    assert!(long.contains("… and 6 more like this (lines 4–9): line-too-long, the line"), "{long}");
}

#[test]
fn hostile_names_in_a_group_are_escaped_and_short() {
    let name = format!("\\u001b[31m{}", "x".repeat(5_000));
    let line = format!(r#"{{"type":"{name}","detail":{{"callId":"c"}}}}"#);
    let text = text(&pretty(&[], &vec![line; 5].join("\n")));
    let group = text.split("… and 2 more").nth(1).expect("there is a group");
    assert!(group.contains("\\u{1b}[31mxxx") && group.len() < 250, "{group}");
}
