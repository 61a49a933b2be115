//! Limits of voice quality: `loss>1%`, `mos<3.5`, or what an operator recommends.

use super::figures::Figures;
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

const METRICS: [(&str, Metric); 5] = [
    ("loss", Metric::Loss),
    ("mos", Metric::Mos),
    ("r", Metric::R),
    ("rtt", Metric::Rtt),
    ("jitter", Metric::Jitter),
];

/// Twilio: 1 %, 400 ms. Microsoft Call Quality Dashboard, "poor": 10 %, 500 ms. Microsoft Teams,
/// target: 1 %, 100 ms. Cisco: 1 %. Their jitter limit of 30 ms is for the jitter between
/// arrivals, which these reports do not have.
const PRESETS: [(&str, &str); 4] = [
    ("twilio", "loss>1%,rtt>400"),
    ("cqd", "loss>10%,rtt>500"),
    ("teams", "loss>1%,rtt>100"),
    ("cisco", "loss>1%"),
];

/// What limits make of calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Judgement {
    /// Calls with a channel beyond a limit.
    pub(crate) beyond: u64,
    /// Calls that are not beyond any, and have no figure for one or more of them.
    pub(crate) incomplete: u64,
    /// Calls that have a figure for at least one.
    pub(crate) judged: u64,
}

impl Judgement {
    /// Checks a call against the figures of its channels.
    pub(crate) fn add(&mut self, limits: &[Limit], channels: &[Figures]) {
        let (mut beyond, mut without, mut with) = (false, false, false);
        for limit in limits {
            let found: Vec<bool> =
                channels.iter().filter_map(|channel| limit.is_broken_by(channel)).collect();
            beyond |= found.contains(&true);
            without |= found.is_empty();
            with |= !found.is_empty();
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
        match PRESETS.iter().find(|(name, _)| *name == part) {
            Some((_, preset)) => limits.extend(parse(preset)?),
            None => limits.push(one(part)?),
        }
    }
    Ok(limits)
}

/// What a limit can be or begin with, and what that means: for shells.
pub(crate) fn offers() -> impl Iterator<Item = (String, String)> {
    let presets = PRESETS.into_iter().map(|(name, means)| (name.to_owned(), means.to_owned()));
    let metrics = METRICS.into_iter().map(|(name, metric)| match metric {
        Metric::Loss => (format!("{name}>"), "percent of packets lost"),
        Metric::Mos => (format!("{name}<"), "mean opinion score, 1 to 5"),
        Metric::R => (format!("{name}<"), "transmission rating, 0 to 100"),
        Metric::Rtt => (format!("{name}>"), "95th percentile of the round trip, ms"),
        Metric::Jitter => (format!("{name}>"), "95th percentile of the jitter buffer, ms"),
    });
    presets.chain(metrics.map(|(text, means)| (text, means.to_owned())))
}

fn one(text: &str) -> Result<Limit, String> {
    let Some(comparison) = Comparison::parse(text) else {
        let names = PRESETS.map(|(name, _)| name);
        return Err(match nearest(text, names) {
            Some(name) => format!("unknown limits {text:?}: did you mean {name}?"),
            None => {
                format!("expected a limit like loss>1% or mos<3.5, or one of {}", names.join(", "))
            }
        });
    };
    let Comparison { name, operator, operand: value } = comparison?;
    if operator == Operator::Contains {
        return Err(format!("{text:?} compares text: use = != < <= > or >= with a figure"));
    }
    let Some((_, metric)) = METRICS.into_iter().find(|(known, _)| *known == name) else {
        let names = METRICS.map(|(name, _)| name);
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
        let found = match self.metric {
            Metric::Loss => figures.loss_percent,
            Metric::Mos => figures.score.map(|score| score.mos),
            Metric::R => figures.score.map(|score| score.r),
            Metric::Rtt => figures.round_trip.map(|spread| spread.p95),
            Metric::Jitter => figures.jitter.map(|spread| spread.p95),
        };
        found.map(|found| {
            found.partial_cmp(&self.value).is_some_and(|order| self.operator.holds(order))
        })
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
        assert!(parse("los>1").expect_err("a slip").contains("did you mean loss"));
        assert!(parse("loss>NaN").expect_err("no number").starts_with("\"NaN\" is not a number"));
    }
}
