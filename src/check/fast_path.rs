//! Recognises clean lines one after the other: lines for which [`Validator::validate`] would find
//! nothing, or only undocumented properties that the policy allows. Does not allocate.

use std::ops::Range;

use super::validator::Validator;
use crate::capture::Block;
use crate::check::matcher::{self, Fields, Matcher};
use crate::contract::{EventId, Rule, Severity};

/// The fast path of a validator, and the state that it keeps from line to line.
#[derive(Debug)]
pub(crate) struct FastPath<'a> {
    validator: &'a Validator,
    /// The event of the last line with a known event: the next line is probably of the same type.
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

    /// The event of the last clean line.
    pub(crate) fn event(&self) -> EventId {
        self.event
    }

    /// The property ranges of the last clean line.
    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    pub(crate) fn into_match(self) -> (EventId, Fields) {
        (self.event, self.fields)
    }

    /// Checks whether the line of `text` at the start of `line` is clean; `line` ends at the end of
    /// the block. Returns the end of the line if it is, and `None` if the cold path has to look.
    pub(crate) fn match_clean(&mut self, text: &[u8], line: Range<usize>) -> Option<usize> {
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
        self.matcher?.match_line(text, line, &mut self.fields)
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
    /// The event and the property ranges of a line that the fast path accepts, for tests and the
    /// fuzz target. `None` if the cold path would have to look.
    #[must_use]
    pub fn match_clean(&self, line: &[u8]) -> Option<(EventId, Fields)> {
        let mut text = line.to_vec();
        text.resize(line.len() + matcher::SLACK, 0);
        let mut fast_path = FastPath::new(self);
        let end = fast_path.match_clean(&text, 0..line.len())?;
        (end == line.len()).then(|| fast_path.into_match())
    }

    /// How many lines of a block the fast path accepts, for measuring it.
    #[must_use]
    pub fn count_clean(&self, block: &Block) -> u64 {
        let (text, end) = (block.padded(), block.bytes().len());
        let mut fast_path = FastPath::new(self);
        let (mut at, mut count) = (0, 0);
        while at < end {
            let clean_to = fast_path.match_clean(text, at..end);
            count += u64::from(clean_to.is_some());
            let newline = clean_to.or_else(|| Some(at + memchr::memchr(b'\n', &text[at..end])?));
            at = newline.map_or(end, |newline| newline + 1);
        }
        count
    }
}
