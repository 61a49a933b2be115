//! `voxev shrink`: which finding stays, and what may go.

use std::path::PathBuf;

use clap::Args;
use clap_complete::engine::{ArgValueCandidates, ArgValueCompleter};

use super::complete::{WhereCompleter, rules};
use super::{ContractArgs, FINDINGS, Input, OUTPUT, SELECTION, Selectors};
use crate::check::Fingerprint;
use crate::contract::Rule;
use crate::text::suggest::nearest;

pub(super) const EXAMPLES: &str = "\
Examples:
  voxev shrink --keep missing-property -o fixture.jsonl capture.jsonl
  voxev shrink --keep lifecycle/hold capture.jsonl        the lines that contradict each other
  voxev shrink --keep 812:9 capture.jsonl                 the finding in line 812, column 9
  voxev shrink --keep 5b0c6e3f9d1a47e28c7f60b1d2a3e4f5 captures/   by its fingerprint in a report
  voxev shrink --where 'packetsLost>100' capture.jsonl    the first such event
  voxev shrink --keep missing-property --type audiostats captures/

Keeps the first line with the finding, and those lines of its call without which the finding would
disappear. Then removes properties and elements of arrays, as long as that causes no new finding.
The rest is unchanged, byte for byte.

At most 10,000 attempts are made. A finding about the order of events is looked for in the last 8 MiB
of its call.

Exit codes: 0 shrunk; 1 no line has the finding; 2 could not run, or a capture could not be read.";

/// `voxev shrink`.
#[derive(Debug, Args)]
pub(crate) struct ShrinkArgs {
    #[command(flatten)]
    pub(crate) selectors: Selectors,
    /// Keep the first finding of this rule, or the finding with this fingerprint or at this place:
    /// LINE:COLUMN, after a file name and a colon if you like, as `validate --format short` prints it
    #[arg(long, value_name = "RULE|FINDING", value_parser = Keep::parse)]
    #[arg(required_unless_present = "conditions", help_heading = FINDINGS)]
    #[arg(add = ArgValueCandidates::new(rules))]
    pub(crate) keep: Option<Keep>,
    /// Keep an event that meets a condition such as `roundTripTimeMillis>400`, as in `filter`; if
    /// repeated, all conditions must hold. With --keep, the line with the finding must meet it
    #[arg(long = "where", value_name = "CONDITION", add = ArgValueCompleter::new(WhereCompleter))]
    #[arg(help_heading = SELECTION)]
    pub(crate) conditions: Vec<String>,
    /// Remove everything that the finding does not need, even if that causes other findings
    #[arg(long, help_heading = FINDINGS)]
    pub(crate) smallest: bool,
    #[command(flatten)]
    pub(crate) contract: ContractArgs,
    /// Write to this file, atomically and on success only. Names that end in .gz or .zst are
    /// compressed
    #[arg(short, long, value_name = "FILE", help_heading = OUTPUT)]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) input: Input,
}

/// What `--keep` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Keep {
    /// The first finding of a rule.
    Rule(Rule),
    /// A finding by its identity in reports and baselines.
    Fingerprint(Fingerprint),
    /// A finding by its place.
    Place(FindingPlace),
}

/// The place of a finding, as far as it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FindingPlace {
    /// The capture's name.
    pub(crate) file: Option<String>,
    /// Line number from 1.
    pub(crate) line: u64,
    /// Column from 1, in characters.
    pub(crate) column: Option<u64>,
    /// The rule, if a line of `--format short` is given as a whole.
    pub(crate) rule: Option<Rule>,
}

impl Keep {
    /// Reads a rule's code, a fingerprint, or a place.
    fn parse(text: &str) -> Result<Self, String> {
        if let Some(rule) = Rule::from_code(text) {
            return Ok(Self::Rule(rule));
        }
        if let Some(fingerprint) = Fingerprint::parse(text) {
            return Ok(Self::Fingerprint(fingerprint));
        }
        if let Some(place) = FindingPlace::parse(text) {
            return Ok(Self::Place(place));
        }
        let codes = Rule::ALL.into_iter().map(Rule::code);
        let in_group = codes.clone().find(|code| code.split('/').nth(1) == Some(text));
        let advice = in_group.or_else(|| nearest(text, codes)).map_or_else(
            || "`voxev explain` lists the rules".to_owned(),
            |alike| format!("did you mean {alike}?"),
        );
        Err(format!(
            "neither a rule, nor a fingerprint of 32 hexadecimal digits, nor LINE:COLUMN: {advice}"
        ))
    }
}

impl FindingPlace {
    /// Reads `12`, `12:5`, `FILE:12`, `FILE:12:5`, and what `--format short` prints behind that.
    fn parse(text: &str) -> Option<Self> {
        let said = [": error[", ": warning["].iter().find_map(|it| text.split_once(it));
        let (place, rule) = match said {
            Some((place, rest)) => (place, Some(Rule::from_code(rest.split(']').next()?)?)),
            None => (text, None),
        };
        let number = |text: &str| text.parse::<u64>().ok().filter(|number| *number > 0);
        let (before, last) =
            place.rsplit_once(':').map_or((None, place), |(file, it)| (Some(file), it));
        let last = number(last)?;
        let Some(before) = before else {
            return Some(Self { file: None, line: last, column: None, rule });
        };
        let (file, line) =
            before.rsplit_once(':').map_or((None, before), |(file, it)| (Some(file), it));
        let (file, line, column) = match number(line) {
            Some(line) => (file, line, Some(last)),
            None => (Some(before), last, None),
        };
        Some(Self { file: file.map(str::to_owned), line, column, rule })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> (Option<String>, u64, Option<u64>, Option<Rule>) {
        match Keep::parse(text) {
            Ok(Keep::Place(FindingPlace { file, line, column, rule })) => {
                (file, line, column, rule)
            }
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_place_is_read_in_every_form_that_is_printed() {
        assert_eq!(place("12"), (None, 12, None, None));
        assert_eq!(place("12:5"), (None, 12, Some(5), None));
        let file = || Some("a:b.jsonl".to_owned());
        assert_eq!(place("a:b.jsonl:12"), (file(), 12, None, None));
        assert_eq!(place("a:b.jsonl:12:5"), (file(), 12, Some(5), None));
        assert_eq!(
            place("a:b.jsonl:12:5: error[wrong-type]: callId is 3: a number"),
            (file(), 12, Some(5), Some(Rule::WrongType))
        );
    }

    #[test]
    fn a_rule_is_a_rule_and_digits_are_a_fingerprint() {
        assert_eq!(Keep::parse("lifecycle/hold"), Ok(Keep::Rule(Rule::LifecycleHold)));
        assert!(matches!(Keep::parse(&"0".repeat(32)), Ok(Keep::Fingerprint(_))));
        let said = |text: &str| Keep::parse(text).expect_err(text);
        assert!(said("missing-propery").contains("did you mean missing-property?"));
        assert!(said("mute").contains("did you mean lifecycle/mute?"));
        for text in ["", "0", "x:0", "1:2: error[none]: x", "x:y"] {
            assert!(said(text).starts_with("neither a rule"), "{text}");
        }
    }
}
