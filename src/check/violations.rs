//! What a payload violates of its event's contract, as it is and with a key renamed. Cold.

use serde_json::Value;

use crate::contract::{Broken, Event, MOST_VIOLATIONS, Mode, Violation};

/// The modes, and the violations of each.
type OfModes = [(Mode, Vec<Violation>); 2];

/// A payload, and its violations of the default and of the strict contract.
pub(super) struct Violations<'a> {
    event: &'a Event,
    value: Value,
    of_modes: OfModes,
}

impl<'a> Violations<'a> {
    pub(super) fn new(event: &'a Event, value: Value) -> Self {
        let of_modes = [Mode::Default, Mode::Strict].map(|it| (it, event.violations(it, &value)));
        Self { event, value, of_modes }
    }

    /// The modes, the default one first, and the violations of each.
    pub(super) fn of_modes(&self) -> &OfModes {
        &self.of_modes
    }

    /// Whether there may be more violations.
    pub(super) fn is_cut(&self) -> bool {
        self.of_modes.iter().any(|(_, violations)| violations.len() == MOST_VIOLATIONS)
    }

    /// Whether each violation would be one of these, too, if the object at the JSON Pointer `object`
    /// had the member `key` under `name`, which it does not have.
    pub(super) fn gain_none_by_renaming(&mut self, object: &str, key: &str, name: &str) -> bool {
        if self.is_cut() || !rename(&mut self.value, object, key, name) {
            return false;
        }
        let (event, value) = (self.event, &self.value);
        let is_kept = self.of_modes.iter().all(|(mode, known)| {
            event.violations(*mode, value).iter().all(|it| is_among(it, known))
        });
        rename(&mut self.value, object, name, key);
        is_kept
    }
}

/// Whether that was possible.
fn rename(value: &mut Value, object: &str, key: &str, name: &str) -> bool {
    let Some(Value::Object(members)) = value.pointer_mut(object) else { return false };
    if members.contains_key(name) {
        return false;
    }
    let member = members.swap_remove(key);
    member.is_some_and(|member| members.insert(name.to_owned(), member).is_none())
}

/// Whether `violation` is one of `known`, or a part of one.
fn is_among(violation: &Violation, known: &[Violation]) -> bool {
    known.iter().any(|it| match (&violation.broken, &it.broken) {
        (Broken::Undocumented(names), Broken::Undocumented(known)) => {
            let place = (&violation.pointer, &violation.schema);
            place == (&it.pointer, &it.schema) && are_among(names, known)
        }
        _ => it == violation,
    })
}

/// Whether all `names` are `known`. A hostile object has a hundred thousand.
fn are_among(names: &[String], known: &[String]) -> bool {
    let known: foldhash::HashSet<&String> = known.iter().collect();
    names.iter().all(|name| known.contains(name))
}
