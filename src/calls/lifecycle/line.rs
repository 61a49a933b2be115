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
    /// The event's name.
    pub(super) fn name(&self) -> &'static str {
        self.observation.event.name()
    }

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
    match event.name() {
        "callstarted" => "call started here",
        "callconnected" => "connected here",
        "callended" => "ended here",
        "wrapupended" => "after-call work ended here",
        "hold" => "put on hold here",
        "resume" => "taken off hold here",
        "conference" => "all holds ended here",
        "swap" => "parties swapped here",
        "mute" => "muted here",
        "unmute" => "unmuted here",
        "pauserecording" => "recording paused here",
        "resumerecording" => "recording resumed here",
        "participantadded" => "joined here",
        "participantremoved" => "left here",
        "flagraise" => "raised here",
        "flaglower" => "lowered here",
        _ => "here",
    }
}
