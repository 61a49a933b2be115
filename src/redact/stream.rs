//! Numbers that look random and follow from a key and a seed.

use super::key::Key;

/// An endless row of numbers.
#[derive(Debug)]
pub(super) struct Stream<'a> {
    key: &'a Key,
    seed: [u8; 32],
    blocks: u64,
    block: [u8; 32],
    /// Bytes of `block` that have been used.
    used: usize,
}

impl<'a> Stream<'a> {
    /// The row that follows from `parts`.
    pub(super) fn new(key: &'a Key, parts: &[&[u8]]) -> Self {
        Self { key, seed: key.code(parts), blocks: 0, block: [0; 32], used: 32 }
    }

    /// The next number below `limit`, which must not be 0.
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        if self.used >= self.block.len() {
            self.block = self.key.code(&[b"stream", &self.seed, &self.blocks.to_le_bytes()]);
            self.blocks += 1;
            self.used = 0;
        }
        let eight = self.block[self.used..].first_chunk::<8>().copied().unwrap_or_default();
        self.used += eight.len();
        // The high half of a product is as even as 64 bits allow, and below the limit.
        let product = u128::from(u64::from_le_bytes(eight)) * u128::from(limit);
        u32::try_from(product >> 64).unwrap_or_default()
    }

    /// One of `items`, which must not be empty.
    pub(super) fn pick<'b, T>(&mut self, items: &'b [T]) -> &'b T {
        &items[self.below(u32::try_from(items.len()).unwrap_or(u32::MAX)) as usize]
    }
}
