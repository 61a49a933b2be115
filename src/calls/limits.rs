//! Limits of voice quality: `loss>1%`, `mos<3.5`, or what an operator recommends.

use std::fmt;

use super::figures::Figures;
use super::streak::{Threshold, Thresholds};
use crate::text::comparison::{Comparison, Operator};
use crate::text::suggest::nearest;

/// A figure and what is bad of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Limit {
    pub(crate) metric: Metric,
    pub(crate) operator: Operator,
    pub(crate) value: f64,
}

/// What is limited: of a call, its worse channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Metric {
    /// Percent of packets.
    Loss,
    Mos,
    R,
    /// 95th percentile, ms.
    Rtt,
    /// 95th percentile of the jitter buffer, ms. Not the jitter between arrivals.
    Jitter,
}

impl Metric {
    pub(crate) const ALL: [Self; 5] = [Self::Loss, Self::Mos, Self::R, Self::Rtt, Self::Jitter];

    /// What a limit calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::Mos => "mos",
            Self::R => "r",
            Self::Rtt => "rtt",
            Self::Jitter => "jitter",
        }
    }

    /// What it is, for people.
    fn meaning(self) -> &'static str {
        match self {
            Self::Loss => "percent of packets lost",
            Self::Mos => "mean opinion score, 1 to 5",
            Self::R => "transmission rating, 0 to 100",
            Self::Rtt => "95th percentile of the round trip, ms",
            Self::Jitter => "95th percentile of the jitter buffer, ms",
        }
    }

    /// The figure of a channel; `None` where it was not measured.
    pub(crate) fn of(self, figures: &Figures) -> Option<f64> {
        match self {
            Self::Loss => figures.loss_percent,
            Self::Mos => figures.score.map(|score| score.mos),
            Self::R => figures.score.map(|score| score.r),
            Self::Rtt => figures.round_trip.map(|spread| spread.p95),
            Self::Jitter => figures.jitter.map(|spread| spread.p95),
        }
    }
}

/// Limits that have a name.
#[derive(Debug)]
pub(crate) struct Preset {
    pub(crate) name: &'static str,
    pub(crate) limits: &'static str,
    pub(crate) source: &'static str,
}

/// What is used where no limits are named.
pub(crate) const DEFAULT: &str = "default";

/// The jitter limit of 30 ms that many recommend is for the jitter between arrivals, which these
/// reports do not have.
pub(crate) const PRESETS: [Preset; 6] = [
    Preset {
        name: DEFAULT,
        limits: "loss>1%,rtt>400,jitter>200,mos<3.6",
        source: "Twilio's limits, a jitter buffer that disturbs a conversation, and the MOS below \
                 which many users are dissatisfied (ITU-T G.109)",
    },
    Preset { name: "twilio", limits: "loss>1%,rtt>400", source: "warnings of Twilio's Voice SDK" },
    Preset {
        name: "cqd",
        limits: "loss>10%,rtt>500",
        source: "a poor stream in Microsoft's Call Quality Dashboard",
    },
    Preset { name: "teams", limits: "loss>1%,rtt>100", source: "targets of Microsoft Teams" },
    Preset { name: "cisco", limits: "loss>1%", source: "Cisco's recommendation for voice" },
    Preset { name: "none", limits: "", source: "no limits" },
];

/// What limits make of calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Judgement {
    /// Calls with a channel beyond a limit.
    pub(crate) beyond: u64,
    /// Calls that are not beyond any, and have no figure for one or more of them.
    pub(crate) incomplete: u64,
    /// Calls that have a figure for at least one.
    pub(crate) judged: u64,
    /// By limit.
    pub(crate) each: Vec<LimitCount>,
}

/// What one limit makes of calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct LimitCount {
    pub(crate) beyond: u64,
    /// Calls that have the figure.
    pub(crate) judged: u64,
}

impl Judgement {
    /// Checks a call against the figures of its channels.
    pub(crate) fn add(&mut self, limits: &[Limit], channels: &[Figures]) {
        self.each.resize_with(limits.len(), LimitCount::default);
        let (mut beyond, mut without, mut with) = (false, false, false);
        for (limit, count) in limits.iter().zip(&mut self.each) {
            let mut found = channels.iter().filter_map(|channel| limit.is_broken_by(channel));
            match found.next() {
                None => without = true,
                Some(first) => {
                    let is_beyond = first || found.any(|it| it);
                    count.judged += 1;
                    count.beyond += u64::from(is_beyond);
                    beyond |= is_beyond;
                    with = true;
                }
            }
        }
        self.beyond += u64::from(beyond);
        self.incomplete += u64::from(!beyond && without);
        self.judged += u64::from(with);
    }
}

/// Reads limits, or names of presets, between commas.
pub(crate) fn parse(text: &str) -> Result<Vec<Limit>, String> {
    let mut limits = Vec::new();
    for part in text.split(',').map(str::trim) {
        match PRESETS.iter().find(|preset| preset.name == part) {
            Some(preset) if preset.limits.is_empty() => {}
            Some(preset) => limits.extend(parse(preset.limits)?),
            None => limits.push(one(part)?),
        }
    }
    Ok(limits)
}

