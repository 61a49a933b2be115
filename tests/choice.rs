//! Which calls `stats` tells of, how it groups them, and what it compares them with.

use std::fs;

use serde_json::Value;

use crate::support::{Run, run, run_on};

/// A line of a call.
fn line(call: &str, name: &str, rest: &str) -> String {
    format!("{{\"type\":\"{name}\",\"detail\":{{\"callId\":\"{call}\"{rest}}}}}\n")
}

/// Reports of the input channel, each of 100 packets of which so many are lost.
fn reports(call: &str, lost: &[u32]) -> String {
    let report = |lost: &u32| {
        let count = 100 - lost;
        let rest = format!(
            ",\"stats\":\"inputChannelStats\",\"packetsLost\":{lost},\"packetsCount\":{count},\
             \"jitterBufferMillis\":40,\"roundTripTimeMillis\":0"
        );
        line(call, "audiostats", &rest)
    };
    lost.iter().map(report).collect()
}

/// 2026-01-05T23:30:00Z.
const LATE: i64 = 1_767_655_800_000;
const HOUR: i64 = 3_600_000;

fn note(call: &str, at: i64) -> String {
    line(call, "note", &format!(",\"clientSentTimestamp\":{at}"))
}

fn started(call: &str, way: &str, participant: &str) -> String {
    let rest = format!(",\"callType\":\"{way}\",\"participant\":\"{participant}\"");
    line(call, "callstarted", &rest)
}

/// A good call, a poor one an hour later, and one without audio or time.
fn three() -> String {
    [
        started("06f4aaaa-1", "inbound", "Ann"),
        reports("06f4aaaa-1", &[0, 0, 0]),
        note("06f4aaaa-1", LATE),
        started("06f4bbbb-2", "outbound", "Bob"),
        reports("06f4bbbb-2", &[0, 30, 0, 40, 50, 0]),
        note("06f4bbbb-2", LATE + HOUR),
        line("06f4bbbb-2", "hold", ",\"participant\":\"Bob\""),
        line("9c", "mute", ""),
    ]
    .concat()
}

fn report(arguments: &[&str], input: &str) -> Value {
    let run = run(&[&["stats", "--format", "json"], arguments].concat(), input.as_bytes());
    assert_eq!(run.code, Some(0), "{run:?}");
    serde_json::from_str(&run.text()).expect("the report is JSON")
}

/// The calls that are told of, in the order of the capture.
fn calls(arguments: &[&str]) -> String {
    let report = report(&[&["--sort", "first"], arguments].concat(), &three());
    let rows = report["rows"].as_array().expect("rows");
    assert_eq!(report["calls"], rows.len());
    rows.iter().map(|row| row["callId"].as_str().expect("a call")).collect::<Vec<_>>().join(" ")
}

fn stats(arguments: &[&str]) -> Run {
    run(&[&["stats"], arguments].concat(), three().as_bytes())
}

/// The text with one space where there are several.
fn squeezed(text: &str) -> String {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n";
    text.lines().map(words).collect()
}

#[test]
fn the_beginning_of_an_identifier_is_enough_where_only_one_call_begins_so() {
    assert_eq!(calls(&["--call-id", "06f4a"]), "06f4aaaa-1");
    assert_eq!(calls(&["--call-id", "9", "--call-id", "06f4b"]), "06f4bbbb-2 9c");
    let told = stats(&["--call-id", "06f4b"]).text();
    assert!(told.starts_with("06f4bbbb-2\n") && told.contains("hold               Bob"), "{told}");
    assert!(!told.contains("Ann"), "{told}");
    let both = stats(&["--call-id", "06f4"]);
    assert_eq!((both.code, &*both.text()), (Some(2), ""));
    let list = "\"06f4\" is the beginning of 2 callIds: 06f4aaaa-1, 06f4bbbb-2; give more of it";
    assert!(both.stderr.contains(list), "{both:?}");
}

#[test]
fn an_exact_identifier_wins_over_calls_that_begin_so() {
    let capture =
        [line("abc", "mute", ""), line("ab", "note", ""), line("abd", "hold", "")].concat();
    let told = run(&["stats", "--call-id", "ab"], capture.as_bytes()).text();
    assert!(told.starts_with("ab\n") && told.contains("2  note"), "{told}");
    assert!(!told.contains("mute") && !told.contains("hold"), "{told}");
    // Also where calls that only begin so come first, and in any format.
    assert_eq!(report(&["--call-id", "ab"], &capture)["rows"][0]["callId"], "ab");
}

