//! Geometries between GeoJSON and the formats that have their own way to say them. Heights are left out.

use std::io::Write as _;

use geojson::GeometryValue;

use super::value::push_double;
use crate::output::{ColumnKind, Table};

/// East and north: degrees, or the units of a projection.
pub type Position = [f64; 2];

/// A geometry. Polygons are rings, the first around and the others holes, each ending where it begins.
#[derive(Clone, Debug, PartialEq)]
pub enum Geometry {
    /// One position.
    Point(Position),
    /// A line.
    Line(Vec<Position>),
    /// A surface.
    Polygon(Vec<Vec<Position>>),
    /// Several positions.
    Points(Vec<Position>),
    /// Several lines.
    Lines(Vec<Vec<Position>>),
    /// Several surfaces.
    Polygons(Vec<Vec<Vec<Position>>>),
    /// Anything together.
    Collection(Vec<Geometry>),
}

/// The column that is the place of a record: the first shape, else the first point.
pub fn place_column(table: &Table) -> Option<(usize, ColumnKind)> {
    let first = |kind| {
        let found = table.columns.iter().position(|column| column.kind == kind);
        found.map(|index| (index, kind))
    };
    first(ColumnKind::GeoShape).or_else(|| first(ColumnKind::GeoPoint))
}

fn position(position: &geojson::Position) -> Option<Position> {
    match position.as_slice() {
        [x, y, ..] => Some([*x, *y]),
        _ => None,
    }
}

fn line(line: &[geojson::Position]) -> Option<Vec<Position>> {
    line.iter().map(position).collect()
}

fn rings(rings: &[Vec<geojson::Position>]) -> Option<Vec<Vec<Position>>> {
    rings.iter().map(|ring| line(ring)).collect()
}

impl Geometry {
    /// Reads a GeoJSON geometry. `None` when it is none, or holds no position.
    pub fn parse(text: &str) -> Option<Self> {
        let parsed: geojson::Geometry = text.parse().ok()?;
        let geometry = Self::of(&parsed.value)?;
        (!geometry.is_empty()).then_some(geometry)
    }

    fn of(value: &GeometryValue) -> Option<Self> {
        Some(match value {
            GeometryValue::Point { coordinates } => Self::Point(position(coordinates)?),
            GeometryValue::MultiPoint { coordinates } => Self::Points(line(coordinates)?),
            GeometryValue::LineString { coordinates } => Self::Line(line(coordinates)?),
            GeometryValue::MultiLineString { coordinates } => Self::Lines(rings(coordinates)?),
            GeometryValue::Polygon { coordinates } => Self::Polygon(rings(coordinates)?),
            GeometryValue::MultiPolygon { coordinates } => Self::Polygons(
                coordinates
                    .iter()
                    .map(|polygon| rings(polygon))
                    .collect::<Option<_>>()?,
            ),
            GeometryValue::GeometryCollection { geometries } => Self::Collection(
                geometries
                    .iter()
                    .map(|part| Self::of(&part.value))
                    .collect::<Option<_>>()?,
            ),
        })
    }

    /// Calls `visit` with every position.
    pub fn each(&self, visit: &mut impl FnMut(Position)) {
        match self {
            Self::Point(position) => visit(*position),
            Self::Line(line) | Self::Points(line) => line.iter().copied().for_each(visit),
            Self::Polygon(rings) | Self::Lines(rings) => rings.iter().flatten().copied().for_each(visit),
            Self::Polygons(polygons) => polygons.iter().flatten().flatten().copied().for_each(visit),
            Self::Collection(parts) => parts.iter().for_each(|part| part.each(visit)),
        }
    }

    fn is_empty(&self) -> bool {
        let mut empty = true;
        self.each(&mut |_| empty = false);
        empty
    }

