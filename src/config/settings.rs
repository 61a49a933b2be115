//! Settings in layers: defaults, the file, its overrides, the command line. Later layers take
//! precedence.

use serde::Deserialize;

use crate::contract::{Policy, Rule, Severity};

/// The settings of one layer; `None` if it does not set a value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    pub(crate) api: Option<u64>,
    pub(crate) strict: Option<bool>,
    pub(crate) lifecycle: Option<bool>,
    pub(crate) rules: Vec<(Rule, Level)>,
}

/// A severity as written in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    Deny,
    Warn,
    Allow,
}

/// Source of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Default,
    File,
    /// The override with this index.
    Override(usize),
    CommandLine,
}

/// Settings and their sources.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layer<'a> {
    pub(crate) origin: Origin,
    pub(crate) settings: &'a Settings,
}

/// A value and the last layer that set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held<T> {
    pub(crate) value: T,
    pub(crate) origin: Origin,
}

/// The effective settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resolved {
    /// The newest version if none is set.
    pub(crate) api: Held<Option<u64>>,
    pub(crate) strict: Held<bool>,
    /// Whether the order of events in a call is checked too.
    pub(crate) lifecycle: Held<bool>,
    /// In the order of [`Rule::ALL`].
    pub(crate) severities: [Held<Severity>; Rule::ALL.len()],
}

impl Resolved {
    /// The effective settings of `layers`. A layer with `strict` resets all severities and then
    /// applies its own rules, so that `--strict` takes precedence over a file that allows a rule.
    pub(crate) fn new(layers: &[Layer<'_>]) -> Self {
        let origin = Origin::Default;
        let policy = |policy: Policy, origin| {
            Rule::ALL.map(|rule| Held { value: policy.severity(rule), origin })
        };
        let mut held = Self {
            api: Held { value: None, origin },
            strict: Held { value: false, origin },
            lifecycle: Held { value: false, origin },
            severities: policy(Policy::default(), origin),
        };
        for &Layer { origin, settings } in layers {
            if settings.api.is_some() {
                held.api = Held { value: settings.api, origin };
            }
            if let Some(value) = settings.strict {
                held.strict = Held { value, origin };
                let base = if value { Policy::strict() } else { Policy::default() };
                held.severities = policy(base, origin);
            }
            if let Some(value) = settings.lifecycle {
                held.lifecycle = Held { value, origin };
            }
            for &(rule, level) in &settings.rules {
                held.severities[rule as usize] = Held { value: level.severity(), origin };
            }
        }
        held
    }

    pub(crate) fn policy(&self) -> Policy {
        let mut policy = Policy::default();
        for (rule, held) in Rule::ALL.into_iter().zip(self.severities) {
            policy.set(rule, held.value);
        }
        policy
    }
}

impl Level {
    pub(super) fn severity(self) -> Severity {
        match self {
            Self::Deny => Severity::Error,
            Self::Warn => Severity::Warning,
            Self::Allow => Severity::Allowed,
        }
    }

    /// The name of `severity` in the file.
    pub(crate) fn word(severity: Severity) -> &'static str {
        match severity {
            Severity::Error => "deny",
            Severity::Warning => "warn",
            Severity::Allowed => "allow",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_layer_holds_and_strict_starts_afresh() {
        let rules = vec![(Rule::WrongType, Level::Allow), (Rule::ObservedValue, Level::Deny)];
        let file = Settings { api: Some(64), rules, ..Settings::default() };
        let file = Layer { origin: Origin::File, settings: &file };
        let held = Resolved::new(&[file]);
        assert_eq!(held.policy().severity(Rule::WrongType), Severity::Allowed);
        assert_eq!(held.api, Held { value: Some(64), origin: Origin::File });

        let strict = Settings { strict: Some(true), ..Settings::default() };
        let flags = Layer { origin: Origin::CommandLine, settings: &strict };
        assert_eq!(Resolved::new(&[file, flags]).policy(), Policy::strict());
    }
}
