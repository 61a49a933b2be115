//! What standard error says after a run: what was seen, so that nothing goes unchecked unsaid.

use std::fmt::Write as _;

use crate::check::Totals;
use crate::contract::{EventId, Rule};
use crate::select::{NameSet, Selection};
use crate::text::{count, shortened, thousands, visible};

/// What to say where nothing is selected, and an identifier looks like a list.
pub(crate) fn unsplit(totals: &Totals, selection: &Selection) -> String {
    let listed = selection.call_ids.iter().flat_map(NameSet::iter);
    let Some(id) = listed.filter(|id| id.contains(&b',')).min().filter(|_| totals.selected == 0)
    else {
        return String::new();
    };
    format!(
        "voxev: no event is of the call \"{}\": commas are part of an identifier; give --call-id \
         once for each\n",
        visible(&shortened(&String::from_utf8_lossy(id), 60))
    )
}

/// Why the run fails where there is no error.
pub(crate) fn too_many(totals: &Totals, most_warnings: u64) -> String {
    if totals.warnings <= most_warnings {
        return String::new();
    }
    let warnings = count(totals.warnings, "warning", "warnings");
    format!("voxev: {warnings}, more than --max-warnings {most_warnings}\n")
}

/// What `validate` has seen: `most_shown` findings at most were shown.
pub(crate) fn validate(totals: &Totals, most_shown: u64, is_fail_fast: bool) -> String {
    if totals.captures == 0 {
        // What could not be read has been said; "no errors" would sound like a pass.
        return String::new();
    }
    let mut text = String::new();
    if is_fail_fast && totals.errors > 0 {
        text.push_str(
            "stopped at the first line with an error (--fail-fast); the rest is unchecked\n",
        );
    }
    let found = totals.errors + totals.warnings;
    if found > most_shown {
        let hidden = count(found - most_shown, "more finding", "more findings");
        let _ = writeln!(text, "and {hidden}; --max-findings shows more, --format json all");
    }
    let _ = writeln!(
        text,
        "{} in {}: {}",
        lines(totals),
        count(totals.captures, "capture", "captures"),
        validation(totals)
    );
    if totals.known > 0 {
        let _ = writeln!(text, "known from the baseline: {}", thousands(totals.known));
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

/// Errors and warnings by rule, the most first.
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

fn validation(totals: &Totals) -> String {
    if totals.errors + totals.warnings == 0 {
        return "no errors".into();
    }
    let errors = count(totals.errors, "error", "errors");
    let warnings = count(totals.warnings, "warning", "warnings");
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
        parts.push(format!("not the toolkit's {}", thousands(totals.unknown_events)));
    }
    if totals.unreadable > 0 {
        parts.push(format!("unreadable {}", thousands(totals.unreadable)));
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

/// Lines that nobody can read, among those that were looked into: a filter passes over lines
/// without the bytes it looks for.
pub(crate) fn unmatched(totals: &Totals, selection: &Selection) -> String {
    if totals.unreadable == 0 || !selection.asks_for_names() {
        return String::new();
    }
    let are = if totals.unreadable == 1 { "is" } else { "are" };
    format!(
        "voxev: {} that could match {are} not readable as JSON; `voxev validate` says why\n",
        count(totals.unreadable, "line", "lines")
    )
}

/// What `convert` has left out.
pub(crate) fn converted(totals: &Totals) -> String {
    if totals.rejected == 0 {
        return String::new();
    }
    format!(
        "voxev: {} of {} not converted; --rejects FILE keeps them\n",
        count(totals.rejected, "line", "lines"),
        thousands(totals.selected)
    )
}
