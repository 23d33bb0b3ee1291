//! A GeoJSON feature collection: the geometry from the first shape, else from the first point, else null; all other columns are
//! properties.

use std::io::Write as _;

use arrow::record_batch::RecordBatch;

use super::geometry::place_column;
use super::json::Objects;
use super::project::WGS84;
use super::value::Values;
use crate::Error;
use crate::output::{ColumnKind, RowFormat, Table, WriterOptions};

/// Writes a feature collection.
pub struct Geojson {
    properties: Objects,
    /// The column that gives the geometry.
    geometry: Option<(usize, ColumnKind)>,
    /// EPSG code of the coordinates.
    epsg: u16,
}

impl Geojson {
    /// For the columns of a table.
    pub fn new(table: &Table, options: &WriterOptions) -> Self {
        let geometry = place_column(table);
        let mut rest = table.clone();
        if options.epoch_times {
            for column in rest
                .columns
                .iter_mut()
                .filter(|column| column.kind == ColumnKind::Datetime)
            {
                // Instants are kept as these numbers.
                column.kind = ColumnKind::Int;
            }
        }
        if let Some((index, _)) = geometry {
            rest.columns.remove(index);
        }
        Self {
            properties: Objects::new(&rest),
            geometry,
            epsg: options.epsg,
        }
    }
}

impl RowFormat for Geojson {
    fn head(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"type\":\"FeatureCollection\",");
        if self.epsg != WGS84 {
            // As the format was before RFC 7946, which knows WGS 84 only. Writing to memory cannot fail.
            let name = format_args!("urn:ogc:def:crs:EPSG::{}", self.epsg);
            let _ = write!(
                out,
                "\"crs\":{{\"type\":\"name\",\"properties\":{{\"name\":\"{name}\"}}}},"
            );
        }
        out.extend_from_slice(b"\"features\":[");
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
