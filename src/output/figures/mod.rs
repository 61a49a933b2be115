//! What `stats` and `report` write: the overview and its rows as a table, JSON, CSV or HTML, and the
//! timelines of calls.

mod account;
mod bars;
mod calls;
mod compare;
mod csv;
mod grid;
mod groups;
mod html;
mod json;
mod limits;
mod members;
mod options;
mod overview;
mod parallel;
mod rows;
mod tell;
mod timeline;
mod told;
mod words;

pub(crate) use account::{Account, Read};
pub(crate) use grid::Fit;
pub(crate) use html::{Privacy, ReportData, ReportOptions, report};
pub(crate) use limits::limits_listed;
pub(crate) use options::{Choice, Earlier, Sort, StatsFormat, StatsOptions, Window};
pub(crate) use tell::{merged, tell};
