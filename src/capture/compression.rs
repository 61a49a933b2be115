//! Compression formats, recognised by the first bytes of a file, regardless of its name.
//!
//! No magic number contains a newline, so waiting for all of its bytes never delays a line.

use std::ffi::OsStr;
use std::path::Path;

/// A compression that voxev reads and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
}

/// What the first bytes of a file indicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// Unknown yet: the bytes are the beginning of a magic number.
    Open,
    Plain,
    Compressed(Compression),
    Foreign(Foreign),
}

/// A compression that voxev does not read, and the program that decompresses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Foreign {
    pub(super) name: &'static str,
    pub(super) tool: &'static str,
}

/// The lowest and the highest value of each byte.
type Magic = &'static [(u8, u8)];

/// Two bytes are enough: they are not valid UTF-8, and the decoder checks the rest.
const GZIP: Magic = &[(0x1f, 0x1f), (0x8b, 0x8b)];
const ZSTD: Magic = &[(0x28, 0x28), (0xb5, 0xb5), (0x2f, 0x2f), (0xfd, 0xfd)];
/// A frame without compressed data, which may come before a frame with data.
const SKIPPABLE: Magic = &[(0x50, 0x5f), (0x2a, 0x2a), (0x4d, 0x4d), (0x18, 0x18)];

const FOREIGN: [(Magic, Foreign); 4] = [
    (
        &[(0xfd, 0xfd), (b'7', b'7'), (b'z', b'z'), (b'X', b'X'), (b'Z', b'Z'), (0, 0)],
        Foreign { name: "xz", tool: "xz -dc" },
    ),
    (
        // With a level and the first digits of π, which no text has after `BZh`.
        &[
            (b'B', b'B'),
            (b'Z', b'Z'),
            (b'h', b'h'),
            (b'1', b'9'),
            (0x31, 0x31),
            (0x41, 0x41),
            (0x59, 0x59),
        ],
        Foreign { name: "bzip2", tool: "bzip2 -dc" },
    ),
    (
        &[(0x04, 0x04), (0x22, 0x22), (0x4d, 0x4d), (0x18, 0x18)],
        Foreign { name: "lz4", tool: "lz4 -dc" },
    ),
    (&[(b'P', b'P'), (b'K', b'K'), (3, 3), (4, 4)], Foreign { name: "zip", tool: "unzip -p" }),
];

impl Compression {
    /// The compression that a file name implies.
    pub(crate) fn of_name(path: &Path) -> Option<Self> {
        let extension = path.extension().map(OsStr::to_ascii_lowercase)?;
        match extension.to_str()? {
            "gz" => Some(Self::Gzip),
            "zst" => Some(Self::Zstd),
            _ => None,
        }
    }

    /// The name for messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// Whether a member of such a stream can begin with `bytes`, which are four bytes or all that
    /// remain.
    pub(super) fn begins(self, bytes: &[u8]) -> bool {
        let magics: &[Magic] = match self {
            Self::Gzip => &[GZIP],
            Self::Zstd => &[ZSTD, SKIPPABLE],
        };
        magics.iter().any(|magic| agrees(magic, bytes))
    }
}

impl Start {
    /// What a file that begins with `bytes` contains.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let known = [
            (GZIP, Self::Compressed(Compression::Gzip)),
            (ZSTD, Self::Compressed(Compression::Zstd)),
            (SKIPPABLE, Self::Compressed(Compression::Zstd)),
        ];
        let foreign = FOREIGN.map(|(magic, foreign)| (magic, Self::Foreign(foreign)));
        let mut start = Self::Plain;
        for (magic, meaning) in known.into_iter().chain(foreign) {
            match agrees(magic, bytes) {
                true if bytes.len() >= magic.len() => return meaning,
                true => start = Self::Open,
                false => {}
            }
        }
        start
    }

    /// What a file that consists of `bytes` contains: half of zstd's magic number is not UTF-8, so
    /// it is not text.
    pub(super) fn of_all(bytes: &[u8]) -> Self {
        let start = Self::of(bytes);
        if start != Self::Open {
            return start;
        }
        let is_zstd = bytes.len() > 1 && agrees(ZSTD, bytes);
        if is_zstd { Self::Compressed(Compression::Zstd) } else { Self::Plain }
    }
}

/// Whether `bytes` agree with `magic` over the length that both have.
fn agrees(magic: Magic, bytes: &[u8]) -> bool {
    magic.iter().zip(bytes).all(|((low, high), byte)| (low..=high).contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_magic_number_is_known_when_it_is_whole_and_not_before() {
        let gzip = Start::Compressed(Compression::Gzip);
        let zstd = Start::Compressed(Compression::Zstd);
        for (bytes, start) in [
            (&b""[..], Start::Open),
            (b"\x1f", Start::Open),
            (b"\x1f\x8b", gzip),
            (b"\x28\xb5\x2f", Start::Open),
            (b"\x28\xb5\x2f\xfd", zstd),
            (b"\x5a\x2a\x4d\x18\0", zstd),
            (b"P", Start::Open),
            (b"PK", Start::Open),
            (b"BZh", Start::Open),
            (b"BZhAZ", Start::Plain),
            (b"{", Start::Plain),
            (b"(\n", Start::Plain),
        ] {
            assert_eq!(Start::of(bytes), start, "{bytes:?}");
        }
        assert!(matches!(Start::of(b"BZh91AY&SY"), Start::Foreign(it) if it.name == "bzip2"));
        assert_eq!(Start::of_all(b"PK"), Start::Plain);
        assert_eq!(Start::of_all(b"\x28\xb5"), zstd);
    }

    #[test]
    fn an_extension_in_any_case_says_how_a_file_is_to_be_written() {
        let of = |name: &str| Compression::of_name(Path::new(name));
        assert_eq!(of("a.jsonl.gz"), Some(Compression::Gzip));
        assert_eq!(of("A.ZST"), Some(Compression::Zstd));
        assert_eq!([of("gz"), of("a.jsonl"), of("a.gzip")], [None; 3]);
    }
}
