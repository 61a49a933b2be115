//! What makes a finding the same finding after lines above it came or went.
//!
//! A fingerprint is made of the file, the rule, the event, the JSON Pointer and the message, which
//! holds the value where it matters; never of the line, the column or the call. It is FNV-1a with
//! 128 bits, because it has to be the same for every build and every release: it is stored in
//! baselines and on code-scanning servers.

use std::fmt;

use crate::check::Finding;

/// Identity of a finding: 32 hexadecimal digits as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Fingerprint(u128);

/// Offset basis and prime of 128-bit FNV (draft-eastlake-fnv).
const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// Stands between parts; no UTF-8 text holds this byte, so parts cannot run into each other.
const APART: u8 = 0xff;

impl Fingerprint {
    /// The fingerprint that all equal findings of `file` share.
    pub(crate) fn new(file: &str, finding: &Finding) -> Self {
        let parts = [
            file,
            finding.rule.code(),
            finding.event.as_deref().unwrap_or_default(),
            finding.place.pointer.as_deref().unwrap_or_default(),
            &finding.message,
        ];
        parts.iter().fold(Self(BASIS), |so_far, part| so_far.with(part))
    }

    /// The fingerprint of a remark that belongs to no file.
    pub(crate) fn of_text(text: &str) -> Self {
        Self(BASIS).with(text)
    }

    /// The fingerprint of the equal finding before which there were `earlier` ones.
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
    fn a_finding_that_moved_keeps_its_fingerprint() {
        let here = Fingerprint::new("a", &finding(1, "m"));
        assert_eq!(here, Fingerprint::new("a", &finding(9, "m")));
        assert_ne!(here, Fingerprint::new("b", &finding(1, "m")));
        assert_ne!(here, Fingerprint::new("a", &finding(1, "n")));
        assert_ne!(here, here.nth(1));
    }

    #[test]
    fn fingerprints_stay_what_they_are_in_every_release() {
        let known = Fingerprint::new("a", &finding(1, "m")).to_string();
        assert_eq!(known, "63eb0e485f14198c5b15bbd627aa9fd4");
        assert_eq!(Fingerprint::parse(&known).map(|it| it.to_string()), Some(known));
        assert_eq!(Fingerprint::parse("+f"), None);
    }

    #[test]
    fn the_hash_is_fnv_1a() {
        // `echo -n a | fnv1a128` of the reference implementation, before the separator.
        let hash = (BASIS ^ u128::from(b'a')).wrapping_mul(PRIME);
        assert_eq!(format!("{hash:032x}"), "d228cb696f1a8caf78912b704e4a8964");
    }
}
