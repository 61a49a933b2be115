//! Event formats, one file each.

mod cells;
mod column;
mod jsonl;
mod layout;
mod left_out;
mod oneline;
mod row;
mod table;

pub(crate) use column::{Column, EXTRA};
pub(crate) use jsonl::{JsonArray, JsonLines};
pub(crate) use layout::Layout;
pub(crate) use left_out::LeftOut;
pub(crate) use oneline::Oneline;
pub(crate) use table::Table;
pub(super) use table::{is_of, not_a_row, rest};

/// Whether output lines name their capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// There is only one.
    Needless,
    /// There are several.
    Named,
}
