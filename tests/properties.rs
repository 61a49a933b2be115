//! Properties of every capture, checked on generated captures.

use std::collections::HashSet;
use std::io::{self, Read};
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Map, Value};
use voxev::{Cutter, Finding, Line, Numbering, Part, Policy, Rule, Validator};

use crate::support::{all_lines, findings, has_error, run, validator};

/// Yields pieces of the requested sizes, repeatedly.
struct Pieces<'a> {
    rest: &'a [u8],
    sizes: Vec<usize>,
    next: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.sizes[self.next % self.sizes.len()];
        self.next += 1;
        let size = size.min(self.rest.len()).min(buffer.len());
        let (piece, rest) = self.rest.split_at(size);
        buffer[..size].copy_from_slice(piece);
        self.rest = rest;
        Ok(size)
    }
}

/// A line as the cutter yields it: its number, its offset, its bytes, and whether it is beyond the
/// limit.
type Cut = (u64, u64, Vec<u8>, bool);

fn cut(capture: &[u8], sizes: Vec<usize>, limit: usize) -> Vec<Cut> {
    let mut cutter =
        Cutter::new(Pieces { rest: capture, sizes, next: 0 }, limit, Numbering::Counted);
    let mut lines: Vec<Cut> = Vec::new();
    while let Some(block) = cutter.next_block().expect("pieces never fail") {
        match block.part {
            Part::Lines => {
                let mut offset = block.offset;
                let raw = block.bytes().split_inclusive(|&byte| byte == b'\n');
                for (line, number) in raw.zip(block.first_line..) {
                    lines.push((number, offset, line.to_vec(), line.len() > limit));
                    offset += line.len() as u64;
                }
            }
            Part::Start => {
                lines.push((block.first_line, block.offset, block.bytes().to_vec(), true));
            }
            Part::Rest => {
                let (number, offset, line, _) = lines.last_mut().expect("a start came before");
                assert_eq!(
                    (*number, *offset + line.len() as u64),
                    (block.first_line, block.offset)
                );
                line.extend_from_slice(block.bytes());
            }
        }
    }
    lines
}

fn any_judge() -> &'static Validator {
    static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| validator(68, Policy::default()));
    &VALIDATOR
}

fn strict_judge() -> &'static Validator {
    static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| validator(68, Policy::strict()));
    &VALIDATOR
}

fn fixture_lines() -> &'static [Vec<u8>] {
    static LINES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
        let lines = all_lines().into_iter().map(|(_, line)| line.trim_ascii_end().to_vec());
        lines.filter(|line| line.len() < 5_000 && !line.contains(&b'\r')).collect()
    });
    &LINES
}

/// Lines of the fixtures in any order, some of them with a byte changed, some blank.
fn capture() -> impl Strategy<Value = Vec<u8>> {
    let good = prop::sample::select(fixture_lines());
    let broken = (good.clone(), any::<prop::sample::Index>(), any::<u8>());
    let broken = broken.prop_map(|(mut line, at, byte)| {
        let at = at.index(line.len());
        line[at] = if matches!(byte, b'\n' | b'\r') { b'x' } else { byte };
        line
    });
    let blank = prop::sample::select(vec![b"".to_vec(), b" \t ".to_vec()]);
    let line = prop_oneof![6 => good, 2 => broken, 1 => blank];
    let end = prop::sample::select(vec!["", "\n", "\r\n"]);
    (prop::collection::vec(line, 0..12), end).prop_map(|(lines, end)| {
        let mut capture = lines.join(&b'\n');
        capture.extend_from_slice(end.as_bytes());
        capture
    })
}

/// JSON Lines that are all events, known or unknown, without duplicate keys and lone surrogates.
fn events() -> impl Strategy<Value = Vec<Vec<u8>>> {
    static EVENTS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
        let is_event = |line: &&Vec<u8>| {
            let found = findings(any_judge(), line);
            let is_plain = serde_json::from_slice::<Value>(line)
                .is_ok_and(|payload| payload["type"].is_string());
            is_plain && !found.iter().any(|it| it.rule == Rule::DuplicateKey)
        };
        fixture_lines().iter().filter(is_event).cloned().collect()
    });
    prop::collection::vec(prop::sample::select(EVENTS.as_slice()), 1..20)
}

