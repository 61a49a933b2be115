//! Who is on a call, and who of them waits.

use std::sync::Arc;

use super::line::{CallLine, RememberedLine, Toggle};

/// The parties of a call but the rep, as far as its lines name them.
#[derive(Debug, Default)]
pub(super) struct Parties {
    /// At most [`MOST`], by the hashes of their names.
    known: Vec<Party>,
    /// Whether those who are not known are on hold.
    others: Toggle,
}

#[derive(Debug)]
struct Party {
    name: u64,
    /// Whether they are on the line; unknown for whoever was only put on hold, or taken off the
    /// call without having joined, as where adding somebody has failed.
    present: Toggle,
    held: Toggle,
}

/// Parties of a call that are told apart: conferences are of six at most.
const MOST: usize = 8;

impl Parties {
    /// The parties of a call that begins at `mark`: nobody is on hold.
    pub(super) fn at_the_start(mark: &Arc<RememberedLine>) -> Self {
        Self { known: Vec::new(), others: Toggle::Off(Arc::clone(mark)) }
    }

    /// Whether the participant of `seen` is on hold.
    pub(super) fn hold_of(&self, seen: &CallLine<'_>) -> Option<&Toggle> {
        Some(self.find(seen.participant()?).map_or(&self.others, |party| &party.held))
    }

    /// The line with which the participant of `seen` left, after having been on the line.
    pub(super) fn left(&self, seen: &CallLine<'_>) -> Option<&Arc<RememberedLine>> {
        self.find(seen.participant()?)?.present.off()
    }

    /// The line since which nobody can be heard: somebody is on hold, and nobody else is known to
    /// have joined.
    pub(super) fn silence(&self) -> Option<&Arc<RememberedLine>> {
        let is_free = |it: &&Party| it.present.on().is_some() && it.held.on().is_none();
        if self.known.iter().any(|party| is_free(&party)) {
            return None;
        }
        self.known.iter().find_map(|party| party.held.on())
    }

    /// The participant of `seen` is on the line from here on.
    pub(super) fn meet(&mut self, seen: &CallLine<'_>) {
        let Some(party) = self.entry(seen) else { return };
        if party.present.on().is_none() {
            let mark = seen.remember();
            party.held = Toggle::Off(Arc::clone(&mark));
            party.present = Toggle::On(mark);
        }
    }

    /// The participant of `seen` is gone from here on, if they were there.
    pub(super) fn leave(&mut self, seen: &CallLine<'_>) {
        let Some(party) = self.entry(seen) else { return };
        party.held = Toggle::Unknown;
        if party.present != Toggle::Unknown {
            party.present = Toggle::Off(seen.remember());
        }
    }

    /// The participant of `seen` is put on hold or taken off it.
    pub(super) fn hold(&mut self, seen: &CallLine<'_>) {
        let Some(party) = self.entry(seen) else { return };
        let mark = seen.remember();
        party.held = if seen.name() == "hold" { Toggle::On(mark) } else { Toggle::Off(mark) };
    }

    /// Nobody can tell whether the participant of `seen` is on hold.
    pub(super) fn doubt_about(&mut self, seen: &CallLine<'_>) {
        if let Some(party) = self.entry(seen) {
            party.held = Toggle::Unknown;
        }
    }

    /// Nobody is on hold from here on.
    pub(super) fn resume_all(&mut self, seen: &CallLine<'_>) {
        self.set_all(&Toggle::Off(seen.remember()));
    }

    /// The two other parties change places. Where these are not two, of whom one waits, nobody can
    /// tell who waits now.
    pub(super) fn swap(&mut self, seen: &CallLine<'_>) {
        let present = self.known.iter_mut().filter(|party| party.present.on().is_some());
        let mut present: Vec<&mut Party> = present.collect();
        if let [one, other] = present.as_mut_slice()
            && let (Toggle::On(_), Toggle::Off(_)) | (Toggle::Off(_), Toggle::On(_)) =
                (&one.held, &other.held)
        {
            let mark = seen.remember();
            for party in [one, other] {
                let mark = Arc::clone(&mark);
                party.held = match party.held {
                    Toggle::On(_) => Toggle::Off(mark),
                    Toggle::Off(_) | Toggle::Unknown => Toggle::On(mark),
                };
            }
            return;
        }
        self.doubt();
    }

    /// Nobody can tell who is on hold.
    pub(super) fn doubt(&mut self) {
        self.set_all(&Toggle::Unknown);
    }

    fn set_all(&mut self, held: &Toggle) {
        self.others = held.clone();
        for party in &mut self.known {
            party.held = held.clone();
        }
    }

    fn find(&self, name: u64) -> Option<&Party> {
        self.known.iter().find(|party| party.name == name)
    }

    fn entry(&mut self, seen: &CallLine<'_>) -> Option<&mut Party> {
        let name = seen.participant()?;
        let at = self.known.iter().position(|party| party.name == name).unwrap_or_else(|| {
            if self.known.len() >= MOST {
                // Whoever is forgotten is one of the others, of whom nothing is known then.
                self.known.remove(0);
                self.others = Toggle::Unknown;
            }
            let held = self.others.clone();
            self.known.push(Party { name, present: Toggle::Unknown, held });
            self.known.len() - 1
        });
        self.known.get_mut(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::{Observation, What};
    use crate::contract::EventId;

    #[test]
    fn of_a_party_too_many_nothing_is_known() {
        let line = |name: &str, participant| Observation {
            call: Some(0),
            number: participant,
            offset: 0,
            event: EventId::from_name(name).expect("it is an event"),
            hash: participant,
            is_more: false,
            what: What::Party { participant, is_outbound: None, is_added: false },
            raw: (0, 0),
            next: u32::MAX,
        };
        let mut parties = Parties::default();
        for participant in 0..100 {
            let observation = line("hold", participant);
            parties.hold(&CallLine { observation: &observation, call: "c", line: b"{}" });
        }
        assert_eq!(parties.known.len(), MOST);
        let (first, last) = (line("hold", 0), line("hold", 99));
        let hold_of =
            |observation| parties.hold_of(&CallLine { observation, call: "c", line: b"{}" });
        assert_eq!(hold_of(&first), Some(&Toggle::Unknown));
        assert!(hold_of(&last).is_some_and(|hold| hold.on().is_some()));
    }
}
