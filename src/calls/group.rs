//! Calls in groups: by when they were, who took part, which capture they are in, and so on.

use std::collections::BTreeMap;

use super::call::{Call, Direction};
use super::call_table::Entry;
use super::figures::{Figures, Pool, of_call, of_pools};
use super::join::Joined;
use super::overview::{Quality, Survey};
use super::packets::{INPUT, OUTPUT};
use super::quality::Formula;
use crate::contract::EventId;
use crate::text::time::Clock;

/// What calls are grouped by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Dimension {
    /// The hour in which a call was first seen.
    Hour,
    Day,
    Direction,
    /// A call is in the group of each of its participants.
    Participant,
    /// Whose messages a call has; of each who spoke.
    Role,
    /// A call that spans several captures is counted in each of them.
    Capture,
    /// The event types of a call's lines.
    Type,
    Channel,
    /// A column of the table that is joined.
    Column(String),
}

/// The calls that have the same keys.
#[derive(Debug)]
pub(crate) struct Group {
    /// What they have in common: a text for each dimension.
    pub(crate) keys: Vec<String>,
    pub(crate) lines: u64,
    pub(crate) quality: Quality,
    /// The figures of all reports of these calls, of the channels that the group is about.
    pub(crate) channels: Vec<Figures>,
}

/// A value of a dimension. Ordered by the number, then by the text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    order: i64,
    text: String,
}

/// How calls are grouped.
#[derive(Debug)]
pub(crate) struct Grouping<'a> {
    pub(crate) dimensions: &'a [Dimension],
    pub(crate) clock: &'a Clock,
    pub(crate) formula: Formula,
    pub(crate) joined: Option<&'a Joined>,
}

/// A group while calls are added.
#[derive(Debug)]
struct Growing {
    lines: u64,
    survey: Survey,
    pools: [Pool; 2],
    /// Which channels it is about.
    channels: &'static [usize],
}

const BOTH: &[usize] = &[INPUT, OUTPUT];

impl Dimension {
    /// The dimensions that need no joined table, with what a row of them is.
    pub(crate) const NAMED: [(&'static str, Self, &'static str); 8] = [
        ("hour", Self::Hour, "hour in which a call was first seen"),
        ("day", Self::Day, "day on which a call was first seen"),
        ("direction", Self::Direction, "inbound or outbound"),
        ("participant", Self::Participant, "each participant of a call"),
        ("role", Self::Role, "each role that sent a message in a call"),
        ("capture", Self::Capture, "each capture that a call is in"),
        ("type", Self::Type, "each event type that a call has"),
        ("channel", Self::Channel, "input and output audio"),
    ];

    /// What it is called.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Column(name) => name,
            Self::Hour
            | Self::Day
            | Self::Direction
            | Self::Participant
            | Self::Role
            | Self::Capture
            | Self::Type
            | Self::Channel => {
                let named = Self::NAMED.iter().find(|(_, it, _)| it == self);
                named.map_or("", |(name, ..)| name)
            }
        }
    }

    /// Whether its values have an order of their own; others are listed worst first.
    pub(crate) fn is_ordered(&self) -> bool {
        !matches!(self, Self::Participant | Self::Column(_))
    }
}

