//! Calls, not only lines: what the lines of a capture say of its calls, and the figures of that.
//!
//! ```text
//!  line → Observation (on any thread) → Aggregator (in input order) → Call, Channel, Sketch
//!                                      └→ CallTable → Figures, Score, Timeline → table, JSON, CSV
//! ```

pub(crate) mod aggregator;
pub(crate) mod assessment;
mod bucket;
pub(crate) mod call;
pub(crate) mod call_table;
pub(crate) mod channel;
pub(crate) mod comparison;
pub(crate) mod content;
pub(crate) mod context;
pub(crate) mod distribution;
pub(crate) mod duplicate;
pub(crate) mod duration;
mod encoding;
mod extractor;
pub(crate) mod figures;
pub(crate) mod group;
mod hash;
pub(crate) mod having;
mod head;
pub(crate) mod identifier;
pub(crate) mod join;
pub(crate) mod lifecycle;
pub(crate) mod limits;
pub(crate) mod lookup;
pub(crate) mod merge;
pub(crate) mod observation;
pub(crate) mod observations;
pub(crate) mod overview;
pub(crate) mod packets;
pub(crate) mod participants;
pub(crate) mod phases;
pub(crate) mod quality;
pub(crate) mod reason;
pub(crate) mod report;
pub(crate) mod series;
pub(crate) mod sketch;
pub(crate) mod spans;
pub(crate) mod state;
mod steps;
pub(crate) mod streak;
pub(crate) mod timeline;

pub(crate) use aggregator::{Aggregator, Purpose, Shards};
pub(crate) use call_table::CallTable;
pub(crate) use content::{Content, Identity, Records};
pub(crate) use extractor::{Keep, ObservationExtractor};
pub(crate) use limits::{
    Limit as QualityLimit, PRESETS as LIMIT_PRESETS, offers as limit_offers, parse as parse_limits,
    usual as usual_limits,
};
pub(crate) use merge::Merge;
pub(crate) use observation::{Observation, Role, What};
pub(crate) use observations::Observations;
pub(crate) use participants::ParticipantHashes;
