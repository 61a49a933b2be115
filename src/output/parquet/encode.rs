//! Encodes one column of a row group: dictionary, pages, compression.

use bytes::Bytes;
use parquet::column::writer::{
    ColumnCloseResult, ColumnWriter, ColumnWriterImpl, get_column_writer,
};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterPropertiesPtr;
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

use super::row_group::Pieces;
use super::values::Data;

/// A column of a row group that is not encoded yet.
pub(super) struct ColumnJob {
    pub(super) column: ColumnDescPtr,
    pub(super) properties: WriterPropertiesPtr,
    pub(super) pieces: Pieces,
}

/// A column of a row group as it stands in the file.
pub(super) struct EncodedColumn {
    pub(super) bytes: Bytes,
    pub(super) description: ColumnCloseResult,
}

/// Rows that the writer gets at once: a multiple of the rows after which it asks whether a page is
/// full, so that pages do not depend on how rows arrived.
const BATCH_ROWS: usize = 16 * 1024;

impl ColumnJob {
    pub(super) fn run(self) -> Result<EncodedColumn> {
        let mut sink = TrackedWrite::new(Vec::new());
        let pages = Box::new(SerializedPageWriter::new(&mut sink));
        let mut writer = get_column_writer(self.column, self.properties, pages);
        write(&mut writer, self.pieces)?;
        let description = writer.close()?;
        Ok(EncodedColumn { bytes: sink.into_inner()?.into(), description })
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "columns have no other physical types")]
fn write(writer: &mut ColumnWriter<'_>, pieces: Pieces) -> Result<()> {
    match writer {
        ColumnWriter::ByteArrayColumnWriter(writer) => write_all(writer, pieces, texts),
        ColumnWriter::Int64ColumnWriter(writer) => write_all(writer, pieces, |data| match data {
            Data::Integer(values) | Data::Time(values) => values,
            _ => Vec::new(),
        }),
        ColumnWriter::DoubleColumnWriter(writer) => write_all(writer, pieces, |data| match data {
            Data::Number(values) => values,
            _ => Vec::new(),
        }),
        ColumnWriter::BoolColumnWriter(writer) => write_all(writer, pieces, |data| match data {
            Data::Flag(values) => values,
            _ => Vec::new(),
        }),
        _ => Err(ParquetError::General("a column has an unknown type".into())),
    }
}

/// Texts without a copy of each.
fn texts(data: Data) -> Vec<ByteArray> {
    let Data::Text(bytes, ends) = data else { return Vec::new() };
    let all = Bytes::from(bytes);
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(&ends).map(|(start, end)| all.slice(start..*end).into()).collect()
}

fn write_all<T: DataType>(
    writer: &mut ColumnWriterImpl<'_, T>,
    pieces: Pieces,
    values_of: impl Fn(Data) -> Vec<T::T>,
) -> Result<()> {
    let mut batch: (Vec<i16>, Vec<T::T>) = Default::default();
    for (rows, values) in pieces {
        let is_full = values.rows.len() == rows as usize;
        let mut numbers = values.rows.into_iter().map(|row| row as usize).peekable();
        let mut values = values_of(values.data).into_iter();
        let mut row = 0;
        while row < rows as usize {
            let (levels, held) = &mut batch;
            let base = levels.len();
            let end = (rows as usize).min(row + BATCH_ROWS - base);
            // Level 1 is a value, 0 is none.
            levels.resize(base + end - row, i16::from(is_full));
            if is_full {
                held.extend(values.by_ref().take(end - row));
            }
            while let Some(number) = numbers.next_if(|number| !is_full && *number < end) {
                levels[base + number - row] = 1;
                held.extend(values.next());
            }
            row = end;
            if levels.len() == BATCH_ROWS {
                flush(writer, &mut batch)?;
            }
        }
    }
    flush(writer, &mut batch)
}

fn flush<T: DataType>(
    writer: &mut ColumnWriterImpl<'_, T>,
    (levels, values): &mut (Vec<i16>, Vec<T::T>),
) -> Result<()> {
    if !levels.is_empty() {
        writer.write_batch(values, Some(levels), None)?;
    }
    levels.clear();
    values.clear();
    Ok(())
}
