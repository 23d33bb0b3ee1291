//! Metres between places, on the sphere.
//!
//! The distance of two shapes is that of their two nearest points, zero where they touch or one lies in the other. An edge is the
//! shortest line on the sphere between its ends; whether shapes touch is decided on the plane of degrees, as for `intersects`.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array};
use arrow::datatypes::DataType;
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::Expr;
use geo::{
    BoundingRect, Closest, CoordsIter, Distance, Geometry, Haversine, HaversineClosestPoint, Intersects, Line, Point,
    Rect,
};

use super::call;
use super::geo::{Places, geometries};
use crate::stop;

/// What distances are measured to, prepared once for a query.
pub(crate) struct Target {
    geometry: Geometry,
    corners: Vec<Point>,
}

impl Target {
    /// Prepares a geometry.
    pub(crate) fn new(geometry: Geometry) -> Self {
        Self {
            corners: corners(&geometry),
            geometry,
        }
    }

    /// Tells it from every other target.
    fn name(&self) -> String {
        format!("{:?}", self.geometry)
    }

    /// Metres to a place; `None` when one of the two is empty.
    fn metres(&self, place: &Geometry) -> DataFusionResult<Option<f64>> {
        match (place, &self.geometry) {
            (Geometry::Point(place), Geometry::Point(target)) => Ok(Some(Haversine.distance(*place, *target))),
            (place, Geometry::Point(target)) => Ok(to_point(place, *target)),
            (Geometry::Point(place), target) => Ok(to_point(target, *place)),
            (place, target) if place.intersects(target) => Ok(Some(0.0)),
            (place, target) => {
                // Two lines that do not cross are nearest to each other at an end of one of them.
                let there = nearest(&corners(place), target)?;
                let back = nearest(&self.corners, place)?;
                Ok(there.into_iter().chain(back).min_by(f64::total_cmp))
            }
        }
    }

    /// The box outside which no point is within `metres`; `None` when it would reach a pole or the date line, or nothing is.
    pub(crate) fn around(&self, metres: f64) -> Option<Rect> {
        // The shortest line between two corners may leave their box, but no point of it is further from both than half its length.
        let longest = edges(&self.geometry)
            .into_iter()
            .map(|edge| Haversine.distance(edge.start_point(), edge.end_point()))
            .fold(0.0, f64::max);
        around(self.geometry.bounding_rect()?, metres + longest / 2.0)
    }
}

fn corners(geometry: &Geometry) -> Vec<Point> {
    geometry.coords_iter().map(Point::from).collect()
}

/// Metres from a point to a shape.
fn to_point(shape: &Geometry, point: Point) -> Option<f64> {
    match shape.haversine_closest_point(&point) {
        Closest::Intersection(nearest) | Closest::SinglePoint(nearest) => Some(Haversine.distance(nearest, point)),
        Closest::Indeterminate => None,
    }
}

/// Metres from the nearest of `points` to a shape.
fn nearest(points: &[Point], shape: &Geometry) -> DataFusionResult<Option<f64>> {
    let mut nearest: Option<f64> = None;
    for point in points {
        // Two long outlines take a while.
        stop::check()?;
        let metres = to_point(shape, *point);
        nearest = nearest.into_iter().chain(metres).min_by(f64::total_cmp);
    }
    Ok(nearest)
}

/// The edges of a geometry.
fn edges(geometry: &Geometry) -> Vec<Line> {
    match geometry {
        Geometry::Point(_) | Geometry::MultiPoint(_) => Vec::new(),
        Geometry::Line(line) => vec![*line],
        Geometry::LineString(line) => line.lines().collect(),
        Geometry::MultiLineString(lines) => lines.iter().flat_map(|line| line.lines()).collect(),
        Geometry::Polygon(polygon) => edges_of(polygon).collect(),
        Geometry::MultiPolygon(polygons) => polygons.iter().flat_map(edges_of).collect(),
        Geometry::Rect(area) => area.to_lines().into(),
        Geometry::Triangle(triangle) => triangle.to_lines().into(),
        Geometry::GeometryCollection(parts) => parts.iter().flat_map(edges).collect(),
    }
}

fn edges_of(polygon: &geo::Polygon) -> impl Iterator<Item = Line> {
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    rings.flat_map(geo::LineString::lines)
}

/// `distance(places, target)` in metres.
pub(crate) fn distance(places: Places, target: Target) -> Expr {
    let name = format!("distance{}", target.name());
    call(name, DataType::Float64, places.columns(), move |arguments| {
        let distances = geometries(arguments).map(|place| place?.map_or(Ok(None), |place| target.metres(&place)));
        let distances: Float64Array = distances.collect::<DataFusionResult<_>>()?;
        Ok(Arc::new(distances) as ArrayRef)
    })
}

