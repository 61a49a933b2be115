//! Calls, not only lines: what the lines of a capture say of its calls, and the figures of that.
//!
//! ```text
//!  line → Sighting (on any thread) → Intake (in input order) → Call, Channel, Sketch
//!                                      └→ Ledger → Figures, Score → table, JSON, CSV, story
//! ```

mod book;
mod call;
mod channel;
mod export;
mod figures;
mod intake;
mod ledger;
mod limits;
mod merge;
mod sighting;
mod sketch;
mod story;
mod table;

pub(crate) use book::{Book, By, Form, Sort, Window, merged};
pub(crate) use intake::{Intake, Shares};
pub(crate) use ledger::Ledger;
pub(crate) use limits::{Limit as QualityLimit, parse as parse_limits};
pub(crate) use merge::Merge;
pub(crate) use sighting::{Keep, Notes, Reader, Role, Sighting, Watching, What};
