//! Which lines a command is about, as far as all commands are asked in the same way.

use crate::check::unknown_event;
use crate::cli::Selectors;
use crate::contract::{Bundle, EventId};
use crate::error::Error;
use crate::select::Selection;

/// The selection of `--type` and `--call-id`.
pub(super) fn selection(selectors: &Selectors, bundle: &Bundle) -> Result<Selection, Error> {
    for name in &selectors.types {
        if !selectors.any_type && EventId::from_name(name).is_none() {
            return Err(Error::Usage(unknown_event(
                name,
                bundle,
                "--any-type filters by any name",
            )));
        }
    }
    Ok(Selection {
        types: selectors.types.clone(),
        call_ids: selectors.call_ids.clone(),
        ..Selection::default()
    })
}
