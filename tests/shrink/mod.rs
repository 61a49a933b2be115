//! `voxev shrink`: the finding stays, nothing else that can go does, and no new finding comes.

mod command;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;
use voxev::{Needs, Rule};

use crate::support::{Run, objects, run};

const HOLD: &str = r#"{"type":"hold","detail":{"callId":"c-1","participant":"+1 (415) 999-0000"}}"#;

struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let folder = Self(tempfile::tempdir().expect("there is room for a folder"));
        for (name, bytes) in files {
            fs::write(folder.path(name), bytes).expect("it is written");
        }
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn named(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }
}

fn shrink(arguments: &[&str], input: &[u8]) -> Run {
    run(&[&["shrink", "--no-config"], arguments].concat(), input)
}

/// What tells a finding from others, whatever line it is in: elements of arrays are not told apart.
fn identity(finding: &Value) -> String {
    let pointer = finding["pointer"].as_str().unwrap_or_default();
    let is_index = |token: &&str| !token.is_empty() && token.bytes().all(|it| it.is_ascii_digit());
    let tokens = pointer.split('/').map(|token| if is_index(&token) { "#" } else { token });
    let tokens: Vec<&str> = tokens.collect();
    // A message names what is missing.
    let missing =
        if finding["rule"] == "missing-property" { &finding["message"] } else { &Value::Null };
    format!("{} {} {} {missing}", finding["rule"], finding["event"], tokens.join("/"))
}

fn identities(capture: &[u8], options: &[String]) -> BTreeSet<String> {
    let mut arguments = vec!["validate", "--no-config", "-q", "--format", "json"];
    arguments.extend(options.iter().map(String::as_str));
    let run = run(&arguments, capture);
    assert!(run.code < Some(2), "{}", run.stderr);
    objects(&run.stdout).iter().map(identity).collect()
}

/// The value without each of its properties and elements in turn.
fn without_one(value: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    match value {
        Value::Object(members) => {
            for (key, inner) in members {
                let mut less = members.clone();
                less.shift_remove(key);
                all.push(Value::Object(less));
                for smaller in without_one(inner) {
                    let mut changed = members.clone();
                    changed.insert(key.clone(), smaller);
                    all.push(Value::Object(changed));
                }
            }
        }
        Value::Array(items) => {
            for (at, inner) in items.iter().enumerate() {
                let mut less = items.clone();
                less.remove(at);
                all.push(Value::Array(less));
                for smaller in without_one(inner) {
                    let mut changed = items.clone();
                    changed[at] = smaller;
                    all.push(Value::Array(changed));
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    all
}

/// The capture without each of its lines, and without each property in turn.
fn smaller(capture: &[u8]) -> Vec<Vec<u8>> {
    let lines: Vec<&[u8]> =
        capture.split(|it| *it == b'\n').filter(|line| !line.is_empty()).collect();
    let mut all = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let with = |own: &[&[u8]]| {
            let rest = [&lines[..at], own, &lines[at + 1..]].concat();
            rest.into_iter().flat_map(|line| [line, b"\n"].concat()).collect::<Vec<u8>>()
        };
        all.push(with(&[]));
        if let Ok(value) = serde_json::from_slice(line) {
            all.extend(without_one(&value).iter().map(|it| with(&[it.to_string().as_bytes()])));
        }
    }
    all
}

/// Rules about lines that can be shrunk, and the options that they need.
fn shrinkable() -> impl Iterator<Item = (Rule, Vec<String>)> {
    let is_about_lines = |rule: &Rule| !matches!(rule, Rule::EmptyCapture | Rule::DamagedStream);
    Rule::ALL.into_iter().filter(is_about_lines).map(|rule| (rule, rule.info().needs.option(rule)))
}

/// `--lifecycle` and `--deny RULE` follow from `--keep`.
fn options_of_shrink(rule: Rule, options: &[String]) -> Vec<&str> {
    let is_implied = matches!(rule.info().needs, Needs::Lifecycle | Needs::Deny);
    let options = if is_implied { &[] } else { options };
    ["--keep", rule.code()].into_iter().chain(options.iter().map(String::as_str)).collect()
}

#[test]
fn the_example_of_every_rule_shrinks_to_one_that_has_the_finding_and_no_new_one() {
    for (rule, options) in shrinkable() {
        let run = shrink(&options_of_shrink(rule, &options), rule.info().example);
        assert_eq!(run.code, Some(0), "{rule}: {}", run.stderr);
        assert!(run.stdout.len() <= rule.info().example.len(), "{rule}");
        let (before, after) =
            (identities(rule.info().example, &options), identities(&run.stdout, &options));
        assert!(after.is_subset(&before), "{rule}: {after:?} of {before:?}");
        let is_it = |it: &String| it.starts_with(&format!("\"{rule}\""));
        assert!(after.iter().any(is_it), "{rule}: {after:?}");
        assert!(run.stderr.contains("voxev: kept "), "{rule}: {}", run.stderr);
    }
}

#[test]
fn nothing_more_can_be_left_out() {
    let rules = [
        Rule::MissingProperty,
        Rule::UndocumentedProperty,
        Rule::ConnectorShape,
        Rule::LifecycleHold,
        Rule::LifecycleFlagRole,
        Rule::LifecycleAudiostats,
    ];
    for (rule, options) in shrinkable().filter(|(rule, _)| rules.contains(rule)) {
        let run = shrink(&options_of_shrink(rule, &options), rule.info().example);
        let number: usize =
            run.stderr.split(':').nth(1).and_then(|it| it.parse().ok()).expect("a line");
        let example = rule.info().example;
        let line = example.split(|it| *it == b'\n').nth(number - 1).expect("it is there");
        let known = identities(if rule.is_about_order() { example } else { line }, &options);
        let wanted = format!("\"{rule}\"");
        for capture in smaller(&run.stdout) {
            if capture.is_empty() {
                continue;
            }
            let found = identities(&capture, &options);
            let has_it = found.iter().any(|it| it.starts_with(&wanted));
            let text = String::from_utf8_lossy(&capture);
            assert!(!has_it || !found.is_subset(&known), "{rule}: this is smaller:\n{text}");
        }
    }
}

#[test]
fn what_is_shrunk_shrinks_no_further() {
    for (rule, options) in shrinkable() {
        let once = shrink(&options_of_shrink(rule, &options), rule.info().example);
        let twice = shrink(&options_of_shrink(rule, &options), &once.stdout);
        assert_eq!(twice.stdout, once.stdout, "{rule}");
    }
}
