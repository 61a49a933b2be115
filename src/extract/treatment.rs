//! What can become of a line: one table of all treatments, with their categories and words.

/// What became of a line, from the least to the most notable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Category {
    NoPayload,
    AsIs,
    Unwrapped,
    Renamed,
    Repaired,
    Lost,
}

impl Category {
    /// In the order of reports.
    pub(crate) const ALL: [Self; 6] =
        [Self::AsIs, Self::Unwrapped, Self::Renamed, Self::Repaired, Self::NoPayload, Self::Lost];

    /// The name in machine-readable accounts.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::NoPayload => "no-payload",
            Self::AsIs => "as-is",
            Self::Unwrapped => "unwrapped",
            Self::Renamed => "renamed",
            Self::Repaired => "repaired",
            Self::Lost => "lost",
        }
    }

    /// The name in accounts for people.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::NoPayload => "without a payload",
            Self::AsIs => "taken as they are",
            Self::Unwrapped => "unwrapped",
            Self::Renamed => "renamed",
            Self::Repaired => "repaired",
            Self::Lost => "lost",
        }
    }
}

/// One thing that was done to a line, or why nothing could be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Treatment {
    AsIs,
    TextAround,
    Array,
    Joined,
    Several,
    Wrapper,
    InString,
    InCell,
    BrowserEvent,
    DetailRestored,
    NameBefore,
    OnlyEvent,
    AuraName,
    ListenerName,
    ConnectorName,
    Spelling,
    PropertyName,
    FromCall,
    Reports,
    CurlyQuotes,
    SingleQuotes,
    UnquotedKeys,
    MissingCommas,
    ExtraCommas,
    Literals,
    LineNumbers,
    Comments,
    ClosedBrackets,
    Labels,
    Spaces,
    ControlCharacters,
    Escapes,
    Utf16,
    NoPayload,
    OtherEvent,
    Collapsed,
    ObjectObject,
    IsTrusted,
    Cut,
    NoName,
    NoDetail,
    NoCallId,
    Ambiguous,
    Broken,
    NotUtf8,
    TooLong,
    TooDeep,
}

/// What is said of a treatment.
struct Info {
    treatment: Treatment,
    category: Category,
    code: &'static str,
    label: &'static str,
    /// What to do next time; empty where there is nothing to do.
    advice: &'static str,
}

const fn info(
    treatment: Treatment,
    category: Category,
    code: &'static str,
    label: &'static str,
    advice: &'static str,
) -> Info {
    Info { treatment, category, code, label, advice }
}

const LOG_TEXT: &str = "log JSON.stringify({type: event.type, detail: event.detail})";
const LOG_BOTH: &str = "log the event's type together with its detail: \
    JSON.stringify({type: event.type, detail: event.detail})";

