//! What becomes of the findings of a run, in order: the baseline takes out what is known, and the
//! reports get the rest.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::capture::Root;
use crate::check::{Finding, Fingerprint, Line, Verdict};
use crate::cli::Format;
use crate::contract::Severity;
use crate::error::Error;
use crate::output::{
    Baseline, FindingsJson, Found, Github, Gitlab, JUNIT_MOST, Junit, Output, Pretty, Reporter,
    SARIF_MOST, Sarif, Short, Stream, Totals,
};
use crate::terminal::Look;
use crate::text::{count, visible};

/// What a command line asks for.
#[derive(Debug)]
pub(crate) struct Reporting {
    pub(crate) reports: Vec<Wanted>,
    /// `--max-findings`, where it was given.
    pub(crate) most_findings: Option<u64>,
    pub(crate) baseline: Option<Baseline>,
    pub(crate) write_baseline: Option<PathBuf>,
    /// Whether all lines of a capture are judged: only then can it be told what is fixed.
    pub(crate) is_complete: bool,
    /// Where GitHub takes Markdown for a step.
    pub(crate) step_summary: Option<PathBuf>,
    pub(crate) root: Root,
    /// How text for people looks in a file.
    pub(crate) look: Look,
}

/// One report.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) format: Format,
    /// Standard output where there is none.
    pub(crate) path: Option<PathBuf>,
}

/// Entries that GitLab's report takes in: its widget is no place for more.
const GITLAB_MOST: u64 = 100_000;

/// Different findings whose repetitions are counted. Beyond, a fingerprint has the line in it: it
/// stays different from all others, but moves with its line.
const MOST_COUNTED: usize = 100_000;

/// Fixed findings that standard error names.
const FIXED_NAMED: usize = 20;

impl Reporting {
    fn reporter(&self, format: Format) -> Box<dyn Reporter> {
        let room = |usual: u64| self.most_findings.unwrap_or(usual);
        let stream =
            |format| -> Box<dyn Reporter> { Box::new(Stream { format, room: room(u64::MAX) }) };
        match format {
            Format::Pretty => stream(Box::new(Pretty::new(self.look.clone()))),
            Format::Short => stream(Box::new(Short { look: self.look.clone() })),
            Format::Json => stream(Box::new(FindingsJson)),
            Format::Github => Box::new(Github::default()),
            Format::Gitlab => Box::new(Gitlab::new(room(GITLAB_MOST))),
            Format::Sarif => Box::new(Sarif::new(room(SARIF_MOST))),
            Format::Junit => Box::new(Junit::new(room(JUNIT_MOST))),
        }
    }
}

/// The reports of a run under way.
pub(crate) struct Reports<'a> {
    asked: &'a Reporting,
    desks: Vec<Desk>,
    known: Option<Baseline>,
    new: Option<(Baseline, Output)>,
    /// How many equal findings there were before.
    earlier: HashMap<Fingerprint, u64>,
    /// Captures that were read, by their names in reports.
    files: BTreeSet<String>,
    file: String,
}

/// A report and where it goes.
struct Desk {
    reporter: Box<dyn Reporter>,
    output: Output,
    /// What has not been handed to `output` yet: a write for each finding would be slow.
    pending: Vec<u8>,
}

impl<'a> Reports<'a> {
    /// Opens every file, so that one that cannot be written is known before any work.
    pub(crate) fn open(asked: &'a Reporting) -> Result<Self, Error> {
        let desk = |wanted: &Wanted| -> Result<Desk, Error> {
            let output = Output::open(wanted.path.as_deref())?;
            let reporter = asked.reporter(wanted.format);
            Ok(Desk { reporter, output, pending: Vec::new() })
        };
        if let Some(path) = &asked.step_summary {
            append(path, "")?;
        }
        let new = asked.write_baseline.as_deref().map(|path| Output::open(Some(path)));
        Ok(Self {
            asked,
            desks: asked.reports.iter().map(desk).collect::<Result<_, _>>()?,
            known: asked.baseline.clone(),
            new: new.transpose()?.map(|output| (Baseline::default(), output)),
            earlier: HashMap::new(),
            files: BTreeSet::new(),
            file: String::new(),
        })
    }

