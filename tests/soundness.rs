//! The fast paths agree with the slow ones: the matcher never accepts what the cold path would
//! report, and its ranges are correct; a search skips no line that a filter selects.

use serde_json::Value;
use voxev::fuzzing::{search_candidates, selected_lines};
use voxev::{Bundle, EventId, Fields, Limits, Line, Policy, Severity, Validator};

use crate::support::Random;

/// Mutants per run; `VOXEV_MUTANTS` sets more, as in CI.
const MUTANTS: u64 = 200_000;

/// Bytes that are inserted into a line: those with a meaning in JSON, in UTF-8 or in the schemas.
const PIECES: &[&[u8]] = &[
    b" ",
    b"\t",
    b"\r",
    b"\n",
    b"\0",
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"-",
    b"0",
    b"1",
    b".",
    b"e",
    b"E5",
    b"e400",
    b".9",
    b".0",
    b"\x7f",
    b"\x1f",
    b"\xff",
    b"\xc3\xa9",
    b"\xe2\x82",
    b"\\n",
    b"\\u0041",
    b"\\ud800",
    b"\\x",
    b"null",
    b"true",
    b"NaN",
    b"12345678",
    b"9007199254740991",
    b"9007199254740992",
    b"99999999999999999",
    b"1234567890123456789",
    b"99999999999999999999",
    b"-1",
    b"00",
    b"\"\"",
    b"{}",
    b"[]",
    b"\"x\":1,",
    b",\"x\":1",
    b"\"callId\":\"\",",
    b",\"callId\":\"y\"",
    b"\"type\":\"mute\",",
    b"\"voiceCallId\":\"z\",",
    b"\"audioStats\":{},",
    b"\"audioStats\":1,",
    b"\"EndUser\"",
    b"\"Inbound\"",
    b"\"x\":{\"a\":1,\"a\":2},",
    b"\"x\":[[[[[[1]]]]]],",
    b"\"x\":{\"y\":{\"z\":{\"w\":1}}},",
    b"\"\\u0063allId\":\"q\",",
];

pub(crate) fn mutate(line: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(line.len() + 1);
    match random.below(8) {
        0 => line.truncate(at),
        1 if at < line.len() => {
            line.remove(at);
        }
        2 if at < line.len() => line[at] = random.pick(PIECES)[0],
        3 if at < line.len() => {
            // Duplicates a part of the line, often a whole member.
            let end = (at + 1 + random.below(40)).min(line.len());
            let stretch = line[at..end].to_vec();
            line.splice(at..at, stretch);
        }
        4 => swap_members(line, random),
        5 => space_out(line, random),
        _ => {
            let piece = random.pick(PIECES);
            line.splice(at..at, piece.iter().copied());
        }
    }
}

/// Reverses the object, or inserts an undocumented member, as JSON.
fn swap_members(line: &mut Vec<u8>, random: &mut Random) {
    let Ok(mut payload) = serde_json::from_slice::<Value>(line) else { return };
    let pointer = random.pick(&["", "/detail", "/detail/content", "/detail/sender"]);
    if let Some(object) = payload.pointer_mut(pointer).and_then(Value::as_object_mut) {
        let mut members: Vec<_> = std::mem::take(object).into_iter().collect();
        let middle = random.below(members.len());
        members.rotate_left(middle);
        if random.below(4) == 0 {
            members.push(("undocumented".into(), Value::from(random.below(9))));
        }
        object.extend(members);
        *line = payload.to_string().into_bytes();
    }
}

/// White space where JSON allows it, and sometimes where it does not.
fn space_out(line: &mut Vec<u8>, random: &mut Random) {
    let places: Vec<usize> = (0..line.len()).filter(|&at| b",:{}[]".contains(&line[at])).collect();
    for &at in places.iter().rev() {
        if random.below(3) == 0 {
            line.insert(at + random.below(2), b' ');
        }
    }
}

pub(crate) fn seeds(bundle: &Bundle) -> Vec<Vec<u8>> {
    EventId::all()
        .flat_map(|id| bundle.event(id).examples.clone())
        .map(|example| example.to_string().into_bytes())
        .collect()
}

