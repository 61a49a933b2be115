//! `voxev filter`: prints the selected lines byte for byte, their number, or the lines with the
//! neighbouring events of their calls.

use std::io::Write as _;
use std::sync::Arc;

use super::captures::{captures, naming, progress_target, threads};
use super::contract::Contract;
use super::follow::{self, Joined};
use super::outputs;
use super::selection::selection;
use super::tally::Tally;
use super::terminal::Terminal;
use crate::calls::context::{Context, FAR, LineIndex, LineRole, Reach};
use crate::capture::{Block, ReadSize, Source};
use crate::check::Totals;
use crate::check::{Line, Record, Validations};
use crate::cli::FilterArgs;
use crate::contract::Bundle;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::output::{Naming, Output, summary};
use crate::pipeline::{
    self, Capture, Collector, Console, Counts, End, Flow, LineNumbers, Needs, Pass, ProgressTarget,
};
use crate::select::{Condition, Search, Selection, Sense, Unreadable, Validity};
use crate::text::time::Clock;
use crate::text::visible;

/// Runs `voxev filter`.
pub(super) fn run(args: &FilterArgs, terminal: &Terminal) -> Result<Outcome, Error> {
    // A line's validity is its own: the order of lines is for `validate`.
    let contract = Contract::new(&args.contract, &args.input)?.with_lifecycle(Some(false));
    let sources = captures(&args.input, terminal)?;
    let pass = Filter::new(args, &contract, &sources)?;
    outputs::check(outputs::of(&args.output), &sources, &contract.settings())?;
    let naming = naming(&args.input, &sources);
    if args.follow {
        let console = Console::new(ProgressTarget::Hidden);
        let (captures, interrupt) = follow::followed(contract.captures(sources)?)?;
        let make = || Selected::new(&pass, args, naming, &console);
        return follow::run((&captures, &interrupt), &pass, &console, make)?.finish();
    }
    let console = Console::new(progress_target(&sources, terminal));
    let captures = contract.captures(sources)?;
    let selected = Selected::new(&pass, args, naming, &console)?;
    let selected = pipeline::run(&captures, &pass, selected, threads(&args.input), &console)?;
    selected.finish()
}

/// What is done with each line.
struct Filter {
    selection: Selection,
    search: Option<Search>,
    validations: Validations,
    writes: Writes,
    keeps_rejects: bool,
    /// Selected lines that can still be of use in a part.
    most: u64,
}

/// What is written of the selected lines.
#[derive(Debug, Clone, Copy)]
enum Writes {
    Lines,
    Number,
    /// The lines, and the events around them.
    Context(Reach),
}

/// The result of the records of one block.
#[derive(Default)]
struct Part {
    totals: Totals,
    text: Vec<u8>,
    rejects: Vec<u8>,
    /// The state of this part after each selected line, if --max-count limits their number.
    marks: Vec<Mark>,
    /// Which call each line is of, where events around the selected lines are wanted.
    line_index: LineIndex,
}

/// How far a part was when a line had been selected.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    text: usize,
    rejects: usize,
    unreadable: u64,
}

impl Filter {
    fn new(
        args: &FilterArgs,
        contract: &Contract,
        sources: &[Result<Source, Error>],
    ) -> Result<Self, Error> {
        let bundle = contract.bundle()?;
        let validity = match (args.valid, args.invalid) {
            (true, _) => Some(Validity::Valid),
            (_, true) => Some(Validity::Invalid),
            _ => None,
        };
        let selection = Selection {
            validity,
            conditions: conditions(args, &bundle)?,
            sense: if args.invert { Sense::Others } else { Sense::Matching },
            unreadable: Unreadable::NoMatch,
            ..selection(&args.selectors, &bundle, sources)?
        };
        if selection.is_empty() {
            return Err(Error::Usage(
                "nothing to filter by: use --type, --call-id, --where, --since, --until, --valid or \
                 --invalid"
                    .into(),
            ));
        }
        let writes = match args.around.filter(|events| *events > 0) {
            Some(events) => Writes::Context(Reach { events, bytes: FAR }),
            None if args.count => Writes::Number,
            None => Writes::Lines,
        };
        let keeps_rejects = args.output.rejects.is_some();
        // A search skips lines that do not contain a selected type or callId. But --rejects needs
        // every line that cannot be read, and --around the call of every line.
        let is_search = !keeps_rejects && !matches!(writes, Writes::Context(_));
        Ok(Self {
            search: if is_search { selection.search() } else { None },
            selection,
            validations: if validity.is_some() {
                Validations::Wanted
            } else {
                Validations::Ignored
            },
            writes,
            keeps_rejects,
            most: args.max_count.unwrap_or(u64::MAX),
        })
    }
}

