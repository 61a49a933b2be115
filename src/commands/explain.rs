//! The contract, explained for people and as schemas: `voxev explain` and `voxev schema`.

use std::fmt::Write as _;
use std::io::Read as _;
use std::sync::Arc;

use owo_colors::OwoColorize as _;

use super::validate::{damage_finding, empty_finding};
use crate::calls::lifecycle;
use crate::capture::{Damage, Reader};
use crate::check::unknown_event;
use crate::check::{Finding, Limits, Line, Validator};
use crate::cli::{ExplainArgs, SchemaArgs, SchemaFormat};
use crate::contract::{
    Bundle, Event, EventId, Mode, Needs, Policy, Property, Rule, RuleInfo, Severity, typescript,
};
use crate::error::Error;
use crate::json::Applicability;
use crate::output::{FindingFormat as _, Pretty, limits_listed};
use crate::terminal::TextStyle;
use crate::text::suggest::{nearest, one_of};
use crate::text::wrapping;

/// The text of `voxev schema`.
pub(crate) fn schema(
    args: &SchemaArgs,
    bundle: &Bundle,
    style: &TextStyle,
) -> Result<String, Error> {
    let mode = if args.strict { Mode::Strict } else { Mode::Default };
    let named = |name: &String| {
        let advice = "--all prints one schema for all events";
        let unknown = || Error::Usage(unknown_event(name, bundle, advice));
        EventId::from_name(name).ok_or_else(unknown)
    };
    let named: Vec<EventId> = args.events.iter().map(named).collect::<Result<_, _>>()?;
    match (args.format, named.as_slice()) {
        (SchemaFormat::Typescript, []) => {
            Ok(typescript(bundle, &EventId::all().collect::<Vec<_>>(), mode))
        }
        (SchemaFormat::Typescript, some) => Ok(typescript(bundle, &distinct(some), mode)),
        (SchemaFormat::Json, []) if args.all => Ok(json(&bundle.any_event(mode))),
        (SchemaFormat::Json, []) => Ok(events(bundle, style)),
        (SchemaFormat::Json, [id]) => Ok(json(bundle.event(*id).document(mode))),
        (SchemaFormat::Json, _) => Err(Error::Usage(
            "a JSON Schema is for one event: name one, or use --all for all events".into(),
        )),
    }
}

/// The events in the documentation's order, each once.
fn distinct(events: &[EventId]) -> Vec<EventId> {
    EventId::all().filter(|id| events.contains(id)).collect()
}

/// The text of `voxev explain`.
pub(crate) fn topic(
    args: &ExplainArgs,
    bundle: Bundle,
    style: &TextStyle,
) -> Result<String, Error> {
    let Some(name) = &args.topic else {
        let mut text = format!("{}\n{}\nOther\n\n", events(&bundle, style), rules(style));
        let limits = "Names of limits of voice quality, for stats --limits and --fail-on.";
        entry("limits", limits, style, &mut text);
        return Ok(text);
    };
    if let Some(id) = EventId::from_name(name) {
        return Ok(event(bundle.event(id), bundle.api(), style));
    }
    if let Some(known) = Rule::from_code(name) {
        return Ok(rule(known, bundle, style));
    }
    if name == "limits" {
        return Ok(limits_listed(style));
    }
    let advice = nearest(name, Rule::ALL.map(Rule::code)).map_or_else(
        || unknown_event(name, &bundle, "`voxev explain` lists the events and the rules"),
        |code| format!("unknown event or rule {name:?}: did you mean {code}?"),
    );
    Err(Error::Usage(advice))
}

fn json(schema: &serde_json::Value) -> String {
    format!("{schema:#}\n")
}

/// A table of the events.
fn events(bundle: &Bundle, style: &TextStyle) -> String {
    let mut text = format!("Events of API version {}\n\n", bundle.api());
    for id in EventId::all() {
        let event = bundle.event(id);
        let since = if event.since > bundle.api() {
            format!("Added in API version {}. ", event.since)
        } else {
            String::new()
        };
        entry(id.name(), &format!("{since}{}", event.description), style, &mut text);
    }
    text
}

