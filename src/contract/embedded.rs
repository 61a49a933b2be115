//! The schemas as they are in the binary: checked when voxev starts, parsed when they are needed.
//!
//! A schema that cannot be read would accept every payload. So a build with a broken schema names
//! it and stops before it reads any capture.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::event_id::EVENTS;

/// The definitions that events share.
pub(super) const COMMON: &str = include_str!("../../schemas/common.json");

/// The required parts of a schema. Nothing is allocated for it, so that checking all schemas takes
/// microseconds.
#[derive(Deserialize)]
struct Outline<'a> {
    #[serde(borrow)]
    title: Cow<'a, str>,
    properties: Option<IgnoredAny>,
    #[serde(rename = "$defs")]
    definitions: Option<IgnoredAny>,
}

/// Checks that every embedded schema can be read; otherwise names the broken one and the reason.
pub(crate) fn check() -> Result<(), String> {
    files().try_for_each(|(name, text)| check_one(name, text))
}

/// Every embedded file and its name.
pub(super) fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    EVENTS.iter().map(|(_, name, text)| (*name, *text)).chain([("common", COMMON)])
}

/// The schema of an embedded file, which [`check`] has parsed before.
pub(super) fn read(name: &str, text: &str) -> Value {
    let schema: Result<Value, String> =
        serde_json::from_str(text).map_err(|error| broken(name, &error.to_string()));
    schema.expect("embedded schemas are checked at start-up")
}

fn check_one(name: &str, text: &str) -> Result<(), String> {
    let outline: Outline<'_> =
        serde_json::from_str(text).map_err(|error| broken(name, &error.to_string()))?;
    if outline.title != name {
        return Err(broken(name, &format!("its title is {:?}", outline.title)));
    }
    if outline.properties.or(outline.definitions).is_none() {
        return Err(broken(name, "it has neither properties nor definitions"));
    }
    Ok(())
}

fn broken(name: &str, reason: &str) -> String {
    format!("the embedded schema {name:?} is broken: {reason}; install another build of voxev")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_schema_passes_the_check() {
        assert_eq!(check(), Ok(()));
    }

    #[test]
    fn a_broken_embedded_schema_is_reported_by_its_name() {
        for (text, reason) in [
            (r#"{"title": "hold", "properties": {"#, "EOF while parsing"),
            ("", "EOF while parsing"),
            (r#"{"title": "mute", "properties": {}}"#, r#"its title is "mute""#),
            (r#"{"title": "hold"}"#, "neither properties nor definitions"),
            (r#"{"properties": {}}"#, "missing field `title`"),
            ("[]", "expected"),
        ] {
            let said = check_one("hold", text).expect_err(text);
            assert!(said.starts_with("the embedded schema \"hold\" is broken: "), "{said}");
            assert!(said.contains(reason), "{said}");
        }
    }

    #[test]
    #[should_panic(expected = "the embedded schema \\\"hold\\\" is broken")]
    fn a_broken_embedded_schema_never_becomes_one_that_accepts_everything() {
        read("hold", r#"{"title": "hold","#);
    }
}
