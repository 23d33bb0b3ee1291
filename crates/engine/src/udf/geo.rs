//! Places: how they are read, and relations of shapes on the plane of degrees.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, StringArray};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::Expr;
use geo::{BoundingRect, Contains, ConvexHull, CoordsIter, Geometry, Intersects, MultiPoint, Point, Rect, Relate};
use parvis_odsql::SpatialPredicate;
use wkt::TryFromWkt;

use super::{call, wkb};
use crate::{Error, stop};

/// Reads a geometry as a query writes it: WKT, hexadecimal WKB or GeoJSON.
pub(crate) fn parse_geometry(text: &str) -> Result<Geometry, Error> {
    let text = text.trim();
    let geometry = if text.starts_with('{') {
        parse_geojson(text)
    } else if wkb::looks_like(text) {
        wkb::parse(text)
    } else {
        Geometry::try_from_wkt_str(text).ok()
    };
    let finite = |geometry: &Geometry| geometry.coords_iter().all(|at| at.x.is_finite() && at.y.is_finite());
    geometry.filter(finite).ok_or_else(|| {
        Error::malformed(format!(
            "{text} is not a geometry: write WKT (longitude latitude), hexadecimal WKB or GeoJSON."
        ))
    })
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
    pub(crate) fn columns(self) -> Vec<Expr> {
        match self {
            Self::Points { lon, lat } => vec![lon, lat],
            Self::Shapes(shape) => vec![shape],
        }
    }
}

/// The place of each record. Fails once nobody waits for the query any more: some functions of places take long.
pub(crate) fn geometries(arguments: &[ArrayRef]) -> Box<dyn Iterator<Item = DataFusionResult<Option<Geometry>>> + '_> {
    if let [lon, lat] = arguments {
        let (lons, lats) = (lon.as_primitive::<Float64Type>(), lat.as_primitive::<Float64Type>());
        let points = lons.iter().zip(lats);
        return Box::new(points.map(|(lon, lat)| {
            stop::check()?;
            Ok(lon.zip(lat).map(|(lon, lat)| Point::new(lon, lat).into()))
        }));
    }
    let shapes = arguments[0].as_string::<i32>();
    Box::new(shapes.iter().map(|shape| {
        stop::check()?;
        Ok(shape.and_then(parse_geojson))
    }))
}

/// A condition on the places.
fn condition(name: String, places: Places, holds: impl Fn(&Geometry) -> bool + Send + Sync + 'static) -> Expr {
    call(name, DataType::Boolean, places.columns(), move |arguments| {
        let holds = geometries(arguments).map(|place| Ok(place?.as_ref().map(&holds)));
        let holds: BooleanArray = holds.collect::<DataFusionResult<_>>()?;
        Ok(Arc::new(holds) as ArrayRef)
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
        let of = |area: Rect| match side {
            Side::West => area.min().x,
            Side::South => area.min().y,
            Side::East => area.max().x,
            Side::North => area.max().y,
        };
        let sides = geometries(arguments).map(|place| Ok(place?.and_then(|place| place.bounding_rect()).map(of)));
        let sides: Float64Array = sides.collect::<DataFusionResult<_>>()?;
        Ok(Arc::new(sides) as ArrayRef)
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

/// Each place as GeoJSON.
pub(crate) fn shape_of(places: Places) -> Expr {
    call("shape", DataType::Utf8, places.columns(), |arguments| {
        let shapes =
            geometries(arguments).map(|place| Ok(place?.map(|place| geojson::Geometry::from(&place).to_string())));
        let shapes: StringArray = shapes.collect::<DataFusionResult<_>>()?;
        Ok(Arc::new(shapes) as ArrayRef)
    })
}

/// Each point as text, so that an aggregate keeps both numbers together; points are equal when their texts are.
pub(crate) fn as_text(places: Places) -> Expr {
    call("points", DataType::Utf8, places.columns(), |arguments| {
        let texts = geometries(arguments).map(|place| {
            Ok(match place? {
                // Zero has two signs and is one place.
                Some(Geometry::Point(point)) => Some(format!("{} {}", point.x() + 0.0, point.y() + 0.0)),
                _ => None,
            })
        });
        let texts: StringArray = texts.collect::<DataFusionResult<_>>()?;
        Ok(Arc::new(texts) as ArrayRef)
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
    fn geometries_are_wkt_wkb_or_geojson() {
        let point = Geometry::from(Point::new(2.0, 48.0));
        for text in [
            "POINT(2 48)",
            " point (2 48) ",
            r#"{"type":"Point","coordinates":[2,48]}"#,
            r#"{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[2,48]}}"#,
            "010100000000000000000000400000000000004840",
        ] {
            assert_eq!(parse_geometry(text).unwrap(), point, "{text}");
        }
        for text in [
            "POINT(2",
            "0101000000000000000000",
            "POINT(NaN 1)",
            "POINT(1e999 1)",
            "010100000000000000000000400000000000F07F",
            "0101000000000000000000004000000000000F87F",
            "{}",
            "",
        ] {
            assert!(matches!(parse_geometry(text), Err(Error::Query(_))), "{text}");
        }
    }
}
