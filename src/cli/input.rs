//! Options shared by all commands that read captures: which captures, which lines, which output.

use std::path::PathBuf;

use clap::Args;

use super::value::{Names, event_names, parse_size};
use super::{INPUT, OUTPUT, PERFORMANCE, SELECTION};
use crate::capture::{InputFormat, Piece};
use crate::json::Pointer;

/// Which captures to read, and how.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = PERFORMANCE)]
pub(crate) struct Input {
    /// Captures to read: files, folders (.jsonl and .ndjson, also .gz and .zst), quoted patterns with
    /// * and **, or - for standard input. Compressed input is recognised by its content
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// How captures are divided into payloads
    #[arg(id = "input", long, value_name = "FORMAT", value_enum, default_value_t = InputFormat::Auto)]
    #[arg(help_heading = INPUT)]
    pub(crate) format: InputFormat,
    /// Where each line has its payload, as a JSON Pointer such as /data/event; a payload in a JSON
    /// string is unwrapped [default: `payload` under `input` in voxev.toml, or the whole line]
    #[arg(long, value_name = "POINTER", value_parser = Pointer::parse, help_heading = INPUT)]
    pub(crate) payload: Option<Pointer>,
    /// Where each line has the time of its event, as a JSON Pointer: RFC 3339, or seconds or
    /// milliseconds since 1970 [default: `time` under `input` in voxev.toml, or recordedAt]
    #[arg(long, value_name = "POINTER", value_parser = Pointer::parse, help_heading = INPUT)]
    pub(crate) time: Option<Pointer>,
    /// Read only the lines that begin in the bytes A to B of the one FILE, B excluded, so that
    /// several processes can share it; A- is from A to its end. Offsets are those in the file. Line
    /// numbers count from the first line read, and its name is shown as FILE#A-B
    #[arg(long, value_name = "A-B", value_parser = Piece::parse, help_heading = INPUT)]
    pub(crate) span: Option<Piece>,
    /// Number of worker threads [default: one per core]
    #[arg(short = 'j', long, value_name = "N")]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
    /// Longest line to check; a longer line is a finding. Units: KiB, MiB, GiB
    #[arg(long, value_name = "SIZE", default_value = "1MiB", value_parser = parse_size)]
    pub(crate) max_line_bytes: usize,
    /// Deepest nesting of arrays and objects to check; deeper nesting is a finding
    #[arg(long, value_name = "LEVELS", default_value_t = 128)]
    #[arg(value_parser = clap::value_parser!(u16).range(4..=1000))]
    pub(crate) max_depth: u16,
}

/// Which lines to select.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = SELECTION)]
pub(crate) struct Selectors {
    /// Select events of these types
    #[arg(short, long = "type", value_name = "TYPE", value_delimiter = ',')]
    #[arg(value_parser = Names(event_names), hide_possible_values = true)]
    pub(crate) types: Vec<String>,
    /// Select events of the call with exactly this callId; may be repeated
    #[arg(long = "call-id", value_name = "ID")]
    pub(crate) call_ids: Vec<String>,
    /// Select events of the calls listed in this file, one callId per line, in addition to
    /// --call-id; - for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) call_id_file: Option<PathBuf>,
    /// Accept event types in --type that the toolkit does not define
    #[arg(long)]
    pub(crate) any_type: bool,
}

/// Where output goes.
#[derive(Debug, Args)]
#[command(next_help_heading = OUTPUT)]
pub(crate) struct OutputArgs {
    /// Write to this file, atomically and on success only. Names that end in .gz or .zst are
    /// compressed
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write the lines that cannot be read or converted to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
}
