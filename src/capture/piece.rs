//! A piece of a file, as `--span` names it: the lines that begin in some of its bytes. Pieces that
//! follow each other have each line once, wherever they were cut.

use std::fmt;

/// Bytes of a file, from the first to the one before the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) start: u64,
    /// `None` for the end of the file.
    pub(crate) end: Option<u64>,
}

impl Piece {
    /// Parses `1000-2000`, the bytes 1000 to 1999, or `1000-`, all bytes from there on.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let expected = "expected the first byte and the one after the last, such as 0-1048576 or \
                        1048576-";
        let (start, end) = text.split_once('-').ok_or(expected)?;
        // `parse` alone also takes a sign.
        let number = |text: &str| {
            let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u64>().ok().filter(|_| is_digits).ok_or_else(|| expected.to_owned())
        };
        let end = if end.is_empty() { None } else { Some(number(end)?) };
        let piece = Self { start: number(start)?, end };
        if piece.end.is_some_and(|end| end < piece.start) {
            return Err("it ends before it begins".into());
        }
        Ok(piece)
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.end {
            Some(end) => write!(formatter, "{}-{end}", self.start),
            None => write!(formatter, "{}-", self.start),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_spelled_by_its_bytes() {
        for text in ["0-0", "0-", "7-18446744073709551615"] {
            assert_eq!(Piece::parse(text).map(|it| it.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "-", "-5", "5", "5-4", "1-2-3", "+1-2", "1 -2", "18446744073709551616-"] {
            assert!(Piece::parse(text).is_err(), "{text}");
        }
    }
}
