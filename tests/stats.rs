//! Figures of calls: merged parts equal the whole, the number of threads does not matter, and no
//! figure is NaN.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;

use serde_json::Value;

use crate::hostile::{assert_little, finish, piped};
use crate::support::{Random, run, run_on};

fn generated(calls: &str, seed: &str) -> Vec<u8> {
    run_on(&["generate", "--calls", calls, "--seed", seed]).stdout
}

/// A report that can be merged with others to the last participant, or such a sum.
fn report(arguments: &[&str], input: &[u8]) -> Value {
    let key: &[&str] =
        if arguments.contains(&"--merge") { &[] } else { &["--key-file", "docs/example.key"] };
    let run = run(&[&["stats", "--format", "json"], key, arguments].concat(), input);
    assert_eq!(run.code, Some(0), "{run:?}");
    serde_json::from_str(&run.text()).expect("the report is JSON")
}

/// The values of a row that do not depend on the capture of its lines.
fn rows(report: &Value) -> Vec<Value> {
    let mut rows = report["rows"].as_array().expect("rows").clone();
    for row in &mut rows {
        let row = row.as_object_mut().expect("a row is an object");
        for key in ["firstCapture", "firstLine", "lastCapture", "lastLine", "state"] {
            row.remove(key);
        }
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
fn a_report_has_no_hash_of_a_participant_that_can_be_found_by_trying() {
    let hold = |name: &str| {
        format!(
            "{{\"type\":\"hold\",\"detail\":{{\"callId\":\"a\",\"participant\":\"{name}\"}}}}\n"
        )
    };
    let text = hold("+14159990000") + &hold("Ana");
    let without = run(&["stats", "--format", "json"], text.as_bytes()).text();
    let report: Value = serde_json::from_str(&without).expect("it is JSON");
    assert_eq!(report["participantKey"], Value::Null);
    assert_eq!(report["rows"][0]["participants"], 2);
    let state = |report: &Value| report["rows"][0]["state"].clone();
    let other = text.replace("Ana", "Bob").replace("999", "998");
    let other = run(&["stats", "--format", "json"], other.as_bytes()).text();
    let other = serde_json::from_str(&other).expect("it is JSON");
    assert_eq!(state(&report), state(&other), "nothing depends on the names");
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("key").display().to_string();
    let hashes = |secret: &str| {
        fs::write(&key, secret).expect("it is written");
        let run = run(&["stats", "--format", "json", "--key-file", &key], text.as_bytes());
        state(&serde_json::from_str(&run.text()).expect("it is JSON"))
    };
    let one = hashes("one key that is long enough to be one");
    assert_eq!(one, hashes("one key that is long enough to be one"));
    assert_ne!(one, hashes("another key that is long enough as well"));
    fs::write(&key, "short").expect("it is written");
    let refused = run(&["stats", "--format", "json", "--key-file", &key], text.as_bytes());
    assert!(refused.code == Some(2) && refused.stderr.contains("fewer than 32"), "{refused:?}");
    let table = run(&["stats", "--key-file", &key], text.as_bytes());
    assert!(table.stderr.contains("--key-file needs --format json or part"), "{table:?}");
}

#[test]
fn without_a_key_participants_of_merged_parts_are_an_upper_bound() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let hold = event("hold", ",\"participant\":\"+1 (415) 999-0000\"");
    fs::write(path("other"), "another key that is long enough as well").expect("it is written");
    let part = |name: &str, more: &str, key: &[&str]| {
        let arguments = [&["stats", "--format", "json"], key].concat();
        let text = run(&arguments, format!("{hold}{more}").as_bytes()).text();
        fs::write(path(name), text).expect("it is written");
    };
    let key = ["--key-file", "docs/example.key"];
    let other = ["--key-file", &path("other")];
    for (first, second, told) in [
        (&key[..], &key[..], " 1 "),
        (&[], &[], " at most 2 "),
        (&key, &[], " at most 2 "),
        (&[], &key, " at most 2 "),
        (&key, &other, " at most 2 "),
    ] {
        part("a.json", "", first);
        part("b.json", &event("mute", ""), second);
        let merge = ["stats", "--merge", &path("a.json"), &path("b.json")];
        let table = run_on(&[&merge[..], &["--wide"]].concat()).text();
        assert!(table.contains(told), "{told}: {table}");
        let json = run_on(&[&merge[..], &["--format", "json"]].concat()).text();
        let row = &serde_json::from_str::<Value>(&json).expect("it is JSON")["rows"][0];
        assert_eq!(row["participantsUpperBound"], told.contains("at most"));
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
        // One of its captures is truncated.
        ("fixtures/invalid", 2),
        ("fixtures/shapes", 0),
    ] {
        for formula in ["salesforce", "emodel", "twilio"] {
            for format in ["table", "json", "csv"] {
                let run = run_on(&["stats", "--mos", formula, "--format", format, folder]);
                let text = run.text();
                assert_eq!(run.code, Some(code), "{run:?}");
                assert!(!text.contains("NaN") && !text.contains("inf "), "{text}");
                if format == "json" {
                    assert_figures_are_numbers(&text);
                }
            }
        }
    }
}

/// The p50, the p95 and the maximum of `values` (nearest rank).
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

/// Compares the figures of `report` with exact ones; returns how many are within 1 %, and how many
/// are not.
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
        for (key, exact) in ["p50", "p95"].into_iter().zip(exact) {
            let found = number(key);
            let is_near = (found - exact).abs() <= exact * error;
            assert!(is_near, "{call} {channel} {figure} {key}: {found}, exactly {exact} ({error})");
        }
        assert!((number("max") - exact[2]).abs() < 1e-9, "{call} {channel} {figure}");
        counts[usize::from(error > 0.01)] += 1;
    }
    counts
}

