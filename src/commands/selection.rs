//! The selection of lines by event type and call, which most commands share.

use super::call_ids::call_ids;
use crate::capture::Source;
use crate::check::unknown_event;
use crate::cli::Selectors;
use crate::contract::{Bundle, EventId};
use crate::error::Error;
use crate::select::{Beginnings, Selection, Types};

/// The selection that `selectors` mean where these `captures` are read.
pub(super) fn selection(
    selectors: &Selectors,
    bundle: &Bundle,
    captures: &[Result<Source, Error>],
) -> Result<Selection, Error> {
    for name in &selectors.types {
        if !selectors.any_type && EventId::from_name(name).is_none() {
            return Err(Error::Usage(unknown_event(
                name,
                bundle,
                "use --any-type to select any name",
            )));
        }
    }
    Ok(Selection {
        types: Types::new(&selectors.types),
        call_ids: call_ids(selectors, captures)?,
        beginnings: Beginnings::new(&selectors.call_ids, false),
        ..Selection::default()
    })
}