/// The limits that hold where none are named.
pub(crate) fn usual() -> Vec<Limit> {
    parse(DEFAULT).unwrap_or_default()
}

/// From where on single reports count as beyond: of several limits of a figure, the first.
pub(crate) fn thresholds<'a>(limits: impl Iterator<Item = &'a Limit>) -> Thresholds {
    let mut found = Thresholds::default();
    for limit in limits {
        let is_inclusive = match limit.operator {
            Operator::Greater => false,
            Operator::AtLeast => true,
            Operator::Equal
            | Operator::Unequal
            | Operator::Less
            | Operator::AtMost
            | Operator::Contains => continue,
        };
        let threshold = |value| Some(Threshold { value, is_inclusive });
        let (place, value) = match limit.metric {
            Metric::Loss => (&mut found.loss, limit.value / 100.0),
            Metric::Jitter => (&mut found.jitter, limit.value),
            Metric::Rtt => (&mut found.round_trip, limit.value),
            Metric::Mos | Metric::R => continue,
        };
        *place = place.or(threshold(value));
    }
    found
}

/// What a limit can be or begin with, and what that means: for shells.
pub(crate) fn offers() -> impl Iterator<Item = (String, String)> {
    let list = ("list".to_owned(), "show all of these".to_owned());
    let presets = PRESETS.iter().map(|it| (it.name.to_owned(), it.limits.to_owned()));
    let metrics = Metric::ALL.into_iter().map(|metric| {
        let sign = if matches!(metric, Metric::Mos | Metric::R) { '<' } else { '>' };
        (format!("{}{sign}", metric.name()), metric.meaning().to_owned())
    });
    presets.chain([list]).chain(metrics)
}

fn one(text: &str) -> Result<Limit, String> {
    let names = || PRESETS.iter().map(|preset| preset.name);
    let Some(comparison) = Comparison::parse(text) else {
        return Err(match nearest(text, names()) {
            Some(name) => format!("unknown limits {text:?}: did you mean {name}?"),
            None => {
                let names: Vec<&str> = names().collect();
                format!("expected a limit like loss>1% or mos<3.5, or one of {}", names.join(", "))
            }
        });
    };
    let Comparison { name, operator, operand: value } = comparison?;
    if operator == Operator::Contains {
        return Err(format!("{text:?} compares text: use = != < <= > or >= with a figure"));
    }
    let Some(metric) = Metric::ALL.into_iter().find(|it| it.name() == name) else {
        let names = Metric::ALL.map(Metric::name);
        let advice = nearest(name, names).map_or_else(
            || format!("expected one of {}", names.join(", ")),
            |it| format!("did you mean {it}?"),
        );
        return Err(format!("unknown figure {name:?}: {advice}"));
    };
    let number = value.trim_end_matches("ms").trim_end_matches('%').trim().parse::<f64>();
    let number = number.ok().filter(|number| number.is_finite());
    let value = number.ok_or_else(|| {
        format!("{value:?} is not a number: expected a limit like loss>1% or rtt>400")
    })?;
    Ok(Limit { metric, operator, value })
}

impl Limit {
    /// Whether the figures of a channel are beyond the limit; `None` where there is no such figure.
    pub(crate) fn is_broken_by(&self, figures: &Figures) -> Option<bool> {
        let order = |found: f64| found.partial_cmp(&self.value);
        let found = self.metric.of(figures)?;
        Some(order(found).is_some_and(|order| self.operator.holds(order)))
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = if self.metric == Metric::Loss { "%" } else { "" };
        write!(formatter, "{}{}{}{unit}", self.metric.name(), self.operator.sign(), self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_and_presets_stand_for_some() {
        let limit = Limit { metric: Metric::Loss, operator: Operator::Greater, value: 1.0 };
        assert_eq!(parse("loss>1%").expect("a limit")[0], limit);
        assert_eq!(parse("twilio, mos<3.5").expect("limits").len(), 3);
        assert_eq!(parse("mos <= 3.5").expect("a limit")[0].operator, Operator::AtMost);
        assert!(parse("loss~1").expect_err("no figure").contains("compares text"));
        assert!(parse("loss=>1").expect_err("a slip").starts_with("\"=>\" in \"loss=>1\" is not"));
        assert!(parse("twillio").expect_err("a slip").contains("did you mean twilio"));
        assert_eq!(parse("none"), Ok(Vec::new()));
        assert!(parse("los>1").expect_err("a slip").contains("did you mean loss"));
        assert!(parse("loss>NaN").expect_err("no number").starts_with("\"NaN\" is not a number"));
    }

    #[test]
    fn a_limit_is_written_as_it_is_read() {
        for preset in &PRESETS {
            let limits: Vec<String> = parse(preset.name)
                .expect("a preset is right")
                .iter()
                .map(ToString::to_string)
                .collect();
            assert_eq!(limits.join(","), preset.limits);
        }
    }
}