/// Lines of a channel of the call `c`: each report as packets lost, packets, jitter buffer and
/// round trip, without a serial number.
fn reports(channel: &str, values: impl IntoIterator<Item = [u64; 4]>) -> Vec<u8> {
    let line = |[lost, count, jitter, round_trip]: [u64; 4]| {
        format!(
            "{{\"type\":\"audiostats\",\"detail\":{{\"callId\":\"c\",\"stats\":\"{channel}\",\
             \"packetsLost\":{lost},\"packetsCount\":{count},\"jitterBufferMillis\":{jitter},\
             \"roundTripTimeMillis\":{round_trip}}}}}\n"
        )
    };
    values.into_iter().map(line).collect::<String>().into_bytes()
}

/// JSON has no NaN: one would be written as null, where a figure must be.
fn assert_figures_are_numbers(report: &str) {
    let report: Value = serde_json::from_str(report).expect("it is JSON");
    let rows = report["rows"].as_array().expect("it has rows");
    let channels = rows.iter().filter_map(|row| row["channels"].as_object());
    for channel in channels.flat_map(serde_json::Map::values) {
        let number = |name: &str| channel[name].as_f64().unwrap_or_default();
        // Where more packets were lost than there were, no share can be said.
        let (packets, gone) = (number("packetsCount"), number("packetsLost"));
        if packets > 0.0 && (0.0..=packets).contains(&gone) {
            let loss = channel["lossPercent"].as_f64().expect("loss is a number");
            assert!((0.0..=100.0).contains(&loss), "{channel}");
        }
        for sketch in ["jitterBufferMillis", "roundTripTimeMillis"] {
            let Some(sketch) = channel[sketch].as_object() else { continue };
            for quantile in ["p50", "p95", "max"] {
                assert!(sketch[quantile].is_number(), "{quantile} of {channel}");
            }
        }
    }
}

#[test]
fn figures_of_a_mass_and_a_long_tail_are_within_the_error_that_stands_by_them() {
    let mixtures: [(u64, Vec<u64>); 3] = [
        (3, (40..=236).step_by(4).collect()),
        (1, (2..=39).collect()),
        (7, (40..=634).step_by(6).collect()),
    ];
    for (mass, tail) in mixtures {
        let values = std::iter::repeat_n(mass, 100).chain(tail);
        let capture = reports("outputChannelStats", values.map(|it| [0, 1500, 0, it]));
        check_quantiles(&report(&[], &capture), &capture);
        let table = run(&["stats"], &capture).text();
        assert!(table.contains("≈: within "), "the error is said: {table}");
        let told = run(&["stats", "--call-id", "c"], &capture).text();
        assert!(told.contains(&format!(" {mass}/")) && told.contains(" ms (within "), "{told}");
    }
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

/// Five calls that each sort key orders differently. `b` has no audio; `c` has the same audio as
/// `a`.
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
    let keys = help.split("--sort <SORT>").nth(1).and_then(|it| it.split("--top").next());
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
        let ids = rows.iter().map(|row| &row["callId"].as_str().expect("a call")[..8]);
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
    // The open-source connector sets it to 0 in each report.
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
    // A missing value may be elsewhere in the line.
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

/// A mute, clean, or with a property that only the cold path can check.
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
    let head = r#"{"report":"stats","version":3,"calls":0,"rows":[]"#;
    let merged = |rest: &str| run(&["stats", "--merge"], format!("{head}{rest}").as_bytes()).code;
    assert_eq!((merged(",\"rows\":[]}"), merged("}")), (Some(2), Some(0)));
}

