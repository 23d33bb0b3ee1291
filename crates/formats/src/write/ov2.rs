//! TomTom's points of interest: a position and a name each, in Windows-1252.

use arrow::record_batch::RecordBatch;

use super::features::Layer;
use crate::Error;
use crate::output::{RowFormat, Table};

/// A plain point.
const POINT: u8 = 2;
/// Bytes of a record without its name.
const FIXED: usize = 13;

/// Writes points of interest. A record is where its point is, a shape where its box has its middle.
pub struct Ov2 {
    layer: Layer,
}

impl Ov2 {
    /// For the columns of a table.
    ///
    /// # Errors
    /// The table has no place.
    pub fn new(table: &Table) -> Result<Self, Error> {
        let layer = Layer::new(table, "ov2")?;
        Ok(Self { layer })
    }
}

impl RowFormat for Ov2 {
    fn head(&self, _: &mut Vec<u8>) {}

    fn rows(&self, batch: &RecordBatch, _: bool, out: &mut Vec<u8>) -> Result<(), Error> {
        let features = self.layer.features(batch)?;
        for row in 0..batch.num_rows() {
            let Some(geometry) = features.place.geometry_of(row) else {
                continue;
            };
            let [mut west, mut south, mut east, mut north] = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
            geometry.each(&mut |[x, y]| {
                (west, south, east, north) = (west.min(x), south.min(y), east.max(x), north.max(y));
            });
            let name = self
                .layer
                .title
                .and_then(|title| features.fields[title].plain_text(row));
            let (name, _, _) = encoding_rs::WINDOWS_1252.encode(name.unwrap_or_default());
            let name: Vec<u8> = name.iter().copied().filter(|byte| *byte != 0).collect();
            out.push(POINT);
            out.extend_from_slice(&((FIXED + name.len() + 1) as u32).to_le_bytes());
            for degrees in [f64::midpoint(west, east), f64::midpoint(south, north)] {
                out.extend_from_slice(&((degrees * 100_000.0).round() as i32).to_le_bytes());
            }
            out.extend_from_slice(&name);
            out.push(0);
        }
        Ok(())
    }

    fn tail(&self, _: &mut Vec<u8>) {}
}
