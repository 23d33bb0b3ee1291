//! Places: distances on the sphere, and relations of shapes on the plane of degrees.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, StringArray};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::logical_expr::Expr;
use geo::{
    BoundingRect, Closest, Contains, ConvexHull, Distance, Geometry, Haversine, HaversineClosestPoint, Intersects,
    MultiPoint, Point, Rect, Relate,
};
use parvis_odsql::SpatialPredicate;
use wkt::TryFromWkt;

use super::call;
use crate::Error;

/// Reads a geometry as a query writes it: WKT or GeoJSON.
pub(crate) fn parse_geometry(text: &str) -> Result<Geometry, Error> {
    let text = text.trim();
    let wrong = || {
        Error::malformed(format!(
            "{text} is not a geometry: write WKT (longitude latitude) or GeoJSON."
        ))
    };
    if text.starts_with('{') {
        return parse_geojson(text).ok_or_else(wrong);
    }
    if text.len() >= 10 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Error::NotImplemented(
            "Geometries in hexadecimal WKB are not available yet: write WKT or GeoJSON.".to_owned(),
        ));
    }
    Geometry::try_from_wkt_str(text).map_err(|_| wrong())
}

/// A GeoJSON geometry, or the geometry of a feature.
pub(crate) fn parse_geojson(text: &str) -> Option<Geometry> {
    match text.parse::<geojson::GeoJson>().ok()? {
        geojson::GeoJson::Geometry(geometry) => geometry.try_into().ok(),
        geojson::GeoJson::Feature(feature) => feature.geometry?.try_into().ok(),
        geojson::GeoJson::FeatureCollection(_) => None,
    }
}

/// A column of places: of points as two columns of numbers, or of shapes as GeoJSON.
#[derive(Clone, Debug)]
pub(crate) enum Places {
    Points { lon: Expr, lat: Expr },
    Shapes(Expr),
}

impl Places {
    /// The columns that hold the places.
    fn columns(self) -> Vec<Expr> {
        match self {
            Self::Points { lon, lat } => vec![lon, lat],
            Self::Shapes(shape) => vec![shape],
        }
    }
}

/// The place of each record.
fn geometries(arguments: &[ArrayRef]) -> Box<dyn Iterator<Item = Option<Geometry>> + '_> {
    if let [lon, lat] = arguments {
        let (lons, lats) = (lon.as_primitive::<Float64Type>(), lat.as_primitive::<Float64Type>());
        return Box::new(
            lons.iter()
                .zip(lats)
                .map(|(lon, lat)| Some(Point::new(lon?, lat?).into())),
        );
    }
    let shapes = arguments[0].as_string::<i32>();
    Box::new(shapes.iter().map(|shape| parse_geojson(shape?)))
}

/// A condition on the places.
fn condition(name: String, places: Places, holds: impl Fn(&Geometry) -> bool + Send + Sync + 'static) -> Expr {
    call(name, DataType::Boolean, places.columns(), move |arguments| {
        let holds = geometries(arguments).map(|place| place.as_ref().map(&holds));
        Ok(Arc::new(holds.collect::<BooleanArray>()) as ArrayRef)
    })
}

/// Metres between a place and a point; zero inside a shape.
fn metres(place: &Geometry, point: Point) -> Option<f64> {
    let nearest = match place {
        Geometry::Point(other) => *other,
        other => match other.haversine_closest_point(&point) {
            Closest::Intersection(nearest) | Closest::SinglePoint(nearest) => nearest,
            Closest::Indeterminate => return None,
        },
    };
    Some(Haversine.distance(nearest, point))
}

/// `distance(places, point)` in metres.
pub(crate) fn distance(places: Places, point: Point) -> Expr {
    let name = format!("distance{point:?}");
    call(name, DataType::Float64, places.columns(), move |arguments| {
        let distances = geometries(arguments).map(|place| metres(&place?, point));
        Ok(Arc::new(distances.collect::<Float64Array>()) as ArrayRef)
    })
}

/// Whether the places are at most `most` metres from `point`.
pub(crate) fn within_distance(places: Places, point: Point, most: f64) -> Expr {
    condition(format!("near{point:?}{most}"), places, move |place| {
        metres(place, point).is_some_and(|distance| distance <= most)
    })
}

/// Whether the places lie in a box whole.
pub(crate) fn in_box(places: Places, area: Rect) -> Expr {
    condition(format!("box{area:?}"), places, move |place| {
        place.bounding_rect().is_some_and(|own| {
            own.min().x >= area.min().x
                && own.max().x <= area.max().x
                && own.min().y >= area.min().y
                && own.max().y <= area.max().y
        })
    })
}

/// `intersects`, `disjoint` or `within`.
pub(crate) fn relation(places: Places, predicate: SpatialPredicate, area: Geometry) -> Expr {
    let name = format!("{predicate:?}{area:?}");
    condition(name, places, move |place| match predicate {
        SpatialPredicate::Intersects => area.intersects(place),
        SpatialPredicate::Disjoint => !area.intersects(place),
        SpatialPredicate::Within => match place {
            Geometry::Point(point) => area.contains(point),
            other => other.relate(&area).is_within(),
        },
    })
}

