//! Options that all commands that read captures share: which captures, which lines, where to.

use std::path::PathBuf;

use clap::Args;

use super::value::{Names, event_names, parse_size};

/// Where captures come from.
#[derive(Debug, Clone, Args)]
pub(crate) struct Input {
    /// Captures: files, folders (the .jsonl and .ndjson files below, also with .gz or .zst after
    /// it), quoted patterns with * and **, or - for standard input. gzip and zstd are known by
    /// content and decompressed
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Work on this many threads [default: one for each core]
    #[arg(short = 'j', long, value_name = "N")]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
    /// Longest line to look into; longer ones are a finding. Units: KiB, MiB, GiB
    #[arg(long, value_name = "SIZE", default_value = "1MiB", value_parser = parse_size)]
    pub(crate) max_line_bytes: usize,
    /// Deepest nesting of arrays and objects to look into
    #[arg(long, value_name = "LEVELS", default_value_t = 128)]
    #[arg(value_parser = clap::value_parser!(u16).range(4..=1000))]
    pub(crate) max_depth: u16,
}

/// Which lines.
#[derive(Debug, Clone, Args)]
pub(crate) struct Selectors {
    /// Only events of these types
    #[arg(short, long = "type", value_name = "TYPE", value_delimiter = ',')]
    #[arg(value_parser = Names(event_names), hide_possible_values = true)]
    pub(crate) types: Vec<String>,
    /// Only events of the call with this identifier, taken as it stands; may be repeated
    #[arg(long = "call-id", value_name = "ID")]
    pub(crate) call_ids: Vec<String>,
    /// Only events of the calls that this file lists, one identifier per line, and of those given
    /// by --call-id; - for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) call_id_file: Option<PathBuf>,
    /// Let --type name events that are not the toolkit's
    #[arg(long)]
    pub(crate) any_type: bool,
}

/// Where output goes.
#[derive(Debug, Args)]
pub(crate) struct OutputArgs {
    /// Write to this file, which is replaced only when all has gone well. Names that end in .gz or
    /// .zst are compressed
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Keep lines that cannot be read or converted in this file
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
}
