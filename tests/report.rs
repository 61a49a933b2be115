//! `voxev report`: one HTML file that loads nothing, is of bounded size, and has no personal values.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Run, objects, run, run_in, run_on};

const KEY: &str = "docs/example.key";
const CALL: &str = "fixtures/valid/call.jsonl";

/// The report of `input` as text.
fn report(arguments: &[&str], input: &str) -> String {
    let all = [&["report", "--time-zone", "UTC", "--key-file", KEY], arguments].concat();
    let run = run(&all, input.as_bytes());
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    run.text()
}

/// The report with personal values.
fn personal(arguments: &[&str], input: &str) -> String {
    let all = [&["report", "--time-zone", "UTC", "--show-personal"], arguments].concat();
    let run = run(&all, input.as_bytes());
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    run.text()
}

fn line(kind: &str, detail: &Value) -> String {
    format!("{}\n", json!({ "type": kind, "detail": detail }))
}

fn started(call: &str, participant: &str) -> String {
    line(
        "callstarted",
        &json!({ "callId": call, "callType": "inbound", "participant": participant }),
    )
}

fn audio(call: &str, lost: u32, nth: u32) -> String {
    line(
        "audiostats",
        &json!({
            "callId": call, "stats": "inputChannelStats", "packetsCount": 1500 - lost,
            "packetsLost": lost, "jitterBufferMillis": 40 + nth % 50, "roundTripTimeMillis": 0,
            "statsCount": nth + 1
        }),
    )
}

fn said(call: &str, text: &str, at: u64) -> String {
    line(
        "transcript",
        &json!({
            "callId": call, "id": format!("{call}{at}"), "clientSentTimestamp": at,
            "serverReceivedTimestamp": at + 1, "content": { "formatType": "Text", "text": text },
            "sender": { "role": "Agent" }
        }),
    )
}

/// 2026-01-05T10:00:00Z.
const TEN: u64 = 1_767_607_200_000;

/// The elements of calls that are told in full.
fn told(report: &str) -> Vec<&str> {
    let full = report.split("<section id=\"full\"").nth(1).unwrap_or_default();
    let full = full.split("</section>").next().unwrap_or_default();
    full.split("<details class=\"call\"").skip(1).collect()
}

/// The rows of the table, as the script gets them.
fn rows(report: &str) -> Value {
    let data = report.split("id=\"data\">").nth(1).expect("there is data");
    let data = data.split("</script>").next().expect("it ends");
    serde_json::from_str(data).expect("it is JSON")
}

#[test]
fn a_report_is_one_document_that_can_load_and_send_nothing() {
    let report = report(&[CALL], "");
    assert!(report.starts_with("<!doctype html>\n<html lang=\"en\">"));
    assert!(report.ends_with("</html>\n") || report.ends_with("</html>"));
    for directive in [
        "default-src 'none'",
        "script-src 'sha256-",
        "style-src 'sha256-",
        "base-uri 'none'",
        "form-action 'none'",
    ] {
        assert!(report.contains(directive), "{directive}");
    }
    let body = report.split("<body>").nth(1).expect("there is a body");
    let page = body.split("<script").next().expect("the script comes last");
    for part in [" style=", " src=", "http", "<img", "<link", "<iframe", "<form", "onclick"] {
        assert!(!page.contains(part), "{part}");
    }
    for (open, close) in [
        ("<section", "</section>"),
        ("<table", "</table>"),
        ("<details", "</details>"),
        ("<svg", "</svg>"),
        ("<div", "</div>"),
        ("<code", "</code>"),
    ] {
        assert_eq!(page.matches(open).count(), page.matches(close).count(), "{open}");
    }
}

