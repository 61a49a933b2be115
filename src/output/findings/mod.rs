//! Findings, a format a file.

mod github;
mod gitlab;
mod json;
mod junit;
mod pretty;
mod reporter;
mod sarif;
mod short;
mod window;

pub(crate) use github::Github;
pub(crate) use gitlab::Gitlab;
pub(crate) use json::FindingsJson;
pub(crate) use junit::{Junit, MOST_FINDINGS as JUNIT_MOST};
pub(crate) use pretty::Pretty;
pub(crate) use reporter::{Found, Reporter, Stream};
pub(crate) use sarif::{MOST_RESULTS as SARIF_MOST, Sarif};
pub(crate) use short::Short;
