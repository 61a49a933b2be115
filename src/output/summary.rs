//! The summary on standard error after a run, in which every line is accounted for.

use std::fmt::Write as _;

use owo_colors::{OwoColorize as _, Style};

use crate::check::Totals;
use crate::contract::{EventId, Rule, Severity};
use crate::output::Shown;
use crate::select::{NameSet, Selection};
use crate::terminal::TextStyle;
use crate::text::{count, shortened, thousands, visible};

/// A hint for the case that nothing is selected and a callId looks like a list.
pub(crate) fn unsplit(totals: &Totals, selection: &Selection) -> String {
    let listed = selection.call_ids.iter().flat_map(NameSet::iter);
    let Some(id) = listed.filter(|id| id.contains(&b',')).min().filter(|_| totals.selected == 0)
    else {
        return String::new();
    };
    format!(
        "voxev: no event of the call \"{}\": commas are part of a callId; repeat --call-id for \
         each call\n",
        visible(&shortened(&String::from_utf8_lossy(id), 60))
    )
}

/// Why the run fails although there is no error.
pub(crate) fn too_many(totals: &Totals, most_warnings: u64) -> String {
    if totals.warnings <= most_warnings {
        return String::new();
    }
    let warnings = count(totals.warnings, "warning", "warnings");
    format!("voxev: {warnings}, more than --max-warnings {most_warnings}\n")
}

/// What the summary of `validate` says.
pub(crate) struct Validated<'a> {
    pub(crate) totals: &'a Totals,
    /// How many findings were shown; `None` where a report has all of them.
    pub(crate) shown: Option<Shown>,
    pub(crate) is_fail_fast: bool,
}

impl Validated<'_> {
    /// The summary, for people with this style of terminal.
    pub(crate) fn text(&self, style: &TextStyle) -> String {
        let totals = self.totals;
        if totals.captures == 0 {
            // The failure to read has been reported; "no errors" would sound like success.
            return String::new();
        }
        let mut text = String::new();
        if self.is_fail_fast && totals.errors > 0 {
            text.push_str(
                "stopped at the first line with an error (--fail-fast); the rest was not checked\n",
            );
        }
        self.not_shown(&mut text);
        let _ = writeln!(
            text,
            "{} in {}: {}",
            lines(totals),
            count(totals.captures, "capture", "captures"),
            validation(totals, style)
        );
        if totals.known > 0 {
            let _ = writeln!(text, "ignored by the baseline: {}", thousands(totals.known));
        }
        let events = events(totals);
        if !events.is_empty() {
            let _ = writeln!(text, "events: {events}");
        }
        undocumented(totals, &mut text);
        let other = totals.allowed.iter().filter(|(rule, _)| **rule != Rule::UndocumentedProperty);
        let other: Vec<String> =
            other.map(|(rule, number)| format!("{rule} {}", thousands(*number))).collect();
        if !other.is_empty() {
            let _ = writeln!(text, "allowed: {}", other.join(", "));
        }
        findings(totals, &mut text);
        text
    }

    /// Findings that are counted in the line of a group, and those that are beyond the limit.
    fn not_shown(&self, text: &mut String) {
        let Some(Shown { alone, grouped }) = self.shown else { return };
        let found = self.totals.errors + self.totals.warnings;
        if grouped > 0 {
            let are = if grouped == 1 { "is" } else { "are" };
            let findings = count(grouped, "finding", "findings");
            let _ = writeln!(
                text,
                "{findings} like those shown {are} only counted; --no-group shows each"
            );
        }
        let hidden = found.saturating_sub(alone + grouped);
        if hidden > 0 {
            let hidden = count(hidden, "more finding", "more findings");
            let _ = writeln!(
                text,
                "and {hidden}; --max-findings N shows more, --format json shows all"
            );
        }
    }
}

