//! Any bytes in any reads: the JSON documents of a capture are the same however it is read, each is at
//! its place, and a limit of their length takes out the longer ones only.
//!
//! `cargo +nightly fuzz run --fuzz-dir tests/fuzz documents`

#![no_main]

mod reads;

use libfuzzer_sys::fuzz_target;
use reads::reads;
use voxev::fuzzing::framed_documents;

fuzz_target!(|input: (u8, Vec<u8>, Vec<u8>)| {
    let (limit, cuts, capture) = input;
    // What is compressed is for the decoder, whose errors depend on how it is read.
    if capture.starts_with(b"\x1f\x8b") || capture.iter().any(|byte| *byte > 0xf7) {
        return;
    }
    let Ok(expected) = framed_documents(&[&capture], usize::MAX) else { return };
    let found = framed_documents(&reads(&capture, &cuts), usize::MAX);
    assert_eq!(found.expect("slices never fail"), expected);
    let mut end = 0;
    for document in &expected {
        let start = usize::try_from(document.offset).expect("captures are small");
        assert!(start >= end, "documents do not overlap");
        end = start + document.bytes.len();
        assert_eq!(capture[start..end], document.bytes);
        let newlines = capture[..start].iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(document.number, newlines as u64 + 1);
    }
    let short = framed_documents(&reads(&capture, &cuts), limit.into()).expect("slices never fail");
    assert!(short.iter().all(|document| expected.contains(document)));
});
