//! Which call each line of a block is of, and which of them are selected: any thread can say that.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::narrow;
use crate::capture::Block;

/// The lines of a block that can be of use, by their calls.
#[derive(Debug)]
pub(crate) struct Roll {
    /// Bytes of the capture before the block.
    offset: u64,
    pub(super) calls: Vec<Arc<[u8]>>,
    index: HashMap<Arc<[u8]>, u32, RandomState>,
    pub(super) entries: Vec<Entry>,
    pub(super) text: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct Entry {
    /// Bytes of the block.
    pub(super) span: Range<u64>,
    /// Index into [`Roll::calls`]; `None` where the line names no call.
    pub(super) call: Option<u32>,
    pub(super) standing: Standing,
}

/// What a line is to the selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Selected,
    Other,
    /// More of a line beyond the limit: it goes where its beginning went.
    Rest,
}

impl Standing {
    /// That of a whole line.
    pub(crate) fn of(is_selected: bool) -> Self {
        if is_selected { Self::Selected } else { Self::Other }
    }
}

impl Roll {
    /// The roll of `block`, with nothing on it yet.
    pub(crate) fn new(block: &Block) -> Self {
        Self {
            offset: block.offset,
            calls: Vec::new(),
            index: HashMap::default(),
            entries: Vec::new(),
            text: block.bytes().to_vec(),
        }
    }

    /// Adds the line that begins `offset` bytes into the capture, and has `length` bytes.
    pub(crate) fn add(
        &mut self,
        (offset, length): (u64, usize),
        call: Option<&[u8]>,
        standing: Standing,
    ) {
        // As everywhere, an empty identifier names no call.
        let call = call.filter(|id| !id.is_empty()).map(|id| self.call(id));
        if call.is_some() || standing != Standing::Other {
            let start = offset - self.offset;
            self.entries.push(Entry { span: start..start + length as u64, call, standing });
        }
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
