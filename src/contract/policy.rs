//! The severity of each rule in this run.

use crate::contract::{Rule, Severity};

/// A severity for every rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    severities: [Severity; Rule::ALL.len()],
}

impl Default for Policy {
    fn default() -> Self {
        Self { severities: Rule::ALL.map(|rule| rule.info().severity) }
    }
}

impl Policy {
    /// The policy of `--strict`: every violation of the strict schemas is an error, and so is every
    /// other warning.
    #[must_use]
    pub fn strict() -> Self {
        Self { severities: [Severity::Error; Rule::ALL.len()] }
    }

    /// The severity of `rule`.
    #[must_use]
    pub fn severity(&self, rule: Rule) -> Severity {
        self.severities[rule as usize]
    }

    /// Sets the severity of `rule`.
    pub fn set(&mut self, rule: Rule, severity: Severity) {
        self.severities[rule as usize] = severity;
    }
}
