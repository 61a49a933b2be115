//! Findings as SARIF 2.1.0, the format of code-scanning services.
//!
//! GitHub accepts 25,000 results per upload and shows 5,000, so no more are kept; the number of
//! omitted results is a notification of the run. Results are kept in a compact form and converted
//! one by one to `serde-sarif`'s types, which take kilobytes each. Lines of captures contain
//! private data, so there are no snippets.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::json;
use serde_sarif::sarif::{
    ArtifactLocation, Invocation, Location, LogicalLocation, Message, MultiformatMessageString,
    Notification, NotificationLevel, PhysicalLocation, PropertyBag, Region, ReportingConfiguration,
    ReportingDescriptor, Result as SarifResult, ResultColumnKind, ResultLevel, Run,
    Sarif as Document, Tool, ToolComponent, Version,
};

use super::reporter::{Found, MOST_CHARACTERS, Reporter, Room, columns, with_help};
use crate::capture::bytes_of;
use crate::check::Totals;
use crate::check::{Earlier, FINGERPRINT, Fingerprint};
use crate::contract::{Rule, Severity};
use crate::text::{shortened, visible, visible_json};

/// `validate --format sarif`.
pub(crate) struct Sarif {
    room: Room,
    results: Vec<Kept>,
    troubles: Vec<String>,
    /// The file of the last result, shared with the next one, because captures come one after the
    /// other.
    file: Arc<str>,
}

/// Maximum number of results that GitHub accepts in one upload.
pub(crate) const MOST_RESULTS: u64 = 25_000;

/// Where the schema of the format is published.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Placeholder for the results in a serialized run.
const NO_RESULTS: &[u8] = b"\"results\":[]";

/// The parts of a finding that a result needs.
struct Kept {
    file: Arc<str>,
    rule: Rule,
    severity: Severity,
    message: String,
    line: u64,
    columns: (u64, u64),
    offset: u64,
    length: usize,
    pointer: Option<String>,
    event: Option<String>,
    related: Option<Related>,
    fingerprint: Fingerprint,
}

/// The parts of an earlier line that a result needs.
struct Related {
    line: u64,
    columns: (u64, u64),
    offset: u64,
    length: usize,
    label: &'static str,
}

impl Related {
    fn new(earlier: &Earlier) -> Self {
        let Earlier { line, column, offset, ref span, label, .. } = *earlier;
        let columns = (column, column + earlier.characters().max(1));
        Self { line, columns, offset, length: span.len(), label }
    }
}

impl Sarif {
    pub(crate) fn new(room: u64) -> Self {
        let room = Room::new(room);
        Self { room, results: Vec::new(), troubles: Vec::new(), file: "".into() }
    }

    fn run(&self) -> Run {
        Run::builder()
            .tool(Tool::builder().driver(driver()).build())
            .column_kind(json!(ResultColumnKind::UnicodeCodePoints))
            .invocations(vec![self.invocation()])
            .results(Vec::<SarifResult>::new())
            .build()
    }

    fn invocation(&self) -> Invocation {
        let remarks = self.room.left_out().map(|text| notification(text, &NotificationLevel::Note));
        let troubles = self.troubles.iter();
        let troubles = troubles.map(|text| notification(text.clone(), &NotificationLevel::Error));
        Invocation::builder()
            .execution_successful(self.troubles.is_empty())
            .tool_execution_notifications(troubles.chain(remarks).collect::<Vec<_>>())
            .build()
    }
}

impl Reporter for Sarif {
    fn take(&mut self, found: &Found<'_>, _out: &mut Vec<u8>) {
        if *self.file != *found.file {
            self.file = found.file.into();
        }
        let place = &found.finding.place;
        let shown = |text: &str| shortened(text, MOST_CHARACTERS).into_owned();
        let kept = Kept {
            file: Arc::clone(&self.file),
            rule: found.finding.rule,
            severity: found.finding.severity,
            message: with_help(found.finding),
            line: place.line,
            columns: columns(found),
            offset: place.offset,
            length: place.span.len(),
            pointer: place.pointer.as_deref().map(shown),
            event: found.finding.event.as_deref().map(shown),
            related: found.finding.earlier.as_ref().map(Related::new),
            fingerprint: found.fingerprint,
        };
        if self.room.take(kept.bytes()) {
            self.results.push(kept);
        }
    }

    fn trouble(&mut self, message: &str, _out: &mut Vec<u8>) {
        self.troubles.push(visible(message).into_owned());
    }

    fn end(&mut self, _totals: &Totals, out: &mut Vec<u8>) {
        let document = Document::builder()
            .schema(SCHEMA)
            .version(json!(Version::V2_1_0))
            .runs(vec![self.run()])
            .build();
        // Writing strings and numbers to memory cannot fail.
        let document = serde_json::to_vec(&document).unwrap_or_default();
        let at = memchr::memmem::find(&document, NO_RESULTS).map(|at| at + NO_RESULTS.len() - 1);
        let (head, tail) = document.split_at(at.unwrap_or(document.len()));
        visible_json(head, out);
        for (nth, kept) in self.results.iter().enumerate() {
            out.extend_from_slice(if nth == 0 { b"\n" } else { b",\n" });
            let result = serde_json::to_vec(&kept.to_result()).unwrap_or_default();
            visible_json(&result, out);
        }
        visible_json(tail, out);
        out.push(b'\n');
    }
}