fn joined(lines: &[Vec<u8>]) -> Vec<u8> {
    let mut capture = lines.join(&b'\n');
    capture.push(b'\n');
    capture
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(202_012),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn no_byte_is_lost_however_a_capture_is_read(
        capture in prop_oneof![
            capture(),
            prop::collection::vec(prop::sample::select(b"\n\r\xef\xbb\xbf{}a\xe2\x82\xac".as_slice()), 0..60),
        ],
        sizes in prop::collection::vec(1..50_usize, 1..6),
        limit in 1..400_usize,
    ) {
        let whole = cut(&capture, vec![usize::MAX], limit);
        prop_assert_eq!(&cut(&capture, sizes, limit), &whole);
        let bytes: Vec<u8> = whole.iter().flat_map(|(_, _, line, _)| line.clone()).collect();
        prop_assert_eq!(bytes, capture.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&capture));
        prop_assert!(whole.iter().map(|(number, ..)| *number).eq(1..=whole.len() as u64));
    }

    #[test]
    fn no_bytes_make_the_judge_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check_places(&bytes)?;
    }

    #[test]
    fn a_broken_line_has_findings_within_itself(lines in capture()) {
        for line in lines.split(|&byte| byte == b'\n') {
            check_places(line)?;
        }
    }
}

/// Each finding lies within its line, in order, at the column that its offset says.
fn check_places(bytes: &[u8]) -> Result<(), TestCaseError> {
    let line = Line::new("test.jsonl", 7, 1_000, bytes);
    for validator in [any_judge(), strict_judge()] {
        let found = validator.validate(&line).findings;
        prop_assert!(found.is_sorted_by_key(|finding| finding.place.span.start));
        for finding in &found {
            let place = &finding.place;
            prop_assert!(place.span.start <= place.span.end && place.span.end <= line.bytes.len());
            prop_assert_eq!(place.offset, 1_000 + place.span.start as u64);
            let before = String::from_utf8_lossy(&line.bytes[..place.span.start]);
            prop_assert!(place.column <= before.chars().count() as u64 + 1);
            prop_assert!(!finding.message.is_empty() && !finding.message.contains('\n'));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(1_000))]

    #[test]
    fn a_span_is_the_value_that_its_pointer_names(
        line in prop::sample::select(fixture_lines()),
        swap in any::<prop::sample::Index>(),
        value in prop::sample::select(vec!["null", "-1.5", "\"\"", "[]", "{}", "7"]),
    ) {
        if let Ok(mut payload) = serde_json::from_slice::<Value>(&line) {
            let mut pointers = Vec::new();
            scalars(&payload, "", &mut pointers);
            if let Some(pointer) = (!pointers.is_empty()).then(|| swap.get(&pointers)) {
                let value = serde_json::from_str(value).expect("the value is JSON");
                *payload.pointer_mut(pointer).expect("the pointer comes from it") = value;
            }
            let line = payload.to_string();
            for finding in findings(strict_judge(), line.as_bytes()) {
                check_span(&finding, &payload, &line)?;
            }
        }
    }
}

