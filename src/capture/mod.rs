//! Captures: finding them, opening them, and cutting them into blocks of whole lines.

mod block;
mod compression;
mod damage;
mod documents;
mod follow;
mod inflate;
mod pattern;
mod piece;
mod places;
mod reader;
mod root;
mod scanner;
mod sequence;
mod shape;
mod source;
mod span;
mod structure;

pub use block::{Block, Cutter, Numbering, Part};
pub(crate) use block::{ReadSize, SLACK};
pub(crate) use compression::Compression;
pub(crate) use damage::Damage;
pub(crate) use follow::Interrupt;
pub(crate) use pattern::glob;
pub(crate) use piece::Piece;
pub(crate) use places::Position;
pub(crate) use reader::{Meter, Reader};
pub(crate) use root::{Root, bytes_of, normal, slashed};
pub(crate) use sequence::{Sequence, SequenceSettings};
pub(crate) use shape::{InputFormat, Shape, element};
pub(crate) use source::{Opened, Source};
pub(crate) use span::{Span, SpanSettings, Spans};
