//! Places as well-known binary with the metadata that GeoParquet 1.1 and GeoArrow define, for Parquet and Arrow.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use serde_json::{Value, json};

use super::geometry::{Geometry, place_column};
use super::project::WGS84;
use super::value::{Values, data_type, in_layout};
use crate::Error;
use crate::output::{ColumnKind, Table};

/// What is known of the places of a column.
#[derive(Default)]
struct Seen {
    kinds: BTreeSet<&'static str>,
    bounds: Option<[f64; 4]>,
}

/// The columns of a table with their places as binary.
pub struct Layout {
    /// The columns as they are written.
    pub schema: SchemaRef,
    columns: Vec<(String, ColumnKind)>,
    seen: BTreeMap<usize, Seen>,
    primary: Option<usize>,
}

fn is_place(kind: ColumnKind) -> bool {
    matches!(kind, ColumnKind::GeoPoint | ColumnKind::GeoShape)
}

fn field(key: &str, kind: ColumnKind, epsg: u16) -> Field {
    if !is_place(kind) {
        return Field::new(key, data_type(kind), true);
    }
    // Longitude first, which EPSG:4326 does not say.
    let system = if epsg == WGS84 {
        "OGC:CRS84".to_owned()
    } else {
        format!("EPSG:{epsg}")
    };
    let extension = HashMap::from([
        ("ARROW:extension:name".to_owned(), "geoarrow.wkb".to_owned()),
        (
            "ARROW:extension:metadata".to_owned(),
            json!({ "crs": system, "crs_type": "authority_code" }).to_string(),
        ),
    ]);
    Field::new(key, DataType::Binary, true).with_metadata(extension)
}

impl Layout {
    /// For the columns of a table, with coordinates in the system `epsg`.
    pub fn new(table: &Table, epsg: u16) -> Self {
        let columns = table.columns.iter();
        let fields: Vec<Field> = columns
            .clone()
            .map(|column| field(&column.key, column.kind, epsg))
            .collect();
        Self {
            schema: Arc::new(Schema::new(fields)),
            columns: columns.map(|column| (column.key.clone(), column.kind)).collect(),
            seen: BTreeMap::new(),
            primary: place_column(table).map(|(index, _)| index),
        }
    }

    /// A batch in this layout.
    pub fn batch(&mut self, batch: &RecordBatch) -> Result<RecordBatch, Error> {
        let mut arrays = Vec::with_capacity(batch.num_columns());
        for (index, (array, (_, kind))) in batch.columns().iter().zip(&self.columns).enumerate() {
            arrays.push(if is_place(*kind) {
                let seen = self.seen.entry(index).or_default();
                binary(&Values::new(array, *kind)?, batch.num_rows(), seen)
            } else {
                in_layout(array, *kind)?
            });
        }
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), arrays)?)
    }

    /// The metadata `geo` of GeoParquet; `None` without places. Coordinates are longitude and latitude on WGS 84, its default.
    pub fn metadata(&self) -> Option<Value> {
        let primary = self.primary?;
        let mut columns = serde_json::Map::new();
        for (index, (key, kind)) in self.columns.iter().enumerate() {
            if is_place(*kind) {
                let seen = self.seen.get(&index);
                let mut column = json!({
                    "encoding": "WKB",
                    "geometry_types": seen.map(|seen| seen.kinds.iter().collect::<Vec<_>>()).unwrap_or_default(),
                });
                if let Some(bounds) = seen.and_then(|seen| seen.bounds) {
                    column["bbox"] = json!(bounds);
                }
                columns.insert(key.clone(), column);
            }
        }
        Some(json!({ "version": "1.1.0", "primary_column": self.columns[primary].0, "columns": columns }))
    }
}

fn binary(values: &Values, rows: usize, seen: &mut Seen) -> ArrayRef {
    let mut builder = BinaryBuilder::new();
    let mut bytes = Vec::new();
    for row in 0..rows {
        let Some(geometry) = values.geometry_of(row) else {
            builder.append_null();
            continue;
        };
        bytes.clear();
        geometry.push_wkb(&mut bytes);
        builder.append_value(&bytes);
        see(&geometry, seen);
    }
    Arc::new(builder.finish())
}

fn see(geometry: &Geometry, seen: &mut Seen) {
    seen.kinds.insert(geometry.name());
    geometry.each(&mut |[x, y]| {
        let [west, south, east, north] = seen.bounds.unwrap_or([x, y, x, y]);
        seen.bounds = Some([west.min(x), south.min(y), east.max(x), north.max(y)]);
    });
}
