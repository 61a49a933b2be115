//! Commands that only print what voxev knows: the contract, the rules, and itself for shells.

use std::path::PathBuf;

use clap::Args;
use clap_complete::engine::ArgValueCandidates;

use super::complete;
use super::value::{Names, event_names, parse_api, topics};

pub(super) const SCHEMA_EXAMPLES: &str = "\
Examples:
  voxev schema                               the events
  voxev schema audiostats > audiostats.schema.json
  voxev schema --strict --api 64 flagraise
  voxev schema --all > any-event.schema.json
  voxev schema --config                      what voxev.toml can say";

/// `voxev schema`.
#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// The event whose schema to print
    #[arg(value_name = "EVENT", value_parser = Names(event_names), hide_possible_values = true)]
    pub(crate) event: Option<String>,
    /// Print one schema that accepts any event
    #[arg(long, conflicts_with = "event")]
    pub(crate) all: bool,
    /// Print the schema of voxev.toml
    #[arg(long, conflicts_with_all = ["event", "all", "strict", "api"])]
    pub(crate) config: bool,
    /// Print the contract of --strict: documented properties and values only
    #[arg(long)]
    pub(crate) strict: bool,
    /// Print the contract of this API version [default: the newest]
    #[arg(long, value_name = "VERSION", value_parser = parse_api)]
    #[arg(add = ArgValueCandidates::new(complete::api_versions))]
    pub(crate) api: Option<u64>,
}

pub(super) const EXPLAIN_EXAMPLES: &str = "\
Examples:
  voxev explain transcript
  voxev explain connector-shape
  voxev explain                              all events and rules";

/// `voxev explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// An event or a rule
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

The script asks the voxev that is on the PATH, so it never goes stale.";

/// `voxev completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_parser = clap::builder::PossibleValuesParser::new(complete::shells()))]
    pub(crate) shell: String,
}

pub(super) const MAN_EXAMPLES: &str = "\
Examples:
  voxev man ~/.local/share/man/man1          then: man voxev-validate";

/// `voxev man`.
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The folder, which is made if there is none
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}