#[test]
fn a_report_of_another_version_or_of_a_time_is_not_merged() {
    let capture = generated("2", "1");
    let whole = report(&[], &capture).to_string();
    let said = |text: &str| {
        let run = run(&["stats", "--merge"], text.as_bytes());
        assert_eq!((run.code, &*run.text()), (Some(2), ""));
        run.stderr
    };
    let other = whole.replacen("\"version\":3", "\"version\":7", 1);
    assert!(said(&other).contains("it has report version 7, but this voxev reads version 3"));
    let dated = report(&["--since", "2000-01-01"], &capture).to_string();
    assert!(said(&dated).contains("it contains only some of the calls that were read"));
    assert!(said("{\"calls\":0,\"rows\":[]}").contains("it is not a report of `voxev stats`"));
}

#[test]
fn a_report_given_as_a_capture_says_merge() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.json");
    fs::write(&path, report(&[], &generated("2", "1")).to_string()).expect("it is written");
    let run = run_on(&["stats", &path.display().to_string()]);
    assert_eq!((run.code, &*run.text()), (Some(2), ""));
    assert!(run.stderr.contains("is a report of `voxev stats`, not a capture; use --merge"));
    assert!(run.stderr.contains("--merge"), "{run:?}");
}

#[test]
fn the_same_report_is_not_merged_twice_by_link_or_copy_either() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("a.json"), report(&[], &generated("3", "1")).to_string()).expect("written");
    fs::write(path("b.json"), report(&[], &generated("3", "2")).to_string()).expect("written");
    fs::write(path("none.json"), report(&[], b"").to_string()).expect("written");
    fs::copy(path("a.json"), path("copy.json")).expect("it is copied");
    fs::hard_link(path("a.json"), path("link.json")).expect("it is linked");
    let merged = |names: &[&str]| {
        let paths: Vec<String> = names.iter().map(|name| path(name)).collect();
        let paths = paths.iter().map(String::as_str);
        run_on(&["stats", "--merge"].into_iter().chain(paths).collect::<Vec<_>>())
    };
    for twice in [["a.json", "a.json"], ["a.json", "link.json"], ["copy.json", "a.json"]] {
        let run = merged(&[&twice[..], &["b.json"]].concat());
        assert_eq!((run.code, &*run.text()), (Some(2), ""), "{twice:?}");
        assert!(run.stderr.contains("it is the same report as"), "{run:?}");
    }
    assert_eq!(merged(&["a.json", "b.json"]).code, Some(0));
    assert_eq!(merged(&["none.json", "a.json", "none.json"]).code, Some(0), "nothing counts twice");
}

#[test]
fn a_doubt_about_the_jitter_buffer_turns_no_limit_off() {
    for values in [[10, 13, 16, 20], [20, 90, 250, 600]] {
        let capture = reports("inputChannelStats", values.map(|jitter| [0, 1500, jitter, 0]));
        let told = run(&["stats", "--fail-on", "mos<4.45"], &capture);
        assert_eq!(told.code, Some(1), "{told:?}");
        assert!(told.text().contains("the jitter buffer never shrank"), "{told:?}");
        let report = report(&[], &capture);
        let channel = &report["rows"][0]["channels"]["inputChannelStats"];
        assert!(channel["mos"].is_f64() && channel["jitterBufferMillis"]["p95"].is_f64());
        assert_eq!(channel["doubts"], serde_json::json!(["growing-jitter-buffer"]));
    }
}

