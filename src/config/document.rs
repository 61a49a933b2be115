//! The text of `voxev.toml`, and what to say when it is wrong.

use std::fmt;

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};

use super::settings::{Level, Settings};
use crate::contract::Rule;
use crate::error::Error;
use crate::text::suggest::nearest;
use crate::text::visible;

/// Everything that the file can say.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) files: Vec<String>,
    pub(crate) settings: Settings,
    pub(crate) overrides: Overrides,
}

/// The file's own layout: `deny_unknown_fields` and flattening exclude each other.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    #[serde(default)]
    files: Vec<String>,
    api: Option<u64>,
    strict: Option<bool>,
    lifecycle: Option<bool>,
    #[serde(default)]
    rules: Rules,
    #[serde(default)]
    overrides: Overrides,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OverrideText {
    api: Option<u64>,
    strict: Option<bool>,
    lifecycle: Option<bool>,
    #[serde(default)]
    rules: Rules,
}

/// Patterns and their settings in the file's order: where several match, the last one holds.
#[derive(Debug, Default)]
pub(crate) struct Overrides(Vec<(String, Settings)>);

/// Severities by rule.
#[derive(Debug, Default)]
struct Rules(Vec<(Rule, Level)>);

/// A rule as people write it.
struct Code(Rule);

impl Document {
    /// Reads the text of the file called `name`.
    pub(crate) fn read(text: &str, name: &str) -> Result<Self, Error> {
        let Text { files, api, strict, lifecycle, rules, overrides } =
            toml::from_str(text).map_err(|error| Error::Usage(explain(&error, text, name)))?;
        let settings = Settings { api, strict, lifecycle, rules: rules.0 };
        Ok(Self { files, settings, overrides })
    }
}

impl Overrides {
    pub(crate) fn as_slice(&self) -> &[(String, Settings)] {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Overrides {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pairs: Pairs<String, OverrideText> = deserializer.deserialize_map(Pairs::new())?;
        let settings = |it: OverrideText| Settings {
            api: it.api,
            strict: it.strict,
            lifecycle: it.lifecycle,
            rules: it.rules.0,
        };
        Ok(Self(pairs.0.into_iter().map(|(pattern, it)| (pattern, settings(it))).collect()))
    }
}

impl<'de> Deserialize<'de> for Rules {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pairs: Pairs<Code, Level> = deserializer.deserialize_map(Pairs::new())?;
        Ok(Self(pairs.0.into_iter().map(|(code, level)| (code.0, level)).collect()))
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Rule::from_code(&code).map(Self).ok_or_else(|| {
            let advice = nearest(&code, Rule::ALL.map(Rule::code)).map_or_else(
                || "`voxev explain` lists the rules".to_owned(),
                |alike| format!("did you mean \"{alike}\"?"),
            );
            serde::de::Error::custom(format!("no rule is called {code:?}: {advice}"))
        })
    }
}

/// The members of a table in their order, which no map of the standard library keeps.
struct Pairs<K, V>(Vec<(K, V)>);

impl<K, V> Pairs<K, V> {
    fn new() -> Self {
        Self(Vec::new())
    }
}

impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Visitor<'de> for Pairs<K, V> {
    type Value = Self;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a table")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some(pair) = map.next_entry()? {
            self.0.push(pair);
        }
        Ok(self)
    }
}

/// `voxev.toml:3:1: unknown key "stict": did you mean "strict"?`
fn explain(error: &toml::de::Error, text: &str, name: &str) -> String {
    let place = error.span().map_or(String::new(), |span| {
        let before = &text[..span.start.min(text.len())];
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        format!(":{line}:{}", before[start..].chars().count() + 1)
    });
    let message = error.message().trim().replace('\n', ": ");
    let message = unknown_name(&message).or_else(|| wrong_kind(&message)).unwrap_or(message);
    format!("{}{place}: {}; see `voxev schema --config`", visible(name), visible(&message))
}

/// serde says: unknown field `a`, expected one of `b`, `c`. The nearest of them is better advice.
fn unknown_name(message: &str) -> Option<String> {
    let (what, rest) = message.strip_prefix("unknown ")?.split_once(" `")?;
    let what = if what == "field" { "key" } else { "value" };
    let mut names = rest.split('`').step_by(2);
    let (wrong, known) = (names.next()?, names.filter(|it| !it.is_empty()).collect::<Vec<_>>());
    let advice = nearest(wrong, known.iter().copied()).map_or_else(
        || format!("there are {}", known.join(", ")),
        |alike| format!("did you mean \"{alike}\"?"),
    );
    Some(format!("unknown {what} {wrong:?}: {advice}"))
}

/// serde says: invalid type: string "66", expected u64. That is Rust's word for it.
fn wrong_kind(message: &str) -> Option<String> {
    let (found, expected) = message.strip_prefix("invalid type: ")?.rsplit_once(", expected ")?;
    let expected = match expected {
        "u64" => "a whole number",
        "a sequence" => "an array",
        other => other,
    };
    Some(format!("expected {expected}, found {found}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(text: &str) -> String {
        Document::read(text, "voxev.toml").expect_err("the text is wrong").to_string()
    }

    #[test]
    fn an_unknown_key_gets_a_suggestion_and_a_place() {
        let said = complaint("api = 66\nstict = true\n");
        assert!(
            said.starts_with("voxev.toml:2:1: unknown key \"stict\": did you mean \"strict\"?")
        );
        let said = complaint("[overrides.\"a/**\"]\nruls = {}\n");
        assert!(said.contains("2:1: unknown key \"ruls\": did you mean \"rules\"?"), "{said}");
        let said = complaint("banana = 1\n");
        assert!(
            said.contains("there are files, api, strict, lifecycle, rules, overrides"),
            "{said}"
        );
    }

    #[test]
    fn an_unknown_rule_or_level_gets_a_suggestion() {
        let said = complaint("[rules]\nmissing-propertys = \"warn\"\n");
        assert!(said.contains(":2:1: no rule is called"), "{said}");
        assert!(said.contains("did you mean \"missing-property\"?"), "{said}");
        let said = complaint("[rules]\nwrong-type = \"warning\"\n");
        assert!(said.contains("unknown value \"warning\": did you mean \"warn\"?"), "{said}");
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_named_in_plain_words() {
        let said = complaint("api = \"66\"\n");
        assert!(said.contains(":1:7: expected a whole number, found string \"66\""), "{said}");
        let said = complaint("files = \"a\"\n");
        assert!(said.contains("expected an array, found string \"a\""), "{said}");
    }

    #[test]
    fn overrides_keep_their_order() {
        let text = "[overrides]\n\"z/**\" = { api = 64 }\n\"a/**\" = { strict = true }\n";
        let document = Document::read(text, "voxev.toml").expect("the text is right");
        let patterns: Vec<&str> =
            document.overrides.as_slice().iter().map(|(pattern, _)| pattern.as_str()).collect();
        assert_eq!(patterns, ["z/**", "a/**"]);
    }
}
