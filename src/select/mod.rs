//! Which lines a command is about.

mod condition;
mod search;
mod selection;

pub(crate) use condition::Condition;
pub(crate) use search::Search;
pub(crate) use selection::{Selection, Sense, Unreadable, Validity};
