//! What `filter --where`, `--since` and `--until` ask of one documented property.

use std::cmp::Ordering;

use crate::contract::{Bundle, EventId, Role};
use crate::json;
use crate::text::suggest::nearest;
use crate::text::visible;

/// A property and what its value must be. An event without the property never meets it.
#[derive(Debug)]
pub(crate) struct Condition {
    /// For each event, where the property is: its index and its JSON Pointer.
    places: Vec<Option<(usize, String)>>,
    operator: Operator,
    wanted: String,
    /// `wanted` as a number, where it is one.
    number: Option<f64>,
}

/// How values are compared: numbers as numbers, everything else as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
    /// The text contains what is wanted, letter for letter.
    Contains,
}

/// Longer spellings first.
const OPERATORS: [(&str, Operator); 7] = [
    ("!=", Operator::Unequal),
    ("<=", Operator::AtMost),
    (">=", Operator::AtLeast),
    ("=", Operator::Equal),
    ("<", Operator::Less),
    (">", Operator::Greater),
    ("~", Operator::Contains),
];

impl Condition {
    /// Reads `packetsLost>10`.
    pub(crate) fn parse(text: &str, bundle: &Bundle) -> Result<Self, String> {
        let at = text.find(['!', '<', '>', '=', '~']).unwrap_or(text.len());
        let found = OPERATORS.into_iter().find(|(sign, _)| text[at..].starts_with(sign));
        let Some((sign, operator)) = found else {
            return Err(format!(
                "\"{}\" has no comparison: give PROPERTY and one of = != < <= > >= ~ and a value",
                visible(text)
            ));
        };
        let wanted = text[at + sign.len()..].trim();
        let name = text[..at].trim();
        Self::new(name.strip_prefix("detail.").unwrap_or(name), operator, wanted, bundle)
    }

    /// Events from `time` on.
    pub(crate) fn since(time: &str, bundle: &Bundle) -> Result<Self, String> {
        Self::new(dated_by(bundle), Operator::AtLeast, &instant(time)?.to_string(), bundle)
    }

    /// Events until `time`.
    pub(crate) fn until(time: &str, bundle: &Bundle) -> Result<Self, String> {
        Self::new(dated_by(bundle), Operator::AtMost, &instant(time)?.to_string(), bundle)
    }

    fn new(name: &str, operator: Operator, wanted: &str, bundle: &Bundle) -> Result<Self, String> {
        let place = |id: EventId| {
            let mut properties = bundle.event(id).properties.iter().enumerate();
            let (index, property) = properties.find(|(_, property)| property.name == name)?;
            Some((index, property.pointer.clone()))
        };
        let places: Vec<Option<(usize, String)>> = EventId::all().map(place).collect();
        if places.iter().all(Option::is_none) {
            let properties = EventId::all().flat_map(|id| &bundle.event(id).properties);
            let advice = match nearest(name, properties.map(|it| it.name.as_str())) {
                Some(alike) => format!("did you mean {alike}?"),
                None => "`voxev explain EVENT` lists an event's".into(),
            };
            return Err(format!("no property is called \"{}\": {advice}", visible(name)));
        }
        let number = wanted.parse::<f64>().ok().filter(|it| it.is_finite());
        let needs_number = matches!(
            operator,
            Operator::Less | Operator::AtMost | Operator::Greater | Operator::AtLeast
        );
        if needs_number && number.is_none() {
            return Err(format!("\"{}\" is no number to compare with", visible(wanted)));
        }
        Ok(Self { places, operator, wanted: wanted.to_owned(), number })
    }

    /// Index among the properties of `event`, and JSON Pointer.
    pub(crate) fn place(&self, event: EventId) -> Option<(usize, &str)> {
        self.places[event.index()].as_ref().map(|(index, pointer)| (*index, pointer.as_str()))
    }

    /// Whether a value, as the line spells it, is what is wanted.
    pub(crate) fn is_met_by(&self, spelled: &[u8]) -> bool {
        let number = std::str::from_utf8(spelled).ok().and_then(|it| it.parse::<f64>().ok());
        if let (Some(found), Some(wanted)) = (number, self.number)
            && self.operator != Operator::Contains
        {
            return self.orders(found.total_cmp(&wanted));
        }
        let is_text = spelled.starts_with(b"\"");
        let text = if is_text {
            json::decode_lossy(spelled)
        } else {
            String::from_utf8_lossy(spelled).into_owned()
        };
        match self.operator {
            Operator::Equal => text == self.wanted,
            Operator::Unequal => text != self.wanted,
            Operator::Contains => text.contains(&self.wanted),
            Operator::Less | Operator::AtMost | Operator::Greater | Operator::AtLeast => false,
        }
    }

