//! voxev and a second JSON Schema engine agree on the schemas that `voxev schema` prints.
//!
//! The second engine is `boon`, which shares no code with `jsonschema`. It checks every line of
//! every fixture and thousands of mutants. For duplicate keys it gets the last value, as in
//! `serde_json` and JavaScript. It cannot check what `serde_json` has no value for: text that is
//! not JSON, nesting beyond `serde_json`'s 128 levels, lone surrogates, and numbers beyond the
//! doubles (`1e400`), which have their own test.

use std::collections::{BTreeSet, HashSet};
use std::fmt;

use boon::{Compiler, SchemaIndex, Schemas};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value, json};
use voxev::{Bundle, EventId, Mode, Policy, Rule, Severity, Validator};

use crate::support::{Random, all_lines, examples, findings, has_error, run, validator};

const RELEASES: [u64; 7] = [54, 56, 63, 64, 66, 67, 68];
const MODES: [Mode; 2] = [Mode::Default, Mode::Strict];

/// The second engine with the documents that `voxev schema` prints.
struct Second {
    schemas: Schemas,
    any: SchemaIndex,
    events: Vec<SchemaIndex>,
}

impl Second {
    fn new(bundle: &Bundle, mode: Mode) -> Self {
        let mut schemas = Schemas::new();
        let mut compiler = Compiler::new();
        let mut compile = |name: &str, document: Value| {
            let address = format!("https://voxev.test/{name}.json");
            compiler.add_resource(&address, document).expect("the document is a schema");
            compiler.compile(&address, &mut schemas).expect("the schema compiles")
        };
        let any = compile("any", bundle.any_event(mode));
        let events = EventId::all()
            .map(|id| compile(id.name(), bundle.event(id).document(mode).clone()))
            .collect();
        Self { schemas, any, events }
    }

    fn accepts(&self, payload: &Value) -> bool {
        self.schemas.validate(payload, self.any).is_ok()
    }

    /// Uses the schema of the event in the payload's `type`.
    fn accepts_as_event(&self, payload: &Value) -> Option<bool> {
        let id = EventId::from_name(payload.get("type")?.as_str()?)?;
        Some(self.schemas.validate(payload, self.events[id.index()]).is_ok())
    }
}

/// Both engines with the contract of one API version in one mode.
struct Pair {
    name: String,
    validator: Validator,
    second: Second,
}

impl Pair {
    fn new(api: u64, mode: Mode) -> Self {
        let policy = match mode {
            Mode::Default => Policy::default(),
            Mode::Strict => Policy::strict(),
        };
        Self {
            name: format!("API {api}, {mode:?}"),
            validator: validator(api, policy),
            second: Second::new(&Bundle::new(api), mode),
        }
    }

    fn check(&self, what: &str, line: &[u8]) {
        let Ok(payload) = serde_json::from_slice::<Value>(line) else {
            return;
        };
        let (doubled, found): (Vec<_>, Vec<_>) = findings(&self.validator, line)
            .into_iter()
            .partition(|finding| finding.rule == Rule::DuplicateKey);
        let has_duplicate = serde_json::from_slice::<DuplicateKey>(line).expect("JSON").0;
        let shown = String::from_utf8_lossy(line);
        assert_eq!(!doubled.is_empty(), has_duplicate, "{}: {what}: {shown}", self.name);
        assert_eq!(has_error(&doubled), has_duplicate, "{}: {what}: {shown}", self.name);
        let accepted = self.second.accepts(&payload);
        assert_eq!(!has_error(&found), accepted, "{}: {what}: {shown}: {found:?}", self.name);
        if let Some(as_event) = self.second.accepts_as_event(&payload) {
            assert_eq!(accepted, as_event, "{}: {what}: {shown}", self.name);
        }
    }
}

/// Whether an object of a JSON text has a duplicate key, as `serde_json` reads it.
struct DuplicateKey(bool);

impl<'de> Deserialize<'de> for DuplicateKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DuplicateKeyVisitor).map(Self)
    }
}

struct DuplicateKeyVisitor;

