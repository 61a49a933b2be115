//! Finds clean lines one after the other: that [`Validator::validate`] would find nothing in them, or
//! nothing but undocumented properties that the policy allows. Does not allocate.

use std::ops::Range;

use super::validator::Validator;
use crate::capture::Block;
use crate::check::matcher::{self, Fields, Matcher};
use crate::contract::{EventId, Rule, Severity};

/// A validator's fast path, and what it learnt from the last line.
#[derive(Debug)]
pub(crate) struct FastPath<'a> {
    validator: &'a Validator,
    /// The event of the last line that had a known one: the next line is probably of the same type.
    event: EventId,
    matcher: Option<&'a Matcher>,
    fields: Fields,
    /// Lines of this many bytes and more are left to the cold path.
    too_long: usize,
    allows_undocumented: bool,
}

impl<'a> FastPath<'a> {
    pub(crate) fn new(validator: &'a Validator) -> Self {
        let limits = validator.limits;
        // One byte more than the line for its newline, as the cold path counts.
        let too_long = limits.max_line_bytes;
        let is_too_flat = limits.max_depth < matcher::DEEPEST_PROVEN;
        Self {
            validator,
            event: EventId::FIRST,
            matcher: validator.matcher(EventId::FIRST),
            fields: Fields::default(),
            too_long: if is_too_flat { 0 } else { too_long },
            allows_undocumented: validator.policy.severity(Rule::UndocumentedProperty)
                == Severity::Allowed,
        }
    }

    /// The event of the line that was found clean last.
    pub(crate) fn event(&self) -> EventId {
        self.event
    }

    /// What is where in the line that was found clean last.
    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    pub(crate) fn into_proof(self) -> (EventId, Fields) {
        (self.event, self.fields)
    }

    /// Tries to find clean the line of `text` that starts `line`, a range that ends where the block
    /// does. On success, returns the end of the line.
    pub(crate) fn prove(&mut self, text: &[u8], line: Range<usize>) -> Option<usize> {
        if text.len() > Fields::LONGEST_TEXT {
            return None;
        }
        let start = line.start;
        let end = match self.try_event(text, line.clone()) {
            Some(end) => end,
            None => self.try_another_event(text, line)?,
        };
        let is_allowed = self.fields.undocumented().is_empty() || self.allows_undocumented;
        (end - start < self.too_long && is_allowed).then_some(end)
    }

    fn try_event(&mut self, text: &[u8], line: Range<usize>) -> Option<usize> {
        self.matcher?.prove(text, line, &mut self.fields)
    }

    fn try_another_event(&mut self, text: &[u8], line: Range<usize>) -> Option<usize> {
        let event = EventId::from_name(matcher::kind(text.get(line.start..)?)?)?;
        if event == self.event {
            return None;
        }
        self.event = event;
        self.matcher = self.validator.matcher(event);
        self.fields.clear();
        self.try_event(text, line)
    }
}

impl Validator {
    /// The event of a line that the fast path finds clean, and the places of its properties, for
    /// tests and the fuzz target. `None` where the cold path would have to look.
    #[must_use]
    pub fn proof(&self, line: &[u8]) -> Option<(EventId, Fields)> {
        let mut text = line.to_vec();
        text.resize(line.len() + matcher::SLACK, 0);
        let mut fast_path = FastPath::new(self);
        let end = fast_path.prove(&text, 0..line.len())?;
        (end == line.len()).then(|| fast_path.into_proof())
    }

    /// How many lines of a block the fast path finds clean, for measuring it.
    #[must_use]
    pub fn count_proven(&self, block: &Block) -> u64 {
        let (text, end) = (block.padded(), block.bytes().len());
        let mut fast_path = FastPath::new(self);
        let (mut at, mut count) = (0, 0);
        while at < end {
            let clean_to = fast_path.prove(text, at..end);
            count += u64::from(clean_to.is_some());
            let newline = clean_to.or_else(|| Some(at + memchr::memchr(b'\n', &text[at..end])?));
            at = newline.map_or(end, |newline| newline + 1);
        }
        count
    }
}
