//! The order of events in calls: findings of `validate --lifecycle`, and cases without findings.

use std::fs;

use serde_json::Value;

use crate::support::{Random, Run, run, run_on};

/// A call with one line out of order in each variant.
fn call(id: &str, events: &[&str]) -> String {
    let line = |event: &&str| match *event {
        "audiostats" => format!(
            "{{\"type\":\"audiostats\",\"detail\":{{\"callId\":\"{id}\",\"stats\":\"inputChannelStats\",\"packetsLost\":0,\"packetsCount\":1500,\"jitterBufferMillis\":40,\"roundTripTimeMillis\":0}}}}\n"
        ),
        event @ ("callstarted" | "callconnected") => format!(
            "{{\"type\":\"{event}\",\"detail\":{{\"callId\":\"{id}\",\"callType\":\"inbound\",\"participant\":\"P\"}}}}\n"
        ),
        event @ ("hold" | "resume" | "participantadded" | "participantremoved") => format!(
            "{{\"type\":\"{event}\",\"detail\":{{\"callId\":\"{id}\",\"participant\":\"P\"}}}}\n"
        ),
        event => format!("{{\"type\":\"{event}\",\"detail\":{{\"callId\":\"{id}\"}}}}\n"),
    };
    events.iter().map(line).collect()
}

/// Ten lines that do not concern mutes and holds.
const FAR: [&str; 10] = ["audiostats"; 10];

fn validated(options: &[&str], capture: &str) -> Run {
    validated_as("short", options, capture)
}

fn validated_as(format: &str, options: &[&str], capture: &str) -> Run {
    let arguments = ["validate", "--lifecycle", "-q", "--format", format];
    run(&[&arguments[..], options, &["-"]].concat(), capture.as_bytes())
}

/// Line and rule of each finding.
fn findings(options: &[&str], capture: &str) -> Vec<(u64, String)> {
    let text = validated_as("json", options, capture).text();
    let finding = |line: &str| -> (u64, String) {
        let finding: Value = serde_json::from_str(line).expect("a finding is JSON");
        let rule = finding["rule"].as_str().expect("a rule").to_owned();
        (finding["line"].as_u64().expect("a line"), rule)
    };
    text.lines().map(finding).collect()
}

/// A call that is muted twice: in line 1, and in line 12.
fn muted_twice(id: &str) -> String {
    call(id, &[&["mute"], &FAR[..], &["mute"]].concat())
}

#[test]
fn the_order_of_events_is_checked_only_on_request() {
    let capture = muted_twice("c");
    for options in [&["validate", "-"][..], &["validate", "--strict", "-"]] {
        let run = run(options, capture.as_bytes());
        assert_eq!((run.code, run.stdout.len()), (Some(0), 0), "{run:?}");
    }
    let run = validated(&[], &capture);
    assert_eq!(run.code, Some(0), "a hint fails no run");
    assert_eq!(
        run.text(),
        "<stdin>:12:9: warning[lifecycle/mute]: mute, but the agent is already muted (line 1: muted here)\n"
    );
    assert_eq!(validated(&["--deny", "lifecycle/mute"], &capture).code, Some(1));
    assert_eq!(validated(&["--allow", "lifecycle/mute"], &capture).text(), "");
    assert_eq!(validated(&["--no-lifecycle"], &capture).text(), "");
}

#[test]
fn a_configuration_can_ask_for_it_for_some_captures() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
        fs::write(path, text).expect("there is room");
    };
    write(
        "voxev.toml",
        "lifecycle = true\n[rules]\n\"lifecycle/mute\" = \"deny\"\n[overrides]\n\"old/*\" = { lifecycle = false }\n",
    );
    write("new/a.jsonl", &muted_twice("c"));
    write("old/a.jsonl", &muted_twice("c"));
    let validate = |options: &[&str]| {
        let mut command = crate::support::voxev(&["validate", "-q", "--format", "short"]);
        command.args(options).args(["new", "old"]).current_dir(folder.path());
        let output = command.output().expect("voxev runs");
        (output.status.code(), String::from_utf8(output.stdout).expect("it is UTF-8"))
    };
    let (code, text) = validate(&[]);
    assert_eq!(code, Some(1));
    assert!(text.starts_with("new/a.jsonl:12:9: error[lifecycle/mute]"), "{text}");
    assert_eq!(text.lines().count(), 1);
    assert_eq!(validate(&["--no-lifecycle"]), (Some(0), String::new()));
    assert_eq!(validate(&["--lifecycle"]).1.lines().count(), 2, "the command line wins");
}

