//! Baselines: findings that are known and do not fail a run (`--write-baseline` and `--baseline`).
//!
//! The file is sorted JSON with one entry per fingerprint, so that its diff lists the findings that
//! were fixed or added. It contains no message, whose wording may change, and no personal value.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::capture::Source;
use crate::check::{Finding, Fingerprint};
use crate::error::Error;
use crate::text::{shortened, visible_json};

/// Known findings, and how often each may still occur.
#[derive(Debug, Default, Clone)]
pub(crate) struct Baseline {
    /// The path that it was read from.
    path: PathBuf,
    /// The relative path from its folder to the root of its file names: `.`, `..`, `../..`.
    root: Option<String>,
    entries: BTreeMap<Fingerprint, Entry>,
    /// Bytes of text in the entries.
    bytes: usize,
}

/// Maximum number of different findings in a baseline, which bounds the memory. With more, the
/// contract or the policy is probably wrong.
const MOST_ENTRIES: usize = 100_000;

/// Maximum size of their text in bytes: names of files, types and properties can be long.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Number of characters of a type or a pointer in an entry; the fingerprint covers all of them.
const SHOWN: usize = 200;

/// Version of the file's layout and of the fingerprints.
const VERSION: u32 = 2;

/// Members that every version has.
#[derive(Deserialize)]
struct Versioned {
    voxev_baseline: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    voxev_baseline: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    root: Option<String>,
    findings: Vec<Entry>,
}

/// Equal findings of a file. The order of the members determines the order of entries.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    #[serde(with = "shared")]
    pub(crate) file: Arc<str>,
    pub(crate) rule: String,
    pub(crate) event: Option<String>,
    pub(crate) pointer: Option<String>,
    pub(crate) value: Option<String>,
    pub(crate) count: u64,
    fingerprint: String,
}

