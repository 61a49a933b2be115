//! `voxev redact`: captures that can be shared. Lines that cannot be read are left out, for nobody can
//! tell what is personal in them.

use std::path::Path;
use std::sync::Arc;

use super::captures::{captures, progress_target, threads, unconfigured};
use super::outputs;
use super::selection::selection;
use super::tally::Tally;
use super::terminal::Terminal;
use crate::check::{Finding, Line, Record, Totals, Validations};
use crate::cli::RedactArgs;
use crate::contract::{Bundle, Severity};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::output::{FindingFormat as _, Output, Short, summary};
use crate::pipeline::{
    self, Capture, Collector, Console, Counts, End, Flow, LineNumbers, Needs, Pass,
};
use crate::redact::{Cache, Key, LeftOut, Redactor, Times};
use crate::select::Selection;
use crate::text::visible;

/// What the key is for: the same file gives other commands another one.
const PURPOSE: &str = "redact";

/// What the key file is called among the files that are read.
const KEY_FILE: &str = "key file";

/// Runs `voxev redact`.
pub(super) fn run(args: &RedactArgs, terminal: &Terminal) -> Result<Outcome, Error> {
    let redactor = redactor(args)?;
    let sources = captures(&args.input, terminal)?;
    let key_file = args.key_file.as_deref().map(|path: &Path| (KEY_FILE, path));
    outputs::check(outputs::of(&args.output), &sources, key_file.as_slice())?;
    let console = Console::new(progress_target(&sources, terminal));
    let bundle = Arc::new(Bundle::newest());
    let selection = selection(&args.selectors, &bundle, &sources)?;
    let (captures, _) = unconfigured(bundle, sources, &args.input)?;
    let threads = threads(&args.input);
    if let Some(wanted) = &args.find {
        return super::originals::run((&redactor, wanted, selection), &captures, threads, &console);
    }
    let complaints = Short { style: terminal.stderr.clone() };
    let pass = Redact { selection, redactor, complaints };
    let output = Output::open(args.output.output.as_deref())?;
    let rejects = args.output.rejects.as_deref().map(|path| Output::open(Some(path)));
    let redacted = Redacted {
        console: &console,
        output,
        rejects: rejects.transpose()?,
        tally: Tally::new(&console),
        unreadable: 0,
    };
    let redacted = pipeline::run(&captures, &pass, redacted, threads, &console)?;
    redacted.finish(args, &pass.selection)
}

/// The key of the replacements: that in a file, or a random one.
pub(super) fn key(file: Option<&Path>) -> Result<Key, Error> {
    file.map_or_else(|| Key::random(PURPOSE), |path| Key::read(path, PURPOSE))
}

fn redactor(args: &RedactArgs) -> Result<Redactor, Error> {
    let key = key(args.key_file.as_deref())?;
    let times = if args.shift_times { Times::Move } else { Times::Stay };
    Redactor::new(key, times, &args.keep).map_err(Error::Usage)
}

/// What is done with each line.
struct Redact {
    selection: Selection,
    redactor: Redactor,
    /// How lines that are left out are reported on standard error.
    complaints: Short,
}

/// The result of the records of one block.
#[derive(Default)]
struct Part {
    totals: Totals,
    text: Vec<u8>,
    /// Lines that are left out.
    rejects: Vec<u8>,
    complaints: Vec<u8>,
    unreadable: u64,
    cache: Cache,
}

impl Pass for Redact {
    type Part = Part;

    fn needs(&self) -> Needs {
        Needs::numbered(Validations::Wanted)
    }

    fn record(&self, capture: &Capture, record: &Record<'_>, part: &mut Part) -> Flow {
        part.totals.see(record);
        if !self.selection.admits(record) {
            return Flow::On;
        }
        part.totals.select(record);
        let line = &record.line;
        match self.redactor.line(record, &capture.validator, &mut part.cache) {
            Ok(text) => {
                part.text.extend_from_slice(&text);
                let end = &line.raw[line.bytes.len()..];
                part.text.extend_from_slice(if record.is_line() { end } else { b"\n" });
            }
            Err(why) => {
                part.totals.rejected += 1;
                record.write_line(&mut part.rejects);
                self.complain(record, why, part);
            }
        }
        Flow::On
    }

    fn rest(&self, capture: &Capture, line: &Line<'_>, part: &mut Part) {
        if self.selection.admits_too_long(&capture.validator, line) {
            part.rejects.extend_from_slice(line.raw);
        }
    }

    fn weight(&self, part: &Part) -> usize {
        part.text.len() + part.rejects.len() + part.complaints.len()
    }
}

impl Redact {
    fn complain(&self, record: &Record<'_>, why: LeftOut, part: &mut Part) {
        let line = &record.line;
        let why = match (why, record.findings().first()) {
            (LeftOut::Unreadable, Some(finding)) => {
                part.unreadable += 1;
                let finding = Finding { severity: Severity::Error, ..finding.clone() };
                return self.complaints.write(line, &finding, &mut part.complaints);
            }
            (LeftOut::Unreadable, None) => "it cannot be read",
            (LeftOut::ValueStays, _) => "a value in it would not have been replaced",
            (LeftOut::OtherFindings, _) => "it would have had other findings",
        };
        let (capture, number) = (visible(line.capture), line.number);
        part.complaints.extend(format!("{capture}:{number}: left out: {why}\n").bytes());
    }
}

/// The redacted lines in input order.
struct Redacted<'a> {
    console: &'a Console,
    output: Output,
    rejects: Option<Output>,
    tally: Tally<'a>,
    /// Lines that were left out because they could not be read.
    unreadable: u64,
}

impl Redacted<'_> {
    /// Ends the output. Files take their places only where everything could be read.
    fn finish(mut self, args: &RedactArgs, selection: &Selection) -> Result<Outcome, Error> {
        self.console.end();
        let is_any_unread = self.tally.is_any_unread();
        if !is_any_unread {
            self.output.finish()?;
            self.rejects.take().map_or(Ok(()), Output::finish)?;
        }
        let totals = &self.tally.all;
        let has_key = args.key_file.is_some();
        self.console.write(summary::redacted(totals, self.unreadable, has_key).as_bytes());
        self.console.write(summary::unsplit(totals, selection).as_bytes());
        Ok(match totals.rejected {
            _ if is_any_unread || totals.damaged > 0 => Outcome::Error,
            0 => Outcome::Success,
            _ => Outcome::Failure,
        })
    }
}

impl Collector<Redact> for Redacted<'_> {
    fn begin(&mut self, capture: &Arc<Capture>) -> Result<(), Error> {
        self.tally.begin(capture);
        self.output.end_line()?;
        self.rejects.as_mut().map_or(Ok(()), Output::end_line)
    }

    fn absorb(&mut self, part: Part, counts: Counts) -> Result<Flow, Error> {
        self.tally.add(&part.totals, counts);
        self.unreadable += part.unreadable;
        self.output.write(&part.text)?;
        if let Some(rejects) = &mut self.rejects {
            rejects.write(&part.rejects)?;
        }
        self.console.write(&part.complaints);
        Ok(Flow::On)
    }

    fn end(&mut self, how: End) -> Result<Flow, Error> {
        let fragment = self.tally.check_end(how, LineNumbers::Wanted);
        self.rejects.as_mut().map_or(Ok(()), |rejects| rejects.write(&fragment))?;
        self.tally.close_line();
        self.tally.end();
        Ok(Flow::On)
    }

    fn unread(&mut self, error: &Error) -> Result<(), Error> {
        self.tally.unread(error);
        Ok(())
    }
}
