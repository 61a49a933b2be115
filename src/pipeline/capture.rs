//! A capture of a run: what it is called, where it is, and what its lines are checked against.

use std::sync::Arc;

use super::console::complain;
use crate::capture::{InputFormat, Interrupt, Opened, Piece, Source, SpanSettings};
use crate::check::Validator;
use crate::error::Error;

/// One capture, how it is read, and the only source of the validator for its lines.
#[derive(Debug, Clone)]
pub(crate) struct Capture {
    pub(crate) name: String,
    pub(crate) source: Source,
    pub(crate) format: InputFormat,
    /// Until when it is read on as it grows; `None` where it ends with what it holds.
    pub(crate) follow: Option<Interrupt>,
    /// What is read of it, if not all. Lines are counted from there, so its name says it, too.
    pub(crate) piece: Option<Piece>,
    pub(crate) validator: Arc<Validator>,
}

impl Capture {
    pub(crate) fn new(source: Source, format: InputFormat, validator: Arc<Validator>) -> Self {
        Self { name: source.name(), source, format, follow: None, piece: None, validator }
    }

    /// The same, of which only `piece` is read.
    pub(crate) fn with(self, piece: Option<Piece>) -> Self {
        let name = match piece {
            Some(piece) => format!("{}#{piece}", self.name),
            None => self.name,
        };
        Self { name, piece, ..self }
    }

    /// Opens it, to be read in spans of this size if it can be.
    pub(super) fn open(&self, span_bytes: usize) -> Result<Opened, Error> {
        if let Some(interrupt) = &self.follow {
            return self.source.follow(interrupt, complain).map(Opened::Sequence);
        }
        let max_line_bytes = self.validator.limits.max_line_bytes;
        let Self { format, piece, .. } = *self;
        self.source.open_spans(SpanSettings { format, span_bytes, max_line_bytes, piece })
    }
}
