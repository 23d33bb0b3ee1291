//! Single values as JSON and as text.

use std::io::Write;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int64Array, ListArray, StringArray,
    TimestampMillisecondArray,
};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimestampMillisecondType};
use arrow::record_batch::RecordBatch;
use chrono::{Offset, TimeZone};
use chrono_tz::Tz;
use parvis_model::Precision;

use super::geometry::{Geometry, Position};
use crate::output::{ColumnKind, Table};
use crate::value::date::civil;
use crate::{Error, layout};

/// The Arrow type of a kind of column.
pub fn data_type(kind: ColumnKind) -> DataType {
    match kind {
        ColumnKind::Text | ColumnKind::GeoShape | ColumnKind::Json => DataType::Utf8,
        ColumnKind::TextList => layout::text_list(),
        ColumnKind::Int => DataType::Int64,
        ColumnKind::Double => DataType::Float64,
        ColumnKind::Boolean => DataType::Boolean,
        ColumnKind::Date(_) => DataType::Date32,
        ColumnKind::Datetime => layout::timestamp(),
        ColumnKind::GeoPoint => DataType::Struct(layout::point_fields()),
    }
}

/// The array in the layout of its kind: as it is, or converted from a near type such as `Utf8View` or `Int32`.
pub fn in_layout(array: &ArrayRef, kind: ColumnKind) -> Result<ArrayRef, Error> {
    let wanted = data_type(kind);
    Ok(if *array.data_type() == wanted {
        ArrayRef::clone(array)
    } else {
        cast(array, &wanted)?
    })
}

/// A column ready to be read value by value.
pub struct Values {
    typed: Typed,
    nulls: Option<NullBuffer>,
}

enum Typed {
    Text(StringArray),
    Json(StringArray),
    Shape(StringArray),
    List(ListArray, StringArray),
    Int(Int64Array),
    Double(Float64Array),
    Boolean(BooleanArray),
    Date(Date32Array, Option<Precision>),
    Datetime(TimestampMillisecondArray),
    Point(Float64Array, Float64Array),
}