    pub(crate) fn begin_capture(&mut self, name: &str) {
        self.file = self.asked.root.name(name);
    }

    /// Takes out of `findings`, which are about `line`, those that are known, and reports the
    /// others. `known` counts. What is written waits for [`Reports::flush`].
    pub(crate) fn take(
        &mut self,
        line: &Line<'_>,
        findings: Vec<Finding>,
        known: &mut u64,
    ) -> Result<Verdict, Error> {
        let mut left = Vec::with_capacity(findings.len());
        for finding in findings {
            if finding.severity == Severity::Allowed {
                left.push(finding);
                continue;
            }
            let fingerprint = Fingerprint::new(&self.file, &finding);
            let was_known = self.known.as_mut().is_some_and(|known| known.take(fingerprint));
            if let Some((new, _)) = &mut self.new {
                new.add(&self.file, &finding)?;
                *known += 1;
            } else if was_known {
                *known += 1;
            } else {
                self.report(line, &finding, fingerprint);
                left.push(finding);
            }
        }
        Ok(Verdict { payload: None, findings: left })
    }

    fn report(&mut self, line: &Line<'_>, finding: &Finding, fingerprint: Fingerprint) {
        let fingerprint = self.number(fingerprint, finding.place.line);
        let found = Found { line, finding, file: &self.file, fingerprint };
        for desk in &mut self.desks {
            desk.reporter.take(&found, &mut desk.pending);
        }
    }

    /// Writes what the reports have to say so far.
    pub(crate) fn flush(&mut self) -> Result<(), Error> {
        for desk in &mut self.desks {
            desk.output.write(&desk.pending)?;
            desk.pending.clear();
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
        for desk in &mut self.desks {
            desk.reporter.end_capture(&self.file, totals);
        }
        self.files.insert(self.file.clone());
    }

    pub(crate) fn trouble(&mut self, error: &Error) -> Result<(), Error> {
        for desk in &mut self.desks {
            desk.reporter.trouble(&error.to_string(), &mut desk.pending);
        }
        self.flush()
    }

    /// Ends the reports, also after trouble: that is when they are read. A baseline is written
    /// only when all captures were read. Returns what there is to say on standard error.
    pub(crate) fn finish(self, totals: &Totals, trouble: bool) -> Result<String, Error> {
        let mut said = String::new();
        for mut desk in self.desks {
            desk.reporter.end(totals, &mut desk.pending);
            desk.output.write(&desk.pending)?;
            desk.output.finish()?;
            let summary = desk.reporter.step_summary(totals);
            if let (Some(path), Some(summary)) = (&self.asked.step_summary, summary) {
                append(path, &summary)?;
            }
        }
        if let (Some(known), true) = (&self.known, self.asked.is_complete && !trouble) {
            fixed(known, &self.files, &mut said);
        }
        if let (Some((new, mut output)), false) = (self.new, trouble) {
            output.write(&new.to_json())?;
            output.finish()?;
            let findings = count(totals.known, "finding", "findings");
            let _ = writeln!(said, "wrote a baseline of {findings}");
        }
        Ok(said)
    }
}

fn fixed(known: &Baseline, files: &BTreeSet<String>, said: &mut String) {
    let fixed = known.fixed(files);
    for entry in fixed.iter().take(FIXED_NAMED) {
        let (file, message) = (visible(&entry.file), visible(&entry.message));
        let times =
            if entry.count > 1 { format!(" ({} times)", entry.count) } else { String::new() };
        let _ = writeln!(said, "fixed: {file}: [{}] {message}{times}", entry.rule);
    }
    if !fixed.is_empty() {
        let rest = fixed.len().saturating_sub(FIXED_NAMED);
        let more = if rest > 0 { format!("and {rest} more fixed; ") } else { String::new() };
        let _ = writeln!(said, "{more}--write-baseline takes fixed findings out of the baseline");
    }
}

/// A step's summary is appended to: other commands of the step may have written theirs.
fn append(path: &Path, text: &str) -> Result<(), Error> {
    let file = OpenOptions::new().append(true).create(true).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|source: io::Error| Error::Write {
        target: path.to_string_lossy().into_owned(),
        source,
    })
}
