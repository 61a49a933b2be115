//! Parquet: typed columns of events, in row groups of bounded size.
//!
//! ```text
//!  a record → EventTable (any thread) → Rows of a block → RowGroup, in input order
//!                       ColumnEncoder (a column per thread) → ParquetFile, or one per event type
//! ```
//!
//! The same rows make the same bytes, however they arrive: row groups and pages end at rows that
//! depend on nothing but the rows.

mod column_type;
mod destination;
mod encode;
mod encoder;
mod file;
mod partition;
mod row_group;
mod rows;
mod table;
#[cfg(test)]
mod tests;
mod values;

pub(crate) use destination::Destination;
pub(crate) use encoder::ColumnEncoder;
pub(crate) use partition::{Partitions, TYPE};
pub(crate) use rows::Rows;
pub(crate) use table::EventTable;
