//! Finds the payloads in a stretch of text: in the objects, in the strings within them, and under the
//! names around them.

use crate::contract::Name;
use std::ops::Range;

use super::account::Account;
use super::braces::{Piece, Style, pieces};
use super::lost;
use super::names::Names;
use super::repair;
use super::treatment::Treatment;
use super::treatments::Treatments;
use crate::capture::SLACK;
use crate::check::{FastPath, Line, Validator};
use crate::json::{self, Trouble};

/// Finds payloads, and writes them.
pub(super) struct Finder<'a> {
    pub(super) validator: &'a Validator,
    pub(super) names: &'a Names,
    pub(super) account: &'a mut Account,
    pub(super) fast_path: FastPath<'a>,
    /// Payloads that were found, one per line.
    pub(super) out: Vec<u8>,
    /// A payload with zeros behind it, for the fast path.
    padded: Vec<u8>,
}

/// A part of a text, and what became of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) range: Range<usize>,
    pub(super) treatments: Treatments,
}

/// How a stretch of text ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// With all objects closed, or with what cannot be a part of the open one.
    Natural,
    /// Where it became too long.
    Limit,
}

/// What is known of a text from outside of it.
#[derive(Clone, Copy)]
pub(super) struct Context<'n> {
    /// The event that was announced before it.
    pub(super) name: Option<Name<'n>>,
    /// How deep texts may still be found in strings, and objects in broken objects.
    pub(super) levels: u8,
    pub(super) ending: Ending,
}

/// Levels of JSON text in strings, and of braces that hold no JSON but objects.
pub(super) const MOST_LEVELS: u8 = 5;

/// How far the output had come.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    out: usize,
    payloads: u64,
}

impl<'a> Finder<'a> {
    pub(super) fn new(
        validator: &'a Validator,
        names: &'a Names,
        account: &'a mut Account,
    ) -> Self {
        Self {
            validator,
            names,
            account,
            fast_path: FastPath::new(validator),
            out: Vec::new(),
            padded: Vec::new(),
        }
    }

    pub(super) fn max_depth(&self) -> usize {
        self.validator.limits.max_depth
    }

    /// Takes the payloads of `text`, in order. The spans are those of objects that are, or were, some.
    pub(super) fn spans(&mut self, text: &[u8], context: Context<'_>) -> Vec<Span> {
        let mut pieces = pieces(text);
        let open = pieces.pop_if(|piece| !piece.is_closed);
        let start = open.as_ref().map_or(text.len(), |piece| piece.range.start);
        let within = pieces.partition_point(|piece| piece.range.start < start);
        let mut found = Found { text, context, done: 0, spans: Vec::new() };
        for (index, piece) in pieces[..within].iter().enumerate() {
            let next = pieces.get(index + 1).map_or(start, |it| it.range.start);
            self.piece(&mut found, piece, next);
        }
        let Some(open) = open else { return found.spans };
        self.piece(&mut found, &open, text.len());
        let is_taken =
            found.spans.last().is_some_and(|it| it.range == open.range && it.treatments.is_taken());
        if is_taken {
            return found.spans;
        }
        self.within_open(found, &open, &pieces[within..])
    }

    /// Takes what the `pieces` within an object hold that is not closed, and holds no payload itself.
    fn within_open(
        &mut self,
        mut found: Found<'_, '_>,
        open: &Piece,
        pieces: &[Piece],
    ) -> Vec<Span> {
        let text = found.text;
        let lost = found.spans.pop_if(|span| span.range == open.range);
        found.done = open.range.start + 1;
        let before = found.spans.len();
        for (index, piece) in pieces.iter().enumerate() {
            let next = pieces.get(index + 1).map_or(text.len(), |it| it.range.start);
            self.piece(&mut found, piece, next);
        }
        let inner = &found.spans[before..];
        let Some(taken) = inner.iter().rfind(|span| span.treatments.is_taken()) else {
            found.spans.truncate(before);
            found.spans.extend(lost);
            return found.spans;
        };
        // Behind the last payload in an array there may be one that is cut short.
        let rest = taken.range.end..text.len();
        if found.context.ending == Ending::Natural
            && let Some(brace) = memchr::memchr(b'{', &text[rest.clone()])
        {
            let range = rest.start + brace..rest.end;
            let cut = &text[range.clone()];
            let treatments = lost::unless_foreign(Treatment::Cut, cut, self.names, None);
            if !treatments.is_none() {
                found.spans.retain(|span| span.range.start < range.start);
                found.spans.push(Span { range, treatments });
            }
        }
        found.spans
    }

