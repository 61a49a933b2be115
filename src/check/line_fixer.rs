//! Applies the fixes of a line's findings, as long as the line gets better by it. Cold.
//!
//! A fixed line is checked again. It is kept only if the findings are gone and nothing as severe has
//! taken their place; of a line that is not JSON, if reading got further.

use std::collections::{BTreeMap, HashMap};

use super::finding::Finding;
use super::line::Line;
use super::validator::Validator;
use super::violations::Violations;
use crate::contract::{Rule, Severity};
use crate::json::{self, Applicability, Edit};

/// A line after its fixes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedLine {
    /// The line, with its terminator if it has one.
    pub raw: Vec<u8>,
    /// The rules whose findings were fixed, one for each fix.
    pub rules: Vec<Rule>,
}

/// Bytes that are checked again for one line, about. A usual line may be checked as often as it
/// likes, and one of 1 MiB a few times.
const MOST_BYTES: usize = 4 << 20;

/// How often a line is checked again, whatever its length.
const ATTEMPTS: (usize, usize) = (8, 1000);

/// How often what took a finding's place is fixed in turn before an attempt is given up.
const MOST_FOLLOW_UPS: usize = 3;

/// Fixes of a line that are tried before they are offered.
const MOST_TRIED: usize = 4;

/// A line under repair, and what is wrong with it.
struct State {
    /// Without the terminator.
    text: Vec<u8>,
    findings: Vec<Finding>,
}

/// Checks lines that were edited.
struct Repair<'a> {
    validator: &'a Validator,
    line: &'a Line<'a>,
    wanted: Applicability,
    attempts_left: usize,
}

impl Validator {
    /// Applies the fixes of `findings`, which are those of `line`, that are as certain as `wanted`.
    /// `None` where there is nothing to fix, or too much.
    #[must_use]
    pub fn fixed(
        &self,
        line: &Line<'_>,
        findings: &[Finding],
        wanted: Applicability,
    ) -> Option<FixedLine> {
        if !findings.iter().any(|finding| finding.is_fixable(wanted)) {
            return None;
        }
        let mut repair = Repair::new(self, line, wanted);
        let mut state = State { text: line.bytes.to_vec(), findings: findings.to_vec() };
        let mut rules = Vec::new();
        loop {
            match repair.step(&state) {
                Step::Fixed(next, fixed) => {
                    rules.extend(fixed);
                    state = next;
                }
                Step::Done => break,
                // A line that is half fixed would be fixed further by the next run.
                Step::TooMuch => return None,
            }
        }
        let raw = repair.raw(&state.text);
        (!rules.is_empty()).then_some(FixedLine { raw, rules })
    }

    /// Takes back the fixes of `findings` that would not be kept. Only names can hide findings: what
    /// stands under a misspelt one was not checked.
    pub(super) fn try_fixes(
        &self,
        line: &Line<'_>,
        findings: &mut Vec<Finding>,
        mut violations: Option<Violations<'_>>,
    ) {
        let is_shown = |it: &Finding| it.is_fixable(Applicability::Suggested);
        // Two findings may have the same fix: what holds for the first holds for both.
        let same =
            |it: &Finding| findings.iter().position(|other| is_shown(other) && other.fix == it.fix);
        let tried = findings.iter().enumerate().filter(|(_, it)| it.renames() && is_shown(it));
        let tried = tried.take(MOST_TRIED).filter_map(|(at, it)| Some((at, same(it)?)));
        let tried: Vec<(usize, usize)> = tried.collect();
        if tried.is_empty() {
            return;
        }
        let mut state = State { text: line.bytes.to_vec(), findings: std::mem::take(findings) };
        for (at, first) in tried {
            if first < at {
                let fix = state.findings[first].fix.clone();
                state.findings[at].fix = fix;
                continue;
            }
            let finding = &state.findings[at];
            // Nearly always, a key that is renamed is right then.
            let most = self.limits.max_line_bytes;
            if violations.as_mut().is_some_and(|it| finding.is_fixed_by_renaming(line, most, it)) {
                continue;
            }
            let kept = self.certainty(line, &state, finding);
            if let Some(fix) = &mut state.findings[at].fix {
                match kept {
                    Some(applicability) => fix.applicability = applicability,
                    None => state.findings[at].fix = None,
                }
            }
        }
        *findings = state.findings;
    }

