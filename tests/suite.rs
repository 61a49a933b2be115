//! Every test that looks at voxev from the outside, in one program: each further one would be linked on its own.
//!
//! `cargo test --test suite agreement::` runs one file of them.

mod advice;
mod agreement;
mod around;
mod ci;
mod cli;
mod compression;
mod docs;
mod escaping;
mod extract;
mod fixtures;
mod generate;
mod hostile;
mod hostile_input;
mod layers;
mod lifecycle;
mod links;
mod overrides;
// The record has the paths and messages of Unix.
#[cfg(unix)]
mod pin;
mod properties;
mod rfc8259;
mod soundness;
mod spreadsheet;
mod stats;
mod support;
mod threads;
