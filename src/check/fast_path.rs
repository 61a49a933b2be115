//! Recognises clean lines one after the other: lines for which [`Validator::validate`] would find
//! nothing, or only undocumented properties that the policy allows. Allocates only
//! for the forms of lines that it learns.

use std::ops::Range;

use super::validator::Validator;
use crate::capture::Block;
use crate::check::matcher::{self, Fields, FormKey, FormSearch, LineForms, Matcher};
use crate::contract::{EventId, Rule, Severity};

/// The fast path of a validator, and the state that it keeps from line to line.
#[derive(Debug)]
pub(crate) struct FastPath<'a> {
    validator: &'a Validator,
    /// The event of the last line with a known event: the next line is probably of the same type.
    event: EventId,
    matcher: Option<&'a Matcher>,
    fields: Fields,
    forms: LineForms,
    /// Lines of this many bytes and more are left to the cold path.
    too_long: usize,
    allows_undocumented: bool,
}

impl<'a> FastPath<'a> {
    /// For lines of captures, most of which are like earlier ones.
    pub(crate) fn for_lines(validator: &'a Validator) -> Self {
        Self { forms: LineForms::new(), ..Self::new(validator) }
    }

    /// For a few lines.
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
            forms: LineForms::unused(),
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
    #[inline]
    pub(crate) fn match_clean(&mut self, text: &[u8], line: Range<usize>) -> Option<usize> {
        if text.len() > Fields::LONGEST_TEXT {
            return None;
        }
        let start = line.start;
        let key = match self.forms.search(text, start) {
            FormSearch::Known(form) => {
                form.locate(&mut self.fields, start);
                let (event, length) = (form.event(), form.length());
                if event != self.event {
                    (self.event, self.matcher) = (event, self.validator.matcher(event));
                }
                let is_whole = length < self.too_long && start + length <= line.end;
                return is_whole.then_some(start + length);
            }
            FormSearch::Unknown(key) => Some(key),
            FormSearch::Skipped => None,
        };
        self.match_step_by_step(text, line, key)
    }

    /// The same for a line whose form is not known; with a key, it is learned.
    fn match_step_by_step(
        &mut self,
        text: &[u8],
        line: Range<usize>,
        key: Option<FormKey>,
    ) -> Option<usize> {
        let start = line.start;
        let end = match self.try_event(text, line.clone()) {
            Some(end) => end,
            None => self.try_another_event(text, line)?,
        };
        if let Some(key) = key {
            self.learn(text, start..end, key);
        }
        let is_allowed = self.fields.undocumented().is_empty() || self.allows_undocumented;
        (end - start < self.too_long && is_allowed).then_some(end)
    }

    #[cold]
    fn learn(&mut self, text: &[u8], line: Range<usize>, key: FormKey) {
        if let Some(matcher) = self.matcher
            && self.fields.undocumented().is_empty()
            && key.length() == line.len()
        {
            self.forms.learn(key, (text, line.start), (matcher.kinds(), self.event), &self.fields);
        }
    }

    /// The same for a payload that is followed by anything: `text` from `start` on. On success,
    /// returns where the payload ends.
    pub(crate) fn match_value(&mut self, text: &[u8], start: usize) -> Option<usize> {
        if text.len() > Fields::LONGEST_TEXT {
            return None;
        }
        let try_value = |this: &mut Self| this.matcher?.match_value(text, start, &mut this.fields);
        let end = match try_value(self) {
            Some(end) => end,
            None => {
                self.take_event(text, start)?;
                try_value(self)?
            }
        };
        let is_allowed = self.fields.undocumented().is_empty() || self.allows_undocumented;
        (end - start < self.too_long && is_allowed).then_some(end)
    }

    fn try_event(&mut self, text: &[u8], line: Range<usize>) -> Option<usize> {
        self.matcher?.match_line(text, line, &mut self.fields)
    }

    fn try_another_event(&mut self, text: &[u8], line: Range<usize>) -> Option<usize> {
        self.take_event(text, line.start)?;
        self.try_event(text, line)
    }

