//! Buckets of whole numbers: zero has one of its own, and each other bucket ends 2 % above where it
//! begins.

/// Where a bucket ends, by where it begins.
const GROWTH: f64 = 1.02;

/// The bucket of `value` where none have been joined.
pub(super) fn bucket(value: u64) -> u16 {
    let usual = usize::try_from(value).ok().and_then(|value| USUAL.get(value).copied());
    usual.unwrap_or_else(|| found(value))
}

#[cold]
fn found(value: u64) -> u16 {
    let after = FIRST.partition_point(|first| *first <= value);
    u16::try_from(after.saturating_sub(1)).unwrap_or(u16::MAX)
}

/// The least and the greatest whole number of a bucket, neighbours joined so often.
pub(super) fn ends(at: u16, level: u8) -> (u64, u64) {
    let Some(above_zero) = usize::from(at).checked_sub(1) else { return (0, 0) };
    let first_of = |above_zero: usize| FIRST.get((above_zero << level) + 1).copied();
    let next = first_of(above_zero + 1).unwrap_or(u64::MAX);
    (first_of(above_zero).unwrap_or(u64::MAX), next - 1)
}

/// The bucket that `at` is in after neighbours have been joined so often.
pub(super) fn joined(at: u16, times: u8) -> u16 {
    at.checked_sub(1).map_or(0, |above_zero| (above_zero >> times) + 1)
}

/// The least whole number in each bucket, or above it where it holds none, as below 50.
static FIRST: [u64; BUCKETS] = firsts();

/// The buckets of usual values, which are milliseconds.
static USUAL: [u16; 8192] = usual_buckets();

/// Zero, and each power of [`GROWTH`] below 2^64, begin one.
const BUCKETS: usize = 2242;

/// By multiplication, which comes to the same on every machine; logarithms need not.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "powers are 1 to 2^64, and whole above 2^53"
)]
#[expect(clippy::large_stack_arrays, reason = "the compiler makes it")]
const fn firsts() -> [u64; BUCKETS] {
    let mut firsts = [0; BUCKETS];
    let (mut at, mut power) = (1, 1.0_f64);
    while at < BUCKETS {
        let below = power as u64;
        firsts[at] = if (below as f64) < power { below + 1 } else { below };
        power *= GROWTH;
        at += 1;
    }
    assert!(power >= u64::MAX as f64, "there are more buckets");
    firsts
}

const fn usual_buckets<const COUNT: usize>() -> [u16; COUNT] {
    let mut buckets = [0; COUNT];
    let (mut value, mut at) = (0, 0);
    while value < COUNT {
        while FIRST[at as usize + 1] <= value as u64 {
            at += 1;
        }
        buckets[value] = at;
        value += 1;
    }
    buckets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usual_value_is_in_the_bucket_that_a_search_finds() {
        assert!((0..10_000).all(|value| bucket(value) == found(value)));
        assert_eq!([bucket(u64::MAX), found(u64::MAX)], [2241; 2]);
    }
}
