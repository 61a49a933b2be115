//! Keyed permutations of short rows of digits, each of its own base: a Feistel network whose round
//! adds, digit by digit, to one half what follows from the other, as in NIST's FF1 (SP 800-38G).
//!
//! A row never stays what it is. With `p` a permutation, so is `x → p⁻¹(p(x) + 1)`, and that has no
//! fixed point: if it were `x`, `p(x)` would be `p(x) + 1`.

use super::key::Key;
use super::stream::Stream;

/// A digit, and how many values it may have: at least 2.
pub(super) type Digit = (u32, u32);

/// Rounds of FF1.
const ROUNDS: u8 = 10;

/// Digits that are permuted. Longer rows are replaced by ones that follow from them: that two get
/// the same one of at least 2^65 is not to be expected.
const LONGEST: usize = 64;

/// Replaces the values of `digits`. `form` is what rows have in common that may become each other.
pub(super) fn replace(key: &Key, form: &[u8], digits: &mut [Digit]) {
    if let [(value, base)] = digits {
        // There is no other half: each value becomes the one that is so many further.
        let further = 1 + Stream::new(key, &[b"one", form, &base.to_le_bytes()]).below(*base - 1);
        *value = (*value + further) % *base;
        return;
    }
    if digits.is_empty() {
        return;
    }
    if digits.len() > LONGEST {
        let mut stream = Stream::new(key, &[b"long", form, &bytes(digits)]);
        for (value, base) in digits {
            *value = stream.below(*base);
        }
        return;
    }
    for round in 0..ROUNDS {
        turn(key, form, digits, (round, Direction::Forward));
    }
    digits[0].0 = (digits[0].0 + 1) % digits[0].1;
    for round in (0..ROUNDS).rev() {
        turn(key, form, digits, (round, Direction::Back));
    }
}

/// Replaces the values until they are of the form that `is_right` recognises, which must be theirs:
/// then that is one to one, too.
pub(super) fn replace_within(
    key: &Key,
    form: &[u8],
    digits: &mut [Digit],
    is_right: impl Fn(&[Digit]) -> bool,
) {
    let start = digits.to_vec();
    loop {
        replace(key, form, digits);
        if is_right(digits) {
            return;
        }
        if *digits == *start {
            // There is no other row of this form; whoever asked finds the value unchanged.
            return;
        }
    }
}

#[derive(Clone, Copy)]
enum Direction {
    Forward,
    Back,
}

/// One round.
fn turn(key: &Key, form: &[u8], digits: &mut [Digit], (round, direction): (u8, Direction)) {
    let middle = digits.len() / 2;
    let (left, right) = digits.split_at_mut(middle);
    let (changed, other) = if round.is_multiple_of(2) { (left, right) } else { (right, left) };
    let mut stream = Stream::new(key, &[b"round", &[round], form, &bytes(other)]);
    for (value, base) in changed {
        let added = stream.below(*base);
        *value = match direction {
            Direction::Forward => (*value + added) % *base,
            Direction::Back => (*value + *base - added) % *base,
        };
    }
}

/// The values and bases, four bytes each.
fn bytes(digits: &[Digit]) -> Vec<u8> {
    digits
        .iter()
        .flat_map(|(value, base)| [value.to_le_bytes(), base.to_le_bytes()])
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_row_becomes_another_one_and_no_two_the_same() {
        let key = Key::new(b"a key for tests");
        for bases in [&[2][..], &[10], &[3, 5], &[10, 10, 10], &[2, 26, 7, 3]] {
            let count: u32 = bases.iter().product();
            let mut seen = BTreeSet::new();
            for number in 0..count {
                let mut rest = number;
                let digit = |base: &u32| {
                    let digit = (rest % base, *base);
                    rest /= base;
                    digit
                };
                let before: Vec<Digit> = bases.iter().map(digit).collect();
                let mut after = before.clone();
                replace(&key, b"", &mut after);
                assert_ne!(before, after);
                assert!(after.iter().all(|(value, base)| value < base));
                seen.insert(after);
            }
            assert_eq!(seen.len(), count as usize, "{bases:?}");
        }
    }

    #[test]
    fn the_key_and_the_form_both_count() {
        let replaced = |secret: &[u8], form: &[u8]| {
            let mut digits = [(1, 10); 20];
            replace(&Key::new(secret), form, &mut digits);
            digits
        };
        assert_ne!(replaced(b"a", b"f"), replaced(b"b", b"f"));
        assert_ne!(replaced(b"a", b"f"), replaced(b"a", b"g"));
    }

    #[test]
    fn rows_that_are_walked_stay_in_their_form_one_to_one() {
        let key = Key::new(b"a key for tests");
        let is_odd = |digits: &[Digit]| digits.iter().any(|(value, _)| value % 2 == 1);
        let mut seen = BTreeSet::new();
        for number in 0..100 {
            let mut digits = [(number % 10, 10), (number / 10, 10)];
            if is_odd(&digits) {
                replace_within(&key, b"", &mut digits, is_odd);
                assert!(is_odd(&digits));
                assert!(seen.insert(digits));
            }
        }
        assert_eq!(seen.len(), 75);
    }
}