#[test]
fn findings_in_the_middle_of_a_long_capture_are_the_same_on_any_number_of_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let half = |seed| run_on(&["generate", "--size", "3MiB", "--seed", seed]).text();
    let broken = "{\"type\":\"mute\",\"detail\":{\"callId\":\"m\",\"callType\":3}\n";
    let middle = [muted_twice("m").as_str(), broken, &call("m", &["callended", "hold"])].concat();
    let capture = [half("1"), middle, half("2"), call("m", &["callended", "unmute"])].concat();
    let path = folder.path().join("c.jsonl");
    fs::write(&path, &capture).expect("there is room");
    let path = path.display().to_string();
    for format in ["pretty", "json", "sarif"] {
        let validator = |threads: &str| {
            run_on(&["validate", "--lifecycle", "--format", format, "-j", threads, &path])
        };
        let alone = validator("1");
        assert!(alone.text().contains("lifecycle/after-end"), "{format}");
        assert!(alone.stderr.contains("1 error in 1 line, 3 warnings"), "{}", alone.stderr);
        for threads in ["2", "5"] {
            let together = validator(threads);
            assert_eq!((&alone.stdout, &alone.stderr), (&together.stdout, &together.stderr));
        }
    }
}

#[test]
fn one_line_can_break_the_contract_and_the_order() {
    let odd = "{\"type\":\"mute\",\"detail\":{\"callId\":\"c\"},\"detail\":{\"callId\":\"c\"}}\n";
    let capture = [&muted_twice("c"), &call("c", &FAR), odd].concat();
    let expected = [(12, "lifecycle/mute"), (23, "lifecycle/mute"), (23, "duplicate-key")];
    let expected = expected.map(|(line, rule)| (line, rule.to_owned()));
    assert_eq!(findings(&[], &capture), expected);
    let both = run(&["validate", "--lifecycle", "-qq", "-"], capture.as_bytes());
    assert_eq!(both.code, Some(1));
}

#[test]
fn duplicates_from_several_tabs_do_not_cascade() {
    let life = ["callstarted", "callconnected", "hold", "resume", "mute", "unmute", "callended"];
    for tabs in 2..=4 {
        let tripled: Vec<&str> = life.iter().flat_map(|&event| vec![event; tabs]).collect();
        assert_eq!(findings(&[], &call("c", &tripled)), []);
    }
    // A contradiction that three tabs log is one finding, without a further one.
    let events = [&["mute"], &FAR[..], &["mute"; 3], &["unmute"; 3], &["callended"]].concat();
    assert_eq!(findings(&[], &call("c", &events)), [(12, "lifecycle/mute".to_owned())]);
    let events = [&["callconnected", "callended"][..], &["hold"; 3], &["resume"]].concat();
    assert_eq!(findings(&[], &call("c", &events)), [(3, "lifecycle/after-end".to_owned())]);
}

#[test]
fn the_end_of_a_capture_is_the_end_of_what_is_known() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["a.jsonl", "b.jsonl"] {
        fs::write(folder.path().join(name), call("c", &["mute"])).expect("there is room");
    }
    let path = folder.path().display().to_string();
    let run = run_on(&["validate", "--lifecycle", "-q", "--deny", "lifecycle/mute", &path]);
    assert_eq!((run.code, run.stdout.len()), (Some(0), 0));
}

#[test]
fn lines_that_are_not_selected_still_tell_what_happened() {
    let events = [&["callconnected", "mute"], &FAR[..], &["unmute", "mute", "hold"]].concat();
    let events = [&events[..], &FAR, &["mute", "hold"]].concat();
    let capture = call("c", &events) + &muted_twice("other");
    let hold = [(27, "lifecycle/hold".to_owned())];
    assert_eq!(findings(&["--type", "hold"], &capture), hold);
    assert_eq!(findings(&["--type", "unmute"], &capture), []);
    let other = [(39, "lifecycle/mute".to_owned())];
    assert_eq!(findings(&["--call-id", "other"], &capture), other);
}

#[test]
fn the_first_error_ends_a_run_that_has_no_patience() {
    let capture = (0..5).map(|id| muted_twice(&id.to_string())).collect::<String>();
    let found = findings(&["--fail-fast", "--deny", "lifecycle/mute"], &capture);
    assert_eq!(found, [(12, "lifecycle/mute".to_owned())]);
    assert_eq!(findings(&["--fail-fast"], &capture).len(), 5);
}

