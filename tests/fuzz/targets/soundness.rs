//! Any bytes: nothing panics, and the matcher accepts no line that the cold path would report.
//!
//! `cargo +nightly fuzz run --fuzz-dir tests/fuzz soundness`

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use voxev::{Bundle, Limits, Line, Policy, Severity, Validator};

static VALIDATOR: LazyLock<Validator> =
    LazyLock::new(|| Validator::new(Bundle::newest(), Policy::default(), Limits::default()));

fuzz_target!(|bytes: &[u8]| {
    for line in bytes.split(|&byte| byte == b'\n') {
        let validation = VALIDATOR.validate(&Line::new("fuzz", 1, 0, line));
        let by_form = VALIDATOR.match_clean_after(line, line);
        let is_clean = VALIDATOR.match_clean(line).is_some();
        assert_eq!(is_clean, by_form.is_some(), "a line like two earlier ones");
        if is_clean {
            let serious = validation.findings.iter().find(|it| it.severity != Severity::Allowed);
            assert!(serious.is_none(), "accepted in spite of {serious:?}");
        }
    }
});
