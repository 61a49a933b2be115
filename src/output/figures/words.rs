//! Figures in words: numbers with their units, why a call is bad, and what has to be known.

use std::fmt::Write as _;

use owo_colors::Style;

use super::options::StatsOptions;
use crate::calls::channel::Doubt;
use crate::calls::duration::{Basis, Duration};
use crate::calls::figures::Spread;
use crate::calls::limits::Metric;
use crate::calls::packets::INPUT;
use crate::calls::quality::{Band, Formula};
use crate::calls::reason::Reason;
use crate::terminal::{Charset, TextStyle, Tone};
use crate::text::wrapping;

/// The name shown for events without a callId.
pub(super) const NAMELESS: &str = "(no callId)";

/// How a figure is shown.
pub(super) type Shown = fn(f64) -> String;

/// `41 ms`.
pub(super) fn ms(value: f64) -> String {
    format!("{value:.0} ms")
}

/// What stands for a figure that there is none of.
pub(super) fn none(style: &TextStyle) -> &'static str {
    match style.charset {
        Charset::Unicode => "–",
        Charset::Ascii => "-",
    }
}

/// `7.16%`.
pub(super) fn percent(value: f64) -> String {
    match value {
        _ if value > 0.0 && value < 0.1 => format!("{value:.3}%"),
        _ if value >= 99.995 => "100%".into(),
        _ => format!("{value:.2}%"),
    }
}

/// A share of calls, `5.3%`.
#[expect(clippy::cast_precision_loss, reason = "a share to three digits is exact enough")]
pub(super) fn share(part: u64, whole: u64) -> String {
    let share = if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 };
    match share {
        _ if part > 0 && share < 0.1 => "<0.1%".into(),
        _ if part < whole && share > 99.9 => ">99.9%".into(),
        _ => format!("{share:.1}%"),
    }
}

/// `3m20s`.
pub(super) fn duration(milliseconds: i64) -> String {
    if (1..1000).contains(&milliseconds) {
        return format!("{milliseconds}ms");
    }
    let seconds = milliseconds.max(0) / 1000;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m{seconds:02}s"),
        (hours, minutes, _) => format!("{hours}h{minutes:02}m"),
    }
}

/// The length of a call, `12m04s`, or `~12m` where it is estimated.
pub(super) fn length(length: Duration) -> String {
    const TEN_MINUTES: i64 = 600_000;
    match duration(length.millis) {
        known if length.basis == Basis::Times => known,
        long if length.millis >= TEN_MINUTES => {
            let end = long.find('m').map_or(long.len(), |at| at + 1);
            format!("~{}", &long[..end])
        }
        short => format!("~{short}"),
    }
}

/// Sentences for a terminal, broken between words, but not at a no-break space.
pub(super) fn paragraph(sentences: &str, style: &TextStyle) -> String {
    let filled = textwrap::fill(sentences, wrapping(style.width));
    format!("{}\n", filled.replace('\u{a0}', " "))
}

/// `41`, or `≈41` where it may be more than 1 % off.
pub(super) fn rounded(spread: Spread, style: &TextStyle) -> String {
    let about = match style.charset {
        _ if spread.error <= 0.01 => "",
        Charset::Unicode => "≈",
        Charset::Ascii => "~",
    };
    format!("{about}{:.0}", spread.p95)
}

/// The colour of a band.
pub(super) fn band_style(band: Band, style: &TextStyle) -> Style {
    style.tone(match band {
        Band::VerySatisfied | Band::Satisfied => Tone::Good,
        Band::SomeDissatisfied => Tone::Fair,
        Band::ManyDissatisfied | Band::NearlyAllDissatisfied | Band::NotRecommended => Tone::Bad,
    })
}

/// How a channel is beyond a limit, in four lengths.
fn told(reason: &Reason, style: &TextStyle) -> [String; 4] {
    let channel = if reason.channel == INPUT { "in" } else { "out" };
    let limit = reason.limit;
    let unit = if limit.metric == Metric::Loss { "%" } else { "" };
    let wanted = format!("{}{unit}", limit.value);
    let found = match limit.metric {
        Metric::Loss => percent(reason.found),
        Metric::Jitter | Metric::Rtt => format!("{:.0} ms", reason.found),
        Metric::Mos => format!("{:.2}", reason.found),
        Metric::R => format!("{:.1}", reason.found),
    };
    let name = short_name(limit.metric);
    let longest = reason.reports.longest;
    let run = match longest {
        0 => String::new(),
        1 => ", 1 report".into(),
        longest => format!(", {longest} reports in a row"),
    };
    let short_run = short_run(longest, style);
    [
        format!("{name} {channel} {found} (limit {wanted}){run}"),
        format!("{name} {channel} {found}{run}"),
        format!("{name} {channel} {found}{short_run}"),
        format!("{name} {channel}{short_run}"),
    ]
}

