//! Figures of calls: parts merge to the whole, threads do not matter, and nothing is not a number.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::support::{Random, run, run_on};

fn generated(calls: &str, seed: &str) -> Vec<u8> {
    run_on(&["generate", "--calls", calls, "--seed", seed]).stdout
}

fn report(arguments: &[&str], input: &[u8]) -> Value {
    let run = run(&[&["stats", "--format", "json"], arguments].concat(), input);
    assert_eq!(run.code, Some(0), "{run:?}");
    serde_json::from_str(&run.text()).expect("the report is JSON")
}

/// What a row says that does not depend on which capture its lines are in.
fn rows(report: &Value) -> Vec<Value> {
    let mut rows = report["rows"].as_array().expect("rows").clone();
    for row in &mut rows {
        let row = row.as_object_mut().expect("a row is an object");
        for key in ["firstLine", "lastLine"] {
            row.remove(key);
        }
        let state = row["state"].as_object_mut().expect("the state is an object");
        state.remove("first");
        state.remove("last");
    }
    rows
}

#[test]
fn figures_of_parts_merge_to_the_figures_of_the_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut random = Random(7);
    for seed in ["1", "2", "3"] {
        let capture = generated("30", seed);
        let whole = report(&["--sort", "first"], &capture);
        let ends: Vec<usize> =
            capture.iter().zip(1..).filter(|(byte, _)| **byte == b'\n').map(|(_, at)| at).collect();
        let mut cuts = [0, *random.pick(&ends), *random.pick(&ends), capture.len()];
        cuts.sort_unstable();
        let mut arguments = vec!["--merge".to_owned(), "--sort".into(), "first".into()];
        for (index, part) in cuts.windows(2).enumerate() {
            let path = folder.path().join(format!("{seed}-{index}.json"));
            let part = report(&["--sort", "first"], &capture[part[0]..part[1]]);
            fs::write(&path, part.to_string()).expect("the part is written");
            arguments.push(path.display().to_string());
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let merged = report(&arguments, b"");
        assert_eq!(rows(&merged), rows(&whole), "seed {seed}");
        for key in ["lines", "events", "calls", "invalid"] {
            assert_eq!(merged[key], whole[key], "{key}");
        }
    }
}

#[test]
fn figures_are_the_same_on_any_number_of_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("capture.jsonl");
    fs::write(&path, generated("300", "4")).expect("the capture is written");
    let path = path.display().to_string();
    let alone = run_on(&["stats", "--format", "json", "-j", "1", &path]);
    let together = run_on(&["stats", "--format", "json", "-j", "4", &path]);
    assert_eq!((alone.code, &alone.stdout), (Some(0), &together.stdout));
}

#[test]
fn every_captures_figures_are_numbers_or_none() {
    for (folder, code) in [
        ("fixtures/hostile", 0),
        ("fixtures/calls", 0),
        // One of its captures is cut.
        ("fixtures/invalid", 2),
        ("fixtures/shapes", 0),
    ] {
        for formula in ["salesforce", "emodel", "twilio"] {
            for format in ["table", "json", "csv"] {
                let run = run_on(&["stats", "--mos", formula, "--format", format, folder]);
                let text = run.text();
                assert_eq!(run.code, Some(code), "{run:?}");
                assert!(!text.contains("NaN") && !text.contains("inf "), "{text}");
            }
        }
    }
}

/// The p50, the p95 and the greatest of `values`; nearest rank.
fn exact(mut values: Vec<u64>) -> Option<[f64; 3]> {
    values.sort_unstable();
    let greatest = *values.last()?;
    let rank = |hundredths: usize| (hundredths * values.len()).div_ceil(100).max(1);
    #[expect(clippy::cast_precision_loss, reason = "the values are small")]
    Some([values[rank(50) - 1], values[rank(95) - 1], greatest].map(|it| it as f64))
}

