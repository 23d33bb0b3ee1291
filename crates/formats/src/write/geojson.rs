//! A GeoJSON feature collection: the geometry from the first shape, else from the first point, else null; all other columns are
//! properties.

use arrow::record_batch::RecordBatch;

use super::json::Objects;
use super::value::Values;
use crate::Error;
use crate::output::{ColumnKind, RowFormat, Table};

/// Writes a feature collection.
pub struct Geojson {
    properties: Objects,
    /// The column that gives the geometry.
    geometry: Option<(usize, ColumnKind)>,
}

impl Geojson {
    /// For the columns of a table.
    pub fn new(table: &Table) -> Self {
        let first = |kind| {
            table
                .columns
                .iter()
                .position(|column| column.kind == kind)
                .map(|index| (index, kind))
        };
        let geometry = first(ColumnKind::GeoShape).or_else(|| first(ColumnKind::GeoPoint));
        let mut rest = table.clone();
        if let Some((index, _)) = geometry {
            rest.columns.remove(index);
        }
        Self {
            properties: Objects::new(&rest),
            geometry,
        }
    }
}

impl RowFormat for Geojson {
    fn head(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"type\":\"FeatureCollection\",\"features\":[");
    }

    fn rows(&self, batch: &RecordBatch, first: bool, out: &mut Vec<u8>) -> Result<(), Error> {
        let mut rest = batch.clone();
        let geometry = match self.geometry {
            Some((index, kind)) if index < rest.num_columns() => Some(Values::new(&rest.remove_column(index), kind)?),
            _ => None,
        };
        let mut columns = self.properties.columns(&rest)?;
        for row in 0..batch.num_rows() {
            out.extend_from_slice(if first && row == 0 { b"\n".as_slice() } else { b",\n" });
            out.extend_from_slice(b"{\"type\":\"Feature\",\"geometry\":");
            match &geometry {
                Some(geometry) => geometry.geometry(row, out),
                None => out.extend_from_slice(b"null"),
            }
            out.extend_from_slice(b",\"properties\":");
            self.properties.push(&mut columns, row, out);
            out.push(b'}');
        }
        Ok(())
    }

    fn tail(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"]}\n");
    }
}