    /// How certain the fixes must be that may be applied for the fix of `finding` to be kept.
    fn certainty(
        &self,
        line: &Line<'_>,
        state: &State,
        finding: &Finding,
    ) -> Option<Applicability> {
        let least = finding.fix.as_ref()?.applicability;
        let certainties = [Applicability::Safe, Applicability::Suggested];
        certainties.into_iter().filter(|it| *it >= least).find(|it| {
            let mut repair = Repair::new(self, line, *it);
            matches!(repair.attempt(state, &[finding]), Attempt::Kept(_))
        })
    }
}

impl Finding {
    /// Whether it is shown and has a fix as certain as `wanted`.
    pub(crate) fn is_fixable(&self, wanted: Applicability) -> bool {
        let is_wanted = self.fix.as_ref().is_some_and(|fix| fix.applicability <= wanted);
        is_wanted && self.severity != Severity::Allowed
    }

    /// Whether its fix gives something another name.
    fn renames(&self) -> bool {
        matches!(
            self.rule,
            Rule::MissingProperty
                | Rule::UndocumentedProperty
                | Rule::UnknownEvent
                | Rule::NotAnEvent
        )
    }

    /// Whether its fix renames a key of `line`, which has at most `most` bytes then, and whose payload
    /// violates nothing new.
    fn is_fixed_by_renaming(
        &self,
        line: &Line<'_>,
        most: usize,
        violations: &mut Violations<'_>,
    ) -> bool {
        let edits = self.fix.as_ref().map_or(&[][..], |fix| &fix.edits);
        let (Some(pointer), [edit]) = (&self.place.pointer, edits) else { return false };
        let is_about_key = self.rule == Rule::UndocumentedProperty;
        let object = pointer.rsplit_once('/').filter(|_| is_about_key);
        let object = object.map_or(pointer.as_str(), |(object, _)| object);
        let key = json::decode_lossy(&line.bytes[edit.span.clone()]);
        let name = json::decode_lossy(edit.replacement.as_bytes());
        let length = line.raw.len() - edit.span.len() + edit.replacement.len();
        length <= most && violations.gain_none_by_renaming(object, &key, &name)
    }

    /// What tells it from the others of a line, wherever it stands.
    fn identity(&self) -> (Rule, Option<&str>, &str) {
        (self.rule, self.place.pointer.as_deref(), &self.message)
    }

    /// Whether there is nothing more to say of its line: it is not JSON.
    fn ends_reading(&self) -> bool {
        matches!(self.rule, Rule::InvalidJson | Rule::NestedTooDeep)
    }
}

/// What came of going on with a line.
enum Step {
    Fixed(State, Vec<Rule>),
    Done,
    TooMuch,
}

/// What came of applying some fixes.
enum Attempt {
    Kept(State),
    Refused,
    TooMuch,
}

impl<'a> Repair<'a> {
    fn new(validator: &'a Validator, line: &'a Line<'a>, wanted: Applicability) -> Self {
        let (least, most) = ATTEMPTS;
        let attempts_left = (MOST_BYTES / line.bytes.len().max(1)).clamp(least, most);
        Self { validator, line, wanted, attempts_left }
    }

    /// Applies all fixes at once, or if that does not do, the first that does.
    fn step(&mut self, state: &State) -> Step {
        let fixable: Vec<&Finding> =
            state.findings.iter().filter(|it| it.is_fixable(self.wanted)).collect();
        let all = apart(&fixable);
        let single = (fixable.len() > 1).then(|| fixable.iter().map(|&it| vec![it]));
        let batches = std::iter::once(all).chain(single.into_iter().flatten());
        for batch in batches.filter(|batch| !batch.is_empty()) {
            match self.attempt(state, &batch) {
                Attempt::Kept(next) => {
                    return Step::Fixed(next, batch.iter().map(|it| it.rule).collect());
                }
                Attempt::Refused => {}
                Attempt::TooMuch => return Step::TooMuch,
            }
        }
        Step::Done
    }

