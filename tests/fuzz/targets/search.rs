//! Any types, callIds and lines: a search passes over no line that a filter selects.
//!
//! `cargo +nightly fuzz run --fuzz-dir tests/fuzz search`

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use voxev::fuzzing::{search_candidates, selected_lines};
use voxev::{Bundle, EventId, Limits, Policy, Validator};

static VALIDATOR: LazyLock<Validator> =
    LazyLock::new(|| Validator::new(Bundle::newest(), Policy::default(), Limits::default()));

/// Types by their numbers, callIds, and lines: how to spell them, and any bytes.
type Input = (Vec<u8>, Vec<String>, Vec<(u8, Vec<u8>)>);

fuzz_target!(|input: Input| {
    let (types, call_ids, lines) = input;
    let names: Vec<&str> = EventId::all().map(EventId::name).collect();
    let types: Vec<String> =
        types.iter().map(|it| names[usize::from(*it) % names.len()].to_owned()).collect();
    let mut text = Vec::new();
    for (spelling, any) in &lines {
        line(*spelling, any, (&types, &call_ids), &mut text);
        text.push(b'\n');
    }
    let Some(candidates) = search_candidates(&types, &call_ids, &text) else { return };
    for pair in candidates.windows(2) {
        assert!(pair[0].end < pair[1].start, "in order, each once: {pair:?}");
    }
    for selected in selected_lines(&VALIDATOR, &types, &call_ids, &text) {
        let line = String::from_utf8_lossy(&text[selected.clone()]);
        assert!(candidates.contains(&selected), "passed over: {line}");
    }
});

/// Appends a line of a wanted type and call, spelled in one of several ways, or else `any` bytes.
fn line(spelling: u8, any: &[u8], wanted: (&[String], &[String]), text: &mut Vec<u8>) {
    let pick = |list: &[String]| {
        let index = usize::from(spelling) % list.len().max(1);
        list.get(index).cloned().unwrap_or_else(|| "hold".to_owned())
    };
    let (kind, call_id) = (pick(wanted.0), pick(wanted.1));
    let spell = |name: &str| match spelling / 64 {
        0 => quoted(name, |letter| letter < ' ' || letter == '"' || letter == '\\'),
        1 => quoted(name, |_| true),
        _ => quoted(name, |letter| !letter.is_ascii_alphanumeric()),
    };
    match spelling / 64 {
        3 => text.extend_from_slice(any),
        _ => {
            let (kind, call_id) = (spell(&kind), spell(&call_id));
            let any = String::from_utf8_lossy(any).replace(['"', '\\', '\n'], "");
            let line = format!(r#"{{"x":"{any}","type":{kind},"detail":{{"callId":{call_id}}}}}"#);
            text.extend_from_slice(line.as_bytes());
        }
    }
}

/// `name` as a JSON string, with escapes for the letters that are to be escaped.
fn quoted(name: &str, is_escaped: impl Fn(char) -> bool) -> String {
    let mut quoted = String::from("\"");
    for letter in name.chars() {
        if is_escaped(letter) {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                quoted.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            quoted.push(letter);
        }
    }
    quoted.push('"');
    quoted
}
