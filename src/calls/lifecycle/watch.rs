//! From what lines say of their calls to findings, put among those that wait for their turn.
//!
//! Only here, where lines are in order, is it known which of them contradicts an earlier one. So
//! their text is kept until then; it is parsed only if there is a finding.

use std::sync::Arc;

use super::Lifecycle;
use super::contradiction::Contradiction;
use super::line::{CallLine, KIND, RememberedLine};
use crate::calls::{Keep, Observation, ObservationExtractor, Observations};
use crate::check::{Finding, Line, LineFindings, Parsed, Payload, Place, Validation, Validator};
use crate::contract::{EventId, Role, Rule};
use crate::select::Selection;

/// What observes the lines of a capture for the watch.
pub(crate) fn extractor(validator: &Validator) -> ObservationExtractor {
    ObservationExtractor::new(Arc::clone(&validator.bundle), Keep::Lines)
}

/// Watches the calls of one capture.
pub(crate) struct Watch<'a> {
    validator: Arc<Validator>,
    /// Which lines findings are wanted of; all of them tell something of their calls.
    selection: &'a Selection,
    capture: String,
    calls: Lifecycle,
}

impl<'a> Watch<'a> {
    /// Begins to watch `capture`: what was seen in another says nothing about this one.
    pub(crate) fn new(validator: Arc<Validator>, selection: &'a Selection, capture: &str) -> Self {
        Self { validator, selection, capture: capture.to_owned(), calls: Lifecycle::default() }
    }

    /// Adds what is wrong with the order of the lines of `observations` to `pending`, the findings of
    /// the same block, which stays in the order of lines.
    pub(crate) fn add(
        &mut self,
        observations: &Observations,
        pending: Vec<LineFindings>,
    ) -> Vec<LineFindings> {
        let mut waiting = pending.into_iter().peekable();
        let mut all = Vec::new();
        for observation in &observations.entries {
            let Some(found) = self.judge_order(observation, observations) else { continue };
            while let Some(earlier) = waiting.next_if(|pending| pending.number < observation.number)
            {
                all.push(earlier);
            }
            match waiting.next_if(|pending| pending.number == observation.number) {
                Some(mut pending) => {
                    pending.findings.push(found);
                    pending.findings.sort_by_key(|finding| finding.place.span.start);
                    all.push(pending);
                }
                None => all.push(LineFindings {
                    number: observation.number,
                    lines: 1,
                    offset: observation.offset,
                    raw: observations.line(observation).to_vec(),
                    findings: vec![found],
                }),
            }
        }
        all.extend(waiting);
        all
    }

    /// A line without an identifier, or with an empty one, belongs to no call.
    fn judge_order(
        &mut self,
        observation: &Observation,
        observations: &Observations,
    ) -> Option<Finding> {
        let call = &*observations.calls[observation.call? as usize].id;
        if observation.is_more || call.is_empty() {
            return None;
        }
        let raw = observations.line(observation);
        let line = Line::new(&self.capture, observation.number, observation.offset, raw);
        let found = self.calls.take(&CallLine { observation, call, line: line.bytes })?;
        self.finding(&line, observation.event, &found)
    }

    /// The finding, unless the line is not selected. Cold.
    fn finding(&self, line: &Line<'_>, event: EventId, found: &Contradiction) -> Option<Finding> {
        let payload = Payload::read(line, self.validator.limits, &self.validator.bundle).ok()?;
        let is_about_role = found.rule == Rule::LifecycleFlagRole;
        let role =
            self.validator.bundle.event(event).in_role(Role::Speaker).filter(|_| is_about_role);
        let pointer = role.map_or(KIND, |property| &property.pointer);
        let span = payload.root.at(line.bytes, pointer).map_or(0..0, |node| node.span.clone());
        let earlier = found.earlier.as_deref().map(RememberedLine::earlier);
        let finding = Finding {
            event: payload.kind.clone(),
            call_id: payload.call_id.clone(),
            help: Some(help(found.rule).to_owned()),
            label: earlier.as_ref().map_or_else(
                || "not an agent".to_owned(),
                |earlier| format!("contradicts line {}", earlier.line),
            ),
            place: Place::new(line, span, Some(pointer.to_owned())),
            earlier,
            ..Finding::about_line(
                line,
                found.rule,
                0..0,
                format!("{}, but {}", event.name(), found.but),
            )
        };
        let findings = vec![self.validator.settle(line, finding)];
        let mut parsed = Parsed::default();
        let validation = Validation { payload: Some(payload), findings };
        parsed.set(validation, line, &self.validator.bundle);
        let record = parsed.record(*line, &self.validator);
        record.findings().first().filter(|_| self.selection.admits(&record)).cloned()
    }
}

fn help(rule: Rule) -> &'static str {
    if rule == Rule::LifecycleFlagRole {
        "supervisors lower flags or write notes; only agents raise them"
    } else if matches!(rule, Rule::LifecycleStart | Rule::LifecycleAfterEnd) {
        "check whether two calls share a callId, or lines are out of order"
    } else {
        "check whether an event is missing between the two lines, or lines are out of order"
    }
}

/// Everything that is wrong with the order of the lines of a small capture.
pub(crate) fn examine(validator: &Arc<Validator>, capture: &str, text: &[u8]) -> Vec<LineFindings> {
    let extractor = ObservationExtractor::new(Arc::clone(&validator.bundle), Keep::Lines);
    let mut observations = Observations::default();
    let mut offset = 0;
    for (raw, number) in text.split_inclusive(|&byte| byte == b'\n').zip(1..) {
        let line = Line::new(capture, number, offset, raw);
        offset += raw.len() as u64;
        let mut parsed = Parsed::default();
        parsed.set(validator.read_only(&line), &line, &validator.bundle);
        extractor.record(&parsed.record(line, validator), &mut observations);
    }
    Watch::new(Arc::clone(validator), &Selection::default(), capture).add(&observations, Vec::new())
}