#[test]
fn a_known_finding_stays_known_when_both_of_its_lines_move() {
    let folder = tempfile::tempdir().expect("a folder");
    let (capture, known) = (folder.path().join("c.jsonl"), folder.path().join("known.json"));
    let (capture, known) = (capture.display().to_string(), known.display().to_string());
    let validate = |option: &str| {
        run_on(&["validate", "--lifecycle", "--strict", "-q", option, &known, &capture])
    };
    fs::write(&capture, muted_twice("c")).expect("there is room");
    assert_eq!(validate("--write-baseline").code, Some(0));
    fs::write(&capture, call("new", &["mute"]) + &muted_twice("c")).expect("there is room");
    let run = validate("--baseline");
    assert_eq!((run.code, run.stdout.len()), (Some(0), 0), "{run:?}");
}

#[test]
fn every_format_names_the_earlier_line() {
    let capture = muted_twice("c");
    let formats = ["pretty", "short", "json", "github", "gitlab", "sarif", "junit"];
    for format in formats {
        let text = validated_as(format, &[], &capture).text();
        assert!(text.contains("muted here"), "{format}: {text}");
    }
    let text = validated_as("sarif", &[], &capture).text();
    let sarif: Value = serde_json::from_str(&text).expect("it is JSON");
    let related = &sarif["runs"][0]["results"][0]["relatedLocations"][0];
    assert_eq!(related["physicalLocation"]["region"]["startLine"], 1);
    assert_eq!(related["message"]["text"], "muted here");
    let text = validated_as("json", &[], &capture).text();
    let finding: Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(finding["related"]["line"], 1);
    assert_eq!(finding["related"]["offset"], 8);
}

#[test]
fn an_earlier_line_cannot_steer_the_terminal() {
    let capture = muted_twice("\u{202e}\\u001b[31m").replacen("\"}", "\",\"x\":\"\u{9b}31m\"}", 1);
    let text = validated_as("pretty", &[], &capture).text();
    assert!(text.contains("muted here"), "{text}");
    assert!(text.chars().all(|one| one == '\n' || !one.is_control()), "{text:?}");
    assert!(!text.contains('\u{202e}'), "{text:?}");
}

#[test]
fn a_line_too_long_to_be_remembered_is_still_named() {
    let long = format!(
        "{{\"type\":\"mute\",\"detail\":{{\"callId\":\"c\",\"x\":\"{}\"}}}}\n",
        "a".repeat(1000)
    );
    let capture = [long, call("c", &FAR), call("c", &["mute"])].concat();
    let text = validated(&[], &capture).text();
    assert!(text.contains("(line 1: muted here)"), "{text}");
    let text = validated_as("pretty", &[], &capture).text();
    assert!(text.contains("(line 1: muted here)"), "{text}");
}

#[test]
fn lines_that_cannot_be_read_or_name_no_call_take_no_part() {
    let unread = "{\"type\":\"mute\",\"detail\":{\"callId\":\"c\"}\n";
    let nameless =
        "{\"type\":\"mute\",\"detail\":{}}\n{\"type\":\"mute\",\"detail\":{\"callId\":\"\"}}\n";
    let far = call("c", &FAR);
    let capture = [unread, &far, unread, nameless, &far, nameless, &call("c", &["mute"])].concat();
    let found = findings(&[], &capture);
    assert!(found.iter().all(|(_, rule)| !rule.starts_with("lifecycle/")), "{found:?}");
}

#[test]
fn a_line_with_an_error_takes_part_with_what_it_tells() {
    // The number is an error, but it identifies the call.
    let odd = "{\"type\":\"mute\",\"detail\":{\"callId\":7}}\n";
    let capture = [odd, &call("7", &FAR), &call("7", &["mute"])].concat();
    let found: Vec<(u64, String)> = findings(&[], &capture);
    assert_eq!(found[1], (12, "lifecycle/mute".to_owned()));
}

#[test]
fn made_up_calls_break_no_rule() {
    let mixes = [
        "audiostats=96",
        "audiostats=20,participantadded=8,conference=4,swap=6,hold=12",
        "audiostats=10,transcript=30,hold=8,pauserecording=6,mute=6,flagraise=4,note=4",
        "audiostats=0,participantadded=12,participantremoved=8,swap=10",
    ];
    for (mix, seed) in mixes.iter().zip(1..) {
        for calls in ["3", "40", "400"] {
            let seed = seed.to_string();
            let made = run_on(&["generate", "--calls", calls, "--seed", &seed, "--mix", mix]);
            assert_eq!(made.code, Some(0), "{}", made.stderr);
            assert_eq!(findings(&[], &made.text()), [], "{calls} calls of {mix}");
        }
    }
    let made = run_on(&["generate", "--size", "4MiB", "--seed", "9"]);
    assert_eq!(findings(&[], &made.text()), []);
}

