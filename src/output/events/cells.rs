//! The cells of a row, written behind each other into memory that is reserved once.
//!
//! Most cells have a few bytes. A fixed number of bytes is copied, of which the next cell overwrites
//! what is too much: a call of `memcpy` for each takes three times the instructions.

/// Writes cells at the end of a text.
pub(super) struct Cells<'a> {
    out: &'a mut Vec<u8>,
    /// Where the next byte goes; the text ends later, with bytes that have no meaning.
    at: usize,
    most_bytes: usize,
}

/// Bytes that are copied at once: numbers, and most texts.
const SHORT: usize = 16;
const LONG: usize = 64;

impl<'a> Cells<'a> {
    /// For cells of up to `most_bytes`, separators included. More is possible, but slower.
    pub(super) fn new(out: &'a mut Vec<u8>, most_bytes: usize) -> Self {
        let at = out.len();
        out.resize(at + most_bytes + LONG, 0);
        Self { out, at, most_bytes }
    }

    /// Appends the first `length` bytes of `text`.
    #[inline]
    pub(super) fn push(&mut self, text: &[u8], length: usize) {
        let is_copied = if length <= SHORT {
            self.copy::<SHORT>(text)
        } else if length <= LONG {
            self.copy::<LONG>(text)
        } else {
            None
        };
        match is_copied {
            Some(()) => self.at += length,
            None => {
                let bytes = text.get(..length).unwrap_or_default();
                self.append(|out| out.extend_from_slice(bytes));
            }
        }
    }

    /// Appends a byte.
    #[inline]
    pub(super) fn push_byte(&mut self, byte: u8) {
        match self.out.get_mut(self.at) {
            Some(to) => {
                *to = byte;
                self.at += 1;
            }
            None => self.append(|out| out.push(byte)),
        }
    }

    /// Copies `N` bytes, if there are so many and room for them.
    #[inline]
    fn copy<const N: usize>(&mut self, text: &[u8]) -> Option<()> {
        let to: &mut [u8; N] = self.out.get_mut(self.at..)?.first_chunk_mut()?;
        *to = *text.first_chunk()?;
        Some(())
    }

    /// Appends what `write` does.
    #[cold]
    pub(super) fn append<T>(&mut self, write: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        self.out.truncate(self.at);
        let done = write(self.out);
        self.at = self.out.len();
        self.out.resize(self.at + self.most_bytes + LONG, 0);
        done
    }

    /// Ends the text behind the last cell.
    pub(super) fn end(self) {
        self.out.truncate(self.at);
    }
}

#[cfg(test)]
mod tests {
    use super::Cells;

    #[test]
    fn cells_of_any_length_follow_each_other() {
        let text: Vec<u8> = (0..=255).cycle().take(400).collect();
        for most_bytes in [0, 10, 1_000] {
            let mut out = b"before".to_vec();
            let mut expected = out.clone();
            let mut cells = Cells::new(&mut out, most_bytes);
            for length in [0, 1, 15, 16, 17, 63, 64, 65, 300, 2] {
                // Also at the end of the text, where there are no more bytes to copy.
                for text in [&text[..], &text[text.len() - length..]] {
                    cells.push(text, length);
                    expected.extend_from_slice(&text[..length]);
                }
                cells.append(|out| out.push(b','));
                cells.push_byte(b';');
                expected.extend_from_slice(b",;");
            }
            cells.end();
            assert_eq!(out, expected, "{most_bytes}");
        }
    }
}
