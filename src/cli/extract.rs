//! `voxev extract`: the command that turns any text into a capture.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::value::parse_size;
use super::{OUTPUT, PERFORMANCE};

pub(super) const EXAMPLES: &str = "\
Examples:
  voxev extract console.log -o capture.jsonl   a browser console's \"Save as...\"
  voxev extract --rejects rest.log app.log > capture.jsonl
  kubectl logs voice | voxev extract | voxev validate
  voxev extract --format json logs/*.log 2> account.json > capture.jsonl

Finds payloads in console logs, application logs, JSON arrays, wrappers, strings, CSV and HAR exports,
and text copied from the documentation, and writes one payload per line. Removes wrapping, restores
event names, and repairs syntax. Values are never changed: check them with `voxev validate`.
Standard error says what became of every line.

Exit codes: 0 success; 1 lines that name an event were lost, or there was no payload; 2 a file could
not be read or written.";

/// `voxev extract`.
#[derive(Debug, Args)]
pub(crate) struct ExtractArgs {
    /// Files to read: any text, also compressed with gzip or zstd; folders (.jsonl and .ndjson), quoted
    /// patterns with * and **, or - for standard input
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Write to this file, atomically and on success only. Names that end in .gz or .zst are
    /// compressed
    #[arg(short, long, value_name = "FILE", help_heading = OUTPUT)]
    pub(crate) output: Option<PathBuf>,
    /// Write the lines that no payload was taken from to this file
    #[arg(long, value_name = "FILE", help_heading = OUTPUT)]
    pub(crate) rejects: Option<PathBuf>,
    /// Format of the account on standard error
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value = "text")]
    #[arg(help_heading = OUTPUT)]
    pub(crate) format: AccountFormat,
    /// Longest payload to look for. Units: KiB, MiB, GiB
    #[arg(long, value_name = "SIZE", default_value = "1MiB", value_parser = parse_size)]
    #[arg(help_heading = PERFORMANCE)]
    pub(crate) max_payload_bytes: usize,
}

/// Formats of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AccountFormat {
    /// For people
    Text,
    /// One JSON object
    Json,
}
