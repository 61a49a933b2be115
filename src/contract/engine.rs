//! Applies a schema to a payload. The only file that uses the `jsonschema` crate.

use std::sync::OnceLock;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

/// A schema and its compiled form, compiled on first use.
#[derive(Debug)]
pub(super) struct Engine {
    document: Value,
    compiled: OnceLock<Validator>,
}

/// One keyword of a schema that a payload violates.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Violation {
    /// JSON Pointer of the value that the keyword was applied to.
    pub(crate) pointer: String,
    pub(crate) broken: Broken,
    /// JSON Pointer of the schema that holds the keyword, in the self-contained document.
    pub(crate) schema: String,
    pub(crate) keyword: String,
}

/// The violated constraint.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Broken {
    /// `required`: this property is missing.
    Missing(String),
    /// `additionalProperties`: these are not documented.
    Undocumented(Vec<String>),
    /// `type`: one of these was expected.
    Type(Vec<String>),
    /// `enum` or `const`: one of these was expected.
    Value(Vec<Value>),
    /// `minimum`: at least this was expected.
    Minimum(Value),
    /// `maximum`: at most this was expected.
    Maximum(Value),
    /// Any other keyword.
    Other,
}

/// Maximum number of violations that are reported for a payload. A payload of 1 MiB can have
/// 160,000, whose findings would take 310 MB; with this limit they take 119 MB.
pub(crate) const MOST_VIOLATIONS: usize = 1000;

impl Engine {
    pub(super) fn new(document: Value) -> Self {
        Self { document, compiled: OnceLock::new() }
    }

    pub(super) fn document(&self) -> &Value {
        &self.document
    }

    pub(super) fn accepts(&self, payload: &Value) -> bool {
        self.validator().is_valid(payload)
    }

    /// The first [`MOST_VIOLATIONS`].
    pub(super) fn violations(&self, payload: &Value) -> Vec<Violation> {
        let all = self.validator().iter_errors(payload);
        all.take(MOST_VIOLATIONS).map(|error| violation(&error)).collect()
    }

    fn validator(&self) -> &Validator {
        self.compiled.get_or_init(|| {
            jsonschema::draft202012::new(&self.document)
                .expect("the bundled schemas compile: a test compiles each")
        })
    }
}

fn violation(error: &ValidationError<'_>) -> Violation {
    let location = error.schema_path().as_str();
    let (schema, keyword) = location.rsplit_once('/').unwrap_or(("", location));
    Violation {
        pointer: error.instance_path().as_str().to_owned(),
        broken: broken(error.kind()),
        schema: schema.to_owned(),
        keyword: keyword.to_owned(),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the bundled schemas use few keywords")]
fn broken(kind: &ValidationErrorKind) -> Broken {
    match kind {
        ValidationErrorKind::Required { property } => {
            Broken::Missing(property.as_str().unwrap_or_default().to_owned())
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            Broken::Undocumented(unexpected.clone())
        }
        ValidationErrorKind::Type { kind: TypeKind::Single(one) } => {
            Broken::Type(vec![one.to_string()])
        }
        ValidationErrorKind::Type { kind: TypeKind::Multiple(set) } => {
            Broken::Type(set.iter().map(|one| one.to_string()).collect())
        }
        ValidationErrorKind::Enum { options } => {
            Broken::Value(options.as_array().cloned().unwrap_or_default())
        }
        ValidationErrorKind::Constant { expected_value } => {
            Broken::Value(vec![(**expected_value).clone()])
        }
        ValidationErrorKind::Minimum { limit } => Broken::Minimum(limit.clone()),
        ValidationErrorKind::Maximum { limit } => Broken::Maximum(limit.clone()),
        _ => Broken::Other,
    }
}
