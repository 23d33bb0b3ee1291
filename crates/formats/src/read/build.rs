//! Columns of Arrow values from columns of cells.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, ListBuilder, NullBufferBuilder,
    StringBuilder, StructArray, TimestampMillisecondBuilder,
};
use chrono_tz::Tz;
use parvis_model::{Field, FieldType};

use super::inspect::Reading;
use super::json::raw;
use crate::layout;
use crate::value::geo::{self, Point};
use crate::value::{date, number, trim, word};

/// The cells of one column of a block.
pub trait Cells {
    /// How many there are.
    fn count(&self) -> usize;
    /// A cell, empty when there is nothing.
    fn bytes(&self, row: usize) -> Cow<'_, [u8]>;
    /// A cell as text, or `None` when there is nothing.
    fn text(&self, row: usize) -> Option<Cow<'_, str>>;
    /// The texts of a cell that holds several, or `None` when there is nothing.
    fn list(&self, row: usize, separator: &str) -> Option<Vec<String>>;
}

/// How the cells of a field are read.
#[derive(Clone, Debug)]
pub struct Rules {
    field_type: FieldType,
    separator: Option<String>,
    comma: number::CommaMeans,
    order: date::DateOrder,
    zone: Tz,
}

impl Rules {
    /// The rules of a field.
    pub fn new(field: &Field, reading: &Reading, zone: Tz) -> Self {
        let separator = field.annotations.multivalued.clone().filter(|_| field.is_multivalued());
        Self {
            field_type: field.field_type,
            separator,
            comma: reading.comma,
            order: reading.order,
            zone,
        }
    }

    /// What is wrong with a cell that could not be read, and how to mend it.
    pub fn message(&self) -> &'static str {
        match self.field_type {
            FieldType::Int => "not a whole number of 64 bits: correct the cell, or make the column a double or a text",
            FieldType::Double => "not a number: correct the cell, or make the column a text",
            FieldType::Boolean => "neither yes nor no: write oui/non, vrai/faux or true/false",
            FieldType::Date => "not a date: write 2024-05-31 or 31/05/2024",
            FieldType::Datetime => "not a date and time: write 2024-05-31T10:00:00+02:00 or 31/05/2024 10:00",
            FieldType::GeoPoint2d => "not a point: write latitude, longitude in degrees, such as 48.85, 2.35",
            FieldType::GeoShape => "not a GeoJSON geometry in WGS 84 degrees, longitude first",
            FieldType::JsonBlob => "not valid JSON",
            FieldType::Text => "not a text",
        }
    }
}

/// A column in the making.
pub enum Column {
    /// `text`
    Text(StringBuilder),
    /// multivalued `text`
    List(ListBuilder<StringBuilder>),
    /// `int`
    Int(Int64Builder),
    /// `double`
    Double(Float64Builder),
    /// `boolean`
    Boolean(BooleanBuilder),
    /// `date`
    Date(Date32Builder),
    /// `datetime`
    Datetime(TimestampMillisecondBuilder),
    /// `geo_point_2d`
    Point(PointBuilder),
    /// `geo_shape`
    Shape(StringBuilder),
    /// `json_blob`
    Json(StringBuilder),
}

impl Column {
    /// An empty column for about `rows` cells.
    pub fn new(field: &Field, rows: usize) -> Self {
        match field.field_type {
            FieldType::Text if field.is_multivalued() => Self::List(ListBuilder::new(StringBuilder::new())),
            FieldType::Text => Self::Text(StringBuilder::with_capacity(rows, rows * 12)),
            FieldType::Int => Self::Int(Int64Builder::with_capacity(rows)),
            FieldType::Double => Self::Double(Float64Builder::with_capacity(rows)),
            FieldType::Boolean => Self::Boolean(BooleanBuilder::with_capacity(rows)),
            FieldType::Date => Self::Date(Date32Builder::with_capacity(rows)),
            FieldType::Datetime => {
                Self::Datetime(TimestampMillisecondBuilder::with_capacity(rows).with_data_type(layout::timestamp()))
            }
            FieldType::GeoPoint2d => Self::Point(PointBuilder::new(rows)),
            FieldType::GeoShape => Self::Shape(StringBuilder::new()),
            FieldType::JsonBlob => Self::Json(StringBuilder::new()),
        }
    }

