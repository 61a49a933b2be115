//! Which calls a command selects: those on the command line and those in a list.

use crate::capture::Source;
use crate::cli::Selectors;
use crate::error::Error;
use crate::select::{NameSet, read_list};

/// The calls that `selectors` name; `None` if they name none, which means all. Standard input can be
/// the list only if it is not one of the `captures`.
pub(super) fn call_ids(
    selectors: &Selectors,
    captures: &[Result<Source, Error>],
) -> Result<Option<NameSet>, Error> {
    let Some(path) = &selectors.call_id_file else {
        let ids = &selectors.call_ids;
        return Ok((!ids.is_empty()).then(|| ids.iter().collect()));
    };
    let is_stdin = |source: &Source| *source == Source::Stdin;
    if path.as_os_str() == "-" && captures.iter().flatten().any(is_stdin) {
        return Err(Error::Usage(
            "standard input cannot be both a capture and the list of --call-id-file: name a file \
             for one of them"
                .into(),
        ));
    }
    let mut all = read_list(path)?;
    all.extend(&selectors.call_ids);
    Ok(Some(all))
}