    /// Takes the matcher of the event that begins at `start`, if it is another.
    fn take_event(&mut self, text: &[u8], start: usize) -> Option<()> {
        let event = EventId::from_name(matcher::kind(text.get(start..)?)?)?;
        if event == self.event {
            return None;
        }
        self.event = event;
        self.matcher = self.validator.matcher(event);
        self.fields.clear();
        Some(())
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

    /// The same for a line that comes after two lines like `earlier`, so that the fast path knows
    /// their form.
    #[must_use]
    pub fn match_clean_after(&self, earlier: &[u8], line: &[u8]) -> Option<(EventId, Fields)> {
        let mut text = [earlier, b"\n", earlier, b"\n", line, b"\n"].concat();
        let (start, end) = (2 * (earlier.len() + 1), text.len() - 1);
        text.resize(text.len() + matcher::LONGEST_FORM + matcher::SLACK, 0);
        let mut fast_path = FastPath::for_lines(self);
        for earlier_start in [0, earlier.len() + 1] {
            fast_path.match_clean(&text, earlier_start..end);
        }
        let found = fast_path.match_clean(&text, start..end)?;
        (found == end).then(|| fast_path.into_match())
    }

    /// How many lines of a block the fast path accepts, for measuring it.
    #[must_use]
    pub fn count_clean(&self, block: &Block) -> u64 {
        let (text, end) = (block.padded(), block.bytes().len());
        let mut fast_path = FastPath::for_lines(self);
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

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::{FastPath, matcher};
    use crate::check::matcher::UndocumentedMember;
    use crate::contract::{Bundle, EventId, Policy};
    use crate::{Limits, Validator};

    /// What the fast path finds in a line: its end, its event, and where its values are.
    type Found =
        (usize, EventId, Vec<Option<Range<usize>>>, Vec<UndocumentedMember>, (bool, usize));

    fn found(fast_path: &mut FastPath<'_>, text: &[u8], line: Range<usize>) -> Option<Found> {
        let end = fast_path.match_clean(text, line)?;
        let fields = fast_path.fields();
        let mut ranges: Vec<_> = (0..matcher::Fields::SLOTS).map(|slot| fields.get(slot)).collect();
        ranges.push(fields.call_id());
        let undocumented = fields.undocumented().to_vec();
        let rest = (fields.is_compact(), fields.count());
        Some((end, fast_path.event(), ranges, undocumented, rest))
    }

    /// Compares what a fast path that knows forms finds in each line with what another one finds,
    /// and returns how many lines had a known form.
    fn known_lines(validator: &Validator, lines: &[Vec<u8>]) -> usize {
        let mut text = lines.join(&b'\n');
        text.push(b'\n');
        let end = text.len();
        text.resize(end + matcher::LONGEST_FORM + matcher::SLACK, 0);
        let mut by_form = FastPath::for_lines(validator);
        let mut step_by_step = FastPath::new(validator);
        let (mut at, mut known) = (0, 0);
        while let Some(newline) = memchr::memchr(b'\n', &text[at..end]) {
            let expected = found(&mut step_by_step, &text, at..end);
            let shown = String::from_utf8_lossy(&text[at..at + newline]);
            assert_eq!(found(&mut by_form, &text, at..end), expected, "{shown}");
            known += usize::from(by_form.forms.is_hit());
            at += newline + 1;
        }
        known
    }

    /// The bytes on both sides of each bound of the grammar.
    const BYTES: &[u8] = b"\0\t\n\r\x1f !\"#+,-./0159:;@AE[\\]`ae{}~\x7f\x80\xc3\xff";

    /// The line with each of its bytes replaced by others, and with bytes inserted. Now and then the
    /// line itself, so that forms go on to be looked up.
    fn mutants(line: &[u8]) -> Vec<Vec<u8>> {
        let mut mutants = vec![line.to_vec(); 3];
        for at in 0..line.len() {
            for &byte in BYTES.iter().chain(&[line[at].wrapping_sub(1), line[at].wrapping_add(1)]) {
                let mut mutant = line.to_vec();
                mutant[at] = byte;
                mutants.push(mutant);
            }
            mutants.push(line.to_vec());
            for piece in [&b"0"[..], b" ", b"\"", b"\\n"] {
                let mut mutant = line.to_vec();
                mutant.splice(at..at, piece.iter().copied());
                mutants.push(mutant);
            }
            mutants.push(line.to_vec());
        }
        mutants
    }

    fn validator() -> Validator {
        Validator::new(Bundle::newest(), Policy::default(), Limits::default())
    }

    #[test]
    fn a_known_form_changes_the_verdict_on_no_mutant() {
        let validator = validator();
        let bundle = Bundle::newest();
        for event in EventId::all().map(|id| bundle.event(id)) {
            let line = event.examples[0].to_string();
            let spaced = line.replace("\":", "\" : ").replace(",\"", ", \"");
            for line in [line, spaced] {
                let known = known_lines(&validator, &mutants(line.as_bytes()));
                // Otherwise hardly any mutant would have been compared with the form.
                let has_form = line.len() < matcher::LONGEST_FORM
                    && line.is_ascii()
                    && !line.contains('\\')
                    && !FastPath::for_lines(&validator).forms.is_unused();
                assert!(!has_form || known > 3 * line.len(), "{known} of {line}");
            }
        }
    }

    #[test]
    fn a_known_form_changes_the_verdict_on_no_number() {
        let line = |number: &str| {
            format!(
                "{{\"type\":\"audiostats\",\"detail\":{{\"callId\":\"x\",\"stats\":\
                 \"inputChannelStats\",\"packetsLost\":{number},\"packetsCount\":1,\
                 \"jitterBufferMillis\":2,\"roundTripTimeMillis\":3,\"statsCount\":4}}}}"
            )
        };
        let numbers = [
            "0",
            "7",
            "00",
            "07",
            "10",
            "-1",
            "-0",
            "1.5",
            "0.5",
            "00.5",
            "1.",
            ".5",
            "1e5",
            "1e05",
            "999999999999999",
            "099999999999999",
            "9007199254740991",
            "9007199254740992",
            "9999999999999999",
            "99999999999999999",
            "5 ",
            " 5",
            "\"5",
            "nul",
            "+1",
            "1-1",
            "1.1.1",
        ];
        for learned in numbers {
            let lines =
                numbers.iter().flat_map(|number| [line(learned), line(learned), line(number)]);
            known_lines(&validator(), &lines.map(String::into_bytes).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_event_is_that_of_the_known_form() {
        let bundle = Bundle::newest();
        let examples = EventId::all().map(|id| bundle.event(id).examples[0].to_string());
        let round: Vec<Vec<u8>> = examples.map(String::into_bytes).collect();
        known_lines(&validator(), &[round.clone(), round.clone(), round.clone(), round].concat());
    }
}