/// Every value of each call's channel and figure, from the lines themselves.
fn measured(capture: &[u8]) -> BTreeMap<(String, &'static str, &'static str), Vec<u64>> {
    let mut all: BTreeMap<_, Vec<u64>> = BTreeMap::new();
    for line in capture.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let payload: Value = serde_json::from_slice(line).expect("the line is JSON");
        let detail = &payload["detail"];
        let (channel, figure) = match detail["stats"].as_str() {
            Some("inputChannelStats") => ("inputChannelStats", "jitterBufferMillis"),
            Some("outputChannelStats") => ("outputChannelStats", "roundTripTimeMillis"),
            _ => continue,
        };
        let call = detail["callId"].as_str().expect("the call has an identifier").to_owned();
        let value = detail[figure].as_u64().expect("it is a whole number");
        all.entry((call, channel, figure)).or_default().push(value);
    }
    all
}

/// Holds the figures of `report` to the exact ones; how many of them are within 1 %, and beyond.
fn check_quantiles(report: &Value, capture: &[u8]) -> [usize; 2] {
    let mut counts = [0, 0];
    let mut rows = BTreeMap::new();
    for row in report["rows"].as_array().expect("rows") {
        rows.insert(row["callId"].as_str().expect("a call").to_owned(), row);
    }
    for ((call, channel, figure), values) in measured(capture) {
        let told = &rows[&call]["channels"][channel][figure];
        let number = |key: &str| told[key].as_f64().expect("it is a number");
        let exact = exact(values).expect("there is a value");
        let error = number("error");
        // How often neighbours were joined, and what that costs where a bucket is one value wide.
        let joined = (((1.0 + error) / (1.0 - error)).ln() / 1.02_f64.ln()).round();
        let slack = (joined - 1.0) / 2.0 + 1e-9;
        for (key, exact) in ["p50", "p95"].into_iter().zip(exact) {
            let found = number(key);
            let is_near = (found - exact).abs() <= exact * error + slack;
            assert!(is_near, "{call} {channel} {figure} {key}: {found}, exactly {exact} ({error})");
        }
        assert!((number("max") - exact[2]).abs() < 1e-9, "{call} {channel} {figure}");
        counts[usize::from(error > 0.01)] += 1;
    }
    counts
}

