//! One line checked: the fast path (`matcher`, `prover`), the cold path (`judge`, `payload`), and the
//! words of its findings.

mod checker;
mod finding;
mod fingerprint;
mod judge;
mod line;
pub(crate) mod matcher;
mod path;
mod payload;
mod prover;
mod record;
mod stranger;
mod totals;
mod words;

pub(crate) use checker::{At, Checked, Checker, Verdicts};
pub(crate) use finding::Held;
pub use finding::{Earlier, Finding, Place};
pub use judge::{Judge, Verdict};
pub use line::Line;
pub use matcher::{Fields, Strange};
pub use payload::Limits;

pub(crate) use fingerprint::{Fingerprint, VERSION as FINGERPRINT};
pub(crate) use path::{Items, dotted};
pub(crate) use payload::Payload;
pub(crate) use record::{Parsed, Record};
pub(crate) use stranger::{finding as stranger_finding, unknown_event};
pub(crate) use totals::Totals;
pub(crate) use words::Speaker;
