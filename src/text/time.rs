//! Points in time as people type them. The only file that names the `jiff` crate.
//!
//! Times without an offset are in UTC.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::visible;

/// Milliseconds of the Unix epoch: the first that `text` means. `2026-01-06` means that day in UTC,
/// `2026-01-06 14:00` and RFC 3339 mean an instant, as do whole milliseconds.
pub(crate) fn instant(text: &str) -> Result<i64, String> {
    milliseconds(text).map(|(first, _)| first)
}

/// Milliseconds of the Unix epoch: the last that `text` means. Of a date, the last of that day.
pub(crate) fn last_instant(text: &str) -> Result<i64, String> {
    milliseconds(text).map(|(_, last)| last)
}

const DAY: i64 = 24 * 60 * 60 * 1000;

/// The first and the last millisecond that `text` means.
fn milliseconds(text: &str) -> Result<(i64, i64), String> {
    let number = text.strip_prefix('-').unwrap_or(text);
    if number.bytes().all(|byte| byte.is_ascii_digit()) && !number.is_empty() {
        return bare_number(text).map(|at| (at, at));
    }
    let is_date = !text.contains(['T', 't', ' ', ':']);
    let found = if is_date { date(text).map(|at| (at, at + DAY - 1)) } else { exact(text) };
    found.ok_or_else(|| not_a_time(text, ""))
}

/// Milliseconds, if there are enough digits: a number of seconds, the year 2026 or the date
/// 20260105 would be an instant in January 1970.
fn bare_number(text: &str) -> Result<i64, String> {
    match text.len() {
        0..=9 => Err(not_a_time(text, "")),
        10..=11 => Err(not_a_time(text, &format!(" ({text}000, if these are seconds)"))),
        _ => text.parse().ok().ok_or_else(|| not_a_time(text, "")),
    }
}

fn date(text: &str) -> Option<i64> {
    utc(text.parse::<Date>().ok()?.to_datetime(jiff::civil::Time::midnight()))
}

/// A date and a time, in UTC unless an offset is given.
fn exact(text: &str) -> Option<(i64, i64)> {
    let time = text.get("2026-01-05".len()..)?;
    // jiff would read and ignore a time zone's name; without an offset it is refused.
    let has_zone = time.contains(['Z', 'z', '+', '-', '[']);
    let at = if has_zone {
        text.parse::<Timestamp>().ok()?.as_millisecond()
    } else {
        utc(text.parse().ok()?)?
    };
    Some((at, at))
}

fn utc(time: DateTime) -> Option<i64> {
    let zoned = time.to_zoned(TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_millisecond())
}

/// The time of day in UTC at `millis` of the Unix epoch: `10:03:25`.
pub(crate) fn clock(millis: i64) -> Option<String> {
    let at = Timestamp::from_millisecond(millis).ok()?;
    Some(at.strftime("%H:%M:%S").to_string())
}

fn not_a_time(text: &str, aside: &str) -> String {
    format!(
        "\"{}\" is not a valid time: expected 2026-01-05 or \"2026-01-05 14:00\" (UTC), \
         2026-01-05T14:00:00+01:00, or milliseconds since 1970{aside}",
        visible(text)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIDNIGHT: i64 = 1_767_571_200_000;
    const HOUR: i64 = 60 * 60 * 1000;

    #[test]
    fn a_time_is_an_instant() {
        for (text, expected) in [
            ("1767607205491", 1_767_607_205_491),
            ("2026-01-05T10:00:05.491Z", 1_767_607_205_491),
            ("2026-01-05t10:00:05.491z", 1_767_607_205_491),
            ("2026-01-05T11:00:05.491+01:00", 1_767_607_205_491),
            ("2026-01-05 04:30:05.491-05:30", 1_767_607_205_491),
            ("2026-01-05 14:00", MIDNIGHT + 14 * HOUR),
            ("2026-01-05T14:00", MIDNIGHT + 14 * HOUR),
            ("2026-01-05 14:00:01.5", MIDNIGHT + 14 * HOUR + 1_500),
            ("2024-02-29T00:00Z", 1_709_164_800_000),
        ] {
            assert_eq!(instant(text), Ok(expected), "{text}");
            assert_eq!(last_instant(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_date_is_all_of_its_day() {
        assert_eq!(instant("2026-01-05"), Ok(MIDNIGHT));
        assert_eq!(last_instant("2026-01-05"), Ok(MIDNIGHT + DAY - 1));
        assert_eq!(instant("1970-01-02"), Ok(DAY));
    }

    #[test]
    fn dates_that_do_not_exist_and_times_that_say_too_little_are_refused() {
        for text in [
            "Tuesday",
            "",
            "-",
            "2026",
            "20260105",
            "2026-01",
            "2026-1-5",
            "2026-02-31",
            "2026-02-29",
            "2026-02-31T10:00:00Z",
            "2026-13-01",
            "2026-01-05T24:00",
            "2026-01-05T10:60Z",
            "2026-01-05T10:00[Europe/Berlin]",
            "10:00",
            "2026-01-05 ",
            "2026-01-05T",
            "9999-12-31T23:59:59-12:00",
            "2026-01-05é10:00",
            "99999999999999999999",
            "-1",
        ] {
            let said = instant(text).expect_err(text);
            assert!(said.starts_with(&format!("\"{text}\" is not a valid time: ")), "{said}");
        }
    }

    #[test]
    fn a_clock_shows_utc() {
        assert_eq!(clock(1_767_607_205_491).as_deref(), Some("10:00:05"));
        assert_eq!(clock(-1).as_deref(), Some("23:59:59"));
        assert_eq!(clock(i64::MAX), None);
    }

    #[test]
    fn seconds_are_not_taken_for_milliseconds() {
        let said = instant("1767607205").expect_err("seconds");
        assert!(said.ends_with(" (1767607205000, if these are seconds)"), "{said}");
    }
}
