//! The contract: the bundled schemas, what is derived from them, and the engine that applies them.
//!
//! The files in `schemas/` are the only place that knows an event's properties; `embedded` reads
//! them, `event_id` lists the event types and `name` the names they go by, `bundle` has one contract of
//! them all, `derive` makes the strict and the older contracts of them, `property` tells what they say
//! about each property, and `engine` is the one file that names the `jsonschema` crate.

mod bundle;
mod derive;
mod embedded;
mod engine;
mod event_id;
mod name;
mod policy;
mod position;
mod property;
mod rule;
mod typescript;

pub use bundle::{ApiRelease, Bundle, Event};
pub use event_id::EventId;
pub use policy::Policy;
pub use property::{Property, Role};
pub use rule::{FixInfo, Needs, Rule, RuleInfo, Severity};

pub(crate) use embedded::check as check_embedded;
pub(crate) use engine::{Broken, MOST_VIOLATIONS, Violation};
pub(crate) use name::{EventNames, Name, NameKind};
pub(crate) use position::{Position, Privacy};
pub(crate) use typescript::declarations as typescript;

/// One of an event's two contracts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Accepts payloads without an error by default.
    Default,
    /// Accepts payloads without an error under `--strict`: documented properties and values only.
    Strict,
}
