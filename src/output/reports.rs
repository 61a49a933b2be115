//! Processes the findings of a run in order: removes those in the baseline, and passes the others
//! to the reports.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::capture::Root;
use crate::check::Totals;
use crate::check::{Finding, Fingerprint, Line, Validator};
use crate::contract::Severity;
use crate::error::Error;
use crate::output::{
    Baseline, Entry, FindingsJson, Format, Found, Github, Gitlab, JUNIT_MOST, Junit, Output,
    Pretty, Reporter, SARIF_MOST, Sarif, Short, Stream,
};
use crate::terminal::TextStyle;
use crate::text::{count, visible};

/// The options of the command line.
#[derive(Debug)]
pub(crate) struct Reporting {
    pub(crate) reports: Vec<ReportSpec>,
    /// `--max-findings`, if given.
    pub(crate) most_findings: Option<u64>,
    pub(crate) baseline: Option<Baseline>,
    pub(crate) write_baseline: Option<PathBuf>,
    /// Whether all lines of a capture are checked. Only then is it known which findings are fixed.
    pub(crate) is_complete: bool,
    /// The file for GitHub's step summary, in Markdown.
    pub(crate) step_summary: Option<PathBuf>,
    pub(crate) root: Root,
    /// Text style of reports in files.
    pub(crate) style: TextStyle,
}

/// One report.
#[derive(Debug, Clone)]
pub(crate) struct ReportSpec {
    pub(crate) format: Format,
    /// The path; `None` for standard output.
    pub(crate) path: Option<PathBuf>,
}

/// Maximum number of entries in GitLab's report, which is shown in a small widget.
const GITLAB_MOST: u64 = 100_000;

/// Maximum number of different findings whose repetitions are counted. Beyond it, the fingerprint
/// includes the line number: it stays unique but changes with the line.
const MOST_COUNTED: usize = 100_000;

/// Maximum number of fixed findings listed on standard error.
const FIXED_NAMED: usize = 20;

/// Maximum number of files with kept findings listed on standard error.
const KEPT_NAMED: usize = 5;

impl Reporting {
    fn reporter(&self, format: Format) -> Box<dyn Reporter> {
        let room = |usual: u64| self.most_findings.unwrap_or(usual);
        let stream =
            |format| -> Box<dyn Reporter> { Box::new(Stream { format, room: room(u64::MAX) }) };
        match format {
            Format::Pretty => stream(Box::new(Pretty::new(self.style.clone()))),
            Format::Short => stream(Box::new(Short { style: self.style.clone() })),
            Format::Json => stream(Box::new(FindingsJson)),
            Format::Github => Box::new(Github::default()),
            Format::Gitlab => Box::new(Gitlab::new(room(GITLAB_MOST))),
            Format::Sarif => Box::new(Sarif::new(room(SARIF_MOST))),
            Format::Junit => Box::new(Junit::new(room(JUNIT_MOST))),
        }
    }
}

/// The open reports of a run.
pub(crate) struct Reports<'a> {
    asked: &'a Reporting,
    open: Vec<OpenReport>,
    known: Option<Baseline>,
    new: Option<(Baseline, Output)>,
    /// Number of equal findings so far.
    earlier: HashMap<Fingerprint, u64>,
    /// Captures that were read, by their names in reports.
    files: BTreeMap<Arc<str>, Checked>,
    /// The capture that is being read.
    file: Arc<str>,
    is_in_order: bool,
}

/// What a run has checked of a capture that it has read to its end.
struct Checked {
    /// Whether the order of its lines was checked.
    is_in_order: bool,
    /// Rules whose findings are allowed, so the run did not check whether they are fixed.
    allowed: BTreeSet<&'static str>,
}

/// Prefix of the codes of rules about the order of events.
const ABOUT_ORDER: &str = "lifecycle/";

impl Checked {
    /// Whether the run would have reported a known finding of the rule `code`.
    fn covers(&self, code: &str) -> bool {
        let is_about_order = code.starts_with(ABOUT_ORDER);
        (self.is_in_order || !is_about_order) && !self.allowed.contains(code)
    }
}

