//! Findings for GitLab's Code Quality widget: one JSON array, written during the run.
//!
//! Source: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>. GitLab
//! merges entries of the same fingerprint, so equal findings are numbered.

use serde::Serialize;

use super::reporter::{Found, Reporter, with_help};
use crate::check::Totals;
use crate::contract::Severity;
use crate::text::visible_json;

/// `validate --format gitlab`.
pub(crate) struct Gitlab {
    /// How many findings may still be written.
    room: u64,
    left_out: u64,
    is_empty: bool,
}

#[derive(Serialize)]
struct Entry<'a> {
    description: &'a str,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u64,
}

impl Gitlab {
    pub(crate) fn new(room: u64) -> Self {
        Self { room, left_out: 0, is_empty: true }
    }

    fn push(&mut self, entry: &Entry<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.is_empty { b"[\n" } else { b",\n" });
        self.is_empty = false;
        // Writing strings and numbers to memory cannot fail.
        visible_json(&serde_json::to_vec(entry).unwrap_or_default(), out);
    }

    /// An entry about the run, which has no line.
    fn remark(&mut self, description: &str, severity: &'static str, out: &mut Vec<u8>) {
        let place = Location { path: ".", lines: Lines { begin: 1 } };
        let fingerprint = crate::check::Fingerprint::of_text(description).to_string();
        let check_name = "voxev";
        self.push(&Entry { description, check_name, fingerprint, severity, location: place }, out);
    }
}

impl Reporter for Gitlab {
    fn take(&mut self, found: &Found<'_>, out: &mut Vec<u8>) {
        if self.room == 0 {
            self.left_out += 1;
            return;
        }
        self.room -= 1;
        let entry = Entry {
            description: &with_help(found.finding),
            check_name: found.finding.rule.code(),
            fingerprint: found.fingerprint.to_string(),
            severity: match found.finding.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
                Severity::Allowed => "info",
            },
            location: Location {
                path: found.file,
                lines: Lines { begin: found.finding.place.line },
            },
        };
        self.push(&entry, out);
    }

    fn trouble(&mut self, message: &str, out: &mut Vec<u8>) {
        self.remark(message, "blocker", out);
    }

    fn end(&mut self, _totals: &Totals, out: &mut Vec<u8>) {
        if self.left_out > 0 {
            self.remark(&super::reporter::left_out(self.left_out), "info", out);
        }
        out.extend_from_slice(if self.is_empty { b"[]\n" } else { b"\n]\n" });
    }
}
