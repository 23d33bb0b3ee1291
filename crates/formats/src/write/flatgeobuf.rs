//! FlatGeobuf, version 3. Its spatial index stands before the features, which lie in its order: so they are held until the last of
//! them is there, unless they become too many to be held. Then they are written as they come, without an index.
//!
//! The tables of the specification (header, column, reference system, geometry, feature) are built field by field: `slot` is the
//! place of a field in the order that the specification gives them.

use arrow::record_batch::RecordBatch;
use flatbuffers::{FlatBufferBuilder, TableFinishedWIPOffset, VOffsetT, WIPOffset};

use super::features::{Features, Layer};
use super::geometry::{Geometry, Position};
use super::hilbert::{self, Bounds, NODE_SIZE, NOWHERE};
use super::value::{Cell, Clock};
use crate::Error;
use crate::output::{ColumnKind, Table, Writer, WriterOptions};

/// `fgb`, the version of the format, `fgb`, the version of the patch.
const MAGIC: [u8; 8] = *b"fgb\x03fgb\x00";
/// The kind of geometry when records differ.
const ANY: u8 = 0;
const POINT: u8 = 1;

type Builder = FlatBufferBuilder<'static>;
type Finished = WIPOffset<TableFinishedWIPOffset>;

/// Bytes of features that are held for the index at most.
const MOST_HELD: usize = 64 << 20;

/// Writes FlatGeobuf.
pub struct Flatgeobuf {
    layer: Layer,
    options: WriterOptions,
    /// `None` once there are too many.
    held: Option<Held>,
}

/// Features that wait for the index.
#[derive(Default)]
struct Held {
    /// Of each, where it lies.
    bounds: Vec<Bounds>,
    /// Of each, where it ends among the bytes.
    ends: Vec<usize>,
    bytes: Vec<u8>,
}

impl Held {
    fn extent(&self) -> Bounds {
        self.bounds
            .iter()
            .fold(NOWHERE, |extent, bounds| hilbert::around(extent, *bounds))
    }

    /// The index and the features, in the order of the curve.
    fn push(&self, out: &mut Vec<u8>) {
        let extent = self.extent();
        let mut order: Vec<(u32, usize)> = self
            .bounds
            .iter()
            .enumerate()
            .map(|(feature, bounds)| (hilbert::place(*bounds, extent), feature))
            .collect();
        order.sort_unstable();
        let begin = |feature: usize| feature.checked_sub(1).map_or(0, |before| self.ends[before]);
        let mut offset = 0;
        let leaves: Vec<(Bounds, u64)> = order
            .iter()
            .map(|&(_, feature)| {
                let at = offset;
                offset += (self.ends[feature] - begin(feature)) as u64;
                (self.bounds[feature], at)
            })
            .collect();
        hilbert::push_tree(&leaves, out);
        for (_, feature) in order {
            out.extend_from_slice(&self.bytes[begin(feature)..self.ends[feature]]);
        }
    }
}

/// The box around a shape.
fn bounds(shape: &Geometry) -> Bounds {
    let mut bounds = NOWHERE;
    shape.each(&mut |[x, y]| bounds = hilbert::around(bounds, [x, y, x, y]));
    bounds
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
        Ok(Self {
            layer,
            options,
            held: Some(Held::default()),
        })
    }

    /// The header over features that are `indexed`, or over any number of them.
    fn header(&self, indexed: Option<&Held>, build: &mut Builder) -> Finished {
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
        let extent = indexed.map(Held::extent).filter(|extent| extent[0].is_finite());
        let extent = extent.map(|extent| build.create_vector(&extent));
        let header = build.start_table();
        build.push_slot_always(slot(0), name);
        if let Some(extent) = extent {
            build.push_slot_always(slot(1), extent);
        }
        let kind = if self.layer.place.1 == ColumnKind::GeoPoint {
            POINT
        } else {
            ANY
        };
        build.push_slot_always(slot(2), kind);
        build.push_slot_always(slot(7), columns);
        // Where the number of features is not known, it stays unsaid, and there is no index.
        if let Some(held) = indexed {
            build.push_slot_always(slot(8), held.ends.len() as u64);
        }
        build.push_slot_always(slot(9), if indexed.is_some() { NODE_SIZE } else { 0 });
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

impl Flatgeobuf {
    fn head(&self, indexed: Option<&Held>, out: &mut Vec<u8>) {
        let mut build = Builder::new();
        let header = self.header(indexed, &mut build);
        build.finish_size_prefixed(header, None);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(build.finished_data());
    }

    /// Appends the features of a batch; `note` is told where each lies, and where it ends.
    fn features(
        &self,
        batch: &RecordBatch,
        out: &mut Vec<u8>,
        mut note: impl FnMut(Bounds, usize),
    ) -> Result<(), Error> {
        let features = self.layer.features(batch)?;
        let mut clock = Clock::new(self.layer.timezone);
        let mut build = Builder::new();
        let mut properties = Vec::new();
        for row in 0..batch.num_rows() {
            build.reset();
            properties.clear();
            self.properties(&features, row, &mut clock, &mut properties);
            let shape = features.place.geometry_of(row);
            let place = shape.as_ref().map(|shape| geometry(&mut build, shape));
            let properties = build.create_vector(&properties);
            let feature = build.start_table();
            if let Some(place) = place {
                build.push_slot_always(slot(0), place);
            }
            build.push_slot_always(slot(1), properties);
            let feature = build.end_table(feature);
            build.finish_size_prefixed(feature, None);
            out.extend_from_slice(build.finished_data());
            note(shape.as_ref().map_or(NOWHERE, bounds), out.len());
        }
        Ok(())
    }
}

impl Writer for Flatgeobuf {
    fn start(&mut self, _: &mut Vec<u8>) -> Result<(), Error> {
        Ok(())
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<(), Error> {
        let Some(mut held) = self.held.take() else {
            return self.features(batch, out, |_, _| {});
        };
        let Held { bounds, ends, bytes } = &mut held;
        self.features(batch, bytes, |place, end| {
            bounds.push(place);
            ends.push(end);
        })?;
        if held.bytes.len() > MOST_HELD {
            self.head(None, out);
            out.append(&mut held.bytes);
        } else {
            self.held = Some(held);
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let Some(held) = self.held.take() else {
            return Ok(());
        };
        // A tree of nothing has no root.
        let indexed = (!held.ends.is_empty()).then_some(&held);
        self.head(indexed, out);
        if let Some(held) = indexed {
            held.push(out);
        }
        Ok(())
    }
}