impl Values {
    /// Prepares a column.
    pub fn new(array: &ArrayRef, kind: ColumnKind) -> Result<Self, Error> {
        let array = in_layout(array, kind)?;
        let typed = match kind {
            ColumnKind::Text => Typed::Text(array.as_string().clone()),
            ColumnKind::Json => Typed::Json(array.as_string().clone()),
            ColumnKind::GeoShape => Typed::Shape(array.as_string().clone()),
            ColumnKind::TextList => {
                let list: &ListArray = array.as_list();
                Typed::List(list.clone(), list.values().as_string().clone())
            }
            ColumnKind::Int => Typed::Int(array.as_primitive::<Int64Type>().clone()),
            ColumnKind::Double => Typed::Double(array.as_primitive::<Float64Type>().clone()),
            ColumnKind::Boolean => Typed::Boolean(array.as_boolean().clone()),
            ColumnKind::Date(precision) => Typed::Date(array.as_primitive::<Date32Type>().clone(), precision),
            ColumnKind::Datetime => Typed::Datetime(array.as_primitive::<TimestampMillisecondType>().clone()),
            ColumnKind::GeoPoint => {
                let point = array.as_struct();
                let child = |index: usize| point.column(index).as_primitive::<Float64Type>().clone();
                Typed::Point(child(0), child(1))
            }
        };
        let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0).cloned();
        Ok(Self { typed, nulls })
    }

    /// Whether there is no value.
    #[inline]
    pub fn is_null(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }

    /// Whether any text of the column, lists apart, has a byte that `special` tells. One look over all texts.
    pub fn any_byte(&self, special: impl Fn(u8) -> bool) -> bool {
        match &self.typed {
            Typed::Text(array) | Typed::Json(array) | Typed::Shape(array) => {
                let (Some(first), Some(last)) = (array.value_offsets().first(), array.value_offsets().last()) else {
                    return false;
                };
                // Offsets of an Arrow array are never negative.
                let bytes = &array.value_data()[*first as usize..*last as usize];
                // In pieces: within one no early end, so that the compiler looks at many bytes in one go.
                let found = |piece: &[u8]| piece.iter().fold(false, |found, byte| found | special(*byte));
                bytes.chunks(4096).any(found)
            }
            _ => false,
        }
    }

    /// The value of a column of texts; `None` when there is no value or the column is of another kind, JSON too.
    #[inline]
    pub fn plain_text(&self, row: usize) -> Option<&str> {
        match &self.typed {
            Typed::Text(array) if !self.is_null(row) => Some(array.value(row)),
            _ => None,
        }
    }

    /// Appends the value as JSON; points and shapes as the API gives them.
    pub fn json(&self, row: usize, clock: &mut Clock, out: &mut Vec<u8>) {
        if self.is_null(row) {
            out.extend_from_slice(b"null");
            return;
        }
        match &self.typed {
            Typed::Text(array) => push_string(array.value(row), out),
            Typed::Json(array) => push_raw(array.value(row), out),
            Typed::Shape(array) => {
                out.extend_from_slice(b"{\"type\":\"Feature\",\"geometry\":");
                push_raw(array.value(row), out);
                out.extend_from_slice(b",\"properties\":{}}");
            }
            Typed::List(list, texts) => {
                out.push(b'[');
                for (index, text) in list_range(list, row).enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    if texts.is_null(text) {
                        out.extend_from_slice(b"null")
                    } else {
                        push_string(texts.value(text), out)
                    }
                }
                out.push(b']');
            }
            Typed::Int(array) => push_int(array.value(row), out),
            Typed::Double(array) => push_double(array.value(row), out),
            Typed::Boolean(array) => out.extend_from_slice(if array.value(row) { b"true" } else { b"false" }),
            Typed::Date(array, precision) => {
                out.push(b'"');
                push_date(array.value(row), *precision, out);
                out.push(b'"');
            }
            Typed::Datetime(array) => {
                out.push(b'"');
                clock.push(array.value(row), out);
                out.push(b'"');
            }
            Typed::Point(lon, lat) => {
                out.extend_from_slice(b"{\"lon\":");
                push_double(lon.value(row), out);
                out.extend_from_slice(b",\"lat\":");
                push_double(lat.value(row), out);
                out.push(b'}');
            }
        }
    }

    /// Appends the value of a point or a shape as a GeoJSON geometry.
    pub fn geometry(&self, row: usize, out: &mut Vec<u8>) {
        match &self.typed {
            _ if self.is_null(row) => out.extend_from_slice(b"null"),
            Typed::Shape(array) => push_raw(array.value(row), out),
            Typed::Point(lon, lat) => {
                out.extend_from_slice(b"{\"type\":\"Point\",\"coordinates\":[");
                push_double(lon.value(row), out);
                out.push(b',');
                push_double(lat.value(row), out);
                out.extend_from_slice(b"]}");
            }
            _ => out.extend_from_slice(b"null"),
        }
    }

    /// The value of a column of texts, JSON or shapes, which may need quotes; `None` for other columns.
    #[inline]
    pub fn one_text(&self, row: usize) -> Option<&str> {
        match &self.typed {
            Typed::Text(array) | Typed::Json(array) | Typed::Shape(array) => Some(array.value(row)),
            _ => None,
        }
    }

    /// The texts of a list with `separator` between them; `None` for other columns.
    pub fn joined(&self, row: usize, separator: &str) -> Option<String> {
        match &self.typed {
            Typed::List(list, texts) => {
                let parts: Vec<&str> = list_range(list, row).map(|index| texts.value(index)).collect();
                Some(parts.join(separator))
            }
            _ => None,
        }
    }

    /// Appends a number, boolean, date, time or point as text: points latitude first.
    pub fn plain(&self, row: usize, clock: &mut Clock, out: &mut Vec<u8>) {
        match &self.typed {
            Typed::Int(array) => push_int(array.value(row), out),
            Typed::Double(array) => {
                let value = array.value(row);
                if value.is_finite() {
                    push_double(value, out);
                }
            }
            Typed::Boolean(array) => out.extend_from_slice(if array.value(row) { b"true" } else { b"false" }),
            Typed::Date(array, precision) => push_date(array.value(row), *precision, out),
            Typed::Datetime(array) => clock.push(array.value(row), out),
            Typed::Point(lon, lat) => {
                push_double(lat.value(row), out);
                out.extend_from_slice(b", ");
                push_double(lon.value(row), out);
            }
            Typed::Text(_) | Typed::Json(_) | Typed::Shape(_) | Typed::List(..) => {}
        }
    }
}

/// One value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// None.
    Null,
    /// A text, JSON or a shape.
    Text(&'a str),
    /// Texts, see [`Values::items`].
    List,
    /// A whole number.
    Int(i64),
    /// A number.
    Double(f64),
    /// A truth.
    Boolean(bool),
    /// A day and how much of it is known.
    Date(i32, Option<Precision>),
    /// Milliseconds since 1970 in UTC.
    Datetime(i64),
    /// East and north.
    Point(Position),
}