#[test]
fn a_jitter_buffer_above_ten_seconds_has_no_mos_and_is_still_held_to_limits() {
    let capture = reports("inputChannelStats", [40, 9000, 20_000].map(|it| [0, 1500, it, 0]));
    let report = report(&[], &capture);
    let channel = &report["rows"][0]["channels"]["inputChannelStats"];
    assert_eq!((&channel["mos"], &channel["r"]), (&Value::Null, &Value::Null));
    assert_eq!(channel["jitterBufferMillis"]["max"], 20_000);
    assert_eq!(channel["doubts"], serde_json::json!(["unreal-jitter-buffer"]));
    assert_eq!(run(&["stats", "--fail-on", "jitter>500"], &capture).code, Some(1));
    // Calls without a figure are counted; if there is none at all, the check does not pass.
    let both = run(&["stats", "--fail-on", "loss>1%,mos<3.5"], &capture);
    assert_eq!(both.code, Some(0));
    let text = both.text();
    assert!(text.contains("beyond --fail-on: 0 of 1 call, 1 more unknown ("), "{text}");
    let run = run(&["stats", "--fail-on", "mos<3.5"], &capture);
    assert_eq!(run.code, Some(2), "{run:?}");
}

#[test]
fn a_few_rising_intervals_are_held_to_limits_as_intervals() {
    // As cumulative counters these would have lost 10 of 1500.
    let values = [[150, 100, 20, 0], [40, 400, 20, 0], [20, 900, 20, 0], [10, 1500, 20, 0]];
    let capture = reports("inputChannelStats", values);
    let told = run(&["stats", "--fail-on", "loss>5%"], &capture);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.text().contains("packet counters rose in each report"), "{told:?}");
}

/// What `stats --fail-on` says when no figure can be checked.
fn nothing_compared(arguments: &[&str], input: &[u8]) -> String {
    for format in ["table", "json", "csv"] {
        let rest = ["--fail-on", "loss>1%", "--format", format];
        let run = run(&[&["stats"], arguments, &rest].concat(), input);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(!run.stdout.is_empty(), "what there is to tell is told");
        assert!(run.stderr.starts_with("voxev: --fail-on could not check anything: "), "{run:?}");
    }
    run(&[&["stats", "--fail-on", "loss>1%"], arguments].concat(), input).stderr
}

#[test]
fn a_check_of_no_call_is_no_pass() {
    let invalid = b"{\"type\":\"audiostat\"}\nnonsense\n";
    assert!(nothing_compared(&[], invalid).contains("no call in 2 lines (2 invalid)"));
    assert!(nothing_compared(&[], b"").contains("no call in 0 lines (0 invalid)"));
    let capture = generated("2", "1");
    let unknown = run(&["stats", "--fail-on", "loss>1%", "--call-id", "nosuch"], &capture);
    assert_eq!((unknown.code, &*unknown.text()), (Some(2), ""));
    assert!(unknown.stderr.contains("no event of the call \"nosuch\": "), "{unknown:?}");
    assert!(
        nothing_compared(&["--having", "mos<1"], &capture).contains("check --where and --having")
    );
    assert!(
        nothing_compared(&["--type", "callconnected"], &capture).contains("without such a figure")
    );
    assert!(nothing_compared(&["--since", "2100-01-01"], &capture).contains("in that period"));
    let part = report(&[], b"").to_string();
    let merged = run(&["stats", "--merge", "--fail-on", "loss>1%"], part.as_bytes());
    assert_eq!(merged.code, Some(2), "{merged:?}");
    assert!(
        merged.text().starts_with("0 calls") && merged.stderr.contains("could not check anything")
    );
    // Calls without audio among others are not an error, but counted.
    let five = run(&["stats", "--fail-on", "loss>50%"], &five_calls());
    assert_eq!(five.code, Some(0), "{five:?}");
    assert!(five.text().contains("beyond --fail-on: 0 of 5 calls, 1 more unknown ("));
}

