//! Which call each line of a block is of, and which of them are selected: any thread can say that.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::capture::Block;
use crate::check::{Line, Record};

/// The lines of a block that can be of use, by their calls.
#[derive(Debug, Default)]
pub(crate) struct LineIndex {
    /// Bytes of the capture before the block.
    pub(super) offset: u64,
    pub(super) calls: Vec<Arc<[u8]>>,
    index: HashMap<Arc<[u8]>, u32, RandomState>,
    pub(super) entries: Vec<Entry>,
    pub(super) text: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct Entry {
    /// Bytes of the capture.
    pub(super) span: Range<u64>,
    /// Index into [`LineIndex::calls`]; `None` where the line names no call.
    pub(super) call: Option<u32>,
    pub(super) role: LineRole,
}

/// What a line is to the selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineRole {
    Selected,
    Other,
    /// More of a line beyond the limit: it goes where its beginning went.
    Rest,
}

impl LineRole {
    /// That of a whole line.
    pub(crate) fn of(is_selected: bool) -> Self {
        if is_selected { Self::Selected } else { Self::Other }
    }
}

impl LineIndex {
    /// Adds a line.
    pub(crate) fn add(&mut self, record: &Record<'_>, role: LineRole) {
        self.add_line(&record.line, record.call_id().as_deref(), role);
    }

    /// Adds more of a line beyond the limit.
    pub(crate) fn add_rest(&mut self, line: &Line<'_>) {
        self.add_line(line, None, LineRole::Rest);
    }

    pub(super) fn add_line(&mut self, line: &Line<'_>, call: Option<&[u8]>, role: LineRole) {
        // As everywhere, an empty identifier names no call.
        let call = call.filter(|id| !id.is_empty()).map(|id| self.call(id));
        if call.is_some() || role != LineRole::Other {
            let span = line.offset..line.offset + line.raw.len() as u64;
            self.entries.push(Entry { span, call, role });
        }
    }

    /// Keeps the text of the block whose lines have been added.
    pub(crate) fn seal(&mut self, block: &Block) {
        self.offset = block.offset;
        self.text = block.bytes().to_vec();
    }

    /// Bytes that it takes, about.
    pub(crate) fn weight(&self) -> usize {
        self.text.len() + self.entries.len() * size_of::<Entry>()
    }

    fn call(&mut self, id: &[u8]) -> u32 {
        if let Some(&index) = self.index.get(id) {
            return index;
        }
        let (id, index): (Arc<[u8]>, u32) = (id.into(), narrow(self.calls.len()));
        self.calls.push(Arc::clone(&id));
        self.index.insert(id, index);
        index
    }
}

/// Blocks and the window are far smaller than four billion lines.
pub(super) fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
