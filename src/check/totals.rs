//! Counts of a run. Totals of parts add up to the totals of the whole.

use std::collections::BTreeMap;

use super::{Finding, Items, Record, dotted};
use crate::contract::{EventId, Rule, Severity};

/// Counts over lines and findings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) captures: u64,
    /// Lines that end with a newline: what `wc -l` counts.
    pub(crate) lines: u64,
    /// Last lines without a newline.
    pub(crate) unterminated: u64,
    pub(crate) blank: u64,
    /// Lines that are not JSON, or were not checked.
    pub(crate) unreadable: u64,
    /// Lines that the command selected.
    pub(crate) selected: u64,
    /// Selected lines that could not be written in the output format.
    pub(crate) rejected: u64,
    /// Selected lines of each event type.
    pub(crate) events: [u64; EventId::COUNT],
    /// Selected lines that are JSON but not one of the 19 events.
    pub(crate) unknown_events: u64,
    /// Compressed captures that could be read only in part.
    pub(crate) damaged: u64,
    /// Selected lines with an error.
    pub(crate) invalid: u64,
    pub(crate) errors: u64,
    pub(crate) warnings: u64,
    /// Findings that the baseline contains.
    pub(crate) known: u64,
    /// Calls beyond the limits of `stats --fail-on`.
    pub(crate) beyond: u64,
    /// Errors and warnings, by rule.
    pub(crate) found: BTreeMap<Rule, u64>,
    /// Findings that the policy allows, by rule.
    pub(crate) allowed: BTreeMap<Rule, u64>,
    /// Undocumented properties, by event and path.
    pub(crate) undocumented: BTreeMap<(String, String), u64>,
    /// Undocumented properties beyond [`MOST_UNDOCUMENTED`] different ones.
    pub(crate) other_undocumented: u64,
}

/// Maximum number of different undocumented properties that are counted separately; a hostile
/// capture can have any number.
const MOST_UNDOCUMENTED: usize = 1000;

impl Totals {
    pub(crate) fn add(&mut self, other: &Self) {
        self.captures += other.captures;
        self.lines += other.lines;
        self.unterminated += other.unterminated;
        self.blank += other.blank;
        self.unreadable += other.unreadable;
        self.selected += other.selected;
        self.rejected += other.rejected;
        for (mine, theirs) in self.events.iter_mut().zip(other.events) {
            *mine += theirs;
        }
        self.unknown_events += other.unknown_events;
        self.damaged += other.damaged;
        self.invalid += other.invalid;
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.known += other.known;
        self.beyond += other.beyond;
        for (rule, count) in &other.found {
            *self.found.entry(*rule).or_default() += count;
        }
        for (rule, count) in &other.allowed {
            *self.allowed.entry(*rule).or_default() += count;
        }
        for (property, count) in &other.undocumented {
            self.add_undocumented(property.clone(), *count);
        }
        self.other_undocumented += other.other_undocumented;
    }

    /// Counts a finding under its severity.
    pub(crate) fn count(&mut self, finding: &Finding) {
        let by_rule = match finding.severity {
            Severity::Error => {
                self.errors += 1;
                &mut self.found
            }
            Severity::Warning => {
                self.warnings += 1;
                &mut self.found
            }
            Severity::Allowed => &mut self.allowed,
        };
        *by_rule.entry(finding.rule).or_default() += 1;
        if finding.rule == Rule::UndocumentedProperty {
            let pointer = finding.place.pointer.as_deref().unwrap_or_default();
            self.count_undocumented(finding.event.as_deref().unwrap_or_default(), pointer);
        }
    }

    /// Counts an undocumented property of `event`.
    pub(crate) fn count_undocumented(&mut self, event: &str, pointer: &str) {
        self.add_undocumented((event.to_owned(), dotted(pointer, Items::Together)), 1);
    }

    /// Counts a record, selected or not.
    #[inline]
    pub(crate) fn see(&mut self, record: &Record<'_>) {
        self.unreadable += u64::from(!record.is_readable());
    }

    /// Counts a selected record.
    #[inline]
    pub(crate) fn select(&mut self, record: &Record<'_>) {
        self.selected += 1;
        match record.event {
            Some(event) => self.events[event.index()] += 1,
            None => self.unknown_events += u64::from(record.is_readable()),
        }
    }

    /// Counts the undocumented properties of a record that is otherwise clean.
    #[inline]
    pub(crate) fn count_undocumented_in(&mut self, record: &Record<'_>) {
        if record.has_allowed_undocumented() {
            self.count_each_undocumented(record);
        }
    }

    #[cold]
    fn count_each_undocumented(&mut self, record: &Record<'_>) {
        for pointer in record.allowed_undocumented() {
            self.count_undocumented(record.type_name().unwrap_or_default(), &pointer);
            *self.allowed.entry(Rule::UndocumentedProperty).or_default() += 1;
        }
    }

    /// All lines, including last lines without a newline.
    pub(crate) fn all_lines(&self) -> u64 {
        self.lines + self.unterminated
    }

    /// Lines that are not blank.
    pub(crate) fn non_blank_lines(&self) -> u64 {
        self.lines + self.unterminated - self.blank
    }

    fn add_undocumented(&mut self, property: (String, String), count: u64) {
        let known = self.undocumented.contains_key(&property);
        if known || self.undocumented.len() < MOST_UNDOCUMENTED {
            *self.undocumented.entry(property).or_default() += count;
        } else {
            self.other_undocumented += count;
        }
    }
}
