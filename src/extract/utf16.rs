//! UTF-16 as text files have it, which PowerShell writes when output is redirected.

/// Decodes a capture that begins with a byte order mark of UTF-16, in pieces of any length.
pub(super) struct Utf16 {
    is_big_endian: bool,
    /// Whether the mark is still to come.
    is_fresh: bool,
    /// Bytes of a code unit, or of a pair of them, whose rest is still to come.
    pending: Vec<u8>,
}

impl Utf16 {
    /// The decoder of a text that begins with `start`, if that is a byte order mark.
    pub(super) fn begins(start: &[u8]) -> Option<Self> {
        let is_big_endian = match start {
            [0xff, 0xfe, ..] => false,
            [0xfe, 0xff, ..] => true,
            _ => return None,
        };
        Some(Self { is_big_endian, is_fresh: true, pending: Vec::new() })
    }

    /// The text of the next `bytes`, in UTF-8. Half a pair is one U+FFFD.
    pub(super) fn decode(&mut self, bytes: &[u8], is_last: bool) -> Vec<u8> {
        self.pending.extend_from_slice(bytes);
        let unit = |pair: &[u8]| match (pair, self.is_big_endian) {
            ([first, second], true) => u16::from_be_bytes([*first, *second]),
            ([first, second], false) => u16::from_le_bytes([*first, *second]),
            _ => 0xfffd,
        };
        let mut units: Vec<u16> = self.pending.chunks_exact(2).map(unit).collect();
        let is_high = |unit: &u16| (0xd800..0xdc00).contains(unit);
        if !is_last && units.last().is_some_and(is_high) {
            units.pop();
        }
        let mut rest = self.pending.split_off(2 * units.len());
        if is_last && !rest.is_empty() {
            units.push(0xfffd);
            rest.clear();
        }
        self.pending = rest;
        let start =
            usize::from(std::mem::take(&mut self.is_fresh) && units.first() == Some(&0xfeff));
        String::from_utf16_lossy(&units[start..]).into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_decoded_wherever_it_is_cut() {
        let text = "\u{feff}{\"a\":\"é😀\"}\r\n";
        for big in [false, true] {
            let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
            let raw: Vec<u8> = text.encode_utf16().flat_map(bytes).collect();
            for cut in 2..raw.len() {
                let mut utf16 = Utf16::begins(&raw).expect("there is a mark");
                let mut found = utf16.decode(&raw[..cut], false);
                found.extend(utf16.decode(&raw[cut..], true));
                assert_eq!(String::from_utf8(found).as_deref(), Ok(&text[3..]), "{cut}");
            }
        }
        assert!(Utf16::begins(b"{}").is_none());
    }

    #[test]
    fn half_a_pair_is_replaced() {
        let mut utf16 = Utf16::begins(b"\xff\xfe").expect("there is a mark");
        assert_eq!(utf16.decode(b"\xff\xfea\0\x3d\xd8b", true), "a\u{fffd}\u{fffd}".as_bytes());
    }
}
