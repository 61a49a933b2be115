//! `--show-config`: what holds, as a `voxev.toml` that says where each value came from.

use std::fmt::Write as _;

use super::{Config, Held, Level, Origin, Resolved, Settings};
use crate::contract::Rule;
use crate::text::visible;

/// The text: TOML that can be used as it is.
pub(crate) fn shown(config: &Config, resolved: &Resolved, newest: u64) -> String {
    let name = config.path.as_ref().map(|path| visible(&path.to_string_lossy()).into_owned());
    let file = name.as_deref().unwrap_or("no voxev.toml");
    let mut text = match &name {
        Some(name) => format!("# {name}; the command line wins over it\n"),
        None => "# no voxev.toml in this folder or above it\n".to_owned(),
    };
    if !config.document.files.is_empty() {
        let patterns: Vec<String> = config.document.files.iter().map(|it| quoted(it)).collect();
        let _ = writeln!(text, "files = [{}]  # {file}", patterns.join(", "));
    }
    let Held { value: api, origin } = resolved.api;
    let _ = writeln!(text, "api = {}  # {}", api.unwrap_or(newest), origin.named(file));
    let Held { value: strict, origin } = resolved.strict;
    let _ = writeln!(text, "strict = {strict}  # {}", origin.named(file));
    let Held { value: lifecycle, origin } = resolved.lifecycle;
    let _ = writeln!(text, "lifecycle = {lifecycle}  # {}", origin.named(file));
    text.push_str("\n[rules]\n");
    for (rule, held) in Rule::ALL.into_iter().zip(resolved.severities) {
        let setting = format!("{} = \"{}\"", key(rule), Level::word(held.value));
        let _ = writeln!(text, "{setting:<34}# {}", held.origin.named(file));
    }
    let overrides = config.document.overrides.as_slice();
    if !overrides.is_empty() {
        text.push_str("\n[overrides]\n");
    }
    for (pattern, settings) in overrides {
        let _ = writeln!(text, "{} = {{ {} }}  # {file}", quoted(pattern), inline(settings));
    }
    text
}

impl Origin {
    /// Who said it, where the file is called `file`.
    fn named(self, file: &str) -> &str {
        match self {
            Self::Default => "default",
            Self::File | Self::Override => file,
            Self::CommandLine => "command line",
        }
    }
}

fn inline(settings: &Settings) -> String {
    let mut parts = Vec::new();
    parts.extend(settings.api.map(|api| format!("api = {api}")));
    parts.extend(settings.strict.map(|strict| format!("strict = {strict}")));
    parts.extend(settings.lifecycle.map(|lifecycle| format!("lifecycle = {lifecycle}")));
    if !settings.rules.is_empty() {
        let rules = settings
            .rules
            .iter()
            .map(|(rule, level)| format!("{} = \"{}\"", key(*rule), Level::word(level.severity())));
        parts.push(format!("rules = {{ {} }}", rules.collect::<Vec<_>>().join(", ")));
    }
    parts.join(", ")
}

/// A rule's code as a key: one with a slash has quotes.
fn key(rule: Rule) -> String {
    let code = rule.code();
    if code.contains('/') { quoted(code) } else { code.to_owned() }
}

/// A basic string of TOML: its escapes are those of JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
