//! Values that RFC 8259 accepts or rejects are accepted or rejected as an undocumented property.
//!
//! The table follows `JSONTestSuite` (y_ and n_ cases). A line feed, which is white space in the
//! RFC, cannot occur in a line and is omitted.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde::de::IgnoredAny;
use voxev::{Finding, Policy, Rule, Validator};

use crate::support::{findings, has_error, validator};

/// `value` as an undocumented property, which may be anything.
fn line(value: &[u8]) -> Vec<u8> {
    let mut line = br#"{"type":"mute","detail":{"callId":"x"},"extra":"#.to_vec();
    line.extend_from_slice(value);
    line.push(b'}');
    line
}

fn is_refused(findings: &[Finding]) -> bool {
    findings.iter().any(|it| matches!(it.rule, Rule::InvalidJson | Rule::InvalidUtf8))
}

fn any_judge() -> &'static Validator {
    static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| validator(68, Policy::default()));
    &VALIDATOR
}

const ACCEPTED: &[&str] = &[
    // Literals and white space.
    "null",
    "true",
    "false",
    " null ",
    "\tnull\t",
    "\rnull\r",
    " \t\r null \r\t ",
    // Numbers.
    "0",
    "-0",
    "1",
    "-1",
    "10",
    "123456789",
    "0.0",
    "-0.0",
    "0.1",
    "1.0",
    "1.10",
    "1e1",
    "1E1",
    "1e+1",
    "1e-1",
    "1E+01",
    "1e00",
    "0e0",
    "0E-0",
    "-0e-0",
    "0.5e10",
    "1.5E-10",
    "20e1",
    "123.456e78",
    "-123.456e-78",
    "1e308",
    "-1e308",
    "1e400",
    "-1e400",
    "1e-400",
    "1e99999999999",
    "0e99999999999999999999",
    "9007199254740993",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775809",
    "0.00000000000000000000000000000000000000000000000001",
    "100000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
    // Strings.
    r#""""#,
    r#"" ""#,
    r#""a""#,
    r#""\"""#,
    r#""\\""#,
    r#""\/""#,
    r#""/""#,
    r#""\b\f\n\r\t""#,
    r#""\u0000""#,
    r#""\u001f""#,
    r#""\u0041""#,
    r#""\u00e9\u00E9""#,
    r#""\uABCD\uabcd""#,
    r#""\ud83d\ude00""#,
    r#""\uD83D\uDE00""#,
    r#""\ud800""#,
    r#""\udc00""#,
    r#""\ud800x""#,
    r#""\ude00\ud83d""#,
    r#""\ud800\ud800\udc00""#,
    r#""\ud83d\\ude00""#,
    r#""\uffff\ufffe""#,
    r#""\u2028\u2029""#,
    r#""\\u0041""#,
    r#""\\\"""#,
    r#""'""#,
    r#""{}[],:""#,
    r#""// no comment""#,
    "\"\u{7f}\"",
    "\"\u{80}\"",
    "\"é\"",
    "\"€\"",
    "\"😀\"",
    "\"\u{feff}\"",
    "\"\u{2028}\u{2029}\"",
    "\"\u{ffff}\"",
    "\"\u{10ffff}\"",
    "\"\u{d7ff}\u{e000}\"",
    "\"e\u{301}\"",
    // Arrays.
    "[]",
    "[ ]",
    "[[]]",
    "[null]",
    "[1,2]",
    "[ 1 , 2 ]",
    "[1,\"a\",true,null,{},[]]",
    "[[],[[]]]",
    "[\"\"]",
    "[0]",
    "[-0]",
    "[1e1]",
    "[\t\r]",
    // Objects.
    "{}",
    "{ }",
    r#"{"":0}"#,
    r#"{"a":1}"#,
    r#"{ "a" : 1 }"#,
    r#"{"a":{"a":{}}}"#,
    r#"{"a":[],"b":{}}"#,
    r#"{"a":1,"b":2}"#,
    r#"{"\u0000":1}"#,
    r#"{"\u0061b":1}"#,
    r#"{"a b":1}"#,
    r#"{"é":1}"#,
    r#"{"__proto__":{}}"#,
    "{\"a\"\t:\r1}",
    r#"{"a":1,"A":2}"#,
    r#"{"\ud800":1,"\ud801":2}"#,
];

