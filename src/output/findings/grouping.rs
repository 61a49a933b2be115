//! Findings like earlier ones of the same capture: the first are shown, the others are one line,
//! `… and 396 more like this (lines 5–400)`.
//!
//! Two findings are alike if they have the same rule, event, property and, but for quoted text and
//! numbers, the same message. Threads format the first ones of each block and count the others;
//! what is shown is decided where blocks are in order, so it does not depend on where they end.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use owo_colors::OwoColorize as _;

use crate::check::{Finding, Items, Line, dotted};
use crate::contract::{Rule, Severity};
use crate::json::{self, Fragment};
use crate::output::FindingFormat;
use crate::terminal::TextStyle;
use crate::text::{message_shape, shortened, thousands, visible, wrapping};

/// How much of the findings is shown. Decided before the first line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Showing {
    /// Findings that are shown, at most.
    pub(crate) most: u64,
    pub(crate) repetition: Repetition,
}

/// What happens to findings like earlier ones of the capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repetition {
    /// They are shown like any other.
    Listed,
    /// They are counted.
    Grouped,
}

/// Findings like each other that are shown before the others are counted.
const SHOWN_OF_A_GROUP: u8 = 3;

/// Groups of one capture; with more, nothing further is shown.
const MOST_GROUPS: usize = 10_000;

/// Characters of a type, a path or a message in a group's line.
const LONGEST_NAME: usize = 100;

/// The findings of a block: the text of those that may be shown, and a count of the others.
#[derive(Debug, Default)]
pub(crate) struct WrittenFindings {
    text: Vec<u8>,
    written: Vec<Written>,
    groups: BTreeMap<u64, BlockGroup>,
}

/// One finding in the text.
#[derive(Debug)]
struct Written {
    /// Where its text ends.
    end: usize,
    line: u64,
    /// `None` where findings are listed.
    member: Option<Member>,
}

/// Of which group a finding is.
#[derive(Debug)]
struct Member {
    key: u64,
    extent: Extent,
    /// What the group's line says; only of the first of the block.
    name: Option<Box<GroupName>>,
}

/// Which findings of a group are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Extent {
    /// The first ones.
    Scattered,
    /// The first ones that do not continue a stretch of lines with the same finding: log messages
    /// around each payload are one mistake.
    Stretches,
    /// The first one: so is the way that the capture was made.
    Capture,
}

impl Extent {
    /// Whether a finding in `line` only repeats one like it, of which the last is in `last_line`.
    fn is_repetition(self, last_line: u64, line: u64) -> bool {
        match self {
            Self::Scattered => false,
            Self::Stretches => line <= last_line + 1,
            Self::Capture => true,
        }
    }
}

/// What stands in a group's line.
#[derive(Debug, Clone)]
struct GroupName {
    rule: Rule,
    severity: Severity,
    /// Event and property, or the message where the event is not known.
    place: String,
}

/// The findings of a block that are like each other.
#[derive(Debug, Default)]
struct BlockGroup {
    written: u8,
    /// 0 before the first.
    last_line: u64,
    counted: Counted,
}

/// Findings that are counted, and their lines.
#[derive(Debug, Default, Clone, Copy)]
struct Counted {
    findings: u64,
    first_line: u64,
    last_line: u64,
}

impl Counted {
    fn add(&mut self, other: Self) {
        if other.findings == 0 {
            return;
        }
        let is_first = self.findings == 0;
        self.first_line =
            if is_first { other.first_line } else { self.first_line.min(other.first_line) };
        self.last_line = self.last_line.max(other.last_line);
        self.findings += other.findings;
    }

    fn add_line(&mut self, line: u64) {
        self.add(Self { findings: 1, first_line: line, last_line: line });
    }
}

