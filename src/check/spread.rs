//! JSON texts that are spread over lines: one finding for all of their lines.
//!
//! Threads join the lines of a block as far as they can tell; what goes over the ends of blocks is
//! joined where blocks are in order. The result is the same wherever blocks end: a line that opens
//! brackets begins such a text, and the next lines belong to it as long as their tokens may follow,
//! until all brackets are closed.

use super::finding::{Finding, LineFindings};
use super::payload::Payload;
use super::record::Record;
use crate::contract::{Rule, Severity};
use crate::json::{Fragment, Lexeme};

/// Lines of a block that may be parts of texts which are spread over lines, in their order.
#[derive(Debug, Default)]
pub(crate) struct SpreadLines(Vec<Stretch>);

/// Lines that follow each other: the first, and what is known of the others.
#[derive(Debug)]
struct Stretch {
    first: LineFindings,
    last_line: u64,
    is_start: bool,
    closes: usize,
    opens: usize,
    first_lexeme: Lexeme,
    last_lexeme: Lexeme,
}

impl SpreadLines {
    /// Takes the line of `record`, if it may be a part of such a text.
    pub(crate) fn take(&mut self, record: &Record<'_>) -> bool {
        let Some(fragment) = fragment(record) else { return false };
        let number = record.line.number;
        let last = self.0.last_mut();
        match last
            .filter(|it| it.is_start && it.opens > 0 && it.is_continued(number, fragment.first))
        {
            Some(last) => last.extend(number, &fragment),
            None => self.0.push(Stretch {
                first: LineFindings::new(&record.line, record.findings().to_vec()),
                last_line: number,
                is_start: fragment.is_start(),
                closes: fragment.closes,
                opens: fragment.opens,
                first_lexeme: fragment.first,
                last_lexeme: fragment.last,
            }),
        }
        true
    }

    /// The lines whose findings are kept.
    pub(crate) fn kept(&self) -> impl Iterator<Item = &LineFindings> {
        self.0.iter().map(|stretch| &stretch.first)
    }
}

/// What the line is as a part of a text, if it can be one and is nothing else.
fn fragment(record: &Record<'_>) -> Option<Fragment> {
    let [finding] = record.findings() else { return None };
    let is_value = || {
        let is_event_like = |payload: &Payload| !payload.root.members().is_empty();
        record.parsed().is_some_and(|payload| !is_event_like(payload))
    };
    // The last item of an array has no comma behind it and may be any value.
    let is_candidate =
        finding.rule == Rule::InvalidJson || finding.rule == Rule::NotAnEvent && is_value();
    let is_shown = finding.severity != Severity::Allowed;
    (is_candidate && is_shown).then(|| Fragment::read(record.line.bytes)).flatten()
}

impl Stretch {
    /// Whether a line that begins with `lexeme` continues this text.
    fn is_continued(&self, line: u64, lexeme: Lexeme) -> bool {
        self.last_line + 1 == line && self.last_lexeme.admits(lexeme)
    }

    fn extend(&mut self, line: u64, next: &Fragment) {
        self.closes += next.closes.saturating_sub(self.opens);
        self.opens = self.opens.saturating_sub(next.closes) + next.opens;
        self.last_line = line;
        self.last_lexeme = next.last;
    }

    /// Adds a stretch of the next block.
    fn join(&mut self, next: &Self) {
        let fragment = Fragment {
            closes: next.closes,
            opens: next.opens,
            first: next.first_lexeme,
            last: next.last_lexeme,
        };
        self.extend(next.last_line, &fragment);
    }

    /// The findings of its first line, or the one about all of its lines.
    fn finish(mut self) -> LineFindings {
        let lines = self.last_line - self.first.number + 1;
        if lines > 1
            && let Some(finding) = self.first.findings.first_mut()
        {
            describe(finding, (self.first.number, self.last_line), &self.first.raw, self.opens > 0);
            self.first.lines = lines;
        }
        self.first
    }
}

/// Makes the finding of the first line one about all lines of the text.
fn describe(finding: &mut Finding, (first, last): (u64, u64), raw: &[u8], is_open: bool) {
    let is_array = raw.trim_ascii_start().first() == Some(&b'[');
    let what = if is_array { "a JSON array" } else { "a payload" };
    let ending = if is_open { " and does not end" } else { "" };
    finding.message = format!("{what} is spread over lines {first} to {last}{ending}");
    finding.label = "starts here".into();
    finding.help = Some(match (is_open, is_array) {
        (true, _) => {
            format!("complete it, and put it on one line; line {} is not part of it", last + 1)
        }
        (false, true) => {
            "put each item on a line of its own, for example with `jq -c '.[]'`".into()
        }
        (false, false) => "put it on one line, for example with `jq -c .`".into(),
    });
    let at = raw.len() - raw.trim_ascii_start().len();
    let column = finding.place.column;
    finding.place.offset -= finding.place.span.start as u64;
    finding.place.offset += at as u64;
    finding.place.span = at..at + 1;
    finding.place.column = (at as u64 + 1).min(column);
}