impl Grouping<'_> {
    /// The groups of these calls, in the order of their keys.
    pub(crate) fn groups(&self, entries: &[Entry<'_>]) -> Vec<Group> {
        let mut groups: BTreeMap<Vec<Key>, Growing> = BTreeMap::new();
        for entry in entries {
            let figures = of_call(&entry.call.channels, self.formula);
            for keys in self.keys(entry) {
                let channels = self.channels(&keys);
                let told = &figures[channels[0]..=channels[channels.len() - 1]];
                if channels.len() == 1 && told.iter().all(|it| it.reports + it.left_out == 0) {
                    continue;
                }
                let lines = self.lines(entry.call, &keys);
                let group = groups.entry(keys).or_insert_with(|| Growing::new(channels));
                group.lines += lines;
                group.survey.add(entry.call, told);
                for channel in channels {
                    group.pools[*channel].add(&entry.call.channels[*channel]);
                }
            }
        }
        groups.into_iter().map(|(keys, group)| group.close(keys, self.formula)).collect()
    }

    /// Each combination of what the call is in.
    fn keys(&self, entry: &Entry<'_>) -> Vec<Vec<Key>> {
        let mut all = vec![Vec::new()];
        for dimension in self.dimensions {
            let values = self.values(dimension, entry);
            all = all
                .into_iter()
                .flat_map(|keys| {
                    values
                        .iter()
                        .map(move |value| [&keys[..], std::slice::from_ref(value)].concat())
                })
                .collect();
        }
        all
    }

    fn values(&self, dimension: &Dimension, entry: &Entry<'_>) -> Vec<Key> {
        let Entry { call, table, .. } = entry;
        let time = |start: Option<(i64, String)>| match start {
            Some((order, text)) => vec![Key { order, text }],
            None => vec![Key::last("(no time)")],
        };
        let first = call.times.map(|(first, _)| first);
        match dimension {
            Dimension::Hour => time(first.and_then(|at| self.clock.hour(at))),
            Dimension::Day => time(first.and_then(|at| self.clock.day(at))),
            Dimension::Direction => vec![match call.direction {
                Some(Direction::Inbound) => Key::new(0, "inbound"),
                Some(Direction::Outbound) => Key::new(1, "outbound"),
                None => Key::last("(unknown)"),
            }],
            Dimension::Participant => or_none(
                call.participant_hashes()
                    .filter_map(|hash| table.participants.get(&hash))
                    .map(|name| Key::new(0, name))
                    .collect(),
            ),
            Dimension::Role => {
                let roles = ["agent", "supervisor", "other"].into_iter().zip(call.said).zip(0..);
                let spoke = roles.filter(|((_, messages), _)| *messages > 0);
                or_none(spoke.map(|((role, _), order)| Key::new(order, role)).collect())
            }
            Dimension::Capture => {
                let name = table.captures.last().map_or("", String::as_str);
                let order = i64::try_from(entry.number).unwrap_or(i64::MAX);
                vec![Key::new(order, name)]
            }
            Dimension::Type => {
                let events = EventId::all().filter(|id| call.events[id.index()] > 0);
                events.map(|id| Key::new(order(id.index()), id.name())).collect()
            }
            Dimension::Channel => vec![Key::new(0, "input"), Key::new(1, "output")],
            Dimension::Column(name) => {
                let value = self.joined.and_then(|it| it.value(entry.id, name));
                or_none(value.map(|text| Key::new(0, text)).into_iter().collect())
            }
        }
    }

    /// The key of a dimension, where it is one that calls are grouped by.
    fn key_of<'k>(&self, wanted: &Dimension, keys: &'k [Key]) -> Option<&'k Key> {
        let at = self.dimensions.iter().position(|dimension| dimension == wanted)?;
        keys.get(at)
    }

    fn channels(&self, keys: &[Key]) -> &'static [usize] {
        match self.key_of(&Dimension::Channel, keys) {
            Some(key) if key.order == 0 => &[INPUT],
            Some(_) => &[OUTPUT],
            None => BOTH,
        }
    }

    /// The lines of a call that are in the group.
    fn lines(&self, call: &Call, keys: &[Key]) -> u64 {
        match self.key_of(&Dimension::Type, keys).and_then(|key| EventId::from_name(&key.text)) {
            Some(event) => call.events[event.index()].into(),
            None => call.lines(),
        }
    }
}

impl Key {
    fn new(order: i64, text: &str) -> Self {
        Self { order, text: text.to_owned() }
    }

    fn last(text: &str) -> Self {
        Self::new(i64::MAX, text)
    }
}

fn order(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

/// The keys, or where there are none, that of calls without any.
fn or_none(keys: Vec<Key>) -> Vec<Key> {
    if keys.is_empty() { vec![Key::last("(none)")] } else { keys }
}

impl Growing {
    fn new(channels: &'static [usize]) -> Self {
        let pools = [Pool::new(INPUT), Pool::new(OUTPUT)];
        Self { lines: 0, survey: Survey::default(), pools, channels }
    }

    fn close(self, keys: Vec<Key>, formula: Formula) -> Group {
        let mut channels = of_pools(&self.pools, formula).to_vec();
        channels.retain(|figures| self.channels.contains(&figures.channel));
        Group {
            keys: keys.into_iter().map(|key| key.text).collect(),
            lines: self.lines,
            quality: self.survey.close(),
            channels,
        }
    }
}
