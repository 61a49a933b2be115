//! `voxev redact --find`: which values of the captures have this replacement.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::tally::Tally;
use crate::capture::ReadSize;
use crate::check::{Line, Record, Validations};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::output::Output;
use crate::pipeline::{
    self, Capture, Collector, Console, Counts, End, Flow, LineNumbers, Needs, Pass,
};
use crate::redact::{Cache, Redactor};
use crate::select::Selection;
use crate::text::{count, visible};

/// Prints the originals of the wanted replacement.
pub(super) fn run(
    (redactor, wanted, selection): (&Redactor, &str, Selection),
    captures: &[Result<Arc<Capture>, Error>],
    threads: usize,
    console: &Console,
) -> Result<Outcome, Error> {
    let pass = Find { redactor, wanted, selection };
    let found = Originals { console, found: BTreeMap::new(), tally: Tally::new(console) };
    pipeline::run(captures, &pass, found, threads, console)?.finish()
}

/// What is done with each line.
struct Find<'a> {
    redactor: &'a Redactor,
    wanted: &'a str,
    selection: Selection,
}

/// What was found in a block.
#[derive(Default)]
struct Part {
    found: Vec<String>,
    cache: Cache,
}

impl Pass for Find<'_> {
    type Part = Part;

    fn needs(&self) -> Needs {
        Needs {
            validations: Validations::Ignored,
            line_numbers: LineNumbers::Ignored,
            read_size: ReadSize::Usual,
        }
    }

    fn record(&self, _capture: &Capture, record: &Record<'_>, part: &mut Part) -> Flow {
        if self.selection.admits(record) {
            part.found.extend(self.redactor.originals(record, self.wanted, &mut part.cache));
        }
        Flow::On
    }

    fn rest(&self, _capture: &Capture, _line: &Line<'_>, _part: &mut Part) {}

    fn weight(&self, part: &Part) -> usize {
        part.found.iter().map(String::len).sum()
    }
}

/// The originals, and how often each was found.
struct Originals<'a> {
    console: &'a Console,
    found: BTreeMap<String, u64>,
    tally: Tally<'a>,
}

impl Originals<'_> {
    fn finish(self) -> Result<Outcome, Error> {
        self.console.end();
        let mut output = Output::open(None)?;
        for (original, times) in &self.found {
            output.write(format!("{}\n", visible(original)).as_bytes())?;
            let times = count(*times, "time", "times");
            self.console.write(format!("voxev: found {times}\n").as_bytes());
        }
        if self.found.is_empty() {
            let advice = "name the captures that were redacted, and the key that was used";
            self.console.say(&format!("no value in these captures has this replacement: {advice}"));
        }
        Ok(match self.found.len() {
            _ if self.tally.is_any_unread() || self.tally.all.damaged > 0 => Outcome::Error,
            0 => Outcome::Failure,
            _ => Outcome::Success,
        })
    }
}

impl Collector<Find<'_>> for Originals<'_> {
    fn begin(&mut self, capture: &Arc<Capture>) -> Result<(), Error> {
        self.tally.begin(capture);
        Ok(())
    }

    fn absorb(&mut self, part: Part, _counts: Counts) -> Result<Flow, Error> {
        for original in part.found {
            *self.found.entry(original).or_default() += 1;
        }
        Ok(Flow::On)
    }

    fn end(&mut self, how: End) -> Result<Flow, Error> {
        self.tally.check_end(how, LineNumbers::Ignored);
        self.tally.end();
        Ok(Flow::On)
    }

    fn unread(&mut self, error: &Error) -> Result<(), Error> {
        self.tally.unread(error);
        Ok(())
    }
}
