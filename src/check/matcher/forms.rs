//! The forms of lines that were clean before, by where their quotes are.
//!
//! Most lines of a capture have one of a hundred forms: the same keys in the same order, with the
//! same spaces, and numbers of so many digits. That pays with vectors of 32 bytes, which take 280
//! instructions for a line of 210 bytes. Vectors of 16 bytes would take as long as matching the line
//! step by step, so processors that have no wider ones do that.

#![expect(clippy::inline_always, reason = "a vector is in a register only within one function")]

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, u8x32};

use super::fields::Fields;
use super::form::{LANES, LONGEST, LineForm, ValueKinds};
use crate::contract::EventId;

/// The forms that one thread knows.
#[derive(Debug)]
pub(crate) struct LineForms {
    level: Level,
    /// Empty if forms are not used; otherwise [`ENTRIES`].
    entries: Vec<Entry>,
    /// Lines in a row that had no known form.
    misses: usize,
}

/// What is known of lines with the same key.
#[derive(Debug, Default)]
struct Entry {
    /// The key of `form`.
    key: u64,
    form: Option<Box<LineForm>>,
    /// The key of the last line without a known form. The second such line is learned: so a line
    /// that is like no other costs little, and replaces nothing.
    candidate: u64,
}

/// Result of looking up a line.
pub(crate) enum FormSearch<'a> {
    Known(&'a LineForm),
    /// If the line is clean, it should be learned under this key.
    Unknown(FormKey),
    /// Not looked up.
    Skipped,
}

/// A line's length and the places of its quotes, hashed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FormKey {
    hash: u64,
    length: usize,
}

/// Two stripes of quotes that one hash step takes.
const STRIPE: usize = 2 * LANES;

/// Each takes 800 bytes once it has a form. The 100 most frequent of 635 forms cover 99.4 % of
/// 320,000 lines of `voxev generate`.
const ENTRIES: usize = 256;

/// After this many lines without a known form, only every [`RARELY`]th line is looked up.
const PATIENCE: usize = 64;
const RARELY: usize = 16;

impl LineForms {
    /// For lines that come one after the other.
    pub(crate) fn new() -> Self {
        let level = Level::new();
        let is_wide = dispatch!(level, simd => native_lanes(simd) >= LANES);
        let mut entries = Vec::new();
        entries.resize_with(if is_wide { ENTRIES } else { 0 }, Entry::default);
        Self { level, entries, misses: 0 }
    }

    /// For a single line.
    pub(crate) fn unused() -> Self {
        Self { level: Level::new(), entries: Vec::new(), misses: 0 }
    }

    /// Whether the last line that was looked up had a known form.
    #[cfg(test)]
    pub(crate) fn is_hit(&self) -> bool {
        self.misses == 0 && !self.is_unused()
    }

    #[cfg(test)]
    pub(crate) fn is_unused(&self) -> bool {
        self.entries.is_empty()
    }

    /// Looks up the line that starts at `start`.
    #[inline]
    pub(crate) fn search(&mut self, text: &[u8], start: usize) -> FormSearch<'_> {
        if self.entries.is_empty() {
            return FormSearch::Skipped;
        }
        if self.misses >= PATIENCE && !self.misses.is_multiple_of(RARELY) {
            self.misses += 1;
            return FormSearch::Skipped;
        }
        let Some(line) = text.get(start..).and_then(<[u8]>::first_chunk) else {
            return FormSearch::Skipped;
        };
        let found = dispatch!(self.level, simd => search(simd, &self.entries, line));
        self.misses = if matches!(found, FormSearch::Known(_)) { 0 } else { self.misses + 1 };
        found
    }

    /// Learns the form of a clean line of `text` from `start` on, which `fields` describes, unless
    /// it is the first with this key.
    pub(crate) fn learn(
        &mut self,
        key: FormKey,
        (text, start): (&[u8], usize),
        (kinds, event): (&ValueKinds, EventId),
        fields: &Fields,
    ) {
        let Some(entry) = self.entries.get_mut(key.index()) else { return };
        if entry.candidate != key.hash {
            entry.candidate = key.hash;
            return;
        }
        let rest = text.get(start..).unwrap_or_default();
        let form = LineForm::new((rest, key.length), (kinds, event), (fields, start));
        if form.is_some() {
            (entry.key, entry.form) = (key.hash, form);
        }
    }
}

#[inline(always)]
fn native_lanes<S: Simd>(_: S) -> usize {
    S::u8s::LEN
}

#[inline(always)]
fn search<'a, S: Simd>(simd: S, entries: &'a [Entry], line: &[u8; LONGEST]) -> FormSearch<'a> {
    let Some(key) = FormKey::of(simd, line) else { return FormSearch::Skipped };
    match entries.get(key.index()) {
        Some(Entry { key: known, form: Some(form), .. })
            if *known == key.hash && form.is_of(simd, line) =>
        {
            FormSearch::Known(form)
        }
        _ => FormSearch::Unknown(key),
    }
}

impl FormKey {
    /// The key of the line at the start of `text`, if it ends in it.
    #[inline(always)]
    fn of<S: Simd>(simd: S, text: &[u8; LONGEST]) -> Option<Self> {
        /// An odd number without a pattern: 2^64 divided by the golden ratio.
        const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;
        let newline = u8x32::splat(simd, b'\n');
        let quote = u8x32::splat(simd, b'"');
        let (mut hash, mut before) = (0_u64, 0);
        for stripe in text.as_chunks::<STRIPE>().0 {
            let ([low, high], _) = stripe.as_chunks::<LANES>() else { return None };
            let (low, high) = (u8x32::load_array_ref(simd, low), u8x32::load_array_ref(simd, high));
            let places = |byte: u8x32<S>| {
                low.simd_eq(byte).to_bitmask() | high.simd_eq(byte).to_bitmask() << LANES
            };
            let newlines = places(newline);
            // The bits up to the first newline; all of them if there is none.
            let up_to_newline = newlines ^ newlines.wrapping_sub(1);
            let quotes = places(quote) & up_to_newline;
            hash = (hash.rotate_left(5) ^ quotes).wrapping_mul(MULTIPLIER);
            if newlines != 0 {
                let length = before + newlines.trailing_zeros() as usize;
                return Some(Self {
                    hash: (hash ^ length as u64).wrapping_mul(MULTIPLIER),
                    length,
                });
            }
            before += STRIPE;
        }
        None
    }

    /// Bytes of the line without its newline.
    pub(crate) fn length(self) -> usize {
        self.length
    }

    fn index(self) -> usize {
        (self.hash >> 56) as usize % ENTRIES
    }
}