impl<'de> Visitor<'de> for DuplicateKeyVisitor {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<bool, A::Error> {
        let (mut keys, mut found) = (HashSet::new(), false);
        while let Some((key, value)) = members.next_entry::<String, DuplicateKey>()? {
            found |= !keys.insert(key) || value.0;
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<bool, A::Error> {
        let mut found = false;
        while let Some(item) = items.next_element::<DuplicateKey>()? {
            found |= item.0;
        }
        Ok(found)
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_bool<E>(self, _: bool) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_i64<E>(self, _: i64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_u64<E>(self, _: u64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_f64<E>(self, _: f64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_str<E>(self, _: &str) -> Result<bool, E> {
        Ok(false)
    }
}

fn pairs() -> Vec<Pair> {
    let both = |api| MODES.map(|mode| Pair::new(api, mode));
    RELEASES.into_iter().flat_map(both).collect()
}

#[test]
fn both_engines_agree_on_every_line_of_every_fixture() {
    let lines = all_lines();
    assert!(lines.len() > 300, "the fixtures are there");
    for pair in pairs() {
        for (name, line) in &lines {
            pair.check(name, line);
        }
    }
}

#[test]
fn both_engines_agree_on_mutants_of_the_newest_contract() {
    for mode in MODES {
        check_mutants(&Pair::new(68, mode), 68, 3_000);
    }
}

#[test]
fn both_engines_agree_on_mutants_of_older_contracts() {
    for (pair, seed) in pairs().iter().zip(1..) {
        check_mutants(pair, seed, 300);
    }
}

fn check_mutants(pair: &Pair, seed: u64, number: usize) {
    let seeds = seeds();
    let mut random = Random(seed);
    for index in 0..number {
        let line = mutant(&seeds, &mut random);
        pair.check(&format!("mutant {index}"), line.as_bytes());
    }
}

/// The validator above validates every line; the program accepts most clean lines on the fast path.
#[test]
fn the_program_finds_no_error_exactly_where_the_judge_finds_none() {
    let (seeds, mut random) = (seeds(), Random(3));
    let mut lines: Vec<Vec<u8>> =
        all_lines().into_iter().map(|(_, line)| line.trim_ascii_end().to_vec()).collect();
    lines.extend((0..6_000).map(|_| mutant(&seeds, &mut random).into_bytes()));
    lines.retain(|line| !line.is_empty() && !line.contains(&b'\r'));
    let capture = lines.join(&b'\n');
    let mut newer_denied = Policy::default();
    newer_denied.set(Rule::NewerThanApi, Severity::Error);
    for (arguments, api, policy) in [
        (&["filter", "--valid", "--api", "64", "--deny", "newer-than-api"][..], 64, newer_denied),
        (&["filter", "--valid"], 68, Policy::default()),
        (&["filter", "--valid", "--strict"], 68, Policy::strict()),
        (&["filter", "--valid", "--api", "64"], 64, Policy::default()),
        (&["filter", "--valid", "--api", "56", "--strict"], 56, Policy::strict()),
    ] {
        let validator = validator(api, policy);
        let clean = lines.iter().filter(|line| !has_error(&findings(&validator, line)));
        let clean: Vec<String> =
            clean.map(|line| String::from_utf8_lossy(line).into_owned()).collect();
        let selected = run(arguments, &capture);
        let selected = String::from_utf8_lossy(&selected.stdout).into_owned();
        let differing = selected.lines().zip(&clean).find(|(mine, theirs)| mine != theirs);
        assert_eq!(differing, None, "{arguments:?}");
        assert_eq!(selected.lines().count(), clean.len(), "{arguments:?}");
    }
}

/// The agreement of the engines is only significant if mutants reach both.
#[test]
fn mutants_break_every_rule_that_a_schema_can_name_and_many_break_none() {
    let (seeds, mut random) = (seeds(), Random(7));
    let (validator, older) = (validator(68, Policy::default()), validator(54, Policy::default()));
    let (mut broken, mut clean) = (BTreeSet::new(), 0);
    for _ in 0..3_000 {
        let line = mutant(&seeds, &mut random);
        let found = findings(&validator, line.as_bytes());
        clean += usize::from(!has_error(&found));
        broken.extend(found.iter().map(|it| it.rule));
        broken.extend(findings(&older, line.as_bytes()).iter().map(|it| it.rule));
    }
    let of_schemas = BTreeSet::from([
        Rule::MissingProperty,
        Rule::WrongType,
        Rule::UnexpectedValue,
        Rule::OutOfRange,
        Rule::EmptyCallId,
        Rule::ObservedValue,
        Rule::ConnectorShape,
        Rule::NewerThanApi,
        Rule::NegativePacketsLost,
        Rule::UndocumentedProperty,
    ]);
    let unbroken: Vec<&Rule> = of_schemas.difference(&broken).collect();
    assert_eq!(unbroken, [&Rule::InvalidJson; 0], "no mutant breaks these");
    assert!((300..2_700).contains(&clean), "{clean} of 3,000 have no error: a lopsided test");
}

#[test]
fn the_strict_contract_accepts_nothing_that_the_default_one_rejects() {
    let (seeds, mut random) = (seeds(), Random(99));
    for api in RELEASES {
        let strict = validator(api, Policy::strict());
        let default = validator(api, Policy::default());
        for _ in 0..600 {
            let line = mutant(&seeds, &mut random);
            if !has_error(&findings(&strict, line.as_bytes())) {
                assert!(!has_error(&findings(&default, line.as_bytes())), "API {api}: {line}");
            }
        }
    }
}

#[test]
fn every_example_of_a_schema_follows_the_strict_contract() {
    let bundle = Bundle::newest();
    let second = Second::new(&bundle, Mode::Strict);
    let validator = validator(68, Policy::strict());
    let examples = examples(&bundle);
    assert!(examples.len() >= EventId::COUNT);
    for (id, example) in examples {
        let found = findings(&validator, example.to_string().as_bytes());
        assert!(found.is_empty(), "{}: {found:?}", id.name());
        assert!(second.accepts(&example), "{}", id.name());
        assert_eq!(second.accepts_as_event(&example), Some(true), "{}", id.name());
    }
}

/// A line whose `key` is a number spelled `spelling`.
fn line_with(key: &str, spelling: &str) -> String {
    let bundle = Bundle::newest();
    let with_key = |(_, example): &(EventId, Value)| !example["detail"][key].is_null();
    let found = examples(&bundle).into_iter().find(with_key);
    let (_, mut example) = found.expect("an example has the key");
    example["detail"][key] = mark(0).into();
    example.to_string().replace(&json!(mark(0)).to_string(), spelling)
}

const COUNTERS: [&str; 4] = ["packetsCount", "packetsLost", "jitterBufferMillis", "statsCount"];
const TIMES: [&str; 2] = ["clientSentTimestamp", "serverReceivedTimestamp"];

fn rules(validator: &Validator, line: &str) -> Vec<Rule> {
    findings(validator, line.as_bytes()).iter().map(|it| it.rule).collect()
}

#[test]
fn a_number_beyond_what_javascript_has_exactly_is_out_of_range() {
    let beyond =
        ["1e400", "1E+400", "1e16", "9007199254740992", "9007199254740993", "18446744073709551616"];
    for policy in [Policy::default(), Policy::strict()] {
        for api in RELEASES {
            let validator = validator(api, policy.clone());
            // An API version without audiostats warns about each, and still checks it.
            let rules = |key, spelling: &str| {
                let mut rules = rules(&validator, &line_with(key, spelling));
                rules.retain(|it| *it != Rule::NewerThanApi);
                rules
            };
            for key in COUNTERS.into_iter().chain(TIMES) {
                for spelling in beyond {
                    assert_eq!(rules(key, spelling), [Rule::OutOfRange], "{key} {spelling}");
                    let negative = format!("-{spelling}");
                    assert_eq!(rules(key, &negative), [Rule::OutOfRange], "{key} {negative}");
                }
                for spelling in ["9007199254740991", "1e15", "1e-400", "0e400", "-0", "-0.0", "1e2"]
                {
                    assert_eq!(rules(key, spelling), [], "{key} {spelling}");
                }
            }
        }
    }
}

#[test]
fn a_negative_packets_lost_is_a_warning_as_far_as_javascript_counts() {
    let validator = validator(68, Policy::default());
    for spelling in ["-1", "-1.0", "-9007199254740991"] {
        let found = findings(&validator, line_with("packetsLost", spelling).as_bytes());
        assert_eq!(found.len(), 1, "{spelling}: {found:?}");
        assert_eq!(
            (found[0].rule, found[0].severity),
            (Rule::NegativePacketsLost, Severity::Warning)
        );
        assert_eq!(rules(&validator, &line_with("packetsCount", spelling)), [Rule::OutOfRange]);
    }
    let found = findings(&validator, line_with("packetsCount", "1e400").as_bytes());
    assert_eq!(found[0].message, "packetsCount is 1e400, above 9007199254740991");
    assert_eq!(found[0].label, "must be at most 9007199254740991");
}

/// Each document that `voxev schema` prints, of every API version and in both modes.
#[test]
fn every_number_of_every_schema_has_the_bounds_of_javascript() {
    fn numbers<'a>(schema: &'a Value, found: &mut Vec<&'a Value>) {
        if schema["type"] == "integer" || schema["type"] == "number" {
            found.push(schema);
        }
        schema.as_object().into_iter().flatten().for_each(|(_, inner)| numbers(inner, found));
    }
    const LARGEST: i64 = 9_007_199_254_740_991;
    for (api, mode) in RELEASES.into_iter().flat_map(|api| MODES.map(|mode| (api, mode))) {
        let document = Bundle::new(api).any_event(mode);
        let mut found = Vec::new();
        numbers(&document, &mut found);
        assert!(found.len() >= 2, "the timestamps of API {api}");
        for schema in found {
            assert_eq!(schema["maximum"], LARGEST, "API {api}, {mode:?}: {schema}");
            let minimum = schema["minimum"].as_i64().expect("a minimum");
            assert!((-LARGEST..=0).contains(&minimum), "API {api}, {mode:?}: {schema}");
        }
    }
}

/// Original payloads: the examples, and each line of the fixtures that is a JSON object. Valid ones
/// occur several times, since most mutations make a payload invalid.
fn seeds() -> Vec<Value> {
    let mut seeds: Vec<Value> =
        examples(&Bundle::newest()).into_iter().map(|(_, example)| example).collect();
    let lines = all_lines();
    let objects = lines.iter().filter_map(|(_, line)| serde_json::from_slice(line).ok());
    seeds.extend(objects.filter(|it: &Value| it.is_object() && it.to_string().len() < 2_000));
    let validator = validator(68, Policy::default());
    let good = |seed: &Value| !has_error(&findings(&validator, seed.to_string().as_bytes()));
    let good: Vec<Value> = seeds.iter().filter(|seed| good(seed)).cloned().collect();
    for _ in 0..4 {
        seeds.extend_from_slice(&good);
    }
    seeds
}

/// Spellings that may replace a value: those that the contract lists, and similar ones.
const SPELLINGS: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-0",
    "-0.0",
    "1",
    "1.0",
    "1.5",
    "-1",
    "-1.0",
    "1e2",
    "1E+2",
    "1e-2",
    "15e-1",
    "1e300",
    "-1e300",
    "1e-400",
    "9007199254740991",
    "-9007199254740991",
    "9007199254740991.0",
    "9007199254740992",
    "-9007199254740992",
    "9.007199254740992e15",
    "9007199254740993",
    "999999999999999.9",
    "1e15",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775808",
    "-9223372036854775809",
    "0.1",
    "1594944652299",
    "1594944652299.5",
    r#""""#,
    r#"" ""#,
    r#""3""#,
    r#""x""#,
    r#""Text""#,
    r#""text""#,
    r#""inbound""#,
    r#""outbound""#,
    r#""Inbound""#,
    r#""INBOUND""#,
    r#""Callback""#,
    r#""Transfer""#,
    r#""Consult""#,
    r#""Agent""#,
    r#""Supervisor""#,
    r#""EndUser""#,
    r#""agent""#,
    r#""inputChannelStats""#,
    r#""outputChannelStats""#,
    r#""\u0000""#,
    r#""\u0069nbound""#,
    "[]",
    "{}",
    "[[]]",
    r#"{"callId":"x"}"#,
    r#"["inbound"]"#,
    r#"{"stats":[]}"#,
    r#"{"stats":[{}]}"#,
    r#"{"stats":{}}"#,
    r#"{"stats":"inputChannelStats"}"#,
    r#"{"stats":[{"inputChannelStats":{"packetsCount":1,"packetsLost":-1,"jitterBufferMillis":0,"roundTripTimeMillis":0}}]}"#,
];

const KEYS: &[&str] = &[
    "callId",
    "CallId",
    "type",
    "detail",
    "stats",
    "audioStats",
    "participant",
    "callType",
    "content",
    "text",
    "sender",
    "role",
    "displayName",
    "voiceCallId",
    "id",
    "packetsLost",
    "statsCount",
    "",
    "callAttributes",
    "inputChannelStats",
    "ouputChannelStats",
    "formatText",
    "a/b",
    "a~b",
    "0",
    "\u{1}",
];

/// A payload with one or two mutations, as a line.
fn mutant(seeds: &[Value], random: &mut Random) -> String {
    let mut payload = random.pick(seeds).clone();
    let mut spelled: Vec<&'static str> = Vec::new();
    for _ in 0..=random.below(4) / 2 {
        let mut pointers = Vec::new();
        collect(&payload, "", &mut pointers);
        let pointer = random.pick(&pointers).clone();
        change(&mut payload, &pointer, random, &mut spelled);
    }
    // A number keeps its spelling only outside of a `Value`.
    let mut line = payload.to_string();
    for (index, spelling) in spelled.iter().enumerate() {
        line = line.replace(&json!(mark(index)).to_string(), spelling);
    }
    line
}

fn mark(index: usize) -> String {
    format!("spelling {index} goes here")
}

fn collect(value: &Value, pointer: &str, found: &mut Vec<String>) {
    found.push(pointer.to_owned());
    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(members) => {
            for (key, below) in members {
                collect(below, &format!("{pointer}/{}", escaped(key)), found);
            }
        }
        Value::Array(items) => {
            for (index, below) in items.iter().enumerate() {
                collect(below, &format!("{pointer}/{index}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn change(
    payload: &mut Value,
    pointer: &str,
    random: &mut Random,
    spelled: &mut Vec<&'static str>,
) {
    let events: Vec<&str> = EventId::all().map(EventId::name).collect();
    let (parent, key) = pointer.rsplit_once('/').unwrap_or_default();
    let key = key.replace("~1", "/").replace("~0", "~");
    let mut spelling = |random: &mut Random| {
        spelled.push(*random.pick(SPELLINGS));
        Value::String(mark(spelled.len() - 1))
    };
    match random.below(8) {
        0 => {
            if let Some(Value::Object(members)) = payload.pointer_mut(parent) {
                members.shift_remove(&key);
            }
        }
        1 => {
            if let Some(Value::Object(members)) = payload.pointer_mut(parent)
                && let Some(value) = members.shift_remove(&key)
            {
                members.insert((*random.pick(KEYS)).to_owned(), value);
            }
        }
        2 => {
            if let Some(Value::Object(members)) = payload.pointer_mut(pointer) {
                let value = spelling(random);
                members.insert((*random.pick(KEYS)).to_owned(), value);
            }
        }
        3 => {
            if let Some(value) = payload.pointer_mut("/type") {
                *value = json!(random.pick(&events));
            }
        }
        4 => {
            if let Some(value) = payload.pointer_mut(pointer) {
                let inner = value.take();
                *value = match random.below(3) {
                    0 => json!([inner]),
                    1 => json!({"audioStats": inner}),
                    _ => Value::Object(Map::from_iter([("stats".to_owned(), json!([inner]))])),
                };
            }
        }
        _ => {
            if let Some(value) = payload.pointer_mut(pointer) {
                *value = spelling(random);
            }
        }
    }
}
