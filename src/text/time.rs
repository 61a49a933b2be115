//! Times as people type them and read them, in a time zone. The only file that names the `jiff` crate.
//!
//! Only here does voxev ask what time it is: for `2h` and the like.

use std::sync::OnceLock;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

use super::visible;

/// A time zone, and the time at which the run began.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    /// The system's zone is looked up when it is first needed: that reads the folder of all zones.
    zone: OnceLock<TimeZone>,
    now: Timestamp,
}

/// What a text stands for: the first and the last millisecond.
type Span = (i64, i64);

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
    has_offset.then(|| text.parse::<Timestamp>().ok())?.map(Timestamp::as_millisecond)
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
    has_offset.then(|| text.parse::<Timestamp>().ok())?.map(Timestamp::as_millisecond)
}

impl Clock {
    /// The clock of the zone with this IANA name; without one, of the system's zone.
    pub(crate) fn new(zone: Option<&str>) -> Result<Self, String> {
        let named = zone.map(|name| {
            TimeZone::get(name).ok().ok_or_else(|| {
                let name = visible(name);
                format!(
                    "unknown time zone \"{name}\": expected a name such as Europe/Berlin or UTC"
                )
            })
        });
        let zone = named.transpose()?.map_or_else(OnceLock::new, OnceLock::from);
        Ok(Self { zone, now: Timestamp::now() })
    }

    /// The first millisecond of the Unix epoch that `text` means.
    pub(crate) fn first(&self, text: &str) -> Result<i64, String> {
        self.read(text).map(|(first, _)| first)
    }

    /// The last one. Of a day, the last of that day.
    pub(crate) fn last(&self, text: &str) -> Result<i64, String> {
        self.read(text).map(|(_, last)| last)
    }

    /// The name of the zone.
    pub(crate) fn zone(&self) -> String {
        match self.time_zone().iana_name() {
            Some("Etc/UTC" | "Etc/UCT") => "UTC".into(),
            Some(name) => name.into(),
            None => {
                let offset = self.time_zone().to_offset(self.now);
                if offset.is_zero() { "UTC".into() } else { format!("UTC{offset}") }
            }
        }
    }

    /// `2026-01-06 14:00`, or nothing for a time that no calendar has.
    pub(crate) fn minute(&self, at: i64) -> String {
        self.zoned(at).map_or(String::new(), |at| at.strftime("%Y-%m-%d %H:%M").to_string())
    }

    /// `2026-01-06 14:00:05`.
    pub(crate) fn second(&self, at: i64) -> String {
        self.zoned(at).map_or(String::new(), |at| at.strftime("%Y-%m-%d %H:%M:%S").to_string())
    }

    /// The time of day, `14:00:05`.
    pub(crate) fn time_of_day(&self, at: i64) -> Option<String> {
        Some(self.zoned(at)?.strftime("%H:%M:%S").to_string())
    }

    /// When the day began that `at` is in, and its date.
    pub(crate) fn day(&self, at: i64) -> Option<(i64, String)> {
        let start = self.zoned(at)?.start_of_day().ok()?;
        Some((start.timestamp().as_millisecond(), start.strftime("%Y-%m-%d").to_string()))
    }

    /// When the hour began that `at` is in, and `2026-01-06 14:00`.
    pub(crate) fn hour(&self, at: i64) -> Option<(i64, String)> {
        let at = self.zoned(at)?;
        let into = i64::from(at.minute()) * 60_000
            + i64::from(at.second()) * 1000
            + i64::from(at.millisecond());
        let start = at.timestamp().as_millisecond() - into;
        Some((start, at.strftime("%Y-%m-%d %H:00").to_string()))
    }

    fn time_zone(&self) -> &TimeZone {
        self.zone.get_or_init(|| TimeZone::try_system().unwrap_or(TimeZone::UTC))
    }

    fn zoned(&self, at: i64) -> Option<Zoned> {
        Some(Timestamp::from_millisecond(at).ok()?.to_zoned(self.time_zone().clone()))
    }