/// Text that entries share in memory; in JSON each has its own.
mod shared {
    use std::sync::Arc;

    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<str>, D::Error> {
        String::deserialize(from).map(Arc::from)
    }
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
        let advice = "write a new one with --write-baseline, without --baseline";
        let is_none = |error: serde_json::Error| {
            Error::Usage(format!("{name:?} is not a valid baseline: {error}; {advice}"))
        };
        let Versioned { voxev_baseline } = serde_json::from_slice(&text).map_err(is_none)?;
        if voxev_baseline != VERSION {
            return Err(Error::Usage(format!(
                "{name:?} is a baseline of version {voxev_baseline}, but this voxev needs version \
                 {VERSION}; {advice}"
            )));
        }
        let document: Document = serde_json::from_slice(&text).map_err(is_none)?;
        let mut baseline =
            Self { path: path.to_path_buf(), root: document.root, ..Self::default() };
        for entry in document.findings {
            let Some(fingerprint) = Fingerprint::parse(&entry.fingerprint) else {
                let text = &entry.fingerprint;
                return Err(Error::Usage(format!("{name:?}: no fingerprint: {text:?}; {advice}")));
            };
            baseline.put(fingerprint, entry);
        }
        Ok(baseline)
    }

    /// The path that it was read from.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The root of its file names, if the file has one.
    pub(crate) fn root(&self) -> Option<PathBuf> {
        let path = self.path.canonicalize().ok()?;
        let way = self.root.as_deref()?;
        path.ancestors().nth(1 + way.matches("..").count()).map(Path::to_path_buf)
    }

    /// An empty baseline to be written to `path`, with file names relative to `root`.
    pub(crate) fn to_be(path: &Path, root: &Path) -> Self {
        let way = || {
            let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
            let levels = folder.strip_prefix(root.canonicalize().ok()?).ok()?.components().count();
            Some(if levels == 0 { ".".to_owned() } else { vec![".."; levels].join("/") })
        };
        Self { path: path.to_path_buf(), root: way(), ..Self::default() }
    }

    /// Adds `entry` to the equal entries.
    fn put(&mut self, fingerprint: Fingerprint, entry: Entry) {
        if let Some(known) = self.entries.get_mut(&fingerprint) {
            known.count = known.count.saturating_add(entry.count);
            return;
        }
        self.bytes += entry.bytes();
        self.entries.insert(fingerprint, entry);
    }

    /// Whether the baseline contains one more finding with this fingerprint.
    pub(crate) fn take(&mut self, fingerprint: Fingerprint) -> bool {
        match self.entries.get_mut(&fingerprint) {
            Some(entry) if entry.count > 0 => {
                entry.count -= 1;
                true
            }
            _ => false,
        }
    }

    /// Known findings that did not occur, sorted.
    pub(crate) fn left(&self) -> Vec<&Entry> {
        let mut left: Vec<&Entry> = self.entries.values().filter(|it| it.count > 0).collect();
        left.sort();
        left
    }

    /// Adds the finding of `file` with this fingerprint.
    pub(crate) fn add(
        &mut self,
        file: &Arc<str>,
        finding: &Finding,
        fingerprint: Fingerprint,
    ) -> Result<(), Error> {
        let shown = |text: &String| shortened(text, SHOWN).into_owned();
        let is_new = !self.entries.contains_key(&fingerprint);
        let entry = Entry {
            file: Arc::clone(file),
            rule: finding.rule.code().to_owned(),
            event: finding.event.as_ref().map(shown),
            pointer: finding.place.pointer.as_ref().map(shown),
            value: finding.value.as_ref().map(shown),
            count: 1,
            fingerprint: fingerprint.to_string(),
        };
        let is_full = self.entries.len() >= MOST_ENTRIES || self.bytes + entry.bytes() > MOST_BYTES;
        if is_new && is_full {
            return Err(Error::Usage(format!(
                "more than {MOST_ENTRIES} different findings, or {} MiB of them, for \
                 --write-baseline: allow a rule instead, or mend the captures",
                MOST_BYTES >> 20
            )));
        }
        self.put(fingerprint, entry);
        Ok(())
    }

    /// Adds `entry` of an older baseline.
    pub(crate) fn keep(&mut self, entry: &Entry) {
        if let Some(fingerprint) = Fingerprint::parse(&entry.fingerprint) {
            self.put(fingerprint, entry.clone());
        }
    }

    /// Number of findings, including equal ones.
    pub(crate) fn count(&self) -> u64 {
        self.entries.values().map(|entry| entry.count).fold(0, u64::saturating_add)
    }

    /// The file's bytes.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        let mut findings: Vec<Entry> = self.entries.values().cloned().collect();
        findings.sort();
        let document = Document { voxev_baseline: VERSION, root: self.root.clone(), findings };
        // Writing strings and numbers to memory cannot fail.
        let json = serde_json::to_vec_pretty(&document).unwrap_or_default();
        let mut bytes = Vec::with_capacity(json.len() + 1);
        for line in json.split(|byte| *byte == b'\n') {
            visible_json(line, &mut bytes);
            bytes.push(b'\n');
        }
        bytes
    }
}

impl Entry {
    fn bytes(&self) -> usize {
        let texts = [&self.event, &self.pointer, &self.value].into_iter().flatten();
        let texts: usize = texts.map(String::len).sum();
        texts + self.file.len() + self.rule.len() + self.fingerprint.len()
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
        let fingerprint = Fingerprint::new("a", &finding);
        let mut baseline = Baseline::default();
        for _ in 0..2 {
            baseline.add(&"a".into(), &finding, fingerprint).expect("there is room");
        }
        let known = [0; 3].map(|_| baseline.take(fingerprint));
        assert_eq!(known, [true, true, false]);
    }

    #[test]
    fn a_baseline_is_bounded_in_bytes_too() {
        let file: Arc<str> = "a".repeat(4000).into();
        let line = Line::new("a", 1, 0, b"{}");
        let finding = Finding::about_line(&line, Rule::WrongType, 0..1, "m".into());
        let mut baseline = Baseline::default();
        let mut add = |nth: usize| {
            let fingerprint = Fingerprint::of_text(&nth.to_string());
            baseline.add(&file, &finding, fingerprint)
        };
        let added = (0..MOST_ENTRIES).take_while(|nth| add(*nth).is_ok()).count();
        assert_eq!(added, MOST_BYTES / (4000 + "wrong-type".len() + 32));
    }
}
