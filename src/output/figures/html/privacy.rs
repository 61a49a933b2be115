//! What a report says of calls and people: made-up values, unless personal ones may be shown.

use std::borrow::Cow;

use crate::calls::group::Dimension;
use crate::redact::{Redactor, Value};
use crate::text::{shortened, visible};

/// Whether personal values are replaced, and which are not.
#[derive(Debug)]
pub(crate) struct Privacy {
    /// Nothing where they are shown.
    pub(crate) redactor: Option<Redactor>,
    /// Columns of the joined table whose values stay.
    pub(crate) kept_columns: Vec<String>,
}

/// Keys of groups that are words of ours.
const OURS: [&str; 3] = ["(none)", "(no time)", "(unknown)"];

impl Privacy {
    /// Whether personal values are replaced.
    pub(super) fn replaces(&self) -> bool {
        self.redactor.is_some()
    }

    pub(crate) fn call_id<'a>(&self, id: &'a str) -> Cow<'a, str> {
        self.value(Value::CallId, id)
    }

    /// A value of a column of the joined table.
    pub(super) fn cell<'a>(&self, column: &str, text: &'a str) -> Cow<'a, str> {
        if self.kept_columns.iter().any(|kept| kept == column) {
            return Cow::Borrowed(text);
        }
        self.value(Value::Undocumented, text)
    }

    /// The name of a capture: without its folders, which may be named after people.
    pub(crate) fn capture<'a>(&self, name: &'a str) -> Cow<'a, str> {
        let is_path = self.replaces();
        let name = if is_path { name.rsplit(['/', '\\']).next().unwrap_or(name) } else { name };
        match visible(name) {
            Cow::Borrowed(name) => shortened(name, NAME_WIDTH),
            Cow::Owned(name) => Cow::Owned(shortened(&name, NAME_WIDTH).into_owned()),
        }
    }

    /// What the calls of a group have in common in a dimension.
    pub(super) fn key<'a>(&self, dimension: &Dimension, key: &'a str) -> Cow<'a, str> {
        match dimension {
            _ if OURS.contains(&key) => Cow::Borrowed(key),
            Dimension::Participant => self.value(Value::Participant, key),
            Dimension::Column(column) => self.cell(column, key),
            Dimension::Capture => self.capture(key),
            Dimension::Hour
            | Dimension::Day
            | Dimension::Direction
            | Dimension::Role
            | Dimension::Type
            | Dimension::Channel => Cow::Borrowed(key),
        }
    }

    fn value<'a>(&self, value: Value<'_>, text: &'a str) -> Cow<'a, str> {
        match &self.redactor {
            Some(redactor) => Cow::Owned(redactor.value(value, text)),
            None => Cow::Borrowed(text),
        }
    }
}

/// Characters of a capture's name that are shown.
const NAME_WIDTH: usize = 60;