/// A report and where it goes.
struct OpenReport {
    reporter: Box<dyn Reporter>,
    output: Output,
    /// Text not yet passed to `output`, because one write per finding would be slow.
    pending: Vec<u8>,
}

impl<'a> Reports<'a> {
    /// Opens every file, so that one that cannot be written is reported before any work.
    pub(crate) fn open(asked: &'a Reporting) -> Result<Self, Error> {
        let report = |wanted: &ReportSpec| -> Result<OpenReport, Error> {
            let output = Output::open(wanted.path.as_deref())?;
            let reporter = asked.reporter(wanted.format);
            Ok(OpenReport { reporter, output, pending: Vec::new() })
        };
        if let Some(path) = &asked.step_summary {
            append(path, "")?;
        }
        let new = |path: &PathBuf| -> Result<(Baseline, Output), Error> {
            let output = Output::open(Some(path))?;
            Ok((Baseline::to_be(path, &asked.root.folder), output))
        };
        Ok(Self {
            asked,
            open: asked.reports.iter().map(report).collect::<Result<_, _>>()?,
            known: asked.baseline.clone(),
            new: asked.write_baseline.as_ref().map(new).transpose()?,
            earlier: HashMap::new(),
            files: BTreeMap::new(),
            file: "".into(),
            is_in_order: false,
        })
    }

    pub(crate) fn begin_capture(&mut self, name: &str, validator: &Validator) {
        self.file = self.asked.root.name(name).into();
        self.is_in_order = validator.checks_order;
    }

    /// Removes known findings from `findings`, which are about `line`, and reports the others.
    /// `known` counts the removed ones. The text is written by [`Reports::flush`].
    pub(crate) fn take(
        &mut self,
        line: &Line<'_>,
        findings: Vec<Finding>,
        known: &mut u64,
    ) -> Result<Vec<Finding>, Error> {
        let mut left = Vec::with_capacity(findings.len());
        for finding in findings {
            if finding.severity == Severity::Allowed {
                left.push(finding);
                continue;
            }
            let fingerprint = Fingerprint::new(&self.file, &finding);
            let was_known = self.known.as_mut().is_some_and(|known| known.take(fingerprint));
            if let Some((new, _)) = &mut self.new {
                new.add(&self.file, &finding, fingerprint)?;
                *known += 1;
            } else if was_known {
                *known += 1;
            } else {
                self.report(line, &finding, fingerprint);
                left.push(finding);
            }
        }
        Ok(left)
    }

    fn report(&mut self, line: &Line<'_>, finding: &Finding, fingerprint: Fingerprint) {
        let fingerprint = self.number(fingerprint, finding.place.line);
        let found = Found { line, finding, file: &self.file, fingerprint };
        for report in &mut self.open {
            report.reporter.take(&found, &mut report.pending);
        }
    }

    /// Writes the text of the reports so far.
    pub(crate) fn flush(&mut self) -> Result<(), Error> {
        for report in &mut self.open {
            report.output.write(&report.pending)?;
            report.pending.clear();
        }
        Ok(())
    }

    /// Makes the fingerprints of equal findings different.
    fn number(&mut self, fingerprint: Fingerprint, line: u64) -> Fingerprint {
        let is_full = self.earlier.len() >= MOST_COUNTED;
        match self.earlier.get_mut(&fingerprint) {
            Some(earlier) => {
                *earlier += 1;
                fingerprint.nth(*earlier - 1)
            }
            None if is_full => fingerprint.with("line").with(&line.to_string()),
            None => {
                self.earlier.insert(fingerprint, 1);
                fingerprint
            }
        }
    }

    pub(crate) fn end_capture(&mut self, totals: &Totals) {
        for report in &mut self.open {
            report.reporter.end_capture(&self.file, totals);
        }
        if totals.damaged == 0 {
            let allowed = totals.allowed.keys().map(|rule| rule.code()).collect();
            let checked = Checked { is_in_order: self.is_in_order, allowed };
            self.files.insert(Arc::clone(&self.file), checked);
        }
    }

