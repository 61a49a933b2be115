//! A file that is compressed while it is written, depending on its name.

use std::io::{self, Write};
use std::path::Path;

use flate2::write::GzEncoder;
use zstd::stream::write::Encoder as ZstdEncoder;

use crate::capture::Compression;

/// The writer between the output and its file. The same input gives the same bytes: headers contain
/// no time and no name.
pub(crate) enum CompressedWriter<W: Write> {
    Plain(W),
    Gzip(GzEncoder<W>),
    Zstd(ZstdEncoder<'static, W>),
}

/// The level of gzip(1) and of zstd(1).
const GZIP_LEVEL: u32 = 6;
const ZSTD_LEVEL: i32 = 3;

impl<W: Write> CompressedWriter<W> {
    /// Writes to `file`, compressed as the name `path` implies.
    pub(crate) fn new(file: W, path: &Path) -> io::Result<Self> {
        Ok(match Compression::of_name(path) {
            None => Self::Plain(file),
            Some(Compression::Gzip) => {
                Self::Gzip(GzEncoder::new(file, flate2::Compression::new(GZIP_LEVEL)))
            }
            Some(Compression::Zstd) => {
                let mut encoder = ZstdEncoder::new(file, ZSTD_LEVEL)?;
                encoder.include_checksum(true)?;
                Self::Zstd(encoder)
            }
        })
    }

    pub(crate) fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.write_all(bytes),
            Self::Gzip(encoder) => encoder.write_all(bytes),
            Self::Zstd(encoder) => encoder.write_all(bytes),
        }
    }

    /// Writes the rest and returns the file.
    pub(crate) fn finish(self) -> io::Result<W> {
        match self {
            Self::Plain(file) => Ok(file),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Zstd(encoder) => encoder.finish(),
        }
    }
}
