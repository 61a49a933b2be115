//! Values of one column, in the order of their rows.

use super::column_type::ColumnType;
use crate::json;
use crate::text::decimal::Decimal;

/// The values of a column for some rows, and which of the rows have one.
#[derive(Debug)]
pub(super) struct Values {
    /// For each value the number of its row.
    pub(super) rows: Vec<u32>,
    pub(super) data: Data,
}

/// Values of one type.
#[derive(Debug)]
pub(super) enum Data {
    /// All texts, and where each of them ends.
    Text(Vec<u8>, Vec<usize>),
    Integer(Vec<i64>),
    /// As [`Data::Integer`], in the range of [`LATEST_MILLIS`].
    Time(Vec<i64>),
    Number(Vec<f64>),
    Flag(Vec<bool>),
}

/// The latest time of a column, and with a minus sign the earliest: the contract's bounds, 2^53 - 1.
/// Times beyond them fit into 64 bits, but not into those of readers that count microseconds: one
/// such value would fail a whole query.
const LATEST_MILLIS: i64 = (1 << 53) - 1;

/// Bytes that a value takes besides its text: the number of its row, and its place or itself.
const VALUE_BYTES: usize = 12;

impl Values {
    pub(super) fn new(kind: ColumnType) -> Self {
        let data = match kind {
            ColumnType::Text => Data::Text(Vec::new(), Vec::new()),
            ColumnType::Integer => Data::Integer(Vec::new()),
            ColumnType::Time => Data::Time(Vec::new()),
            ColumnType::Number => Data::Number(Vec::new()),
            ColumnType::Flag => Data::Flag(Vec::new()),
        };
        Self { rows: Vec::new(), data }
    }

    /// Adds a scalar that is not null, as JSON spells it, in the row with this number. Returns the
    /// bytes that it takes; `None`, and adds nothing, if the column cannot hold it.
    pub(super) fn push(&mut self, row: u32, spelled: &[u8]) -> Option<usize> {
        if let (Data::Text(..), [b'"', ..]) = (&self.data, spelled) {
            let text = json::decode(spelled);
            // Lone surrogates are not text.
            let is_text = text.is_ascii() || std::str::from_utf8(&text).is_ok();
            return is_text.then(|| self.push_text(row, &text));
        }
        match &mut self.data {
            Data::Text(..) => return None,
            Data::Integer(values) => values.push(integer(spelled)?),
            Data::Time(values) => values.push(time(spelled)?),
            Data::Number(values) => values.push(number(spelled)?),
            Data::Flag(values) => values.push(match spelled {
                b"true" => true,
                b"false" => false,
                _ => return None,
            }),
        }
        self.rows.push(row);
        Some(VALUE_BYTES)
    }

    /// Adds a text to a column of texts, and returns the bytes that it takes.
    pub(super) fn push_text(&mut self, row: u32, text: &[u8]) -> usize {
        let Data::Text(bytes, ends) = &mut self.data else { return 0 };
        bytes.extend_from_slice(text);
        ends.push(bytes.len());
        self.rows.push(row);
        VALUE_BYTES + text.len()
    }

    /// Removes the value of `row`, if it has one and is the last row.
    pub(super) fn pop(&mut self, row: u32) {
        if self.rows.last() != Some(&row) {
            return;
        }
        self.truncate(self.rows.len() - 1);
    }

    fn truncate(&mut self, count: usize) {
        self.rows.truncate(count);
        match &mut self.data {
            Data::Text(bytes, ends) => {
                ends.truncate(count);
                bytes.truncate(ends.last().copied().unwrap_or(0));
            }
            Data::Integer(values) | Data::Time(values) => values.truncate(count),
            Data::Number(values) => values.truncate(count),
            Data::Flag(values) => values.truncate(count),
        }
    }

    /// Takes the values of the rows from `row` on, which are counted from there.
    pub(super) fn split_off(&mut self, row: u32) -> Self {
        let at = self.rows.partition_point(|it| *it < row);
        let rows = self.rows.split_off(at).into_iter().map(|it| it - row).collect();
        let data = match &mut self.data {
            Data::Text(bytes, ends) => {
                let later = ends.split_off(at);
                let start = ends.last().copied().unwrap_or(0);
                let later = later.into_iter().map(|end| end - start).collect();
                Data::Text(bytes.split_off(start), later)
            }
            Data::Integer(values) => Data::Integer(values.split_off(at)),
            Data::Time(values) => Data::Time(values.split_off(at)),
            Data::Number(values) => Data::Number(values.split_off(at)),
            Data::Flag(values) => Data::Flag(values.split_off(at)),
        };
        Self { rows, data }
    }

