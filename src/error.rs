//! Errors: why a run, or a part of it, failed. Problems of a line are findings instead.

use std::fmt;
use std::io;

/// An error. Its message names the file and ends with what to do.
#[derive(Debug)]
pub enum Error {
    /// The command line or the configuration is not valid.
    Usage(String),
    /// A capture could not be read, or not to its end.
    Read {
        /// The capture's name.
        capture: String,
        /// What the operating system says.
        source: io::Error,
    },
    /// A compressed capture could be read only in part.
    Damaged {
        /// The capture's name.
        capture: String,
        /// What is wrong, and how far it was read.
        what: String,
        /// What to do.
        advice: String,
    },
    /// There is no capture where one was expected.
    NoCapture(String),
    /// Output could not be written.
    Write {
        /// The file's name, or `standard output`.
        target: String,
        /// What the operating system says.
        source: io::Error,
    },
}

impl Error {
    /// Whether the reader of our output closed the pipe, which is not a failure.
    #[must_use]
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Write { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) | Self::NoCapture(message) => formatter.write_str(message),
            Self::Read { capture, source } => {
                write!(formatter, "cannot read {capture:?}: {}", reason(source))
            }
            Self::Damaged { capture, what, advice } => {
                write!(formatter, "cannot read all of {capture:?}: {what}; {advice}")
            }
            Self::Write { target, source } if source.kind() == io::ErrorKind::NotFound => {
                write!(
                    formatter,
                    "cannot write {target:?}: its folder does not exist; create it first"
                )
            }
            Self::Write { target, source } => {
                write!(formatter, "cannot write {target:?}: {}", reason(source))
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Usage(_) | Self::NoCapture(_) | Self::Damaged { .. } => None,
            Self::Read { source, .. } | Self::Write { source, .. } => Some(source),
        }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the system's own message is good enough for the rest"
)]
/// The operating system's reason as a fragment, and what to do if that is not obvious.
fn reason(source: &io::Error) -> String {
    match source.kind() {
        io::ErrorKind::NotFound => "no such file; check the path".into(),
        io::ErrorKind::PermissionDenied => "permission denied; check its mode and owner".into(),
        io::ErrorKind::OutOfMemory => {
            "not enough memory; lower --max-line-bytes, or allow more memory".into()
        }
        io::ErrorKind::StorageFull => "no space left on the device; free some and run again".into(),
        _ => {
            let text = source.to_string();
            let text = text.split(" (os error").next().unwrap_or(&text);
            let mut letters = text.chars();
            letters.next().map_or(String::new(), |it| it.to_lowercase().chain(letters).collect())
        }
    }
}
