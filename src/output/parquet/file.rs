//! A Parquet file that is written row group by row group.

use std::io;
use std::sync::Arc;

use parquet::basic::{Compression, Type as PhysicalType, ZstdLevel};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnDescriptor, SchemaDescriptor, Type};

use super::encode::{ColumnJob, EncodedColumn};
use super::row_group::Pieces;
use super::table::EventTable;
use crate::error::Error;
use crate::output::Output;

/// What all files of a run have in common.
pub(super) struct FileFormat {
    schema: Arc<SchemaDescriptor>,
    properties: WriterPropertiesPtr,
}

/// The key of the metadata under which a file says which voxev wrote it.
const VERSION_KEY: &str = "voxev.version";

impl FileFormat {
    pub(super) fn new(table: &EventTable) -> Result<Self> {
        let fields = table.fields()?;
        let schema = Type::group_type_builder("events").with_fields(fields).build()?;
        let version = env!("CARGO_PKG_VERSION");
        let mut properties = WriterProperties::builder()
            // Readers take the name apart: "application version 1.2.3".
            .set_created_by(format!("voxev version {version}"))
            .set_key_value_metadata(Some(vec![KeyValue::new(
                VERSION_KEY.to_owned(),
                version.to_owned(),
            )]))
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_statistics_enabled(EnabledStatistics::Chunk);
        let schema = Arc::new(SchemaDescriptor::new(Arc::new(schema)));
        for column in schema.columns().iter().filter(|it| is_text(it)) {
            // The least and the greatest of random identifiers exclude no row group. Readers look
            // into the dictionary.
            let path = column.path().clone();
            properties = properties.set_column_statistics_enabled(path, EnabledStatistics::None);
        }
        Ok(Self { schema, properties: Arc::new(properties.build()) })
    }

    /// The work that a row group of these columns is.
    pub(super) fn jobs(&self, columns: Vec<Pieces>) -> Vec<ColumnJob> {
        let job = |(column, pieces)| {
            let properties = Arc::clone(&self.properties);
            ColumnJob { column: self.schema.column(column), properties, pieces }
        };
        columns.into_iter().enumerate().map(job).collect()
    }
}

fn is_text(column: &ColumnDescriptor) -> bool {
    column.physical_type() == PhysicalType::BYTE_ARRAY
}

/// One file. Without [`ParquetFile::finish`] it does not appear.
pub(super) struct ParquetFile {
    /// Writes into memory, from where each row group goes to the output.
    writer: SerializedFileWriter<Vec<u8>>,
    output: Output,
}

impl ParquetFile {
    pub(super) fn new(format: &FileFormat, output: Output) -> std::result::Result<Self, Error> {
        let schema = format.schema.root_schema_ptr();
        match SerializedFileWriter::new(Vec::new(), schema, Arc::clone(&format.properties)) {
            Ok(writer) => Ok(Self { writer, output }),
            Err(error) => Err(output.error(other(&error))),
        }
    }

    /// Writes a row group.
    pub(super) fn write(
        &mut self,
        columns: Result<Vec<EncodedColumn>>,
    ) -> std::result::Result<(), Error> {
        let written = columns.and_then(|columns| {
            let mut group = self.writer.next_row_group()?;
            for column in columns {
                group.append_column(&column.bytes, column.description)?;
            }
            group.close().map(drop)
        });
        self.drain(written)
    }

    /// Writes the end of the file, and puts it in its place.
    pub(super) fn finish(mut self) -> std::result::Result<(), Error> {
        let written = self.writer.finish().map(drop);
        self.drain(written)?;
        self.output.finish()
    }

    /// Sends to the output what was written into memory.
    fn drain(&mut self, written: Result<()>) -> std::result::Result<(), Error> {
        let flushed = written.and_then(|()| Ok(self.writer.flush()?));
        flushed.map_err(|error| self.output.error(other(&error)))?;
        let bytes = self.writer.inner_mut();
        self.output.write(bytes)?;
        bytes.clear();
        Ok(())
    }
}

/// Encoding into memory fails where Parquet has no room for more, such as for 32,768 row groups.
pub(super) fn other(error: &ParquetError) -> io::Error {
    io::Error::other(error.to_string())
}
