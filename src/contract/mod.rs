//! The contract: the bundled schemas, what is derived from them, and the engine that applies them.
//!
//! The files in `schemas/` are the only place that knows an event's properties; `bundle` reads
//! them, `derive` makes the strict and the older contracts of them, `property` tells what they say
//! about each property, and `engine` is the one file that names the `jsonschema` crate.

mod bundle;
mod derive;
mod engine;
mod policy;
mod property;
mod rule;

pub use bundle::{ApiRelease, Bundle, Event, EventId};
pub use policy::Policy;
pub use property::{Property, Role};
pub use rule::{Facts, Needs, Rule, Severity};

pub(crate) use engine::{Broken, MOST_VIOLATIONS, Violation};

/// Which of an event's two contracts is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Accepts what voxev has no error for.
    Default,
    /// Accepts what `--strict` has no error for: documented properties and values only.
    Strict,
}
