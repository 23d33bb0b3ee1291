//! FlatGeobuf, version 3, without its spatial index, which needs every record before the first byte.
//!
//! The tables of the specification (header, column, reference system, geometry, feature) are built field by field: `slot` is the
//! place of a field in the order that the specification gives them.

use arrow::record_batch::RecordBatch;
use flatbuffers::{FlatBufferBuilder, TableFinishedWIPOffset, VOffsetT, WIPOffset};

use super::features::{Features, Layer};
use super::geometry::{Geometry, Position};
use super::value::{Cell, Clock};
use crate::Error;
use crate::output::{ColumnKind, RowFormat, Table, WriterOptions};

/// `fgb`, the version of the format, `fgb`, the version of the patch.
const MAGIC: [u8; 8] = *b"fgb\x03fgb\x00";
/// The kind of geometry when records differ.
const ANY: u8 = 0;
const POINT: u8 = 1;

type Builder = FlatBufferBuilder<'static>;
type Finished = WIPOffset<TableFinishedWIPOffset>;

/// Writes FlatGeobuf.
pub struct Flatgeobuf {
    layer: Layer,
    options: WriterOptions,
}

const fn slot(field: VOffsetT) -> VOffsetT {
    4 + 2 * field
}

/// The number of a column's type.
fn type_code(kind: ColumnKind) -> u8 {
    match kind {
        ColumnKind::Boolean => 2,
        ColumnKind::Int => 7,
        ColumnKind::Double => 10,
        ColumnKind::Json => 12,
        ColumnKind::Datetime | ColumnKind::Date(None) => 13,
        _ => 11,
    }
}

impl Flatgeobuf {
    /// For the columns of a table.
    ///
    /// # Errors
    /// The table has no place.
    pub fn new(table: &Table, options: WriterOptions) -> Result<Self, Error> {
        let layer = Layer::new(table, "fgb")?;
        Ok(Self { layer, options })
    }

    fn header(&self, build: &mut Builder) -> Finished {
        let columns: Vec<Finished> = self
            .layer
            .fields
            .iter()
            .map(|field| {
                let name = build.create_string(&field.key);
                let title = build.create_string(&field.label);
                let column = build.start_table();
                build.push_slot_always(slot(0), name);
                build.push_slot_always(slot(1), type_code(field.kind));
                build.push_slot_always(slot(2), title);
                build.end_table(column)
            })
            .collect();
        let columns = build.create_vector(&columns);
        let organisation = build.create_string("EPSG");
        let system = build.start_table();
        build.push_slot_always(slot(0), organisation);
        build.push_slot_always(slot(1), i32::from(self.options.epsg));
        let system = build.end_table(system);
        let name = build.create_string(&self.options.name);
        let header = build.start_table();
        build.push_slot_always(slot(0), name);
        let kind = if self.layer.place.1 == ColumnKind::GeoPoint {
            POINT
        } else {
            ANY
        };
        build.push_slot_always(slot(2), kind);
        build.push_slot_always(slot(7), columns);
        // The number of features stays unsaid: it is not known yet. No index.
        build.push_slot_always(slot(9), 0_u16);
        build.push_slot_always(slot(10), system);
        build.end_table(header)
    }

    fn properties(&self, features: &Features, row: usize, clock: &mut Clock, out: &mut Vec<u8>) {
        for (index, values) in features.fields.iter().enumerate() {
            let cell = values.cell(row);
            if matches!(cell, Cell::Null) {
                continue;
            }
            // There are at most 500 fields.
            out.extend_from_slice(&(index as u16).to_le_bytes());
            match cell {
                Cell::Boolean(value) => out.push(u8::from(value)),
                Cell::Int(value) => out.extend_from_slice(&value.to_le_bytes()),
                Cell::Double(value) => out.extend_from_slice(&value.to_le_bytes()),
                _ => {
                    let text = values.text(row, &self.options.list_separator, clock);
                    out.extend_from_slice(&(text.len() as u32).to_le_bytes());
                    out.extend_from_slice(text.as_bytes());
                }
            }
        }
    }
}

fn flat(positions: &[Position]) -> Vec<f64> {
    positions.iter().flatten().copied().collect()
}

/// A geometry of one run of positions, or of several of which `ends` tells the last.
fn single(build: &mut Builder, code: u8, runs: &[Vec<Position>]) -> Finished {
    let positions: Vec<f64> = runs.iter().flat_map(|run| flat(run)).collect();
    let ends = (runs.len() > 1).then(|| {
        let mut end = 0;
        let ends: Vec<u32> = runs
            .iter()
            .map(|run| {
                end += run.len() as u32;
                end
            })
            .collect();
        build.create_vector(&ends)
    });
    let positions = build.create_vector(&positions);
    let geometry = build.start_table();
    if let Some(ends) = ends {
        build.push_slot_always(slot(0), ends);
    }
    build.push_slot_always(slot(1), positions);
    build.push_slot_always(slot(6), code);
    build.end_table(geometry)
}

fn geometry(build: &mut Builder, shape: &Geometry) -> Finished {
    let parts: Vec<Finished> = match shape {
        Geometry::Point(position) => return single(build, shape.code(), &[vec![*position]]),
        Geometry::Line(run) | Geometry::Points(run) => return single(build, shape.code(), std::slice::from_ref(run)),
        Geometry::Polygon(runs) | Geometry::Lines(runs) => return single(build, shape.code(), runs),
        Geometry::Polygons(polygons) => polygons.iter().map(|rings| single(build, 3, rings)).collect(),
        Geometry::Collection(parts) => parts.iter().map(|part| geometry(build, part)).collect(),
    };
    let parts = build.create_vector(&parts);
    let whole = build.start_table();
    build.push_slot_always(slot(6), shape.code());
    build.push_slot_always(slot(7), parts);
    build.end_table(whole)
}

impl RowFormat for Flatgeobuf {
    fn head(&self, out: &mut Vec<u8>) {
        let mut build = Builder::new();
        let header = self.header(&mut build);
        build.finish_size_prefixed(header, None);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(build.finished_data());
    }

    fn rows(&self, batch: &RecordBatch, _: bool, out: &mut Vec<u8>) -> Result<(), Error> {
        let features = self.layer.features(batch)?;
        let mut clock = Clock::new(self.layer.timezone);
        let mut build = Builder::new();
        let mut properties = Vec::new();
        for row in 0..batch.num_rows() {
            build.reset();
            properties.clear();
            self.properties(&features, row, &mut clock, &mut properties);
            let place = features
                .place
                .geometry_of(row)
                .map(|shape| geometry(&mut build, &shape));
            let properties = build.create_vector(&properties);
            let feature = build.start_table();
            if let Some(place) = place {
                build.push_slot_always(slot(0), place);
            }
            build.push_slot_always(slot(1), properties);
            let feature = build.end_table(feature);
            build.finish_size_prefixed(feature, None);
            out.extend_from_slice(build.finished_data());
        }
        Ok(())
    }

    fn tail(&self, _: &mut Vec<u8>) {}
}