#[test]
fn reports_without_a_call_id_are_held_to_limits() {
    let nested = br#"{"type":"audiostats","detail":{"audioStats":{"stats":[{"inputChannelStats":{"packetsCount":1000,"packetsLost":500,"jitterBufferMillis":40,"roundTripTimeMillis":0}}]}}}
"#;
    let flat = String::from_utf8(reports("inputChannelStats", [[500, 1000, 40, 0]]))
        .expect("it is UTF-8")
        .replace("\"callId\":\"c\",", "");
    for capture in [&nested[..], flat.as_bytes()] {
        let told = run(&["stats", "--fail-on", "loss>10%"], capture);
        assert_eq!(told.code, Some(1), "{told:?}");
        assert!(told.text().contains("(no callId)  line 1"), "{told:?}");
        let whole = report(&[], capture);
        let merged = run(&["stats", "--merge", "--format", "json"], whole.to_string().as_bytes());
        let merged: Value = serde_json::from_str(&merged.text()).expect("it is JSON");
        assert_eq!(rows(&merged), rows(&whole));
        assert_eq!((&whole["calls"], &whole["rows"][0]["callId"]), (&1.into(), &"".into()));
    }
    let by_capture = run(&["stats", "--by", "capture", "--format", "json"], nested).text();
    let by_capture: Value = serde_json::from_str(&by_capture).expect("it is JSON");
    assert_eq!(by_capture["rows"][0]["lines"], 1, "it counts once");
}

fn event(name: &str, rest: &str) -> String {
    format!("{{\"type\":\"{name}\",\"detail\":{{\"callId\":\"c\"{rest}}}}}\n")
}

#[test]
fn charts_are_without_exact_duplicates() {
    let report = |lost: u64, serial: u64| {
        let line = reports("inputChannelStats", [[lost, 1500, 40, 0]]);
        let line = String::from_utf8(line).expect("it is UTF-8");
        line.replace("\"roundTrip", &format!("\"statsCount\":{serial},\"roundTrip"))
    };
    let capture = [report(0, 1), report(30, 2), report(30, 2), report(30, 2), report(0, 3)];
    let told = run(&["stats", "--call-id", "c"], capture.concat().as_bytes()).text();
    assert!(told.contains("2 exact duplicates"), "{told}");
    assert!(told.contains("loss          ▁█▁  0.00% to 1.96%, scale from 0"), "{told}");
}

#[test]
fn a_hold_ends_where_the_order_of_events_says_so() {
    let ends = |lines: &[(&str, &str)]| {
        let capture: String = lines.iter().map(|(name, rest)| event(name, rest)).collect();
        run(&["stats", "--call-id", "c"], capture.as_bytes()).text()
    };
    let alice = ",\"participant\":\"Alice\"";
    let bob = ",\"participant\":\"Bob\"";
    let swapped = [
        ("callstarted", ",\"callType\":\"inbound\",\"participant\":\"Alice\""),
        ("hold", alice),
        ("participantadded", bob),
        ("swap", ""),
        ("callended", ""),
    ];
    assert!(ends(&swapped).contains("Alice  [until swap in line 4]"));
    // If the capture starts during the call, the other participants are unknown.
    assert!(ends(&swapped[1..]).contains("Alice  [unclear after swap in line 3]"));
    let removed = [("hold", alice), ("participantremoved", alice), ("callended", "")];
    assert!(ends(&removed).contains("Alice  [until participantremoved in line 2]"));
    let another = [("hold", alice), ("resume", bob), ("callended", "")];
    assert!(ends(&another).contains("Alice  [until callended in line 3]"));
    let copied = [("mute", ""), ("mute", ""), ("unmute", "")];
    let copied = ends(&copied);
    assert!(copied.contains("[until unmute in line 3]") && copied.contains("[exact duplicate]"));
    assert!(ends(&[("pauserecording", "")]).contains("[no end found]"));
}