/// Errors and warnings by rule, most frequent first.
fn findings(totals: &Totals, text: &mut String) {
    let mut rules: Vec<_> = totals.found.iter().collect();
    rules.sort_by_key(|(_, number)| std::cmp::Reverse(**number));
    let rules: Vec<String> =
        rules.iter().map(|(rule, number)| format!("{rule} {}", thousands(**number))).collect();
    if !rules.is_empty() {
        let _ = writeln!(text, "findings: {}", rules.join(", "));
    }
}

/// `12 lines (1 of them without a newline, 2 blank)`.
fn lines(totals: &Totals) -> String {
    let mut text = count(totals.lines, "line", "lines");
    if totals.unterminated > 0 {
        let _ = write!(text, " and {} without a newline", thousands(totals.unterminated));
    }
    if totals.blank > 0 {
        let _ = write!(text, ", {} blank", thousands(totals.blank));
    }
    text
}

fn validation(totals: &Totals, style: &TextStyle) -> String {
    if totals.errors + totals.warnings == 0 {
        return "no errors".into();
    }
    let coloured = |number: u64, severity: Severity, (one, more): (&str, &str)| {
        let style = if number > 0 { style.severity(severity) } else { Style::new() };
        count(number, one, more).style(style).to_string()
    };
    let errors = coloured(totals.errors, Severity::Error, ("error", "errors"));
    let warnings = coloured(totals.warnings, Severity::Warning, ("warning", "warnings"));
    if totals.invalid == 0 {
        return format!("{errors}, {warnings}");
    }
    format!("{errors} in {}, {warnings}", count(totals.invalid, "line", "lines"))
}

fn events(totals: &Totals) -> String {
    let mut parts: Vec<(u64, &str)> = EventId::all()
        .map(|id| (totals.events[id.index()], id.name()))
        .filter(|(number, _)| *number > 0)
        .collect();
    parts.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    let mut parts: Vec<String> =
        parts.iter().map(|(number, name)| format!("{name} {}", thousands(*number))).collect();
    if totals.unknown_events > 0 {
        parts.push(count(totals.unknown_events, "unknown event", "unknown events"));
    }
    if totals.unreadable > 0 {
        parts.push(count(totals.unreadable, "unreadable line", "unreadable lines"));
    }
    parts.join(", ")
}

/// Different undocumented properties that the summary names.
const NAMED: usize = 10;

fn undocumented(totals: &Totals, text: &mut String) {
    let mut properties: Vec<_> = totals.undocumented.iter().collect();
    if properties.is_empty() {
        return;
    }
    properties.sort_by_key(|(_, number)| std::cmp::Reverse(**number));
    let named: Vec<String> = properties
        .iter()
        .take(NAMED)
        .map(|((event, path), number)| {
            let path = shortened(path, 60);
            format!("{event} {} {}", visible(&path), thousands(**number))
        })
        .collect();
    let _ = write!(text, "undocumented properties: {}", named.join(", "));
    let rest: u64 = properties.iter().skip(NAMED).map(|(_, number)| **number).sum();
    let rest = rest + totals.other_undocumented;
    if rest > 0 {
        let _ = write!(text, ", others {}", thousands(rest));
    }
    text.push('\n');
}

/// Unparsable lines among those that were parsed: a filter skips lines that do not contain the
/// bytes it searches for.
pub(crate) fn unmatched(totals: &Totals, selection: &Selection) -> String {
    if totals.unreadable == 0 || !selection.asks_for_names() {
        return String::new();
    }
    let are = if totals.unreadable == 1 { "is" } else { "are" };
    format!(
        "voxev: {} that may match {are} not valid JSON; `voxev validate` reports why\n",
        count(totals.unreadable, "line", "lines")
    )
}

/// The number of lines that `convert` could not convert.
pub(crate) fn converted(totals: &Totals) -> String {
    if totals.rejected == 0 {
        return String::new();
    }
    format!(
        "voxev: {} of {} not converted; --rejects FILE saves them\n",
        count(totals.rejected, "line", "lines"),
        thousands(totals.selected)
    )
}
