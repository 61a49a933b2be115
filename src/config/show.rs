//! `--show-config`: the effective settings, as a `voxev.toml` with the source of each value.

use std::fmt::Write as _;
use std::path::Path;

use super::{Config, Held, Level, Origin, Placed, Resolved, Settings};
use crate::contract::Rule;
use crate::text::visible;

/// Which settings are shown.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope<'a> {
    /// Those of every capture, and then the overrides.
    All,
    /// Those of this capture, and the pattern of `exclude` that matches it.
    One(&'a Path, Option<&'a Placed<String>>),
}

/// The text, which is valid TOML.
pub(crate) fn shown(config: &Config, resolved: &Resolved, newest: u64, scope: Scope<'_>) -> String {
    let mut text = heading(config, scope);
    let file = config.path.as_ref().map(|path| visible(&path.to_string_lossy()).into_owned());
    let file = file.as_deref().unwrap_or("no voxev.toml");
    let document = &config.document;
    if let Some(required) = &document.required_version {
        let _ = writeln!(text, "required-version = {}  # {file}", quoted(required));
    }
    if let Some(files) = &document.files {
        let _ = writeln!(text, "files = {}  # {file}", list(&files.value));
    }
    if !document.exclude.is_empty() {
        let _ = writeln!(text, "exclude = {}  # {file}", list(&document.exclude));
    }
    if let Some(baseline) = &document.baseline {
        let _ = writeln!(text, "baseline = {}  # {file}", quoted(&baseline.value));
    }
    let named = |origin: Origin| config.named(origin, file);
    let Held { value: api, origin } = resolved.api;
    let _ = writeln!(text, "api = {}  # {}", api.unwrap_or(newest), named(origin));
    let Held { value: strict, origin } = resolved.strict;
    let _ = writeln!(text, "strict = {strict}  # {}", named(origin));
    let Held { value: lifecycle, origin } = resolved.lifecycle;
    let _ = writeln!(text, "lifecycle = {lifecycle}  # {}", named(origin));
    text.push_str("\n[rules]\n");
    for (rule, held) in Rule::ALL.into_iter().zip(resolved.severities) {
        let setting = format!("{} = \"{}\"", key(rule), Level::word(held.value));
        let _ = writeln!(text, "{setting:<34}# {}", named(held.origin));
    }
    if matches!(scope, Scope::All) {
        overrides(config, file, &mut text);
    }
    text
}

/// The file that is shown, and the capture.
fn heading(config: &Config, scope: Scope<'_>) -> String {
    let name = config.path.as_ref().map(|path| visible(&path.to_string_lossy()).into_owned());
    let (about, excluded) = match scope {
        Scope::All => (String::new(), None),
        Scope::One(path, excluded) => {
            (format!(", for {}", visible(&path.to_string_lossy())), excluded)
        }
    };
    let mut text = match &name {
        Some(name) => format!("# {name}{about}; the command line takes precedence\n"),
        None => format!("# no voxev.toml in this folder or above{about}\n"),
    };
    if let Some(pattern) = excluded {
        let place = config.at(pattern.place);
        let _ = writeln!(
            text,
            "# excluded by {} ({place}): checked only if it is named explicitly",
            quoted(&pattern.value)
        );
    }
    text
}

fn overrides(config: &Config, file: &str, text: &mut String) {
    let overrides = &config.document.overrides;
    if !overrides.is_empty() {
        text.push_str("\n[overrides]\n");
    }
    for special in overrides {
        let settings = inline(&special.settings);
        let settings = if settings.is_empty() { "{}".into() } else { format!("{{ {settings} }}") };
        let _ = writeln!(text, "{} = {settings}  # {file}", quoted(&special.pattern.value));
    }
}

impl Config {
    /// Describes the source of a value; `file` is the name of the file.
    fn named(&self, origin: Origin, file: &str) -> String {
        match origin {
            Origin::Default => "default".into(),
            Origin::File => file.into(),
            Origin::Override(at) => {
                let special = &self.document.overrides[at];
                format!(
                    "{}, override {}",
                    self.at(special.pattern.place),
                    quoted(&special.pattern.value)
                )
            }
            Origin::CommandLine => "command line".into(),
        }
    }
}

fn list(values: &[Placed<String>]) -> String {
    let values: Vec<String> = values.iter().map(|it| quoted(&it.value)).collect();
    format!("[{}]", values.join(", "))
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

/// A rule's code as a key, quoted if it has a slash.
fn key(rule: Rule) -> String {
    let code = rule.code();
    if code.contains('/') { quoted(code) } else { code.to_owned() }
}

/// A basic string of TOML: its escapes are those of JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
