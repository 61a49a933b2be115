//! The rules: code, default severity and description.
//!
//! Codes never change, because they are used in configuration files and scripts.

mod lifecycle;

use std::fmt;

/// The severity of a finding, in ascending order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Counted in the summary, not shown.
    Allowed,
    /// Shown; does not fail the run.
    Warning,
    /// Shown; the run ends with exit code 1.
    Error,
}

impl Severity {
    /// The word used in every format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A rule, in the order in which `voxev explain` lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each rule's meaning is its entry in `Rule::info`")]
pub enum Rule {
    InvalidJson,
    InvalidUtf8,
    DuplicateKey,
    LineTooLong,
    NestedTooDeep,
    NotAnEvent,
    UnknownEvent,
    MissingProperty,
    WrongType,
    UnexpectedValue,
    OutOfRange,
    EmptyCallId,
    ObservedValue,
    ConnectorShape,
    NewerThanApi,
    NegativePacketsLost,
    EmptyCapture,
    DamagedStream,
    UndocumentedProperty,
    LifecycleStart,
    LifecycleAfterEnd,
    LifecycleWrapup,
    LifecycleHold,
    LifecycleMute,
    LifecycleRecording,
    LifecycleParticipant,
    LifecycleConference,
    LifecycleAudiostats,
    LifecycleTranscript,
    LifecycleFlag,
    LifecycleFlagRole,
}

/// Description of a rule.
#[derive(Debug)]
pub struct RuleInfo {
    /// The kebab-case code, with its group and a slash in front if it has one.
    pub code: &'static str,
    /// The default severity.
    pub severity: Severity,
    /// One sentence: what is wrong.
    pub summary: &'static str,
    /// Why it matters and what to do.
    pub advice: &'static str,
    /// A fixture that breaks only this rule.
    pub example: &'static [u8],
    /// The option needed to report it.
    pub needs: Needs,
}

/// The option of `voxev validate` that is needed for the example to be reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// None; the defaults report it.
    Nothing,
    /// `--api` with an older version.
    Api(u64),
    /// `--max-line-bytes` with a lower limit.
    MaxLineBytes(usize),
    /// `--deny` with the rule itself, which is allowed by default.
    Deny,
    /// `--lifecycle`.
    Lifecycle,
}

impl Needs {
    /// The option and its value as they are typed, for `rule`; empty where none is needed.
    #[must_use]
    pub fn option(self, rule: Rule) -> Vec<String> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Api(api) => vec!["--api".into(), api.to_string()],
            Self::MaxLineBytes(most) => vec!["--max-line-bytes".into(), most.to_string()],
            Self::Deny => vec!["--deny".into(), rule.code().into()],
            Self::Lifecycle => vec!["--lifecycle".into()],
        }
    }
}

impl Rule {
    /// All rules.
    pub const ALL: [Self; 31] = [
        Self::InvalidJson,
        Self::InvalidUtf8,
        Self::DuplicateKey,
        Self::LineTooLong,
        Self::NestedTooDeep,
        Self::NotAnEvent,
        Self::UnknownEvent,
        Self::MissingProperty,
        Self::WrongType,
        Self::UnexpectedValue,
        Self::OutOfRange,
        Self::EmptyCallId,
        Self::ObservedValue,
        Self::ConnectorShape,
        Self::NewerThanApi,
        Self::NegativePacketsLost,
        Self::EmptyCapture,
        Self::DamagedStream,
        Self::UndocumentedProperty,
        Self::LifecycleStart,
        Self::LifecycleAfterEnd,
        Self::LifecycleWrapup,
        Self::LifecycleHold,
        Self::LifecycleMute,
        Self::LifecycleRecording,
        Self::LifecycleParticipant,
        Self::LifecycleConference,
        Self::LifecycleAudiostats,
        Self::LifecycleTranscript,
        Self::LifecycleFlag,
        Self::LifecycleFlagRole,
    ];

