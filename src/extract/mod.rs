//! Extraction: payloads found in any text, and an account of every line of it.
//!
//! ```text
//!  text → Extractor (whole lines, and the lines that an open object joins)
//!           → Finder (objects: clean, JSON, or repaired; events in them, however wrapped or named)
//!               → payloads, one per line; Account: what became of each line
//! ```
//!
//! It repairs form: wrapping, names and syntax. Values stay as they are, for `validate` to judge.

mod account;
mod audio;
mod braces;
mod compose;
mod envelope;
mod extractor;
mod finder;
mod foreign;
mod joining;
mod lines;
mod literal;
mod lost;
mod names;
mod numbering;
mod payload;
mod quoted;
mod repair;
mod treatment;
mod treatments;
mod utf16;
mod values;
mod window;

pub(crate) use account::{Account, Place, Tally};
pub(crate) use extractor::{Batch, ExtractSettings, Extractor};
pub(crate) use names::Names;
pub(crate) use treatment::{Category, Treatment};
