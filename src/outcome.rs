//! The one table of exit codes.

use std::process::ExitCode;

/// How a run ended. If parts of a run end differently, the highest code is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// `validate`: no errors; `filter`: something selected; otherwise: done.
    Success,
    /// `validate`: errors found; `filter`: nothing selected; `convert`: lines left out;
    /// `stats`: calls beyond the limits.
    Failure,
    /// A file could not be read or written, or the command line makes no sense.
    Error,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Success => Self::SUCCESS,
            Outcome::Failure => Self::from(1),
            Outcome::Error => Self::from(2),
        }
    }
}
