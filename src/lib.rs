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
//!                                    └→ Sighting → Intake → Ledger → figures → Output   stats/
//!                                    └→ Sighting → Lifecycle → findings         order: lifecycle/
//!  Totals (a sum) → Outcome → exit code
//! ```
//!
//! Every command that reads captures is a way to fill in one `plan::Plan`. `run.rs` has the one
//! loop: `capture/` cuts blocks, any thread works on one (`portion.rs`), and `lane.rs` puts them
//! together in order. `matcher/` proves most lines clean in one pass over their bytes; the others
//! take the cold path, where `json/` reads, `schema/` has the contract and `event/` finds the words.
//!
//! `schema` and `explain` only print what the bundled contract says; `generate` goes the other way,
//! from the contract to a capture.

mod around;
mod baseline;
mod capture;
mod cli;
mod condition;
mod config;
mod error;
mod event;
mod explain;
mod filter;
mod generate;
mod json;
mod judge;
mod lane;
mod lifecycle;
mod matcher;
mod outcome;
mod output;
mod packed;
mod plan;
mod policy;
mod portion;
mod progress;
mod prover;
mod quality;
mod reports;
mod root;
mod rule;
mod run;
mod schema;
mod search;
mod shell;
mod sink;
mod stats;
mod style;
mod suggest;
mod summary;
mod text;
mod totals;

pub use capture::{Block, Cutter, Numbering, Part};
pub use cli::{main, run};
pub use error::Error;
pub use event::{Earlier, Finding, Limits, Line, Place};
pub use generate::{Amount, Fault, Generator, Mix, Rate, Recipe};
pub use judge::{Judge, Verdict};
pub use matcher::{Fields, Strange};
pub use outcome::Outcome;
pub use policy::Policy;
pub use rule::{Facts, Needs, Rule, Severity};
pub use schema::{ApiRelease, Bundle, Event, EventId, Mode, Property, Role as PropertyRole};
