//! The figures as CSV: a row per call or per group; figures of a channel stand under its name. Times
//! are milliseconds of the Unix epoch, in UTC.

use std::io::Write as _;

use super::options::StatsOptions;
use super::parallel::in_order;
use super::rows::{doubts, length};
use super::told::{Out, Row};
use super::words::why;
use crate::calls::call::{Call, Direction};
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
    whole(Some(call.lines()), text);
    whole(Some(1), text);
    for spot in [call.first, call.last] {
        text.push(b',');
        if let Some(capture) = captures.get(spot.capture as usize) {
            options.csv.text(visible(capture).as_bytes(), text);
        }
        whole(Some(spot.line), text);
    }
    text.push(b',');
    text.extend_from_slice(direction(call).as_bytes());
    whole(Some(call.participants.count()), text);
    let counts = ["hold", "mute", "flagraise", "flaglower", "note"].map(|it| call.count(it));
    for count in counts.into_iter().chain(call.said).chain([call.duplicates]) {
        whole(Some(count), text);
    }
    let (from, to) = (call.times.map(|it| it.0), call.times.map(|it| it.1));
    let lengths = [Basis::Times, Basis::Estimate].map(|basis| length(call, basis));
    let parts = [call.phases.talked(), call.phases.held()];
    for time in [from, to].into_iter().chain(lengths).chain(parts) {
        whole(time, text);
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
    let _ = write!(text, "{}", group.lines);
    for count in [quality.calls, quality.measured, quality.poor()] {
        whole(Some(count), text);
    }
    decimal(quality.poor_percent(), text);
    whole(quality.period.map(|(from, _)| from), text);
    whole(quality.period.map(|(_, to)| to), text);
    for found in [&quality.loss, &quality.jitter, &quality.round_trip, &quality.mos] {
        let found = found.as_ref();
        let values = found.map(|it| [it.best, it.p50, it.p95, it.p99, it.worst]);
        for nth in 0..5 {
            decimal(values.map(|values| values[nth]), text);
        }
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
    for count in [figures.reports, figures.packets.count, figures.packets.lost] {
        whole(Some(count), text);
    }
    decimal(figures.loss_percent, text);
    for spread in [figures.jitter, figures.round_trip] {
        decimal(spread.map(|it| it.p50), text);
        decimal(spread.map(|it| it.p95), text);
        whole(spread.map(|it| it.max), text);
        // Rounded up: it must hold.
        decimal(spread.map(|it| (1e4 * it.error).ceil() / 1e4), text);
    }
    decimal(figures.score.map(|it| it.r), text);
    decimal(figures.score.map(|it| it.mos), text);
    let by_report = figures.by_report;
    decimal(by_report.worst_loss_percent, text);
    whole(Some(by_report.lossy), text);
    for run in [by_report.loss, by_report.jitter, by_report.round_trip] {
        whole(Some(run.longest), text);
    }
    let _ = write!(text, ",{},{}", doubts(figures).join(" "), options.is_beyond(figures));
}

/// The next cell of a row: a whole number, if there is one.
fn whole(value: Option<impl itoa::Integer>, text: &mut Vec<u8>) {
    text.push(b',');
    if let Some(value) = value {
        text.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
    }
}

/// The next cell of a row: a number with four decimals, if there is one.
fn decimal(value: Option<f64>, text: &mut Vec<u8>) {
    text.push(b',');
    let Some(value) = value else { return };
    if usual_decimal(value, text).is_none() {
        let _ = write!(text, "{value:.4}");
    }
}

/// The same text for a usual number: a third of a row's time went to digits. `None` where rounding
/// could come out otherwise, because a double is not exactly its fourth decimal and a half.
fn usual_decimal(value: f64, text: &mut Vec<u8>) -> Option<()> {
    let scaled = value * 1e4;
    let is_far_from_half = (scaled.fract() - 0.5).abs() > 1e-4;
    if !(0.0..1e9).contains(&scaled) || value.is_sign_negative() || !is_far_from_half {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 10^9")]
    let scaled = scaled.round() as u32;
    text.extend_from_slice(itoa::Buffer::new().format(scaled / 10_000).as_bytes());
    // Ten thousand more, so that there are four digits, in the place of whose first one the point is.
    let decimals = text.len();
    text.extend_from_slice(itoa::Buffer::new().format(10_000 + scaled % 10_000).as_bytes());
    text[decimals] = b'.';
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(value: f64) -> String {
        let mut text = Vec::new();
        decimal(Some(value), &mut text);
        String::from_utf8(text).expect("it is ASCII")
    }

    #[test]
    fn halves_and_whole_numbers_are_rounded_as_text_is() {
        for value in
            [0.0, -0.0, 0.00005, 0.00015, 0.125, 1.00005, 4.5, 99_999.999_95, 1e300, f64::NAN]
        {
            assert_eq!(written(value), format!(",{value:.4}"));
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
                prop_assert_eq!(written(value), format!(",{value:.4}"));
            }
        }
    }
}
