//! Which finding stays: by its rule, its fingerprint or its place, and then by what it is about.

use std::collections::HashMap;

use crate::capture::Root;
use crate::check::{Finding, Fingerprint, Items, LineFindings, dotted};
use crate::cli::{FindingPlace, Keep};
use crate::contract::{Rule, Severity};
use crate::text::visible;

/// What a finding is about, whatever line it is in: the same finding in a smaller payload has the
/// same identity. Elements of an array are not told apart, because those before it may go.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Identity {
    rule: Rule,
    event: Option<String>,
    path: String,
    value: Option<String>,
}

impl Identity {
    pub(super) fn of(finding: &Finding) -> Self {
        let pointer = finding.place.pointer.as_deref().unwrap_or_default();
        Self {
            rule: finding.rule,
            event: finding.event.clone(),
            path: dotted(pointer, Items::Together),
            value: finding.value.clone(),
        }
    }

    /// Whether it is about the order of lines.
    pub(super) fn is_about_order(&self) -> bool {
        self.rule.is_about_order()
    }
}

/// What is found in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hit {
    /// The line, as any line would do.
    Line,
    /// The finding with this index.
    Finding(usize),
}

/// Equal findings whose number is counted, which distinguishes their fingerprints in reports.
const MOST_COUNTED: usize = 100_000;

/// Recognises the finding that `--keep` names, in the order of lines.
pub(super) struct Target {
    keep: Option<Keep>,
    /// From where reports name files, which fingerprints include.
    root: Root,
    /// Findings so far with the same fingerprint.
    earlier: HashMap<Fingerprint, u64>,
}

impl Target {
    pub(super) fn new(keep: Option<Keep>, root: Root) -> Self {
        Self { keep, root, earlier: HashMap::new() }
    }

    /// What is looked for, if the next line with `findings` has it.
    pub(super) fn first_in(&mut self, capture: &str, findings: &LineFindings) -> Option<Hit> {
        let Some(keep) = &self.keep else { return Some(Hit::Line) };
        let Keep::Fingerprint(wanted) = *keep else {
            let found = findings.findings.iter().position(|it| is_kept(keep, capture, it));
            return found.map(Hit::Finding);
        };
        let file = self.root.name(capture);
        let mut found = None;
        for (finding, index) in findings.findings.iter().zip(0..) {
            if finding.severity == Severity::Allowed {
                continue;
            }
            let fingerprint = Fingerprint::new(&file, finding);
            let is_full = self.earlier.len() >= MOST_COUNTED;
            let earlier = match self.earlier.get_mut(&fingerprint) {
                Some(earlier) => {
                    *earlier += 1;
                    *earlier
                }
                None if is_full => 0,
                None => *self.earlier.entry(fingerprint).or_default(),
            };
            if fingerprint == wanted || fingerprint.nth(earlier) == wanted {
                found = found.or(Some(index));
            }
        }
        found.map(Hit::Finding)
    }
}

/// Whether a line may have the finding, as far as any thread can tell.
pub(super) fn may_be_in(keep: Option<&Keep>, capture: &str, findings: &[Finding]) -> bool {
    match keep {
        None => true,
        // Equal findings are counted.
        Some(Keep::Fingerprint(_)) => !findings.is_empty(),
        Some(keep) => findings.iter().any(|finding| is_kept(keep, capture, finding)),
    }
}

fn is_kept(keep: &Keep, capture: &str, finding: &Finding) -> bool {
    match keep {
        Keep::Rule(rule) => finding.rule == *rule,
        Keep::Place(place) => {
            finding.severity != Severity::Allowed && is_at(place, capture, finding)
        }
        Keep::Fingerprint(_) => false,
    }
}

fn is_at(wanted: &FindingPlace, capture: &str, finding: &Finding) -> bool {
    let is_file = |file: &String| file == capture || visible(capture) == **file;
    wanted.file.as_ref().is_none_or(is_file)
        && wanted.line == finding.place.line
        && wanted.column.is_none_or(|column| column == finding.place.column)
        && wanted.rule.is_none_or(|rule| rule == finding.rule)
}

/// Whether the order of events has to be checked to find it.
pub(super) fn needs_order(keep: Option<&Keep>) -> bool {
    match keep {
        None => false,
        Some(Keep::Rule(rule)) => rule.is_about_order(),
        Some(Keep::Place(place)) => place.rule.is_none_or(Rule::is_about_order),
        Some(Keep::Fingerprint(_)) => true,
    }
}
