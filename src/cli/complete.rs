//! Shell completions for values that only voxev knows.

use std::collections::BTreeSet;
use std::ffi::OsString;

use clap::builder::StyledStr;
use clap_complete::engine::{CompletionCandidate, PathCompleter, ValueCompleter};
use clap_complete::env::Shells;

use crate::calls::group::Dimension;
use crate::calls::limit_offers;
use crate::contract::{Bundle, EventId, Property, Rule};
use crate::output::{Column, EXTRA, Format};

/// Shells with completions.
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

/// Completes `--where CONDITION`: a documented property, then after `=` or `!=` its documented
/// values, if it has any.
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

/// Completes `--limits` and `--fail-on`, whose comma-separated list is one value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LimitsCompleter;

impl ValueCompleter for LimitsCompleter {
    fn complete(&self, current: &std::ffi::OsStr) -> Vec<CompletionCandidate> {
        let current = current.to_string_lossy();
        let (before, typed) = current.split_at(current.rfind(',').map_or(0, |at| at + 1));
        let offers = limit_offers().filter(|(text, _)| text.starts_with(typed));
        offers.map(|(text, means)| candidate(format!("{before}{text}"), means)).collect()
    }
}

/// What calls can be grouped by: `--by`.
pub(crate) fn dimensions() -> Vec<CompletionCandidate> {
    let all = Dimension::NAMED.into_iter();
    let named = all.map(|(name, _, means)| candidate(name.to_owned(), means.to_owned()));
    [candidate("call".into(), "each call".into())].into_iter().chain(named).collect()
}

/// API versions with a contract: `--api`.
pub(crate) fn api_versions() -> Vec<CompletionCandidate> {
    let bundle = Bundle::newest();
    let releases = bundle.releases();
    let oldest = releases.first().map_or(0, |release| release.api);
    let versions = (oldest..=bundle.api()).rev();
    versions
        .map(|api| {
            let release = releases.iter().find(|release| release.api == api);
            let name = release.map_or_else(String::new, |release| release.release.clone());
            candidate(api.to_string(), name)
        })
        .collect()
}

/// Columns that a table can have: `--columns`.
pub(crate) fn columns() -> Vec<CompletionCandidate> {
    let bundle = Bundle::newest();
    let properties = || EventId::all().flat_map(|id| bundle.event(id).properties.iter());
    let all = Column::of(EventId::all().map(|id| bundle.event(id)));
    all.iter()
        .map(|column| {
            let name = column.name();
            let property = properties().find(|property| property.name == name);
            let title = property.map(|property| property.title.clone());
            let title = title.filter(|_| name != EXTRA);
            candidate(name.to_owned(), title.unwrap_or_else(|| "All other properties".into()))
        })
        .collect()
}

/// Event names followed by `=`: `--mix`.
pub(crate) fn shares() -> Vec<CompletionCandidate> {
    EventId::all().map(|id| CompletionCandidate::new(format!("{}=", id.name()))).collect()
}

/// Rules: `--keep`.
pub(crate) fn rules() -> Vec<CompletionCandidate> {
    let offer = |rule: Rule| candidate(rule.code().to_owned(), rule.info().summary.to_owned());
    Rule::ALL.map(offer).into_iter().collect()
}

fn candidate(text: String, help: String) -> CompletionCandidate {
    CompletionCandidate::new(text).help(Some(help).filter(|it| !it.is_empty()).map(Into::into))
}

/// Conditions on `property` that continue the text `typed`.
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