impl WrittenFindings {
    /// Adds `finding`, which is about `line`: formatted, if it may be shown.
    pub(crate) fn add(
        &mut self,
        (line, finding): (&Line<'_>, &Finding),
        format: &dyn FindingFormat,
        showing: Showing,
    ) {
        let has_room = (self.written.len() as u64) < showing.most;
        let member = match showing.repetition {
            Repetition::Listed if has_room => None,
            Repetition::Listed => return,
            Repetition::Grouped => {
                let extent = extent(line, finding);
                let key = key(finding, extent);
                let group = self.groups.entry(key).or_default();
                let is_first = group.last_line == 0;
                let is_repeated = group.written == SHOWN_OF_A_GROUP
                    || extent.is_repetition(group.last_line, line.number) && !is_first;
                group.last_line = line.number;
                if is_repeated || !has_room {
                    group.counted.add_line(line.number);
                    return;
                }
                group.written += 1;
                let name = is_first.then(|| Box::new(GroupName::new(finding)));
                Some(Member { key, extent, name })
            }
        };
        format.write(line, finding, &mut self.text);
        self.written.push(Written { end: self.text.len(), line: line.number, member });
    }

    /// These and `other` ones of the same block, in the order of their lines.
    pub(crate) fn merged(self, other: Self) -> Self {
        let mut merged = Self { groups: self.groups, ..Self::default() };
        for (key, group) in other.groups {
            let known = merged.groups.entry(key).or_default();
            known.last_line = known.last_line.max(group.last_line);
            known.counted.add(group.counted);
        }
        let mut sides = [(self.written, self.text), (other.written, other.text)]
            .map(|(written, text)| (written.into_iter().peekable(), text, 0));
        loop {
            let lines = sides.each_mut().map(|(written, ..)| written.peek().map(|it| it.line));
            let next = match lines {
                [None, None] => return merged,
                [Some(first), Some(second)] => usize::from(second < first),
                [first, _] => usize::from(first.is_none()),
            };
            let Some((written, text, start)) = sides.get_mut(next) else { return merged };
            let Some(written) = written.next() else { return merged };
            merged.text.extend_from_slice(text.get(*start..written.end).unwrap_or_default());
            *start = written.end;
            merged.written.push(Written { end: merged.text.len(), ..written });
        }
    }

    /// Bytes that it takes, about.
    pub(crate) fn weight(&self) -> usize {
        self.text.len()
            + size_of::<Written>() * self.written.len()
            + 2 * size_of::<BlockGroup>() * self.groups.len()
    }
}

/// A line that is not made of JSON's tokens, such as one with text before the payload, is usually one
/// of a log.
fn extent(line: &Line<'_>, finding: &Finding) -> Extent {
    if finding.is_nested {
        return Extent::Capture;
    }
    let is_log = finding.rule == Rule::InvalidJson && Fragment::read(line.bytes).is_none();
    if is_log { Extent::Stretches } else { Extent::Scattered }
}

/// The same for findings that are alike.
fn key(finding: &Finding, extent: Extent) -> u64 {
    let mut hasher = DefaultHasher::new();
    finding.rule.code().hash(&mut hasher);
    extent.hash(&mut hasher);
    finding.event.hash(&mut hasher);
    for token in finding.place.pointer.iter().flat_map(|pointer| pointer.split('/')) {
        let is_index = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
        if is_index { "*" } else { token }.hash(&mut hasher);
    }
    for part in message_shape(&finding.message) {
        part.hash(&mut hasher);
    }
    hasher.finish()
}

impl GroupName {
    fn new(finding: &Finding) -> Self {
        let Finding { rule, severity, .. } = *finding;
        let place = match &finding.event {
            None => shortened(&finding.message, LONGEST_NAME).into_owned(),
            Some(event) => {
                let property = property(finding).unwrap_or_default();
                let [event, property] =
                    [event, &property].map(|name| shortened(name, LONGEST_NAME));
                format!("{event} {property}").trim_end().to_owned()
            }
        };
        Self { rule, severity, place }
    }
}

/// The property that a finding is about, as people write its path.
fn property(finding: &Finding) -> Option<String> {
    let pointer = finding.place.pointer.as_deref()?;
    let pointer = match (finding.rule, &finding.value) {
        (Rule::UnknownEvent, _) => return None,
        (Rule::MissingProperty, Some(name)) => &json::join(pointer, name),
        _ => pointer,
    };
    Some(dotted(pointer, Items::Together))
}

/// What is shown of the findings of a run, in input order.
pub(crate) struct Grouping {
    showing: Showing,
    style: TextStyle,
    /// Of the capture, in the order of their first findings.
    groups: Vec<Group>,
    positions: HashMap<u64, usize>,
    /// Findings that were shown.
    shown: u64,
    /// Findings that stand for themselves in no other way than in the line of a group.
    grouped: u64,
}

/// The findings of a capture that are like each other.
struct Group {
    name: Box<GroupName>,
    shown: u8,
    last_line: u64,
    counted: Counted,
}

impl Grouping {
    pub(crate) fn new(showing: Showing, style: TextStyle) -> Self {
        let positions = HashMap::new();
        Self { showing, style, groups: Vec::new(), positions, shown: 0, grouped: 0 }
    }

