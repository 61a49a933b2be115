//! Checks one line: the fast path (`matcher`, `fast_path`), the cold path (`validator`, `payload`),
//! and the descriptions of findings.

mod checker;
mod description;
mod fast_path;
mod finding;
mod fingerprint;
mod line;
pub(crate) mod matcher;
mod path;
mod payload;
mod record;
mod spread;
mod totals;
mod unknown_event;
mod validator;

pub(crate) use checker::{At, Checked, Checker, Validations};
pub(crate) use fast_path::FastPath;
pub(crate) use finding::LineFindings;
pub use finding::{Earlier, Finding, Place};
pub use line::Line;
pub use matcher::{Fields, UndocumentedMember};
pub use payload::Limits;
pub use validator::{Validation, Validator};

pub(crate) use description::FindingBuilder;
pub(crate) use fingerprint::{Fingerprint, VERSION as FINGERPRINT};
pub(crate) use path::{Items, dotted};
pub(crate) use payload::Payload;
pub(crate) use record::{Parsed, Record};
pub(crate) use spread::{SpreadLines, SpreadTexts};
pub(crate) use totals::Totals;
pub(crate) use unknown_event::{finding as unknown_event_finding, unknown_event};
