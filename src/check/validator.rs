//! Validates a line: finds everything that is wrong with it under the contract and the policy.

use std::sync::Arc;

use super::enclosed::Enclosed;
use super::envelope::Envelope;
use super::finding::set_columns;
use super::violations::Violations;
use crate::check::matcher::{Matcher, Matchers};
use crate::check::{
    Finding, FindingBuilder, Limits, Line, Payload, Place, Quoting, unknown_event_finding,
};
use crate::contract::{
    Broken, Bundle, EventId, MOST_VIOLATIONS, Mode, Policy, Rule, Severity, Violation,
};
use crate::json::{self, Repeated};
use crate::text::{self, shortened};

/// The contract, the policy and the limits of a run.
#[derive(Debug)]
pub struct Validator {
    pub(crate) bundle: Arc<Bundle>,
    pub(crate) policy: Policy,
    pub(crate) limits: Limits,
    /// Whether the order of lines is checked too. This is done in `calls/lifecycle`, not here.
    pub(crate) checks_order: bool,
    /// Where payloads are, if lines are not payloads themselves.
    pub(crate) envelope: Option<Envelope>,
    matchers: Matchers,
}

/// The payload of a line, if it has one, and all findings, also allowed ones.
#[derive(Debug, Default)]
pub struct Validation {
    pub(crate) payload: Option<Payload>,
    /// Where the payload is in its line, if it is not all of it.
    pub(crate) enclosed: Option<Enclosed>,
    /// In the order of their positions.
    pub findings: Vec<Finding>,
}

impl Validation {
    /// Whether there is an error among the findings.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}

impl Validator {
    /// A validator for the contract of `bundle`.
    #[must_use]
    pub fn new(bundle: impl Into<Arc<Bundle>>, policy: Policy, limits: Limits) -> Self {
        Self {
            bundle: bundle.into(),
            policy,
            limits,
            checks_order: false,
            envelope: None,
            matchers: Matchers::default(),
        }
    }

    /// The fast path of an event, if it has one.
    pub(crate) fn matcher(&self, event: EventId) -> Option<&Matcher> {
        self.matchers.get(self.bundle.event(event))
    }

    /// Parses a line without validating it: a finding only says why it cannot be read.
    pub(crate) fn read_only(&self, line: &Line<'_>) -> Validation {
        match &self.envelope {
            Some(envelope) => self.open(line, envelope, &|payload| self.read_payload(payload)),
            None => self.read_payload(line),
        }
    }

    /// The same for a line that is a payload, and nothing else.
    pub(crate) fn read_payload(&self, line: &Line<'_>) -> Validation {
        match Payload::read(line, self.limits, &self.bundle) {
            Ok(payload) => Validation { payload: Some(payload), ..Validation::default() },
            Err(finding) => self.refuse(line, *finding),
        }
    }

    /// The finding for a line beyond the limit, of which `line` is the beginning.
    pub(crate) fn too_long(&self, line: &Line<'_>) -> Validation {
        self.refuse(line, Payload::too_long(line, self.limits))
    }

    pub(super) fn refuse(&self, line: &Line<'_>, finding: Finding) -> Validation {
        Validation { findings: vec![self.settle(line, finding)], ..Validation::default() }
    }

    /// Reads and validates a line.
    #[must_use]
    pub fn validate(&self, line: &Line<'_>) -> Validation {
        if let Some(envelope) = &self.envelope {
            return self.open(line, envelope, &|payload| self.validate_payload(payload));
        }
        let mut validation = self.read_payload(line);
        if let Some(payload) = &validation.payload {
            let (mut findings, violations) = self.findings(line, payload);
            // Of members with one key, a value has only the last.
            let violations = violations.filter(|_| payload.repeated.is_empty());
            self.try_fixes(line, &mut findings, violations);
            validation.findings = findings;
        } else {
            self.try_fixes(line, &mut validation.findings, None);
        }
        validation
    }

    /// The same for a line that is a payload, and nothing else; whether its fixes help is not tried.
    pub(crate) fn validate_payload(&self, line: &Line<'_>) -> Validation {
        let mut validation = self.read_payload(line);
        if let Some(payload) = &validation.payload {
            validation.findings = self.findings(line, payload).0;
        }
        validation
    }