    /// Reads cells; `bad` is told the rows that could not be read and are null.
    pub fn fill(&mut self, cells: &impl Cells, rules: &Rules, bad: &mut impl FnMut(usize)) {
        match self {
            Self::Text(builder) => {
                (0..cells.count()).for_each(|row| builder.append_option(cells.text(row)));
            }
            Self::List(builder) => fill_lists(builder, cells, rules.separator.as_deref().unwrap_or_default()),
            Self::Int(builder) => {
                each(
                    cells,
                    bad,
                    |cell| number::parse_int(cell, rules.comma),
                    |value| builder.append_option(value),
                );
            }
            Self::Double(builder) => {
                each(
                    cells,
                    bad,
                    |cell| number::parse_double(cell, rules.comma),
                    |value| builder.append_option(value),
                );
            }
            Self::Boolean(builder) => each(cells, bad, boolean, |value| builder.append_option(value)),
            Self::Date(builder) => {
                each(
                    cells,
                    bad,
                    |cell| date::parse_date(cell, rules.order),
                    |value| builder.append_option(value),
                );
            }
            Self::Datetime(builder) => each(
                cells,
                bad,
                |cell| date::parse_datetime(cell, rules.order, rules.zone),
                |value| builder.append_option(value),
            ),
            Self::Point(builder) => each(cells, bad, geo::parse_point, |value| builder.push(value)),
            Self::Shape(builder) => each(cells, bad, shape, |value| builder.append_option(value)),
            Self::Json(builder) => each(cells, bad, json, |value| builder.append_option(value)),
        }
    }

    /// Reads points from a column of latitudes and one of longitudes; no point where either cannot be read.
    pub fn fill_pairs(&mut self, latitudes: &impl Cells, longitudes: &impl Cells) {
        let Self::Point(builder) = self else { return };
        let degrees = |cell: &[u8]| number::parse_double(trim(cell), number::CommaMeans::Decimals);
        for row in 0..latitudes.count() {
            let (lat, lon) = (degrees(&latitudes.bytes(row)), degrees(&longitudes.bytes(row)));
            builder.push(lat.zip(lon).and_then(|(lat, lon)| Point::new(lon, lat)));
        }
    }

    /// The column.
    pub fn finish(self) -> ArrayRef {
        match self {
            Self::Text(mut builder) | Self::Shape(mut builder) | Self::Json(mut builder) => Arc::new(builder.finish()),
            Self::List(mut builder) => Arc::new(builder.finish()),
            Self::Int(mut builder) => Arc::new(builder.finish()),
            Self::Double(mut builder) => Arc::new(builder.finish()),
            Self::Boolean(mut builder) => Arc::new(builder.finish()),
            Self::Date(mut builder) => Arc::new(builder.finish()),
            Self::Datetime(mut builder) => Arc::new(builder.finish()),
            Self::Point(builder) => Arc::new(builder.finish()),
        }
    }
}

fn fill_lists(builder: &mut ListBuilder<StringBuilder>, cells: &impl Cells, separator: &str) {
    for row in 0..cells.count() {
        let list = cells.list(row, separator);
        for text in list.iter().flatten() {
            builder.values().append_value(text);
        }
        builder.append(list.is_some());
    }
}

/// Reads each cell that holds something. What cannot be read is null, and bad unless it is a word for "no value".
#[inline]
fn each<T>(
    cells: &impl Cells,
    bad: &mut impl FnMut(usize),
    mut read: impl FnMut(&[u8]) -> Option<T>,
    mut push: impl FnMut(Option<T>),
) {
    for row in 0..cells.count() {
        let cell = cells.bytes(row);
        let cell = trim(&cell);
        if cell.is_empty() {
            push(None);
            continue;
        }
        let value = read(cell);
        if value.is_none() && !word::is_absent(cell) {
            bad(row);
        }
        push(value);
    }
}

fn boolean(cell: &[u8]) -> Option<bool> {
    match cell {
        b"1" => Some(true),
        b"0" => Some(false),
        _ => word::parse_boolean(cell),
    }
}

fn shape(cell: &[u8]) -> Option<String> {
    geo::shape(std::str::from_utf8(cell).ok()?).ok().map(|shape| shape.json)
}

fn json(cell: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(cell).ok().filter(|_| raw::is_valid(cell))?;
    let mut json = String::with_capacity(text.len());
    raw::minify(text, &mut json);
    Some(json)
}

/// A column of points in the making.
pub struct PointBuilder {
    lon: Vec<f64>,
    lat: Vec<f64>,
    nulls: NullBufferBuilder,
}

impl PointBuilder {
    /// An empty column for about `rows` points.
    pub fn new(rows: usize) -> Self {
        Self {
            lon: Vec::with_capacity(rows),
            lat: Vec::with_capacity(rows),
            nulls: NullBufferBuilder::new(rows),
        }
    }

    /// Appends a point or nothing.
    pub fn push(&mut self, point: Option<Point>) {
        self.nulls.append(point.is_some());
        let point = point.unwrap_or(Point { lon: 0.0, lat: 0.0 });
        self.lon.push(point.lon);
        self.lat.push(point.lat);
    }

    /// The column.
    pub fn finish(mut self) -> StructArray {
        let nulls = self.nulls.finish();
        let child =
            |values: Vec<f64>| -> ArrayRef { Arc::new(arrow::array::Float64Array::new(values.into(), nulls.clone())) };
        StructArray::new(layout::point_fields(), vec![child(self.lon), child(self.lat)], nulls)
    }
}
