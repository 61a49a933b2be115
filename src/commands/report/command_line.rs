//! The command line as a report quotes it: without personal values, unless they may be shown.

use std::ffi::OsString;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, CommandFactory as _};

use crate::cli::Cli;
use crate::output::Privacy;
use crate::redact::Value;
use crate::text::comparison::Comparison;
use crate::text::shell_word;

/// Options whose values name files.
const PATHS: [&str; 7] =
    ["files", "output", "call_id_file", "join", "compare", "key_file", "config"];

/// Options whose values say nothing of anybody: names of columns and rules, numbers and times; and the
/// title, which is meant to be read.
const PLAIN: [&str; 32] = [
    "types",
    "any_type",
    "by",
    "sort",
    "mos",
    "limits",
    "since",
    "until",
    "time_zone",
    "having",
    "on",
    "calls",
    "top",
    "title",
    "made_at",
    "show_personal",
    "keep",
    "no_config",
    "strict",
    "no_strict",
    "deny",
    "warn",
    "allow",
    "api",
    "input",
    "span",
    "payload",
    "time",
    "threads",
    "max_line_bytes",
    "max_depth",
    "color",
];

/// Options whose values are replaced.
const CALL_IDS: &str = "call_ids";
const CONDITIONS: &str = "conditions";

/// What stands for a value that has no replacement.
const WITHHELD: &str = "…";

/// The command line of this run, as a shell takes it. `ids` are the calls that are told of.
pub(super) fn quoted(privacy: &Privacy, ids: &[&str]) -> String {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let Ok(matches) = Cli::command().try_get_matches_from(&arguments) else {
        return String::new();
    };
    let Some((name, matches)) = matches.subcommand() else { return String::new() };
    let mut command = Cli::command();
    let Some(command) = command.find_subcommand_mut(name) else { return String::new() };
    let mut parts: Vec<(usize, String)> = Vec::new();
    for argument in command.get_arguments() {
        parts.extend(occurrences(argument, matches, privacy, ids));
    }
    parts.sort_by_key(|(place, _)| *place);
    let parts = parts.into_iter().map(|(_, text)| text);
    std::iter::once(format!("voxev {name}")).chain(parts).collect::<Vec<_>>().join(" ")
}

/// Each time that an option was typed: where, and how it is quoted.
fn occurrences(
    argument: &Arg,
    matches: &ArgMatches,
    privacy: &Privacy,
    ids: &[&str],
) -> Vec<(usize, String)> {
    let id = argument.get_id().as_str();
    let is_known = matches.try_contains_id(id).unwrap_or_default();
    if !is_known || matches.value_source(id) != Some(ValueSource::CommandLine) {
        return Vec::new();
    }
    let option = argument.get_long().map(|long| format!("--{long}"));
    let places: Vec<usize> = matches.indices_of(id).map(Iterator::collect).unwrap_or_default();
    if !argument.get_action().takes_values() {
        let first = places.first().copied().unwrap_or_default();
        return option.map(|option| (first, option)).into_iter().collect();
    }
    let values = matches.get_raw(id).into_iter().flatten();
    let quote = |(value, place): (&std::ffi::OsStr, usize)| {
        let value = shown(id, &value.to_string_lossy(), privacy, ids);
        let value = shell_word(&value);
        let text = match &option {
            Some(option) => format!("{option} {value}"),
            None => value.into_owned(),
        };
        (place, text)
    };
    values.zip(places).map(quote).collect()
}

/// A value as it may be read by whoever gets the report.
fn shown(id: &str, value: &str, privacy: &Privacy, ids: &[&str]) -> String {
    if privacy.redactor.is_none() || PLAIN.contains(&id) {
        return value.to_owned();
    }
    match id {
        CALL_IDS => call_id(value, privacy, ids),
        CONDITIONS => condition(value, privacy),
        _ if PATHS.contains(&id) => {
            privacy.capture(value.trim_end_matches(['/', '\\'])).into_owned()
        }
        _ => WITHHELD.to_owned(),
    }
}

/// The replacement of a call's identifier; of the beginning of one, as much of the call's.
fn call_id(typed: &str, privacy: &Privacy, ids: &[&str]) -> String {
    if ids.contains(&typed) {
        return privacy.call_id(typed).into_owned();
    }
    let Some(whole) = ids.iter().find(|id| id.starts_with(typed)) else {
        return WITHHELD.to_owned();
    };
    privacy.call_id(whole).chars().take(typed.chars().count()).collect()
}

/// A condition on a property, whose value is replaced where the property is somebody's.
fn condition(text: &str, privacy: &Privacy) -> String {
    match (Comparison::parse(text), &privacy.redactor) {
        (Some(Ok(Comparison { name, operator, operand })), Some(redactor)) => {
            let operand = redactor.value(Value::Property(name), &operand);
            format!("{name}{}{operand}", operator.sign())
        }
        _ => WITHHELD.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_decided_for_every_option_whether_its_value_may_be_quoted() {
        let mut command = Cli::command();
        command.build();
        let report = command.find_subcommand("report").expect("it is a command");
        for argument in report.get_arguments() {
            let id = argument.get_id().as_str();
            let lists: [&[&str]; 4] =
                [&PATHS, &PLAIN, &[CALL_IDS, CONDITIONS], &["help", "version"]];
            let found = lists.into_iter().filter(|list| list.contains(&id)).count();
            assert_eq!(found, 1, "{id}");
        }
    }

    #[test]
    fn a_word_is_quoted_for_a_shell_where_that_is_needed() {
        let words = ["a.jsonl", "loss>1%", "it's", ""].map(shell_word);
        assert_eq!(words, ["a.jsonl", "'loss>1%'", r"'it'\''s'", "''"]);
    }
}
