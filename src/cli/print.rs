//! Commands that print built-in information: the contract, the rules, completions and man pages.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use clap_complete::engine::ArgValueCandidates;

use super::complete;
use super::value::{Names, event_names, parse_api, topics};

pub(super) const SCHEMA_EXAMPLES: &str = "\
Examples:
  voxev schema                               list the events
  voxev schema audiostats > audiostats.schema.json
  voxev schema --strict --api 64 flagraise
  voxev schema --all > any-event.schema.json
  voxev schema --format typescript > toolkit.d.ts
  voxev schema --config                      the schema of voxev.toml";

/// `voxev schema`.
#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// Event whose schema to print; several with --format typescript
    #[arg(value_name = "EVENT", value_parser = Names(event_names), hide_possible_values = true)]
    pub(crate) events: Vec<String>,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = SchemaFormat::Json)]
    pub(crate) format: SchemaFormat,
    /// Print one schema that accepts any event
    #[arg(long, conflicts_with = "events")]
    pub(crate) all: bool,
    /// Print the schema of voxev.toml
    #[arg(long, conflicts_with_all = ["events", "all", "strict", "api", "format"])]
    pub(crate) config: bool,
    /// Accept documented properties and values only, as `validate --strict` does
    #[arg(long)]
    pub(crate) strict: bool,
    /// Print the schema of this API version [default: the newest]
    #[arg(long, value_name = "VERSION", value_parser = parse_api)]
    #[arg(add = ArgValueCandidates::new(complete::api_versions))]
    pub(crate) api: Option<u64>,
}

/// Formats of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaFormat {
    /// JSON Schema 2020-12
    Json,
    /// TypeScript declarations of the events named, or of all
    Typescript,
}

pub(super) const REPLAY_MODULE_EXAMPLES: &str = "\
Examples:
  voxev replay-module > replay.mjs
  voxev replay-module --format types > replay.d.mts
  voxev replay-module --format cjs > replay.cjs

The npm package voxev has this module as voxev/replay.";

/// `voxev replay-module`.
#[derive(Debug, Args)]
pub(crate) struct ReplayModuleArgs {
    /// Format of the module
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ReplayFormat::Esm)]
    pub(crate) format: ReplayFormat,
}

/// What `voxev replay-module` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReplayFormat {
    /// Module for `import`, for browsers and for Lightning web components
    Esm,
    /// Module for `require`
    Cjs,
    /// TypeScript declarations of either
    Types,
}

pub(super) const EXPLAIN_EXAMPLES: &str = "\
Examples:
  voxev explain transcript
  voxev explain connector-shape
  voxev explain                              list all events and rules";

/// `voxev explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Event or rule to explain [default: list all]
    #[arg(value_name = "EVENT|RULE", value_parser = Names(topics), hide_possible_values = true)]
    pub(crate) topic: Option<String>,
    /// Explain the contract of this API version [default: the newest]
    #[arg(long, value_name = "VERSION", value_parser = parse_api)]
    #[arg(add = ArgValueCandidates::new(complete::api_versions))]
    pub(crate) api: Option<u64>,
}

pub(super) const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  source <(voxev completions bash)                              in ~/.bashrc
  source <(voxev completions zsh)                               in ~/.zshrc
  voxev completions fish | source                               in ~/.config/fish/config.fish
  voxev completions powershell | Out-String | Invoke-Expression in $PROFILE
  eval (voxev completions elvish | slurp)                       in ~/.config/elvish/rc.elv

The script calls the voxev that is on the PATH, so it needs no update when voxev changes.";

/// `voxev completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// Shell to print the script for
    #[arg(value_name = "SHELL", value_parser = clap::builder::PossibleValuesParser::new(complete::shells()))]
    pub(crate) shell: String,
}

pub(super) const MAN_EXAMPLES: &str = "\
Examples:
  voxev man ~/.local/share/man/man1          then read: man voxev-validate";

/// `voxev man`.
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// Folder to write to; created if it does not exist
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}
