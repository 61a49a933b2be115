//! The vocabulary of the loop: a line, the payload it holds, and what was found in it.

mod finding;
mod fingerprint;
mod line;
mod path;
mod payload;
mod stranger;
mod words;

pub use finding::{Earlier, Finding, Place};
pub use line::Line;
pub use payload::Limits;

pub(crate) use fingerprint::Fingerprint;
pub(crate) use path::{Items, dotted};
pub(crate) use payload::Payload;
pub(crate) use stranger::{finding as stranger_finding, other_name};
pub(crate) use words::Speaker;
