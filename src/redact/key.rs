//! The secret that all replacements follow from: HMAC with SHA-256 (RFC 2104) under it.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::error::Error;

/// A key for one purpose.
#[derive(Clone)]
pub(crate) struct Key(Hmac<Sha256>);

/// Bytes that a key needs: 32 hexadecimal digits are 128 bits, beyond what can be tried.
const SHORTEST: usize = 32;

/// Different bytes that a key needs: 32 times the same one is none.
const FEWEST_DIFFERENT: usize = 8;

/// Bytes that are read of a key file: it is not meant to be a capture.
const LONGEST: u64 = 64 * 1024;

const ADVICE: &str = "make one with `openssl rand -hex 32 > FILE`";

impl Key {
    /// The key in a file, for `purpose`: the same file gives unrelated keys for two purposes.
    pub(crate) fn read(path: &Path, purpose: &str) -> Result<Self, Error> {
        let name = path.display().to_string();
        let mut secret = Vec::new();
        File::open(path)
            .and_then(|file| file.take(LONGEST + 1).read_to_end(&mut secret))
            .map_err(|source| Error::Read { capture: name.clone(), source })?;
        let refused = |why: &str| Error::Usage(format!("the key in {name:?} {why}; {ADVICE}"));
        if secret.len() as u64 > LONGEST {
            return Err(refused("is longer than 64 KiB"));
        }
        let secret = without_line_end(&secret);
        if secret.len() < SHORTEST {
            return Err(refused(&format!("has {} bytes, fewer than {SHORTEST}", secret.len())));
        }
        let mut different = secret.to_vec();
        different.sort_unstable();
        different.dedup();
        if different.len() < FEWEST_DIFFERENT {
            return Err(refused("repeats a few bytes, so it can be guessed"));
        }
        Ok(Self::new(secret).derived(purpose))
    }

    /// A key that nobody knows, for this run only.
    pub(crate) fn random(purpose: &str) -> Result<Self, Error> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|error| {
            Error::Usage(format!(
                "the system gives no random key: {error}; use --key-file with a key of your own"
            ))
        })?;
        Ok(Self::new(&secret).derived(purpose))
    }

    /// A key from bytes that are secret enough.
    pub(crate) fn new(secret: &[u8]) -> Self {
        // Longer ones are hashed first.
        let mac = Hmac::new_from_slice(secret);
        Self(mac.expect("HMAC takes a key of any length"))
    }

    fn derived(&self, purpose: &str) -> Self {
        Self::new(&self.code(&[b"voxev key for ", purpose.as_bytes()]))
    }

    /// The authentication code of these parts. None is ever the beginning of another list of parts.
    pub(crate) fn code(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// What tells this key from others and gives nothing of it away: 16 hexadecimal digits.
    pub(crate) fn name(&self) -> String {
        format!("{:016x}", self.number(&[b"name"]))
    }

    /// The first eight bytes of the code as a number.
    pub(crate) fn number(&self, parts: &[&[u8]]) -> u64 {
        let code = self.code(parts);
        u64::from_le_bytes(code.first_chunk().copied().unwrap_or_default())
    }
}

/// Debug output must not give the key away.
impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key(…)")
    }
}

/// A key that is text without the end of its line, which editors add; any other as it is.
fn without_line_end(secret: &[u8]) -> &[u8] {
    let bare = secret.strip_suffix(b"\n").unwrap_or(secret);
    let bare = bare.strip_suffix(b"\r").unwrap_or(bare);
    if bare.iter().all(|byte| matches!(byte, b' '..=b'~')) { bare } else { secret }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_hmac_with_sha_256() {
        // RFC 4231, test case 2.
        let mut mac = Key::new(b"Jefe").0;
        mac.update(b"what do ya want for nothing?");
        let code: [u8; 32] = mac.finalize().into_bytes().into();
        assert_eq!(code[..4], [0x5b, 0xdc, 0xc1, 0x46]);
    }

    #[test]
    fn a_key_of_text_is_the_same_with_and_without_a_newline() {
        assert_eq!(without_line_end(b"abc\r\n"), b"abc");
        assert_eq!(without_line_end(b"\xff\n"), b"\xff\n");
    }

    #[test]
    fn purposes_have_keys_of_their_own() {
        let key = Key::new(&[7; 32]);
        assert_ne!(key.derived("a").number(&[]), key.derived("b").number(&[]));
        assert_ne!(key.number(&[b"ab", b""]), key.number(&[b"a", b"b"]));
    }
}