/// A table of the rules.
fn rules(style: &TextStyle) -> String {
    let mut text = "Rules\n\n".to_owned();
    for rule in Rule::ALL {
        let facts = rule.info();
        let summary = format!("{}: {}", facts.severity.name(), facts.summary);
        entry(facts.code, &summary, style, &mut text);
    }
    text
}

const NAME_WIDTH: usize = 24;

fn entry(name: &str, summary: &str, style: &TextStyle, text: &mut String) {
    let indent = " ".repeat(NAME_WIDTH);
    let body = wrapped(summary, &indent, style);
    let _ = writeln!(
        text,
        "  {}{}",
        name.style(style.strong()),
        &body[(name.len() + 2).min(NAME_WIDTH - 1)..]
    );
}

fn wrapped(text: &str, indent: &str, style: &TextStyle) -> String {
    let options = wrapping(style.width.min(100)).initial_indent(indent).subsequent_indent(indent);
    textwrap::fill(text, options)
}

fn event(event: &Event, api: u64, style: &TextStyle) -> String {
    let mut text = format!("{}\n\n", event.id.name().style(style.strong()));
    let _ = writeln!(text, "{}\n", wrapped(&event.description, "  ", style));
    let native = if event.native_telephony { "" } else { "; not sent in Native Telephony" };
    let known = format!("Since API version {}{native}. Aura name: {}.", event.since, event.aura);
    let _ = writeln!(text, "{}", wrapped(&known, "  ", style));
    if !event.connector.is_empty() {
        let connector = format!("Connectors call this event {}.", one_of(&event.connector));
        let _ = writeln!(text, "{}", wrapped(&connector, "  ", style));
    }
    if event.since > api {
        let lacking = format!("API version {api} does not have this event.");
        let _ = writeln!(text, "{}", wrapped(&lacking, "  ", style));
    }
    text.push_str("\nProperties of detail\n");
    for property in event.properties.iter().filter(|property| property.name != "type") {
        describe(property, style, &mut text);
    }
    text.push_str("\nExample\n\n");
    for example in &event.examples {
        let laid_out = format!("{example:#}");
        for line in laid_out.lines() {
            let _ = writeln!(text, "  {line}");
        }
    }
    text
}

fn describe(property: &Property, style: &TextStyle, text: &mut String) {
    let unit = property.unit.as_ref().map_or(String::new(), |unit| format!(", {unit}"));
    let need = match &property.optional {
        None => "required".to_owned(),
        Some(why) => format!("optional ({why})"),
    };
    let name = property.name.style(style.strong());
    let _ = writeln!(text, "\n  {name}: {}{unit}, {need}", property.kind);
    let _ = writeln!(text, "{}", wrapped(&property.description, "    ", style));
    if !property.values.is_empty() {
        let values = format!("Documented: {}.", one_of(&property.values));
        let _ = writeln!(text, "{}", wrapped(&values, "    ", style));
    }
    if !property.observed.is_empty() {
        let values = format!(
            "Not documented but known to occur (a warning): {}.",
            one_of(&property.observed)
        );
        let _ = writeln!(text, "{}", wrapped(&values, "    ", style));
    }
    if let Some(privacy) = &property.privacy {
        let _ = writeln!(text, "    Privacy: {privacy}.");
    }
}

fn rule(rule: Rule, bundle: Bundle, style: &TextStyle) -> String {
    let facts = rule.info();
    let mut text = format!("{} ({})\n\n", facts.code.style(style.strong()), facts.severity.name());
    let _ = writeln!(text, "{}\n", wrapped(facts.summary, "  ", style));
    let _ = writeln!(text, "{}", wrapped(facts.advice, "  ", style));
    text.push_str(&fixes(rule, style));
    text.push_str("\nExample\n\n");
    let option = facts.needs.option(rule);
    if !option.is_empty() {
        let _ = writeln!(text, "  $ voxev validate {} example.jsonl\n", option.join(" "));
    }
    text.push_str(&shown(rule, facts, bundle, style));
    text
}

