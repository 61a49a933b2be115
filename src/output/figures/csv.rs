//! The figures as CSV: a row per call or per group; figures of a channel stand under its name. Times
//! are milliseconds of the Unix epoch, in UTC.

use std::io::Write as _;

use super::options::StatsOptions;
use super::parallel::in_order;
use super::rows::{doubts, length};
use super::told::{Out, Row};
use super::words::why;
use crate::calls::call::{Call, Direction};
use crate::calls::distribution::Distribution;
use crate::calls::duration::Basis;
use crate::calls::figures::Figures;
use crate::calls::group::Group;
use crate::calls::limits::Limit;
use crate::calls::reason::reasons;
use crate::error::Error;
use crate::text::visible;

const CALL_HEADER: &str = "name,lines,calls,firstCapture,firstLine,lastCapture,lastLine,direction,participants,holds,mutes,\
    flagsRaised,flagsLowered,notes,messagesAgent,messagesSupervisor,messagesOther,duplicates,from,to,\
    durationMillis,estimatedDurationMillis,talkMillis,holdMillis,why";

const GROUP_HEADER: &str = "lines,calls,measured,poor,poorPercent,from,to";

/// Figures whose distribution over calls is in the rows of groups.
const DISTRIBUTED: [&str; 4] = ["loss", "jitter", "rtt", "mos"];

/// A row per call.
pub(super) fn calls<'a>(
    options: &StatsOptions,
    (places, row): (&[usize], impl Fn(usize) -> Row<'a> + Sync),
    captures: &[&str],
    out: Out<'_>,
) -> Result<(), Error> {
    let mut text = Vec::new();
    options.csv.begin(&mut text);
    text.extend_from_slice(CALL_HEADER.as_bytes());
    if let Some(joined) = &options.joined {
        for column in &joined.columns {
            text.push(b',');
            options.csv.text(visible(column).as_bytes(), &mut text);
        }
    }
    channel_header(options, &mut text);
    options.csv.end_row(&mut text);
    out(&text)?;
    let write = |place: &usize, text: &mut Vec<u8>| call(options, captures, &row(*place), text);
    in_order(options.threads, places, write, out)
}

/// A row per group.
pub(super) fn groups(options: &StatsOptions, groups: &[Group], out: Out<'_>) -> Result<(), Error> {
    let mut text = Vec::new();
    options.csv.begin(&mut text);
    for dimension in &options.by {
        options.csv.text(visible(dimension.name()).as_bytes(), &mut text);
        text.push(b',');
    }
    text.extend_from_slice(GROUP_HEADER.as_bytes());
    for figure in DISTRIBUTED {
        for quantile in ["Best", "P50", "P95", "P99", "Worst"] {
            let _ = write!(text, ",{figure}{quantile}");
        }
    }
    channel_header(options, &mut text);
    options.csv.end_row(&mut text);
    for row in groups.iter().take(options.most) {
        group(options, row, &mut text);
        out(&text)?;
        text.clear();
    }
    out(&text)
}

fn channel_header(options: &StatsOptions, text: &mut Vec<u8>) {
    let formula = options.formula.name();
    for channel in ["input", "output"] {
        for figure in ["reports", "packets", "lost", "lossPercent", "jitterP50", "jitterP95"] {
            let _ = write!(text, ",{channel}.{figure}");
        }
        let _ = write!(
            text,
            ",{channel}.jitterMax,{channel}.jitterError,{channel}.rttP50,{channel}.rttP95,\
             {channel}.rttMax,{channel}.rttError,{channel}.r_{formula},{channel}.mos_{formula},\
             {channel}.worstReportLossPercent,{channel}.reportsWithLoss,{channel}.lossInARow,\
             {channel}.jitterInARow,{channel}.rttInARow,{channel}.doubts,{channel}.beyond"
        );
    }
}

/// Columns of a channel.
const CHANNEL_COLUMNS: usize = 21;

fn call(options: &StatsOptions, captures: &[&str], row: &Row<'_>, text: &mut Vec<u8>) {
    let call = row.entry.call;
    options.csv.text(visible(row.entry.id).as_bytes(), text);
    let _ = write!(text, ",{},1", call.lines());
    for spot in [call.first, call.last] {
        text.push(b',');
        if let Some(capture) = captures.get(spot.capture as usize) {
            options.csv.text(visible(capture).as_bytes(), text);
        }
        let _ = write!(text, ",{}", spot.line);
    }
    text.push(b',');
    text.extend_from_slice(direction(call).as_bytes());
    let _ = write!(text, ",{}", call.participants.count());
    let counts = ["hold", "mute", "flagraise", "flaglower", "note"].map(|it| call.count(it));
    for count in counts.into_iter().chain(call.said).chain([call.duplicates]) {
        let _ = write!(text, ",{count}");
    }
    let (from, to) = (call.times.map(|it| it.0), call.times.map(|it| it.1));
    let lengths = [Basis::Times, Basis::Estimate].map(|basis| length(call, basis));
    let parts = [call.phases.talked(), call.phases.held()];
    for time in [from, to].into_iter().chain(lengths).chain(parts) {
        let _ = write!(text, ",{}", integer(time));
    }
    let limits: Vec<Limit> = options.all_limits().copied().collect();
    let why = why(&reasons(&limits, &row.channels), &options.style)
        .into_iter()
        .next()
        .unwrap_or_default();
    text.push(b',');
    if !why.is_empty() {
        options.csv.text(why.as_bytes(), text);
    }
    if let Some(joined) = &options.joined {
        for column in &joined.columns {
            text.push(b',');
            if let Some(value) = joined.value(row.entry.id, column) {
                options.csv.text(visible(value).as_bytes(), text);
            }
        }
    }
    channels(options, &row.channels, text);
    options.csv.end_row(text);
}

