//! A shapefile: `.shp`, `.shx`, `.dbf`, `.prj` and `.cpg` in a ZIP archive.
//!
//! The format says sizes before contents and has one kind of geometry: records are kept until the last, at most 50,000 of them.
//! The kind is that of the first record that has a place; records with another kind are left out, those without a place stay.

use arrow::record_batch::RecordBatch;

use super::dbf::Dbf;
use super::features::Layer;
use super::geometry::{Geometry, Position};
use super::project;
use super::value::Clock;
use super::zip::Zip;
use crate::Error;
use crate::output::{Table, Writer, WriterOptions};

/// Records of a shapefile, as other portals have it.
pub const MOST_ROWS: u64 = 50_000;

/// A kind of geometry that a file can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Point = 1,
    Lines = 3,
    Polygons = 5,
    Points = 8,
}

impl Kind {
    fn of(geometry: &Geometry) -> Option<Self> {
        Some(match geometry {
            Geometry::Point(_) => Self::Point,
            Geometry::Line(_) | Geometry::Lines(_) => Self::Lines,
            Geometry::Polygon(_) | Geometry::Polygons(_) => Self::Polygons,
            Geometry::Points(_) => Self::Points,
            Geometry::Collection(_) => return None,
        })
    }
}

/// West, south, east, north.
#[derive(Clone, Copy)]
struct Bounds([f64; 4]);

impl Bounds {
    const NOTHING: Self = Self([f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY]);

    fn add(&mut self, [x, y]: Position) {
        let [west, south, east, north] = self.0;
        self.0 = [west.min(x), south.min(y), east.max(x), north.max(y)];
    }

    fn push(self, out: &mut Vec<u8>) {
        let numbers = if self.0[0].is_finite() { self.0 } else { [0.0; 4] };
        numbers
            .iter()
            .for_each(|number| out.extend_from_slice(&number.to_le_bytes()));
    }
}

/// Writes a shapefile.
pub struct Shapefile {
    layer: Layer,
    options: WriterOptions,
    clock: Clock,
    kind: Option<Kind>,
    bounds: Bounds,
    /// Records of `.shp`, after its header.
    shapes: Vec<u8>,
    /// Records of `.shx`, after its header.
    index: Vec<u8>,
    dbf: Dbf,
    rows: u64,
}

/// Bytes of the header of `.shp` and `.shx`.
const HEADER: usize = 100;

impl Shapefile {
    /// For the columns of a table.
    ///
    /// # Errors
    /// The table has no place.
    pub fn new(table: &Table, options: WriterOptions) -> Result<Self, Error> {
        let layer = Layer::new(table, "shp")?;
        Ok(Self {
            clock: Clock::new(layer.timezone),
            dbf: Dbf::new(&layer.fields),
            layer,
            options,
            kind: None,
            bounds: Bounds::NOTHING,
            shapes: Vec::new(),
            index: Vec::new(),
            rows: 0,
        })
    }

    fn push_shape(&mut self, geometry: Option<&Geometry>) -> Result<(), Error> {
        let content = geometry.map_or_else(|| 0_u32.to_le_bytes().to_vec(), content);
        if let Some(geometry) = geometry {
            geometry.each(&mut |position| self.bounds.add(position));
        }
        // Sizes are counted in words of two bytes, in 32 bits.
        let words = |bytes: usize| {
            i32::try_from(bytes / 2).map_err(|_| {
                Error::Invalid("the shapes do not fit a shapefile: export fewer, or as fgb or parquet".to_owned())
            })
        };
        let (offset, length) = (words(HEADER + self.shapes.len())?, words(content.len())?);
        self.index.extend_from_slice(&offset.to_be_bytes());
        self.index.extend_from_slice(&length.to_be_bytes());
        let number = (self.index.len() / 8) as u32;
        self.shapes.extend_from_slice(&number.to_be_bytes());
        self.shapes.extend_from_slice(&length.to_be_bytes());
        self.shapes.extend_from_slice(&content);
        words(HEADER + self.shapes.len()).map(drop)
    }

    /// The header of `.shp` or `.shx` before `body`.
    fn header(&self, body: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER);
        out.extend_from_slice(&9994_u32.to_be_bytes());
        out.extend_from_slice(&[0; 20]);
        out.extend_from_slice(&(((HEADER + body.len()) / 2) as u32).to_be_bytes());
        out.extend_from_slice(&1000_u32.to_le_bytes());
        out.extend_from_slice(&self.kind.map_or(0, |kind| kind as u32).to_le_bytes());
        self.bounds.push(&mut out);
        out.extend_from_slice(&[0; 32]);
        out
    }
}