/// Each stands where its number says.
static TREATMENTS: [Info; Treatment::COUNT] = {
    use Category as C;
    use Treatment as T;
    [
        info(T::AsIs, C::AsIs, "as-is", "", ""),
        info(T::TextAround, C::Unwrapped, "text-around", "text around the payload removed", ""),
        info(T::Array, C::Unwrapped, "array", "brackets and commas of an array removed", ""),
        info(T::Joined, C::Unwrapped, "joined", "payload on several lines joined", ""),
        info(T::Several, C::Unwrapped, "several", "several payloads on one line separated", ""),
        info(T::Wrapper, C::Unwrapped, "wrapper", "taken out of a wrapping object", ""),
        info(T::InString, C::Unwrapped, "string", "JSON text in a string decoded", ""),
        info(T::InCell, C::Unwrapped, "csv-cell", "quotes of a CSV cell removed", ""),
        info(
            T::BrowserEvent,
            C::Unwrapped,
            "browser-event",
            "browser event: type and detail kept",
            "",
        ),
        info(T::DetailRestored, C::Unwrapped, "flattened", "flattened event: detail restored", ""),
        info(
            T::NameBefore,
            C::Unwrapped,
            "name-before",
            "detail joined with the event name before it",
            "",
        ),
        info(
            T::OnlyEvent,
            C::Unwrapped,
            "only-event",
            "detail that fits one event only: name added",
            "",
        ),
        info(T::AuraName, C::Renamed, "aura-name", "name of the Aura toolkit", ""),
        info(T::ListenerName, C::Renamed, "listener-name", "name of a listener", ""),
        info(T::ConnectorName, C::Renamed, "connector-name", "name of a telephony connector", ""),
        info(T::Spelling, C::Renamed, "spelling", "case or separators in the event name", ""),
        info(
            T::PropertyName,
            C::Renamed,
            "property-name",
            "property name of a telephony connector",
            "",
        ),
        info(
            T::FromCall,
            C::Renamed,
            "from-call",
            "properties taken from the only call listed",
            "",
        ),
        info(
            T::Reports,
            C::Renamed,
            "nested-audiostats",
            "nested audiostats: one payload per channel",
            "",
        ),
        info(T::CurlyQuotes, C::Repaired, "curly-quotes", "curly quotes replaced", ""),
        info(T::SingleQuotes, C::Repaired, "single-quotes", "single quotes replaced", ""),
        info(T::UnquotedKeys, C::Repaired, "unquoted-keys", "keys quoted", ""),
        info(T::MissingCommas, C::Repaired, "missing-commas", "commas added", ""),
        info(T::ExtraCommas, C::Repaired, "extra-commas", "commas removed", ""),
        info(T::Literals, C::Repaired, "literals", "NULL, True, undefined etc. respelled", ""),
        info(T::LineNumbers, C::Repaired, "line-numbers", "line numbers removed", ""),
        info(T::Comments, C::Repaired, "comments", "comments removed", ""),
        info(
            T::ClosedBrackets,
            C::Repaired,
            "closing-brackets",
            "missing closing brackets added",
            "",
        ),
        info(T::Labels, C::Repaired, "type-names", "type names of a console removed", ""),
        info(T::Spaces, C::Repaired, "spaces", "unusual white space replaced", ""),
        info(
            T::ControlCharacters,
            C::Repaired,
            "control-characters",
            "control characters escaped",
            "",
        ),
        info(T::Escapes, C::Repaired, "escapes", "escapes of JavaScript respelled", ""),
        info(T::Utf16, C::Repaired, "utf-16", "converted from UTF-16", ""),
        info(T::NoPayload, C::NoPayload, "no-payload", "", ""),
        info(T::OtherEvent, C::NoPayload, "other-event", "events that are not the toolkit's", ""),
        info(
            T::Collapsed,
            C::Lost,
            "collapsed",
            "collapsed object ({…}) without its data",
            LOG_TEXT,
        ),
        info(
            T::ObjectObject,
            C::Lost,
            "object-object",
            "[object Object] instead of the data",
            LOG_TEXT,
        ),
        info(
            T::IsTrusted,
            C::Lost,
            "is-trusted",
            "browser event logged without its data",
            LOG_TEXT,
        ),
        info(
            T::Cut,
            C::Lost,
            "cut",
            "payload that is cut short",
            "save the log again when the page is idle, or raise the log's limit on message length",
        ),
        info(T::NoName, C::Lost, "no-name", "detail without the name of its event", LOG_BOTH),
        info(T::NoDetail, C::Lost, "no-detail", "event without its detail", LOG_BOTH),
        info(
            T::NoCallId,
            C::Lost,
            "no-call-id",
            "event without a callId",
            "record the events of the toolkit, which name their call",
        ),
        info(
            T::Ambiguous,
            C::Lost,
            "ambiguous",
            "connector event that may be any of several events",
            "record the events of the toolkit",
        ),
        info(
            T::Broken,
            C::Lost,
            "broken",
            "syntax error that cannot be repaired",
            "correct it by hand: `--rejects FILE` keeps it, and `voxev validate` says where it is",
        ),
        info(
            T::NotUtf8,
            C::Lost,
            "not-utf-8",
            "payload that is not UTF-8",
            "save the log as UTF-8",
        ),
        info(
            T::TooLong,
            C::Lost,
            "too-long",
            "payload longer than --max-payload-bytes",
            "raise --max-payload-bytes if such payloads are expected",
        ),
        info(
            T::TooDeep,
            C::Lost,
            "too-deep",
            "payload nested more than 128 levels deep",
            "flatten it",
        ),
    ]
};

impl Treatment {
    /// The one with this number.
    pub(super) fn at(number: u32) -> Option<Self> {
        TREATMENTS.get(number as usize).map(|info| info.treatment)
    }

    pub(crate) const COUNT: usize = Self::TooDeep as usize + 1;

    /// All, in the order of the table.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        TREATMENTS.iter().map(|info| info.treatment)
    }

    fn info(self) -> &'static Info {
        &TREATMENTS[self as usize]
    }

    pub(crate) fn category(self) -> Category {
        self.info().category
    }

    /// The name in machine-readable accounts.
    pub(crate) fn code(self) -> &'static str {
        self.info().code
    }

    /// What was done or found, for people; empty where the category says it all.
    pub(crate) fn label(self) -> &'static str {
        self.info().label
    }

    /// What to do next time, if anything.
    pub(crate) fn advice(self) -> Option<&'static str> {
        Some(self.info().advice).filter(|it| !it.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_treatment_stands_where_its_number_says() {
        for (number, treatment) in Treatment::all().enumerate() {
            assert_eq!(treatment as usize, number);
        }
        const { assert!(Treatment::COUNT < 63, "the set has room for all") }
    }

    #[test]
    fn whatever_is_lost_comes_with_advice() {
        for treatment in Treatment::all() {
            let is_lost = treatment.category() == Category::Lost;
            assert_eq!(treatment.advice().is_some(), is_lost, "{}", treatment.code());
        }
    }
}