#[test]
fn figures_are_those_of_stats() {
    let capture = run_on(&["generate", "--calls", "30", "--seed", "7"]).text();
    let report = personal(&["--by", "direction"], &capture);
    let stats = run(&["stats", "--format", "json"], capture.as_bytes());
    let stats: Value = serde_json::from_str(&stats.text()).expect("the figures are JSON");
    let poor = stats["overview"]["poor"].as_u64().expect("a number");
    assert!(report.contains(&format!("{poor} of 30 calls with a MOS are below 3.60")), "{poor}");
    let data = rows(&report);
    let found = data["rows"].as_array().expect("rows");
    let expected = stats["rows"].as_array().expect("rows");
    assert_eq!(found.len(), 30);
    for (row, call) in found.iter().zip(expected) {
        assert_eq!(row[0], call["callId"]);
        let near = |found: &Value, expected: &Value, most: f64| match expected.as_f64() {
            Some(expected) => found.as_f64().is_some_and(|it| (it - expected).abs() <= most),
            None => found.is_null(),
        };
        let [input, output] =
            ["inputChannelStats", "outputChannelStats"].map(|it| &call["channels"][it]);
        assert!(near(&row[6], &input["lossPercent"], 0.00501), "{row} {call}");
        assert!(near(&row[7], &output["lossPercent"], 0.00501), "{row} {call}");
        assert!(near(&row[8], &input["jitterBufferMillis"]["p95"], 0.501), "{row} {call}");
        assert!(near(&row[9], &output["roundTripTimeMillis"]["p95"], 0.501), "{row} {call}");
        assert!(near(&row[10], &input["mos"], 0.00501), "{row} {call}");
        assert!(near(&row[11], &output["mos"], 0.00501), "{row} {call}");
        assert_eq!((&row[13], &row[14]), (&call["holds"], &call["flagsRaised"]));
    }
    assert!(report.contains("<h2 id=\"groups-h\">By direction</h2>"));
}

