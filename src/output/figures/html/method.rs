//! How the figures were computed and how the report was made, so that whoever gets it can check it.

use super::ReportOptions;
use super::text::bounded;
use crate::calls::LIMIT_PRESETS;
use crate::calls::limits::Limit;
use crate::output::figures::words::formula;

/// A term and what is said of it.
pub(super) struct Fact {
    pub(super) term: &'static str,
    pub(super) text: String,
}

/// Names of captures that are listed.
const MOST_CAPTURES: usize = 50;

/// Bytes of a command line.
const COMMAND_BYTES: usize = 2_000;

/// What the figures mean.
pub(super) fn figures(options: &ReportOptions) -> Vec<Fact> {
    let fact = |term, text: &str| Fact { term, text: text.into() };
    let mut facts = vec![
        Fact { term: "MOS", text: mos(options) },
        fact("Loss", LOSS),
        fact("Jitter buffer, round trip", DELAYS),
        fact("Not measured", NOT_MEASURED),
        fact("Length and times", TIMES),
    ];
    facts.push(Fact { term: "Limits", text: limits(&options.stats.limits) });
    facts
}

fn mos(options: &ReportOptions) -> String {
    let formula = formula(&options.stats);
    format!("{} {BANDS}", formula.trim_start_matches("MOS: "))
}

const LOSS: &str = "Packets lost, in percent of all packets of the call. Input is what the agent's \
                    computer received, output is what it sent.";

const DELAYS: &str = "Of a call, the 95th percentile over its reports: a mean would hide short \
                      disturbances.";

const NOT_MEASURED: &str = "A dash. A round trip of zero on the input channel and a jitter buffer of \
                            zero on the output channel mean that the channel does not measure it.";

const TIMES: &str = "A call lasts from callconnected to callended where both carry times. Otherwise its \
                     length is estimated, which ~ marks: a channel sends a report about every 30 \
                     seconds. In the events of a call, ~9m is about 9 minutes into the call.";

const BANDS: &str = "The bands are those of ITU-T G.109, by the MOS of the worse channel. A call \
                     with a MOS below 3.60 is poor: many users are dissatisfied.";

fn limits(limits: &[Limit]) -> String {
    if limits.is_empty() {
        return "None.".into();
    }
    let names: Vec<String> = limits.iter().map(ToString::to_string).collect();
    let names = names.join(",");
    let preset = LIMIT_PRESETS.iter().find(|preset| preset.limits == names);
    let source = preset.map_or(String::new(), |preset| {
        format!(" These are the limits called {}: {}.", preset.name, preset.source)
    });
    let names = names.replace(',', ", ");
    format!("{names}. A call is beyond a limit if one of its channels is.{source}")
}

/// How the report was made.
pub(super) fn made(options: &ReportOptions, captures: &[String]) -> Vec<Fact> {
    let clock = &options.stats.clock;
    let names = captures.iter().take(MOST_CAPTURES);
    let mut names: Vec<String> =
        names.map(|name| bounded(&options.privacy.capture(name), 200)).collect();
    if captures.len() > names.len() {
        names.push(format!("and {} more", captures.len() - names.len()));
    }
    let mut facts = vec![
        Fact { term: "Command", text: bounded(&options.command, COMMAND_BYTES) },
        Fact { term: "Program", text: format!("voxev {}", env!("CARGO_PKG_VERSION")) },
        Fact { term: "Captures", text: names.join(", ") },
        Fact { term: "Times", text: format!("In the time zone {}.", clock.zone()) },
        Fact { term: "Personal data", text: personal(options) },
    ];
    if let Some(at) = options.made_at {
        let text = format!("{} {}", clock.second(at), clock.zone());
        facts.insert(2, Fact { term: "Made", text });
    }
    facts
}

fn personal(options: &ReportOptions) -> String {
    if !options.privacy.replaces() {
        return "Shown as it is in the captures. Do not send this report to anybody who may not read \
                them."
            .into();
    }
    let key = match &options.key_name {
        Some(name) => format!(
            "the key {name}; who has it finds the original of an identifier with `voxev redact --find`"
        ),
        None => "a random key that was not kept".into(),
    };
    let mut text = format!(
        "Phone numbers, names, texts and identifiers are replaced by made-up ones, under {key}. The \
         same value always has the same replacement. Names of captures are shown without their folders."
    );
    if let Some(joined) = &options.stats.joined {
        let kept = &options.privacy.kept_columns;
        let kept: Vec<&str> =
            joined.columns.iter().filter(|it| kept.contains(it)).map(String::as_str).collect();
        let kept = bounded(&kept.join(", "), 200);
        text.push_str(" Values of joined columns are replaced, too");
        if !kept.is_empty() {
            text.push_str(", except those of ");
            text.push_str(&kept);
        }
        text.push('.');
    }
    text
}
