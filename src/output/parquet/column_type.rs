//! The Parquet type of a column, from the types that the events document for it.

use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as PhysicalType};
use parquet::errors::ParquetError;
use parquet::schema::types::{Type, TypePtr};

use crate::output::Column;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnType {
    /// Text in UTF-8.
    Text,
    /// Integers of 64 bits.
    Integer,
    /// Times in UTC, in milliseconds since the Unix epoch.
    Time,
    /// Doubles.
    Number,
    /// True or false.
    Flag,
}

impl ColumnType {
    /// The type of `column`. Events that document null for it have no value to hold.
    pub(super) fn of(column: &Column) -> Self {
        let Column::Property { kinds, is_time, .. } = column else { return Self::Text };
        let mut kinds = kinds.values().map(String::as_str).filter(|kind| *kind != "null");
        let Some(first) = kinds.next() else { return Self::Text };
        let joined = kinds.try_fold(first, |known, kind| match (known, kind) {
            ("integer" | "number", "integer" | "number") if known != kind => Some("number"),
            _ => (known == kind).then_some(known),
        });
        match joined {
            Some("integer" | "number") if *is_time => Self::Time,
            Some("integer") => Self::Integer,
            Some("number") => Self::Number,
            Some("boolean") => Self::Flag,
            // Events that disagree: strings have a column, and everything else is in `extra`.
            _ => Self::Text,
        }
    }

    /// A column of this type in a Parquet schema, called `name`. Any value may be missing.
    pub(super) fn field(self, name: &str) -> Result<TypePtr, ParquetError> {
        let (physical, logical) = match self {
            Self::Text => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String)),
            Self::Integer => (PhysicalType::INT64, None),
            Self::Time => {
                (PhysicalType::INT64, Some(LogicalType::timestamp(true, TimeUnit::MILLIS)))
            }
            Self::Number => (PhysicalType::DOUBLE, None),
            Self::Flag => (PhysicalType::BOOLEAN, None),
        };
        let builder = Type::primitive_type_builder(name, physical);
        builder
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical)
            .build()
            .map(Arc::new)
    }
}
