//! A fix: edits of a line that mend one fault, as data that help texts, reports and `--fix` share.

use std::ops::Range;

/// Edits that mend one fault of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does: a lower-case fragment such as `rename "callid" to "callId"`. It holds nothing
    /// that could be somebody's personal data.
    pub title: String,
    /// Whether the meaning is certain.
    pub applicability: Applicability,
    /// In the order of their places, which do not overlap; never empty.
    pub edits: Vec<Edit>,
    /// Whether it is about a value that could be somebody's personal data. Reports that are sent
    /// elsewhere leave it out.
    pub is_personal: bool,
}

/// Bytes of a line, without its terminator, and what takes their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes; none where something is inserted.
    pub span: Range<usize>,
    /// What takes their place.
    pub replacement: String,
}

/// How certain it is that a fix keeps what was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// There is one reading: `--fix` applies it.
    Safe,
    /// Probably right: `--fix --unsafe-fixes` applies it.
    Suggested,
}

impl Applicability {
    /// The word used in every format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Suggested => "suggested",
        }
    }
}

impl Fix {
    /// A fix with a certain meaning. The edits stand in order.
    pub(crate) fn safe(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        let (title, applicability) = (title.into(), Applicability::Safe);
        Self { title, applicability, edits, is_personal: false }
    }

    /// A fix whose meaning is not certain. The edits stand in order.
    pub(crate) fn suggested(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { applicability: Applicability::Suggested, ..Self::safe(title, edits) }
    }
}

impl Edit {
    pub(crate) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self { span: at..at, replacement: text.into() }
    }

    pub(crate) fn delete(span: Range<usize>) -> Self {
        Self { span, replacement: String::new() }
    }

    pub(crate) fn replace(span: Range<usize>, text: impl Into<String>) -> Self {
        Self { span, replacement: text.into() }
    }

    /// Whether no byte lies between the two, so that one has to wait for the other.
    pub(crate) fn touches(&self, other: &Self) -> bool {
        self.span.start <= other.span.end && other.span.start <= self.span.end
    }
}

/// `text` with `edits`, which are in order and apart, applied to it.
#[must_use]
pub(crate) fn apply<'a>(text: &[u8], edits: impl IntoIterator<Item = &'a Edit>) -> Vec<u8> {
    let mut edited = Vec::with_capacity(text.len() + 64);
    let mut at = 0;
    for Edit { span, replacement } in edits {
        edited.extend_from_slice(&text[at..span.start]);
        edited.extend_from_slice(replacement.as_bytes());
        at = span.end;
    }
    edited.extend_from_slice(&text[at..]);
    edited
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_change_their_bytes_and_no_others() {
        let edits = [Edit::insert(0, "<"), Edit::delete(1..2), Edit::replace(3..4, "DD")];
        assert_eq!(apply(b"abcde", &edits), b"<acDDe");
    }

    #[test]
    fn edits_that_meet_touch() {
        let edit = Edit::replace(2..4, "x");
        assert!(edit.touches(&Edit::insert(4, "y")) && edit.touches(&Edit::insert(2, "y")));
        assert!(!edit.touches(&Edit::insert(5, "y")) && !edit.touches(&Edit::delete(0..1)));
    }
}