#[test]
fn hostile_identifiers_and_texts_are_text() {
    let texts = ["</script><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "<!--"];
    let capture: String = texts
        .iter()
        .map(|text| [started(text, text), audio(text, 3, 0), said(text, text, TEN)].concat())
        .collect();
    let report = personal(&["--title", "<script>1</script>", "--by", "participant"], &capture);
    assert_eq!(report.matches("<script").count(), 2, "data and script");
    assert_eq!(report.matches("</script").count(), 2);
    assert!(!report.contains("<img") && !report.contains("<!--"));
    assert_eq!(told(&report).len(), 3);
    let data = rows(&report);
    let ids: Vec<&Value> = data["rows"].as_array().expect("rows").iter().map(|it| &it[0]).collect();
    assert!(texts.iter().all(|text| ids.iter().any(|id| *id == text)), "{ids:?}");
}

#[test]
fn a_report_is_of_bounded_size() {
    let within = |report: &str, calls: usize, full: usize| {
        let most = 200_000 + 300 * calls + 10_000 * full;
        assert!(report.len() < most, "{} of {most}", report.len());
        assert_eq!(told(report).len(), full);
        let longest = told(report).iter().map(|call| call.len()).max().unwrap_or_default();
        assert!(longest <= 10_100, "{longest}");
    };
    let capture = run_on(&["generate", "--calls", "120", "--seed", "3"]).text();
    within(&report(&["--by", "hour"], &capture), 120, 120);
    let few = report(&["--calls", "5"], &capture);
    assert!(few.len() < 200_000 + 300 * 120 + 10_000 * 5, "{}", few.len());
    assert_eq!(told(&few).len(), 5);
    // Calls that are meant to be large: long identifiers, many lines, everything to be escaped.
    let hostile: String = (0..40)
        .map(|call| {
            let id = format!("{call}{}", "<'\"&>".repeat(60));
            let lines = (0..60).map(|nth| {
                let text = "<'\"&>é".repeat(200);
                [audio(&id, nth * 7 % 90, nth), said(&id, &text, TEN + u64::from(nth))].concat()
            });
            [started(&id, &id)].into_iter().chain(lines).collect::<String>()
        })
        .collect();
    within(&personal(&["--by", "participant"], &hostile), 40, 40);
}

#[test]
fn a_long_call_is_told_by_its_beginning_and_its_end() {
    let lines = (0..3000).map(|nth| said("c", &format!("message {nth}"), TEN + nth * 1000));
    let capture = [started("c", "Ann"), lines.collect(), audio("c", 9, 0)].concat();
    let report = personal(&[], &capture);
    let call = told(&report)[0];
    assert!(call.contains("message 0\n") && call.contains("message 2999\n"), "{call}");
    assert!(!call.contains("message 1500\n"));
    assert!(call.contains("lines not shown; <code>voxev filter --call-id</code>"), "{call}");
}

/// Every personal value of the fixture, and of what is joined with it.
const PERSONAL: [&str; 9] = [
    "5f0c1e9a-3c1d-4b52-b0a4-6f9f0a7f2d11",
    "5f0c1e9a",
    "565-0143",
    "555-0143",
    "Billing Queue",
    "Angela",
    "Samir",
    "credit note",
    "Nightingale",
];

#[test]
fn personal_values_are_replaced_also_in_the_command_line_and_in_joined_columns() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let table =
        "callId,agent,carrier\n5f0c1e9a-3c1d-4b52-b0a4-6f9f0a7f2d11,Florence Nightingale,Acme\n";
    fs::write(path("calls.csv"), table).expect("it is written");
    let (join, output) = (path("calls.csv"), path("report.html"));
    let wanted = [
        "--call-id",
        "5f0c1e9a",
        "--where",
        "participant=Billing Queue",
        "--join",
        &join,
        "--keep",
        "carrier",
        "--by",
        "participant",
        "--by",
        "agent",
        "-o",
        &output,
        CALL,
    ];
    let run_with = |more: &[&str]| {
        let run = run_on(&[&["report", "--time-zone", "UTC"], more, &wanted].concat());
        assert_eq!(run.code, Some(0), "{run:?}");
        fs::read_to_string(&output).expect("the report is there")
    };
    let replaced = run_with(&[]);
    for value in PERSONAL {
        assert!(!replaced.contains(value), "{value}");
    }
    let (folders, name) = (folder.path().to_string_lossy(), "calls.csv");
    assert!(!replaced.contains(&*folders) && replaced.contains(name), "only the file's name");
    assert!(replaced.contains("Acme"), "what is to be kept is kept");
    assert!(replaced.contains("--keep carrier") && replaced.contains("--where &#39;participant="));
    let again = run_with(&[]);
    assert_ne!(replaced, again, "a random key");
    let keyed = run_with(&["--key-file", KEY]);
    assert_eq!(keyed, run_with(&["--key-file", KEY]), "the same key");
}

#[test]
fn replacements_are_those_of_redact() {
    let redacted = run_on(&["redact", "--key-file", KEY, CALL]);
    let redacted = objects(&redacted.stdout);
    let report = report(&[CALL], "");
    for (event, pointer) in [
        ("callstarted", "/detail/callId"),
        ("hold", "/detail/participant"),
        ("note", "/detail/content/text"),
    ] {
        let line = redacted.iter().find(|line| line["type"] == event).expect(event);
        let value = line.pointer(pointer).and_then(Value::as_str).expect("a text");
        assert!(report.contains(value), "{value}");
    }
    assert!(report.contains("made-up ones, under the key "), "the key is named");
}

#[test]
fn with_show_personal_values_stay_and_the_report_says_so() {
    let report = personal(&["--call-id", "5f0c1e9a", CALL], "");
    for value in
        ["5f0c1e9a-3c1d-4b52-b0a4-6f9f0a7f2d11", "Billing Queue", "fixtures/valid/call.jsonl"]
    {
        assert!(report.contains(value), "{value}");
    }
    assert!(report.contains("This report shows personal data as it is in the captures."));
    assert!(report.contains("--show-personal --call-id 5f0c1e9a"));
}

