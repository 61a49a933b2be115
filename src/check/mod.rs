//! Checks one line: the fast path (`matcher`, `fast_path`), the cold path (`validator`, `payload`),
//! and the descriptions of findings.

mod check_enclosed;
mod checker;
mod description;
mod enclosed;
mod envelope;
mod event_name;
mod fast_path;
mod finding;
mod fingerprint;
mod key;
mod line;
mod line_fixer;
pub(crate) mod matcher;
mod open;
mod path;
mod payload;
mod record;
mod rename;
mod retype;
mod spread;
mod totals;
mod unknown_event;
mod validator;
mod violations;
mod walk;

pub(crate) use check_enclosed::EnclosedAt;
pub(crate) use checker::{At, Checked, Checker, Validations};
pub(crate) use enclosed::{RECORDED_AT, join_lines, recorded_time};
pub(crate) use envelope::Envelope;
pub(crate) use fast_path::FastPath;
pub(crate) use finding::LineFindings;
pub use finding::{Earlier, Finding, Place, PublicWords};
pub use line::Line;
pub use line_fixer::FixedLine;
pub use matcher::{Fields, UndocumentedMember};
pub use payload::Limits;
pub use validator::{Validation, Validator};

pub(crate) use description::{FindingBuilder, Quoting};
pub(crate) use event_name::{is_known_name, unknown_event};
pub(crate) use fingerprint::{Fingerprint, VERSION as FINGERPRINT};
pub(crate) use key::is_data as is_data_key;
pub(crate) use path::{Items, dotted};
pub(crate) use payload::Payload;
pub(crate) use record::{Parsed, Record};
pub(crate) use spread::{SpreadLines, SpreadTexts};
pub(crate) use totals::{Fixable, Totals};
pub(crate) use unknown_event::finding as unknown_event_finding;