    pub(crate) fn trouble(&mut self, error: &Error) -> Result<(), Error> {
        for report in &mut self.open {
            report.reporter.trouble(&error.to_string(), &mut report.pending);
        }
        self.flush()
    }

    /// Finishes the reports, also after errors, because reports are read then. A baseline is
    /// written only if all captures were read. Returns notes for standard error.
    pub(crate) fn finish(mut self, totals: &Totals, trouble: bool) -> Result<String, Error> {
        let mut said = String::new();
        for mut report in std::mem::take(&mut self.open) {
            report.reporter.end(totals, &mut report.pending);
            report.output.write(&report.pending)?;
            report.output.finish()?;
            let summary = report.reporter.step_summary(totals);
            if let (Some(path), Some(summary)) = (&self.asked.step_summary, summary) {
                append(path, &summary)?;
            }
        }
        if !trouble {
            let known = self.known.take().unwrap_or_default();
            let (fixed, unchecked): (Vec<&Entry>, Vec<&Entry>) =
                known.left().into_iter().partition(|entry| self.was_checked(entry));
            say_fixed(&fixed, &mut said);
            if let Some((mut new, mut output)) = self.new {
                for entry in &unchecked {
                    new.keep(entry);
                }
                output.write(&new.to_json())?;
                output.finish()?;
                let findings = count(new.count(), "finding", "findings");
                let _ = writeln!(said, "wrote a baseline of {findings}");
                say_kept(&unchecked, &mut said);
            }
        } else if self.new.is_some() {
            said.push_str("no baseline written, because not everything could be read\n");
        }
        Ok(said)
    }

    /// Whether this run would have reported a known finding if it still existed.
    fn was_checked(&self, known: &Entry) -> bool {
        let checked = self.files.get(&known.file);
        self.asked.is_complete && checked.is_some_and(|checked| checked.covers(&known.rule))
    }
}

fn say_fixed(fixed: &[&Entry], said: &mut String) {
    for entry in fixed.iter().take(FIXED_NAMED) {
        let _ = write!(said, "fixed: {}: [{}]", visible(&entry.file), visible(&entry.rule));
        for part in [&entry.event, &entry.pointer, &entry.value].into_iter().flatten() {
            let _ = write!(said, " {}", visible(part));
        }
        let times = entry.count;
        let _ = if times > 1 { writeln!(said, " ({times} times)") } else { writeln!(said) };
    }
    if !fixed.is_empty() {
        let rest = fixed.len().saturating_sub(FIXED_NAMED);
        let more = if rest > 0 { format!("and {rest} more fixed; ") } else { String::new() };
        let _ = writeln!(said, "{more}--write-baseline removes fixed findings from the baseline");
    }
}

/// Lists the files of `unchecked`, which stay in the baseline.
fn say_kept(unchecked: &[&Entry], said: &mut String) {
    let mut files: BTreeMap<&str, u64> = BTreeMap::new();
    for entry in unchecked {
        *files.entry(&entry.file).or_default() += entry.count;
    }
    for (file, findings) in files.iter().take(KEPT_NAMED) {
        let findings = count(*findings, "finding", "findings");
        let _ = writeln!(said, "kept, not checked in this run: {}: {findings}", visible(file));
    }
    let rest = files.len().saturating_sub(KEPT_NAMED) as u64;
    if rest > 0 {
        let _ =
            writeln!(said, "and kept the findings of {}", count(rest, "more file", "more files"));
    }
}

/// A step's summary is appended to, because other commands of the step may have written to it.
fn append(path: &Path, text: &str) -> Result<(), Error> {
    let file = OpenOptions::new().append(true).create(true).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|source: io::Error| Error::Write {
        target: path.to_string_lossy().into_owned(),
        source,
    })
}
