//! `voxev generate`: the command that makes a capture up.

use std::path::PathBuf;

use clap::Args;
use clap_complete::engine::ArgValueCandidates;

use super::complete;
use super::value::{parse_amount, parse_api};

pub(super) const EXAMPLES: &str = "\
Examples:
  voxev generate > calls.jsonl               ten calls
  voxev generate --size 1GiB -o large.jsonl
  voxev generate --calls 500 --mix transcript=30,note=1 -o talkative.jsonl
  voxev generate --faults 0.001 -o odd.jsonl   odd.jsonl.faults.jsonl says which lines are wrong

Calls follow each other as they do in a contact centre, several at a time. With --calls every call
comes to its end and each event's share is within 0.3 points of --mix from 200 calls on; --size cuts
the capture off at the first line's end from there on, and calls that are open stay open.
Exit codes: 0 done; 2 trouble.";

/// `voxev generate`.
#[derive(Debug, Args)]
pub(crate) struct GenerateArgs {
    /// How many calls [default: 10]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) calls: Option<u64>,
    /// How many bytes instead; whole lines, so up to a line more. Units: KiB, MiB, GiB
    #[arg(long, value_name = "SIZE", value_parser = parse_amount, conflicts_with = "calls")]
    pub(crate) size: Option<u64>,
    /// What all that looks random follows from
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Percent of the lines that events have; those not named share the rest as is usual among
    /// them [default: audiostats=96, ...]
    #[arg(long, value_name = "EVENT=PERCENT", value_delimiter = ',')]
    #[arg(add = ArgValueCandidates::new(complete::shares))]
    pub(crate) mix: Vec<String>,
    /// Break this share of the lines, each in one way: 0.001 is one in a thousand
    #[arg(long, value_name = "RATE", default_value = "0")]
    pub(crate) faults: String,
    /// Say in this file which line breaks which rule [default: FILE.faults.jsonl]
    #[arg(long, value_name = "FILE", requires = "faults")]
    pub(crate) sidecar: Option<PathBuf>,
    /// Follow the contract of this API version [default: the newest]
    #[arg(long, value_name = "VERSION", value_parser = parse_api)]
    #[arg(add = ArgValueCandidates::new(complete::api_versions))]
    pub(crate) api: Option<u64>,
    /// Write to this file, which is replaced only when all has gone well
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}
