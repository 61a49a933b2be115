//! Findings about a capture as a whole: empty, damaged, or not checked at all.

use std::sync::Arc;

use crate::capture::Damage;
use crate::check::{Finding, Line, Totals, Validator};
use crate::contract::{Rule, Severity};
use crate::error::Error;
use crate::pipeline::Capture;
use crate::text::count;

/// The finding for a capture without any event.
pub(in crate::commands) fn empty_finding(validator: &Validator, line: &Line<'_>) -> Finding {
    let message = "the capture contains no event".to_owned();
    let finding = Finding {
        help: Some("record it again, or delete it".into()),
        label: "no event".into(),
        ..Finding::about_line(line, Rule::EmptyCapture, 0..0, message)
    };
    validator.settle(line, finding)
}

/// The finding for a compressed capture that ends with `line`, which is incomplete.
pub(in crate::commands) fn damage_finding(
    validator: &Validator,
    line: &Line<'_>,
    damage: &Damage,
) -> Finding {
    let end = line.bytes.len();
    let message = damage.at(Some(line.number), line.bytes);
    let finding = Finding {
        help: Some(damage.advice()),
        label: damage.label().into(),
        ..Finding::about_line(line, Rule::DamagedStream, end..end, message)
    };
    let mut finding = validator.settle(line, finding);
    // The offset in the compressed file; other findings have that in the text.
    finding.place.offset = damage.offset;
    finding
}

/// Why a run with these `totals` checked nothing, if so: that must not pass unless `empty-capture` is
/// allowed. Damage before the end of the first line is a finding of its own, which is enough if it
/// is an error.
pub(super) fn checked_nothing(
    totals: &Totals,
    captures: &[Result<Arc<Capture>, Error>],
) -> Option<Error> {
    let is_allowed = |capture: &Arc<Capture>| {
        capture.validator.policy.severity(Rule::EmptyCapture) == Severity::Allowed
    };
    let is_told = totals.damaged > 0 && totals.errors > 0;
    // A piece of a capture may be without lines: another has them.
    let may_be_empty = |capture: &Arc<Capture>| capture.piece.is_some() || is_allowed(capture);
    if totals.selected > 0 || is_told || captures.iter().flatten().all(may_be_empty) {
        return None;
    }
    let captures = count(totals.captures, "capture", "captures");
    let why = if totals.damaged > 0 && totals.lines + totals.all_payloads() == 0 {
        format!("{captures} without a complete line")
    } else if totals.non_blank_lines() == 0 {
        format!("{captures} without any event")
    } else {
        format!("no line in {captures} is selected by --type or --call-id")
    };
    Some(Error::NoCapture(format!(
        "nothing was checked: {why}; use --allow empty-capture to accept that"
    )))
}