    /// Takes what a piece of a text holds. `next` is where the next piece begins.
    fn piece(&mut self, found: &mut Found<'_, '_>, piece: &Piece, next: usize) {
        let Found { text, context, done, .. } = *found;
        let range = piece.range.clone();
        let name = self.name_before(found, range.start);
        let context =
            Context { name: name.or(context.name.filter(|_| found.is_first())), ..context };
        let treatments = match piece.style {
            _ if !piece.is_closed => self.unclosed(&text[range.clone()], context),
            Style::Plain => self.object(&text[range.clone()], context),
            Style::Doubled => {
                let cell = undoubled(&text[range.clone()]);
                taken_with(self.object(&cell, context), Treatment::InCell)
            }
            Style::Escaped(_) => self.escaped(&text[range.clone()], context),
        };
        found.done = range.end;
        if treatments.is_none() {
            return;
        }
        let line = line_around(text, done..range.start, range.end..next);
        let around = match line {
            (b"", b"") => None,
            (before, after) if is_array(before) && is_array(after) => Some(Treatment::Array),
            _ if treatments.has(Treatment::LineNumbers) => None,
            _ => Some(Treatment::TextAround),
        };
        let treatments = match around {
            Some(around) => taken_with(treatments, around),
            None => treatments,
        };
        found.spans.push(Span { range, treatments });
    }

    /// The event that is announced before the object at `start`: in its line, or in the one before.
    fn name_before(&self, found: &Found<'_, '_>, start: usize) -> Option<Name<'a>> {
        let before = &found.text[found.done.min(start)..start];
        let (earlier, line) = match memchr::memrchr(b'\n', before) {
            Some(newline) => before.split_at(newline + 1),
            None => (&before[..0], before),
        };
        let names = self.names;
        if line.iter().any(u8::is_ascii_alphabetic) {
            return names.announced(line);
        }
        let earlier = earlier.trim_ascii_end();
        let line =
            memchr::memrchr(b'\n', earlier).map_or(earlier, |newline| &earlier[newline + 1..]);
        names.announced(line)
    }

    /// Takes what an object holds.
    fn object(&mut self, text: &[u8], context: Context<'_>) -> Treatments {
        if self.is_clean(text) {
            self.push_line(text);
            return Treatments::of(Treatment::AsIs);
        }
        if std::str::from_utf8(text).is_err() {
            return lost::unless_foreign(Treatment::NotUtf8, text, self.names, context.name);
        }
        match json::parse(text, self.max_depth()) {
            Ok(document) => self.value(&document.root, text, context),
            Err(Trouble::TooDeep(_)) => {
                lost::unless_foreign(Treatment::TooDeep, text, self.names, context.name)
            }
            Err(Trouble::Syntax(_)) => self.broken(text, context),
        }
    }

    /// Takes what an object holds that is not JSON: after repairs, or else of the objects in it.
    fn broken(&mut self, text: &[u8], context: Context<'_>) -> Treatments {
        let repaired = self.repaired(text, context);
        if !repaired.is_none() {
            return repaired;
        }
        let inner = text.get(1..text.len() - 1).unwrap_or_default();
        if context.levels > 0 && inner.contains(&b'{') {
            let context = Context { name: None, levels: context.levels - 1, ..context };
            let inner = self.text(inner, context);
            if inner.is_taken() {
                return inner.with(Treatment::TextAround);
            }
        }
        lost::unless_foreign(Treatment::Broken, text, self.names, context.name)
    }

    fn repaired(&mut self, text: &[u8], context: Context<'_>) -> Treatments {
        let Some(repaired) = repair::repair(text, self.max_depth()) else {
            return Treatments::NONE;
        };
        let Ok(document) = json::parse(&repaired.text, self.max_depth()) else {
            return Treatments::NONE;
        };
        let mark = self.mark();
        let found = self.value(&document.root, &repaired.text, context);
        if !found.is_taken() {
            return found;
        }
        let is_guess = repaired.repairs.has(Treatment::ClosedBrackets);
        if is_guess && !self.is_valid_since(mark) {
            self.go_back(mark);
            return Treatments::NONE;
        }
        let joined = text.trim_ascii_end().contains(&b'\n');
        found.and(repaired.repairs).with_if(Treatment::Joined, joined)
    }

    /// Takes an object that the text ends in.
    fn unclosed(&mut self, text: &[u8], context: Context<'_>) -> Treatments {
        if context.ending == Ending::Limit {
            return lost::unless_foreign(Treatment::TooLong, text, self.names, context.name);
        }
        let repaired = self.repaired(text, context);
        if repaired.is_taken() {
            return repaired;
        }
        lost::unless_foreign(Treatment::Cut, text, self.names, context.name)
    }

    /// Takes what is in a part of a string, whose quotes are escaped.
    fn escaped(&mut self, text: &[u8], context: Context<'_>) -> Treatments {
        let Some(levels) = context.levels.checked_sub(1) else { return Treatments::NONE };
        let quoted = [b"\"", text, b"\""].concat();
        let decoded = json::decode_utf8(&quoted).into_owned();
        let found = self.text(&decoded, Context { levels, ..context });
        taken_with(found, Treatment::InString)
    }

    /// Takes what a text within another one holds.
    pub(super) fn text(&mut self, text: &[u8], context: Context<'_>) -> Treatments {
        let spans = self.spans(text, context);
        spans.iter().fold(Treatments::NONE, |all, span| all.and(span.treatments))
    }

    /// Whether the fast path finds a text clean that holds one payload and nothing else.
    pub(super) fn is_clean(&mut self, text: &[u8]) -> bool {
        if text.contains(&b'\n') {
            return false;
        }
        self.padded.clear();
        self.padded.extend_from_slice(text);
        self.padded.resize(text.len() + SLACK, 0);
        self.fast_path.match_clean(&self.padded, 0..text.len()).is_some()
            && !self.is_browser_event(text)
    }

    /// Whether the payload that was found clean last, in `text`, is a whole browser event.
    pub(super) fn is_browser_event(&self, text: &[u8]) -> bool {
        let has_others = !self.fast_path.fields().undocumented().is_empty();
        has_others && memchr::memmem::find(text, b"\"isTrusted\"").is_some()
    }

    /// Writes a payload on one line.
    pub(super) fn push_line(&mut self, payload: &[u8]) {
        if payload.contains(&b'\n') || payload.contains(&b'\r') {
            json::compact(payload, &mut self.out);
        } else {
            self.out.extend_from_slice(payload);
        }
        self.out.push(b'\n');
        self.account.payloads += 1;
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { out: self.out.len(), payloads: self.account.payloads }
    }

    pub(super) fn go_back(&mut self, mark: Mark) {
        self.out.truncate(mark.out);
        self.account.payloads = mark.payloads;
    }

    /// Whether the contract has no error for what has been written since.
    pub(super) fn is_valid_since(&self, mark: Mark) -> bool {
        let lines = self.out[mark.out..].split_inclusive(|byte| *byte == b'\n');
        lines.zip(1..).all(|(line, number)| {
            !self.validator.validate(&Line::new("", number, 0, line)).is_invalid()
        })
    }
}

