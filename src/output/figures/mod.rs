//! What `stats` writes: the overview and its rows as a table, JSON or CSV, and one call's timeline.

mod export;
mod options;
mod table;
mod timeline;

pub(crate) use options::{By, Sort, StatsFormat, StatsOptions, Window, merged};
