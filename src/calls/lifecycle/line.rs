//! What is remembered of a line that changed something in its call.

use std::sync::Arc;

use crate::calls::Observation;
use crate::check::{Earlier, Line};
use crate::contract::EventId;
use crate::json;

/// A line of a call, on its way through the rules.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CallLine<'a> {
    pub(crate) observation: &'a Observation,
    /// The call's identifier.
    pub(crate) call: &'a str,
    /// The line, without its terminator.
    pub(crate) line: &'a [u8],
}

impl CallLine<'_> {
    pub(super) fn event(&self) -> EventId {
        self.observation.event
    }

    /// Hash of the participant, where the line names one.
    pub(super) fn participant(&self) -> Option<u64> {
        self.observation.what.participant()
    }

    /// What is to be remembered of the line.
    pub(super) fn remember(&self) -> Arc<RememberedLine> {
        let is_short = self.line.len() <= LONGEST_KEPT;
        let text = if is_short { self.line } else { b"" };
        let Observation { number: line, offset, event, .. } = *self.observation;
        Arc::new(RememberedLine { line, offset, event, text: text.into() })
    }
}

/// A line that changed something, for the second label of a finding.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RememberedLine {
    pub(crate) line: u64,
    /// Bytes of the capture before the line.
    offset: u64,
    event: EventId,
    /// The line, or nothing where it is longer than [`LONGEST_KEPT`].
    text: Box<[u8]>,
}

/// Lines that change something have about 150 bytes, and 340 if somebody lowers a flag.
const LONGEST_KEPT: usize = 352;

/// Where a payload has its event's name.
pub(super) const KIND: &str = "/type";

/// Deepest nesting of a line that is shown: payloads have four levels.
const DEEPEST_SHOWN: usize = 128;

impl RememberedLine {
    /// The line as findings name it. Cold: the line is parsed only here.
    pub(super) fn earlier(&self) -> Earlier {
        let document = json::parse(&self.text, DEEPEST_SHOWN).ok();
        let kind = document.as_ref().and_then(|it| it.root.at(&self.text, KIND));
        let span = kind.map_or(0..0, |node| node.span.clone());
        let line = Line::new("", self.line, self.offset, &self.text);
        Earlier {
            line: self.line,
            column: line.characters_in(&(0..span.start)) + 1,
            offset: self.offset + span.start as u64,
            text: if span.is_empty() { Vec::new() } else { self.text.to_vec() },
            span,
            label: label(self.event),
        }
    }
}

/// What an event did, for those that are ever remembered.
fn label(event: EventId) -> &'static str {
    match event {
        EventId::CallStarted => "call started here",
        EventId::CallConnected => "connected here",
        EventId::CallEnded => "ended here",
        EventId::WrapUpEnded => "after-call work ended here",
        EventId::Hold => "put on hold here",
        EventId::Resume => "taken off hold here",
        EventId::Conference => "all holds ended here",
        EventId::Swap => "parties swapped here",
        EventId::Mute => "muted here",
        EventId::Unmute => "unmuted here",
        EventId::PauseRecording => "recording paused here",
        EventId::ResumeRecording => "recording resumed here",
        EventId::ParticipantAdded => "joined here",
        EventId::ParticipantRemoved => "left here",
        EventId::FlagRaise => "raised here",
        EventId::FlagLower => "lowered here",
        EventId::AudioStats | EventId::Transcript | EventId::Note => "here",
    }
}
