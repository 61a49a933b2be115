//! How good a call sounds, computed from a channel's figures by one of three published formulas.
//!
//! All three estimate the E-model's rating R (0 to 100) and turn it into a mean opinion score
//! (1 to 4.5, ITU-T G.107 Annex B); they differ in what delay and loss cost. No figure stands
//! without its formula's name.

use clap::ValueEnum;

/// A formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Formula {
    /// The formula of Salesforce's connector base, in which 20 % loss has little effect
    Salesforce,
    /// ITU-T G.107, simplified: one-way delay and G.711 with concealment
    Emodel,
    /// The formula of Twilio's Voice SDK
    Twilio,
}

/// Averages over the reports of one channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Means {
    /// Lost packets by packets, as the formula of `salesforce` takes it; `None` without packets.
    pub(crate) lost_by_count: Option<f64>,
    /// Share of packets lost, 0 to 1.
    pub(crate) loss: f64,
    pub(crate) jitter_buffer_ms: f64,
    pub(crate) round_trip_ms: f64,
}

/// R and the score that follows from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Score {
    pub(crate) r: f64,
    pub(crate) mos: f64,
}

impl Formula {
    /// The name of `--mos`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Salesforce => "salesforce",
            Self::Emodel => "emodel",
            Self::Twilio => "twilio",
        }
    }

    /// The score of `means`; none where it would not be a number.
    pub(crate) fn score(self, means: Means) -> Option<Score> {
        let r = match self {
            Self::Salesforce => salesforce(means)?,
            Self::Emodel => emodel(means),
            Self::Twilio => twilio(means),
        };
        let mos = if self == Self::Salesforce { unclamped_mos(r) } else { mos(r) };
        (r.is_finite() && mos.is_finite()).then_some(Score { r, mos })
    }
}

/// R = 93.2 less the delay's cost, less 2.5 times the *ratio* of lost packets.
fn salesforce(means: Means) -> Option<f64> {
    let delay = means.round_trip_ms + 2.0 * means.jitter_buffer_ms + 10.0;
    let r = if delay < 160.0 { 93.2 - delay / 40.0 } else { 93.2 - (delay - 120.0) / 10.0 };
    Some(r - 2.5 * means.lost_by_count?)
}

fn emodel(means: Means) -> f64 {
    let delay = means.round_trip_ms / 2.0 + means.jitter_buffer_ms;
    let delay_cost = 0.024 * delay + 0.11 * (delay - 177.3).max(0.0);
    // G.711 with packet loss concealment: Ie = 0, Bpl = 25.1; losses are taken to be random.
    let percent = 100.0 * means.loss;
    // Below 0 every score is 1, whatever absurd delay there is.
    (93.2 - delay_cost - 95.0 * percent / (percent + 25.1)).max(0.0)
}

fn twilio(means: Means) -> f64 {
    const R0: f64 = 94.768;
    let delay = means.round_trip_ms + 2.0 * means.jitter_buffer_ms + 10.0;
    let r = match delay {
        _ if delay < 160.0 => R0 - delay / 40.0,
        _ if delay < 1000.0 => R0 - (delay - 120.0) / 10.0,
        _ => 0.0,
    };
    let percent = 100.0 * means.loss;
    if percent <= r / 2.5 { (r - 2.5 * percent).max(6.52) } else { 0.0 }
}

/// ITU-T G.107 Annex B.
fn mos(r: f64) -> f64 {
    match r {
        _ if r < 0.0 => 1.0,
        _ if r > 100.0 => 4.5,
        _ => unclamped_mos(r),
    }
}

fn unclamped_mos(r: f64) -> f64 {
    1.0 + 0.035 * r + 7e-6 * r * (r - 60.0) * (100.0 - r)
}

/// What ITU-T G.109 says of a score, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Band {
    VerySatisfied,
    Satisfied,
    SomeDissatisfied,
    ManyDissatisfied,
    NearlyAllDissatisfied,
    NotRecommended,
}

/// A call with a channel whose MOS is lower is poor: R below 70, with which many are dissatisfied.
pub(crate) const POOR_BELOW: f64 = 3.60;

impl Band {
    pub(crate) const ALL: [Self; 6] = [
        Self::VerySatisfied,
        Self::Satisfied,
        Self::SomeDissatisfied,
        Self::ManyDissatisfied,
        Self::NearlyAllDissatisfied,
        Self::NotRecommended,
    ];

    /// The band that a score is in.
    pub(crate) fn of(mos: f64) -> Self {
        let band = Self::ALL.into_iter().find(|band| mos >= band.least());
        band.unwrap_or(Self::NotRecommended)
    }

    /// The lowest score that is in it. The lowest of all scores is 1, but one formula goes lower.
    pub(crate) fn least(self) -> f64 {
        match self {
            Self::VerySatisfied => 4.34,
            Self::Satisfied => 4.03,
            Self::SomeDissatisfied => POOR_BELOW,
            Self::ManyDissatisfied => 3.10,
            Self::NearlyAllDissatisfied => 2.58,
            Self::NotRecommended => f64::NEG_INFINITY,
        }
    }