const REJECTED: &[&[u8]] = &[
    // Nothing, and bare words.
    b"",
    b" ",
    b"nul",
    b"nulll",
    b"Null",
    b"NULL",
    b"True",
    b"TRUE",
    b"tru",
    b"truee",
    b"False",
    b"fals",
    b"undefined",
    b"NaN",
    b"nan",
    b"Infinity",
    b"-Infinity",
    b"inf",
    b"-NaN",
    b"None",
    b"a",
    b"true false",
    b"nulltrue",
    b"null1",
    b"true\"a\"",
    b"*",
    b"#",
    b"?",
    b"_",
    b"$",
    // Numbers.
    b"+1",
    b"+0",
    b"01",
    b"-01",
    b"00",
    b"-00",
    b"0123",
    b"1.",
    b"-1.",
    b".1",
    b"-.1",
    b"0.",
    b"0.e1",
    b"1.e1",
    b"1e",
    b"1E",
    b"1e+",
    b"1e-",
    b"1E+",
    b"0e",
    b"0e+",
    b"1.0e",
    b"1.0e+",
    b"1.0e-",
    b"-",
    b"--1",
    b"- 1",
    b"-a",
    b"1 2",
    b"1 000",
    b"1_000",
    b"1,000.0.0",
    b"1.2.3",
    b"1e1.5",
    b"1e1e1",
    b"0x1",
    b"0x",
    b"0b1",
    b"1a",
    b"1ea",
    b"1.5.",
    b"1-1",
    b"1+1",
    b"++1",
    b"e1",
    b".",
    b".e1",
    b"0xFFp1",
    b"1f",
    b"1n",
    b"12L",
    b"9.e+",
    "\u{661}".as_bytes(),
    "\u{ff11}".as_bytes(),
    "1\u{a0}".as_bytes(),
    // Strings.
    b"\"",
    b"\"a",
    b"a\"",
    b"'a'",
    b"\"a'",
    b"\"\\\"",
    b"\"\\\\\\\"",
    b"\"\\a\"",
    b"\"\\x41\"",
    b"\"\\'\"",
    b"\"\\0\"",
    b"\"\\v\"",
    b"\"\\U0041\"",
    b"\"\\u\"",
    b"\"\\u1\"",
    b"\"\\u12\"",
    b"\"\\u123\"",
    b"\"\\u123g\"",
    b"\"\\u+123\"",
    b"\"\\u 123\"",
    b"\"\\ud83d\\u\"",
    b"\"\\ud83d\\ude0\"",
    b"\"\\ud83d\\ude0g\"",
    b"\"\\ \"",
    b"\"\\\x09\"",
    b"\"\x00\"",
    b"\"\x01\"",
    b"\"\x08\"",
    b"\"\x09\"",
    b"\"\x0b\"",
    b"\"\x0d\"",
    b"\"\x1b\"",
    b"\"\x1f\"",
    b"\"a\" \"b\"",
    b"\"a\"b",
    b"\"a\"\"b\"",
    b"\"a\"1",
    "\"\\é\"".as_bytes(),
    "\"\\😀\"".as_bytes(),
    "“a”".as_bytes(),
    "\u{feff}1".as_bytes(),
    "1\u{feff}".as_bytes(),
    b"`a`",
    b"u'a'",
    b"b\"a\"",
    // Bytes that are not UTF-8.
    b"\"\x80\"",
    b"\"\xbf\"",
    b"\"\xff\"",
    b"\"\xfe\"",
    b"\"\xc0\x80\"",
    b"\"\xc1\xbf\"",
    b"\"\xc3\"",
    b"\"\xe9\"",
    b"\"\xe2\x82\"",
    b"\"\xe0\x80\xaf\"",
    b"\"\xed\xa0\x80\"",
    b"\"\xed\xbf\xbf\"",
    b"\"\xf0\x9f\x98\"",
    b"\"\xf0\x80\x80\xaf\"",
    b"\"\xf4\x90\x80\x80\"",
    b"\"\xf5\x80\x80\x80\"",
    b"\"\xf8\x88\x80\x80\x80\"",
    b"\"\\\xe9\"",
    b"\"\\u00\xe9\"",
    b"\xff",
    b"{\"\xe9\":1}",
    b"1\xe9",
    // Arrays.
    b"[",
    b"]",
    b"[1",
    b"1]",
    b"[1,",
    b"[,",
    b"[,]",
    b"[1,]",
    b"[,1]",
    b"[1,,2]",
    b"[1 2]",
    b"[1;2]",
    b"[1:2]",
    b"[\"a\":1]",
    b"[\"a\",",
    b"[[]",
    b"[]]",
    b"[1}",
    b"[a]",
    b"[1,a]",
    b"[-]",
    b"[1.]",
    b"[\"]",
    b"[']",
    b"[*]",
    b"[1]2",
    b"[]a",
    b"(1)",
    b"[1\x0c]",
    b"[\x0b1]",
    b"[\x001]",
    b"[\\n]",
    "[\u{2060}]".as_bytes(),
    "[\u{a0}]".as_bytes(),
    "[\u{2028}]".as_bytes(),
    b"<null>",
    b"[<null>]",
    // Objects.
    b"{",
    b"{]",
    b"[}",
    b"{,}",
    b"{\"a\"}",
    b"{\"a\":}",
    b"{\"a\":1,}",
    b"{,\"a\":1}",
    b"{\"a\":1,,\"b\":2}",
    b"{\"a\" 1}",
    b"{\"a\"::1}",
    b"{\"a\",1}",
    b"{\"a\"=1}",
    b"{\"a\"=>1}",
    b"{a:1}",
    b"{'a':1}",
    b"{1:1}",
    b"{null:1}",
    b"{\"a\":1 \"b\":2}",
    b"{\"a\":1;\"b\":2}",
    b"{\"a\":1,b:2}",
    b"{\"a\":a}",
    b"{\"a\":1",
    b"{\"a\":",
    b"{\"a\"",
    b"{\"",
    b"{\"a\":1]",
    b"{{}}",
    b"{[]:1}",
    b"{:1}",
    b"{\"a\":\"a",
    b"{\"a\":1}}",
    b"{\"a\":1}{",
    b"{\"a\":1}1",
    b"{\"\\x\":1}",
    b"{\"a\":1,\"a\"}",
    b"{...{}}",
    b"{\"a\":1 /* b */}",
    b"{\"a\":1}// b",
    b"{\"a\":1}#",
    b"/**/1",
    b"1//",
    "{“a”:1}".as_bytes(),
    b"{\"a\" :1, \"b\"}",
    b"{}{}",
    b"[][]",
    b"1,",
    b",1",
    b"1,2",
    b"1:2",
    b":1",
    b";",
    b"1;",
    b"=1",
];

