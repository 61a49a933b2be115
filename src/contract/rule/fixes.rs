//! What the fixes of each rule's findings do: the table that `voxev explain` and the documentation
//! show.

use super::Rule;
use crate::json::Applicability;

/// A kind of fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FixInfo {
    /// Whether `--fix` applies it, or only `--fix --unsafe-fixes`.
    pub applicability: Applicability,
    /// One sentence: what it does.
    pub summary: &'static str,
}

const fn safe(summary: &'static str) -> FixInfo {
    FixInfo { applicability: Applicability::Safe, summary }
}

const fn suggested(summary: &'static str) -> FixInfo {
    FixInfo { applicability: Applicability::Suggested, summary }
}

const SYNTAX: [FixInfo; 8] = [
    safe("Curly and single quotes become straight double quotes."),
    safe("A key without quotes is put in quotes."),
    safe("A missing comma is inserted."),
    safe("A comma before a closing bracket, or after the payload, is removed."),
    safe("`NULL`, `None`, `undefined`, `True` and the like become `null`, `true` and `false`."),
    safe("Comments, copied line numbers and byte order marks are removed."),
    safe("A raw control character in a string is escaped."),
    suggested("Brackets that are still open at the end of the line are closed."),
];

const TYPE_KEY: [FixInfo; 1] =
    [safe("A misspelt key `type` is renamed if it holds the name of an event.")];

const EVENT_NAMES: [FixInfo; 3] = [
    safe("The Aura toolkit's name and the name of a listener become the name of the event."),
    safe(
        "A name that differs in case, separators, or one or two letters becomes that of the event.",
    ),
    suggested(
        "A connector's name for a single event, and a name that is only similar, become that of the \
         event.",
    ),
];

const KEYS: [FixInfo; 3] = [
    safe("A key that differs in case, separators, or one or two letters is renamed."),
    suggested("A key that is only similar is renamed."),
    suggested("A misspelt key is renamed, and its value gets or loses quotes."),
];

const TYPES: [FixInfo; 3] = [
    suggested("A number is put in quotes where a string is documented, such as a callId."),
    suggested("A string that is a number loses its quotes where a number is documented."),
    suggested("A time with a time zone becomes milliseconds since 1970."),
];

const VALUES: [FixInfo; 1] = [suggested(
    "A value that differs in case, or one or two letters, becomes the documented value.",
)];

impl Rule {
    /// The fixes that its findings can have; none for most rules.
    #[must_use]
    pub fn fixes(self) -> &'static [FixInfo] {
        match self {
            Self::InvalidJson => &SYNTAX,
            Self::NotAnEvent => &TYPE_KEY,
            Self::UnknownEvent => &EVENT_NAMES,
            Self::MissingProperty | Self::UndocumentedProperty => &KEYS,
            Self::WrongType => &TYPES,
            Self::UnexpectedValue | Self::ObservedValue => &VALUES,
            Self::InvalidUtf8
            | Self::DuplicateKey
            | Self::LineTooLong
            | Self::NestedTooDeep
            | Self::OutOfRange
            | Self::EmptyCallId
            | Self::ConnectorShape
            | Self::NewerThanApi
            | Self::NegativePacketsLost
            | Self::EmptyCapture
            | Self::DamagedStream
            | Self::LifecycleStart
            | Self::LifecycleAfterEnd
            | Self::LifecycleWrapup
            | Self::LifecycleHold
            | Self::LifecycleMute
            | Self::LifecycleRecording
            | Self::LifecycleParticipant
            | Self::LifecycleConference
            | Self::LifecycleAudiostats
            | Self::LifecycleTranscript
            | Self::LifecycleFlag
            | Self::LifecycleFlagRole => &[],
        }
    }
}
