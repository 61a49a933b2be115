//! Commands that write what nobody has yet: `voxev generate` a synthetic capture, `voxev recorder` a
//! component that records one.

use std::path::PathBuf;

use clap::Args;
use clap_complete::engine::ArgValueCandidates;

use super::value::{parse_amount, parse_api};
use super::{OUTPUT, complete};

pub(super) const EXAMPLES: &str = "\
Examples:
  voxev generate > calls.jsonl               ten calls
  voxev generate --size 1GiB -o large.jsonl
  voxev generate --calls 500 --mix transcript=30,note=1 -o talkative.jsonl
  voxev generate --faults 0.001 -o odd.jsonl   odd.jsonl.faults.jsonl lists the injected faults

Calls overlap as they do in a contact centre. With --calls, every call ends, and from 200 calls on
each event's share is within 0.3 percentage points of --mix. With --size, the capture stops at the
end of the line that reaches the size, and calls may stay open.
The same options and seed always write the same bytes.

Exit codes: 0 success; 2 could not run.";

/// `voxev generate`.
#[derive(Debug, Args)]
pub(crate) struct GenerateArgs {
    /// Number of calls [default: 10]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) calls: Option<u64>,
    /// Size of the capture instead of a number of calls, rounded up to a whole line. Units: KiB, MiB,
    /// GiB
    #[arg(long, value_name = "SIZE", value_parser = parse_amount, conflicts_with = "calls")]
    pub(crate) size: Option<u64>,
    /// Random seed
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Percentage of lines for each event type. Types that are not named share the rest in their
    /// usual proportions [default: audiostats=96, ...]
    #[arg(long, value_name = "EVENT=PERCENT", value_delimiter = ',')]
    #[arg(add = ArgValueCandidates::new(complete::shares))]
    pub(crate) mix: Vec<String>,
    /// Inject one fault into this share of the lines: 0.001 is one line in a thousand
    #[arg(long, value_name = "RATE", default_value = "0")]
    pub(crate) faults: String,
    /// Write the list of injected faults to this file [default: FILE.faults.jsonl]
    #[arg(long, value_name = "FILE", requires = "faults", help_heading = OUTPUT)]
    pub(crate) sidecar: Option<PathBuf>,
    /// Follow the contract of this API version [default: the newest]
    #[arg(long, value_name = "VERSION", value_parser = parse_api)]
    #[arg(add = ArgValueCandidates::new(complete::api_versions))]
    pub(crate) api: Option<u64>,
    /// Write to this file, atomically and on success only
    #[arg(short, long, value_name = "FILE", help_heading = OUTPUT)]
    pub(crate) output: Option<PathBuf>,
}

pub(super) const RECORDER_EXAMPLES: &str = "\
Examples:
  voxev recorder
  sf project deploy start --source-dir force-app/main/default/lwc/voxevRecorder
  voxev recorder --out my-app/main/default/lwc

The bundle records all events that voxev knows, one JSON object per line. On the page, it counts
them and offers them for download.

Exit codes: 0 written; 2 could not write.";

/// `voxev recorder`.
#[derive(Debug, Args)]
pub(crate) struct RecorderArgs {
    /// Folder in which to create the folder voxevRecorder [default: force-app/main/default/lwc if it
    /// exists, or else this folder]
    #[arg(long, value_name = "DIR", help_heading = OUTPUT)]
    pub(crate) out: Option<PathBuf>,
    /// Overwrite existing files
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) force: bool,
}
