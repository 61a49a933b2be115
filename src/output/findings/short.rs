//! Findings in the style of compilers, one per line: `file:line:column: error[rule]: message`.

use std::io::Write as _;

use owo_colors::OwoColorize as _;

use crate::check::{Finding, Line};
use crate::output::FindingFormat;
use crate::terminal::TextStyle;
use crate::text::visible;

/// Editors and terminals turn the positions into links.
pub(crate) struct Short {
    pub(crate) style: TextStyle,
}

impl FindingFormat for Short {
    fn write(&self, line: &Line<'_>, finding: &Finding, out: &mut Vec<u8>) {
        let place = &finding.place;
        let severity = finding.severity.name();
        let _ = writeln!(
            out,
            "{}:{}:{}: {}: {}",
            visible(line.capture),
            place.line,
            place.column,
            format_args!("{severity}[{}]", finding.rule)
                .style(self.style.severity(finding.severity)),
            visible(&finding.full_message()),
        );
    }
}
