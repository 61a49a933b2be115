//! Fixes of single lines: they change what they say and nothing else, a fixed line is never worse,
//! and fixing it again changes nothing.

use std::collections::{BTreeMap, HashMap};

use voxev::Applicability::{self, Safe, Suggested};
use voxev::{Bundle, Finding, Fix, Limits, Line, Policy, Rule, Severity, Validator};

use crate::soundness::{mutate, seeds};
use crate::support::{Random, all_lines, findings, validator};

/// Mutants of each run; `VOXEV_MUTANTS` asks for more, as CI does.
const MUTANTS: u64 = 10_000;

fn default() -> Validator {
    validator(68, Policy::default())
}

/// The line after its fixes; the same where there are none.
fn fixed(validator: &Validator, line: &[u8], wanted: Applicability) -> Vec<u8> {
    let whole = Line::new("test.jsonl", 1, 0, line);
    let found = validator.validate(&whole).findings;
    validator.fixed(&whole, &found, wanted).map_or_else(|| line.to_vec(), |fixed| fixed.raw)
}

#[track_caller]
fn assert_fixed(wanted: Applicability, line: &str, expected: &str) {
    let fixed = fixed(&default(), line.as_bytes(), wanted);
    assert_eq!(String::from_utf8_lossy(&fixed), expected, "{line}");
}

fn shown(found: &[Finding]) -> impl Iterator<Item = &Finding> {
    found.iter().filter(|it| it.severity != Severity::Allowed)
}

