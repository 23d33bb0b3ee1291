//! A GeoJSON feature collection: the geometry from the first shape, else from the first point, else null; all other columns are
//! properties.

use arrow::record_batch::RecordBatch;

use super::json::Objects;
use super::value::Values;
use crate::Error;
use crate::output::{ColumnKind, Table, Writer};

/// Writes a feature collection.
pub struct GeojsonWriter {
    properties: Objects,
    /// The column that gives the geometry.
    geometry: Option<(usize, ColumnKind)>,
    first: bool,
}

impl GeojsonWriter {
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
            first: true,
        }
    }
}

impl Writer for GeojsonWriter {
    fn start(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        out.extend_from_slice(b"{\"type\":\"FeatureCollection\",\"features\":[");
        Ok(())
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<(), Error> {
        let mut rest = batch.clone();
        let geometry = match self.geometry {
            Some((index, kind)) if index < rest.num_columns() => Some(Values::new(&rest.remove_column(index), kind)?),
            _ => None,
        };
        let values = self.properties.values(&rest)?;
        for row in 0..batch.num_rows() {
            out.extend_from_slice(if self.first { b"\n" } else { b",\n" });
            self.first = false;
            out.extend_from_slice(b"{\"type\":\"Feature\",\"geometry\":");
            match &geometry {
                Some(geometry) => geometry.geometry(row, out),
                None => out.extend_from_slice(b"null"),
            }
            out.extend_from_slice(b",\"properties\":");
            self.properties.push(&values, row, out);
            out.push(b'}');
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        out.extend_from_slice(b"]}\n");
        Ok(())
    }
}