impl Kept {
    /// Its size in bytes.
    fn bytes(&self) -> usize {
        let texts = [&self.pointer, &self.event].into_iter().flatten().map(String::len);
        size_of::<Self>() + self.message.len() + texts.sum::<usize>()
    }

    fn to_result(&self) -> SarifResult {
        let level = match self.severity {
            Severity::Error => ResultLevel::Error,
            Severity::Warning => ResultLevel::Warning,
            Severity::Allowed => ResultLevel::Note,
        };
        let fingerprint = (FINGERPRINT.to_owned(), self.fingerprint.to_string());
        let event = self.event.as_ref().map(|event| ("event".to_owned(), json!(event)));
        let event: BTreeMap<_, _> = event.into_iter().collect();
        let related = self.related.iter().map(|related| self.related_location(related));
        let mut result = SarifResult::builder()
            .rule_id(self.rule.code())
            .rule_index(self.rule as i64)
            .level(level)
            .message(Message::builder().text(&self.message).build())
            .locations(vec![self.location()])
            .partial_fingerprints(BTreeMap::from([fingerprint]))
            .properties(PropertyBag::builder().additional_properties(event).build())
            .build();
        // Only if there is one: an empty list in every result would make the report longer.
        result.related_locations = Some(related.collect()).filter(|it: &Vec<_>| !it.is_empty());
        result
    }

    fn related_location(&self, related: &Related) -> Location {
        let place = (related.line, related.columns, related.offset, related.length);
        Location::builder()
            .physical_location(physical(&self.file, place))
            .message(Message::builder().text(related.label).build())
            .build()
    }

    fn location(&self) -> Location {
        let place = (self.line, self.columns, self.offset, self.length);
        let physical = physical(&self.file, place);
        let Some(pointer) = &self.pointer else {
            return Location::builder().physical_location(physical).build();
        };
        let logical = LogicalLocation::builder().fully_qualified_name(pointer).build();
        Location::builder().physical_location(physical).logical_locations(vec![logical]).build()
    }
}

/// Line, columns, offset and length of a range in `file`.
fn physical(
    file: &str,
    (line, columns, offset, length): (u64, (u64, u64), u64, usize),
) -> PhysicalLocation {
    let region = Region::builder()
        .start_line(signed(line))
        .end_line(signed(line))
        .start_column(signed(columns.0))
        .end_column(signed(columns.1))
        .byte_offset(signed(offset))
        .byte_length(signed(length as u64))
        .build();
    let artifact = ArtifactLocation::builder().uri(uri(file)).build();
    PhysicalLocation::builder().artifact_location(artifact).region(region).build()
}

/// The program's address: its homepage, else its repository. Cargo gives an empty text if
/// Cargo.toml has none, and SARIF does not accept an empty address.
fn home() -> Option<&'static str> {
    let addresses = [env!("CARGO_PKG_HOMEPAGE"), env!("CARGO_PKG_REPOSITORY")];
    addresses.into_iter().find(|address| !address.is_empty())
}

/// The address of the list of rules, below `home`.
fn help_uri(home: &str) -> String {
    format!("{}#rules", home.trim_end_matches('/'))
}

fn driver() -> ToolComponent {
    let mut driver = ToolComponent::builder()
        .name(env!("CARGO_PKG_NAME"))
        .version(env!("CARGO_PKG_VERSION"))
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .rules(Rule::ALL.map(descriptor).to_vec())
        .build();
    driver.information_uri = home().map(str::to_owned);
    driver
}

fn descriptor(rule: Rule) -> ReportingDescriptor {
    let facts = rule.info();
    let level = match facts.severity {
        Severity::Error => ResultLevel::Error,
        Severity::Warning => ResultLevel::Warning,
        Severity::Allowed => ResultLevel::None,
    };
    let markdown = format!("{}\n\nMore: `voxev explain {}`.", facts.advice, facts.code);
    let mut descriptor = ReportingDescriptor::builder()
        .id(facts.code)
        .short_description(MultiformatMessageString::builder().text(facts.summary).build())
        .full_description(MultiformatMessageString::builder().text(facts.advice).build())
        .help(MultiformatMessageString::builder().text(facts.advice).markdown(markdown).build())
        .default_configuration(ReportingConfiguration::builder().level(json!(level)).build())
        .build();
    descriptor.help_uri = home().map(help_uri);
    descriptor
}

fn notification(text: String, level: &NotificationLevel) -> Notification {
    Notification::builder()
        .message(Message::builder().text(text).build())
        .level(json!(level))
        .build()
}

/// SARIF uses signed numbers.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// `path` as a URI reference (RFC 3986): relative, or a `file:` URI if the path is absolute.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len() + 8);
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in bytes_of(path) {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => _ = write!(uri, "%{byte:02X}"),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tool_and_its_rules_have_addresses_where_there_are_some() {
        assert_eq!(help_uri("https://voxev.example/"), "https://voxev.example#rules");
        let driver = driver();
        assert_eq!(driver.information_uri.as_deref(), home());
        let rules = driver.rules.expect("there are rules");
        assert!(rules.iter().all(|rule| rule.help_uri == home().map(help_uri)));
    }

    #[test]
    fn paths_become_uri_references() {
        assert_eq!(uri("a b/ü%.jsonl"), "a%20b/%C3%BC%25.jsonl");
        assert_eq!(uri("/tmp/x.jsonl"), "file:///tmp/x.jsonl");
        assert_eq!(uri("C:/x"), "C%3A/x");
    }
}
