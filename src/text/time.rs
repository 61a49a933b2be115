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

/// Milliseconds of the Unix epoch: what a recorder means by `text`, which is RFC 3339, or a number of
/// seconds or milliseconds.
pub(crate) fn recorded(text: &str) -> Option<i64> {
    if let Some(at) = utc_instant(text.as_bytes()) {
        return Some(at);
    }
    let is_number = text.bytes().next()?.is_ascii_digit() && !text.contains(['T', 't', ' ', ':']);
    if is_number {
        return number(text);
    }
    let time = text.get("2026-01-05".len()..)?;
    let has_offset = time.contains(['Z', 'z', '+', '-']);
    has_offset.then(|| exact(text))?.map(|(at, _)| at)
}

/// The usual spelling, `2026-01-05T10:00:05.125Z`, without the library, which takes ten times as long
/// and reads all others.
fn utc_instant(text: &[u8]) -> Option<i64> {
    let is_at = |place: usize, byte: u8| text.get(place) == Some(&byte);
    let is_date = is_at(4, b'-') && is_at(7, b'-') && is_at(10, b'T');
    if !(is_date && is_at(13, b':') && is_at(16, b':')) {
        return None;
    }
    let number = |place: usize, digits: usize| {
        let digits = text.get(place..place + digits)?;
        digits.iter().try_fold(0_i64, |sum, byte| {
            byte.is_ascii_digit().then(|| 10 * sum + i64::from(byte - b'0'))
        })
    };
    let (year, month, day) = (number(0, 4)?, number(5, 2)?, number(8, 2)?);
    let (hour, minute, second) = (number(11, 2)?, number(14, 2)?, number(17, 2)?);
    let is_day = (1..=28).contains(&day) || matches!((month, day), (1 | 3..=12, 29 | 30));
    let is_usual = year >= 1970 && (1..=12).contains(&month) && is_day;
    if !is_usual || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let milliseconds = match text.get(19..)? {
        b"Z" => 0,
        [b'.', _, _, _, b'Z'] => number(20, 3)?,
        _ => return None,
    };
    let minutes = (days_before(year, month, day) * 24 + hour) * 60 + minute;
    Some((minutes * 60 + second) * 1000 + milliseconds)
}

/// Days from 1970-01-01 to a date of the Gregorian calendar (Hinnant, `days_from_civil`).
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Seconds up to this number, milliseconds beyond: the years 5138, and 1973.
const MOST_SECONDS: f64 = 100_000_000_000.0;

fn number(text: &str) -> Option<i64> {
    if let Ok(whole) = text.parse::<i64>() {
        return if whole < 100_000_000_000 { whole.checked_mul(1000) } else { Some(whole) };
    }
    let number = text.parse::<f64>().ok().filter(|it| it.is_finite())?;
    let milliseconds = if number < MOST_SECONDS { number * 1000.0 } else { number };
    #[expect(clippy::cast_possible_truncation, reason = "beyond the range it is no time of a call")]
    let whole = milliseconds.round() as i64;
    Some(whole)
}

/// Milliseconds of the Unix epoch of an RFC 3339 time. `None` where it names no offset: then it has
/// no one meaning.
pub(crate) fn zoned_instant(text: &str) -> Option<i64> {
    let has_offset = text.ends_with(['Z', 'z'])
        || text.get("2026-01-05T10:00".len()..).is_some_and(|rest| rest.contains(['+', '-']));
    exact(text).filter(|_| has_offset).map(|(at, _)| at)
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
    fn the_usual_spelling_is_read_as_the_library_reads_it() {
        for year in ["1970", "1999", "2000", "2024", "2026", "2100", "9998"] {
            for month in 1..=13 {
                for day in 0..=32 {
                    let text = format!("{year}-{month:02}-{day:02}T23:59:58.125Z");
                    let expected = exact(&text).map(|(at, _)| at);
                    assert_eq!(recorded(&text), expected, "{text}");
                }
            }
        }
        for text in ["2026-01-05T24:00:00Z", "2026-01-05T10:60:00Z", "2026-01-05T10:00:0xZ"] {
            assert_eq!(recorded(text), None, "{text}");
        }
        assert_eq!(recorded("2026-01-05T10:00:05Z"), Some(MIDNIGHT + 10 * HOUR + 5000));
    }

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
    fn a_time_without_an_offset_is_no_instant_of_its_own() {
        for (text, expected) in [
            ("2026-01-05T00:00:00.000Z", Some(MIDNIGHT)),
            ("2026-01-05T01:00+01:00", Some(MIDNIGHT)),
            ("2026-01-05T00:00:00.000", None),
            ("2026-01-05 00:00", None),
            ("2026-01-05", None),
            ("1767571200000", None),
            ("", None),
        ] {
            assert_eq!(zoned_instant(text), expected, "{text}");
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
