//! `voxev validate --fix` and `--diff`: a pass over the captures that applies the fixes of findings,
//! or shows what they would change. What remains is validated afterwards.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::captures::{progress_target, threads};
use super::contract::Contract;
use super::terminal::Terminal;
use crate::capture::{ReadSize, Shape, Source};
use crate::check::{FixedLine, Line, Record, Validations};
use crate::cli::ValidateArgs;
use crate::contract::Rule;
use crate::error::Error;
use crate::json::Applicability;
use crate::outcome::Outcome;
use crate::output::{Diff, Output, Rewrite};
use crate::pipeline::{
    self, Capture, Collector, Console, Counts, End, Flow, LineNumbers, Needs, Pass, complain,
};
use crate::select::Selection;
use crate::terminal::TextStyle;
use crate::text::{count, thousands, visible};

/// Captures that are named with what was fixed in them.
const MOST_NAMED: usize = 20;

/// Applies fixes to `captures`, or shows what they would change.
pub(super) fn run(
    args: &ValidateArgs,
    contract: &Contract,
    captures: &[Result<Arc<Capture>, Error>],
    selection: &Selection,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let mode = if args.diff { Mode::Diff } else { Mode::Rewrite };
    let pass = FixLines { selection, wanted: wanted(args), mode };
    let editable = editable(&Named::new(args, contract), captures, mode)?;
    let sources: Vec<_> = editable.iter().flatten().map(|it| Ok(it.source.clone())).collect();
    let quiet = args.quiet > 0;
    let target =
        if quiet { pipeline::ProgressTarget::Hidden } else { progress_target(&sources, terminal) };
    let console = Console::new(target);
    let mut outcome = Outcome::Success;
    // With --fix, the validation that follows says so.
    for error in captures.iter().filter_map(|it| it.as_ref().err()).filter(|_| args.diff) {
        complain(&error.to_string());
        outcome = Outcome::Error;
    }
    let fixes = Fixes {
        mode,
        console: &console,
        style: terminal.stdout.clone(),
        output: Output::open(None)?,
        capture: None,
        open: None,
        has_failed: false,
        is_left_alone: false,
        tally: FixedCaptures::default(),
        outcome,
    };
    let fixes = pipeline::run(&editable, &pass, fixes, threads(&args.input), &console)?;
    console.end();
    let is_told = fixes.outcome == Outcome::Error && fixes.tally.captures.is_empty();
    if !quiet && !is_told {
        console.write(fixes.tally.summary(mode).as_bytes());
    }
    let is_changed = mode == Mode::Diff && !fixes.tally.captures.is_empty();
    Ok(if is_changed { fixes.outcome.max(Outcome::Failure) } else { fixes.outcome })
}

/// Which fixes are applied.
pub(super) fn wanted(args: &ValidateArgs) -> Applicability {
    if args.unsafe_fixes { Applicability::Suggested } else { Applicability::Safe }
}

/// What is done with fixed lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Rewrite,
    Diff,
}

impl Mode {
    fn option(self) -> &'static str {
        match self {
            Self::Rewrite => "--fix",
            Self::Diff => "--diff",
        }
    }
}

/// The captures whose fixes are applied: each file once. Compressed captures and links to files
/// outside of the given folders are skipped if they were found in a folder. If they were named, a
/// compressed capture is an error, and a link is followed.
fn editable(
    named: &Named,
    captures: &[Result<Arc<Capture>, Error>],
    mode: Mode,
) -> Result<Vec<Result<Arc<Capture>, Error>>, Error> {
    let mut known = HashSet::new();
    let mut editable = Vec::new();
    for capture in captures.iter().flatten() {
        let option = mode.option();
        if capture.validator.envelope.is_some() {
            let why = format!("{option} does not apply to payloads in a wrapper (--payload)");
            return Err(Error::Usage(why));
        }
        let Source::File(path) = &capture.source else {
            let why = format!("{option} does not apply to standard input: name a file");
            return Err(Error::Usage(why));
        };
        let Ok(target) = path.canonicalize() else {
            // Whoever opens it says why it cannot be read.
            editable.push(Ok(Arc::clone(capture)));
            continue;
        };
        let name = format!("{:?}", capture.name);
        if !path.is_file() {
            let why = format!("{option} does not apply to {name}, which is not a regular file");
            return Err(Error::Usage(why));
        }
        if !capture.source.is_plain_file() {
            let why = format!("{name}, which is compressed: decompress it first");
            if named.files.contains(path) {
                return Err(Error::Usage(format!("{option} does not apply to {why}")));
            }
            complain(&format!("not changed: {why}"));
        } else if !named.permits(path, &target) {
            let target = target.display();
            complain(&format!(
                "not changed: {name}, a link to {target:?} outside of the folders given: name it to \
                 fix it"
            ));
        } else if known.insert(target) {
            editable.push(Ok(Arc::clone(capture)));
        }
    }
    Ok(editable)
}

