//! The form of a clean line: its bytes outside of the values, and the kind and width of each value.
//!
//! A matcher asks nothing about a value but its kind, so a line of the same form is clean, too, and
//! its values are in the same places. Whether a line has a form is one comparison per byte with
//! bounds, without a branch: a fifth of the instructions of matching it step by step, none of which
//! waits for the width of a number before.

#![expect(clippy::inline_always, reason = "a vector is in a register only within one function")]

use fearless_simd::prelude::*;
use fearless_simd::{Simd, u8x32};

use super::fields::{Fields, Scalars};
use super::shape::{Object, Shape};
use crate::contract::EventId;

/// Bytes that are compared by one instruction.
pub(super) const LANES: usize = 32;

/// Bytes of a line that forms look at, with its newline; longer lines are rare, and have long texts.
pub(crate) const LONGEST: usize = 10 * LANES;

/// The greatest byte of a text. No byte of another value, nor between values, has this bound.
const ANY: u8 = 0x7f;

/// Digits before a fraction that no bound of the schemas cuts off.
const MOST_DIGITS: usize = 15;

/// The form of a clean line.
#[derive(Debug)]
pub(crate) struct LineForm {
    /// The least value of each byte, up to the newline.
    least: [u8; LONGEST],
    /// The greatest value of each byte.
    greatest: [u8; LONGEST],
    /// Where the newline is.
    length: usize,
    event: EventId,
    scalars: Scalars,
}

impl LineForm {
    /// The form of the line at the start of `rest`, whose newline is at `length`, and whose values
    /// `fields` has; it starts at `start` of their text. `None` if a value is none that a form
    /// describes.
    pub(super) fn new(
        (rest, length): (&[u8], usize),
        (kinds, event): (&ValueKinds, EventId),
        (fields, start): (&Fields, usize),
    ) -> Option<Box<Self>> {
        let line = rest.get(..=length).filter(|line| line.len() <= LONGEST)?;
        let (mut least, mut greatest) = ([0; LONGEST], [u8::MAX; LONGEST]);
        least.get_mut(..=length)?.copy_from_slice(line);
        greatest.get_mut(..=length)?.copy_from_slice(line);
        for (slot, kind) in kinds.0.iter().enumerate() {
            let Some(range) = fields.get(slot) else { continue };
            let range = range.start.checked_sub(start)?..range.end.checked_sub(start)?;
            let value = line.get(range.clone())?;
            let least = least.get_mut(range.clone())?;
            let greatest = greatest.get_mut(range)?;
            match kind {
                ValueKind::Fixed => {}
                ValueKind::Text => text_bounds(value, least, greatest)?,
                ValueKind::Number => number_bounds(value, least, greatest)?,
            }
        }
        let scalars = fields.scalars(start);
        Some(Box::new(Self { least, greatest, length, event, scalars }))
    }

    /// Whether `line` has this form.
    #[inline(always)]
    pub(super) fn is_of<S: Simd>(&self, simd: S, line: &[u8; LONGEST]) -> bool {
        let quote = u8x32::splat(simd, b'"');
        let backslash = u8x32::splat(simd, b'\\');
        let any = u8x32::splat(simd, ANY);
        let bounds = self.least.as_chunks().0.iter().zip(self.greatest.as_chunks().0);
        let mut is_other = any.simd_lt(any);
        for (bytes, (least, greatest)) in line.as_chunks().0.iter().zip(bounds).take(self.vectors())
        {
            let bytes = u8x32::load_array_ref(simd, bytes);
            let least = u8x32::load_array_ref(simd, least);
            let greatest = u8x32::load_array_ref(simd, greatest);
            let is_within = bytes.max(least).min(greatest).simd_eq(bytes);
            let is_odd = bytes.simd_eq(quote) | bytes.simd_eq(backslash);
            is_other = is_other | !is_within | is_odd & greatest.simd_eq(any);
        }
        !is_other.any_true()
    }

    /// Vectors that the line and its newline are in.
    fn vectors(&self) -> usize {
        self.length / LANES + 1
    }

    pub(crate) fn length(&self) -> usize {
        self.length
    }

    pub(crate) fn event(&self) -> EventId {
        self.event
    }

    /// Fills in `fields` for a line of this form that begins at `start`.
    pub(crate) fn locate(&self, fields: &mut Fields, start: usize) {
        fields.set_all(&self.scalars, start);
    }
}

/// A text keeps its width. Texts with escapes or characters beyond ASCII have no form.
fn text_bounds(value: &[u8], least: &mut [u8], greatest: &mut [u8]) -> Option<()> {
    let inner = 1..value.len().checked_sub(1)?;
    let is_plain = |byte: &u8| (b' '..=ANY).contains(byte) && !matches!(byte, b'"' | b'\\');
    if !value.get(inner.clone())?.iter().all(is_plain) {
        return None;
    }
    least.get_mut(inner.clone())?.fill(b' ');
    greatest.get_mut(inner)?.fill(ANY);
    Some(())
}

/// A number keeps its sign, its point and its digits' number.
fn number_bounds(value: &[u8], least: &mut [u8], greatest: &mut [u8]) -> Option<()> {
    let sign = usize::from(value.first() == Some(&b'-'));
    let whole = value.get(sign..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=MOST_DIGITS).contains(&whole) {
        return None;
    }
    for (byte, (least, greatest)) in value.iter().zip(least.iter_mut().zip(greatest)) {
        if byte.is_ascii_digit() {
            (*least, *greatest) = (b'0', b'9');
        } else if !matches!(byte, b'-' | b'.') {
            return None;
        }
    }
    if whole > 1 {
        *least.get_mut(sign)? = b'1';
    }
    Some(())
}

/// What a value is, by its slot.
#[derive(Debug)]
pub(crate) struct ValueKinds([ValueKind; Fields::SLOTS]);

#[derive(Debug, Clone, Copy)]
enum ValueKind {
    /// One of the schema's own texts.
    Fixed,
    Text,
    Number,
}

impl ValueKinds {
    pub(super) fn of(root: &Object) -> Self {
        let mut kinds = Self([ValueKind::Fixed; Fields::SLOTS]);
        kinds.add(root);
        kinds
    }

    fn add(&mut self, object: &Object) {
        for member in &object.members {
            let (slot, kind) = match &member.shape {
                Shape::Object(object) => {
                    self.add(object);
                    continue;
                }
                Shape::OneOf { .. } => continue,
                Shape::Text { slot, .. } => (slot, ValueKind::Text),
                Shape::Natural { slot } | Shape::Number { slot } => (slot, ValueKind::Number),
            };
            if let Some(known) = self.0.get_mut(usize::from(*slot)) {
                *known = kind;
            }
        }
    }
}
