//! The figures for people: an overview, then a few lines for each call or group.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;

use super::options::{By, Overview, Row, StatsOptions};
use crate::calls::call::{Call, Direction, Spot};
use crate::calls::channel::{Doubt, INPUT};
use crate::calls::figures::{Figures, Spread};
use crate::calls::quality::{Formula, band};
use crate::contract::{EventId, Severity};
use crate::text::{count, shortened, thousands, visible};

/// Columns for a call's name: a UUID fits.
const NAME_WIDTH: usize = 36;

/// The whole report: the first of `all_rows`.
pub(crate) fn write(
    options: &StatsOptions,
    rows: &[Row<'_>],
    all_rows: usize,
    overview: &Overview<'_>,
) -> Vec<u8> {
    let mut text = String::new();
    head(options, overview, &mut text);
    let shown = rows.len().min(options.most);
    for row in &rows[..shown] {
        text.push('\n');
        match row.call {
            Some(call) => self::call(options, row.name, call, overview.captures, &mut text),
            None => group(options, row, &mut text),
        }
        for figures in row.channels.iter().filter(|it| it.reports + it.left_out > 0) {
            channel(options, figures, &mut text);
        }
    }
    if shown < all_rows {
        let rest = count((all_rows - shown) as u64, "more row", "more rows");
        let _ = writeln!(text, "\nand {rest}; --top N shows more, --format csv shows all");
    }
    if rows.iter().any(|row| row.channels.iter().any(|it| it.reports > 0)) {
        text.push_str(&legend(options));
    }
    text.into_bytes()
}

fn head(options: &StatsOptions, overview: &Overview<'_>, text: &mut String) {
    let Overview { tally, totals, .. } = overview;
    let captures = count(totals.captures, "capture", "captures");
    let calls = count(overview.calls, "call", "calls");
    let duplicates = count(tally.duplicates, "exact duplicate", "exact duplicates");
    let lines = count(tally.lines, "line", "lines");
    if options.window.is_limited() {
        let all_lines = thousands(totals.all_lines());
        let all_calls = thousands(overview.calls_read);
        let _ = writeln!(
            text,
            "{lines} of {all_lines} in {captures}, {calls} of {all_calls}; {duplicates}"
        );
    } else {
        let invalid = thousands(totals.invalid);
        let _ = writeln!(text, "{lines} in {captures}, {calls}; {invalid} invalid, {duplicates}");
    }
    let mut events: Vec<(u64, &str)> =
        EventId::all().map(|id| (tally.events[id.index()], id.name())).collect();
    events.retain(|(number, _)| *number > 0);
    events.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    let events: Vec<String> =
        events.iter().map(|(number, name)| format!("{name} {}", thousands(*number))).collect();
    if !events.is_empty() {
        let _ = writeln!(text, "events: {}", events.join(", "));
    }
    if overview.undated > 0 {
        let _ =
            writeln!(text, "excluded, no timestamp: {}", count(overview.undated, "call", "calls"));
    }
    for (option, judgement) in [("--limits", overview.limits), ("--fail-on", overview.fail_on)] {
        let Some(judgement) = judgement else { continue };
        let _ = write!(text, "beyond {option}: {} of {calls}", thousands(judgement.beyond));
        if judgement.incomplete > 0 {
            let _ = write!(text, "; {} without the figure", thousands(judgement.incomplete));
        }
        text.push('\n');
    }
}

/// Characters of a capture's name that are shown.
const CAPTURE_WIDTH: usize = 60;

/// Where a call is: `lines 1-39`, and of several captures `a.jsonl:286849 to b.jsonl:11998`.
fn place(call: &Call, captures: &[String]) -> String {
    let (first, last) = (call.first, call.last);
    let name = |spot: Spot| {
        let name = captures.get(spot.capture as usize).map_or("", String::as_str);
        visible(&shortened(name, CAPTURE_WIDTH)).into_owned()
    };
    match captures.len() {
        0 | 1 if first.line == last.line => format!("line {}", first.line),
        0 | 1 => format!("lines {}-{}", first.line, last.line),
        _ if first == last => format!("{}:{}", name(first), first.line),
        _ if first.capture == last.capture => {
            format!("{}:{}-{}", name(first), first.line, last.line)
        }
        _ => format!("{}:{} to {}:{}", name(first), first.line, name(last), last.line),
    }
}

/// The name shown for events without a callId.
pub(crate) const NAMELESS: &str = "(no callId)";

/// What a call is, in one line.
pub(crate) fn call(
    options: &StatsOptions,
    name: &str,
    call: &Call,
    captures: &[String],
    text: &mut String,
) {
    let name = if name.is_empty() { NAMELESS } else { name };
    let name = visible(&shortened(name, NAME_WIDTH)).into_owned();
    let _ = write!(text, "{}", name.style(options.style.strong()));
    let _ = write!(text, "  {}", place(call, captures));
    let mut parts = vec![count(call.lines(), "line", "lines")];
    match call.direction {
        Some(Direction::Inbound) => parts.push("inbound".into()),
        Some(Direction::Outbound) => parts.push("outbound".into()),
        None => {}
    }
    if let Some((start, end)) = call.times.filter(|(start, end)| start < end) {
        parts.push(format!("spans {}", duration(end.saturating_sub(start))));
    }
    match call.participants.count() {
        0 => {}
        number => {
            let bound = if call.participants.is_upper_bound() { "at most " } else { "" };
            parts.push(format!("{bound}{}", count(number, "participant", "participants")));
        }
    }
    let mut some = |number: u64, one: &str, more: &str| {
        if number > 0 {
            parts.push(count(number, one, more));
        }
    };

    some(call.count("hold").into(), "hold", "holds");
    some(call.count("mute").into(), "mute", "mutes");
    some(call.count("flagraise").into(), "flag raised", "flags raised");
    some(call.count("flaglower").into(), "lowered", "lowered");
    some(call.count("note").into(), "note", "notes");
    some(call.said[0].into(), "message by agents", "messages by agents");
    some(call.said[1].into(), "by supervisors", "by supervisors");
    some(call.said[2].into(), "by others", "by others");
    some(call.duplicates.into(), "exact duplicate", "exact duplicates");
    let options = textwrap::Options::new(options.style.width)
        .initial_indent("  ")
        .subsequent_indent("  ")
        .break_words(false);
    let _ = writeln!(text, "\n{}", textwrap::fill(&parts.join(", "), options));
}

fn group(options: &StatsOptions, row: &Row<'_>, text: &mut String) {
    let name = visible(row.name).into_owned();
    let lines = count(row.lines, "line", "lines");
    let in_calls = match options.by {
        By::Type => format!("in {}", count(row.calls, "call", "calls")),
        By::Call | By::Channel | By::Capture => count(row.calls, "call", "calls"),
    };
    let _ = writeln!(text, "{}  {lines}, {in_calls}", name.style(options.style.strong()));
}

/// A channel's figures in one line, and doubts about them in others.
pub(crate) fn channel(options: &StatsOptions, figures: &Figures, text: &mut String) {
    let name = if figures.channel == INPUT { "input " } else { "output" };
    let loss = figures
        .loss_percent
        .map_or_else(|| "loss n/a".into(), |loss| format!("loss {}", percent(loss)));
    let mut line = format!(
        "  {name}  {}  {loss}  jitter buffer {}  round trip {}",
        count(figures.reports, "report", "reports"),
        spread(figures.jitter),
        spread(figures.round_trip),
    );
    match figures.score {
        Some(score) => {
            let formula = options.formula.name();
            let _ = write!(
                line,
                "  R {:.1}  MOS({formula}) {:.2} {}",
                score.r,
                score.mos,
                band(score.mos)
            );
        }
        None => line.push_str("  MOS n/a"),
    }
    if options.is_beyond(figures) {
        let _ = writeln!(text, "{} !", line.style(options.style.severity(Severity::Error)));
    } else {
        let _ = writeln!(text, "{line}");
    }
    for (doubt, channels) in Doubt::ALL.into_iter().zip(figures.doubts) {
        if channels > 0 {
            let _ = writeln!(text, "          {}", sentence(doubt));
        }
    }
    if figures.left_out > 0 {
        let reports = count(figures.left_out, "report", "reports");
        let _ = writeln!(text, "          {reports} excluded: a counter is negative or too large");
    }
}

fn sentence(doubt: Doubt) -> &'static str {
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

/// `41/51/51 ms`, and the error of the first two if it is more than 1 %.
fn spread(spread: Option<Spread>) -> String {
    let Some(Spread { p50, p95, max, error }) = spread else { return "n/a".into() };
    let mut text = format!("{p50:.0}/{p95:.0}/{max} ms");
    if error > 0.01 {
        let _ = write!(text, " (within {:.0}%)", (100.0 * error).ceil());
    }
    text
}

pub(crate) fn percent(loss: f64) -> String {
    if loss > 0.0 && loss < 0.1 { format!("{loss:.3}%") } else { format!("{loss:.2}%") }
}

fn legend(options: &StatsOptions) -> String {
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
    let mut text = format!(
        "Jitter buffer and round trip: p50/p95/max in ms; p50 and p95 are within 1 %, or within the \
         error shown. n/a: not measured. R and MOS: --mos {}, {means}.",
        options.formula.name()
    );
    if !(options.limits.is_empty() && options.fail_on.is_empty()) {
        text.push_str(" A channel beyond --limits or --fail-on is marked with !.");
    }
    format!("\n{}\n", textwrap::fill(&text, options.style.width))
}

/// `3m20s`.
pub(crate) fn duration(milliseconds: i64) -> String {
    if (1..1000).contains(&milliseconds) {
        return format!("{milliseconds}ms");
    }
    let seconds = milliseconds.max(0) / 1000;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m{seconds:02}s"),
        (hours, minutes, seconds) => format!("{hours}h{minutes:02}m{seconds:02}s"),
    }
}
