//! One call told to a person: what happened line by line, and how it sounded from report to report.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;

use super::options::StatsOptions;
use super::table;
use crate::calls::aggregator::kept;
use crate::calls::call::Spot;
use crate::calls::call_table::CallTable;
use crate::calls::channel::{Channel, Counting, INPUT};
use crate::calls::figures::of_call;
use crate::calls::timeline::{Moment, Series, Span, Worst};
use crate::contract::Bundle;
use crate::terminal::Charset;
use crate::text::{count, thousands, visible};

/// The timeline of the call `id`.
pub(crate) fn tell(options: &StatsOptions, id: &str, tables: &[CallTable]) -> Vec<u8> {
    let mut text = String::new();
    let kept = kept(id);
    for table in tables {
        for (name, call) in table.listed().into_iter().filter(|(name, _)| *name == kept) {
            table::call(options, name, call, &table.captures, &mut text);
            for figures in of_call(&call.channels, options.formula) {
                if figures.reports + figures.left_out > 0 {
                    table::channel(options, &figures, &mut text);
                }
            }
            text.push('\n');
            moments(options, table, &mut text);
            for (channel, counting) in call.channels.iter().map(Channel::counting).enumerate() {
                charts(options, channel, counting, &table.timeline.series[channel], &mut text);
            }
        }
    }
    if text.is_empty() {
        let _ = writeln!(text, "no event of the call {}", visible(id));
    }
    text.into_bytes()
}

/// Every line but the reports, which the charts show.
fn moments(options: &StatsOptions, table: &CallTable, text: &mut String) {
    let timeline = &table.timeline;
    let bundle = Bundle::newest();
    let name = |spot: Spot| {
        let name = table.captures.get(spot.capture as usize).map_or("", String::as_str);
        visible(name).into_owned()
    };
    let mut capture = 0;
    for (moment, nth) in timeline.moments().zip(0..) {
        if nth == timeline.first.len() && timeline.left_out > 0 {
            let left_out = count(timeline.left_out, "line", "lines");
            let advice = "`voxev filter --call-id` prints all of them";
            let _ = writeln!(text, "     …  {left_out} not shown; {advice}");
        }
        if moment.spot.capture != capture {
            capture = moment.spot.capture;
            let _ = writeln!(text, "{}", name(moment.spot).style(options.style.faint()));
        }
        let number = format!("{:>6}", moment.spot.line);
        let _ = write!(text, "{}  ", number.style(options.style.faint()));
        let event = format!("{:<19}", moment.event.name());
        let _ = write!(text, "{}", event.style(options.style.strong()));
        let mut rest = moment.values(&bundle);
        if let Some(span) = span(moment, name) {
            let gap = if rest.is_empty() { "" } else { "  " };
            let _ = write!(rest, "{gap}[{span}]");
        }
        let _ = writeln!(text, "{}", rest.trim_end());
    }
}

/// Until when what `moment` begins lasts.
fn span(moment: &Moment, name: impl Fn(Spot) -> String) -> Option<String> {
    Some(match moment.span {
        Span::None => return None,
        Span::Duplicate => "exact duplicate".into(),
        Span::Open => "no end found".into(),
        Span::Until(event, end) if end.capture == moment.spot.capture => {
            format!("until {} in line {}", event.name(), end.line)
        }
        Span::Until(event, end) => {
            format!("until {} in {}:{}", event.name(), name(end), end.line)
        }
        Span::UnclearAfter(event, end) => {
            format!("unclear after {} in line {}", event.name(), end.line)
        }
    })
}

/// Three charts of a channel, where it has reports.
fn charts(
    options: &StatsOptions,
    channel: usize,
    counting: Counting,
    series: &Series,
    text: &mut String,
) {
    if series.reports == 0 {
        return;
    }
    let width = options.style.width.max(60) - 36;
    let groups_drawn = series.groups.len().div_ceil(width).max(1);
    let drawn: Vec<Worst> = series.groups.chunks(groups_drawn).map(Worst::of).collect();
    let name = if channel == INPUT { "input" } else { "output" };
    let _ = write!(text, "\n{} by report", name.style(options.style.strong()));
    let reports_drawn = series.group * groups_drawn as u64;
    if reports_drawn > 1 {
        let _ = write!(text, ", the worst of every {}", thousands(reports_drawn));
    }
    text.push('\n');
    let percent = |worst: &Worst| worst.loss(counting).map(|loss| 100.0 * loss);
    let figures: [(&str, Vec<Option<f64>>, &str); 3] = [
        ("loss", drawn.iter().map(percent).collect(), "%"),
        ("jitter buffer", drawn.iter().map(|it| millis(it.jitter)).collect(), " ms"),
        ("round trip", drawn.iter().map(|it| millis(it.round_trip)).collect(), " ms"),
    ];
    for (name, values, unit) in figures {
        let greatest = values.iter().flatten().copied().fold(0.0, f64::max);
        let elsewhere = if channel == INPUT { "round trip" } else { "jitter buffer" };
        if name == elsewhere && greatest == 0.0 {
            let _ = writeln!(text, "  {name:<14}not measured");
            continue;
        }
        let digits = if unit == "%" { 2 } else { 0 };
        let chart = chart(&values, greatest, options.style.charset);
        let _ = writeln!(text, "  {name:<14}{chart}  max {greatest:.digits$}{unit}");
    }
}

#[expect(clippy::cast_precision_loss, reason = "counters are at most 2^53")]
fn millis(value: Option<u64>) -> Option<f64> {
    value.map(|value| value as f64)
}

/// A character for each value, by its share of the greatest.
fn chart(values: &[Option<f64>], greatest: f64, charset: Charset) -> String {
    let steps: &[char] = match charset {
        Charset::Unicode => &['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
        Charset::Ascii => &['_', '.', '-', '=', '+', '*', '%', '#'],
    };
    let step = |value: &Option<f64>| {
        let Some(value) = *value else { return '?' };
        let share = if greatest > 0.0 { value / greatest } else { 0.0 };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of seven"
        )]
        let index = (share * 7.0).round() as usize;
        steps[index.min(7)]
    };
    values.iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_has_a_step_for_each_value_and_a_question_mark_where_there_is_none() {
        let values = [Some(0.0), Some(2.0), None, Some(4.0)];
        assert_eq!(chart(&values, 4.0, Charset::Ascii), "_+?#");
        assert_eq!(chart(&values, 4.0, Charset::Unicode), "▁▅?█");
    }
}
