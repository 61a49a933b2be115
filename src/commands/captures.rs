//! Which captures a run reads, how it names them, and on how many threads.

use std::fs::Metadata;
use std::sync::Arc;

use super::contract::judge_by;
use super::terminal::Terminal;
use crate::capture::Source;
use crate::check::Judge;
use crate::cli::Input;
use crate::config::Config;
use crate::contract::{Bundle, Policy};
use crate::error::Error;
use crate::output::Naming;
use crate::pipeline::{Capture, Watched, complain};

pub(super) fn captures(
    input: &Input,
    terminal: &Terminal,
) -> Result<Vec<Result<Source, Error>>, Error> {
    if !input.files.is_empty() {
        return Source::find(&input.files);
    }
    if terminal.is_stdin_typed {
        return Err(Error::Usage(
            "no capture: name a file or a folder, or pipe a capture in (see --help)".into(),
        ));
    }
    Ok(vec![Ok(Source::Stdin)])
}

/// What `validate` reads: the configuration's captures where none is named. That holds in a
/// pipeline too, where standard input is often an empty pipe: checking that would always pass.
pub(super) fn validated(
    input: &Input,
    config: &Config,
    quiet: u8,
    terminal: &Terminal,
) -> Result<Vec<Result<Source, Error>>, Error> {
    let (Some(path), true) = (&config.path, input.files.is_empty()) else {
        return captures(input, terminal);
    };
    if config.document.files.is_empty() {
        return captures(input, terminal);
    }
    if quiet == 0 && !terminal.is_stdin_typed {
        complain(&format!(
            "reading the files of {}; `voxev validate -` reads standard input",
            path.display()
        ));
    }
    Source::find_below(config.folder(), &config.document.files)
        .map_err(|error| Error::Usage(format!("{}: {error}", path.display())))
}

/// Bytes to be read where they are known, if there is a terminal to show progress on.
pub(super) fn watched(captures: &[Result<Source, Error>], terminal: &Terminal) -> Watched {
    if !terminal.shows_progress {
        return Watched::No;
    }
    let size = |source: &Source| match source {
        Source::Stdin => None,
        Source::File(path) => path.metadata().ok().filter(Metadata::is_file).map(|it| it.len()),
    };
    Watched::Yes(captures.iter().flatten().map(size).sum())
}

pub(super) fn naming(input: &Input, captures: &[Result<Source, Error>]) -> Naming {
    let several = captures.len() > 1 || input.files.iter().any(|path| path.is_dir());
    if several { Naming::Named } else { Naming::Needless }
}

pub(super) fn threads(input: &Input) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    input.threads.map_or_else(cores, usize::from)
}

/// Captures by the newest contract, in which no configuration has a say.
pub(super) fn unconfigured(
    sources: Vec<Result<Source, Error>>,
    input: &Input,
) -> (Vec<Result<Arc<Capture>, Error>>, Arc<Judge>) {
    let validator = Arc::new(judge_by(Bundle::newest(), Policy::default(), input));
    let capture = |source| Arc::new(Capture::new(source, Arc::clone(&validator)));
    let captures = sources.into_iter().map(|source| source.map(capture)).collect();
    (captures, validator)
}
