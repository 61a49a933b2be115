//! The text of `voxev.toml`, and the messages for errors in it.

use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use toml::Spanned;

use super::settings::{Level, Settings};
use super::version::Requirement;
use crate::contract::Rule;
use crate::error::Error;
use crate::text::suggest::nearest;
use crate::text::visible;

/// Everything that the file can set.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// `None` if the file does not have the key, which is different from an empty list.
    pub(crate) files: Option<Placed<Vec<Placed<String>>>>,
    pub(crate) exclude: Vec<Placed<String>>,
    pub(crate) baseline: Option<Placed<String>>,
    pub(crate) required_version: Option<String>,
    pub(crate) settings: Settings,
    /// Position of the API version.
    pub(crate) api_place: Option<Place>,
    /// In the order of the file: if several patterns match, the last one applies.
    pub(crate) overrides: Vec<Override>,
}

/// Settings for the captures that match a pattern.
#[derive(Debug)]
pub(crate) struct Override {
    pub(crate) pattern: Placed<String>,
    pub(crate) settings: Settings,
    pub(crate) api_place: Option<Place>,
}

/// A value and its position in the file.
#[derive(Debug, Clone)]
pub(crate) struct Placed<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
}

/// A position in the file: line and column from 1, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    line: usize,
    column: usize,
}

/// Read before everything else: a file for a newer voxev may have keys that this one does not know,
/// and then the version is the more useful message.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Ahead {
    required_version: Option<Spanned<String>>,
}

/// The layout of the file, separate from [`Document`] because serde's `deny_unknown_fields` and
/// `flatten` cannot be combined.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Text {
    required_version: Option<String>,
    files: Option<Spanned<Vec<Spanned<String>>>>,
    #[serde(default)]
    exclude: Vec<Spanned<String>>,
    baseline: Option<Spanned<String>>,
    api: Option<Spanned<u64>>,
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
    api: Option<Spanned<u64>>,
    strict: Option<bool>,
    lifecycle: Option<bool>,
    #[serde(default)]
    rules: Rules,
}

/// Patterns and their settings, in the order of the file.
#[derive(Default)]
struct Overrides(Vec<(Spanned<String>, OverrideText)>);

/// Severities by rule.
#[derive(Debug, Default)]
struct Rules(Vec<(Rule, Level)>);

/// A rule by its code.
struct Code(Rule);

impl Document {
    /// Reads the text of the file `name`.
    pub(crate) fn read(text: &str, name: &str) -> Result<Self, Error> {
        check_version(text, name)?;
        let read: Text =
            toml::from_str(text).map_err(|error| Error::Usage(explain(&error, text, name)))?;
        let all = |values: Vec<Spanned<String>>| -> Vec<Placed<String>> {
            values.into_iter().map(|value| Placed::new(value, text)).collect()
        };
        let files = read.files.map(|files| {
            let place = Place::of(&files.span(), text);
            Placed { value: all(files.into_inner()), place }
        });
        let overrides = read.overrides.0.into_iter().map(|(pattern, said)| Override {
            pattern: Placed::new(pattern, text),
            api_place: said.api.as_ref().map(|api| Place::of(&api.span(), text)),
            settings: Settings {
                api: said.api.map(Spanned::into_inner),
                strict: said.strict,
                lifecycle: said.lifecycle,
                rules: said.rules.0,
            },
        });
        Ok(Self {
            files,
            exclude: all(read.exclude),
            baseline: read.baseline.map(|path| Placed::new(path, text)),
            required_version: read.required_version,
            api_place: read.api.as_ref().map(|api| Place::of(&api.span(), text)),
            overrides: overrides.collect(),
            settings: Settings {
                api: read.api.map(Spanned::into_inner),
                strict: read.strict,
                lifecycle: read.lifecycle,
                rules: read.rules.0,
            },
        })
    }
}

impl<T> Placed<T> {
    fn new(value: Spanned<T>, text: &str) -> Self {
        let place = Place::of(&value.span(), text);
        Self { value: value.into_inner(), place }
    }
}

impl Place {
    /// The position of these bytes in `text`.
    fn of(span: &Range<usize>, text: &str) -> Self {
        let before = text.get(..span.start).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before[start..].chars().count() + 1;
        Self { line: before.matches('\n').count() + 1, column }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.line, self.column)
    }
}