fn direction(call: &Call) -> &'static str {
    match call.direction {
        Some(Direction::Inbound) => "inbound",
        Some(Direction::Outbound) => "outbound",
        None => "",
    }
}

fn group(options: &StatsOptions, group: &Group, text: &mut Vec<u8>) {
    for key in &group.keys {
        options.csv.text(visible(key).as_bytes(), text);
        text.push(b',');
    }
    let quality = &group.quality;
    let _ = write!(text, "{},{},{}", group.lines, quality.calls, quality.measured);
    let _ = write!(text, ",{},{}", quality.poor(), decimal(quality.poor_percent()));
    let (from, to) = (quality.period.map(|it| it.0), quality.period.map(|it| it.1));
    let _ = write!(text, ",{},{}", integer(from), integer(to));
    for found in [&quality.loss, &quality.jitter, &quality.round_trip, &quality.mos] {
        let value = |value: fn(&Distribution) -> f64| decimal(found.as_ref().map(value));
        let _ = write!(text, ",{},{}", value(|it| it.best), value(|it| it.p50));
        let _ = write!(text, ",{},{}", value(|it| it.p95), value(|it| it.p99));
        let _ = write!(text, ",{}", value(|it| it.worst));
    }
    channels(options, &group.channels, text);
    options.csv.end_row(text);
}

/// Both channels, of which one may not be told of.
fn channels(options: &StatsOptions, channels: &[Figures], text: &mut Vec<u8>) {
    for index in 0..2 {
        match channels.iter().find(|figures| figures.channel == index) {
            Some(figures) => channel(options, figures, text),
            None => text.extend_from_slice(&[b','; CHANNEL_COLUMNS]),
        }
    }
}

fn channel(options: &StatsOptions, figures: &Figures, text: &mut Vec<u8>) {
    let _ = write!(text, ",{},{}", figures.reports, figures.packets.count);
    let _ = write!(text, ",{},{}", figures.packets.lost, decimal(figures.loss_percent));
    for spread in [figures.jitter, figures.round_trip] {
        let _ = write!(text, ",{}", decimal(spread.map(|it| it.p50)));
        let _ = write!(text, ",{}", decimal(spread.map(|it| it.p95)));
        let _ = write!(text, ",{}", spread.map_or(String::new(), |it| it.max.to_string()));
        // Rounded up: it must hold.
        let _ = write!(text, ",{}", decimal(spread.map(|it| (1e4 * it.error).ceil() / 1e4)));
    }
    let score = figures.score;
    let _ = write!(text, ",{},{}", decimal(score.map(|it| it.r)), decimal(score.map(|it| it.mos)));
    let by_report = figures.by_report;
    let _ = write!(text, ",{},{}", decimal(by_report.worst_loss_percent), by_report.lossy);
    for run in [by_report.loss, by_report.jitter, by_report.round_trip] {
        let _ = write!(text, ",{}", run.longest);
    }
    let _ = write!(text, ",{},{}", doubts(figures).join(" "), options.is_beyond(figures));
}

fn decimal(value: Option<f64>) -> String {
    value.map_or(String::new(), |value| {
        usual_decimal(value).unwrap_or_else(|| format!("{value:.4}"))
    })
}

/// The same text for a usual number: a third of a row's time went to digits. `None` where rounding
/// could come out otherwise, because a double is not exactly its fourth decimal and a half.
fn usual_decimal(value: f64) -> Option<String> {
    let scaled = value * 1e4;
    let is_far_from_half = (scaled.fract() - 0.5).abs() > 1e-4;
    if !(0.0..1e9).contains(&scaled) || value.is_sign_negative() || !is_far_from_half {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 10^9")]
    let scaled = scaled.round() as u32;
    let mut text = itoa::Buffer::new().format(scaled / 10_000).to_owned();
    text.push('.');
    for digit in [1000, 100, 10, 1].map(|unit| scaled / unit % 10) {
        text.extend(char::from_digit(digit, 10));
    }
    Some(text)
}

fn integer(value: Option<i64>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn halves_and_whole_numbers_are_rounded_as_text_is() {
        for value in
            [0.0, -0.0, 0.00005, 0.00015, 0.125, 1.00005, 4.5, 99_999.999_95, 1e300, f64::NAN]
        {
            assert_eq!(decimal(Some(value)), format!("{value:.4}"));
        }
    }

    proptest! {
        #[test]
        fn a_decimal_is_that_of_the_standard_library(
            value in prop_oneof![0.0..100.0_f64, 0.0..1e6_f64, -1.0..1.0_f64, any::<f64>()],
            ten_thousandths in 0_u32..1_000_000,
        ) {
            let near_half = (f64::from(ten_thousandths) + 0.5) / 1e4;
            for value in [value, near_half, near_half.next_up(), near_half.next_down()] {
                prop_assert_eq!(decimal(Some(value)), format!("{value:.4}"));
            }
        }
    }
}