/// What captures were asked for by.
struct Named {
    files: HashSet<PathBuf>,
    /// Links followed.
    folders: Vec<PathBuf>,
}

impl Named {
    fn new(args: &ValidateArgs, contract: &Contract) -> Self {
        let config = &contract.config;
        let configured = config.document.files.as_ref().filter(|_| args.input.files.is_empty());
        let configured = configured.into_iter().flat_map(|files| &files.value);
        let configured = configured.map(|it| (config.folder(), Path::new(&it.value)));
        let typed = args.input.files.iter().map(|path| (Path::new(""), path.as_path()));
        let mut named = Self { files: HashSet::new(), folders: Vec::new() };
        for (base, path) in typed.chain(configured) {
            match Source::folder(base, path) {
                Some(folder) => named.folders.extend(folder.canonicalize()),
                None => _ = named.files.insert(base.join(path)),
            }
        }
        named
    }

    /// Whether `path`, which leads to `target`, may be changed.
    fn permits(&self, path: &Path, target: &Path) -> bool {
        self.files.contains(path) || self.folders.iter().any(|folder| target.starts_with(folder))
    }
}

/// Fixes lines.
struct FixLines<'a> {
    selection: &'a Selection,
    wanted: Applicability,
    mode: Mode,
}

/// A line that is fixed.
struct Change {
    number: u64,
    offset: u64,
    old: Vec<u8>,
    fixed: FixedLine,
}

impl Pass for FixLines<'_> {
    type Part = Vec<Change>;

    fn needs(&self) -> Needs {
        let line_numbers = match self.mode {
            Mode::Diff => LineNumbers::Wanted,
            Mode::Rewrite => LineNumbers::Ignored,
        };
        Needs { validations: Validations::Wanted, line_numbers, read_size: ReadSize::Small }
    }

    fn record(&self, capture: &Capture, record: &Record<'_>, part: &mut Vec<Change>) -> Flow {
        let is_whole_line = record.is_line() && !record.is_cut();
        if record.findings().is_empty() || !is_whole_line || !self.selection.admits(record) {
            return Flow::On;
        }
        let line = &record.line;
        if let Some(fixed) = capture.validator.fixed(line, record.findings(), self.wanted) {
            let old = line.raw.to_vec();
            part.push(Change { number: line.number, offset: line.offset, old, fixed });
        }
        Flow::On
    }

    fn rest(&self, _capture: &Capture, _line: &Line<'_>, _part: &mut Vec<Change>) {}

    fn weight(&self, part: &Vec<Change>) -> usize {
        part.iter().map(|it| it.old.len() + it.fixed.raw.len() + size_of::<Change>()).sum()
    }
}

/// Takes fixed lines in input order.
struct Fixes<'a> {
    mode: Mode,
    console: &'a Console,
    style: TextStyle,
    output: Output,
    capture: Option<Arc<Capture>>,
    /// What the first change of the capture has opened.
    open: Option<Target>,
    /// Whether the capture cannot be changed.
    has_failed: bool,
    /// Whether the capture is left as it is, because its payloads are not lines.
    is_left_alone: bool,
    tally: FixedCaptures,
    outcome: Outcome,
}

enum Target {
    File(Box<Rewrite>),
    Diff(Diff),
}

/// What was fixed.
#[derive(Default)]
struct FixedCaptures {
    /// Of the capture under way.
    current: Fixed,
    captures: Vec<(String, Fixed)>,
    lines: u64,
    left_out: u64,
}

#[derive(Default)]
struct Fixed {
    lines: u64,
    rules: BTreeMap<Rule, u64>,
}

