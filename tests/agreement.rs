//! voxev and a second JSON Schema engine agree on the schemas that `voxev schema` prints.
//!
//! The second engine is `boon`, which shares no code with `jsonschema`. It is asked about every
//! line of every fixture and about thousands of mutants. What it cannot be asked about, because
//! `serde_json` has no value for it: texts that are not JSON, doubled keys, nesting beyond
//! `serde_json`'s 128 levels, lone surrogates, and numbers beyond the doubles (`1e400`). Those
//! numbers get a test of their own below; for the rest, voxev has to have an error, or, for
//! surrogates, none that their replacement by U+FFFD would not have.

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Map, Value, json};
use voxev::{Bundle, EventId, Judge, Mode, Policy, Rule, Severity};

use crate::support::{Random, all_lines, examples, findings, has_error, judge, run};

const RELEASES: [u64; 7] = [54, 56, 63, 64, 66, 67, 68];
const MODES: [Mode; 2] = [Mode::Default, Mode::Strict];

/// The second engine, holding the documents that `voxev schema` prints.
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

    /// By the schema of the event that the payload says it is.
    fn accepts_as_event(&self, payload: &Value) -> Option<bool> {
        let id = EventId::from_name(payload.get("type")?.as_str()?)?;
        Some(self.schemas.validate(payload, self.events[id.index()]).is_ok())
    }
}

/// Both engines with the contract of one API version in one mode.
struct Pair {
    name: String,
    judge: Judge,
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
            judge: judge(api, policy),
            second: Second::new(&Bundle::new(api), mode),
        }
    }

    fn check(&self, what: &str, line: &[u8]) {
        let found = findings(&self.judge, line);
        let doubled = found.iter().any(|it| it.rule == Rule::DuplicateKey);
        let Ok(payload) = serde_json::from_slice::<Value>(line) else {
            return;
        };
        if doubled {
            assert!(has_error(&found));
            return;
        }
        let text = String::from_utf8_lossy(line);
        let accepted = self.second.accepts(&payload);
        assert_eq!(!has_error(&found), accepted, "{}: {what}: {text}: {found:?}", self.name);
        if let Some(as_event) = self.second.accepts_as_event(&payload) {
            assert_eq!(accepted, as_event, "{}: {what}: {text}", self.name);
        }
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

/// The judge above reads every line; the program proves most of them clean without that.
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
        let judge = judge(api, policy);
        let clean = lines.iter().filter(|line| !has_error(&findings(&judge, line)));
        let clean: Vec<String> =
            clean.map(|line| String::from_utf8_lossy(line).into_owned()).collect();
        let selected = run(arguments, &capture);
        let selected = String::from_utf8_lossy(&selected.stdout).into_owned();
        let differing = selected.lines().zip(&clean).find(|(mine, theirs)| mine != theirs);
        assert_eq!(differing, None, "{arguments:?}");
        assert_eq!(selected.lines().count(), clean.len(), "{arguments:?}");
    }
}

#[test]
fn mutants_are_accepted_and_rejected_alike() {
    let pair = Pair::new(68, Mode::Default);
    let (seeds, mut random) = (seeds(), Random(7));
    let lines: Vec<String> = (0..2_000).map(|_| mutant(&seeds, &mut random)).collect();
    let clean =
        lines.iter().filter(|line| !has_error(&findings(&pair.judge, line.as_bytes()))).count();
    assert!((400..1_600).contains(&clean), "{clean} of 2,000 have no error: a lopsided test");
}

#[test]
fn the_strict_contract_accepts_nothing_that_the_default_one_rejects() {
    let (seeds, mut random) = (seeds(), Random(99));
    for api in RELEASES {
        let strict = judge(api, Policy::strict());
        let default = judge(api, Policy::default());
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
    let judge = judge(68, Policy::strict());
    let examples = examples(&bundle);
    assert!(examples.len() >= EventId::COUNT);
    for (id, example) in examples {
        let found = findings(&judge, example.to_string().as_bytes());
        assert!(found.is_empty(), "{}: {found:?}", id.name());
        assert!(second.accepts(&example), "{}", id.name());
        assert_eq!(second.accepts_as_event(&example), Some(true), "{}", id.name());
    }
}

#[test]
fn a_number_beyond_the_doubles_counts_as_the_largest_of_them() {
    for policy in [Policy::default(), Policy::strict()] {
        let judge = judge(68, policy);
        let line = |count: &str| {
            format!(
                r#"{{"type":"audiostats","detail":{{"callId":"x","stats":"inputChannelStats","packetsLost":0,"packetsCount":{count},"jitterBufferMillis":0,"roundTripTimeMillis":0}}}}"#
            )
        };
        for accepted in ["1e400", "1E+400", "1e-400", "0e400", "-0", "-0.0", "1.0", "1e2", "100e-2"]
        {
            let found = findings(&judge, line(accepted).as_bytes());
            assert!(found.is_empty(), "{accepted} is a whole number: {found:?}");
        }
        for (rejected, rule) in [("-1e400", Rule::OutOfRange), ("1.5", Rule::WrongType)] {
            let found = findings(&judge, line(rejected).as_bytes());
            assert_eq!(found.iter().map(|it| it.rule).collect::<Vec<_>>(), [rule], "{rejected}");
        }
    }
}

/// Payloads to begin with: the examples, and each line of the fixtures that is a JSON object; the
/// good ones several times, since most changes leave a payload bad.
fn seeds() -> Vec<Value> {
    let mut seeds: Vec<Value> =
        examples(&Bundle::newest()).into_iter().map(|(_, example)| example).collect();
    let lines = all_lines();
    let objects = lines.iter().filter_map(|(_, line)| serde_json::from_slice(line).ok());
    seeds.extend(objects.filter(|it: &Value| it.is_object() && it.to_string().len() < 2_000));
    let judge = judge(68, Policy::default());
    let good = |seed: &Value| !has_error(&findings(&judge, seed.to_string().as_bytes()));
    let good: Vec<Value> = seeds.iter().filter(|seed| good(seed)).cloned().collect();
    for _ in 0..4 {
        seeds.extend_from_slice(&good);
    }
    seeds
}

/// Spellings that a value can be replaced by: what the contract lists, and what is near it.
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
    "9007199254740993",
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

/// A payload with one or two changes, as a line.
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
