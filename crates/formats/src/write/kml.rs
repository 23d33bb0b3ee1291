//! KML 2.2: a placemark per record, its fields as typed extended data.

use std::io::Write as _;

use arrow::record_batch::RecordBatch;

use super::features::Layer;
use super::geometry::{Geometry, Position};
use super::value::{Clock, push_double};
use super::xml::{escaped, push_escaped};
use crate::Error;
use crate::output::{ColumnKind, RowFormat, Table, WriterOptions};

/// Writes KML.
pub struct Kml {
    layer: Layer,
    options: WriterOptions,
    /// `name="…"` of each field, escaped.
    names: Vec<String>,
}

impl Kml {
    /// For the columns of a table.
    ///
    /// # Errors
    /// The table has no place.
    pub fn new(table: &Table, options: WriterOptions) -> Result<Self, Error> {
        let layer = Layer::new(table, "kml")?;
        let names = layer.fields.iter().map(|field| escaped(&field.key)).collect();
        Ok(Self { layer, options, names })
    }
}

fn type_name(kind: ColumnKind) -> &'static str {
    match kind {
        // Whole numbers of 64 bits have no type of their own: `int` has 32.
        ColumnKind::Int | ColumnKind::Double => "double",
        ColumnKind::Boolean => "bool",
        _ => "string",
    }
}

fn push_coordinates(positions: &[Position], out: &mut Vec<u8>) {
    out.extend_from_slice(b"<coordinates>");
    for (index, [x, y]) in positions.iter().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        push_double(*x, out);
        out.push(b',');
        push_double(*y, out);
    }
    out.extend_from_slice(b"</coordinates>");
}

fn push_geometry(geometry: &Geometry, out: &mut Vec<u8>) {
    let mut around = |name: &str, positions: &[Position]| {
        let _ = write!(out, "<{name}>");
        push_coordinates(positions, out);
        let _ = write!(out, "</{name}>");
    };
    match geometry {
        Geometry::Point(position) => around("Point", &[*position]),
        Geometry::Line(positions) => around("LineString", positions),
        Geometry::Polygon(rings) => {
            out.extend_from_slice(b"<Polygon>");
            for (index, ring) in rings.iter().enumerate() {
                let side = if index == 0 {
                    "outerBoundaryIs"
                } else {
                    "innerBoundaryIs"
                };
                let _ = write!(out, "<{side}><LinearRing>");
                push_coordinates(ring, out);
                let _ = write!(out, "</LinearRing></{side}>");
            }
            out.extend_from_slice(b"</Polygon>");
        }
        several => {
            out.extend_from_slice(b"<MultiGeometry>");
            for part in several.parts() {
                push_geometry(&part, out);
            }
            out.extend_from_slice(b"</MultiGeometry>");
        }
    }
}

impl RowFormat for Kml {
    fn head(&self, out: &mut Vec<u8>) {
        let name = escaped(&self.options.name);
        // Writing to memory cannot fail.
        let _ = write!(
            out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>\
             <name>{name}</name>\n<Schema name=\"{name}\" id=\"fields\">"
        );
        for (field, name) in self.layer.fields.iter().zip(&self.names) {
            let _ = write!(
                out,
                "<SimpleField type=\"{}\" name=\"{name}\"><displayName>{}</displayName></SimpleField>",
                type_name(field.kind),
                escaped(&field.label)
            );
        }
        out.extend_from_slice(b"</Schema>\n");
    }

    fn rows(&self, batch: &RecordBatch, _: bool, out: &mut Vec<u8>) -> Result<(), Error> {
        let features = self.layer.features(batch)?;
        let mut clock = Clock::new(self.layer.timezone);
        for row in 0..batch.num_rows() {
            out.extend_from_slice(b"<Placemark>");
            if let Some(title) = self
                .layer
                .title
                .and_then(|title| features.fields[title].plain_text(row))
            {
                out.extend_from_slice(b"<name>");
                push_escaped(title, out);
                out.extend_from_slice(b"</name>");
            }
            out.extend_from_slice(b"<ExtendedData><SchemaData schemaUrl=\"#fields\">");
            for (values, name) in features.fields.iter().zip(&self.names) {
                if !values.is_null(row) {
                    let _ = write!(out, "<SimpleData name=\"{name}\">");
                    push_escaped(&values.text(row, &self.options.list_separator, &mut clock), out);
                    out.extend_from_slice(b"</SimpleData>");
                }
            }
            out.extend_from_slice(b"</SchemaData></ExtendedData>");
            if let Some(geometry) = features.place.geometry_of(row) {
                push_geometry(&geometry, out);
            }
            out.extend_from_slice(b"</Placemark>\n");
        }
        Ok(())
    }

    fn tail(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"</Document></kml>\n");
    }
}