    /// The same with every position changed; `None` when one cannot be.
    pub fn map(&self, change: &impl Fn(Position) -> Option<Position>) -> Option<Self> {
        let line = |line: &Vec<Position>| {
            line.iter()
                .map(|position| change(*position))
                .collect::<Option<Vec<_>>>()
        };
        let rings = |rings: &Vec<Vec<Position>>| rings.iter().map(line).collect::<Option<Vec<_>>>();
        Some(match self {
            Self::Point(position) => Self::Point(change(*position)?),
            Self::Line(positions) => Self::Line(line(positions)?),
            Self::Points(positions) => Self::Points(line(positions)?),
            Self::Polygon(all) => Self::Polygon(rings(all)?),
            Self::Lines(all) => Self::Lines(rings(all)?),
            Self::Polygons(polygons) => Self::Polygons(polygons.iter().map(rings).collect::<Option<_>>()?),
            Self::Collection(parts) => {
                Self::Collection(parts.iter().map(|part| part.map(change)).collect::<Option<_>>()?)
            }
        })
    }

    /// The number of the kind in WKB, and in FlatGeobuf.
    pub fn code(&self) -> u8 {
        match self {
            Self::Point(_) => 1,
            Self::Line(_) => 2,
            Self::Polygon(_) => 3,
            Self::Points(_) => 4,
            Self::Lines(_) => 5,
            Self::Polygons(_) => 6,
            Self::Collection(_) => 7,
        }
    }

    /// The name of the kind in GeoJSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Point(_) => "Point",
            Self::Line(_) => "LineString",
            Self::Polygon(_) => "Polygon",
            Self::Points(_) => "MultiPoint",
            Self::Lines(_) => "MultiLineString",
            Self::Polygons(_) => "MultiPolygon",
            Self::Collection(_) => "GeometryCollection",
        }
    }

    /// Appends well-known binary, the least byte first.
    pub fn push_wkb(&self, out: &mut Vec<u8>) {
        let head = |code: u8, out: &mut Vec<u8>| out.extend_from_slice(&[1, code, 0, 0, 0]);
        let count = |count: usize, out: &mut Vec<u8>| {
            // A text that holds 2^32 positions does not fit an Arrow array.
            out.extend_from_slice(&u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
        };
        let position = |[x, y]: &Position, out: &mut Vec<u8>| {
            out.extend_from_slice(&x.to_le_bytes());
            out.extend_from_slice(&y.to_le_bytes());
        };
        let line = |line: &Vec<Position>, out: &mut Vec<u8>| {
            count(line.len(), out);
            line.iter().for_each(|at| position(at, out));
        };
        let rings = |rings: &Vec<Vec<Position>>, out: &mut Vec<u8>| {
            count(rings.len(), out);
            rings.iter().for_each(|ring| line(ring, out));
        };
        head(self.code(), out);
        match self {
            Self::Point(at) => position(at, out),
            Self::Line(positions) => line(positions, out),
            Self::Polygon(all) => rings(all, out),
            Self::Points(positions) => {
                count(positions.len(), out);
                for at in positions {
                    head(1, out);
                    position(at, out);
                }
            }
            Self::Lines(lines) => {
                count(lines.len(), out);
                for positions in lines {
                    head(2, out);
                    line(positions, out);
                }
            }
            Self::Polygons(polygons) => {
                count(polygons.len(), out);
                for all in polygons {
                    head(3, out);
                    rings(all, out);
                }
            }
            Self::Collection(parts) => {
                count(parts.len(), out);
                parts.iter().for_each(|part| part.push_wkb(out));
            }
        }
    }

    /// Appends a GeoJSON geometry.
    pub fn push_geojson(&self, out: &mut Vec<u8>) {
        // Writing to memory cannot fail.
        let _ = write!(out, "{{\"type\":\"{}\",", self.name());
        if let Self::Collection(parts) = self {
            out.extend_from_slice(b"\"geometries\":");
            listed(parts, out, Self::push_geojson);
        } else {
            out.extend_from_slice(b"\"coordinates\":");
            let line = |line: &Vec<Position>, out: &mut Vec<u8>| listed(line, out, push_pair);
            let rings = |rings: &Vec<Vec<Position>>, out: &mut Vec<u8>| listed(rings, out, line);
            match self {
                Self::Point(position) => push_pair(position, out),
                Self::Line(positions) | Self::Points(positions) => line(positions, out),
                Self::Polygon(all) | Self::Lines(all) => rings(all, out),
                Self::Polygons(polygons) => listed(polygons, out, rings),
                Self::Collection(_) => {}
            }
        }
        out.push(b'}');
    }

    /// The geometry as well-known text.
    pub fn wkt(&self) -> String {
        let pair = |[x, y]: &Position| format!("{x} {y}");
        let line = |line: &Vec<Position>| bracketed(line.iter().map(pair));
        let rings = |rings: &Vec<Vec<Position>>| bracketed(rings.iter().map(line));
        let name = self.name().to_uppercase();
        let body = match self {
            Self::Point(position) => format!("({})", pair(position)),
            Self::Line(positions) | Self::Points(positions) => line(positions),
            Self::Polygon(all) | Self::Lines(all) => rings(all),
            Self::Polygons(polygons) => bracketed(polygons.iter().map(rings)),
            Self::Collection(parts) => bracketed(parts.iter().map(Self::wkt)),
        };
        format!("{name} {body}")
    }

    /// The parts that a format without collections writes one by one.
    pub fn parts(&self) -> Vec<Self> {
        match self {
            Self::Points(points) => points.iter().copied().map(Self::Point).collect(),
            Self::Lines(lines) => lines.iter().cloned().map(Self::Line).collect(),
            Self::Polygons(polygons) => polygons.iter().cloned().map(Self::Polygon).collect(),
            Self::Collection(parts) => parts.iter().flat_map(Self::parts).collect(),
            single => vec![single.clone()],
        }
    }
}

