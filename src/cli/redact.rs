//! `voxev redact`: what is replaced, under which key, and what stays.

use std::path::PathBuf;

use clap::Args;

use super::{Input, OutputArgs, REDACTION, Selectors};

pub(super) const EXAMPLES: &str = "\
Examples:
  voxev redact capture.jsonl -o shared.jsonl
  openssl rand -hex 32 > redact.key
  voxev redact --key-file redact.key -o shared.jsonl monday.jsonl tuesday.jsonl
  voxev redact --key-file redact.key --call-id d7a9f1b7-fc17-43fe-8ca7-e584a2b34792 capture.jsonl
  voxev redact --keep /detail/callAttributes/voiceMail,/ts capture.jsonl
  voxev redact --key-file redact.key --find 07cf51b0-8a3e-4d21-9c46-2b8d7f10e9a3 capture.jsonl

Phone numbers, names, texts and identifiers are replaced by made-up ones, and so is every value that
the contract does not document. The same value always gets the same replacement, so the findings of
`validate` and the figures of `stats` stay the same.

Exit codes: 0 all lines redacted, or an original found; 1 some lines were left out, or no original
found; 2 a file could not be read or written.";

/// `voxev redact`.
#[derive(Debug, Args)]
pub(crate) struct RedactArgs {
    #[command(flatten)]
    pub(crate) selectors: Selectors,
    /// Derive replacements from the key in this file (32 bytes or more), so that other runs give the
    /// same ones [default: a random key for this run]
    #[arg(long, value_name = "FILE", help_heading = REDACTION)]
    pub(crate) key_file: Option<PathBuf>,
    /// Keep the undocumented value at this JSON Pointer, and what is in it; may be repeated
    #[arg(long, value_name = "POINTER", value_delimiter = ',', help_heading = REDACTION)]
    pub(crate) keep: Vec<String>,
    /// Move all documented timestamps into the past, by one to ten years that follow from the key
    #[arg(long, help_heading = REDACTION)]
    pub(crate) shift_times: bool,
    /// Print the original of this replacement, as found in the captures given
    #[arg(long, value_name = "ID", requires = "key_file", help_heading = REDACTION)]
    #[arg(conflicts_with_all = ["output", "rejects", "shift_times"])]
    pub(crate) find: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) input: Input,
}
