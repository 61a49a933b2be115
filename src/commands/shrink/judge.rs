//! Decides whether fewer lines and properties still have the finding, and no new one.

use std::collections::HashSet;
use std::sync::Arc;

use super::target::Identity;
use crate::calls::lifecycle;
use crate::check::{Line, Parsed, Validator};
use crate::contract::Severity;
use crate::pipeline::Console;
use crate::select::Selection;
use crate::text::count;

/// Attempts in a run. With a few lines of a call left, a hundred are usual.
pub(super) const MOST_ATTEMPTS: u64 = 10_000;

/// Bytes of lines that are judged in a run, about a minute.
const MOST_BYTES: u64 = 2 << 30;

/// A line of the smaller capture: where it was among the lines to begin with, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeptLine {
    pub(super) index: usize,
    pub(super) text: Vec<u8>,
}

/// Whether the smaller capture may have findings that the original did not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Others {
    /// No: an attempt that causes a new finding fails.
    Refused,
    /// Yes: everything goes that the wanted finding does not need.
    Accepted,
}

/// Judges parts of some lines.
pub(super) struct Judge<'a> {
    pub(super) validator: Arc<Validator>,
    pub(super) selection: &'a Selection,
    /// The finding that stays; `None` where only a condition was asked for.
    pub(super) wanted: Option<Identity>,
    /// The line that it is in, as an index.
    pub(super) pinned: usize,
    pub(super) others: Others,
    /// Findings that are there to begin with, by line.
    pub(super) known: HashSet<(usize, Identity)>,
    pub(super) attempts: u64,
    pub(super) bytes: u64,
    pub(super) console: &'a Console,
}

/// The lines that an attempt has changed, whose own findings may be others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Changed {
    /// None: only lines were left out.
    None,
    /// The one at this position.
    One(usize),
    /// All lines are judged for the first time.
    All,
}

impl Judge<'_> {
    /// Takes all findings of `lines` as known. Returns whether they have the finding.
    pub(super) fn begin(&mut self, lines: &[KeptLine]) -> bool {
        let Some(found) = self.findings(lines, Changed::All) else { return false };
        self.known.extend(found.iter().cloned());
        self.has_wanted(&found, Changed::All)
    }

    /// Whether `lines` still have the finding, and no new one; `None` where no more attempts are
    /// allowed.
    pub(super) fn holds(&mut self, lines: &[KeptLine], changed: Changed) -> Option<bool> {
        if !lines.iter().any(|line| line.index == self.pinned) {
            return Some(false);
        }
        if self.is_exhausted() {
            return None;
        }
        self.attempts += 1;
        self.bytes += lines.iter().map(|line| line.text.len() as u64).sum::<u64>();
        let (attempts, left) = (self.attempts, lines.len() as u64);
        self.console.show(|| {
            let (attempts, left) =
                (count(attempts, "attempt", "attempts"), count(left, "line", "lines"));
            format!("shrinking: {attempts}, {left} left")
        });
        let Some(found) = self.findings(lines, changed) else { return Some(false) };
        let is_new = |it: &(usize, Identity)| !self.known.contains(it);
        let is_refused = self.others == Others::Refused && found.iter().any(is_new);
        Some(!is_refused && self.has_wanted(&found, changed))
    }

    pub(super) fn is_exhausted(&self) -> bool {
        self.attempts >= MOST_ATTEMPTS || self.bytes >= MOST_BYTES
    }

    /// Lines that did not change still have their own findings.
    fn has_wanted(&self, found: &[(usize, Identity)], changed: Changed) -> bool {
        let Some(wanted) = &self.wanted else { return true };
        let is_there = || found.iter().any(|(line, it)| *line == self.pinned && it == wanted);
        changed == Changed::None && !wanted.is_about_order() || is_there()
    }

    /// The findings of the lines that changed, and of the order of all lines if that is asked for.
    /// `None` if the pinned line is no longer selected.
    fn findings(&self, lines: &[KeptLine], changed: Changed) -> Option<Vec<(usize, Identity)>> {
        let mut found = Vec::new();
        for (line, at) in lines.iter().zip(0..) {
            let is_changed = match changed {
                Changed::None => false,
                Changed::One(changed) => changed == at,
                Changed::All => true,
            };
            if is_changed {
                found.extend(self.own_findings(line)?);
            }
        }
        if self.wanted.as_ref().is_some_and(Identity::is_about_order) {
            let texts: Vec<&[u8]> = lines.iter().map(|line| &*line.text).collect();
            let ordered = lifecycle::examine(&self.validator, "", &texts.join(&b'\n'));
            for line in &ordered {
                let index = usize::try_from(line.number).ok().and_then(|it| it.checked_sub(1));
                let Some(kept) = index.and_then(|index| lines.get(index)) else { continue };
                found.extend(line.findings.iter().map(|it| (kept.index, Identity::of(it))));
            }
        }
        Some(found)
    }

    fn own_findings(&self, kept: &KeptLine) -> Option<Vec<(usize, Identity)>> {
        // The newline counts for the longest line.
        let raw = [&kept.text[..], b"\n"].concat();
        let line = Line::new("", 1, 0, &raw);
        let mut parsed = Parsed::default();
        parsed.set(self.validator.validate(&line), &line, &self.validator.bundle);
        let record = parsed.record(line, &self.validator);
        if kept.index == self.pinned && !self.selection.admits(&record) {
            return None;
        }
        let shown = record.findings().iter().filter(|it| it.severity != Severity::Allowed);
        Some(shown.map(|it| (kept.index, Identity::of(it))).collect())
    }
}
