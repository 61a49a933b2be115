//! Any text in any reads: every line is accounted for, what comes out does not depend on the reads, and
//! extracting from what came out changes nothing.
//!
//! `cargo +nightly fuzz run --fuzz-dir tests/fuzz extraction`

#![no_main]

mod reads;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use reads::reads;
use voxev::fuzzing::{Extracted, extracted};
use voxev::{Bundle, Limits, Policy, Validator};

static VALIDATOR: LazyLock<Validator> =
    LazyLock::new(|| Validator::new(Bundle::newest(), Policy::default(), Limits::default()));

/// Longest payload that is tried: the least that holds one, and what the fuzzer adds.
const SHORTEST_LIMIT: usize = 64;

/// Text that the fuzzer would take long to find: it puts these between its own bytes.
const PARTS: [&str; 16] = [
    r#"{"type":"mute","detail":{"callId":"1"}}"#,
    r#"{"type":"hold","detail":{"callId":"1","participant":"2"}}"#,
    r#"{\"type\":\"mute\",\"detail\":{\"callId\":\"1\"}}"#,
    r#"{""type"":""mute"",""detail"":{""callId"":""1""}}"#,
    "{type: 'mute', detail: {callId: '1'}}",
    "{“type”: “mute”, “detail”: {“callId”: “1”}}",
    r#"{"type":"HANGUP","payload":{"callId":"1"}}"#,
    r#"{"type":"UPDATE_AUDIO_STATS","payload":{"stats":[{"inputChannelStats":{}}],"callId":"1"}}"#,
    r#"{"isTrusted":false}"#,
    "callended",
    r#"{"callId":"1"}"#,
    r#"{"ts":1,"event":"#,
    "Received mute event: ",
    "[object Object]",
    "{…}",
    "\n",
];

fuzz_target!(|input: (u16, Vec<u8>, Vec<(u8, Vec<u8>)>)| {
    let (more, cuts, parts) = input;
    let mut text = Vec::new();
    for (part, any) in &parts {
        text.extend_from_slice(PARTS[usize::from(*part) % PARTS.len()].as_bytes());
        text.extend_from_slice(any);
    }
    let max_payload_bytes = SHORTEST_LIMIT + usize::from(more);
    let whole = extract(&[&text], max_payload_bytes);
    assert_eq!(whole.accounted, whole.lines);
    assert_eq!(extract(&reads(&text, &cuts), max_payload_bytes), whole);
    // A payload that is renamed can become longer than the limit.
    let again = extract(&[&whole.taken], usize::MAX);
    let shown = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
    assert_eq!(shown(&again.taken), shown(&whole.taken));
    assert_eq!(again.payloads, whole.payloads);
});

fn extract(reads: &[&[u8]], max_payload_bytes: usize) -> Extracted {
    extracted(&VALIDATOR, reads, max_payload_bytes).expect("slices never fail")
}
