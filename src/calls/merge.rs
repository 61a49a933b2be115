//! Takes in what [`super::export::json`] wrote of a part, call by call: a report can be larger than
//! all calls are in memory.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;

use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::aggregator::Aggregator;
use super::call::Call;
use crate::contract::EventId;
use crate::output::Totals;

/// Parts that have been taken in, the earlier before the later.
pub(crate) struct Merge {
    pub(crate) aggregator: Aggregator,
    pub(crate) totals: Totals,
}

impl Merge {
    pub(crate) fn new() -> Self {
        Self { aggregator: Aggregator::new(1), totals: Totals::default() }
    }

    /// Takes in the next part. Says in an error what is wrong with it.
    pub(crate) fn add(&mut self, report: impl Read) -> Result<(), String> {
        let mut reader = serde_json::Deserializer::from_reader(std::io::BufReader::new(report));
        let read = Report(self).deserialize(&mut reader).and_then(|()| reader.end());
        read.map_err(|error| error.to_string())
    }
}

/// A whole report.
struct Report<'a>(&'a mut Merge);

impl<'de> DeserializeSeed<'de> for Report<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Report<'_> {
    type Value = ();

    fn expecting(&self, wanted: &mut fmt::Formatter<'_>) -> fmt::Result {
        wanted.write_str("an object of figures")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let (mut calls, mut rows) = (None, None);
        let Merge { aggregator, totals } = self.0;
        while let Some(key) = members.next_key::<String>()? {
            match key.as_str() {
                "captures" => add(&mut totals.captures, members.next_value()?),
                "lines" => add(&mut totals.lines, members.next_value()?),
                "invalid" => add(&mut totals.invalid, members.next_value()?),
                "unreadable" => add(&mut totals.unreadable, members.next_value()?),
                "events" => {
                    for (name, count) in members.next_value::<BTreeMap<String, u64>>()? {
                        let id = EventId::from_name(&name).ok_or_else(|| {
                            A::Error::custom(format!("{name:?} is not a toolkit event"))
                        })?;
                        add(&mut totals.events[id.index()], count);
                    }
                }
                "calls" => calls = Some(members.next_value::<u64>()?),
                "rows" if rows.is_some() => return Err(A::Error::duplicate_field("rows")),
                "rows" => rows = Some(members.next_value_seed(Rows(aggregator))?),
                _ => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        match (calls, rows) {
            (Some(calls), Some(rows)) if calls == rows => Ok(()),
            (Some(_), Some(_)) => Err(A::Error::custom(
                "it does not hold all calls: write it without --worst and --by",
            )),
            _ => Err(A::Error::custom("it has no calls and rows")),
        }
    }
}

fn add(sum: &mut u64, count: u64) {
    *sum = sum.saturating_add(count);
}

/// The rows of a report; comes to how many there are.
struct Rows<'a>(&'a mut Aggregator);

/// What of a row is merged.
#[derive(Deserialize)]
struct Row {
    #[serde(rename = "callId")]
    id: String,
    state: Call,
}

impl<'de> DeserializeSeed<'de> for Rows<'_> {
    type Value = u64;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<u64, D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = u64;

    fn expecting(&self, wanted: &mut fmt::Formatter<'_>) -> fmt::Result {
        wanted.write_str("a list of calls")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<u64, A::Error> {
        let mut count = 0;
        while let Some(row) = rows.next_element::<Row>()? {
            self.0.append(&row.id, &row.state);
            count += 1;
        }
        Ok(count)
    }
}
