//! What the fuzz targets hold the program to: how captures are framed, what searches pass over, and
//! what is extracted from any text.
//! For tests and `tests/fuzz` only.

use std::collections::VecDeque;
use std::io::{self, Read, Write as _};
use std::ops::Range;

use crate::capture::{
    Cutter, InputFormat, Numbering, Part, ReadSize, Reader, Sequence, SequenceSettings,
    SpanSettings, Spans,
};
use crate::check::{Line, Parsed, Validator};
use crate::extract::{Account, Batch, Category, ExtractSettings, Extractor, Names};
use crate::select::{Selection, Types, Unreadable};

/// A line as a capture's reader frames it.
#[derive(Debug, PartialEq, Eq)]
pub struct FramedLine {
    /// Line number from 1.
    pub number: u64,
    /// Bytes of the capture before the line.
    pub offset: u64,
    /// The line, its newline included, in one piece even where it came in several.
    pub bytes: Vec<u8>,
}

/// The lines of a capture that comes in these reads; lines longer than `max_line_bytes` may come in
/// pieces.
pub fn framed_lines(reads: &[&[u8]], max_line_bytes: usize) -> io::Result<Vec<FramedLine>> {
    let mut cutter =
        Cutter::new(Reads(reads.iter().copied().collect()), max_line_bytes, Numbering::Counted);
    let mut lines: Vec<FramedLine> = Vec::new();
    while let Some(block) = cutter.next_block()? {
        let (mut number, mut offset) = (block.first_line, block.offset);
        for piece in block.bytes().split_inclusive(|&byte| byte == b'\n') {
            match lines.last_mut().filter(|line| !line.bytes.ends_with(b"\n")) {
                Some(line) if line.number == number => line.bytes.extend_from_slice(piece),
                _ => lines.push(FramedLine { number, offset, bytes: piece.to_vec() }),
            }
            number += 1;
            offset += piece.len() as u64;
        }
        cutter.recycle(block);
    }
    Ok(lines)
}

/// The JSON documents of a capture that comes in these reads, without those longer than
/// `max_document_bytes`.
pub fn framed_documents(reads: &[&[u8]], max_document_bytes: usize) -> io::Result<Vec<FramedLine>> {
    let reads = Pieces(reads.iter().map(|read| read.to_vec()).collect());
    let settings = SequenceSettings {
        format: InputFormat::Json,
        max_line_bytes: max_document_bytes,
        numbering: Numbering::Counted,
        read_size: ReadSize::Usual,
    };
    let mut sequence = Sequence::new(Reader::new(Box::new(reads)), settings);
    let mut found = Vec::new();
    while let Some(block) = sequence.next_block()? {
        let documents = block.documents().filter(|_| block.part == Part::Lines);
        for place in documents.into_iter().flat_map(|documents| &documents.places) {
            let bytes = block.bytes()[place.range.clone()].to_vec();
            let offset = block.offset + place.range.start as u64;
            found.push(FramedLine { number: place.position.line, offset, bytes });
        }
        sequence.recycle(block);
    }
    Ok(found)
}

/// The same for reads that outlive the caller.
struct Pieces(VecDeque<Vec<u8>>);

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(piece) = self.0.front_mut() {
            let count = piece.len().min(buffer.len());
            buffer[..count].copy_from_slice(&piece[..count]);
            piece.drain(..count);
            if count > 0 {
                return Ok(count);
            }
            self.0.pop_front();
        }
        Ok(0)
    }
}

/// Gives each of the pieces in reads of its own.
struct Reads<'a>(VecDeque<&'a [u8]>);

impl Read for Reads<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(piece) = self.0.front_mut() {
            let count = piece.read(buffer)?;
            if count > 0 {
                return Ok(count);
            }
            self.0.pop_front();
        }
        Ok(0)
    }
}