    /// Applies the fixes of `batch`, which do not touch each other. What takes their place is fixed,
    /// too.
    fn attempt(&mut self, state: &State, batch: &[&Finding]) -> Attempt {
        let Some(mut next) = self.edited(&state.text, batch) else {
            return Attempt::TooMuch;
        };
        for _ in 0..MOST_FOLLOW_UPS {
            let came = came(state, batch, &next);
            if came.is_empty() {
                return Attempt::Kept(next);
            }
            if !came.iter().all(|finding| finding.is_fixable(self.wanted)) {
                return Attempt::Refused;
            }
            let follow_up = apart(&came);
            let after = self.edited(&next.text, &follow_up);
            let Some(after) = after else { return Attempt::TooMuch };
            next = after;
        }
        if came(state, batch, &next).is_empty() { Attempt::Kept(next) } else { Attempt::Refused }
    }

    /// `text` with the fixes of `batch`, and what is wrong with it then. `None` where it was checked
    /// often enough.
    fn edited(&mut self, text: &[u8], batch: &[&Finding]) -> Option<State> {
        self.attempts_left = self.attempts_left.checked_sub(1)?;
        let text = json::apply(text, edits(batch));
        let raw = self.raw(&text);
        // Most lines have one fault, and are found clean without it in no time.
        if self.validator.match_clean(raw.strip_suffix(b"\n").unwrap_or(&raw)).is_some() {
            return Some(State { text, findings: Vec::new() });
        }
        let line = Line::new(self.line.capture, self.line.number, self.line.offset, &raw);
        let findings = self.validator.validate_payload(&line).findings;
        Some(State { text, findings })
    }

    /// `text` with the line's terminator.
    fn raw(&self, text: &[u8]) -> Vec<u8> {
        let terminator = &self.line.raw[self.line.bytes.len()..];
        [text, terminator].concat()
    }
}

/// The findings of `next` that must not be there after the fixes of `batch`: those of `batch`, and any
/// that `before` did not have and that is as severe. Allowed ones may come.
fn came<'b>(before: &State, batch: &[&Finding], next: &'b State) -> Vec<&'b Finding> {
    if let Some(unread) = batch.iter().find(|finding| finding.ends_reading()) {
        return stuck(before.text.len() - unread.place.span.start, next);
    }
    let mut known: HashMap<_, i64> = HashMap::new();
    for finding in &before.findings {
        *known.entry(finding.identity()).or_default() += 1;
    }
    for finding in batch {
        *known.entry(finding.identity()).or_default() -= 1;
    }
    let least = batch.iter().map(|finding| finding.severity).min();
    let came = shown(next).filter(|finding| {
        let left = known.entry(finding.identity()).or_insert(-1);
        let is_fixed = *left == 0;
        *left -= 1;
        *left < 0 && (is_fixed || Some(finding.severity) >= least)
    });
    came.collect()
}

fn shown(state: &State) -> impl Iterator<Item = &Finding> {
    state.findings.iter().filter(|finding| finding.severity != Severity::Allowed)
}

/// What keeps reading from getting closer to the line's end than `distance`, where it stopped before.
fn stuck(distance: usize, next: &State) -> Vec<&Finding> {
    let is_stuck = |it: &&Finding| {
        let left = next.text.len().saturating_sub(it.place.span.start);
        it.rule == Rule::LineTooLong || it.ends_reading() && left >= distance
    };
    shown(next).filter(is_stuck).collect()
}

/// As many of `findings` as have fixes that do not touch each other. Two may have the same fix.
fn apart<'b>(findings: &[&'b Finding]) -> Vec<&'b Finding> {
    let mut taken: BTreeMap<usize, &Edit> = BTreeMap::new();
    let mut chosen = Vec::new();
    for &finding in findings {
        let Some(fix) = &finding.fix else { continue };
        let is_same = |edit: &Edit| taken.get(&edit.span.start) == Some(&edit);
        let is_free = |edit: &Edit| {
            let before = taken.range(..=edit.span.end).next_back();
            before.is_none_or(|(_, other)| !other.touches(edit))
        };
        if fix.edits.iter().all(is_same) {
            chosen.push(finding);
        } else if fix.edits.iter().all(is_free) {
            taken.extend(fix.edits.iter().map(|edit| (edit.span.start, edit)));
            chosen.push(finding);
        }
    }
    chosen
}

/// The edits of `batch`, in order, each once.
fn edits<'b>(batch: &[&'b Finding]) -> Vec<&'b Edit> {
    let edits = batch.iter().filter_map(|it| it.fix.as_ref()).flat_map(|fix| &fix.edits);
    let mut edits: Vec<&Edit> = edits.collect();
    edits.sort_by_key(|edit| edit.span.start);
    edits.dedup();
    edits
}