#[test]
fn a_call_over_two_captures_says_in_which_its_lines_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("a.jsonl"), event("note", "").repeat(3) + &event("mute", "")).expect("written");
    fs::write(path("b.jsonl"), event("unmute", "")).expect("written");
    let paths = [path("a.jsonl"), path("b.jsonl")];
    let told = run_on(&["stats", "--wide", &paths[0], &paths[1]]).text();
    let short = |text: &str| text.replace(&folder.path().display().to_string(), "");
    assert!(
        told.contains("a.jsonl:1 to ") && told.contains("b.jsonl:1  no audiostats\n"),
        "{told}"
    );
    let timeline = run_on(&["stats", "--call-id", "c", &paths[0], &paths[1]]).text();
    assert!(short(&timeline).contains("mute               [until unmute in /b.jsonl:1]"));
    let json = run_on(&["stats", "--format", "json", &paths[0], &paths[1]]).text();
    let whole: Value = serde_json::from_str(&json).expect("it is JSON");
    let row = &whole["rows"][0];
    assert_eq!((&row["firstCapture"], &row["firstLine"]), (&(*paths[0]).into(), &1.into()));
    assert_eq!((&row["lastCapture"], &row["lastLine"]), (&(*paths[1]).into(), &1.into()));
    // The captures of merged parts are numbered consecutively.
    for (part, capture) in ["1.json", "2.json"].iter().zip(&paths) {
        fs::write(path(part), run_on(&["stats", "--format", "json", capture]).stdout).expect("ok");
    }
    let merged =
        run_on(&["stats", "--merge", "--format", "json", &path("1.json"), &path("2.json")]);
    let merged: Value = serde_json::from_str(&merged.text()).expect("it is JSON");
    for key in ["firstCapture", "firstLine", "lastCapture", "lastLine"] {
        assert_eq!(merged["rows"][0][key], row[key], "{key}");
    }
}

#[test]
fn a_call_is_as_long_as_its_reports_or_its_messages_say() {
    let transcript = |time: u64| event("transcript", &format!(",\"clientSentTimestamp\":{time}"));
    let length = |times: &[u64], count: usize| {
        let mut capture: String = times.iter().map(|time| transcript(*time)).collect();
        let sound = reports("inputChannelStats", vec![[0, 1500, 40, 0]; count]);
        capture.push_str(&String::from_utf8(sound).expect("it is UTF-8"));
        report(&[], capture.as_bytes())["rows"][0]["estimatedDurationMillis"].as_u64()
    };
    let start = 1_767_607_205_491;
    assert_eq!(length(&[start], 0), None, "one message takes no time");
    assert_eq!(length(&[start, start + 300], 0), Some(300));
    assert_eq!(length(&[start, start + 300], 4), Some(120_000));
    assert_eq!(length(&[start, start + 300_000], 4), Some(300_000));
}

#[test]
fn what_is_marked_is_counted() {
    let capture = generated("60", "5");
    let text = run(&["stats", "--limits", "loss>0.2%", "--worst", "99", "--wide"], &capture).text();
    let marked = text.matches("(limit 0.2%)").count();
    let report = report(&["--limits", "loss>0.2%"], &capture);
    let rows = report["rows"].as_array().expect("rows");
    let beyond = |row: &Value| {
        let channels = row["channels"].as_object().expect("channels");
        channels.values().filter(|channel| channel["beyond"] == true).count()
    };
    let calls = rows.iter().filter(|row| beyond(row) > 0).count();
    assert!(marked > 0 && calls > 0);
    assert_eq!(rows.iter().map(beyond).sum::<usize>(), marked);
    assert_eq!(report["beyondLimits"], calls);
    assert_eq!(report["beyondFailOn"], Value::Null, "it was not asked for");
    let each = format!("loss>0.2% in {calls}");
    assert!(text.contains(&format!("beyond --limits: {calls} of 60 calls ({each})")), "{text}");
    assert_eq!(report["limits"][0]["beyond"], calls);
    let limits = ["--limits", "none", "--fail-on", "loss>0.2%", "--worst", "99", "--wide"];
    let failed = run(&[&["stats"][..], &limits].concat(), &capture);
    assert_eq!(failed.code, Some(1));
    assert_eq!(failed.text().matches("(limit 0.2%)").count(), marked);
}