fn scalars(value: &Value, pointer: &str, found: &mut Vec<String>) {
    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(members) => {
            for (key, below) in members {
                scalars(below, &format!("{pointer}/{}", escaped(key)), found);
            }
        }
        Value::Array(items) => {
            for (index, below) in items.iter().enumerate() {
                scalars(below, &format!("{pointer}/{index}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            found.push(pointer.to_owned());
        }
    }
}

fn check_span(finding: &Finding, payload: &Value, line: &str) -> Result<(), TestCaseError> {
    let Some(pointer) = &finding.place.pointer else { return Ok(()) };
    let spelled = &line[finding.place.span.clone()];
    let value = payload.pointer(pointer);
    prop_assert!(value.is_some(), "{pointer} leads somewhere: {finding:?}");
    let is_value =
        |value: &Value| serde_json::from_str::<Value>(spelled).is_ok_and(|it| it == *value);
    let quoted = |key: &str| Value::from(key).to_string();
    let key = pointer.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
    let is_key = quoted(&key).as_str() == spelled;
    #[expect(clippy::wildcard_enum_match_arm, reason = "all others point at a value")]
    let is_right = match finding.rule {
        Rule::UndocumentedProperty => is_key,
        // The object, or the misspelled key in it.
        Rule::MissingProperty => {
            let keys = value.and_then(Value::as_object).map(Map::keys);
            let mut keys = keys.into_iter().flatten();
            is_key || spelled == "{" || keys.any(|key| quoted(key).as_str() == spelled)
        }
        _ => is_key || spelled == "{" || spelled == "[" || value.is_some_and(is_value),
    };
    prop_assert!(is_right, "{spelled:?} is not {pointer}: {finding:?} in {line}");
    Ok(())
}

proptest! {
    // Each case runs the program several times.
    #![proptest_config(config(40))]

    #[test]
    fn a_filter_and_its_inverse_share_the_lines_out(
        capture in capture(),
        predicate in prop::sample::select(vec![
            vec!["--type", "mute"],
            vec!["--type", "callstarted,audiostats,transcript"],
            vec!["--call-id", "d7a9f1b7-fc17-43fe-8ca7-e584a2b34792"],
            vec!["--valid"],
            vec!["--invalid"],
            vec!["--type", "hold", "--invalid"],
        ]),
    ) {
        let matching = run(&[&["filter"], predicate.as_slice()].concat(), &capture);
        let others = run(&[&["filter", "-v"], predicate.as_slice()].concat(), &capture);
        let is_blank = |line: &&[u8]| line.trim_ascii().is_empty();
        let split = |bytes: &[u8]| -> Vec<Vec<u8>> {
            let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
            let lines = bytes.split(|&byte| byte == b'\n').filter(|line| !is_blank(line));
            lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line).to_vec()).collect()
        };
        let (matching_lines, other_lines) = (split(&matching.stdout), split(&others.stdout));
        let selected: HashSet<&Vec<u8>> = matching_lines.iter().collect();
        let (expected, rest): (Vec<_>, Vec<_>) =
            split(&capture).into_iter().partition(|line| selected.contains(line));
        prop_assert_eq!(&matching_lines, &expected);
        prop_assert_eq!(&other_lines, &rest);
        prop_assert_eq!(matching.code, Some(i32::from(matching_lines.is_empty())));
        prop_assert_eq!(others.code, Some(i32::from(other_lines.is_empty())));
    }

    #[test]
    fn the_exit_code_says_whether_the_judge_has_an_error(capture in capture()) {
        let lines = capture.split(|&byte| byte == b'\n');
        let lines: Vec<&[u8]> = lines.filter(|line| !line.trim_ascii().is_empty()).collect();
        let is_invalid = lines.iter().any(|line| has_error(&findings(any_judge(), line)));
        let run = run(&["validate", "-qq"], &capture);
        let expected = if lines.is_empty() { 2 } else { i32::from(is_invalid) };
        prop_assert_eq!(run.code, Some(expected));
        prop_assert!(run.stdout.is_empty() && run.stderr.is_empty() != lines.is_empty());
    }

    #[test]
    fn lines_survive_a_trip_through_an_array(lines in events()) {
        let capture = joined(&lines);
        let array = run(&["convert", "--to", "json"], &capture).text();
        let payloads: Vec<Value> = serde_json::from_str(&array).expect("it is a JSON array");
        let expected: Vec<Value> = lines
            .iter()
            .map(|line| serde_json::from_slice(line).expect("an event is JSON"))
            .collect();
        prop_assert_eq!(&payloads, &expected);
        let inner = array.strip_prefix("[\n").and_then(|it| it.strip_suffix("\n]\n"));
        let parts = inner.expect("an array over lines").replace(",\n", "\n") + "\n";
        let again = run(&["convert", "--to", "jsonl"], parts.as_bytes()).text();
        prop_assert_eq!(&again, &parts);
        prop_assert_eq!(run(&["convert", "--to", "jsonl"], &capture).text(), again);
    }

    #[test]
    fn a_row_and_its_extra_make_the_payload_again(lines in events()) {
        let table = run(&["convert", "--to", "csv"], &joined(&lines));
        prop_assert_eq!(table.code, Some(0));
        let mut reader = csv::Reader::from_reader(table.stdout.as_slice());
        let columns: Vec<String> =
            reader.headers().expect("there is a header").iter().map(str::to_owned).collect();
        let rows: Vec<_> = reader.records().map(|row| row.expect("it is a row")).collect();
        prop_assert_eq!(rows.len(), lines.len());
        for (row, line) in rows.iter().zip(&lines) {
            let payload: Value = serde_json::from_slice(line).expect("an event is JSON");
            let mut expected = payload.clone();
            forget_what_a_cell_cannot_tell(&mut expected);
            let mut rebuilt = rebuilt(&columns, row, &payload);
            forget_what_a_cell_cannot_tell(&mut rebuilt);
            prop_assert_eq!(rebuilt, expected, "{}", String::from_utf8_lossy(line));
        }
    }
}