#[test]
fn an_identifier_that_nothing_matches_is_an_error_that_names_the_nearest() {
    for format in ["table", "json", "csv"] {
        let none = stats(&["--call-id", "06f5", "--format", format]);
        assert_eq!((none.code, &*none.text()), (Some(2), ""));
        let said = "voxev: no event of the call \"06f5\": did you mean 06f4aaaa-1?\n";
        assert_eq!(none.stderr, said);
    }
    let far = stats(&["--call-id", "zzzz"]);
    assert!(far.stderr.contains("`voxev stats` lists the calls"), "{far:?}");
}

#[test]
fn commands_that_stream_say_that_an_identifier_begins_so() {
    for arguments in [
        &["filter"][..],
        &["pretty"],
        &["convert", "--to", "csv"],
        &["validate", "--no-config", "--allow", "empty-capture"],
    ] {
        let run = run(&[arguments, &["--call-id", "06f4"]].concat(), three().as_bytes());
        let said = "voxev: no event of that call, but of 06f4aaaa-1: this command takes the whole callId\n";
        assert!(run.stderr.contains(said), "{run:?}");
    }
    let some = run(&["filter", "--call-id", "06f4", "--call-id", "9c"], three().as_bytes());
    assert_eq!((some.code, &*some.stderr), (Some(0), ""));
}

#[test]
fn whole_calls_are_chosen_by_an_event_that_meets_all_conditions() {
    assert_eq!(calls(&["--where", "participant=Bob"]), "06f4bbbb-2");
    assert_eq!(calls(&["--where", "packetsLost>=30"]), "06f4bbbb-2");
    assert_eq!(calls(&["--where", "packetsLost=0", "--where", "packetsCount=50"]), "");
    let report = report(&["--where", "packetsLost=50"], &three());
    assert_eq!((&report["lines"], &report["callsRead"]), (&9.into(), &3.into()));
    assert_eq!(report["rows"][0]["channels"]["inputChannelStats"]["reports"], 6);
}

#[test]
fn calls_are_chosen_by_their_figures() {
    assert_eq!(calls(&["--having", "mos<3.5"]), "06f4bbbb-2");
    assert_eq!(calls(&["--having", "loss<1"]), "06f4aaaa-1");
    assert_eq!(calls(&["--having", "duration>=3m"]), "06f4bbbb-2");
    assert_eq!(calls(&["--having", "holds=0", "--having", "lines<3"]), "9c");
    let wrong = stats(&["--having", "hold<3"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("unknown figure \"hold\": did you mean holds?"), "{wrong:?}");
}

#[test]
fn times_are_typed_and_shown_in_the_zone() {
    assert_eq!(calls(&["--until", "2026-01-05", "--time-zone", "UTC"]), "06f4aaaa-1");
    assert_eq!(calls(&["--since", "2026-01-06", "--time-zone", "UTC"]), "06f4bbbb-2");
    let both = calls(&["--since", "2026-01-06", "--time-zone", "Europe/Berlin"]);
    assert_eq!(both, "06f4aaaa-1 06f4bbbb-2");
    assert_eq!(calls(&["--since", "2h"]), "", "it was years ago");
    let told = stats(&["--time-zone", "Asia/Kolkata"]).text();
    assert!(told.contains("2026-01-06 05:00 to 06:00 Asia/Kolkata"), "{told}");
    assert!(told.contains("06f4aaaa  01-06 05:00"), "{told}");
    let wrong = stats(&["--time-zone", "Berlin"]);
    assert!(wrong.stderr.contains("unknown time zone \"Berlin\""), "{wrong:?}");
    let whole = report(&["--time-zone", "Asia/Kolkata"], &three());
    assert_eq!(whole["overview"]["from"], LATE, "JSON is in UTC");
}

#[test]
fn calls_are_grouped_by_two_dimensions() {
    let report = report(&["--by", "day", "--by", "direction", "--time-zone", "UTC"], &three());
    let rows = report["rows"].as_array().expect("rows");
    let told = rows.iter().map(|row| {
        let text = |key: &str| row[key].as_str().expect("a key").to_owned();
        (text("day"), text("direction"), row["poor"].as_u64())
    });
    let expected = [
        ("2026-01-05", "inbound", Some(0)),
        ("2026-01-06", "outbound", Some(1)),
        ("(no time)", "(unknown)", Some(0)),
    ];
    let expected = expected.map(|(day, way, poor)| (day.to_owned(), way.to_owned(), poor));
    assert_eq!(told.collect::<Vec<_>>(), expected);
    for (by, said) in [
        ("days", "did you mean day?"),
        ("banana", "expected call, hour, day"),
        ("day,day", "--by names day twice"),
        ("day,hour,role", "at most two dimensions"),
        ("call,day", "cannot be combined"),
    ] {
        let wrong = stats(&["--by", by]);
        assert_eq!(wrong.code, Some(2));
        assert!(wrong.stderr.contains(said), "{wrong:?}");
    }
}

#[test]
fn participants_are_named_and_groups_without_an_order_have_the_worst_first() {
    let csv = stats(&["--by", "participant", "--format", "csv"]).text();
    let names: Vec<&str> = csv.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(names, ["Bob", "Ann", "(none)"]);
}

#[test]
fn a_joined_table_has_columns_to_group_by() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("calls.csv");
    fs::write(&path, "id,queue\n06f4aaaa-1,Sales\n06f4bbbb-2,\"=cmd()\u{1b}[31m\"\n").expect("ok");
    let path = path.display().to_string();
    let join = ["--join", &path, "--on", "id"];
    let rows = report(&[&join[..], &["--by", "queue"]].concat(), &three());
    let names: Vec<&Value> =
        rows["rows"].as_array().expect("rows").iter().map(|row| &row["queue"]).collect();
    assert_eq!(names, ["=cmd()\u{1b}[31m", "Sales", "(none)"]);
    let table = stats(&[&join[..], &["--wide"]].concat()).text();
    assert!(table.contains("queue") && table.contains("Sales") && !table.contains('\u{1b}'));
    let csv = stats(&[&join[..], &["--format", "csv", "--spreadsheet"]].concat()).text();
    assert!(csv.contains(",'=cmd()"), "{csv}");
    assert_eq!(report(&join, &three())["rows"][1]["joined"]["queue"], "Sales");
    let wrong = stats(&["--join", &path]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("it has no column \"callId\""), "{wrong:?}");
}

