//! What `shrink` says on standard error: what stayed, what of it is personal, or what there is
//! instead.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::judge::{Judge, KeptLine, MOST_ATTEMPTS};
use super::locate::{Found, Located};
use super::{call_lines, payload_parts};
use crate::check::Items;
use crate::cli::Keep;
use crate::contract::{Needs, Position, Privacy, Rule};
use crate::error::Error;
use crate::json::{self, Kind, Node};
use crate::output::{FindingFormat as _, Short};
use crate::terminal::TextStyle;
use crate::text::{count, thousands, visible};

/// A capture that was shrunk.
pub(super) struct Shrunk<'a> {
    pub(super) found: &'a Found,
    pub(super) before: &'a [KeptLine],
    pub(super) after: &'a [KeptLine],
    pub(super) judge: &'a Judge<'a>,
}

impl Shrunk<'_> {
    /// The finding, what was kept, and a warning.
    pub(super) fn text(&self, style: &TextStyle) -> String {
        let mut text = self.finding(style);
        let kept = self.properties(self.after.iter());
        let of = self.properties(self.kept_lines());
        let lines = self.after.len() as u64;
        let sizes = if lines == self.found.lines && kept == of {
            "everything".to_owned()
        } else {
            let of_lines = count(self.found.lines, "line", "lines");
            let properties = count(of, "property", "properties");
            format!("{} of {of_lines}, {} of {properties}", thousands(lines), thousands(kept))
        };
        let attempts = count(self.judge.attempts, "attempt", "attempts");
        let _ = writeln!(text, "voxev: kept {sizes} ({attempts})");
        if self.judge.is_exhausted() {
            let _ = writeln!(
                text,
                "voxev: stopped after {attempts} of at most {}: less may be enough",
                thousands(MOST_ATTEMPTS)
            );
        }
        text.push_str(&self.warning());
        text
    }

    /// The lines that stayed, as they were.
    fn kept_lines(&self) -> impl Iterator<Item = &KeptLine> {
        self.after.iter().filter_map(|line| self.before.get(line.index))
    }

    fn finding(&self, style: &TextStyle) -> String {
        let capture = &self.found.capture.name;
        let line = self.found.line.line(capture);
        let Some(finding) = self.found.finding() else {
            return format!(
                "{}:{}: the first event that meets the condition\n",
                visible(capture),
                line.number
            );
        };
        let mut out = Vec::new();
        Short { style: style.clone() }.write(&line, finding, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    fn properties<'a>(&self, lines: impl Iterator<Item = &'a KeptLine>) -> u64 {
        let roots = lines.filter_map(|line| self.root(line));
        roots.map(|root| payload_parts::properties(&root)).sum()
    }

    fn root(&self, line: &KeptLine) -> Option<Node> {
        let max_depth = self.judge.validator.limits.max_depth;
        json::parse(&line.text, max_depth).ok().map(|document| document.root)
    }

    /// That values are those of the capture, if some may be somebody's.
    fn warning(&self) -> String {
        let mut personal = BTreeSet::new();
        let mut is_any_unknown = false;
        for line in self.after {
            match self.root(line) {
                Some(root) => {
                    let bundle = &self.judge.validator.bundle;
                    let name = root.get(&line.text, "type").and_then(|it| it.as_text(&line.text));
                    let event = name.and_then(|name| crate::contract::EventId::from_name(&name));
                    let positions = match event {
                        Some(event) => bundle.event(event).positions(),
                        None => bundle.positions_of_any(),
                    };
                    let mut walk =
                        Walk { text: &line.text, personal: &mut personal, undocumented: false };
                    walk.value(&root, Some(&positions), "");
                    is_any_unknown |= walk.undocumented;
                }
                None => is_any_unknown = true,
            }
        }
        let mut named: Vec<String> = personal.into_iter().collect();
        if is_any_unknown {
            named.push("what the contract does not document".to_owned());
        }
        if named.is_empty() {
            return String::new();
        }
        format!(
            "voxev: values are as in the capture, also personal ones ({}): `voxev redact` replaces \
             them\n",
            named.join(", ")
        )
    }
}

/// Names the personal properties of a payload.
struct Walk<'a> {
    text: &'a [u8],
    personal: &'a mut BTreeSet<String>,
    /// Whether there is a string or number that no schema documents.
    undocumented: bool,
}

impl Walk<'_> {
    fn value(&mut self, node: &Node, position: Option<&Position>, pointer: &str) {
        match &node.kind {
            Kind::Null | Kind::Bool(_) => {}
            Kind::Number | Kind::String => match position.map(|position| position.privacy) {
                Some(Some(Privacy::Pseudonymous) | None) => {}
                Some(Some(_)) => {
                    self.personal.insert(crate::check::dotted(pointer, Items::Together));
                }
                None => self.undocumented = true,
            },
            Kind::Array(items) => {
                for item in items {
                    let below = position.and_then(Position::item);
                    self.value(item, below, &json::join(pointer, "0"));
                }
            }
            Kind::Object(members) => {
                for member in members {
                    let key = json::decode_lossy(&self.text[member.key.clone()]);
                    let below = position.and_then(|position| position.member(&key));
                    self.value(&member.value, below, &json::join(pointer, &key));
                }
            }
        }
    }
}

/// That no line has the finding, and which findings there are.
pub(super) fn nothing(keep: Option<&Keep>, located: &Located) -> String {
    if located.is_any_unread && located.totals.captures == 0 {
        return String::new();
    }
    let what = match keep {
        None => "event that meets the condition".to_owned(),
        Some(Keep::Rule(rule)) => format!("finding of {rule}"),
        Some(Keep::Fingerprint(_)) => "finding with this fingerprint".to_owned(),
        Some(Keep::Place(_)) => "finding at this place".to_owned(),
    };
    let totals = &located.totals;
    let lines = count(totals.non_blank_lines(), "line", "lines");
    let mut text = format!("voxev: no {what} in {lines}");
    if let Some(Keep::Rule(rule)) = keep {
        text.push_str(&missing_option(*rule));
    }
    let all = totals.found.iter().chain(&totals.allowed);
    let all: Vec<String> =
        all.map(|(rule, number)| format!("{rule} {}", thousands(*number))).collect();
    if keep.is_some() && all.is_empty() {
        text.push_str("; there are no others");
    } else if keep.is_some() {
        let _ = write!(text, "; there are others: {}", all.join(", "));
    }
    text.push('\n');
    text
}

/// The option without which a rule is never broken.
fn missing_option(rule: Rule) -> String {
    match rule.info().needs {
        Needs::Api(api) => format!(", which needs an older API version, such as --api {api}"),
        Needs::MaxLineBytes(_) | Needs::Nothing | Needs::Deny | Needs::Lifecycle => String::new(),
    }
}

/// The error for a finding that is gone without the other lines.
pub(super) fn not_reproduced(found: &Found, lines: usize) -> Error {
    let place = format!("{}:{}", visible(&found.capture.name), found.line.number);
    let Some(finding) = found.finding().filter(|finding| finding.rule.is_about_order()) else {
        return Error::Usage(format!(
            "{place}: the line alone does not have the finding, which depends on the lines around \
             it: copy these lines to a file of their own"
        ));
    };
    Error::Usage(format!(
        "{place}: {} is not found in the {} of its call that are kept ({} MiB at most): extract \
         the call with `voxev filter --call-id`",
        finding.rule,
        count(lines as u64, "line", "lines"),
        call_lines::MOST_BYTES >> 20
    ))
}