/// Joins the lines of all blocks of a capture, in order.
#[derive(Debug, Default)]
pub(crate) struct SpreadTexts {
    open: Option<Stretch>,
}

impl SpreadTexts {
    /// Takes the lines of the next block, which goes up to `last_line`; returns the lines with
    /// findings that are settled now.
    pub(crate) fn take(&mut self, lines: SpreadLines, last_line: u64) -> Vec<LineFindings> {
        let mut settled = Vec::new();
        for stretch in lines.0 {
            let line = stretch.first.number;
            match self.open.take() {
                Some(mut open) if open.is_continued(line, stretch.first_lexeme) => {
                    open.join(&stretch);
                    self.hold(open, &mut settled);
                }
                open => {
                    settled.extend(open.map(Stretch::finish));
                    self.hold(stretch, &mut settled);
                }
            }
        }
        if self.open.as_ref().is_some_and(|open| open.last_line < last_line) {
            settled.extend(self.finish());
        }
        settled
    }

    /// Keeps a stretch that may go on.
    fn hold(&mut self, stretch: Stretch, settled: &mut Vec<LineFindings>) {
        if stretch.is_start && stretch.opens > 0 {
            self.open = Some(stretch);
        } else {
            settled.push(stretch.finish());
        }
    }

    /// The text that is still open at the end of the capture.
    pub(crate) fn finish(&mut self) -> Option<LineFindings> {
        self.open.take().map(Stretch::finish)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::{Limits, Line, Parsed, Validator};
    use crate::contract::{Bundle, Policy};

    /// What is reported of `lines`, which are cut into blocks: line, how many lines, message.
    fn reported(lines: &[&str], cuts: &[usize]) -> Vec<(u64, u64, String)> {
        let validator = Validator::new(Bundle::newest(), Policy::default(), Limits::default());
        let mut texts = SpreadTexts::default();
        let mut settled = Vec::new();
        let mut block = (SpreadLines::default(), 0);
        for ((index, raw), number) in lines.iter().enumerate().zip(1..) {
            if cuts.contains(&index) {
                let (spread, last_line) = std::mem::take(&mut block);
                settled.extend(texts.take(spread, last_line));
            }
            let line = Line::new("a", number, 0, raw.as_bytes());
            if line.is_blank() {
                continue;
            }
            let mut parsed = Parsed::default();
            parsed.set(validator.validate(&line), &line, &validator.bundle);
            block.1 = number;
            block.0.take(&parsed.record(line, &validator));
        }
        settled.extend(texts.take(block.0, block.1));
        settled.extend(texts.finish());
        let row = |it: LineFindings| (it.number, it.lines, it.findings[0].message.clone());
        settled.into_iter().map(row).collect()
    }

    #[test]
    fn a_payload_over_lines_is_one_finding_and_so_is_an_array() {
        let lines = ["{", r#""type": "mute","#, r#""detail": {"#, r#""callId": "c""#, "}", "}"];
        assert_eq!(reported(&lines, &[]), [(1, 6, "a payload is spread over lines 1 to 6".into())]);
        let items = ["[", r#"{"a": 1},"#, "2,", "\"last\"", "]\r\n"];
        let expected = [(1, 5, "a JSON array is spread over lines 1 to 5".into())];
        assert_eq!(reported(&items, &[2, 3]), expected);
    }

    #[test]
    fn a_payload_that_does_not_end_stops_where_another_line_begins() {
        for next in ["not json", r#"{"type":"mute","detail":{"callId":"c"}}"#, "", "}}}"] {
            let found = reported(&["{", r#""type": "mute","#, next, "{"], &[]);
            let said = "a payload is spread over lines 1 to 2 and does not end";
            assert_eq!(found[0], (1, 2, said.into()), "{next}");
        }
    }

    #[test]
    fn one_line_that_is_cut_keeps_its_own_finding() {
        let cut = r#"{"type":"mute","detail":{"#;
        let found = reported(&[cut, cut, cut], &[]);
        let rows: Vec<_> = found.iter().map(|(line, lines, _)| (*line, *lines)).collect();
        assert_eq!(rows, [(1, 1), (2, 1), (3, 1)]);
        assert!(found[0].2.starts_with("the line ends too early"), "{}", found[0].2);
    }

    proptest! {
        #[test]
        fn what_is_reported_does_not_depend_on_where_blocks_end(
            chosen in prop::collection::vec(0..13_usize, 1..40),
            cuts in prop::collection::vec(0..40_usize, 0..8),
        ) {
            let kinds = [
                "{", "{", "[", "}", "},", "}, {", "]", r#""a": {"#, r#""a": 1,"#, "1", "not json",
                "", r#"{"type":"mute","detail":{"callId":"c"}}"#,
            ];
            let lines: Vec<&str> = chosen.into_iter().map(|kind| kinds[kind]).collect();
            let every: Vec<usize> = (0..lines.len()).collect();
            let line_by_line = reported(&lines, &every);
            prop_assert_eq!(&reported(&lines, &[]), &line_by_line);
            prop_assert_eq!(&reported(&lines, &cuts), &line_by_line);
        }
    }
}