/// The lines of a capture that is a file, read span by span. `None` where it is one to be read in
/// sequence, because it is empty or looks compressed.
pub fn spanned_lines(
    capture: &[u8],
    span_bytes: usize,
    max_line_bytes: usize,
) -> io::Result<Option<Vec<FramedLine>>> {
    let mut file = tempfile::tempfile()?;
    file.write_all(capture)?;
    let settings =
        SpanSettings { format: InputFormat::Lines, span_bytes, max_line_bytes, piece: None };
    let Ok(spans) = Spans::new(file, 0, settings)? else { return Ok(None) };
    let (mut lines, mut before) = (Vec::new(), 0);
    for index in 0..spans.count() {
        let span = spans.read(index, Vec::new())?;
        let mut number = before + 1;
        before += span.count_lines();
        if let Some(block) = span.lines {
            let mut offset = block.offset;
            for line in block.bytes().split_inclusive(|&byte| byte == b'\n') {
                lines.push(FramedLine { number, offset, bytes: line.to_vec() });
                number += 1;
                offset += line.len() as u64;
            }
        }
        if let Some(start) = span.long_line {
            let (mut bytes, offset) = (start.bytes().to_vec(), start.offset);
            while !bytes.ends_with(b"\n")
                && let Some(rest) = spans.rest(offset + bytes.len() as u64)?
            {
                bytes.extend_from_slice(rest.bytes());
            }
            lines.push(FramedLine { number, offset, bytes });
        }
    }
    Ok(Some(lines))
}

/// The lines of `text`, newlines left out, that `filter` looks at for these types and callIds; `None`
/// where it looks at all of them.
#[must_use]
pub fn search_candidates(
    types: &[String],
    call_ids: &[String],
    text: &[u8],
) -> Option<Vec<Range<usize>>> {
    Some(selection(types, call_ids).search()?.lines(text).collect())
}

/// The lines of `text`, newlines left out, that `filter` prints for these types and callIds when it
/// looks at all of them.
#[must_use]
pub fn selected_lines(
    validator: &Validator,
    types: &[String],
    call_ids: &[String],
    text: &[u8],
) -> Vec<Range<usize>> {
    let selection = selection(types, call_ids);
    let mut at = 0;
    let lines = text.split(|&byte| byte == b'\n').map(|line| {
        let start = at;
        at += line.len() + 1;
        start..start + line.len()
    });
    let is_selected = |range: &Range<usize>| {
        let line = Line::new("fuzz", 1, 0, &text[range.clone()]);
        let mut parsed = Parsed::default();
        parsed.set(validator.read_only(&line), &line, &validator.bundle);
        selection.admits(&parsed.record(line, validator))
    };
    lines.filter(is_selected).collect()
}

/// What `extract` makes of a text.
#[derive(Debug, PartialEq, Eq)]
pub struct Extracted {
    /// Payloads, one per line.
    pub taken: Vec<u8>,
    /// Lines that nothing was taken from.
    pub rejects: Vec<u8>,
    /// How many payloads were taken.
    pub payloads: u64,
    /// How many lines there were.
    pub lines: u64,
    /// How many lines are in one of the categories, or blank.
    pub accounted: u64,
}

/// Extracts the payloads of a text that comes in these reads.
pub fn extracted(
    validator: &Validator,
    reads: &[&[u8]],
    max_payload_bytes: usize,
) -> io::Result<Extracted> {
    let names = Names::new(&validator.bundle);
    let mut account = Account::default();
    account.begin("fuzz");
    let settings =
        ExtractSettings { validator, names: &names, max_payload_bytes, keeps_rejects: true };
    let reader = Reads(reads.iter().copied().collect());
    let mut extractor = Extractor::new(reader, settings, &mut account);
    let mut batch = Batch::default();
    while extractor.read(&mut batch)? {}
    let accounted: u64 = Category::ALL.iter().map(|it| account.category(*it).lines).sum();
    Ok(Extracted {
        taken: batch.taken,
        rejects: batch.rejects,
        payloads: account.payloads,
        lines: account.lines,
        accounted: accounted + account.blank,
    })
}

fn selection(types: &[String], call_ids: &[String]) -> Selection {
    Selection {
        types: Types::new(types),
        call_ids: (!call_ids.is_empty()).then(|| call_ids.iter().collect()),
        unreadable: Unreadable::NoMatch,
        ..Selection::default()
    }
}
