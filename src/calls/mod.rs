//! Calls, not only lines: what the lines of a capture say of its calls, and the figures of that.
//!
//! ```text
//!  line → Sighting (on any thread) → Intake (in input order) → Call, Channel, Sketch
//!                                      └→ Ledger → Figures, Score → table, JSON, CSV, story
//! ```

pub(crate) mod call;
pub(crate) mod channel;
pub(crate) mod context;
pub(crate) mod figures;
pub(crate) mod intake;
pub(crate) mod ledger;
pub(crate) mod lifecycle;
pub(crate) mod limits;
pub(crate) mod merge;
pub(crate) mod quality;
pub(crate) mod sighting;
pub(crate) mod sketch;

pub(crate) use intake::{Intake, Shares};
pub(crate) use ledger::Ledger;
pub(crate) use limits::{Limit as QualityLimit, offers as limit_offers, parse as parse_limits};
pub(crate) use merge::Merge;
pub(crate) use sighting::{Keep, Notes, Reader, Role, Sighting, Watching, What};