fn conditions(args: &FilterArgs, bundle: &Bundle) -> Result<Vec<Condition>, Error> {
    let wanted = args.conditions.iter().map(|text| Condition::parse(text, bundle));
    let clock = Clock::new(args.time_zone.as_deref()).map_err(Error::Usage)?;
    let since = args.since.iter().map(|time| Condition::since(clock.first(time)?, bundle));
    let until = args.until.iter().map(|time| Condition::until(clock.last(time)?, bundle));
    wanted.chain(since).chain(until).collect::<Result<_, _>>().map_err(Error::Usage)
}

impl Pass for Filter {
    type Part = Part;

    fn needs(&self) -> Needs {
        let read_size = if self.search.is_some() { ReadSize::Large } else { ReadSize::Usual };
        Needs { validations: self.validations, line_numbers: LineNumbers::Ignored, read_size }
    }

    fn search(&self) -> Option<&Search> {
        self.search.as_ref()
    }

    fn record(&self, _capture: &Capture, record: &Record<'_>, part: &mut Part) -> Flow {
        let is_selected = self.selection.admits(record);
        if let Writes::Context(_) = self.writes {
            part.line_index.add(record, LineRole::of(is_selected));
        }
        if part.totals.selected >= self.most {
            return Flow::On;
        }
        part.totals.see(record);
        if self.keeps_rejects && !record.is_readable() {
            record.write_line(&mut part.rejects);
        }
        if is_selected {
            part.totals.select(record);
            if let Writes::Lines = self.writes {
                record.write_line(&mut part.text);
            }
            if self.most < u64::MAX {
                let (text, rejects) = (part.text.len(), part.rejects.len());
                part.marks.push(Mark { text, rejects, unreadable: part.totals.unreadable });
            }
        }
        Flow::On
    }

    fn rest(&self, capture: &Capture, line: &Line<'_>, part: &mut Part) {
        if self.keeps_rejects {
            part.rejects.extend_from_slice(line.raw);
        }
        let is_selected = self.selection.admits_too_long(&capture.validator, line);
        match self.writes {
            Writes::Context(_) => part.line_index.add_rest(line),
            Writes::Lines if is_selected => part.text.extend_from_slice(line.raw),
            Writes::Lines | Writes::Number => {}
        }
    }

    fn seal(&self, block: Block, part: &mut Part) -> Option<Block> {
        match self.writes {
            Writes::Context(_) => {
                part.line_index.seal(&block);
                Some(block)
            }
            Writes::Lines | Writes::Number => Some(block),
        }
    }

    fn weight(&self, part: &Part) -> usize {
        part.text.len() + part.rejects.len() + part.line_index.weight()
    }
}

/// The selected lines in input order.
struct Selected<'a> {
    pass: &'a Filter,
    naming: Naming,
    console: &'a Console,
    output: Output,
    rejects: Option<Output>,
    around: Option<Context>,
    tally: Tally<'a>,
    /// Lines that were written or counted, in all and of this capture.
    taken: (u64, u64),
    /// Whether nothing of the capture has been written yet.
    is_new_capture: bool,
    has_enough: bool,
}

impl<'a> Selected<'a> {
    fn new(
        pass: &'a Filter,
        args: &FilterArgs,
        naming: Naming,
        console: &'a Console,
    ) -> Result<Self, Error> {
        let around = match pass.writes {
            Writes::Context(reach) => Some(Context::new(reach, pass.most)),
            Writes::Lines | Writes::Number => None,
        };
        let rejects = args.output.rejects.as_deref();
        Ok(Self {
            pass,
            naming,
            console,
            output: Output::open(args.output.output.as_deref())?,
            rejects: rejects.map(|path| Output::open(Some(path))).transpose()?,
            around,
            tally: Tally::new(console),
            taken: (0, 0),
            is_new_capture: true,
            has_enough: false,
        })
    }