    /// Takes the findings of the next block; returns the text that is shown of them.
    pub(crate) fn take<'t>(&mut self, findings: &'t WrittenFindings) -> Cow<'t, [u8]> {
        let text = match self.showing.repetition {
            Repetition::Listed => Cow::Borrowed(self.take_listed(findings)),
            Repetition::Grouped => Cow::Owned(self.take_grouped(findings)),
        };
        for (key, group) in &findings.groups {
            if let Some(known) = self.positions.get(key).and_then(|at| self.groups.get_mut(*at)) {
                known.counted.add(group.counted);
                known.last_line = known.last_line.max(group.last_line);
            }
        }
        text
    }

    fn take_listed<'t>(&mut self, findings: &'t WrittenFindings) -> &'t [u8] {
        let room = usize::try_from(self.room()).unwrap_or(usize::MAX);
        let shown = room.min(findings.written.len());
        self.shown += shown as u64;
        let end = findings.written[..shown].last().map_or(0, |last| last.end);
        &findings.text[..end]
    }

    fn take_grouped(&mut self, findings: &WrittenFindings) -> Vec<u8> {
        let mut shown = Vec::new();
        let mut start = 0;
        for written in &findings.written {
            if self.shows(written) {
                self.shown += 1;
                shown.extend_from_slice(&findings.text[start..written.end]);
            }
            start = written.end;
        }
        shown
    }

    /// Whether the finding is shown; otherwise it is counted, if its group has begun.
    fn shows(&mut self, written: &Written) -> bool {
        let room = self.room();
        let Some(Member { key, extent, name }) = &written.member else { return room > 0 };
        let known = self.positions.get(key).and_then(|at| self.groups.get_mut(*at));
        let Some(group) = known else {
            let Some(name) = name.as_ref().filter(|_| room > 0) else { return false };
            self.positions.insert(*key, self.groups.len());
            self.groups.push(Group {
                name: name.clone(),
                shown: 1,
                last_line: written.line,
                counted: Counted::default(),
            });
            return true;
        };
        let is_repeated =
            group.shown == SHOWN_OF_A_GROUP || extent.is_repetition(group.last_line, written.line);
        let is_shown = room > 0 && !is_repeated;
        group.last_line = group.last_line.max(written.line);
        if is_shown {
            group.shown += 1;
        } else {
            group.counted.add_line(written.line);
        }
        is_shown
    }

    /// How many more findings may be shown.
    fn room(&self) -> u64 {
        if self.groups.len() >= MOST_GROUPS {
            return 0;
        }
        self.showing.most.saturating_sub(self.shown)
    }

    /// The lines that stand for the findings of the capture that were counted.
    pub(crate) fn end_capture(&mut self) -> String {
        self.positions.clear();
        let mut lines = String::new();
        for group in std::mem::take(&mut self.groups) {
            if group.counted.findings > 0 {
                self.grouped += group.counted.findings;
                lines.push_str(&self.line(&group));
                lines.push('\n');
            }
        }
        if !lines.is_empty() {
            lines.push('\n');
        }
        lines
    }

    /// `… and 396 more like this (lines 5–400): wrong-type, audiostats packetsLost`.
    fn line(&self, group: &Group) -> String {
        let Counted { findings, first_line, last_line } = group.counted;
        let GroupName { rule, severity, place } = &*group.name;
        let mut text =
            format!("{} and {} more like this", self.style.ellipsis(), thousands(findings));
        let _ = if first_line == last_line {
            write!(text, " (line {first_line})")
        } else {
            write!(text, " (lines {first_line}{}{last_line})", self.style.range())
        };
        let place = visible(place);
        let _ = write!(text, ": {rule}, {place}");
        let options = wrapping(self.style.width).subsequent_indent("  ");
        let text = textwrap::fill(&text, options);
        let coloured = rule.style(self.style.severity(*severity)).to_string();
        // The rule is coloured after wrapping, which would count the escapes.
        text.replacen(&format!(" {rule},"), &format!(" {coloured},"), 1)
    }

    /// Takes in how many findings of other captures were shown.
    pub(crate) fn join(&mut self, other: &Self) {
        self.shown += other.shown;
        self.grouped += other.grouped;
    }

    /// Findings that were shown, on their own or in the line of a group. Known when all captures
    /// have ended.
    pub(crate) fn shown(&self) -> Shown {
        Shown { alone: self.shown, grouped: self.grouped }
    }
}