/// Whether the places are at most `most` metres from `target`.
pub(crate) fn within_distance(places: Places, target: Target, most: f64) -> Expr {
    let name = format!("near{}{most}", target.name());
    call(name, DataType::Boolean, places.columns(), move |arguments| {
        let near = geometries(arguments).map(|place| match place? {
            None => Ok(None),
            Some(place) => Ok(Some(target.metres(&place)?.is_some_and(|metres| metres <= most))),
        });
        let near: BooleanArray = near.collect::<DataFusionResult<_>>()?;
        Ok(Arc::new(near) as ArrayRef)
    })
}

/// The box outside which nothing is within `metres` of `area`; `None` when it would reach a pole or the date line.
fn around(area: Rect, metres: f64) -> Option<Rect> {
    // A degree of latitude is never shorter than this on the sphere that distances are measured on.
    const DEGREE: f64 = 111_000.0;
    let north = metres / DEGREE;
    let highest = area.min().y.abs().max(area.max().y.abs()) + north;
    if !highest.is_finite() || highest >= 89.0 {
        return None;
    }
    let east = north / highest.to_radians().cos();
    let area = Rect::new(
        (area.min().x - east, area.min().y - north),
        (area.max().x + east, area.max().y + north),
    );
    (area.min().x >= -180.0 && area.max().x <= 180.0).then_some(area)
}

#[cfg(test)]
mod tests {
    use geo::Destination;
    use wkt::TryFromWkt;

    use super::*;

    fn shape(wkt: &str) -> Geometry {
        Geometry::try_from_wkt_str(wkt).unwrap()
    }

    fn metres(a: &str, b: &str) -> Option<f64> {
        let there = Target::new(shape(a)).metres(&shape(b)).unwrap();
        let back = Target::new(shape(b)).metres(&shape(a)).unwrap();
        let same = match (there, back) {
            (Some(there), Some(back)) => (there - back).abs() < 1e-6,
            (there, back) => there == back,
        };
        assert!(same, "{a} {b}: {there:?} {back:?}");
        there
    }

    #[test]
    fn shapes_that_touch_or_hold_each_other_are_at_no_distance() {
        let square = "POLYGON((0 0,2 0,2 2,0 2,0 0))";
        for other in [
            "POINT(1 1)",
            "LINESTRING(1 1,5 5)",
            "LINESTRING(-1 1,3 1)",
            "POLYGON((2 0,3 0,3 2,2 0))",
            "POLYGON((-1 -1,9 -1,9 9,-1 -1))",
            "MULTIPOINT((9 9),(1 1))",
        ] {
            assert_eq!(metres(square, other), Some(0.0), "{other}");
        }
    }

    #[test]
    fn apart_they_are_as_far_as_their_nearest_points() {
        let degree = Haversine.distance(Point::new(0.0, 0.0), Point::new(1.0, 0.0));
        let cases = [
            ("LINESTRING(0 0,0 2)", "LINESTRING(1 0,3 0)"),
            ("LINESTRING(0 0,2 0)", "POLYGON((0 1,2 1,1 3,0 1))"),
            ("MULTIPOINT((0 0),(50 50))", "LINESTRING(1 0,3 0)"),
            ("GEOMETRYCOLLECTION(POINT(9 9),LINESTRING(0 1,2 1))", "POINT(0 0)"),
        ];
        for (a, b) in cases {
            let metres = metres(a, b).unwrap();
            // Straight up from the equator the nearest point is a corner; elsewhere an edge bends a little towards the pole.
            assert!((metres - degree).abs() < 20.0, "{a} {b}: {metres} {degree}");
        }
        assert_eq!(metres("GEOMETRYCOLLECTION EMPTY", "LINESTRING(0 0,1 1)"), None);
        assert_eq!(metres("POINT(0 0)", "GEOMETRYCOLLECTION EMPTY"), None);
    }

    #[test]
    fn nothing_near_lies_outside_the_box_around() {
        for wkt in [
            "POINT(2.35 48.85)",
            "LINESTRING(-20 60,30 60)",
            "POLYGON((0 45,30 46,20 60,0 45))",
        ] {
            let target = Target::new(shape(wkt));
            let area = target.around(10_000.0).unwrap();
            let edges = edges(&target.geometry);
            let along = edges
                .iter()
                .flat_map(|edge| (0..=20).map(|part| between(edge, f64::from(part) / 20.0)));
            for from in along.chain(target.corners.iter().copied()) {
                for angle in 0..360 {
                    let there = Haversine.destination(from, f64::from(angle), 9_990.0);
                    assert!(area.intersects(&there), "{wkt} {angle}");
                }
            }
        }
        assert!(Target::new(shape("POINT(0 89.9)")).around(1_000_000.0).is_none());
        assert!(Target::new(shape("POINT(179.9 0)")).around(100_000.0).is_none());
    }

    /// A point of the shortest line along an edge.
    fn between(edge: &Line, share: f64) -> Point {
        geo::InterpolatePoint::point_at_ratio_between(&Haversine, edge.start_point(), edge.end_point(), share)
    }
}