/// Twice the surface of a ring, positive when it runs against the clock.
fn turn(ring: &[Position]) -> f64 {
    let Some([ox, oy]) = ring.first() else { return 0.0 };
    let cross = |ends: &[Position]| {
        let ([ax, ay], [bx, by]) = (ends[0], ends[1]);
        (ax - ox) * (by - oy) - (bx - ox) * (ay - oy)
    };
    ring.windows(2).map(cross).sum()
}

/// The rings of a polygon as shapefiles have them: the border with the clock, holes against it.
fn turned(rings: &[Vec<Position>]) -> Vec<Vec<Position>> {
    let rings = rings.iter().enumerate().map(|(index, ring)| {
        let mut ring = ring.clone();
        if (turn(&ring) > 0.0) == (index == 0) {
            ring.reverse();
        }
        ring
    });
    rings.collect()
}

/// The content of a record of `.shp`.
fn content(geometry: &Geometry) -> Vec<u8> {
    let mut out = Vec::new();
    let parts = match geometry {
        Geometry::Point([x, y]) => {
            out.extend_from_slice(&(Kind::Point as u32).to_le_bytes());
            out.extend_from_slice(&x.to_le_bytes());
            out.extend_from_slice(&y.to_le_bytes());
            return out;
        }
        Geometry::Line(line) | Geometry::Points(line) => vec![line.clone()],
        Geometry::Lines(lines) => lines.clone(),
        Geometry::Polygon(rings) => turned(rings),
        Geometry::Polygons(polygons) => polygons.iter().flat_map(|rings| turned(rings)).collect(),
        Geometry::Collection(_) => Vec::new(),
    };
    let kind = Kind::of(geometry).map_or(0, |kind| kind as u32);
    out.extend_from_slice(&kind.to_le_bytes());
    let mut bounds = Bounds::NOTHING;
    parts.iter().flatten().for_each(|position| bounds.add(*position));
    bounds.push(&mut out);
    let total: usize = parts.iter().map(Vec::len).sum();
    if kind != Kind::Points as u32 {
        out.extend_from_slice(&(parts.len() as u32).to_le_bytes());
    }
    out.extend_from_slice(&(total as u32).to_le_bytes());
    if kind != Kind::Points as u32 {
        let mut start = 0_u32;
        for part in &parts {
            out.extend_from_slice(&start.to_le_bytes());
            start += part.len() as u32;
        }
    }
    for number in parts.iter().flatten().flatten() {
        out.extend_from_slice(&number.to_le_bytes());
    }
    out
}

impl Writer for Shapefile {
    fn start(&mut self, _: &mut Vec<u8>) -> Result<(), Error> {
        Ok(())
    }

    fn batch(&mut self, batch: &RecordBatch, _: &mut Vec<u8>) -> Result<(), Error> {
        self.rows += batch.num_rows() as u64;
        if self.rows > MOST_ROWS {
            return Err(super::too_many("shp", MOST_ROWS));
        }
        let features = self.layer.features(batch)?;
        for row in 0..batch.num_rows() {
            let geometry = features.place.geometry_of(row);
            if let Some(geometry) = &geometry {
                match Kind::of(geometry) {
                    Some(kind) if *self.kind.get_or_insert(kind) == kind => {}
                    _ => continue,
                }
            }
            self.push_shape(geometry.as_ref())?;
            self.dbf
                .push(&features.fields, row, &self.options.list_separator, &mut self.clock);
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        // What cannot be said is found before the first byte is sent.
        let table = self.dbf.bytes()?;
        let mut zip = Zip::default();
        let name = super::xml::name(&self.options.name);
        for (ending, body) in [("shp", &self.shapes), ("shx", &self.index)] {
            zip.begin(&format!("{name}.{ending}"), out)?;
            zip.write(&self.header(body), out)?;
            zip.write(body, out)?;
        }
        zip.begin(&format!("{name}.dbf"), out)?;
        zip.write(&table, out)?;
        if let Some(definition) = project::definition(self.options.epsg) {
            zip.begin(&format!("{name}.prj"), out)?;
            zip.write(definition.as_bytes(), out)?;
        }
        zip.begin(&format!("{name}.cpg"), out)?;
        zip.write(b"UTF-8", out)?;
        zip.finish(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_run_with_the_clock_and_holes_against_it() {
        let square = |size: f64| vec![[0.0, 0.0], [size, 0.0], [size, size], [0.0, size], [0.0, 0.0]];
        let mut reversed = square(1.0);
        reversed.reverse();
        for rings in [vec![square(4.0), square(1.0)], vec![square(4.0), reversed]] {
            let turned = turned(&rings);
            assert!(turn(&turned[0]) < 0.0 && turn(&turned[1]) > 0.0);
        }
    }
}
