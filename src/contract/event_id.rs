//! The toolkit's event types: one table with the name and the schema of each.

/// One of the toolkit's event types, in the documentation's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each event's meaning is its schema's description")]
pub enum EventId {
    AudioStats,
    CallStarted,
    CallConnected,
    CallEnded,
    Hold,
    Resume,
    Mute,
    Unmute,
    ParticipantAdded,
    ParticipantRemoved,
    Conference,
    Swap,
    PauseRecording,
    ResumeRecording,
    Transcript,
    WrapUpEnded,
    FlagRaise,
    FlagLower,
    Note,
}

/// Every event type, with the name in a payload's `type` and its file in `schemas/`, in the order
/// of the variants.
pub(super) static EVENTS: [(EventId, &str, &str); EventId::COUNT] = [
    (EventId::AudioStats, "audiostats", include_str!("../../schemas/audiostats.json")),
    (EventId::CallStarted, "callstarted", include_str!("../../schemas/callstarted.json")),
    (EventId::CallConnected, "callconnected", include_str!("../../schemas/callconnected.json")),
    (EventId::CallEnded, "callended", include_str!("../../schemas/callended.json")),
    (EventId::Hold, "hold", include_str!("../../schemas/hold.json")),
    (EventId::Resume, "resume", include_str!("../../schemas/resume.json")),
    (EventId::Mute, "mute", include_str!("../../schemas/mute.json")),
    (EventId::Unmute, "unmute", include_str!("../../schemas/unmute.json")),
    (
        EventId::ParticipantAdded,
        "participantadded",
        include_str!("../../schemas/participantadded.json"),
    ),
    (
        EventId::ParticipantRemoved,
        "participantremoved",
        include_str!("../../schemas/participantremoved.json"),
    ),
    (EventId::Conference, "conference", include_str!("../../schemas/conference.json")),
    (EventId::Swap, "swap", include_str!("../../schemas/swap.json")),
    (EventId::PauseRecording, "pauserecording", include_str!("../../schemas/pauserecording.json")),
    (
        EventId::ResumeRecording,
        "resumerecording",
        include_str!("../../schemas/resumerecording.json"),
    ),
    (EventId::Transcript, "transcript", include_str!("../../schemas/transcript.json")),
    (EventId::WrapUpEnded, "wrapupended", include_str!("../../schemas/wrapupended.json")),
    (EventId::FlagRaise, "flagraise", include_str!("../../schemas/flagraise.json")),
    (EventId::FlagLower, "flaglower", include_str!("../../schemas/flaglower.json")),
    (EventId::Note, "note", include_str!("../../schemas/note.json")),
];

impl EventId {
    /// The first in the documentation, and the most frequent in captures.
    pub(crate) const FIRST: Self = Self::AudioStats;

    /// How many event types there are.
    pub const COUNT: usize = 19;

    /// All event types, in the documentation's order.
    pub fn all() -> impl Iterator<Item = Self> {
        EVENTS.iter().map(|(id, ..)| *id)
    }

    /// The event type with this exact name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        EVENTS.iter().find(|(_, known, _)| *known == name).map(|(id, ..)| *id)
    }

    /// The name in a payload's `type`.
    #[must_use]
    pub fn name(self) -> &'static str {
        EVENTS[self.index()].1
    }

    /// The position in [`EventId::all`].
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// The text of the event's file in `schemas/`.
    pub(super) fn schema(self) -> &'static str {
        EVENTS[self.index()].2
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use serde_json::Value;

    use super::*;

    #[test]
    fn table_enum_and_schemas_agree() {
        for (number, (id, name, schema)) in EVENTS.iter().copied().enumerate() {
            assert_eq!(id.index(), number, "{name} stands where its number says");
            assert_eq!(format!("{id:?}").to_lowercase(), name);
            assert_eq!(EventId::from_name(name), Some(id));
            let schema: Value = serde_json::from_str(schema).expect("a schema is JSON");
            assert_eq!(schema["title"], name);
            assert_eq!(schema["properties"]["type"]["const"], name);
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
        let entries = std::fs::read_dir(folder).expect("the schemas are there");
        let files = entries.filter_map(|entry| {
            let path = entry.expect("an entry can be read").path();
            let is_schema = path.extension().is_some_and(|it| it == "json");
            is_schema.then(|| path.file_stem().expect("a name").to_string_lossy().into_owned())
        });
        let known = EventId::all().map(EventId::name).chain(["common"]).map(str::to_owned);
        assert_eq!(files.collect::<BTreeSet<_>>(), known.collect());
    }
}
