//! Captures: finding them, opening them, and cutting them into blocks of whole lines.

mod block;
mod compression;
mod damage;
mod inflate;
mod pattern;
mod reader;
mod root;
mod source;
mod span;

pub use block::{Block, Cutter, Numbering, Part};
pub(crate) use block::{ReadSize, SLACK};
pub(crate) use compression::Compression;
pub(crate) use damage::Damage;
pub(crate) use pattern::glob;
pub(crate) use reader::{Meter, Reader};
pub(crate) use root::{Root, bytes_of, normal, slashed};
pub(crate) use source::{Opened, Source};
pub(crate) use span::Spans;
