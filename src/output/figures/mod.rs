//! What `stats` writes: the overview and its rows as a table, JSON or CSV, and one call's timeline.

mod bars;
mod calls;
mod compare;
mod csv;
mod grid;
mod groups;
mod json;
mod limits;
mod options;
mod overview;
mod parallel;
mod rows;
mod tell;
mod timeline;
mod told;
mod words;

pub(crate) use grid::Fit;
pub(crate) use limits::limits_listed;
pub(crate) use options::{Choice, Earlier, Sort, StatsFormat, StatsOptions, Window};
pub(crate) use tell::{Read, merged, tell};
