//! What one line says of its call, in a few dozen bytes: what threads hand over instead of lines.

use std::num::NonZero;

use serde::{Deserialize, Serialize};

use super::report::Report;
use crate::contract::EventId;

/// One line of a call, or one report of a line that nests several.
#[derive(Debug, Clone)]
pub(crate) struct Observation {
    /// Index into [`super::Observations::calls`]; `None` where the line names no call.
    pub(crate) call: Option<u32>,
    pub(crate) number: u64,
    /// Bytes of the capture before the line.
    pub(crate) offset: u64,
    pub(crate) event: EventId,
    /// What copies of a line have in common: the values of its documented properties, however they
    /// are spelled and ordered. [`super::hash::NO_COPY`] for a report without a serial number.
    pub(crate) hash: u64,
    /// Whether the hash is one of names, numbers or texts.
    pub(crate) is_personal: bool,
    /// Whether this is a further report of the line of the observation before.
    pub(crate) is_more: bool,
    pub(crate) what: What,
    /// When the line was recorded, in milliseconds of the Unix epoch, where that is said.
    pub(crate) recorded: Option<NonZero<i64>>,
    /// Where the line is in [`super::Observations::raw`], if lines are kept; the reports of a line
    /// share it.
    pub(crate) raw: (u32, u32),
    /// Index into [`super::Observations::entries`] of the next one of the same call; [`u32::MAX`]
    /// after the last.
    pub(crate) next: u32,
}

/// What of the event matters to its call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Plain,
    Report(Report),
    /// Hash of the participant, and how the call came about, where that is said.
    Party {
        participant: u64,
        is_outbound: Option<bool>,
        /// Whether the call was added to one that goes on: a consultation, or a transfer.
        is_added: bool,
    },
    /// When it was sent, in milliseconds of the Unix epoch, and who spoke.
    Talk {
        at: Option<i64>,
        role: Role,
    },
}

impl What {
    /// Hash of the participant, where the line names one.
    pub(crate) fn participant(&self) -> Option<u64> {
        match self {
            Self::Party { participant, .. } => Some(*participant),
            Self::Plain | Self::Report(_) | Self::Talk { .. } => None,
        }
    }

    /// Who spoke, if anybody did.
    pub(super) fn role(&self) -> Option<Role> {
        match self {
            Self::Talk { role, .. } => Some(*role),
            Self::Plain | Self::Report(_) | Self::Party { .. } => None,
        }
    }
}

/// Who spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Role {
    Agent,
    Supervisor,
    Other,
}

impl Observation {
    /// When the line was recorded or, where nothing says that, when its event was sent: milliseconds
    /// of the Unix epoch.
    pub(crate) fn time(&self) -> Option<i64> {
        let sent = match self.what {
            What::Talk { at, .. } => at,
            What::Plain | What::Report(_) | What::Party { .. } => None,
        };
        self.recorded.map(NonZero::get).or(sent)
    }
}
