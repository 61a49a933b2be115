//! Findings for GitHub Actions: workflow commands that annotate a pull request, and a step summary.
//!
//! Source: <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>. GitHub
//! shows ten annotations of each kind per step and drops the rest, so findings are grouped by file
//! and rule, worst first. A notice says how many are not shown, and the summary counts them.

use std::cmp::Reverse;
use std::fmt::Write as _;

use super::reporter::{Found, Reporter, columns, with_help};
use crate::check::Totals;
use crate::contract::{Rule, Severity};
use crate::text::{count, thousands, visible};

/// `validate --format github`.
#[derive(Default)]
pub(crate) struct Github {
    groups: Vec<Group>,
    troubles: u64,
}

/// Findings of one rule in one file. The number of groups is at most files times rules.
struct Group {
    file: String,
    rule: Rule,
    severity: Severity,
    number: u64,
    /// The line of the first of them.
    line: u64,
    /// The commands for the first findings: no more than GitHub shows.
    commands: Vec<String>,
}

/// Number of annotations of each kind that GitHub shows per step.
const SHOWN: usize = 10;

/// Rows of the summary, which may have up to one MiB but should be readable.
const ROWS: usize = 100;

impl Reporter for Github {
    fn take(&mut self, found: &Found<'_>, _out: &mut Vec<u8>) {
        let (rule, severity) = (found.finding.rule, found.finding.severity);
        // Captures come one after the other, so only the last groups can belong to this file.
        let recent = self.groups.iter_mut().rev().take(Rule::ALL.len());
        let known = recent.filter(|group| group.file == found.file).find(|it| it.rule == rule);
        if let Some(group) = known {
            group.number += 1;
            if group.commands.len() < SHOWN {
                group.commands.push(command(found));
            }
            return;
        }
        self.groups.push(Group {
            file: found.file.to_owned(),
            rule,
            severity,
            number: 1,
            line: found.finding.place.line,
            commands: vec![command(found)],
        });
    }

    fn trouble(&mut self, message: &str, out: &mut Vec<u8>) {
        self.troubles += 1;
        let message = data(&visible(message));
        out.extend_from_slice(format!("::error title=voxev::{message}\n").as_bytes());
    }

    fn end(&mut self, _totals: &Totals, out: &mut Vec<u8>) {
        self.sort();
        let mut hidden = 0;
        for (severity, taken) in [(Severity::Error, self.troubles), (Severity::Warning, 0)] {
            let room = SHOWN.saturating_sub(usize::try_from(taken).unwrap_or(SHOWN));
            let groups: Vec<&Group> =
                self.groups.iter().filter(|group| group.severity == severity).collect();
            let shown = spread(&groups, room);
            hidden += groups.iter().map(|group| group.number).sum::<u64>() - shown.len() as u64;
            out.extend(shown.iter().flat_map(|command| command.bytes()));
        }
        if hidden > 0 {
            let findings = count(hidden, "more finding is", "more findings are");
            let notice = format!(
                "{findings} not shown here, because GitHub shows {SHOWN} annotations per severity: see \
                 the step summary, or `--report short=FILE`"
            );
            out.extend_from_slice(format!("::notice title=voxev::{}\n", data(&notice)).as_bytes());
        }
    }

    fn step_summary(&mut self, totals: &Totals) -> Option<String> {
        self.sort();
        Some(self.markdown(totals))
    }
}

impl Github {
    /// Worst first: errors before warnings, then the largest groups.
    fn sort(&mut self) {
        self.groups.sort_by_key(|group| (Reverse(group.severity), Reverse(group.number)));
    }

    /// The summary of the run in Markdown.
    fn markdown(&self, totals: &Totals) -> String {
        let mut text = format!(
            "### voxev: {}, {}\n\n{} in {}",
            count(totals.errors, "error", "errors"),
            count(totals.warnings, "warning", "warnings"),
            count(totals.non_blank_lines(), "line", "lines"),
            count(totals.captures, "capture", "captures"),
        );
        if totals.known > 0 {
            let _ = write!(text, ", {} ignored by the baseline", thousands(totals.known));
        }
        if self.troubles > 0 {
            let _ = write!(text, "; {} not read", thousands(self.troubles));
        }
        text.push_str(".\n\n");
        if self.groups.is_empty() {
            return text;
        }
        text.push_str("| | rule | file | findings | first on line |\n|---|---|---|--:|--:|\n");
        for group in self.groups.iter().take(ROWS) {
            let (severity, rule, line) = (group.severity.name(), group.rule, group.line);
            let (file, number) = (markdown_text(&group.file), thousands(group.number));
            let _ = writeln!(text, "| {severity} | `{rule}` | {file} | {number} | {line} |");
        }
        let rest: u64 = self.groups.iter().skip(ROWS).map(|group| group.number).sum();
        if rest > 0 {
            let _ = writeln!(text, "\nand {} in other files", count(rest, "finding", "findings"));
        }
        text.push('\n');
        text
    }
}

/// At most `room` commands: the first of every group, then the second of every group, and so on,
/// put back into the order of the groups.
fn spread<'a>(groups: &[&'a Group], room: usize) -> Vec<&'a str> {
    let ranked = (0..SHOWN).flat_map(|nth| {
        let has_nth = move |group: &Group| group.commands.len() > nth;
        let with_nth = groups.iter().enumerate().filter(move |(_, group)| has_nth(group));
        with_nth.map(move |(at, _)| (at, nth))
    });
    let mut chosen: Vec<(usize, usize)> = ranked.take(room).collect();
    chosen.sort_unstable();
    chosen.iter().map(|&(at, nth)| groups[at].commands[nth].as_str()).collect()
}

fn command(found: &Found<'_>) -> String {
    let finding = found.finding;
    let (start, end) = columns(found);
    let line = finding.place.line;
    format!(
        "::{} file={},line={line},endLine={line},col={start},endColumn={end},title={}::{}\n",
        finding.severity.name(),
        property(&visible(found.file)),
        property(&format!("voxev: {}", finding.rule)),
        data(&with_help(finding)),
    )
}

/// Text after the last `::`, escaped like in the runner's toolkit.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value of `name=value`, which also ends at a colon or a comma.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Text of a table cell, escaped for Markdown and HTML.
fn markdown_text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 8);
    for one in visible(text).chars() {
        if one.is_ascii_punctuation() && !matches!(one, '/' | '.' | '-' | ',' | ':') {
            let _ = write!(shown, "&#{};", u32::from(one));
        } else {
            shown.push(one);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(rule: Rule, commands: usize) -> Group {
        let commands = (0..commands).map(|nth| format!("{rule} {nth}")).collect();
        Group { file: "f".into(), rule, severity: Severity::Error, number: 99, line: 1, commands }
    }

    #[test]
    fn every_group_is_shown_before_a_second_finding_of_one() {
        let groups = [group(Rule::WrongType, 3), group(Rule::OutOfRange, 3)];
        let groups: Vec<&Group> = groups.iter().collect();
        assert_eq!(spread(&groups, 3), ["wrong-type 0", "wrong-type 1", "out-of-range 0"]);
        assert_eq!(spread(&groups, 1), ["wrong-type 0"]);
    }

    #[test]
    fn what_would_end_a_command_or_a_property_is_escaped() {
        assert_eq!(property("a:b,c%\r\n"), "a%3Ab%2Cc%25%0D%0A");
        assert_eq!(data("a:b,c%\n"), "a:b,c%25%0A");
        assert_eq!(markdown_text("a|<b>_.jsonl"), "a&#124;&#60;b&#62;&#95;.jsonl");
    }
}
