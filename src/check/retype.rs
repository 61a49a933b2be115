//! What to do about a value of the wrong type, and the edits that do it where its text tells what it
//! should be. Cold.

use serde_json::Value;

use crate::json::{self, Edit, Fix, Kind, Node};
use crate::text::shortened;
use crate::text::time::zoned_instant;

/// A value that does not have the type that its schema wants.
pub(super) struct Mistyped<'a> {
    pub(super) node: &'a Node,
    pub(super) line: &'a [u8],
    /// Types of JSON Schema, one of which is wanted.
    pub(super) wanted: Vec<&'a str>,
    /// The schema of the value.
    pub(super) schema: &'a Value,
}

/// Characters of a value that help shows.
const EXCERPT: usize = 60;

impl Mistyped<'_> {
    /// What to do.
    pub(super) fn help(&self) -> Option<String> {
        let notes = &self.schema["x-voxev"];
        let spelled = String::from_utf8_lossy(self.spelled());
        match &self.node.kind {
            Kind::String if self.wants_number() => {
                let content = self.node.as_text(self.line)?;
                let content = content.trim();
                if is_number(content) {
                    return Some(format!("write {} without quotes", shortened(content, EXCERPT)));
                }
                if let Some(instant) = self.instant() {
                    return Some(self.replace_time(instant));
                }
                let unit = self.epoch_unit().filter(|_| content.contains(['-', ':']))?;
                Some(format!("give the time in {unit}, for example 1594944652299"))
            }
            Kind::Number if self.wants("string") && notes["role"] == "callId" => Some(format!(
                "quote it: \"{}\"; a number loses leading zeros and digits beyond 2^53",
                shortened(&spelled, EXCERPT)
            )),
            Kind::Number if self.wants("string") => {
                Some(format!("quote it: \"{}\"", shortened(&spelled, EXCERPT)))
            }
            Kind::Number if self.wants("integer") => Some("round it to an integer".into()),
            Kind::Null
            | Kind::Bool(_)
            | Kind::Number
            | Kind::String
            | Kind::Array(_)
            | Kind::Object(_) => None,
        }
    }

    /// The edits that give the value its type. A suggestion: an identifier may have lost digits
    /// already, and a string may be one on purpose.
    pub(super) fn fix(&self) -> Option<Fix> {
        let span = self.node.span.clone();
        match &self.node.kind {
            Kind::String if self.wants_number() => {
                let content = self.node.as_text(self.line)?;
                let number = content.trim();
                if self.accepts(number) {
                    let edit = Edit::replace(span, number);
                    return Some(Fix::suggested("write the number without quotes", vec![edit]));
                }
                let instant = self.instant().filter(|at| self.accepts(&at.to_string()))?;
                let edit = Edit::replace(span, instant.to_string());
                Some(Fix::suggested(self.replace_time(instant), vec![edit]))
            }
            Kind::Number if self.wants("string") && self.takes_any_text() => {
                let is_natural = self.spelled().iter().all(u8::is_ascii_digit);
                let edits = vec![Edit::insert(span.start, "\""), Edit::insert(span.end, "\"")];
                is_natural.then(|| Fix::suggested("put the number in double quotes", edits))
            }
            Kind::Null
            | Kind::Bool(_)
            | Kind::Number
            | Kind::String
            | Kind::Array(_)
            | Kind::Object(_) => None,
        }
    }

    fn spelled(&self) -> &[u8] {
        &self.line[self.node.span.clone()]
    }

    fn wants(&self, kind: &str) -> bool {
        self.wanted.contains(&kind)
    }

    fn wants_number(&self) -> bool {
        self.wants("integer") || self.wants("number")
    }

    /// Whether the contract, the stricter one too, accepts the number that `text` spells.
    fn accepts(&self, text: &str) -> bool {
        if !is_number(text) {
            return false;
        }
        let number = json::to_json_number(text.as_bytes()).as_f64().unwrap_or(f64::NAN);
        let stricter = &self.schema["x-voxev"]["warn"]["schema"];
        let limit = |keyword: &str| {
            let limits = [&self.schema[keyword], &stricter[keyword]];
            limits.into_iter().filter_map(Value::as_f64).collect::<Vec<_>>()
        };
        (self.wants("number") || number.fract() == 0.0)
            && limit("minimum").iter().all(|least| number >= *least)
            && limit("maximum").iter().all(|most| number <= *most)
    }

    /// Whether any text will do: quoting a number gives no documented value.
    fn takes_any_text(&self) -> bool {
        self.schema.get("enum").is_none() && self.schema.get("const").is_none()
    }

    /// The unit of a property that holds a time.
    fn epoch_unit(&self) -> Option<&str> {
        self.schema["x-voxev"]["unit"].as_str().filter(|unit| unit.contains("epoch"))
    }

    /// Milliseconds of the Unix epoch that a text with a time zone means.
    fn instant(&self) -> Option<i64> {
        self.epoch_unit()?;
        zoned_instant(self.node.as_text(self.line)?.trim())
    }

    fn replace_time(&self, instant: i64) -> String {
        let unit = self.epoch_unit().unwrap_or_default();
        format!("replace it with {instant}, the same time in {unit}")
    }
}

/// Whether `text` is a number of JSON.
fn is_number(text: &str) -> bool {
    let document = json::parse(text.as_bytes(), 1);
    document.is_ok_and(|document| document.root.kind == Kind::Number)
}