impl Values {
    /// The value of a row.
    pub fn cell(&self, row: usize) -> Cell<'_> {
        if self.is_null(row) {
            return Cell::Null;
        }
        match &self.typed {
            Typed::Text(array) | Typed::Json(array) | Typed::Shape(array) => Cell::Text(array.value(row)),
            Typed::List(..) => Cell::List,
            Typed::Int(array) => Cell::Int(array.value(row)),
            Typed::Double(array) => Cell::Double(array.value(row)),
            Typed::Boolean(array) => Cell::Boolean(array.value(row)),
            Typed::Date(array, precision) => Cell::Date(array.value(row), *precision),
            Typed::Datetime(array) => Cell::Datetime(array.value(row)),
            Typed::Point(lon, lat) => Cell::Point([lon.value(row), lat.value(row)]),
        }
    }

    /// The texts of a list, without those that are null; none for other columns.
    pub fn items(&self, row: usize) -> impl Iterator<Item = &str> {
        let list = match &self.typed {
            Typed::List(list, texts) if !self.is_null(row) => Some((list_range(list, row), texts)),
            _ => None,
        };
        list.into_iter().flat_map(|(range, texts)| {
            range
                .filter(|index| texts.is_valid(*index))
                .map(|index| texts.value(index))
        })
    }

    /// The value as text, as CSV has it: nothing for a null, lists with `separator` between their texts.
    pub fn text(&self, row: usize, separator: &str, clock: &mut Clock) -> String {
        if self.is_null(row) {
            return String::new();
        }
        if let Some(text) = self.one_text(row) {
            return text.to_owned();
        }
        self.joined(row, separator).unwrap_or_else(|| {
            let mut out = Vec::new();
            self.plain(row, clock, &mut out);
            String::from_utf8(out).expect("numbers, dates and points are ASCII")
        })
    }

    /// The place that a point or a shape is.
    pub fn geometry_of(&self, row: usize) -> Option<Geometry> {
        match (&self.typed, self.cell(row)) {
            (Typed::Shape(_), Cell::Text(text)) => Geometry::parse(text),
            (_, Cell::Point(position)) => Some(Geometry::Point(position)),
            _ => None,
        }
    }
}

/// The columns of a batch, ready to be read.
///
/// # Errors
/// The batch does not have the table's columns.
pub fn columns(table: &Table, batch: &RecordBatch) -> Result<Vec<Values>, Error> {
    if batch.num_columns() != table.columns.len() {
        return Err(Error::Invalid(format!(
            "a batch of {} columns for a table of {}",
            batch.num_columns(),
            table.columns.len()
        )));
    }
    let columns = table.columns.iter().zip(batch.columns());
    columns.map(|(column, array)| Values::new(array, column.kind)).collect()
}

fn list_range(list: &ListArray, row: usize) -> std::ops::Range<usize> {
    // Offsets of an Arrow list are never negative.
    let offsets = list.value_offsets();
    offsets[row] as usize..offsets[row + 1] as usize
}

/// Whether a byte of a JSON string is written otherwise.
#[inline]
pub const fn is_escaped(byte: u8) -> bool {
    // No short circuits: this way sixteen bytes are looked at in one go.
    (byte < 0x20) | (byte == b'"') | (byte == b'\\')
}

/// Appends a JSON string.
pub fn push_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|&byte| is_escaped(byte)) {
        out.extend_from_slice(&rest[..at]);
        match rest[at] {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            control => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                out.extend_from_slice(b"\\u00");
                out.extend_from_slice(&[HEX[usize::from(control >> 4)], HEX[usize::from(control & 15)]]);
            }
        }
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Appends JSON text, on one line.
fn push_raw(json: &str, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(json.as_bytes());
    if memchr::memchr2(b'\n', b'\r', json.as_bytes()).is_some() {
        // A line break in JSON is white space: inside of strings it is always escaped.
        for byte in out[start..].iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')) {
            *byte = b' ';
        }
    }
}

