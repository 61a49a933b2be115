//! Captures: finding them, opening them, and cutting them into blocks of whole lines.

mod block;
mod compression;
mod damage;
mod inflate;
mod pattern;
mod reader;
mod root;
mod source;

pub(crate) use block::Reading;
pub use block::{Block, Cutter, Numbering, Part};
pub(crate) use compression::Compression;
pub(crate) use damage::Damage;
pub(crate) use pattern::glob;
pub(crate) use reader::{Meter, Reader};
pub(crate) use root::{Root, bytes_of, normal, slashed};
pub(crate) use source::Source;
