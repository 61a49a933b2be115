//! Conditions on one documented property: `filter --where`, `--since` and `--until`.

use std::cmp::Ordering;

use crate::contract::{Bundle, EventId, Role};
use crate::json;
use crate::text::comparison::{Comparison, OPERATORS, Operator};
use crate::text::decimal::Decimal;
use crate::text::suggest::nearest;
use crate::text::time::{instant, last_instant};
use crate::text::visible;

/// A property and the value that it must have. An event without the property never matches.
#[derive(Debug)]
pub(crate) struct Condition {
    /// For each event, the index of the property among its own.
    places: Vec<Option<usize>>,
    operator: Operator,
    wanted: String,
    number: Option<Number>,
}

/// The number to compare with, which is spelled in `wanted`.
#[derive(Debug)]
struct Number {
    /// The same as a 64-bit integer, if it is one: the fast way to compare most numbers.
    whole: Option<i64>,
}

impl Condition {
    /// Reads `packetsLost>10`.
    pub(crate) fn parse(text: &str, bundle: &Bundle) -> Result<Self, String> {
        let comparison = Comparison::parse(text).unwrap_or_else(|| {
            Err(format!(
                "\"{}\" is not a valid condition: expected PROPERTY, one of {OPERATORS}, and a value",
                visible(text)
            ))
        })?;
        let name = comparison.name.strip_prefix("detail.").unwrap_or(comparison.name);
        Self::new(name, comparison.operator, &comparison.operand, bundle)
    }

    /// Matches events from `time` on; if it is a date, from the start of that day.
    pub(crate) fn since(time: &str, bundle: &Bundle) -> Result<Self, String> {
        Self::new(dated_by(bundle), Operator::AtLeast, &instant(time)?.to_string(), bundle)
    }

    /// Matches events until `time`; if it is a date, until the end of that day.
    pub(crate) fn until(time: &str, bundle: &Bundle) -> Result<Self, String> {
        Self::new(dated_by(bundle), Operator::AtMost, &last_instant(time)?.to_string(), bundle)
    }

    fn new(name: &str, operator: Operator, wanted: &str, bundle: &Bundle) -> Result<Self, String> {
        let place = |id: EventId| {
            let mut properties = bundle.event(id).properties.iter().enumerate();
            let (index, property) = properties.find(|(_, property)| property.name == name)?;
            Some((index, property))
        };
        let found: Vec<_> = EventId::all().map(place).collect();
        let kinds = found.iter().flatten().map(|(_, property)| property.kind.as_str());
        let holds_numbers = match kinds.clone().next() {
            None => return Err(no_property(name, bundle)),
            Some(_) => kinds.clone().all(|kind| matches!(kind, "integer" | "number")),
        };
        let number = Decimal::parse(wanted).map(|_| Number { whole: wanted.parse().ok() });
        if holds_numbers && number.is_none() && operator != Operator::Contains {
            let wanted = visible(wanted);
            return Err(format!("{name} is a number, but \"{wanted}\" is not"));
        }
        if !holds_numbers && operator.needs_order() {
            return Err(format!("{name} is text, which has no order: use = != or ~"));
        }
        let places = found.into_iter().map(|it| it.map(|(index, _)| index)).collect();
        Ok(Self { places, operator, wanted: wanted.to_owned(), number })
    }

    /// The property's index among the properties of `event`.
    pub(crate) fn place(&self, event: EventId) -> Option<usize> {
        self.places[event.index()]
    }

