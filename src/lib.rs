//! Inspects and validates captures of Salesforce Service Cloud Voice toolkit events.
//!
//! ```text
//!  argv → cli/ (what was typed) → commands/ (a file a command: a Pass and its Collector)
//!                                     ↓
//!  files, pipes → capture/ (spans, blocks) → pipeline/ (any thread: lines; in order: parts)
//!                                     ↓
//!         check/ (a line → Record: fast path, else findings) ← contract/ (schemas, rules)
//!                                     ↓
//!         select/ (which records) → calls/ (what they say of calls) → output/ (bytes)
//! ```
//!
//! A folder imports only what stands below it: commands, cli, pipeline, output, calls, select,
//! redact, check, config, contract, capture, and the leaves json, text, terminal and error.
//!
//! `schema` and `explain` only print what the bundled contract says; `generate` goes the other way,
//! from the contract to a capture.

mod calls;
mod capture;
mod check;
mod cli;
mod commands;
mod config;
mod contract;
mod error;
mod extract;
#[doc(hidden)]
pub mod fuzzing;
mod generate;
mod json;
mod outcome;
mod output;
mod pipeline;
mod redact;
mod select;
mod terminal;
mod text;

pub use capture::{Block, Cutter, Numbering, Part};
pub use check::{
    Earlier, Fields, Finding, FixedLine, Limits, Line, Place, PublicWords, UndocumentedMember,
    Validation, Validator,
};
pub use commands::{main, run};
pub use contract::{
    ApiRelease, Bundle, Event, EventId, FixInfo, Mode, Needs, Policy, Property,
    Role as PropertyRole, Rule, RuleInfo, Severity,
};
pub use error::Error;
pub use generate::{Amount, Fault, Generator, Mix, Rate, Recipe};
pub use json::{Applicability, Edit, Fix};
pub use outcome::Outcome;
