//! Events, a format a file.

mod jsonl;
mod layout;
mod left_out;
mod lines;
mod oneline;
mod table;

pub(crate) use jsonl::{JsonArray, JsonLines};
pub(crate) use layout::Layout;
pub(crate) use left_out::LeftOut;
pub(crate) use lines::{Lines, Naming, Tally};
pub(crate) use oneline::Oneline;
pub(crate) use table::{Column, EXTRA, Separator, Table};
