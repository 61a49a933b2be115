//! By what contract a command judges, and how much each rule matters: options of `validate`,
//! `filter` and `stats`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::engine::ArgValueCandidates;

use super::complete;
use super::value::parse_api;
use crate::contract::Rule;

/// By what contract, and how much each rule matters.
#[derive(Debug, Clone, Args)]
pub(crate) struct ContractArgs {
    /// Check against the contract of this API version [default: the newest]
    #[arg(long, value_name = "VERSION", value_parser = parse_api)]
    #[arg(add = ArgValueCandidates::new(complete::api_versions))]
    pub(crate) api: Option<u64>,
    /// Make every rule an error: documented properties and values only
    #[arg(long, overrides_with = "no_strict")]
    pub(crate) strict: bool,
    /// Give rules their usual severities, whatever voxev.toml says
    #[arg(long, overrides_with = "strict")]
    pub(crate) no_strict: bool,
    /// Read this configuration [default: the nearest voxev.toml, here or above]
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,
    /// Read no configuration
    #[arg(long)]
    pub(crate) no_config: bool,
    /// Make findings of this rule errors
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    #[arg(value_enum, hide_possible_values = true)]
    pub(crate) deny: Vec<Rule>,
    /// Make findings of this rule warnings
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    #[arg(value_enum, hide_possible_values = true)]
    pub(crate) warn: Vec<Rule>,
    /// Count findings of this rule, but do not show them
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    #[arg(value_enum, hide_possible_values = true)]
    pub(crate) allow: Vec<Rule>,
}