    fn read(&self, text: &str) -> Result<Span, String> {
        let number = text.strip_prefix('-').unwrap_or(text);
        if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
            return bare_number(text).map(|at| (at, at));
        }
        let found = match text {
            "now" => Some((self.now.as_millisecond(), self.now.as_millisecond())),
            "today" => self.whole(self.today()),
            "yesterday" => self.today().yesterday().ok().and_then(|date| self.whole(date)),
            _ => self
                .ago(text)
                .or_else(|| self.last_passed(text))
                .or_else(|| {
                    text.parse().ok().filter(|_| is_date(text)).and_then(|it| self.whole(it))
                })
                .or_else(|| self.exact(text)),
        };
        found.ok_or_else(|| not_a_time(text, ""))
    }

    fn today(&self) -> Date {
        self.now.to_zoned(self.time_zone().clone()).date()
    }

    /// All of a day. Its end is where the next one begins: not every day has 24 hours.
    fn whole(&self, date: Date) -> Option<Span> {
        let start = |date: Date| {
            let start = date.to_zoned(self.time_zone().clone()).ok()?;
            Some(start.timestamp().as_millisecond())
        };
        Some((start(date)?, start(date.tomorrow().ok()?)? - 1))
    }

    /// `2h`, `30m`, `3d ago`.
    fn ago(&self, text: &str) -> Option<Span> {
        let text = text.strip_suffix("ago").map_or(text, str::trim_end);
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let seconds = match unit {
            "s" => 1,
            "m" | "min" => 60,
            "h" => 3600,
            "d" => 86_400,
            "w" => 7 * 86_400,
            _ => return None,
        };
        let seconds = number.parse::<i64>().ok()?.checked_mul(seconds)?;
        let at = self.now.checked_sub(SignedDuration::from_secs(seconds)).ok()?;
        Some((at.as_millisecond(), at.as_millisecond()))
    }

    /// `14:00`: today's, or yesterday's where that is still to come.
    fn last_passed(&self, text: &str) -> Option<Span> {
        if text.len() < "14:00".len() || text.as_bytes().get(2) != Some(&b':') {
            return None;
        }
        let time: Time = text.parse().ok()?;
        let on = |date: Date| self.at(date.to_datetime(time));
        let today = on(self.today())?;
        let is_passed = today <= self.now.as_millisecond();
        let at = if is_passed { today } else { on(self.today().yesterday().ok()?)? };
        Some((at, at))
    }

    /// A date and a time, in the zone unless an offset follows.
    fn exact(&self, text: &str) -> Option<Span> {
        let time = text.get("2026-01-05".len()..)?;
        // A time zone's name would be read and ignored: without an offset it is refused.
        let has_zone = time.contains(['Z', 'z', '+', '-', '[']);
        let at = if has_zone {
            text.parse::<Timestamp>().ok()?.as_millisecond()
        } else {
            is_date(text.get(..10)?).then_some(())?;
            time.contains(':').then_some(())?;
            self.at(text.parse().ok()?)?
        };
        Some((at, at))
    }

    fn at(&self, time: DateTime) -> Option<i64> {
        Some(time.to_zoned(self.time_zone().clone()).ok()?.timestamp().as_millisecond())
    }
}

