//! The rows of the next row group, in input order.

use super::rows::Rows;
use super::values::Values;

/// Rows that wait until there are enough of them for a row group.
#[derive(Debug)]
pub(super) struct RowGroup {
    /// The most bytes of a row group, before it is encoded. The row that exceeds it is its last.
    limit: usize,
    pieces: Vec<Rows>,
    count: u32,
    bytes: usize,
}

/// The most rows of a row group, as readers divide their work by them.
const MOST_ROWS: u32 = 1 << 20;

/// Smaller pieces are copied together: each piece has a dozen columns with buffers of their own.
const SMALL_BYTES: usize = 64 * 1024;

/// The values of a column in pieces, each with its number of rows.
pub(super) type Pieces = Vec<(u32, Values)>;

impl RowGroup {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, pieces: Vec::new(), count: 0, bytes: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Takes as many `rows` as there is room for, and returns the rest: then the group is full.
    pub(super) fn add(&mut self, mut rows: Rows) -> Option<Rows> {
        let fitting = rows.fitting(self.limit.saturating_sub(self.bytes));
        let fitting = fitting.min(MOST_ROWS - self.count);
        let rest = (fitting < rows.count()).then(|| rows.split_off(fitting));
        if rows.count() > 0 {
            self.count += rows.count();
            self.bytes += rows.bytes();
            match self.pieces.last_mut() {
                Some(last) if last.bytes() + rows.bytes() <= SMALL_BYTES => last.append(rows),
                _ => self.pieces.push(rows),
            }
        }
        rest
    }

    /// Takes all rows, column by column.
    pub(super) fn take(&mut self) -> Vec<Pieces> {
        let mut columns = Vec::new();
        for rows in std::mem::take(&mut self.pieces) {
            let count = rows.count();
            columns.resize_with(rows.columns.len(), Vec::new);
            for (column, values) in columns.iter_mut().zip(rows.columns) {
                column.push((count, values));
            }
        }
        (self.count, self.bytes) = (0, 0);
        columns
    }
}