#[test]
fn each_limit_is_counted_and_says_for_how_many_reports_in_a_row() {
    let report = report(&["--limits", "loss>20%,mos<3.6"], &three());
    let limit = |at: usize| {
        let limit = &report["limits"][at];
        (limit["limit"].as_str(), limit["beyond"].as_u64(), limit["notMeasured"].as_u64())
    };
    assert_eq!(limit(0), (Some("loss>20%"), Some(0), Some(1)));
    assert_eq!(limit(1), (Some("mos<3.6"), Some(1), Some(1)));
    let channel = &report["rows"][0]["channels"]["inputChannelStats"];
    assert_eq!(channel["worstReportLossPercent"], 50.0);
    assert_eq!(channel["reportsWithLoss"], 3);
    let beyond = serde_json::json!({"reportsBeyond": 3, "mostInARow": 2});
    assert_eq!(channel["beyondLoss"], beyond);
    let table = stats(&["--wide"]).text();
    assert!(table.contains("loss in 20.00% (limit 1%), 2 reports in a row\n"), "{table}");
    let none = stats(&["--limits", "none"]).text();
    assert!(!none.contains("beyond") && !none.contains("limit 1%"), "{none}");
}

#[test]
fn the_names_of_limits_are_listed() {
    let list = stats(&["--limits", "list"]);
    assert_eq!(list.code, Some(0));
    for name in ["default", "twilio", "cqd", "teams", "cisco", "none"] {
        assert!(list.text().lines().any(|line| line.split(' ').next() == Some(name)), "{name}");
    }
    assert_eq!(run_on(&["explain", "limits"]).text(), list.text());
    assert!(run_on(&["explain"]).text().contains("\n  limits "));
}

