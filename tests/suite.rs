//! All tests that run voxev from outside, in one binary, because every further binary would have to
//! be linked.
//!
//! `cargo test --test suite agreement::` runs the tests of one file.

mod advice;
mod agreement;
mod around;
mod choice;
mod ci;
mod cli;
mod compression;
mod docs;
mod escaping;
mod extract;
mod fixing;
mod fixtures;
mod follow;
mod generate;
mod grouping;
mod hostile;
mod hostile_input;
mod layers;
mod lifecycle;
mod links;
mod merging;
mod overrides;
mod parquet;
// The recorded output contains paths and messages of Unix.
#[cfg(unix)]
mod pin;
mod properties;
mod recorder;
mod redact;
mod report;
mod rfc8259;
mod scale;
mod screens;
mod shapes;
mod shrink;
mod soundness;
mod spans;
mod spread;
mod spreadsheet;
mod stats;
mod support;
mod threads;
mod typescript;
mod wrapped;