/// What `voxev validate --fix` does about findings of `rule`.
fn fixes(rule: Rule, style: &TextStyle) -> String {
    let fixes = rule.fixes();
    if fixes.is_empty() {
        return "\nThere is no automatic fix.\n".to_owned();
    }
    let mut text = "\nFixes\n\n".to_owned();
    for fix in fixes {
        let option = match fix.applicability {
            Applicability::Safe => "--fix",
            Applicability::Suggested => "--fix --unsafe-fixes",
        };
        let _ = writeln!(text, "{}", wrapped(&format!("{} ({option})", fix.summary), "  ", style));
    }
    text
}

/// What `voxev validate` reports for the first line of the example that breaks `rule`.
fn shown(rule: Rule, facts: &RuleInfo, bundle: Bundle, style: &TextStyle) -> String {
    let mut validator = Validator::new(bundle, Policy::default(), Limits::default());
    match facts.needs {
        Needs::Nothing => {}
        Needs::Api(api) => validator.bundle = Arc::new(Bundle::new(api)),
        Needs::MaxLineBytes(most) => validator.limits.max_line_bytes = most,
        Needs::Deny => validator.policy.set(rule, Severity::Error),
        Needs::Lifecycle => return shown_order(rule, facts, &Arc::new(validator), style),
    }
    let found = if rule == Rule::DamagedStream {
        damaged(&validator, style)
    } else if rule == Rule::EmptyCapture {
        let line = Line::new(EXAMPLE, 1, 0, b"");
        Some(written(&line, &empty_finding(&validator, &line), style))
    } else {
        broken(rule, facts, &validator, style)
    };
    found.unwrap_or_default()
}

/// The finding for the first line that breaks `rule`.
fn broken(
    rule: Rule,
    facts: &RuleInfo,
    validator: &Validator,
    style: &TextStyle,
) -> Option<String> {
    let is_it = |finding: &Finding| finding.rule == rule;
    let mut offset = 0;
    for (raw, number) in facts.example.split_inclusive(|&byte| byte == b'\n').zip(1..) {
        let line = Line::new(EXAMPLE, number, offset, raw);
        offset += raw.len() as u64;
        let is_long = raw.len() > validator.limits.max_line_bytes;
        let validation =
            if is_long { validator.too_long(&line) } else { validator.validate(&line) };
        if let Some(finding) = validation.findings.into_iter().find(is_it) {
            return Some(written(&line, &finding, style));
        }
    }
    None
}

/// The finding at the end of the damaged example.
fn damaged(validator: &Validator, style: &TextStyle) -> Option<String> {
    let example = Rule::DamagedStream.info().example;
    let mut reader = Reader::new(Box::new(example));
    let mut text = Vec::new();
    let damage = reader.read_to_end(&mut text).err()?.downcast::<Damage>().ok()?;
    let number = memchr::memchr_iter(b'\n', &text).count() as u64 + 1;
    let start = memchr::memrchr(b'\n', &text).map_or(0, |at| at + 1);
    let line = Line::new(EXAMPLE, number, 0, &text[start..]);
    Some(written(&line, &damage_finding(validator, &line, &damage), style))
}

/// A finding as `validate` writes it.
fn written(line: &Line<'_>, finding: &Finding, style: &TextStyle) -> String {
    let mut out = Vec::new();
    Pretty::new(style.clone()).write(line, finding, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// The first finding of `rule`, which is about the order of lines, in its example.
fn shown_order(
    rule: Rule,
    facts: &RuleInfo,
    validator: &Arc<Validator>,
    style: &TextStyle,
) -> String {
    for found in &lifecycle::examine(validator, EXAMPLE, facts.example) {
        if let Some(finding) = found.findings.iter().find(|finding| finding.rule == rule) {
            return written(&found.line(EXAMPLE), finding, style);
        }
    }
    String::new()
}

/// The capture's name in an example.
const EXAMPLE: &str = "example.jsonl";