/// Complete calls with many events other than audiostats.
const LIVELY: &str =
    "audiostats=20,participantadded=8,conference=4,swap=6,hold=12,mute=5,flagraise=5";

fn lively(seed: &str) -> String {
    run_on(&["generate", "--calls", "60", "--seed", seed, "--mix", LIVELY]).text()
}

#[test]
fn a_capture_may_start_anywhere_in_a_call() {
    let whole = lively("11");
    let starts: Vec<usize> = whole.match_indices('\n').map(|(at, _)| at + 1).collect();
    for start in starts.iter().step_by(41) {
        assert_eq!(findings(&[], &whole[*start..]), [], "from byte {start} on");
    }
}

#[test]
fn every_line_may_come_from_several_tabs() {
    let copies: String = lively("12").split_inclusive('\n').map(|line| line.repeat(3)).collect();
    assert_eq!(findings(&[], &copies), []);
}

#[test]
fn a_tab_may_lag_by_a_line_of_its_call() {
    let events = [
        "callstarted",
        "callconnected",
        "transcript",
        "hold",
        "resume",
        "transcript",
        "mute",
        "unmute",
        "transcript",
        "pauserecording",
        "resumerecording",
        "transcript",
        "participantadded",
        "conference",
        "transcript",
        "participantremoved",
        "callended",
        "wrapupended",
    ];
    let mut tabs: Vec<(usize, usize, &str)> = Vec::new();
    for (at, event) in events.into_iter().enumerate() {
        tabs.extend([(at, 0, event), (at + 1, 1, event)]);
    }
    tabs.sort_by_key(|&(at, tab, _)| (at, tab));
    // Each message is different, but the same in both tabs.
    let line = |&(at, tab, event): &(usize, usize, &str)| match event {
        "transcript" => {
            let sent = format!(",\"clientSentTimestamp\":{}}}}}", at - tab);
            call("c", &[event]).replace("}}", &sent)
        }
        event => call("c", &[event]),
    };
    let capture: String = tabs.iter().map(line).collect();
    let found = validated(&[], &capture).text();
    assert!(!found.contains("lifecycle/"), "{found}");
}

#[test]
fn a_page_that_is_refreshed_may_hear_anew_who_is_muted() {
    let before = ["callstarted", "callconnected", "mute", "pauserecording", "hold"];
    let again = ["callstarted", "callconnected", "mute", "pauserecording", "hold", "unmute"];
    let events = [&before, &FAR[..], &again].concat();
    assert_eq!(findings(&[], &call("c", &events)), []);
}

#[test]
fn after_call_work_that_ends_too_early_is_one_finding() {
    let events = [
        "callstarted",
        "callconnected",
        "wrapupended",
        "wrapupended",
        "mute",
        "hold",
        "callended",
        "wrapupended",
    ];
    let expected = [(3, "lifecycle/wrapup".to_owned())];
    assert_eq!(findings(&[], &call("c", &events)), expected);
}

#[test]
fn a_flag_that_is_raised_after_the_end_is_raised_by_an_agent_too() {
    let flag = "{\"type\":\"flagraise\",\"detail\":{\"callId\":\"c\",\"clientSentTimestamp\":1,\"sender\":{\"role\":\"Supervisor\"}}}\n";
    let capture = call("c", &["callconnected", "callended"]) + flag + flag;
    let found = findings(&[], &capture);
    let roles = found.iter().filter(|(_, rule)| rule == "lifecycle/flag-role");
    assert_eq!(roles.map(|(line, _)| *line).collect::<Vec<_>>(), [3]);
}

#[test]
fn what_was_found_in_lines_stays_whatever_comes_after_them() {
    let mut random = Random(13);
    let mut lines: Vec<String> = lively("13").split_inclusive('\n').map(str::to_owned).collect();
    // Adjacent lines are swapped, so many are out of order.
    for at in 1..lines.len() {
        let other = at - random.below(at.min(20) + 1);
        lines.swap(at, other);
    }
    let found = |capture: &str| validated(&["--max-findings", "100000"], capture).text();
    let whole = found(&lines.concat());
    assert!(whole.lines().count() > 100, "{}", whole.lines().count());
    for _ in 0..10 {
        let part = lines[..random.below(lines.len())].concat();
        assert!(whole.starts_with(&found(&part)));
    }
}

