//! Rows as columns, before they are encoded.

use super::column_type::ColumnType;
use super::values::Values;

/// Consecutive rows of a table.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    /// Approximate size of each row in bytes.
    sizes: Vec<u32>,
    /// The sum of them.
    bytes: usize,
    /// Bytes of the row that is being written.
    current: usize,
    /// Empty until the first row begins.
    pub(super) columns: Vec<Values>,
}

/// Bytes of a row without values.
const ROW_BYTES: usize = 4;

impl Rows {
    /// Number of rows.
    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.sizes.len()).unwrap_or(u32::MAX)
    }

    /// Approximate size in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Begins a row of a table with columns of these types.
    pub(super) fn begin(&mut self, types: &[ColumnType]) {
        if self.columns.is_empty() {
            self.columns = types.iter().map(|kind| Values::new(*kind)).collect();
        }
        self.current = ROW_BYTES;
    }

    /// Adds a scalar, as JSON spells it, to the current row. Returns false, and adds nothing, if the
    /// column cannot hold it.
    pub(super) fn push(&mut self, column: usize, spelled: &[u8]) -> bool {
        let row = self.count();
        let size = self.columns.get_mut(column).and_then(|values| values.push(row, spelled));
        self.current += size.unwrap_or(0);
        size.is_some()
    }

    /// Adds a text to a column of texts.
    pub(super) fn push_text(&mut self, column: usize, text: &[u8]) {
        let row = self.count();
        if let Some(values) = self.columns.get_mut(column) {
            self.current += values.push_text(row, text);
        }
    }

    /// Ends the current row.
    pub(super) fn end(&mut self) {
        self.bytes += self.current;
        self.sizes.push(u32::try_from(self.current).unwrap_or(u32::MAX));
    }

    /// Removes what the current row has so far.
    pub(super) fn discard(&mut self) {
        let row = self.count();
        self.columns.iter_mut().for_each(|values| values.pop(row));
    }

    /// How many of the first rows take `room` bytes: at least as many, with the row that fills it.
    pub(super) fn fitting(&self, room: usize) -> u32 {
        let mut used = 0_usize;
        let is_within = |size: &&u32| {
            let is_within = used < room;
            used += **size as usize;
            is_within
        };
        u32::try_from(self.sizes.iter().take_while(is_within).count()).unwrap_or(u32::MAX)
    }

    /// Takes the rows from the one with this number on.
    pub(super) fn split_off(&mut self, row: u32) -> Self {
        let sizes = self.sizes.split_off((row as usize).min(self.sizes.len()));
        let bytes = sizes.iter().map(|size| *size as usize).sum();
        self.bytes -= bytes;
        let columns = self.columns.iter_mut().map(|values| values.split_off(row)).collect();
        Self { sizes, bytes, current: 0, columns }
    }

    /// Adds later rows of the same table.
    pub(super) fn append(&mut self, later: Self) {
        let first = self.count();
        self.sizes.extend(later.sizes);
        self.bytes += later.bytes;
        for (values, more) in self.columns.iter_mut().zip(later.columns) {
            values.append(first, more);
        }
    }
}
