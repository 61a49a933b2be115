//! The contract that lines are checked against, and the severity of each rule: options of
//! `validate`, `filter`, `stats` and `shrink`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::engine::ArgValueCandidates;

use super::value::parse_api;
use super::{CONTRACT, complete};
use crate::contract::Rule;

/// Which contract, and the severity of each rule.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = CONTRACT)]
pub(crate) struct ContractArgs {
    /// Check against the contract of this API version [default: the newest]
    #[arg(long, value_name = "VERSION", value_parser = parse_api)]
    #[arg(add = ArgValueCandidates::new(complete::api_versions))]
    pub(crate) api: Option<u64>,
    /// Make every rule an error; only documented properties and values pass
    #[arg(long, overrides_with = "no_strict")]
    pub(crate) strict: bool,
    /// Use the default severities, even if voxev.toml sets `strict`
    #[arg(long, overrides_with = "strict")]
    pub(crate) no_strict: bool,
    /// Read this configuration file [default: voxev.toml in this folder or the nearest one above]
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,
    /// Ignore voxev.toml
    #[arg(long)]
    pub(crate) no_config: bool,
    /// Report findings of this rule as errors
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    #[arg(value_enum, hide_possible_values = true)]
    pub(crate) deny: Vec<Rule>,
    /// Report findings of this rule as warnings
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    #[arg(value_enum, hide_possible_values = true)]
    pub(crate) warn: Vec<Rule>,
    /// Count findings of this rule without showing them
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    #[arg(value_enum, hide_possible_values = true)]
    pub(crate) allow: Vec<Rule>,
}
