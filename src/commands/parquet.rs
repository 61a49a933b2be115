//! `voxev convert --to parquet`: events in typed columns, in one file or one for each event type.

use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::sync::Arc;

use super::tally::Tally;
use super::write::{Done, Rejected};
use crate::capture::Compression;
use crate::check::{Line, Record, Totals, Validations};
use crate::cli::{ConvertArgs, PartitionBy};
use crate::contract::EventId;
use crate::error::Error;
use crate::output::{
    Column, ColumnEncoder, Destination, EventTable, LeftOut, Output, OutputFolder, Partitions,
    Rows, Short, TYPE, is_stdout,
};
use crate::pipeline::{
    self, Capture, Collector, Console, Counts, End, Flow, LineNumbers, Needs, Pass,
};
use crate::select::Selection;

/// What is done with each line.
pub(super) struct WriteParquet {
    pub(super) selection: Selection,
    pub(super) table: EventTable,
    encoder: ColumnEncoder,
    /// How lines that cannot be written are reported on standard error.
    complaints: Short,
}

/// The result of the records of one block.
#[derive(Default)]
pub(super) struct Part {
    totals: Totals,
    /// The rows of each partition.
    rows: Vec<Rows>,
    rejected: Rejected,
}

/// Refuses what a Parquet file cannot be written to, before anything is read.
pub(super) fn check(args: &ConvertArgs) -> Result<(), Error> {
    let path = args.output.output.as_deref().filter(|path| !is_stdout(path));
    let refused = |why: &str| Err(Error::Usage(why.to_owned()));
    match (args.partition_by, path) {
        (Some(_), None) => refused("--partition-by needs --output with the name of a folder"),
        (Some(_), Some(folder)) if is_in(args.output.rejects.as_deref(), folder) => {
            refused("--rejects is in the folder that --output writes: name a file elsewhere")
        }
        (None, None) if io::stdout().is_terminal() => {
            refused("Parquet is not text for a terminal: name a file with --output, or use a pipe")
        }
        (None, Some(path)) if Compression::of_name(path).is_some() => refused(
            "a Parquet file is compressed inside, and nothing reads one that is compressed again: \
             name it without .gz or .zst",
        ),
        (None, Some(path)) if path.is_dir() => {
            refused("--output is a folder: name a file in it, or add --partition-by type")
        }
        _ => Ok(()),
    }
}

fn is_in(path: Option<&Path>, folder: &Path) -> bool {
    path.is_some_and(|path| path.starts_with(folder))
}

/// Each thread holds about 15 MiB of rows at most. With this many, and two row groups, a run takes at
/// most 256 MiB.
const MOST_THREADS: usize = 8;

impl WriteParquet {
    pub(super) fn new(
        selection: Selection,
        args: &ConvertArgs,
        (columns, left_out): (Vec<Column>, Option<LeftOut>),
        complaints: Short,
    ) -> Result<Self, Error> {
        let types = &args.selectors.types;
        let partitions = match args.partition_by {
            None => Partitions::None,
            Some(PartitionBy::Type) if columns.iter().all(|column| column.name() == TYPE) => {
                return Err(Error::Usage(
                    "--partition-by type leaves no column: name others in --columns too".into(),
                ));
            }
            Some(PartitionBy::Type) if types.is_empty() => {
                Partitions::by_type(EventId::all().map(|event| event.name().to_owned()))
            }
            Some(PartitionBy::Type) => Partitions::by_type(types.iter().cloned()),
        };
        let table = EventTable::new(columns, left_out, partitions);
        Ok(Self { selection, table, encoder: ColumnEncoder::default(), complaints })
    }

    /// Reads `captures`, and writes what `args` asks for.
    pub(super) fn run(
        &self,
        captures: &[Result<Arc<Capture>, Error>],
        args: &ConvertArgs,
        threads: usize,
        console: &Console,
    ) -> Result<Done, Error> {
        let path = args.output.output.as_deref();
        let destination = match (args.partition_by, path) {
            (Some(_), Some(path)) => {
                Destination::folder(&self.table, &self.encoder, OutputFolder::create(path)?)?
            }
            _ => Destination::file(&self.table, &self.encoder, Output::open(path)?)?,
        };
        let rejects = args.output.rejects.as_deref().map(|path| Output::open(Some(path)));
        let rejects = rejects.transpose()?;
        let written = Written { console, destination, rejects, tally: Tally::new(console) };
        let threads = threads.min(MOST_THREADS);
        pipeline::run(captures, self, written, threads, console)?.finish(threads)
    }
}

impl Pass for WriteParquet {
    type Part = Part;

    fn needs(&self) -> Needs {
        Needs::numbered(Validations::Ignored)
    }

    fn record(&self, capture: &Capture, record: &Record<'_>, part: &mut Part) -> Flow {
        part.totals.see(record);
        if !self.selection.admits(record) {
            return Flow::On;
        }
        part.totals.select(record);
        if let Err(finding) = self.table.record(record, &mut part.rows) {
            part.totals.rejected += 1;
            part.rejected.add((capture, record), *finding, &self.complaints);
        }
        Flow::On
    }

    fn rest(&self, capture: &Capture, line: &Line<'_>, part: &mut Part) {
        if self.selection.admits_too_long(&capture.validator, line) {
            part.rejected.lines.extend_from_slice(line.raw);
        }
    }

    fn weight(&self, part: &Part) -> usize {
        part.rows.iter().map(Rows::bytes).sum::<usize>() + part.rejected.weight()
    }

    fn assist(&self, _worker: usize) {
        self.encoder.help();
    }
}

/// The rows in input order.
struct Written<'a> {
    console: &'a Console,
    destination: Destination<'a>,
    rejects: Option<Output>,
    tally: Tally<'a>,
}

impl Written<'_> {
    /// Ends the output. Files are put in place only if all captures could be read; rejected lines
    /// and damaged compressed data do not prevent that.
    fn finish(self, threads: usize) -> Result<Done, Error> {
        self.console.end();
        let is_any_unread = self.tally.is_any_unread();
        if !is_any_unread {
            self.destination.finish(threads)?;
            self.rejects.map_or(Ok(()), Output::finish)?;
        }
        let totals = self.tally.all;
        let is_incomplete = is_any_unread || totals.damaged > 0;
        Ok(Done { totals, is_incomplete })
    }
}

impl Collector<WriteParquet> for Written<'_> {
    fn begin(&mut self, capture: &Arc<Capture>) -> Result<(), Error> {
        self.tally.begin(capture);
        Ok(())
    }

    fn absorb(&mut self, part: Part, counts: Counts) -> Result<Flow, Error> {
        self.tally.add(&part.totals, counts);
        self.destination.add(part.rows)?;
        if let Some(rejects) = &mut self.rejects {
            rejects.write(&part.rejected.lines)?;
        }
        self.console.write(&part.rejected.complaints);
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