#[test]
fn quantiles_are_within_the_stated_error_of_the_exact_ones_also_of_merged_parts() {
    let folder = tempfile::tempdir().expect("a folder");
    let mixes: [&[&str]; 4] = [
        &["--calls", "100"],
        &["--calls", "60", "--mix", "audiostats=50"],
        &["--calls", "40", "--mix", "transcript=30,note=5"],
        &["--size", "2MiB"],
    ];
    let mut random = Random(11);
    let mut counts = [0, 0];
    for (mix, seed) in mixes.into_iter().flat_map(|mix| [(mix, "1"), (mix, "2"), (mix, "3")]) {
        let capture = run_on(&[&["generate", "--seed", seed], mix].concat()).stdout;
        let whole = report(&["--sort", "first"], &capture);
        assert_eq!(whole["duplicates"], 0, "each line counts");
        let [near, wide] = check_quantiles(&whole, &capture);
        counts = [counts[0] + near, counts[1] + wide];
        let lines: Vec<&[u8]> = capture.split_inclusive(|byte| *byte == b'\n').collect();
        let mut cuts = vec![0, lines.len()];
        cuts.extend((0..4).map(|_| random.below(lines.len())));
        cuts.sort_unstable();
        let mut arguments = vec!["--merge".to_owned(), "--sort".into(), "first".into()];
        for (index, part) in cuts.windows(2).enumerate() {
            let path = folder.path().join(format!("{index}.json"));
            let part = report(&["--sort", "first"], &lines[part[0]..part[1]].concat());
            fs::write(&path, part.to_string()).expect("the part is written");
            arguments.push(path.display().to_string());
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let merged = report(&arguments, b"");
        assert_eq!(rows(&merged), rows(&whole), "{mix:?} {seed}");
        assert_eq!(check_quantiles(&merged, &capture), [near, wide]);
    }
    let [near, wide] = counts;
    assert!(near > 1000 && wide > 0 && wide < near / 20, "{near} within 1 %, {wide} beyond");
}

/// Five calls whose orders differ by every key. `b` has no audio; `c` sounds just as `a`.
fn five_calls() -> Vec<u8> {
    let mut capture = String::new();
    for (call, audio, holds, flags) in [
        ("a", Some((1, 20, 100)), 1, 0),
        ("b", None, 2, 1),
        ("c", Some((1, 20, 100)), 1, 0),
        ("d", Some((5, 90, 50)), 0, 2),
        ("e", Some((0, 200, 300)), 0, 0),
    ] {
        let mut line = |kind: &str, rest: &str| {
            let detail = format!("{{\"callId\":\"{call}\"{rest}}}");
            let line = format!("{{\"type\":\"{kind}\",\"detail\":{detail}}}\n");
            capture.push_str(&line);
        };
        if let Some((lost, jitter, round_trip)) = audio {
            let count = 100 - lost;
            let counters = |channel: &str, [lost, count, jitter, round_trip]: [u32; 4]| {
                format!(
                    ",\"stats\":\"{channel}\",\"packetsLost\":{lost},\"packetsCount\":{count},\
                     \"jitterBufferMillis\":{jitter},\"roundTripTimeMillis\":{round_trip}"
                )
            };
            line("audiostats", &counters("inputChannelStats", [lost, count, jitter, 0]));
            line("audiostats", &counters("outputChannelStats", [0, 100, 0, round_trip]));
        }
        for number in 0..holds {
            line("hold", &format!(",\"participant\":\"{number}\""));
        }
        for number in 0..flags {
            line("flagraise", &format!(",\"clientSentTimestamp\":{number}"));
        }
    }
    capture.into_bytes()
}

fn order(report: &Value) -> String {
    let rows = report["rows"].as_array().expect("rows");
    rows.iter().map(|row| row["callId"].as_str().expect("a call")).collect()
}

const ORDERS: [(&str, &str); 8] = [
    ("mos", "edacb"),
    ("loss", "daceb"),
    ("rtt", "eacdb"),
    ("jitter", "edacb"),
    ("lines", "dabce"),
    ("holds", "bacde"),
    ("flags", "dbace"),
    ("first", "abcde"),
];

#[test]
fn calls_are_sorted_worst_first_equals_as_they_came_and_those_without_a_figure_last() {
    let capture = five_calls();
    for (key, expected) in ORDERS {
        assert_eq!(order(&report(&["--sort", key], &capture)), expected, "{key}");
    }
    assert_eq!(order(&report(&[], &capture)), ORDERS[0].1, "the default");
    let help = run_on(&["stats", "--help"]).text();
    let keys = help.split("--sort <SORT>").nth(1).and_then(|it| it.split("--worst").next());
    let keys = keys.expect("--sort has its help").lines();
    let keys: Vec<&str> =
        keys.filter_map(|line| line.trim().strip_prefix("- ")?.split(':').next()).collect();
    assert_eq!(keys, ORDERS.map(|(key, _)| key), "each key is tested");
}

#[test]
fn the_worst_are_the_first_of_their_order_and_all_are_counted() {
    let capture = five_calls();
    for (key, expected) in ORDERS {
        for worst in 0..7 {
            let number = worst.to_string();
            let report = report(&["--sort", key, "--worst", &number], &capture);
            assert_eq!(order(&report), expected[..worst.min(5)], "{key} {worst}");
            assert_eq!(report["calls"], 5);
        }
        let csv =
            run(&["stats", "--sort", key, "--worst", "2", "--format", "csv"], &capture).text();
        let names: String = csv.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
        assert_eq!(names, expected[..2], "{key}");
    }
}

#[test]
fn a_table_shows_twenty_calls_unless_more_are_asked_for() {
    let capture = generated("60", "5");
    let shown = |arguments: &[&str]| {
        let text = run(&[&["stats"], arguments].concat(), &capture).text();
        let report = report(&["--sort", "first"], &capture);
        let rows = report["rows"].as_array().expect("rows");
        let ids = rows.iter().map(|row| row["callId"].as_str().expect("a call"));
        ids.filter(|id| text.contains(id)).count()
    };
    assert_eq!([shown(&[]), shown(&["--worst", "3"]), shown(&["--worst", "99"])], [20, 3, 60]);
}

/// Reports and duplicates of the input channel of the only call.
fn reports_and_duplicates(lines: &[&str]) -> [Option<u64>; 2] {
    let capture: String = lines.iter().flat_map(|line| [*line, "\n"]).collect();
    let row = &rows(&report(&[], capture.as_bytes()))[0];
    [row["channels"]["inputChannelStats"]["reports"].as_u64(), row["duplicates"].as_u64()]
}

#[test]
fn equal_reports_without_a_serial_number_all_count() {
    // The open-source connector puts 0 into each.
    let zero = r#"{"type":"audiostats","detail":{"callId":"a","stats":"inputChannelStats","packetsLost":0,"packetsCount":1500,"jitterBufferMillis":40,"roundTripTimeMillis":0,"statsCount":0}}"#;
    let none = zero.replace(r#","statsCount":0"#, "");
    let odd = zero.replace(r#""statsCount":0"#, r#""statsCount":-3"#);
    let nested = r#"{"type":"audiostats","detail":{"audioStats":{"callId":"a","stats":[{"inputChannelStats":{"packetsLost":0,"packetsCount":1500,"jitterBufferMillis":40,"roundTripTimeMillis":0,"statsCount":0}}]}}}"#;
    for line in [zero, &none, &odd, nested] {
        assert_eq!(reports_and_duplicates(&[line; 6]), [Some(6), Some(0)], "{line}");
    }
}

#[test]
fn a_copy_is_seen_however_its_values_are_spelled_and_ordered() {
    let report = r#"{"type":"audiostats","detail":{"callId":"a","stats":"inputChannelStats","packetsLost":0,"packetsCount":1500,"jitterBufferMillis":40,"roundTripTimeMillis":0,"statsCount":3}}"#;
    let reordered = r#"{"recordedAt":1,"detail":{"stats":"inputChannel\u0053tats","statsCount":3,"packetsCount":15e2,"packetsLost":0.0,"roundTripTimeMillis":-0.0,"jitterBufferMillis":40,"callId":"a","x":[]},"type":"audiostats"}"#;
    assert_eq!(reports_and_duplicates(&[report, reordered]), [Some(1), Some(1)]);
    let negative = report.replace(r#""packetsLost":0"#, r#""packetsLost":-2"#);
    let spaced = negative.replace(':', ": ");
    assert_eq!(reports_and_duplicates(&[report, &negative, &spaced])[1], Some(1));
    let other = negative.replace("-2", "-3");
    assert_eq!(reports_and_duplicates(&[&negative, &other])[1], Some(0));
    let message = r#"{"type":"transcript","detail":{"callId":"a","id":"1","clientSentTimestamp":5,"serverReceivedTimestamp":6,"content":{"formatType":"Text","text":"é"},"sender":{"role":"Agent"}}}"#;
    let copy = r#"{"type":"transcript","detail":{"serverReceivedTimestamp":6,"clientSentTimestamp":5.0,"sender":{"role":"Agent"},"id":"1","content":{"text":"\u00e9","formatType":"Text"},"callId":"a","x":1}}"#;
    assert_eq!(reports_and_duplicates(&[message, copy])[1], Some(1));
    let other = message.replace('é', "è");
    assert_eq!(reports_and_duplicates(&[message, &other])[1], Some(0));
    // What is missing may stand elsewhere.
    let bare = r#"{"type":"hold","detail":{"callId":"a","participnt":"A"}}"#;
    assert_eq!(reports_and_duplicates(&[bare, &bare.replace("\"A\"", "\"B\"")])[1], Some(0));
}

#[test]
fn a_line_with_reports_of_both_channels_is_no_copy_of_itself() {
    let counters = r#"{"packetsLost":0,"packetsCount":1500,"jitterBufferMillis":40,"roundTripTimeMillis":9,"statsCount":1}"#;
    let nested = |callid: &str| {
        format!(
            r#"{{"type":"audiostats","detail":{{"audioStats":{{"callId":"{callid}","stats":[{{"inputChannelStats":{counters},"outputChannelStats":{counters}}}]}}}}}}"#
        )
    };
    let line = nested("a");
    let both = |capture: &str| {
        let row = &rows(&report(&[], capture.as_bytes()))[0];
        let channels = &row["channels"];
        let reports = |channel: &str| channels[channel]["reports"].as_u64();
        [reports("inputChannelStats"), reports("outputChannelStats"), row["duplicates"].as_u64()]
    };
    assert_eq!(both(&line), [Some(1), Some(1), Some(0)]);
    let twice = [line.as_str(), "\n", &line].concat();
    assert_eq!(both(&twice), [Some(1), Some(1), Some(1)], "one line is one copy");
}

#[test]
fn whether_a_line_is_a_copy_depends_on_the_four_lines_before_it_only() {
    let message = |at: u32| {
        format!(
            r#"{{"type":"note","detail":{{"callId":"a","id":"{at}","clientSentTimestamp":{at},"serverReceivedTimestamp":{at},"content":{{"formatType":"Text","text":""}},"sender":{{"role":"Agent","displayName":"A"}}}}}}"#
        )
    };
    let mut random = Random(5);
    for _ in 0..20 {
        let ids: Vec<usize> = (0..30).map(|_| random.below(6)).collect();
        let lines: Vec<String> =
            ids.iter().map(|id| message(u32::try_from(*id).expect("it is small"))).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let copies = (0..ids.len()).filter(|&at| ids[at.saturating_sub(4)..at].contains(&ids[at]));
        assert_eq!(reports_and_duplicates(&lines)[1], Some(copies.count() as u64), "{ids:?}");
    }
}

#[test]
fn a_call_is_told_however_long_its_identifier_is() {
    let id = "é".repeat(200);
    let line = format!("{{\"type\":\"mute\",\"detail\":{{\"callId\":\"{id}\"}}}}\n");
    let told = run(&["stats", "--call-id", &id], line.as_bytes()).text();
    assert!(told.contains("1 mute"), "{told}");
}

/// A mute, proven clean at a glance or with a property that takes the cold path.
const LONE_SURROGATE: &str = concat!(
    r#"{"type":"mute","detail":{"callId":"a\ud800b"}}"#,
    "\n",
    r#"{"type":"mute","detail":{"callId":"a\ud800b"},"x":[[[[[[]]]]]]}"#,
    "\n"
);

#[test]
fn a_call_is_one_however_its_lines_are_read() {
    let report = report(&[], LONE_SURROGATE.as_bytes());
    assert_eq!(report["calls"], 1, "{report}");
    let around = run(
        &["filter", "--around", "1", "--where", "callId~a", "-m", "1"],
        LONE_SURROGATE.as_bytes(),
    );
    assert_eq!(around.text(), LONE_SURROGATE);
}

#[test]
fn merged_reports_have_no_rows_by_capture() {
    let capture = generated("2", "1");
    let whole = report(&[], &capture).to_string();
    let merged = run(&["stats", "--merge", "--by", "capture"], whole.as_bytes());
    assert_eq!((merged.code, &*merged.text()), (Some(2), ""));
    assert_eq!(run(&["stats", "--merge", "--by", "type"], whole.as_bytes()).code, Some(0));
}

#[test]
fn a_report_that_has_its_rows_twice_is_refused() {
    let twice = br#"{"calls":0,"rows":[],"rows":[]}"#;
    assert_eq!(run(&["stats", "--merge"], twice).code, Some(2));
    assert_eq!(run(&["stats", "--merge"], br#"{"calls":0,"rows":[]}"#).code, Some(0));
}

#[test]
fn the_timeline_says_what_ends_a_hold_as_the_order_of_events_has_it() {
    let capture = fs::read("fixtures/lifecycle/sound/swap-flips-holds.jsonl").expect("a fixture");
    let id = "5f0c1e9a-3c1d-4b52-b0a4-6f9f0a7f2d11";
    let told = run(&["stats", "--call-id", id], &capture).text();
    let holds: Vec<&str> = told.lines().filter(|line| line.contains(" hold ")).collect();
    assert_eq!(holds.len(), 2, "{told}");
    assert!(holds[0].ends_with("[until swap in line 5]"), "{}", holds[0]);
    assert!(holds[1].ends_with("[until swap in line 8]"), "{}", holds[1]);
}
