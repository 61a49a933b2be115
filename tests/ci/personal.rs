//! Reports quote nothing that the contract calls personal: more people read them than the capture.

use super::run::{folder, voxev};

/// Findings about personal values of every kind, and about keys that are data.
const CAPTURE: &str = concat!(
    r#"{"type":"hold","detail":{"callId":"a","participant":4159990000}}"#,
    "\n",
    r#"{"type":"flaglower","detail":{"id":"1","clientSentTimestamp":1,"serverReceivedTimestamp":2,"content":{"formatType":null,"text":"Xanthippe was here"},"callId":"a","sender":{"role":"Agent","displayName":88271635},"voiceCallId":"v"}}"#,
    "\n",
    r#"{"type":"mute","detail":{"callId":"a","+1 907 555 8316":1,"+1 907 555 8316":2}}"#,
    "\n",
    r#"{"type":"mute","detail":{"callId":"a","seen":{"Wolfgang Quisenberry":1,"Wolfgang Quisenberry":2}}}"#,
    "\n",
    r#"{"type":"hold","detail":{"callId":"a","participant":Zebedee}}"#,
    "\n",
    r#"Yolanda {"type":"hold"}"#,
    "\n",
);

const SECRETS: [&str; 7] =
    ["4159990000", "Xanthippe", "88271635", "907 555", "Quisenberry", "Zebedee", "Yolanda"];

const REPORTS: [&str; 5] = ["json", "github", "gitlab", "sarif", "junit"];

fn secrets(text: &str) -> Vec<&'static str> {
    SECRETS.into_iter().filter(|secret| text.contains(secret)).collect()
}

#[test]
fn reports_quote_no_personal_value_unless_they_are_asked_to() {
    let folder = folder(&[("a.jsonl", CAPTURE)]);
    let none: [&str; 0] = [];
    for format in REPORTS {
        let options = ["validate", "--strict", "--format", format, "-q", "a.jsonl"];
        let text = voxev(&folder, &options).stdout;
        assert_eq!(secrets(&text), none, "{format}: {text}");
        let spec = format!("{format}=report");
        voxev(&folder, &["validate", "--strict", "--report", &spec, "-q", "a.jsonl"]);
        let report = std::fs::read_to_string(folder.path().join("report")).expect("it is there");
        assert_eq!(secrets(&report), none, "{format}: {report}");
        let shown = voxev(&folder, &[&options[..], &["--show-personal"]].concat()).stdout;
        assert!(secrets(&shown).len() >= 5, "{format}: {shown}");
    }
    let people = voxev(&folder, &["validate", "--strict", "--format", "short", "-q", "a.jsonl"]);
    assert!(secrets(&people.stdout).len() >= 5, "{}", people.stdout);
}

#[test]
fn a_finding_in_a_report_still_says_what_is_wrong() {
    let folder = folder(&[("a.jsonl", CAPTURE)]);
    let text =
        voxev(&folder, &["validate", "--strict", "--format", "json", "-q", "a.jsonl"]).stdout;
    for said in [
        "\"message\":\"participant is a number, but must be a string\"",
        "\"message\":\"content.text is a string, but must be null\"",
        "\"pointer\":\"/detail/*\",\"rule\":\"duplicate-key\"",
        "\"pointer\":\"/detail/seen/*\"",
        "\"message\":\"the line is not valid JSON\"",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
}

#[test]
fn baselines_and_fingerprints_hold_no_personal_value() {
    let folder = folder(&[("a.jsonl", CAPTURE)]);
    let baseline = |options: &[&str]| {
        let write = ["validate", "--strict", "--write-baseline", "known.json", "a.jsonl"];
        voxev(&folder, &[&write, options].concat());
        std::fs::read_to_string(folder.path().join("known.json")).expect("it is there")
    };
    let text = baseline(&[]);
    assert_eq!(secrets(&text), [""; 0]);
    assert_eq!(baseline(&["--show-personal"]), text, "whatever reports show");
    // A fingerprint of another number is the same: there is nothing of the number in it.
    let other = CAPTURE.replace("4159990000", "4159991111").replace("907 555", "907 556");
    std::fs::write(folder.path().join("a.jsonl"), other.replace("Xanthippe", "Beatrice"))
        .expect("it is written");
    assert_eq!(baseline(&[]), text);
}