fn short_name(metric: Metric) -> &'static str {
    match metric {
        Metric::Loss => "loss",
        Metric::Jitter => "buffer",
        Metric::Rtt => "trip",
        Metric::Mos => "MOS",
        Metric::R => "R",
    }
}

/// ` ×24`: so many reports in a row.
fn short_run(longest: u32, style: &TextStyle) -> String {
    match (longest, style.charset) {
        (0, _) => String::new(),
        (longest, Charset::Unicode) => format!(" ×{longest}"),
        (longest, Charset::Ascii) => format!(" x{longest}"),
    }
}

/// Why a call is beyond limits, in several lengths, the longest first.
pub(super) fn why(reasons: &[Reason], style: &TextStyle) -> Vec<String> {
    let told: Vec<[String; 4]> = reasons.iter().map(|reason| told(reason, style)).collect();
    let all = |length: usize, between: &str| {
        let parts: Vec<&str> = told.iter().map(|it| it[length].as_str()).collect();
        parts.join(between)
    };
    let mut forms = vec![all(0, "; "), all(1, "; "), all(2, ", "), all(3, ", ")];
    // Of each figure, the worse channel.
    let mut figures: Vec<(Metric, u32)> = Vec::new();
    for reason in reasons {
        let (metric, longest) = (reason.limit.metric, reason.reports.longest);
        match figures.iter_mut().find(|(known, _)| *known == metric) {
            Some((_, most)) => *most = longest.max(*most),
            None => figures.push((metric, longest)),
        }
    }
    let runs = figures.iter().map(|(it, run)| [short_name(*it), &short_run(*run, style)].concat());
    forms.push(runs.collect::<Vec<_>>().join(", "));
    let names: Vec<&str> = figures.iter().map(|(metric, _)| short_name(*metric)).collect();
    forms.push(names.join(", "));
    for kept in (1..names.len()).rev() {
        forms.push(format!("{}, +{}", names[..kept].join(", "), names.len() - kept));
    }
    forms
}

/// Why a figure may not be what it seems.
pub(super) fn sentence(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::CumulativeCounters => {
            "packet counters look cumulative; using the differences between reports"
        }
        Doubt::RisingCounters => {
            "packet counters rose in each report, but too little to be cumulative; using them as they are"
        }
        Doubt::GrowingJitterBuffer => {
            "the jitter buffer never shrank: the call got worse, or its connector adds up values"
        }
        Doubt::UnrealJitterBuffer => {
            "a jitter buffer above 10 s is implausible; R and MOS are not computed"
        }
    }
}

/// What the formula of R and MOS is.
pub(super) fn formula(options: &StatsOptions) -> String {
    let means = match options.formula {
        Formula::Salesforce => {
            "the formula of Salesforce's connector base, in which loss has little effect and unmeasured \
             values count as 0"
        }
        Formula::Emodel => {
            "ITU-T G.107 simplified, G.711 with concealment; an unmeasured value counts as 0, an \
             unmeasured round trip as the other channel's"
        }
        Formula::Twilio => {
            "the formula of Twilio's Voice SDK; an unmeasured value counts as 0, an unmeasured \
             round trip as the other channel's"
        }
    };
    format!("MOS: --mos {}, {means}.", options.formula.name())
}

/// `41/51/51 ms`, and the error of the first two if it is more than 1 %.
pub(super) fn spread(spread: Option<Spread>) -> String {
    let Some(Spread { p50, p95, max, error }) = spread else { return "n/a".into() };
    let mut text = format!("{p50:.0}/{p95:.0}/{max} ms");
    if error > 0.01 {
        let _ = write!(text, " (within {:.0}%)", (100.0 * error).ceil());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_never_rounded_to_none_or_all() {
        let shares = [share(0, 9), share(1, 100_000), share(99_999, 100_000), share(9, 9)];
        assert_eq!(shares, ["0.0%", "<0.1%", ">99.9%", "100.0%"]);
        assert_eq!((share(0, 0), share(376, 7102)), ("0.0%".into(), "5.3%".into()));
    }

    #[test]
    fn a_duration_has_two_units() {
        let texts = [300, 5_000, 209_000, 3_720_000].map(duration);
        assert_eq!(texts, ["300ms", "5s", "3m29s", "1h02m"]);
        let about = |millis| length(Duration { millis, basis: Basis::Estimate });
        let texts = [150_000, 630_000, 3_720_000].map(about);
        assert_eq!(texts, ["~2m30s", "~10m", "~1h02m"]);
    }
}