    /// Adds the values of `later` rows, of the same column, whose first is row `first` here.
    pub(super) fn append(&mut self, first: u32, later: Self) {
        self.rows.extend(later.rows.into_iter().map(|row| row + first));
        match (&mut self.data, later.data) {
            (Data::Text(bytes, ends), Data::Text(later_bytes, later_ends)) => {
                let start = bytes.len();
                bytes.extend_from_slice(&later_bytes);
                ends.extend(later_ends.into_iter().map(|end| start + end));
            }
            (Data::Integer(values), Data::Integer(later))
            | (Data::Time(values), Data::Time(later)) => values.extend(later),
            (Data::Number(values), Data::Number(later)) => values.extend(later),
            (Data::Flag(values), Data::Flag(later)) => values.extend(later),
            _ => debug_assert!(false, "columns have one type"),
        }
    }
}

/// The value of an integer, also spelled `1.0` or `1e3`, as JSON Schema has it.
fn integer(spelled: &[u8]) -> Option<i64> {
    /// A number with so many digits cannot overflow.
    const SAFE_DIGITS: usize = 18;
    if spelled.len() <= SAFE_DIGITS && spelled.iter().all(u8::is_ascii_digit) {
        return Some(spelled.iter().fold(0, |sum, digit| 10 * sum + i64::from(digit - b'0')));
    }
    Decimal::parse(std::str::from_utf8(spelled).ok()?)?.to_i64()
}

fn time(spelled: &[u8]) -> Option<i64> {
    integer(spelled).filter(|millis| (-LATEST_MILLIS..=LATEST_MILLIS).contains(millis))
}

/// The double that is printed as a number equal to this one: `0.1` is, `0.10000000000000000001` is
/// not.
fn number(spelled: &[u8]) -> Option<f64> {
    let spelled = std::str::from_utf8(spelled).ok()?;
    let wanted = Decimal::parse(spelled)?;
    let double: f64 = spelled.parse().ok()?;
    let printed = double.to_string();
    Decimal::parse(&printed)?.compare(wanted).is_eq().then_some(double)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(kind: ColumnType, spelled: &str) -> bool {
        Values::new(kind).push(0, spelled.as_bytes()).is_some()
    }

    #[test]
    fn a_column_holds_exactly_what_its_type_can() {
        for (kind, held_values, others) in [
            (
                ColumnType::Text,
                &["\"\"", "\"é\\u0000\\ud83d\\ude00\""][..],
                &["1", "true", "\"\\ud800\""][..],
            ),
            (
                ColumnType::Integer,
                &["0", "-0", "1.0", "1e3", "9223372036854775807"],
                &["1.5", "9223372036854775808", "1e400", "\"1\"", "true"],
            ),
            (
                ColumnType::Time,
                &["1594944652299", "-1e3", "9007199254740991"],
                &["1.5", "9007199254740992", "9223372036854775807", "\"2026\""],
            ),
            (
                ColumnType::Number,
                &["0.1", "-0.0", "1e308", "5e-324"],
                &["0.10000000000000000001", "1e400", "9007199254740993", "\"1\""],
            ),
            (ColumnType::Flag, &["true", "false"], &["0", "\"true\""]),
        ] {
            for value in held_values {
                assert!(held(kind, value), "{kind:?} {value}");
            }
            for value in others {
                assert!(!held(kind, value), "{kind:?} {value}");
            }
        }
    }

    #[test]
    fn what_is_split_and_appended_is_what_it_was() {
        for kind in [ColumnType::Text, ColumnType::Integer, ColumnType::Flag] {
            let all = || {
                let mut values = Values::new(kind);
                for row in [0, 2, 3, 7] {
                    let spelled = match kind {
                        ColumnType::Text => format!("\"text {row}\""),
                        ColumnType::Flag => (row == 2).to_string(),
                        ColumnType::Integer | ColumnType::Time | ColumnType::Number => {
                            row.to_string()
                        }
                    };
                    values.push(row, spelled.as_bytes()).expect("it is held");
                }
                values
            };
            for cut in 0..9 {
                let mut first = all();
                let later = first.split_off(cut);
                assert!(first.rows.iter().all(|row| *row < cut));
                first.append(cut, later);
                assert_eq!(format!("{first:?}"), format!("{:?}", all()));
            }
            let mut popped = all();
            popped.pop(6);
            popped.pop(7);
            assert_eq!(popped.rows, [0, 2, 3]);
        }
    }
}
