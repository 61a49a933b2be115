//! Which bytes of a payload are somebody's: what the schemas annotate, and everything that they do
//! not document.

use std::ops::Range;

use super::keep::{Branch, Keep};
use crate::check::{RECORDED_AT, is_data_key, is_known_name, recorded_time};
use crate::contract::{Bundle, EventId, Position, Privacy};
use crate::json::{self, Kind, Node};

/// What is to be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum What {
    Identifier,
    Party,
    Name,
    Text,
    /// A time, which may be moved.
    Time,
    /// A string or number that no schema documents, or of a type that the schema does not have there.
    Undocumented,
    /// An undocumented key that is data itself.
    Key,
}

/// A token that is to be replaced: a string with its quotes, or a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) range: Range<usize>,
    pub(super) what: What,
}

/// Finds them by the contract's positions.
#[derive(Debug)]
pub(super) struct Finder {
    bundle: Bundle,
    /// Of each event.
    events: Vec<Position>,
    /// Of an event that is not known, which may have what any has.
    any: Position,
    keep: Keep,
}

impl Finder {
    /// By the newest contract. Says in an error what is wrong with the pointers of what is to be kept.
    pub(super) fn new(keep: &[String]) -> Result<Self, String> {
        let bundle = Bundle::newest();
        let events = EventId::all().map(|id| bundle.event(id).positions()).collect();
        let any = bundle.positions_of_any();
        let keep = Keep::new(keep, &any)?;
        Ok(Self { bundle, events, any, keep })
    }

    /// The spots of the payload `root` of `line`, in the line's order.
    pub(super) fn spots(&self, root: &Node, line: &[u8]) -> Vec<Spot> {
        let mut walk = Walk { finder: self, line, found: Vec::new() };
        let is_object = matches!(root.kind, Kind::Object(_));
        let position = self.payload(root, line).or(is_object.then_some(&self.any));
        walk.value(root, position, Some(self.keep.root()));
        walk.found
    }

    /// What is to be replaced in the property with this name, of whatever event.
    pub(super) fn what(&self, name: &str) -> Option<What> {
        let name = name.strip_prefix("detail.").unwrap_or(name);
        let mut found = EventId::all().zip(&self.events).filter_map(|(event, position)| {
            let property = self.bundle.event(event).property(name)?;
            let mut at = Some(position);
            for token in json::split(&property.pointer) {
                at = at?.member(&token);
            }
            at?.privacy
        });
        found.next().map(of_privacy)
    }

    /// The positions of a payload, if `node` is one.
    fn payload(&self, node: &Node, line: &[u8]) -> Option<&Position> {
        let name = node.get(line, "type")?.as_text(line)?;
        match EventId::from_name(&name) {
            Some(event) => self.events.get(event.index()),
            None => is_known_name(&name, &self.bundle).then_some(&self.any),
        }
    }
}

struct Walk<'a> {
    finder: &'a Finder,
    line: &'a [u8],
    found: Vec<Spot>,
}

impl<'a> Walk<'a> {
    /// `position` is what a schema says of the value; `keep`, which of what is in it stays.
    fn value(&mut self, node: &Node, position: Option<&'a Position>, keep: Option<&Branch>) {
        if keep.is_some_and(|keep| keep.is_kept) {
            return;
        }
        match &node.kind {
            Kind::Null | Kind::Bool(_) => {}
            Kind::Number => self.push(&node.span, of_number(position)),
            Kind::String => {
                let what = self.of_string(node, position);
                self.push(&node.span, what);
            }
            Kind::Array(items) => {
                let position = position.and_then(Position::item);
                for (item, index) in items.iter().zip(0_usize..) {
                    let keep = keep.and_then(|keep| keep.below(&index.to_string()));
                    self.value(item, position, keep);
                }
            }
            Kind::Object(members) => {
                let documents = |it: &&Position| it.members().next().is_some();
                // Events are found in whatever they are wrapped in.
                let payload = self.finder.payload(node, self.line);
                let position = position.filter(documents).or(payload);
                for member in members {
                    let key = json::decode_lossy(&self.line[member.key.clone()]);
                    let below = position.and_then(|position| position.member(&key));
                    let keep = keep.and_then(|keep| keep.below(&key));
                    if key == RECORDED_AT && payload.is_some() && self.is_time(&member.value) {
                        self.push(&member.value.span, Some(What::Time));
                        continue;
                    }
                    if below.is_none() && keep.is_none() && is_data_key(&key) {
                        self.push(&member.key, Some(What::Key));
                    }
                    self.value(&member.value, below, keep);
                }
            }
        }
    }

    fn is_time(&self, node: &Node) -> bool {
        recorded_time(&self.line[node.span.clone()]).is_some()
    }

    fn push(&mut self, range: &Range<usize>, what: Option<What>) {
        if let Some(what) = what {
            self.found.push(Spot { range: range.clone(), what });
        }
    }

    fn of_string(&self, node: &Node, position: Option<&Position>) -> Option<What> {
        let text = || node.as_text(self.line).unwrap_or_default();
        match position {
            Some(Position { privacy: Some(privacy), .. }) => Some(of_privacy(*privacy)),
            Some(position) if !position.values.is_empty() => {
                // In another case, it stays wrong in the same way.
                let is_listed = |it: &String| it.eq_ignore_ascii_case(&text());
                let is_kept = position.values.iter().any(is_listed)
                    || is_known_name(&text(), &self.finder.bundle);
                (!is_kept).then_some(What::Undocumented)
            }
            Some(_) => Some(What::Undocumented),
            None => (!is_known_name(&text(), &self.finder.bundle)).then_some(What::Undocumented),
        }
    }
}

fn of_privacy(privacy: Privacy) -> What {
    match privacy {
        Privacy::Pseudonymous => What::Identifier,
        Privacy::Party => What::Party,
        Privacy::Name => What::Name,
        Privacy::Text => What::Text,
    }
}

/// A number where a number is documented says nothing about anybody, unless the schema says so.
fn of_number(position: Option<&Position>) -> Option<What> {
    match position {
        Some(Position { privacy: Some(privacy), .. }) => Some(of_privacy(*privacy)),
        Some(position) if position.is_time => Some(What::Time),
        Some(position) if position.is_number => None,
        Some(_) | None => Some(What::Undocumented),
    }
}