/// The box outside which nothing is within `metres` of `point`; `None` when it would reach a pole or the date line.
pub(crate) fn around(point: Point, metres: f64) -> Option<Rect> {
    // A degree of latitude is never shorter than this on the sphere that distances are measured on.
    const DEGREE: f64 = 111_000.0;
    let north = metres / DEGREE;
    let highest = point.y().abs() + north;
    if !highest.is_finite() || highest >= 89.0 {
        return None;
    }
    let east = north / highest.to_radians().cos();
    let area = Rect::new(
        (point.x() - east, point.y() - north),
        (point.x() + east, point.y() + north),
    );
    (area.min().x >= -180.0 && area.max().x <= 180.0).then_some(area)
}

/// A side of the box around a shape.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Side {
    West,
    South,
    East,
    North,
}

/// The sides in the order of a bounding box.
pub(crate) const SIDES: [Side; 4] = [Side::West, Side::South, Side::East, Side::North];

/// One side of the box around each shape.
pub(crate) fn side(shape: Expr, side: Side) -> Expr {
    call(format!("{side:?}"), DataType::Float64, vec![shape], move |arguments| {
        let sides = geometries(arguments).map(|place| {
            let area = place?.bounding_rect()?;
            Some(match side {
                Side::West => area.min().x,
                Side::South => area.min().y,
                Side::East => area.max().x,
                Side::North => area.max().y,
            })
        });
        Ok(Arc::new(sides.collect::<Float64Array>()) as ArrayRef)
    })
}

/// The box with these sides as GeoJSON; null when there is none.
pub(crate) fn box_of(sides: [Expr; 4]) -> Expr {
    call("bbox", DataType::Utf8, sides.to_vec(), |arguments| {
        let sides: Vec<_> = arguments
            .iter()
            .map(|side| side.as_primitive::<Float64Type>())
            .collect();
        let boxes = (0..arguments[0].len()).map(|row| {
            let side = |place: usize| sides[place].is_valid(row).then(|| sides[place].value(row));
            let area = Rect::new((side(0)?, side(1)?), (side(2)?, side(3)?));
            Some(geojson::Geometry::from(&area.to_polygon()).to_string())
        });
        Ok(Arc::new(boxes.collect::<StringArray>()) as ArrayRef)
    })
}

/// Each point as text, so that an aggregate keeps both numbers together.
pub(crate) fn as_text(places: Places) -> Expr {
    call("points", DataType::Utf8, places.columns(), |arguments| {
        let texts = geometries(arguments).map(|place| match place? {
            Geometry::Point(point) => Some(format!("{} {}", point.x(), point.y())),
            _ => None,
        });
        Ok(Arc::new(texts.collect::<StringArray>()) as ArrayRef)
    })
}

/// The smallest convex shape around each list of points written by [`as_text`], as GeoJSON; null when there is none.
pub(crate) fn hull_of(points: Expr) -> Expr {
    call("envelope", DataType::Utf8, vec![points], |arguments| {
        let lists = arguments[0].as_list::<i32>();
        let hulls = lists.iter().map(|list| {
            let list = list?;
            let points = list.as_string::<i32>().iter().flatten();
            let points: MultiPoint = points
                .filter_map(|text| {
                    let (x, y) = text.split_once(' ')?;
                    Some(Point::new(x.parse().ok()?, y.parse().ok()?))
                })
                .collect();
            let hull = (!points.0.is_empty()).then(|| points.convex_hull());
            hull.map(|hull| geojson::Geometry::from(&hull).to_string())
        });
        Ok(Arc::new(hulls.collect::<StringArray>()) as ArrayRef)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn geometries_are_wkt_or_geojson() {
        let point = Geometry::from(Point::new(2.0, 48.0));
        assert_eq!(parse_geometry("POINT(2 48)").unwrap(), point);
        assert_eq!(
            parse_geometry(r#"{"type":"Point","coordinates":[2,48]}"#).unwrap(),
            point
        );
        assert!(matches!(parse_geometry("POINT(2"), Err(Error::Query(_))));
        assert!(matches!(
            parse_geometry("0101000000000000000000"),
            Err(Error::NotImplemented(_))
        ));
    }

    #[test]
    fn nothing_near_lies_outside_the_box_around() {
        let paris = Point::new(2.35, 48.85);
        let area = around(paris, 10_000.0).unwrap();
        for angle in 0..360 {
            let there = geo::Destination::destination(&Haversine, paris, f64::from(angle), 10_000.0);
            assert!(area.intersects(&there), "{angle}");
        }
        assert_eq!(around(Point::new(0.0, 89.9), 1_000_000.0), None);
        assert_eq!(around(Point::new(179.9, 0.0), 100_000.0), None);
    }
}
