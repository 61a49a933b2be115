//! Which columns a table has: the documented ones of the selected events, or the requested ones.

use crate::contract::{Bundle, EventId};
use crate::error::Error;
use crate::output::{Column, EXTRA, LeftOut};
use crate::text::suggest::nearest;
use crate::text::visible;

/// The columns of a table of events of these `types`: those `asked` for, or all; and a record of the
/// properties that they leave out, if `extra` is not among them.
pub(super) fn columns(
    asked: &[String],
    types: &[String],
    bundle: &Bundle,
) -> Result<(Vec<Column>, Option<LeftOut>), Error> {
    let events =
        EventId::all().filter(|id| types.is_empty() || types.iter().any(|name| name == id.name()));
    let mut all = Column::of(events.map(|id| bundle.event(id)));
    if types.iter().all(|name| EventId::from_name(name).is_none()) && !types.is_empty() {
        // Foreign types only: what every event has, and the rest as extra.
        all = Column::of(EventId::all().take(1).map(|id| bundle.event(id)));
        all.retain(|column| matches!(column.name(), "type" | "callId" | EXTRA));
    }
    if asked.is_empty() {
        return Ok((all, None));
    }
    let columns: Vec<Column> =
        asked.iter().map(|name| column(name, &all)).collect::<Result<_, _>>()?;
    for (at, column) in columns.iter().enumerate() {
        if columns[..at].contains(column) {
            let name = column.name();
            return Err(Error::Usage(format!("--columns names {name:?} twice")));
        }
    }
    let left_out = (!columns.contains(&Column::Extra)).then(|| LeftOut::new(&columns, &all));
    Ok((columns, left_out))
}

fn column(name: &str, all: &[Column]) -> Result<Column, Error> {
    let bare = name.strip_prefix("detail.").unwrap_or(name);
    if let Some(column) = all.iter().find(|column| column.name() == bare) {
        return Ok(column.clone());
    }
    let advice = match nearest(bare, all.iter().map(Column::name)) {
        Some(alike) => format!("did you mean \"{alike}\"?"),
        None => {
            let names: Vec<&str> = all.iter().map(Column::name).collect();
            format!("expected one of {}", names.join(", "))
        }
    };
    Err(Error::Usage(format!("unknown column \"{}\" for these events: {advice}", visible(name))))
}
