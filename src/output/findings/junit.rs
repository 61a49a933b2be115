//! Findings as JUnit XML: one suite per capture, one case per event type.
//!
//! GitLab drops cases with the same name, so a case has its capture as class name. Times are
//! omitted, so that the same captures give the same report.

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::reporter::{Found, Reporter, Room, bounded};
use crate::check::Totals;
use crate::contract::{EventId, Rule, Severity};
use crate::text::{count, visible};

/// `validate --format junit`.
pub(crate) struct Junit {
    room: Room,
    /// Cases of the capture that is being read.
    cases: Vec<Case>,
    suites: Vec<TestSuite>,
}

/// Maximum number of findings in the report, which is held in memory.
pub(crate) const MOST_FINDINGS: u64 = 10_000;

/// Lines that are not JSON text, or were not checked.
const UNREADABLE: &str = "unreadable";

/// The rules that such lines violate. Other rules for lines without an event's name concern lines
/// that are JSON.
const UNREADABLE_RULES: [Rule; 4] =
    [Rule::InvalidJson, Rule::InvalidUtf8, Rule::LineTooLong, Rule::NestedTooDeep];

/// Lines that are JSON, but none of the 19 events.
const UNKNOWN_EVENTS: &str = "unknown events";

/// Findings about the file as a whole.
const CAPTURE: &str = "the capture";

/// The rules for these.
const CAPTURE_RULES: [Rule; 2] = [Rule::EmptyCapture, Rule::DamagedStream];

/// Findings about events of one type.
struct Case {
    name: &'static str,
    errors: u64,
    warnings: u64,
    error_lines: String,
    warning_lines: String,
}

impl Junit {
    pub(crate) fn new(room: u64) -> Self {
        Self { room: Room::new(room), cases: Vec::new(), suites: Vec::new() }
    }

    fn case(&mut self, name: &'static str) -> &mut Case {
        let at = self.cases.iter().position(|case| case.name == name).unwrap_or_else(|| {
            let (error_lines, warning_lines) = (String::new(), String::new());
            self.cases.push(Case { name, errors: 0, warnings: 0, error_lines, warning_lines });
            self.cases.len() - 1
        });
        &mut self.cases[at]
    }
}

impl Reporter for Junit {
    fn take(&mut self, found: &Found<'_>, _out: &mut Vec<u8>) {
        let finding = found.finding;
        let name = match finding.event.as_deref().map(EventId::from_name) {
            Some(Some(id)) => id.name(),
            None if UNREADABLE_RULES.contains(&finding.rule) => UNREADABLE,
            None if CAPTURE_RULES.contains(&finding.rule) => CAPTURE,
            Some(None) | None => UNKNOWN_EVENTS,
        };
        let (place, rule) = (&finding.place, finding.rule);
        let (file, message) = (visible(found.file), bounded(&finding.full_message()));
        let mut text = format!("{file}:{}:{}: [{rule}] {message}\n", place.line, place.column);
        if !self.room.take(text.len()) {
            text.clear();
        }
        let case = self.case(name);
        match finding.severity {
            Severity::Error => {
                case.errors += 1;
                case.error_lines.push_str(&text);
            }
            Severity::Warning | Severity::Allowed => {
                case.warnings += 1;
                case.warning_lines.push_str(&text);
            }
        }
    }

    fn end_capture(&mut self, file: &str, totals: &Totals) {
        let seen = EventId::all().filter(|id| totals.events[id.index()] > 0).map(EventId::name);
        let unknown_events = (totals.unknown_events > 0).then_some(UNKNOWN_EVENTS);
        let unreadable = (totals.unreadable > 0).then_some(UNREADABLE);
        for name in seen.chain(unknown_events).chain(unreadable) {
            self.case(name);
        }
        let name = visible(file).into_owned();
        let mut suite = TestSuite::new(&name);
        let counts = [
            ("lines", totals.lines + totals.unterminated),
            ("blank lines", totals.blank),
            ("errors", totals.errors),
            ("warnings", totals.warnings),
            ("ignored by the baseline", totals.known),
        ];
        suite.add_properties(
            counts.into_iter().map(|(name, number)| Property::new(name, number.to_string())),
        );
        let order = |case: &Case| EventId::all().position(|id| id.name() == case.name);
        let mut cases = std::mem::take(&mut self.cases);
        // Cases of a capture have different names, so their order does not depend on the order of
        // lines.
        let others = [UNKNOWN_EVENTS, UNREADABLE, CAPTURE];
        let other = |case: &Case| others.iter().position(|name| *name == case.name).unwrap_or(0);
        cases.sort_by_key(|case| order(case).unwrap_or(EventId::COUNT + other(case)));
        for case in cases {
            let number = totals_of(totals, case.name);
            suite.add_test_case(case.to_test_case(&name, number));
        }
        self.suites.push(suite);
    }

    fn trouble(&mut self, message: &str, _out: &mut Vec<u8>) {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(visible(message));
        // Two captures that cannot be read have different messages, so their cases have different
        // names.
        let mut suite = TestSuite::new("not read");
        suite.add_test_case(TestCase::new(visible(message), status));
        self.suites.push(suite);
    }

    fn end(&mut self, _totals: &Totals, out: &mut Vec<u8>) {
        let mut report = Report::new("voxev");
        report.add_test_suites(std::mem::take(&mut self.suites));
        if let Some(left_out) = self.room.left_out() {
            let mut suite = TestSuite::new("voxev");
            suite.set_system_out(left_out);
            report.add_test_suite(suite);
        }
        // Writing to memory cannot fail.
        let _ = report.serialize(out);
    }
}

/// Number of lines of the capture that belong to the case `name`.
fn totals_of(totals: &Totals, name: &str) -> u64 {
    match EventId::from_name(name) {
        Some(id) => totals.events[id.index()],
        None if name == UNKNOWN_EVENTS => totals.unknown_events,
        None if name == CAPTURE => totals.lines + totals.unterminated,
        None => totals.unreadable,
    }
}

impl Case {
    fn to_test_case(&self, capture: &str, number: u64) -> TestCase {
        let status = if self.errors == 0 {
            TestCaseStatus::success()
        } else {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type("voxev");
            status.set_message(count(self.errors, "error", "errors"));
            status.set_description(self.error_lines.trim_end());
            status
        };
        let mut case = TestCase::new(self.name, status);
        case.set_classname(capture);
        case.add_property(Property::new("lines", number.to_string()));
        if self.warnings > 0 {
            case.add_property(Property::new("warnings", self.warnings.to_string()));
            case.set_system_out(self.warning_lines.trim_end());
        }
        case
    }
}