#[test]
fn what_rfc_8259_accepts_is_accepted() {
    let validator = any_judge();
    for text in ACCEPTED {
        let found = findings(validator, &line(text.as_bytes()));
        assert!(!has_error(&found), "{text} is JSON: {found:?}");
    }
}

#[test]
fn what_rfc_8259_rejects_is_rejected() {
    let validator = any_judge();
    for &text in REJECTED {
        let found = findings(validator, &line(text));
        let text = text.escape_ascii();
        assert!(is_refused(&found), "{text} is not JSON: {found:?}");
        assert_eq!(found.len(), 1, "one finding says why {text} cannot be read: {found:?}");
        assert!(!found[0].message.contains('\n') && !found[0].message.is_empty());
        assert!(found[0].help.is_some() || found[0].message.contains("expected"), "{found:?}");
    }
}

#[test]
fn the_table_is_what_the_rfc_says_to_a_second_reader() {
    for text in ACCEPTED {
        assert!(grammar_accepts(&line(text.as_bytes())), "{text} is JSON");
    }
    for text in REJECTED {
        assert!(!grammar_accepts(&line(text)), "{} is not JSON", text.escape_ascii());
    }
}

#[test]
fn nesting_is_accepted_up_to_the_limit_and_not_beyond() {
    let validator = any_judge();
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    // The payload itself counts as a level.
    assert!(!has_error(&findings(validator, &line(nested(127).as_bytes()))));
    let found = findings(validator, &line(nested(128).as_bytes()));
    assert_eq!(found.iter().map(|it| it.rule).collect::<Vec<_>>(), [Rule::NestedTooDeep]);
}

/// The grammar of `serde_json` without its limits: it skips a value that is not deserialised, so
/// numbers may have any size, surrogates may be alone, and nesting may be deep, as in RFC 8259.
fn grammar_accepts(line: &[u8]) -> bool {
    std::str::from_utf8(line).is_ok_and(|line| serde_json::from_str::<IgnoredAny>(line).is_ok())
}

/// Fragments of JSON and of text that is almost JSON.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\"a\"",
    "\"b\":",
    "\\",
    "\\u",
    "\\ud83d",
    "\\ude00",
    "\\n",
    "0",
    "1",
    "9",
    "-",
    "+",
    ".",
    "e",
    "E",
    "true",
    "false",
    "null",
    "nul",
    " ",
    "\t",
    "\r",
    "\u{1}",
    "é",
    "😀",
    "\u{feff}",
    "'",
    "/",
    "{}",
    "[]",
    "[1,2]",
    "{\"c\":null}",
    "1.5e3",
    "\"\\u0041\"",
];

fn almost_json() -> impl Strategy<Value = Vec<u8>> {
    let soup = prop::collection::vec(prop::sample::select(PIECES), 0..12);
    let soup = soup.prop_map(|pieces| pieces.concat().into_bytes());
    let leaf = prop::sample::select(ACCEPTED).prop_map(str::to_owned);
    let valid = leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|it| format!("[{}]", it.join(","))),
            prop::collection::vec(inner, 0..4).prop_map(|items| {
                let members = items.iter().zip(0..).map(|(item, at)| format!("\"k{at}\": {item}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(" ,"))
            }),
        ]
    });
    let valid = valid.prop_map(String::into_bytes);
    let edit = (any::<prop::sample::Index>(), 0..3_u8, any::<u8>());
    let broken =
        (valid.clone(), prop::collection::vec(edit, 1..3)).prop_map(|(mut text, edits)| {
            for (at, what, byte) in edits {
                let at = at.index(text.len() + 1);
                match what {
                    0 if at < text.len() => drop(text.remove(at)),
                    1 if at < text.len() => text[at] = byte,
                    _ => text.insert(at, byte),
                }
            }
            text
        });
    prop_oneof![soup, valid, broken]
        .prop_filter("a line has no line feed", |text| !text.contains(&b'\n'))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 6_000,
        rng_seed: RngSeed::Fixed(8259),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn voxev_and_serde_json_agree_on_what_json_is(text in almost_json()) {
        let line = line(&text);
        let found = findings(any_judge(), &line);
        prop_assert_eq!(!is_refused(&found), grammar_accepts(&line), "{}", line.escape_ascii());
    }
}
