//! Where the rows go: one file, or a folder with a folder for each event type.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::thread;

use super::encoder::ColumnEncoder;
use super::file::{FileFormat, ParquetFile, other};
use super::row_group::RowGroup;
use super::rows::Rows;
use super::table::EventTable;
use crate::error::Error;
use crate::output::{Output, OutputFolder};

/// Takes the rows in input order, and has them encoded.
pub(crate) struct Destination<'a> {
    table: &'a EventTable,
    encoder: &'a ColumnEncoder,
    format: FileFormat,
    partitions: Vec<Partition>,
    /// The partition whose row group is being encoded.
    encoded: Option<usize>,
    /// The folder of all partitions, if there are any.
    folder: Option<OutputFolder>,
}

/// The file of a partition, once it has a row group, and the rows of the next one.
struct Partition {
    group: RowGroup,
    file: Option<ParquetFile>,
}

/// The most bytes of a row group before it is encoded: about 125,000 rows, as `DuckDB` has it. Two of them are in memory,
/// one that is filled and one that is encoded, and what becomes of the latter.
const GROUP_BYTES: usize = 16 * 1024 * 1024;

/// The most bytes of rows that wait, in all partitions.
const WAITING_BYTES: usize = 128 * 1024 * 1024;

/// The name of the only file of a partition.
const FILE_NAME: &str = "part-0.parquet";

impl<'a> Destination<'a> {
    /// Writes the rows of `table` to one file, which exists even without rows.
    pub(crate) fn file(
        table: &'a EventTable,
        encoder: &'a ColumnEncoder,
        output: Output,
    ) -> Result<Self, Error> {
        let mut new = Self::new(table, encoder)?;
        let file = ParquetFile::new(&new.format, output)?;
        new.partitions[0].file = Some(file);
        Ok(new)
    }

    /// Writes the rows of `table` to a folder, which appears when all files in it are complete.
    pub(crate) fn folder(
        table: &'a EventTable,
        encoder: &'a ColumnEncoder,
        folder: OutputFolder,
    ) -> Result<Self, Error> {
        Ok(Self { folder: Some(folder), ..Self::new(table, encoder)? })
    }

    fn new(table: &'a EventTable, encoder: &'a ColumnEncoder) -> Result<Self, Error> {
        let format = FileFormat::new(table)
            .map_err(|error| Error::Write { target: "parquet".into(), source: other(&error) })?;
        let count = table.partitions.count();
        let limit = GROUP_BYTES.min(WAITING_BYTES / count);
        let partition = || Partition { group: RowGroup::new(limit), file: None };
        let partitions = std::iter::repeat_with(partition).take(count).collect();
        Ok(Self { table, encoder, format, partitions, encoded: None, folder: None })
    }

    /// Adds rows, of each partition those in its place.
    pub(crate) fn add(&mut self, parts: Vec<Rows>) -> Result<(), Error> {
        for (number, rows) in parts.into_iter().enumerate() {
            let mut rest = Some(rows);
            while let Some(rows) = rest {
                rest = self.partitions[number].group.add(rows);
                if rest.is_some() {
                    self.encode(number)?;
                }
            }
        }
        Ok(())
    }

    /// Writes everything that is left, on `threads` threads, and puts the files in their place.
    pub(crate) fn finish(mut self, threads: usize) -> Result<(), Error> {
        for number in 0..self.partitions.len() {
            if !self.partitions[number].group.is_empty() {
                self.encode(number)?;
                thread::scope(|scope| {
                    for _ in 1..threads {
                        scope.spawn(|| self.encoder.help());
                    }
                    self.encoder.help();
                });
            }
        }
        self.write()?;
        for file in self.partitions.into_iter().filter_map(|it| it.file) {
            file.finish()?;
        }
        self.folder.map_or(Ok(()), OutputFolder::finish)
    }

    /// Lets the encoder have the rows that a partition holds.
    fn encode(&mut self, number: usize) -> Result<(), Error> {
        self.write()?;
        let columns = self.partitions[number].group.take();
        self.encoder.begin(self.format.jobs(columns));
        self.encoded = Some(number);
        Ok(())
    }

    /// Writes the row group that is being encoded, as soon as it is.
    fn write(&mut self) -> Result<(), Error> {
        let Some(number) = self.encoded.take() else { return Ok(()) };
        let columns = self.encoder.finish();
        if self.partitions[number].file.is_none() {
            let output = Output::open(self.create(number)?.as_deref())?;
            self.partitions[number].file = Some(ParquetFile::new(&self.format, output)?);
        }
        let file = self.partitions[number].file.as_mut();
        file.map_or(Ok(()), |file| file.write(columns))
    }

    /// Creates the folder of a partition, and returns the path of its file.
    fn create(&self, number: usize) -> Result<Option<PathBuf>, Error> {
        let (Some(folder), Some(name)) = (&self.folder, self.table.partitions.folder(number))
        else {
            return Ok(None);
        };
        let path = folder.path().join(name);
        let failed = |source: io::Error| folder.error(source);
        fs::create_dir(&path).map_err(failed)?;
        Ok(Some(path.join(FILE_NAME)))
    }
}