    /// What the recommendation calls it: which users are satisfied.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::VerySatisfied => "very satisfied",
            Self::Satisfied => "satisfied",
            Self::SomeDissatisfied => "some dissatisfied",
            Self::ManyDissatisfied => "many dissatisfied",
            Self::NearlyAllDissatisfied => "nearly all dissatisfied",
            Self::NotRecommended => "not recommended",
        }
    }

    /// Whether a call in it is poor.
    pub(crate) fn is_poor(self) -> bool {
        self >= Self::ManyDissatisfied
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means([count, lost, jitter, round_trip]: [f64; 4]) -> Means {
        Means {
            lost_by_count: Some(lost / count),
            loss: lost / (count + lost),
            jitter_buffer_ms: jitter,
            round_trip_ms: round_trip,
        }
    }

    fn mos_of(formula: Formula, figures: [f64; 4]) -> f64 {
        formula.score(means(figures)).expect("a figure").mos
    }

    #[test]
    fn salesforce_scores_are_those_of_the_connector_base() {
        let first = mos_of(Formula::Salesforce, [10.0, 2.0, 10.0, 30.0]);
        let second = mos_of(Formula::Salesforce, [20.0, 1.0, 20.0, 40.0]);
        assert!((first - 4.367_279_104_000_000_5).abs() < 1e-9, "{first}");
        assert!((second - 4.358_684_488_140_626).abs() < 1e-9, "{second}");
    }

    #[test]
    fn emodel_scores_are_those_of_g107() {
        check(
            Formula::Emodel,
            &[
                ([1500.0, 0.0, 20.0, 60.0], (4.3849, 4.384_864)),
                ([1485.0, 15.0, 20.0, 60.0], (4.2968, 4.296_784_017_788_946)),
                ([1200.0, 300.0, 10.0, 30.0], (2.5998, 2.599_763_158_820_821)),
                // A delay beyond 177.3 ms, and one beyond hope.
                ([1500.0, 0.0, 100.0, 400.0], (3.7121, 3.712_088_177_627_311)),
                ([1500.0, 0.0, 0.0, 5000.0], (1.0, 1.0)),
            ],
        );
    }

    #[test]
    fn twilio_scores_are_those_of_its_formula() {
        check(
            Formula::Twilio,
            &[
                ([1500.0, 0.0, 20.0, 60.0], (4.3852, 4.385_247_784_871_176)),
                ([1485.0, 15.0, 20.0, 60.0], (4.3270, 4.327_012_894_381_176)),
                ([1200.0, 300.0, 10.0, 30.0], (2.2269, 2.226_878_039_066_176)),
                ([1500.0, 0.0, 100.0, 400.0], (2.3546, 2.354_604_248_306_176)),
                // R is never below 6.52 while there is hope.
                ([1500.0, 0.0, 20.0, 1200.0], (1.0, 1.000_031_473_344)),
                ([100.0, 900.0, 0.0, 0.0], (1.0, 1.0)),
            ],
        );
    }

    /// Holds `formula` to scores of four published digits and to what they are in full: computed
    /// with 40 digits, in Python's `decimal`, from the formula as it is published.
    fn check(formula: Formula, cases: &[([f64; 4], (f64, f64))]) {
        for &(figures, (published, expected)) in cases {
            let found = mos_of(formula, figures);
            assert!((found - expected).abs() < 1e-9, "{found} {expected}");
            assert!(((expected * 1e4).round() / 1e4 - published).abs() < 1e-12, "{published}");
        }
    }

    #[test]
    fn twilio_gives_up_where_delay_or_loss_is_beyond_hope() {
        // Delay alone never brings R below 6.52.
        assert!((mos_of(Formula::Twilio, [1500.0, 0.0, 0.0, 5000.0]) - 1.0).abs() < 0.1);
        assert!((mos_of(Formula::Twilio, [100.0, 900.0, 0.0, 0.0]) - 1.0).abs() < 1e-9);
        assert!(mos_of(Formula::Twilio, [1500.0, 0.0, 0.0, 0.0]) > 4.3);
    }

    #[test]
    fn no_figure_is_never_a_number_that_is_none() {
        let empty =
            Means { lost_by_count: None, loss: 0.0, jitter_buffer_ms: 0.0, round_trip_ms: 0.0 };
        assert_eq!(Formula::Salesforce.score(empty), None);
        for formula in Formula::value_variants() {
            let vast = Means { jitter_buffer_ms: f64::MAX, ..empty };
            assert!(formula.score(vast).is_none_or(|it| it.mos.is_finite()));
        }
    }

    #[test]
    fn bands_are_those_of_g109() {
        let names = [4.34, 4.03, 3.59, -1.0].map(|mos| Band::of(mos).name());
        assert_eq!(names, ["very satisfied", "satisfied", "many dissatisfied", "not recommended"]);
        for band in Band::ALL {
            assert_eq!(Band::of(band.least()), band);
            assert_eq!(band.is_poor(), band.least() < POOR_BELOW);
        }
    }
}
