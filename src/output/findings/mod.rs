//! Finding formats, one file each.

mod diagnostic;
mod excerpt;
mod github;
mod gitlab;
mod grouping;
mod json;
mod junit;
mod pretty;
mod reporter;
mod sarif;
mod short;
mod window;

use clap::ValueEnum;

pub(crate) use github::Github;
pub(crate) use gitlab::Gitlab;
pub(crate) use grouping::{Grouping, Repetition, Showing, Shown, WrittenFindings};
pub(crate) use json::FindingsJson;
pub(crate) use junit::{Junit, MOST_FINDINGS as JUNIT_MOST};
pub(crate) use pretty::Pretty;
pub(crate) use reporter::{Found, Reporter, Stream};
pub(crate) use sarif::{MOST_RESULTS as SARIF_MOST, Sarif};
pub(crate) use short::Short;

/// Formats of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: the part of the line that matters, with help
    Pretty,
    /// One line per finding: `file:line:column: error[rule]: message`
    Short,
    /// One JSON object per finding
    Json,
    /// GitHub Actions: annotations, and a table in the step's summary
    Github,
    /// GitLab: a Code Quality report
    Gitlab,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit XML: one suite per capture, one case per event type
    Junit,
}
