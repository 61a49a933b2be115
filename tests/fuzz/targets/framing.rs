//! Any bytes in any reads, or in spans of any size: a capture's lines are those that its newlines make,
//! with their numbers and offsets, whatever the limit of their length.
//!
//! `cargo +nightly fuzz run --fuzz-dir tests/fuzz framing`

#![no_main]

mod reads;

use libfuzzer_sys::fuzz_target;
use reads::reads;
use voxev::fuzzing::{FramedLine, framed_lines, spanned_lines};

fuzz_target!(|input: (u8, u8, Vec<u8>, Vec<u8>)| {
    let (max_line_bytes, span_bytes, cuts, capture) = input;
    let expected = lines(&capture);
    let found = framed_lines(&reads(&capture, &cuts), max_line_bytes.into());
    assert_eq!(found.expect("slices never fail"), expected);
    let found = spanned_lines(&capture, usize::from(span_bytes) + 1, max_line_bytes.into());
    if let Some(found) = found.expect("a temporary file can be read") {
        assert_eq!(found, expected);
    }
});

/// The lines as the definition has them: a byte order mark belongs to the capture, not to a line.
fn lines(capture: &[u8]) -> Vec<FramedLine> {
    let text = capture.strip_prefix(b"\xef\xbb\xbf").unwrap_or(capture);
    let mut offset = (capture.len() - text.len()) as u64;
    let lines = text.split_inclusive(|&byte| byte == b'\n').zip(1..);
    let framed = lines.map(|(line, number)| {
        let start = offset;
        offset += line.len() as u64;
        FramedLine { number, offset: start, bytes: line.to_vec() }
    });
    framed.collect()
}
