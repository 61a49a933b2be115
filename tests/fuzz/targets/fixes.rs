//! Any bytes: the edits of every finding lie within its line, a fixed line is never worse, and fixing
//! it again changes nothing.
//!
//! `cargo +nightly fuzz run --fuzz-dir tests/fuzz fixes`

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use voxev::{Applicability, Bundle, Finding, Limits, Line, Policy, Rule, Severity, Validator};

static VALIDATORS: LazyLock<[Validator; 2]> = LazyLock::new(|| {
    let by = |policy| Validator::new(Bundle::newest(), policy, Limits::default());
    [by(Policy::default()), by(Policy::strict())]
});

fuzz_target!(|bytes: &[u8]| {
    for raw in bytes.split_inclusive(|&byte| byte == b'\n') {
        for validator in &*VALIDATORS {
            for wanted in [Applicability::Safe, Applicability::Suggested] {
                check(validator, raw, wanted);
            }
        }
    }
});

fn check(validator: &Validator, raw: &[u8], wanted: Applicability) {
    let line = Line::new("fuzz", 1, 0, raw);
    let before = validator.validate(&line).findings;
    for fix in before.iter().filter_map(|finding| finding.fix.as_ref()) {
        let mut end = 0;
        for edit in &fix.edits {
            assert!(end <= edit.span.start && edit.span.start <= edit.span.end, "{fix:?}");
            assert!(!edit.replacement.contains(['\n', '\r']), "{fix:?}");
            end = edit.span.end;
        }
        assert!(end <= line.bytes.len(), "{fix:?}");
    }
    let Some(fixed) = validator.fixed(&line, &before, wanted) else { return };
    let line = Line::new("fuzz", 1, 0, &fixed.raw);
    assert!(!line.bytes.contains(&b'\n'), "one line stays one line");
    let after = validator.validate(&line).findings;
    assert!(validator.fixed(&line, &after, wanted).is_none(), "{after:?}");
    if is_read(&before) {
        assert!(is_read(&after) && badness(&after) < badness(&before), "{before:?}\n{after:?}");
    }
}

fn is_read(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.rule != Rule::InvalidJson)
}

/// Errors, then warnings.
fn badness(findings: &[Finding]) -> [usize; 2] {
    [Severity::Error, Severity::Warning]
        .map(|severity| findings.iter().filter(|it| it.severity == severity).count())
}
