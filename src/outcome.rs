//! The one table of exit codes.

use std::process::ExitCode;

/// How a run ended. When parts of a run end differently, the largest holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// `validate`: no errors; `filter`: something selected; otherwise: done.
    Good,
    /// `validate`: errors found; `filter`: nothing selected; `convert`: lines left out;
    /// `stats`: calls beyond the limits.
    Bad,
    /// A file could not be read or written, or the command line makes no sense.
    Trouble,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Good => Self::SUCCESS,
            Outcome::Bad => Self::from(1),
            Outcome::Trouble => Self::from(2),
        }
    }
}