/// Appends a whole number.
#[inline]
pub fn push_int(value: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// Appends the shortest decimal number that reads back as `value` (`12.0`, `1e+300`), or `null` when it is not finite.
pub fn push_double(value: f64, out: &mut Vec<u8>) {
    // serde_json writes exactly these forms, without allocating; writing to memory cannot fail.
    if serde_json::to_writer(&mut *out, &value).is_err() {
        out.extend_from_slice(b"null");
    }
}

/// The last two decimal digits of a number.
#[inline]
const fn two(value: u32) -> [u8; 2] {
    [b'0' + (value / 10 % 10) as u8, b'0' + (value % 10) as u8]
}

/// Appends a day as `YYYY-MM-DD`, or less of it.
#[inline]
pub fn push_date(days: i32, precision: Option<Precision>, out: &mut Vec<u8>) {
    let (year, month, day) = civil(days);
    let mut digits = *b"0000-00-00";
    let kept = match precision {
        Some(Precision::Year) => 4,
        Some(Precision::Month) => 7,
        _ => digits.len(),
    };
    digits[5..7].copy_from_slice(&two(month));
    digits[8..].copy_from_slice(&two(day));
    if (0..=9999).contains(&year) {
        digits[..2].copy_from_slice(&two(year as u32 / 100));
        digits[2..4].copy_from_slice(&two(year as u32));
        out.extend_from_slice(&digits[..kept]);
    } else {
        // Beyond what ISO 8601 fixes; writing to memory cannot fail.
        let _ = write!(out, "{year:+05}");
        out.extend_from_slice(&digits[4..kept]);
    }
}

/// Milliseconds in a day.
const DAY: i64 = 86_400_000;
/// Offsets change on quarters of an hour only (since 1972; earlier ones are looked up as often as they have to be).
const QUARTER: i64 = 900_000;

/// Shows instants in a time zone.
pub struct Clock {
    zone: Tz,
    /// The quarter of an hour that `offset` holds for.
    quarter: i64,
    /// Seconds east of Greenwich.
    offset: i32,
}

impl Clock {
    /// A clock in a time zone.
    pub fn new(zone: Tz) -> Self {
        Self {
            zone,
            quarter: i64::MIN,
            offset: 0,
        }
    }

    fn offset(&mut self, millis: i64) -> i32 {
        if self.zone == Tz::UTC {
            return 0;
        }
        let quarter = millis.div_euclid(QUARTER);
        if quarter != self.quarter || millis < 0 {
            let instant = chrono::DateTime::from_timestamp_millis(millis).unwrap_or_default();
            let offset = self.zone.offset_from_utc_datetime(&instant.naive_utc()).fix();
            // Whole minutes: before time zones, clocks showed the sun's time to the second, which ISO 8601 cannot say.
            self.offset = offset.local_minus_utc() / 60 * 60;
            self.quarter = quarter;
        }
        self.offset
    }

    /// The milliseconds that clocks of the zone show, as if they were in UTC.
    pub fn local(&mut self, millis: i64) -> i64 {
        millis.saturating_add(i64::from(self.offset(millis)) * 1000)
    }

    /// Appends an instant as `2026-02-22T18:30:40+00:00`, with milliseconds when there are any.
    pub fn push(&mut self, millis: i64, out: &mut Vec<u8>) {
        let offset = self.offset(millis);
        let local = millis.saturating_add(i64::from(offset) * 1000);
        let day = local.div_euclid(DAY);
        let of_day = local.rem_euclid(DAY) as u32;
        // A 64-bit instant is at most 107 billion days away: days that do not fit 32 bits are shown as the last that does.
        push_date(i32::try_from(day).unwrap_or(i32::MAX), None, out);
        let mut time = *b"T00:00:00";
        time[1..3].copy_from_slice(&two(of_day / 3_600_000));
        time[4..6].copy_from_slice(&two(of_day / 60_000 % 60));
        time[7..].copy_from_slice(&two(of_day / 1000 % 60));
        out.extend_from_slice(&time);
        let fraction = of_day % 1000;
        if fraction > 0 {
            let [tens, units] = two(fraction);
            out.extend_from_slice(&[b'.', b'0' + (fraction / 100) as u8, tens, units]);
        }
        let mut east = *b"+00:00";
        if offset != 0 {
            let minutes = offset.unsigned_abs() / 60;
            east[0] = if offset < 0 { b'-' } else { b'+' };
            east[1..3].copy_from_slice(&two(minutes / 60));
            east[4..].copy_from_slice(&two(minutes % 60));
        }
        out.extend_from_slice(&east);
    }
}

/// Appends one value of a column as JSON, as the API gives it.
///
/// # Errors
/// The array is not of the column's kind.
pub fn json_value(kind: ColumnKind, array: &ArrayRef, row: usize, zone: Tz, out: &mut Vec<u8>) -> Result<(), Error> {
    Values::new(array, kind)?.json(row, &mut Clock::new(zone), out);
    Ok(())
}