    /// Completes a single finding.
    pub(crate) fn settle(&self, line: &Line<'_>, mut finding: Finding) -> Finding {
        self.settle_all(line, std::slice::from_mut(&mut finding));
        finding
    }

    /// Completes findings with the policy's severities and their columns, and sorts them by
    /// position.
    fn settle_all(&self, line: &Line<'_>, findings: &mut [Finding]) {
        findings.sort_by_key(|finding| finding.place.span.start);
        set_columns(findings, line);
        for finding in findings {
            finding.severity = self.policy.severity(finding.rule);
        }
    }

    /// The findings, and the violations of which they tell if the event is known.
    fn findings(
        &self,
        line: &Line<'_>,
        payload: &Payload,
    ) -> (Vec<Finding>, Option<Violations<'_>>) {
        let mut findings: Vec<Finding> =
            payload.repeated.iter().map(|it| repeated_finding(line, payload, it)).collect();
        let event = payload.event.map(|id| self.bundle.event(id));
        let violations = event.map(|it| Violations::new(it, payload.root.to_value(line.bytes)));
        match (event, &violations) {
            (Some(event), Some(violations)) => {
                let (bundle, policy) = (&*self.bundle, &self.policy);
                let (mode, quoting) = (Mode::Default, Quoting::All);
                let builder =
                    FindingBuilder { line, payload, event, bundle, policy, mode, quoting };
                tell(violations, &builder, &mut findings);
            }
            _ => findings.push(unknown_event_finding(line, payload, &self.bundle)),
        }
        self.settle_all(line, &mut findings);
        (findings, violations)
    }
}

/// A violation of the default contract is an error. A violation of the strict contract only is
/// the warning, or allowed finding, that the schema names.
fn tell(violations: &Violations<'_>, builder: &FindingBuilder<'_>, findings: &mut Vec<Finding>) {
    let mut told = Told::default();
    for (mode, violations) in violations.of_modes() {
        let builder = FindingBuilder { mode: *mode, ..*builder };
        let news: Vec<&Violation> =
            violations.iter().filter(|violation| told.is_news(violation)).collect();
        for violation in news {
            if !told.has_wrong_type(violation) {
                findings.extend(builder.findings(violation));
            }
        }
    }
    if let Some(last) = findings.last_mut().filter(|_| violations.is_cut()) {
        let limit = text::thousands(MOST_VIOLATIONS as u64);
        last.help = Some(format!("only the first {limit} violations in a line are reported"));
    }
}

/// What has been reported about a payload, so that one mistake causes one finding.
#[derive(Default)]
struct Told<'a> {
    /// Pointer, keyword and, for `required`, the property.
    violations: foldhash::HashSet<(&'a str, &'a str, Option<&'a str>)>,
}

impl<'a> Told<'a> {
    fn is_news(&mut self, violation: &'a Violation) -> bool {
        let property = match &violation.broken {
            Broken::Missing(name) => Some(name.as_str()),
            Broken::Undocumented(_)
            | Broken::Type(_)
            | Broken::Value(_)
            | Broken::Minimum(_)
            | Broken::Maximum(_)
            | Broken::Other => None,
        };
        self.violations.insert((&violation.pointer, &violation.keyword, property))
    }

    /// A value of the wrong type is not one of the accepted values either; a second finding would not help.
    fn has_wrong_type(&self, violation: &Violation) -> bool {
        matches!(violation.broken, Broken::Value(_))
            && self.violations.contains(&(&violation.pointer, "type", None))
    }
}

fn repeated_finding(line: &Line<'_>, payload: &Payload, repeated: &Repeated) -> Finding {
    // Decoded: a fingerprint must not depend on how the key is spelled.
    let key = json::decode_lossy(&line.bytes[repeated.second.clone()]);
    let message = format!("duplicate key {}", json::quote(&shortened(&key, 60)));
    let span = repeated.second.clone();
    let finding = Finding::about_line(line, Rule::DuplicateKey, span, message);
    Finding {
        place: Place { pointer: Some(repeated.pointer.clone()), ..finding.place },
        event: payload.kind.clone(),
        call_id: payload.call_id.clone(),
        help: Some("keep one of them; JavaScript uses the last".into()),
        label: "again here".into(),
        also: Some((repeated.first.clone(), "first here".into())),
        ..finding
    }
}
