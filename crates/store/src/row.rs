//! Values to columns and back: times, hashes, counts, JSON documents.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::{Error, Hash, Result};

/// A time as stored: whole milliseconds since 1970, UTC.
pub(crate) fn millis(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

/// The time in a column.
pub(crate) fn time(row: &SqliteRow, column: &'static str) -> Result<DateTime<Utc>> {
    at(row.try_get(column)?, column)
}

/// The time in a column that may be empty.
pub(crate) fn optional_time(row: &SqliteRow, column: &'static str) -> Result<Option<DateTime<Utc>>> {
    let stored: Option<i64> = row.try_get(column)?;
    stored.map(|stored| at(stored, column)).transpose()
}

fn at(millis: i64, column: &'static str) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp_millis(millis).ok_or_else(|| Error::Corrupt {
        what: column,
        detail: format!("{millis} is no time"),
    })
}

/// The digest in a column.
pub(crate) fn hash(row: &SqliteRow, column: &'static str) -> Result<Hash> {
    let bytes: &[u8] = row.try_get(column)?;
    bytes.try_into().map_err(|_| Error::Corrupt {
        what: column,
        detail: format!("{} bytes, not 32", bytes.len()),
    })
}

/// The count in a column.
pub(crate) fn count(row: &SqliteRow, column: &'static str) -> Result<u64> {
    let stored: i64 = row.try_get(column)?;
    u64::try_from(stored).map_err(|_| Error::Corrupt {
        what: column,
        detail: format!("{stored} is negative"),
    })
}

/// A count as stored. Counts beyond 2⁶³ do not occur: they would not fit on any disk.
pub(crate) fn stored_count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The JSON document in a column.
pub(crate) fn json<T: DeserializeOwned>(row: &SqliteRow, column: &'static str) -> Result<T> {
    let text: &str = row.try_get(column)?;
    serde_json::from_str(text).map_err(|error| Error::Corrupt {
        what: column,
        detail: error.to_string(),
    })
}

/// A document as stored.
pub(crate) fn to_json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("documents of the model have text keys and finite numbers")
}
