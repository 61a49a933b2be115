//! What shells offer for values that only voxev knows.

use std::collections::BTreeSet;
use std::ffi::OsString;

use clap::builder::StyledStr;
use clap_complete::engine::{CompletionCandidate, PathCompleter, ValueCompleter};
use clap_complete::env::Shells;

use super::Format;
use crate::contract::{Bundle, EventId, Property};

/// Shells that there are completions for.
pub(crate) fn shells() -> Vec<&'static str> {
    Shells::builtins().names().collect()
}

/// Completes `--report FORMAT=PATH`: a format first, then a path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReportCompleter;

impl ValueCompleter for ReportCompleter {
    fn complete(&self, current: &std::ffi::OsStr) -> Vec<CompletionCandidate> {
        let current = current.to_string_lossy();
        if let Some((format, path)) = current.split_once('=') {
            let paths = PathCompleter::file().complete(path.as_ref());
            let prefix = OsString::from(format!("{format}="));
            return paths.into_iter().map(|it| it.add_prefix(prefix.clone())).collect();
        }
        let formats = <Format as clap::ValueEnum>::value_variants().iter();
        let values = formats.filter_map(clap::ValueEnum::to_possible_value);
        values
            .filter(|value| value.get_name().starts_with(&*current))
            .map(|value| {
                let help: Option<StyledStr> = value.get_help().cloned();
                CompletionCandidate::new(format!("{}=", value.get_name())).help(help)
            })
            .collect()
    }
}

/// Completes `--where CONDITION`: a documented property, then behind `=` or `!=` its documented
/// values, where it has some.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WhereCompleter;

impl ValueCompleter for WhereCompleter {
    fn complete(&self, current: &std::ffi::OsStr) -> Vec<CompletionCandidate> {
        let current = current.to_string_lossy();
        let (prefix, rest) = match current.strip_prefix("detail.") {
            Some(rest) => ("detail.", rest),
            None => ("", &*current),
        };
        let bundle = Bundle::newest();
        let mut seen = BTreeSet::new();
        let mut offered = Vec::new();
        for property in EventId::all().flat_map(|id| bundle.event(id).properties.iter()) {
            let help: StyledStr = property.title.clone().into();
            for text in spellings(property, rest) {
                if text.starts_with(rest) && seen.insert(text.clone()) {
                    let candidate = CompletionCandidate::new(format!("{prefix}{text}"));
                    offered.push(candidate.help(Some(help.clone())));
                }
            }
        }
        offered
    }
}

/// What a condition on `property` can begin with, once `typed` has been typed.
fn spellings(property: &Property, typed: &str) -> Vec<String> {
    let name = property.name.as_str();
    let sign = typed.strip_prefix(name).map(|rest| rest.trim_end_matches(|it| it != '='));
    match sign {
        Some(sign @ ("=" | "!=")) => {
            let values = property.values.iter().filter_map(serde_json::Value::as_str);
            values.map(|value| format!("{name}{sign}{value}")).collect()
        }
        _ => vec![name.to_owned()],
    }
}