#[test]
fn misspelt_keys_and_types_are_renamed() {
    let hold =
        |key: &str| format!(r#"{{"type":"hold","detail":{{"{key}":"c","participant":"p"}}}}"#);
    for key in ["callid", "CALL_ID", "call-id", "calId", "callIdd", "clalId"] {
        assert_fixed(Safe, &hold(key), &hold("callId"));
    }
    let mute = |name: &str| format!(r#"{{"type":"{name}","detail":{{"callId":"c"}}}}"#);
    for (name, event) in [
        ("CALL_ENDED", "callended"),
        ("oncallended", "callended"),
        ("onCallEnded", "callended"),
        ("callEnded", "callended"),
        ("calended", "callended"),
        ("call ended", "callended"),
        ("MUTE", "mute"),
        ("WRAP_UP_ENDED", "wrapupended"),
    ] {
        assert_fixed(Safe, &mute(name), &mute(event));
    }
    for name in ["HANGUP", "callend"] {
        assert_fixed(Safe, &mute(name), &mute(name));
        assert_fixed(Suggested, &mute(name), &mute("callended"));
    }
    let line = mute("mute").replace("\"type\"", "\"Type\"");
    assert_fixed(Safe, &line, &mute("mute"));
}

#[test]
fn values_get_their_type_and_case_only_as_suggestions() {
    let stats = |lost: &str| {
        format!(
            r#"{{"type":"audiostats","detail":{{"callId":"c","stats":"inputChannelStats","packetsLost":{lost},"packetsCount":9,"jitterBufferMillis":1,"roundTripTimeMillis":0}}}}"#
        )
    };
    let started = |call_id: &str, kind: &str| {
        format!(
            r#"{{"type":"callstarted","detail":{{"callId":{call_id},"callType":"{kind}","participant":"p"}}}}"#
        )
    };
    let sent = |at: &str| {
        format!(
            r#"{{"type":"transcript","detail":{{"id":"i","clientSentTimestamp":{at},"serverReceivedTimestamp":2,"content":{{"formatType":"Text","text":"t"}},"callId":"c","sender":{{"role":"Agent"}}}}}}"#
        )
    };
    for (line, expected) in [
        (stats("\"3\""), stats("3")),
        (stats("\" 1.0 \""), stats("1.0")),
        (started("007", "inbound"), started("007", "inbound")),
        (started("7", "inbound"), started("\"7\"", "inbound")),
        (started("\"c\"", "INBOUND"), started("\"c\"", "inbound")),
        (started("\"c\"", "Inbound"), started("\"c\"", "inbound")),
        (sent("\"2026-01-05T10:00:00.000Z\""), sent("1767607200000")),
        (sent("\"2026-01-05T11:00:00+01:00\""), sent("1767607200000")),
    ] {
        assert_fixed(Safe, &line, &line);
        assert_fixed(Suggested, &line, &expected);
    }
    for line in [
        stats("\"-3\""),
        stats("\"+3\""),
        stats("\"03\""),
        stats("\"1.5\""),
        stats("\"many\""),
        started("1.5", "inbound"),
        started("-1", "inbound"),
        started("\"c\"", "Transfer"),
        sent("\"2026-01-05T10:00:00.000\""),
        sent("\"2026-01-05\""),
        sent("\"yesterday\""),
    ] {
        assert_fixed(Suggested, &line, &line);
    }
}

#[test]
fn several_faults_of_a_line_are_fixed_together() {
    let right = r#"{"type":"hold","detail":{"callId":"7","participant":"p"}}"#;
    assert_fixed(Suggested, r#"{"type":"HOLD","detail":{"callid":7,"Participant":"p"}}"#, right);
    let spaced = right.replace(",\"participant", ", \"participant");
    assert_fixed(Suggested, r"{type:'HOLD',detail:{callid:7 participant:'p',}", &spaced);
    let right = r#"{"type":"hold","detail":{"callId":"c","participant":"p"}}"#;
    assert_fixed(Safe, r#"{"type":"onhold","detail":{"callid":"c","particpant":"p"}}"#, right);
}

#[test]
fn a_name_with_more_than_one_reading_stays() {
    for line in [
        // As near to flagraise as to flaglower.
        r#"{"type":"flag","detail":{"callId":"c"}}"#,
        r#"{"type":"hold","detail":{"callid":"c","CallId":"d","participant":"p"}}"#,
        r#"{"type":"hold","detail":{"callid":"c","callid":"d","participant":"p"}}"#,
        // The connector's name stands for hold, resume, swap and conference.
        r#"{"type":"HOLD_TOGGLE","detail":{"callId":"c","participant":"p"}}"#,
        r#"{"Type":"mute","TYPE":"mute","detail":{"callId":"c"}}"#,
    ] {
        assert_fixed(Suggested, line, line);
    }
}

#[test]
fn no_error_takes_the_place_of_the_one_that_is_fixed() {
    for line in [
        // Nothing says who called.
        r#"{"type":"CALL_STARTED","detail":{"callId":"c"}}"#,
        r#"{"type":"callstarted","detail":{"callId":"c","calltype":"sideways","participant":"p"}}"#,
        r#"{"type":"hold","detail":{"callid":"","participant":"p"}}"#,
    ] {
        assert_fixed(Suggested, line, line);
        let found = findings(&default(), line.as_bytes());
        assert!(shown(&found).all(|finding| finding.fix.is_none()), "{found:?}");
    }
    // A warning may.
    let line = |name: &str| {
        format!(
            r#"{{"type":"{name}","detail":{{"callId":"c","callType":"Inbound","participant":"p"}}}}"#
        )
    };
    assert_fixed(Safe, &line("CALL_STARTED"), &line("callstarted"));
}

#[test]
fn a_fix_that_needs_a_suggestion_is_one() {
    let fixes = |line: &str| -> Vec<Fix> {
        let found = findings(&default(), line.as_bytes());
        found.into_iter().filter_map(|finding| finding.fix).collect()
    };
    let applicability = |line: &str| fixes(line).first().map(|fix| fix.applicability);
    assert_eq!(applicability(r#"{"type":"MUTE","detail":{"callId":"c"}}"#), Some(Safe));
    assert_eq!(applicability(r#"{"type":"MUTE","detail":{"callId":7}}"#), Some(Suggested));
    assert_eq!(applicability(r#"{"type":"mute","detail":{"callid":7}}"#), Some(Suggested));
}

#[test]
fn terminators_stay() {
    for end in ["", "\n", "\r\n", "\r\r\n"] {
        let line =
            |name: &str| format!("{{\"type\":\"{name}\",\"detail\":{{\"callId\":\"c\"}}}}{end}");
        assert_fixed(Safe, &line("MUTE"), &line("mute"));
    }
}

#[test]
fn rules_that_are_allowed_are_not_fixed() {
    let mut policy = Policy::default();
    policy.set(Rule::MissingProperty, Severity::Allowed);
    let line = br#"{"type":"mute","detail":{"callid":"c"}}"#;
    assert_eq!(fixed(&validator(68, policy), line, Suggested), line);
    let mut policy = Policy::default();
    policy.set(Rule::InvalidJson, Severity::Allowed);
    assert_eq!(fixed(&validator(68, policy), b"{a:1}", Suggested), b"{a:1}");
    // In the strict contract, an optional property is misspelt, too.
    let line = |key: &str| {
        format!(
            r#"{{"type":"audiostats","detail":{{"callId":"c","stats":"inputChannelStats","packetsLost":1,"packetsCount":9,"jitterBufferMillis":1,"roundTripTimeMillis":0,"{key}":4}}}}"#
        )
    };
    let strict = validator(68, Policy::strict());
    let fixed = fixed(&strict, line("statscount").as_bytes(), Safe);
    assert_eq!(String::from_utf8_lossy(&fixed), line("statsCount"));
    assert_fixed(Suggested, &line("statscount"), &line("statscount"));
}

#[test]
fn a_line_with_too_much_to_fix_stays_whole() {
    let members: Vec<String> = (0..5_000).map(|number| format!("k{number}:1")).collect();
    let line = format!("{{{}}}", members.join(","));
    assert_fixed(Suggested, &line, &line);
}

fn pick(texts: &[&'static str], random: &mut Random) -> &'static str {
    texts[random.below(texts.len())]
}

/// Damages `line` as people and programs do.
fn damage(line: &mut Vec<u8>, random: &mut Random) {
    let text = String::from_utf8_lossy(line).into_owned();
    let places =
        |wanted: &[char]| -> Vec<usize> { text.match_indices(wanted).map(|(at, _)| at).collect() };
    let one_of =
        |places: &[usize], random: &mut Random| places.get(random.below(places.len())).copied();
    let letters: Vec<usize> =
        text.match_indices(|it: char| it.is_ascii_alphabetic()).map(|(at, _)| at).collect();
    let numbers: Vec<usize> = places(&[':'])
        .into_iter()
        .map(|at| at + 1)
        .filter(|&at| text[at..].starts_with(|it: char| it.is_ascii_digit()))
        .collect();
    let damaged = match random.below(15) {
        0 => text.replace('"', "'"),
        1 => text.replace('"', pick(&["“", "”", "‘"], random)),
        2 => text.replace("\":", ":").replace("{\"", "{").replace(",\"", ","),
        3 => one_of(&places(&[',']), random)
            .map_or(text.clone(), |at| text[..at].to_owned() + " " + &text[at + 1..]),
        4 => one_of(&places(&['}']), random)
            .map_or(text.clone(), |at| text[..at].to_owned() + "," + &text[at..]),
        5 => text.trim_end_matches('}').to_owned(),
        6 => format!("{text} // {}", random.below(9)),
        7 => format!("{}{text}", random.below(20)),
        8 => one_of(&letters, random)
            .map_or(text.clone(), |at| text[..at].to_owned() + &text[at + 1..]),
        9 => one_of(&letters, random).map_or(text.clone(), |at| {
            text[..at].to_owned() + &text[at..=at].to_uppercase() + &text[at + 1..]
        }),
        10 => text.replace("null", pick(&["NULL", "None", "undefined"], random)),
        11 => {
            text.replace("nbound\"", pick(&["NBOUND\"", "nbond\""], random)).replace("\"i", "\"I")
        }
        12 => text.replace("\"callId\":\"", "\"callId\":4159990000,\"was\":\""),
        13 => one_of(&numbers, random).map_or(text.clone(), |at| {
            let end = text[at..].find([',', '}']).map_or(text.len(), |length| at + length);
            format!("{}\"{}\"{}", &text[..at], &text[at..end], &text[end..])
        }),
        _ => text.replace("\"type\":\"", "\"type\":\"on"),
    };
    *line = damaged.into_bytes();
}

/// Calls `check` on mutants and on every line of the fixtures.
fn each_mutant(mut check: impl FnMut(&[u8])) {
    for (_, line) in all_lines() {
        check(&line);
    }
    let seeds = seeds(&Bundle::newest());
    let asked = std::env::var("VOXEV_MUTANTS").ok().and_then(|it| it.parse::<u64>().ok());
    let mut random = Random(11);
    let mut line = Vec::new();
    for _ in 0..asked.map_or(MUTANTS, |asked| asked / 40) {
        if random.below(3) == 0 || line.is_empty() {
            line.clone_from(&seeds[random.below(seeds.len())]);
        }
        if random.below(2) == 0 {
            damage(&mut line, &mut random);
        } else {
            mutate(&mut line, &mut random);
        }
        line.retain(|&byte| byte != b'\n');
        check(&line);
    }
}

/// `line` after `fix`, made in another way than by the program.
fn edited(line: &[u8], fix: &Fix) -> Vec<u8> {
    let mut edited = line.to_vec();
    for edit in fix.edits.iter().rev() {
        edited.splice(edit.span.clone(), edit.replacement.bytes());
    }
    edited
}

#[test]
fn every_fix_of_every_mutant_keeps_all_bytes_outside_of_its_edits() {
    let validator = default();
    let mut fixes: HashMap<Rule, u64> = HashMap::new();
    each_mutant(|line| {
        let line = line.trim_ascii_end();
        let text = String::from_utf8_lossy(line);
        for finding in findings(&validator, line) {
            let Some(fix) = finding.fix else { continue };
            *fixes.entry(finding.rule).or_default() += 1;
            assert!(!fix.edits.is_empty() && !fix.title.is_empty(), "{text}");
            for edit in &fix.edits {
                assert!(edit.span.start <= edit.span.end && edit.span.end <= line.len(), "{text}");
                assert!(!edit.replacement.contains(['\n', '\r']), "{text}: {fix:?}");
                // Both ends are between characters.
                let parts = [&line[..edit.span.start], &line[edit.span.end..]];
                assert!(parts.iter().all(|it| std::str::from_utf8(it).is_ok()), "{text}: {fix:?}");
            }
            for pair in fix.edits.windows(2) {
                assert!(pair[0].span.end <= pair[1].span.start, "{text}: {fix:?}");
            }
            let kept = line.len() - fix.edits.iter().map(|it| it.span.len()).sum::<usize>();
            let added = fix.edits.iter().map(|it| it.replacement.len()).sum::<usize>();
            assert_eq!(edited(line, &fix).len(), kept + added, "{text}");
        }
    });
    for rule in [
        Rule::InvalidJson,
        Rule::UnknownEvent,
        Rule::MissingProperty,
        Rule::WrongType,
        Rule::ObservedValue,
        Rule::UnexpectedValue,
    ] {
        assert!(fixes.contains_key(&rule), "{rule}: {fixes:?}");
    }
}

/// How often each finding occurs, by what does not move with the line.
fn counted(found: &[Finding]) -> BTreeMap<(Rule, Option<String>, String), u64> {
    let mut counted = BTreeMap::new();
    for finding in shown(found).filter(|it| it.severity == Severity::Error) {
        let key = (finding.rule, finding.place.pointer.clone(), finding.message.clone());
        *counted.entry(key).or_default() += 1;
    }
    counted
}

#[test]
fn a_fixed_mutant_is_better_and_fixing_it_again_changes_nothing() {
    let validators = [default(), validator(64, Policy::strict())];
    let mut improved = 0;
    each_mutant(|line| {
        for (validator, wanted) in
            validators.iter().flat_map(|validator| [(validator, Safe), (validator, Suggested)])
        {
            let once = fixed(validator, line, wanted);
            if once == line {
                continue;
            }
            improved += 1;
            let shown_line = String::from_utf8_lossy(line);
            let again = fixed(validator, &once, wanted);
            assert_eq!(again, once, "{shown_line} becomes {}", String::from_utf8_lossy(&once));
            let [before, after] = [line, &once].map(|it| findings(validator, it.trim_ascii_end()));
            let is_read = |found: &[Finding]| found.iter().all(|it| it.rule != Rule::InvalidJson);
            assert!(!is_read(&before) || is_read(&after), "{shown_line}");
            let is_checked = |found: &[Finding]| {
                is_read(found)
                    && found
                        .iter()
                        .all(|it| it.rule != Rule::UnknownEvent && it.rule != Rule::NotAnEvent)
            };
            if is_checked(&before) {
                let known = counted(&before);
                for (finding, count) in counted(&after) {
                    assert!(
                        known.get(&finding) >= Some(&count),
                        "{finding:?} is new: {shown_line}"
                    );
                }
            }
            if is_read(&before) {
                let errors = |found: &[Finding]| counted(found).values().sum::<u64>();
                let warnings = |found: &[Finding]| shown(found).count() as u64 - errors(found);
                let badness = |found: &[Finding]| (errors(found), warnings(found));
                assert!(badness(&after) < badness(&before), "{shown_line}: {after:?}");
            }
        }
    });
    assert!(improved > 1_000, "only {improved} lines were improved");
}

#[test]
fn no_renaming_is_offered_that_would_be_refused() {
    let twice = r#"{"type":"callstarted","detail":{"callid":"a","callid":"b","callType":"outbound","participant":"+1"}}"#;
    let long =
        r#"{"type":"callstarted","detail":{"calId":"a","callType":"outbound","participant":"+1"}}"#;
    let limits = Limits { max_line_bytes: long.len() + 1, ..Limits::default() };
    let limited = Validator::new(Bundle::newest(), Policy::default(), limits);
    for (validator, text) in [(validator(68, Policy::strict()), twice), (limited, long)] {
        let raw = format!("{text}\n");
        let line = Line::new("test.jsonl", 1, 0, raw.as_bytes());
        let found = validator.validate(&line).findings;
        assert!(shown(&found).count() > 0, "{text}");
        assert!(shown(&found).all(|it| it.fix.is_none()), "{text}");
    }
}

#[test]
fn a_fix_that_is_offered_is_kept() {
    let (mut offered, mut refused) = (0, Vec::new());
    // Version 60 does not have audiostats: whatever their keys are, they violate its contract.
    let validators = [default(), validator(60, Policy::default())];
    let mut turn = 0;
    each_mutant(|line| {
        let line = line.trim_ascii_end();
        let whole = Line::new("test.jsonl", 1, 0, line);
        turn += 1;
        let validator = &validators[turn % validators.len()];
        for finding in shown(&validator.validate(&whole).findings) {
            let Some(fix) = &finding.fix else { continue };
            offered += 1;
            let found = validator.validate(&whole).findings;
            if validator.fixed(&whole, &found, fix.applicability).is_none() {
                refused.push(format!("{}: {}", fix.title, String::from_utf8_lossy(line)));
            }
        }
    });
    assert!(offered > 1_000);
    assert!(
        refused.is_empty(),
        "{} of {offered} are refused:\n{}",
        refused.len(),
        refused.join("\n")
    );
}
