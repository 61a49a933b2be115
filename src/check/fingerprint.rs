//! Fingerprints: the identity of a finding, which does not change if lines above it are added or
//! removed.
//!
//! A fingerprint covers the file, the rule, the event, the JSON Pointer and the value, unless the
//! value is personal. It does not cover the line, the column, the call or the message, whose
//! wording may change. It is 128-bit FNV-1a, because it must be the same for every build and
//! release: it is stored in baselines and on code-scanning servers.

use std::fmt;

use crate::check::Finding;
use crate::json::{self, Kind, Node};
use crate::text::shortened;

/// Identity of a finding: 32 hexadecimal digits as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Fingerprint(u128);

/// Name of this kind of fingerprint; the number changes when the covered parts change.
pub(crate) const VERSION: &str = "voxev/v2";

/// Number of characters of a value that are covered. Longer values with the same beginning are
/// equal.
const VALUE_CHARACTERS: usize = 80;

/// Offset basis and prime of 128-bit FNV (draft-eastlake-fnv).
const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// Separates the parts. It does not occur in UTF-8 text, so different parts cannot yield the same
/// bytes.
const APART: u8 = 0xff;

impl Fingerprint {
    /// The fingerprint that all equal findings of `file` share.
    pub(crate) fn new(file: &str, finding: &Finding) -> Self {
        let parts = [
            VERSION,
            file,
            finding.rule.code(),
            finding.event.as_deref().unwrap_or_default(),
            finding.place.pointer.as_deref().unwrap_or_default(),
            finding.value.as_deref().unwrap_or_default(),
        ];
        parts.iter().fold(Self(BASIS), |so_far, part| so_far.with(part))
    }

    /// The fingerprint of a note that belongs to no file.
    pub(crate) fn of_text(text: &str) -> Self {
        Self(BASIS).with(text)
    }

    /// The fingerprint of a finding that has `earlier` equal findings before it.
    pub(crate) fn nth(self, earlier: u64) -> Self {
        if earlier == 0 { self } else { self.with(&earlier.to_string()) }
    }

    /// This fingerprint with one more part.
    pub(crate) fn with(self, part: &str) -> Self {
        let bytes = part.bytes().chain([APART]);
        Self(bytes.fold(self.0, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME)))
    }

    /// Reads what [`fmt::Display`] writes.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        digits.then(|| u128::from_str_radix(text, 16).ok().map(Self)).flatten()
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:032x}", self.0)
    }
}

/// The value of `node`, independent of its spelling in `text`: escapes are resolved, and `7.0` is
/// `7`. For an array or object only its kind, because its content may be personal.
pub(super) fn spelled(node: &Node, text: &[u8]) -> String {
    match &node.kind {
        Kind::Array(_) | Kind::Object(_) => node.type_name().to_owned(),
        Kind::String => {
            let content = json::decode_lossy(&text[node.span.clone()]);
            json::quote(&shortened(&content, VALUE_CHARACTERS))
        }
        Kind::Number => number(&text[node.span.clone()]),
        Kind::Null | Kind::Bool(_) => {
            String::from_utf8_lossy(&text[node.span.clone()]).into_owned()
        }
    }
}

fn number(text: &[u8]) -> String {
    let number = json::to_json_number(text);
    let Some(double) = number.as_f64().filter(|_| number.is_f64()) else {
        return number.to_string();
    };
    // Adding zero leaves a negative zero without its sign.
    shortened(&(double + 0.0).to_string(), VALUE_CHARACTERS).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Line;
    use crate::contract::Rule;

    fn finding(number: u64, message: &str) -> Finding {
        let line = Line::new("a", number, 10 * number, b"{}");
        Finding::about_line(&line, Rule::WrongType, 0..1, message.into())
    }

    #[test]
    fn a_finding_that_moved_or_is_told_in_other_words_keeps_its_fingerprint() {
        let here = Fingerprint::new("a", &finding(1, "m"));
        assert_eq!(here, Fingerprint::new("a", &finding(9, "better said")));
        assert_ne!(here, Fingerprint::new("b", &finding(1, "m")));
        let valued = Finding { value: Some("7".into()), ..finding(1, "m") };
        assert_ne!(here, Fingerprint::new("a", &valued));
        assert_ne!(here, here.nth(1));
    }

    #[test]
    fn fingerprints_stay_what_they_are_in_every_release() {
        let known = Fingerprint::new("a", &finding(1, "m")).to_string();
        assert_eq!(known, "954f6a8737fc67e7d987822fc1e29cd7");
        assert_eq!(Fingerprint::parse(&known).map(|it| it.to_string()), Some(known));
        assert_eq!(Fingerprint::parse("+f"), None);
    }

    #[test]
    fn a_value_is_known_however_it_is_spelled() {
        for (one, other) in [
            (r#""a\u0062é""#, r#""ab\u00e9""#),
            ("7", "7.0"),
            ("70", "0.7e2"),
            ("0", "-0.0"),
            (r#"{"a":1}"#, "{}"),
        ] {
            let value = |text: &str| {
                let document = json::parse(text.as_bytes(), 9).expect("it is JSON");
                spelled(&document.root, text.as_bytes())
            };
            assert_eq!(value(one), value(other));
        }
    }

    #[test]
    fn the_hash_is_fnv_1a() {
        // `echo -n a | fnv1a128` of the reference implementation, before the separator.
        let hash = (BASIS ^ u128::from(b'a')).wrapping_mul(PRIME);
        assert_eq!(format!("{hash:032x}"), "d228cb696f1a8caf78912b704e4a8964");
    }
}