#[test]
fn the_first_transcript_after_a_hold_or_a_pause_is_a_late_one() {
    let transcript = |number: u32| {
        let sent = format!(",\"clientSentTimestamp\":{number}}}}}");
        call("c", &["transcript"]).replace("}}", &sent)
    };
    let order = |capture: &str| {
        let found = findings(&[], capture).into_iter();
        found.filter(|(_, rule)| rule.starts_with("lifecycle/")).collect::<Vec<_>>()
    };
    for (silence, end) in [("hold", "resume"), ("pauserecording", "resumerecording")] {
        let begin = call("c", &["callstarted", "callconnected", silence]);
        let late = [begin.as_str(), &transcript(1), &transcript(1)].concat();
        assert_eq!(order(&late), [], "{silence}: a copy of it is no second one");
        let next = call("c", &[end, "audiostats", silence]);
        let again = [late.as_str(), &next, &transcript(2)].concat();
        assert_eq!(order(&again), [], "{silence}: the next one has a late one of its own");
        let second = [begin.as_str(), &transcript(1), &transcript(2), &transcript(3)].concat();
        let expected = [(5, "lifecycle/transcript".to_owned())];
        assert_eq!(order(&second), expected, "{silence}: one mistake is one finding");
    }
}

#[test]
fn a_call_that_was_added_to_another_one_can_be_in_a_conference() {
    for kind in ["Transfer", "Consult", "AddParticipant", "transfer"] {
        for event in ["conference", "swap"] {
            let capture = call("c", &["callstarted", "callconnected", "resume", event, "resume"]);
            let capture = capture.replace("inbound", kind);
            let found = validated(&["--allow", "observed-value"], &capture).text();
            assert!(!found.contains("lifecycle/"), "{kind}: {found}");
        }
    }
    let found = findings(&[], &call("c", &["callstarted", "callconnected", "conference"]));
    assert_eq!(found, [(3, "lifecycle/conference".to_owned())]);
}

#[test]
fn a_call_that_a_capture_finds_connected_may_have_gone_on_before() {
    let replays = [
        &["callconnected", "resume", "conference"][..],
        &["callconnected", "resume", "swap"],
        &["audiostats", "callstarted", "callconnected", "resume", "conference"],
        &["audiostats", "callconnected", "resume", "conference"],
        &["callconnected", "flaglower"],
    ];
    for events in replays {
        let found = validated(&[], &call("c", events)).text();
        assert!(!found.contains("lifecycle/"), "{events:?}: {found}");
    }
}

#[test]
fn three_thousand_calls_that_take_turns_are_all_remembered() {
    let ids: Vec<String> = (0..3000).map(|id| id.to_string()).collect();
    let turn: String = ids.iter().map(|id| call(id, &["mute"])).collect();
    let far: String = ids.iter().flat_map(|id| [call(id, &["audiostats"; 4])]).collect();
    let capture = [&turn, &far, &turn].map(String::as_str).concat();
    let run = validated(&["--max-findings", "100000"], &capture);
    assert_eq!(run.text().lines().count(), 3000);
}

#[test]
fn calls_that_take_turns_break_no_rule_that_they_do_not_break_alone() {
    let calls: Vec<String> = (0..5000)
        .map(|id| {
            let id = id.to_string();
            let start = call(&id, &["callstarted", "callconnected", "participantadded", "mute"]);
            // A page that is refreshed, and tabs that lag behind.
            let again = call(&id, &["callstarted", "callconnected", "conference", "callended"]);
            let late = call(&id, &["callconnected", "wrapupended", "callended", "flagraise"]);
            [start, again, late].concat().replace("\"P\"", &format!("\"{id}\""))
        })
        .collect();
    let found = |capture: &str| {
        let text = validated(&["--max-findings", "100000"], capture).text();
        text.lines().filter(|line| line.contains("lifecycle/")).count()
    };
    let alone = calls.first().expect("there is one");
    assert_eq!(found(alone), 0);
    let mut turns = String::new();
    for nth in 0..12 {
        for call in &calls {
            turns.extend(call.split_inclusive('\n').nth(nth));
        }
    }
    assert_eq!(found(&turns), 0);
}
