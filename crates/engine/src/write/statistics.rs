//! Statistics of the values of each field, gathered chunk by chunk and merged in any order.

use std::collections::{BTreeSet, HashSet};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::{max, max_string, min, min_string};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimeUnit, TimestampMillisecondType};
use parvis_formats::write::geometry::Geometry;
use parvis_model::{Extent, Field, FieldType, Schema};
use serde_json::Value;
use twox_hash::XxHash3_64;

use crate::layout;
use crate::manifest::FieldStatistics;

/// Beyond this many different values a field's are no longer counted.
const MOST_DISTINCT: usize = 1_000;
/// Longest text kept as a minimum or maximum, in characters.
const LONGEST_TEXT: usize = 100;

/// A smallest or largest value.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
enum Bound {
    Int(i64),
    Double(f64),
    Text(String),
}

impl Bound {
    fn json(&self) -> Value {
        match self {
            Self::Int(value) => Value::from(*value),
            Self::Double(value) => Value::from(*value),
            Self::Text(value) => Value::from(value.chars().take(LONGEST_TEXT).collect::<String>()),
        }
    }
}

/// What is known of one field so far.
#[derive(Clone, Debug)]
struct Column {
    /// Name of the physical column that is looked at.
    column: String,
    nulls: u64,
    bounds: Option<(Bound, Bound)>,
    /// Hashes of the different values; `None` when there are too many.
    distinct: Option<HashSet<u64>>,
    /// Of places.
    places: Places,
}

/// Where places lie, and what they are.
#[derive(Clone, Debug, Default)]
struct Places {
    kind: Option<FieldType>,
    /// West, south, east, north.
    bounds: Option<[f64; 4]>,
    kinds: BTreeSet<&'static str>,
}

impl Places {
    fn of(field: &Field) -> Self {
        Self {
            kind: Some(field.field_type).filter(|kind| kind.is_geo()),
            ..Self::default()
        }
    }

    /// Looks at the places of a field, whose first physical column is `first`.
    fn observe(&mut self, batch: &RecordBatch, first: &str, array: &ArrayRef) {
        match self.kind {
            Some(FieldType::GeoPoint2d) => {
                let lat = first
                    .strip_suffix(".lon")
                    .and_then(|stem| batch.column_by_name(&format!("{stem}.lat")));
                let Some(lat) = lat.and_then(|lat| lat.as_primitive_opt::<Float64Type>()) else {
                    return;
                };
                let lon = array.as_primitive::<Float64Type>();
                if let (Some(west), Some(east), Some(south), Some(north)) = (min(lon), max(lon), min(lat), max(lat)) {
                    self.widen([west, south, east, north]);
                    self.kinds.insert("Point");
                }
            }
            Some(FieldType::GeoShape) => {
                let shapes = array.as_string::<i32>().iter().flatten();
                for shape in shapes.filter_map(Geometry::parse) {
                    shape.each(&mut |[x, y]| self.widen([x, y, x, y]));
                    self.kinds.insert(shape.name());
                }
            }
            _ => {}
        }
    }

    fn widen(&mut self, [west, south, east, north]: [f64; 4]) {
        let known = self.bounds.unwrap_or([west, south, east, north]);
        self.bounds = Some([
            known[0].min(west),
            known[1].min(south),
            known[2].max(east),
            known[3].max(north),
        ]);
    }

    fn merge(&mut self, other: Self) {
        if let Some(bounds) = other.bounds {
            self.widen(bounds);
        }
        self.kinds.extend(other.kinds);
    }
}

/// Where the places of all fields lie.
pub(super) fn extent(statistics: &[FieldStatistics]) -> Option<Extent> {
    let mut all = Places::default();
    let mut kinds = BTreeSet::new();
    for field in statistics {
        if let Some(bounds) = field.bbox {
            all.widen(bounds);
        }
        kinds.extend(field.kinds.iter().cloned());
    }
    Some(Extent::new(all.bounds?, kinds.into_iter().collect()))
}

/// What is known of all fields so far.
#[derive(Clone, Debug)]
pub(super) struct Statistics {
    columns: Vec<Column>,
}

impl Statistics {
    /// Nothing seen yet.
    pub(super) fn new(schema: &Schema) -> Self {
        let columns = schema.fields.iter().map(|field| Column {
            column: if field.field_type == FieldType::GeoPoint2d {
                layout::lon(&field.name)
            } else {
                layout::column(&field.name)
            },
            nulls: 0,
            bounds: None,
            distinct: (!field.field_type.is_geo()).then(HashSet::new),
            places: Places::of(field),
        });
        Self {
            columns: columns.collect(),
        }
    }

    /// Looks at a batch of physical columns.
    pub(super) fn observe(&mut self, batch: &RecordBatch) {
        for column in &mut self.columns {
            let Some(array) = batch.column_by_name(&column.column) else {
                continue;
            };
            column.nulls += array.null_count() as u64;
            let bounds = bounds(array);
            column.widen(bounds);
            column.places.observe(batch, &column.column, array);
            if let Some(mut seen) = column.distinct.take() {
                column.distinct = add_hashes(&mut seen, array).then_some(seen);
            }
        }
    }

