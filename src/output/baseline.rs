//! Findings that are known and do not fail a run: `--write-baseline` and `--baseline`.
//!
//! The file is JSON, sorted, one entry for each fingerprint, so that its diff reads like a list of
//! what was mended and what was let in.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::capture::Source;
use crate::check::{Finding, Fingerprint};
use crate::error::Error;
use crate::text::visible_json;

/// Known findings, and how many of each have not been met yet.
#[derive(Debug, Default, Clone)]
pub(crate) struct Baseline {
    entries: BTreeMap<Fingerprint, Entry>,
}

/// Different findings that a baseline holds. With more, the contract or the policy is wrong, not
/// a hundred thousand payloads; and memory has to end somewhere.
const MOST_ENTRIES: usize = 100_000;

/// Version of the file's layout.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    voxev_baseline: u32,
    findings: Vec<Entry>,
}

/// Equal findings of one file. The order of the members is the order of the sorted file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    pub(crate) file: String,
    pub(crate) rule: String,
    pub(crate) event: Option<String>,
    pub(crate) pointer: Option<String>,
    pub(crate) message: String,
    pub(crate) count: u64,
    fingerprint: String,
}

impl Baseline {
    /// Reads the file at `path`.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let name = path.to_string_lossy();
        let mut text = Vec::new();
        Source::File(path.to_path_buf())
            .open()?
            .read_to_end(&mut text)
            .map_err(|source| Error::Read { capture: name.clone().into_owned(), source })?;
        let advice = "write it again with --write-baseline";
        let document: Document = serde_json::from_slice(&text)
            .map_err(|error| Error::Usage(format!("{name:?} is no baseline: {error}; {advice}")))?;
        if document.voxev_baseline != VERSION {
            return Err(Error::Usage(format!("{name:?} is of another version: {advice}")));
        }
        let mut entries = BTreeMap::new();
        for entry in document.findings {
            let Some(fingerprint) = Fingerprint::parse(&entry.fingerprint) else {
                let text = &entry.fingerprint;
                return Err(Error::Usage(format!("{name:?}: no fingerprint: {text:?}; {advice}")));
            };
            entries.insert(fingerprint, entry);
        }
        Ok(Self { entries })
    }

    /// Whether one more finding with this fingerprint is known.
    pub(crate) fn take(&mut self, fingerprint: Fingerprint) -> bool {
        match self.entries.get_mut(&fingerprint) {
            Some(entry) if entry.count > 0 => {
                entry.count -= 1;
                true
            }
            _ => false,
        }
    }

    /// Known findings of `files` that were not met: they are fixed.
    pub(crate) fn fixed(&self, files: &BTreeSet<String>) -> Vec<&Entry> {
        let left = |entry: &&Entry| entry.count > 0 && files.contains(&entry.file);
        let mut fixed: Vec<&Entry> = self.entries.values().filter(left).collect();
        fixed.sort();
        fixed
    }

    /// Adds a finding of `file`.
    pub(crate) fn add(&mut self, file: &str, finding: &Finding) -> Result<(), Error> {
        let fingerprint = Fingerprint::new(file, finding);
        if let Some(entry) = self.entries.get_mut(&fingerprint) {
            entry.count += 1;
            return Ok(());
        }
        if self.entries.len() >= MOST_ENTRIES {
            return Err(Error::Usage(format!(
                "more than {MOST_ENTRIES} different findings for --write-baseline: allow a rule \
                 instead, or mend the captures"
            )));
        }
        self.entries.insert(
            fingerprint,
            Entry {
                file: file.to_owned(),
                rule: finding.rule.code().to_owned(),
                event: finding.event.clone(),
                pointer: finding.place.pointer.clone(),
                message: finding.message.clone(),
                count: 1,
                fingerprint: fingerprint.to_string(),
            },
        );
        Ok(())
    }

    /// The file's bytes.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        let mut findings: Vec<Entry> = self.entries.values().cloned().collect();
        findings.sort();
        let document = Document { voxev_baseline: VERSION, findings };
        // Writing strings and numbers to memory cannot fail.
        let mut bytes = Vec::new();
        visible_json(&serde_json::to_vec_pretty(&document).unwrap_or_default(), &mut bytes);
        bytes.push(b'\n');
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Line;
    use crate::contract::Rule;

    #[test]
    fn each_known_finding_is_known_once() {
        let line = Line::new("a", 1, 0, b"{}");
        let finding = Finding::about_line(&line, Rule::WrongType, 0..1, "m".into());
        let mut baseline = Baseline::default();
        baseline.add("a", &finding).expect("there is room");
        baseline.add("a", &finding).expect("there is room");
        let fingerprint = Fingerprint::new("a", &finding);
        let known = [0; 3].map(|_| baseline.take(fingerprint));
        assert_eq!(known, [true, true, false]);
    }
}
