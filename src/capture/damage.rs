//! Damage in a compressed stream, where everything before it could be read.

use std::fmt;

use super::compression::Compression;
use crate::error::Error;

/// Why a compressed stream cannot be read further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Damage {
    pub(super) compression: Compression,
    /// Bytes of the compressed file before the damage.
    pub(crate) offset: u64,
    pub(super) fault: Fault,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The file ends in the middle.
    Cut,
    /// The decoder's message.
    Corrupt(String),
    /// Other data follows the end of the stream.
    Trailing,
    /// It needs more memory than the limit, in bytes.
    Window(u64),
}

impl Damage {
    /// What to do.
    pub(crate) fn advice(&self) -> String {
        let name = self.compression.name();
        match &self.fault {
            Fault::Cut => {
                "everything before this point was read; copy the file again, or stop the program that writes it"
            }
            Fault::Corrupt(_) => {
                return format!(
                    "everything before this point was read, but some of it may be wrong; copy the file again \
                     (`{name} -t FILE` checks it)"
                );
            }
            Fault::Trailing => "everything before this point was read; remove the rest, or copy the file again",
            Fault::Window(_) => {
                "decompress it with zstd: `zstd -dc --long=31 FILE | voxev …`, or compress it with a \
                 level up to 19 and without --long"
            }
        }
        .into()
    }

    /// What is wrong and where the text stops: at the end of `fragment`, the beginning of the line
    /// with this number, if lines are counted.
    pub(crate) fn at(&self, line: Option<u64>, fragment: &[u8]) -> String {
        match (line, fragment.is_empty()) {
            (None, true) => self.to_string(),
            (None, false) => format!("{self}, in the middle of a line"),
            (Some(1), true) => format!("{self}, before the first line"),
            (Some(line), true) => format!("{self}, after line {}", line - 1),
            (Some(line), false) => format!("{self}, in the middle of line {line}"),
        }
    }

    /// The error for `capture`, which could not be read to its end; `fragment` is the beginning of
    /// the line with this number.
    pub(crate) fn error(&self, capture: &str, line: Option<u64>, fragment: &[u8]) -> Error {
        Error::Damaged {
            capture: capture.to_owned(),
            what: self.at(line, fragment),
            advice: self.advice(),
        }
    }

    /// A label for the place where the text stops.
    pub(crate) fn label(&self) -> &'static str {
        match &self.fault {
            Fault::Cut => "truncated here",
            Fault::Corrupt(_) | Fault::Window(_) => "unreadable from here",
            Fault::Trailing => "end of the stream",
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, offset) = (self.compression.name(), self.offset);
        match &self.fault {
            Fault::Cut => write!(formatter, "the {name} stream is truncated at byte {offset}"),
            Fault::Corrupt(why) => {
                write!(formatter, "the {name} stream is corrupt at byte {offset} ({why})")
            }
            Fault::Trailing => {
                write!(formatter, "the {name} stream is followed by other data at byte {offset}")
            }
            Fault::Window(most) => write!(
                formatter,
                "the {name} stream at byte {offset} needs more than {} MiB to be decompressed",
                most >> 20
            ),
        }
    }
}

impl std::error::Error for Damage {}
