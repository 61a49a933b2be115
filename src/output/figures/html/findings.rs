//! What is wrong with lines: how often each rule is broken, and the first findings.

use super::privacy::Privacy;
use super::text::bounded;
use crate::check::{Finding, Totals};
use crate::contract::{Rule, Severity};
use crate::text::{count, thousands};

/// Findings of the captures.
pub(super) struct Findings {
    /// What was found, in words.
    pub(super) sentence: String,
    pub(super) rules: Vec<RuleRow>,
    pub(super) first: Vec<FindingRow>,
    /// Findings that are not among the first.
    pub(super) more: u64,
}

pub(super) struct RuleRow {
    pub(super) code: &'static str,
    pub(super) summary: &'static str,
    pub(super) count: String,
}

pub(super) struct FindingRow {
    pub(super) place: String,
    pub(super) severity: &'static str,
    /// The class of its colour.
    pub(super) tone: &'static str,
    pub(super) rule: &'static str,
    pub(super) message: String,
    pub(super) help: String,
}

/// Bytes of a message, and of its advice.
const MESSAGE_BYTES: usize = 240;

/// The findings, as far as reports may quote them.
pub(super) fn findings(
    totals: &Totals,
    found: &[(usize, Finding)],
    captures: &[String],
    privacy: &Privacy,
) -> Findings {
    let Totals { errors, warnings, invalid, .. } = *totals;
    let lines = count(totals.all_lines(), "line", "lines");
    let sentence = match (errors, warnings) {
        (0, 0) => format!("No errors and no warnings in {lines}."),
        (0, _) => format!("No errors and {} in {lines}.", count(warnings, "warning", "warnings")),
        _ => format!(
            "{} in {} of {lines}, and {}.",
            count(errors, "error", "errors"),
            thousands(invalid),
            count(warnings, "warning", "warnings")
        ),
    };
    let mut rules: Vec<(&Rule, &u64)> = totals.found.iter().collect();
    rules.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let rules = rules.into_iter().map(|(rule, count)| RuleRow {
        code: rule.code(),
        summary: rule.info().summary,
        count: thousands(*count),
    });
    let first = found.iter().map(|(capture, finding)| {
        let name = captures.get(*capture).map_or("", String::as_str);
        row(&privacy.capture(name), finding, privacy)
    });
    let first: Vec<FindingRow> = first.collect();
    let more = (errors + warnings).saturating_sub(first.len() as u64);
    Findings { sentence, rules: rules.collect(), first, more }
}

fn row(capture: &str, finding: &Finding, privacy: &Privacy) -> FindingRow {
    let public =
        if privacy.replaces() { finding.for_report() } else { std::borrow::Cow::Borrowed(finding) };
    let place = &finding.place;
    let tone = match finding.severity {
        Severity::Error => "bad",
        Severity::Warning => "fair",
        Severity::Allowed => "faint",
    };
    FindingRow {
        place: format!("{}:{}:{}", bounded(capture, MESSAGE_BYTES), place.line, place.column),
        severity: finding.severity.name(),
        tone,
        rule: finding.rule.code(),
        message: bounded(&public.message, MESSAGE_BYTES),
        help: bounded(public.help.as_deref().unwrap_or_default(), MESSAGE_BYTES),
    }
}