    /// Whether a value, as spelled in the line, satisfies the condition: numbers are compared as
    /// numbers, everything else as text.
    pub(crate) fn is_met_by(&self, spelled: &[u8]) -> bool {
        if self.operator != Operator::Contains
            && let Some(order) =
                self.number.as_ref().and_then(|it| it.compare(spelled, &self.wanted))
        {
            return self.operator.holds(order);
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
}

impl Number {
    /// Compares the number that a line spells to this one, which is spelled `wanted`; `None` if the
    /// line's value is not a number.
    fn compare(&self, spelled: &[u8], wanted: &str) -> Option<Ordering> {
        let spelled = std::str::from_utf8(spelled).ok()?;
        if let (Some(whole), Ok(found)) = (self.whole, spelled.parse::<i64>()) {
            return Some(found.cmp(&whole));
        }
        Some(Decimal::parse(spelled)?.compare(Decimal::parse(wanted)?))
    }
}

/// The message that no event has a property `name`, with a suggestion.
fn no_property(name: &str, bundle: &Bundle) -> String {
    let properties = || EventId::all().flat_map(|id| &bundle.event(id).properties);
    let names = || properties().map(|property| property.name.as_str());
    let last = |full: &str| full.rsplit('.').next().is_some_and(|it| it.eq_ignore_ascii_case(name));
    let advice = match names().find(|full| last(full)).or_else(|| nearest(name, names())) {
        Some(alike) => format!("did you mean {alike}?"),
        None => "`voxev explain EVENT` lists the properties of an event".into(),
    };
    format!("unknown property \"{}\": {advice}", visible(name))
}

/// The property with the time of an event; it has the same name in all events.
fn dated_by(bundle: &Bundle) -> &str {
    let named = EventId::all().find_map(|id| bundle.event(id).in_role(Role::SentAt));
    named.map_or("", |property| &property.name)
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
        assert!(!meets("packetsLost>3", "\"4\"") && meets("packetsLost~1", "213"));
    }

    #[test]
    fn minus_zero_is_zero() {
        for zero in ["0", "-0", "-0.0", "0e5"] {
            for (condition, expected) in [
                ("packetsLost=0", true),
                ("packetsLost==-0", true),
                ("packetsLost!=0", false),
                ("packetsLost<0", false),
                ("packetsLost>=0.0", true),
                ("packetsLost>-0", false),
            ] {
                assert_eq!(meets(condition, zero), expected, "{condition} {zero}");
            }
        }
    }

    #[test]
    fn integers_beyond_2_to_the_53_are_compared_exactly() {
        assert!(meets("packetsLost>9007199254740992", "9007199254740993"));
        assert!(!meets("packetsLost=9007199254740992", "9007199254740993"));
        assert!(meets("packetsLost=18446744073709551616", "18446744073709551616.0"));
        assert!(meets("packetsLost<18446744073709551617", "18446744073709551616"));
        assert!(meets("packetsLost<1e401", "1e400") && meets("packetsLost>1e308", "1e400"));
        assert!(!meets("packetsLost=0.1", "0.1000000000000000000000001"));
    }

    #[test]
    fn one_equals_sign_or_two_and_quotes_or_none_mean_the_same() {
        for condition in ["packetsLost=3", "packetsLost==3", "packetsLost == \"3\""] {
            assert!(meets(condition, "3.0") && !meets(condition, "4"), "{condition}");
        }
        for condition in ["participant~555", "participant~\"555\"", "participant ~ \"555\""] {
            assert!(meets(condition, "\"+1 555 0100\""), "{condition}");
            assert!(!meets(condition, "\"+1 415\""), "{condition}");
        }
        assert!(meets("participant=\" x\"", "\" x\"") && !meets("participant= x", "\" x\""));
    }

    #[test]
    fn slips_are_told() {
        let said = |text: &str| Condition::parse(text, &Bundle::newest()).expect_err(text);
        assert!(said("roundTripMillis>4").contains("did you mean roundTripTimeMillis?"));
        assert!(said("text~card").contains("did you mean content.text?"));
        assert!(said("Role=Agent").contains("did you mean sender.role?"));
        assert!(said("banana=1").contains("`voxev explain EVENT`"));
        assert!(said("packetsLost").contains("not a valid condition"));
        for text in ["packetsLost>many", "packetsLost=abc", "packetsLost!=", "packetsLost==NaN"] {
            assert!(said(text).starts_with("packetsLost is a number"), "{text}");
        }
        assert!(said("participant>5").starts_with("participant is text"));
        assert!(said("participant=~5").starts_with("\"=~\" in"));
    }

    #[test]
    fn until_a_date_includes_that_day() {
        let bundle = Bundle::newest();
        let until = Condition::until("2026-01-05", &bundle).expect("a date");
        assert!(until.is_met_by(b"1767657599999") && !until.is_met_by(b"1767657600000"));
        let since = Condition::since("2026-01-05", &bundle).expect("a date");
        assert!(since.is_met_by(b"1767571200000") && !since.is_met_by(b"1767571199999"));
    }
}