#[test]
fn threads_do_not_change_a_byte() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let recipe = ["generate", "--calls", "40", "--seed", "9", "--faults", "0.01"];
    let made = run_on(&[&recipe[..], &["-o", &path("a.jsonl")]].concat());
    assert_eq!(made.code, Some(0), "{made:?}");
    fs::copy(path("a.jsonl"), path("b.jsonl")).expect("it is copied");
    let key = fs::canonicalize(KEY).expect("it is there");
    let key = key.to_string_lossy();
    let one = |threads: &str| {
        let arguments =
            ["report", "--key-file", &key, "--by", "hour", "-j", threads, "a.jsonl", "b.jsonl"];
        let text = run_in(folder.path(), &arguments).text();
        assert!(text.len() > 100_000);
        text.replace(&format!("--threads {threads}"), "--threads N")
    };
    let first = one("1");
    for threads in ["2", "5"] {
        assert!(one(threads) == first, "-j {threads}");
    }
}

#[test]
fn standard_input_is_told_like_a_file() {
    let capture = fs::read_to_string(CALL).expect("it is there");
    let piped = personal(&[], &capture);
    let crlf = personal(&[], &capture.replace('\n', "\r\n"));
    let file = personal(&[CALL], "");
    let body = |text: &str| {
        let end = text.split("How this report was made").next().unwrap_or_default();
        end.replace("&lt;stdin&gt;", CALL).replace("&#60;stdin&#62;", CALL)
    };
    assert_eq!(body(&piped), body(&file));
    assert_eq!(body(&crlf), body(&file));
    assert!(told(&piped)[0].contains("until resume in line 36"));
}

#[test]
fn what_is_out_of_order_is_told_with_its_line() {
    let report = personal(&["fixtures/lifecycle/broken/transcript.jsonl"], "");
    let call = told(&report)[0];
    assert!(call.contains("out of order: the call is on hold (line 4)"), "{call}");
}

#[test]
fn findings_are_counted_by_rule_and_the_first_are_shown_without_personal_values() {
    let capture = [
        started("c", "Ann"),
        line("hold", &json!({ "callId": "c", "participant": 4_159_990_000_u64 })),
        "{\"type\": Nightingale}\n".into(),
        audio("c", 1, 0),
    ]
    .concat();
    let report = report(&[], &capture);
    assert!(
        report.contains("<code>wrong-type</code>") && report.contains("<code>invalid-json</code>")
    );
    assert!(report.contains("&#60;stdin&#62;:2:"), "the place");
    assert!(!report.contains("4159990000") && !report.contains("Nightingale"));
}

#[test]
fn calls_by_time_are_shown_where_there_are_times() {
    let day = 24 * 3_600_000;
    let capture: String = (0..5)
        .map(|nth| {
            let id = format!("call-{nth}");
            [started(&id, "Ann"), audio(&id, 400, 0), said(&id, "x", TEN + nth * day)].concat()
        })
        .collect();
    let report = personal(&[], &capture);
    assert!(report.contains("<h3>Calls by day</h3>"));
    assert!(report.contains("2026-01-09: 1 calls, 1 poor"), "a column says its numbers");
    let undated = capture.lines().filter(|line| !line.contains("transcript"));
    let undated: String = undated.map(|line| format!("{line}\n")).collect();
    assert!(!personal(&[], &undated).contains("Calls by day"));
}

#[test]
fn changes_since_an_earlier_run_are_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("earlier.json");
    let capture = [started("c", "Ann"), audio("c", 0, 0)].concat();
    let figures = run(&["stats", "--format", "json"], capture.as_bytes());
    fs::write(&path, &figures.stdout).expect("it is written");
    let worse = [started("c", "Ann"), audio("c", 500, 0)].concat();
    let report = personal(&["--compare", &path.to_string_lossy()], &worse);
    assert!(report.contains("<td class=\"n bad\">+100.0 pp<td class=\"bad\">worse"), "{report}");
}

fn refused(arguments: &[&str], input: &str) -> String {
    let run = run(&[&["report"], arguments].concat(), input.as_bytes());
    assert_eq!((run.code, run.stdout.len()), (Some(2), 0), "{run:?}");
    run.stderr
}

