//! The messages and advice of findings, for cases in which wrong advice would be costly.

use voxev::{Finding, Policy, Rule};

use crate::support::{findings, validator};

fn found(line: &str) -> Vec<Finding> {
    findings(&validator(68, Policy::default()), line.as_bytes())
}

/// The message, the label and the help of the only finding.
fn only(line: &str) -> [String; 3] {
    let [finding] = <[Finding; 1]>::try_from(found(line)).expect("one finding");
    [finding.message, finding.label, finding.help.unwrap_or_default()]
}

const PAYLOAD: &str = r#"{"type":"mute","detail":{"callId":"c"}}"#;

#[test]
fn a_browser_event_whose_payload_is_there_is_not_called_lost() {
    let lost = "loses its data";
    for (line, advice) in [
        (format!(r#"{{"isTrusted":true,"origin":"x","data":{PAYLOAD}}}"#), "`jq -c .data`"),
        (format!(r#"{{"isTrusted":true,"data":{{"event":{PAYLOAD}}}}}"#), "`jq -c .data.event`"),
        (
            format!(r#"{{"isTrusted":true,"data":{}}}"#, serde_json::Value::from(PAYLOAD)),
            "`jq -c '.data | fromjson'`",
        ),
        (
            r#"{"isTrusted":true,"data":{"type":"CALL_STARTED","payload":{"callId":"c"}}}"#.into(),
            "`jq -c .data`",
        ),
        (r#"{"isTrusted":false,"detail":{"callId":"c"}}"#.into(), "log JSON.stringify({type:"),
        (r#"{"isTrusted":false,"data":{"callId":"c"}}"#.into(), "an event is"),
    ] {
        let [message, _, help] = only(&line);
        assert!(!message.contains(lost), "{line}: {message}");
        assert!(help.contains(advice), "{line}: {help}");
    }
    for line in [
        r#"{"isTrusted":false}"#,
        r#"{"isTrusted":true,"bubbles":false,"target":{},"timeStamp":1.5}"#,
        r#"{"isTrusted":true,"data":null,"path":[]}"#,
    ] {
        assert!(only(line)[0].contains(lost), "{line}");
    }
}

#[test]
fn an_event_is_found_in_whatever_it_is_wrapped() {
    for (line, advice) in [
        (format!(r#"{{"ts":1,"event":{PAYLOAD}}}"#), "`jq -c .event`"),
        (format!(r#"{{"a b":{{"c":{PAYLOAD}}}}}"#), r#"`jq -c '.["a b"].c'`"#),
        (format!(r#"{{"it's":{PAYLOAD}}}"#), r#"`jq -c '.["it'\''s"]'`"#),
        (format!(r#"{{"events":[{PAYLOAD},{PAYLOAD}]}}"#), "`jq -c '.events[]'`"),
    ] {
        assert!(only(&line)[2].contains(advice), "{line}: {}", only(&line)[2]);
    }
}

#[test]
fn text_before_a_payload_is_pointed_at_as_such() {
    for before in [
        "2025-01-03T10:00:00.000Z|INFO|SYSTEM|",
        "10:00:00.000 ",
        "[2025-01-03 10:00:00] ",
        "[onTelephonyEvent mute]: ",
        "[1] ",
        "Received mute event: ",
        "toolkit.js:42 ",
    ] {
        let [finding] =
            <[Finding; 1]>::try_from(found(&format!("{before}{PAYLOAD}"))).expect("one");
        assert_eq!(finding.message, "text before the payload", "{before}");
        assert_eq!(finding.label, "not part of the payload", "{before}");
        assert_eq!(finding.place.span, 0..before.trim_end().len(), "{before}");
        let help = finding.help.unwrap_or_default();
        assert!(help.contains("`sed 's/^[^{]*//'`"), "{before}: {help}");
    }
}

#[test]
fn a_line_number_that_was_copied_along_is_pointed_at() {
    for line in ["1{", "12 }", "3 \"detail\": {"] {
        let [message, label, _] = only(line);
        assert_eq!(message, "a number before the payload", "{line}");
        assert_eq!(label, "not part of the payload", "{line}");
    }
}

#[test]
fn what_was_expected_is_the_same_in_message_and_label() {
    for line in
        ["2025-01-03 10:00:00 INFO started", "10:00 {}x", "Received mute event", "@", "mute"]
    {
        let [message, label, _] = only(line);
        assert!(message.starts_with("expected a JSON value, found `"), "{line}: {message}");
        assert_eq!(label, "expected a JSON value", "{line}");
    }
}

#[test]
fn no_rename_is_advised_that_leaves_a_wrong_type() {
    let help = |member: &str| {
        let line = format!(r#"{{"type":"hold","detail":{{{member},"participant":"p"}}}}"#);
        let missing = |it: &Finding| it.rule == Rule::MissingProperty;
        let finding = found(&line).into_iter().find(missing).expect("the callId is missing");
        (finding.label, finding.help.unwrap_or_default())
    };
    let (label, advice) = help(r#""calls":[]"#);
    assert_eq!(label, r#""callId" is missing here"#);
    assert!(advice.starts_with(r#"add "callId":"#), "{advice}");
    assert_eq!(help(r#""callid":"c""#).1, r#"rename "callid" to "callId""#);
    // A name that differs only in case is accepted as that name, whatever its value.
    let both = r#"rename "callid" to "callId", and make it a string"#;
    assert_eq!(help(r#""callid":7"#).1, both);
}

#[test]
fn a_name_that_is_far_from_every_event_is_not_said_to_be_like_one() {
    let help =
        |name: &str| only(&format!(r#"{{"type":"{name}","detail":{{"callId":"c"}}}}"#))[2].clone();
    for name in ["CALL_UPDATED", "callbargedin", "banana"] {
        assert_eq!(help(name), "`voxev schema` lists the 19 events", "{name}");
    }
    assert_eq!(help("callstart"), r#"did you mean "callstarted"?"#);
    assert_eq!(help("call_ended"), r#"did you mean "callended"?"#);
}

#[test]
fn the_connectors_own_names_are_known() {
    for name in [
        "LOG",
        "QUEUED_CALL_STARTED",
        "UPDATE_AUDIO_STATS_COMPLETED",
        "CALL_BARGED_IN",
        "SUPERVISOR_BARGED_IN",
        "SUPERVISOR_CALL_STARTED",
        "SUPERVISOR_CALL_CONNECTED",
        "SUPERVISOR_HANGUP",
    ] {
        let [_, _, help] = only(&format!(r#"{{"type":"{name}","payload":{{}}}}"#));
        assert!(help.starts_with("this is ") && help.contains("connector"), "{name}: {help}");
    }
}

#[test]
fn a_duplicate_key_is_called_the_same_however_it_is_spelled() {
    let line =
        |second: &str| format!(r#"{{"type":"mute","detail":{{"callId":"c","{second}":"d"}}}}"#);
    let [plain, escaped] = ["callId", r"\u0063all\u0049d"].map(|key| only(&line(key)));
    assert_eq!(plain[0], r#"duplicate key "callId""#);
    assert_eq!(plain, escaped);
}