/// The payload of a row. `extra` contains everything without a cell, with its original nesting.
fn rebuilt(columns: &[String], row: &csv::StringRecord, payload: &Value) -> Value {
    let extra = row.iter().next_back().filter(|cell| !cell.is_empty());
    let mut rebuilt: Value =
        extra.map_or(Value::Object(Map::new()), |it| serde_json::from_str(it).expect("it is JSON"));
    for (column, cell) in columns.iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
        let pointer = match column.as_str() {
            "extra" => continue,
            "type" => "/type".to_owned(),
            below => format!("/detail/{}", below.replace('.', "/")),
        };
        // The schema determines whether a cell is a number; here the payload itself does.
        let value = match payload.pointer(&pointer) {
            Some(Value::Number(_) | Value::Bool(_)) => {
                serde_json::from_str(cell).expect("the cell is a scalar")
            }
            _ => Value::from(cell),
        };
        put(&mut rebuilt, &pointer, value);
    }
    rebuilt
}

fn put(root: &mut Value, pointer: &str, value: Value) {
    let mut place = root;
    for key in pointer.split('/').skip(1) {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        place = &mut place[key];
    }
    *place = value;
}

#[test]
fn white_space_behind_a_payload_is_not_converted_with_it() {
    let payload = "{\"type\":\"mute\",\"detail\":{\"callId\":\"a\"}}";
    for (before, behind) in
        [("", " "), ("", "  \t "), ("", " \r"), ("", "\r"), (" ", ""), ("\t", " ")]
    {
        let capture = format!("{before}{payload}{behind}\n{payload}\n{before}{payload}{behind}");
        let converted = run(&["convert", "--to", "jsonl"], capture.as_bytes());
        assert_eq!(converted.text(), format!("{payload}\n").repeat(3), "{before:?} {behind:?}");
        let filtered = run(&["filter", "--type", "mute"], capture.as_bytes());
        assert_eq!(filtered.text(), capture, "a filter changes nothing");
    }
}

/// CSV readers do not distinguish `""` from an empty cell, and null is an empty cell where it is
/// documented.
fn forget_what_a_cell_cannot_tell(value: &mut Value) {
    let Value::Object(members) = value else { return };
    for member in members.values_mut() {
        forget_what_a_cell_cannot_tell(member);
    }
    members.retain(|_, it| !it.is_null() && *it != "" && *it != Value::Object(Map::new()));
    members.sort_keys();
}