    /// The rule with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.code() == code)
    }

    /// The kebab-case code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.info().code
    }

    /// The rule's description.
    #[must_use]
    pub fn info(self) -> &'static RuleInfo {
        let at = self as usize;
        FACTS.get(at).unwrap_or_else(|| &lifecycle::FACTS[at - FACTS.len()])
    }

    /// Whether the rule is about the order of events in a call, which only `--lifecycle` checks.
    #[must_use]
    pub fn is_about_order(self) -> bool {
        self.info().needs == Needs::Lifecycle
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

/// Rules about a single line, in the order of [`Rule`]'s variants.
static FACTS: [RuleInfo; Rule::LifecycleStart as usize] = [
    RuleInfo {
        code: "invalid-json",
        severity: Severity::Error,
        summary: "The line is not JSON.",
        advice: "Every line of a capture is one JSON text (RFC 8259). The finding points at the \
              first byte that is not valid and says what was expected. Log payloads with \
              JSON.stringify({type: event.type, detail: event.detail}), one per line.",
        example: include_bytes!("../../fixtures/invalid/invalid-json.jsonl"),
        needs: Needs::Nothing,
    },
    RuleInfo {
        code: "invalid-utf8",
        severity: Severity::Error,
        summary: "The line is not UTF-8.",
        advice: "JSON is exchanged in UTF-8. Captures written by PowerShell or Excel are often \
              UTF-16 or Latin-1: convert them, for example with `iconv -f UTF-16 -t UTF-8`.",
        example: include_bytes!("../../fixtures/invalid/invalid-utf8.jsonl"),
        needs: Needs::Nothing,
    },
    RuleInfo {
        code: "duplicate-key",
        severity: Severity::Error,
        summary: "An object has a duplicate key.",
        advice: "JSON parsers disagree on which of the two values to use (JavaScript uses the last), \
              so a payload with a duplicate key means different things to different components. \
              Keep one of them.",
        example: include_bytes!("../../fixtures/invalid/duplicate-key.jsonl"),
        needs: Needs::Nothing,
    },
    RuleInfo {
        code: "line-too-long",
        severity: Severity::Error,
        summary: "The line is longer than the limit.",
        advice: "Each line is held in memory while it is checked, so there is a limit \
              (--max-line-bytes). This line is not checked; the rest of the capture is. To split a \
              capture that is one JSON array into lines, use `jq -c '.[]'`.",
        example: include_bytes!("../../fixtures/invalid/line-too-long.jsonl"),
        needs: Needs::MaxLineBytes(1024),
    },
    RuleInfo {
        code: "nested-too-deep",
        severity: Severity::Error,
        summary: "The line nests arrays and objects deeper than the limit.",
        advice: "Toolkit payloads nest four levels deep. The limit (--max-depth) protects tools \
              that read the capture later, many of which crash on such a line.",
        example: include_bytes!("../../fixtures/invalid/nested-too-deep.jsonl"),
        needs: Needs::Nothing,
    },
    RuleInfo {
        code: "not-an-event",
        severity: Severity::Error,
        summary: "The line is JSON, but not a toolkit payload.",
        advice: "A payload is an object with the event's name under \"type\" and its data under \
              \"detail\". JSON.stringify(event) turns a browser event into {\"isTrusted\":false}: log \
              {type: event.type, detail: event.detail} instead.",
        example: include_bytes!("../../fixtures/invalid/not-an-event.jsonl"),
        needs: Needs::Nothing,
    },
    RuleInfo {
        code: "unknown-event",
        severity: Severity::Error,
        summary: "The type is not one of the toolkit's 19 events.",
        advice: "Event names are lower case, without separators. The Aura toolkit and telephony \
              connectors use other names for the same events; the finding suggests the event that \
              is probably meant.",
        example: include_bytes!("../../fixtures/invalid/unknown-event.jsonl"),
        needs: Needs::Nothing,
    },
    RuleInfo {
        code: "missing-property",
        severity: Severity::Error,
        summary: "A documented property is missing.",
        advice: "The documentation lists the properties of each event; components rely on them. \
              Properties added in a later API version or meant for internal use are \
              optional. If your telephony system never sends a property, `--warn \
              missing-property` keeps the run from failing.",
        example: include_bytes!("../../fixtures/invalid/missing-property.jsonl"),
        needs: Needs::Nothing,
    },
    RuleInfo {
        code: "wrong-type",
        severity: Severity::Error,
        summary: "A property does not have the documented JSON type.",
        advice: "A component that adds to packetsLost gets NaN or a concatenated string from \
              \"3\". A number without a fraction (1.0, 1e2) counts as an integer, as in JSON \
              Schema.",
        example: include_bytes!("../../fixtures/invalid/wrong-type.jsonl"),
        needs: Needs::Nothing,
    },
    RuleInfo {
        code: "unexpected-value",
        severity: Severity::Error,
        summary: "A property has a value that is neither documented nor known to occur.",
        advice: "Components compare these values literally, so a value that differs in a single \
              letter matches nothing.",
        example: include_bytes!("../../fixtures/invalid/unexpected-value.jsonl"),
        needs: Needs::Nothing,
    },
    RuleInfo {
        code: "out-of-range",
        severity: Severity::Error,
        summary: "A number is out of range.",
        advice: "Counters and durations cannot be negative. For packetsLost, which WebRTC allows \
              to be negative, see negative-packets-lost. No number may exceed \
              ±9007199254740991 (2^53 − 1), because JavaScript rounds larger integers.",
        example: include_bytes!("../../fixtures/invalid/out-of-range.jsonl"),
        needs: Needs::Nothing,
    },
    RuleInfo {
        code: "empty-call-id",
        severity: Severity::Error,
        summary: "The callId is an empty string.",
        advice: "Without a callId, the event belongs to no call. Any non-empty string is valid: \
              telephony systems use UUIDs, contact numbers and test keys.",
        example: include_bytes!("../../fixtures/invalid/empty-call-id.jsonl"),
        needs: Needs::Nothing,
    },
    RuleInfo {
        code: "observed-value",
        severity: Severity::Warning,
        summary: "A value is not documented but known to occur.",
        advice: "Public connectors send this value, so components should accept it. A fixture \
              should use a documented value.",
        example: include_bytes!("../../fixtures/invalid/observed-value.jsonl"),
        needs: Needs::Nothing,
    },
    RuleInfo {
        code: "connector-shape",
        severity: Severity::Warning,
        summary: "The audiostats event has the connector's nested shape.",
        advice: "The documentation shows flat counters and one event per channel; the \
              open-source connector base nests both channels under audioStats.stats. A component \
              must know which shape it receives. Nested counters are checked like flat ones.",
        example: include_bytes!("../../fixtures/invalid/connector-shape.jsonl"),
        needs: Needs::Nothing,
    },
    RuleInfo {
        code: "newer-than-api",
        severity: Severity::Warning,
        summary: "The event or property was added in a later API version than the one selected.",
        advice: "With --api N, the capture is checked against the contract of API version N, in \
              which this did not exist yet.",
        example: include_bytes!("../../fixtures/invalid/newer-than-api.jsonl"),
        needs: Needs::Api(64),
    },
    RuleInfo {
        code: "negative-packets-lost",
        severity: Severity::Warning,
        summary: "packetsLost is negative.",
        advice: "WebRTC subtracts packets that arrive twice from the number of lost packets, so a \
              small negative number is possible. Do not compute a loss rate from it.",
        example: include_bytes!("../../fixtures/invalid/negative-packets-lost.jsonl"),
        needs: Needs::Nothing,
    },
    RuleInfo {
        code: "empty-capture",
        severity: Severity::Warning,
        summary: "The capture contains no event.",
        advice: "A recorder that never started leaves an empty file, and an empty file has no \
              errors. Delete the file, or record it again. If all captures of a run are empty, \
              `validate` exits with code 2, unless this rule is allowed.",
        example: include_bytes!("../../fixtures/invalid/empty-capture.jsonl"),
        needs: Needs::Nothing,
    },
    RuleInfo {
        code: "damaged-stream",
        severity: Severity::Error,
        summary: "The compressed capture is truncated, corrupt or followed by other data.",
        advice: "Lines before the damage were checked; lines after it cannot be. An interrupted \
              copy, or a recorder that is still running, leaves a truncated stream. The finding's \
              offset counts bytes of the compressed file. Decompress zstd streams that need a \
              window of more than 8 MiB (--ultra, --long) with zstd itself: `zstd -dc --long=31 FILE | voxev validate`.",
        example: include_bytes!("../../fixtures/invalid/damaged-stream.jsonl.gz"),
        needs: Needs::Nothing,
    },
    RuleInfo {
        code: "undocumented-property",
        severity: Severity::Allowed,
        summary: "A property is not documented.",
        advice: "The documentation allows further \"system-generated information\", so this is \
              counted but not shown. `--strict` or `--deny undocumented-property` reports it, \
              which finds misspelled names.",
        example: include_bytes!("../../fixtures/invalid/undocumented-property.jsonl"),
        needs: Needs::Deny,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_the_facts_of_its_name() {
        for rule in Rule::ALL {
            let code = rule.code().replace(['-', '/'], "");
            assert_eq!(format!("{rule:?}").to_lowercase(), code);
            assert_eq!(Rule::from_code(rule.code()), Some(rule));
        }
    }
}