/// The spans of a text, as far as it has been looked at.
struct Found<'t, 'n> {
    text: &'t [u8],
    context: Context<'n>,
    done: usize,
    spans: Vec<Span>,
}

impl Found<'_, '_> {
    fn is_first(&self) -> bool {
        self.done == 0
    }
}

/// The treatments with one more, if a payload was taken.
fn taken_with(treatments: Treatments, treatment: Treatment) -> Treatments {
    treatments.with_if(treatment, treatments.is_taken())
}

/// What stands before and after a place in its first and its last line, without white space.
fn line_around(text: &[u8], before: Range<usize>, after: Range<usize>) -> (&[u8], &[u8]) {
    let before = text.get(before).unwrap_or_default();
    let start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    let after = text.get(after).unwrap_or_default();
    let end = memchr::memchr(b'\n', after).unwrap_or(after.len());
    (before[start..].trim_ascii(), after[..end].trim_ascii())
}

/// Whether there is nothing but the punctuation between the items of an array.
pub(super) fn is_array(text: &[u8]) -> bool {
    text.iter().all(|byte| matches!(byte, b'[' | b']' | b',') || byte.is_ascii_whitespace())
}

/// The text of a cell of CSV.
fn undoubled(cell: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(cell.len());
    let mut rest = cell;
    while let Some(at) = memchr::memmem::find(rest, b"\"\"") {
        text.extend_from_slice(&rest[..=at]);
        rest = &rest[at + 2..];
    }
    text.extend_from_slice(rest);
    text
}
