//! Calls, not only lines: what the lines of a capture say of its calls, and the figures of that.
//!
//! ```text
//!  line → Observation (on any thread) → Aggregator (in input order) → Call, Channel, Sketch
//!                                      └→ CallTable → Figures, Score, Timeline → table, JSON, CSV
//! ```

pub(crate) mod aggregator;
pub(crate) mod call;
pub(crate) mod call_table;
pub(crate) mod channel;
pub(crate) mod context;
pub(crate) mod duplicate;
pub(crate) mod figures;
pub(crate) mod lifecycle;
pub(crate) mod limits;
pub(crate) mod merge;
pub(crate) mod observation;
pub(crate) mod participants;
pub(crate) mod quality;
pub(crate) mod sketch;
pub(crate) mod spans;
pub(crate) mod state;
pub(crate) mod timeline;

pub(crate) use aggregator::{Aggregator, Shards};
pub(crate) use call_table::CallTable;
pub(crate) use limits::{Limit as QualityLimit, offers as limit_offers, parse as parse_limits};
pub(crate) use merge::Merge;
pub(crate) use observation::{Keep, Observation, ObservationExtractor, Observations, Role, What};
pub(crate) use participants::ParticipantHashes;