    fn orders(&self, order: Ordering) -> bool {
        match self.operator {
            Operator::Equal | Operator::Contains => order.is_eq(),
            Operator::Unequal => order.is_ne(),
            Operator::Less => order.is_lt(),
            Operator::AtMost => order.is_le(),
            Operator::Greater => order.is_gt(),
            Operator::AtLeast => order.is_ge(),
        }
    }
}

/// The property that says when an event was sent; events call it all the same.
fn dated_by(bundle: &Bundle) -> &str {
    let named = EventId::all().find_map(|id| bundle.event(id).in_role(Role::SentAt));
    named.map_or("", |property| &property.name)
}

/// Milliseconds of the Unix epoch, from such a number or from RFC 3339; a date alone is its
/// midnight in UTC.
pub(crate) fn instant(text: &str) -> Result<i64, String> {
    if let Ok(milliseconds) = text.parse::<i64>() {
        return Ok(milliseconds);
    }
    rfc3339(text).ok_or_else(|| {
        format!(
            "\"{}\" is no time: give 2026-01-05, 2026-01-05T10:00:00Z, 2026-01-05T10:00:00+01:00 \
             or milliseconds since 1970",
            visible(text)
        )
    })
}

fn rfc3339(text: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| {
        let digits = text.get(range)?;
        digits.bytes().all(|it| it.is_ascii_digit()).then(|| digits.parse::<i64>().ok())?
    };
    let is = |at: usize, signs: &[u8]| text.as_bytes().get(at).is_some_and(|it| signs.contains(it));
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let is_date =
        is(4, b"-") && is(7, b"-") && (1..=12).contains(&month) && (1..=31).contains(&day);
    let midnight = is_date.then(|| days(year, month, day) * 86_400_000)?;
    if text.len() == 10 {
        return Some(midnight);
    }
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    if !is(10, b"Tt ") || !is(13, b":") || !is(16, b":") || hour > 23 || minute > 59 || second > 60
    {
        return None;
    }
    let rest = &text[19..];
    let fraction = rest.strip_prefix('.').unwrap_or_default();
    let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
    let zone = if rest.starts_with('.') { &fraction[digits..] } else { rest };
    let thousandths: String = fraction[..digits].chars().chain("000".chars()).take(3).collect();
    let offset = match zone.as_bytes() {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] if zone.is_ascii() => {
            let two = |a: &u8, b: &u8| {
                let is_number = a.is_ascii_digit() && b.is_ascii_digit();
                is_number.then(|| i64::from(a - b'0') * 10 + i64::from(b - b'0'))
            };
            let minutes = two(h1, h2)? * 60 + two(m1, m2)?;
            if *sign == b'-' { -minutes } else { minutes }
        }
        _ => return None,
    };
    let seconds = (hour * 60 + minute - offset) * 60 + second;
    Some(midnight + seconds * 1000 + thousandths.parse::<i64>().ok()?)
}

/// Days from 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meets(condition: &str, spelled: &str) -> bool {
        let condition = Condition::parse(condition, &Bundle::newest()).expect("a condition");
        condition.is_met_by(spelled.as_bytes())
    }

    #[test]
    fn numbers_are_compared_as_numbers_and_the_rest_as_text() {
        assert!(
            meets("roundTripTimeMillis>400", "1e3") && !meets("roundTripTimeMillis>400", "400")
        );
        assert!(meets("detail.packetsLost <= 3", "3.0") && !meets("packetsLost!=3", "3"));
        assert!(meets("sender.role=Agent", "\"Agent\"") && meets("content.text~ca", "\"a cat\""));
        assert!(!meets("packetsLost>3", "\"4\""));
    }

    #[test]
    fn slips_are_told() {
        let said = |text: &str| Condition::parse(text, &Bundle::newest()).expect_err("a slip");
        assert!(said("roundTripMillis>4").contains("did you mean roundTripTimeMillis?"));
        assert!(said("packetsLost").contains("no comparison"));
        assert!(said("packetsLost>many").contains("no number"));
    }

    #[test]
    fn times_are_milliseconds_or_rfc_3339() {
        assert_eq!(instant("1767607205491"), Ok(1_767_607_205_491));
        assert_eq!(instant("2026-01-05T10:00:05.491Z"), Ok(1_767_607_205_491));
        assert_eq!(instant("2026-01-05T11:00:05.491+01:00"), Ok(1_767_607_205_491));
        assert_eq!(instant("1970-01-02"), Ok(86_400_000));
        assert!(instant("Tuesday").is_err() && instant("2026-13-01").is_err());
        assert!(Condition::since("2026-01-05", &Bundle::newest()).is_ok());
    }
}
