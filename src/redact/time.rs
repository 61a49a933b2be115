//! Moves times by some seconds, however they are spelled.

use std::ops::Range;

use jiff::SignedDuration;
use jiff::civil::DateTime;

/// From 1973 to 5138, in milliseconds.
const MILLISECONDS: Range<i64> = 100_000_000_000..100_000_000_000_000;
/// From 1973 to 2286, in seconds.
const SECONDS: Range<i64> = 100_000_000..10_000_000_000;

/// The number of a time since 1970, moved. One that is no time of these centuries, such as the 0 of a
/// time that was never set, stays: moved, it would tell by how much the others were.
pub(super) fn moved_number(text: &str, by_seconds: i64) -> Option<String> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) if !fraction.contains(['e', 'E']) => {
            (whole.parse::<i64>().ok()?, format!(".{fraction}"))
        }
        _ => (whole(text)?, String::new()),
    };
    let by = match whole {
        it if MILLISECONDS.contains(&it) => by_seconds.checked_mul(1000)?,
        it if SECONDS.contains(&it) => by_seconds,
        _ => return None,
    };
    Some(format!("{}{fraction}", whole.checked_add(by)?))
}

/// The text of a time of RFC 3339, moved, with its offset and the digits of its fraction.
pub(super) fn moved_text(text: &str, by_seconds: i64) -> Option<String> {
    let (clock, rest) = text.split_at_checked("2026-01-05T10:00:05".len())?;
    let clock = clock.parse::<DateTime>().ok()?;
    let moved = clock.checked_add(SignedDuration::from_secs(by_seconds)).ok()?;
    let separator = text.chars().nth("2026-01-05".len())?;
    Some(format!("{}{separator}{}{rest}", moved.date(), moved.strftime("%H:%M:%S")))
}

/// A whole number, also with an exponent.
fn whole(text: &str) -> Option<i64> {
    if let Ok(whole) = text.parse() {
        return Some(whole);
    }
    let double: f64 = text.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
    (double.fract() == 0.0 && double.abs() < 1e15).then_some(double as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 60 * 60;

    #[test]
    fn a_time_keeps_its_spelling() {
        for (text, moved) in [
            ("2026-03-01T00:00:05Z", "2026-02-28T00:00:05Z"),
            ("2026-03-01 00:00:05.120000+05:30", "2026-02-28 00:00:05.120000+05:30"),
            ("2024-03-01t00:00:05z", "2024-02-29t00:00:05z"),
        ] {
            assert_eq!(moved_text(text, -DAY).as_deref(), Some(moved));
        }
        assert_eq!(moved_text("yesterday at noon, or so", -DAY), None);
    }

    #[test]
    fn seconds_and_milliseconds_are_moved_by_the_same_time() {
        for (text, moved) in [
            ("1767607423117", "1767521023117"),
            ("1767607423.117", "1767521023.117"),
            ("1.767607423117e12", "1767521023117"),
        ] {
            assert_eq!(moved_number(text, -DAY).as_deref(), Some(moved));
        }
    }
}
