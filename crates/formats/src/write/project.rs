//! Projections: positions in another system of coordinates than WGS 84.

use std::ops::RangeInclusive;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Builder, NullBufferBuilder, StringBuilder, StructArray};
use arrow::datatypes::Float64Type;
use arrow::record_batch::RecordBatch;
use proj4rs::Proj;

use super::geometry::{Geometry, Position};
use super::value::in_layout;
use crate::output::{AnyWriter, ColumnKind, RowFormat, Table, Writer};
use crate::{Error, layout};

/// Degrees of longitude and latitude on WGS 84: what positions are kept in.
pub const WGS84: u16 = 4326;

/// Systems on a datum of their own whose definition was compared with PROJ and agrees within three metres in the middle of where
/// they are used. Others are up to hundreds of metres off, and so not known here.
const SHIFTED: [RangeInclusive<u16>; 17] = [
    2056..=2056,
    2100..=2100,
    2169..=2169,
    2393..=2393,
    3003..=3004,
    3021..=3021,
    5514..=5514,
    21781..=21781,
    23028..=23032,
    27561..=27564,
    27571..=27574,
    27700..=27700,
    28992..=28992,
    29902..=29902,
    31254..=31259,
    31370..=31370,
    31466..=31469,
];

/// Whether a system needs no other datum: those of today differ from WGS 84 by a metre or two.
fn is_near_wgs84(definition: &str) -> bool {
    let mut shifts = definition
        .split_whitespace()
        .filter_map(|part| part.strip_prefix("+towgs84="));
    let unshifted = shifts.all(|numbers| numbers.split(',').all(|number| number.parse() == Ok(0.0)));
    let datums = ["+ellps=GRS80", "+ellps=WGS84", "+datum=WGS84", "+datum=NAD83"];
    let near = datums.iter().any(|datum| definition.contains(datum));
    definition.contains("+nadgrids=@null") || (near && unshifted && !definition.contains("+pm="))
}

/// A way from WGS 84 to another system.
pub struct Projection {
    from: Proj,
    to: Proj,
}

impl Projection {
    /// The projection with this EPSG code; `None` when it is not known, or would be far off without a grid that is not there.
    pub fn find(code: u16) -> Option<Self> {
        let definition = |code| crs_definitions::from_code(code).map(|found| found.proj4);
        let wanted = definition(code)
            .filter(|wanted| is_near_wgs84(wanted) || SHIFTED.iter().any(|known| known.contains(&code)))?;
        let projection = Self {
            from: Proj::from_proj_string(definition(WGS84)?).ok()?,
            to: Proj::from_proj_string(wanted).ok()?,
        };
        // A system whose definition is there may still be of a kind that cannot be computed.
        (projection.to.is_latlong() || projection.to.has_forward()).then_some(projection)
    }

    /// The position in the other system; `None` where that has none.
    pub fn position(&self, [lon, lat]: Position) -> Option<Position> {
        let start = (lon.to_radians(), lat.to_radians());
        let (x, y) = proj4rs::adaptors::transform_vertex_2d(&self.from, &self.to, start).ok()?;
        let (x, y) = if self.to.is_latlong() {
            (x.to_degrees(), y.to_degrees())
        } else {
            (x, y)
        };
        (x.is_finite() && y.is_finite()).then_some([x, y])
    }

    /// The column with every place in the other system; places that this does not have become nulls.
    fn column(&self, array: &ArrayRef, kind: ColumnKind) -> Result<ArrayRef, Error> {
        let array = in_layout(array, kind)?;
        Ok(match kind {
            ColumnKind::GeoPoint => self.points(array.as_struct()),
            ColumnKind::GeoShape => {
                let mut shapes = StringBuilder::new();
                for text in array.as_string::<i32>() {
                    let projected = text
                        .and_then(Geometry::parse)
                        .and_then(|shape| shape.map(&|at| self.position(at)));
                    shapes.append_option(projected.map(|shape| {
                        let mut out = Vec::new();
                        shape.push_geojson(&mut out);
                        String::from_utf8(out).expect("GeoJSON that we write is UTF-8")
                    }));
                }
                Arc::new(shapes.finish())
            }
            _ => array,
        })
    }

    fn points(&self, points: &StructArray) -> ArrayRef {
        let child = |index: usize| points.column(index).as_primitive::<Float64Type>();
        let (lons, lats) = (child(0), child(1));
        let (mut xs, mut ys) = (Float64Builder::new(), Float64Builder::new());
        let mut nulls = NullBufferBuilder::new(points.len());
        for row in 0..points.len() {
            let at = [lons.value(row), lats.value(row)];
            let projected = points.is_valid(row).then(|| self.position(at)).flatten();
            xs.append_option(projected.map(|[x, _]| x));
            ys.append_option(projected.map(|[_, y]| y));
            nulls.append(projected.is_some());
        }
        let children: Vec<ArrayRef> = vec![Arc::new(xs.finish()), Arc::new(ys.finish())];
        Arc::new(StructArray::new(layout::point_fields(), children, nulls.finish()))
    }
}

