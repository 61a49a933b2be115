//! Inspects and validates captures of Salesforce Service Cloud Voice toolkit events.
//!
//! ```text
//!  argv → Cli → Plan                  the only place that looks at the terminal and files' names
//!  bytes (inflated on a thread of its own, if compressed)
//!        → Block → line ─ Prover ──proven───────────────→ Selection → Sink → Vec<u8>
//!          (Search: candidates only)  └─not─→ Judge → Verdict ┘
//!  Portion (what came of a block) → Lane, in input order → Output
//!                                    └→ Roll → Around → Output                  filter --around
//!                                    └→ Reports: Baseline, Reporter → Output
//!                                    └→ Observation → Aggregator → Ledger → figures → Output   stats/
//!                                    └→ Observation → Lifecycle → findings         order: lifecycle/
//!  Totals (a sum) → Outcome → exit code
//! ```
//!
//! Every command that reads captures is a way to fill in one `Plan` (`commands/`). `pipeline/` has
//! the one loop: `capture/` cuts blocks, any thread works on one (`portion.rs`), and `lane.rs` puts
//! them together in order. `check/matcher/` proves most lines clean in one pass over their bytes; the
//! others take the cold path, where `json/` reads, `contract/` has the schemas and `check/` finds
//! the words.
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
mod generate;
mod json;
mod outcome;
mod output;
mod pipeline;
mod select;
mod terminal;
mod text;

pub use capture::{Block, Cutter, Numbering, Part};
pub use check::{Earlier, Fields, Finding, Judge, Limits, Line, Place, Strange, Verdict};
pub use cli::{main, run};
pub use contract::{
    ApiRelease, Bundle, Event, EventId, Facts, Mode, Needs, Policy, Property, Role as PropertyRole,
    Rule, Severity,
};
pub use error::Error;
pub use generate::{Amount, Fault, Generator, Mix, Rate, Recipe};
pub use outcome::Outcome;
