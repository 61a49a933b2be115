//! Every test that looks at voxev from the outside, in one program: seven would take seven links.
//!
//! `cargo test --test suite agreement::` runs one file of them.

mod agreement;
mod cli;
mod fixtures;
mod generate;
mod hostile;
mod properties;
mod readme;
mod rfc8259;
mod stats;
mod support;