fn bracketed(parts: impl Iterator<Item = String>) -> String {
    format!("({})", parts.collect::<Vec<_>>().join(", "))
}

fn push_pair([x, y]: &Position, out: &mut Vec<u8>) {
    out.push(b'[');
    push_double(*x, out);
    out.push(b',');
    push_double(*y, out);
    out.push(b']');
}

fn listed<T>(items: &[T], out: &mut Vec<u8>, push: impl Fn(&T, &mut Vec<u8>)) {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push(item, out);
    }
    out.push(b']');
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [&str; 7] = [
        r#"{"type":"Point","coordinates":[1.5,2.0]}"#,
        r#"{"type":"LineString","coordinates":[[1.0,2.0],[3.0,4.5]]}"#,
        r#"{"type":"Polygon","coordinates":[[[0.0,0.0],[4.0,0.0],[4.0,4.0],[0.0,0.0]],[[1.0,1.0],[2.0,1.0],[2.0,2.0],[1.0,1.0]]]}"#,
        r#"{"type":"MultiPoint","coordinates":[[1.0,2.0]]}"#,
        r#"{"type":"MultiLineString","coordinates":[[[1.0,2.0],[3.0,4.5]]]}"#,
        r#"{"type":"MultiPolygon","coordinates":[[[[0.0,0.0],[4.0,0.0],[4.0,4.0],[0.0,0.0]]]]}"#,
        r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1.5,2.0]}]}"#,
    ];

    #[test]
    fn every_geometry_is_written_as_it_was_read() {
        for text in ALL {
            let mut out = Vec::new();
            Geometry::parse(text).unwrap().push_geojson(&mut out);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }

    #[test]
    fn well_known_forms_hold_the_same() {
        let polygon = Geometry::parse(ALL[2]).unwrap();
        assert_eq!(polygon.wkt(), "POLYGON ((0 0, 4 0, 4 4, 0 0), (1 1, 2 1, 2 2, 1 1))");
        let mut out = Vec::new();
        polygon.push_wkb(&mut out);
        assert_eq!(out.len(), 5 + 4 + 2 * (4 + 4 * 16));
        assert_eq!(out[..13], [1, 3, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0]);
    }

    #[test]
    fn what_holds_no_position_is_no_geometry() {
        for text in [
            "",
            "{}",
            "null",
            r#"{"type":"Polygon","coordinates":[]}"#,
            r#"{"type":"Point","coordinates":[1]}"#,
        ] {
            assert_eq!(Geometry::parse(text), None, "{text}");
        }
        let deep = format!(
            "{}{}",
            r#"{"type":"GeometryCollection","geometries":["#.repeat(5000),
            "]}".repeat(5000)
        );
        assert_eq!(Geometry::parse(&deep), None);
    }
}
