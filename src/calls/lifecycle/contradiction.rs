//! What is wrong with the order in which a line comes.

use std::sync::Arc;

use super::line::RememberedLine;
use crate::contract::Rule;

/// A rule that a line breaks, and the line that it contradicts.
#[derive(Debug, Clone)]
pub(crate) struct Contradiction {
    pub(crate) rule: Rule,
    /// Ends the sentence `EVENT, but …`.
    pub(crate) but: &'static str,
    /// The line that says otherwise.
    pub(crate) earlier: Option<Arc<RememberedLine>>,
}