#[test]
fn runs_are_compared_and_a_change_can_fail_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("earlier.json");
    let good = [started("a", "inbound", "Ann"), reports("a", &[0, 0])].concat();
    let earlier = run(&["stats", "--format", "json"], good.as_bytes()).stdout;
    fs::write(&path, earlier).expect("it is written");
    let path = path.display().to_string();
    let compared = |arguments: &[&str]| stats(&[&["--compare", &path], arguments].concat());
    let text = squeezed(&compared(&[]).text());
    assert!(text.contains("poor 0.0% 50.0% +50.0 pp worse\n"), "{text}");
    for (limit, code) in [
        ("poor>+2pp", 1),
        ("poor>+50pp", 0),
        ("mos<-0.1", 1),
        ("loss>+90pp", 0),
        ("poor>50%", 0),
        ("poor>49%", 1),
        ("rtt>+1", 2),
    ] {
        assert_eq!(compared(&["--fail-on", limit]).code, Some(code), "{limit}");
    }
    let json = compared(&["--by", "direction", "--format", "json"]).text();
    let json: Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!(json["change"]["poorPercent"]["change"], 50.0);
    assert_eq!(json["groupChanges"][0]["direction"], "inbound");
    assert_eq!(json["groupChanges"][0]["change"]["poorPercent"]["change"], 0.0);
    assert_eq!(json["groupChanges"][1]["change"]["calls"]["earlier"], Value::Null);
    // A group that has become worse fails, though all calls together may not have.
    let by = ["--by", "direction", "--fail-on", "poor>+1pp"];
    assert_eq!(compared(&by).code, Some(0), "outbound calls are new");
    for (wrong, said) in [
        (vec!["--fail-on", "poor>+1pp"], "name an earlier run with --compare"),
        (vec!["--compare", &path, "--format", "csv"], "--format table or json"),
        (vec!["--compare", &path, "--by", "participant"], "do not contain names"),
        (vec!["--compare", "nosuch.json"], "no such file"),
        (vec!["--limits", "poor>5%"], "unknown figure"),
    ] {
        let run = stats(&wrong);
        assert_eq!(run.code, Some(2), "{wrong:?}");
        assert!(run.stderr.contains(said), "{wrong:?}: {run:?}");
    }
}

#[test]
fn a_report_of_chosen_calls_can_be_compared_with() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("earlier.json");
    let chosen = stats(&["--format", "json", "--having", "mos<3"]).stdout;
    fs::write(&path, chosen).expect("it is written");
    let text = squeezed(&stats(&["--compare", &path.display().to_string()]).text());
    assert!(text.contains("\ncalls 1 3 +2\n"), "{text}");
}

#[test]
fn parts_with_other_limits_merge_without_reports_in_a_row() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let capture = three();
    let middle = capture.match_indices('\n').nth(8).expect("a line").0 + 1;
    let part = |limits: &str, text: &str| report(&["--limits", limits], text).to_string();
    let merged = |second: &str| {
        fs::write(path("1.json"), part("twilio", &capture[..middle])).expect("ok");
        fs::write(path("2.json"), part(second, &capture[middle..])).expect("ok");
        let files = [&*path("1.json"), &*path("2.json")];
        let run = run_on(
            &[&["stats", "--merge", "--limits", "twilio", "--format", "json"], &files[..]].concat(),
        );
        let report: Value = serde_json::from_str(&run.text()).expect("it is JSON");
        let rows = report["rows"].as_array().expect("rows").clone();
        let row = rows.iter().find(|row| row["callId"] == "06f4bbbb-2").expect("the call").clone();
        let loss = &row["channels"]["inputChannelStats"]["beyondLoss"];
        (loss["reportsBeyond"].as_u64(), loss["mostInARow"].as_u64())
    };
    assert_eq!(merged("twilio"), (Some(3), Some(2)));
    assert_eq!(merged("loss>35%"), (Some(0), Some(0)));
}

#[test]
fn the_timeline_says_what_is_out_of_order() {
    let capture = [
        started("c", "inbound", "Ann"),
        line("c", "callended", ""),
        line("c", "hold", ",\"participant\":\"Ann\""),
    ];
    let told = run(&["stats", "--call-id", "c"], capture.concat().as_bytes()).text();
    let held = told.lines().find(|line| line.contains("hold ")).expect("the hold is told");
    assert!(held.contains("out of order: ") && held.ends_with("(line 2)"), "{told}");
}

#[test]
fn pretty_shows_clock_times_in_the_zone() {
    let shown = |zone: &str| {
        let arguments = ["pretty", "--oneline", "--type", "note", "--time-zone", zone];
        run(&arguments, three().as_bytes()).text()
    };
    assert!(shown("UTC").contains("  23:30:00  note"), "{}", shown("UTC"));
    assert!(shown("Asia/Kolkata").contains("  05:00:00  note"));
}

#[test]
fn pretty_selects_events_that_meet_conditions() {
    let told = run(&["pretty", "--oneline", "--where", "packetsLost>=30"], three().as_bytes());
    assert_eq!(told.text().lines().count(), 3, "{told:?}");
    let wrong = run(&["pretty", "--where", "packetLost>1"], b"");
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("did you mean packetsLost?"), "{wrong:?}");
}
