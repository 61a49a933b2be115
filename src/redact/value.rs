//! Replacements of single values, for reports that name calls and people without their lines. A value
//! gets what it gets in a redacted line.

use super::redactor::Redactor;
use super::spots::What;
use crate::json;

/// What a single value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    CallId,
    Participant,
    /// Of a table that the contract knows nothing of.
    Undocumented,
    /// Of the documented property with this name.
    Property(&'a str),
}

/// What stands for a value that its replacement would be equal to.
const WITHHELD: &str = "…";

impl Redactor {
    /// What takes the place of `text`; itself where it says nothing of anybody.
    pub(crate) fn value(&self, value: Value<'_>, text: &str) -> String {
        let what = match value {
            Value::CallId => What::Identifier,
            Value::Participant => What::Party,
            Value::Undocumented => What::Undocumented,
            Value::Property(name) => match self.what(name) {
                Some(what) => what,
                None => return text.to_owned(),
            },
        };
        let Ok(token) = serde_json::to_vec(text) else { return WITHHELD.into() };
        let new = json::decode_lossy(&self.replacement(what, &token));
        let is_blank = !text.chars().any(char::is_alphanumeric);
        if new == text && !is_blank { WITHHELD.into() } else { new }
    }
}