/// How many findings were shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown {
    pub(crate) alone: u64,
    /// In the lines of groups.
    pub(crate) grouped: u64,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::Place;
    use crate::terminal::{Charset, Colour};

    /// Writes the line and the message.
    struct Plain;

    impl FindingFormat for Plain {
        fn write(&self, line: &Line<'_>, finding: &Finding, out: &mut Vec<u8>) {
            out.extend_from_slice(format!("{} {}\n", line.number, finding.message).as_bytes());
        }
    }

    fn grouped(most: u64) -> Showing {
        Showing { most, repetition: Repetition::Grouped }
    }

    /// A finding in a line, by rule, event and message.
    type Found = (u64, Rule, &'static str, &'static str);

    /// What is shown of findings that are cut into blocks, and how many.
    fn shown(blocks: &[&[Found]], showing: Showing) -> (String, u64, u64) {
        let style = TextStyle { colour: Colour::Off, charset: Charset::Unicode, width: 80 };
        let mut grouping = Grouping::new(showing, style);
        let mut out = Vec::new();
        for block in blocks {
            let mut written = WrittenFindings::default();
            for (number, rule, event, message) in *block {
                let line = Line::new("a", *number, 0, b"INFO {}");
                let finding = Finding {
                    event: (!event.is_empty()).then(|| (*event).to_owned()),
                    place: Place::new(&line, 0..1, Some("/detail/stats/3/x".into())),
                    ..Finding::about_line(&line, *rule, 0..1, (*message).to_owned())
                };
                written.add((&line, &finding), &Plain, showing);
            }
            out.extend_from_slice(&grouping.take(&written));
        }
        out.extend_from_slice(grouping.end_capture().as_bytes());
        let Shown { alone, grouped } = grouping.shown();
        (String::from_utf8(out).expect("it is text"), alone, grouped)
    }

    #[test]
    fn the_fourth_finding_of_a_kind_and_those_after_it_are_one_line() {
        let found = [5, 7, 9, 20, 400].map(|line| (line, Rule::WrongType, "mute", "x is 1"));
        let expected = "5 x is 1\n7 x is 1\n9 x is 1\n\
            … and 2 more like this (lines 20–400): wrong-type, mute stats[].x\n\n";
        assert_eq!(shown(&[&found], grouped(100)), (expected.into(), 3, 2));
        let listed = Showing { most: 4, repetition: Repetition::Listed };
        assert_eq!(shown(&[&found[..3], &found[3..]], listed).1, 4);
    }

    #[test]
    fn findings_that_differ_in_rule_event_or_words_are_of_different_groups() {
        for other in [
            (9, Rule::OutOfRange, "mute", "x is 1"),
            (9, Rule::WrongType, "hold", "x is 1"),
            (9, Rule::WrongType, "mute", "x is none"),
        ] {
            let found = [6, 7, 8].map(|line| (line, Rule::WrongType, "mute", "x is 1"));
            assert_eq!(shown(&[&found, &[other]], grouped(100)).1, 4, "{other:?}");
            let like = (9, Rule::WrongType, "mute", "x is 25");
            assert_eq!(shown(&[&found, &[like]], grouped(100)).2, 1);
        }
    }

    #[test]
    fn a_stretch_of_lines_that_are_no_json_shows_its_first() {
        let found = [1, 2, 3, 7, 8].map(|line| (line, Rule::InvalidJson, "", "text before it"));
        let expected = "1 text before it\n7 text before it\n\
            … and 3 more like this (lines 2–8): invalid-json, text before it\n\n";
        assert_eq!(shown(&[&found], grouped(100)), (expected.into(), 2, 3));
        assert_eq!(shown(&[&found[..2], &found[2..]], grouped(100)), (expected.into(), 2, 3));
    }

    #[test]
    fn beyond_the_limit_only_groups_that_have_begun_go_on() {
        let found = [(1, "x is 1"), (2, "y is 1"), (3, "x is 2"), (4, "z is 1"), (5, "y is 2")]
            .map(|(line, message)| (line, Rule::WrongType, "mute", message));
        let (text, alone, counted) = shown(&[&found], grouped(2));
        assert_eq!((alone, counted), (2, 2), "{text}");
        assert!(text.starts_with("1 x is 1\n2 y is 1\n… and 1 more like this (line 3)"), "{text}");
    }

    #[test]
    fn groups_are_bounded() {
        let mut grouping = Grouping::new(
            grouped(u64::MAX),
            TextStyle { colour: Colour::Off, charset: Charset::Ascii, width: 80 },
        );
        let mut written = WrittenFindings::default();
        for number in 1..=MOST_GROUPS as u64 + 5 {
            let line = Line::new("a", number, 0, b"{}");
            let event = Some(format!("event{number}"));
            let finding = Finding {
                event,
                ..Finding::about_line(&line, Rule::UnknownEvent, 0..1, "m".into())
            };
            written.add((&line, &finding), &Plain, grouped(u64::MAX));
        }
        grouping.take(&written);
        assert_eq!(grouping.shown().alone, MOST_GROUPS as u64);
    }

    proptest! {
        #[test]
        fn what_is_shown_does_not_depend_on_where_blocks_end(
            found in prop::collection::vec((0..3_u64, 0..5_usize), 1..80),
            cuts in prop::collection::vec(0..80_usize, 0..6),
            most in 0..30_u64,
        ) {
            let kinds = [
                (Rule::InvalidJson, "", "text"),
                (Rule::InvalidJson, "", "a comma"),
                (Rule::WrongType, "mute", "x is 1"),
                (Rule::WrongType, "mute", "x is \"a\""),
                (Rule::WrongType, "hold", "x is 1"),
            ];
            let mut line = 1;
            let found: Vec<Found> = found.into_iter().map(|(step, kind)| {
                line += step;
                let (rule, event, message) = kinds[kind];
                (line, rule, event, message)
            }).collect();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(found.len())).collect();
            cuts.sort_unstable();
            let mut blocks = Vec::new();
            let mut start = 0;
            for cut in cuts.into_iter().chain([found.len()]) {
                // A line is in one block.
                let is_apart = cut == 0 || cut == found.len() || found[cut - 1].0 < found[cut].0;
                if is_apart {
                    blocks.push(&found[start..cut]);
                    start = cut;
                }
            }
            prop_assert_eq!(shown(&[&found], grouped(most)), shown(&blocks, grouped(most)));
        }
    }
}