/// Refuses a file that requires other versions of voxev. Other errors in it are reported later.
fn check_version(text: &str, name: &str) -> Result<(), Error> {
    let Ok(Ahead { required_version: Some(required) }) = toml::from_str(text) else {
        return Ok(());
    };
    let place = Place::of(&required.span(), text);
    let refused = |why: String| Err(Error::Usage(format!("{}:{place}: {why}", visible(name))));
    let requirement = match Requirement::parse(required.get_ref()) {
        Ok(requirement) => requirement,
        Err(why) => return refused(why),
    };
    let version = env!("CARGO_PKG_VERSION");
    if requirement.admits(version) {
        return Ok(());
    }
    refused(format!(
        "this is voxev {version}, but the file requires {}: install such a version, or change \
         required-version",
        visible(required.get_ref())
    ))
}

impl<'de> Deserialize<'de> for Overrides {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pairs: Pairs<Spanned<String>, OverrideText> =
            deserializer.deserialize_map(Pairs::new())?;
        Ok(Self(pairs.0))
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
            serde::de::Error::custom(format!("unknown rule {code:?}: {advice}"))
        })
    }
}

/// The members of a table in their order, which the maps of the standard library do not keep.
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
    let place = error.span().map_or(String::new(), |span| format!(":{}", Place::of(&span, text)));
    let message = error.message().trim().replace('\n', ": ");
    let message = unknown_name(&message).or_else(|| wrong_kind(&message)).unwrap_or(message);
    format!("{}{place}: {}; see `voxev schema --config`", visible(name), visible(&message))
}

/// Rewrites serde's message `unknown field a, expected one of b, c` to suggest the most similar
/// key.
fn unknown_name(message: &str) -> Option<String> {
    let (what, rest) = message.strip_prefix("unknown ")?.split_once(" `")?;
    let what = if what == "field" { "key" } else { "value" };
    let mut names = rest.split('`').step_by(2);
    let (wrong, known) = (names.next()?, names.filter(|it| !it.is_empty()).collect::<Vec<_>>());
    let advice = nearest(wrong, known.iter().copied()).map_or_else(
        || format!("expected one of {}", known.join(", ")),
        |alike| format!("did you mean \"{alike}\"?"),
    );
    Some(format!("unknown {what} {wrong:?}: {advice}"))
}

/// Rewrites serde's message `invalid type: string "66", expected u64`, which uses Rust's type
/// names.
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
            said.contains(
                "expected one of required-version, files, exclude, baseline, api, strict, lifecycle, \
                 rules, overrides"
            ),
            "{said}"
        );
    }

    #[test]
    fn an_unknown_rule_or_level_gets_a_suggestion() {
        let said = complaint("[rules]\nmissing-propertys = \"warn\"\n");
        assert!(said.contains(":2:1: unknown rule"), "{said}");
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
            document.overrides.iter().map(|it| it.pattern.value.as_str()).collect();
        assert_eq!(patterns, ["z/**", "a/**"]);
    }

    #[test]
    fn what_the_file_says_has_its_place() {
        let text = "files = [\n  \"a\",\n  \"ü\", \"b\"]\n[overrides]\n\"z/**\" = { api = 64 }\n";
        let document = Document::read(text, "voxev.toml").expect("the text is right");
        let files = document.files.expect("there are files");
        let places: Vec<String> = files.value.iter().map(|it| it.place.to_string()).collect();
        assert_eq!(
            (files.place.to_string().as_str(), places.join(" ").as_str()),
            ("1:9", "2:3 3:3 3:8")
        );
        let special = &document.overrides[0];
        assert_eq!(special.pattern.place.to_string(), "5:1");
        assert_eq!(special.api_place.expect("it has a version").to_string(), "5:18");
    }

    #[test]
    fn another_version_is_said_before_keys_that_only_it_knows() {
        let said = complaint("new-key = 1\nrequired-version = \">=999\"\n");
        assert!(said.starts_with("voxev.toml:2:20: this is voxev "), "{said}");
        assert!(said.contains("but the file requires >=999"), "{said}");
        let said = complaint("required-version = \"newest\"\n");
        assert!(said.starts_with("voxev.toml:1:20: \"newest\" is not a valid version"), "{said}");
        let said = complaint("required-version = 1\n");
        assert!(said.starts_with("voxev.toml:1:20: expected a string"), "{said}");
        Document::read("required-version = \">=0.1\"\n", "voxev.toml").expect("this one does");
    }
}