impl Fixes<'_> {
    fn take(&mut self, change: &Change) -> Result<(), Error> {
        let Some(capture) = self.capture.clone() else { return Ok(()) };
        let Source::File(path) = &capture.source else { return Ok(()) };
        let failed = |source| Error::Read { capture: capture.name.clone(), source };
        let (old, new) = (&change.old, &change.fixed.raw);
        let target = match self.open.take() {
            Some(open) => open,
            None => match self.mode {
                Mode::Rewrite => Target::File(Box::new(Rewrite::open(path, &capture.name)?)),
                Mode::Diff => {
                    Target::Diff(Diff::open(path, &capture.name, &self.style).map_err(failed)?)
                }
            },
        };
        match self.open.insert(target) {
            Target::File(file) => file.replace(change.offset, old, new)?,
            Target::Diff(diff) => {
                let mut out = Vec::new();
                diff.change(change.number, (old, new), &mut out).map_err(failed)?;
                self.output.write(&out)?;
            }
        }
        self.tally.take(&change.fixed);
        Ok(())
    }

    fn close(&mut self, capture: &Capture) -> Result<(), Error> {
        match self.open.take() {
            None => return Ok(()),
            Some(Target::File(file)) => file.finish()?,
            Some(Target::Diff(diff)) => {
                let mut out = Vec::new();
                let failed = |source| Error::Read { capture: capture.name.clone(), source };
                diff.finish(&mut out).map_err(failed)?;
                self.output.write(&out)?;
            }
        }
        self.tally.end(&capture.name);
        Ok(())
    }

    fn say_left_alone(&self) {
        let name = self.capture.as_ref().map_or("", |capture| &capture.name);
        self.console.say(&format!(
            "not changed: {name:?}, which is not JSON Lines: convert it with `voxev convert --to jsonl`"
        ));
    }

    /// Says why the capture is not changed. A closed pipe ends the run instead.
    fn fail(&mut self, error: Error) -> Result<(), Error> {
        if error.is_closed_pipe() {
            return Err(error);
        }
        self.has_failed = true;
        self.open = None;
        self.outcome = Outcome::Error;
        self.console.say(&error.to_string());
        Ok(())
    }
}

impl Collector<FixLines<'_>> for Fixes<'_> {
    fn begin(&mut self, capture: &Arc<Capture>) -> Result<(), Error> {
        self.capture = Some(Arc::clone(capture));
        self.has_failed = false;
        self.is_left_alone = false;
        self.tally.current = Fixed::default();
        Ok(())
    }

    fn absorb(&mut self, part: Vec<Change>, counts: Counts) -> Result<Flow, Error> {
        if counts.shape != Shape::Lines && !std::mem::replace(&mut self.is_left_alone, true) {
            self.say_left_alone();
        }
        for change in &part {
            if self.has_failed {
                break;
            }
            if let Err(error) = self.take(change) {
                self.fail(error)?;
            }
        }
        Ok(Flow::On)
    }

    fn end(&mut self, how: End) -> Result<Flow, Error> {
        let Some(capture) = self.capture.clone() else { return Ok(Flow::On) };
        match how {
            End::Whole => {
                if let Err(error) = self.close(&capture) {
                    self.fail(error)?;
                }
            }
            End::Failed(error) => self.fail(error)?,
            // Compressed captures were excluded before; this file was replaced by one since.
            End::Damaged(..) => self.open = None,
        }
        Ok(Flow::On)
    }

    fn unread(&mut self, error: &Error) -> Result<(), Error> {
        self.outcome = Outcome::Error;
        if self.mode == Mode::Diff {
            self.console.say(&error.to_string());
        }
        Ok(())
    }
}

impl FixedCaptures {
    fn take(&mut self, fixed: &FixedLine) {
        self.current.lines += 1;
        for rule in &fixed.rules {
            *self.current.rules.entry(*rule).or_default() += 1;
        }
    }

    fn end(&mut self, name: &str) {
        let fixed = std::mem::take(&mut self.current);
        self.lines += fixed.lines;
        if self.captures.len() < MOST_NAMED {
            self.captures.push((name.to_owned(), fixed));
        } else {
            self.left_out += 1;
        }
    }

    /// `fixed 2 lines of a.jsonl: unknown-event 2`, for each capture, and a total of several.
    fn summary(&self, mode: Mode) -> String {
        let verb = match mode {
            Mode::Rewrite => "fixed",
            Mode::Diff => "would fix",
        };
        let mut text = String::new();
        for (name, fixed) in &self.captures {
            let rules = fixed.rules.iter();
            let rules: Vec<String> =
                rules.map(|(rule, number)| format!("{rule} {}", thousands(*number))).collect();
            let lines = count(fixed.lines, "line", "lines");
            let _ = writeln!(text, "{verb} {lines} of {}: {}", visible(name), rules.join(", "));
        }
        let captures = self.captures.len() as u64 + self.left_out;
        if captures == 0 {
            text.push_str("nothing to fix\n");
        } else if captures > 1 {
            let lines = count(self.lines, "line", "lines");
            let _ = writeln!(text, "{verb} {lines} of {} captures", thousands(captures));
        }
        text
    }
}
