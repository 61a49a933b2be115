//! A capture of a run: what it is called, where it is, and what its lines are checked against.

use std::sync::Arc;

use crate::capture::Source;
use crate::check::Validator;

/// One capture, and the only source of the validator for its lines.
#[derive(Debug)]
pub(crate) struct Capture {
    pub(crate) name: String,
    pub(crate) source: Source,
    pub(crate) validator: Arc<Validator>,
}

impl Capture {
    pub(crate) fn new(source: Source, validator: Arc<Validator>) -> Self {
        Self { name: source.name(), source, validator }
    }
}
