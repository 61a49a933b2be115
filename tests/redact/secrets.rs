//! Nothing personal is left: rare names and numbers are put wherever a capture can have them, and the
//! whole output is searched for them, also by a script that is not ours (`search.py`).

use std::fmt::Write as _;
use std::process::Command;

use serde_json::{Value, json};

use super::{Folder, redacted};
use crate::support::{Random, examples, run, skip};
use voxev::Bundle;

/// Names, numbers and texts that are in no other place.
const SECRETS: [&str; 9] = [
    "Xanthippe Quisenberry",
    "Wolfeschlegelsteinhausen",
    "+49 176 83716254",
    "(907) 555-8316",
    "8827163549021",
    "zq8f3kx71v-9931-call",
    "Žofie Řeřichová",
    "東雲 雅子",
    "quisenberry@example.org",
];

/// `value` with a secret in place of every string below `detail`.
fn with_secrets(value: &mut Value, random: &mut Random) {
    match value {
        Value::String(text) => (*random.pick(&SECRETS)).clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(|item| with_secrets(item, random)),
        Value::Object(members) => {
            members.values_mut().for_each(|member| with_secrets(member, random));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A secret in any of the places where the contract has none.
fn hide(detail: &mut Value, random: &mut Random) {
    let secret = *random.pick(&SECRETS);
    let Some(members) = detail.as_object_mut() else { return };
    match random.below(7) {
        0 => _ = members.insert("callAttributes".into(), json!({"name": secret, "list": [secret]})),
        // A single word could be the name of a property.
        1 if secret.chars().all(|it| it.is_ascii_alphabetic()) => {}
        1 => _ = members.insert("seen".into(), json!({ secret: {"count": 1} })),
        2 => _ = members.insert("participant".into(), json!({"name": secret})),
        3 => {
            _ = members.insert("log".into(), json!({"event": {"type": secret}}).to_string().into());
        }
        4 => _ = members.insert("participant".into(), json!([secret, 8_827_163_549_021_u64])),
        5 => _ = members.insert("account".into(), json!(8_827_163_549_021_u64)),
        _ => _ = members.insert("callType".into(), secret.into()),
    }
}

/// The payload with some characters of its strings spelled as escapes.
fn escaped(payload: &Value) -> String {
    let escape = |one: char, text: &mut String| {
        for unit in one.encode_utf16(&mut [0; 2]) {
            let _ = write!(text, "\\u{unit:04X}");
        }
    };
    let mut text = String::new();
    for one in payload.to_string().chars() {
        if matches!(one, 'Q' | 'W' | '@' | '+') || !one.is_ascii() {
            escape(one, &mut text);
        } else {
            text.push(one);
        }
    }
    text
}

fn capture() -> String {
    let mut random = Random(77);
    let mut lines = String::new();
    for round in 0..12 {
        for (_, example) in examples(&Bundle::newest()) {
            let mut payload = example;
            with_secrets(&mut payload["detail"], &mut random);
            if round % 2 == 1 {
                hide(&mut payload["detail"], &mut random);
            }
            let payload = match round % 4 {
                3 => json!({"ts": 5, "event": payload, "by": random.pick(&SECRETS)}),
                2 => json!([payload, random.pick(&SECRETS)]),
                _ => payload,
            };
            let is_plain = round % 3 > 0;
            lines.push_str(&if is_plain { payload.to_string() } else { escaped(&payload) });
            lines.push('\n');
        }
    }
    lines
}

/// The digits of a text.
fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[test]
fn no_secret_is_left_in_any_spelling() {
    let old = capture();
    for secret in SECRETS {
        assert!(old.contains(secret) || old.contains(&digits(secret)), "{secret} is put somewhere");
    }
    let new = String::from_utf8(redacted(old.as_bytes())).expect("it is UTF-8");
    assert_eq!(new.lines().count(), old.lines().count());
    for line in new.lines() {
        let payload: Value = serde_json::from_str(line).expect("it is JSON");
        // With escapes resolved.
        let text = payload.to_string();
        for secret in SECRETS {
            assert!(!text.contains(secret), "{secret} is left in {line}");
            let number = digits(secret);
            assert!(number.len() < 8 || !digits(&text).contains(&number), "{number} in {line}");
            for word in secret.split([' ', '@']).filter(|word| word.chars().count() > 5) {
                assert!(!text.contains(word), "{word} is left in {line}");
            }
        }
    }
}

#[test]
fn a_script_that_is_not_ours_finds_no_secret_either() {
    let folder = Folder::new(&[
        ("old.jsonl", capture().as_bytes()),
        ("secrets.txt", SECRETS.join("\n").as_bytes()),
    ]);
    let redaction =
        folder.voxev(&["redact", "--key-file", "@key", "-o", "@new.jsonl", "@old.jsonl"]);
    assert_eq!(redaction.code, Some(0), "{}", redaction.stderr);
    let search = |capture: &str| {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/redact/search.py");
        let mut command = Command::new("python3");
        command.args([script.into(), folder.path("secrets.txt"), folder.path(capture)]);
        command.output().ok().and_then(|output| output.status.code())
    };
    match search("old.jsonl") {
        None => skip("search for secrets: no python3"),
        Some(code) => {
            assert_eq!(code, 1, "it finds them where they are");
            assert_eq!(search("new.jsonl"), Some(0));
        }
    }
}

#[test]
fn a_generated_capture_keeps_none_of_its_values() {
    let old = run(&["generate", "--calls", "20", "--seed", "5"], b"").stdout;
    let new = redacted(&old);
    let values = |capture: &[u8]| -> Vec<String> {
        let lines = std::str::from_utf8(capture).expect("it is UTF-8").lines();
        let payloads = lines.map(|line| serde_json::from_str(line).expect("it is JSON"));
        let of = |payload: Value| {
            let detail = &payload["detail"];
            let places = [
                &detail["callId"],
                &detail["id"],
                &detail["voiceCallId"],
                &detail["participant"],
                &detail["content"]["text"],
                &detail["sender"]["displayName"],
            ];
            places.map(|value| value.as_str().unwrap_or_default().to_owned())
        };
        payloads.flat_map(of).filter(|value| !value.is_empty()).collect()
    };
    let (before, after) = (values(&old), values(&new));
    assert_eq!(before.len(), after.len());
    let text = String::from_utf8(new).expect("it is UTF-8");
    for value in &before {
        assert!(!text.contains(value.as_str()), "{value}");
    }
    // One to one: as many different values as there were, in the same places.
    let first = |values: &[String]| -> Vec<usize> {
        let at = |value: &String| values.iter().position(|it| it == value);
        values.iter().filter_map(at).collect()
    };
    assert_eq!(first(&before), first(&after));
}
