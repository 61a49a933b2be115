//! Names of properties that are in no column of a table without `extra`, for standard error.
//! Threads share one set, whose content does not depend on the order of rows.

use std::collections::{BTreeSet, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::column::Column;
use crate::check::{Items, Record, dotted};
use crate::contract::EventId;
use crate::json::{self, Node};
use crate::text::{shortened, visible};

/// Properties of the rows so far that are in no column.
pub(crate) struct LeftOut {
    /// Documented properties without a column, and whether a row had them.
    columns: Vec<(Column, AtomicBool)>,
    others: Mutex<Others>,
}

/// Undocumented properties, and values that cannot be written to their cell.
#[derive(Default)]
struct Others {
    /// The first names in alphabetical order, so that the order of rows does not matter.
    names: BTreeSet<String>,
    is_more: bool,
}

/// Maximum number of names; a hostile capture can have any number.
const NAMED: usize = 10;

/// Maximum number of characters of a name.
const LONGEST_NAME: usize = 60;

impl LeftOut {
    /// For a table of `columns`, where there could be `all`.
    pub(crate) fn new(columns: &[Column], all: &[Column]) -> Self {
        let left = all.iter().filter(|it| !columns.contains(it) && **it != Column::Extra);
        let columns = left.map(|it| (it.clone(), AtomicBool::new(false))).collect();
        Self { columns, others: Mutex::default() }
    }

    /// Records a row of `event` that has more documented properties than the table has columns for.
    pub(in crate::output) fn documented(&self, record: &Record<'_>, event: EventId) {
        for (column, is_seen) in &self.columns {
            let Column::Property { slots, .. } = column else { continue };
            let value = slots[event.index()].and_then(|slot| record.property(slot));
            if value.is_some() && !is_seen.load(Ordering::Relaxed) {
                is_seen.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Records the parts of a row's `node`, at `pointer`, that are in no cell. Cold.
    pub(in crate::output) fn rest(
        &self,
        node: &Node,
        text: &[u8],
        pointer: &str,
        held: &HashSet<usize>,
    ) {
        if held.contains(&node.span.start) {
            return;
        }
        if node.members().is_empty() {
            self.note(pointer);
        }
        for member in node.members() {
            let key = json::decode_lossy(&text[member.key.clone()]);
            self.rest(&member.value, text, &json::join(pointer, &key), held);
        }
    }

    /// Records the property at `pointer`.
    pub(super) fn note(&self, pointer: &str) {
        let is_it = |column: &Column| matches!(column, Column::Property { pointer: own, .. } if own == pointer);
        if let Some((_, is_seen)) = self.columns.iter().find(|(column, _)| is_it(column)) {
            is_seen.store(true, Ordering::Relaxed);
            return;
        }
        let path = dotted(pointer, Items::Together);
        let name = shortened(&path, LONGEST_NAME);
        let mut others = self.others();
        if others.names.contains(&*name) {
            return;
        }
        others.names.insert(name.into_owned());
        if others.names.len() > NAMED {
            others.names.pop_last();
            others.is_more = true;
        }
    }

    /// The note for standard error.
    pub(in crate::output) fn remark(&self) -> String {
        let seen = self.columns.iter().filter(|(_, is_seen)| is_seen.load(Ordering::Relaxed));
        let others = self.others();
        let documented = seen.map(|(column, _)| column.name());
        let mut names: Vec<_> =
            documented.chain(others.names.iter().map(String::as_str)).map(visible).collect();
        if names.is_empty() {
            return String::new();
        }
        if others.is_more {
            names.push("more".into());
        }
        format!(
            "voxev: not in any column: {}; add the column extra to include them\n",
            names.join(", ")
        )
    }

    /// A thread that panics ends the process, so no other thread sees a value that it left
    /// half-updated.
    fn others(&self) -> MutexGuard<'_, Others> {
        self.others.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
