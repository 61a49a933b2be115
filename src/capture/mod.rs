//! Captures: finding them, opening them, and cutting them into blocks of whole lines.

mod block;
mod pattern;
mod source;

pub use block::{Block, Cutter, Numbering, Part};
pub(crate) use pattern::glob;
pub(crate) use source::Source;