/// Whether `text` is written as a date is, with two hyphens.
fn is_date(text: &str) -> bool {
    text.len() == 10 && text.bytes().filter(|byte| *byte == b'-').count() == 2
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

fn not_a_time(text: &str, aside: &str) -> String {
    format!(
        "\"{}\" is not a valid time: expected 2026-01-05, \"2026-01-05 14:00\", 14:00, 2h (ago), \
         yesterday, 2026-01-05T14:00:00+01:00, or milliseconds since 1970{aside}",
        visible(text)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIDNIGHT: i64 = 1_767_571_200_000;
    const HOUR: i64 = 60 * 60 * 1000;
    const DAY: i64 = 24 * HOUR;

    /// In this zone at 2026-01-05T10:30:00Z.
    fn clock(zone: &str) -> Clock {
        let clock = Clock::new(Some(zone)).expect("the zone exists");
        let now = Timestamp::from_millisecond(MIDNIGHT + 10 * HOUR + HOUR / 2);
        Clock { now: now.expect("it is in range"), ..clock }
    }

    #[test]
    fn the_usual_spelling_is_read_as_the_library_reads_it() {
        for year in ["1970", "1999", "2000", "2024", "2026", "2100", "9998"] {
            for month in 1..=13 {
                for day in 0..=32 {
                    let text = format!("{year}-{month:02}-{day:02}T23:59:58.125Z");
                    let parsed = text.parse::<Timestamp>();
                    let expected = parsed.ok().map(Timestamp::as_millisecond);
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
            ("10:30", MIDNIGHT + 10 * HOUR + HOUR / 2),
            ("10:31", MIDNIGHT - DAY + 10 * HOUR + HOUR / 2 + 60_000),
            ("14:00", MIDNIGHT - 10 * HOUR),
            ("2h", MIDNIGHT + 8 * HOUR + HOUR / 2),
            ("90m ago", MIDNIGHT + 9 * HOUR),
            ("1w", MIDNIGHT - 7 * DAY + 10 * HOUR + HOUR / 2),
            ("now", MIDNIGHT + 10 * HOUR + HOUR / 2),
        ] {
            assert_eq!(clock("UTC").first(text), Ok(expected), "{text}");
            assert_eq!(clock("UTC").last(text), Ok(expected), "{text}");
        }
        let berlin = clock("Europe/Berlin");
        assert_eq!(berlin.first("2026-01-05 14:00"), Ok(MIDNIGHT + 13 * HOUR));
        assert_eq!(berlin.first("11:30"), Ok(MIDNIGHT + 10 * HOUR + HOUR / 2));
        assert_eq!(berlin.first("2026-01-05T14:00Z"), Ok(MIDNIGHT + 14 * HOUR));
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
    fn a_date_is_all_of_its_day_in_the_zone() {
        let utc = clock("UTC");
        assert_eq!(utc.first("2026-01-05"), Ok(MIDNIGHT));
        assert_eq!(utc.last("2026-01-05"), Ok(MIDNIGHT + DAY - 1));
        assert_eq!(utc.first("yesterday"), Ok(MIDNIGHT - DAY));
        assert_eq!(utc.last("yesterday"), Ok(MIDNIGHT - 1));
        assert_eq!(utc.first("today"), Ok(MIDNIGHT));
        let tokyo = clock("Asia/Tokyo");
        assert_eq!(tokyo.first("2026-01-05"), Ok(MIDNIGHT - 9 * HOUR));
        // The clocks go forward: a day of 23 hours.
        let berlin = clock("Europe/Berlin");
        let [first, last] = [berlin.first("2026-03-29"), berlin.last("2026-03-29")];
        assert_eq!(last.expect("a day") - first.expect("a day"), 23 * HOUR - 1);
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
            "25:00",
            "1:00",
            "2x",
            "h",
            "99999999999999999999h",
            "999999999d",
            "2026-01-05 ",
            "2026-01-05T",
            "9999-12-31T23:59:59-12:00",
            "2026-01-05é10:00",
            "99999999999999999999",
            "-1",
        ] {
            let said = clock("UTC").first(text).expect_err(text);
            assert!(said.starts_with(&format!("\"{text}\" is not a valid time: ")), "{said}");
        }
    }

    #[test]
    fn a_clock_shows_the_time_of_day() {
        let shown = |at: i64| clock("UTC").time_of_day(at);
        assert_eq!(shown(1_767_607_205_491).as_deref(), Some("10:00:05"));
        assert_eq!(shown(-1).as_deref(), Some("23:59:59"));
        assert_eq!(shown(i64::MAX), None);
        let tokyo = clock("Asia/Tokyo").time_of_day(1_767_607_205_491);
        assert_eq!(tokyo.as_deref(), Some("19:00:05"));
    }

    #[test]
    fn seconds_are_not_taken_for_milliseconds() {
        let said = clock("UTC").first("1767607205").expect_err("seconds");
        assert!(said.ends_with(" (1767607205000, if these are seconds)"), "{said}");
    }

    #[test]
    fn a_time_is_shown_in_the_zone() {
        let at = MIDNIGHT + 14 * HOUR + 5 * 60_000 + 7_000;
        assert_eq!(clock("UTC").minute(at), "2026-01-05 14:05");
        let kathmandu = clock("Asia/Kathmandu");
        assert_eq!(kathmandu.second(at), "2026-01-05 19:50:07");
        let (start, text) = kathmandu.hour(at).expect("an hour");
        assert_eq!((start, &*text), (at - 50 * 60_000 - 7_000, "2026-01-05 19:00"));
        let (start, text) = kathmandu.day(at).expect("a day");
        assert_eq!((start, &*text), (MIDNIGHT - 5 * HOUR - 45 * 60_000, "2026-01-05"));
        assert_eq!(
            (kathmandu.zone(), kathmandu.minute(i64::MAX)),
            ("Asia/Kathmandu".into(), String::new())
        );
        let said = Clock::new(Some("Mars/Base")).expect_err("no zone");
        assert!(said.starts_with("unknown time zone \"Mars/Base\""), "{said}");
    }
}
