//! Every test that looks at voxev from the outside, in one program: each further one would be linked on its own.
//!
//! `cargo test --test suite agreement::` runs one file of them.

mod agreement;
mod around;
mod ci;
mod cli;
mod compression;
mod fixtures;
mod generate;
mod hostile;
mod hostile_input;
mod lifecycle;
mod properties;
mod readme;
mod rfc8259;
mod soundness;
mod stats;
mod support;