/// The definition of a system as well-known text, for formats that say it that way.
pub fn definition(code: u16) -> Option<&'static str> {
    Some(crs_definitions::from_code(code)?.wkt)
}

/// The kinds of columns and the way of their places.
struct Projector {
    kinds: Vec<ColumnKind>,
    projection: Projection,
}

impl Projector {
    fn batch(&self, batch: &RecordBatch) -> Result<RecordBatch, Error> {
        let columns = batch.columns().iter().zip(&self.kinds).zip(batch.schema_ref().fields());
        let columns = columns.map(|((array, kind), field)| {
            let projected = match kind {
                ColumnKind::GeoPoint | ColumnKind::GeoShape => self.projection.column(array, *kind)?,
                _ => Arc::clone(array),
            };
            Ok((field.name().clone(), projected, true))
        });
        let columns: Vec<_> = columns.collect::<Result<_, Error>>()?;
        Ok(RecordBatch::try_from_iter_with_nullable(columns)?)
    }
}

/// A writer whose places are projected before they are written.
pub fn projected(writer: AnyWriter, table: &Table, projection: Projection) -> AnyWriter {
    let projector = Projector {
        kinds: table.columns.iter().map(|column| column.kind).collect(),
        projection,
    };
    match writer {
        AnyWriter::Apart(format) => AnyWriter::Apart(Arc::new(Projected {
            inner: format,
            projector,
        })),
        AnyWriter::InTurn(writer) => AnyWriter::InTurn(Box::new(Projected {
            inner: writer,
            projector,
        })),
    }
}

struct Projected<W> {
    inner: W,
    projector: Projector,
}

impl RowFormat for Projected<Arc<dyn RowFormat>> {
    fn head(&self, out: &mut Vec<u8>) {
        self.inner.head(out);
    }

    fn rows(&self, batch: &RecordBatch, first: bool, out: &mut Vec<u8>) -> Result<(), Error> {
        self.inner.rows(&self.projector.batch(batch)?, first, out)
    }

    fn tail(&self, out: &mut Vec<u8>) {
        self.inner.tail(out);
    }
}

impl Writer for Projected<Box<dyn Writer>> {
    fn start(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        self.inner.start(out)
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<(), Error> {
        self.inner.batch(&self.projector.batch(batch)?, out)
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        self.inner.finish(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Orléans in systems that French and other towns use, by pyproj 3.7.2.
    #[test]
    fn known_places_are_where_the_reference_has_them() {
        for (code, x, y, near) in REFERENCE {
            let [found_x, found_y] = Projection::find(code).unwrap().position([1.909, 47.9025]).unwrap();
            assert!(
                (found_x - x).abs() < near && (found_y - y).abs() < near,
                "{code}: {found_x} {found_y}"
            );
        }
    }

    const REFERENCE: [(u16, f64, f64, f64); 8] = [
        (2154, 618_486.570_922, 6_756_352.741_728, 0.001),
        (3857, 212_508.907_924, 6_090_649.609_646, 0.001),
        (4326, 1.909, 47.9025, 1e-9),
        (25830, 866_833.467_638, 5_317_137.699_6, 0.001),
        (32631, 418_463.570_22, 5_306_039.640_966, 0.001),
        (3948, 1_618_440.017_871, 7_189_737.045_111, 0.001),
        (3035, 3_717_114.652_68, 2_787_420.547_365, 0.001),
        // Another datum: seven numbers instead of the grid that the reference has.
        (31370, -34_043.422_989, -153_776.610_746, 3.0),
    ];

    #[test]
    fn any_code_gives_a_position_or_none() {
        let places = [
            [1.909, 47.9025],
            [180.0, 90.0],
            [-180.0, -90.0],
            [0.0, 0.0],
            [f64::NAN, 1e300],
            [-61.5, 16.25],
        ];
        let known = (0..=u16::MAX).filter_map(Projection::find).map(|projection| {
            let finite = |[x, y]: Position| x.is_finite() && y.is_finite();
            places
                .iter()
                .all(|place| projection.position(*place).is_none_or(finite))
        });
        let answers: Vec<bool> = known.collect();
        assert!(
            answers.len() > 2900 && answers.iter().all(|good| *good),
            "{}",
            answers.len()
        );
    }

    #[test]
    fn unknown_systems_and_places_without_a_position_are_told() {
        assert!(Projection::find(1).is_none());
        assert!(Projection::find(2065).is_none(), "its axes and meridian would be wrong");
        assert!(Projection::find(4807).is_none(), "it counts in other degrees");
        let mercator = Projection::find(3857).unwrap();
        assert_eq!(mercator.position([0.0, 90.0]), None);
    }
}