    /// Writes a part up to the last line that the limit allows, so that nothing depends on where
    /// blocks end. A line beyond the length limit goes on where its beginning was taken.
    fn write(&mut self, mut part: Part, counts: Counts) -> Result<(), Error> {
        let room = self.pass.most - self.taken.0;
        let taken = room.min(part.totals.selected);
        self.taken = (self.taken.0 + taken, self.taken.1 + taken);
        let is_full = self.taken.0 >= self.pass.most;
        if is_full && (taken > 0 || part.totals.unreadable > 0) {
            let last = taken.checked_sub(1).and_then(|last| usize::try_from(last).ok());
            let mark = last.and_then(|last| part.marks.get(last)).copied().unwrap_or_default();
            part.text.truncate(mark.text);
            part.rejects.truncate(mark.rejects);
            part.totals.unreadable = mark.unreadable;
        }
        self.tally.add(&part.totals, counts);
        if !part.text.is_empty() && std::mem::take(&mut self.is_new_capture) {
            self.output.end_line()?;
        }
        self.output.write(&part.text)?;
        self.has_enough |= self.around.is_none() && is_full;
        if let Some(around) = &mut self.around {
            let text = around.take(part.line_index);
            self.has_enough |= around.is_over();
            self.output.write(&text)?;
        }
        self.rejects.as_mut().map_or(Ok(()), |rejects| rejects.write(&part.rejects))
    }

    fn finish(mut self) -> Result<Outcome, Error> {
        self.console.end();
        let text = self.around.as_mut().map_or_else(Vec::new, Context::finish);
        self.output.write(&text)?;
        let is_any_unread = self.tally.is_any_unread();
        let totals = &mut self.tally.all;
        totals.selected = totals.selected.min(self.pass.most);
        if !is_any_unread {
            self.output.finish()?;
            self.rejects.map_or(Ok(()), Output::finish)?;
        }
        self.console.write(summary::unmatched(totals, &self.pass.selection).as_bytes());
        self.console.write(summary::unsplit(totals, &self.pass.selection).as_bytes());
        Ok(match totals.selected {
            _ if is_any_unread || totals.damaged > 0 => Outcome::Error,
            0 => Outcome::Failure,
            _ => Outcome::Success,
        })
    }
}

impl Joined for Selected<'_> {
    fn has_enough(&self) -> bool {
        self.has_enough
    }

    fn join(&mut self, other: Self) {
        self.tally.join(&other.tally);
        self.has_enough |= other.has_enough;
    }
}

impl Collector<Filter> for Selected<'_> {
    fn begin(&mut self, capture: &Arc<Capture>) -> Result<(), Error> {
        self.tally.begin(capture);
        self.taken.1 = 0;
        self.is_new_capture = true;
        Ok(())
    }

    fn absorb(&mut self, part: Part, counts: Counts) -> Result<Flow, Error> {
        self.write(part, counts)?;
        Ok(if self.has_enough { Flow::Stop } else { Flow::On })
    }

    fn end(&mut self, how: End) -> Result<Flow, Error> {
        if !(self.has_enough && matches!(how, End::Damaged(..))) {
            let fragment = self.tally.check_end(how, LineNumbers::Ignored);
            self.rejects.as_mut().map_or(Ok(()), |rejects| rejects.write(&fragment))?;
        }
        self.tally.close_line();
        self.tally.end();
        if matches!(self.pass.writes, Writes::Number) {
            let mut text = Vec::new();
            // A vector takes whatever is written to it.
            let _ = match self.naming {
                Naming::Needless => writeln!(text, "{}", self.taken.1),
                Naming::Named => {
                    writeln!(text, "{}:{}", visible(self.tally.capture()), self.taken.1)
                }
            };
            self.output.write(&text)?;
        }
        Ok(Flow::On)
    }

    fn unread(&mut self, error: &Error) -> Result<(), Error> {
        self.tally.unread(error);
        Ok(())
    }
}