    /// Adds what was seen elsewhere.
    pub(super) fn merge(&mut self, other: Self) {
        for (mine, theirs) in self.columns.iter_mut().zip(other.columns) {
            mine.nulls += theirs.nulls;
            mine.widen(theirs.bounds);
            mine.places.merge(theirs.places);
            mine.distinct = match (mine.distinct.take(), theirs.distinct) {
                (Some(mut a), Some(b)) => {
                    a.extend(b);
                    (a.len() <= MOST_DISTINCT).then_some(a)
                }
                _ => None,
            };
        }
    }

    /// Those that have too many values already, so that another thread need not count them.
    pub(super) fn saturated(&self) -> Vec<bool> {
        self.columns.iter().map(|column| column.distinct.is_none()).collect()
    }

    /// Does not count the values of these fields.
    pub(super) fn skip(&mut self, saturated: &[bool]) {
        for (column, saturated) in self.columns.iter_mut().zip(saturated) {
            if *saturated {
                column.distinct = None;
            }
        }
    }

    /// The result, in the order of the schema.
    pub(super) fn finish(self, schema: &Schema) -> Vec<FieldStatistics> {
        let fields = schema.fields.iter().zip(self.columns);
        fields
            .map(|(field, column)| {
                let keep = !field.field_type.is_geo() && !field.is_multivalued();
                let bounds = column.bounds.filter(|_| keep);
                FieldStatistics {
                    name: field.name.clone(),
                    nulls: column.nulls,
                    min: bounds.as_ref().map(|(low, _)| low.json()),
                    max: bounds.as_ref().map(|(_, high)| high.json()),
                    distinct: column.distinct.map(|seen| seen.len() as u64),
                    bbox: column.places.bounds,
                    kinds: column.places.kinds.iter().map(|kind| (*kind).to_owned()).collect(),
                }
            })
            .collect()
    }
}

impl Column {
    fn widen(&mut self, other: Option<(Bound, Bound)>) {
        self.bounds = match (self.bounds.take(), other) {
            (Some((low, high)), Some((other_low, other_high))) => Some((
                if other_low < low { other_low } else { low },
                if other_high > high { other_high } else { high },
            )),
            (mine, other) => mine.or(other),
        };
    }
}

/// The smallest and the largest value of a column.
fn bounds(array: &ArrayRef) -> Option<(Bound, Bound)> {
    match array.data_type() {
        DataType::Int64 => {
            let values = array.as_primitive::<Int64Type>();
            Some((Bound::Int(min(values)?), Bound::Int(max(values)?)))
        }
        DataType::Float64 => {
            let values = array.as_primitive::<Float64Type>();
            Some((Bound::Double(min(values)?), Bound::Double(max(values)?)))
        }
        DataType::Date32 => {
            let values = array.as_primitive::<Date32Type>();
            Some((Bound::Int(min(values)?.into()), Bound::Int(max(values)?.into())))
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            let values = array.as_primitive::<TimestampMillisecondType>();
            Some((Bound::Int(min(values)?), Bound::Int(max(values)?)))
        }
        DataType::Utf8 => {
            let values = array.as_string::<i32>();
            let text = |value: &str| Bound::Text(value.to_owned());
            Some((text(min_string(values)?), text(max_string(values)?)))
        }
        _ => None,
    }
}

/// Adds the hashes of the values; `false` when there are too many.
fn add_hashes(seen: &mut HashSet<u64>, array: &ArrayRef) -> bool {
    let add = |seen: &mut HashSet<u64>, bytes: &[u8]| {
        seen.insert(XxHash3_64::oneshot(bytes));
        seen.len() <= MOST_DISTINCT
    };
    let number =
        |seen: &mut HashSet<u64>, value: Option<i64>| value.is_none_or(|value| add(seen, &value.to_le_bytes()));
    match array.data_type() {
        DataType::Utf8 => array
            .as_string::<i32>()
            .iter()
            .flatten()
            .all(|text| add(seen, text.as_bytes())),
        DataType::List(_) => add_hashes(seen, array.as_list::<i32>().values()),
        DataType::Int64 => array
            .as_primitive::<Int64Type>()
            .iter()
            .all(|value| number(seen, value)),
        DataType::Float64 => array
            .as_primitive::<Float64Type>()
            .iter()
            .all(|value| number(seen, value.map(|value| value.to_bits().cast_signed()))),
        DataType::Date32 => array
            .as_primitive::<Date32Type>()
            .iter()
            .all(|value| number(seen, value.map(i64::from))),
        DataType::Timestamp(TimeUnit::Millisecond, _) => array
            .as_primitive::<TimestampMillisecondType>()
            .iter()
            .all(|value| number(seen, value)),
        DataType::Boolean => array
            .as_boolean()
            .iter()
            .all(|value| number(seen, value.map(i64::from))),
        _ => false,
    }
}
