//! What got better and what got worse since an earlier run.

use super::distribution::Worse;
use super::overview::Quality;
use crate::text::comparison::{Comparison as Text, Operator};

/// The same calls, or groups of them, in an earlier run and now.
#[derive(Debug)]
pub(crate) struct Pair {
    /// What the calls have in common: a text for each dimension; nothing for all calls.
    pub(crate) keys: Vec<String>,
    pub(crate) earlier: Option<Quality>,
    pub(crate) now: Option<Quality>,
}

/// A figure that is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Figure {
    /// Percent of the calls that are poor.
    Poor,
    /// What 95 % of the calls are no worse than, and so on.
    Loss,
    Jitter,
    Rtt,
    Mos,
}

impl Figure {
    pub(crate) const ALL: [Self; 5] = [Self::Poor, Self::Loss, Self::Jitter, Self::Rtt, Self::Mos];

    /// What a limit calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Poor => "poor",
            Self::Loss => "loss",
            Self::Jitter => "jitter",
            Self::Rtt => "rtt",
            Self::Mos => "mos",
        }
    }

    /// Which values are bad.
    pub(crate) fn worse(self) -> Worse {
        match self {
            Self::Poor | Self::Loss | Self::Jitter | Self::Rtt => Worse::Higher,
            Self::Mos => Worse::Lower,
        }
    }

    /// The figure of some calls; `None` where it was not measured.
    pub(crate) fn of(self, quality: &Quality) -> Option<f64> {
        let distribution = match self {
            Self::Poor => return quality.poor_percent(),
            Self::Loss => &quality.loss,
            Self::Jitter => &quality.jitter,
            Self::Rtt => &quality.round_trip,
            Self::Mos => &quality.mos,
        };
        distribution.as_ref().map(|it| it.p95)
    }
}

impl Pair {
    /// How much a figure has grown; `None` where it is not known for both.
    pub(crate) fn change(&self, figure: Figure) -> Option<f64> {
        let [earlier, now] = [&self.earlier, &self.now];
        Some(figure.of(now.as_ref()?)? - figure.of(earlier.as_ref()?)?)
    }
}

/// Pairs the groups of two runs: those of now in their order, then those that are gone.
pub(crate) fn pairs(
    earlier: Vec<(Vec<String>, Quality)>,
    now: Vec<(Vec<String>, Quality)>,
) -> Vec<Pair> {
    let mut earlier: std::collections::BTreeMap<Vec<String>, Quality> =
        earlier.into_iter().collect();
    let mut pairs: Vec<Pair> = now
        .into_iter()
        .map(|(keys, now)| {
            let earlier = earlier.remove(&keys);
            Pair { keys, earlier, now: Some(now) }
        })
        .collect();
    let gone = earlier.into_iter();
    pairs.extend(gone.map(|(keys, earlier)| Pair { keys, earlier: Some(earlier), now: None }));
    pairs
}

/// A limit of all calls together: `poor>5%`, or of a change, `poor>+2pp`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RunLimit {
    pub(crate) figure: Figure,
    operator: Operator,
    value: f64,
    pub(crate) of: Of,
}

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    Value,
    Change,
}

impl RunLimit {
    /// Reads a limit; `None` where `text` is one of single calls, or none at all.
    pub(crate) fn parse(text: &str) -> Option<Result<Self, String>> {
        let Text { name, operator, operand } = Text::parse(text)?.ok()?;
        let figure = Figure::ALL.into_iter().find(|figure| figure.name() == name)?;
        let of = if operand.starts_with(['+', '-']) { Of::Change } else { Of::Value };
        if of == Of::Value && figure != Figure::Poor {
            return None;
        }
        let number = ["pp", "%", "ms"].iter().find_map(|unit| operand.strip_suffix(unit));
        let number = number.unwrap_or(&operand).trim().parse::<f64>().ok();
        let value = number.filter(|it| it.is_finite() && operator != Operator::Contains);
        Some(value.map(|value| Self { figure, operator, value, of }).ok_or_else(|| {
            format!("{text:?} is not a limit: expected one like poor>5%, poor>+2pp or mos<-0.1")
        }))
    }

    /// Whether calls are beyond it; `None` where there is nothing to compare.
    pub(crate) fn is_broken_by(&self, pair: &Pair) -> Option<bool> {
        let found = match self.of {
            Of::Value => self.figure.of(pair.now.as_ref()?)?,
            Of::Change => pair.change(self.figure)?,
        };
        Some(found.partial_cmp(&self.value).is_some_and(|order| self.operator.holds(order)))
    }
}

impl std::fmt::Display for RunLimit {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (name, sign, value) = (self.figure.name(), self.operator.sign(), self.value);
        let is_percent = matches!(self.figure, Figure::Poor | Figure::Loss);
        match self.of {
            Of::Value => write!(formatter, "{name}{sign}{value}%"),
            Of::Change => {
                write!(formatter, "{name}{sign}{value:+}{}", if is_percent { "pp" } else { "" })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_with_a_sign_is_one_of_a_change() {
        for (text, of) in
            [("poor>5%", Of::Value), ("poor>+2pp", Of::Change), ("mos<-0.1", Of::Change)]
        {
            let limit = RunLimit::parse(text).expect("it is of a run").expect("it is right");
            assert_eq!((limit.of, limit.to_string()), (of, text.to_owned()));
        }
        assert_eq!(RunLimit::parse("loss>1%"), None, "that is a limit of calls");
        assert_eq!(RunLimit::parse("twilio"), None);
        let said = RunLimit::parse("poor>+two").expect("it is of a run").expect_err("no number");
        assert!(said.contains("is not a limit"), "{said}");
    }

    fn calls(bands: [u64; 6]) -> Quality {
        let measured = bands.iter().sum();
        Quality { calls: measured, measured, bands, ..Quality::default() }
    }

    #[test]
    fn a_change_is_the_difference_in_percentage_points() {
        let pair = Pair {
            keys: Vec::new(),
            earlier: Some(calls([90, 0, 0, 10, 0, 0])),
            now: Some(calls([70, 0, 0, 0, 0, 30])),
        };
        assert_eq!(pair.change(Figure::Poor), Some(20.0));
        assert_eq!(pair.change(Figure::Mos), None);
        let broken = |text: &str| {
            let limit = RunLimit::parse(text).expect("it is of a run").expect("it is right");
            limit.is_broken_by(&pair)
        };
        assert_eq!([broken("poor>+19pp"), broken("poor>+20pp")], [Some(true), Some(false)]);
        assert_eq!([broken("poor>29%"), broken("mos<-0.1")], [Some(true), None]);
    }

    #[test]
    fn groups_are_paired_by_their_keys() {
        let group = |name: &str| (vec![name.to_owned()], Quality::default());
        let pairs = pairs(vec![group("gone"), group("both")], vec![group("new"), group("both")]);
        let told = pairs.iter().map(|it| (&*it.keys[0], it.earlier.is_some(), it.now.is_some()));
        let told: Vec<_> = told.collect();
        assert_eq!(told, [("new", false, true), ("both", true, true), ("gone", true, false)]);
    }
}
