//! What makes voxev at home in a shell: completions and man pages.
//!
//! Completions are asked of voxev itself while somebody types (`clap_complete`'s engine), so that
//! every shell knows event types, rules and formats: scripts written ahead of time know them only
//! in bash, zsh and fish.

use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use clap_complete::env::{CompleteEnv, Shells};

use crate::cli::{Cli, shells};
use crate::error::Error;

/// The variable with which a shell asks for completions.
const VARIABLE: &str = "VOXEV_COMPLETE";

/// Answers a shell that asks for completions; false where nobody asked.
pub(crate) fn completed() -> bool {
    let here = std::env::current_dir().ok();
    let asked = CompleteEnv::with_factory(Cli::command).var(VARIABLE).bin("voxev");
    asked.try_complete(std::env::args_os(), here.as_deref()).unwrap_or(false)
}

/// The script that a shell reads to complete voxev's command lines.
pub(crate) fn completions(shell: &str) -> Result<String, Error> {
    let known = Shells::builtins();
    let Some(completer) = known.completer(shell) else {
        return Err(Error::Usage(format!(
            "no completions for {shell:?}: there are {}",
            shells().join(", ")
        )));
    };
    let mut script = Vec::new();
    // Writing to memory cannot fail.
    let _ = completer.write_registration(VARIABLE, "voxev", "voxev", "voxev", &mut script);
    Ok(String::from_utf8_lossy(&script).into_owned())
}

/// Writes a man page for voxev and each of its commands into `folder`; the pages' names.
pub(crate) fn man(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    std::fs::create_dir_all(folder).map_err(|source| cannot_write(folder, source))?;
    let mut root = Cli::command();
    root.build();
    let mut pages = Vec::new();
    let commands = root.get_subcommands().filter(|it| it.get_name() != "help").cloned();
    let commands: Vec<clap::Command> = commands.collect();
    for command in std::iter::once(root).chain(commands) {
        let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
        let path = folder.join(format!("{name}.1"));
        let mut page = Vec::new();
        // Writing to memory cannot fail. Dates would make the pages differ from day to day.
        let _ = clap_mangen::Man::new(command.display_name(name)).date("").render(&mut page);
        std::fs::write(&path, page).map_err(|source| cannot_write(&path, source))?;
        pages.push(path);
    }
    Ok(pages)
}

fn cannot_write(path: &Path, source: std::io::Error) -> Error {
    Error::Write { target: path.to_string_lossy().into_owned(), source }
}