#[test]
fn a_report_of_nothing_is_refused() {
    let text = refused(&[], "\n{}\n");
    assert!(text.contains("there is no call in 2 lines (1 invalid)"), "{text}");
    let call = [started("c", "Ann"), audio("c", 0, 0)].concat();
    let text = refused(&["--having", "loss>50"], &call);
    assert!(text.contains("no call meets the conditions"), "{text}");
    let text = refused(&["--call-id", "d"], &call);
    assert!(text.contains("no event of the call \"d\""), "{text}");
    let text = refused(&["--since", "2026-01-01"], &call);
    assert!(text.contains("no call has a timestamp in that period"), "{text}");
    let text = refused(&["--keep", "site", "--join", "README.md", "--on", "x"], &call);
    assert!(text.contains("cannot join"), "{text}");
}

#[test]
fn a_file_appears_only_where_everything_could_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.jsonl"), started("c", "Ann")).expect("it is written");
    let run = run_in(folder.path(), &["report", "-o", "r.html", "a.jsonl", "none.jsonl"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("the report is not written"), "{}", run.stderr);
    assert!(!folder.path().join("r.html").exists());
    let run = run_in(folder.path(), &["report", "-o", "a.jsonl", "a.jsonl"]);
    assert!(run.code == Some(2) && run.stderr.contains("which is read"), "{run:?}");
    let run = run_in(folder.path(), &["report", "-o", "r.html", "a.jsonl"]);
    assert_eq!((run.code, &*run.stderr), (Some(0), "r.html: 1 call, 1 in full\n"));
    assert!(folder.path().join("r.html").exists());
}

#[test]
fn nothing_says_when_a_report_was_made_unless_it_is_asked_for() {
    let made = |arguments: &[&str]| {
        let report = personal(&[arguments, &[CALL]].concat(), "");
        report.contains("<dt>Made</dt><dd>2026-02-03 04:05:06 UTC</dd>")
    };
    assert!(made(&["--made-at", "2026-02-03T04:05:06Z"]));
    assert!(!made(&[]));
}

#[test]
fn a_capture_by_itself_tells_its_own_calls() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("it is written");
    };
    write(
        "a.jsonl",
        &[started("c", "Ann"), said("c", "in the first", TEN), audio("c", 1, 0)].concat(),
    );
    write("b.jsonl", &[said("c", "in the second", TEN + 9), audio("c", 2, 1)].concat());
    let both = |arguments: &[&str]| -> Run {
        let all = [&["report", "--show-personal"], arguments, &["a.jsonl", "b.jsonl"]].concat();
        run_in(folder.path(), &all)
    };
    let together = both(&[]).text();
    assert_eq!(told(&together).len(), 1);
    assert!(together.contains("a.jsonl, line 1, to b.jsonl, line 2"), "{together}");
    let apart = both(&["--by", "capture"]).text();
    assert_eq!(told(&apart).len(), 2);
    let first = told(&apart).into_iter().find(|call| call.contains("in the first"));
    assert!(first.is_some_and(|call| !call.contains("in the second")));
}

#[test]
fn compressed_captures_are_told_and_damage_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let run = run_on(&["generate", "--calls", "3", "-o", &path("a.jsonl.gz")]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let whole = fs::read(path("a.jsonl.gz")).expect("it is there");
    fs::write(path("b.jsonl.gz"), &whole[..whole.len() / 2]).expect("it is written");
    let run = run_in(folder.path(), &["report", "a.jsonl.gz"]);
    assert_eq!((run.code, told(&run.text()).len()), (Some(0), 3));
    let run = run_in(folder.path(), &["report", "b.jsonl.gz"]);
    assert_eq!(run.code, Some(2));
    assert!(run.text().contains("1 capture is damaged"), "{}", run.stderr);
    // The same through a pipe, in whose place a temporary file is read.
    let piped = crate::support::run(&["report"], &whole);
    assert_eq!(told(&piped.text()).len(), 3, "{}", piped.stderr);
    assert!(Path::new(&path("a.jsonl.gz")).exists());
}
