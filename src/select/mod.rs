//! Selects the lines that a command processes.

mod condition;
mod list;
mod name_set;
mod search;
mod selection;

pub(crate) use condition::Condition;
pub(crate) use list::read_list;
pub(crate) use name_set::NameSet;
pub(crate) use search::{Search, Spelling};
pub(crate) use selection::{Selection, Sense, Types, Unreadable, Validity};