#[test]
fn the_tally_is_of_the_calls_that_are_told_of() {
    let dated = |call: &str, time: u64| {
        format!(
            "{{\"type\":\"note\",\"detail\":{{\"callId\":\"{call}\",\"clientSentTimestamp\":{time}}}}}\n\
             {{\"type\":\"mute\",\"detail\":{{\"callId\":\"{call}\"}}}}\n"
        )
    };
    let capture = format!(
        "{}{}{{\"type\":\"hold\",\"detail\":{{\"callId\":\"undated\"}}}}\n",
        dated("old", 1_000_000_000_000),
        dated("new", 1_700_000_000_000),
    );
    let text = run(&["stats", "--since", "2020-01-01"], capture.as_bytes()).text();
    let head = "1 call selected of 3 in 1 capture, 2023-11-14 22:13 to 22:13 UTC\n\
                2 lines of 5\nexcluded, no timestamp: 1 call\n";
    assert!(text.starts_with(head), "{text}");
    let report = report(&["--since", "2020-01-01"], capture.as_bytes());
    assert_eq!((&report["lines"], &report["linesRead"]), (&2.into(), &5.into()));
    assert_eq!(report["events"], serde_json::json!({"mute": 1, "note": 1}));
    let none = run(&["stats", "--since", "2100-01-01"], capture.as_bytes()).text();
    assert!(none.starts_with("0 calls selected of 3 in 1 capture\n0 lines of 5\n"), "{none}");
}

#[test]
fn severities_are_those_of_the_configuration() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("c.jsonl"), event("mute", ",\"extra\":1") + &event("hold", ""))
        .expect("written");
    let invalid = |arguments: &[&str]| {
        let capture = path("c.jsonl");
        let run = run_on(&[&["stats", "--format", "json"], arguments, &[&*capture]].concat());
        let report: Value = serde_json::from_str(&run.text()).expect("it is JSON");
        report["invalid"].as_u64()
    };
    assert_eq!(invalid(&[]), Some(1));
    let config = path("voxev.toml");
    let rules = "[rules]\nmissing-property = \"allow\"\nundocumented-property = \"allow\"\n";
    fs::write(&config, rules).expect("written");
    assert_eq!(invalid(&["--config", &config]), Some(0));
    fs::write(&config, "strict = true\napi = 54\n").expect("written");
    assert_eq!(invalid(&["--config", &config]), Some(2));
    fs::write(&config, "[overrides]\n\"*.jsonl\" = { strict = true, api = 54 }\n").expect("ok");
    assert_eq!(invalid(&["--config", &config]), Some(2));
    assert_eq!(invalid(&["--config", &config, "--allow", "undocumented-property"]), Some(1));
}

#[test]
fn one_call_of_any_length_is_told_in_little_memory() {
    let mut child = piped(&["stats", "--call-id", "c", "-j", "2"]);
    let mut stdin = child.stdin.take().expect("a pipe");
    let talk = format!(",\"x\":\"{}\"", "x".repeat(2000));
    let talk = (event("mute", &talk) + &event("unmute", &talk)).repeat(10);
    let sound = reports("outputChannelStats", (1..=40).map(|nth| [nth, 1500, 0, 50 + nth]));
    for _ in 0..2000 {
        stdin.write_all(talk.as_bytes()).expect("voxev reads");
        stdin.write_all(&sound).expect("voxev reads");
    }
    assert_little(&child);
    drop(stdin);
    let told = finish(child).text();
    assert!(told.contains("39,000 lines not shown"), "{told}");
    let column = "output: a column is the worst of 1,600 reports, about 13h20m\n";
    assert!(told.contains(column), "{told}");
    assert!(told.lines().count() < 1100, "{}", told.lines().count());
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

#[test]
fn a_mean_is_of_the_reports_that_measured_the_figure() {
    let r = |channel: &str, values: [[u64; 4]; 4]| {
        let found = report(&[], &reports(channel, values));
        found["rows"][0]["channels"][channel]["r"].as_f64().expect("there is a figure")
    };
    // Zeros of an input's round trip and of an output's jitter buffer are no measurements.
    let few = r("inputChannelStats", [0, 0, 0, 600].map(|trip| [0, 1000, 40, trip]));
    let all = r("inputChannelStats", [[0, 1000, 40, 600]; 4]);
    assert!((few - all).abs() < 1e-9, "{few} {all}");
    let few = r("outputChannelStats", [0, 0, 300, 0].map(|buffer| [0, 1000, buffer, 80]));
    let all = r("outputChannelStats", [[0, 1000, 300, 80]; 4]);
    assert!((few - all).abs() < 1e-9, "{few} {all}");
    // The other way round they are.
    let some = r("outputChannelStats", [0, 0, 0, 600].map(|trip| [0, 1000, 0, trip]));
    let all = r("outputChannelStats", [[0, 1000, 0, 150]; 4]);
    assert!((some - all).abs() < 1e-9, "{some} {all}");
}
