//! `required-version`: which versions of voxev a configuration is for.

use std::cmp::Ordering;

/// Conditions that a version must all meet.
#[derive(Debug)]
pub(super) struct Requirement(Vec<Condition>);

/// A comparison with a version whose last parts may be missing: `>=0.2`, `0.2.1`.
#[derive(Debug)]
struct Condition {
    holds: Holds,
    parts: Vec<u64>,
}

/// Whether a comparison result satisfies a condition.
type Holds = fn(Ordering) -> bool;

/// The longer of two operators with the same beginning comes first. No operator means `=`.
const SIGNS: [(&str, Holds); 7] = [
    (">=", Ordering::is_ge),
    ("<=", Ordering::is_le),
    ("==", Ordering::is_eq),
    (">", Ordering::is_gt),
    ("<", Ordering::is_lt),
    ("=", Ordering::is_eq),
    ("", Ordering::is_eq),
];

impl Requirement {
    /// Reads conditions separated by commas.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let conditions = text.split(',').map(|part| Condition::parse(part.trim()));
        conditions.collect::<Option<_>>().map(Self).ok_or_else(|| {
            format!(
                "{text:?} is not a valid version requirement: expected one like \"0.2.1\", \">=0.2\" or \
                 \">=0.2, <0.4\""
            )
        })
    }

    /// Whether `version`, which may have a suffix such as `-rc.1`, meets all conditions.
    pub(super) fn admits(&self, version: &str) -> bool {
        let numbers = version.split(['-', '+']).next().unwrap_or(version);
        let Some(parts) = parts(numbers) else { return false };
        self.0.iter().all(|condition| condition.admits(&parts))
    }
}

impl Condition {
    fn parse(text: &str) -> Option<Self> {
        let (holds, rest) =
            SIGNS.into_iter().find_map(|(sign, holds)| Some((holds, text.strip_prefix(sign)?)))?;
        Some(Self { holds, parts: parts(rest.trim())? })
    }

    /// Compares only the parts that the condition has: `0.2.5` is not greater than `0.2`, as in
    /// Cargo.
    fn admits(&self, version: &[u64]) -> bool {
        let compared = version.len().min(self.parts.len());
        (self.holds)(version[..compared].cmp(&self.parts))
    }
}

/// One to three numbers separated by dots.
fn parts(text: &str) -> Option<Vec<u64>> {
    let parts: Vec<u64> = text.split('.').map(number).collect::<Option<_>>()?;
    (parts.len() <= 3).then_some(parts)
}

/// Digits only: the standard library would also take a sign.
fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_meets_the_conditions_that_cargo_says_it_meets() {
        let admits = |requirement: &str, version: &str| {
            Requirement::parse(requirement).expect("it is one").admits(version)
        };
        for (requirement, version) in [
            ("0.2.1", "0.2.1"),
            ("=0.2", "0.2.7"),
            ("==0.2.0", "0.2.0-rc.1"),
            (">=0.2", "0.2.0"),
            (">=0.2, <0.4", "0.3.9"),
            ("<=0.2", "0.2.9"),
            (" > 1 ", "2.0.0"),
        ] {
            assert!(admits(requirement, version), "{requirement} {version}");
        }
        for (requirement, version) in [
            ("0.2.1", "0.2.2"),
            (">0.2", "0.2.5"),
            (">=0.10", "0.9.0"),
            (">=0.2, <0.4", "0.4.0"),
            ("<1", "1.0.0"),
        ] {
            assert!(!admits(requirement, version), "{requirement} {version}");
        }
        for wrong in ["", ">", "1.", "1.2.3.4", "^1", "a", ">=1,", "+1", "99999999999999999999"] {
            assert!(Requirement::parse(wrong).is_err(), "{wrong}");
        }
    }
}
