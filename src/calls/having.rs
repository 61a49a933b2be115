//! `--having`: what the figures of a call must be.

use super::call::Call;
use super::duration::Duration;
use super::figures::Figures;
use super::limits::{Limit, Metric};
use crate::text::comparison::{Comparison, Operator};
use crate::text::suggest::nearest;

/// A condition that calls are selected by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Having {
    /// Met by a call with a channel that meets it.
    Channel(Limit),
    Call(CallFigure, Operator, f64),
}

/// A figure of a call as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallFigure {
    /// Seconds.
    Duration,
    /// Reports of the channel that has more.
    Reports,
    Lines,
    Holds,
    Mutes,
    Flags,
    Notes,
    /// Transcript messages of anybody.
    Messages,
    Participants,
}

const CALL_FIGURES: [(&str, CallFigure); 9] = [
    ("duration", CallFigure::Duration),
    ("reports", CallFigure::Reports),
    ("lines", CallFigure::Lines),
    ("holds", CallFigure::Holds),
    ("mutes", CallFigure::Mutes),
    ("flags", CallFigure::Flags),
    ("notes", CallFigure::Notes),
    ("messages", CallFigure::Messages),
    ("participants", CallFigure::Participants),
];

impl Having {
    /// Reads `mos<3.5` or `duration>5m`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let expected = || {
            format!(
                "{text:?} is not a condition: expected a figure, = != < <= > or >=, and a number"
            )
        };
        let Comparison { name, operator, operand } =
            Comparison::parse(text).ok_or_else(expected)??;
        if operator == Operator::Contains {
            return Err(expected());
        }
        if let Some((_, figure)) = CALL_FIGURES.into_iter().find(|(known, _)| *known == name) {
            let number = number(&operand, figure).ok_or_else(expected)?;
            return Ok(Self::Call(figure, operator, number));
        }
        if Metric::ALL.into_iter().any(|metric| metric.name() == name) {
            let limits = super::limits::parse(text)?;
            return limits.first().map(|limit| Self::Channel(*limit)).ok_or_else(expected);
        }
        let names = || Metric::ALL.map(Metric::name).into_iter().chain(CALL_FIGURES.map(|it| it.0));
        let advice = nearest(name, names()).map_or_else(
            || format!("expected one of {}", names().collect::<Vec<_>>().join(", ")),
            |alike| format!("did you mean {alike}?"),
        );
        Err(format!("unknown figure {name:?}: {advice}"))
    }

    /// Whether a call meets it. One that lacks the figure does not.
    pub(crate) fn is_met_by(&self, call: &Call, channels: &[Figures]) -> bool {
        match self {
            Self::Channel(limit) => {
                channels.iter().any(|channel| limit.is_broken_by(channel) == Some(true))
            }
            Self::Call(figure, operator, wanted) => {
                let order = figure.of(call).and_then(|found| found.partial_cmp(wanted));
                order.is_some_and(|order| operator.holds(order))
            }
        }
    }
}

impl CallFigure {
    #[expect(clippy::cast_precision_loss, reason = "no call has 2^53 of anything")]
    fn of(self, call: &Call) -> Option<f64> {
        let count = |event: &str| f64::from(call.count(event));
        Some(match self {
            Self::Duration => Duration::of(call)?.millis as f64 / 1000.0,
            Self::Reports => {
                f64::from(call.channels.iter().map(|it| it.reports).max().unwrap_or_default())
            }
            Self::Lines => call.lines() as f64,
            Self::Holds => count("hold"),
            Self::Mutes => count("mute"),
            Self::Flags => count("flagraise"),
            Self::Notes => count("note"),
            Self::Messages => count("transcript"),
            Self::Participants => call.participants.count() as f64,
        })
    }
}

/// A number; of a duration, with or without a unit.
fn number(text: &str, figure: CallFigure) -> Option<f64> {
    let units = [("h", 3600.0), ("m", 60.0), ("s", 1.0)];
    let unit =
        units.into_iter().find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)));
    let (text, factor) = match unit {
        Some(found) if figure == CallFigure::Duration => found,
        _ => (text, 1.0),
    };
    text.trim().parse::<f64>().ok().map(|number| number * factor).filter(|it| it.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_names_a_figure_of_a_channel_or_of_the_call() {
        let limit = Limit { metric: Metric::Mos, operator: Operator::Less, value: 3.5 };
        assert_eq!(Having::parse("mos<3.5"), Ok(Having::Channel(limit)));
        for (text, seconds) in
            [("duration>90", 90.0), ("duration > 5m", 300.0), ("duration>1.5h", 5400.0)]
        {
            let expected = Having::Call(CallFigure::Duration, Operator::Greater, seconds);
            assert_eq!(Having::parse(text), Ok(expected), "{text}");
        }
        let expected = Having::Call(CallFigure::Holds, Operator::AtLeast, 2.0);
        assert_eq!(Having::parse("holds>=2"), Ok(expected));
    }

    #[test]
    fn slips_are_told() {
        for (text, said) in [
            ("hold>2", "did you mean holds?"),
            ("holds", "is not a condition"),
            ("holds>2m", "is not a condition"),
            ("mos~3", "is not a condition"),
            ("mos<three", "is not a number"),
            ("banana>2", "expected one of loss, mos"),
        ] {
            let error = Having::parse(text).expect_err(text);
            assert!(error.contains(said), "{error}");
        }
    }
}