/// Compares the result of the fast path for `line`, also after a line like `seed`, with that of the
/// cold path.
fn check(validator: &Validator, seed: &[u8], line: &[u8]) -> bool {
    let found = validator.match_clean(line);
    let by_form = validator.match_clean_after(seed, line);
    let ranges = |found: &Option<(EventId, Fields)>| {
        found.as_ref().map(|(event, fields)| {
            let start = fields.get(0).map_or(0, |range| range.start);
            let of_line =
                |range: std::ops::Range<usize>| (range.start.wrapping_sub(start), range.len());
            (*event, (0..16).map(|slot| fields.get(slot).map(of_line)).collect::<Vec<_>>())
        })
    };
    assert_eq!(ranges(&found), ranges(&by_form), "{}", String::from_utf8_lossy(line));
    let Some((event, fields)) = found else { return false };
    let shown = String::from_utf8_lossy(line);
    let validation = validator.validate(&Line::new("mutant", 1, 0, line));
    let serious = validation.findings.iter().find(|it| it.severity != Severity::Allowed);
    assert!(serious.is_none(), "accepted in spite of {serious:?}: {shown}");
    let allowed = validation.findings.len();
    assert_eq!(fields.undocumented().len(), allowed, "undocumented properties of {shown}");
    // serde_json refuses lone surrogates and numbers beyond the doubles, which are JSON.
    let Ok(payload) = serde_json::from_slice::<Value>(line) else { return true };
    let bundle = Bundle::newest();
    for (index, property) in bundle.event(event).properties.iter().enumerate() {
        let found = fields.get(index).map(|range| {
            serde_json::from_slice::<Value>(&line[range]).expect("a range holds a value")
        });
        assert_eq!(
            found.as_ref(),
            payload.pointer(&property.pointer),
            "{} of {shown}",
            property.name
        );
    }
    true
}

#[test]
fn the_matcher_accepts_no_mutant_that_the_cold_path_reports() {
    let bundle = Bundle::newest();
    let seeds = seeds(&bundle);
    let validator = Validator::new(Bundle::newest(), Policy::default(), Limits::default());
    let mutants = std::env::var("VOXEV_MUTANTS").ok().and_then(|it| it.parse().ok());
    let mut random = Random(1);
    let mut accepted = 0_u64;
    let (mut seed, mut line) = (Vec::new(), Vec::new());
    let total = mutants.unwrap_or(MUTANTS);
    for _ in 0..total {
        if random.below(4) == 0 || line.is_empty() {
            seed.clone_from(&seeds[random.below(seeds.len())]);
            line.clone_from(&seed);
        }
        mutate(&mut line, &mut random);
        // A mutant is one line: text after a newline would be another.
        line.retain(|&byte| byte != b'\n');
        accepted += u64::from(check(&validator, &seed, &line));
    }
    // Fails if hardly any mutant is accepted, since the comparison would then check nothing.
    assert!(accepted > total / 50, "only {accepted} of {total} mutants were accepted");
}

#[test]
fn each_example_takes_the_fast_path_in_any_order_and_layout() {
    let validator = Validator::new(Bundle::newest(), Policy::default(), Limits::default());
    let mut random = Random(2);
    for seed in seeds(&Bundle::newest()) {
        assert!(check(&validator, &seed, &seed), "{}", String::from_utf8_lossy(&seed));
        for _ in 0..200 {
            let mut line = seed.clone();
            swap_members(&mut line, &mut random);
            space_out(&mut line, &mut random);
            assert!(check(&validator, &seed, &line), "{}", String::from_utf8_lossy(&line));
        }
    }
}

/// Writes a letter or a digit as an escape, which does not change a string's value.
fn escape_a_letter(line: &mut Vec<u8>, random: &mut Random) {
    let letters: Vec<usize> =
        (0..line.len()).filter(|&at| line[at].is_ascii_alphanumeric()).collect();
    if !letters.is_empty() {
        let at = *random.pick(&letters);
        let escape = format!("\\u{:04x}", line[at]);
        line.splice(at..=at, escape.bytes());
    }
}

#[test]
fn no_search_passes_over_a_line_that_a_filter_selects() {
    let validator = Validator::new(Bundle::newest(), Policy::default(), Limits::default());
    let seeds = seeds(&Bundle::newest());
    let call_id = |seed: &Vec<u8>| {
        let payload: Value = serde_json::from_slice(seed).expect("an example is JSON");
        payload["detail"]["callId"].as_str().expect("an example has a callId").to_owned()
    };
    let call_ids: Vec<String> = seeds.iter().map(call_id).collect();
    let (mut random, mut selected) = (Random(6), 0);
    for _ in 0..4_000 {
        let mut lines: Vec<Vec<u8>> =
            (0..random.below(6)).map(|_| random.pick(&seeds).clone()).collect();
        for line in &mut lines {
            (0..random.below(3)).for_each(|_| mutate(line, &mut random));
            if random.below(3) == 0 {
                escape_a_letter(line, &mut random);
            }
        }
        let text = lines.join(&b'\n');
        let types: Vec<String> = (0..random.below(3))
            .map(|_| EventId::all().nth(random.below(EventId::COUNT)).expect("an event"))
            .map(|id| id.name().to_owned())
            .collect();
        let call_ids: Vec<String> =
            (0..random.below(3)).map(|_| random.pick(&call_ids).clone()).collect();
        let Some(candidates) = search_candidates(&types, &call_ids, &text) else { continue };
        for line in selected_lines(&validator, &types, &call_ids, &text) {
            selected += 1;
            let shown = String::from_utf8_lossy(&text[line.clone()]);
            assert!(candidates.contains(&line), "{types:?} {call_ids:?} pass over {shown}");
        }
    }
    assert!(selected > 500, "only {selected} lines were selected");
}
